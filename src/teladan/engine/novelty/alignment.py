"""Which word of one text stands for which word of the other, and where a passage ends."""

import math

import numpy as np

from teladan.engine.novelty.seeds import Floats, Ints, Rules, chance, crowd, pairs

__all__ = ["Cut", "best_stretch", "gain", "partners", "trim", "worth"]

Cut = tuple[int, int, int, int, float]

_ROUNDS = 6
_STEPS = 16
_NEAR = 8
_PAIRS = 2_000_000


def gain(rate: Floats, window: int | Ints, rules: Rules) -> Floats:
    """Return what an equal word says for a copy, in nats.

    In a copy the word is kept with the chance `rules.kept`; where it is not, and outside of
    copies, an equal word may still stand in the window by chance.
    """
    by_chance = chance(rate, window)
    return np.asarray(np.log((rules.kept + (1 - rules.kept) * by_chance) / by_chance))


def partners(x: Ints, y: Ints, value: Floats) -> Ints:
    """Give each word of `x` at most one equal word of `y`, and the other way round.

    Of several equal words the one is taken around which most is equal: a pair is supported by
    the value of all pairs within some eight to sixteen words and about as many diagonals, three
    times as much where the word before or after is equal too, five times where both are. Pairs
    that are the best of both their words are taken first, then the best of what is left. No
    order is asked for, so that sentences which changed places still find each other.

    Parameters
    ----------
    x, y : int, shape (n,) and (m,)
        Numbers of the words.
    value : float, shape (words,)
        What an equal word is worth, by its number.

    Returns
    -------
    int, shape (n,)
        Positions in `y`, -1 where there is none.
    """
    chosen = np.full(x.size, -1)
    used = np.zeros(y.size, dtype=np.bool_)
    i, j = pairs(x, y, value.size, min(12 * (x.size + y.size), _PAIRS))
    if i.size:
        order = np.argsort(-_support(i, j, y.size, value[x[i]]), kind="stable")
        i, j = i[order], j[order]
    for _ in range(_ROUNDS):
        if not i.size:
            break
        best_i, best_j = _first(i, x.size), _first(j, y.size)
        place = np.arange(i.size)
        mutual = (best_i[i] == place) & (best_j[j] == place)
        chosen[i[mutual]] = j[mutual]
        used[j[mutual]] = True
        left = (chosen[i] < 0) & ~used[j]
        i, j = i[left], j[left]
    for step in (1, -1):
        _continue(x, y, chosen, used, step)
    return chosen


def _support(i: Ints, j: Ints, m: int, value: Floats) -> Floats:
    # In whole numbers, so that equal support is equal whatever the order of addition.
    square, total = crowd(i // _NEAR, (i - j + m) // _NEAR, np.rint(1024 * value))[1:3]
    # The pairs come sorted by i, then j, so that their numbers are sorted too.
    number = i * (m + 2) + j
    run = np.zeros(i.size)
    for step in (m + 3, -m - 3):
        place = np.minimum(np.searchsorted(number, number + step), number.size - 1)
        run += number[place] == number + step
    return np.asarray(total[square] * (1 + 2 * run))


def _first(places: Ints, size: int) -> Ints:
    """Return where each number first occurs in `places`, -1 where it does not."""
    first = np.full(size, -1)
    first[places[::-1]] = np.arange(places.size)[::-1]
    return first


def _continue(x: Ints, y: Ints, chosen: Ints, used: np.ndarray, step: int) -> None:
    """Let pairs go on to the next equal words: the frequent ones that long texts leave out."""
    for _ in range(_STEPS):
        i = np.flatnonzero(chosen < 0)
        i = i[(i - step >= 0) & (i - step < x.size)]
        i = i[chosen[i - step] >= 0]
        j = chosen[i - step] + step
        inside = (j >= 0) & (j < y.size)
        i, j = i[inside], j[inside]
        equal = (x[i] == y[j]) & ~used[j]
        if not equal.any():
            return
        chosen[i[equal]] = j[equal]
        used[j[equal]] = True


def worth(match: Ints, rate: Floats, m: int, rules: Rules) -> tuple[Floats, Floats]:
    """Return what each match says for a copy, by word of the one text and of the other.

    A match that continues the line of the match before or after it says more than one that
    jumps: the window in which it may stand by chance grows with the jump, up to all `m` words,
    so that the price of a gap grows with its logarithm. The window is that of a jump of either
    sign from either neighbour, and twice that, as pairs were chosen for standing in line.
    """
    value, other_value = np.zeros(match.size), np.zeros(m)
    here = np.flatnonzero(match >= 0)
    jump = np.abs(np.diff(match[here] - here))
    far = np.full(min(here.size, 1), m)
    jump = np.minimum(np.concatenate([far, jump]), np.concatenate([jump, far]))
    value[here] = gain(rate[here], np.maximum(np.minimum(8 * jump + 2, m), rules.close), rules)
    other_value[match[here]] = value[here]
    return value, other_value


def best_stretch(value: Floats) -> tuple[int, int, float]:
    """Return start, end and sum of the stretch with the highest sum (Bentley 1984).

    Example
    -------
    >>> import numpy as np
    >>> best_stretch(np.array([1.0, -2.0, 3.0, -1.0, 2.0, -4.0, 1.0]))
    (2, 5, 4.0)
    """
    sums = np.concatenate([[0.0], np.cumsum(value)])
    end = int(np.argmax(sums - np.minimum.accumulate(sums)))
    start = end - int(np.argmin(sums[end::-1]))
    return start, end, float(sums[end] - sums[start])


def trim(match: Ints, value: Floats, other_value: Floats, rules: Rules) -> Cut | None:
    """Cut both texts to the stretches where matches outweigh the words without one.

    A word with a match inside the other stretch counts with its worth, one without with
    ln(1 - kept), which is negative. The stretch with the highest sum is taken on one side, then
    on the other, until nothing changes.

    Returns
    -------
    (start, end, other_start, other_end, score) or None
        Score is the lower of the two sums.
    """
    miss = math.log(1 - rules.kept)
    back = np.full(other_value.size, -1)
    here = np.flatnonzero(match >= 0)
    back[match[here]] = here
    stretch = (0, match.size, 0, other_value.size)
    score = other_score = 0.0
    for _ in range(_ROUNDS):
        kept = (match >= stretch[2]) & (match < stretch[3])
        start, end, score = best_stretch(np.where(kept, value, miss))
        kept = (back >= start) & (back < end)
        first, last, other_score = best_stretch(np.where(kept, other_value, miss))
        if end <= start or last <= first:
            return None
        if (start, end, first, last) == stretch:
            break
        stretch = (start, end, first, last)
    return (*stretch, min(score, other_score))
