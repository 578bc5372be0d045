"""Who asked to come, to which offices, with whom, and the steps that each request went through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation, Institution, Region, Unit
from teladan.visits.models.receiving import Guest

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, person: Person | None, now: datetime) -> VisitQuerySet:
        """Visits that took place are public; requests are for host, visitor and auditor."""
        seen = self.held_q()
        terms: list[OfficeTerm] = held(person, now) if person else []
        for term in terms:
            if term.office in {Office.MATCHMAKER, Office.AUDITOR}:
                return self
            if term.office == Office.HOST:
                seen |= Q(host=term.institution_id)
            if term.office in {Office.AGENCY, Office.LOCAL_ADMIN}:
                seen |= Q(visitor=term.institution_id)
            if term.office == Office.PARTICIPANT:
                seen |= Q(attendees__person=term.person_id)
        rows = self.filter(seen)
        return rows.distinct() if any(t.office == Office.PARTICIPANT for t in terms) else rows

    @staticmethod
    def held_q() -> Q:
        """Say what makes a visit public: it was held, or a source tells of it."""
        done = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.HELD)
        return ~Q(citation="") | Q(Exists(done))

    def took_place(self) -> VisitQuerySet:
        return self.filter(self.held_q())

    def with_step(self, *kinds: str) -> VisitQuerySet:
        rows = self
        for kind in kinds:
            rows = rows.filter(Exists(Step.objects.filter(visit=OuterRef("pk"), kind=kind)))
        return rows

    def without_step(self, *kinds: str) -> VisitQuerySet:
        return self.filter(~Exists(Step.objects.filter(visit=OuterRef("pk"), kind__in=kinds)))

    def unanswered(self) -> VisitQuerySet:
        """Requests to which the host has said neither yes nor no nor another day."""
        return self.filter(citation="").without_step(*Step.ANSWERS)

    def silent(self, on: date) -> VisitQuerySet:
        """Requests that on a day should have been answered before: silence is no acceptance."""
        return self.unanswered().filter(answer_by__lt=on)

    def unconfirmed(self) -> VisitQuerySet:
        """Those whose visitors have not confirmed since the visit was last moved."""
        moved = Step.objects.filter(
            visit=OuterRef("visit"), kind=Step.Kind.MOVED, pk__gt=OuterRef("pk")
        )
        said = Step.objects.filter(~Exists(moved), visit=OuterRef("pk"), kind=Step.Kind.CONFIRMED)
        return self.filter(~Exists(said))


class Visit(models.Model):
    """One group at one host. Where it stands is told by its steps."""

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")
        NONE = "none", _("unknown")

    host = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="visits_received"
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="visits_received"
    )
    visitor = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="visits_made"
    )
    # The visitors as the request or the source calls them.
    visitor_name = models.CharField(_("visitors"), max_length=200)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    innovation = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    day = models.DateField(_("day"), null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    size = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    because = models.TextField(_("why this host"), blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    # Until when the host answers, by its rules of the day on which it was asked.
    answer_by = models.DateField(_("answer until"), null=True, blank=True)
    # The host's own number of that day; empty where it had named none, and ours counted.
    answer_days = models.PositiveSmallIntegerField(
        _("working days in which requests are answered"), null=True, blank=True
    )
    # What the visitors answered where the host wants its guests to stay the night in the region.
    overnight = models.BooleanField(_("they stay the night in the region"), null=True, blank=True)
    # As which exempt guests they were held neither to the weekdays nor to the lead time.
    guest = models.CharField(max_length=10, choices=Guest.choices, blank=True)
    # For visits that were read about: offices as the source lists them, source, and doubts.
    offices_told = models.TextField(blank=True)
    citation = models.TextField(blank=True)
    uncertain = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["host", "day"], name="visit_calendar"),
            models.Index(fields=["region", "-day"], name="visit_by_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(citation="")
                | Q(host__isnull=False, day__isnull=False, sent_at__isnull=False),
                name="visit_is_asked_for_or_cited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visitor_name} {self.day or ''}"

    def is_silent(self, kinds: set[str], on: date) -> bool:
        """Say whether the host should have answered before a day; `kinds` are the steps so far."""
        waits = self.answer_by is not None and not kinds & set(Step.ANSWERS)
        return waits and self.answer_by is not None and self.answer_by < on


class Step(models.Model):
    """Something happened to a request, from receipt to closing."""

    class Kind(models.TextChoices):
        SENT = "sent", _("Sent")
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        MOVED = "moved", _("Moved to another day")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("visit", "Withdrawn")
        HELD = "held", _("Held")
        REPORTED = "reported", _("Reported")
        CLOSED = "closed", _("Closed")

    # What ends the wait for an answer; to have received a request is none.
    ANSWERS = (Kind.ACCEPTED, Kind.DECLINED, Kind.MOVED, Kind.WITHDRAWN, Kind.HELD, Kind.CLOSED)

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # For a move: the day it is moved to. For a confirmation: the day that was confirmed.
    day = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["visit", "kind"], name="step_of_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=~Q(kind__in=["moved", "confirmed"]),
                name="each_step_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["declined", "moved"]) | ~Q(note=""),
                name="no_and_move_have_a_reason",
                violation_error_message=_("Whoever declines or moves a visit says why."),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def standing(cls, steps: Iterable[Step]) -> set[str]:
        """Return the kinds of steps that count, of all in their order.

        A move takes back every confirmation before it, also if it goes back to a day that was
        confirmed: nobody kept that day free meanwhile.
        """
        kinds: set[str] = set()
        for step in steps:
            kinds.add(step.kind)
            if step.kind == cls.Kind.MOVED:
                kinds.discard(cls.Kind.CONFIRMED)
        return kinds


class Stop(models.Model):
    """One office of the host (lokus) in the agenda of a visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="stops")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="stops")
    starts = models.TimeField(_("from"), null=True, blank=True)
    about = models.CharField(_("about"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "unit"], name="each_office_once_a_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.unit_id}"


class Attendee(models.Model):
    """Somebody on the group list; whether they came is written down on the day."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="attendees")
    name = models.CharField(_("name"), max_length=120)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    came = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "name"], name="listed_once_a_visit"),
        ]

    def __str__(self) -> str:
        return self.name
