"""Examinations: seminars, blind scores, how it ended, and a further attempt that was granted."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, held
from teladan.training.models.cohorts import Examiner, Participant


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
    """How it ended, with the calculation line by line; a Remedial keeps what came before it."""

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

    @property
    def day(self) -> date:
        """The day it was told, by the capital's calendar: the day on the certificate."""
        return self.at.astimezone(CAPITAL).date()

    @property
    def sure_predicate(self) -> str:
        """The predicate, if sources confirm every number it follows from; else nothing."""
        rule = self.participant.cohort.rule
        if not rule.certain:
            return ""
        return next((b.predicate for b in rule.bands if b.predicate_id == self.predicate), "")


class RemedialQuerySet(models.QuerySet["Remedial"]):
    def visible_to(self, person: Person | None, now: datetime) -> RemedialQuerySet:
        """What an attempt brought was told with its outcome: to whoever knows the participant."""
        return self.filter(participant__in=Participant.objects.visible_to(person, now))


class Remedial(models.Model):
    """One more attempt, granted after an outcome; it keeps the attempt before it whole."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="remedials")
    # Which attempt is granted: 2 after the first.
    number = models.PositiveSmallIntegerField()
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    # Outcome, scores and results seminar of the attempt before, as they were told.
    kept = models.JSONField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = RemedialQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "number"], name="granted_once"),
            models.CheckConstraint(
                condition=Q(number__gte=2) & ~Q(reason=""), name="remedial_follows_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.number}"
