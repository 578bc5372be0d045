"""``calibrate``: what entries are worth, freed of who happened to read them, from files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.commands.bar import Bar
from teladan.engine.commands.options import common, dice, dice_of, files_of, numbers, whole
from teladan.engine.commands.tables import Files, positions
from teladan.engine.commands.trouble import BadInput
from teladan.engine.commands.writing import Columns, Outputs, digest_of, digest_of_file
from teladan.engine.ranking import Calibration, calibrate, next_reads, places

__all__ = ["add", "run"]

COLUMNS = ("entry", "reader", "points")
HELP = """
READINGS is a table with the columns entry, reader, points: one row a reading.

The answer has a row for each entry, best first: raw and adjusted points, the
standard error, the place, the places between which it stands with 95 %
(counted within its component), and its chance to be among the best K.

example:
  calibrate marks.csv --top 40,99 --out entries.csv --readers-out readers.csv
  calibrate marks.csv --next-reads 40 --budget 150 --next-out more.csv --out entries.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    parser.add_argument("readings", metavar="READINGS", type=Path, help="who gave what to whom")
    parser.add_argument(
        "--scale",
        action="store_true",
        help="also estimate how widely and noisily each reader marks",
    )
    parser.add_argument("--draws", type=whole, default=4000, help="draws behind the chances (4000)")
    parser.add_argument(
        "--top", type=numbers, default=(99, 40), metavar="K,K", help="sizes of lists (99,40)"
    )
    parser.add_argument("--out", type=Path, help="file of entries (the standard output)")
    parser.add_argument("--readers-out", type=Path, metavar="FILE", help="file of readers")
    more = parser.add_argument_group("where to read next")
    more.add_argument("--next-reads", type=whole, metavar="K", help="who is among the best K?")
    more.add_argument("--budget", type=whole, help="how many readings there are to give")
    more.add_argument("--busy", type=Path, help="table of pairs (entry, reader) that must not be")
    more.add_argument("--next-out", type=Path, metavar="FILE", help="file of the pairs to read")
    dice(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Calibrate, and say where to read next."""
    files = files_of(options, COLUMNS)
    _agree(options)
    with Outputs(force=options.force) as outputs:
        for path in (options.out, options.readers_out, options.next_out):
            outputs.plan(path)
        table = files.table(options.readings, ["entry", "reader", "points"])
        table.once("entry", "reader")
        entries, readers = positions(table.ids("entry")), positions(table.ids("reader"))
        entry, reader = table.among("entry", entries, ""), table.among("reader", readers, "")
        # Sums depend on the order of their terms in the last digits: one order for all files.
        order = np.lexsort((reader, entry))
        with Bar("calibrate", options.progress) as bar:
            found = calibrate(
                entry[order],
                reader[order],
                table.numbers("points")[order],
                scale=options.scale,
                draws=options.draws,
                top=options.top,
                rng=dice_of(options),
                progress=bar,
            )
        columns = _entries(found, list(entries))
        if options.out or not options.json:
            outputs.write(options.out, columns)
        if options.readers_out:
            outputs.write(options.readers_out, _readers(found, list(readers)))
        more = None
        if options.next_reads:
            more = _next(files, options, found, entries, readers)
            if options.next_out:
                outputs.write(options.next_out, more)
        outputs.keep()
    if options.json:
        print(json.dumps(_summary(found, options, columns, more), ensure_ascii=False))
    else:
        for note in found.notes:
            sys.stderr.write(f"note: {note}\n")
    return 0


def _agree(options: argparse.Namespace) -> None:
    asked = options.next_reads is not None
    if asked and options.budget is None:
        raise BadInput("--next-reads needs --budget")
    if asked and not (options.next_out or options.json):
        raise BadInput("--next-reads needs --next-out, or --json")
    for name in ("budget", "busy", "next_out"):
        if getattr(options, name) is not None and not asked:
            raise BadInput(f"--{name.replace('_', '-')} needs --next-reads")


def _entries(found: Calibration, ids: list[str]) -> Columns:
    """Return a row an entry: component by component, best first."""
    place = np.empty(len(ids), dtype=np.int64)
    for component in range(int(found.components.max()) + 1):
        inside = found.components == component
        place[inside] = places(found.adjusted[inside])
    order = np.lexsort((np.arange(len(ids)), place, found.components))
    columns: dict[str, Any] = {
        "place": place,
        "entry": np.array(ids, dtype=object),
        "raw": found.raw,
        "adjusted": found.adjusted,
        "se": found.se,
        "rank_low": found.rank_interval[:, 0],
        "rank_high": found.rank_interval[:, 1],
        **{f"chance_{k}": found.chance[k] for k in sorted(found.chance)},
        "readings": np.bincount(found.entry),
        "component": found.components + 1,
    }
    return {name: np.asarray(values)[order] for name, values in columns.items()}


def _readers(found: Calibration, ids: list[str]) -> Columns:
    return {
        "reader": ids,
        "severity": found.severity,
        "severity_se": found.severity_se,
        "noise": found.noise,
        "slope": found.slope,
        "readings": np.bincount(found.reader),
        "component": found.reader_components + 1,
    }


def _next(
    files: Files,
    options: argparse.Namespace,
    found: Calibration,
    entries: dict[str, int],
    readers: dict[str, int],
) -> Columns:
    busy: NDArray[np.bool_] | None = None
    if options.busy:
        table = files.table(options.busy, ["entry", "reader"], may_be_empty=True)
        busy = np.zeros((len(entries), len(readers)), dtype=np.bool_)
        where = options.readings
        busy[table.among("entry", entries, where), table.among("reader", readers, where)] = True
    pairs = next_reads(found, k=options.next_reads, budget=options.budget, busy=busy)
    names = list(entries), list(readers)
    return {
        "entry": [names[0][n] for n in pairs[:, 0]],
        "reader": [names[1][n] for n in pairs[:, 1]],
    }


def _summary(
    found: Calibration, options: argparse.Namespace, columns: Columns, more: Columns | None
) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "command": "calibrate",
        "entries": found.raw.size,
        "readers": found.severity.size,
        "readings": found.entry.size,
        "components": int(found.components.max()) + 1,
        "scale": options.scale,
        "draws": options.draws,
        "seed": options.seed,
        "level": found.level,
        "sd_entry": found.sd_entry,
        "sd_reader": found.sd_reader,
        "sd_residual": found.sd_residual,
        "p_no_severity": found.p_no_severity,
        "notes": list(found.notes),
        "sha256": {"readings": digest_of_file(options.readings), "entries": digest_of(columns)},
    }
    if more is not None:
        summary["next_reads"] = list(zip(more["entry"], more["reader"], strict=True))
    return summary
