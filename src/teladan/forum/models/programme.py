"""The programme: sessions in rooms, and the talks in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from teladan.forum.models.events import Event, Theme
from teladan.forum.models.papers import Paper


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
