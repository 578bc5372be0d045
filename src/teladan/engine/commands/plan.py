"""``plan``: visits in the hosts' calendars, from files."""

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from teladan.engine.commands.bar import Bar
from teladan.engine.commands.cells import (
    as_day,
    as_days,
    as_list,
    as_weekdays,
    as_weights,
    as_yes,
)
from teladan.engine.commands.options import common, files_of, whole
from teladan.engine.commands.tables import Files, Table
from teladan.engine.commands.trouble import BadInput, at
from teladan.engine.commands.values import as_id, as_whole
from teladan.engine.commands.writing import Columns, Outputs, digest_of, digest_of_file
from teladan.engine.itinerary import Host, Plan, Request, Rules, Visit, plan

__all__ = ["add", "run"]

T = TypeVar("T")
Readers = Mapping[str, Callable[[Any], Any]]

REQUEST: Readers = {
    "id": as_id, "topic": as_id, "size": as_whole, "asked": as_day, "first": as_day,
    "last": as_day, "hosts": as_list, "equals": as_yes, "offices": as_list, "may_join": as_yes,
    "group": str, "guest": str,
}  # fmt: skip
HOST: Readers = {
    "id": as_id, "topics": as_weights, "size_max": as_whole, "weekdays": as_weekdays,
    "lead_days": as_whole, "size_min": as_whole, "groups_a_day": as_whole, "blackouts": as_days,
    "offices": lambda value: {name: as_whole(room) for name, room in as_weights(value).items()},
    "exempt": as_list, "after_holiday": as_yes,
}  # fmt: skip
VISIT: Readers = {
    "visit": as_id, "day": as_day, "host": as_id, "topic": as_id, "request": as_id,
    "people": as_whole, "group": str, "offices": as_list, "may_join": as_yes,
}  # fmt: skip
COLUMNS = tuple(dict.fromkeys([*REQUEST, *HOST, *VISIT, "holiday"]))
HELP = """
REQUESTS has the columns id, topic, size, asked, first, last, and if wanted
hosts, equals, offices, may_join, group, guest. HOSTS has id, topics, size_max,
and if wanted weekdays, lead_days, size_min, groups_a_day, blackouts, offices,
exempt, after_holiday. Days are written 2026-08-17, lists with semicolons,
merits and rooms after a colon (permits:0.8; health), weekdays by name. An empty
cell is as good as no column.

The answer has a row for each request that is served; requests with the same
number in `visit` are received together. The same table is what --held reads.

example:
  plan requests.csv hosts.csv --horizon 2026-08-01 2026-12-18 --holidays days.csv \\
      --out visits.csv --refused refused.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    parser.add_argument("requests", metavar="REQUESTS", type=Path, help="who wants to see what")
    parser.add_argument("hosts", metavar="HOSTS", type=Path, help="who receives, and when")
    parser.add_argument(
        "--horizon",
        nargs=2,
        type=_day,
        required=True,
        metavar=("FIRST", "LAST"),
        help="days to plan",
    )
    parser.add_argument("--holidays", type=Path, help="table of days (holiday)")
    parser.add_argument("--held", type=Path, help="table of visits already agreed")
    parser.add_argument("--workweek", type=_weekdays, help="working days (mon;tue;wed;thu;fri)")
    parser.add_argument("--half-days", action="store_true", help="a visit takes half a day")
    parser.add_argument("--visits-a-week", type=whole, metavar="N", help="most of one group")
    parser.add_argument("--no-joining", action="store_true", help="groups are never joined")
    parser.add_argument(
        "--step", type=whole, default=1, help="days of waiting that count as one (1)"
    )
    parser.add_argument("--out", type=Path, help="file of visits (the standard output)")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="file of requests refused")
    common(parser)


def _day(text: str) -> datetime.date:
    try:
        return as_day(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _weekdays(text: str) -> tuple[int, ...]:
    try:
        return as_weekdays(text.replace(",", ";"))
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def run(options: argparse.Namespace) -> int:
    """Plan."""
    files = files_of(options, COLUMNS)
    with Outputs(force=options.force) as outputs:
        outputs.plan(options.out)
        outputs.plan(options.refused)
        _, hosts = _each(files, options.hosts, Host, HOST, 3)
        table, requests = _each(files, options.requests, Request, REQUEST, 6)
        known = {host.id for host in hosts}
        for row, request in enumerate(requests):
            for each in request.hosts:
                if each not in known:
                    where = table.at(row, "hosts")
                    raise BadInput(f"{where}: {each!r} is not in {options.hosts}")
        with Bar("plan", options.progress) as bar:
            found = plan(
                requests,
                hosts,
                horizon=(options.horizon[0], options.horizon[1]),
                rules=_rules(files, options),
                held=_held(files, options.held),
                progress=bar,
            )
        columns = _visits(found)
        if options.out or not options.json:
            outputs.write(options.out, columns)
        if options.refused:
            outputs.write(options.refused, _refused(found))
        outputs.keep()
    if options.json:
        print(json.dumps(_summary(found, columns, options), ensure_ascii=False))
    else:
        for note in found.notes:
            sys.stderr.write(f"note: {note}\n")
        sys.stderr.write(
            f"{found.objective.served} requests have a visit (at most {found.served_bound}), "
            f"{len(found.refused)} are refused\n"
        )
    return 0


def _each(
    files: Files, path: Path, make: Callable[..., T], readers: Readers, needed: int
) -> tuple[Table, list[T]]:
    """Make a thing of every row; what it refuses is told with the row's place."""
    names = list(readers)
    table = files.table(path, names[:needed], also=names[needed:])
    table.once("id")
    rows = _given(table, readers, needed)
    return table, [_made(table, row, make, given) for row, given in enumerate(rows)]


