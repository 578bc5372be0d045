"""``novelty``: an index of texts in a folder; what is in it, and what a text shares with it."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from teladan.engine.commands.bar import Bar
from teladan.engine.commands.options import cluster_of, common, files_of, spread, whole
from teladan.engine.commands.tables import Files
from teladan.engine.commands.trouble import BadInput, at
from teladan.engine.commands.values import as_id, as_text, short
from teladan.engine.commands.writing import Columns, Outputs, digest_of
from teladan.engine.novelty import Index, Likeness
from teladan.engine.novelty.store import MANIFEST
from teladan.engine.novelty.writer import LOCK

__all__ = ["add", "run"]

COLUMNS = ("id", "text")
# What an index consists of that was stopped while it was made.
STOPPED = (LOCK, f"{MANIFEST}.new")
HELP = """
FILE is a table with the columns id, text (.csv, .jsonl, .parquet), or a folder:
every .txt file in it is a text, its path without .txt the id.

`query` answers with a row for each likeness: copied is the share of the text's
words that stand in passages it has in common with the other, changed how far
these were reworded, novel what is left. --passages lists the passages, in
characters of both texts.

example:
  novelty add proposals.index 2023.jsonl 2024.jsonl
  novelty query proposals.index new.jsonl --out alike.csv --passages where.csv
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = HELP
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    shared.add_argument("index", metavar="INDEX", type=Path, help="folder of the index")
    shared.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="table or folder of texts"
    )
    spread(shared)
    common(shared)
    steps = parser.add_subparsers(dest="step", required=True, metavar="add|query")
    adding = steps.add_parser("add", parents=[shared], help="add texts", allow_abbrev=False)
    adding.add_argument(
        "--replace", action="store_true", help="texts with a known id take its place"
    )
    asking = steps.add_parser(
        "query", parents=[shared], help="say what texts are like", allow_abbrev=False
    )
    asking.add_argument("--limit", type=whole, default=10, help="most likenesses of a text (10)")
    asking.add_argument(
        "--not-itself", action="store_true", help="leave out the text of the same id in the index"
    )
    asking.add_argument("--out", type=Path, help="file of likenesses (the standard output)")
    asking.add_argument("--passages", type=Path, metavar="FILE", help="file of passages")


