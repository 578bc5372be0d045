"""Beyond the floor: the next-lowest entries, and those after them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.fairness import grain_of, reweighted
from teladan.engine.assignment.flow import Network

__all__ = ["levelled"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Targets above the floor, as shares of the entries that lie below them, and rounds at each.
SHARES = 0.02, 0.05, 0.1, 0.2, 0.3, 0.5
ROUNDS = 12


def levelled(network: Network, flow: Ints, *, progress: Callable[[float], None]) -> Ints:
    """Raise the lowest entries that can be raised, then the lowest of the others, and so on.

    Weights follow totals towards one target after the other. A flow is better if its
    totals, lowest first, are greater at the first place where they differ.
    """
    grain = grain_of(network)
    asked = network.request.asked > 0
    best, order = flow, np.sort(network.totals(flow)[asked])
    for step, share in enumerate(SHARES):
        target = max(float(np.quantile(order, share)), float(order[0]) + 2.0 * grain)
        weights, totals = np.ones(asked.size), network.totals(best)
        for turn in range(ROUNDS):
            weights = reweighted(weights, totals, target, grain)
            found = network.solve(weights)
            if found is None:
                return best
            totals = network.totals(found)
            sorted_totals = np.sort(totals[asked])
            if _above(sorted_totals, order, grain):
                best, order = found, sorted_totals
            progress((step + (turn + 1) / ROUNDS) / len(SHARES))
    return best


def _above(new: Floats, old: Floats, grain: float) -> bool:
    """Whether sorted totals are greater at the first place where they differ."""
    differ = np.flatnonzero(np.abs(new - old) > grain)
    return bool(differ.size and new[differ[0]] > old[differ[0]])