def _given(table: Table, readers: Readers, needed: int) -> list[dict[str, Any]]:
    """Return for each row what its cells say; those after the needed ones may say nothing."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(table))]
    for place, (name, read) in enumerate(readers.items()):
        for row, value in enumerate(table.columns.get(name, ())):
            if value is None or (isinstance(value, str) and not value.strip()):
                if place < needed:
                    raise BadInput(f"{table.at(row, name)}: is empty")
                continue
            try:
                rows[row][name] = read(value)
            except ValueError as wrong:
                raise BadInput(f"{table.at(row, name)}: {wrong}") from None
    return rows


def _made(table: Table, row: int, make: Callable[..., T], given: dict[str, Any]) -> T:
    try:
        return make(**given)
    except ValueError as wrong:
        raise BadInput(f"{table.at(row)}: {wrong}") from None


def _rules(files: Files, options: argparse.Namespace) -> Rules:
    days: Sequence[datetime.date] = ()
    if options.holidays:
        table = files.table(options.holidays, ["holiday"], may_be_empty=True)
        days = table.each("holiday", as_day)
    week = {} if options.workweek is None else {"workweek": options.workweek}
    return Rules(
        holidays=tuple(days),
        half_days=options.half_days,
        visits_a_week=options.visits_a_week,
        joining=not options.no_joining,
        step=options.step,
        **week,
    )


def _held(files: Files, path: Path | None) -> list[Visit]:
    """Return visits agreed: rows with the same number in `visit` are one."""
    if path is None:
        return []
    names, needed = list(VISIT), 6
    table = files.table(path, names[:needed], also=names[needed:], may_be_empty=True)
    table.once("request")
    together: dict[str, list[int]] = {}
    given = _given(table, VISIT, needed)
    for row, cells in enumerate(given):
        together.setdefault(cells["visit"], []).append(row)
    visits = []
    for number, rows in together.items():
        first = given[rows[0]]
        for row in rows:
            for name in ("day", "host", "topic", "people"):
                if given[row].get(name) != first.get(name):
                    raise BadInput(
                        f"{table.at(row, name)}: differs from {at(path, table.lines[rows[0]])}, "
                        f"and both are visit {number}"
                    )
        shared = {n: v for n, v in first.items() if n not in ("visit", "request", "group")}
        requests = tuple(given[row]["request"] for row in rows)
        groups = tuple(given[row].get("group") or given[row]["request"] for row in rows)
        visits.append(
            _made(table, rows[0], Visit, shared | {"requests": requests, "groups": groups})
        )
    return visits


def _visits(found: Plan) -> Columns:
    rows = [
        (number, visit, request, group)
        for number, visit in enumerate(found.visits, 1)
        for request, group in zip(visit.requests, visit.groups, strict=True)
    ]
    return {
        "visit": [number for number, _, _, _ in rows],
        "day": [visit.day.isoformat() for _, visit, _, _ in rows],
        "host": [visit.host for _, visit, _, _ in rows],
        "topic": [visit.topic for _, visit, _, _ in rows],
        "request": [request for _, _, request, _ in rows],
        "group": [group for _, _, _, group in rows],
        "people": [visit.people for _, visit, _, _ in rows],
        "offices": ["; ".join(visit.offices) for _, visit, _, _ in rows],
        "may_join": ["yes" if visit.may_join else "no" for _, visit, _, _ in rows],
    }


def _refused(found: Plan) -> Columns:
    return {
        "request": [each.request for each in found.refused],
        "rules": ["; ".join(broken.rule for broken in each.broken) for each in found.refused],
        "why": ["; ".join(broken.text for broken in each.broken) for each in found.refused],
        "host": [each.host for each in found.refused],
        "earliest": [each.earliest and each.earliest.isoformat() for each in found.refused],
    }


def _summary(found: Plan, columns: Columns, options: argparse.Namespace) -> dict[str, Any]:
    refused = _refused(found)
    return {
        "command": "plan",
        "horizon": [day.isoformat() for day in options.horizon],
        "visits": len(found.visits),
        "served_bound": found.served_bound,
        "proven": found.proven,
        "objective": found.objective._asdict(),
        "loads": [load._asdict() for load in found.loads],
        "refused": [
            dict(zip(refused, row, strict=True)) for row in zip(*refused.values(), strict=True)
        ],
        "notes": list(found.notes),
        "sha256": {
            "requests": digest_of_file(options.requests),
            "hosts": digest_of_file(options.hosts),
            "visits": digest_of(columns),
        },
    }
