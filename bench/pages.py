"""What each page costs, asked in-process by one client an office.

python -m bench.pages OUT.json            measure every page of a seeded database
python -m bench.pages --profile NAME      print where one page's time goes
"""

from __future__ import annotations

import cProfile
import itertools
import json
import logging
import pstats
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bench import goals, ready
from bench.goals import Goal
from bench.seed import CATEGORIES, LEVELS

WORDS = ("posyandu", "perahu", "sampah", "obat", "petani", "sekolah", "banjir", "gizi", "pasar")
EXPORTS_UP_TO = 3000


@dataclass(frozen=True)
class Page:
    """One thing to ask for, and what runs before each asking, untimed."""

    name: str
    goal: Goal
    ask: Callable[[], Any]
    before: Callable[[], Any] = lambda: None
    good: int = 200
    requests: int = 15
    warm: int = 3


class Visitors:
    """A client for each office, signed in without a password, and one for strangers."""

    def __init__(self, people: dict[str, int]) -> None:
        self.people = people
        self.known: dict[object, Any] = {}

    def __getitem__(self, who: object) -> Any:
        from django.test import Client

        from teladan.house.models import Person

        if who not in self.known:
            client = Client(SERVER_NAME="localhost", raise_request_exception=False)
            if who is not None:
                key = self.people[who] if isinstance(who, str) else who
                client.force_login(Person.objects.get(pk=key))
            self.known[who] = client
        return self.known[who]


def where(name: str, *args: object, query: str = "") -> str:
    """Return the address of a route."""
    from django.urls import reverse

    return reverse(name, args=args) + (f"?{query}" if query else "")


def pages(sown: dict[str, Any], visitors: Visitors) -> Iterator[Page]:
    """Every page that is measured; what changes data comes last."""
    yield from public_pages(sown, visitors)
    yield from office_pages(sown, visitors)
    yield from desks(visitors)
    yield from posts(sown, visitors)


def public_pages(sown: dict[str, Any], visitors: Visitors) -> Iterator[Page]:
    """What strangers read: made anew each time, then as it is remembered, then unchanged."""

    from teladan.house import web

    stranger, forget = visitors[None], web._kept_pages.clear
    detail, library = where("innovation", sown["innovation"]), where("library")

    def new(name: str, goal: Goal, address: str) -> Page:
        return Page(name, goal, lambda: stranger.get(address), forget)

    yield Page("healthz (floor)", Goal(growth=None), lambda: stranger.get(where("healthz")))
    yield new("detail", goals.DETAIL, detail)
    yield new(
        "detail, not entered here", goals.DETAIL, where("innovation", sown["plain_innovation"])
    )
    stranger.get(detail)
    yield Page("detail, kept in memory", goals.UNCHANGED, lambda: stranger.get(detail))
    etag = stranger.get(detail).headers.get("ETag", "")
    unchanged = {"If-None-Match": etag}
    ask = partial(stranger.get, detail, headers=unchanged)
    yield Page("detail, 304", goals.UNCHANGED, ask, good=304)
    yield new("home", goals.ANY, where("home"))
    yield new("library", goals.LIBRARY, library)
    # Other words and other choices each time, so that nothing is answered from a memo.
    words = itertools.cycle(where("library", query=f"q={word}") for word in WORDS)
    yield Page("library, search", goals.LIBRARY, lambda: stranger.get(next(words)), forget)
    # Choices that fill a page at every size.
    choices = [*(f"level={each}" for each in LEVELS), *(f"category={each}" for each in CATEGORIES)]
    narrow = itertools.cycle(
        where("library", query=f"{choice}{order}")
        for order in ("", "&sort=newest")
        for choice in choices
    )
    yield Page("library, filter", goals.LIBRARY, lambda: stranger.get(next(narrow)), forget)
    yield new("region", goals.ANY, where("region", "11.01"))
    yield new("edition, in round 1", goals.ANY, where("edition", "bench-now"))
    yield new("edition, proclaimed", goals.ANY, where("edition", "bench-before"))
    yield new("results", goals.ANY, where("results", "bench-before"))
    yield new("fund", goals.ANY, where("fund", "bench-before"))
    yield new("ledger of visits", goals.LISTING, where("visits"))
    yield new("ledger of visits, search", goals.LISTING, where("visits", query="q=0001"))
    yield new("visit", goals.ANY, where("visit", sown["spread"]["visit"]))
    yield new("hosts", goals.LISTING, where("hosts"))
    yield new("training", goals.ANY, where("training"))
    yield new("forums", goals.ANY, where("forums"))
    yield new("host, calendar", goals.LISTING, where("host", sown["spread"]["host"]))
    yield new("matching", goals.LISTING, where("matching"))
    yield new("coverage", goals.LISTING, where("coverage"))


