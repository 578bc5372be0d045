"""What comes after the prize: hosts with their calendars, visits, needs, offers, one pairing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.offices import CAPITAL
from teladan.matching.acts import propose
from teladan.matching.models import READINESS, Agreement, Need, Offer, Proposal, Reply
from teladan.matching.rules import FitRules
from teladan.matching.themes import THEMES
from teladan.registry.models import Institution
from teladan.visits.models import Lesson, Reception, Step, Stop, Visit

if TYPE_CHECKING:
    from bench.ground import Ground

MOST_HOSTS, MOST_VISITS, MOST_NEEDS, AGREED = 300, 5000, 500, 30
WEEKDAYS = ("1,3", "0,2,4", "0,1,2,3,4")
# What a visit went through, in turn: most were held and reported, some wait.
LIVES = (
    ("sent", "accepted", "confirmed", "held", "reported", "closed"),
    ("sent", "accepted", "held"),
    ("sent", "received"),
    ("sent", "accepted"),
)


def sow_spreading(entries: int, ground: Ground, public: list[Any], now: datetime) -> dict[str, Any]:
    """Make hosts, visits and a pairing for so many entries; say who sees them and where."""
    agency = Institution.objects.create(name="Simulasi: penyelenggara kunjungan", kind="agency")
    homes = ground.institutions
    people = {
        str(office): _appointed(office, institution)
        for office, institution in (
            (Office.HOST, homes[0]),
            (Office.AGENCY, agency),
            (Office.MATCHMAKER, None),
        )
    }
    hosts = homes[: min(entries, MOST_HOSTS)]
    Reception.objects.bulk_create(
        Reception(
            institution=host,
            since=now.date() - timedelta(days=900),
            weekdays=WEEKDAYS[number % 3],
            opens=time(8),
            lead_days=7,
            groups_a_day=1 + number % 3,
            simulated=True,
        )
        for number, host in enumerate(hosts)
    )
    visits = _visits(min(16 * entries, MOST_VISITS), ground, hosts, agency, people, now)
    pairing = _pairing(min(entries, MOST_NEEDS), ground, public, people, now)
    return {
        "people": {office: person.pk for office, person in people.items()},
        "host": hosts[0].pk,
        "visit": visits[0].pk,
        "pairing": pairing,
    }


def _appointed(office: str, institution: Institution | None) -> Person:
    person = Person.objects.create(
        email=f"{office}-spread@example.invalid", name=f"{office} (simulasi)"
    )
    OfficeTerm.objects.create(
        person=person, office=office, institution=institution, starts="2015-01-01"
    )
    return person


def _visits(
    count: int,
    ground: Ground,
    hosts: list[Institution],
    agency: Institution,
    people: dict[str, Person],
    now: datetime,
) -> list[Visit]:
    """Make visits to all hosts; what is open lies ahead, what was held lies behind."""
    by = people[Office.AGENCY]

    def made(number: int) -> Visit:
        ahead = len(LIVES[number % 4]) == 2
        days = 10 + number % 40 if ahead else -(number * 7) % 1500 - 1
        host = hosts[number // len(LIVES) % len(hosts)]
        return Visit(
            host=host,
            region_id=host.region_id,
            visitor=agency,
            visitor_name=agency.name,
            topic=f"Simulasi {number:05}",
            day=now.date() + timedelta(days=days),
            size=20 + number % 40,
            sent_by=by,
            sent_at=now,
            simulated=True,
        )

    visits = Visit.objects.bulk_create([made(number) for number in range(count)], batch_size=1000)
    Step.objects.bulk_create(
        [
            Step(
                visit=visit,
                kind=kind,
                day=visit.day if kind == "confirmed" else None,
                by=by,
                at=now,
            )
            for number, visit in enumerate(visits)
            for kind in LIVES[number % 4]
        ],
        batch_size=2000,
    )
    Lesson.objects.bulk_create(
        [
            Lesson(
                visit=visit, by=by, of_group=True, learned="Simulasi", at_home="Simulasi", at=now
            )
            for visit in visits[::4]
        ],
        batch_size=1000,
    )
    first = {unit.institution_id: unit for unit in reversed(ground.units)}
    Stop.objects.bulk_create(
        [Stop(visit=visit, unit=first[visit.host_id or 0]) for visit in visits], batch_size=2000
    )
    return visits


def _day_of(kind: str, visit: Visit) -> date | None:
    """A confirmation is of a day."""
    return visit.day if kind == "confirmed" else None


def _pairing(
    count: int, ground: Ground, public: list[Any], people: dict[str, Person], now: datetime
) -> int:
    """State needs, offer help, pair by the act, and agree on the first of the pairs."""
    themes = list(THEMES)
    by, year = people[Office.MATCHMAKER], now.astimezone(CAPITAL).year
    Need.objects.bulk_create(
        Need(
            institution=home,
            region=home.region,
            theme=themes[number % len(themes)],
            problem="Simulasi",
            target_group="Simulasi",
            readiness=dict.fromkeys(list(READINESS)[: number % 7], True),
            stated_by=by,
            stated_at=now,
            simulated=True,
        )
        for number, home in enumerate(ground.institutions[-count:])
    )
    Offer.objects.bulk_create(
        Offer(
            innovation=innovation,
            institution_id=innovation.institution_id,
            theme=themes[number % len(themes)],
            year=year,
            capacity=1 + number % 3,
            offered_by=by,
            offered_at=now,
            simulated=True,
        )
        for number, innovation in enumerate(public[: max(12, count // 3)])
    )
    # Some were agreed on in an earlier run.
    rules = FitRules(floor=0.2)
    first = propose(by=by, year=year, rules=rules, now=now)
    agreed = list(first.proposals.order_by("pk")[:AGREED])
    Reply.objects.bulk_create(
        Reply(proposal=proposal, side=side, accepted=True, by=by, at=now)
        for proposal in agreed
        for side in ("adopter", "source")
    )
    Agreement.objects.bulk_create(
        Agreement(
            proposal=proposal,
            topic=f"Simulasi {proposal.pk}",
            starts=now.date(),
            ends=now.date() + timedelta(days=540),
            adopter_role="Simulasi",
            source_role="Simulasi",
            by=by,
            at=now,
            simulated=True,
        )
        for proposal in agreed
    )
    if Proposal.objects.count() == len(agreed):
        return first.pk
    return propose(by=by, year=year, rules=rules, now=now).pk
