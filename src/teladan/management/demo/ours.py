"""What Ayu's unit and its neighbours have in the three editions, all of it done through acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from teladan.contest import acts as contest
from teladan.contest.models import Entry
from teladan.house.models import Office, Person
from teladan.management.demo import words
from teladan.management.demo.entries import Places, Year, hand_in
from teladan.registry import acts as registry
from teladan.registry.models import Innovation, Unit

WINNER = "Loket Keliling (simulasi)"
REPLICA = "Loket Keliling Dusun (simulasi)"
# How good these two are, where most lie between -1 and 1: readers like the first best.
GOOD = {WINNER: 2.6, REPLICA: 1.9}


@dataclass(frozen=True)
class Writing:
    """Who writes for which unit in which edition."""

    year: Year
    writer: Person
    unit: Unit

    def entry(
        self, title: str, now: datetime, answers: int = 99, source: Innovation | None = None
    ) -> Entry:
        """Register an innovation and write the first `answers` answers of its entry."""
        edition, dice = self.year.edition, self.year.dice
        told, _english = words.summary(dice)
        innovation = registry.register(
            by=self.writer,
            unit=self.unit,
            title=title,
            summary=told,
            started=edition.rule.youngest_start() - timedelta(days=200),
            category="kesehatan",
            source=source,
            kept="Simulasi: jadwal dan catatan layanan." if source else "",
            adapted="Simulasi: mobil diganti sepeda motor, jam layanan sore." if source else "",
            left_out="Simulasi: layar nomor antrean." if source else "",
            simulated=True,
            now=now,
        )
        entry = contest.begin(
            by=self.writer, edition=edition, innovation=innovation, category="Kesehatan", now=now
        )
        # An imitation begins with what the registry knows of it.
        begun = dict(entry.answers.values_list("aspect", "version"))
        for aspect in edition.rule.aspects[:answers]:
            contest.write(
                by=self.writer,
                entry=entry,
                aspect=aspect.code,
                text=words.answer(aspect.code, dice),
                version=begun.get(aspect.code, 0),
                now=now,
            )
        return entry


def writers(year: Year, places: Places) -> tuple[Writing, Writing, Writing]:
    """Return Ayu at her unit, Indra next door, and the writer of the other institutions."""
    people = year.people
    return (
        Writing(year, people.of[Office.UNIT], places.units[0]),
        Writing(year, people.neighbour, places.units[1]),
        Writing(year, people.writer, places.units[2]),
    )


def in_the_edition_that_is_over(year: Year, places: Places, now: datetime) -> None:
    """Ayu wins with one entry and less with another; one of the others adapted hers."""
    ayu, _indra, other = writers(year, places)
    bima = year.by(Office.LOCAL_ADMIN)
    won = ayu.entry(WINNER, now)
    second = ayu.entry("Kartu Antre (simulasi)", now)
    replica = other.entry(REPLICA, now, source=won.innovation)
    later = now + timedelta(days=9)
    hand_in(year, won, bima, later)
    hand_in(year, second, bima, later + timedelta(hours=1))
    hand_in(year, replica, year.people.clerk, later + timedelta(hours=3))


def in_the_edition_being_marked(year: Year, places: Places, now: datetime) -> None:
    """Ayu's entry waits for its readers."""
    ayu, _indra, _other = writers(year, places)
    entry = ayu.entry("Antrean dari Rumah (simulasi)", now)
    hand_in(year, entry, year.by(Office.LOCAL_ADMIN), now + timedelta(days=6))


def in_the_edition_that_is_open(year: Year, places: Places, now: datetime) -> None:
    """Plan drafts at every stage, so that unit and local admin have something to do next."""
    ayu, indra, _other = writers(year, places)
    bima, agenda = year.by(Office.LOCAL_ADMIN), year.agenda

    def filed(at: datetime) -> None:
        entry = ayu.entry("Posyandu Malam (simulasi)", at)
        hand_in(year, entry, bima, at + timedelta(hours=5))

    def complete(at: datetime) -> None:
        entry = ayu.entry("Buku Keluarga Satu Lembar (simulasi)", at)
        upload = SimpleUploadedFile("bukti-simulasi.pdf", evidence(), "application/pdf")
        contest.attach(by=ayu.writer, entry=entry, upload=upload, aspect="impact", now=at)

    def returned(at: datetime) -> None:
        note = "Simulasi: isi bagian terakhir, dan sebutkan angka awal beserta tahunnya."
        entry = ayu.entry("Perahu Baca (simulasi)", at, answers=7)
        agenda.at(
            at + timedelta(hours=7),
            lambda later: contest.send_back(by=bima, entry=entry, note=note, now=later),
        )

    def endorsed(at: datetime) -> None:
        entry = indra.entry("Kios Izin Pasar (simulasi)", at)
        agenda.at(
            at + timedelta(hours=6),
            lambda later: contest.endorse(by=bima, entry=entry, now=later),
        )

    def half_written(at: datetime) -> None:
        ayu.entry("Sawah Terpetakan (simulasi)", at, answers=4)

    def just_begun(at: datetime) -> None:
        indra.entry("Bank Sampah Sekolah (simulasi)", at, answers=1)

    for hours, step in (
        (220, filed), (150, complete), (100, returned), (60, endorsed), (20, half_written),
        (4, just_begun),
    ):  # fmt: skip
        agenda.at(now - timedelta(hours=hours), step)


def evidence() -> bytes:
    """Return a page of PDF that says that it is simulated evidence."""
    text = b"BT /F1 18 Tf 60 760 Td (Bukti simulasi: tidak membuktikan apa pun.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    page, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(page))
        page += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(page)
    return (
        page
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    )
