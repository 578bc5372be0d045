"""Events: announced with their call, themes added, referees seated, made public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.forum.models import Event, Judgement, Paper, Referee, Session, Theme
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, appoint, demand, offices_of
from teladan.house.refusals import Refusal
from teladan.registry.acts import account_of, way_in

# Real, new or modified if imitated, clear in its effect, transferable: the four tests by which
# the ministry chose papers in 2014. Their weights are ours.
CRITERIA: list[dict[str, Any]] = [
    {"code": "real", "name_id": "Nyata", "name_en": "Real", "weight": 25},
    {"code": "new", "name_id": "Baru, atau dimodifikasi bila meniru",
     "name_en": "New, or modified if imitated", "weight": 25},
    {"code": "effect", "name_id": "Perubahannya jelas bagi masyarakat",
     "name_en": "A clear change for citizens", "weight": 25},
    {"code": "transfer", "name_id": "Dapat ditransfer dan diterapkan",
     "name_en": "Transferable and applicable", "weight": 25},
]  # fmt: skip


@act
def announce_event(
    *,
    by: Person,
    slug: str,
    name: str,
    umbrella: str,
    place: str,
    starts: date,
    ends: date,
    call_opens: datetime | None,
    call_closes: datetime | None,
    places: int | None,
    now: datetime,
    simulated: bool = False,
) -> Event:
    """Announce a forum, with its call for papers if it has one.

    Refuses `not-your-office`, `event-exists` and `call-unclear` (a call has a window that ends
    before the forum begins, and a number of places).
    """
    demand(by, Office.ORGANISER, now=now)
    if Event.objects.filter(slug=slug).exists():
        raise Refusal("event-exists", _("There is a forum at this address already."))
    call = (call_opens, call_closes, places)
    if any(part is not None for part in call) and (
        call_opens is None
        or call_closes is None
        or not places
        or not call_opens < call_closes
        or call_closes.astimezone(CAPITAL).date() > starts
    ):
        raise Refusal(
            "call-unclear",
            _("A call opens before it closes, closes before the forum, and says how many."),
        )
    event = Event(
        slug=slug,
        name=name.strip(),
        umbrella=umbrella.strip(),
        place=place.strip(),
        starts=starts,
        ends=ends,
        call_opens=call_opens,
        call_closes=call_closes,
        places=places,
        criteria=CRITERIA if places else [],
        simulated=simulated,
        published_at=now,
    )
    event.full_clean()
    event.save()
    record(by=by, act="forum.announce_event", about=event, now=now, public=True, name=event.name)
    return event


@act
def add_theme(*, by: Person, event: Event, name: str, parent: Theme | None, now: datetime) -> Theme:
    """Add a theme, or a sub-theme of one. Refuses `not-your-office`, `theme-exists`, `too-deep`."""
    demand(by, Office.ORGANISER, now=now)
    if Theme.objects.filter(event=event, name__iexact=name.strip()).exists():
        raise Refusal("theme-exists", _("The forum has this theme already."))
    if parent is not None and (parent.parent_id or parent.event_id != event.pk):
        raise Refusal("too-deep", _("A sub-theme belongs to a theme of the same forum."))
    theme = Theme(event=event, name=name.strip(), parent=parent)
    theme.full_clean()
    theme.save()
    record(by=by, act="forum.add_theme", about=event, now=now, public=True, theme=theme.name)
    return theme


@act
def seat_referee(*, by: Person, event: Event, email: str, name: str, now: datetime) -> Referee:
    """Seat somebody who judges the papers; not an author of one.

    Refuses `not-your-office`, `account-closed`, `already-referee`, `is-author`, `knows-authors`
    and `already-chosen`.
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if event.chosen_at:
        raise Refusal("already-chosen", _("The papers are chosen; nobody judges any more."))
    person, known = account_of(email=email, name=name, zone="Asia/Jakarta")
    if Paper.objects.standing().filter(event=event, author=person).exists():
        raise Refusal("is-author", _("Who sent a paper does not judge the papers."))
    if offices_of(person, now) & {Office.ORGANISER, Office.AUDITOR}:
        raise Refusal("knows-authors", _("This person reads who sent which paper. Seat another."))
    if Referee.objects.filter(event=event, person=person).exists():
        raise Refusal("already-referee", _("This person judges the papers already."))
    referee = Referee.objects.create(event=event, person=person)
    if Office.REFEREE not in offices_of(person, now):
        today = now.astimezone(CAPITAL).date()
        appoint(by=by, person=person, office=Office.REFEREE, starts=today, now=now)
    queue(
        to=person,
        now=now,
        subject=_("You judge the papers of %(event)s") % {"event": event},
        body=way_in(known),
    )
    record(by=by, act="forum.seat_referee", about=event, now=now, person=person.pk)
    return referee


@act
def drop_theme(*, by: Person, theme: Theme, now: datetime) -> Event:
    """Take back a theme that nothing uses; the ledger keeps its name.

    Refuses `not-your-office`, `already-gone` and `theme-used` (by a sub-theme, a session, or a
    paper, also one that was withdrawn).
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=theme.event_id)
    if not Theme.objects.filter(pk=theme.pk).exists():
        raise Refusal("already-gone", _("This theme is taken back already."))
    users = (Theme.objects.filter(parent=theme), Paper.objects.filter(theme=theme),
             Session.objects.filter(theme=theme))  # fmt: skip
    if any(rows.exists() for rows in users):
        raise Refusal(
            "theme-used", _("A sub-theme, a paper or a session uses this theme. It stays.")
        )
    Theme.objects.filter(pk=theme.pk).delete()
    record(by=by, act="forum.drop_theme", about=event, now=now, public=True, theme=theme.name)
    return event


@act
def unseat_referee(*, by: Person, referee: Referee, reason: str, now: datetime) -> Event:
    """Take back the seat of somebody who has judged nothing yet, and tell them why.

    Refuses `not-your-office`, `already-chosen`, `already-gone`, `has-judged` and `no-reason`.
    """
    demand(by, Office.ORGANISER, now=now)
    # Judging locks the event too: nobody is unseated while giving points.
    event = Event.objects.select_for_update(no_key=True).get(pk=referee.event_id)
    if event.chosen_at:
        raise Refusal("already-chosen", _("The papers are chosen; nobody judges any more."))
    if not Referee.objects.filter(pk=referee.pk).exists():
        raise Refusal("already-gone", _("This person judges here no more."))
    if Judgement.objects.filter(referee=referee).exists():
        raise Refusal("has-judged", _("This person has judged papers; their points count."))
    if not reason.strip():
        raise Refusal("no-reason", _("Say why: the referee reads it."))
    Referee.objects.filter(pk=referee.pk).delete()
    queue(
        to=referee.person,
        now=now,
        subject=_("You no longer judge the papers of %(event)s") % {"event": event},
        body=reason.strip(),
    )
    record(
        by=by,
        act="forum.unseat_referee",
        about=event,
        now=now,
        person=referee.person_id,
        reason=reason.strip(),
    )
    return event
