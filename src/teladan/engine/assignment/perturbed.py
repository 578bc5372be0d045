"""As random as can be, at a share of the greatest total: perturbed maximisation by entropy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.lottery import FINE
from teladan.engine.errors import NotConverged

__all__ = ["Perturbed", "perturbed"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROUNDS = 200
# Readers up to which Newton's equations are solved directly.
MOST_DIRECT = 1500


@dataclass(frozen=True, slots=True)
class Perturbed:
    """Probabilities as a flow of fine units, and what the entropy of any can be."""

    network: Network
    flow: Ints
    entropy_bound: float


@dataclass(frozen=True, slots=True)
class _Point:
    """Prices of readers, price of the total, and what follows from them."""

    prices: Floats
    pull: float
    chance: Floats
    load: Floats
    total: float
    height: float


class _Dual:
    """The concave problem seen from its prices: one for each reader, one for the total.

    Rows hold the open pairs of an entry, filled up with closed ones.
    """

    def __init__(self, network: Network, cap: float, least: float) -> None:
        request = network.request
        counts = np.bincount(network.entry, minlength=request.P)
        place = np.arange(network.entry.size) - np.searchsorted(network.entry, network.entry)
        self.cell = network.entry, place
        shape = request.P, max(int(counts.max(initial=0)), 1)
        self.value, self.open = np.zeros(shape), np.zeros(shape, dtype=bool)
        self.reader = np.zeros(shape, dtype=np.int64)
        self.value[self.cell], self.open[self.cell] = network.value, True
        self.reader[self.cell] = network.reader
        self.demand, self.cap, self.least = request.demand.astype(float), cap, least
        self.high, self.low = request.high.astype(float), request.low.astype(float)

    def at(self, prices: Floats, pull: float) -> _Point:
        """Fill each row with its likeliest pairs; see what that does to loads and total."""
        score = np.where(self.open, pull * self.value - prices[self.reader], -np.inf)
        chance = _filled(score, self.demand, self.cap)
        some = chance > 0
        entropy = -float((chance[some] * np.log(chance[some])).sum())
        load = self.by_reader(chance, prices.size)
        total = float((self.value * chance).sum())
        paid = np.maximum(self.high * prices, self.low * prices) - load * prices
        height = entropy + pull * (total - self.least) + float(paid.sum())
        return _Point(prices, pull, chance, load, total, height)

    def by_reader(self, cells: Floats, readers: int) -> Floats:
        """Return the sums over each reader."""
        return np.bincount(self.reader.ravel(), cells.ravel(), readers).astype(np.float64)

    def slope(self, point: _Point) -> Floats:
        """Return how the height changes with each price and with the pull."""
        idle = np.clip(point.load, self.low, self.high)
        limit = np.where(point.prices > 0, self.high, np.where(point.prices < 0, self.low, idle))
        pulled = point.total - self.least
        return np.append(limit - point.load, min(pulled, 0.0) if point.pull == 0 else pulled)

    def newton(self, point: _Point, slope: Floats) -> Floats:
        """Return Newton's step, zero wherever it would leave a bound the wrong way."""
        from scipy import sparse

        loose = np.where(point.chance < self.cap * (1.0 - 1e-12), point.chance, 0.0)
        rows = np.maximum(loose.sum(axis=1), 1e-300)
        mean = (loose * self.value).sum(axis=1) / rows
        apart = loose * (self.value - mean[:, None])
        E = point.prices.size
        weight = sparse.csr_array(
            (loose[self.cell], (self.cell[0], self.reader[self.cell])), shape=(rows.size, E)
        )
        cross = self.by_reader(-apart, E)
        curve = _Curve(weight, 1.0 / rows, cross, float((apart * self.value).sum()))
        at_rest = np.append(point.prices == 0, point.pull == 0)
        free = ~at_rest | (slope != 0)
        damping = min(1e-2, 1e-3 * float(np.linalg.norm(slope))) + 1e-9
        while True:
            step = np.zeros(E + 1)
            step[free] = curve.solve(-slope[free], free, damping)
            wrong = at_rest & (step * slope > 0)
            if not wrong.any():
                return step
            free &= ~wrong