@dataclass(frozen=True)
class _Texts:
    """Texts of several files, read anew each time; how many there are is known."""

    files: Files
    paths: Sequence[Path]
    count: int = 0

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((id, text) for _, id, text in self.told())

    def __length_hint__(self) -> int:
        return self.count

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Yield where each text stands, its id, and the text."""
        for path in self.paths:
            yield from self._folder(path) if path.is_dir() else self._table(path)

    def _table(self, path: Path) -> Iterator[tuple[str, str, str]]:
        for row in self.files.rows(path, COLUMNS):
            column = "id"
            try:
                id = as_id(row.values[0])
                column = "text"
                text = as_text(row.values[1])
            except ValueError as wrong:
                raise BadInput(f"{at(path, row.line, column)}: {wrong}") from None
            yield at(path, row.line), id, text

    def _folder(self, path: Path) -> Iterator[tuple[str, str, str]]:
        for file in sorted(path.rglob("*.txt")):
            try:
                text = file.read_text(encoding=self.files.encoding)
            except (OSError, UnicodeError) as wrong:
                raise BadInput(f"{file} cannot be read as {self.files.encoding}: {wrong}") from None
            yield str(file), file.relative_to(path).with_suffix("").as_posix(), text

    def checked(self) -> "_Texts":
        """Read everything once before anything is done, and count it."""
        for path in self.paths:
            if path.exists() and not (path.is_file() or path.is_dir()):
                raise BadInput(f"{path} can be read only once, and texts are read twice")
        ids: set[str] = set()
        for where, id, _ in self.told():
            if id in ids:
                first = next(there for there, other, _ in self.told() if other == id)
                raise BadInput(f"{where}: id {short(id)} stands already in {first}")
            ids.add(id)
        if not ids:
            raise BadInput(f"there is no text in {', '.join(map(str, self.paths))}")
        return _Texts(self.files, self.paths, len(ids))


def run(options: argparse.Namespace) -> int:
    """Add to an index, or ask it."""
    texts = _Texts(files_of(options, COLUMNS), options.files).checked()
    return _add(options, texts) if options.step == "add" else _query(options, texts)


def _add(options: argparse.Namespace, texts: _Texts) -> int:
    fresh, before = not options.index.exists(), None
    if not _is_index(options.index) and not _may_become_one(options.index):
        raise BadInput(f"{options.index} holds other files: name a folder of the index alone")
    try:
        with (
            Index.open(options.index) as index,
            cluster_of(options) as cluster,
            Bar("novelty", options.progress) as bar,
        ):
            before = len(index)
            index.add_many(texts, replace=options.replace, cluster=cluster, progress=bar)
            total = len(index)
    except BaseException:
        _say_how_far(options.index, before, fresh)
        raise
    if options.json:
        said = {"command": "novelty add", "read": texts.count, "added": total - before}
        print(json.dumps(said | {"texts": total}))
    else:
        sys.stderr.write(f"{texts.count} texts read; {total} are in {options.index}\n")
    return 0


def _is_index(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() or any(folder.glob("*.segment"))


def _may_become_one(folder: Path) -> bool:
    """Say whether a folder is absent, empty, or was left so by somebody who was stopped."""
    return not folder.is_dir() or not any(each.name not in STOPPED for each in folder.iterdir())


def _say_how_far(folder: Path, before: int | None, fresh: bool) -> None:
    """Tell what was committed before the work ended, or leave no empty index behind."""
    if not folder.is_dir():
        return
    with Index.open(folder, verify=False) as index:
        came = 0 if before is None else len(index) - before
    if came:
        sys.stderr.write(f"{came} texts are in {folder} already and stay there.\n")
    elif fresh:
        shutil.rmtree(folder)


def _query(options: argparse.Namespace, texts: _Texts) -> int:
    if not _is_index(options.index):
        raise BadInput(f"{options.index} is no index: `novelty add` makes one")
    if options.limit < 1:
        raise BadInput("--limit is 0, must be at least 1")
    with Outputs(force=options.force) as outputs:
        outputs.plan(options.out)
        outputs.plan(options.passages)
        asked = dict(texts)
        with (
            Index.open(options.index) as index,
            cluster_of(options) as cluster,
            Bar("novelty", options.progress) as bar,
        ):
            limit = options.limit + options.not_itself
            answers = index.query_many(
                list(asked.values()), limit=limit, cluster=cluster, progress=bar
            )
            size = len(index)
        found = [
            (query, likeness)
            for query, answer in zip(asked, answers, strict=True)
            for likeness in _others(answer, query, options)
        ]
        columns = _columns(found)
        if options.out or not options.json:
            outputs.write(options.out, columns)
        if options.passages:
            outputs.write(options.passages, _passages(found, asked))
        outputs.keep()
    if options.json:
        print(json.dumps(_summary(found, columns, len(asked), size), ensure_ascii=False))
    else:
        alike = len({query for query, _ in found})
        sys.stderr.write(f"{alike} of {len(asked)} texts are like one of {size} in the index\n")
    return 0


def _others(answer: list[Likeness], query: str, options: argparse.Namespace) -> list[Likeness]:
    kept = [each for each in answer if not (options.not_itself and each.id == query)]
    return kept[: options.limit]


def _columns(found: list[tuple[str, Likeness]]) -> Columns:
    return {
        "query": [query for query, _ in found],
        "id": [each.id for _, each in found],
        "copied": [each.copied for _, each in found],
        "changed": [each.changed for _, each in found],
        "novel": [each.novel for _, each in found],
        "passages": [len(each.passages) for _, each in found],
    }


def _passages(found: list[tuple[str, Likeness]], asked: dict[str, str]) -> Columns:
    rows = [
        (query, each.id, *passage, asked[query][passage[0] : passage[1]])
        for query, each in found
        for passage in each.passages
    ]
    names = ("query", "id", "start", "end", "other_start", "other_end", "identical", "text")
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _summary(
    found: list[tuple[str, Likeness]], columns: Columns, asked: int, size: int
) -> dict[str, Any]:
    return {
        "command": "novelty query",
        "asked": asked,
        "texts": size,
        "likenesses": [
            {
                "query": query,
                "id": each.id,
                "copied": each.copied,
                "changed": each.changed,
                "novel": each.novel,
                "passages": [list(passage) for passage in each.passages],
            }
            for query, each in found
        ],
        "sha256": {"likenesses": digest_of(columns)},
    }