def office_pages(sown: dict[str, Any], visitors: Visitors) -> Iterator[Page]:
    """What the secretariat, a reader, a unit and a local admin work on."""
    current, past = sown["rounds"]["bench-now"], sown["rounds"]["bench-before"]
    entry, draft = where("entry", sown["entry"]), where("entry", sown["draft"])

    def seen(name: str, goal: Goal, office: object, address: str) -> Page:
        client = visitors[office]
        return Page(name, goal, lambda: client.get(address))

    clerk = "secretariat"
    yield seen("ranking, before the seal", goals.RANKING, clerk, where("ranking", current[0]))
    yield seen("ranking, sealed", goals.RANKING, clerk, where("ranking", past[0]))
    yield seen("entries", goals.LISTING, clerk, where("entries", "bench-now"))
    common = where("entries", "bench-now", query="q=kabupaten")
    yield seen("entries, search, 50 found", goals.LISTING, clerk, common)
    rare = where("entries", "bench-now", query="q=00015")
    yield seen("entries, search, 1 found", goals.LISTING, clerk, rare)
    yield seen("edition office (statistics)", goals.STATISTICS, clerk, where("office", "bench-now"))
    yield seen("round (assignment overview)", goals.OVERVIEW, clerk, where("round", current[0]))
    yield seen("readers", goals.OVERVIEW, clerk, where("readers", "bench-now"))
    yield seen("entry, secretariat", goals.ANY, clerk, entry)
    yield seen("entry, auditor", goals.ANY, "auditor", entry)
    yield seen("pairings", goals.ANY, "matchmaker", where("pairings"))
    pairing = where("pairing", sown["spread"]["pairing"])
    yield seen("pairing", goals.OVERVIEW, "matchmaker", pairing)
    yield seen("cohort", goals.ANY, "trainer", where("cohort", sown["cohort"]))
    participant = where("participant", sown["participant"])
    yield seen("participant", goals.ANY, "trainer", participant)
    yield seen("asking a host", goals.ANY, "agency", where("visit-ask", sown["spread"]["host"]))
    yield seen("draft, unit", goals.ANY, "unit", draft)
    yield seen("draft, local admin", goals.ANY, "local-admin", draft)
    yield seen("board", goals.ANY, "local-admin", where("board"))
    yield seen("ledger", goals.ANY, "auditor", where("ledger"))
    yield seen("outbox", goals.ANY, clerk, where("outbox"))
    if sown["waiting"]:
        first = sown["waiting"][0]
        yield seen("my reading", goals.LISTING, first["person"], where("ballots"))
        yield seen("ballot", goals.BALLOT, first["person"], where("ballot", first["seat"]))


def desks(visitors: Visitors) -> Iterator[Page]:
    for office in visitors.people:
        client = visitors[office]
        yield Page(f"desk, {office}", goals.ANY, lambda client=client: client.get(where("desk")))


def posts(sown: dict[str, Any], visitors: Visitors) -> Iterator[Page]:
    """Marks given: each time on a seat that nobody has used, filled in as its page asks."""
    if not sown["waiting"]:
        return
    fresh = itertools.cycle(sown["waiting"][1:20])
    ready: dict[str, Any] = {}

    def prepare() -> None:
        from bench.forms import ballot_in

        seat = next(fresh)
        address, client = where("ballot", seat["seat"]), visitors[seat["person"]]
        ready.update(client=client, address=address, typed={})
        page = client.get(address)
        if page.status_code == 200:
            ready["typed"] = ballot_in(page.content.decode()).filled("72", "Alasan simulasi.")

    def give() -> Any:
        return ready["client"].post(ready["address"], ready["typed"])

    yield Page("giving a ballot", goals.POST, give, prepare, good=302, requests=12, warm=2)


