"""What is asked of an assignment, checked and in one form."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import matrix, whole

__all__ = ["Factors", "Request"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Rows of affinities looked at together: 16 MB of float64 at most.
CELLS = 2_000_000


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
        self.demand = whole("demand", demand, size=self.P)
        self.high = whole("max_load", max_load, size=self.E)
        self.low = whole("min_load", min_load, size=self.E)
        if (self.low > self.high).any():
            place = int(np.flatnonzero(self.low > self.high)[0])
            raise ValueError(
                f"min_load[{place}] is {self.low[place]}, above max_load {self.high[place]}"
            )
        self.asked, self.most, self.least = self.demand, self.high, self.low
        closed = self._pairs("conflicts", conflicts)
        self.kept = self._pairs("keep", keep)
        self._keep(closed)
        closed = np.unique(np.concatenate([closed, self.kept]), axis=0)
        self.closed_reader = closed[:, 1]
        self.closed_start = np.searchsorted(closed[:, 0], np.arange(self.P + 1))

    def _read(self, affinity: ArrayLike | Factors) -> None:
        self.left: Floats | None = None
        if isinstance(affinity, Factors):
            self.left = matrix("affinity.left", affinity.left)
            self.right = matrix("affinity.right", affinity.right)
            if self.left.shape[1] != self.right.shape[1]:
                raise ValueError(
                    f"affinity.left has {self.left.shape[1]} columns, "
                    f"affinity.right has {self.right.shape[1]}"
                )
            self.P, self.E = self.left.shape[0], self.right.shape[0]
        else:
            self.full = matrix("affinity", affinity)
            self.P, self.E = self.full.shape
        if self.P == 0 or self.E == 0:
            raise ValueError(f"affinity must have entries and readers, got {(self.P, self.E)}")

    def _pairs(self, name: str, given: ArrayLike | None) -> Ints:
        """Return unique pairs, sorted, from a bool matrix (P, E) or pairs (m, 2)."""
        if given is None:
            return np.empty((0, 2), dtype=np.int64)
        array = np.asarray(given)
        if array.dtype == np.bool_:
            if array.shape != (self.P, self.E):
                raise ValueError(f"{name} must have shape {(self.P, self.E)}, got {array.shape}")
            return np.argwhere(array).astype(np.int64)
        if array.size == 0:
            return np.empty((0, 2), dtype=np.int64)
        if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
            raise ValueError(
                f"{name} must be bool (P, E) or whole pairs (m, 2), got {array.dtype} {array.shape}"
            )
        pairs = array.astype(np.int64)
        wrong = ((pairs < 0) | (pairs >= [self.P, self.E])).any(axis=1)
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f"{name}[{row}] is {tuple(pairs[row].tolist())}, outside {(self.P, self.E)}"
            )
        unique: Ints = np.unique(pairs, axis=0)
        return unique

    def _keep(self, closed: Ints) -> None:
        served = np.bincount(self.kept[:, 0], minlength=self.P)
        carried = np.bincount(self.kept[:, 1], minlength=self.E)
        both = set(map(tuple, closed.tolist())) & set(map(tuple, self.kept.tolist()))
        if both:
            raise ValueError(f"keep has {min(both)}, which is a conflict")
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

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Yield rows of affinities, closed pairs at minus infinity."""
        step = max(1, CELLS // self.E)
        for start in range(0, self.P, step):
            rows = slice(start, min(start + step, self.P))
            yield rows, self.block(rows)

    def block(self, rows: slice) -> Floats:
        """Return some rows of affinities, closed pairs at minus infinity."""
        values = self.full[rows].copy() if self.left is None else self.left[rows] @ self.right.T
        first, last = self.closed_start[rows.start], self.closed_start[rows.stop]
        counts = np.diff(self.closed_start[rows.start : rows.stop + 1])
        values[np.repeat(np.arange(counts.size), counts), self.closed_reader[first:last]] = -np.inf
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
