"""Two simulated cohorts: one that ended last year, one whose people stand at every step today."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.entries import Places
from teladan.management.demo.people import AGENCY, People
from teladan.registry.models import Innovation, Institution, Unit
from teladan.training import acts
from teladan.training.models import Cohort, Milestone, Participant, Project
from teladan.training.rules import preset
from teladan.visits.models import Visit

# How far somebody of the running cohort has come.
(ENROLLED, GUIDED, DIAGNOSED, AGREED, PROJECT, DESIGNED, ASSESSED, PRESENTED, SCORED, TOLD,
 WITHDREW) = range(11)  # fmt: skip
RUNNING = [
    DESIGNED, DIAGNOSED, PRESENTED, DESIGNED, SCORED, PROJECT, TOLD, AGREED, PRESENTED, GUIDED,
    ASSESSED, SCORED, DESIGNED, PRESENTED, DIAGNOSED, TOLD, PROJECT, ASSESSED, AGREED, PRESENTED,
    SCORED, DESIGNED, WITHDREW, GUIDED, ENROLLED,
]  # fmt: skip
# Points of those who ended, so that every predicate is there; None did not finish.
OVER = (91, 86, 94, 78, 83, 88, 72, 90, 65, None, 55, 81)
TOPICS = (
    "antrean tanpa kertas", "posyandu keliling", "izin dalam satu jam", "kelas di pasar",
    "air bersih per dusun", "kartu petani", "aduan lewat pesan", "bank sampah sekolah",
)  # fmt: skip
NAMED = {"peserta": Office.PARTICIPANT, "mentor": Office.MENTOR, "pelatih": Office.COACH,
         "penguji": Office.EXAMINER}  # fmt: skip


# A life yields the moment of its next act, and goes on when the clock is there.
Life = Generator[datetime, None, None]


def plan_training(people: People, places: Places, agenda: Agenda, now: datetime) -> None:
    """Let Laras run two cohorts of the simulated agency; Made, Nur, Oki and Putri are in one."""
    school = School(people, places.units, agenda, now)
    agenda.live(school.cohort_that_ended(now - timedelta(days=440)))
    agenda.live(school.cohort_that_runs(now - timedelta(days=126)))


@dataclass
class School:
    """The agency of the demo, with everybody in it."""

    people: People
    units: Sequence[Unit]
    agenda: Agenda
    now: datetime

    @property
    def laras(self) -> Person:
        """Who runs the cohorts."""
        return self.people.of[Office.AGENCY]

    def open(self, programme: str, number: str, rules: str, at: datetime) -> Cohort:
        """Open a cohort a week before its first day."""
        starts = _weekday(at.astimezone(CAPITAL).date())
        return acts.open_cohort(
            by=self.laras,
            agency=Institution.objects.get(name=AGENCY),
            programme=programme,
            number=number,
            year=starts.year,
            starts=starts,
            rules=preset(rules),
            simulated=True,
            now=at - timedelta(days=7),
        )

    def cohort_that_ended(self, at: datetime) -> Life:
        """Everybody has an outcome; some told how their project stands."""
        yield at - timedelta(days=7)
        cohort = self.open("PKP", "III", "pka-pkp-2019", at)
        for number, points in enumerate(OVER):
            # Two of them come from Ayu's unit; one of these projects is hers to register.
            unit = self.units[0] if number < 2 else self.units[(number * 3) % len(self.units)]
            self.agenda.live(self.life_that_ended(cohort, number, points, unit, at))

    def life_that_ended(
        self, cohort: Cohort, number: int, points: int | None, unit: Unit, at: datetime
    ) -> Life:
        """From enrolment to the outcome, and for some to what came of it."""
        yield at - timedelta(days=5)
        someone = self.enrol(cohort, 100 + number, unit, at - timedelta(days=5), number == 0)
        yield from self.prepare(someone, at, ASSESSED if points else PROJECT)
        ended = at + timedelta(days=138)
        yield ended
        if points is None:
            self.tell(someone, "withdrawn", ended)
            return
        self.present(someone, ended)
        self.score(someone, points, ended)
        self.tell(someone, "graduated" if points > 60 else "failed", ended)
        if number == 1:
            registered = ended + timedelta(days=60)
            yield registered
            project = Project.objects.select_related("source").get(participant=someone)
            acts.hand_on(
                by=self.people.of[Office.UNIT],
                project=project,
                started=(at + timedelta(days=60)).astimezone(CAPITAL).date(),
                category=project.source.category if project.source else "",
                now=registered,
            )
        if number in {2, 4, 7}:
            later = ended + timedelta(days=190)
            yield later
            self.follow(someone, 6, 3 + number % 3, later)

    def cohort_that_runs(self, at: datetime) -> Life:
        """Made and 24 others, at every step there is; the agency's last visit is where they saw."""
        yield at - timedelta(days=7)
        cohort = self.open("Diklatpim IV", "VII", "diklatpim-2015", at)
        for number, reached in enumerate(RUNNING):
            unit = self.units[(number * 5 + 3) % len(self.units)]
            self.agenda.live(self.life_that_runs(cohort, number, reached, unit, at))
        chosen = self.now - timedelta(days=94)
        yield chosen
        seen = Visit.objects.filter(visitor=cohort.agency, steps__kind="held").first()
        if seen is not None:
            acts.link_visit(by=self.laras, cohort=cohort, visit=seen, now=chosen)

    def life_that_runs(
        self, cohort: Cohort, number: int, reached: int, unit: Unit, at: datetime
    ) -> Life:
        """From enrolment as far as somebody has come."""
        enrolled = at - timedelta(days=4)
        yield enrolled
        someone = self.enrol(cohort, number, unit, enrolled, number < 3, reached)
        yield from self.prepare(someone, at, reached)
        lately = self.now - timedelta(days=2)
        if PRESENTED <= reached <= TOLD:
            yield lately
            self.present(someone, lately)
        if SCORED <= reached <= TOLD:
            scored = lately + timedelta(hours=3)
            yield scored
            self.score(someone, 76 + number, scored)
        if reached in {TOLD, WITHDREW}:
            told = self.now - timedelta(days=1)
            yield told
            self.tell(someone, "graduated" if reached == TOLD else "withdrawn", told)

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


def _weekday(day: date) -> date:
    """Return the day, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
