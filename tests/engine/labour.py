"""Work for the tests of clusters, in a module that workers can import."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from teladan.engine import Infeasible


def square(rate, rows):
    return (np.sin(rows) * rate).sum(axis=0)


def die_once(marker, number):
    if number == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def die(number):
    if number == 2:
        os._exit(7)
    return number


def fail(number):
    if number == 1:
        raise Infeasible("one is too few", {"entries": (1,)})
    return number


class Odd(Exception):
    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def odd():
    raise Odd(1, 2)


def wait(seconds):
    time.sleep(seconds)


def length(shared):
    return len(shared)


def unpicklable():
    return lambda: None
