"""Two texts side by side: the passages they share, reworded or not."""

import math
from bisect import insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from teladan.engine.novelty.alignment import gain, partners, trim, worth
from teladan.engine.novelty.likeness import Passage
from teladan.engine.novelty.seeds import Rarity, Region, Rules, Seeds, enough, regions, seeds

if TYPE_CHECKING:
    from teladan.engine.novelty.words import Words

__all__ = ["compare"]

_MOST = 1000
_RULES = Rules()


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    start: int
    end: int
    other_start: int
    other_end: int
    same: int


def compare(
    query: "Words", other: "Words", *, rarity: Rarity | None = None, rules: Rules = _RULES
) -> list[Passage]:
    """Return the passages that the query shares with the other text, copied or reworded.

    Equal words are weighed by how rare they are; where more of them crowd together than
    chance would bring, words are paired one to one, and both texts are cut to where the pairs
    outweigh what is left without. The order of the words is evidence but no condition:
    a passage whose sentences changed places is one passage.

    Parameters
    ----------
    query, other : Words
        n and m words; `codes` decides what is equal, `plain` what is identical.
    rarity : callable or mapping, optional
        -ln(share of running words) for word codes, nan or missing where unknown: a callable
        takes uint64 (k,) and returns float64 (k,). Without it, the length of a word stands in.
    rules : Rules
        Thresholds, the same for all texts.

    Returns
    -------
    list of Passage
        In the order of the query, where they do not overlap; at most a thousand. In the other
        text they may overlap: the same passage can be used twice.

    Raises
    ------
    ValueError
        If `rarity` answers with another shape than it was asked.

    Notes
    -----
    Work and memory grow with n + m: at most 16 (n + m), and never more than two million, pairs
    of equal words are looked at, the rarest words first. In very long texts frequent words
    therefore count only beside rare ones, and a text that only repeats itself resembles
    another only if it is the same.
    """
    n, m = query.codes.size, other.codes.size
    if not n or not m:
        return []
    if n == m and (query.codes == other.codes).all():
        return [Passage(0, n, 0, m, float((query.plain == other.plain).mean()))]
    found = seeds(query, other, rarity, rules)
    taken: list[_Found] = []
    waiting = deque(regions(found, rules))
    while waiting and len(taken) < _MOST:
        for piece, low, high in _pieces(waiting.popleft(), taken, n):
            passage = _passage(query, other, found, piece, low, high, rules)
            if passage is not None:
                insort(taken, passage)
                waiting.append(piece)
    return [
        Passage(p.start, p.end, p.other_start, p.other_end, p.same / (p.end - p.start))
        for p in _joined(taken, rules)
    ]


def _pieces(region: Region, taken: list[_Found], n: int) -> Iterator[tuple[Region, int, int]]:
    """Cut a region by the passages taken already: yield what lies in each gap, and the gap."""
    starts, ends = [p.start for p in taken], [0, *(p.end for p in taken)]
    gap = np.searchsorted(np.array(starts), region.i, side="right")
    free = region.i >= np.array(ends)[gap]
    for number in np.unique(gap[free]).tolist():
        part = free & (gap == number)
        high = starts[number] if number < len(starts) else n
        yield Region(region.i[part], region.j[part], region.gain[part]), ends[number], high


def _passage(
    query: "Words",
    other: "Words",
    found: Seeds,
    region: Region,
    low: int,
    high: int,
    rules: Rules,
) -> _Found | None:
    """Find the passage of a region between the words `low` and `high` of the query."""
    n, m = found.query.size, found.other.size
    if region.gain.sum() < enough(n, m, rules):
        return None
    a = max(low, int(region.i.min()) - rules.reach)
    b = min(high, int(region.i.max()) + 1 + rules.reach)
    c = max(0, int(region.j.min()) - rules.reach)
    d = min(m, int(region.j.max()) + 1 + rules.reach)
    x, y = found.query[a:b], found.other[c:d]
    match = partners(x, y, gain(found.rate, rules.window, rules))
    cut = trim(match, *worth(match, found.rate[x], y.size, rules), rules)
    if cut is None or cut[4] < math.log(n * m) + rules.evidence:
        return None
    start, end, first, last, _ = cut
    if end - start < rules.shortest:
        return None
    here = np.flatnonzero((match >= first) & (match < last))
    here = here[(here >= start) & (here < end)]
    same = (query.plain[a + here] == other.plain[c + match[here]]).sum()
    return _Found(a + start, a + end, c + first, c + last, int(same))


def _joined(passages: list[_Found], rules: Rules) -> list[_Found]:
    """Join neighbours that are neighbours in the other text too."""
    answer: list[_Found] = []
    for p in passages:
        if answer and _close(answer[-1], p, rules):
            q = answer.pop()
            first, last = min(q.other_start, p.other_start), max(q.other_end, p.other_end)
            p = _Found(q.start, p.end, first, last, q.same + p.same)
        answer.append(p)
    return answer


def _close(p: _Found, q: _Found, rules: Rules) -> bool:
    gap = max(q.other_start - p.other_end, p.other_start - q.other_end)
    both = max(p.other_end, q.other_end) - min(p.other_start, q.other_start)
    shorter = min(p.other_end - p.other_start, q.other_end - q.other_start)
    # What lies in the same place of the other text was used twice, and stays two passages.
    twice = gap < -shorter / 2
    return (
        not twice and gap <= rules.join * both and q.start - p.end <= rules.join * (q.end - p.start)
    )
