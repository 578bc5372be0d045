"""Computing a pairing: what goes into the engine, and what a sceptic may ask of what comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from teladan.house.refusals import Refusal
from teladan.matching.columns import columns_of, reserved_for
from teladan.matching.models import Need, Offer, Override, Proposal, Reply
from teladan.matching.rules import FitRules

# Keys of a need and of an offer.
Pairs = set[tuple[int, int]]


def fit_rules(rules: FitRules) -> Any:
    """Return the terms and filters of a fit as the engine wants them.

    The hard filters: the same theme, and not oneself.
    """
    from teladan.engine.pairing import Ahead, Close, Different, Equal, Near, Own, Rules, Same

    return Rules(
        terms=(
            Own("proof", side="offer"),
            Ahead("ahead", need="standing", offer="standing", scale=0.5),
            Own("readiness", side="need"),
            Near("fiscal", scale=1.5),
            Near("development", scale=20.0),
            Near("density", scale=100.0, log=True),
            Same("kind"),
            Close("distance", reach=3000.0),
        ),
        filters=(Equal("theme"), Different("institution")),
        floor=rules.floor,
        breadth=rules.breadth,
    )


def computed(
    needs: list[Need],
    offers: list[Offer],
    rules: FitRules,
    rooms: dict[int, int],
    kept: Pairs,
    barred: Pairs,
) -> tuple[Any, Any, list[str]]:
    """Return candidates, the stable pairing, and what separate code finds wrong with it.

    `rooms` says how many regions each offer can still take; `kept` and `barred` are pairs of keys.
    """
    import numpy as np

    from teladan.engine.checking_pairs import check_pairing
    from teladan.engine.pairing import Reserve, fit, pair

    left, right = columns_of(needs, offers)
    # Every offer is looked at, so that a reason for staying alone is true of all of them.
    wide = replace(rules, breadth=max(rules.breadth, len(offers)))
    candidates = fit(left, right, rules.weights, fit_rules(wide))
    at_need = {need.pk: place for place, need in enumerate(needs)}
    at_offer = {offer.pk: place for place, offer in enumerate(offers)}
    asked: dict[str, Any] = {
        "wanted": np.array([need.wanted for need in needs], dtype=np.int64),
        "capacity": np.array([rooms[offer.pk] for offer in offers], dtype=np.int64),
        "reserve": Reserve(np.array(reserved_for(needs), dtype=bool), share=rules.reserve),
        **{
            name: np.array(
                sorted((at_need[need], at_offer[offer]) for need, offer in pairs), dtype=np.int64
            ).reshape(-1, 2)
            for name, pairs in (("keep", kept), ("barred", barred))
        },
    }
    found = pair(candidates.i, candidates.j, candidates.score, mode="stable", **asked)
    faults = check_pairing(
        found.pairs, candidates.i, candidates.j, candidates.score, claims=found.claims(), **asked
    )
    return candidates, found, faults


def rooms_of(offers: list[Offer]) -> dict[int, int]:
    """Return how many regions each offer can still take: what both sides accepted uses a place."""
    rows = Proposal.objects.settled().filter(offer__in=[offer.pk for offer in offers])
    used = Counter(rows.values_list("offer", flat=True))
    return {offer.pk: max(offer.capacity - used[offer.pk], 0) for offer in offers}


def told_pairs(
    needs: list[Need], offers: list[Offer], overrides: list[Override], rooms: dict[int, int]
) -> tuple[Pairs, Pairs]:
    """Return the pairs that are held together, and those that are kept apart or were declined."""
    here = {need.pk for need in needs}, {offer.pk for offer in offers}
    rows = [row for row in overrides if row.need_id in here[0] and row.offer_id in here[1]]
    kept = {(row.need_id, row.offer_id) for row in rows if row.kind == Override.Kind.HOLD}
    for pk, count in Counter(offer for _need, offer in kept).items():
        if count > rooms[pk]:
            offer = next(offer for offer in offers if offer.pk == pk)
            raise Refusal(
                "no-capacity",
                _("More pairs are held together for %(offer)s than it has places left. Lift one.")
                % {"offer": offer.innovation.title},
            )
    said_no = Reply.objects.filter(
        accepted=False, proposal__need__in=here[0], proposal__offer__in=here[1]
    )
    declined = set(said_no.values_list("proposal__need", "proposal__offer"))
    apart = {(row.need_id, row.offer_id) for row in rows if row.kind == Override.Kind.BAR}
    # Whoever holds a declined pair together has spoken with both: their word counts.
    return kept, (apart | declined) - kept


def explained(candidates: Any, k: int | None) -> list[dict[str, Any]]:
    """Return the terms of a fit; none for a pair that is held together without one."""
    if k is None:
        return []
    return [
        {
            "code": line.term,
            "value": round(line.value, 4),
            "weight": round(line.weight, 4),
            "part": round(line.contribution, 4),
            "missing": list(line.missing),
        }
        for line in candidates.explain(k)
    ]


def report_of(
    needs: list[Need], rooms: dict[int, int], candidates: Any, found: Any
) -> dict[str, Any]:
    """Return what a sceptic may ask of a pairing, with rows named by their keys."""
    effect = found.reserve
    return {
        "needs": len(needs),
        "offers": len(rooms),
        "places": sum(rooms.values()),
        "candidates": int(candidates.i.size),
        "pairs": len(found.pairs),
        "blocking": len(found.blocking.pairs),
        "total": round(float(found.total), 4),
        "optimum": round(float(found.optimum), 4),
        "share": round(float(found.share), 4),
        "unmatched": [
            {
                "need": needs[row.need].pk,
                "missing": int(row.missing),
                "reason": row.reason,
                "full": int(row.full),
            }
            for row in found.unmatched
        ],
        "reserve": None
        if effect is None
        else {
            "taken": int(effect.taken),
            "open": int(effect.open),
            "gained": [needs[int(n)].pk for n in effect.gained],
            "lost": [needs[int(n)].pk for n in effect.lost],
        },
    }
