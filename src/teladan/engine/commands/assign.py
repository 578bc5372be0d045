"""``assign``: who reads what, from files; and whether what somebody decided holds."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment import Assignment, assign
from teladan.engine.checking import check
from teladan.engine.commands.bar import Bar
from teladan.engine.commands.matrices import Affinity, affinity_of
from teladan.engine.commands.options import (
    amounts,
    cluster_of,
    common,
    dice,
    dice_of,
    files_of,
    number,
    spread,
)
from teladan.engine.commands.tables import Files
from teladan.engine.commands.trouble import BadInput, named
from teladan.engine.commands.writing import Columns, Outputs, digest_of, digest_of_file
from teladan.engine.errors import Infeasible

__all__ = ["add", "run"]

Ints = NDArray[np.int64]

COLUMNS = ("entry", "reader", "affinity", "demand", "max_load", "min_load")
HELP = """
AFFINITY is one of
  a table with the columns entry, reader, affinity (.csv, .tsv, .jsonl, .parquet)
  a CSV with --matrix: a header of readers, then a line for each entry
  an .npy of shape (entries, readers), or an .npz with `affinity`, or with the
  factors `left` and `right`; `entries` and `readers` in it are ids

DEMAND, MAX and MIN are a number for all, or a table: entry, demand; reader,
max_load; reader, min_load. Ids are any text and come back as they are. In a
table of pairs the order of the rows decides nothing.

