"""Reading tables: CSV, JSONL and Parquet, every fault named by file, line and column."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from teladan.engine.commands.extras import polars
from teladan.engine.commands.trouble import BadInput, at
from teladan.engine.commands.values import as_id, as_number, as_whole, short

__all__ = ["Files", "Row", "Table", "opened", "positions"]

T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Characters of one line or record. More is a file of another kind, or a quote left open.
LONGEST = 2**24


class Row(NamedTuple):
    """One record: where it stands, and the values asked for; None where a column is absent."""

    line: int
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of a file that was read as a whole, under the names the command knows."""

    path: Path
    lines: list[int]
    columns: dict[str, list[Any]]
    headings: dict[str, str]
    read: dict[str, list[str]] = field(default_factory=dict)  # columns of ids already read

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, name: str) -> bool:
        """Return whether the file has this column."""
        return name in self.columns

    def at(self, row: int, name: str | None = None) -> str:
        """Return the place of a value, for a message."""
        return at(self.path, self.lines[row], None if name is None else self.headings[name])

    def each(self, name: str, read: Callable[[Any], T]) -> list[T]:
        """Read every value of a column, or say which one can't be read."""
        answers: list[T] = []
        try:
            answers.extend(map(read, self.columns[name]))
        except ValueError as wrong:
            raise BadInput(f"{self.at(len(answers), name)}: {wrong}") from None
        return answers

    def ids(self, name: str) -> list[str]:
        """Return a column of ids; not to be changed."""
        if name not in self.read:
            self.read[name] = self.each(name, as_id)
        return self.read[name]

    def numbers(self, name: str) -> Floats:
        """Return a column of finite numbers."""
        return np.array(self.each(name, as_number), dtype=np.float64)

    def whole(self, name: str) -> Ints:
        """Return a column of whole numbers that are not negative."""
        return np.array(self.each(name, as_whole), dtype=np.int64)

    def once(self, *names: str) -> None:
        """Refuse the second row that has the same ids."""
        first: dict[tuple[str, ...], int] = {}
        for row, key in enumerate(zip(*(self.ids(name) for name in names), strict=True)):
            if first.setdefault(key, row) != row:
                who = ", ".join(f"{n} {short(i)}" for n, i in zip(names, key, strict=True))
                raise BadInput(f"{self.at(row)}: {who} stands already in {self.at(first[key])}")

    def among(self, name: str, known: Mapping[str, int], where: object) -> Ints:
        """Return the positions of a column of ids, or say which id nobody knows."""
        found = [known.get(each, -1) for each in self.ids(name)]
        if -1 in found:
            row = found.index(-1)
            raise BadInput(f"{self.at(row, name)}: {short(self.ids(name)[row])} is not in {where}")
        return np.array(found, dtype=np.int64)


def positions(ids: Sequence[str]) -> dict[str, int]:
    """Return numbers for distinct ids in the order of their letters, however they came in."""
    return {each: n for n, each in enumerate(sorted(set(ids)))}


