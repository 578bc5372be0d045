"""Needs and offers: what hurts, and who helps with what, how often a year."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.matching.models import READINESS, Need, Offer
from teladan.matching.themes import MEASURES, THEMES
from teladan.registry.models import Indicator, Innovation, Institution


@act
def state_need(
    *,
    by: Person,
    institution: Institution,
    theme: str,
    problem: str,
    target_group: str,
    constraints: str,
    readiness: dict[str, bool],
    now: datetime,
    wanted: int = 1,
    simulated: bool = False,
) -> Need:
    """State what hurts; the figure that measures it is taken as it stands today.

    Refuses `not-your-office`, `no-theme`, `not-written`, `already-stated` and `wanted-range`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=institution.pk)
    if theme not in THEMES:
        raise Refusal("no-theme", _("Choose the theme of the problem."))
    if not (problem.strip() and target_group.strip()):
        raise Refusal("not-written", _("Say what the problem is, and whom it hurts."))
    if not 1 <= wanted <= 5:
        raise Refusal("wanted-range", _("Ask for one helper at least and five at most."))
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if Need.objects.open().filter(institution=institution, theme=theme).exists():
        raise Refusal(
            "already-stated", _("Your institution has an open need on this theme. Close it first.")
        )
    need = Need(
        institution=institution,
        region=institution.region,
        theme=theme,
        problem=problem.strip(),
        target_group=target_group.strip(),
        indicator=_measure(institution, theme),
        constraints=constraints.strip(),
        readiness={code: bool(readiness[code]) for code in READINESS if code in readiness},
        wanted=wanted,
        stated_by=by,
        stated_at=now,
        simulated=simulated,
    )
    need.full_clean()
    need.save()
    record(by=by, act="matching.state_need", about=need, now=now, theme=theme, wanted=wanted)
    return need


def _measure(institution: Institution, theme: str) -> Indicator | None:
    """Return the newest figure that measures the theme where the institution governs."""
    if institution.region is None or theme not in MEASURES:
        return None
    rows = institution.region.indicators.filter(name=MEASURES[theme][0], value__isnull=False)
    return rows.order_by("-year", "uncertain", "pk").first()


@act
def close_need(*, by: Person, need: Need, because: str, now: datetime) -> Need:
    """Close a need with a reason. Refuses `not-your-office`, `no-reason` and `already-closed`."""
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=need.institution_id)
    need = Need.objects.select_for_update(of=("self",), no_key=True).get(pk=need.pk)
    if need.closed_at:
        raise Refusal("already-closed", _("This need is closed already."))
    if not because.strip():
        raise Refusal("no-reason", _("Say why the need is closed."))
    need.closed_at, need.closed_because = now, because.strip()
    need.full_clean()
    need.save(update_fields=["closed_at", "closed_because"])
    record(by=by, act="matching.close_need", about=need, now=now, because=need.closed_because)
    return need


@act
def offer_help(
    *,
    by: Person,
    innovation: Innovation,
    theme: str,
    year: int,
    capacity: int,
    conditions: str,
    now: datetime,
    simulated: bool = False,
) -> Offer:
    """Offer to help others with an honoured innovation of one's institution.

    Refuses `not-your-office`, `no-theme`, `not-honoured`, `past-year`, `no-capacity` and
    `already-offered`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=innovation.institution_id)
    if theme not in THEMES:
        raise Refusal("no-theme", _("Choose the theme that the innovation helps with."))
    if not Innovation.objects.public().filter(pk=innovation.pk).exists():
        raise Refusal(
            "not-honoured", _("Help is offered with innovations that were honoured somewhere.")
        )
    if year < now.astimezone(CAPITAL).year:
        raise Refusal("past-year", _("Help is offered for this year or a later one."))
    if not 1 <= capacity <= 50:
        raise Refusal("no-capacity", _("Say how many regions you can help in the year: 1 to 50."))
    innovation = Innovation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=innovation.pk
    )
    if Offer.objects.open().filter(innovation=innovation, year=year).exists():
        raise Refusal("already-offered", _("This innovation is offered for that year already."))
    offer = Offer(
        innovation=innovation,
        institution_id=innovation.institution_id,
        theme=theme,
        year=year,
        capacity=capacity,
        conditions=conditions.strip(),
        offered_by=by,
        offered_at=now,
        simulated=simulated,
    )
    offer.full_clean()
    offer.save()
    record(
        by=by,
        act="matching.offer_help",
        about=offer,
        now=now,
        public=True,
        theme=theme,
        year=year,
        capacity=capacity,
    )
    return offer


@act
def withdraw_offer(*, by: Person, offer: Offer, now: datetime) -> Offer:
    """Withdraw an offer; agreements made from it stay.

    Refuses `not-your-office` and `already-withdrawn`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=offer.institution_id)
    offer = Offer.objects.select_for_update(of=("self",), no_key=True).get(pk=offer.pk)
    if offer.withdrawn_at:
        raise Refusal("already-withdrawn", _("This offer is withdrawn already."))
    offer.withdrawn_at = now
    offer.save(update_fields=["withdrawn_at"])
    record(by=by, act="matching.withdraw_offer", about=offer, now=now, public=True)
    return offer