@dataclass(frozen=True, slots=True)
class _Curve:
    """The second derivative: ``diag(loads) - W' diag(1 / rows) W``, bordered by the total."""

    weight: Any
    inverse: Floats
    cross: Floats
    corner: float

    def solve(self, right: Floats, free: Bools, damping: float) -> Floats:
        from scipy.sparse import linalg

        n = int(free[:-1].sum())
        w = self.weight[:, np.flatnonzero(free[:-1])]
        loads, cross = np.asarray(w.sum(axis=0)).ravel(), self.cross[free[:-1]]
        border = bool(free[-1])
        if n <= MOST_DIRECT:
            scaled = w.toarray() * np.sqrt(self.inverse)[:, None]
            matrix = np.zeros((n + border, n + border))
            matrix[:n, :n] = np.diag(loads) - scaled.T @ scaled
            if border:
                matrix[:n, n] = matrix[n, :n] = cross
                matrix[n, n] = self.corner
            matrix += damping * np.eye(n + border)
            return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)

        def times(x: Floats) -> Floats:
            y: Floats = loads * x[:n] - w.T @ (self.inverse * (w @ x[:n])) + damping * x[:n]
            if not border:
                return y
            y += cross * x[n]
            return np.append(y, cross @ x[:n] + (self.corner + damping) * x[n])

        size = n + border
        diagonal = np.append(loads, self.corner)[:size] + damping
        operator = linalg.LinearOperator((size, size), matvec=times, dtype=np.float64)
        ease = linalg.LinearOperator((size, size), matvec=lambda x: x / diagonal, dtype=np.float64)
        found: Floats = linalg.cg(operator, right, rtol=1e-8, maxiter=500, M=ease)[0]
        return found


def _filled(score: Floats, demand: Floats, cap: float) -> Floats:
    """Return ``min(cap, exp(score - u))`` with `u` such that each row sums to its demand."""
    falling = -np.sort(-score, axis=1)
    top = falling[:, :1]
    mass = np.exp(falling - top)
    tail = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
    rest = demand[:, None] - cap * np.arange(score.shape[1])
    # If the first j are at the cap, the others share the rest; u - top is then:
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(tail) - np.log(rest)
        fits = (rest > 0) & (falling - top - level <= np.log(cap) + 1e-12)
    first = fits.argmax(axis=1)
    at = np.arange(first.size)
    with np.errstate(invalid="ignore"):
        power = score - (level[at, first] + top[:, 0])[:, None]
        chance: Floats = np.exp(np.minimum(power, np.log(cap)))
    # Rows without demand, and rows whose every open pair must be at the cap.
    chance[demand <= 0] = 0.0
    full = ~fits.any(axis=1) & (demand > 0)
    chance[full] = np.where(np.isfinite(score[full]), cap, 0.0)
    return chance


def perturbed(
    network: Network, cap: float, least: float, *, progress: Callable[[float], None]
) -> Perturbed:
    """Maximise the entropy of the pairs' probabilities at an expected total of `least`.

    Damped Newton on the prices; the rows are filled in closed form, so that only as
    many unknowns are left as there are readers, and one.
    """
    unit, readers = 2**FINE, network.request.E
    capacity = int(cap * unit)
    dual = _Dual(network, capacity / unit, least)
    point = dual.at(np.zeros(readers), 0.0)
    # Errors of all loads together stay below a unit, so that whole units exist.
    exact = np.append(np.full(readers, 0.25 / (readers * unit)), 1e-9 * max(1.0, abs(least)))
    for turn in range(ROUNDS):
        slope = dual.slope(point)
        if (np.abs(slope) <= exact).all():
            fine = replace(network, unit=unit, capacity=capacity)
            return Perturbed(fine, _units(fine, point.chance[dual.cell]), point.height)
        point = _descended(dual, point, slope, dual.newton(point, slope))
        progress((turn + 1) / ROUNDS)
    raise NotConverged(f"probabilities were not found in {ROUNDS} rounds; ask for less quality")


def _units(network: Network, chance: Floats) -> Ints:
    """Round probabilities to whole units, down or up, so that all sums stay."""
    scaled = chance * network.unit
    near = np.rint(scaled)
    base = np.where(np.abs(scaled - near) < 1e-6, near, np.floor(scaled)).astype(np.int64)
    rounded = network.topped_up(base)
    if rounded is None:
        raise NotConverged("the probabilities could not be rounded to units")
    return rounded


def _descended(dual: _Dual, point: _Point, slope: Floats, step: Floats) -> _Point:
    """Go along the step as far as the height falls; no price changes its sign at once."""
    length = 1.0
    while True:
        prices = point.prices + length * step[:-1]
        prices[prices * point.prices < 0] = 0.0
        pull = max(point.pull + length * float(step[-1]), 0.0)
        new = dual.at(prices, pull)
        fall = float(slope[:-1] @ (prices - point.prices) + slope[-1] * (pull - point.pull))
        if new.height <= point.height + 1e-4 * fall + 1e-10 * abs(point.height) or length < 1e-9:
            return new
        length /= 2.0
