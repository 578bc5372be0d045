"""What is wrong with a file or an option, said so that it can be mended."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["BadInput", "at", "named"]


class BadInput(Exception):
    """A file or an option can't be used; the message says which, where and why."""


def at(path: Path, line: int | None = None, column: str | None = None) -> str:
    """Return a place as people and editors write it: ``marks.csv:7, column points``."""
    place = str(path) if line is None else f"{path}:{line}"
    return place if column is None else f"{place}, column {column}"


def named(text: str, names: Mapping[str, Sequence[str]]) -> str:
    """Say the ids where the engine, which knows no ids, said positions.

    Examples
    --------
    >>> named("entry 1 needs 2, pair (0, 1) stands twice", {"entry": "ab", "reader": "xy"})
    "entry 'b' needs 2, pair ('a', 'y') stands twice"
    >>> named("groups 0, 1 need more", {"group": ["north", "south"]})
    "groups 'north', 'south' need more"
    """

    def one(kind: str, place: str) -> str:
        ids = names[kind]
        return repr(ids[int(place)]) if int(place) < len(ids) else place

    def several(found: re.Match[str]) -> str:
        kind, plural, places = found.groups()
        return f"{kind}{plural} {', '.join(one(kind, each) for each in places.split(', '))}"

    text = re.sub(rf"\b({'|'.join(names)})(s?) (\d+(?:, \d+)*)\b", several, text)
    if len(names) == 2:
        first, second = names
        text = re.sub(
            r"\((\d+), (\d+)\)", lambda m: f"({one(first, m[1])}, {one(second, m[2])})", text
        )
    return text