@dataclass(frozen=True, slots=True)
class Files:
    """How files are to be read: what the options say about all of them."""

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    headings: Mapping[str, str] = field(default_factory=dict)

    def table(
        self,
        path: Path,
        needed: Sequence[str],
        *,
        also: Sequence[str] = (),
        may_be_empty: bool = False,
    ) -> Table:
        """Read some columns of a file; those in `also` may be absent."""
        names = [*needed, *also]
        headings: dict[str, str] = {}
        rows = list(self.rows(path, needed, also=also, headings=headings))
        if not rows and not may_be_empty:
            raise BadInput(f"{path} has no rows")
        by_name = zip(*(row.values for row in rows), strict=True) if rows else [[] for _ in names]
        columns = {n: list(v) for n, v in zip(names, by_name, strict=True) if n in headings}
        return Table(path, [row.line for row in rows], columns, headings)

    def rows(
        self,
        path: Path,
        needed: Sequence[str],
        *,
        also: Sequence[str] = (),
        headings: dict[str, str] | None = None,
    ) -> Iterator[Row]:
        """Yield the records of a file one by one; `headings` learns what the columns are called."""
        found = {} if headings is None else headings
        kind = path.suffix.lower()
        if kind == ".parquet":
            return self._parquet(path, needed, also, found)
        if kind in (".jsonl", ".ndjson"):
            return self._jsonl(path, needed, also, found)
        if kind in (".csv", ".tsv", ".txt", ""):
            return self._csv(path, needed, also, found)
        raise BadInput(f"{path} is no .csv, .tsv, .jsonl or .parquet: save it as one of these")

    def _heading(self, name: str, present: Sequence[str]) -> str | None:
        called = self.headings.get(name, name)
        return called if called in present else name if name in present else None

    def _headings(
        self,
        path: Path,
        line: int | None,
        present: Sequence[str],
        needed: Sequence[str],
        also: Sequence[str],
    ) -> dict[str, str]:
        found = {n: h for n in (*needed, *also) if (h := self._heading(n, present)) is not None}
        for name in needed:
            if name not in found:
                called = self.headings.get(name, name)
                raise BadInput(
                    f"{at(path, line)}: there is no column {called}; there are "
                    f"{', '.join(map(short, present[:20])) or 'none'}. "
                    f"Say what it is called with --column {name}=NAME{self._hint(present)}"
                )
        return found

    def _hint(self, present: Sequence[str]) -> str:
        if any("\0" in name for name in present):
            return ", or its encoding with --encoding utf-16"
        if len(present) != 1:
            return ""
        for mark, name in ((";", "';'"), ("\t", "tab"), (",", "','"), ("|", "'|'")):
            if mark in present[0] and mark != self.delimiter:
                return f", or what parts the columns with --delimiter {name}"
        return ""

    def _csv(
        self, path: Path, needed: Sequence[str], also: Sequence[str], found: dict[str, str]
    ) -> Iterator[Row]:
        records = self.records(path)
        first = next(records, None)
        if first is None:
            raise BadInput(f"{path} is empty: its first line must name the columns")
        header = [name.strip() for name in first.values]
        for name, times in Counter(header).items():
            if times > 1:
                raise BadInput(f"{at(path, first.line)}: two columns are called {short(name)}")
        found.update(self._headings(path, first.line, header, needed, also))
        places = [header.index(found[n]) if n in found else None for n in (*needed, *also)]
        for row in records:
            if len(row.values) != len(header):
                raise BadInput(
                    f"{at(path, row.line)} has {len(row.values)} fields, "
                    f"the header has {len(header)}"
                )
            yield Row(row.line, tuple(None if p is None else row.values[p] for p in places))

    def records(self, path: Path) -> Iterator[Row]:
        """Yield the records of a CSV as they stand, the header too, blank lines left out."""
        delimiter = "\t" if path.suffix.lower() == ".tsv" else self.delimiter
        before = csv.field_size_limit(LONGEST)
        last = 0
        try:
            with opened(path) as file:
                reader = csv.reader(self._lines(path, file), delimiter=delimiter, strict=True)
                for values in reader:
                    if values:
                        yield Row(last + 1, tuple(values))
                    last = reader.line_num
        except csv.Error as wrong:
            open_quote = any(word in str(wrong) for word in ("end of data", "field larger"))
            hint = "a quote is left open: " if open_quote else ""
            raise BadInput(f"{at(path, last + 1)} is no CSV: {hint}{wrong}") from None
        finally:
            csv.field_size_limit(before)

    def _lines(self, path: Path, file: io.BufferedReader) -> Iterator[str]:
        count = 0
        try:
            with io.TextIOWrapper(file, encoding=self.encoding, newline="") as text:
                while line := text.readline(LONGEST + 1):
                    count += 1
                    if len(line) > LONGEST:
                        raise BadInput(f"{at(path, count)} is longer than {LONGEST:,} characters")
                    yield line
        except UnicodeError as wrong:
            raise BadInput(self._undecodable(path, wrong)) from None
        except OSError as wrong:
            raise BadInput(f"{path} cannot be read: {wrong.strerror}") from None

    def _undecodable(self, path: Path, wrong: UnicodeError) -> str:
        """Say in which line the first letter stands that is none: decoding reads far ahead."""
        advice = "save it as UTF-8, or name its encoding with --encoding (Excel: cp1252, utf-16)"
        name = self.encoding.removesuffix("-sig")
        place = str(path)
        if path.is_file() and not name.lower().startswith(("utf-16", "utf-32")):
            with path.open("rb") as file:
                for line, content in enumerate(file, 1):
                    try:
                        content.decode(name)
                    except UnicodeError:
                        place = at(path, line)
                        break
        return f"{place} is not {name}: {advice}; {wrong}"

    def _jsonl(
        self, path: Path, needed: Sequence[str], also: Sequence[str], found: dict[str, str]
    ) -> Iterator[Row]:
        empty = True
        with opened(path) as file:
            for line, text in enumerate(self._lines(path, file), 1):
                if not text.strip():
                    continue
                try:
                    record = json.loads(text)
                except (ValueError, RecursionError) as wrong:
                    raise BadInput(f"{at(path, line)} is not JSON: {wrong}") from None
                if not isinstance(record, dict):
                    raise BadInput(f"{at(path, line)}: {short(record)} is no JSON object")
                empty = False
                here = self._headings(path, line, list(record), needed, also)
                found.update(here)
                yield Row(
                    line, tuple(record[here[n]] if n in here else None for n in (*needed, *also))
                )
        if empty:
            raise BadInput(f"{path} is empty: each line must be a JSON object")

    def _parquet(
        self, path: Path, needed: Sequence[str], also: Sequence[str], found: dict[str, str]
    ) -> Iterator[Row]:
        library = polars(f"{path} is Parquet")
        with opened(path) as file:
            try:
                present = list(library.read_parquet_schema(file))
                found.update(self._headings(path, None, present, needed, also))
                frame = library.read_parquet(path, columns=list(dict.fromkeys(found.values())))
            except (OSError, library.exceptions.PolarsError) as wrong:
                raise BadInput(f"{path} is no Parquet: {wrong}") from None
        places = [frame.columns.index(found[n]) if n in found else None for n in (*needed, *also)]
        for line, values in enumerate(frame.iter_rows(), 1):
            yield Row(line, tuple(None if p is None else values[p] for p in places))


def opened(path: Path) -> io.BufferedReader:
    """Open a file, or say why it can't be read."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder, must be a file")
    try:
        return path.open("rb")
    except OSError as wrong:
        raise BadInput(f"{path} cannot be read: {wrong.strerror}") from None
