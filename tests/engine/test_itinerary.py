"""Who is received where and when: the plan against all plans there are."""

from datetime import date, timedelta

import numpy as np
import pytest

from teladan.engine.itinerary import Host, Request, Rules, Visit, plan, planning

MONDAY = date(2024, 7, 1)
RULES = Rules()


def days(n):
    return MONDAY + timedelta(n)


SUMMER = (MONDAY, days(60))


def host(name="h", **given):
    return Host(**{"id": name, "topics": {"permits": 1}, "size_max": 50, **given})


def request(name, **given):
    usual = {"topic": "permits", "size": 20, "asked": MONDAY, "first": MONDAY, "last": days(4)}
    return Request(**{"id": name, **usual, **given})


def planned(requests, hosts, *, rules=RULES, held=(), horizon=SUMMER, **more):
    return plan(requests, hosts, horizon=horizon, rules=rules, held=held, **more)


def where(answer):
    return {name: (v.host, v.day) for v in answer.visits for name in v.requests}


# --- all plans there are, written without any of the code under test --------------------------


def received(host, day, rules):
    if day in host.blackouts or day in rules.holidays:
        return False
    if day.weekday() in host.weekdays:
        return True
    if not host.after_holiday or day.weekday() not in rules.workweek:
        return False
    before = day - timedelta(1)
    while before in rules.holidays or before.weekday() not in rules.workweek:
        if before in rules.holidays and before.weekday() in host.weekdays:
            return True
        before -= timedelta(1)
    return False


def in_time(host, asked, day, rules):
    between = (asked + timedelta(n) for n in range((day - asked).days))
    work = [d for d in between if d.weekday() in rules.workweek and d not in rules.holidays]
    return day >= asked and len(work) >= host.lead_days