def exports(sown: dict[str, Any], visitors: Visitors) -> Iterator[Page]:
    """Whole lists as files."""

    def taken(name: str, goal: Goal, office: str | None, address: str) -> Page:
        client = visitors[office]
        return Page(name, goal, lambda: client.get(address))

    marks = where("marks-csv", sown["rounds"]["bench-now"][0])
    entries = where("entries-csv", "bench-now")
    yield taken("entries.csv", goals.EXPORT_ENTRIES, "secretariat", entries)
    yield taken("marks.csv", goals.EXPORT_MARKS, "secretariat", marks)
    yield taken("library export.csv", goals.EXPORT_OTHER, None, where("library-csv"))


def measured(sown: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything once; rows by page name.

    Beside each page the page "about", which is the same at every size, is measured as well: what
    it costs tells how fast the machine was just then, and growth is counted against it.
    """
    from bench.measure import DatabaseClock, cost_of, download, spent_on
    from teladan.house import web

    visitors, clock = Visitors(sown["people"]), DatabaseClock()
    found: dict[str, Any] = {"pages": {}, "exports": {}}
    steady = partial(visitors[None].get, where("about"))
    for page in pages(sown, visitors):
        beside = spent_on(steady, web._kept_pages.clear)
        cost = cost_of(
            page.ask,
            clock,
            before=page.before,
            good=page.good,
            requests=page.requests,
            warm=page.warm,
        )
        beside += spent_on(steady, web._kept_pages.clear)
        row = cost.as_row() | {"beside_ms": round(statistics.median(beside) * 1000, 2)}
        found["pages"][page.name] = {"goal": asdict(page.goal), **row}
        say(
            f"{page.name:30} {row['status']} {row['cpu_ms']:9.2f} ms {row['queries']:4} queries "
            f"{row['bytes']:9,} bytes  {cost.why}"
        )
    for page in exports(sown, visitors) if sown["entries"] <= EXPORTS_UP_TO else ():
        row = download(page.ask, clock)
        found["exports"][page.name] = {"goal": asdict(page.goal), **row}
        say(f"{page.name:30} {row['status']} {row['seconds']:9.2f} s {row['bytes']:12,} bytes")
    return found


def profile(sown: dict[str, Any], name: str) -> None:
    """Print the queries of one page and the functions that it spends its time in."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    visitors = Visitors(sown["people"])
    everything = itertools.chain(pages(sown, visitors), exports(sown, visitors))
    page = next(each for each in everything if each.name.startswith(name))

    def ask() -> Any:
        response = page.ask()
        if response.streaming:
            for _ in response.streaming_content:
                pass
        return response

    for _ in range(page.warm):
        page.before()
        ask()
    page.before()
    with CaptureQueriesContext(connection) as seen:
        response = ask()
    for query in seen.captured_queries:
        print(f"{float(query['time']) * 1000:7.1f} ms  {query['sql'][:400]}")
    watch = cProfile.Profile()
    for _ in range(page.requests):
        page.before()
        watch.enable()
        ask()
        watch.disable()
    print(f"{page.name}: {response.status_code}, {page.requests} requests")
    pstats.Stats(watch).sort_stats("tottime").print_stats(25)
    pstats.Stats(watch).sort_stats("cumulative").print_stats(45)


def main(arguments: Sequence[str]) -> None:
    ready()
    logging.disable(logging.CRITICAL)  # a page that breaks is a row of its own
    from django.conf import settings

    sown = json.loads((settings.DATA / "sown.json").read_text(encoding="utf-8"))
    if arguments[0] == "--profile":
        profile(sown, arguments[1])
        return
    found = measured(sown, lambda line: print(f"    {line}", flush=True))
    with open(arguments[0], "w", encoding="utf-8") as out:
        json.dump(found, out)


if __name__ == "__main__":
    main(sys.argv[1:])
