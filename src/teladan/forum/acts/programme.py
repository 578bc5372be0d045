"""The programme: sessions in rooms, talks in sessions, and nobody in two places at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from teladan.forum.acts.events import demand_running
from teladan.forum.models import Event, Paper, Session, Talk, Theme
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal


@act
def schedule(
    *,
    by: Person,
    event: Event,
    theme: Theme,
    title: str,
    room: str,
    starts: datetime,
    ends: datetime,
    now: datetime,
) -> Session:
    """Set a session in a room.

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `other-forum`,
    `outside-the-forum` and `room-taken`.
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    demand_running(event, now)
    if theme.event_id != event.pk:
        raise Refusal("other-forum", _("This theme belongs to another forum."))
    first, last = starts.astimezone(CAPITAL).date(), ends.astimezone(CAPITAL).date()
    if first < event.starts or last > event.ends:
        raise Refusal("outside-the-forum", _("The session lies outside the days of the forum."))
    clash = Session.objects.filter(
        event=event, room__iexact=room.strip(), starts__lt=ends, ends__gt=starts
    ).first()
    if clash:
        raise Refusal(
            "room-taken",
            _("“%(session)s” is in this room at that time. Choose another room or hour.")
            % {"session": clash.title},
        )
    session = Session(
        event=event, theme=theme, title=title.strip(), room=room.strip(), starts=starts, ends=ends
    )
    session.full_clean()
    session.save()
    record(by=by, act="forum.schedule", about=event, now=now, public=True, session=session.pk)
    return session


@act
def give_talk(*, by: Person, session: Session, paper: Paper, now: datetime) -> Talk:
    """Put a chosen paper into a session.

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `already-gone`, `other-forum`,
    `not-chosen`, `already-talks` and `speaker-clash`.
    """
    demand(by, Office.ORGANISER, now=now)
    # The event is locked: the author is put into one session after the other.
    demand_running(Event.objects.select_for_update(no_key=True).get(pk=session.event_id), now)
    if not Session.objects.filter(pk=session.pk).exists():
        raise Refusal("already-gone", _("This session is taken back. Choose another."))
    if paper.event_id != session.event_id:
        raise Refusal("other-forum", _("This paper was sent to another forum."))
    if not Paper.objects.chosen().filter(pk=paper.pk).exists():
        raise Refusal("not-chosen", _("Only chosen papers are in the programme."))
    if Talk.objects.filter(paper=paper).exists():
        raise Refusal("already-talks", _("This paper is in the programme already."))
    clash = Talk.objects.filter(
        paper__author=paper.author_id,
        session__starts__lt=session.ends,
        session__ends__gt=session.starts,
    ).exclude(session=session)
    if clash.exists():
        raise Refusal(
            "speaker-clash",
            _("The author speaks in another session at that time. Choose another session."),
        )
    last = session.talks.order_by("-place").values_list("place", flat=True).first() or 0
    talk = Talk(session=session, paper=paper, place=last + 1)
    talk.full_clean()
    talk.save()
    record(by=by, act="forum.give_talk", about=paper, now=now, public=True, session=session.pk)
    return talk


@act
def drop_session(*, by: Person, session: Session, reason: str, now: datetime) -> Event:
    """Take a session out of the programme; its papers wait for another one.

    Where papers stood in it, their authors are told why. Refuses `not-your-office`,
    `already-gone`, `already-began` and `no-reason`.
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=session.event_id)
    if not Session.objects.filter(pk=session.pk).exists():
        raise Refusal("already-gone", _("This session is taken back already."))
    _demand_ahead(session, now)
    talks = list(session.talks.select_related("paper__author").order_by("place"))
    if talks and not reason.strip():
        raise Refusal("no-reason", _("Say why: the authors read it."))
    for talk in talks:
        _tell(talk, session, reason, now)
    session.talks.all().delete()
    Session.objects.filter(pk=session.pk).delete()
    record(
        by=by,
        act="forum.drop_session",
        about=event,
        now=now,
        public=True,
        session=session.pk,
        title=session.title,
        papers=[talk.paper_id for talk in talks],
        reason=reason.strip(),
    )
    return event


@act
def drop_talk(*, by: Person, talk: Talk, reason: str, now: datetime) -> Event:
    """Take a paper out of its session, and tell its author why; it can be put into another.

    Refuses `not-your-office`, `already-gone`, `already-began` and `no-reason`.
    """
    demand(by, Office.ORGANISER, now=now)
    session = talk.session
    event = Event.objects.select_for_update(no_key=True).get(pk=session.event_id)
    if not Talk.objects.filter(pk=talk.pk).exists():
        raise Refusal("already-gone", _("This paper is out of the programme already."))
    _demand_ahead(session, now)
    if not reason.strip():
        raise Refusal("no-reason", _("Say why: the author reads it."))
    _tell(talk, session, reason, now)
    Talk.objects.filter(pk=talk.pk).delete()
    record(
        by=by,
        act="forum.drop_talk",
        about=talk.paper,
        now=now,
        public=True,
        session=session.pk,
        reason=reason.strip(),
    )
    return event


def _demand_ahead(session: Session, now: datetime) -> None:
    if now >= session.starts:
        raise Refusal("already-began", _("The session has begun; the programme tells what was."))


def _tell(talk: Talk, session: Session, reason: str, now: datetime) -> None:
    queue(
        to=talk.paper.author,
        about=talk.paper,
        now=now,
        subject=_("No longer told in “%(session)s”: %(title)s")
        % {"session": session.title[:80], "title": talk.paper.title},
        body=reason.strip(),
    )
