"""What the tests of the commands share: a command in a folder of its own, and small files."""

import csv

import numpy as np
import pytest

from teladan.engine.commands import main


@pytest.fixture
def teladan(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of its own; return exit code, output and error stream."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def write(tmp_path):
    """Write a table: its name, its header with commas, its rows."""

    def write(name, header, *rows):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])

    return write


@pytest.fixture
def small(write):
    """A small table of each kind that a command reads."""
    rng = np.random.default_rng(1)
    every = [(f"e{p}", f"r{r}") for p in range(4) for r in range(3)]
    write("a.csv", "entry,reader,affinity", *((*pair, rng.random()) for pair in every))
    write("m.csv", "entry,reader,points", *((*pair, rng.integers(60, 90)) for pair in every))
    write("w.csv", "recipient,weight", *((f"k{n}", n + 1) for n in range(4)))
    write("c.csv", "need,offer,score", *((f"n{n}", f"o{n % 2}", n + 1) for n in range(4)))
    write("g.csv", "need", ["n3"])
    words = [f"kata{n}" for n in range(90)]
    write("t.csv", "id,text", ("t0", " ".join(words[:40])), ("t1", " ".join(words[40:])))
    write("r.csv", "id,topic,size,asked,first,last", *(
        [name, "permits", 9, "2024-07-01", "2024-07-01", "2024-07-07"] for name in "abc"
    ))  # fmt: skip
    write("h.csv", "id,topics,size_max,weekdays", ["famous", "permits", 50, "tue"])
