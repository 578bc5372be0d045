"""A simulated clock: steps are done in the order of their moments, whoever planned them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count


class Agenda:
    """What is to be done, and when. A step may plan further steps, never earlier ones.

    The three editions overlap in time, and the ledger is read as a diary: so everything passes
    through one clock.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self._order = count()

    def at(self, moment: datetime, do: Callable[[datetime], object]) -> None:
        """Plan a step; it is called with its own moment."""
        heappush(self._steps, (moment, next(self._order), do))

    def live(self, life: Iterator[datetime]) -> None:
        """Plan a life: each moment it yields is when what follows in it is done."""
        moment = next(life, None)
        if moment is not None:
            self.at(moment, lambda _at: self.live(life))

    def run(self) -> None:
        """Do everything that is planned, earliest first."""
        while self._steps:
            moment, _order, do = heappop(self._steps)
            do(moment)
