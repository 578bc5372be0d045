"""Options that several commands have, and what they stand for."""

import argparse
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from teladan.engine.cluster import Cluster, Dask, Local, Processes
from teladan.engine.commands.tables import Files
from teladan.engine.commands.trouble import BadInput
from teladan.engine.commands.values import as_number, as_whole

__all__ = [
    "Parsers",
    "amounts",
    "cluster_of",
    "common",
    "dice",
    "dice_of",
    "files_of",
    "number",
    "numbers",
    "spread",
    "whole",
]

Parsers = "argparse._SubParsersAction[argparse.ArgumentParser]"

DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


def whole(text: str) -> int:
    """Read an option that is a whole number and not negative."""
    try:
        return as_whole(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def number(text: str) -> float:
    """Read an option that is a finite number."""
    try:
        return as_number(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def numbers(text: str) -> tuple[int, ...]:
    """Read an option that is a list of whole numbers from 1, parted by commas."""
    found = tuple(whole(each) for each in text.split(","))
    if 0 in found:
        raise argparse.ArgumentTypeError("numbers begin with 1")
    return found


def common(parser: argparse.ArgumentParser) -> None:
    """Add what every command has: how files are read, where answers go, the bar."""
    reading = parser.add_argument_group("files")
    reading.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=HEADING",
        help="what a column is called in the files, such as reader=Juri; may be repeated",
    )
    reading.add_argument(
        "--delimiter", default=",", help="what parts the columns of a CSV: ',' or ';' or tab"
    )
    reading.add_argument("--encoding", default="utf-8-sig", help="of text files (UTF-8)")
    reading.add_argument("--force", action="store_true", help="replace files that are there")
    talk = parser.add_argument_group("what is shown")
    talk.add_argument("--json", action="store_true", help="print a summary as JSON")
    talk.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        help="a bar on the error stream; by default only at a terminal",
    )


def dice(parser: argparse.ArgumentParser) -> None:
    """Add the option for whatever chance decides."""
    parser.add_argument(
        "--seed", type=whole, default=0, help="of the dice: the same seed, the same answer (0)"
    )


def spread(parser: argparse.ArgumentParser) -> None:
    """Add the options for more than one process."""
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--workers", type=whole, default=1, help="processes of this machine (1)")
    many.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, as tcp://host:8786")


def dice_of(options: argparse.Namespace) -> np.random.Generator:
    """Return the dice."""
    return np.random.default_rng(options.seed)


def files_of(options: argparse.Namespace, known: tuple[str, ...]) -> Files:
    """Return how files are to be read; `known` are the columns the command has a name for."""
    delimiter = DELIMITERS.get(options.delimiter.lower(), options.delimiter)
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise BadInput(f"--delimiter is {options.delimiter!r}, must be one character")
    try:
        "".encode(options.encoding)
    except LookupError:
        raise BadInput(f"--encoding is {options.encoding!r}, which nobody knows") from None
    headings: dict[str, str] = {}
    for each in options.column:
        name, equals, heading = each.partition("=")
        if not equals or not heading:
            raise BadInput(f"--column is {each!r}, must be NAME=HEADING")
        if name not in known:
            raise BadInput(f"--column names {name!r}; there are {', '.join(known)}")
        headings[name] = heading
    plain = options.encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    encoding = "utf-8-sig" if plain else options.encoding
    return Files(delimiter=delimiter, encoding=encoding, headings=headings)


@contextlib.contextmanager
def cluster_of(options: argparse.Namespace) -> Iterator[Cluster]:
    """Provide what `--workers` or `--dask` asks for."""
    if options.workers < 1:
        raise BadInput("--workers is 0, must be at least 1")
    chosen: Cluster
    try:
        if options.dask:
            chosen = Dask(options.dask)
        else:
            chosen = Processes(options.workers) if options.workers > 1 else Local()
    except (OSError, ValueError) as wrong:
        raise BadInput(f"--dask {options.dask}: {wrong}") from None
    with chosen:
        yield chosen


def amounts(
    files: Files,
    given: str,
    *,
    option: str,
    who: str,
    name: str,
    known: Mapping[str, int],
    otherwise: int | None = None,
) -> int | NDArray[np.int64]:
    """Return the number an option gives for all, or the numbers of a file, in order of position.

    Who is missing in the file gets `otherwise`; without that, everybody must be there.
    """
    with contextlib.suppress(ValueError):
        return as_whole(given)
    path = Path(given)
    if not path.exists():
        raise BadInput(f"{option} is {given!r}: neither a whole number from 0 nor a file")
    table = files.table(path, [who, name])
    table.once(who)
    place = table.among(who, known, "the other files")
    values = table.whole(name)
    if otherwise is None and len(table) < len(known):
        there = set(place.tolist())
        missing = next(each for each, n in known.items() if n not in there)
        raise BadInput(f"{path} has no row for {who} {missing!r}")
    answer = np.full(len(known), otherwise or 0, dtype=np.int64)
    answer[place] = values
    return answer
