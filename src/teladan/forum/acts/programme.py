"""The programme: sessions in rooms, talks in sessions, and nobody in two places at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from teladan.forum.models import Event, Paper, Session, Talk, Theme
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
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

    Refuses `not-your-office`, `other-forum`, `outside-the-forum` and `room-taken`.
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
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

    Refuses `not-your-office`, `other-forum`, `not-chosen`, `already-talks` and `speaker-clash`.
    """
    demand(by, Office.ORGANISER, now=now)
    # The event is locked: the author is put into one session after the other.
    Event.objects.select_for_update(no_key=True).get(pk=session.event_id)
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
