"""The rules of the forum, each at its edge."""

from datetime import timedelta
from decimal import Decimal

import pytest

from teladan.forum import acts as forum
from teladan.forum.models import Appointment, Choice, Judgement, Paper, Referee, Talk
from teladan.house.models import Person
from teladan.house.refusals import Refusal
from tests import builders, circle

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def event(them):
    return circle.event(them)


def refused(code, do, *args, **kwargs):
    with pytest.raises(Refusal) as no:
        do(*args, **kwargs)
    assert no.value.code == code, no.value


def author(them, name="Yanti"):
    return builders.person(name, "unit", builders.unit(circle.adopter(), "Dinas Sosial"))


def send(event, by, title="Kelas Gerobak", now=circle.DECEMBER, **more):
    asked = {"theme": event.themes.first(), "abstract": "Isi.", "project": None} | more
    return forum.send_paper(by=by, event=event, title=title, now=now, **asked)


def judge(paper, by=None, points="8.0", now=None):
    by = by or Referee.objects.filter(event=paper.event).first().person
    by.known_terms = None
    marks = {row["code"]: (Decimal(points), "") for row in paper.event.criteria}
    return forum.judge(by=by, paper=paper, points=marks, now=now or paper.event.call_closes)


def choose(them, event, now=None):
    reasons = {paper.pk: f"Alasan {paper.title}" for paper in event.papers.all()}
    return forum.choose(
        by=them["organiser"], event=event, reasons=reasons, now=now or event.call_closes
    )


def chosen_paper(them, event, title="Kelas Gerobak", by=None):
    paper = send(event, by or author(them), title)
    judge(paper)
    choose(them, event)
    return paper


# --- the call --------------------------------------------------------------------------------


def test_a_paper_is_taken_from_the_first_instant_of_the_call_to_just_before_its_last(them, event):
    by = author(them)
    refused("call-closed", send, event, by, "Terlalu awal", event.call_opens - TICK)
    send(event, by, "Saat dibuka", event.call_opens)
    send(event, by, "Sesaat sebelum ditutup", event.call_closes - TICK)
    refused("call-closed", send, event, by, "Saat ditutup", event.call_closes)
    assert Paper.objects.count() == 2


def test_a_forum_without_a_call_takes_no_paper(them):
    quiet = circle.event(them, slug="tanpa", call_opens=None, call_closes=None, places=None)
    refused("call-closed", send, quiet, author(them))


@pytest.mark.parametrize(
    "change",
    [
        {"places": None},
        {"call_closes": None},
        {"call_closes": circle.DECEMBER - timedelta(days=7)},
        {"call_closes": circle.FORUM_DAY + timedelta(days=1)},
    ],
)
def test_a_call_that_is_not_clear_is_refused(them, change):
    refused("call-unclear", circle.event, them, **change)


def test_a_paper_is_sent_once_about_ones_own_work_by_those_who_may(them, event):
    by = author(them)
    send(event, by)
    refused("already-sent", send, event, by, "kelas gerobak")
    refused("not-your-office", send, event, builders.person("Dewi"))
    refused("not-yours", send, event, by, "Lain", innovation=circle.honoured())
    other = circle.event(them, slug="lain")
    refused("other-forum", send, event, by, "Lain", theme=other.themes.get())
    refused("not-written", send, event, by, "Lain", abstract="  ")


def test_a_project_is_told_of_by_its_owner_once_it_has_graduated(them, event):
    made = circle.participant(them)
    project = circle.project(made)
    refused("not-graduated", send, event, made.person, project=project)
    refused("not-yours", send, event, author(them), project=project)


# --- referees --------------------------------------------------------------------------------


def test_an_author_is_no_referee_and_a_referee_no_author(them, event):
    by = author(them)
    send(event, by)
    seat = {"by": them["organiser"], "event": event, "name": "X", "now": circle.DECEMBER}
    refused("is-author", forum.seat_referee, email=by.email, **seat)
    other = author(them, "Zaki")
    forum.seat_referee(email=other.email, **seat)
    other.known_terms = None
    refused("is-referee", send, event, other)


def test_who_reads_the_names_is_no_referee_and_nobody_is_seated_twice(them, event):
    seat = {"by": them["organiser"], "event": event, "name": "X", "now": circle.DECEMBER}
    refused("knows-authors", forum.seat_referee, email=them["organiser"].email, **seat)
    refused("already-referee", forum.seat_referee, email="sari@example.id", **seat)
    chosen_paper(them, event)
    seat["now"] = event.call_closes
    refused("already-chosen", forum.seat_referee, email="lain@example.id", **seat)


def test_papers_are_judged_once_from_the_instant_the_call_is_closed(them, event):
    paper = send(event, author(them))
    refused("call-open", judge, paper, now=event.call_closes - TICK)
    judge(paper, now=event.call_closes)
    refused("already-judged", judge, paper)
    refused("not-your-office", judge, paper, by=author(them))
    stranger = builders.person("Tono", "referee")
    refused("not-yours", judge, paper, by=stranger)


