"""Where two texts may share something: equal words, weighed by how rare they are, in crowds."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from teladan.engine.novelty.words import Words

__all__ = ["Region", "Rules", "Seeds", "chance", "crowd", "enough", "pairs", "regions", "seeds"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.uint64]
_PAIRS = 2_000_000
Rarity = Callable[[Codes], Floats] | Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides whether a likeness is a passage and where it ends.

    Chosen on texts with artificial changes; `docs/method.md` says how little the answer
    depends on each. The first two are in nats: natural logarithms of odds.

    Attributes
    ----------
    evidence : float
        What a passage must score beyond ln(n m), the best that chance would find in so many
        places.
    crowd : float
        The same for a crowd of equal words, beyond ln of the number of squares.
    kept : float
        Share of words taken to survive rewording: much below it a passage ends.
    close : int
        Words within which an equal word in line with its neighbours may stand by chance.
    window : int
        The same where nothing is known of the line yet, while words are paired.
    cell : int
        Side in words of the squares in which equal words are counted.
    reach : int
        Words looked at beyond a crowd to find the border.
    join : float
        Passages are joined over a gap of at most this share of their length, on both sides.
    shortest : int
        Words of the shortest passage.
    memory : float
        Weight in words of general language beside the two texts, for how frequent a word is.
    """

    evidence: float = 6.0
    crowd: float = 6.0
    kept: float = 0.4
    close: int = 20
    window: int = 60
    cell: int = 20
    reach: int = 80
    join: float = 0.3
    shortest: int = 14
    memory: float = 2000.0


@dataclass(frozen=True, slots=True)
class Seeds:
    """Two texts in one numbering of words, and how frequent each word is."""

    query: Ints
    other: Ints
    rate: Floats


@dataclass(frozen=True, slots=True)
class Region:
    """A crowd of equal words: their positions in both texts and what each is worth."""

    i: Ints
    j: Ints
    gain: Floats


def seeds(query: "Words", other: "Words", rarity: Rarity | None, rules: Rules) -> Seeds:
    """Give equal words of both texts the same number, and estimate how frequent they are.

    A word's rate is counted in the two texts together with `rules.memory` words of general
    language. There the rate is `exp(-rarity)` where rarity is known; otherwise it follows
    from the length, as short words are the frequent ones (Zipf's law of abbreviation).
    """
    n = query.codes.size
    both = np.concatenate([query.codes, other.codes])
    words, first, number, count = np.unique(
        both, return_index=True, return_inverse=True, return_counts=True
    )
    length = np.concatenate([query.stop - query.start, other.stop - other.start])[first]
    prior = np.minimum(0.005, 0.1 / np.maximum(length, 1).astype(np.float64) ** 3)
    if rarity is not None:
        known = _rarity(rarity, words)
        prior = np.where(np.isfinite(known), np.exp(-np.maximum(known, 0.0)), prior)
    rate = (count + rules.memory * prior) / (both.size + rules.memory)
    return Seeds(number[:n].astype(np.int64), number[n:].astype(np.int64), rate)


def _rarity(rarity: Rarity, words: Codes) -> Floats:
    if isinstance(rarity, Mapping):
        return np.array([rarity.get(int(word), np.nan) for word in words], dtype=np.float64)
    known = np.asarray(rarity(words), dtype=np.float64)
    if known.shape != words.shape:
        raise ValueError(f"rarity must answer with shape {words.shape}, got {known.shape}")
    return known


def chance(rate: Floats, window: int | Ints) -> Floats:
    """Return the chance that a word of this rate turns up somewhere in a window of words."""
    return -np.expm1(-rate * window)


def pairs(x: Ints, y: Ints, words: int, limit: int) -> tuple[Ints, Ints]:
    """Return all positions (i, j) with x[i] == y[j], rarest words first until `limit` pairs."""
    in_x, in_y = np.bincount(x, minlength=words), np.bincount(y, minlength=words)
    product = in_x * in_y
    if int(product.sum()) > limit:
        order = np.argsort(product, kind="stable")
        allowed = np.zeros(words, dtype=np.bool_)
        allowed[order[np.cumsum(product[order]) <= limit]] = True
        in_y = np.where(allowed, in_y, 0)
    place = np.argsort(y, kind="stable")
    begin = np.concatenate([[0], np.cumsum(np.bincount(y, minlength=words))[:-1]])
    times = in_y[x]
    i = np.repeat(np.arange(x.size), times)
    within = np.arange(i.size) - np.repeat(np.cumsum(times) - times, times)
    return i, place[np.repeat(begin[x], times) + within]


