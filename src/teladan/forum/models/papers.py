"""Papers, the referees who read them without the names, and what was chosen."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.forum.models.events import Event, Theme
from teladan.house.models import Office, Person
from teladan.house.offices import offices_of
from teladan.registry.models import Innovation
from teladan.training.models import Project


class PaperQuerySet(models.QuerySet["Paper"]):
    def chosen(self) -> PaperQuerySet:
        return self.filter(choice__chosen=True)

    def standing(self) -> PaperQuerySet:
        """Those that their authors have not withdrawn."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, person: Person | None, now: datetime) -> PaperQuerySet:
        """Chosen papers are public once told; others are the author's, organiser's, referees'."""
        seen = Q(choice__chosen=True, event__chosen_at__isnull=False)
        if person is not None:
            offices = offices_of(person, now)
            if offices & {Office.ORGANISER, Office.AUDITOR}:
                return self
            seen |= Q(author=person)
            seat = Referee.objects.filter(event=OuterRef("event"), person=person)
            seen |= Q(Exists(seat), withdrawn_at=None) & ~Q(author=person)
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
    # The author took it back while the call was open; nobody judges it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    simulated = models.BooleanField(default=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "author", "title"],
                condition=Q(withdrawn_at=None),
                name="paper_sent_once",
            ),
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
