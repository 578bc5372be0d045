"""Laying a query beside its candidates."""

from collections.abc import Sequence

from teladan.engine.novelty.likeness import Likeness
from teladan.engine.novelty.passages import compare
from teladan.engine.novelty.view import View
from teladan.engine.novelty.words import Words, read_many

__all__ = ["beside"]


def beside(view: View, texts: Sequence[str], docs: Sequence[Sequence[int]]) -> list[list[Likeness]]:
    """Return for every query what it shares with its candidates, the most copied first.

    Parameters
    ----------
    view : View
    texts : sequence of str
        The queries.
    docs : sequence of sequence of int
        Candidates of each, as places in the view.

    Returns
    -------
    list of list of Likeness
        Without candidates that share no passage; equal figures in the order of the ids.
    """
    answers = []
    for text, places in zip(texts, docs, strict=True):
        query, *others = _each([text, *map(view.text, places)])
        found = [
            _likeness(view.id(place), query, other)
            for place, other in zip(places, others, strict=True)
        ]
        shared = [each for each in found if each.passages]
        answers.append(sorted(shared, key=lambda each: (-each.copied, each.changed, each.id)))
    return answers


def _each(texts: Sequence[str]) -> list[Words]:
    batch = read_many(texts)
    start, stop = batch.start.astype("i4"), batch.stop.astype("i4")
    return [
        Words(batch.codes[a:b], start[a:b], stop[a:b], batch.plain[a:b])
        for a, b in zip(batch.bounds[:-1].tolist(), batch.bounds[1:].tolist(), strict=True)
    ]


def _likeness(name: str, query: Words, other: Words) -> Likeness:
    passages = compare(query, other)
    inside = sum(each.end - each.start for each in passages)
    same = sum((each.end - each.start) * each.identical for each in passages)
    copied = inside / query.codes.size if inside else 0.0
    return Likeness(
        id=name,
        passages=[
            (
                int(query.start[each.start]),
                int(query.stop[each.end - 1]),
                int(other.start[each.other_start]),
                int(other.stop[each.other_end - 1]),
                each.identical,
            )
            for each in passages
        ],
        copied=copied,
        changed=1 - same / inside if inside else 0.0,
        novel=1 - copied,
    )
