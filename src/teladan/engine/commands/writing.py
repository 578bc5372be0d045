"""Writing results: whole or not at all."""

import csv
import hashlib
import io
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from teladan.engine.commands.extras import polars
from teladan.engine.commands.trouble import BadInput

__all__ = ["Columns", "Outputs", "digest_of", "digest_of_file"]

# Names of columns and their values: lists or arrays, all of one length.
Columns = Mapping[str, Any]
SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".npy")


class Outputs:
    """Files that appear together at the end, or not at all.

    Each is written beside its place under another name, which is tried before the work begins:
    a full or forbidden folder is told at once.

    Parameters
    ----------
    force : bool
        Whether a file that is there already may be replaced.
    """

    def __init__(self, *, force: bool) -> None:
        self.force = force
        self._places: dict[Path, Path] = {}

    def plan(self, path: Path | None, suffixes: Sequence[str] = SUFFIXES) -> None:
        """Refuse a path that can't be written, before anything is computed."""
        if path is None:
            return
        if path.suffix.lower() not in suffixes:
            raise BadInput(f"{path} must end in {', '.join(suffixes)}")
        if path.suffix.lower() == ".parquet":
            polars(f"{path} is Parquet")
        place = Path(os.path.realpath(path))
        if place in self._places:
            raise BadInput(f"{path} is named twice as a file to write")
        self._refuse_what_is_there(path, place)
        beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
        try:
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as wrong:
            raise BadInput(f"{path} cannot be written: {wrong.strerror}") from None
        self._places[place] = beside

    def _refuse_what_is_there(self, path: Path, place: Path) -> None:
        if place.exists() and not place.is_file():
            raise BadInput(f"{path} is no file that could be replaced")
        if place.exists() and not self.force:
            raise BadInput(f"{path} is there already: --force replaces it")

    def write(self, path: Path | None, columns: Columns) -> None:
        """Write a table to its file, or to the standard output if there is none."""
        if path is None:
            sys.stdout.write(_csv(columns, ","))
            sys.stdout.flush()
            return
        content = _packed(path.suffix.lower(), columns)
        try:
            with self._places[Path(os.path.realpath(path))].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as wrong:
            raise BadInput(f"{path} cannot be written: {wrong.strerror}") from None

    def keep(self) -> None:
        """Give the files their names: what was computed is complete."""
        for place in self._places:
            self._refuse_what_is_there(place, place)
        for place in list(self._places):
            self._places[place].replace(place)
            del self._places[place]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for beside in self._places.values():
            beside.unlink(missing_ok=True)


def digest_of(columns: Columns) -> str:
    """Return the SHA-256 of a table as CSV, whatever kind of file it went to."""
    return hashlib.sha256(_csv(columns, ",").encode()).hexdigest()


def digest_of_file(path: Path) -> str | None:
    """Return the SHA-256 of a file as it stands; None of a pipe, which can't be read again."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(values: Any) -> list[Any]:
    """Return Python's own numbers, which are written alike by every version; nan is None."""
    plain = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if value != value else value for value in plain]


def _csv(columns: Columns, delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*map(_plain, columns.values()), strict=True))
    return text.getvalue()


def _packed(suffix: str, columns: Columns) -> bytes:
    if suffix in (".csv", ".tsv"):
        return _csv(columns, "\t" if suffix == ".tsv" else ",").encode()
    if suffix in (".jsonl", ".ndjson"):
        rows = zip(*map(_plain, columns.values()), strict=True)
        lines = [
            json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in rows
        ]
        return "".join(f"{line}\n" for line in lines).encode()
    out = io.BytesIO()
    if suffix == ".npy":
        # A record array: ids stay text, and nothing has to be unpickled.
        arrays = [np.asarray(values) for values in columns.values()]
        kinds = [(name, a.dtype) for name, a in zip(columns, arrays, strict=True)]
        table = np.empty(len(arrays[0]), dtype=kinds)
        for name, array in zip(columns, arrays, strict=True):
            table[name] = array
        np.save(out, table, allow_pickle=False)
    else:
        polars("the result is Parquet").DataFrame(
            {name: _plain(values) for name, values in columns.items()}
        ).write_parquet(out)
    return out.getvalue()
