"""The planning problem in positions: requests by arrival, hosts by identity, days by number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from teladan.engine.itinerary.calendar import Calendar, number, unfit
from teladan.engine.itinerary.facts import Host, Request, Rules, Visit, as_date

__all__ = ["Option", "Problem", "wishes"]

Ints = NDArray[np.int64]
# Host, day, place of the host in the wishes, steps of waiting, place among the options.
Option = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """Requests by arrival and identity, hosts by identity, and every legal option.

    The options of request i are the rows ``at[i]`` to ``at[i + 1]`` of `table`, best
    first by (rank, wait, day, host); columns are host, day, rank, wait, place.
    """

    requests: tuple[Request, ...]
    hosts: tuple[Host, ...]
    rules: Rules
    held: tuple[Visit, ...]
    calendar: Calendar
    table: Ints
    at: Ints

    @classmethod
    def of(
        cls,
        requests: Sequence[Request],
        hosts: Sequence[Host],
        horizon: tuple[date, date],
        rules: Rules,
        held: Sequence[Visit],
        tick: Callable[[], None] = lambda: None,
    ) -> "Problem":
        """Read what is given, or say what is wrong and where."""
        start, end = (number(as_date(f"horizon[{i}]", day)) for i, day in enumerate(horizon))
        if end < start:
            raise ValueError(f"horizon ends on {horizon[1]}, before it starts on {horizon[0]}")
        _alone("requests", [request.id for request in requests])
        _alone("hosts", [host.id for host in hosts])
        _alone("held", [name for visit in held for name in visit.requests])
        known = {host.id for host in hosts}
        for i, request in enumerate(requests):
            for j, name in enumerate(request.hosts):
                if name not in known:
                    raise ValueError(f"requests[{i}].hosts[{j}] is {name!r}, no host's id")
        for i, visit in enumerate(held):
            if visit.host not in known:
                raise ValueError(f"held[{i}].host is {visit.host!r}, no host's id")
        by_arrival = sorted(requests, key=lambda request: (request.asked, request.id))
        by_name = sorted(hosts, key=lambda host: host.id)
        calendar = Calendar(rules, start, end)
        served = {name for visit in held for name in visit.requests}
        table, at = _options(by_arrival, by_name, calendar, rules, served, tick)
        first = sorted(held, key=lambda visit: (visit.day, visit.host, visit.requests))
        return cls(tuple(by_arrival), tuple(by_name), rules, tuple(first), calendar, table, at)

    def options(self, i: int, most: int | None = None) -> list[Option]:
        """Return the options of a request, best first."""
        stop = self.at[i + 1] if most is None else min(self.at[i] + most, self.at[i + 1])
        return [tuple(row) for row in self.table[self.at[i] : stop].tolist()]

    @property
    def week(self) -> int:
        """Most visits of a group in a week."""
        return self.rules.visits_a_week or 7 * self.day

    @property
    def day(self) -> int:
        """Most visits of a group on a day."""
        return 2 if self.rules.half_days else 1


def _alone(name: str, ids: list[str]) -> None:
    seen: dict[str, int] = {}
    for i, given in enumerate(ids):
        if given in seen:
            raise ValueError(f"{name}[{i}] is {given!r}, like {name}[{seen[given]}]")
        seen[given] = i


def wishes(request: Request, hosts: Sequence[Host], rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return (host, rank) of the hosts a request accepts; `rows` are those of its topic."""
    topic = request.topic
    if not request.hosts:
        merits = sorted({hosts[h].topics[topic] for h in rows}, reverse=True)
        return [(h, merits.index(hosts[h].topics[topic])) for h in rows]
    named = {name: rank for rank, name in enumerate(request.hosts)}
    if not request.equals:
        return [(h, named[hosts[h].id]) for h in rows if hosts[h].id in named]
    levels = {hosts[h].id: hosts[h].topics[topic] for h in rows if hosts[h].id in named}
    asked = [(levels[name], rank) for name, rank in named.items() if name in levels]
    found = []
    for h in rows:
        ranks = [rank for level, rank in asked if hosts[h].topics[topic] >= level]
        if ranks:
            found.append((h, min(ranks)))
    return found


def _options(
    requests: Sequence[Request],
    hosts: Sequence[Host],
    calendar: Calendar,
    rules: Rules,
    served: set[str],
    tick: Callable[[], None],
) -> tuple[Ints, Ints]:
    of_topic: dict[str, list[int]] = {}
    for h, host in enumerate(hosts):
        for topic in host.topics:
            of_topic.setdefault(topic, []).append(h)
    parts, sizes = [np.empty((0, 5), dtype=np.int64)], []
    for i, request in enumerate(requests):
        if i % 200 == 0:
            tick()
        rows = [] if request.id in served else of_topic.get(request.topic, [])
        mine = []
        asked, first, last = (number(x) for x in (request.asked, request.first, request.last))
        for h, rank in wishes(request, hosts, rows):
            host = hosts[h]
            if unfit(host, request.size, request.offices):
                continue
            days = calendar.receptions(host, request.guest)
            begin = max(first, calendar.after(asked, host.lead_days))
            days = days[np.searchsorted(days, begin) : np.searchsorted(days, last, side="right")]
            wait = (days - first) // rules.step
            columns = [np.full_like(days, h), days, np.full_like(days, rank), wait, wait]
            mine.append(np.column_stack(columns))
        table = np.concatenate(mine) if mine else parts[0]
        table = table[np.lexsort((table[:, 0], table[:, 1], table[:, 3], table[:, 2]))]
        table[:, 4] = np.arange(len(table))
        parts.append(table)
        sizes.append(len(table))
    return np.concatenate(parts), np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
