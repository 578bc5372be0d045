"""What awaits the offices of forums and their papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teladan.desk.awaits.todo import Awaits, Room, Todo, by_date
from teladan.forum.models import Appointment, Event, Judgement, Paper, Theme
from teladan.house.models import Office, OfficeTerm
from teladan.house.offices import CAPITAL
from teladan.house.templatetags.teladan import moment

SHOWN = 20
# So long after an appointment the desk asks what came of it.
PATIENCE = timedelta(days=60)


def for_organiser(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Bring each forum one step further: themes, referees, the choice, the programme."""
    judged = Exists(Judgement.objects.filter(paper=OuterRef("pk")))
    today = now.astimezone(CAPITAL).date()
    papers: Any = Paper.objects.standing().order_by().values("event").annotate(n=Count("pk"))
    papers = papers.values("n")
    mine = papers.filter(event=OuterRef("pk"))
    points: Any = Judgement.objects.filter(paper__event=OuterRef("pk")).order_by()
    points = points.values("paper__event").annotate(n=Count("pk")).values("n")
    # Nobody here works on a forum that sources tell of.
    rows: Any = Event.objects.announced(now).filter(ends__gte=today, citation="")
    rows = rows.annotate(
        sent=mine,
        unjudged=mine.filter(~judged),
        given=points,
        left=mine.filter(choice__chosen=True, talk=None),
        has_themes=Exists(Theme.objects.filter(event=OuterRef("pk"))),
        seats=Count("referees"),
    )
    for event in rows.order_by("starts", "pk")[:SHOWN]:
        yield from _next_of(event, now)


def _next_of(event: Any, now: datetime) -> Iterator[Todo]:
    office, name = reverse("forum-office", args=[event.slug]), {"forum": event.name}
    if not event.has_themes:
        yield Todo(_("Add the themes of %(forum)s") % name, office, icon="list")
    if event.call_closes is None:
        return
    if not event.seats and not event.chosen_at:
        yield Todo(_("Seat referees for %(forum)s") % name, office, icon="user")
    if now < event.call_closes:
        if event.call_opens <= now:
            yield Todo(
                _("%(forum)s takes papers") % name,
                office,
                icon="clock",
                **by_date(event.call_closes, now),  # type: ignore[arg-type]
            )
    elif event.chosen_at is None and event.unjudged:
        yield Todo(
            ngettext(
                "%(n)d paper of %(forum)s waits for a referee",
                "%(n)d papers of %(forum)s wait for a referee",
                event.unjudged,
            )
            % {"n": event.unjudged, **name},
            office,
            icon="clock",
        )
    elif event.chosen_at is None and event.sent:
        yield Todo(
            _("Choose the papers of %(forum)s") % name,
            reverse("papers-choose", args=[event.slug]),
            detail=_("Every referee has judged every paper.")
            if event.given >= event.sent * event.seats * len(event.criteria)
            else _("Some judgements are missing still."),
            icon="scale",
        )
    elif event.left:
        yield Todo(
            ngettext(
                "Put %(n)d chosen paper into the programme of %(forum)s",
                "Put %(n)d chosen papers into the programme of %(forum)s",
                event.left,
            )
            % {"n": event.left, **name},
            office,
        )


def for_referee(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Judge what waits, without the names."""
    given = Judgement.objects.filter(paper=OuterRef("pk"), referee__person=term.person_id)
    waiting = (
        Paper.objects.standing()
        .filter(event__referees__person=term.person_id)
        .filter(event__in=Event.objects.judging(now))
        .exclude(author=term.person_id)
        .filter(~Exists(given))
    )
    counted: Any = waiting.order_by().values("event__name").annotate(n=Count("pk"))
    for row in counted.order_by("event__name")[:SHOWN]:
        yield Todo(
            ngettext("Judge %(n)d paper of %(forum)s", "Judge %(n)d papers of %(forum)s", row["n"])
            % {"n": row["n"], "forum": row["event__name"]},
            reverse("papers"),
            detail=_("You read them without the names of their authors."),
            icon="scale",
        )


def for_sender(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Send a paper where a call is open and nothing was sent yet."""
    sent = Paper.objects.standing().filter(event=OuterRef("pk"), author=term.person_id)
    rows = Event.objects.announced(now).taking_papers(now).filter(~Exists(sent))
    for event in rows.order_by("call_closes", "pk")[:3]:
        if event.call_closes is not None:
            yield Todo(
                _("Send a paper to %(forum)s") % {"forum": event.name},
                reverse("paper-new", args=[event.slug]),
                **by_date(event.call_closes, now),  # type: ignore[arg-type]
            )


def for_guest(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Keep appointments, and say what came of them."""
    rows = (
        Appointment.objects.standing()
        .filter(
            Q(guest=term.institution_id, need=None, visit=None)
            | Q(booth__institution=term.institution_id, ends__gt=now),
            ends__gt=now - PATIENCE,
        )
        .select_related("booth__institution", "guest")
    )
    for row in rows.order_by("starts", "pk")[:SHOWN]:
        comes = row.guest_id == term.institution_id
        other = row.booth.institution if comes else row.guest
        over = row.ends <= now
        title = _("What came of meeting %(other)s?") if over else _("Meet %(other)s")
        yield Todo(
            title % {"other": other},
            reverse("appointment", args=[row.pk]),
            detail=row.purpose,
            due=moment(row.starts),
            icon="edit" if over else "clock",
        )


AWAITS: dict[str, Awaits] = {
    Office.ORGANISER: for_organiser,
    Office.REFEREE: for_referee,
    Office.PARTICIPANT: for_sender,
    Office.UNIT: for_sender,
    Office.LOCAL_ADMIN: for_guest,
    Office.AGENCY: for_guest,
}

ROOMS: dict[str, list[Room]] = {
    Office.ORGANISER: [
        (gettext_lazy("Announce a forum"), "forum-new"),
        (gettext_lazy("Forums"), "forums"),
    ],
    Office.REFEREE: [(gettext_lazy("Papers"), "papers")],
    Office.PARTICIPANT: [(gettext_lazy("Papers"), "papers")],
    Office.UNIT: [(gettext_lazy("Papers"), "papers")],
    Office.LOCAL_ADMIN: [(gettext_lazy("Forums"), "forums")],
    Office.AGENCY: [(gettext_lazy("Forums"), "forums")],
}
