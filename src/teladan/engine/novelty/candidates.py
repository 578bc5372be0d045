"""Which texts of an index are worth laying beside a query."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from teladan.engine.cluster import Cluster, Local
from teladan.engine.novelty.prints import DOC_BITS, Rows, rows_of, unique_rows
from teladan.engine.novelty.segment import Ints, Kind, spans
from teladan.engine.novelty.view import View
from teladan.engine.novelty.words import read_many

__all__ = ["candidates"]

_WINDOW = 192
"""Most words of a query that are asked for together: so a long text does not drown a passage."""

_POSTINGS = 1 << 13
"""Rare keys are looked up until they name this many texts: the document-frequency cut."""

_LEAST = {"prints": 0.04, "stems": 0.2}
"""Share of what was asked for, by weight, below which a text has it by chance."""

_SCALE = 1024  # weights are whole numbers, so that their sum has no order
_K1, _B = 1.2, 0.75  # the usual constants of BM25
_PLACE_BITS = 40


@dataclass(frozen=True, slots=True)
class _Scores:
    """What texts share with queries: pairs ascending by query and text, and their scores."""

    query: Ints
    doc: Ints
    score: Ints


def candidates(
    view: View,
    texts: Sequence[str],
    *,
    limit: int,
    shards: int = 1,
    cluster: Cluster | None = None,
) -> list[list[int]]:
    r"""Return for every query the texts that share most of what is rare.

    Parameters
    ----------
    view : View
    texts : sequence of str
        The queries.
    limit : int
        `limit` texts by shared fingerprints, and as many by BM25.
    shards : int, default 1
        Ranges of the hashes that are searched apart; changes no answer.
    cluster : Cluster, optional
        Where they are searched.

    Returns
    -------
    list of list of int
        Places of texts in the view, best first, for every query.

    Notes
    -----
    A key (fingerprint or stem) that :math:`f` of :math:`N` texts have weighs
    :math:`\log_2((N + 1)/f)`. For every part of at most 192 words, rarest keys first, lists
    of texts are read until they name 8,192 texts; at least one is read. A text counts
    that has 4 % of the weight so asked for (fingerprints) or 20 % (stems); keys that no
    text has are asked for with :math:`f = 1`. Equal scores are settled by id.

    References
    ----------
    Robertson, S. and Zaragoza, H. (2009). The probabilistic relevance framework:
    BM25 and beyond. *Foundations and Trends in Information Retrieval* 3, 333-389
    (every stem counted once).
    """
    cluster = cluster or Local()
    batch = read_many(texts)
    windows, owner = _windows(batch.bounds)
    prints, stems = rows_of(replace(batch, bounds=windows))
    by_prints = _scores(view, "prints", unique_rows(prints), owner, shards, cluster)
    by_stems = _normed(view, _scores(view, "stems", unique_rows(stems), owner, shards, cluster))
    answers: list[list[int]] = []
    for query in range(len(texts)):
        first = _best(view, by_prints, query, limit)
        second = _best(view, by_stems, query, limit)
        answers.append(first + [doc for doc in second if doc not in set(first)])
    return answers


def _windows(bounds: Ints) -> tuple[Ints, Ints]:
    """Cut texts into equal parts; return the bounds of these, and the text of each."""
    words = np.diff(bounds)
    parts = np.maximum(-(-words // _WINDOW), 1)
    owner, number = spans(np.zeros_like(parts), parts)
    begins = bounds[owner] + words[owner] * number // parts[owner]
    return np.append(begins, bounds[-1]), owner


def _scores(
    view: View, kind: Kind, rows: Rows, owner: Ints, shards: int, cluster: Cluster
) -> _Scores:
    """Add up the weights of the rare keys that each text shares with each query."""
    keys, which = np.unique(rows >> np.uint64(DOC_BITS), return_inverse=True)
    window = (rows & np.uint64(2**DOC_BITS - 1)).astype(np.int64)
    edges = [(i << (64 - DOC_BITS)) // shards for i in range(1, shards)]
    cuts = [0, *np.searchsorted(keys, np.array(edges, dtype=np.uint64)).tolist(), keys.size]
    slices = [slice(a, b) for a, b in pairwise(cuts)]
    counted = cluster.map(_count, [(kind, keys[each]) for each in slices], shared=(view,))
    known = np.concatenate(counted)
    unknown = window[known[which] == 0]
    read = _rare(window, known[which])
    window, which = window[read], which[read]
    wanted = np.zeros(keys.size, dtype=np.bool_)
    wanted[which] = True
    found = cluster.map(
        _find, [(kind, keys[each][wanted[each]]) for each in slices], shared=(view,)
    )
    base = np.cumsum([0, *(np.count_nonzero(wanted[each]) for each in slices)])
    key = np.concatenate([pair[0] + first for pair, first in zip(found, base[:-1], strict=True)])
    doc = np.concatenate([pair[1] for pair in found])
    weight = _weights(known[wanted], view.docs)
    wants = (np.cumsum(wanted) - 1)[which]
    shared = _added(window, wants, key, doc, weight)
    # What no text has is asked for as well: most of a new text is nowhere.
    unseen = np.bincount(unknown, minlength=owner.size) * _weights(np.array(1), view.docs)
    asked = unseen + np.bincount(window, weights=weight[wants], minlength=owner.size)
    kept = shared.score >= _LEAST[kind] * asked[shared.query]
    return _summed(owner[shared.query[kept]], shared.doc[kept], shared.score[kept])


def _count(view: View, kind: Kind, keys: Rows) -> Ints:
    return view.count(kind, keys)


def _find(view: View, kind: Kind, keys: Rows) -> tuple[Ints, Ints]:
    return view.find(kind, keys)


def _rare(query: Ints, known: Ints) -> Ints:
    """Choose which keys of each query to look up, the rarest first."""
    # Rows ascend by key, and the sort is stable: equal frequencies are settled by key.
    order = np.lexsort((known, query))
    order = order[known[order] > 0]
    total = np.cumsum(known[order])
    opens = np.append(True, query[order][1:] != query[order][:-1])[: order.size]
    begins = np.flatnonzero(opens)
    before = np.repeat(total[begins] - known[order][begins], np.diff(begins, append=order.size))
    return order[opens | (total - before <= _POSTINGS)]


def _weights(known: Ints, docs: int) -> Ints:
    bits: NDArray[np.float64] = np.log2((docs + 1) / known)
    return np.maximum(np.rint(bits * _SCALE).astype(np.int64), 1)


def _added(query: Ints, wants: Ints, key: Ints, doc: Ints, weight: Ints) -> _Scores:
    """Join queries and texts on the keys they share, and sum the weights of each pair."""
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        key, doc = key[order], doc[order]
    pair, at = spans(np.searchsorted(key, wants), np.searchsorted(key, wants, side="right"))
    return _summed(query[pair], doc[at], weight[wants][pair])


def _summed(query: Ints, doc: Ints, weight: Ints) -> _Scores:
    """Sum the weights of each pair of query and text."""
    pair = query << _PLACE_BITS | doc
    order = np.argsort(pair)
    pair = pair[order]
    begins = np.flatnonzero(np.append(True, pair[1:] != pair[:-1])[: pair.size])
    total = np.add.reduceat(weight[order], begins) if begins.size else weight
    pair = pair[begins]
    return _Scores(pair >> _PLACE_BITS, pair & (2**_PLACE_BITS - 1), total)


def _normed(view: View, found: _Scores) -> _Scores:
    """Divide by what length alone would explain, as BM25 does."""
    mean = view.words / max(view.docs, 1)
    spread = 1 - _B + _B * view.lengths(found.doc) / max(mean, 1)
    score = np.rint(found.score * (_K1 + 1) / (1 + _K1 * spread)).astype(np.int64)
    return replace(found, score=score)


def _best(view: View, found: _Scores, query: int, limit: int) -> list[int]:
    """Return the texts with the highest scores; equal scores are settled by id."""
    first, stop = np.searchsorted(found.query, [query, query + 1])
    score, doc = found.score[first:stop], found.doc[first:stop]
    if score.size > limit:
        kept = score >= np.partition(score, -limit)[-limit]
        score, doc = score[kept], doc[kept]
    ranked = sorted((-s, view.id(d), d) for s, d in zip(score.tolist(), doc.tolist(), strict=True))
    return [d for _, _, d in ranked[:limit]]
