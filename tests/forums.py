"""What the tests of the forum share, to start in the middle of one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from teladan.forum import acts as forum
from teladan.house.models import Notice, Person
from teladan.house.refusals import Refusal
from tests import builders, circle

TICK = timedelta(microseconds=1)


def refused(code, do, *args, **kwargs):
    with pytest.raises(Refusal) as no:
        do(*args, **kwargs)
    assert no.value.code == code, no.value
    return no.value.reason


def author(name="Yanti"):
    return builders.person(name, "unit", builders.unit(circle.adopter(), "Dinas Sosial"))


def send(event, by, title="Kelas Gerobak", now=circle.DECEMBER, theme=None):
    return forum.send_paper(
        by=by,
        event=event,
        theme=theme or event.themes.first(),
        title=title,
        abstract="Isi.",
        project=None,
        now=now,
    )


def judge(paper, by, points="8.0"):
    by.known_terms = None
    marks = {row["code"]: (Decimal(points), "") for row in paper.event.criteria}
    return forum.judge(by=by, paper=paper, points=marks, now=paper.event.call_closes)


def sari():
    return Person.objects.get(email="sari@example.id")


def second(them, event):
    forum.seat_referee(
        by=them["organiser"], event=event, email="dua@example.id", name="Dua", now=circle.DECEMBER
    )
    return Person.objects.get(email="dua@example.id")


def choose(them, event, **more):
    reasons = {paper.pk: "Nyata." for paper in event.papers.standing()}
    return forum.choose(
        by=them["organiser"], event=event, reasons=reasons, now=event.call_closes, **more
    )


def session(them, event, room="A", minutes=0):
    starts = circle.FORUM_DAY + timedelta(minutes=minutes)
    return forum.schedule(
        by=them["organiser"],
        event=event,
        theme=event.themes.first(),
        title=f"Sesi {room}",
        room=room,
        starts=starts,
        ends=starts + timedelta(hours=1),
        now=circle.DECEMBER,
    )


def told(them, event):
    """A chosen paper in a session."""
    paper = send(event, author())
    judge(paper, sari())
    choose(them, event)
    held = session(them, event)
    return forum.give_talk(by=them["organiser"], session=held, paper=paper, now=event.call_closes)


def booth(them, event, number="A1", **more):
    asked = {"institution": circle.owner(), "innovation": circle.honoured()} | more
    return forum.open_booth(
        by=them["organiser"], event=event, number=number, now=circle.DECEMBER, **asked
    )


def book(them, at, by="adopter", guest=None):
    return forum.book(
        by=them[by],
        booth=at,
        guest=guest or circle.adopter(),
        starts=circle.FORUM_DAY,
        ends=circle.FORUM_DAY + timedelta(minutes=30),
        purpose="Bertanya",
        now=circle.DECEMBER,
    )


def cancel(met, by, reason="Kepala dinas berhalangan.", now=circle.DECEMBER):
    return forum.cancel_appointment(by=by, appointment=met, reason=reason, now=now)


def mailed(body):
    """Whom a mail with these words was queued for."""
    return {notice.to.name for notice in Notice.objects.filter(body=body)}
