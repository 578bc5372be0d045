"""Verifying an assignment without trusting whoever made it.

This module imports nothing from `assignment`: it recomputes what is claimed from
the pairs and the request alone, in the plainest way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.faults import CLOSE, below, named, same
from teladan.engine.inputs import BITS, cells, matrix, number, vector, whole

__all__ = ["check"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Affinities looked at together.
CELLS = 2_000_000


def check(
    pairs: ArrayLike,
    affinity: Any,
    *,
    demand: ArrayLike,
    max_load: ArrayLike,
    min_load: ArrayLike = 0,
    conflicts: ArrayLike | None = None,
    keep: ArrayLike | None = None,
    cap: float = 1.0,
    claims: Mapping[str, Any] | None = None,
) -> list[str]:
    r"""List everything that is wrong with an assignment; empty if nothing is.

    Parameters
    ----------
    pairs : array_like of int, shape (n, 2)
        (entry, reader) rows.
    affinity : array_like, shape (P, E), or an object with `left` and `right`
        As it was given to `assign`.
    demand, max_load, min_load, conflicts, keep, cap
        As they were given to `assign`.
    claims : mapping, optional
        What was claimed: any of `totals`, `loads`, `total`, `floor`, `gap`,
        `total_bound` with `prices`, `floor_bound` with `floor_weights` and
        `floor_prices`, and `probabilities`; ``assignment.claims()`` has them all.

    Returns
    -------
    list of str
        One English sentence a fault.

    Raises
    ------
    ValueError
        If the request itself is malformed.

    Notes
    -----
    For any prices :math:`y` no assignment exceeds
    :math:`\sum_p \mathrm{top}_{d_p}(a_p - y) + \sum_e \max(h_e y_e, l_e y_e)`.
    A claimed bound below this is not proven. A floor is never above a weighted
    mean of totals, so the same sum with weighted affinities bounds it; where all
    affinities are multiples of a step, so is the floor, and the bound may be
    rounded down. A floor bound found by exhaustive search (`floor_exact`) has no
    such proof and is only compared with the floor.

    Examples
    --------
    >>> check([[0, 0], [0, 0]], [[5.0, 1.0]], demand=2, max_load=1)
    ['pair (0, 0) stands twice', 'reader 0 has 2 entries, at most 1 are allowed']
    """
    affinities = _Affinities(affinity)
    shape = affinities.shape
    wanted = whole("demand", demand, size=shape[0], bits=BITS)
    most = whole("max_load", max_load, size=shape[1], bits=BITS)
    least = whole("min_load", min_load, size=shape[1], bits=BITS)
    given, faults = _given(pairs, shape)
    closed, kept = (
        set(map(tuple, cells(name, given_cells, shape).tolist()))
        for name, given_cells in (("conflicts", conflicts), ("keep", keep))
    )
    load = np.bincount(given[:, 1], minlength=shape[1])
    faults += _placement(given, closed, kept)
    faults += _counts("entry", np.bincount(given[:, 0], minlength=shape[0]), wanted, wanted)
    faults += _counts("reader", load, least, most)
    if claims is not None:
        totals = np.zeros(shape[0])
        np.add.at(totals, given[:, 0], affinities.of(given))
        faults += _figures(claims, totals, load, wanted)
        limits = _Limits(affinities, wanted, least, most, closed, kept)
        faults += _bounds(claims, limits)
        if claims.get("probabilities") is not None:
            faults += _chances(claims["probabilities"], given, limits, cap)
    return faults


@dataclass(frozen=True, slots=True)
class _Limits:
    affinities: "_Affinities"
    wanted: Ints
    least: Ints
    most: Ints
    closed: set[tuple[int, int]]
    kept: set[tuple[int, int]]


class _Affinities:
    def __init__(self, affinity: Any) -> None:
        self.left: Floats | None = None
        if hasattr(affinity, "left") and hasattr(affinity, "right"):
            self.left = matrix("affinity.left", affinity.left)
            self.right = matrix("affinity.right", affinity.right)
            if self.left.shape[1] != self.right.shape[1]:
                raise ValueError(
                    f"affinity.left has {self.left.shape[1]} columns, "
                    f"affinity.right has {self.right.shape[1]}"
                )
            self.shape = (self.left.shape[0], self.right.shape[0])
        else:
            self.full = matrix("affinity", affinity)
            self.shape = (self.full.shape[0], self.full.shape[1])

    def of(self, pairs: Ints) -> Floats:
        if self.left is None:
            return self.full[pairs[:, 0], pairs[:, 1]]
        products: Floats = (self.left[pairs[:, 0]] * self.right[pairs[:, 1]]).sum(axis=1)
        return products

    def step(self) -> float:
        """Return the greatest number that divides all affinities, 0 if there is none."""
        if self.left is not None:
            return 0.0
        divisor = 0
        for row in self.full:
            units = row * 2**20
            if (np.abs(units) >= 2**52).any() or (units % 1 != 0).any():
                return 0.0
            for unit in np.unique(np.abs(units)).tolist():
                divisor = gcd(divisor, int(unit))
        return divisor / 2**20

    def rows(self) -> Iterator[tuple[int, Floats]]:
        step = max(1, CELLS // max(self.shape[1], 1))
        for start in range(0, self.shape[0], step):
            if self.left is None:
                yield start, self.full[start : start + step].copy()
            else:
                yield start, self.left[start : start + step] @ self.right.T


def _given(pairs: ArrayLike, shape: tuple[int, int]) -> tuple[Ints, list[str]]:
    given = np.asarray(pairs)
    if given.size == 0:
        given = np.empty((0, 2), dtype=np.int64)
    if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iu":
        raise ValueError(f"pairs must be whole numbers of shape (n, 2), got {given.shape}")
    outside = ((given < 0) | (given >= shape)).any(axis=1)
    faults = named([f"pair ({p}, {r}) is outside {shape}" for p, r in given[outside].tolist()])
    return given[~outside].astype(np.int64), faults


def _placement(given: Ints, closed: set[tuple[int, int]], kept: set[tuple[int, int]]) -> list[str]:
    rows = [(p, r) for p, r in given.tolist()]
    have = set(rows)
    seen: set[tuple[int, int]] = set()
    twice = [row for row in rows if row in seen or seen.add(row)]  # type: ignore[func-returns-value]
    return (
        named([f"pair {row} stands twice" for row in twice])
        + named([f"pair {row} is a conflict" for row in sorted(have & closed)])
        + named([f"pair {row} was to be kept" for row in sorted(kept - have)])
    )


def _counts(kind: str, have: Ints, least: Ints, most: Ints) -> list[str]:
    what = {"entry": "readers", "reader": "entries"}[kind]
    over = [
        f"{kind} {i} has {have[i]} {what}, at most {most[i]} are allowed"
        for i in np.flatnonzero(have > most)
    ]
    under = [
        f"{kind} {i} has {have[i]} {what}, at least {least[i]} are needed"
        for i in np.flatnonzero(have < least)
    ]
    return named(over) + named(under)


def _figures(claims: Mapping[str, Any], totals: Floats, load: Ints, wanted: Ints) -> list[str]:
    faults = []
    for name in ("total", "floor", "gap", "total_bound", "floor_bound"):
        if claims.get(name) is not None:
            number(f"claims[{name!r}]", claims[name])
    found: dict[str, Any] = {
        "totals": totals,
        "loads": load,
        "total": totals.sum(),
        "floor": totals[wanted > 0].min() if wanted.any() else 0.0,
    }
    for name, value in found.items():
        if name in claims and not same(claims[name], value):
            what = "differ" if name in ("totals", "loads") else f"is {claims[name]}, not {value}"
            faults.append(f"the claimed {name} {what}")
    if {"gap", "total", "total_bound"} <= claims.keys():
        bound = float(claims["total_bound"])
        gap = (bound - float(claims["total"])) / abs(bound) if bound != 0 else 0.0
        if abs(gap - float(claims["gap"])) > CLOSE:
            faults.append(f"the claimed gap is {claims['gap']}, not {gap}")
    for name in ("total", "floor"):
        value, top = claims.get(name), claims.get(f"{name}_bound")
        if value is not None and top is not None and below(-value, -top):
            faults.append(f"the claimed {name} {value} exceeds its own bound {top}")
    return faults


def _chances(chance: Any, given: Ints, limits: _Limits, cap: float) -> list[str]:
    """Verify a sparse matrix of probabilities against every limit."""
    wanted, least, most = limits.wanted, limits.least, limits.most
    if chance.shape != (wanted.size, most.size):
        return [f"the probabilities have shape {chance.shape}, not {(wanted.size, most.size)}"]
    cells = chance.tocoo()
    at = list(zip(cells.row.tolist(), cells.col.tolist(), strict=True))
    by_cell = dict(zip(at, cells.data.tolist(), strict=True))
    drawn = [(p, r) for p, r in given.tolist()]
    above = [
        k for k, x in by_cell.items() if not 0 <= x <= (1.0 if k in limits.kept else cap) + 1e-9
    ]
    faults = named([f"the probability of {k} is {by_cell[k]}, must be up to {cap}" for k in above])
    barred = [k for k, x in by_cell.items() if k in limits.closed and x != 0]
    faults += named([f"pair {k} is a conflict, with a probability of {by_cell[k]}" for k in barred])
    never = [k for k in drawn if by_cell.get(k, 0.0) <= 0]
    faults += named([f"pair {k} was drawn with no probability" for k in never])
    served = np.bincount(cells.row, cells.data, wanted.size)
    wrong = np.flatnonzero(np.abs(served - wanted) > 1e-6)
    faults += named([f"entry {p} expects {served[p]} readers, not {wanted[p]}" for p in wrong])
    load = np.bincount(cells.col, cells.data, most.size)
    wrong = np.flatnonzero((load > most + 1e-6) | (load < least - 1e-6))
    return faults + named(
        [
            f"reader {r} expects {load[r]} entries, allowed are {least[r]} to {most[r]}"
            for r in wrong
        ]
    )


def _bounds(claims: Mapping[str, Any], limits: _Limits) -> list[str]:
    faults = []
    wanted, (entries, readers) = limits.wanted, limits.affinities.shape
    if {"total_bound", "prices"} <= claims.keys():
        prices = vector("prices", claims["prices"], size=readers)
        proven = _proven(limits, np.ones(entries), prices)
        if below(float(claims["total_bound"]), proven):
            faults.append(f"the prices prove a total of {proven}, not {claims['total_bound']}")
    if wanted.any() and {"floor_bound", "floor_weights", "floor_prices"} <= claims.keys():
        weights = vector("floor_weights", claims["floor_weights"], size=entries)
        prices = vector("floor_prices", claims["floor_prices"], size=readers)
        if (weights < 0).any() or not weights.any() or weights[wanted == 0].any():
            return [*faults, "floor_weights must not be negative, all zero, or on unasked entries"]
        proven = _proven(limits, weights, prices) / float(weights.sum())
        step = limits.affinities.step()
        if step > 0:
            proven = float(np.floor(proven / step + 1e-9)) * step
        if below(float(claims["floor_bound"]), proven) and not claims.get("floor_exact"):
            faults.append(f"the weights prove a floor of {proven}, not {claims['floor_bound']}")
    return faults


def _proven(limits: _Limits, weights: Floats, prices: Floats) -> float:
    """Return what no assignment's weighted total exceeds, at these prices."""
    affinities, wanted, most, least = limits.affinities, limits.wanted, limits.most, limits.least
    closed, kept = limits.closed, limits.kept
    held = np.array(sorted(kept), dtype=np.int64).reshape(-1, 2)
    shut = np.array(sorted(closed | kept), dtype=np.int64).reshape(-1, 2)
    rest = wanted - np.bincount(held[:, 0], minlength=wanted.size)
    carried = np.bincount(held[:, 1], minlength=most.size)
    total = float((weights[held[:, 0]] * affinities.of(held)).sum())
    for start, values in affinities.rows():
        stop = start + values.shape[0]
        values *= weights[start:stop, None]
        values -= prices
        here = shut[(shut[:, 0] >= start) & (shut[:, 0] < stop)]
        values[here[:, 0] - start, here[:, 1]] = -np.inf
        deepest = min(int(rest[start:stop].max()), values.shape[1])
        if deepest < values.shape[1]:
            values = np.partition(values, values.shape[1] - deepest - 1, axis=1)
            values = values[:, values.shape[1] - deepest :]
        values = np.sort(values, axis=1)[:, ::-1]
        for row, count in zip(values, rest[start:stop].tolist(), strict=True):
            total += float(row[:count].sum())
    high, low = most - carried, np.maximum(least - carried, 0)
    return total + float(np.maximum(high * prices, low * prices).sum())
