"""Cohorts for measuring pages: as many as asked, full, at every step; rows only, no acts."""

from __future__ import annotations

from datetime import datetime, timedelta

from teladan.house.models import Office, OfficeTerm, Person
from teladan.registry.models import Innovation, Institution, Unit
from teladan.training.models import (
    Cohort,
    Diagnosis,
    Examiner,
    Outcome,
    Participant,
    Project,
    Seminar,
)
from teladan.training.rules import preset

PREDICATES = ("Sangat memuaskan", "Memuaskan", "Cukup memuaskan")


def sow_cohorts(cohorts: int, people: int, unit: Unit, now: datetime) -> list[Cohort]:
    """Make cohorts of so many people each; every second one has ended. The first is the newest."""
    agency = Institution.objects.create(name="Bench: training agency", kind="agency")
    runs = Person.objects.create_user("bench-agency@example.id", "Bench agency")
    OfficeTerm.objects.create(
        person=runs, office=Office.AGENCY, institution=agency, starts=(now.date())
    )
    source = Innovation.objects.public().order_by("pk").first()
    rules = preset("diklatpim-2015")
    everybody = Person.objects.bulk_create(
        Person(email=f"bench-p{number}@example.id", name=f"Participant {number}")
        for number in range(people + 3)
    )
    mentor, coach, examiner = everybody[people:]
    made = Cohort.objects.bulk_create(
        Cohort(
            agency=agency, programme="Diklatpim IV", number=str(number), year=2026, rules=rules,
            starts=now.date() - timedelta(days=number), opened_by=runs, opened_at=now,
        )
        for number in range(cohorts)
    )  # fmt: skip
    rows = Participant.objects.bulk_create(
        Participant(
            cohort=cohort, person=everybody[number], number=number + 1, unit=unit, mentor=mentor,
            coach=coach, enrolled_at=now,
        )
        for cohort in made
        for number in range(people)
    )  # fmt: skip
    Diagnosis.objects.bulk_create(
        Diagnosis(participant=row, situation="-", causes="-", area="-", written_at=now,
                  agreed_by=mentor, agreed_at=now)
        for row in rows
    )  # fmt: skip
    Project.objects.bulk_create(
        Project(participant=row, title=f"Project {row.number}", source=source, begun_at=now,
                saved_at=now)
        for row in rows
        if row.number % 4
    )  # fmt: skip
    Seminar.objects.bulk_create(
        Seminar(participant=row, kind=kind, day=now.date(), mentor_came=True, by=runs, at=now)
        for row in rows
        if row.number % 4 > 1
        for kind in Seminar.Kind.values
    )
    Examiner.objects.bulk_create(
        Examiner(participant=row, person=examiner, seated_at=now) for row in rows
    )
    Outcome.objects.bulk_create(
        Outcome(participant=row, result="graduated", predicate=PREDICATES[row.number % 3],
                points=80, rounded=80, by=runs, at=now)
        for row in rows
        if row.number % 4 > 1 and made.index(row.cohort) % 2
    )  # fmt: skip
    return made
