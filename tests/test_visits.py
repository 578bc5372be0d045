"""The rules of a visit, each refused at its edge and accepted just inside it."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.engine.itinerary import Request, Rules, refusal
from teladan.house.days import holidays_around
from teladan.house.models import Ledger, Notice, OfficeTerm
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Institution
from teladan.visits import acts
from teladan.visits.calendar import (
    TOPIC,
    as_host,
    first_in_time,
    received_on,
    reception_of,
)
from teladan.visits.models import Question, Step, Visit
from tests import builders, circle
from tests.circle import JULY, JUNE, ON_VISIT, VISIT_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


def refused(code, do):
    """Return the refusal that an act answers with."""
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value.reason


def in_office_since_2015(them):
    """The people of the tests took office in 2020; some stories are older."""
    OfficeTerm.objects.update(starts=date(2015, 1, 1))
    for each in them.values():
        each.known_terms = None


def at(day):
    """Ten in the morning in Jakarta."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


# --- asking -------------------------------------------------------------------------------------


def test_seven_working_days_before_a_tuesday_are_seven_and_not_six(them):
    circle.reception(them)
    # Asked on Monday 6 July 2026: with it, the seventh working day is Tuesday the 14th. That
    # Tuesday is a day of reception and one day too early; Thursday the 16th is the edge.
    too_early, edge = date(2026, 7, 14), date(2026, 7, 16)

    said = refused("not-received", lambda: circle.visit(them, day=too_early))

    assert shown_day(edge) in said
    assert "7" in said
    assert not Visit.objects.exists()
    assert circle.visit(them, day=edge).day == edge


def test_a_request_of_the_day_before_arrives_in_time_for_the_tuesday(them):
    circle.reception(them)

    # One working day earlier, Friday 3 July: the seventh working day is Monday the 13th.
    assert circle.visit(them, day=date(2026, 7, 14), now=at(date(2026, 7, 3)))


def test_a_public_holiday_in_between_moves_the_earliest_day(them):
    circle.reception(them, lead_days=4)
    # 17 August 2026 is a Monday and a holiday: with Friday the 14th that leaves one day less.
    asked = at(date(2026, 8, 13))

    said = refused("not-received", lambda: circle.visit(them, day=date(2026, 8, 18), now=asked))
    assert shown_day(date(2026, 8, 20)) in said
    assert circle.visit(them, day=date(2026, 8, 20), now=asked)
    # A week before there is no holiday, and the Tuesday is legal.
    assert circle.visit(them, day=date(2026, 8, 11), now=at(date(2026, 8, 5)))


def test_a_holiday_receives_nobody_and_the_next_working_day_does(them):
    circle.reception(them)
    # 25 August 2026 is a Tuesday and the birthday of the Prophet.
    said = refused("not-received", lambda: circle.visit(them, day=date(2026, 8, 25)))

    assert said
    assert circle.visit(them, day=date(2026, 8, 26)).day == date(2026, 8, 26)
    refused("not-received", lambda: circle.visit(them, day=date(2026, 8, 19)))


def test_the_days_that_pages_show_are_those_that_the_engine_allows(them):
    circle.reception(them)
    rules = reception_of(circle.owner(), VISIT_DAY)
    for asked in (date(2026, 7, 6), date(2026, 8, 8), date(2026, 12, 24), date(2027, 3, 1)):
        free = holidays_around(asked)
        inside = as_host(rules, [])
        earliest = first_in_time(asked, rules.lead_days, free)
        for number in range(100):
            day = asked + timedelta(days=number)
            wanted = Request(id="x", topic=TOPIC, size=1, asked=asked, first=day, last=day)
            broken = refusal(wanted, inside, day, rules=Rules(holidays=free))
            assert (broken is None) is (day >= earliest and received_on(rules, day, free)), day


