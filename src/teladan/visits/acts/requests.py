"""Requests: asked within the host's rules, answered, moved, confirmed, and planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits.calendar import TOPIC, as_host, booked, holidays_around, reception_of, today
from teladan.visits.models import Attendee, Closure, Question, Reception, Step, Stop, Visit

MOST_OFFICES = 6
FARTHEST = timedelta(days=730)


@act
def ask(
    *,
    by: Person,
    visitor: Institution,
    host: Institution,
    day: date,
    size: int,
    topic: str,
    contact: str,
    because: str,
    units: Sequence[Unit],
    questions: Sequence[str],
    names: Sequence[str],
    now: datetime,
    innovation: Innovation | None = None,
    simulated: bool = False,
) -> Visit:
    """Ask a host to receive a group on a day.

    The host's rules answer at once. Refuses `not-your-office`, `own-host`, `no-reception`,
    `not-received` (weekday, lead time, size, holiday or closure, with the earliest legal day),
    `too-far`, `day-full`, `office-closed`, `no-questions`, `no-offices` and `not-their-office`.
    """
    demand(by, Office.AGENCY, Office.LOCAL_ADMIN, now=now, institution_id=visitor.pk)
    if visitor.pk == host.pk:
        raise Refusal("own-host", _("Nobody visits themselves. Choose another host."))
    asked = [text.strip() for text in questions if text.strip()]
    if not asked:
        raise Refusal("no-questions", _("Send at least one question: what do you want to learn?"))
    if not units or len(units) > MOST_OFFICES:
        raise Refusal("no-offices", _("Choose the offices you want to see, six at most."))
    if any(unit.institution_id != host.pk for unit in units):
        raise Refusal("not-their-office", _("One of these offices is not the host's."))
    # The host's row is locked: of two who ask for the last place of a day, one is told so.
    Institution.objects.select_for_update(no_key=True).get(pk=host.pk)
    _refuse_day(host, day, size, units, now)
    visit = Visit(
        host=host,
        region=host.region,
        visitor=visitor,
        visitor_name=visitor.name,
        topic=topic.strip(),
        innovation=innovation,
        day=day,
        size=size,
        contact=contact.strip(),
        because=because.strip(),
        sent_by=by,
        sent_at=now,
        simulated=simulated,
    )
    visit.full_clean()
    visit.save()
    Stop.objects.bulk_create([Stop(visit=visit, unit=unit) for unit in units])
    Question.objects.bulk_create([Question(visit=visit, text=text) for text in asked])
    listed = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    Attendee.objects.bulk_create([Attendee(visit=visit, name=name) for name in listed])
    _step(visit, Step.Kind.SENT, by, now)
    _tell_host(visit, now, _("A visit is asked for: %(visitor)s") % {"visitor": visitor.name})
    record(
        by=by,
        act="visits.ask",
        about=visit,
        now=now,
        host=host.pk,
        visitor=visitor.pk,
        day=day,
        size=size,
    )
    return visit


def _refuse_day(
    host: Institution, day: date, size: int, units: Sequence[Unit], now: datetime
) -> Reception:
    """Refuse a day that the host's rules do not allow, naming the earliest that they do."""
    from teladan.engine import Infeasible
    from teladan.engine.itinerary import Request, Rules, earliest, refusal

    if day > today(now) + FARTHEST:
        raise Refusal("too-far", _("Visits are asked for at most two years ahead."))
    reception = reception_of(host, day)
    if reception is None:
        raise Refusal(
            "no-reception", _("This host has not said how it receives visitors. Choose another.")
        )
    arrives, holidays = today(now), holidays_around(today(now))
    closures = list(Closure.objects.filter(institution=host, last__gte=arrives))
    inside = as_host(reception, closures)
    wanted = Request(id="asked", topic=TOPIC, size=max(size, 1), asked=arrives, first=day, last=day)
    broken = refusal(wanted, inside, day, rules=Rules(holidays=holidays))
    if broken is not None:
        try:
            first = earliest(inside, arrives, holidays=holidays, size=size)
            then = _("The earliest day that the rules allow is %(day)s.") % {
                "day": shown_day(first)
            }
        except Infeasible:
            then = _("No day will do for this group.")
        raise Refusal("not-received", f"{_why({b.rule for b in broken.broken}, reception)} {then}")
    for closure in closures:
        if closure.unit_id in {unit.pk for unit in units} and closure.first <= day <= closure.last:
            raise Refusal(
                "office-closed",
                _("%(office)s receives nobody on that day: %(reason)s")
                % {"office": closure.unit, "reason": closure.reason},
            )
    if len(booked(host, day)) >= reception.groups_a_day:
        raise Refusal(
            "day-full",
            _("The day is full: %(n)d groups are received. Choose another day, or another host.")
            % {"n": reception.groups_a_day},
        )
    return reception


