"""Cohorts under their own rules, and who is in them: participants, guides and examiners."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from teladan.house.days import holidays_around, holidays_of
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.offices import CAPITAL, held
from teladan.registry.models import Institution, Unit
from teladan.training.rules import Rules, Stage, parse
from teladan.visits.models import Visit


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, person: Person | None, now: datetime) -> CohortQuerySet:
        """From inside, a cohort is seen by its agency and by whoever guides or examines in it."""
        terms: list[OfficeTerm] = held(person, now) if person else []
        if person is None or not terms:
            return self.none()
        if any(term.office == Office.AUDITOR for term in terms):
            return self
        agencies = {t.institution_id for t in terms if t.office == Office.AGENCY}
        known = Participant.objects.visible_to(person, now).filter(cohort=OuterRef("pk"))
        return self.filter(Q(agency__in=agencies) | Q(Exists(known)))


def agencies_at(*regions: Any, now: datetime) -> models.QuerySet[OfficeTerm]:
    """Return the terms of those who run a training agency of one of these regions today."""
    today = now.astimezone(CAPITAL).date()
    at = reduce(or_, (Q(institution__region=region) for region in regions))
    running = OfficeTerm.objects.running(today)
    return running.filter(at, office=Office.AGENCY, person__is_active=True)


class Cohort(models.Model):
    """One run of a programme under its own rules (angkatan)."""

    agency = models.ForeignKey(Institution, models.PROTECT, related_name="cohorts")
    programme = models.CharField(_("programme"), max_length=40)
    number = models.CharField(_("cohort"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    # The rule set in force when it began; older cohorts keep theirs for ever.
    rules = models.JSONField()
    starts = models.DateField(_("first day"))
    # The visit at which the cohort observes, once it is asked for.
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="cohorts")
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "programme", "number", "year"],
                name="cohort_numbered_once",
                violation_error_message=_("This agency has a cohort of this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number} ({self.year})"

    @cached_property
    def rule(self) -> Rules:
        """The rules, read and typed."""
        return parse(self.rules)

    @cached_property
    def calendar(self) -> list[tuple[Stage, date, date]]:
        """Each stage with its first and last day."""
        return self.rule.calendar(self.starts, frozenset(holidays_around(self.starts)))

    @property
    def left_out(self) -> list[tuple[date, str]]:
        """The public holidays that the calendar skips: those which would be working days."""
        if not self.rule.skips_holidays:
            return []
        last = self.calendar[-1][2]
        years = range(self.starts.year, last.year + 1)
        return sorted(
            (day, name)
            for year in years
            for day, name in holidays_of(year).items()
            if self.starts <= day <= last and day.weekday() < 5
        )


class Next(models.TextChoices):
    """The steps of a participant, in their order."""

    MENTOR = "mentor", _("Name the mentor")
    COACH = "coach", _("Name the coach")
    DIAGNOSE = "diagnose", _("Write the diagnosis")
    AGREE = "agree", _("Agree to the area of change")
    PROJECT = "project", _("Begin the change project")
    DESIGN = "design", _("Hold the design seminar")
    ASSESS = "assess", _("Say what was absorbed")
    RESULTS = "results", _("Hold the results seminar")
    EXAMINER = "examiner", _("Name the examiners")
    SCORE = "score", _("Give the scores")
    CONCLUDE = "conclude", _("Tell the outcome")
    DONE = "done", _("Nothing: it has ended")


# What is lacking, in the order of the steps: what holds of a row read `with_progress`, and the
# step that mends it. Where nothing is lacking the outcome is.
LACKING: tuple[tuple[dict[str, Any], Next], ...] = (
    ({"lapsed": True}, Next.CONCLUDE),
    ({"mentor_id": None}, Next.MENTOR),
    ({"coach_id": None}, Next.COACH),
    ({"diagnosed": None}, Next.DIAGNOSE),
    ({"agreed": None}, Next.AGREE),
    ({"project_pk": None}, Next.PROJECT),
    ({"designed": False}, Next.DESIGN),
    ({"presented": False, "assessed": False}, Next.ASSESS),
    ({"presented": False}, Next.RESULTS),
    ({"seated": False}, Next.EXAMINER),
    ({"unscored": True}, Next.SCORE),
)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, person: Person | None, now: datetime) -> ParticipantQuerySet:
        """A participant is known to themselves, their guides, their examiners and the agency."""
        terms: list[OfficeTerm] = held(person, now) if person else []
        if person is None or not terms:
            return self.none()
        if any(term.office == Office.AUDITOR for term in terms):
            return self
        agencies = {t.institution_id for t in terms if t.office == Office.AGENCY}
        seat = Examiner.objects.filter(participant=OuterRef("pk"), person=person)
        return self.filter(
            Q(person=person)
            | Q(mentor=person)
            | Q(coach=person)
            | Q(cohort__agency__in=agencies)
            | Q(Exists(seat))
        )

    def with_progress(self, now: datetime) -> ParticipantQuerySet:
        """Say of each what is there already; the first that is LACKING is the next step.

        An attempt that was granted until a day before today, without results, has `lapsed`: what
        is lacking then is its outcome alone.
        """
        # Here, for they stand on this module.
        from teladan.training.models.examinations import Remedial, Seminar
        from teladan.training.models.guidance import SelfAssessment

        granted = Remedial.objects.filter(participant=OuterRef("pk")).order_by("-number")
        over = Q(
            outcome=None,
            presented=False,
            granted_until__lt=now.astimezone(CAPITAL).date(),
        )

        seats = Examiner.objects.filter(participant=OuterRef("pk"))
        held_here = Seminar.objects.filter(participant=OuterRef("pk"))
        return self.annotate(
            diagnosed=F("diagnosis__written_at"),
            agreed=F("diagnosis__agreed_at"),
            project_pk=F("project__pk"),
            project_title=F("project__title"),
            assessed=Exists(SelfAssessment.objects.filter(participant=OuterRef("pk"))),
            designed=Exists(held_here.filter(kind=Seminar.Kind.DESIGN)),
            presented=Exists(held_here.filter(kind=Seminar.Kind.RESULTS)),
            seated=Exists(seats),
            unscored=Exists(seats.filter(scores=None)),
            ended=F("outcome__result"),
            ended_at=F("outcome__at"),
            granted_until=Subquery(granted.values("until")[:1]),
            lapsed=Case(When(over, then=True), default=False, output_field=BooleanField()),
        )

    def with_step(self, now: datetime) -> ParticipantQuerySet:
        """Say of each also which `step` is next, to be filtered and counted by."""
        lacking = [When(**holds, then=Value(step)) for holds, step in LACKING]
        ended = When(ended__isnull=False, then=Value(Next.DONE))
        step = Case(ended, *lacking, default=Value(Next.CONCLUDE))
        return self.with_progress(now).annotate(step=step)

    def without_home_agency(self, now: datetime) -> ParticipantQuerySet:
        """Those whose home region has no training agency here that could be sent their project."""
        home = "unit__institution__region"
        return self.filter(
            ~Exists(
                agencies_at(OuterRef(home), OuterRef(f"{home}__province"), now=now),
            )
        )


class Participant(models.Model):
    """Somebody in a cohort, with the unit they come from, their mentor and their coach."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="trainings")
    number = models.PositiveSmallIntegerField(_("attendance number"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="trainees")
    mentor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="mentees"
    )
    coach = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="coached")
    enrolled_at = models.DateTimeField()

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], name="enrolled_once"),
            models.UniqueConstraint(fields=["cohort", "number"], name="numbered_once"),
            models.CheckConstraint(
                condition=Q(mentor=None) | ~Q(mentor=F("person")), name="nobody_mentors_themselves"
            ),
            models.CheckConstraint(
                condition=Q(coach=None) | ~Q(coach=F("person")), name="nobody_coaches_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"


class Examiner(models.Model):
    """Somebody who examines one participant; never the mentor or the coach of the same."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="examiners")
    person = models.ForeignKey(Person, models.PROTECT, related_name="examines")
    seated_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "person"], name="examines_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.participant_id}"