def test_surabaya_could_have_told_bandung_at_once_in_february_2016(them):
    # The letter was dated Monday 15 February 2016, arrived on Tuesday the 16th, and asked for
    # the 18th to the 20th. Under Sleman's rule of seven working days the answer is immediate.
    in_office_since_2015(them)
    received = at(date(2016, 2, 16))
    circle.reception(them, now=at(date(2016, 1, 4)), weekdays=(0, 1, 2, 3, 4), lead_days=7)

    for wanted in (date(2016, 2, 18), date(2016, 2, 19), date(2016, 2, 20)):
        said = refused("not-received", lambda day=wanted: circle.visit(them, day=day, now=received))
        assert shown_day(date(2016, 2, 25)) in said
    refused("not-received", lambda: circle.visit(them, day=date(2016, 2, 24), now=received))
    assert circle.visit(them, day=date(2016, 2, 25), now=received)


def test_sleman_alone_would_have_named_the_same_thursday(them):
    in_office_since_2015(them)
    circle.reception(them, now=at(date(2016, 1, 4)))
    received = at(date(2016, 2, 16))

    said = refused("not-received", lambda: circle.visit(them, day=date(2016, 2, 18), now=received))

    assert shown_day(date(2016, 2, 25)) in said


def test_a_group_may_be_as_large_as_the_rules_say_and_not_larger(them):
    circle.reception(them, group_max=38)

    said = refused("not-received", lambda: circle.visit(them, size=39))
    assert "38" in said
    assert circle.visit(them, size=38).size == 38


def test_a_closed_day_is_refused_and_the_day_after_it_is_not(them):
    circle.reception(them, weekdays=(0, 1, 2, 3, 4))
    close = {"by": them["host"], "institution": circle.owner(), "unit": None, "now": JULY}
    acts.close_days(
        first=VISIT_DAY - timedelta(days=1), last=VISIT_DAY, reason="Pelantikan", **close
    )

    refused("not-received", lambda: circle.visit(them))
    assert circle.visit(them, day=VISIT_DAY + timedelta(days=1))


def test_a_closed_office_bars_those_who_want_to_see_it_and_nobody_else(them):
    circle.reception(them, groups_a_day=2)
    shut, other = builders.unit(), builders.unit(circle.owner(), "Dinas Lain")
    acts.close_days(
        by=them["host"],
        institution=circle.owner(),
        unit=shut,
        first=VISIT_DAY,
        last=VISIT_DAY,
        reason="Pindah gedung",
        now=JULY,
    )

    assert "Pindah gedung" in refused("office-closed", lambda: circle.visit(them, units=[shut]))
    assert circle.visit(them, units=[other])


def test_the_last_place_of_a_day_is_given_once(them):
    circle.reception(them, groups_a_day=2)
    first, second, third = (circle.visit(them) for _number in range(3))
    acts.accept(by=them["host"], visit=first, now=JULY)
    assert circle.visit(them)  # one place is left, and a request takes none
    acts.accept(by=them["host"], visit=second, now=JULY)

    refused("day-full", lambda: circle.visit(them))
    refused("day-full", lambda: acts.accept(by=them["host"], visit=third, now=JULY))
    # A visit that was withdrawn leaves its place to the next.
    acts.withdraw(by=them["agency"], visit=first, reason="Anggaran", now=JULY)
    assert acts.accept(by=them["host"], visit=third, now=JULY)


def test_a_visit_is_accepted_once(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)

    refused("already-done", lambda: acts.accept(by=them["host"], visit=found, now=JULY))


def test_nobody_visits_themselves(them):
    circle.reception(them)
    asks = {"visitor": circle.owner(), "host": circle.owner()}

    with pytest.raises(Refusal) as no:
        circle.visit(them | {"agency": them["owner"]}, **asks)
    assert no.value.code == "own-host"


def test_a_request_brings_a_question_and_one_to_six_offices_of_the_host(them):
    circle.reception(them)
    offices = [builders.unit(circle.owner(), f"Dinas {number}") for number in range(7)]
    elsewhere = builders.unit(circle.adopter(), "Dinas Sosial")

    refused("no-questions", lambda: circle.visit(them, questions=[]))
    refused("no-questions", lambda: circle.visit(them, questions=["  "]))
    refused("no-offices", lambda: circle.visit(them, units=[]))
    refused("no-offices", lambda: circle.visit(them, units=offices))
    refused("not-their-office", lambda: circle.visit(them, units=[offices[0], elsewhere]))
    assert circle.visit(them, units=offices[:6]).stops.count() == 6