def _why(rules: set[str], reception: Reception) -> str:
    """Say which rules a day breaks, in the reader's language."""
    told = {
        "lead": _("Requests arrive at least %(n)d working days before the visit.")
        % {"n": reception.lead_days},
        "weekday": _("On that day of the week this host receives nobody."),
        "holiday": _("That day is a public holiday."),
        "blackout": _("The host has closed that day."),
        "size": _("Groups have at most %(n)d people.") % {"n": reception.group_max},
    }
    said = [told[rule] for rule in told if rule in rules]
    return " ".join(said) or _("The host's rules do not allow this day.")


@act
def inquire(*, by: Person, visit: Visit, text: str, now: datetime) -> Question:
    """Add a learning question before the visit.

    Refuses `not-your-office`, `not-your-visit`, `no-questions` and `already-ended`.
    """
    visit = _mine(by, visit, now)
    _refuse_ended(visit)
    if not text.strip():
        raise Refusal("no-questions", _("Write the question."))
    question = Question.objects.create(visit=visit, text=text.strip())
    record(by=by, act="visits.inquire", about=visit, now=now, question=question.pk)
    return question


@act
def acknowledge(*, by: Person, visit: Visit, now: datetime) -> Step:
    """Say that the request was received and is being looked at.

    Refuses `not-your-office`, `already-ended` and `already-done`.
    """
    visit = _theirs(by, visit, now)
    step = _step(visit, Step.Kind.RECEIVED, by, now)
    record(by=by, act="visits.acknowledge", about=visit, now=now)
    return step


@act
def accept(*, by: Person, visit: Visit, now: datetime) -> Step:
    """Accept a request, while there is room on its day.

    Refuses `not-your-office`, `already-ended`, `already-done` and `day-full`.
    """
    visit = _theirs(by, visit, now)
    host, day = visit.host, visit.day
    if _is_accepted(visit):
        raise Refusal("already-done", _("This was done already."))
    if host is not None and day is not None:
        Institution.objects.select_for_update(no_key=True).get(pk=host.pk)
        reception = reception_of(host, day)
        if reception is None or len(booked(host, day)) >= reception.groups_a_day:
            raise Refusal("day-full", _("The day is full. Move the visit, or decline it."))
    step = _step(visit, Step.Kind.ACCEPTED, by, now)
    _tell_visitor(visit, now, _("Accepted: your visit to %(host)s") % {"host": visit.host})
    # The calendar of the host, which is public, has one place less.
    record(by=by, act="visits.accept", about=visit, now=now, public=True, day=visit.day)
    return step


