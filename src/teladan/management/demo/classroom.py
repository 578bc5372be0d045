"""What the people of a simulated cohort do: enrol, diagnose, write, present, score, tell."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.people import People
from teladan.registry.models import Innovation, Unit
from teladan.training import acts
from teladan.training.models import Cohort, Milestone, Participant

# How far somebody of the running cohort has come.
(ENROLLED, GUIDED, DIAGNOSED, AGREED, PROJECT, DESIGNED, ASSESSED, PRESENTED, SCORED, TOLD,
 WITHDREW) = range(11)  # fmt: skip
TOPICS = (
    "antrean tanpa kertas", "posyandu keliling", "izin dalam satu jam", "kelas di pasar",
    "air bersih per dusun", "kartu petani", "aduan lewat pesan", "bank sampah sekolah",
)  # fmt: skip
NAMED = {"peserta": Office.PARTICIPANT, "mentor": Office.MENTOR, "pelatih": Office.COACH,
         "penguji": Office.EXAMINER}  # fmt: skip


# A life yields the moment of its next act, and goes on when the clock is there.
Life = Generator[datetime, None, None]


@dataclass
class Classroom:
    """Everybody in the demo's training, and what each of them does."""

    people: People
    units: Sequence[Unit]
    agenda: Agenda
    now: datetime

    @property
    def laras(self) -> Person:
        """Who runs the cohorts."""
        return self.people.of[Office.AGENCY]

    def enrol(
        self,
        cohort: Cohort,
        number: int,
        unit: Unit,
        at: datetime,
        known: bool,
        reached: int = TOLD,
    ) -> Participant:
        """Enrol somebody with guides and examiners; `known` ones are guided by Nur and Oki."""
        email, name = self.who("peserta", number)
        made = acts.enrol(by=self.laras, cohort=cohort, email=email, name=name, unit=unit, now=at)
        if reached == ENROLLED:
            return made
        for office, kind, groups in ((Office.MENTOR, "mentor", 5), (Office.COACH, "pelatih", 3)):
            email, name = self.who(kind, 0 if known else 1 + number % groups)
            acts.seat_guide(
                by=self.laras,
                participant=made,
                office=office,
                email=email,
                name=name,
                now=at,
            )
        for place in (0, 1 + number % 2):
            email, name = self.who("penguji", place)
            acts.seat_examiner(by=self.laras, participant=made, email=email, name=name, now=at)
        return Participant.objects.select_related("cohort", "person", "mentor", "coach").get(
            pk=made.pk
        )

    def who(self, kind: str, number: int) -> tuple[str, str]:
        """Return address and name; number 0 is the one whom the demo knows by first name."""
        if number == 0:
            person = self.people.of[NAMED[kind]]
            return person.email, person.name
        return f"{kind}{number:03}@example.id", f"{kind.title()} {number:03} (simulasi)"

    def prepare(self, someone: Participant, at: datetime, reached: int) -> Life:
        """Bring somebody from the diagnosis to the self-assessment, as far as they came."""
        if reached < DIAGNOSED:
            return
        topic = TOPICS[someone.pk % len(TOPICS)]
        yield at + timedelta(days=4)
        acts.diagnose(
            by=someone.person,
            participant=someone,
            situation=f"Simulasi: warga menunggu terlalu lama; terkait {topic}.",
            causes="Simulasi: tiga meja mengerjakan hal yang sama.",
            area=f"Simulasi: {topic}",
            now=at + timedelta(days=4),
        )
        if reached < AGREED or someone.mentor is None:
            return
        yield at + timedelta(days=12)
        acts.agree_area(by=someone.mentor, participant=someone, now=at + timedelta(days=12))
        if reached < PROJECT or reached == WITHDREW:
            return
        yield at + timedelta(days=20)
        first = self.write(someone, topic, at + timedelta(days=20))
        if reached < DESIGNED:
            return
        yield at + timedelta(days=38)
        came = someone.number % 4 != 0
        self.seminar(someone, "design", at + timedelta(days=38), came=came)
        yield from self.guide(someone, at)
        yield at + timedelta(days=80)
        acts.reach(by=someone.person, milestone=first, now=at + timedelta(days=80))
        if reached > DESIGNED:
            items = {
                item.code: (3 + place % 3, f"Simulasi: catatan {place}.")
                for place, item in enumerate(someone.cohort.rule.items, 1)
            }
            yield at + timedelta(days=110)
            acts.assess(
                by=someone.person, participant=someone, items=items, now=at + timedelta(days=110)
            )

    def write(self, someone: Participant, topic: str, then: datetime) -> Milestone:
        """Write the change project with a row or two of each kind; return its first milestone."""
        by = someone.person
        known = Innovation.objects.public().filter(simulated=True).order_by("pk")[:6]
        source = known[someone.pk % len(known)] if known else None
        project = acts.write_project(
            by=by,
            participant=someone,
            title=f"Proyek simulasi {someone.pk}: {topic}",
            summary="Simulasi: dicoba di satu tempat, lalu diperluas bila berhasil.",
            source=source,
            now=then,
        )

        def note(kind: str, **row: Any) -> Any:
            return acts.note(by=by, project=project, kind=kind, now=then, **row)

        note("observation", observed="Simulasi: petugas mendatangi warga.",
             imitated="Simulasi: jadwal tetap.",
             modified="Simulasi: memakai kendaraan yang sudah ada.", why="budget")  # fmt: skip
        for name, interest, power in (
            ("Kepala dinas", 5, 5), ("Warga pengguna", 5, 2), ("Bagian keuangan", 2, 5),
            ("Unit tetangga", 2, 1),
        ):  # fmt: skip
            note("stakeholder", name=f"Simulasi: {name}", interest=interest, power=power,
                 approach="Simulasi: diajak sejak rancangan.")  # fmt: skip
        last = acts.last_laboratory_day(someone.cohort)
        first: Milestone = note("milestone", horizon="short", due=last - timedelta(days=20),
                     text="Simulasi: tim dan aturan kerja siap")  # fmt: skip
        note("milestone", horizon="short", due=last, text="Simulasi: satu tempat sudah berjalan")
        note("milestone", horizon="medium", due=last + timedelta(days=180),
             text="Simulasi: separuh wilayah")  # fmt: skip
        note("risk", text="Simulasi: anggaran terlambat", likelihood=3, impact=4,
             response="Simulasi: mulai tanpa biaya", cost=12_500_000)  # fmt: skip
        return first

    def guide(self, someone: Participant, at: datetime) -> Life:
        """Log a session of mentor and coach each, some weeks ago."""
        for by, days in ((someone.mentor, 45), (someone.coach, 60)):
            if by is not None:
                then = at + timedelta(days=days)
                yield then
                acts.guide(
                    by=by,
                    participant=someone,
                    day=then.astimezone(CAPITAL).date(),
                    mode="meeting",
                    advice="Simulasi: mulai dari satu tempat.",
                    agreed="Simulasi: laporan tiap dua minggu.",
                    now=then,
                )

    def seminar(self, someone: Participant, kind: str, at: datetime, came: bool = True) -> None:
        """Hold a seminar; a mentor who cannot come supports it in writing."""
        acts.hold_seminar(
            by=self.laras,
            participant=someone,
            kind=kind,
            day=at.astimezone(CAPITAL).date(),
            mentor_came=came,
            mentor_wrote="" if came else "Simulasi: saya mendukung rancangan ini.",
            now=at,
        )

    def present(self, someone: Participant, at: datetime) -> None:
        """Present the results."""
        self.seminar(someone, "results", at)

    def score(self, someone: Participant, points: int, at: datetime) -> None:
        """Let every examiner score around these points."""
        for place, seat in enumerate(someone.examiners.select_related("person")):
            marks = {
                component.code: (
                    Decimal(min(100, points + step - 2 * place)),
                    "Simulasi: lihat laporan." if points < 65 else "",
                )
                for step, component in enumerate(someone.cohort.rule.components)
            }
            acts.score(by=seat.person, examiner=seat, points=marks, now=at)

    def tell(self, someone: Participant, result: str, at: datetime) -> None:
        """Tell the outcome, with a reason where one is due."""
        reason = "" if result == "graduated" else "Simulasi: dipindahkan ke tugas lain."
        if result == "failed":
            reason = "Simulasi: hasil belum sampai ke batas lulus."
        acts.conclude(by=self.laras, participant=someone, result=result, reason=reason, now=at)

    def follow(self, someone: Participant, months: int, progress: int, at: datetime) -> None:
        """Let owner and superior tell apart how it stands; some owners only."""
        voices = [someone.person, someone.mentor] if progress != 4 else [someone.person]
        for place, by in enumerate(voices):
            if by is not None and at <= self.now:
                acts.follow_up(
                    by=by,
                    participant=someone,
                    months=months,
                    progress=progress - place,
                    told="Simulasi: masih berjalan, dua unit lain ikut.",
                    now=at,
                )
