"""The search index: files derived from the database, one set a node, caught up by the ledger.

It holds only innovations with an honour, which are public by construction, so nothing under
embargo can be found, counted or guessed from it. `state.json` says which folder is current and
which public line of the ledger it has seen; whatever is missing, broken, older in shape or from
another history of the ledger is built anew from the database.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files import locks
from django.db import connections

from teladan.awards.models import Award
from teladan.house.models import Ledger
from teladan.library.cards import add_cards, schema
from teladan.registry.models import Innovation

log = logging.getLogger(__name__)
Mark = tuple[int, str]

# Raise this when the fields or the analysis change: older files are then built anew.
SHAPE = 2
# What changes public pages but no innovation. Any other act, unless it is about an innovation
# or proclaims an edition, means: build anew.
QUIET = frozenset({"contest.announce", "contest.amend", "awards.divide"})
MOST_LINES, MOST_CARDS = 500, 20_000
# A build of more rows than this goes on beside the answer, not before it.
BIG = 20_000


@dataclass(frozen=True)
class Shelf:
    """An opened index as of one public line of the ledger; nothing in it changes any more."""

    root: Path
    folder: str
    mark: Mark
    index: Any
    searcher: Any
    fresh: bool = True
    memo: dict[Any, Any] = field(default_factory=dict)


_open: Shelf | None = None
_builder: Thread | None = None


def shelf(*, patient: bool = False) -> Shelf | None:
    """Return the newest index to be had now, or None while the first one is being built.

    It is caught up first, unless another process is at it: then the older one answers, marked
    as not fresh, and the next request tries again. `patient` waits for a big build.
    """
    global _open
    root, mark = Path(settings.SEARCH_ROOT), _last_public_line()
    if _open and _open.root == root and _open.mark == mark:
        return _open
    found = _opened(root)
    if not found or found.mark != mark:
        with _writing(root, wait=0 if found else 3) as mine:
            # Somebody may have caught up between the look and the lock.
            found = _opened(root)
            if mine and (not found or found.mark != mark):
                found = _caught_up(root, found, mark, patient=patient)
    if found and found.mark == mark:
        _open = found
        return found
    return replace(found, fresh=False) if found else None


def forget() -> None:
    """Distrust the files: the next request builds them anew."""
    global _open
    _open = None
    (Path(settings.SEARCH_ROOT) / "state.json").unlink(missing_ok=True)


def is_broken(error: BaseException) -> bool:
    """Say whether an error means damaged files. Tantivy's panics are no Exceptions."""
    return isinstance(error, (ValueError, OSError)) or type(error).__name__ == "PanicException"


def _last_public_line() -> Mark:
    lines = Ledger.objects.filter(public=True).order_by("-seq").values_list("seq", "digest")
    return lines.first() or (0, "")


