"""Events: announced with their call, themes added, referees seated, made public."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from teladan.forum.models import Event, Judgement, Paper, Referee, Session, Theme
from teladan.house.ledger import act, label, record
from teladan.house.models import Ledger, Office, OfficeTerm, Person
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


def shut_by(event: Event, now: datetime) -> str:
    """Return the code of what bars changing a forum: `told-by-sources`, `forum-over`; or ''."""
    if event.citation:
        return "told-by-sources"
    return "forum-over" if now.astimezone(CAPITAL).date() > event.ends else ""


def demand_running(event: Event, now: datetime) -> None:
    """Refuse to change a forum that is over, or that sources tell of: nobody here did it."""
    told = {
        "told-by-sources": _("Sources tell of this forum; what they say is changed by nobody."),
        "forum-over": _("This forum is over; its page tells what was."),
    }
    if code := shut_by(event, now):
        raise Refusal(code, told[code])


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
    """Add a theme, or a sub-theme of one.

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `theme-exists` and `too-deep`.
    """
    demand(by, Office.ORGANISER, now=now)
    demand_running(event, now)
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

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `account-closed`,
    `already-referee`, `is-author`, `knows-authors` and `already-chosen`.
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    demand_running(event, now)
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
    _give_office(by, person, event, now)
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

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `already-gone` and `theme-used` (by
    a sub-theme, a session, or a paper, also one that was withdrawn).
    """
    demand(by, Office.ORGANISER, now=now)
    event = Event.objects.select_for_update(no_key=True).get(pk=theme.event_id)
    demand_running(event, now)
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

    If a seat gave them the office and they sit in no other forum that runs, their term ends today.
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
    ended = _end_office(referee.person, now)
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
        term_ends=ended,
    )
    return event


def _give_office(by: Person, person: Person, event: Event, now: datetime) -> None:
    """Appoint somebody, unless they are a referee for as long as the forum runs.

    Who was unseated today holds the office until midnight: a new term follows that one.
    """
    today, day = now.astimezone(CAPITAL).date(), timedelta(days=1)
    terms = OfficeTerm.objects.filter(person=person, office=Office.REFEREE)
    last = [term.ends for term in terms if term.ends is None or term.ends >= today]
    if not any(ends is None or ends >= event.ends for ends in last):
        starts = max((ends + day for ends in last if ends), default=today)
        appoint(by=by, person=person, office=Office.REFEREE, starts=starts, now=now)


def _end_office(person: Person, now: datetime) -> date | None:
    """End the term that a seat gave, once there is no seat left; return its last day."""
    today = now.astimezone(CAPITAL).date()
    if Referee.objects.filter(person=person, event__ends__gte=today).exists():
        return None
    term = OfficeTerm.objects.filter(person=person, office=Office.REFEREE, ends=None).last()
    if term is None or not _came_by_a_seat(term):
        return None
    term.ends = max(today, term.starts)
    term.full_clean()
    term.save(update_fields=["ends"])
    person.known_terms = None
    return term.ends


def _came_by_a_seat(term: OfficeTerm) -> bool:
    """Say whether seating made this term: then its line stands right before that of the seat.

    Both are of one person and one instant; anything else was an appointment of its own.
    """
    made = Ledger.objects.filter(
        act="house.appoint",
        about=label(term.person),
        facts__office=term.office,
        facts__starts=term.starts.isoformat(),
    ).last()
    beside = Ledger.objects.filter(seq=made.seq + 1).first() if made else None
    if made is None or beside is None or beside.act != "forum.seat_referee":
        return False
    same = (beside.at, beside.by_id) == (made.at, made.by_id)
    return same and bool(beside.facts.get("person") == term.person_id)
