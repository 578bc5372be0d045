"""Candidate pairs that explain themselves."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Candidates", "Line"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Line(NamedTuple):
    """One term of one pair.

    Attributes
    ----------
    term : str
        The term.
    value : float
        From 0 to 1; the neutral value where `missing` is not empty.
    weight : float
        Share of the whole weight; the shares of all terms sum to 1.
    contribution : float
        ``value * weight``; the contributions of all terms sum to the score.
    missing : tuple of str
        Figures that nobody knows, as ``"need: hdi"``.
    """

    term: str
    value: float
    weight: float
    contribution: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best offers of each need, sorted by need and then offer.

    Attributes
    ----------
    i, j : ndarray of int64, shape (n,)
        Positions of the need and the offer.
    score : ndarray of float64, shape (n,)
        The weighted sum, from 0 to 1.
    terms : ndarray of float64, shape (n, T)
        Value of each term; NaN where a figure is missing.
    names : tuple of str
        The terms.
    weights, neutral : ndarray of float64, shape (T,)
        Share of the weight, and what is counted for a missing figure.
    columns : tuple of (str, str)
        What each term reads of the need and of the offer.
    missing_need, missing_offer : ndarray of bool, shapes (N, T) and (M, T)
        Where the figure of a need or an offer is missing.
    best : ndarray of float64, shape (N,)
        Best score of any offer that passes the filters, be it below the floor;
        NaN if none passes.
    """

    i: Ints
    j: Ints
    score: Floats
    terms: Floats
    names: tuple[str, ...]
    weights: Floats
    neutral: Floats
    columns: tuple[tuple[str, str], ...]
    missing_need: Flags
    missing_offer: Flags
    best: Floats

    def explain(self, k: int) -> list[Line]:
        """Say term by term why pair `k` has its score.

        Raises
        ------
        ValueError
            If there is no such pair.
        """
        if not 0 <= k < self.i.size:
            raise ValueError(f"there is no pair {k} among {self.i.size}")
        lines = []
        for t, name in enumerate(self.names):
            unknown = (
                ("need", self.missing_need[self.i[k], t], self.columns[t][0]),
                ("offer", self.missing_offer[self.j[k], t], self.columns[t][1]),
            )
            missing = tuple(f"{side}: {column}" for side, absent, column in unknown if absent)
            value = float(self.neutral[t] if missing else self.terms[k, t])
            weight = float(self.weights[t])
            lines.append(Line(name, value, weight, value * weight, missing))
        return lines

    def range(self, k: int) -> tuple[float, float]:
        """Return the least and the greatest score pair `k` could have, were nothing missing."""
        lines = self.explain(k)
        least = sum(line.contribution for line in lines if not line.missing)
        return least, least + sum(line.weight for line in lines if line.missing)

    def find(self, need: int, offer: int) -> int | None:
        """Return the position of a pair, or None if it is no candidate."""
        first, last = np.searchsorted(self.i, [need, need + 1])
        k = int(first + np.searchsorted(self.j[first:last], offer))
        return k if k < last and self.j[k] == offer else None

    def join(self, other: "Candidates") -> "Candidates":
        """Return the pairs of both, made by the same rules for the same needs and offers."""
        i, j = np.concatenate([self.i, other.i]), np.concatenate([self.j, other.j])
        _, first = np.unique(i * self.missing_offer.shape[0] + j, return_index=True)
        score = np.concatenate([self.score, other.score])
        terms = np.concatenate([self.terms, other.terms])
        return Candidates(
            i=i[first],
            j=j[first],
            score=score[first],
            terms=terms[first],
            names=self.names,
            weights=self.weights,
            neutral=self.neutral,
            columns=self.columns,
            missing_need=self.missing_need,
            missing_offer=self.missing_offer,
            best=np.fmax(self.best, other.best),
        )
