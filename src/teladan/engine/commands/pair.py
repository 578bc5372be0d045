"""``pair``: who learns from whom, from files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.commands.bar import Bar
from teladan.engine.commands.options import amounts, common, files_of, number
from teladan.engine.commands.tables import Files, Table, positions
from teladan.engine.commands.trouble import BadInput, named
from teladan.engine.commands.writing import Columns, Outputs, digest_of, digest_of_file
from teladan.engine.errors import Infeasible
from teladan.engine.pairing import Floors, Pairing, Reserve, pair

__all__ = ["add", "run"]

Ints = NDArray[np.int64]

COLUMNS = (
    "need", "offer", "score", "donor_score", "wanted", "capacity", "seats", "group", "least",
)  # fmt: skip
HELP = """
CANDIDATES is a table with the columns need, offer, score and, if offers judge
otherwise, donor_score. WANTED, CAPACITY and SEATS are a number for all, or a
table: need, wanted; offer, capacity; offer, seats. A need that stands only in
WANTED has no candidate, and the answer says so. Among equals the id that comes
first in the alphabet is first; the order of the rows decides nothing.

Why a need lacks helpers: no fit, barred, no capacity, reserve, floors.

example:
  pair candidates.csv --wanted 1 --capacity places.csv --out pairs.csv \\
      --reserve lagging.csv --reserve-share 0.2 --unmatched unmatched.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    parser.add_argument(
        "candidates", metavar="CANDIDATES", type=Path, help="who fits whom how well"
    )
    parser.add_argument("--wanted", required=True, help="helpers of each need")
    parser.add_argument("--capacity", required=True, help="needs each offer can help")
    parser.add_argument(
        "--mode",
        choices=("stable", "optimal", "near-stable"),
        default="stable",
        help="stable: no two would rather have each other; optimal: the greatest sum (stable)",
    )
    parser.add_argument(
        "--near", type=number, default=0.99, help="near-stable: least share of the optimum (.99)"
    )
    parser.add_argument("--keep", type=Path, help="table of pairs to hold (need, offer)")
    parser.add_argument("--barred", type=Path, help="table of pairs that must not be")
    parser.add_argument("--reserve", type=Path, help="table of needs that places are kept for")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--reserve-seats", metavar="SEATS", help="places kept at each offer")
    kept.add_argument(
        "--reserve-share", type=number, metavar="SHARE", help="or: share of each capacity, 0 to 1"
    )
    parser.add_argument("--groups", type=Path, help="table of the group of each need (need, group)")
    parser.add_argument(
        "--floors",
        metavar="LEAST",
        help="least pairs of a group: a number, or a table (group, least)",
    )
    parser.add_argument("--out", type=Path, help="file of pairs (the standard output)")
    parser.add_argument("--unmatched", type=Path, metavar="FILE", help="file of needs left without")
    parser.add_argument(
        "--blocking", type=Path, metavar="FILE", help="file of pairs that would leave"
    )
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Pair."""
    files = files_of(options, COLUMNS)
    if (options.reserve is None) != (
        options.reserve_seats is None and options.reserve_share is None
    ):
        raise BadInput("--reserve goes with --reserve-seats or --reserve-share")
    if (options.groups is None) != (options.floors is None):
        raise BadInput("--groups and --floors go together")
    with Outputs(force=options.force) as outputs:
        for path in (options.out, options.unmatched, options.blocking):
            outputs.plan(path)
        market = _Market(files, options)
        try:
            with Bar("pair", options.progress) as bar:
                found = pair(
                    **market.arguments(), mode=options.mode, near=options.near, progress=bar
                )
        except Infeasible as no:
            # The only thing that can fail here are the floors of groups.
            raise Infeasible(named(no.reason, {"group": list(market.groups)}), no.witness) from None
        columns = market.pairs(found)
        if options.out or not options.json:
            outputs.write(options.out, columns)
        for path, table in (
            (options.unmatched, market.unmatched(found)),
            (options.blocking, market.blocking(found)),
        ):
            if path:
                outputs.write(path, table)
        outputs.keep()
    if options.json:
        print(json.dumps(market.summary(found, columns), ensure_ascii=False, allow_nan=False))
    else:
        sys.stderr.write(
            f"{len(found.pairs)} pairs, {found.share:.2%} of the optimum; {len(found.unmatched)} "
            f"needs lack helpers, {len(found.blocking.pairs)} pairs would rather leave\n"
        )
    return 0


class _Market:
    """What the files say, in the engine's positions, and the way back to ids."""

    def __init__(self, files: Files, options: argparse.Namespace) -> None:
        self.files, self.options = files, options
        self.table = files.table(
            options.candidates, ["need", "offer", "score"], also=["donor_score"], may_be_empty=True
        )
        self.table.once("need", "offer")
        self.keep, self.barred = (
            None if path is None else files.table(path, ["need", "offer"], may_be_empty=True)
            for path in (options.keep, options.barred)
        )
        self.place = {
            who: positions(self._everybody(who, given))
            for who, given in (("need", options.wanted), ("offer", options.capacity))
        }
        self.needs, self.offers = list(self.place["need"]), list(self.place["offer"])
        self.groups: dict[str, int] = {}

    def _everybody(self, who: str, given: str) -> list[str]:
        """List all ids: those without any candidate stand in the file of limits, or are kept."""
        ids = list(self.table.ids(who))
        if self.keep is not None:
            ids += self.keep.ids(who)
        if Path(given).is_file():
            ids += self.files.table(Path(given), [who]).ids(who)
        return ids

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `pair`."""
        options, table = self.options, self.table
        order = np.lexsort((self._at(table, "offer"), self._at(table, "need")))
        donor = table.numbers("donor_score")[order] if table.has("donor_score") else None
        return {
            "i": self._at(table, "need")[order],
            "j": self._at(table, "offer")[order],
            "score": table.numbers("score")[order],
            "donor_score": donor,
            "wanted": self._amounts("need", "wanted", options.wanted),
            "capacity": self._amounts("offer", "capacity", options.capacity),
            "keep": self._cells(self.keep),
            "barred": self._cells(self.barred),
            "reserve": self._reserve(),
            "floors": self._floors(),
        }

    def _at(self, table: Table, who: str) -> Ints:
        return table.among(who, self.place[who], "candidates, limits or kept pairs")

    def _cells(self, table: Table | None) -> Ints | None:
        if table is None:
            return None
        return np.column_stack([self._at(table, "need"), self._at(table, "offer")])

    def _amounts(self, who: str, name: str, given: str, otherwise: int | None = None) -> Ints:
        known = self.place[who]
        found = amounts(
            self.files, given, option=f"--{name}", who=who, name=name, known=known,
            otherwise=otherwise,
        )  # fmt: skip
        return np.broadcast_to(np.asarray(found, dtype=np.int64), len(known)).copy()

    def _reserve(self) -> Reserve | None:
        if self.options.reserve is None:
            return None
        table = self.files.table(self.options.reserve, ["need"], may_be_empty=True)
        eligible = np.zeros(len(self.needs), dtype=np.bool_)
        eligible[self._at(table, "need")] = True
        if self.options.reserve_share is not None:
            return Reserve(eligible, share=self.options.reserve_share)
        seats = self._amounts("offer", "seats", self.options.reserve_seats, otherwise=0)
        return Reserve(eligible, seats=seats)

    def _floors(self) -> Floors | None:
        if self.options.groups is None:
            return None
        table = self.files.table(self.options.groups, ["need", "group"])
        table.once("need")
        place, group = self._at(table, "need"), table.ids("group")
        if len(table) < len(self.needs):
            missing = next(
                each for n, each in enumerate(self.needs) if n not in set(place.tolist())
            )
            raise BadInput(f"{table.path} has no row for need {missing!r}")
        self.groups = positions(group)
        of_need = np.empty(len(self.needs), dtype=np.int64)
        of_need[place] = [self.groups[each] for each in group]
        least = amounts(
            self.files, self.options.floors, option="--floors", who="group", name="least",
            known=self.groups, otherwise=0,
        )  # fmt: skip
        return Floors(of_need, least)

    def pairs(self, found: Pairing) -> Columns:
        """Return the pairs by id."""
        return self._named(found.pairs) | {"score": found.scores}

    def _named(self, pairs: Ints) -> dict[str, Any]:
        return {
            "need": [self.needs[n] for n in pairs[:, 0]],
            "offer": [self.offers[n] for n in pairs[:, 1]],
        }

    def unmatched(self, found: Pairing) -> Columns:
        """Return every need with fewer helpers than it wanted, and why."""
        return {
            "need": [self.needs[each.need] for each in found.unmatched],
            "missing": [each.missing for each in found.unmatched],
            "reason": [each.reason for each in found.unmatched],
            "full": [each.full for each in found.unmatched],
        }

    def blocking(self, found: Pairing) -> Columns:
        """Return the pairs that would rather have each other, and what each side would gain."""
        return self._named(found.blocking.pairs) | {
            "need_regret": found.blocking.need_regret,
            "donor_regret": found.blocking.donor_regret,
        }

    def summary(self, found: Pairing, columns: Columns) -> dict[str, Any]:
        """Return what a sceptic asks for."""
        reserve = found.reserve and {
            "gained": [self.needs[n] for n in found.reserve.gained],
            "lost": [self.needs[n] for n in found.reserve.lost],
            "pairs_in": _rows(self._named(found.reserve.pairs_in)),
            "pairs_out": _rows(self._named(found.reserve.pairs_out)),
            "taken": int(found.reserve.taken),
            "open": int(found.reserve.open),
            "total_without": found.reserve.total_without,
        }
        return {
            "command": "pair",
            "mode": self.options.mode,
            "needs": len(self.needs),
            "offers": len(self.offers),
            "pairs": len(found.pairs),
            "total": found.total,
            "optimum": found.optimum,
            "bound": found.bound,
            "share": found.share,
            "unmatched": _rows(self.unmatched(found)),
            "blocking": _rows(self.blocking(found)),
            "reserve": reserve,
            "compromises": [each._asdict() for each in found.compromises],
            "sha256": {
                "candidates": digest_of_file(self.options.candidates),
                "pairs": digest_of(columns),
            },
        }


def _rows(columns: Columns) -> list[dict[str, Any]]:
    plain = [v.tolist() if isinstance(v, np.ndarray) else v for v in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*plain, strict=True)]
