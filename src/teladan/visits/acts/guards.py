"""Who may act on a visit, what has ended, and which days the rules of a host allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.house.days import holidays_around
from teladan.house.models import Office, Person
from teladan.house.offices import demand, held
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Institution, Unit
from teladan.visits.calendar import ENDED, TOPIC, as_host, booked, reception_of, today
from teladan.visits.diary import FARTHEST, next_free
from teladan.visits.evidence import equals_of
from teladan.visits.models import Closure, Guest, Question, Reception, Step, Visit

# So many days after the one asked for, another that fits is looked for.
NEAR = 60


def demand_visitor(by: Person, visit: Visit, now: datetime) -> Visit:
    """Return a visit of one's own institution, locked, for its visitor."""
    if visit.visitor_id is None:
        raise Refusal("not-your-visit", _("This visit was read about; nobody asked for it here."))
    demand(by, Office.AGENCY, Office.LOCAL_ADMIN, now=now, institution_id=visit.visitor_id)
    return _locked(visit)


def demand_host(by: Person, visit: Visit, now: datetime) -> Visit:
    """Return a visit to one's own institution, locked, for its host, while it is still open."""
    visit = demand_own(by, visit, now)
    refuse_ended(visit)
    return visit


def demand_own(by: Person, visit: Visit, now: datetime) -> Visit:
    """Return a visit to one's own institution, locked, for its host, even when it is over."""
    if visit.host_id is None:
        raise Refusal("not-your-visit", _("This visit was read about; nobody asked for it here."))
    demand(by, Office.HOST, now=now, institution_id=visit.host_id)
    return _locked(visit)


def demand_member(by: Person, visit: Visit, now: datetime) -> Visit:
    """Return a visit, locked, for those of its visitors' institution and those on its list."""
    demand(by, Office.PARTICIPANT, Office.AGENCY, Office.LOCAL_ADMIN, now=now)
    visit = _locked(visit)
    mine = {term.institution_id for term in held(by, now)}
    if visit.visitor_id not in mine and not visit.attendees.filter(person=by).exists():
        raise Refusal("not-your-visit", _("You were not part of this visit."))
    return visit


def demand_question(by: Person, question: Question, now: datetime) -> Question:
    """Return a question to one's own institution for its host, the visit locked.

    A visit that was held stays open for answers; a request that came to nothing does not.
    """
    visit = demand_own(by, question.visit, now)
    if visit.steps.filter(kind__in=ENDED).exists():
        raise _ended()
    return visit.questions.get(pk=question.pk)


def _locked(visit: Visit) -> Visit:
    """Return a visit as it stands, held until the act is over."""
    rows = Visit.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("host", "visitor").get(pk=visit.pk)


def refuse_ended(visit: Visit) -> None:
    """Refuse with `already-ended` what changes a visit that is over."""
    ends = {Step.Kind.DECLINED, Step.Kind.WITHDRAWN, Step.Kind.HELD, Step.Kind.CLOSED}
    if set(visit.steps.values_list("kind", flat=True)) & ends:
        raise _ended()


def _ended() -> Refusal:
    return Refusal("already-ended", _("This request has ended; nothing of it changes any more."))


def refuse_repeated(visit: Visit, kind: Step.Kind) -> None:
    """Refuse with `already-done` a step that was taken and was not taken back by a move."""
    if kind in Step.standing(visit.steps.all()):
        raise Refusal("already-done", _("This was done already."))


def refuse_day(
    host: Institution,
    visitor: Institution | None,
    day: date,
    size: int,
    units: Sequence[Unit],
    now: datetime,
) -> tuple[Reception, Guest | None]:
    """Refuse a day that the host's rules do not allow, naming the earliest that they do.

    Returns the rules in force on the day, and as which exempt guest the visitor is held neither
    to their weekdays nor to their lead time. Refuses `too-far`, `no-reception`, `not-received`,
    `office-closed` and `day-full`.
    """
    arrives = today(now)
    if day > arrives + FARTHEST:
        raise Refusal("too-far", _("Visits are asked for at most two years ahead."))
    # A day that is over stands under today's rules, which say so.
    reception = reception_of(host, max(day, arrives))
    if reception is None:
        raise Refusal(
            "no-reception", _("This host has not said how it receives visitors. Choose another.")
        )
    kind = Guest.of(visitor, host) if visitor else None
    guest = kind if reception.exempts(kind) else None
    closures = list(Closure.objects.filter(institution=host, last__gte=arrives))
    _refuse_by_rules(reception, closures, guest, day, size, arrives)
    for closure in closures:
        if closure.unit_id in {unit.pk for unit in units} and closure.first <= day <= closure.last:
            raise Refusal(
                "office-closed",
                _("%(office)s receives nobody on that day: %(reason)s")
                % {"office": closure.unit, "reason": closure.reason},
            )
    if len(booked(host, day)) >= reception.groups_a_day:
        free = next_free(host, day, size, units, guest, arrives)
        raise Refusal("day-full", _instead(host, visitor, reception, free, arrives))
    return reception, guest


def _refuse_by_rules(
    reception: Reception,
    closures: list[Closure],
    guest: Guest | None,
    day: date,
    size: int,
    arrives: date,
) -> None:
    from teladan.engine import Infeasible
    from teladan.engine.itinerary import Request, Rules, earliest, refusal

    holidays = holidays_around(arrives)
    inside = as_host(reception, closures, guest=guest)
    kind = str(guest or "")
    wanted = Request(
        id="asked",
        topic=TOPIC,
        size=max(size, 1),
        asked=arrives,
        first=day,
        last=day,
        guest=kind,
    )
    rule = Rules(holidays=holidays)
    broken = refusal(wanted, inside, day, rules=rule)
    if broken is None:
        return
    try:
        first = earliest(inside, arrives, holidays=holidays, size=size, guest=kind)
        if first > arrives + FARTHEST:
            raise Infeasible("No day will do that may be asked for.")
        then = _("The earliest day that the rules allow is %(day)s.") % {"day": shown_day(first)}
        after = [day + timedelta(days=more) for more in range(1, NEAR)] if day > first else []
        fits = (
            each
            for each in after
            if refusal(replace(wanted, first=each, last=each), inside, each, rules=rule) is None
        )
        if (later := next(fits, None)) is not None:
            told = _("The next one after the day you asked for is %(day)s.")
            then = f"{then} {told % {'day': shown_day(later)}}"
    except Infeasible:
        then = _("No day will do for this group.")
    rules = {each.rule for each in broken.broken}
    why = _("That day is over.") if day < arrives else _why(rules, reception)
    raise Refusal("not-received", f"{why} {then}")


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


def _instead(
    host: Institution,
    visitor: Institution | None,
    reception: Reception,
    free: date | None,
    arrives: date,
) -> str:
    """Say that a day is full, when there is room, and who could be asked just as well."""
    told = [
        ngettext(
            "The day is full: %(n)d group is received.",
            "The day is full: %(n)d groups are received.",
            reception.groups_a_day,
        )
        % {"n": reception.groups_a_day}
    ]
    if free is not None:
        told.append(_("The next day with a free place is %(day)s.") % {"day": shown_day(free)})
    others = [row.institution for row in equals_of(host, arrives)]
    other = next((each for each in others if each != visitor), None)
    if other is not None:
        told.append(
            _("%(other)s was honoured for the same and is no more crowded.") % {"other": other}
        )
    else:
        told.append(_("Choose another day, or another host."))
    return " ".join(told)
