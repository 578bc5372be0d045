"""What an index keeps of texts: fingerprints, stems, and the texts themselves, packed.

An index on disk depends on everything here; a change makes old indexes unreadable.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.novelty.words import Batch, mix, read_many

__all__ = ["DOC_BITS", "Digest", "Packed", "digest", "pack", "rows_of", "runs", "unique_rows"]

Rows = NDArray[np.uint64]

DOC_BITS = 24
"""Low bits of a row that number the text; the rest is the key, a hash of 40 bits."""

_WORDS, _WINDOW = 3, 6
"""Words in a fingerprint, and of how many neighbours one is kept."""

_ROUND = (128, 1 << 17)  # texts and characters: the arrays of one round stay in the cache
_BLOCK = (32, 1 << 20)  # texts and characters compressed together


@dataclass(frozen=True, slots=True)
class Packed:
    """Texts, compressed in blocks.

    Attributes
    ----------
    data : ndarray of uint8
        The blocks, one behind the other.
    blocks : ndarray of int64, shape (m + 1,)
        Block *j* is ``data[blocks[j]:blocks[j + 1]]``.
    block : ndarray of uint32, shape (n,)
        The block that each text is in, ascending.
    end : ndarray of uint32, shape (n,)
        Where the text ends in its block, in bytes of UTF-8; it begins where the one
        before it ends.
    """

    data: NDArray[np.uint8]
    blocks: NDArray[np.int64]
    block: NDArray[np.uint32]
    end: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Digest:
    """What an index keeps of n texts, numbered from 0.

    Attributes
    ----------
    prints, stems : ndarray of uint64, ascending
        Rows ``key << DOC_BITS | number`` of the fingerprints and of the stems.
    lengths : ndarray of uint32, shape (n,)
        Words in each text.
    texts : Packed
    """

    prints: Rows
    stems: Rows
    lengths: NDArray[np.uint32]
    texts: Packed


def digest(texts: Sequence[str]) -> Digest:
    """Read texts once and return all that an index keeps of them.

    Parameters
    ----------
    texts : sequence of str
        Fewer than ``2**DOC_BITS``.

    Returns
    -------
    Digest

    Examples
    --------
    >>> found = digest(["satu dua tiga empat", "lima"])
    >>> found.prints.size, found.stems.size, found.lengths.tolist()
    (1, 5, [4, 1])
    """
    prints, stems, lengths = [], [], []
    for first, stop in runs(texts, *_ROUND):
        batch = read_many(texts[first:stop])
        of_prints, of_stems = rows_of(batch, first)
        prints.append(of_prints)
        stems.append(of_stems)
        lengths.append(np.diff(batch.bounds).astype(np.uint32))
    return Digest(
        unique_rows(_joined(prints, np.uint64)),
        unique_rows(_joined(stems, np.uint64)),
        _joined(lengths, np.uint32),
        pack(texts),
    )


def rows_of(batch: Batch, first: int = 0) -> tuple[Rows, Rows]:
    """Return rows of the fingerprints and of the stems, in no order and with repetitions.

    A fingerprint is a hash of three stems in a row. Of every six neighbouring hashes the
    smallest is kept, so that two texts that share eight words in a row share a
    fingerprint, wherever in the texts these are.

    Parameters
    ----------
    batch : Batch
    first : int
        Number of the first text.

    Returns
    -------
    prints, stems : ndarray of uint64

    References
    ----------
    Schleimer, S., Wilkerson, D. S. and Aiken, A. (2003). Winnowing: local algorithms
    for document fingerprinting. *SIGMOD*, 76-85.
    """
    text = np.repeat(np.arange(first, first + batch.bounds.size - 1), np.diff(batch.bounds))
    number = text.astype(np.uint64)
    grams = _grams(batch.codes)
    whole = text[: grams.size] == text[_WORDS - 1 :]
    prints = _winnow(grams[whole], number[: grams.size][whole])
    return prints, _row(batch.codes, number)


def _row(hashes: Rows, number: Rows) -> Rows:
    return (hashes & np.uint64(2**64 - 2**DOC_BITS)) | number


def _grams(codes: Rows) -> Rows:
    """Hash every three neighbours, in their order."""
    size = max(codes.size - _WORDS + 1, 0)
    total = np.zeros(size, dtype=np.uint64)
    for place in range(_WORDS):
        factor = mix(np.array([place], dtype=np.uint64)) | np.uint64(1)
        total += codes[place : place + size] * factor
    return mix(total)


def _winnow(grams: Rows, number: Rows) -> Rows:
    """Keep the smallest of every six neighbours of one text, or of all if there are fewer."""
    if grams.size == 0:
        return grams
    least = grams.copy()
    kept = np.append(True, number[1:] != number[:-1])
    for step in range(1, min(_WINDOW, grams.size)):
        ahead, here = grams[step:], least[:-step]
        # Beyond its text a window sees nothing.
        inside = number[step:] == number[:-step]
        np.minimum(here, ahead, out=here, where=inside)
        if step == _WINDOW - 1:
            kept[:-step] |= inside
    rows = _row(least[kept], number[kept])
    fresh: Rows = rows[np.append(True, rows[1:] != rows[:-1])]
    return fresh


def unique_rows(rows: Rows) -> Rows:
    """Sort rows and drop repetitions."""
    rows = np.sort(rows)
    fresh: Rows = rows[np.append(True, rows[1:] != rows[:-1])[: rows.size]]
    return fresh


def runs(texts: Sequence[str], most: int, characters: int) -> Iterator[tuple[int, int]]:
    """Cut texts into runs of at most so many texts and characters, but one text at least.

    Examples
    --------
    >>> list(runs(["aa", "b", "ccc", "d"], 3, 4))
    [(0, 2), (2, 4)]
    """
    first = size = 0
    for place, text in enumerate(texts):
        if place > first and (place - first == most or size + len(text) > characters):
            yield first, place
            first, size = place, 0
        size += len(text)
    if texts:
        yield first, len(texts)


def pack(texts: Sequence[str]) -> Packed:
    """Compress texts in blocks."""
    data: list[bytes] = []
    sizes, ends, counts = [0], [], []
    for first, stop in runs(texts, *_BLOCK):
        raw = [text.encode("utf-8", "surrogatepass") for text in texts[first:stop]]
        counts.append(stop - first)
        data.append(zlib.compress(b"".join(raw), 1))
        sizes.append(len(data[-1]))
        ends.append(np.cumsum([len(each) for each in raw]).astype(np.uint32))
    return Packed(
        np.frombuffer(b"".join(data), dtype=np.uint8),
        np.cumsum(sizes, dtype=np.int64),
        np.repeat(np.arange(len(counts), dtype=np.uint32), counts),
        _joined(ends, np.uint32),
    )


def _joined(parts: list[Any], kind: type) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
