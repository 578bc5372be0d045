"""Raising the entry that is served worst."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.prices import best_of, bound, prices_of
from teladan.engine.assignment.request import Request

__all__ = ["Fairest", "Proof", "ceiling", "fairest"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 120
# Rounds without a better answer before the search ends.
PATIENCE = 30
# Prices are exact but quadratic in readers; beyond this the single-entry bound stands.
MOST_PRICED = 2000


@dataclass(frozen=True, slots=True)
class Proof:
    """No floor exceeds `value`: a weighted total and its prices say so."""

    value: float
    weights: Floats
    prices: Floats


@dataclass(frozen=True, slots=True)
class Fairest:
    """The flow with the best floor found, and what no floor can exceed."""

    flow: Ints
    proof: Proof


def floor_of(request: Request, totals: Floats) -> float:
    """Return the lowest total of the entries with demand; 0 if there are none."""
    asked = request.asked > 0
    return float(totals[asked].min()) if asked.any() else 0.0


def ceiling(request: Request, most: float = 1.0) -> Proof:
    """Bound the floor by the entry whose best readers are worst, as if it were alone.

    With `most` below 1 no pair has a greater probability, and the expected floor is bounded.
    """
    possible = request.kept_totals.copy()
    for rows, values in request.blocks():
        possible[rows] += best_of(values, request.demand[rows], most)
    weights = np.zeros(request.P)
    if request.asked.any():
        weights[int(np.where(request.asked > 0, possible, np.inf).argmin())] = 1.0
    return Proof(float(weights @ possible), weights, np.zeros(request.E))


def fairest(
    network: Network, flow: Ints, *, progress: Callable[[float], None], rounds: int = ROUNDS
) -> Fairest:
    """Raise the floor by giving weight to entries below it, then win back the total.

    Starts from the flow of greatest total. Weights grow by at most half where an
    entry lacks much and shrink slowly where it has more than the target.
    """
    request = network.request
    proof = ceiling(request)
    reach = ceiling(request, network.capacity / network.unit).value
    weights, target, since = np.ones(request.P), reach, 0
    best, totals = flow, network.totals(flow)
    # Probabilities are whole units, so sums are sure to a few units only.
    size = float(np.abs(network.value).max(initial=0.0))
    grain = 1e-9 * max(1.0, size) if network.unit == 1 else 2.0 * size / network.unit
    for turn in range(rounds):
        floor = floor_of(request, network.totals(best))
        if floor >= min(reach, proof.value) - grain or since >= PATIENCE:
            break
        weights = _reweighted(weights, totals, target, grain)
        found = network.solve(weights)
        if found is None:
            break
        totals = network.totals(found)
        since += 1
        if _better(request, totals, network.totals(best), grain):
            best, since = found, 0
        if since >= PATIENCE // 2 and since % (PATIENCE // 6) == 0:
            # Not within reach: prove so if possible, and aim halfway.
            proof = _tighter(network, found, weights, proof)
            target = (floor_of(request, network.totals(best)) + min(target, proof.value)) / 2.0
        progress((turn + 1) / rounds)
    return Fairest(_win_back(network, flow, best, grain), proof)


def _reweighted(weights: Floats, totals: Floats, target: float, grain: float) -> Floats:
    size = max(abs(target), grain)
    moved = weights * np.exp(np.clip(1.2 * (target - totals) / size, -0.05, 0.5))
    answer: Floats = np.maximum(moved / moved.max(), 1e-6)
    return answer


def _better(request: Request, new: Floats, old: Floats, grain: float) -> bool:
    rise = floor_of(request, new) - floor_of(request, old)
    return rise > grain or (rise >= -grain and new.sum() > old.sum() + grain)


def _tighter(network: Network, flow: Ints, weights: Floats, proof: Proof) -> Proof:
    """Try the weighted total as a bound: a mean of totals is never below their floor."""
    request = network.request
    if network.unit != 1 or request.E > MOST_PRICED:
        return proof
    weights = np.where(request.asked > 0, weights, 0.0)
    taken = flow > 0
    prices = prices_of(request, network.entry[taken], network.reader[taken], weights)
    value = bound(request, prices, weights) / weights.sum()
    return Proof(value, weights, prices) if value < proof.value else proof


def _win_back(network: Network, greatest: Ints, fair: Ints, grain: float) -> Ints:
    """Return to the greatest total except where that would break the floor.

    Entries that fall below the floor keep their fair readers; the others are
    served anew, until nobody falls.
    """
    request = network.request
    floor = floor_of(request, network.totals(fair)) - grain
    held = np.zeros(request.P, dtype=bool)
    flow: Ints | None = greatest
    for _ in range(request.P):
        if flow is None:
            return fair
        fallen = (network.totals(flow) < floor) & (request.asked > 0) & ~held
        if not fallen.any():
            better = network.totals(flow).sum() > network.totals(fair).sum()
            return flow if better else fair
        held |= fallen
        flow = network.solve(held=np.where(held[network.entry], fair, -1))
    return fair
