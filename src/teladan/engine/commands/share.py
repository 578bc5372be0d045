"""``share``: a pot divided to the last rupiah, from files."""

import argparse
import json
import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.allocation import concentration, share
from teladan.engine.commands.options import amounts, common, files_of, whole
from teladan.engine.commands.tables import Table
from teladan.engine.commands.trouble import BadInput
from teladan.engine.commands.values import short
from teladan.engine.commands.writing import Outputs, digest_of, digest_of_file

__all__ = ["add", "run"]

COLUMNS = ("recipient", "weight", "floor", "cap")
HELP = """
WEIGHTS is a table with the columns recipient, weight. Where a unit is left over
and two have an equal claim, the row that stands first gets it: sort best first.
FLOOR and CAP are a number for all, or a table: recipient, floor; recipient, cap.
That may be WEIGHTS itself. Who has no row in it has no floor, or no cap.

example:
  share weights.csv --pot 50000000000 --floor 250000000 --cap caps.csv --out amounts.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    parser.add_argument("weights", metavar="WEIGHTS", type=Path, help="who counts how much")
    parser.add_argument("--pot", type=whole, required=True, help="amount to divide, a whole number")
    parser.add_argument("--floor", default="0", help="least amount of a recipient (0)")
    parser.add_argument("--cap", help="greatest amount of a recipient (none)")
    parser.add_argument("--out", type=Path, help="file to write (the standard output)")
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Divide."""
    files = files_of(options, COLUMNS)
    with Outputs(force=options.force) as outputs:
        outputs.plan(options.out)
        table = files.table(options.weights, ["recipient", "weight"])
        table.once("recipient")
        ids = table.ids("recipient")
        known = {each: n for n, each in enumerate(ids)}
        low, high = (
            amounts(
                files,
                given,
                option=f"--{name}",
                who="recipient",
                name=name,
                known=known,
                otherwise=otherwise,
            )
            for name, given, otherwise in (
                ("floor", options.floor, 0),
                ("cap", str(options.pot) if options.cap is None else options.cap, options.pot),
            )
        )
        _agree(table, low, high)
        found = share(options.pot, _weights(table), floor=low, cap=high)
        columns = {"recipient": ids, "amount": found}
        if options.out or not options.json:
            outputs.write(options.out, columns)
        outputs.keep()
    spread = concentration(found) if found.any() else None
    if options.json:
        summary: dict[str, Any] = {
            "command": "share",
            "pot": options.pot,
            "recipients": len(ids),
            "least": int(found.min()),
            "greatest": int(found.max()),
            "at_floor": int((found == low).sum()),
            "at_cap": 0 if options.cap is None else int((found == high).sum()),
            "gini": spread and spread.gini,
            "top_10_share": spread and spread.top_share,
            "sha256": {"weights": digest_of_file(options.weights), "amounts": digest_of(columns)},
        }
        print(json.dumps(summary, ensure_ascii=False))
    else:
        sys.stderr.write(
            f"{int(found.sum())} divided among {len(ids)}: {found.min()} to {found.max()}\n"
        )
    return 0


def _weights(table: Table) -> NDArray[Any]:
    """Return weights as they were written: 0.1 is a tenth, not the nearest binary fraction."""
    numbers = table.numbers("weight")
    wrong = np.flatnonzero(numbers < 0)
    if wrong.size:
        raise BadInput(f"{table.at(int(wrong[0]), 'weight')}: {numbers[wrong[0]]} is negative")
    exact = [Fraction(str(each).strip()) for each in table.columns["weight"]]
    scale = math.lcm(*(each.denominator for each in exact))
    scaled = [each * scale for each in exact]
    if all(each.denominator == 1 for each in scaled) and max(scaled, default=0) < 2**53:
        return np.array([int(each) for each in scaled], dtype=np.int64)
    return numbers


def _agree(table: Table, low: int | NDArray[np.int64], high: int | NDArray[np.int64]) -> None:
    """Name the recipient whose floor is above the cap."""
    least, most = (np.broadcast_to(np.asarray(each), len(table)) for each in (low, high))
    for row in np.flatnonzero(least > most)[:1].tolist():
        who = short(table.columns["recipient"][row])
        raise BadInput(f"the floor of {who} is {least[row]}, above the cap {most[row]}")
