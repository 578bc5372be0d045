"""Simulated rounds: readers enlisted, pledged and seated, marking with a severity of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from teladan.awards import acts as awards
from teladan.contest.models import Entry, Round
from teladan.house.models import Notice, Office, Person
from teladan.house.notices import release
from teladan.management.demo import entries, words
from teladan.management.demo.entries import Year
from teladan.management.demo.people import People
from teladan.panel import acts as panel
from teladan.panel.models import Reader, Seat
from teladan.registry.models import Institution

NONE: Mapping[str, float] = {}
# Two evaluators far from the rest, by their place in the list: one lenient, one severe.
FAR = {2: 9.0, 6: -11.0}
# Those who are behind in the round under way -> how many entries they have not marked yet.
BEHIND = {0: 6, 4: 5, 9: 4}


def severities(people: People, seed: int) -> dict[int, float]:
    """Draw how many points above the others each reader marks, the same in every edition."""
    dice = Random(seed)  # noqa: S311 - made-up data
    found = {
        person.pk: FAR.get(number, dice.gauss(0, 3))
        for number, person in enumerate(people.evaluators)
    }
    return found | {person.pk: dice.gauss(0, 2) for person in people.panelists}


def enlist_everybody(year: Year, shunned: Institution, now: datetime) -> None:
    """Enlist evaluators and panelists; they pledge the day after."""
    _enlist(year, year.people.evaluators, Office.EVALUATOR, shunned, now)
    _enlist(year, year.people.panelists, Office.PANELIST, shunned, now + timedelta(hours=1))


def _enlist(
    year: Year, people: Sequence[Person], office: str, shunned: Institution, now: datetime
) -> None:
    categories = year.edition.rule.categories
    for number, person in enumerate(people):
        reader = panel.enlist(
            by=year.by(Office.SECRETARIAT),
            edition=year.edition,
            person=person,
            office=office,
            # Every field has about as many readers as any other.
            expertise=[categories[(2 * number + step) % len(categories)] for step in (0, 1)],
            now=now,
        )
        declared = {shunned.pk: "Simulasi: pernah bekerja di sana."} if number % 4 == 3 else {}

        def signs(
            at: datetime, reader: Reader = reader, declared: dict[int, str] = declared
        ) -> None:
            panel.pledge(by=reader.person, reader=reader, conflicts=declared, now=at)

        year.agenda.at(now + timedelta(days=1, minutes=3 * number), signs)


def plan_first(year: Year, until: datetime) -> None:
    """Plan round 1 as far as it has come: most ballots given, a few readers behind."""
    sieve = year.edition.rounds.get(number=1)

    def begun(now: datetime) -> None:
        seats = _assign(year, sieve, now)
        left = _left_open(year, seats)
        marked = [seat for seat in seats if seat not in left]
        _plan_ballots(year, marked, _qualities(year, sieve), until - timedelta(hours=1))
        _plan_unfinished(year, left, until)

    year.agenda.at(sieve.rule.opens - timedelta(days=1), begun)


def _left_open(year: Year, seats: Sequence[Seat]) -> list[Seat]:
    """Return the last seats of those who are behind, never more than half of theirs."""
    left: list[Seat] = []
    for number, count in BEHIND.items():
        if number < len(year.people.evaluators):
            person = year.people.evaluators[number]
            theirs = [seat for seat in seats if seat.reader.person_id == person.pk]
            left += theirs[-min(count, len(theirs) // 2) :]
    return left


def _plan_unfinished(year: Year, left: Sequence[Seat], until: datetime) -> None:
    """One ballot is half written, and one reader steps back from an entry."""
    dewi = year.by(Office.EVALUATOR)
    jotted = next(seat for seat in left if seat.reader.person_id == dewi.pk)
    half: dict[str, str] = {}
    for code, (points, because) in list(_sheet(year, jotted, 0).items())[:3]:
        half |= {f"points_{code}": str(points), f"because_{code}": because}

    def jots(now: datetime) -> None:
        panel.jot(by=dewi, seat=jotted, marks=half, version=0, now=now)

    year.agenda.at(until - timedelta(days=1), jots)
    stepping = [seat for seat in left if seat.reader.person_id != dewi.pk][:1]

    def recuses(now: datetime) -> None:
        for seat in stepping:
            because = "Simulasi: saya pernah membimbing penggagasnya."
            panel.recuse(by=seat.reader.person, seat=seat, because=because, now=now)

    year.agenda.at(until - timedelta(days=2), recuses)


def plan_to_the_end(year: Year, best: Mapping[str, float]) -> None:
    """Plan both rounds, the proclamation and the division of the fund."""

    def plan(sieve: Round) -> None:
        def begun(now: datetime) -> None:
            seats = _assign(year, sieve, now)
            _plan_ballots(year, seats, _qualities(year, sieve, best), sieve.rule.closes)

        def counted(now: datetime) -> None:
            panel.tally(by=year.by(Office.SECRETARIAT), sieve=sieve, now=now)

        year.agenda.at(sieve.rule.opens - timedelta(days=1), begun)
        year.agenda.at(sieve.rule.closes + timedelta(days=2), counted)

    for sieve in year.edition.rounds.order_by("number"):
        plan(sieve)

    def proclaimed(now: datetime) -> None:
        decree = f"Simulasi Nomor 1 Tahun {year.edition.year}"
        awards.proclaim(by=year.by(Office.MINISTER), edition=year.edition, decree=decree, now=now)

    def divided(now: datetime) -> None:
        awards.divide(by=year.by(Office.TREASURY), edition=year.edition, now=now)

    def claimed(now: datetime) -> None:
        entries.claim(year, now)

    last = year.edition.rule.rounds[-1].closes
    year.agenda.at(last + timedelta(days=12), proclaimed)
    year.agenda.at(last + timedelta(days=13), claimed)
    year.agenda.at(last + timedelta(days=20), divided)


def _assign(year: Year, sieve: Round, now: datetime) -> list[Seat]:
    """Seat the readers, and let the mail to them go."""
    secretariat = year.by(Office.SECRETARIAT)
    panel.assign(by=secretariat, sieve=sieve, now=now)
    let_mail_go(year, now, about="")
    seats = Seat.objects.filter(round=sieve).select_related("reader__person", "round__edition")
    return list(seats.order_by("pk"))


def let_mail_go(year: Year, now: datetime, **which: str) -> None:
    """Release the mail that is held: all of it, or what fits `which`."""
    held = Notice.objects.waiting().filter(released_at=None, **which)
    release(by=year.by(Office.SECRETARIAT), notices=list(held), now=now)


def _qualities(year: Year, sieve: Round, best: Mapping[str, float] = NONE) -> dict[int, float]:
    """Draw how good each entry of the round is; those in `best` are as good as it says."""
    found = {}
    for entry in Entry.objects.in_round(sieve).order_by("pk"):
        drawn = max(-2.2, min(2.2, year.dice.gauss(0, 1)))
        found[entry.pk] = best.get(entry.title, drawn)
    return found


def _plan_ballots(
    year: Year, seats: Sequence[Seat], quality: dict[int, float], until: datetime
) -> None:
    """Plan a ballot for each seat, at some moment between the opening and `until`."""
    for seat in seats:
        begins = seat.round.rule.opens + timedelta(minutes=30)
        shift = quality[seat.entry_id] * 7 + year.severity[seat.reader.person_id]
        marks = _sheet(year, seat, shift)

        def gives(
            now: datetime, seat: Seat = seat, marks: dict[str, tuple[Decimal, str]] = marks
        ) -> None:
            panel.give(by=seat.reader.person, seat=seat, marks=marks, now=now)

        year.agenda.at(begins + (until - begins) * (0.98 * year.dice.random()), gives)


def _sheet(year: Year, seat: Seat, shift: float) -> dict[str, tuple[Decimal, str]]:
    """Fill in a ballot: points around 74 plus `shift`, each with its reason."""
    dice, mood = year.dice, year.dice.gauss(0, 3)
    marks = {}
    for aspect in seat.round.rule_aspects:
        points = max(20, min(100, round(74 + shift + mood + dice.gauss(0, 4))))
        marks[aspect.code] = (Decimal(points), words.reason(points, dice))
    return marks
