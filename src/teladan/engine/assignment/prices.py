"""Prices of readers: the proof that no assignment can be better, and a compass for pruning."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.request import Request
from teladan.engine.assignment.survey import Survey, survey
from teladan.engine.cluster import Cluster

__all__ = ["bound", "exchange_prices", "price", "proven"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Affinities of the entries that move the prices in one round.
CELLS = 2_000_000
# Exchanges are kept in a table where that has at most so many cells.
TABLE = 4_000_000


def proven(request: Request, prices: Floats, found: Survey, kept: float | None = None) -> float:
    """Return what no assignment can exceed in total, given a survey at these prices.

    Whatever the prices: an entry can't gain more than its best readers are worth
    above their prices, and readers can't be paid for more than their loads.
    """
    paid = np.maximum(request.high * prices, request.low * prices).sum()
    held = request.kept_totals.sum() if kept is None else kept
    return float(held + found.best.sum() + paid)


def bound(
    request: Request,
    prices: Floats,
    weights: Floats | None = None,
    cluster: Cluster | None = None,
) -> float:
    """Return what no assignment can exceed in (weighted) total, kept pairs included."""
    found = survey(request, prices, breadth=1, weights=weights, cluster=cluster)
    kept = None if weights is None else float(weights @ request.kept_totals)
    return proven(request, prices, found, kept)


def exchange_prices(
    network: Network, flow: Ints, weights: Floats | None = None, start: Floats | None = None
) -> Floats:
    """Return the prices that prove an optimal assignment, from its own exchanges.

    Prices are shortest distances over moves of an entry from one reader to another,
    each as long as what is lost by it; readers with room are at most 0, readers
    above their least load at least 0. The nearer the `start`, the fewer rounds.
    """
    request, E = network.request, network.request.E
    source, target, loss = _exchanges(network, flow, weights)
    load = np.bincount(network.reader[flow > 0], minlength=E)
    room, spare = np.flatnonzero(load < request.high), np.flatnonzero(load > request.low)
    source = np.concatenate([source, room, np.full(spare.size, E)])
    target = np.concatenate([target, np.full(room.size, E), spare])
    loss = np.concatenate([loss, np.zeros(room.size + spare.size)])
    order = np.argsort(source, kind="stable")
    source, target, loss = source[order], target[order], loss[order]
    heads, firsts = np.unique(source, return_index=True)
    if not heads.size:
        return np.zeros(E)
    distance = np.zeros(E + 1)
    if start is not None:
        distance[:E] = start
    # Affinities were rounded for the flow; below that, moves only seem to gain.
    grain = 1e-9 * float(np.abs(loss).max(initial=0.0))
    for _ in range(E + 1):
        nearer = np.minimum.reduceat(loss + distance[target], firsts)
        gained = distance[heads] - nearer
        if gained.max(initial=0.0) <= grain:
            break
        distance[heads] = np.minimum(distance[heads], nearer)
    answer: Floats = distance[:E] - distance[E]
    return answer


def _exchanges(network: Network, flow: Ints, weights: Floats | None) -> tuple[Ints, Ints, Floats]:
    """Return the least loss of any entry's move, for each pair of readers that has one."""
    E = network.request.E
    value = network.value if weights is None else weights[network.entry] * network.value
    firsts = np.searchsorted(network.entry, np.arange(network.request.P + 1))
    held = np.flatnonzero(flow > 0)
    first, counts = firsts[network.entry[held]], np.diff(firsts)[network.entry[held]]
    jumps = np.cumsum(counts) - counts
    other = np.arange(int(counts.sum())) + np.repeat(first - jumps, counts)
    own = np.repeat(held, counts)
    free = flow[other] == 0
    own, other = own[free], other[free]
    key, loss = network.reader[own] * E + network.reader[other], value[own] - value[other]
    if E * E <= TABLE:
        table = np.full(E * E, np.inf)
        np.minimum.at(table, key, loss)
        key = np.flatnonzero(np.isfinite(table))
        return key // E, key % E, table[key]
    order = np.argsort(key, kind="stable")
    key, firsts = np.unique(key[order], return_index=True)
    least = np.minimum.reduceat(loss[order], firsts) if key.size else loss
    return key // E, key % E, least


def price(
    request: Request, *, rounds: int = 60, progress: Callable[[float], None] | None = None
) -> Floats:
    """Return rough prices by averaged subgradient, before there is any flow.

    Each round the entries of one block take their best readers at current prices.
    Readers asked for more than their share become dearer, the others cheaper.
    """
    average, current = np.zeros(request.E), np.zeros(request.E)
    step = max(1, min(request.P, CELLS // request.E))
    starts = np.arange(0, request.P - step + 1, step)
    first = request.block(slice(0, step))
    scale = 0.5 * float(first[np.isfinite(first)].std()) if np.isfinite(first).any() else 0.0
    for turn in range(rounds):
        start = int(starts[turn % starts.size])
        rows = slice(start, start + step)
        wanted = request.demand[rows]
        share = float(wanted.sum()) / max(float(request.demand.sum()), 1.0)
        taken = _taken(request.block(rows) - current, wanted)
        least, most = share * request.low, share * request.high
        idle = np.clip(taken, least, most)
        limit = np.where(current > 0, most, np.where(current < 0, least, idle))
        move = (taken - limit) / max(float(wanted.sum()) / request.E, 1e-12)
        after = current + scale / np.sqrt(turn + 1.0) * np.clip(move, -1.0, 1.0)
        current = np.where(after * current < 0, 0.0, after)
        if turn >= rounds // 3:
            average += current / (rounds - rounds // 3)
        if progress is not None:
            progress((turn + 1) / rounds)
    return average


def _taken(values: Floats, demand: Ints) -> Floats:
    deepest = int(demand.max(initial=0))
    width = values.shape[1]
    if deepest == 0:
        return np.zeros(width)
    top = np.argpartition(-values, min(deepest, width) - 1, axis=1)[:, :deepest]
    return np.bincount(top.ravel(), minlength=width).astype(np.float64)
