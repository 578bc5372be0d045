"""Pairings: the ministry proposes, both sides answer, and overrides outlive every run."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, demand, held
from teladan.house.refusals import Refusal
from teladan.matching.acts.computing import (
    computed,
    explained,
    report_of,
    rooms_of,
    told_pairs,
)
from teladan.matching.models import (
    Need,
    Offer,
    Override,
    Pairing,
    Proposal,
    Reply,
    Side,
)
from teladan.matching.rules import FitRules


@act
def propose(*, by: Person, year: int, rules: FitRules, now: datetime) -> Pairing:
    """Pair all open needs with the offers of a year, and propose the pairs to both sides.

    Proposals of earlier runs that both sides have not accepted yet are replaced; needs for which
    both sides did accept rest, and a pair that one side declined is not proposed again. Refuses
    `not-your-office`, `no-needs`, `no-offers`, `no-capacity` (more pairs are held together for an
    offer than it has places left) and `not-stable` (separate code disagrees with the result: a
    bug, and nothing is stored).
    """
    demand(by, Office.MATCHMAKER, now=now)
    settled = Proposal.objects.settled().filter(offer__year=year)
    needs = list(
        Need.objects.open()
        .exclude(pk__in=settled.values("need"))
        .select_related("institution", "region")
        .order_by("pk")
    )
    offers = list(
        Offer.objects.open()
        .filter(year=year)
        .select_related("institution", "innovation")
        .order_by("pk")
    )
    if not needs:
        raise Refusal("no-needs", _("No region has stated a need that is still open."))
    if not offers:
        raise Refusal("no-offers", _("Nobody has offered help for %(year)d yet.") % {"year": year})
    overrides = list(Override.objects.filter(lifted_at=None).order_by("pk"))
    rooms = rooms_of(offers)
    kept, barred = told_pairs(needs, offers, overrides, rooms)
    candidates, found, faults = computed(needs, offers, rules, rooms, kept, barred)
    if faults:
        raise Refusal("not-stable", _("The check found a fault: %(fault)s") % {"fault": faults[0]})
    pairing = Pairing(
        year=year,
        by=by,
        at=now,
        rules=rules.stored(),
        digest=digest_of(
            [
                [need.pk for need in needs],
                [offer.pk for offer in offers],
                rules.stored(),
                [sorted(kept), sorted(barred), sorted(rooms.items())],
                [candidates.i.tolist(), candidates.j.tolist(), candidates.score.round(9).tolist()],
                found.pairs.tolist(),
            ]
        ),
        report=report_of(needs, rooms, candidates, found),
        simulated=any(need.simulated for need in needs),
    )
    pairing.save()
    open_rows = Proposal.objects.filter(offer__year=year, replaced_at=None)
    open_rows.exclude(pk__in=settled.values("pk")).update(replaced_at=now)
    place = {
        (int(i), int(j)): k for k, (i, j) in enumerate(zip(candidates.i, candidates.j, strict=True))
    }
    Proposal.objects.bulk_create(
        [
            Proposal(
                pairing=pairing,
                need=needs[i],
                offer=offers[j],
                score=Decimal(repr(round(float(candidates.score[place[i, j]]), 4)))
                if (i, j) in place
                else Decimal(0),
                terms=explained(candidates, place.get((i, j))),
            )
            for i, j in found.pairs.tolist()
        ]
    )
    for proposal in pairing.proposals.select_related("need", "offer__innovation"):
        _tell(proposal, now)
    record(
        by=by,
        act="matching.propose",
        about=pairing,
        now=now,
        year=year,
        needs=len(needs),
        offers=len(offers),
        pairs=len(found.pairs),
        digest=pairing.digest,
    )
    return pairing


def _tell(proposal: Proposal, now: datetime) -> None:
    today = now.astimezone(CAPITAL).date()
    sides = [proposal.need.institution_id, proposal.offer.institution_id]
    terms = OfficeTerm.objects.running(today).filter(
        office=Office.LOCAL_ADMIN, institution__in=sides
    )
    for term in terms.select_related("person"):
        queue(
            to=term.person,
            about=proposal,
            now=now,
            subject=_("A match is proposed: %(innovation)s")
            % {"innovation": proposal.offer.innovation.title[:120]},
            body=_("Read why it fits on your desk, and accept or decline it."),
        )


@act
def reply(*, by: Person, proposal: Proposal, accepted: bool, reason: str, now: datetime) -> Reply:
    """Accept a proposal for one's side, or decline it with a reason.

    Refuses `not-your-office`, `not-your-side`, `replaced`, `already-answered` and `no-reason`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now)
    proposal = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("need", "offer")
        .get(pk=proposal.pk)
    )
    side = _side(by, proposal, now)
    if proposal.replaced_at:
        raise Refusal("replaced", _("A newer pairing has taken the place of this proposal."))
    if proposal.replies.filter(side=side).exists():
        raise Refusal("already-answered", _("Your side has answered this proposal."))
    if not accepted and not reason.strip():
        raise Refusal("no-reason", _("Say why you decline, so that the ministry can do better."))
    answer = Reply(
        proposal=proposal, side=side, accepted=accepted, reason=reason.strip(), by=by, at=now
    )
    answer.full_clean()
    answer.save()
    record(by=by, act="matching.reply", about=proposal, now=now, side=side, accepted=accepted)
    return answer


