"""Reading matrices of affinities: NPY, NPZ, a CSV with readers as columns, or a list of pairs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment import Factors
from teladan.engine.commands.tables import Files, opened, positions
from teladan.engine.commands.trouble import BadInput, at
from teladan.engine.commands.values import as_id, as_number, short

__all__ = ["Affinity", "affinity_of"]

Ints = NDArray[np.int64]

# How an NPY begins, and how an NPZ does.
MAGIC = b"\x93NUMPY", b"PK"


@dataclass(frozen=True, slots=True)
class Affinity:
    """Affinities, and what rows and columns are called."""

    values: NDArray[np.float64] | Factors
    entries: list[str]
    readers: list[str]
    absent: Ints  # pairs (entry, reader) that a list of pairs left out

    @property
    def places(self) -> dict[str, dict[str, int]]:
        """Positions of the ids."""
        return {
            "entry": {each: n for n, each in enumerate(self.entries)},
            "reader": {each: n for n, each in enumerate(self.readers)},
        }


def affinity_of(
    files: Files,
    path: Path,
    *,
    matrix: bool,
    entries: Path | None,
    readers: Path | None,
    absent: float,
) -> Affinity:
    """Read affinities from whatever kind of file they are in."""
    if path.suffix.lower() in (".npy", ".npz"):
        found, names = _arrays(path)
        shape = (
            (found.left.shape[0], found.right.shape[0])  # type: ignore[union-attr]
            if isinstance(found, Factors)
            else found.shape
        )
        rows = _names(files, entries, "entry", shape[0], names.get("entries"))
        columns = _names(files, readers, "reader", shape[1], names.get("readers"))
        return Affinity(found, rows, columns, np.empty((0, 2), dtype=np.int64))
    if entries or readers:
        raise BadInput("--entries and --readers name the rows and columns of an NPY or NPZ")
    return _matrix(files, path) if matrix else _pairs(files, path, absent)


def _arrays(path: Path) -> tuple[Any, dict[str, list[str]]]:
    loaded = _loaded(path)
    if isinstance(loaded, np.ndarray):
        return _two_dimensions(path, "", loaded), {}
    names: dict[str, list[str]] = {
        n: [as_id(each) for each in loaded[n].tolist()]
        for n in ("entries", "readers")
        if n in loaded
    }
    if "affinity" in loaded:
        return _two_dimensions(path, "affinity ", loaded["affinity"]), names
    if "left" in loaded and "right" in loaded:
        sides = [_two_dimensions(path, f"{n} ", loaded[n]) for n in ("left", "right")]
        return Factors(*sides), names
    raise BadInput(
        f"{path} must hold affinity, or left and right; it holds {', '.join(loaded) or 'nothing'}"
    )


def _loaded(path: Path) -> NDArray[Any] | dict[str, NDArray[Any]]:
    with opened(path) as file:
        begins = file.read(6)
        if not begins.startswith(MAGIC):
            raise BadInput(f"{path} can't be read as NumPy's arrays: it is no NPY and no NPZ")
        file.seek(0)
        try:
            if begins == MAGIC[0]:
                array: NDArray[Any] = np.load(path, allow_pickle=False, mmap_mode="r")
                return array
            with np.load(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, EOFError, BadZipFile) as wrong:
            raise BadInput(f"{path} can't be read as NumPy's arrays: {wrong}") from None


def _two_dimensions(path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.number):
        raise BadInput(
            f"{path}: {name}must be numbers of two dimensions, is {array.dtype} {array.shape}"
        )
    wrong = np.argwhere(~np.isfinite(array))
    if wrong.size:
        row, column = wrong[0].tolist()
        raise BadInput(f"{path}: {name}[{row}, {column}] is {array[row, column]}, must be finite")
    return array


def _names(
    files: Files, path: Path | None, name: str, size: int, inside: Sequence[str] | None
) -> list[str]:
    if path is not None:
        table = files.table(path, [name])
        table.once(name)
        found, where = table.ids(name), str(path)
    elif inside is not None:
        found, where = list(inside), f"the list of ids of each {name}"
    else:
        return [str(n) for n in range(size)]
    if len(found) != size or len(set(found)) != size:
        raise BadInput(
            f"{where} has {len(set(found))} different ids, the affinities have {size} of {name}"
        )
    return found


def _matrix(files: Files, path: Path) -> Affinity:
    records = files.records(path)
    first = next(records, None)
    if first is None or len(first.values) < 2:
        raise BadInput(f"{path} must have a first line with a corner and the ids of readers")
    readers = [str(each) for each in first.values[1:]]
    entries: dict[str, int] = {}
    rows = []
    for row in records:
        if len(row.values) != len(first.values):
            raise BadInput(
                f"{at(path, row.line)} has {len(row.values)} fields, "
                f"the header has {len(first.values)}"
            )
        column = first.values[0]
        try:
            entry = as_id(row.values[0])
            if entries.setdefault(entry, row.line) != row.line:
                raise ValueError(f"{short(entry)} stands already in line {entries[entry]}")
            numbers: list[float] = []
            for column, value in zip(readers, row.values[1:], strict=True):  # noqa: B007  # told below
                numbers.append(as_number(value))
        except ValueError as wrong:
            raise BadInput(f"{at(path, row.line, column)}: {wrong}") from None
        rows.append(numbers)
    for each, times in Counter(readers).items():
        if times > 1 or not each.strip():
            raise BadInput(f"{at(path, first.line)}: the reader {short(each)} has {times} columns")
    if not rows:
        raise BadInput(f"{path} has no rows")
    values = np.array(rows, dtype=np.float64)
    return Affinity(values, list(entries), readers, np.empty((0, 2), dtype=np.int64))


def _pairs(files: Files, path: Path, absent: float) -> Affinity:
    table = files.table(path, ["entry", "reader", "affinity"])
    table.once("entry", "reader")
    entry, reader = table.ids("entry"), table.ids("reader")
    entries, readers = positions(entry), positions(reader)
    values = np.full((len(entries), len(readers)), absent)
    there = np.zeros(values.shape, dtype=np.bool_)
    cells = table.among("entry", entries, path), table.among("reader", readers, path)
    values[cells] = table.numbers("affinity")
    there[cells] = True
    return Affinity(values, list(entries), list(readers), np.argwhere(~there).astype(np.int64))