@pytest.mark.parametrize("points", ["-0.1", "10.1", "8.05"])
def test_points_off_the_scale_are_refused(them, event, points):
    paper = send(event, author(them))
    refused("off-the-scale", judge, paper, points=points)
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("points", ["0", "10.0"])
def test_the_ends_of_the_scale_are_points_too(them, event, points):
    judge(send(event, author(them)), points=points)
    assert Judgement.objects.filter(points=Decimal(points)).count() == 4


def test_every_criterion_has_its_points(them, event):
    paper = send(event, author(them))
    sari = Person.objects.get(email="sari@example.id")
    refused(
        "not-complete",
        forum.judge,
        by=sari,
        paper=paper,
        points={"real": (Decimal(8), "")},
        now=event.call_closes,
    )


# --- the choice ------------------------------------------------------------------------------


def test_nothing_is_chosen_while_the_call_is_open_or_a_paper_waits(them, event):
    refused("nothing-sent", choose, them, event)
    first, second = send(event, author(them)), send(event, author(them), "Kedua")
    refused("call-open", choose, them, event, event.call_closes - TICK)
    judge(first)
    refused("not-judged", choose, them, event)
    judge(second, points="7.0")
    choose(them, event)
    refused("already-chosen", choose, them, event)


def test_a_tie_at_the_line_is_refused_and_one_above_it_is_not(them):
    event = circle.event(them, places=2)
    papers = [send(event, author(them), title) for title in ("A", "B", "C")]
    for paper in papers:
        judge(paper, points="8.0")
    refused("tie-at-the-line", choose, them, event)
    forum.seat_referee(
        by=them["organiser"], event=event, email="dua@example.id", name="Dua", now=event.call_closes
    )
    two = Person.objects.get(email="dua@example.id")
    for paper, points in zip(papers, ("8.0", "8.0", "7.0"), strict=True):
        judge(paper, by=two, points=points)
    made = choose(them, event)  # the first two tie, and both stand
    assert [(row.place, row.chosen) for row in made] == [(1, True), (1, True), (3, False)]


def test_every_paper_gets_a_reason(them, event):
    first, second = send(event, author(them)), send(event, author(them), "Kedua")
    judge(first)
    judge(second, points="7.0")
    asked = {"by": them["organiser"], "event": event, "now": event.call_closes}
    refused("reason-missing", forum.choose, reasons={first.pk: "Nyata."}, **asked)
    refused("reason-missing", forum.choose, reasons={first.pk: "Nyata.", second.pk: " "}, **asked)
    assert not Choice.objects.exists()


def test_the_ranking_is_the_weighted_mean_of_the_referees(them, event):
    first, second = send(event, author(them)), send(event, author(them), "Kedua")
    judge(first, points="6.0")
    judge(second, points="9.5")
    rows = forum.ranked(event)
    assert [(place, points, paper) for place, points, paper in rows] == [
        (1, Decimal("9.5000"), second),
        (2, Decimal("6.0000"), first),
    ]


# --- the programme ---------------------------------------------------------------------------


def session(them, event, minutes=0, room="A", length=60, **more):
    starts = circle.FORUM_DAY + timedelta(minutes=minutes)
    asked = {"theme": event.themes.first(), "title": f"Sesi {room} {minutes}"} | more
    return forum.schedule(
        by=them["organiser"],
        event=event,
        room=room,
        starts=starts,
        ends=starts + timedelta(minutes=length),
        now=circle.DECEMBER,
        **asked,
    )


def test_sessions_in_a_room_may_touch_and_not_overlap(them, event):
    session(them, event)
    session(them, event, 60)
    session(them, event, 30, "B")
    refused("room-taken", session, them, event, 59)
    refused("room-taken", session, them, event, 59, " a ")