def _side(by: Person, proposal: Proposal, now: datetime) -> Side:
    """Return the side for which somebody answers; one who serves both answers one by one."""
    serves = {t.institution_id for t in held(by, now) if t.office == Office.LOCAL_ADMIN}
    mine = [
        side
        for side, institution in (
            (Side.ADOPTER, proposal.need.institution_id),
            (Side.SOURCE, proposal.offer.institution_id),
        )
        if institution in serves
    ]
    if not mine:
        raise Refusal("not-your-side", _("This proposal is for two other institutions."))
    answered = set(proposal.replies.values_list("side", flat=True))
    return next((side for side in mine if side not in answered), mine[0])


@act
def override(
    *, by: Person, need: Need, offer: Offer, kind: str, reason: str, now: datetime
) -> Override:
    """Hold a pair together or keep it apart, in every pairing from now on.

    Refuses `not-your-office`, `no-reason`, `already-overridden`, `other-theme`, `own-offer` and
    `no-capacity` (more pairs would be held than the offer has places).
    """
    demand(by, Office.MATCHMAKER, now=now)
    if not reason.strip():
        raise Refusal("no-reason", _("An override needs a reason that both sides may read."))
    offer = Offer.objects.select_for_update(of=("self",), no_key=True).get(pk=offer.pk)
    if Override.objects.filter(need=need, offer=offer, lifted_at=None).exists():
        raise Refusal("already-overridden", _("There is an override for this pair; lift it first."))
    if need.institution_id == offer.institution_id:
        raise Refusal("own-offer", _("Nobody is paired with themselves."))
    if need.theme != offer.theme:
        raise Refusal("other-theme", _("Need and offer are about different themes."))
    if kind == Override.Kind.HOLD:
        # Holds whose need is settled already have used their place; they count there.
        holds = Override.objects.filter(kind=Override.Kind.HOLD, lifted_at=None)
        done = Proposal.objects.settled().filter(offer=offer)
        held = holds.filter(offer=offer).exclude(need__in=done.values("need"))
        if held.count() >= rooms_of([offer])[offer.pk]:
            raise Refusal("no-capacity", _("The offer has no place left for this pair."))
        if holds.filter(need=need).count() >= need.wanted:
            raise Refusal("no-capacity", _("The need has all the helpers it wants."))
    row = Override(need=need, offer=offer, kind=kind, reason=reason.strip(), by=by, at=now)
    row.full_clean()
    row.save()
    record(
        by=by,
        act="matching.override",
        about=row,
        now=now,
        need=need.pk,
        offer=offer.pk,
        kind=kind,
        reason=row.reason,
    )
    return row


@act
def lift(*, by: Person, override: Override, now: datetime) -> Override:
    """Lift an override. Refuses `not-your-office` and `already-lifted`."""
    demand(by, Office.MATCHMAKER, now=now)
    override = Override.objects.select_for_update(of=("self",), no_key=True).get(pk=override.pk)
    if override.lifted_at:
        raise Refusal("already-lifted", _("This override is lifted already."))
    override.lifted_at = now
    override.save(update_fields=["lifted_at"])
    record(by=by, act="matching.lift", about=override, now=now)
    return override