def test_who_has_no_rules_is_not_asked_and_nobody_asks_for_another(them):
    refused("no-reception", lambda: circle.visit(them))
    circle.reception(them)
    refused("not-your-office", lambda: circle.visit(them | {"agency": them["host"]}))
    refused("not-your-office", lambda: circle.visit(them, visitor=circle.adopter()))


def test_visits_are_asked_for_two_years_ahead_at_most(them):
    circle.reception(them)
    limit = JULY.date() + timedelta(days=730)

    for far in (limit + timedelta(days=1), date(9999, 12, 30)):
        refused("too-far", lambda day=far: circle.visit(them, day=day))
    near = next(
        limit - timedelta(days=n) for n in range(7) if (limit - timedelta(n)).weekday() == 1
    )
    assert circle.visit(them, day=near)


# --- rules of the host --------------------------------------------------------------------------


def test_rules_begin_today_or_later_on_a_day_of_their_own_and_with_a_day_of_the_week(them):
    today = JUNE.date()
    refused("in-the-past", lambda: circle.reception(them, since=today - timedelta(days=1)))
    refused("no-days", lambda: circle.reception(them, weekdays=()))
    refused("no-days", lambda: circle.reception(them, weekdays=(7, -1)))
    circle.reception(them, since=today)
    refused("rules-exist", lambda: circle.reception(them, since=today))
    refused("not-your-office", lambda: circle.reception(them, institution=circle.adopter()))


def test_a_day_is_answered_by_the_rules_in_force_on_it(them):
    circle.reception(them)
    circle.reception(them, since=VISIT_DAY, weekdays=(4,))
    friday = VISIT_DAY + timedelta(days=3)

    refused("not-received", lambda: circle.visit(them, day=VISIT_DAY))
    assert circle.visit(them, day=friday)
    assert circle.visit(them, day=VISIT_DAY - timedelta(days=5))


def test_a_closure_has_a_reason_an_office_of_its_own_and_an_end_within_a_year(them):
    def close(**more):
        facts = {"unit": None, "first": VISIT_DAY, "last": VISIT_DAY, "reason": "Pelantikan"}
        return acts.close_days(
            by=them["host"], institution=circle.owner(), now=JULY, **(facts | more)
        )

    refused("no-reason", lambda: close(reason=" "))
    refused("days-reversed", lambda: close(last=VISIT_DAY - timedelta(days=1)))
    refused("not-your-unit", lambda: close(unit=builders.unit(circle.adopter(), "Dinas Sosial")))
    refused("too-long", lambda: close(last=VISIT_DAY + timedelta(days=367)))
    assert close(last=VISIT_DAY + timedelta(days=366))


# --- answering ----------------------------------------------------------------------------------


