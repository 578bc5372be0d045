"""A segment: texts that were committed together, in one file that never changes."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from teladan.engine.novelty.prints import DOC_BITS, Digest, Rows

__all__ = ["Gone", "Kind", "Segment", "arrays_of", "id_hashes", "spans", "squeeze", "unsqueeze"]

Arrays = dict[str, NDArray[Any]]
Ints = NDArray[np.int64]
Kind = Literal["prints", "stems"]

_LOW = np.uint64(2**DOC_BITS - 1)
_PLACE_BITS = 16  # of a text's number, in the packed form of the stems


@dataclass(frozen=True, slots=True)
class Gone:
    """Texts that were removed after their segment was written.

    Attributes
    ----------
    docs : ndarray of int64, ascending
    prints, stems : ndarray of uint64, ascending
        The rows that no longer count.
    """

    docs: Ints
    prints: Rows
    stems: Rows


class Segment:
    """The n texts of one file, numbered from 0, without those that were removed.

    Parameters
    ----------
    arrays : dict
        As `arrays_of` makes them; mapped from disk.
    gone : Gone, optional
    path : Path
        Named where something is wrong.
    """

    def __init__(self, arrays: Arrays, gone: Gone | None, path: Path) -> None:
        self.path = path
        self.arrays = arrays
        self.gone = gone
        self.docs = arrays["lengths"].size
        self.dead = np.zeros(self.docs, dtype=np.bool_)
        if gone is not None:
            self.dead[gone.docs] = True

    def count(self, kind: Kind, keys: Rows) -> Ints:
        """Return how many texts have each key (40 bits, ascending)."""
        low, high = self._range(kind, keys)
        if kind == "stems":
            starts = self.arrays["starts"]
            low, high = starts[low].astype(np.int64), starts[high].astype(np.int64)
        if self.gone is None:
            return high - low
        rows = self.gone.prints if kind == "prints" else self.gone.stems
        gone_low, gone_high = _between(rows, keys, DOC_BITS)
        return high - low - (gone_high - gone_low)

    def find(self, kind: Kind, keys: Rows) -> tuple[Ints, Ints]:
        """Return pairs: the position of a key, and a text that has it."""
        which, place = spans(*self._range(kind, keys))
        if kind == "prints":
            docs = (self.arrays["prints"][place] & _LOW).astype(np.int64)
        else:
            starts, heads = self.arrays["starts"], self.arrays["heads"][place]
            again, at = spans(starts[place].astype(np.int64), starts[place + 1].astype(np.int64))
            which = which[again]
            docs = (heads[again] << np.uint64(_PLACE_BITS) & _LOW).astype(np.int64)
            docs |= self.arrays["places"][at]
        if self.gone is None:
            return which, docs
        alive = ~self.dead[docs]
        return which[alive], docs[alive]

    def _range(self, kind: Kind, keys: Rows) -> tuple[Ints, Ints]:
        if kind == "prints":
            return _between(self.arrays["prints"], keys, DOC_BITS)
        return _between(self.arrays["heads"], keys, DOC_BITS - _PLACE_BITS)

    def text(self, doc: int) -> str:
        """Return the text of a number."""
        block = int(self.arrays["block"][doc])
        return self.texts_of(block)[doc - self._block_range(block)[0]]

    def texts_of(self, block: int) -> list[str]:
        """Return the texts of one block."""
        first, stop = self._block_range(block)
        begin, end = self.arrays["blocks"][block : block + 2].tolist()
        try:
            raw = zlib.decompress(self.arrays["data"][begin:end].data)
        except zlib.error as wrong:
            raise ValueError(f"{self.path} is corrupt: {wrong}") from wrong
        ends = [0, *self.arrays["end"][first:stop].tolist()]
        return [raw[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise(ends)]

    def _block_range(self, block: int) -> list[int]:
        # Of the array's own type: otherwise NumPy would convert all of it.
        edges = np.array([block, block + 1], dtype=np.uint32)
        found: list[int] = np.searchsorted(self.arrays["block"], edges).tolist()
        return found

    def id(self, doc: int) -> str:
        """Return the id of a number."""
        begin, end = self.arrays["id_ends"][doc : doc + 2].tolist()
        return self.arrays["ids"][begin:end].tobytes().decode("utf-8", "surrogatepass")

    def find_id(self, hashes: Rows, ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers of those ids that are here."""
        known = self.arrays["id_hash"]
        first, last = np.searchsorted(known, hashes), np.searchsorted(known, hashes, side="right")
        found = {}
        for i in np.flatnonzero(last > first).tolist():
            for doc in self.arrays["id_order"][first[i] : last[i]].tolist():
                if not self.dead[doc] and self.id(doc) == ids[i]:
                    found[ids[i]] = doc
        return found

    def rows(self, kind: Kind, low: int, high: int) -> Rows:
        """Return the rows whose keys are from `low` to below `high`."""
        rows = self.arrays["prints" if kind == "prints" else "heads"]
        bits = DOC_BITS if kind == "prints" else DOC_BITS - _PLACE_BITS
        last = np.array([(high << bits) - 1], dtype=np.uint64)
        first = np.array([low << bits], dtype=np.uint64)
        here = slice(
            int(np.searchsorted(rows, first)[0]),
            int(np.searchsorted(rows, last, side="right")[0]),
        )
        if kind == "prints":
            return self.arrays["prints"][here]
        starts = self.arrays["starts"][here.start : here.stop + 1].astype(np.int64)
        places = self.arrays["places"][starts[0] : starts[-1]]
        return unsqueeze(self.arrays["heads"][here], starts, places)


