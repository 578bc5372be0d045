"""Receiving: the rules of a host from a day on, and the days on which it receives nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.registry.models import Institution, Unit
from teladan.visits.calendar import today
from teladan.visits.models import Closure, Guest, Reception

LONGEST = timedelta(days=366)


@act
def receive_by(
    *,
    by: Person,
    institution: Institution,
    since: date,
    weekdays: tuple[int, ...],
    opens: time,
    lead_days: int,
    group_max: int,
    groups_a_day: int,
    now: datetime,
    overnight: bool = False,
    exempt: Iterable[str] = (),
    answer_days: int | None = None,
    note: str = "",
    citation: str = "",
    simulated: bool = False,
) -> Reception:
    """Say how a host receives visitors from a day on; requests already accepted stay.

    `exempt` names the kinds of guests who are held neither to the weekdays nor to the lead time,
    `answer_days` the working days within which requests are answered. Refuses `not-your-office`,
    `in-the-past`, `no-days`, `no-such-guests` and `rules-exist`.
    """
    demand(by, Office.HOST, now=now, institution_id=institution.pk)
    if since < today(now):
        raise Refusal("in-the-past", _("Rules begin today or later; older ones stay as they were."))
    days = sorted({day for day in weekdays if 0 <= day <= 6})
    if not days:
        raise Refusal("no-days", _("Choose at least one day of the week."))
    chosen = set(exempt)
    if chosen - set(Guest.values):
        raise Refusal("no-such-guests", _("These guests are no kind that can be exempt."))
    if Reception.objects.filter(institution=institution, since=since).exists():
        raise Refusal("rules-exist", _("There are rules that begin on this day. Choose another."))
    reception = Reception(
        institution=institution,
        since=since,
        weekdays=",".join(map(str, days)),
        opens=opens,
        lead_days=lead_days,
        group_max=group_max,
        groups_a_day=groups_a_day,
        overnight=overnight,
        exempt=",".join(kind for kind in Guest.values if kind in chosen),
        answer_days=answer_days,
        note=note.strip(),
        citation=citation.strip(),
        simulated=simulated,
    )
    reception.full_clean()
    reception.save()
    record(
        by=by,
        act="visits.receive_by",
        about=reception,
        now=now,
        public=True,
        institution=institution.pk,
        since=since,
        weekdays=reception.weekdays,
        lead_days=lead_days,
        group_max=group_max,
        groups_a_day=groups_a_day,
        overnight=overnight,
        exempt=reception.exempt,
        answer_days=answer_days,
    )
    return reception


@act
def close_days(
    *,
    by: Person,
    institution: Institution,
    unit: Unit | None,
    first: date,
    last: date,
    reason: str,
    now: datetime,
) -> Closure:
    """Close days on which the host, or one of its offices, receives nobody.

    Refuses `not-your-office`, `not-your-unit`, `no-reason`, `days-reversed` and `too-long`.
    """
    demand(by, Office.HOST, now=now, institution_id=institution.pk)
    if unit is not None and unit.institution_id != institution.pk:
        raise Refusal("not-your-unit", _("This office belongs to somebody else."))
    if not reason.strip():
        raise Refusal("no-reason", _("Say why nobody is received on these days."))
    if last < first:
        raise Refusal("days-reversed", _("The last day cannot be before the first."))
    if last - first > LONGEST:
        raise Refusal("too-long", _("A closure lasts a year at most. Close the next year anew."))
    closure = Closure(
        institution=institution,
        unit=unit,
        first=first,
        last=last,
        reason=reason.strip(),
        by=by,
        at=now,
    )
    closure.full_clean()
    closure.save()
    record(
        by=by,
        act="visits.close_days",
        about=closure,
        now=now,
        public=True,
        institution=institution.pk,
        first=first,
        last=last,
        reason=closure.reason,
    )
    return closure
