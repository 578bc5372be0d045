"""The earliest legal day, and refusals at once."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.errors import Infeasible
from teladan.engine.itinerary import Host, Request, Rules, Visit, earliest, refusal

quickly = settings(deadline=None, max_examples=150, derandomize=True)

# Kabupaten Sleman, reception of official guests: Tuesday and Thursday, the day after if that is
# a holiday; a request is received at the latest seven working days before the visit; guests of
# the central government and others may come on other days.
SLEMAN = Host(
    id="Kabupaten Sleman",
    topics={"permits": 1},
    size_max=60,
    weekdays=(1, 3),
    lead_days=7,
    after_holiday=True,
    exempt=("central government",),
)


def asks(day, **given):
    usual = {"topic": "permits", "size": 40, "asked": day, "first": day, "last": day}
    return Request(**{"id": "r", **usual, **given})


def rules_of(no):
    return [broken.rule for broken in no.broken]


def test_the_request_of_bandung_to_surabaya_in_2016_would_have_been_refused_at_once():
    # Dated 15 February, received on the 16th, for 18 to 20 February.
    wanted = asks(date(2016, 2, 16), first=date(2016, 2, 18), last=date(2016, 2, 20))

    no = refusal(wanted, SLEMAN, wanted.first, rules=Rules())

    assert rules_of(no) == ["lead"]
    assert "7 working days: 2016-02-25 is the earliest" in no.broken[0].text
    assert no.earliest == date(2016, 2, 25)


@pytest.mark.parametrize(
    ("asked", "legal"),
    [
        (date(2016, 2, 16), True),  # 16, 17, 18, 19, 22, 23, 24: seven before the 25th
        (date(2016, 2, 17), False),
    ],
)
def test_seven_working_days_are_counted_to_the_day(asked, legal):
    no = refusal(asks(asked), SLEMAN, date(2016, 2, 25), rules=Rules())

    assert (no is None) is legal


def test_a_letter_that_arrives_on_a_weekend_counts_from_monday():
    every_day = Host(id="h", topics={}, size_max=9, lead_days=7)

    assert earliest(every_day, date(2016, 2, 12)) == date(2016, 2, 23)
    for weekend in (13, 14, 15):
        assert earliest(every_day, date(2016, 2, weekend)) == date(2016, 2, 24)


def test_a_public_holiday_is_no_working_day_and_moves_a_reception_to_the_next():
    # Waisak, Thursday 23 May 2024, and the joint leave after it; Pancasila Day, 1 June.
    waisak, leave = date(2024, 5, 23), date(2024, 5, 24)
    rules = Rules(holidays=(waisak,))

    assert earliest(SLEMAN, date(2024, 5, 13)) == date(2024, 5, 23)
    assert earliest(SLEMAN, date(2024, 5, 13), holidays=[waisak]) == leave
    assert earliest(SLEMAN, date(2024, 5, 13), holidays=[waisak, leave]) == date(2024, 5, 27)
    assert refusal(asks(date(2024, 5, 13)), SLEMAN, leave, rules=rules) is None
    no = refusal(asks(date(2024, 5, 13)), SLEMAN, waisak, rules=rules)
    assert rules_of(no) == ["holiday"]
    assert no.earliest == leave


def test_a_reception_that_falls_on_a_holiday_is_lost_where_it_does_not_move():
    stays = Host(id="h", topics={}, size_max=9, weekdays=(1, 3))

    assert earliest(stays, date(2024, 5, 23), holidays=[date(2024, 5, 23)]) == date(2024, 5, 28)


def test_other_days_than_those_of_reception_are_refused():
    no = refusal(asks(date(2016, 2, 1)), SLEMAN, date(2016, 2, 26), rules=Rules())

    assert rules_of(no) == ["weekday"]
    assert no.broken[0].text == (
        "Kabupaten Sleman receives on Tuesday and Thursday; 2016-02-26 is a Friday"
    )
    assert no.earliest == date(2016, 3, 1)


def test_exempt_guests_come_on_any_working_day_but_not_sooner():
    guest = asks(date(2016, 2, 16), guest="central government")

    assert refusal(guest, SLEMAN, date(2016, 2, 26), rules=Rules()) is None
    assert refusal(guest, SLEMAN, date(2016, 2, 24), rules=Rules()).earliest == date(2016, 2, 25)
    assert rules_of(refusal(guest, SLEMAN, date(2016, 2, 27), rules=Rules())) == ["weekday"]
    assert earliest(SLEMAN, date(2016, 2, 15), guest="central government") == date(2016, 2, 24)


def test_every_broken_rule_is_told_and_what_no_day_can_heal_has_no_earliest():
    host = Host(
        id="h", topics={"permits": 1}, size_max=30, size_min=5, lead_days=2, offices={"mall": 0}
    )
    wanted = asks(date(2024, 7, 5), size=31, topic="health", offices=("mall", "lab"))

    no = refusal(wanted, host, date(2024, 7, 6), rules=Rules())

    assert rules_of(no) == ["topic", "size", "office", "office", "lead", "weekday"]
    assert no.earliest is None
    assert rules_of(refusal(asks(date(2024, 7, 1), size=4), host, date(2024, 7, 3), rules=Rules()))


def test_sizes_at_the_edge_are_received():
    host = Host(id="h", topics={"permits": 1}, size_min=10, size_max=30)

    for size, legal in ((9, False), (10, True), (30, True), (31, False)):
        no = refusal(asks(date(2024, 7, 1), size=size), host, date(2024, 7, 1), rules=Rules())
        assert (no is None) is legal


def test_a_day_that_is_full_is_refused_with_the_next_that_has_room():
    host = Host(id="h", topics={"permits": 1}, size_max=60, offices={"mall": 1}, groups_a_day=2)
    monday = date(2024, 7, 1)
    one = Visit(host="h", day=monday, topic="health", requests=("x",), people=9, offices=("mall",))
    two = Visit(host="h", day=monday, topic="health", requests=("y",), people=9)
    away = Visit(host="far", day=monday + timedelta(1), topic="health", requests=("z",), people=9)

    def told(held, **given):
        no = refusal(asks(monday, **given), host, monday, rules=Rules(), held=held)
        return None if no is None else (rules_of(no), no.earliest.day)

    assert told([one]) is None
    assert told([one], offices=("mall",)) == (["office full"], 2)
    assert told([one, two]) == (["full"], 2)
    assert told([one, two, away], group="z") == (["full"], 3)


def test_a_visit_may_join_one_that_is_held():
    host = Host(id="h", topics={"permits": 1}, size_max=60)
    agreed = {"host": "h", "day": date(2024, 7, 1), "topic": "permits", "requests": ("x",)}
    wanted = asks(date(2024, 7, 1), may_join=True)

    for people, legal in ((20, True), (21, False)):
        held = [Visit(**agreed, people=people, may_join=True)]
        assert (refusal(wanted, host, wanted.first, rules=Rules(), held=held) is None) is legal


def test_a_request_does_not_stand_in_its_own_way():
    host = Host(id="h", topics={"permits": 1}, size_max=60)
    mine = Visit(host="h", day=date(2024, 7, 1), topic="permits", requests=("r",), people=40)

    assert refusal(asks(mine.day), host, mine.day, rules=Rules(), held=[mine]) is None


def test_the_hosts_and_days_a_request_wishes_do_not_matter_to_the_one_asked():
    wanted = asks(date(2024, 7, 1), hosts=("far away", "Kabupaten Sleman"), last=date(2025, 7, 1))

    assert refusal(wanted, SLEMAN, date(2024, 7, 11), rules=Rules()) is None


def test_numpy_days_are_as_good_as_others():
    assert earliest(SLEMAN, np.datetime64("2016-02-16")) == date(2016, 2, 25)


def test_no_day_at_all_is_infeasible_with_the_rule():
    nobody = Host(id="h", topics={}, size_max=9, weekdays=())

    with pytest.raises(Infeasible, match="h receives nobody within three years") as no:
        earliest(nobody, date(2024, 7, 1))
    assert no.value.witness == {"rules": ("weekday",)}
    with pytest.raises(Infeasible, match="up to 60 people, not 61") as no:
        earliest(SLEMAN, date(2024, 7, 1), size=61)
    assert no.value.witness == {"rules": ("size",)}


@pytest.mark.parametrize("wrong", [None, "2016-02-16", 20160216, np.datetime64("NaT", "D")])
def test_what_is_no_day_is_refused(wrong):
    with pytest.raises(ValueError, match=r"asked is .*, must be a date"):
        earliest(SLEMAN, wrong)


def by_counting(host, asked, holidays, workweek):
    """The same, one day after the other."""
    day, counted = asked, 0
    while True:
        work = day.weekday() in workweek and day not in holidays
        if counted >= host.lead_days and received(host, day, holidays, workweek):
            return day
        counted += work
        day += timedelta(1)


def received(host, day, holidays, workweek):
    if day in holidays or day in host.blackouts:
        return False
    if day.weekday() in host.weekdays:
        return True
    if not host.after_holiday or day.weekday() not in workweek:
        return False
    back = day - timedelta(1)
    while back in holidays or back.weekday() not in workweek:
        if back in holidays and back.weekday() in host.weekdays:
            return True
        back -= timedelta(1)
    return False


START = date(2024, 4, 1)


@quickly
@given(
    asked=st.integers(0, 30),
    lead=st.integers(0, 15),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    workweek=st.sampled_from([(0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5)]),
    holidays=st.sets(st.integers(-5, 45), max_size=8),
    blackouts=st.sets(st.integers(0, 45), max_size=5),
    moves=st.booleans(),
)
def test_the_earliest_day_is_found_as_by_counting(
    asked, lead, weekdays, workweek, holidays, blackouts, moves
):
    closed = tuple(START + timedelta(n) for n in sorted(blackouts))
    free = tuple(START + timedelta(n) for n in sorted(holidays))
    host = Host(
        id="h",
        topics={"permits": 1},
        size_max=60,
        weekdays=tuple(weekdays),
        lead_days=lead,
        blackouts=closed,
        after_holiday=moves,
    )
    day = START + timedelta(asked)

    found = earliest(host, day, holidays=free, workweek=workweek)

    assert found == by_counting(host, day, free, workweek)
    rules = Rules(holidays=free, workweek=workweek)
    assert refusal(asks(day), host, found, rules=rules) is None
    if found > day:
        no = refusal(asks(day), host, day, rules=rules)
        assert no.earliest == found
