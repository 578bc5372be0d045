"""Simulated entries: drafted in bulk, endorsed, filed and screened one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from teladan.contest import acts as contest
from teladan.contest.models import Answer, Edition, Entry
from teladan.house.ledger import record
from teladan.house.models import Office, Person
from teladan.management.demo import words
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.people import People
from teladan.registry.models import Claim, Innovation, Institution, Unit

KINDS = ("city", "regency", "regency", "province", "regency", "ministry", "city", "agency",
         "regency", "company", "police", "university")  # fmt: skip
# Why the secretariat refuses, in turn, with what it writes.
REFUSED = (
    ("answers-careless", "Simulasi: tiga jawaban berisi kalimat yang sama."),
    ("evidence-missing", "Simulasi: tidak ada bukti untuk angka yang disebut."),
    ("not-eligible", "Simulasi: inovasi ini milik unit yang tidak melayani publik."),
)
LABELS = {
    "kesehatan": "Kesehatan",
    "pendidikan": "Pendidikan",
    "pertanian": "Ketahanan pangan",
    "perikanan": "Ketahanan pangan",
    "ekonomi": "Pertumbuhan ekonomi dan kesempatan kerja",
    "ketenagakerjaan": "Pertumbuhan ekonomi dan kesempatan kerja",
    "lingkungan": "Perlindungan lingkungan hidup",
    "perumahan": "Pengentasan kemiskinan",
}


@dataclass
class Places:
    """Simulated institutions and their units; the first two units are of the first one."""

    institutions: list[Institution]
    units: list[Unit]


@dataclass(frozen=True)
class Idea:
    """An innovation to be drafted: where, under which title and label."""

    unit: Unit | None
    institution: Institution
    title: str
    category: str
    source: str = ""


@dataclass
class Year:
    """An edition of the demo with everybody and everything around it."""

    edition: Edition
    people: People
    dice: Random
    agenda: Agenda
    severity: dict[int, float]

    def by(self, office: str) -> Person:
        """Return who holds the office in the demo."""
        return self.people.of[office]


def make_places(count: int) -> Places:
    """Make institutions that are plainly simulated; none of them is in a real region."""
    institutions = Institution.objects.bulk_create(
        [
            Institution(
                name=f"Instansi simulasi {number:02}", kind=KINDS[(number - 1) % len(KINDS)]
            )
            for number in range(1, count + 1)
        ]
    )
    units = Unit.objects.bulk_create(
        [
            Unit(institution=institution, name=f"Unit simulasi {number:02}-{letter}")
            for number, institution in enumerate(institutions, start=1)
            for letter in ("A", "B")
        ]
    )
    return Places(institutions, units)


def simulated_ideas(
    places: Places, numbers: Sequence[int], categories: Sequence[str], prefix: str, dice: Random
) -> list[Idea]:
    """Return ideas named Usulan simulasi NNN, spread over the units but the first two."""
    units = places.units[2:]
    return [
        Idea(
            unit=units[(number * 5) % len(units)],
            institution=units[(number * 5) % len(units)].institution,
            title=f"Usulan simulasi {prefix}{number:03}",
            category=dice.choice(categories),
        )
        for number in numbers
    ]


def ideas_named_after(found: Sequence[Innovation], categories: Sequence[str]) -> list[Idea]:
    """Return ideas with the titles and institutions of real ones; all else will be simulated."""
    return [
        Idea(
            unit=real.unit,
            institution=real.institution,
            title=real.title,
            category=LABELS.get(real.category, categories[-1]),
            source=real.citation,
        )
        for real in found
    ]


def draft(year: Year, ideas: Sequence[Idea], now: datetime) -> list[Entry]:
    """Write whole drafts in bulk: innovations, entries and answers, with one ledger line.

    Every innovation made here is simulated, also where its title is a real one: nothing that is
    marked or proclaimed in the demo can ever touch the row of the real innovation.
    """
    edition, dice = year.edition, year.dice
    youngest = edition.rule.youngest_start()
    innovations = []
    for idea in ideas:
        told, told_en = words.summary(dice)
        cited = f"Judul dan instansi: {idea.source}. Isi, nilai, dan hasil: simulasi."
        innovations.append(
            Innovation(
                institution=idea.institution,
                unit=idea.unit,
                title=idea.title,
                summary=told,
                summary_en=told_en,
                category=idea.category.lower(),
                started=youngest - timedelta(days=dice.randrange(30, 1500)),
                citation=cited if idea.source else "",
                simulated=True,
                registered_at=now,
            )
        )
    Innovation.objects.bulk_create(innovations, batch_size=200)
    entries = Entry.objects.bulk_create(
        [
            Entry(
                edition=edition,
                innovation=innovation,
                title=idea.title,
                category=idea.category,
                # Some have a writer who gets mail; the refused are among these.
                begun_by=year.people.writer if number % 9 == 4 and not idea.source else None,
                begun_at=now,
                simulated=True,
            )
            for number, (innovation, idea) in enumerate(zip(innovations, ideas, strict=True))
        ],
        batch_size=200,
    )
    texts = [
        (entry, aspect.code, words.answer(aspect.code, dice))
        for entry in entries
        for aspect in edition.rule.aspects
    ]
    Answer.objects.bulk_create(
        [
            Answer(
                entry=entry,
                aspect=code,
                text=text,
                words=len(text.split()),
                version=1,
                saved_at=now,
            )
            for entry, code, text in texts
        ],
        batch_size=400,
    )
    record(by=None, act="demo.draft", about=edition, now=now, entries=len(entries))
    return entries


def file_all(year: Year, entries: Sequence[Entry], until: datetime | None = None) -> None:
    """Plan the endorsing and filing: four in ten on the last day and a half, as it is."""
    rule, dice = year.edition.rule, year.dice
    closes = min(rule.closes, until or rule.closes)
    early, late = rule.opens + timedelta(days=3), closes - timedelta(hours=36)
    for entry in entries:
        begins, ends = (late, closes) if dice.random() < 0.4 else (early, late)
        at = begins + (ends - begins) * (0.02 + 0.95 * dice.random())
        hand_in(year, entry, year.people.clerk, at)


def hand_in(year: Year, entry: Entry, by: Person, at: datetime) -> None:
    """Plan that a local admin endorses an entry and files it a few minutes later."""
    year.agenda.at(at, lambda now: contest.endorse(by=by, entry=entry, now=now))
    later = at + timedelta(minutes=4)
    year.agenda.at(later, lambda now: contest.file_entry(by=by, entry=entry, now=now))


def claim(year: Year, now: datetime) -> None:
    """Give honoured innovations a simulated figure, and one that nobody knows."""
    honoured = Innovation.objects.filter(awards__edition=year.edition).order_by("pk").distinct()
    claims = Claim.objects.bulk_create(
        claim
        for innovation in honoured
        for claim in (
            Claim(
                innovation=innovation,
                label="Waktu tunggu rata-rata (simulasi)",
                value=year.dice.randrange(2, 10),
                unit="hari",
                year=year.edition.year,
                source="Simulasi: dibuat untuk demo",
                simulated=True,
            ),
            Claim(innovation=innovation, label="Biaya per layanan (simulasi)", simulated=True),
        )
    )
    record(by=None, act="demo.claim", about=year.edition, now=now, public=True, claims=len(claims))


def screen_all(year: Year, refused: int, now: datetime) -> None:
    """Plan the screening of all that is filed, one every few minutes; `refused` of them fail."""
    filed = list(Entry.objects.filter(edition=year.edition, simulated=True).filed().order_by("pk"))
    # Only entries that are simulated by name as well are refused, and their writer gets mail.
    writer = year.people.writer.pk
    named = [e for e in filed if e.begun_by_id == writer and e.title.startswith("Usulan")]
    failing = {entry.pk for entry in year.dice.sample(named, k=min(refused, len(named)))}
    for number, entry in enumerate(filed):
        reason, note = year.dice.choice(REFUSED)
        decision: dict[str, Any] = {"passed": True, "reasons": [], "note": ""}
        if entry.pk in failing:
            decision = {"passed": False, "reasons": [reason], "note": note}

        def screens(
            at: datetime, entry: Entry = entry, decision: dict[str, Any] = decision
        ) -> None:
            contest.screen(by=year.by(Office.SECRETARIAT), entry=entry, now=at, **decision)

        year.agenda.at(now + timedelta(minutes=3 * number), screens)