def crowd(row: Ints, column: Ints, weight: Floats) -> tuple[Ints, Ints, Floats, int]:
    """Sum weights by square and over the eight squares around it.

    Returns the occupied squares in order, the square of each point, the sums, and the width
    of a row of squares.
    """
    width = int(column.max()) + 3
    squares, square = np.unique((row + 1) * width + column + 1, return_inverse=True)
    own = np.bincount(square, weight, minlength=squares.size)
    total = own.astype(np.float64)
    # The next square of the row, and the three below, which stand together in the order.
    below = np.searchsorted(squares, squares + width - 1)
    for place, step in (
        (np.arange(1, squares.size + 1), 1),
        *((below + k, width) for k in range(3)),
    ):
        here = np.flatnonzero(place < squares.size)
        there = place[here]
        touch = np.abs(squares[there] - squares[here] - step) <= (step > 1)
        here, there = here[touch], there[touch]
        total[here] += own[there]
        total += np.bincount(there, own[here], minlength=squares.size)
    return squares, square.astype(np.int64), total, width


def _beside(squares: Ints, steps: Ints) -> tuple[Ints, Ints]:
    """Return the places in sorted `squares` of all pairs that differ by one of the steps."""
    aim = squares + steps[:, None]
    place = np.minimum(np.searchsorted(squares, aim), squares.size - 1)
    step, here = np.nonzero(squares[place] == aim)
    return here, place[step, here]


def enough(n: int, m: int, rules: Rules) -> float:
    """Return what a crowd must hold to be more than the best of all squares by chance."""
    return max(math.log(n * m / rules.cell**2), 0.0) + rules.crowd


def regions(found: Seeds, rules: Rules) -> Iterator[Region]:
    """Yield the crowds of equal words, the strongest first.

    Both texts are cut into stretches of `cell` words, which cuts the table of all pairs of
    positions into squares. A word counts once a square, with the log of how much more likely
    it is in a copy than by chance. A square is crowded if it and its neighbours hold more
    than the best of so many squares would by chance; crowded squares that touch, or have one
    square between them, are one region.
    """
    cell = rules.cell
    n, m = found.query.size, found.other.size
    worth = np.log(0.5 / chance(found.rate, 3 * cell))
    i, j = pairs(found.query, found.other, found.rate.size, min(16 * (n + m), _PAIRS))
    word = found.query[i]
    useful = worth[word] > 0
    i, j, word = i[useful], j[useful], word[useful]
    if not i.size:
        return
    gain = worth[word] * _once(i // cell, j // cell, word, m // cell + 1, worth.size)
    squares, square, total, width = crowd(i // cell, j // cell, gain)
    hot = total >= enough(n, m, rules)
    if not hot.any():
        return
    label = np.full(squares.size, -1)
    label[hot] = _together(squares[hot], width)
    of_point = label[square]
    inside = np.flatnonzero(of_point >= 0)
    order = inside[np.argsort(of_point[inside], kind="stable")]
    cuts = np.flatnonzero(np.diff(of_point[order])) + 1
    parts = [Region(i[part], j[part], gain[part]) for part in np.split(order, cuts)]
    yield from sorted(parts, key=lambda part: -float(part.gain.sum()))


def _once(row: Ints, column: Ints, word: Ints, columns: int, words: int) -> NDArray[np.bool_]:
    """Mark one of the points that show the same word in the same square."""
    key = (row * columns + column) * words + word
    first = np.unique(key, return_index=True)[1]
    chosen = np.zeros(key.size, dtype=np.bool_)
    chosen[first] = True
    return chosen


def _together(squares: Ints, width: int) -> Ints:
    """Give squares that are at most two steps apart the same number."""
    down, right = np.divmod(np.arange(15), 5)
    steps = down * width + right - 2
    here, there = _beside(squares, steps[steps > 0])
    label = np.arange(squares.size)
    while True:
        low = np.minimum(label[here], label[there])
        after = label.copy()
        np.minimum.at(after, label[here], low)
        np.minimum.at(after, label[there], low)
        after = after[after]
        if (after == label).all():
            return label
        label = after