def test_a_session_lies_in_the_days_of_the_forum(them, event):
    # The last day ends at midnight of the capital: 17.00 UTC.
    last = circle.FORUM_DAY.replace(hour=16, minute=59) + timedelta(days=1)
    off = int((last - circle.FORUM_DAY).total_seconds() // 60)
    session(them, event, off - 60)
    refused("outside-the-forum", session, them, event, off)
    refused("outside-the-forum", session, them, event, -24 * 60)


def test_only_chosen_papers_are_told_and_nobody_speaks_twice_at_once(them):
    event = circle.event(them, places=2)
    by = author(them)
    papers = [send(event, by, title) for title in ("A", "B", "C")]
    for number, paper in enumerate(papers):
        judge(paper, points=str(9 - number))
    choose(them, event)
    first, beside, after = (
        session(them, event),
        session(them, event, 30, "B"),
        session(them, event, 60),
    )
    tell = {"by": them["organiser"], "now": circle.DECEMBER}
    refused("not-chosen", forum.give_talk, session=first, paper=papers[2], **tell)
    forum.give_talk(session=first, paper=papers[0], **tell)
    refused("already-talks", forum.give_talk, session=after, paper=papers[0], **tell)
    refused("speaker-clash", forum.give_talk, session=beside, paper=papers[1], **tell)
    forum.give_talk(session=after, paper=papers[1], **tell)  # it touches the first
    assert Talk.objects.count() == 2


# --- the marketplace -------------------------------------------------------------------------


def booth(them, event, number="A1", **more):
    asked = {"institution": circle.owner(), "innovation": circle.honoured()} | more
    return forum.open_booth(
        by=them["organiser"], event=event, number=number, now=circle.DECEMBER, **asked
    )


def book(them, at, minutes=0, length=30, by=None, guest=None, now=circle.DECEMBER):
    starts = circle.FORUM_DAY + timedelta(minutes=minutes)
    return forum.book(
        by=by or them["adopter"],
        booth=at,
        guest=guest or circle.adopter(),
        starts=starts,
        ends=starts + timedelta(minutes=length),
        purpose="Bertanya",
        now=now,
    )


def test_a_booth_is_given_once_and_shows_the_own_and_public(them, event):
    booth(them, event)
    refused("booth-taken", booth, them, event, " a1")
    refused("not-theirs", booth, them, event, "A2", institution=circle.adopter())
    hidden = builders.innovation("Belum dikenal")
    refused("not-public", booth, them, event, "A2", innovation=hidden)
    booth(them, event, "A2", innovation=None)


def test_appointments_may_touch_and_not_clash_for_booth_or_guest(them, event):
    first, second = booth(them, event), booth(them, event, "A2")
    book(them, first)
    book(them, first, 30)
    agency = {"by": them["agency"], "guest": circle.agency()}
    refused("booth-busy", book, them, first, 29, **agency)
    refused("guest-busy", book, them, second, 59)
    book(them, second, 60)
    book(them, second, 0, **agency)


def test_an_appointment_lies_in_the_days_of_the_forum_and_ahead(them, event):
    at = booth(them, event)
    refused("outside-the-forum", book, them, at, -24 * 60)
    refused("outside-the-forum", book, them, at, 2 * 24 * 60)
    refused("outside-the-forum", book, them, at, 0, 0)
    starts = circle.FORUM_DAY
    refused("hour-passed", book, them, at, now=starts + TICK)
    book(them, at, now=starts)


def test_nobody_books_the_own_booth_or_for_others(them, event):
    at = booth(them, event)
    refused("own-booth", book, them, at, by=them["owner"], guest=circle.owner())
    refused("not-your-office", book, them, at, by=them["agency"])


def follow_need(them, met, theme="education", **more):
    asked = {
        "problem": "Anak putus sekolah.", "target_group": "Anak", "constraints": "",
        "readiness": {},
    }  # fmt: skip
    return forum.follow_on_need(
        by=them["adopter"],
        appointment=met,
        theme=theme,
        now=circle.FORUM_DAY + timedelta(hours=1),
        **asked,
        **more,
    )


def follow_visit(them, met):
    return forum.follow_on_visit(
        by=them["adopter"],
        appointment=met,
        day=(circle.FORUM_DAY + timedelta(days=20)).date(),
        size=5,
        topic="Guru",
        contact="Wulan",
        because="Bertemu",
        units=[builders.unit()],
        questions=["Berapa biayanya?"],
        names=[],
        now=circle.FORUM_DAY + timedelta(hours=1),
    )


def test_an_appointment_becomes_one_need_and_one_visit_and_no_second(them, event):
    circle.reception(them)
    met = book(them, booth(them, event))
    old = Appointment.objects.get(pk=met.pk)
    follow_need(them, met)
    # The row in hand may be old: the act reads the one in the database.
    refused("already-need", follow_need, them, old, "health")
    follow_visit(them, met)
    refused("already-visit", follow_visit, them, old)


def test_what_follows_a_simulated_appointment_is_simulated(them):
    circle.reception(them)
    event = circle.event(them, slug="simulasi", simulated=True)
    met = book(them, booth(them, event))
    met = follow_need(them, met)
    met = follow_visit(them, met)
    assert met.need.simulated
    assert met.visit.simulated


def test_only_the_organiser_does_the_organisers_work(them, event):
    other = {**them, "organiser": them["adopter"]}
    refused("not-your-office", circle.event, other, slug="lain")
    refused("not-your-office", session, other, event)
    refused("not-your-office", booth, other, event)
    refused("not-your-office", choose, other, event)
    theme = {"by": them["organiser"], "event": event, "now": circle.DECEMBER}
    refused("theme-exists", forum.add_theme, name="pendidikan ", parent=None, **theme)
    below = forum.add_theme(name="Guru", parent=event.themes.first(), **theme)
    refused("too-deep", forum.add_theme, name="Lebih dalam", parent=below, **theme)
    refused("event-exists", circle.event, them)
