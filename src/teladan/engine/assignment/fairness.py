"""Raising the entry that is served worst."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.prices import exchange_prices
from teladan.engine.assignment.request import Request
from teladan.engine.assignment.survey import Survey, scatter

__all__ = [
    "Raised",
    "better_of",
    "floor_of",
    "grain_of",
    "narrowed",
    "raised",
    "reweighted",
    "win_back",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[float], None]
Widen = Callable[[Network, Floats, Floats], Network]

# Targets tried by prices and rounds at each; given up where this share stays below.
TARGETS = 4
PRICED = 8
HOPELESS = 0.2
# Rounds by re-weighting, and pairs up to which they are tried.
ROUNDS = 120
MOST_REPEATED = 150_000
# Rounds without a better answer before the search ends.
PATIENCE = 30
# Rounds of winning back the total.
RETURNS = 25
# Pairs of each entry that stay when many flows are to be solved.
NARROW = 16


def floor_of(request: Request, totals: Floats) -> float:
    """Return the lowest total of the entries with demand; 0 if there are none."""
    asked = request.asked > 0
    return float(totals[asked].min()) if asked.any() else 0.0


def narrowed(network: Network, flow: Ints, prices: Floats, best: Survey) -> Network:
    """Return the network with each entry's best pairs only, at prices and at none."""
    worth = network.value - prices[network.reader]
    order = np.lexsort((scatter(network.entry, network.reader), -worth, network.entry))
    place = np.arange(worth.size) - np.searchsorted(network.entry, network.entry)
    stays = np.zeros(worth.size, dtype=bool)
    stays[order] = place < NARROW
    stays |= flow > 0
    smaller = replace(
        network,
        entry=network.entry[stays],
        reader=network.reader[stays],
        value=network.value[stays],
    )
    return smaller.joined(best.entry, best.reader, best.value)


@dataclass(frozen=True, slots=True)
class Raised:
    """A flow with a higher floor beside the one of greatest total, on one network."""

    network: Network
    greatest: Ints
    fair: Ints
    done: bool


def raised(
    network: Network,
    flow: Ints,
    prices: Floats,
    reach: float,
    *,
    targets: int = TARGETS,
    patience: int = PATIENCE,
    widen: Widen | None = None,
    progress: Progress,
) -> Raised:
    """Raise the floor of a flow of greatest total towards `reach`.

    First the entries below it get as much weight as they need at the going prices;
    `widen` adds the pairs that weights and prices make worth trying. If that is not
    enough, all weights follow the totals, until `patience` rounds in a row bring
    nothing.
    """
    search = _Search(network, flow, reach)
    search.by_prices(prices, targets, widen, lambda share: progress(0.4 * share))
    if not search.done and search.network.entry.size <= MOST_REPEATED:
        search.by_weights(patience, lambda share: progress(0.4 + 0.6 * share))
    return Raised(search.network, search.start, search.best, search.done)


class _Search:
    """A search for a better floor: the best flow so far and what it counts."""

    def __init__(self, network: Network, flow: Ints, reach: float) -> None:
        self.network, self.start, self.best, self.reach = network, flow, flow, reach
        self.grain = grain_of(network)

    def floor(self, totals: Floats) -> float:
        return floor_of(self.network.request, totals)

    @property
    def done(self) -> bool:
        return self.floor(self.network.totals(self.best)) >= self.reach - self.grain

    def better(self, flow: Ints) -> bool:
        """Whether a flow beats the best so far, which it then becomes."""
        kept, self.best = self.best, better_of(self.network, flow, self.best)
        return self.best is not kept

    def by_prices(
        self, prices: Floats, targets: int, widen: Widen | None, progress: Progress
    ) -> None:
        """Give entries below a target the weight that wins them enough at going prices.

        The first target is the reach; while that is too high, halfway to the floor.
        """
        if self.network.unit != 1:
            return
        weights, target, highest = np.ones(self.network.request.P), self.reach, self.reach
        for turn in range(targets):
            tried, reached = self._aimed(target, weights, prices, widen)
            progress((turn + 1) / targets)
            floor = self.floor(self.network.totals(self.best))
            if reached:
                weights = tried
            else:
                highest = target
            if self.done or highest - floor <= 0.02 * abs(highest):
                break
            target = (floor + highest) / 2.0

    def _aimed(
        self, target: float, weights: Floats, prices: Floats, widen: Widen | None
    ) -> tuple[Floats, bool]:
        """Try for a target from given weights; return the last weights, and whether it worked."""
        asked, weights = self.network.request.asked > 0, weights.copy()
        totals = self.network.totals(self.best if weights.max() > 1 else self.start)
        for turn in range(PRICED):
            low = (totals < target - self.grain) & asked
            if not low.any():
                return weights, True
            needed = _needed(self.network, low, prices, target, weights)
            weights[low] = np.maximum(1.3 * weights[low], 1.05 * needed)
            if widen is not None and turn % 4 == 0:
                self._move(widen(self.network, weights, prices))
            found = self.network.solve(weights)
            if found is None:
                break
            totals = self.network.totals(found)
            self.better(found)
            if (totals[asked] < target - self.grain).mean() > HOPELESS:
                break
            prices = exchange_prices(self.network, found, weights, start=prices)
        return weights, self.floor(totals) >= target - self.grain

    def _move(self, network: Network) -> None:
        """Go on with a wider network."""
        self.start = self.network.carried(self.start, network)
        self.best = self.network.carried(self.best, network)
        self.network = network

    def by_weights(self, patience: int, progress: Progress) -> None:
        """Let all weights follow the totals, and the target come down if it seems too high."""
        network = self.network
        weights, target, since = np.ones(network.request.P), self.reach, 0
        totals = network.totals(self.start)
        for turn in range(ROUNDS):
            if self.done or since >= patience:
                break
            weights = reweighted(weights, totals, target, self.grain)
            found = network.solve(weights)
            if found is None:
                break
            totals = network.totals(found)
            since = 0 if self.better(found) else since + 1
            if since >= patience // 2 and since % (patience // 6) == 0:
                # Not within reach, it seems: aim halfway.
                target = (self.floor(network.totals(self.best)) + target) / 2.0
            progress((turn + 1) / ROUNDS)


