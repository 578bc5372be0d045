"""The one who may change an index: staging, committing, merging, tidying."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from teladan.engine.novelty.merging import due, merge
from teladan.engine.novelty.prints import DOC_BITS, Digest, Rows, digest
from teladan.engine.novelty.segment import Gone, Segment, arrays_of
from teladan.engine.novelty.store import (
    MANIFEST,
    ArraysWriter,
    read_manifest,
    write_arrays,
    write_manifest,
)
from teladan.engine.novelty.view import View

__all__ = ["LOCK", "Busy", "Writer"]

LOCK = "writer.lock"


class Busy(RuntimeError):
    """Somebody else is writing to the index."""


class Writer:
    """Holds the lock of an index, and after `begin` its newest view.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    Busy
        If another process, or another object of this one, is writing.
    """

    def __init__(self, folder: Path) -> None:
        import fcntl

        self.folder = folder
        self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Busy(f"{folder} is being written to by somebody else; try again later") from None

    def release(self) -> None:
        """Let others write."""
        os.close(self._lock)

    def create(self) -> None:
        """Write the manifest of an index without texts, unless there is one."""
        if (self.folder / MANIFEST).exists() or any(self.folder.glob("*.segment")):
            return
        write_manifest(self.folder, {"segments": [], "next": 1})

    def begin(self, known: View) -> View:
        """Return the newest view, and remove what a writer left who was killed."""
        try:
            _, text = read_manifest(self.folder)
            self.view = View(self.folder, text, verify=False, known=known)
        except BaseException:
            self.release()
            raise
        self._tidy()
        return self.view

    def commit(
        self,
        ids: Sequence[str],
        digests: Sequence[Digest],
        lost: dict[int, set[int]],
        beat: Callable[[], None],
    ) -> None:
        """Put texts in and others out, at once; then merge what is due.

        Parameters
        ----------
        ids, digests
            New texts.
        lost : dict
            Numbers of the texts to remove, by segment.
        beat : callable
            Called now and then while merging; what it raises undoes nothing.
        """
        entries = [dict(entry) for entry in self.view.content["segments"]]
        number = self.view.content["next"]
        for place, docs in sorted(lost.items()):
            self._lose(self.view.segments[place], entries[place], docs, number)
            number += 1
        if ids:
            path = self.folder / f"{number:08d}.segment"
            with ArraysWriter(path) as file:
                for name, values in arrays_of(ids, digests):
                    file.begin(name, values.dtype)
                    file.write(values)
                check = file.close({"docs": len(ids)})
            words = sum(int(each.lengths.sum(dtype=np.int64)) for each in digests)
            entries.append(_entry(path.name, check, len(ids), words))
            number += 1
        self._publish(entries, number)
        while which := due(
            [each["docs"] for each in entries], [each["gone_docs"] for each in entries]
        ):
            entries = self._merge(entries, which, number, beat)
            number += 1
            self._publish(entries, number)

    def _lose(self, segment: Segment, entry: dict[str, Any], docs: set[int], number: int) -> None:
        old = segment.gone
        here = np.array(sorted(docs), dtype=np.int64)
        found = digest([segment.text(doc) for doc in here.tolist()])
        gone = Gone(here, _numbered(found.prints, here), _numbered(found.stems, here))
        arrays = {name: getattr(gone, name) for name in ("docs", "prints", "stems")}
        if old is not None:
            arrays = {
                name: np.sort(np.concatenate([values, getattr(old, name)]))
                for name, values in arrays.items()
            }
        name = f"{number:08d}.gone"
        check = write_arrays(self.folder / name, arrays, {"of": entry["file"]})
        entry.update(
            gone=name,
            gone_check=check,
            gone_docs=arrays["docs"].size,
            gone_words=int(segment.arrays["lengths"][arrays["docs"]].sum(dtype=np.int64)),
        )

    def _merge(
        self,
        entries: list[dict[str, Any]],
        which: list[int],
        number: int,
        beat: Callable[[], None],
    ) -> list[dict[str, Any]]:
        docs = sum(entries[i]["docs"] - entries[i]["gone_docs"] for i in which)
        words = sum(entries[i]["words"] - entries[i]["gone_words"] for i in which)
        kept = [entry for i, entry in enumerate(entries) if i not in set(which)]
        if docs:
            path = self.folder / f"{number:08d}.segment"
            check = merge(path, [self.view.segments[i] for i in which], beat)
            kept.append(_entry(path.name, check, docs, words))
        return kept

    def _publish(self, entries: list[dict[str, Any]], number: int) -> None:
        text = write_manifest(self.folder, {"segments": entries, "next": number})
        self.view = View(self.folder, text, verify=False, known=self.view)
        self._tidy()

    def _tidy(self) -> None:
        """Remove files that nothing names; who still reads them keeps them until he is done."""
        named = {
            name
            for each in self.view.content["segments"]
            for name in (each["file"], each["gone"])
            if name is not None
        }
        for path in sorted(self.folder.iterdir()):
            if path.suffix in (".segment", ".gone") and path.name not in named:
                path.unlink()


def _entry(name: str, check: int, docs: int, words: int) -> dict[str, Any]:
    return {
        "file": name,
        "check": check,
        "docs": docs,
        "words": words,
        "gone": None,
        "gone_check": 0,
        "gone_docs": 0,
        "gone_words": 0,
    }


def _numbered(rows: Rows, docs: np.ndarray[Any, np.dtype[np.int64]]) -> Rows:
    """Give the rows of texts 0, 1, … the numbers that these have in their segment."""
    low = np.uint64(2**DOC_BITS - 1)
    return (rows & ~low) | docs[(rows & low).astype(np.int64)].astype(np.uint64)