def test_silence_is_never_acceptance(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.acknowledge(by=them["host"], visit=found, now=JULY)

    refused("not-accepted", lambda: acts.confirm(by=them["agency"], visit=found, now=JULY))
    refused(
        "not-accepted",
        lambda: acts.take_attendance(by=them["host"], visit=found, came=set(), now=ON_VISIT),
    )
    with time_machine.travel(ON_VISIT, tick=False):
        client = Client()
        assert client.get(reverse("visit", args=[found.pk])).status_code == 302
        client.force_login(them["agency"])
        page = client.get(reverse("visit", args=[found.pk])).content.decode()
    assert 'value="confirm"' not in page


def test_a_visit_moves_within_the_rules(them):
    circle.reception(them)
    found, other = circle.visit(them), circle.visit(them, day=date(2026, 8, 6))
    acts.accept(by=them["host"], visit=found, now=JULY)
    acts.accept(by=them["host"], visit=other, now=JULY)

    def move(day, reason="Pelantikan"):
        return acts.move(by=them["host"], visit=found, day=day, reason=reason, now=JULY)

    refused("no-reason", lambda: move(date(2026, 8, 11), reason=" "))
    refused("same-day", lambda: move(VISIT_DAY))
    refused("not-received", lambda: move(date(2026, 8, 5)))
    refused("day-full", lambda: move(other.day))
    assert move(date(2026, 8, 11)).day == date(2026, 8, 11)
    found.refresh_from_db()
    assert found.day == date(2026, 8, 11)


def test_a_confirmation_is_kept_and_counts_until_the_visit_moves(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)

    def confirm():
        return acts.confirm(by=them["agency"], visit=found, now=JULY)

    def move(day):
        acts.move(by=them["host"], visit=found, day=day, reason="Pelantikan", now=JULY)

    def confirmed():
        return [step.day for step in found.steps.all() if step.kind == Step.Kind.CONFIRMED]

    def waits():
        return Visit.objects.filter(pk=found.pk).unconfirmed().exists()

    later = date(2026, 8, 11)
    assert waits()
    assert confirm().day == VISIT_DAY
    refused("already-done", confirm)
    move(later)
    assert confirmed() == [VISIT_DAY]  # nothing is lost, and it says nothing of the new day
    assert waits()
    assert confirm().day == later
    assert not waits()
    refused("already-done", confirm)
    move(VISIT_DAY)  # back on the first day, which was confirmed before it was given up
    assert confirmed() == [VISIT_DAY, later]
    assert waits()
    assert confirm().day == VISIT_DAY
    assert confirmed() == [VISIT_DAY, later, VISIT_DAY]
    assert not waits()
    refused("already-done", confirm)


def test_no_is_said_with_a_reason_by_host_and_visitor(them):
    circle.reception(them)
    found, other = circle.visit(them), circle.visit(them)
    refused("no-reason", lambda: acts.decline(by=them["host"], visit=found, reason=" ", now=JULY))
    refused("no-reason", lambda: acts.withdraw(by=them["agency"], visit=other, reason="", now=JULY))
    refused(
        "not-your-office",
        lambda: acts.decline(by=them["agency"], visit=found, reason="Tidak", now=JULY),
    )
    refused(
        "not-your-office",
        lambda: acts.withdraw(by=them["host"], visit=found, reason="Tidak", now=JULY),
    )


def test_nothing_changes_after_an_end(them):
    circle.reception(them)
    declined, withdrawn = circle.visit(them), circle.visit(them)
    acts.decline(by=them["host"], visit=declined, reason="Pelantikan", now=JULY)
    acts.withdraw(by=them["agency"], visit=withdrawn, reason="Anggaran", now=JULY)
    stop = declined.stops.get()

    for found in (declined, withdrawn):
        theirs = {"by": them["host"], "visit": found, "now": JULY}
        mine = {"by": them["agency"], "visit": found, "now": JULY}
        refused("already-ended", lambda a=theirs: acts.acknowledge(**a))
        refused("already-ended", lambda a=theirs: acts.accept(**a))
        refused("already-ended", lambda a=theirs: acts.decline(reason="Lagi", **a))
        refused("already-ended", lambda a=theirs: acts.move(day=VISIT_DAY, reason="Lagi", **a))
        refused("already-ended", lambda a=mine: acts.inquire(text="Lagi?", **a))
        refused("not-accepted", lambda a=theirs: acts.take_attendance(**a | {"came": set()}))
    refused(
        "already-ended",
        lambda: acts.plan_day(
            by=them["host"], visit=declined, agenda={stop.unit_id: (None, "")}, now=JULY
        ),
    )


def test_an_agenda_has_the_offices_of_the_visit_one_after_the_other(them):
    circle.reception(them)
    offices = [builders.unit(circle.owner(), f"Dinas {number}") for number in range(3)]
    found = circle.visit(them, units=offices[:2])

    def plan(*rows):
        agenda = {office.pk: (hour, "Tanya jawab") for office, hour in rows}
        return acts.plan_day(by=them["host"], visit=found, agenda=agenda, now=JULY)

    nine, ten = time(9), time(10)
    refused("no-such-office", lambda: plan((offices[2], nine)))
    refused("offices-clash", lambda: plan((offices[0], nine), (offices[1], nine)))
    assert [stop.starts for stop in plan((offices[0], ten), (offices[1], nine))] == [nine, ten]


# --- learning -----------------------------------------------------------------------------------


def test_attendance_is_taken_on_the_day_once_and_of_those_on_the_list(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)

    def take(now, came=frozenset()):
        return acts.take_attendance(by=them["host"], visit=found, came=set(came), now=now)

    # One minute before the day begins in Jakarta, and the minute in which it does.
    begins = datetime(2026, 8, 3, 17, tzinfo=UTC)
    refused("not-yet", lambda: take(begins - timedelta(minutes=1)))
    refused("not-listed", lambda: take(begins, {10**6}))
    assert take(begins, {found.attendees.first().pk})
    assert [row.came for row in found.attendees.all()] == [True, False]
    refused("already-held", lambda: take(ON_VISIT))


def test_lessons_are_told_once_by_those_who_were_there_after_the_visit(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)

    def learn(by="agency", of_group=True, learned="Guru datang."):
        return acts.learn(
            by=them[by],
            visit=found,
            learned=learned,
            at_home="Mencoba.",
            of_group=of_group,
            now=ON_VISIT,
        )

    def close():
        return acts.close(by=them["host"], visit=found, note="", now=ON_VISIT)

    refused("not-held", learn)
    acts.take_attendance(by=them["host"], visit=found, came=set(), now=ON_VISIT)
    refused("not-reported", close)
    refused("not-written", lambda: learn(learned=" "))
    refused("not-your-visit", lambda: learn(by="owner"))
    refused("not-your-office", lambda: learn(by="host"))
    assert learn(of_group=False)
    refused("not-reported", close)  # one's own lesson is not the group's report
    assert learn()
    refused("already-told", learn)
    refused("already-told", lambda: learn(of_group=False))
    assert close()
    refused("already-done", close)


def test_a_question_is_answered_by_the_host_with_words(them):
    circle.reception(them)
    question = Question.objects.get(visit=circle.visit(them))
    refused(
        "no-answer", lambda: acts.answer(by=them["host"], question=question, text=" ", now=JULY)
    )
    refused(
        "not-your-office",
        lambda: acts.answer(by=them["agency"], question=question, text="Begini.", now=JULY),
    )
    assert acts.answer(by=them["host"], question=question, text="Begini.", now=JULY).answer


def test_a_visit_that_was_read_about_is_nobodys_to_answer(them):
    read = Visit.objects.create(visitor_name="Kabupaten Malang", citation="Sebuah berita")

    refused("not-your-visit", lambda: acts.accept(by=them["host"], visit=read, now=JULY))
    refused(
        "not-your-visit",
        lambda: acts.withdraw(by=them["agency"], visit=read, reason="Tidak", now=JULY),
    )


def test_each_act_tells_the_other_side_and_the_ledger(them):
    circle.held_visit(them)

    said = [row.act for row in Ledger.objects.filter(act__startswith="visits.").order_by("seq")]
    assert said == [
        "visits.receive_by",
        "visits.ask",
        "visits.accept",
        "visits.confirm",
        "visits.take_attendance",
    ]
    assert Notice.objects.filter(to=them["host"]).count() == 2
    assert Notice.objects.filter(to=them["agency"]).count() == 1


def test_the_host_page_shows_each_kind_of_day_in_words(them, client):
    circle.reception(them)
    full = circle.visit(them)
    acts.accept(by=them["host"], visit=full, now=JULY)
    home = Institution.objects.get(pk=circle.owner().pk)
    acts.close_days(
        by=them["host"],
        institution=home,
        unit=None,
        first=date(2026, 7, 21),
        last=date(2026, 7, 21),
        reason="Hari jadi",
        now=JULY,
    )
    with time_machine.travel(JULY, tick=False):
        page = client.get(reverse("host", args=[home.pk])).content.decode()

    cells = dict(re.findall(r'<td class="(\w+)"[^>]*>(.*?)</td>', page))
    assert {"open", "full", "shut", "no", "soon"} <= set(cells)
    for state, inside in cells.items():
        words = re.sub(r"<[^>]+>|\d+ \w{3}", "", inside).strip()
        assert words, f"a day that is {state} is told by colour alone"
    assert "Hari jadi" in page