@act
def decline(*, by: Person, visit: Visit, reason: str, now: datetime) -> Step:
    """Decline a request with a reason. Refuses `not-your-office`, `already-ended`, `no-reason`."""
    visit = _theirs(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Say why, so that the visitors can choose better."))
    booked_before = _is_accepted(visit)
    step = _step(visit, Step.Kind.DECLINED, by, now, note=reason.strip())
    _tell_visitor(visit, now, _("Declined: your visit to %(host)s") % {"host": visit.host})
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
    """Move a visit to another day on which the rules allow it.

    Refuses `not-your-office`, `already-ended`, `no-reason`, `same-day`, and what `ask` refuses
    for a day.
    """
    visit = _theirs(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Say why the visit is moved."))
    if visit.host is None or day == visit.day:
        raise Refusal("same-day", _("The visit is on that day already."))
    Institution.objects.select_for_update(no_key=True).get(pk=visit.host.pk)
    units = [stop.unit for stop in visit.stops.select_related("unit")]
    _refuse_day(visit.host, day, visit.size or 1, units, now)
    before, visit.day = visit.day, day
    visit.save(update_fields=["day"])
    step = Step.objects.create(
        visit=visit, kind=Step.Kind.MOVED, day=day, note=reason.strip(), by=by, at=now
    )
    # Who had confirmed the old day confirms the new one.
    visit.steps.filter(kind=Step.Kind.CONFIRMED).delete()
    _tell_visitor(visit, now, _("Moved: your visit to %(host)s") % {"host": visit.host})
    record(
        by=by,
        act="visits.move",
        about=visit,
        now=now,
        public=_is_accepted(visit),
        before=before,
        day=day,
        reason=reason.strip(),
    )
    return step


@act
def confirm(*, by: Person, visit: Visit, now: datetime) -> Step:
    """Let the visitors confirm that they come.

    Refuses `not-your-office`, `not-your-visit`, `not-accepted`, `already-ended`, `already-done`.
    """
    visit = _mine(by, visit, now)
    if not _is_accepted(visit):
        raise Refusal("not-accepted", _("The host has not accepted the visit yet."))
    step = _step(visit, Step.Kind.CONFIRMED, by, now)
    _tell_host(visit, now, _("Confirmed: the visit of %(visitor)s") % {"visitor": visit.visitor})
    record(by=by, act="visits.confirm", about=visit, now=now)
    return step


@act
def withdraw(*, by: Person, visit: Visit, reason: str, now: datetime) -> Step:
    """Withdraw a request, so that the day is free again.

    Refuses `not-your-office`, `not-your-visit`, `no-reason` and `already-ended`.
    """
    visit = _mine(by, visit, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Tell the host why you do not come."))
    booked_before = _is_accepted(visit)
    step = _step(visit, Step.Kind.WITHDRAWN, by, now, note=reason.strip())
    _tell_host(visit, now, _("Withdrawn: the visit of %(visitor)s") % {"visitor": visit.visitor})
    record(
        by=by,
        act="visits.withdraw",
        about=visit,
        now=now,
        public=booked_before,
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
    visit = _theirs(by, visit, now)
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


def _lock(visit: Visit) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("host", "visitor").get(pk=visit.pk)


def _mine(by: Person, visit: Visit, now: datetime) -> Visit:
    """Lock a visit of one's own institution, as the visitor."""
    if visit.visitor_id is None:
        raise Refusal("not-your-visit", _("This visit was read about; nobody asked for it here."))
    demand(by, Office.AGENCY, Office.LOCAL_ADMIN, now=now, institution_id=visit.visitor_id)
    return _lock(visit)


def _theirs(by: Person, visit: Visit, now: datetime) -> Visit:
    """Lock a visit to one's own institution, as the host, while it is still open."""
    if visit.host_id is None:
        raise Refusal("not-your-visit", _("This visit was read about; nobody asked for it here."))
    demand(by, Office.HOST, now=now, institution_id=visit.host_id)
    visit = _lock(visit)
    _refuse_ended(visit)
    return visit


def _is_accepted(visit: Visit) -> bool:
    return visit.steps.filter(kind=Step.Kind.ACCEPTED).exists()


def _refuse_ended(visit: Visit) -> None:
    ends = {Step.Kind.DECLINED, Step.Kind.WITHDRAWN, Step.Kind.HELD, Step.Kind.CLOSED}
    if set(visit.steps.values_list("kind", flat=True)) & ends:
        raise Refusal("already-ended", _("This request has ended; nothing of it changes any more."))


def _step(visit: Visit, kind: Step.Kind, by: Person, now: datetime, note: str = "") -> Step:
    if visit.steps.filter(kind=kind).exists():
        raise Refusal("already-done", _("This was done already."))
    if kind not in {Step.Kind.REPORTED, Step.Kind.CLOSED}:
        _refuse_ended(visit)
    return Step.objects.create(visit=visit, kind=kind, by=by, at=now, note=note)


def _tell_host(visit: Visit, now: datetime, subject: str) -> None:
    desks = OfficeTerm.objects.running(today(now)).filter(
        office=Office.HOST, institution=visit.host_id
    )
    for term in desks.select_related("person")[:10]:
        queue(to=term.person, about=visit, now=now, subject=subject, body=visit.topic)


def _tell_visitor(visit: Visit, now: datetime, subject: str) -> None:
    if visit.sent_by is not None:
        queue(to=visit.sent_by, about=visit, now=now, subject=subject, body=visit.topic)
