"""Who waits too long reads it: silence has an edge, is no acceptance, and others can be asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from teladan.awards.models import Award
from teladan.desk.awaits.visits import AWAITS
from teladan.house.offices import CAPITAL
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.visits import acts
from teladan.visits.evidence import MANY, answered_before, equals_of
from teladan.visits.models import Question, Visit
from teladan.visits.models.receiving import ANSWER_DAYS
from tests import builders, circle
from tests.circle import JULY, ON_VISIT, VISIT_DAY

pytestmark = pytest.mark.django_db

# Asked on Monday 6 July 2026, to be answered in five working days: until Monday the 13th.
DUE = date(2026, 7, 13)
# Midnight in Jakarta between the 13th and the 14th.
LAPSES = datetime(2026, 7, 13, 17, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def them():
    return circle.people()


def refused(code, do):
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value.reason


def at(day, hour=3):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def todos(person, now):
    found = []
    for term in person.terms.all():
        found += AWAITS[term.office](term, now)
    return found


def another_host(name="Pemerintah Kota Semarang", code="33.74", category="pendidikan"):
    """A host that is honoured for the same field of service, and visited by nobody."""
    home = builders.institution(name, "city", code)
    made = builders.innovation(f"Inovasi {name}", builders.unit(home, "Dinas"), category=category)
    Award.objects.create(innovation=made, level="top40", year=2024, citation="A source for tests")
    host = builders.person(f"Meja {name}", "host", home)
    circle.reception({"host": host}, institution=home)
    return home


# --- until when ---------------------------------------------------------------------------------


def test_a_host_answers_within_the_working_days_that_it_names_after_the_day_of_asking(them):
    circle.reception(them, answer_days=3)

    assert circle.visit(them).answer_by == date(2026, 7, 9)
    # Asked on a Saturday: Monday is the first of the three.
    assert circle.visit(them, now=at(date(2026, 7, 11))).answer_by == date(2026, 7, 15)
    # Independence Day, a Monday, does not count.
    later = circle.visit(them, day=date(2026, 9, 1), now=at(date(2026, 8, 14)))
    assert later.answer_by == date(2026, 8, 20)


def test_where_the_host_has_not_said_it_a_number_of_ours_counts_and_is_marked(them):
    assert ANSWER_DAYS == 5
    rules = circle.reception(them)

    assert rules.answer_days is None
    assert rules.answers_within == ANSWER_DAYS
    assert circle.visit(them).answer_by == DUE


def test_later_rules_change_nothing_for_those_who_wait(them):
    circle.reception(them, answer_days=5)
    found = circle.visit(them)
    circle.reception(them, since=date(2026, 7, 7), answer_days=1, now=JULY)

    found.refresh_from_db()
    assert found.answer_by == DUE
    assert circle.visit(them, now=at(date(2026, 7, 8))).answer_by == date(2026, 7, 9)


def shown_as_ours(client, person, found, now=JULY):
    client.force_login(person)
    with time_machine.travel(now, tick=False):
        return client.get(f"/visits/{found.pk}/").context["ours"]


def test_whose_number_it_was_is_kept_with_the_request_whatever_rules_follow(them, client):
    # Asked before the first rules are in force: these say it, and they are the host's own.
    circle.reception(them, since=date(2026, 7, 20), answer_days=3)
    found = circle.visit(them)
    assert (found.answer_by, found.answer_days) == (date(2026, 7, 9), 3)
    assert not shown_as_ours(client, them["agency"], found)
    circle.reception(them, since=JULY.date(), now=JULY)
    assert not shown_as_ours(client, them["agency"], found)

    # And the other way round: what was ours stays ours.
    ours = circle.visit(them)
    assert (ours.answer_by, ours.answer_days) == (DUE, None)
    circle.reception(them, since=date(2026, 7, 7), answer_days=5, now=JULY)
    assert shown_as_ours(client, them["host"], ours, at(date(2026, 7, 8)))


def test_an_answer_that_comes_after_the_visit_is_none(them):
    circle.reception(them, lead_days=1, answer_days=5)

    assert circle.visit(them, day=date(2026, 7, 9)).answer_by == date(2026, 7, 9)


# --- silence ------------------------------------------------------------------------------------


def test_silence_begins_at_midnight_after_the_last_day(them):
    circle.reception(them)
    found = circle.visit(them)

    for moment, silent in ((LAPSES - A_MINUTE, False), (LAPSES, True)):
        day = moment.astimezone(CAPITAL).date()
        assert Visit.objects.silent(day).exists() is silent
        assert found.is_silent({"sent"}, day) is silent
        (todo,) = todos(them["host"], moment)
        assert (todo.url, not todo.when, todo.due) == (
            f"/visits/{found.pk}/",
            silent,
            shown_day(DUE),
        )
        assert [row.url for row in todos(them["agency"], moment)] == (
            [f"/visits/{found.pk}/#others"] if silent else []
        )


def test_to_have_received_a_request_is_no_answer_and_yes_no_and_another_day_are(them):
    circle.reception(them, groups_a_day=4)
    day = DUE + timedelta(days=1)
    seen, yes, no, moved, mine = (circle.visit(them) for _number in range(5))
    theirs = {"by": them["host"], "now": JULY}
    acts.acknowledge(visit=seen, **theirs)
    acts.accept(visit=yes, **theirs)
    acts.decline(visit=no, reason="Pelantikan", **theirs)
    acts.move(visit=moved, day=date(2026, 8, 6), reason="Pelantikan", **theirs)
    acts.withdraw(by=them["agency"], visit=mine, reason="Anggaran", now=JULY)

    assert list(Visit.objects.silent(day)) == [seen]
    for found in (yes, no, moved, mine):
        kinds = set(found.steps.values_list("kind", flat=True))
        assert not found.is_silent(kinds, day)


def test_silence_takes_no_place_and_a_late_yes_still_counts(them):
    circle.reception(them)
    found, other = circle.visit(them), circle.visit(them)

    refused("not-accepted", lambda: acts.confirm(by=them["agency"], visit=found, now=LAPSES))
    assert circle.visit(them, now=LAPSES)
    assert acts.accept(by=them["host"], visit=other, now=LAPSES)
    refused("day-full", lambda: acts.accept(by=them["host"], visit=found, now=LAPSES))
    assert list(Visit.objects.silent(DUE + timedelta(days=1))) == [found]


def test_who_waits_too_long_is_told_and_offered_equals_on_the_page(them, client):
    circle.reception(them)
    found, equal = circle.visit(them), another_host()
    page, ask = f"/visits/{found.pk}/", f"/hosts/{equal.pk}/ask/?like={found.pk}"
    client.force_login(them["agency"])
    with time_machine.travel(LAPSES - A_MINUTE, tick=False):
        before = client.get(page).content.decode()
    with time_machine.travel(LAPSES, tick=False):
        after = client.get(page).content.decode()
        filled = client.get(ask).content.decode()

    assert shown_day(DUE) in before
    assert (ask in before, ask in after) == (False, True)
    assert 'id="others"' in after
    assert "unverified" in after  # the host has not said how soon it answers
    # What was asked is carried over, and the reason why this host is not.
    for kept in ("Kelas di perahu", "Bagaimana guru dipilih?", "Made\nPutu"):
        assert kept in filled
    assert "Top 40 tahun 2025" not in filled


def test_nobody_carries_over_the_request_of_another(them, client):
    circle.reception(them)
    found = circle.visit(them)
    other = builders.institution("Balai Lain", "agency", None)
    client.force_login(builders.person("Lia", "agency", other))
    for asked in (found.pk, 10**9, "x", "9" * 30):
        with time_machine.travel(LAPSES, tick=False):
            page = client.get(f"/hosts/{circle.owner().pk}/ask/?like={asked}")
        assert page.status_code == 200
        assert b"Putu" not in page.content


# --- equals, and days that are full ---------------------------------------------------------------


def test_equals_are_honoured_for_the_same_field_and_visited_no_more(them):
    circle.honoured()
    circle.reception(them)
    same = another_host()
    another_host("Pemerintah Kota Solo", "33.72", category="kesehatan")
    day = ON_VISIT.date()

    assert [row.institution for row in equals_of(circle.owner(), day)] == [same]
    assert [row.institution for row in equals_of(same, day)] == [circle.owner()]
    # One visit makes the first host the more crowded.
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    acts.take_attendance(by=them["host"], visit=found, came=set(), now=ON_VISIT)
    assert [row.institution for row in equals_of(circle.owner(), day)] == [same]
    assert equals_of(same, day) == []


def test_past_ten_honours_the_less_visited_stands_first(them, client):
    circle.reception(them)
    other = another_host()
    for number in range(13):
        circle.honoured(f"Kelas Perahu {number}")
    unit = builders.unit(other, "Dinas Lain")
    for number in range(MANY):
        mine = builders.innovation(f"Kelas Sungai {number}", unit)
        Award.objects.create(innovation=mine, level="top40", year=2025, citation="A source")

    def shown():
        with time_machine.travel(ON_VISIT, tick=False):
            rows = client.get("/hosts/").context["rows"]
        return [(row.institution, row.honours, row.load) for row, _days in rows]

    # Eleven and thirteen are both more than ten, and neither was visited: by name.
    assert {honours for _who, honours, _load in shown()} == {MANY + 1}
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    acts.take_attendance(by=them["host"], visit=found, came=set(), now=ON_VISIT)
    assert shown() == [(other, MANY + 1, 0), (circle.owner(), MANY + 1, 1)]


def test_a_full_day_names_the_next_free_one_and_an_equal_host(them):
    circle.reception(them)
    acts.accept(by=them["host"], visit=circle.visit(them), now=JULY)
    thursday, tuesday = date(2026, 8, 6), date(2026, 8, 11)

    alone = refused("day-full", lambda: circle.visit(them))
    assert shown_day(thursday) in alone
    equal = another_host()
    acts.accept(by=them["host"], visit=circle.visit(them, day=thursday), now=JULY)
    said = refused("day-full", lambda: circle.visit(them))
    assert shown_day(tuesday) in said
    assert equal.name in said
    assert equal.name not in alone


def test_the_next_free_day_suits_the_group_and_its_offices(them):
    circle.reception(them)
    acts.accept(by=them["host"], visit=circle.visit(them), now=JULY)
    # On Thursday the office is closed; from the Monday after groups are smaller until Wednesday.
    acts.close_days(
        by=them["host"],
        institution=circle.owner(),
        unit=builders.unit(),
        first=date(2026, 8, 6),
        last=date(2026, 8, 6),
        reason="Pindah gedung",
        now=JULY,
    )
    circle.reception(them, since=date(2026, 8, 10), group_max=29, now=JULY)
    circle.reception(them, since=date(2026, 8, 12), group_max=30, now=JULY)

    assert shown_day(date(2026, 8, 13)) in refused("day-full", lambda: circle.visit(them))


# --- answers to questions -------------------------------------------------------------------------


def test_an_answer_is_promised_by_the_host_for_today_or_within_a_year(them):
    circle.reception(them)
    question = Question.objects.get(visit=circle.visit(them))
    today = JULY.date()

    def promise(due, by="host"):
        return acts.promise_answer(by=them[by], question=question, due=due, now=JULY)

    refused("not-your-office", lambda: promise(today, by="agency"))
    refused("in-the-past", lambda: promise(today - timedelta(days=1)))
    refused("too-far", lambda: promise(today + timedelta(days=366)))
    assert promise(today + timedelta(days=365)).due
    assert promise(today).due == today
    acts.answer(by=them["host"], question=question, text="Begini.", now=JULY)
    refused("already-answered", lambda: promise(today))


def test_a_promised_answer_stands_on_the_desk_and_is_late_the_day_after(them):
    circle.reception(them)
    found = circle.visit(them)
    acts.accept(by=them["host"], visit=found, now=JULY)
    question = found.questions.get()
    acts.promise_answer(by=them["host"], question=question, due=DUE, now=JULY)

    for moment, late in ((LAPSES - A_MINUTE, False), (LAPSES, True)):
        (todo,) = todos(them["host"], moment)
        assert (todo.url, not todo.when) == (f"/visits/{found.pk}/#questions", late)
    acts.answer(by=them["host"], question=question, text="Begini.", now=LAPSES)
    assert todos(them["host"], LAPSES) == []


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_a_request_that_came_to_nothing_owes_no_answer_and_takes_none(them, client, end):
    circle.reception(them)
    found = circle.visit(them)
    question = found.questions.get()

    def promise():
        return acts.promise_answer(by=them["host"], question=question, due=DUE, now=JULY)

    promise()
    who = them["host" if end == "decline" else "agency"]
    getattr(acts, end)(by=who, visit=found, reason="Anggaran", now=JULY)

    refused("already-ended", promise)
    refused(
        "already-ended",
        lambda: acts.answer(by=them["host"], question=question, text="Begini.", now=JULY),
    )
    assert todos(them["host"], LAPSES) == []
    for person in ("host", "agency"):
        client.force_login(them[person])
        with time_machine.travel(LAPSES, tick=False):
            page = client.get(f"/visits/{found.pk}/").content.decode()
        for form in ("answer", "promise", "inquire"):
            assert f'name="do" value="{form}"' not in page
        assert shown_day(DUE) not in page  # nor is there anything to be late


def test_a_visit_that_was_held_still_waits_for_its_answers(them, client):
    found = circle.held_visit(them)
    question = found.questions.get()
    acts.promise_answer(by=them["host"], question=question, due=ON_VISIT.date(), now=ON_VISIT)

    assert f"/visits/{found.pk}/#questions" in [row.url for row in todos(them["host"], ON_VISIT)]
    client.force_login(them["host"])
    with time_machine.travel(ON_VISIT, tick=False):
        page = client.get(f"/visits/{found.pk}/").content.decode()
    for form in ("answer", "promise"):
        assert f'name="do" value="{form}"' in page
    assert acts.answer(by=them["host"], question=question, text="Begini.", now=ON_VISIT).answer


def test_nobody_answers_or_promises_at_a_visit_that_was_read_about(them):
    read = Visit.objects.create(visitor_name="Kabupaten Malang", citation="Sebuah berita")
    question = Question.objects.create(visit=read, text="Bagaimana?")
    theirs = {"by": them["host"], "question": question, "now": JULY}

    refused("not-your-visit", lambda: acts.answer(text="Begini.", **theirs))
    refused("not-your-visit", lambda: acts.promise_answer(due=DUE, **theirs))


def test_answers_are_read_by_later_groups_once_the_visit_took_place(them, client):
    found = circle.held_visit(them)
    other = circle.honoured("Air Bersih")
    open_one = circle.visit(them, day=VISIT_DAY + timedelta(days=14), now=ON_VISIT)
    for visit, text in ((found, "Dipilih warga."), (open_one, "Masih rahasia.")):
        acts.answer(by=them["host"], question=visit.questions.get(), text=text, now=ON_VISIT)
    home = circle.owner()

    assert [row.answer for row in answered_before(home)] == ["Dipilih warga."]
    assert answered_before(home, circle.honoured().pk).count() == 1
    assert answered_before(home, other.pk).count() == 0
    assert answered_before(circle.adopter()).count() == 0
    with time_machine.travel(ON_VISIT, tick=False):
        public = client.get(f"/hosts/{home.pk}/").content.decode()
        client.force_login(them["agency"])
        asking = client.get(f"/hosts/{home.pk}/ask/").content.decode()
        about = client.get(f"/hosts/{home.pk}/ask/?innovation={other.pk}").content.decode()
    for page in (public, asking):
        assert "Dipilih warga." in page
        assert "Masih rahasia." not in page
    assert "Dipilih warga." not in about
