"""A move is the host's yes to another day: it is confirmed anew, night and all, and only then."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from teladan.desk.awaits.visits import AWAITS
from teladan.house.models import Ledger
from teladan.house.offices import CAPITAL
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.visits import acts
from teladan.visits.calendar import booked
from teladan.visits.models import Step, Visit
from tests import circle
from tests.circle import JULY, VISIT_DAY

pytestmark = pytest.mark.django_db

THURSDAY, NEXT = date(2026, 8, 6), date(2026, 8, 11)
# Long after the day until which a request of July should have been answered.
LATE = datetime(2026, 7, 20, 3, tzinfo=CAPITAL)


@pytest.fixture
def them():
    return circle.people()


def refused(code, do):
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code


def move(them, found, day, now=JULY):
    done = acts.move(by=them["host"], visit=found, day=day, reason="Pelantikan", now=now)
    found.refresh_from_db()
    return done


def confirm(them, found, **more):
    return acts.confirm(by=them["agency"], visit=found, now=JULY, **more)


def kinds(found):
    return [step.kind for step in found.steps.all()]


def desk(person, now=LATE):
    return [todo for term in person.terms.all() for todo in AWAITS[term.office](term, now)]


def page(person, found, now=LATE):
    client = Client()
    client.force_login(person)
    with time_machine.travel(now, tick=False):
        return client.get(f"/visits/{found.pk}/")


# --- the yes ------------------------------------------------------------------------------------


def test_to_move_a_request_is_to_accept_it_for_the_other_day(them):
    circle.reception(them)
    found = circle.visit(them)
    before = Ledger.objects.count()
    move(them, found, THURSDAY)

    assert kinds(found) == ["sent", "accepted", "moved"]
    (line,) = Ledger.objects.order_by("seq")[before:]
    assert (line.act, line.public) == ("visits.move", True)
    # The other day has one place less, as after any yes; the first one has its place again.
    assert booked(circle.owner(), THURSDAY) == [found]
    refused("day-full", lambda: circle.visit(them, day=THURSDAY))
    assert circle.visit(them).day == VISIT_DAY
    refused("already-done", lambda: acts.accept(by=them["host"], visit=found, now=JULY))


def test_a_visit_that_was_accepted_is_not_accepted_again_by_a_move(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    move(them, found, THURSDAY)
    move(them, found, NEXT)

    assert kinds(found) == ["sent", "accepted", "moved", "moved"]


def test_after_a_move_page_and_desks_wait_for_the_visitors_and_for_nobody_else(them):
    circle.reception(them)
    found = circle.visit(them)
    there, late = f"/visits/{found.pk}/", LATE.date()
    assert [todo.late for todo in desk(them["host"])] == [True]
    assert page(them["agency"], found).context["silent"]
    move(them, found, THURSDAY, LATE)

    assert not Visit.objects.silent(late).exists()
    assert [todo.url for todo in desk(them["agency"])] == [there]
    assert desk(them["host"]) == []
    mine, theirs = page(them["agency"], found), page(them["host"], found)
    assert 'value="confirm"' in mine.content.decode()
    for shown in (mine, theirs):
        assert not shown.context["waits"]
        assert not shown.context["silent"]
    assert 'value="accept"' not in theirs.content.decode()
    # Confirmed, it stands on no desk until its day is near.
    confirm(them, found)
    assert desk(them["agency"]) == []
    assert 'value="confirm"' not in page(them["agency"], found).content.decode()


# --- confirming anew ----------------------------------------------------------------------------


def test_who_moves_there_and_back_is_confirmed_anew_on_page_desk_and_in_the_act(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    confirm(them, found)
    for day in (NEXT, VISIT_DAY):
        move(them, found, day)
        assert Visit.objects.unconfirmed().get() == found
        assert [todo.url for todo in desk(them["agency"])] == [f"/visits/{found.pk}/"]
        assert 'value="confirm"' in page(them["agency"], found).content.decode()

    assert confirm(them, found).day == VISIT_DAY
    assert not Visit.objects.unconfirmed().exists()
    refused("already-done", lambda: confirm(them, found))


def test_the_steps_that_stand_are_all_but_what_a_move_takes_back():
    def stands(*taken):
        return Step.standing([Step(kind=kind) for kind in taken])

    assert stands("sent", "accepted", "confirmed") == {"sent", "accepted", "confirmed"}
    assert stands("accepted", "confirmed", "moved") == {"accepted", "moved"}
    assert stands("accepted", "moved", "confirmed") == {"accepted", "moved", "confirmed"}
    assert stands("confirmed", "moved", "confirmed", "moved") == {"moved"}


# --- the night ----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [None, False])
def test_a_visit_moved_to_a_day_with_a_night_is_confirmed_with_the_night(them, before):
    circle.reception(them)
    circle.reception(them, since=NEXT, overnight=True)
    found = circle.visit(them, overnight=before)
    move(them, found, NEXT)
    assert found.overnight is before

    refused("overnight", lambda: confirm(them, found))
    refused("overnight", lambda: confirm(them, found, overnight=False))
    assert "confirmed" not in kinds(found)
    assert confirm(them, found, overnight=True)
    found.refresh_from_db()
    assert found.overnight is True


def test_the_day_before_the_rules_ask_for_a_night_nobody_is_asked(them):
    circle.reception(them)
    circle.reception(them, since=NEXT, overnight=True)
    found = circle.visit(them)
    move(them, found, THURSDAY)

    assert 'name="overnight"' not in page(them["agency"], found, JULY).content.decode()
    assert confirm(them, found)
    found.refresh_from_db()
    assert found.overnight is None


def test_who_said_that_they_stay_is_not_asked_again(them):
    circle.reception(them, overnight=True)
    found = circle.visit(them, overnight=True)
    move(them, found, NEXT)

    assert 'name="overnight"' not in page(them["agency"], found, JULY).content.decode()
    assert confirm(them, found)


def test_later_rules_ask_nothing_of_a_visit_that_stays_on_its_day(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    circle.reception(them, since=VISIT_DAY, overnight=True, now=JULY)

    assert confirm(them, found)


def test_the_night_is_asked_for_on_the_page_with_the_confirmation(them):
    circle.reception(them)
    circle.reception(them, since=NEXT, overnight=True)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    assert 'name="overnight"' not in page(them["agency"], found, JULY).content.decode()
    move(them, found, NEXT)
    assert 'name="overnight"' in page(them["agency"], found, JULY).content.decode()

    client = Client()
    client.force_login(them["agency"])
    with time_machine.travel(JULY, tick=False):
        for typed in ({}, {"overnight": "no"}, {"overnight": "x"}):
            no = client.post(f"/visits/{found.pk}/do/", {"do": "confirm"} | typed)
            assert (no.status_code, no.wsgi_request.refusal.code) == (409, "overnight")
        yes = client.post(f"/visits/{found.pk}/do/", {"do": "confirm", "overnight": "yes"})
    assert yes.status_code == 302
    found.refresh_from_db()
    assert found.overnight is True
    assert "confirmed" in kinds(found)


# --- how far ------------------------------------------------------------------------------------


def test_a_full_day_names_no_day_that_is_too_far_to_be_asked_for(them):
    circle.reception(them)
    limit = JULY.date() + timedelta(days=730)
    # The last Tuesday or Thursday within two years, and the one before it.
    last = limit
    while last.weekday() not in (1, 3):
        last -= timedelta(days=1)
    before = last - timedelta(days=2 if last.weekday() == 3 else 5)

    def said(day):
        with pytest.raises(Refusal) as no:
            circle.visit(them, day=day)
        assert no.value.code == "day-full"
        return no.value.reason

    for day in (before, last):
        acts.accept(by=them["host"], visit=circle.visit(them, day=day), now=JULY)
        if day == before:
            assert shown_day(last) in said(before)  # at the edge there is a place
    for day in (before, last):
        assert "2028" not in said(day)
    refused("too-far", lambda: circle.visit(them, day=limit + timedelta(days=1)))
