"""Rank intervals and chances from joint draws of all entries."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from teladan.engine.ranking.mixture import Fit, Mixture

__all__ = ["chances"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Numbers held at a time: large enough that matrix products run at full speed, small enough
# that a batch never takes a second.
HELD = 1_000_000
# Ranks kept for the intervals (200 MB); larger panels get theirs from fewer draws, never below 500.
KEPT, FEWEST = 50_000_000, 500
OUTSIDE = 0.025


def chances(
    model: Mixture,
    fit: Fit,
    components: Ints,
    *,
    draws: int,
    top: tuple[int, ...],
    rng: np.random.Generator,
    progress: Callable[[float], None],
) -> tuple[Ints, dict[int, Floats]]:
    """Return 95 % intervals of places (P, 2) and, for each k, the chance of the best k.

    Readers are drawn jointly from their posterior; entries given the readers are
    independent. Places are counted within components; with several components
    there is no common list, so its chances are NaN.
    """
    several = bool(components.max() > 0)
    first = np.concatenate([[0], np.cumsum(np.bincount(components))[:-1]])[components]
    kept = min(draws, max(KEPT // model.P, FEWEST))
    rank = np.empty((kept, model.P), dtype=np.uint16 if model.P < 2**16 else np.uint32)
    inside = {k: np.zeros(model.P) for k in top}
    last = kept if several or not top else draws
    for start, theta in _drawn(model, fit, kept, last, rng):
        stop = start + len(theta)
        if stop <= kept:
            order = _best_first(theta, components if several else None)
            place = np.arange(1, model.P + 1) - (first[order] if several else 0)
            places = np.broadcast_to(place, order.shape).astype(rank.dtype)
            np.put_along_axis(rank[start:stop], order, places, 1)
        else:
            order = _best_of(theta, max(top))
        for k in top:
            inside[k] += np.bincount(order[:, :k].ravel(), minlength=model.P)
        progress(0.9 * stop / last)
    interval = _interval(rank, lambda share: progress(0.9 + 0.1 * share))
    if several:
        return interval, {k: np.full(model.P, np.nan) for k in top}
    return interval, {k: count / draws for k, count in inside.items()}


def _drawn(
    model: Mixture, fit: Fit, kept: int, last: int, rng: np.random.Generator
) -> Iterator[tuple[int, Floats]]:
    """Draw all entries jointly: (number of the first draw, (draws, P)), the kept ones first."""
    sigma, rows = np.sqrt(fit.residual), max(HELD // model.P, 1)
    own = sigma * np.sqrt(fit.shrink)
    stops = [*range(rows, kept, rows), kept, *range(kept + rows, last, rows), last]
    start = 0
    for stop in stops:
        size = stop - start
        level = rng.standard_normal(size) * (sigma / np.sqrt(fit.certainty))
        moved = (model.height - model.pull @ fit.lean)[:, None] * level
        if fit.system is not None:
            noise = rng.standard_normal((model.E, size))
            moved += model.pull @ (sigma * fit.system.coloured(noise))
        theta = (fit.entry[:, None] - fit.shrink[:, None] * moved).T
        theta += own * rng.standard_normal(theta.shape)
        if size:
            yield start, theta
        start = stop


def _best_first(theta: Floats, group: Ints | None) -> Ints:
    if group is None:
        return np.argsort(-theta, axis=1)
    return np.lexsort((-theta, np.broadcast_to(group, theta.shape)), axis=1)


def _best_of(theta: Floats, k: int) -> Ints:
    """Return the best k of each draw, best first, without putting the others in order."""
    if k >= theta.shape[1]:
        return np.argsort(-theta, axis=1)
    best = np.argpartition(-theta, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(theta, best, 1), axis=1)
    return np.take_along_axis(best, order, 1)


def _interval(rank: NDArray[np.unsignedinteger], progress: Callable[[float], None]) -> Ints:
    """Return the places with the wanted share of the draws below and above, of each column."""
    draws, entries = rank.shape
    edges = [int(OUTSIDE * (draws - 1)), draws - 1 - int(OUTSIDE * (draws - 1))]
    answer = np.empty((entries, 2), dtype=np.int64)
    columns = max(HELD // draws, 1)
    for start in range(0, entries, columns):
        some = np.ascontiguousarray(rank[:, start : start + columns].T)
        some.partition(edges, axis=1)
        answer[start : start + columns] = some[:, edges]
        progress(min(start + columns, entries) / entries)
    return answer
