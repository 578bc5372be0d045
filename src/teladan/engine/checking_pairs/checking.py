"""Verifying a pairing without trusting whoever made it.

This module imports nothing from `pairing`: it recomputes what is claimed from the
pairs and the candidates alone, in the plainest way.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.checking_pairs.book import Book
from teladan.engine.faults import below, named, same
from teladan.engine.inputs import BITS, vector, whole

__all__ = ["check_pairing"]

Pair = tuple[int, int]


def check_pairing(
    pairs: ArrayLike,
    i: ArrayLike,
    j: ArrayLike,
    score: ArrayLike,
    *,
    wanted: ArrayLike,
    capacity: ArrayLike,
    donor_score: ArrayLike | None = None,
    reserve: Any = None,
    keep: ArrayLike | None = None,
    barred: ArrayLike | None = None,
    floors: Any = None,
    stable: bool = False,
    claims: Mapping[str, Any] | None = None,
) -> list[str]:
    r"""List everything that is wrong with a pairing; empty if nothing is.

    Parameters
    ----------
    pairs : array_like of int, shape (n, 2)
        (need, offer) rows.
    i, j, score, wanted, capacity, donor_score, keep, barred
        As they were given to `pair`.
    reserve, floors : objects with the attributes of `Reserve` and `Floors`, optional
        As they were given to `pair`.
    stable : bool, default False
        Whether a blocking pair is a fault.
    claims : mapping, optional
        What was claimed; ``pairing.claims()`` has it all.

    Returns
    -------
    list of str
        One English sentence a fault.

    Raises
    ------
    ValueError
        If the request itself is malformed.

    Notes
    -----
    A pair blocks if it is a candidate, the need has a place left or would give up
    a worse helper, and the offer, choosing afresh among those it has and the
    newcomer, would choose the newcomer: first the best eligible for its reserved
    places, then the best of all for the others. Kept partners are never given up.
    For any prices :math:`y \ge 0` no pairing exceeds
    :math:`\sum_i \mathrm{top}_{w_i}(s_i - y)^+ + \sum_j c_j y_j`, where :math:`w` and
    :math:`c` are what kept pairs leave. That a need lost its place to the reserve or
    to a floor can't be seen from the pairing alone and is taken on trust.

    Examples
    --------
    >>> check_pairing(
    ...     [[1, 0]], [0, 1], [0, 0], [0.9, 0.5], wanted=[1, 1], capacity=[1], stable=True
    ... )
    ['need 0 and offer 0 would rather have each other']
    """
    asked, most = whole("wanted", wanted, bits=BITS), whole("capacity", capacity, bits=BITS)
    names = list(zip(whole("i", i).tolist(), whole("j", j).tolist(), strict=True))
    worth = vector("score", score, size=len(names))
    liked = worth if donor_score is None else vector("donor_score", donor_score, size=len(names))
    book = Book(
        score=dict(zip(names, worth.tolist(), strict=True)),
        donor=dict(zip(names, liked.tolist(), strict=True)),
        wanted=asked.tolist(),
        capacity=most.tolist(),
        keep=_set(keep),
        barred=_set(barred),
    )
    book.reserve(reserve)
    rows = [(int(a), int(b)) for a, b in np.asarray(pairs).reshape(-1, 2)]
    outside = [p for p in rows if not (0 <= p[0] < asked.size and 0 <= p[1] < most.size)]
    if outside:
        return named(f"pair {p} is outside {(asked.size, most.size)}" for p in outside)
    book.place(rows)
    faults = book.limits(rows)
    if set(rows) - book.score.keys() - book.keep:
        return faults
    if floors is not None:
        faults += book.floors(whole("group", floors.group), floors.least)
    blocking = book.blocking()
    if stable:
        faults += named(
            f"need {a} and offer {b} would rather have each other" for a, b, _, _ in blocking
        )
    if claims is not None:
        faults += _figures(book, claims, blocking) + _proof(book, claims)
        faults += _reasons(book, claims, reserve is not None, floors is not None)
    return faults


def _figures(
    book: Book, claims: Mapping[str, Any], blocking: list[tuple[int, int, float, float]]
) -> list[str]:
    have = [(n, o) for n, got in book.helpers.items() for o in got]
    total = sum(book.score[row] for row in have if row in book.score)
    found: dict[str, Any] = {
        "helpers": [len(book.helpers[n]) for n in range(len(book.wanted))],
        "loads": [len(book.guests[o]) for o in range(len(book.capacity))],
        "total": total,
        "blocking": np.array([row[:2] for row in blocking]).reshape(-1, 2),
        "need_regret": [row[2] for row in blocking],
        "donor_regret": [row[3] for row in blocking],
    }
    if "optimum" in claims:
        optimum = float(claims["optimum"])
        found["share"] = total / optimum if optimum > 0 else 1.0
    return [
        f"the claimed {name} is wrong"
        for name, value in found.items()
        if name in claims and not same(claims[name], value)
    ]


def _proof(book: Book, claims: Mapping[str, Any]) -> list[str]:
    """Compare claimed bound and optimum with what the prices prove."""
    if not {"prices", "bound"} <= claims.keys():
        return []
    prices = vector("prices", claims["prices"], size=len(book.capacity)).tolist()
    if min(prices, default=0.0) < 0:
        return ["a price is negative"]
    wants, places = list(book.wanted), list(book.capacity)
    for need, offer in book.keep:
        wants[need] -= 1
        places[offer] -= 1
    surplus = defaultdict(list)
    for need, offer in book.score.keys() - book.keep - book.barred:
        surplus[need].append(max(book.score[need, offer] - prices[offer], 0.0))
    proven = sum(book.score.get(row, 0.0) for row in book.keep)
    proven += sum(sum(sorted(gains)[::-1][: wants[n]]) for n, gains in surplus.items())
    proven += sum(price * room for price, room in zip(prices, places, strict=True))
    faults = []
    if below(float(claims["bound"]), proven):
        faults.append(f"the prices prove a total of {proven}, not {claims['bound']}")
    for name in ("total", "optimum"):
        if name in claims and below(-float(claims[name]), -proven):
            faults.append(f"the claimed {name} {claims[name]} exceeds its bound {proven}")
    return faults


def _reasons(book: Book, claims: Mapping[str, Any], reserve: bool, floors: bool) -> list[str]:
    """Compare claimed reasons with what can be seen."""
    if "unmatched" not in claims:
        return []
    faults = []
    claimed = {each.need: each for each in claims["unmatched"]}
    candidates, shut = defaultdict(set), {need for need, _ in book.barred}
    for need, offer in book.score.keys() - book.barred:
        candidates[need].add(offer)
    for need, wanted in enumerate(book.wanted):
        missing = wanted - len(book.helpers[need])
        if (missing > 0) != (need in claimed):
            faults.append(f"need {need} lacks {missing} helpers and is listed wrongly")
        if missing <= 0 or need not in claimed:
            continue
        each, others = claimed[need], candidates[need] - book.helpers[need]
        free = [o for o in others if len(book.guests[o]) < book.capacity[o]]
        if free:
            faults.append(f"need {need} is unmatched although offer {min(free)} has a place")
        true = {"barred" if need in shut else "no fit"} if not others else {"no capacity"}
        if others:
            true |= ({"reserve"} if reserve else set()) | ({"floors"} if floors else set())
        if (each.missing, each.full) != (missing, len(others)) or each.reason not in true:
            faults.append(f"need {need} is unmatched for another reason than {each.reason!r}")
    return named(faults)


def _set(pairs: ArrayLike | None) -> set[Pair]:
    if pairs is None:
        return set()
    return {(int(a), int(b)) for a, b in np.asarray(pairs).reshape(-1, 2)}
