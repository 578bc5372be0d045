"""Two simulated cohorts: one that ended last year, one whose people stand at every step today."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.classroom import (
    AGREED,
    ASSESSED,
    DESIGNED,
    DIAGNOSED,
    ENROLLED,
    GUIDED,
    PRESENTED,
    PROJECT,
    SCORED,
    TOLD,
    WITHDREW,
    Classroom,
    Life,
)
from teladan.management.demo.entries import Places
from teladan.management.demo.people import AGENCY, People
from teladan.registry.models import Institution, Unit
from teladan.training import acts
from teladan.training.models import Cohort, Participant, Project
from teladan.training.rules import preset
from teladan.visits.models import Visit

# How far each of the running cohort has come.
RUNNING = [
    DESIGNED, DIAGNOSED, PRESENTED, DESIGNED, SCORED, PROJECT, TOLD, AGREED, PRESENTED, GUIDED,
    ASSESSED, SCORED, DESIGNED, PRESENTED, DIAGNOSED, TOLD, PROJECT, ASSESSED, AGREED, PRESENTED,
    SCORED, DESIGNED, WITHDREW, GUIDED, ENROLLED,
]  # fmt: skip
# Points of those who ended, so that every predicate is there; None did not finish.
OVER = (91, 86, 94, 78, 83, 88, 72, 90, 65, None, 55, 81)


def plan_training(people: People, places: Places, agenda: Agenda, now: datetime) -> None:
    """Let Laras run two cohorts of the simulated agency; Made, Nur, Oki and Putri are in one."""
    school = School(people, places.units, agenda, now)
    agenda.live(school.cohort_that_ended(now - timedelta(days=440)))
    agenda.live(school.cohort_that_runs(now - timedelta(days=126)))


class School(Classroom):
    """The two cohorts of the demo's agency."""

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
        if points < 60:
            yield from self.try_again(someone, ended)
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

    def try_again(self, someone: Participant, ended: datetime) -> Life:
        """Grant another attempt, in which somebody presents again and passes."""
        granted = ended + timedelta(days=6)
        yield granted
        acts.grant_remedial(
            by=self.laras,
            participant=someone,
            until=(granted + timedelta(days=40)).astimezone(CAPITAL).date(),
            reason="Simulasi: diberi waktu untuk menerapkan tonggak terakhir.",
            now=granted,
        )
        again = granted + timedelta(days=30)
        yield again
        self.present(someone, again)
        self.score(someone, 74, again)
        self.tell(someone, "graduated", again)

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


def _weekday(day: date) -> date:
    """Return the day, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