example:
  assign bids.csv --demand 3 --max-load 11 --conflicts conflicts.csv --out pairs.csv
  assign bids.csv --demand 3 --max-load 11 --conflicts conflicts.csv --check pairs.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    parser.add_argument("affinity", metavar="AFFINITY", type=Path, help="how readers suit entries")
    parser.add_argument("--demand", required=True, help="readings of each entry")
    parser.add_argument("--max-load", required=True, metavar="MAX", help="most entries of a reader")
    parser.add_argument("--min-load", default="0", metavar="MIN", help="least of a reader (0)")
    parser.add_argument("--conflicts", type=Path, help="table of pairs that must not be")
    parser.add_argument("--keep", type=Path, help="table of pairs to hold, for repairing")
    parser.add_argument(
        "--objective",
        choices=("fair", "total", "leximin", "perturbed"),
        default="fair",
        help="fair: the highest total of the entry served worst; total: the greatest sum; "
        "leximin: fair, and so on for the next-worst; perturbed: drawn as evenly as the "
        "quality allows (fair)",
    )
    parser.add_argument(
        "--quality", type=number, default=0.95, help="perturbed: share of the greatest total (.95)"
    )
    parser.add_argument(
        "--cap", type=number, default=1.0, help="highest probability of any pair, for a draw (1)"
    )
    parser.add_argument(
        "--matrix", action="store_true", help="AFFINITY is a CSV with readers on top"
    )
    parser.add_argument("--entries", type=Path, help="table of the ids of an NPY's rows")
    parser.add_argument("--readers", type=Path, help="table of the ids of an NPY's columns")
    parser.add_argument(
        "--absent",
        type=number,
        default=0.0,
        metavar="NUMBER",
        help="affinity of pairs that the table leaves out (0)",
    )
    parser.add_argument(
        "--bar-absent", action="store_true", help="pairs that the table leaves out must not be"
    )
    parser.add_argument("--out", type=Path, help="file to write (the standard output)")
    parser.add_argument(
        "--check", type=Path, metavar="PAIRS", help="list the faults of these pairs"
    )
    parser.add_argument(
        "--claims",
        type=Path,
        metavar="SUMMARY",
        help="with --check: verify this --json summary too",
    )
    dice(parser)
    spread(parser)
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Assign, or check."""
    files = files_of(options, COLUMNS)
    if options.claims and not options.check:
        raise BadInput("--claims is verified with --check")
    with Outputs(force=options.force) as outputs:
        if not options.check:
            outputs.plan(options.out)
        affinity = affinity_of(
            files,
            options.affinity,
            matrix=options.matrix,
            entries=options.entries,
            readers=options.readers,
            absent=options.absent,
        )
        names = {"entry": affinity.entries, "reader": affinity.readers}
        limits = _limits(files, options, affinity)
        if options.check:
            return _check(files, options, affinity, limits)
        try:
            with cluster_of(options) as cluster, Bar("assign", options.progress) as bar:
                found = assign(
                    affinity.values,
                    **limits,
                    objective=options.objective,
                    cap=options.cap,
                    quality=options.quality,
                    rng=dice_of(options),
                    cluster=cluster,
                    progress=bar,
                )
        except Infeasible as no:
            raise Infeasible(named(no.reason, names) + _witness(no, names), no.witness) from None
        columns = _columns(found, affinity)
        if options.out or not options.json:
            outputs.write(options.out, columns)
        outputs.keep()
    summary = _summary(found, affinity, columns, options)
    if options.json:
        print(json.dumps(summary, ensure_ascii=False, allow_nan=False))
    else:
        sys.stderr.write(
            f"{len(found.pairs)} pairs, total {found.total:g} (at most {found.total_bound:g}), "
            f"lowest entry {found.floor:g} (at most {found.floor_bound:g})\n"
        )
    return 0


def _limits(files: Files, options: argparse.Namespace, affinity: Affinity) -> dict[str, Any]:
    places = affinity.places
    loads = {
        name: amounts(
            files,
            getattr(options, name),
            option="--" + name.replace("_", "-"),
            who=who,
            name=name,
            known=places[who],
            otherwise=0 if name == "min_load" else None,
        )
        for who, name in (("entry", "demand"), ("reader", "max_load"), ("reader", "min_load"))
    }
    conflicts = _cells(files, options.conflicts, affinity)
    if options.bar_absent:
        conflicts = np.concatenate([conflicts, affinity.absent])
    return {**loads, "conflicts": conflicts, "keep": _cells(files, options.keep, affinity)}


def _cells(files: Files, path: Path | None, affinity: Affinity) -> Ints:
    if path is None:
        return np.empty((0, 2), dtype=np.int64)
    table = files.table(path, ["entry", "reader"], may_be_empty=True)
    return np.column_stack(
        [table.among(n, affinity.places[n], "the affinities") for n in ("entry", "reader")]
    )


def _check(
    files: Files, options: argparse.Namespace, affinity: Affinity, limits: dict[str, Any]
) -> int:
    pairs = _cells(files, options.check, affinity)
    claims = None if options.claims is None else _claims(options.claims, affinity)
    faults = [
        named(fault, {"entry": affinity.entries, "reader": affinity.readers})
        for fault in check(pairs, affinity.values, **limits, claims=claims)
    ]
    if options.json:
        print(json.dumps({"pairs": len(pairs), "faults": faults}, ensure_ascii=False))
    else:
        print("\n".join(faults) if faults else f"{options.check} holds: {len(pairs)} pairs.")
    return 1 if faults else 0


def _claims(path: Path, affinity: Affinity) -> dict[str, Any]:
    """Return what a summary claims, in the form that `check` verifies."""
    try:
        summary = json.loads(path.read_bytes())
        claims = {n: summary[n] for n in ("total", "total_bound", "floor", "floor_bound", "gap")}
        proof = summary["proof"]
        claims["floor_exact"] = proof["floor_exact"]
        for name, ids in (
            ("prices", affinity.readers),
            ("floor_prices", affinity.readers),
            ("floor_weights", affinity.entries),
        ):
            claims[name] = [proof[name][each] for each in ids]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as wrong:
        raise BadInput(f"{path} is no summary of `assign --json`: {wrong!r}") from None
    return claims


def _columns(found: Assignment, affinity: Affinity) -> Columns:
    entry, reader = found.pairs.T
    values = affinity.values
    if isinstance(values, np.ndarray):
        suits = values[entry, reader]
    else:
        left, right = np.asarray(values.left), np.asarray(values.right)
        suits = np.einsum("ij,ij->i", left[entry], right[reader])
    columns: dict[str, Any] = {
        "entry": [affinity.entries[n] for n in entry],
        "reader": [affinity.readers[n] for n in reader],
        "affinity": suits,
    }
    if found.probabilities is not None:
        columns["probability"] = np.asarray(found.probabilities[entry, reader]).ravel()
    return columns


def _summary(
    found: Assignment, affinity: Affinity, columns: Columns, options: argparse.Namespace
) -> dict[str, Any]:
    readers, entries = affinity.readers, affinity.entries
    return {
        "command": "assign",
        "pairs": len(found.pairs),
        "entries": len(entries),
        "readers": len(readers),
        "absent_pairs": len(affinity.absent),
        "objective": options.objective,
        "cap": options.cap,
        "seed": options.seed,
        "total": found.total,
        "total_bound": found.total_bound,
        "gap": found.gap,
        "floor": found.floor,
        "floor_bound": found.floor_bound,
        "entropy": found.entropy if found.probabilities is not None else None,
        "entropy_bound": found.entropy_bound if np.isfinite(found.entropy_bound) else None,
        "loads": dict(zip(readers, found.loads.tolist(), strict=True)),
        "proof": {
            "prices": dict(zip(readers, found.prices.tolist(), strict=True)),
            "floor_exact": bool(found.floor_exact),
            "floor_weights": dict(zip(entries, found.floor_weights.tolist(), strict=True)),
            "floor_prices": dict(zip(readers, found.floor_prices.tolist(), strict=True)),
        },
        "sha256": {
            "affinity": digest_of_file(options.affinity),
            "pairs": digest_of(columns),
        },
    }


def _witness(no: Infeasible, names: dict[str, list[str]]) -> str:
    """Name whom the answer fails, twenty of each at most."""
    told = []
    for kind, key in (("entry", "entries"), ("reader", "readers")):
        who = [names[kind][n] for n in no.witness.get(key, ())]
        if who:
            more = f" and {len(who) - 20} more" if len(who) > 20 else ""
            told.append(f"\n  {key}: {', '.join(map(repr, who[:20]))}{more}")
    return "".join(told)
