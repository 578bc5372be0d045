"""The calendar of a host, as the engine wants it, with the public holidays of Indonesia."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from teladan.house.days import is_working
from teladan.house.offices import CAPITAL
from teladan.registry.models import Institution, Unit
from teladan.visits.models import Closure, Reception, Step, Visit

if TYPE_CHECKING:
    from teladan.engine.itinerary import Host

# A host is asked by name, so all that it shows is one topic to the engine.
TOPIC = "visit"
# A request that is not answered counts as occupying nothing.
ENDED = (Step.Kind.DECLINED, Step.Kind.WITHDRAWN)
ONE_DAY = timedelta(days=1)


def first_in_time(asked: date, lead_days: int, free: Container[date]) -> date:
    """Return the first day for which a request of a day arrives in time.

    As the engine counts: the day asked counts if it is a working day, the visit's own does not.
    """
    day, counted = asked, 0
    while counted < lead_days:
        counted += is_working(day, free)
        day += ONE_DAY
    return day


def answer_until(asked: date, within: int, free: Container[date]) -> date:
    """Return the last day of so many working days after the one on which somebody asked."""
    day, left = asked, within
    while left:
        day += ONE_DAY
        left -= is_working(day, free)
    return day


def received_on(rules: Reception, day: date, free: Container[date]) -> bool:
    """Say whether a day is one of reception, as the engine does: after a holiday, the next day."""
    if day in free:
        return False
    if day.weekday() in rules.days:
        return True
    # A reception that fell on a holiday takes place on the next working day.
    before = day - ONE_DAY
    while is_working(day, free) and not is_working(before, free):
        if before in free and before.weekday() in rules.days:
            return True
        before -= ONE_DAY
    return False


def reception_of(host: Institution, on: date) -> Reception | None:
    """Return the rules of a host that are in force on a day."""
    return Reception.objects.filter(institution=host, since__lte=on).order_by("-since").first()


def asks_night(visit: Visit, kinds: set[str]) -> bool:
    """Say whether those who confirm a visit say first that they stay the night in the region.

    So where the host moved it to a day whose rules ask for that, unless they said it before. Who
    was never moved has answered with the request, and later rules leave accepted visits alone.
    `kinds` are the steps that stand; see `Step.standing`.
    """
    done = not kinds.isdisjoint({Step.Kind.CONFIRMED, Step.Kind.HELD, *ENDED})
    if done or visit.overnight or Step.Kind.MOVED not in kinds:
        return False
    if visit.host is None or visit.day is None:
        return False
    rules = reception_of(visit.host, visit.day)
    return rules is not None and rules.overnight


def booked(host: Institution, day: date) -> list[Visit]:
    """Return the visits that a host has accepted for a day."""
    accepted = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.ACCEPTED)
    ended = Step.objects.filter(visit=OuterRef("pk"), kind__in=ENDED)
    rows = Visit.objects.filter(Exists(accepted), ~Exists(ended), host=host, day=day)
    return list(rows.prefetch_related("stops"))


def as_host(
    reception: Reception,
    closures: Iterable[Closure],
    units: Iterable[Unit] = (),
    guest: str | None = None,
) -> Host:
    """Return a host's rules as the engine reads them; its identity is the institution's key.

    For a kind of `guest` that the host exempts there is no lead time, and every working day is
    a day of reception.
    """
    from teladan.engine.itinerary import Host

    shut = [
        row.first + timedelta(days=number)
        for row in closures
        if row.unit_id is None
        for number in range((row.last - row.first).days + 1)
    ]
    offices = {str(unit.pk): reception.groups_a_day for unit in units}
    return Host(
        id=str(reception.institution_id),
        topics={TOPIC: 1.0},
        size_max=reception.group_max,
        weekdays=reception.days,
        lead_days=0 if reception.exempts(guest) else reception.lead_days,
        groups_a_day=reception.groups_a_day,
        blackouts=tuple(sorted(set(shut))),
        offices=offices or None,
        exempt=reception.guests,
        after_holiday=True,
    )


def today(now: datetime) -> date:
    """Return the day it is in the capital, by which requests are counted."""
    return now.astimezone(CAPITAL).date()