def _needed(
    network: Network, low: NDArray[np.bool_], prices: Floats, target: float, weights: Floats
) -> Floats:
    """Return for low entries the least weight at which their own choice reaches the target."""
    chosen = np.flatnonzero(low[network.entry])
    entry = np.cumsum(low)[network.entry[chosen]] - 1
    value, price = network.value[chosen], prices[network.reader[chosen]]
    count = int(low.sum())
    demand, kept = network.request.demand[low], network.request.kept_totals[low]
    firsts = np.searchsorted(entry, np.arange(count))

    def total(weight: Floats) -> Floats:
        order = np.lexsort((price - weight[entry] * value, entry))
        place = np.arange(entry.size) - firsts[entry]
        taken = np.where(place < demand[entry], value[order], 0.0)
        return kept + np.bincount(entry, taken, count)

    below = np.log2(weights[low])
    above = below + 16.0
    for _ in range(12):
        middle = (below + above) / 2.0
        enough = total(np.exp2(middle)) >= target
        above, below = np.where(enough, middle, above), np.where(enough, below, middle)
    answer: Floats = np.exp2(above)
    return answer


def reweighted(weights: Floats, totals: Floats, target: float, grain: float) -> Floats:
    """Return weights raised by at most half below the target, and lowered slowly above it."""
    size = max(abs(target), grain)
    moved = weights * np.exp(np.clip(1.2 * (target - totals) / size, -0.05, 0.5))
    answer: Floats = np.maximum(moved / moved.max(), 1e-6)
    return answer


def win_back(
    network: Network, greatest: Ints, fair: Ints, levels: Floats, *, progress: Progress
) -> Ints:
    """Return to the greatest total except where an entry would fall below its level.

    Entries that fall keep their fair readers; the others are served anew, until
    nobody falls.
    """
    asked = network.request.asked > 0
    held = np.zeros(asked.size, dtype=bool)
    flow: Ints | None = greatest
    for turn in range(RETURNS):
        if flow is None:
            return fair
        fallen = (network.totals(flow) < levels) & asked & ~held
        if not fallen.any():
            better = network.totals(flow).sum() > network.totals(fair).sum()
            return flow if better else fair
        held |= fallen
        flow = network.solve(held=np.where(held[network.entry], fair, -1))
        progress((turn + 1) / RETURNS)
    return fair


def better_of(network: Network, new: Ints, old: Ints) -> Ints:
    """Return the flow with the higher floor, or at the same floor with the greater total."""
    grain, first, second = grain_of(network), network.totals(new), network.totals(old)
    rise = floor_of(network.request, first) - floor_of(network.request, second)
    wins = rise > grain or (rise >= -grain and first.sum() > second.sum() + grain)
    return new if wins else old


def grain_of(network: Network) -> float:
    """Return below which difference two totals are the same.

    Probabilities are whole units, so their sums are sure to a few units only.
    """
    size = float(np.abs(network.value).max(initial=0.0))
    return 1e-9 * max(1.0, size) if network.unit == 1 else 2.0 * size / network.unit
