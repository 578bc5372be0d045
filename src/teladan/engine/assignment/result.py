"""What an assignment hands back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Assignment"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reads what, with the proof of how good that is.

    Attributes
    ----------
    pairs : ndarray of int64, shape (n, 2)
        (entry, reader), sorted.
    totals : ndarray of float64, shape (P,)
        Sum of the affinities of each entry's readers.
    loads : ndarray of int64, shape (E,)
        Entries of each reader.
    total : float
        Sum of `totals`.
    total_bound : float
        No assignment whatsoever has a larger total; `prices` prove it.
    floor : float
        Lowest of the totals of entries with demand; 0 if there are none.
    floor_bound : float
        No assignment has a higher floor; `floor_weights` and `floor_prices`
        prove it, save where `floor_exact` says that a search did.
    gap : float
        ``1 - total / total_bound``: what the total lacks at most.
    probabilities : csr_array of float64, shape (P, E), or None
        Where ``cap < 1``: chance of each pair before the draw.
    prices : ndarray of float64, shape (E,)
        What one reading of each reader is worth to the total.
    floor_weights, floor_prices : ndarray of float64, shapes (P,) and (E,)
        Weights of entries, and prices of readers for the weighted total.
    floor_exact : bool
        Whether `floor_bound` comes from an exhaustive search.
    """

    pairs: Ints
    totals: Floats
    loads: Ints
    total: float
    total_bound: float
    floor: float
    floor_bound: float
    gap: float
    probabilities: Any
    prices: Floats
    floor_weights: Floats
    floor_prices: Floats
    floor_exact: bool

    def claims(self) -> dict[str, Any]:
        """Return what `teladan.engine.checking.check` can verify, by name."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "pairs"}