def _between(rows: Rows, keys: Rows, bits: int) -> tuple[Ints, Ints]:
    """Return where the rows of each key begin and end."""
    low = np.searchsorted(rows, keys << np.uint64(bits)).astype(np.int64)
    high = low.copy()
    # Most keys of a query are nowhere: look for the end only of those that begin.
    at = np.flatnonzero(low < rows.size)
    at = at[rows[low[at]] >> np.uint64(bits) == keys[at]]
    last = keys[at] << np.uint64(bits) | np.uint64(2**bits - 1)
    high[at] = np.searchsorted(rows, last, side="right")
    return low, high


def spans(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return for every number from `low[i]` to below `high[i]` the pair of i and the number."""
    sizes = high - low
    which = np.repeat(np.arange(sizes.size), sizes)
    return which, np.arange(which.size) + (low - np.cumsum(sizes) + sizes)[which]


def squeeze(rows: Rows) -> tuple[Rows, Ints, NDArray[np.uint16]]:
    """Pack ascending rows whose keys repeat: the upper 48 bits once, the lower 16 of each."""
    upper = rows >> np.uint64(_PLACE_BITS)
    starts = np.flatnonzero(np.append(True, upper[1:] != upper[:-1])[: rows.size])
    return upper[starts], starts, (rows & np.uint64(2**_PLACE_BITS - 1)).astype(np.uint16)


def unsqueeze(heads: Rows, starts: Ints, places: NDArray[np.uint16]) -> Rows:
    """Undo `squeeze`; `starts` has the end as well."""
    return np.repeat(heads << np.uint64(_PLACE_BITS), np.diff(starts)) | places


def id_hashes(ids: Sequence[str]) -> Rows:
    """Hash ids."""
    raw = b"".join(
        hashlib.blake2b(each.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for each in ids
    )
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)


def arrays_of(ids: Sequence[str], digests: Sequence[Digest]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Make the arrays of a segment from what was read, in the order of the file."""
    sizes = np.array([each.lengths.size for each in digests])
    base = (np.cumsum(sizes) - sizes).astype(np.uint64)
    for kind in ("prints", "stems"):
        rows = np.concatenate(
            [getattr(each, kind) + first for each, first in zip(digests, base, strict=True)]
        )
        rows.sort()
        if kind == "prints":
            yield "prints", rows
    heads, starts, places = squeeze(rows)
    yield "places", places
    yield "heads", heads
    yield "starts", np.append(starts, rows.size).astype(np.uint32)
    yield "lengths", np.concatenate([each.lengths for each in digests])
    texts = [each.texts for each in digests]
    yield "data", np.concatenate([each.data for each in texts])
    yield from block_arrays(
        [each.blocks for each in texts], [each.block for each in texts], [e.end for e in texts]
    )
    yield from id_arrays(
        np.frombuffer("".join(ids).encode("utf-8", "surrogatepass"), dtype=np.uint8),
        np.array([len(each.encode("utf-8", "surrogatepass")) for each in ids], dtype=np.int64),
        id_hashes(ids),
    )


def block_arrays(
    blocks: Sequence[NDArray[np.int64]],
    block: Sequence[NDArray[np.uint32]],
    end: Sequence[NDArray[np.uint32]],
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Give the blocks of several packs one row of numbers."""
    sizes = np.concatenate([np.diff(each) for each in blocks])
    yield "blocks", np.append(0, np.cumsum(sizes))
    before = np.cumsum([0, *(each.size - 1 for each in blocks)])
    shifted = [each + np.uint32(first) for each, first in zip(block, before[:-1], strict=True)]
    yield "block", np.concatenate(shifted)
    yield "end", np.concatenate(end)


def id_arrays(
    raw: NDArray[np.uint8], sizes: Ints, hashes: Rows
) -> Iterator[tuple[str, NDArray[Any]]]:
    """Return what finds an id by its number and a number by its id."""
    yield "ids", raw
    yield "id_ends", np.append(0, np.cumsum(sizes))
    order = np.argsort(hashes, kind="stable")
    yield "id_hash", hashes[order]
    yield "id_order", order.astype(np.uint32)
