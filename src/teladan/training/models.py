"""Cohorts under dated rules, change projects, those who guide and examine, and the year after."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation, Institution, Unit
from teladan.training.rules import Rules, parse
from teladan.visits.models import Visit

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm


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

    def with_progress(self) -> ParticipantQuerySet:
        """Say of each what is there already; `progress.next_of` reads the next step from it."""
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


class Diagnosis(models.Model):
    """What is wrong in the participant's own unit, and the area of change agreed on."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="diagnosis")
    situation = models.TextField(_("how it is today"))
    causes = models.TextField(_("why it is so"))
    area = models.CharField(_("area of change"), max_length=200)
    written_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.area


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, person: Person | None, now: datetime) -> ProjectQuerySet:
        """A project is known with its participant; a graduate's also to the unit it came from."""
        terms: list[OfficeTerm] = held(person, now) if person else []
        units = {t.unit_id for t in terms if t.office == Office.UNIT and t.unit_id is not None}
        known = Participant.objects.visible_to(person, now)
        return self.filter(
            Q(participant__in=known)
            | Q(participant__unit__in=units, participant__outcome__result="graduated")
        )


class Project(models.Model):
    """The change project: what is imitated, from whom, and what was made of it."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="project")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    source = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="projects"
    )
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # What it became, once registered: the circle closes.
    innovation = models.OneToOneField(
        Innovation, models.PROTECT, null=True, blank=True, related_name="born_of"
    )

    objects = ProjectQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Observation(models.Model):
    """One row of the ATM table: what was observed, what is imitated, what is modified and why."""

    class Why(models.TextChoices):
        REGULATION = "regulation", _("Regulation")
        BUDGET = "budget", _("Budget")
        PEOPLE = "people", _("Population and geography")
        DIGITAL = "digital", _("Digital maturity")
        CULTURE = "culture", _("Culture")

    project = models.ForeignKey(Project, models.CASCADE, related_name="observations")
    observed = models.TextField(_("observed (amati)"))
    imitated = models.TextField(_("imitated (tiru)"), blank=True)
    modified = models.TextField(_("modified (modifikasi)"), blank=True)
    why = models.CharField(_("modified because of"), max_length=10, choices=Why.choices, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.observed[:60]


class Stakeholder(models.Model):
    """Somebody the project depends on; the quadrant follows from interest and power."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stakeholders")
    name = models.CharField(_("who"), max_length=120)
    interest = models.PositiveSmallIntegerField(_("interest, 1 to 5"))
    power = models.PositiveSmallIntegerField(_("power, 1 to 5"))
    approach = models.CharField(_("how they are won"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interest__gte=1, interest__lte=5, power__gte=1, power__lte=5),
                name="stakeholder_on_the_scale",
                violation_error_message=_("Interest and power go from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def quadrant(self) -> str:
        """Promoter, defender, latent or apathetic; 3 and more is high."""
        if self.interest >= 3:
            return "promoter" if self.power >= 3 else "defender"
        return "latent" if self.power >= 3 else "apathetic"


class Milestone(models.Model):
    """A step of the project with its day; short ones end within the leadership laboratory."""

    class Horizon(models.TextChoices):
        SHORT = "short", _("Short term")
        MEDIUM = "medium", _("Medium term")
        LONG = "long", _("Long term")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    horizon = models.CharField(_("term"), max_length=6, choices=Horizon.choices)
    due = models.DateField(_("until"))
    text = models.CharField(_("what is there by then"), max_length=300)
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text


class Risk(models.Model):
    """What can go wrong, how likely, how bad, and what is done about it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="risks")
    text = models.CharField(_("what can go wrong"), max_length=300)
    likelihood = models.PositiveSmallIntegerField(_("likelihood, 1 to 5"))
    impact = models.PositiveSmallIntegerField(_("impact, 1 to 5"))
    response = models.CharField(_("what is done about it"), max_length=300)
    cost = models.PositiveBigIntegerField(_("cost in rupiah"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__gte=1, likelihood__lte=5, impact__gte=1, impact__lte=5),
                name="risk_on_the_scale",
                violation_error_message=_("Likelihood and impact go from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Guidance(models.Model):
    """One session of mentor or coach: what was advised and what was agreed."""

    class Mode(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")
        WRITING = "writing", _("In writing")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="guidance")
    by = models.ForeignKey(Person, models.PROTECT, related_name="guided")
    as_office = models.CharField(max_length=20, choices=Office.choices)
    day = models.DateField(_("day"))
    mode = models.CharField(_("how"), max_length=8, choices=Mode.choices)
    advice = models.TextField(_("advice"))
    agreed = models.TextField(_("what was agreed"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.as_office}"


class SelfAssessment(models.Model):
    """What the participant says they absorbed: a line of the rules, 1 to 5, with what shows it."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="assessments")
    item = models.CharField(max_length=40)
    absorbed = models.PositiveSmallIntegerField(_("absorbed, 1 to 5"))
    shown_by = models.TextField(_("what shows it"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "item"], name="assessed_once"),
            models.CheckConstraint(
                condition=Q(absorbed__gte=1, absorbed__lte=5), name="absorbed_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.absorbed}"


class Seminar(models.Model):
    """A seminar of design or of results was held, with the mentor there or in writing."""

    class Kind(models.TextChoices):
        DESIGN = "design", _("Design seminar")
        RESULTS = "results", _("Results seminar")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="seminars")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    day = models.DateField(_("day"))
    mentor_came = models.BooleanField(_("the mentor was there"), default=False)
    mentor_wrote = models.TextField(_("the mentor's written support"), blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "kind"], name="each_seminar_once"),
            models.CheckConstraint(
                condition=Q(mentor_came=True) | ~Q(mentor_wrote=""),
                name="no_seminar_without_the_mentor",
                violation_error_message=_("A seminar is not held without the mentor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, person: Person | None, now: datetime) -> ScoreQuerySet:
        """An examiner reads their own scores; all are open once the outcome is told."""
        if person is None:
            return self.none()
        terms = held(person, now)
        if any(term.office == Office.AUDITOR for term in terms):
            return self
        agencies = {t.institution_id for t in terms if t.office == Office.AGENCY}
        told = Exists(Outcome.objects.filter(participant=OuterRef("examiner__participant")))
        mine = Participant.objects.visible_to(person, now)
        return self.filter(
            Q(examiner__person=person)
            | Q(told, examiner__participant__in=mine)
            | Q(told, examiner__participant__cohort__agency__in=agencies)
        )


class Score(models.Model):
    """An examiner's points on one component of the rules, hidden from the others until told."""

    examiner = models.ForeignKey(Examiner, models.PROTECT, related_name="scores")
    component = models.CharField(max_length=40)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField()

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["examiner", "component"], name="scored_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="score_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.points}"


class Outcome(models.Model):
    """How it ended, with the calculation line by line; a remedial attempt keeps the first."""

    class Result(models.TextChoices):
        GRADUATED = "graduated", _("Graduated")
        POSTPONED = "postponed", _("Postponed")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="outcome")
    result = models.CharField(max_length=10, choices=Result.choices)
    points = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    rounded = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    predicate = models.CharField(max_length=60, blank=True)
    lines = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)
    # The code on the certificate, for those who graduated.
    code = models.CharField(max_length=24, unique=True, null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result="graduated") | ~Q(reason=""),
                name="outcome_has_a_reason",
                violation_error_message=_("Whoever did not graduate is told why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.result}"


class FollowUp(models.Model):
    """How the project stands 6 or 12 months later, by the owner and by the superior apart."""

    class Voice(models.TextChoices):
        OWNER = "owner", _("Owner")
        SUPERIOR = "superior", _("Superior")

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    voice = models.CharField(max_length=8, choices=Voice.choices)
    progress = models.PositiveSmallIntegerField(_("progress, 1 to 5"))
    told = models.TextField(_("what became of it"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["months", "voice"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "months", "voice"], name="followed_up_once_a_voice"
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=1, progress__lte=5, months__in=[6, 12]),
                name="follow_up_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} {self.voice}"
