"""One pass over all affinities, in parts that any worker can do: who suits whom best."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.request import Request
from teladan.engine.cluster import Cluster, Local

__all__ = ["Survey", "everything", "scatter", "survey"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Affinities looked at together: 2 MB, so that they stay in the processor's cache.
CELLS = 2**18
# Parts of one pass; their number decides nothing but how finely work is spread and reported.
PARTS = 64
# Ties are broken by these shares of a turn: scattered, so that nobody is everybody's choice.
TURNS = 0.6180339887498949, 0.7548776662466927


@dataclass(frozen=True, slots=True)
class Survey:
    """The pairs worth most to each entry, sorted by entry and reader.

    Attributes
    ----------
    entry, reader : ndarray of int64, shape (n,)
    value : ndarray of float64, shape (n,)
        Their affinities, without weights or prices.
    best : ndarray of float64, shape (P,)
        What each entry's demand can gain at most above the prices.
    """

    entry: Ints
    reader: Ints
    value: Floats
    best: Floats


def survey(
    request: Request,
    prices: Floats,
    *,
    breadth: int,
    weights: Floats | None = None,
    most: float = 1.0,
    cluster: Cluster | None = None,
    progress: Callable[[float], None] | None = None,
) -> Survey:
    """Find at least the `breadth` pairs of each entry that are worth most above the prices.

    `best` counts each pair for `most` at most, as where that is its highest probability.
    """
    deepest = int(np.ceil(request.demand.max(initial=0) / most))
    breadth = min(max(breadth, deepest, 1), request.E)
    step = -(-request.P // PARTS)
    starts = range(0, request.P, step)
    parts = [
        (*request.part(slice(start, min(start + step, request.P))), start, prices,
         None if weights is None else weights[start : start + step], breadth, most)
        for start in starts
    ]  # fmt: skip
    found = (cluster or Local()).map(_look, parts, progress=progress)
    entry, reader, value, best = (np.concatenate(each) for each in zip(*found, strict=True))
    return Survey(entry, reader, value, best)


def _look(
    left: Floats,
    right: Floats | None,
    shut_entry: Ints,
    shut_reader: Ints,
    demand: Ints,
    first: int,
    prices: Floats,
    weights: Floats | None,
    breadth: int,
    most: float,
) -> tuple[Ints, Ints, Floats, Floats]:
    """Survey some entries; a function of a module, so that it can travel."""
    step = max(1, CELLS // prices.size)
    bounds = np.searchsorted(shut_entry, np.arange(0, demand.size + step, step))
    parts: list[tuple[Ints, Ints, Floats, Floats]] = []
    for turn, start in enumerate(range(0, demand.size, step)):
        rows = slice(start, start + step)
        values = left[rows] if right is None else left[rows] @ right.T
        worth = values - prices if weights is None else values * weights[rows, None] - prices
        shut = slice(bounds[turn], bounds[turn + 1])
        worth[shut_entry[shut] - start, shut_reader[shut]] = -np.inf
        entry, reader = np.nonzero(_highest(worth, breadth, first + start))
        parts.append((entry + start, reader, values[entry, reader], worth[entry, reader]))
    entry, reader, value, gain = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((-gain, entry))
    place = np.arange(entry.size) - np.searchsorted(entry, np.arange(demand.size))[entry]
    share = np.clip(demand[entry] - most * place, 0.0, most)
    # `entry` is sorted, so its order survives the sort by gain.
    gained = np.where(share > 0, gain[order], 0.0) * share
    best: Floats = np.bincount(entry, gained, demand.size).astype(np.float64)
    return (entry + first).astype(np.int64), reader.astype(np.int64), value, best


def _highest(worth: Floats, breadth: int, first: int) -> Bools:
    """Mark the `breadth` highest of each row, and a few more where that is cheaper.

    Columns are dealt into groups: the row has at least as many values above the
    `breadth`-th highest peak of its groups, and groups are far fewer than columns.
    """
    width = worth.shape[1]
    if breadth >= width:
        return worth > -np.inf
    if width >= 8 * breadth:
        groups = 4 * breadth
        deep = width // groups
        peaks = worth[:, : deep * groups].reshape(-1, deep, groups).max(axis=1)
    else:
        groups, peaks = width, worth
    line = np.partition(peaks, groups - breadth, axis=1)[:, groups - breadth, None]
    chosen: Bools = (worth >= line) & (worth > -np.inf)
    crowded = np.flatnonzero(chosen.sum(axis=1) > 2 * breadth)
    if crowded.size:
        chosen[crowded] = _scattered(worth[crowded], breadth, crowded + first)
    return chosen


def scatter(entry: Ints, reader: Ints) -> Floats:
    """Return the key that breaks ties between pairs, from 0 to 1."""
    key: Floats = (entry * TURNS[0] + reader * TURNS[1]) % 1.0
    return key


def _scattered(worth: Floats, breadth: int, entries: Ints) -> Bools:
    """Mark exactly `breadth` of each row, ties decided by entry and reader numbers."""
    width = worth.shape[1]
    line = np.partition(worth, width - breadth, axis=1)[:, width - breadth, None]
    above, tied = worth > line, (worth == line) & (worth > -np.inf)
    turn = scatter(entries[:, None], np.arange(width))
    turn[~tied] = 2.0
    last = np.sort(turn, axis=1)
    lack = breadth - above.sum(axis=1)
    marked: Bools = above | (tied & (turn <= last[np.arange(lack.size), lack - 1][:, None]))
    return marked


def everything(request: Request) -> tuple[Ints, Ints, Floats]:
    """Return every open pair with its affinity."""
    found = survey(request, np.zeros(request.E), breadth=request.E)
    return found.entry, found.reader, found.value
