"""Visits at the edges: loads, offices shared by groups, notes, and the words of a refusal."""

from datetime import date, timedelta

import pytest

from teladan.engine.itinerary import Host, Request, Rules, Visit, plan, refusal

MONDAY = date(2024, 7, 1)


def days(n):
    return MONDAY + timedelta(n)


def host(name="h", **given):
    return Host(**{"id": name, "topics": {"permits": 1}, "size_max": 50, **given})


def request(name, **given):
    usual = {"topic": "permits", "size": 20, "asked": MONDAY, "first": MONDAY, "last": days(4)}
    return Request(**{"id": name, **usual, **given})


def planned(requests, hosts, *, rules=None, held=(), **more):
    rules = rules or Rules()
    return plan(requests, hosts, horizon=(MONDAY, days(60)), rules=rules, held=held, **more)


def where(answer):
    return {name: (v.host, v.day) for v in answer.visits for name in v.requests}


# --- loads -----------------------------------------------------------------------------------


def test_loads_count_receptions_requests_and_people_visits_held_included():
    agreed = Visit(host="h", day=days(7), topic="permits", requests=("x", "y"), people=31)
    together = [request(name, size=size, may_join=True) for name, size in (("a", 7), ("b", 12))]

    answer = planned(together, [host(), host("idle", topics={})], held=[agreed])

    busy, idle = answer.loads
    assert (busy.host, busy.receptions, busy.requests, busy.people) == ("h", 2, 4, 50)
    assert (idle.host, idle.receptions, idle.requests, idle.people) == ("idle", 0, 0, 0)


# --- offices ---------------------------------------------------------------------------------


def test_groups_received_together_take_an_office_once():
    h = host(groups_a_day=2, offices={"mall": 1})
    wanted = [request(x, last=MONDAY, offices=("mall",), may_join=True) for x in "ab"]

    answer = planned(wanted, [h])

    (visit,) = answer.visits
    assert visit.requests == ("a", "b")
    assert visit.offices == ("mall",)


def test_an_office_is_free_again_when_the_next_day_begins():
    h = host(groups_a_day=2, offices={"mall": 1})
    wanted = [request(x, last=days(1), offices=("mall",)) for x in "ab"]

    assert where(planned(wanted, [h])) == {"a": ("h", MONDAY), "b": ("h", days(1))}


def test_who_joins_brings_an_office_only_if_it_is_free_that_day():
    h = host(groups_a_day=3, offices={"mall": 1, "lab": 1})
    busy = Visit(host="h", day=MONDAY, topic="other", requests=("x",), people=5, offices=("lab",))
    first = request("a", last=MONDAY, offices=("mall",), may_join=True)
    second = request("b", last=MONDAY, offices=("mall", "lab"), may_join=True)

    answer = planned([first, second], [h], held=[busy])

    assert "a" in where(answer)
    (refused,) = answer.refused
    assert refused.request == "b"
    assert [broken.rule for broken in refused.broken] == ["office full"]
    assert refused.earliest == days(1)


# --- visits held against a rule of today -----------------------------------------------------


def test_every_rule_that_a_visit_held_breaks_is_noted_with_its_figures():
    usual = {"host": "h", "topic": "permits", "people": 9}
    held = [
        Visit(day=MONDAY, requests=("a",), offices=("mall", "lab"), **usual),
        Visit(day=MONDAY, requests=("b",), offices=("mall", "hall"), **usual),
        Visit(day=MONDAY, requests=("c",), offices=("mall",), **usual),
    ]

    answer = planned([], [host(groups_a_day=2, offices={"mall": 2, "lab": 1})], held=held)

    assert answer.notes == (
        "held at h on 2024-07-01: 3 receptions, 2 allowed",
        "held at h on 2024-07-01: hall in 1 receptions, 0 allowed",
        "held at h on 2024-07-01: mall in 3 receptions, 2 allowed",
    )


def test_visits_held_within_the_rules_are_not_noted():
    held = [Visit(host="h", day=MONDAY, topic="permits", requests=("a",), people=50)]

    assert planned([], [host()], held=held).notes == ()


# --- refusals --------------------------------------------------------------------------------


def test_who_can_never_be_received_hears_of_no_day():
    no = refusal(request("r", size=51), host(), MONDAY, rules=Rules())

    assert [broken.rule for broken in no.broken] == ["size"]
    assert no.earliest is None


def test_a_day_that_breaks_nothing_is_not_refused():
    assert refusal(request("r"), host(), MONDAY, rules=Rules()) is None


def test_of_hosts_wished_alike_the_reasons_are_those_of_the_first():
    hosts = [host("b", size_max=5), host("a", size_max=10)]

    (refused,) = planned([request("r")], hosts).refused

    assert refused.broken[0].text == "a receives up to 10 people, not 20"


def test_of_hosts_named_the_reasons_are_those_of_the_most_wished():
    hosts = [host("a", size_max=10), host("b", size_max=5)]

    (refused,) = planned([request("r", hosts=("b", "a"))], hosts).refused

    assert refused.broken[0].text == "b receives up to 5 people, not 20"


@pytest.mark.parametrize(
    ("day", "holidays", "rule", "earliest"),
    [
        (days(5), (), "weekday", days(7)),
        (days(1), (days(1), days(2)), "holiday", days(3)),
        (days(2), (), "blackout", days(3)),
    ],
)
def test_a_closed_day_is_refused_with_the_next_open_one(day, holidays, rule, earliest):
    h = host(blackouts=(days(2),))

    no = refusal(request("r"), h, day, rules=Rules(holidays=holidays))

    assert [broken.rule for broken in no.broken] == [rule]
    assert no.earliest == earliest
