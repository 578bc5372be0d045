"""Prices of readers: the proof that no assignment can be better, and a compass for pruning."""

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.request import CELLS, Request

__all__ = ["best_of", "bound", "everything", "nearest", "price", "prices_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def bound(request: Request, prices: Floats, weights: Floats | None = None) -> float:
    """Return what no assignment can exceed in (weighted) total, kept pairs included.

    Whatever the prices: an entry can't gain more than its best readers are worth
    above their prices, and readers can't be paid for more than their loads.
    """
    kept = request.kept_totals if weights is None else weights * request.kept_totals
    total = float(kept.sum())
    for rows, values in request.blocks():
        if weights is not None:
            values *= weights[rows, None]
        total += float(best_of(values - prices, request.demand[rows]).sum())
    return total + float(np.maximum(request.high * prices, request.low * prices).sum())


def best_of(values: Floats, demand: Ints, most: float = 1.0) -> Floats:
    """Return for each row the sum of its `demand` largest values, `most` of each at most."""
    depth = min(int(np.ceil(demand.max(initial=0) / most)), values.shape[1])
    if depth == 0:
        return np.zeros(demand.size)
    if depth < values.shape[1]:
        values = -np.partition(-values, depth - 1, axis=1)[:, :depth]
    ordered = -np.sort(-values, axis=1)
    parts = np.clip(demand[:, None] - most * np.arange(depth), 0.0, most)
    answer: Floats = (np.where(parts > 0, ordered, 0.0) * parts).sum(axis=1)
    return answer


def prices_of(request: Request, entry: Ints, reader: Ints, weights: Floats | None = None) -> Floats:
    """Return the prices that prove an optimal assignment, from its own exchanges.

    ``worth[a, b]`` is the least loss when an entry of reader a moves to b. Prices
    are shortest distances over such moves; readers with room are at most 0,
    readers above their least load at least 0.
    """
    E = request.E
    worth = np.full((E + 1, E + 1), np.inf)
    order = np.argsort(entry, kind="stable")
    entry, reader = entry[order], reader[order]
    starts = np.searchsorted(entry, np.arange(request.P + 1))
    for rows, values in request.blocks():
        if weights is not None:
            values *= weights[rows, None]
        first, last = starts[rows.start], starts[rows.stop]
        own, by = entry[first:last] - rows.start, reader[first:last]
        gain = values[own, by]
        values[own, by] = -np.inf
        ranked = np.argsort(by, kind="stable")
        edges = np.searchsorted(by[ranked], np.arange(E + 1))
        for a in np.unique(by).tolist():
            who = ranked[edges[a] : edges[a + 1]]
            loss = (gain[who, None] - values[own[who]]).min(axis=0)
            worth[a, :E] = np.minimum(worth[a, :E], loss)
    load = np.bincount(reader, minlength=E)
    worth[:E, E] = np.where(load < request.high, 0.0, np.inf)
    worth[E, :E] = np.where(load > request.low, 0.0, np.inf)
    distance = np.zeros(E + 1)
    for _ in range(E + 1):
        shorter = np.minimum(distance, (worth + distance).min(axis=1))
        if (shorter >= distance - 1e-12 * (1.0 + np.abs(distance))).all():
            break
        distance = shorter
    answer: Floats = distance[:E] - distance[E]
    return answer


def price(request: Request, *, rounds: int = 60) -> Floats:
    """Return good prices by averaged subgradient, where exact ones would cost too much.

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
    return average


def _taken(values: Floats, demand: Ints) -> Floats:
    deepest = int(demand.max(initial=0))
    width = values.shape[1]
    if deepest == 0:
        return np.zeros(width)
    top = np.argpartition(-values, min(deepest, width) - 1, axis=1)[:, :deepest]
    return np.bincount(top.ravel(), minlength=width).astype(np.float64)


def nearest(
    request: Request, prices: Floats, breadth: int, weights: Floats | None = None
) -> tuple[Ints, Ints, Floats]:
    """Return for each entry its best pairs at these prices, and its best at none."""
    parts: list[tuple[Ints, Ints, Floats]] = []
    for rows, values in request.blocks():
        width = min(breadth, request.E)
        priced = values - prices if weights is None else values * weights[rows, None] - prices
        chosen = np.zeros(values.shape, dtype=bool)
        for ranking in (priced, values):
            top = np.argpartition(-ranking, width - 1, axis=1)[:, :width]
            np.put_along_axis(chosen, top, True, axis=1)
        chosen &= np.isfinite(values)
        entry, reader = np.nonzero(chosen)
        parts.append((entry + rows.start, reader, values[entry, reader]))
    entry, reader, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return entry, reader, value


def everything(request: Request) -> tuple[Ints, Ints, Floats]:
    """Return every open pair with its affinity."""
    parts: list[tuple[Ints, Ints, Floats]] = []
    for rows, values in request.blocks():
        entry, reader = np.nonzero(np.isfinite(values))
        parts.append((entry + rows.start, reader, values[entry, reader]))
    entry, reader, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return entry, reader, value
