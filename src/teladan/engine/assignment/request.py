"""What is asked of an assignment, checked and in one form."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import BITS, LARGEST, cells, matrix, whole

__all__ = ["Factors", "Request"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Affinities are searched for a common step down to one over this.
FINEST = 2.0**20


@dataclass(frozen=True, slots=True)
class Factors:
    """Affinities ``left @ right.T`` whose product is never formed as a whole.

    Attributes
    ----------
    left : array_like, shape (P, r)
        One row an entry.
    right : array_like, shape (E, r)
        One row a reader.
    """

    left: ArrayLike
    right: ArrayLike


class Request:
    """Affinities in blocks, demands, loads, and pairs that must or must not be.

    Kept pairs are taken out: `demand`, `low` and `high` are what is still to be
    served, and kept pairs are closed like conflicts.
    """

    def __init__(
        self,
        affinity: ArrayLike | Factors,
        *,
        demand: ArrayLike,
        max_load: ArrayLike,
        min_load: ArrayLike,
        conflicts: ArrayLike | None,
        keep: ArrayLike | None,
    ) -> None:
        self._read(affinity)
        self.demand = whole("demand", demand, size=self.P, bits=BITS)
        self.high = whole("max_load", max_load, size=self.E, bits=BITS)
        self.low = whole("min_load", min_load, size=self.E, bits=BITS)
        if (self.low > self.high).any():
            place = int(np.flatnonzero(self.low > self.high)[0])
            raise ValueError(
                f"min_load[{place}] is {self.low[place]}, above max_load {self.high[place]}"
            )
        self.asked, self.most, self.least = self.demand, self.high, self.low
        closed = cells("conflicts", conflicts, (self.P, self.E))
        self.kept = cells("keep", keep, (self.P, self.E))
        self._keep(closed)
        shut = np.unique(np.concatenate([closed, self.kept]) @ [self.E, 1])
        self.closed_reader = shut % self.E
        self.closed_start = np.searchsorted(shut // self.E, np.arange(self.P + 1))

    def _read(self, affinity: ArrayLike | Factors) -> None:
        self.left: Floats | None = None
        if isinstance(affinity, Factors):
            self.left = matrix("affinity.left", affinity.left, most=LARGEST)
            self.right = matrix("affinity.right", affinity.right, most=LARGEST)
            if self.left.shape[1] != self.right.shape[1]:
                raise ValueError(
                    f"affinity.left has {self.left.shape[1]} columns, "
                    f"affinity.right has {self.right.shape[1]}"
                )
            self.P, self.E = self.left.shape[0], self.right.shape[0]
        else:
            self.full = matrix("affinity", affinity, most=LARGEST)
            self.P, self.E = self.full.shape
        if self.P == 0 or self.E == 0:
            raise ValueError(f"affinity must have entries and readers, got {(self.P, self.E)}")

    def _keep(self, closed: Ints) -> None:
        served = np.bincount(self.kept[:, 0], minlength=self.P)
        carried = np.bincount(self.kept[:, 1], minlength=self.E)
        both = np.intersect1d(closed @ [self.E, 1], self.kept @ [self.E, 1])
        if both.size:
            place = divmod(int(both[0]), self.E)
            raise ValueError(f"keep has {place}, which is a conflict")
        for name, have, most in (("demand", served, self.demand), ("max_load", carried, self.high)):
            if (have > most).any():
                place = int(np.flatnonzero(have > most)[0])
                raise ValueError(
                    f"keep has {have[place]} pairs at {place}, {name} is {most[place]}"
                )
        self.demand = self.demand - served
        self.high = self.high - carried
        self.low = np.maximum(self.low - carried, 0)
        self.kept_totals = np.zeros(self.P)
        np.add.at(self.kept_totals, self.kept[:, 0], self.values(*self.kept.T))

    def values(self, entry: Ints, reader: Ints) -> Floats:
        """Return the affinities of some pairs."""
        if self.left is None:
            return self.full[entry, reader]
        found: Floats = np.einsum("ij,ij->i", self.left[entry], self.right[reader])
        return found

    @cached_property
    def step(self) -> float:
        """Return the greatest number of which all affinities are multiples; 0 if none is found.

        Bids and marks are such multiples, and so is then every total.
        """
        if self.left is not None:
            return 0.0
        common = 0
        for row in self.full:
            scaled = row * FINEST
            if np.abs(scaled).max() > 2.0**52 or (scaled != np.rint(scaled)).any():
                return 0.0
            common = int(np.gcd.reduce(np.append(scaled.astype(np.int64), common)))
        return common / FINEST

    def part(self, rows: slice) -> tuple[Floats, Floats | None, Ints, Ints, Ints]:
        """Return what one needs to know of some entries.

        Their affinities (or both factors), the pairs closed to them (entries
        counted from the first of these), and their demand.
        """
        source, right = (self.full, None) if self.left is None else (self.left, self.right)
        first, last = self.closed_start[rows.start], self.closed_start[rows.stop]
        counts = np.diff(self.closed_start[rows.start : rows.stop + 1])
        shut = np.repeat(np.arange(counts.size), counts)
        return source[rows], right, shut, self.closed_reader[first:last], self.demand[rows]

    def block(self, rows: slice) -> Floats:
        """Return some rows of affinities, closed pairs at minus infinity."""
        left, right, entry, reader, _ = self.part(rows)
        values = left.copy() if right is None else left @ right.T
        values[entry, reader] = -np.inf
        return values

    def open_counts(self) -> Ints:
        """Return how many readers are open to each entry."""
        usable = int((self.high > 0).sum())
        shut = self.high[self.closed_reader] == 0
        closed = np.bincount(
            np.repeat(np.arange(self.P), np.diff(self.closed_start))[~shut], minlength=self.P
        )
        counts: Ints = usable - closed
        return counts
