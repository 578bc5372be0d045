"""Answering: what a host does with a request, from its receipt to the agenda of the day."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Person
from teladan.house.refusals import Refusal
from teladan.registry.models import Institution
from teladan.visits.acts.guards import demand_host, refuse_day, refuse_repeated
from teladan.visits.calendar import booked, reception_of
from teladan.visits.models import Step, Stop, Visit
from teladan.visits.telling import tell_visitor


@act
def acknowledge(*, by: Person, visit: Visit, now: datetime) -> Step:
    """Say that the request was received and is being looked at.

    Refuses `not-your-office`, `already-ended` and `already-done`.
    """
    visit = demand_host(by, visit, now)
    refuse_repeated(visit, Step.Kind.RECEIVED)
    step = Step.objects.create(visit=visit, kind=Step.Kind.RECEIVED, by=by, at=now)
    record(by=by, act="visits.acknowledge", about=visit, now=now)
    return step


@act
def accept(*, by: Person, visit: Visit, now: datetime) -> Step:
    """Accept a request, while there is room on its day.

    Refuses `not-your-office`, `already-ended`, `already-done` and `day-full`.
    """
    visit = demand_host(by, visit, now)
    host, day = visit.host, visit.day
    refuse_repeated(visit, Step.Kind.ACCEPTED)
    if host is not None and day is not None:
        Institution.objects.select_for_update(no_key=True).get(pk=host.pk)
        reception = reception_of(host, day)
        if reception is None or len(booked(host, day)) >= reception.groups_a_day:
            raise Refusal("day-full", _("The day is full. Move the visit, or decline it."))
    step = Step.objects.create(visit=visit, kind=Step.Kind.ACCEPTED, by=by, at=now)
    tell_visitor(visit, now, _("Accepted: your visit to %(host)s") % {"host": visit.host})
    # The calendar of the host, which is public, has one place less.
    record(by=by, act="visits.accept", about=visit, now=now, public=True, day=visit.day)
    return step


@act
def decline(*, by: Person, visit: Visit, reason: str, now: datetime) -> Step:
    """Decline a request with a reason. Refuses `not-your-office`, `already-ended`, `no-reason`."""
    visit = demand_host(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Say why, so that the visitors can choose better."))
    booked_before = visit.steps.filter(kind=Step.Kind.ACCEPTED).exists()
    step = Step.objects.create(
        visit=visit, kind=Step.Kind.DECLINED, by=by, at=now, note=reason.strip()
    )
    tell_visitor(visit, now, _("Declined: your visit to %(host)s") % {"host": visit.host})
    record(
        by=by,
        act="visits.decline",
        about=visit,
        now=now,
        public=booked_before,
        reason=reason.strip(),
    )
    return step


@act
def move(*, by: Person, visit: Visit, day: date, reason: str, now: datetime) -> Step:
    """Move a visit to another day on which the rules allow it, to be confirmed anew.

    To move a request that waits for its answer is the yes to it, for the other day: it counts as
    accepted, and its visitors are asked to confirm. Whether they stay the night, where the rules
    of the new day ask for it, they say then; see `confirm`. Refuses `not-your-office`,
    `not-your-visit`, `already-ended`, `no-reason`, `same-day`, and what `ask` refuses for a day.
    """
    visit = demand_host(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Say why the visit is moved."))
    if visit.host is None or day == visit.day:
        raise Refusal("same-day", _("The visit is on that day already."))
    Institution.objects.select_for_update(no_key=True).get(pk=visit.host.pk)
    units = [stop.unit for stop in visit.stops.select_related("unit")]
    _rules, guest = refuse_day(visit.host, visit.visitor, day, visit.size or 1, units, now)
    if not visit.steps.filter(kind=Step.Kind.ACCEPTED).exists():
        Step.objects.create(visit=visit, kind=Step.Kind.ACCEPTED, by=by, at=now)
    # What was confirmed before counts no more: see `Step.standing`.
    before, visit.day, visit.guest = visit.day, day, guest or ""
    visit.save(update_fields=["day", "guest"])
    step = Step.objects.create(
        visit=visit, kind=Step.Kind.MOVED, day=day, note=reason.strip(), by=by, at=now
    )
    tell_visitor(visit, now, _("Moved: your visit to %(host)s") % {"host": visit.host})
    # The calendar of the host, which is public, has one place less on the new day.
    record(
        by=by,
        act="visits.move",
        about=visit,
        now=now,
        public=True,
        before=before,
        day=day,
        reason=reason.strip(),
    )
    return step


@act
def plan_day(
    *, by: Person, visit: Visit, agenda: dict[int, tuple[time | None, str]], now: datetime
) -> list[Stop]:
    """Set the agenda: office -> when, and about what.

    Refuses `not-your-office`, `already-ended`, `no-such-office` and `offices-clash`.
    """
    visit = demand_host(by, visit, now)
    stops = {stop.unit_id: stop for stop in visit.stops.all()}
    if set(agenda) - set(stops):
        raise Refusal("no-such-office", _("This office is not part of the visit."))
    hours = [hour for hour, _about in agenda.values() if hour is not None]
    if len(hours) != len(set(hours)):
        raise Refusal("offices-clash", _("The group cannot be at two offices at once."))
    for unit, (starts, about) in agenda.items():
        stops[unit].starts, stops[unit].about = starts, about.strip()
        stops[unit].full_clean()
        stops[unit].save(update_fields=["starts", "about"])
    record(by=by, act="visits.plan_day", about=visit, now=now, offices=sorted(agenda))
    return list(visit.stops.all())