@contextmanager
def _writing(root: Path, wait: float) -> Iterator[bool]:
    """Hold the node's lock for writing, or say that another process or thread holds it."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("a") as handle:
        until = time.monotonic() + wait
        while not (mine := locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB)):
            if time.monotonic() >= until:
                break
            time.sleep(0.05)
        try:
            yield mine
        finally:
            if mine:
                locks.unlock(handle)


def _opened(root: Path) -> Shelf | None:
    """Open what state.json points to; None if there is nothing sound."""
    import tantivy

    try:
        state = json.loads((root / "state.json").read_text(encoding="utf-8"))
        if state["shape"] != SHAPE:
            return None
        mark, folder = (int(state["seq"]), str(state["digest"])), str(state["folder"])
        known = _open
        if known and known.root == root and known.folder == folder:
            if known.mark == mark:
                return known
            index = known.index
            index.reload()
        else:
            index = tantivy.Index.open(str(root / folder))
            index.config_reader("manual")
        return Shelf(root, folder, mark, index, index.searcher())
    except (KeyError, TypeError):
        return None
    except BaseException as broken:
        if is_broken(broken):
            return None
        raise


def _caught_up(root: Path, found: Shelf | None, mark: Mark, *, patient: bool) -> Shelf | None:
    """Bring the files up to the mark: by the lines since then if they are few, else anew."""
    try:
        pks = _concerned(found) if found else None
        if found and pks is not None:
            return _amended(found, pks, mark)
    except BaseException as broken:
        if not is_broken(broken):
            raise
        if "LockBusy" in str(broken):
            return found
        log.warning("the search index is damaged and built anew: %s", broken)
    last = Innovation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if last > BIG and not patient:
        _build_beside()
        return found
    try:
        return _built(root, mark)
    except BaseException as broken:
        if not is_broken(broken):
            raise
        log.exception("the search index could not be built")
        return found


def _build_beside() -> None:
    """Build in a thread of its own; one at a time in this process."""
    global _builder

    def build() -> None:
        try:
            # The asking request still holds the lock for a moment.
            time.sleep(0.2)
            shelf(patient=True)
        finally:
            connections.close_all()

    if not (_builder and _builder.is_alive()):
        _builder = Thread(target=build, name="search-build", daemon=True)
        _builder.start()


def _concerned(found: Shelf) -> set[int] | None:
    """Return the innovations that the lines since then are about; None asks for a new build."""
    seq, digest = found.mark
    if seq and not Ledger.objects.filter(seq=seq, digest=digest).exists():
        return None  # another history: a restored backup, another database
    lines = Ledger.objects.filter(public=True, seq__gt=seq).order_by("seq")
    rows = list(lines.values_list("act", "about")[: MOST_LINES + 1])
    if not rows or len(rows) > MOST_LINES:
        return None
    pks: set[int] = set()
    for act, about in rows:
        kind, _colon, key = about.partition(":")
        if act in QUIET:
            continue
        if kind == "innovation" and key.isdecimal():
            pks.add(int(key))
        elif act == "awards.proclaim" and key.isdecimal():
            honoured = Award.objects.filter(edition=int(key))
            pks.update(honoured.values_list("innovation", flat=True)[: MOST_CARDS + 1])
        else:
            return None
    return pks if len(pks) <= MOST_CARDS else None


def _amended(found: Shelf, pks: set[int], mark: Mark) -> Shelf:
    import tantivy

    if pks:
        writer = found.index.writer(20_000_000, 1)
        ordered = sorted(pks)
        for start in range(0, len(ordered), 500):
            piece = ordered[start : start + 500]
            old = tantivy.Query.term_set_query(found.index.schema, "pk", piece)
            writer.delete_documents_by_query(old)
            add_cards(writer, found.index.schema, Innovation.objects.public().filter(pk__in=piece))
        writer.commit()
        writer.wait_merging_threads()
        found.index.reload()
    _point_to(found.root, found.folder, mark)
    return Shelf(found.root, found.folder, mark, found.index, found.index.searcher())


def _built(root: Path, mark: Mark) -> Shelf:
    """Build in a new folder, then point to it: until that moment the old one answers."""
    import tantivy

    folder = f"shape{SHAPE}-{mark[0]}-{uuid4().hex[:8]}"
    (root / folder).mkdir(parents=True)
    index = tantivy.Index(schema(), path=str(root / folder))
    index.config_reader("manual")
    writer = index.writer(64_000_000, 1)
    add_cards(writer, index.schema, Innovation.objects.public())
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    _point_to(root, folder, mark)
    for old in root.iterdir():
        if old.is_dir() and old.name.startswith("shape") and old.name != folder:
            shutil.rmtree(old, ignore_errors=True)
    return Shelf(root, folder, mark, index, index.searcher())


def _point_to(root: Path, folder: str, mark: Mark) -> None:
    part = root / f"state.{uuid4().hex[:8]}"
    state = {"shape": SHAPE, "folder": folder, "seq": mark[0], "digest": mark[1]}
    part.write_text(json.dumps(state), encoding="utf-8")
    part.replace(root / "state.json")
