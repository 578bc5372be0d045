"""All segments of one commit: what a reader sees, whatever a writer does meanwhile."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.novelty.prints import DOC_BITS, Rows
from teladan.engine.novelty.segment import Gone, Ints, Kind, Segment, id_hashes
from teladan.engine.novelty.store import MANIFEST, parse_manifest, read_arrays

__all__ = ["View"]


class View:
    """The texts of one commit, addressed by segment and number: ``segment << DOC_BITS | number``.

    Pickled, it becomes the folder and the manifest; the other side opens the files when
    it first uses them, and once only.

    Parameters
    ----------
    folder : Path
    manifest : str
        Text of the manifest.
    verify : bool
        Read all files and compare checksums.
    known : View, optional
        An earlier view, whose files need not be opened again.
    """

    def __init__(
        self, folder: Path, manifest: str, *, verify: bool, known: "View | None" = None
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.content = parse_manifest(manifest, folder / MANIFEST)
        self.segments: list[Segment] = []
        self._by_name: dict[tuple[str, str | None], Segment] = {}
        for entry in self.content["segments"]:
            name = (entry["file"], entry["gone"])
            segment = known and known._by_name.get(name)
            self._by_name[name] = segment or _open_segment(folder, entry, verify)
            self.segments.append(self._by_name[name])
        entries = self.content["segments"]
        self.docs: int = sum(each["docs"] - each["gone_docs"] for each in entries)
        self.words: int = sum(each["words"] - each["gone_words"] for each in entries)

    def __reduce__(self) -> tuple[Callable[..., "View"], tuple[str, str]]:
        return _opened, (str(self.folder), self.manifest)

    def count(self, kind: Kind, keys: Rows) -> Ints:
        """Return how many texts have each key."""
        total = np.zeros(keys.size, dtype=np.int64)
        for each in self.segments:
            total += each.count(kind, keys)
        return total

    def find(self, kind: Kind, keys: Rows) -> tuple[Ints, Ints]:
        """Return pairs: the position of a key, and a text that has it."""
        which, docs = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for number, each in enumerate(self.segments):
            found, here = each.find(kind, keys)
            which.append(found)
            docs.append(here | (number << DOC_BITS))
        return np.concatenate(which), np.concatenate(docs)

    def text(self, doc: int) -> str:
        """Return a text."""
        return self.segments[doc >> DOC_BITS].text(doc & (2**DOC_BITS - 1))

    def id(self, doc: int) -> str:
        """Return the id of a text."""
        return self.segments[doc >> DOC_BITS].id(doc & (2**DOC_BITS - 1))

    def lengths(self, docs: Ints) -> Ints:
        """Return the number of words in each of some texts."""
        found = np.empty(docs.size, dtype=np.int64)
        segment = docs >> DOC_BITS
        for number in np.flatnonzero(np.bincount(segment)).tolist():
            here = segment == number
            lengths = self.segments[number].arrays["lengths"]
            found[here] = lengths[docs[here] & (2**DOC_BITS - 1)]
        return found

    def find_ids(self, ids: Sequence[str]) -> dict[str, int]:
        """Return where those ids are that are here."""
        hashes = id_hashes(ids)
        found = {}
        for number, each in enumerate(self.segments):
            for name, doc in each.find_id(hashes, ids).items():
                found[name] = number << DOC_BITS | doc
        return found


def _open_segment(folder: Path, entry: dict[str, Any], verify: bool) -> Segment:
    arrays, _ = read_arrays(folder / entry["file"], entry["check"], verify=verify)
    gone = None
    if entry["gone"] is not None:
        lost, _ = read_arrays(folder / entry["gone"], entry["gone_check"], verify=verify)
        docs: NDArray[np.int64] = lost["docs"]
        gone = Gone(docs, lost["prints"], lost["stems"])
    return Segment(arrays, gone, folder / entry["file"])


@functools.lru_cache(maxsize=4)
def _opened(folder: str, manifest: str) -> View:
    return View(Path(folder), manifest, verify=False)
