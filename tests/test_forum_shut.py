"""Forums that nobody changes any more, and offices that end with the last seat, at their edges."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.forum import acts as forum
from teladan.forum.models import Booth, Event
from teladan.house.models import Ledger, Office, OfficeTerm, Person
from teladan.house.offices import CAPITAL, appoint
from tests import builders, circle
from tests.forums import TICK, author, booth, choose, judge, refused, sari, send, session

pytestmark = pytest.mark.django_db
CITED = "Siaran pers, 7 November 2018"


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def event(them):
    return circle.event(them)


def changes(them, event):
    """Everything the organiser could still do: act -> what it is asked."""
    paper = send(event, author())
    judge(paper, sari())
    choose(them, event)
    at, held = booth(them, event), session(them, event)
    free = forum.add_theme(
        by=them["organiser"], event=event, name="Air", parent=None, now=circle.DECEMBER
    )
    Event.objects.update(chosen_at=None)  # else nobody is seated for another reason
    starts = circle.FORUM_DAY + timedelta(hours=3)
    return [
        (forum.add_theme, {"event": event, "name": "Hutan", "parent": None}),
        (forum.seat_referee, {"event": event, "email": "lain@example.id", "name": "Lain"}),
        (forum.schedule, {"event": event, "theme": free, "title": "Sesi", "room": "C",
                          "starts": starts, "ends": starts + timedelta(hours=1)}),
        (forum.give_talk, {"session": held, "paper": paper}),
        (forum.open_booth, {"event": event, "number": "B1", "institution": circle.owner(),
                            "innovation": None}),
        (forum.drop_booth, {"booth": at, "reason": "Batal."}),
        (forum.drop_theme, {"theme": event.themes.get(name="Air")}),
    ]  # fmt: skip


def after(event):
    """The first instant after the last day of a forum, by the capital's calendar."""
    return datetime.combine(event.ends + timedelta(days=1), time(), CAPITAL)


def test_a_forum_is_changed_until_the_end_of_its_last_day(them, event):
    over = after(event)
    for do, asked in changes(them, event):
        refused("forum-over", do, by=them["organiser"], now=over, **asked)
        if do == forum.drop_theme:
            event.sessions.filter(theme__name="Air").delete()
        assert do(by=them["organiser"], now=over - TICK, **asked)


def test_a_forum_that_sources_tell_of_is_changed_by_nobody(them, event):
    asked_for = changes(them, event)
    Event.objects.update(citation=CITED)
    event.refresh_from_db()
    for do, asked in asked_for:
        refused("told-by-sources", do, by=them["organiser"], now=circle.DECEMBER, **asked)


def test_the_workroom_offers_nothing_that_is_refused(them, event):
    booth(them, event)
    forum.add_theme(by=them["organiser"], event=event, name="Air", parent=None, now=circle.DECEMBER)
    offers = [reverse(name, args=[event.slug]) for name in ("session-new", "booth-new")]
    offers += [reverse("theme-drop", args=[event.themes.get(name="Air").pk])]
    offers += [reverse("booth-drop", args=[Booth.objects.get().pk])]
    offers += ['value="theme"', 'value="referee"']
    office = reverse("forum-office", args=[event.slug])
    typed = {"do": "theme", "theme-name": "Hutan"}

    def found(now):
        with time_machine.travel(now, tick=False):
            client = Client()
            client.force_login(them["organiser"])
            page = client.get(office).content.decode()
            return [offer in page for offer in offers], client.post(office, typed)

    assert found(after(event) - TICK)[0] == [True] * 6
    shown, late = found(after(event))
    assert shown == [False] * 6
    assert late.status_code == 409
    assert "Hutan" in late.content.decode()
    Event.objects.update(citation=CITED)
    assert found(circle.DECEMBER)[0] == [False] * 6


# --- the office of a referee -----------------------------------------------------------------


def seat(them, event, email="dua@example.id", now=circle.DECEMBER):
    return forum.seat_referee(by=them["organiser"], event=event, email=email, name="Dua", now=now)


def unseat(them, found, now=circle.DECEMBER):
    return forum.unseat_referee(by=them["organiser"], referee=found, reason="Pindah.", now=now)


def ends(person):
    terms = OfficeTerm.objects.filter(person=person, office=Office.REFEREE)
    return [term.ends for term in terms.order_by("starts", "pk")]


def test_an_office_that_a_seat_gave_ends_with_the_last_seat_in_a_forum_that_runs(them, event):
    second = circle.event(them, slug="lain")
    one, two = seat(them, event), seat(them, second)
    unseat(them, one)
    assert ends(one.person) == [None]
    unseat(them, two)
    assert ends(one.person) == [circle.DECEMBER.date()]
    line = Ledger.objects.filter(act="forum.unseat_referee").last()
    assert line.facts["term_ends"] == circle.DECEMBER.date().isoformat()


def test_a_seat_in_a_forum_that_is_over_keeps_nobody_in_office(them, event):
    seat(them, event)
    later = after(event)
    day = later.date()
    more = {"starts": day, "ends": day, "call_opens": None, "call_closes": None, "places": None}
    second = circle.event(them, now=later - TICK, slug="lain", **more)
    found = seat(them, second, now=later - TICK)
    unseat(them, found, now=later - TICK)
    assert ends(found.person) == [None]
    found = seat(them, second, now=later)
    unseat(them, found, now=later)
    assert ends(found.person) == [day]


def test_who_was_a_referee_by_appointment_stays_one(them, event):
    person = builders.person("Tuti", "referee")
    unseat(them, seat(them, event, person.email))
    assert ends(person) == [None]
    other = builders.person("Ujang")
    appoint(by=builders.person("Citra", "secretariat"), person=other, office=Office.REFEREE,
            starts=circle.DECEMBER.date(), now=circle.DECEMBER)  # fmt: skip
    unseat(them, seat(them, event, other.email))
    assert ends(other) == [None]


def test_who_is_seated_again_on_the_day_of_leaving_judges_the_day_after(them, event):
    today, tomorrow = circle.DECEMBER.date(), circle.DECEMBER.date() + timedelta(days=1)
    unseat(them, seat(them, event))
    again = seat(them, event)
    assert ends(again.person) == [today, None]
    unseat(them, again)
    assert ends(again.person) == [today, tomorrow]
    third = seat(them, event)
    assert ends(third.person) == [today, tomorrow, None]
    assert judge(send(event, author()), Person.objects.get(pk=third.person_id))
