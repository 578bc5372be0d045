"""Beside a project: sessions with those who guide, what was absorbed, and how it stands later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.training.models.cohorts import Participant


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
