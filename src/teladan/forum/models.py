"""Events with themes, papers and a blind panel, the programme, booths and appointments."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held, offices_of
from teladan.matching.models import Need
from teladan.registry.models import Innovation, Institution
from teladan.training.models import Project
from teladan.visits.models import Visit


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


class PaperQuerySet(models.QuerySet["Paper"]):
    def chosen(self) -> PaperQuerySet:
        return self.filter(choice__chosen=True)

    def visible_to(self, person: Person | None, now: datetime) -> PaperQuerySet:
        """Chosen papers are public once told; others are the author's, organiser's, referees'."""
        seen = Q(choice__chosen=True, event__chosen_at__isnull=False)
        if person is not None:
            offices = offices_of(person, now)
            if offices & {Office.ORGANISER, Office.AUDITOR}:
                return self
            seen |= Q(author=person)
            seat = Referee.objects.filter(event=OuterRef("event"), person=person)
            seen |= Q(Exists(seat)) & ~Q(author=person)
        return self.filter(seen)


class Paper(models.Model):
    """What somebody sends in answer to a call; referees read it without the name."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="papers")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="papers")
    author = models.ForeignKey(Person, models.PROTECT, related_name="papers")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="papers"
    )
    innovation = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="papers"
    )
    title = models.CharField(_("title"), max_length=200)
    abstract = models.TextField(_("abstract"))
    sent_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "author", "title"], name="paper_sent_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Referee(models.Model):
    """Somebody who judges the papers of an event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="referees")
    person = models.ForeignKey(Person, models.PROTECT, related_name="refereed")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="referee_once_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.event_id}"


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, person: Person | None, now: datetime) -> JudgementQuerySet:
        """A referee reads their own; the organiser reads all once the choice is made."""
        if person is None:
            return self.none()
        if Office.AUDITOR in offices_of(person, now):
            return self
        seen = Q(referee__person=person)
        if Office.ORGANISER in offices_of(person, now):
            seen |= Q(paper__event__chosen_at__isnull=False)
        return self.filter(seen)


class Judgement(models.Model):
    """A referee's points for a paper on one criterion, 0 to 10."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="judgements")
    referee = models.ForeignKey(Referee, models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=40)
    points = models.DecimalField(_("points"), max_digits=4, decimal_places=1)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "referee", "criterion"], name="judged_once_a_criterion"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=10), name="judgement_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


class Choice(models.Model):
    """What was decided on a paper, with its place, its points and a reason."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="choice")
    chosen = models.BooleanField()
    place = models.PositiveSmallIntegerField()
    points = models.DecimalField(max_digits=8, decimal_places=4)
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.place} {self.paper_id}"


class Session(models.Model):
    """An hour in a room on a theme, with the talks that are given in it."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="sessions")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="sessions")
    title = models.CharField(_("title"), max_length=160)
    room = models.CharField(_("room"), max_length=60)
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))

    class Meta:
        ordering = ["starts", "room"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="session_ends_after_it_starts",
                violation_error_message=_("A session ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Talk(models.Model):
    """A chosen paper is given in a session."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="talks")
    paper = models.OneToOneField(Paper, models.PROTECT, related_name="talk")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["session", "place"]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.paper_id}"


class Booth(models.Model):
    """A place in the exhibition where an institution shows an innovation."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="booths")
    number = models.CharField(_("number"), max_length=10)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="booths")
    innovation = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="booths"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"],
                name="booth_numbered_once",
                violation_error_message=_("There is a booth of this number."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, person: Person | None, now: datetime) -> AppointmentQuerySet:
        """An appointment is for the two sides, the organiser and the auditor."""
        if person is None:
            return self.none()
        if offices_of(person, now) & {Office.ORGANISER, Office.AUDITOR}:
            return self
        mine = {t.institution_id for t in held(person, now) if t.institution_id}
        return self.filter(Q(guest__in=mine) | Q(booth__institution__in=mine))


class Appointment(models.Model):
    """A guest meets an exhibitor at the marketplace; it may become a need or a visit."""

    booth = models.ForeignKey(Booth, models.PROTECT, related_name="appointments")
    guest = models.ForeignKey(Institution, models.PROTECT, related_name="appointments")
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    purpose = models.CharField(_("what for"), max_length=300)
    booked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    need = models.OneToOneField(
        Need, models.PROTECT, null=True, blank=True, related_name="appointment"
    )
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="appointment"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="appointment_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest_id} at {self.booth_id}"
