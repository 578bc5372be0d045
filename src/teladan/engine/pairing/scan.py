"""Looking at all pairs of a shard in blocks, and keeping the best of each need."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.filters import Filter
from teladan.engine.pairing.terms import Term

__all__ = ["Found", "Measure", "Task", "best_per_row", "scan"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Needs and offers looked at together; a block and its working copies stay in the cache.
ROWS, OFFERS = 64, 1024
# Kept pairs are thinned when there are so many times more than asked for.
SLACK = 8


class Measure(NamedTuple):
    """How pairs are scored: terms with shares of the weight, and filters."""

    terms: tuple[Term, ...]
    shares: Floats
    filters: tuple[Filter, ...]
    floor: float
    breadth: int


class Task(NamedTuple):
    """Rows of both sides that one worker looks at: their positions and what is known."""

    need: Ints
    offer: Ints
    need_figures: tuple[Floats, ...]
    offer_figures: tuple[Floats, ...]
    prices: Floats | None


class Found(NamedTuple):
    """Pairs worth keeping (`key` is score minus price) and the best score of each need."""

    i: Ints
    j: Ints
    key: Floats
    need: Ints
    best: Floats


def scan(measure: Measure, task: Task) -> Found:
    """Return the best pairs of each need of a task."""
    parts = []
    best = np.full(task.need.size, -np.inf)
    for start in range(0, task.need.size, ROWS):
        rows = slice(start, start + ROWS)
        row, column, key = _rows(measure, task, rows, best[rows])
        parts.append((task.need[rows][row], task.offer[column], key))
    i, j, key = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Found(i, j, key, task.need, best)


def _rows(measure: Measure, task: Task, rows: slice, best: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the best pairs of a few needs; `best` is filled with their best scores."""
    mine = tuple(figures[rows] for figures in task.need_figures)
    line = np.full(best.size, -np.inf)
    kept: list[tuple[Ints, Ints, Floats]] = []
    held, most = 0, measure.breadth * best.size
    for start in range(0, task.offer.size, OFFERS):
        columns = slice(start, start + OFFERS)
        score = _block(measure, mine, tuple(figures[columns] for figures in task.offer_figures))
        np.maximum(best, score.max(axis=1), out=best)
        low = score < measure.floor
        if task.prices is not None:
            score -= task.prices[columns]
        score[low] = -np.inf
        hits = score >= line[:, None]
        if measure.breadth < score.shape[1] and np.count_nonzero(hits) > 2 * most:
            edge = score.shape[1] - measure.breadth
            np.maximum(line, np.partition(score, edge, axis=1)[:, edge], out=line)
            hits = score >= line[:, None]
        row, column = np.nonzero(hits & ~low)
        kept.append((row, column + start, score[row, column]))
        held += row.size
        if held > SLACK * most:
            kept = [best_per_row(*_together(kept), measure.breadth)]
            held = kept[0][0].size
            full = np.bincount(kept[0][0], minlength=best.size) >= measure.breadth
            worst = np.full(best.size, np.inf)
            np.minimum.at(worst, kept[0][0], kept[0][2])
            line[full] = np.maximum(line[full], worst[full])
    return best_per_row(*_together(kept), measure.breadth)


def _block(measure: Measure, mine: tuple[Floats, ...], theirs: tuple[Floats, ...]) -> Floats:
    """Return the scores of all pairs of a block, minus infinity where a filter refuses."""
    score = np.zeros((mine[0].shape[0], theirs[0].shape[0]))
    for t, (term, share) in enumerate(zip(measure.terms, measure.shares, strict=True)):
        value = term.grid(mine[t], theirs[t])
        if np.isnan(mine[t]).any() or np.isnan(theirs[t]).any():
            np.copyto(value, term.neutral, where=np.isnan(value))
        score += np.multiply(value, share, out=value)
    for f, rule in enumerate(measure.filters, start=len(measure.terms)):
        score[~rule.grid(mine[f], theirs[f])] = -np.inf
    return score


def _together(kept: list[tuple[Ints, Ints, Floats]]) -> tuple[Ints, Ints, Floats]:
    row, column, key = (np.concatenate(part) for part in zip(*kept, strict=True))
    return row, column, key


def best_per_row(i: Ints, j: Ints, key: Floats, breadth: int) -> tuple[Ints, Ints, Floats]:
    """Return the `breadth` largest keys of each row; among equals the lower column stays."""
    order = np.lexsort((j, -key, i))
    i, j, key = i[order], j[order], key[order]
    first = np.flatnonzero(np.diff(i, prepend=-1))
    place = np.arange(i.size) - np.repeat(first, np.diff(first, append=i.size))
    stays = place < breadth
    return i[stays], j[stays], key[stays]
