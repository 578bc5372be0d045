"""How hosts receive, who asked to come, what happened, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation, Institution, Region, Unit

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm


class ReceptionQuerySet(models.QuerySet["Reception"]):
    def in_force(self, on: date) -> ReceptionQuerySet:
        """Each host's newest rules that are in force on a day."""
        newer = Reception.objects.filter(
            institution=OuterRef("institution"), since__gt=OuterRef("since"), since__lte=on
        )
        return self.filter(~Exists(newer), since__lte=on)


class Reception(models.Model):
    """The rules by which a host receives visitors, from a day on; older ones stay as they were."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="receptions")
    since = models.DateField(_("in force from"))
    # Days on which visitors are received, Monday is 0: "1,3" is Tuesday and Thursday.
    weekdays = models.CharField(_("days"), max_length=13)
    opens = models.TimeField(_("from"))
    lead_days = models.PositiveSmallIntegerField(_("working days beforehand"))
    group_max = models.PositiveSmallIntegerField(_("people in a group, at most"), default=100)
    groups_a_day = models.PositiveSmallIntegerField(_("groups a day, at most"), default=1)
    overnight = models.BooleanField(_("visitors stay the night in the region"), default=False)
    note = models.TextField(_("what visitors should know"), blank=True)
    citation = models.TextField(_("legal basis or source"), blank=True)
    confirmed = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "since"],
                name="one_set_of_rules_a_day",
                violation_error_message=_("There are rules that begin on this day."),
            ),
            models.CheckConstraint(
                condition=Q(group_max__gte=1, groups_a_day__gte=1), name="reception_receives"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.since}"

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays on which visitors are received, Monday is 0."""
        return tuple(int(day) for day in self.weekdays.split(",") if day)


class Closure(models.Model):
    """Days on which a host, or one of its offices, receives nobody."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="closures")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="closures")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.reason}"


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


class Step(models.Model):
    """Something happened to a request, from receipt to closing."""

    class Kind(models.TextChoices):
        SENT = "sent", _("Sent")
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        MOVED = "moved", _("Moved to another day")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        HELD = "held", _("Held")
        REPORTED = "reported", _("Reported")
        CLOSED = "closed", _("Closed")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # For a move: the day it is moved to.
    day = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=~Q(kind="moved"),
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


class Question(models.Model):
    """What visitors want to learn, sent beforehand, and what the host answered."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


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


class Lesson(models.Model):
    """What one visitor, or the group, learned: what to keep, what to change at home."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="lessons")
    by = models.ForeignKey(Person, models.PROTECT, related_name="lessons")
    of_group = models.BooleanField(default=False)
    learned = models.TextField(_("what was learned"))
    at_home = models.TextField(_("what will be done with it at home"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["-of_group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "by", "of_group"], name="one_lesson_a_person_and_visit"
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(of_group=True), name="one_lesson_of_the_group"
            ),
        ]

    def __str__(self) -> str:
        return self.learned[:60]
