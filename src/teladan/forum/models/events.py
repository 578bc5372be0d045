"""Forums, what sources say of them, and their themes."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    def announced(self, now: datetime) -> EventQuerySet:
        """Those that a stranger may know."""
        return self.filter(published_at__isnull=False, published_at__lte=now)

    def taking_papers(self, now: datetime) -> EventQuerySet:
        """Those whose call is open now: from its first instant, until just before its last."""
        return self.filter(call_opens__lte=now, call_closes__gt=now)

    def judging(self, now: datetime) -> EventQuerySet:
        """Those whose call is closed and whose papers are not chosen yet."""
        return self.filter(call_closes__lte=now, chosen_at=None)


class Event(models.Model):
    """A forum: its umbrella theme, when and where, and the source for those that are past."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=160)
    umbrella = models.CharField(_("umbrella theme"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    # Papers: the window of the call and how many are chosen; none where there was no call here.
    call_opens = models.DateTimeField(null=True, blank=True)
    call_closes = models.DateTimeField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(_("papers chosen"), null=True, blank=True)
    # The four criteria with their weights: a list of {code, name_id, name_en, weight}.
    criteria = models.JSONField(default=list, blank=True)
    citation = models.TextField(blank=True)
    uncertain = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)
    chosen_at = models.DateTimeField(null=True, blank=True)
    # Why the papers were chosen although referees had not judged all of them; empty if they had.
    chosen_despite = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="event_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Figure(models.Model):
    """A figure that a source gives for an event; sources that disagree stand side by side."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="figures")
    label_id = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    value = models.CharField(max_length=120)
    # The year of the cohort that it counts; none for a figure of the event itself.
    cohort_year = models.PositiveSmallIntegerField(null=True, blank=True)
    citation = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label_en} {self.value}"


class Theme(models.Model):
    """A theme of an event, or a sub-theme of one."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="themes")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subthemes"
    )
    name = models.CharField(_("theme"), max_length=160)
    uncertain = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="theme_named_once"),
        ]

    def __str__(self) -> str:
        return self.name