def choices(r, hosts, horizon, rules):
    """Every legal (host, day) with its rank and wait, best first."""
    teaching = [h for h in hosts if r.topic in h.topics]
    ranks = {}
    for h in teaching:
        merit = h.topics[r.topic]
        if not r.hosts:
            ranks[h.id] = len({x.topics[r.topic] for x in teaching if x.topics[r.topic] > merit})
        elif not r.equals:
            ranks |= {h.id: r.hosts.index(h.id)} if h.id in r.hosts else {}
        else:
            levels = {x.id: x.topics[r.topic] for x in teaching}
            reached = [n for n, x in enumerate(r.hosts) if x in levels and merit >= levels[x]]
            ranks |= {h.id: reached[0]} if reached else {}
    found = []
    for h in teaching:
        small = not h.size_min <= r.size <= h.size_max
        if h.id not in ranks or small or (h.offices and not all(map(h.offices.get, r.offices))):
            continue
        for n in range((r.last - r.first).days + 1):
            day = r.first + timedelta(n)
            legal = received(h, day, rules) and in_time(h, r.asked, day, rules)
            if legal and horizon[0] <= day <= horizon[1]:
                found.append((ranks[h.id], n // rules.step, day, h.id))
    return sorted(found)


def best_of_all_plans(requests, hosts, horizon, rules):
    by_arrival = sorted(requests, key=lambda r: (r.asked, r.id))
    named = {h.id: h for h in hosts}
    options = {r.id: choices(r, hosts, horizon, rules) for r in by_arrival}
    best = None

    def legal(receptions):
        busy, tours, weeks = {}, {}, {}
        for (name, day), members in receptions:
            h = named[name]
            used = busy.setdefault((name, day), [0, {}])
            used[0] += 1
            if used[0] > h.groups_a_day or sum(r.size for r in members) > h.size_max:
                return False
            for office in {office for r in members for office in r.offices}:
                used[1][office] = used[1].get(office, 0) + 1
                if h.offices is not None and used[1][office] > h.offices[office]:
                    return False
            for r in members:
                tours[r.group, day] = tours.get((r.group, day), 0) + 1
                week = r.group, day.isocalendar()[:2]
                weeks[week] = weeks.get(week, 0) + 1
        a_week = rules.visits_a_week or 99
        return all(n <= 1 + rules.half_days for n in tours.values()) and all(
            n <= a_week for n in weeks.values()
        )

    def judged(receptions, picked):
        loads = {}
        for (name, _), members in receptions:
            loads[name] = loads.get(name, 0) + len(members)
        chosen = [options[r][k] for r, k in picked.items()]
        order = sum(
            (len(by_arrival) - i) * picked.get(r.id, len(options[r.id]))
            for i, r in enumerate(by_arrival)
        )
        return (
            -len(chosen),
            sum(c[0] for c in chosen),
            sum(c[1] for c in chosen),
            sum(n * n for n in loads.values()),
            len(receptions),
            order,
        )

    def walk(i, receptions, picked):
        nonlocal best
        if i == len(by_arrival):
            score = judged(receptions, picked)
            best = score if best is None else min(best, score)
            return
        r = by_arrival[i]
        walk(i + 1, receptions, picked)
        for k, (_, _, day, name) in enumerate(options[r.id]):
            key, seen = (name, day), {**picked, r.id: k}
            if legal([*receptions, (key, [r])]):
                walk(i + 1, [*receptions, (key, [r])], seen)
            for n, (other, members) in enumerate(receptions):
                together = all(x.may_join and x.topic == r.topic for x in [*members, r])
                if other == key and together and rules.joining:
                    joined = [*receptions[:n], (key, [*members, r]), *receptions[n + 1 :]]
                    if legal(joined):
                        walk(i + 1, joined, seen)

    walk(0, [], {})
    return best


def a_small_case(seed):
    rng = np.random.default_rng(seed)
    topics, rules = (
        ["permits", "health"],
        Rules(
            holidays=(days(int(rng.integers(7))),),
            half_days=bool(rng.random() < 0.3),
            visits_a_week=None if rng.random() < 0.5 else 1,
            joining=bool(rng.random() < 0.8),
            step=int(rng.choice([1, 3, 7])),
        ),
    )
    hosts = [
        Host(
            id=f"h{h}",
            topics={t: int(rng.integers(1, 3)) for t in topics if rng.random() < 0.8},
            size_max=int(rng.integers(20, 60)),
            weekdays=tuple(rng.choice(6, 2, replace=False).tolist()),
            lead_days=int(rng.integers(0, 3)),
            size_min=int(rng.choice([1, 12])),
            groups_a_day=int(rng.integers(1, 3)),
            blackouts=(days(int(rng.integers(7))),),
            offices=None if rng.random() < 0.4 else {"a": 1, "b": int(rng.integers(0, 2))},
            after_holiday=bool(rng.random() < 0.5),
        )
        for h in range(rng.integers(1, 4))
    ]
    requests = []
    for r in range(rng.integers(1, 6)):
        first = int(rng.integers(0, 4))
        named = rng.permutation(len(hosts))[: rng.integers(0, 3)]
        requests.append(
            Request(
                id=f"r{r}",
                topic=topics[int(rng.random() < 0.25)],
                size=int(rng.integers(8, 30)),
                asked=days(int(rng.integers(-3, 3))),
                first=days(first),
                last=days(first + int(rng.integers(0, 4))),
                hosts=tuple(f"h{h}" for h in named),
                equals=bool(rng.random() < 0.5),
                offices=tuple(o for o in "ab" if rng.random() < 0.3),
                may_join=bool(rng.random() < 0.7),
                group="g" if rng.random() < 0.3 else "",
            )
        )
    return requests, hosts, (MONDAY, days(7)), rules


@pytest.mark.parametrize("seed", range(120))
def test_no_plan_of_all_there_are_is_better(seed):
    requests, hosts, horizon, rules = a_small_case(seed)

    answer = plan(requests, hosts, horizon=horizon, rules=rules)

    assert answer.proven
    assert answer.objective.key() == best_of_all_plans(requests, hosts, horizon, rules)
    assert answer.served_bound == answer.objective.served


# --- every plan keeps every rule, also where it is not the best that is proven ----------------


def broken_rules(answer, requests, hosts, horizon, rules):
    """Count every rule again, with the slow calendar."""
    asking, named = {r.id: r for r in requests}, {h.id: h for h in hosts}
    found, busy, tours, weeks, seen = [], {}, {}, {}, []
    for visit in answer.visits:
        h, members = named[visit.host], [asking[name] for name in visit.requests]
        seen += visit.requests
        day = busy.setdefault((h.id, visit.day), [0, {}])
        day[0] += 1
        for office in visit.offices:
            day[1][office] = day[1].get(office, 0) + 1
        wanted = {office for r in members for office in r.offices}
        if visit.people != sum(r.size for r in members) or not h.size_max >= visit.people:
            found.append(f"people of {visit}")
        if set(visit.offices) != wanted or {r.topic for r in members} != {visit.topic}:
            found.append(f"offices or topic of {visit}")
        if len(members) > 1 and not (rules.joining and all(r.may_join for r in members)):
            found.append(f"joined {visit}")
        for r in members:
            if (visit.day, h.id) not in [c[2:] for c in choices(r, [h, *hosts], horizon, rules)]:
                found.append(f"{r.id} on {visit.day} at {h.id}")
            tours[r.group, visit.day] = tours.get((r.group, visit.day), 0) + 1
            week = r.group, visit.day.isocalendar()[:2]
            weeks[week] = weeks.get(week, 0) + 1
    for (name, day), (count, offices) in busy.items():
        rooms = named[name].offices
        if count > named[name].groups_a_day:
            found.append(f"{count} receptions at {name} on {day}")
        if rooms is not None and any(n > rooms.get(o, 0) for o, n in offices.items()):
            found.append(f"offices at {name} on {day}")
    found += [f"{k} twice a day" for k, n in tours.items() if n > 1 + rules.half_days]
    found += [f"{k} too often" for k, n in weeks.items() if n > (rules.visits_a_week or 99)]
    if sorted([*seen, *(r.request for r in answer.refused)]) != sorted(asking):
        found.append("somebody is neither served nor refused, or both")
    return found


def a_large_case(seed, n=150, m=6):
    rng = np.random.default_rng(seed)
    hosts = [
        Host(
            id=f"h{h}",
            topics={"permits": int(rng.integers(1, 3)), f"t{h % 3}": 1},
            size_max=int(rng.integers(40, 90)),
            weekdays=((1, 3), (0, 1, 2, 3, 4))[h % 2],
            lead_days=int(rng.integers(0, 8)),
            groups_a_day=int(rng.integers(1, 3)),
            blackouts=tuple(days(int(x)) for x in rng.integers(0, 60, 4)),
            offices=None if h % 2 else {"a": 1, "b": 1},
            after_holiday=bool(h % 2),
        )
        for h in range(m)
    ]
    requests = []
    for r in range(n):
        first = int(rng.integers(0, 50))
        named = rng.permutation(m)[: rng.integers(0, 3)]
        requests.append(
            Request(
                id=f"r{r:03d}",
                topic="permits" if rng.random() < 0.7 else f"t{rng.integers(3)}",
                size=int(rng.integers(8, 40)),
                asked=days(first - int(rng.integers(0, 12))),
                first=days(first),
                last=days(first + int(rng.integers(0, 12))),
                hosts=tuple(f"h{h}" for h in named),
                equals=bool(rng.random() < 0.5),
                offices=tuple(o for o in "ab" if rng.random() < 0.2),
                may_join=bool(rng.random() < 0.6),
                group=f"g{r // 3}" if rng.random() < 0.3 else "",
            )
        )
    rules = Rules(holidays=(days(9), days(10), days(30)), visits_a_week=2)
    return requests, hosts, (MONDAY, days(60)), rules


def test_a_large_plan_keeps_every_rule_and_is_all_but_the_proven_best(monkeypatch):
    requests, hosts, horizon, rules = a_large_case(1, n=90, m=5)

    proven = plan(requests, hosts, horizon=horizon, rules=rules)
    monkeypatch.setattr(planning, "SMALL", 0)
    quick = plan(requests, hosts, horizon=horizon, rules=rules)

    assert proven.proven
    assert not quick.proven
    assert broken_rules(proven, requests, hosts, horizon, rules) == []
    assert broken_rules(quick, requests, hosts, horizon, rules) == []
    assert proven.objective.key() <= quick.objective.key()
    assert proven.objective.served - quick.objective.served <= 1
    assert quick.objective.served <= proven.objective.served <= quick.served_bound


@pytest.mark.parametrize("seed", range(20))
def test_quick_plans_of_small_cases_are_never_better_than_the_best(seed, monkeypatch):
    monkeypatch.setattr(planning, "SMALL", 0)
    requests, hosts, horizon, rules = a_small_case(seed)

    answer = plan(requests, hosts, horizon=horizon, rules=rules)

    assert broken_rules(answer, requests, hosts, horizon, rules) == []
    best = best_of_all_plans(requests, hosts, horizon, rules)
    assert best <= answer.objective.key()
    assert -best[0] <= answer.served_bound


@pytest.mark.parametrize("small", [0, 3000])
def test_neither_the_order_of_the_rows_nor_a_second_run_changes_a_plan(small, monkeypatch):
    monkeypatch.setattr(planning, "SMALL", small)
    requests, hosts, horizon, rules = a_large_case(2, n=60, m=4)

    first = plan(requests, hosts, horizon=horizon, rules=rules)
    again = plan(requests[::-1], hosts[::-1], horizon=horizon, rules=rules)

    assert again == first


# --- wishes, joining, loads --------------------------------------------------------------------


def test_equals_beside_the_famous_host_share_its_load():
    hosts = [host("famous"), host("quiet")]
    requests = [request(f"r{i}", hosts=("famous",), equals=True, last=MONDAY) for i in range(2)]

    answer = planned(requests, hosts)

    assert where(answer) == {"r0": ("famous", MONDAY), "r1": ("quiet", MONDAY)}
    assert [load[:3] for load in answer.loads] == [("famous", 1, 1), ("quiet", 1, 1)]


def test_who_wants_only_the_famous_host_waits_for_it():
    hosts = [host("famous"), host("quiet")]

    answer = planned([request(f"r{i}", hosts=("famous",)) for i in range(2)], hosts)

    assert where(answer) == {"r0": ("famous", MONDAY), "r1": ("famous", days(1))}


def test_a_host_of_less_merit_is_no_equal():
    hosts = [host("famous", topics={"permits": 2}), host("lesser", topics={"permits": 1})]
    wanted = request("r", hosts=("famous",), equals=True, last=MONDAY)

    answer = planned([wanted, request("s", hosts=("famous",), last=MONDAY)], hosts)

    assert answer.objective.served == 1


def test_without_names_the_host_with_the_greatest_merit_on_the_topic_is_wished_most():
    hosts = [host("a", topics={"permits": 1}), host("b", topics={"permits": 3, "health": 1})]

    assert where(planned([request("r")], hosts)) == {"r": ("b", MONDAY)}
    assert where(planned([request("r", topic="health")], hosts)) == {"r": ("b", MONDAY)}


def test_groups_on_one_topic_are_received_together_up_to_the_size_limit():
    one_day = {"last": MONDAY, "may_join": True}
    wanted = [request("a", **one_day), request("b", **one_day), request("c", **one_day)]

    answer = planned(wanted, [host(size_max=40)])

    (visit,) = answer.visits
    assert visit.requests == ("a", "b")
    assert visit.people == 40
    assert answer.refused[0].request == "c"
    assert answer.refused[0].earliest == days(1)
    full = planned(wanted, [host(size_max=60)])
    assert full.visits[0].requests == ("a", "b", "c")


@pytest.mark.parametrize(
    "other",
    [{"topic": "health"}, {"may_join": False}, {"size": 31}],
    ids=["another topic", "alone", "too many"],
)
def test_who_does_not_fit_is_not_joined(other):
    one_day = {"last": MONDAY, "may_join": True}
    h = host(topics={"permits": 1, "health": 1})

    answer = planned([request("a", **one_day), request("b", **{**one_day, **other})], [h])

    assert answer.objective.served == 1


def test_nobody_is_joined_where_the_rules_say_so():
    wanted = [request(x, last=MONDAY, may_join=True) for x in "ab"]

    assert planned(wanted, [host()], rules=Rules(joining=False)).objective.served == 1


def test_an_office_takes_part_in_as_many_receptions_as_it_can():
    h = host(groups_a_day=3, offices={"permits office": 1, "mall": 2})
    wanted = [request(x, last=MONDAY, offices=("permits office",)) for x in "ab"]
    other = request("c", last=MONDAY, offices=("mall",))

    answer = planned([*wanted, other], [h])

    assert sorted(where(answer)) == ["a", "c"]
    assert [b.rule for b in answer.refused[0].broken] == ["office full"]


def test_a_group_is_at_one_place_a_day_or_two_if_visits_take_half_a_day():
    hosts = [host("a"), host("b")]
    wanted = [request(x, hosts=(x,), last=MONDAY, group="class 26") for x in "ab"]

    whole = planned(wanted, hosts)
    halves = planned(wanted, hosts, rules=Rules(half_days=True))

    assert whole.objective.served == 1
    assert whole.refused[0].broken[0].rule == "group"
    assert halves.objective.served == 2


def test_a_group_makes_no_more_visits_a_week_than_the_rules_allow():
    hosts = [host("a"), host("b"), host("c")]
    wanted = [request(x, hosts=(x,), last=days(9), group="class 26") for x in "abc"]

    answer = planned(wanted, hosts, rules=Rules(visits_a_week=2))

    assert sorted(day for _, day in where(answer).values()) == [MONDAY, days(1), days(7)]


def test_waiting_counted_in_weeks_lets_the_load_decide_within_a_week():
    hosts = [host("a"), host("b")]
    busy = [Visit(host="a", day=days(20), topic="permits", requests=("x",), people=9)]
    wanted = [request("r", hosts=("a", "b"), equals=True)]
    closed = [host("a"), host("b", blackouts=(MONDAY,))]

    assert where(planned(wanted, closed, held=busy))["r"] == ("a", MONDAY)
    assert where(planned(wanted, hosts, held=busy))["r"] == ("b", MONDAY)
    weeks = planned(wanted, closed, held=busy, rules=Rules(step=7))
    assert where(weeks)["r"] == ("b", days(1))


# --- what is agreed already -------------------------------------------------------------------


def test_visits_held_survive_a_new_plan_and_take_their_room():
    first = planned([request("a", last=MONDAY)], [host()])

    again = planned(
        [request("a", last=MONDAY), request("b", last=MONDAY)], [host()], held=first.visits
    )

    assert again.visits == first.visits
    assert again.objective.served == 1
    assert [r.request for r in again.refused] == ["b"]
    assert again.refused[0].earliest == days(1)


def test_others_may_join_a_visit_held_if_it_says_so():
    agreed = Visit(
        host="h", day=MONDAY, topic="permits", requests=("old",), people=25, may_join=True
    )

    answer = planned([request("b", last=MONDAY, may_join=True)], [host()], held=[agreed])

    (visit,) = answer.visits
    assert visit.requests == ("old", "b")
    assert visit.groups == ("old", "b")
    assert visit.people == 45


def test_a_visit_held_against_a_rule_stays_and_is_noted():
    sunday = Visit(host="h", day=days(6), topic="permits", requests=("x", "y"), people=99)

    answer = planned([], [host(offices={"mall": 0})], held=[sunday])

    assert answer.visits == (sunday,)
    assert answer.notes == (
        "held at h on 2024-07-07: no day of reception",
        "held at h on 2024-07-07: 99 people, 50 allowed",
    )


def test_plans_made_week_by_week_keep_what_was_agreed():
    requests, hosts, horizon, rules = a_large_case(3, n=80, m=4)
    early = [r for r in requests if r.asked < days(20)]

    first = plan(early, hosts, horizon=horizon, rules=rules)
    second = plan(requests, hosts, horizon=horizon, rules=rules, held=first.visits)

    assert broken_rules(second, requests, hosts, horizon, rules) == []
    before, after = where(first), where(second)
    assert {name: after[name] for name in before} == before
    assert second.objective.served > first.objective.served


# --- who is refused, and when it would be possible --------------------------------------------


def test_each_reason_of_a_refusal_is_named():
    hosts = [host(size_max=30, weekdays=(1, 3), lead_days=3, blackouts=(days(3),))]

    def reasons(**given):
        (refused,) = planned([request("r", **given)], hosts).refused
        return [broken.rule for broken in refused.broken], refused.earliest

    assert reasons(size=31) == (["size"], None)
    assert reasons(topic="health") == (["host"], None)
    assert reasons(last=days(2)) == (["lead", "weekday"], days(8))
    assert reasons(asked=days(-9), first=days(3), last=days(3)) == (["blackout"], days(8))
    assert reasons(first=days(70), last=days(71)) == (["horizon"], None)


def test_the_reason_is_that_of_the_most_wished_host_that_could_ever_receive_the_group():
    hosts = [host("a", size_max=10), host("b", weekdays=(2,))]

    (refused,) = planned([request("r", hosts=("a", "b"), last=MONDAY)], hosts).refused

    assert [broken.text for broken in refused.broken] == [
        "b receives on Wednesday; 2024-07-01 is a Monday"
    ]


def test_a_refused_request_hears_of_the_earliest_day_at_any_host_it_accepts():
    hosts = [host("a", weekdays=(4,)), host("b", weekdays=(2,))]

    (refused,) = planned([request("r", hosts=("a", "b"), last=MONDAY)], hosts).refused

    assert (refused.host, refused.earliest) == ("b", days(2))


# --- progress, and what is malformed ----------------------------------------------------------


def test_progress_goes_from_nought_to_one_and_never_back():
    told = []

    planned([request("a"), request("b")], [host()], progress=told.append)

    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


class Stopped(Exception):
    pass


@pytest.mark.parametrize("small", [0, 10**9])
@pytest.mark.parametrize("after", [0.1, 0.45, 0.5])
def test_an_exception_from_progress_ends_the_work(small, after, monkeypatch):
    monkeypatch.setattr(planning, "SMALL", small)
    requests, hosts, horizon, rules = a_large_case(1, n=60)

    def stop(done):
        if done >= after:
            raise Stopped

    with pytest.raises(Stopped):
        plan(requests, hosts, horizon=horizon, rules=rules, progress=stop)


def test_nothing_to_plan_is_a_plan():
    answer = planned([], [])

    assert answer.visits == answer.refused == answer.loads == ()
    assert answer.proven


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: host(weekdays=(1, 7)), r"host 'h': weekdays\[1\] is 7, must be 0 \(Monday\)"),
        (lambda: host(lead_days=-1), "host 'h': lead_days is -1, must be a whole number from 0"),
        (lambda: host(lead_days=1.5), "host 'h': lead_days is 1.5"),
        (lambda: host(size_min=9, size_max=8), "host 'h': size_max is 8, .* from 9"),
        (lambda: host(groups_a_day=True), "host 'h': groups_a_day is True"),
        (lambda: host(blackouts=("x",)), r"host 'h': blackouts\[0\] is 'x', must be a date"),
        (lambda: host(topics={"a": np.nan}), r"host 'h': topics\['a'\] is nan, must be a finite"),
        (lambda: host(topics={"a": None}), r"host 'h': topics\['a'\] is None, must be a finite"),
        (lambda: host(topics=["a"]), r"host 'h': topics is \['a'\], must be a mapping"),
        (lambda: host(offices=["a"]), r"host 'h': offices is \['a'\], must be a mapping"),
        (lambda: host(offices={"a": -1}), r"host 'h': offices\['a'\] is -1"),
        (lambda: host(exempt="DPR"), "host 'h': exempt is 'DPR', must be a tuple of texts"),
        (lambda: host(""), "host: id is '', must be a text"),
        (lambda: request("r", size=0), "request 'r': size is 0, must be a whole number from 1"),
        (lambda: request("r", last=days(-1)), "request 'r': last is 2024-06-30, before first"),
        (lambda: request("r", asked=None), "request 'r': asked is None, must be a date"),
        (lambda: request("r", asked=np.datetime64("NaT", "D")), "request 'r': asked is .*NaT"),
        (lambda: request("r", hosts=("a", "a")), r"request 'r': hosts\[1\] is 'a' again"),
        (lambda: request("r", offices=("",)), r"request 'r': offices\[0\] is ''"),
        (lambda: Rules(step=0), "rules: step is 0, must be a whole number from 1"),
        (lambda: Rules(visits_a_week=0), "rules: visits_a_week is 0"),
        (lambda: Rules(holidays=(20240701,)), r"rules: holidays\[0\] is 20240701"),
        (lambda: Visit(host="h", day=MONDAY, topic="t", requests=(), people=1), "0 groups for 0"),
        (
            lambda: Visit(host="h", day=MONDAY, topic="t", requests=("a",), people=0),
            "visit to 'h' on 2024-07-01: people is 0",
        ),
        (lambda: planned([request("r"), request("r")], []), r"requests\[1\] is 'r', like requests"),
        (lambda: planned([], [host(), host()]), r"hosts\[1\] is 'h', like hosts\[0\]"),
        (
            lambda: planned([request("r", hosts=("h", "x"))], [host()]),
            r"requests\[0\].hosts\[1\] is 'x', no host's id",
        ),
        (
            lambda: planned(
                [], [], held=[Visit(host="h", day=MONDAY, topic="t", requests=("a",), people=1)]
            ),
            r"held\[0\].host is 'h', no host's id",
        ),
        (lambda: planned([], [], horizon=(days(1), MONDAY)), "horizon ends on 2024-07-01, before"),
        (lambda: planned([], [], horizon=(MONDAY, "x")), r"horizon\[1\] is 'x', must be a date"),
        (lambda: planned([], [], rules=Rules(workweek=())), "rules: workweek is empty"),
    ],
)
def test_what_is_malformed_is_named_with_its_place(make, said):
    with pytest.raises(ValueError, match=said):
        make()
