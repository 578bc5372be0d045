"""The assignment of greatest total: exact where all pairs fit, by columns where they don't."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network, explain, narrowest, obstacle
from teladan.engine.assignment.prices import bound, exchange_prices, price, proven
from teladan.engine.assignment.request import Request
from teladan.engine.assignment.survey import everything, survey
from teladan.engine.cluster import Cluster

__all__ = ["Greatest", "greatest"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[float], None]

# Pairs that one flow takes as they are; more are pruned by prices first.
MOST_PAIRS = 1_500_000
BREADTH = 24
# A pruned answer within this of its bound is good enough; else columns are added.
CLOSE = 1e-5
PASSES = 5


@dataclass(frozen=True, slots=True)
class Greatest:
    """A flow of greatest total, and the prices that prove how great any total can be.

    The network is `whole` if it has all open pairs.
    """

    network: Network
    flow: Ints
    prices: Floats
    bound: float
    whole: bool

    @property
    def close(self) -> bool:
        """Whether the total is as good as proven to be the greatest."""
        total = float(self.network.totals(self.flow).sum())
        return self.bound - total <= CLOSE * abs(self.bound)


def greatest(
    request: Request, *, cap: float = 1.0, cluster: Cluster | None, progress: Progress
) -> Greatest:
    """Find the greatest total, or raise Infeasible with the reason.

    The network has room for probabilities up to `cap`.
    """
    if request.P * request.E > MOST_PAIRS:
        breadth = 2 * int(np.ceil(request.demand.max(initial=0) / cap))
        return _by_columns(request, max(breadth, BREADTH), cluster, progress)
    network = Network(request, *everything(request))
    progress(0.2)
    flow = network.solve()
    if flow is None:
        raise obstacle(network)
    progress(0.7)
    prices = exchange_prices(network, flow)
    return Greatest(network, flow, prices, bound(request, prices), whole=True)


def _by_columns(
    request: Request, breadth: int, cluster: Cluster | None, progress: Progress
) -> Greatest:
    """Solve on the pairs nearest at rough prices; its exact prices say which pairs were missed.

    The bound of the last pass holds for all pairs, so the gap that remains is known.
    """
    prices = price(request, progress=_between(progress, 0.0, 0.5 / PASSES))
    none = np.empty(0, dtype=np.int64)
    network = Network(request, none, none, np.empty(0))
    best = Greatest(network, none, prices, np.inf, whole=False)
    for turn in range(PASSES):
        told = _between(progress, (turn + 0.5) / PASSES, (turn + 0.8) / PASSES)
        found = survey(request, prices, breadth=breadth, cluster=cluster, progress=told)
        value = proven(request, prices, found)
        if value < best.bound:
            best = replace(best, prices=prices, bound=value)
        if turn > 0 and best.close:
            break
        network = network.joined(found.entry, found.reader, found.value)
        network, flow = _served(network, prices, cluster)
        progress((turn + 0.9) / PASSES)
        best = replace(best, network=network, flow=flow)
        if best.close or turn == PASSES - 1:
            break
        prices = exchange_prices(network, flow, start=prices)
    return best


def _between(progress: Progress, start: float, end: float) -> Progress:
    return lambda share: progress(start + (end - start) * share)


def _served(network: Network, prices: Floats, cluster: Cluster | None) -> tuple[Network, Ints]:
    """Solve, and while demand can't be served, open the pairs that cross the narrowest cut."""
    request = network.request
    flow = network.solve()
    while flow is None:
        cut = narrowest(network)
        away = prices + np.where(cut.near, 4.0 * float(np.ptp(network.value)) + 1.0, 0.0)
        found = survey(request, away, breadth=BREADTH, cluster=cluster)
        crossing = cut.stuck[found.entry] & ~cut.near[found.reader]
        wider = network.joined(found.entry[crossing], found.reader[crossing], found.value[crossing])
        if wider.entry.size == network.entry.size:
            raise explain(request, cut)
        network = wider
        flow = network.solve()
    return network, flow
