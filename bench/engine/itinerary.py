"""A year of visits in calendars, beside first come first served and beside all plans there are.

Everything here is simulated: 514 hosts, a few of them famous, each with its weekdays, lead time,
size, black-outs and offices; requests over a year, three quarters for named hosts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from bench.engine.frame import Bench
from teladan.engine.itinerary import Host, Plan, Request, Rules, plan, planning
from teladan.engine.itinerary.board import Board, Place
from teladan.engine.itinerary.problem import Problem

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
SIZES = (625, 1_250, 2_500, 5_000, 10_000)
# Requests and hosts, for plans that are proven to be the best.
PROVEN = ((30, 4), (60, 8), (120, 15), (240, 30))
TINY = (4, 6, 8)
MODULES = ("ortools.sat.python.cp_model", "ortools.graph.python.min_cost_flow")


def measure(bench: Bench) -> None:
    for n in SIZES[:2] if bench.quick else SIZES:
        world = a_year(n, 514)
        bench.run(
            "a year at 514 hosts", n, lambda w=world: planned(w), quality=figures, modules=MODULES
        )
        bench.run(
            "a year at 514 hosts",
            n,
            lambda w=world: first_come(w),
            who="first come, first served",
            quality=dict,
            modules=MODULES,
        )
    for n, m in PROVEN[:2] if bench.quick else PROVEN:
        _proven(bench, a_year(n, m, topics=5, weeks=8), n)
    for n in TINY:
        world = a_year(n, 2, topics=1, weeks=1)
        bench.run(
            "tiny, against all plans",
            n,
            lambda w=world: planned(w),
            quality=figures,
            modules=MODULES,
        )
        bench.run(
            "tiny, against all plans",
            n,
            lambda w=world: all_plans(w),
            who="all plans there are",
            quality=dict,
        )


def plot(results: dict[str, Any], axes: Any) -> None:
    """Draw how many of all requests are left without a visit, and how many must be."""
    rows = [row for row in results["rows"] if row["what"] == "a year at 514 hosts"]
    ours = sorted((r["size"], r["quality"]) for r in rows if "served_bound" in r["quality"])
    theirs = sorted((r["size"], r["quality"]) for r in rows if "served_bound" not in r["quality"])
    for label, points, term in (
        ("first come, first served", theirs, "served"),
        ("teladan", ours, "served"),
        ("no plan leaves fewer", ours, "served_bound"),
    ):
        left = [100 * (1 - found[term] / n) for n, found in points]
        axes.plot([n for n, _ in points], left, marker="o", label=label)
    axes.set(xscale="log", xlabel="requests a year", ylabel="% without a visit")
    axes.set(title="A year at 514 hosts")
    axes.legend()


def _proven(bench: Bench, world: Any, n: int) -> None:
    """The proven best, what the quick way finds of it, and what comes first."""

    def quickly() -> Plan:
        planning.SMALL = 0
        return planned(world)

    what = "two months, crowded"
    bench.run(what, n, lambda: planned(world), who="teladan", quality=figures, modules=MODULES)
    bench.run(what, n, quickly, who="teladan, without proof", quality=figures, modules=MODULES)
    bench.run(
        what,
        n,
        lambda: first_come(world),
        who="first come, first served",
        quality=dict,
        modules=MODULES,
    )


def planned(world: Any) -> Plan:
    requests, hosts, horizon, rules = world
    return plan(requests, hosts, horizon=horizon, rules=rules)


def figures(found: Plan) -> dict[str, Any]:
    terms = found.objective._asdict()
    return {**terms, "served_bound": found.served_bound, "proven": found.proven}


def first_come(world: Any) -> dict[str, Any]:
    """Give everybody, by arrival, the best day that is left."""
    requests, hosts, horizon, rules = world
    board = Board(Problem.of(requests, hosts, horizon, rules, ()))
    for i in range(len(requests)):
        for option in board.problem.options(i):
            reception = board.room(i, *option[:2])
            if reception is not None:
                board.put(i, Place(reception, option))
                break
    return dict(board.objective()._asdict())


def all_plans(world: Any) -> dict[str, Any]:
    """Try everything."""
    requests, hosts, horizon, rules = world
    board = Board(Problem.of(requests, hosts, horizon, rules, ()))
    best = board.objective()
    seen = 0

    def walk(i: int) -> None:
        nonlocal best, seen
        if i == len(requests):
            seen += 1
            best = min(best, board.objective(), key=lambda found: found.key())
            return
        walk(i + 1)
        for option in board.problem.options(i):
            room = board.room(i, *option[:2])
            if room is None:
                continue
            places = [room]
            if room.members and len(board.at[option[:2]]) < hosts_of(board, option).groups_a_day:
                places.append(board.fresh(i, *option[:2]))
            for reception in places:
                board.put(i, Place(reception, option))
                walk(i + 1)
                board.take(i)

    walk(0)
    return {**best._asdict(), "plans": seen}


def hosts_of(board: Board, option: Any) -> Host:
    return board.problem.hosts[option[0]]


def a_year(n: int, m: int, *, topics: int = 40, weeks: int = 52, seed: int = 1) -> Any:
    rng = np.random.default_rng(seed)
    start = YEAR[0]
    end = min(start + timedelta(7 * weeks), YEAR[1])
    length = (end - start).days

    def some_days(k: int) -> tuple[date, ...]:
        return tuple(start + timedelta(int(x)) for x in rng.integers(0, length, k))

    names = [f"topic {t}" for t in range(topics)]
    hosts = [a_host(rng, h, names, some_days(length // 35)) for h in range(m)]
    teaching = {t: [h for h, host in enumerate(hosts) if t in host.topics] for t in names}
    fame = rng.zipf(1.6, m).astype(float)
    requests = []
    for r in range(n):
        topic = str(rng.choice([t for t in names if teaching[t]]))
        among = teaching[topic]
        asked = start + timedelta(int(rng.integers(0, max(length - 30, 1))))
        first = asked + timedelta(int(rng.integers(3, 30 if weeks > 4 else 5)))
        chance = fame[among] / fame[among].sum()
        named = rng.choice(among, min(len(among), int(rng.integers(1, 4))), replace=False, p=chance)
        hosts_named = tuple(hosts[h].id for h in named) if rng.random() < 0.75 else ()
        requests.append(
            Request(
                id=f"r{r:05d}",
                topic=topic,
                size=int(rng.integers(8, 45)),
                asked=asked,
                first=first,
                last=first + timedelta(int(rng.choice([2, 4, 6, 11, 25]) if weeks > 4 else 3)),
                hosts=hosts_named,
                equals=bool(rng.random() < 0.4),
                offices=tuple(f"office {k}" for k in range(4) if rng.random() < 0.35),
                may_join=bool(rng.random() < 0.6),
                group=f"group {r // 2}" if rng.random() < 0.3 else "",
            )
        )
    return requests, hosts, (start, end), Rules(holidays=some_days(length // 22), visits_a_week=2)


def a_host(rng: Any, h: int, topics: list[str], blackouts: tuple[date, ...]) -> Host:
    weekdays = ((1, 3), (0, 1, 2, 3, 4), (1, 2, 3), (2, 4))[int(rng.integers(4))]
    taught = rng.choice(len(topics), min(len(topics), int(rng.integers(1, 6))), replace=False)
    return Host(
        id=f"host {h:03d}",
        topics={topics[t]: int(rng.integers(1, 4)) for t in taught},
        size_max=int(rng.choice([40, 60, 80, 100])),
        weekdays=weekdays,
        lead_days=int(rng.choice([0, 3, 5, 7, 10])),
        groups_a_day=int(rng.choice([1, 1, 2])),
        blackouts=blackouts,
        offices=None if rng.random() < 0.5 else {f"office {k}": 1 + k // 3 for k in range(4)},
    )
