"""A request and a pairing in the plainest form, and what can be seen from them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.faults import CLOSE, named
from teladan.engine.inputs import whole

__all__ = ["Book"]

Pair = tuple[int, int]


@dataclass
class Book:
    """The request and the pairing, in the plainest form."""

    score: dict[Pair, float]
    donor: dict[Pair, float]
    wanted: list[int]
    capacity: list[int]
    keep: set[Pair]
    barred: set[Pair]
    eligible: list[bool] = field(default_factory=list)
    seats: list[int] = field(default_factory=list)
    helpers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    guests: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def reserve(self, reserve: Any) -> None:
        """Read who is eligible and how many places each offer keeps."""
        N, M = len(self.wanted), len(self.capacity)
        if reserve is None:
            self.eligible, self.seats = [False] * N, [0] * M
            return
        self.eligible = np.asarray(reserve.eligible, dtype=np.bool_).tolist()
        if reserve.seats is not None:
            self.seats = whole("seats", reserve.seats, size=M).tolist()
        else:
            exact = [float(reserve.share) * places for places in self.capacity]
            self.seats = [int(np.ceil(places - CLOSE)) for places in exact]

    def place(self, rows: list[Pair]) -> None:
        """Enter the pairs."""
        for need, offer in rows:
            self.helpers[need].add(offer)
            self.guests[offer].add(need)

    def limits(self, rows: list[Pair]) -> list[str]:
        """List pairs that must not be, and capacities exceeded."""
        times = Counter(rows)
        have, known = set(rows), self.score.keys() | self.keep
        return [
            *named(f"pair {row} stands twice" for row in sorted(have) if times[row] > 1),
            *named(f"pair {row} is no candidate" for row in sorted(have - known)),
            *named(f"pair {row} is barred" for row in sorted(have & self.barred)),
            *named(f"pair {row} was to be kept" for row in sorted(self.keep - have)),
            *_over("need", self.helpers, "helpers and wants", self.wanted),
            *_over("offer", self.guests, "needs and can help", self.capacity),
        ]

    def floors(self, group: Any, least: ArrayLike) -> list[str]:
        """List groups with too few pairs."""
        floor = whole("least", least, size=int(group.max()) + 1).tolist()
        have = [0] * len(floor)
        for need, got in self.helpers.items():
            have[int(group[need])] += len(got)
        return named(
            f"group {g} has {have[g]} pairs, at least {floor[g]} are needed"
            for g in range(len(floor))
            if have[g] < floor[g]
        )

    def blocking(self) -> list[tuple[int, int, float, float]]:
        """Return (need, offer, what the need gains, what the offer gains), sorted."""
        found = []
        for need, offer in sorted(self.score.keys() - self.barred - self.keep):
            if offer in self.helpers[need]:
                continue
            mine, theirs = self._need_gains(need, offer), self._offer_gains(need, offer)
            if mine is not None and theirs is not None:
                found.append((need, offer, mine, theirs))
        return found

    def _need_gains(self, need: int, offer: int) -> float | None:
        free = [other for other in self.helpers[need] if (need, other) not in self.keep]
        value = self.score[need, offer]
        if len(self.helpers[need]) < self.wanted[need]:
            return value
        if not free:
            return None
        worst = max(free, key=lambda other: (-self.score[need, other], other))
        if (-value, offer) > (-self.score[need, worst], worst):
            return None
        return value - self.score[need, worst]

    def _offer_gains(self, need: int, offer: int) -> float | None:
        free = [other for other in self.guests[offer] if (other, offer) not in self.keep]
        kept = [other for other in self.guests[offer] if (other, offer) in self.keep]
        value = self.donor[need, offer]
        if len(free) + len(kept) < self.capacity[offer]:
            return value
        secured = sum(self.eligible[other] for other in kept)
        chosen = self._choice(
            offer,
            [*free, need],
            self.capacity[offer] - len(kept),
            max(self.seats[offer] - secured, 0),
        )
        if need not in chosen:
            return None
        gone = next(other for other in free if other not in chosen)
        return value - self.donor[gone, offer]

    def _choice(self, offer: int, asking: list[int], places: int, reserved: int) -> set[int]:
        ordered = sorted(asking, key=lambda need: (-self.donor[need, offer], need))
        first = [need for need in ordered if self.eligible[need]][: min(reserved, places)]
        rest = [need for need in ordered if need not in first]
        return {*first, *rest[: places - len(first)]}


def _over(who: str, have: dict[int, set[int]], words: str, most: list[int]) -> list[str]:
    return named(
        f"{who} {each} has {len(got)} {words} {most[each]}"
        for each, got in sorted(have.items())
        if len(got) > most[each]
    )
