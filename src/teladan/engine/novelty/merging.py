"""Merging segments, so that an index of any size consists of few."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from teladan.engine.novelty.prints import DOC_BITS, Packed, Rows, pack
from teladan.engine.novelty.segment import (
    Ints,
    Kind,
    Segment,
    block_arrays,
    id_arrays,
    squeeze,
)
from teladan.engine.novelty.store import ArraysWriter

__all__ = ["due", "merge"]

_ROWS_AT_ONCE = 1 << 22
_BYTES_AT_ONCE = 1 << 24
_TEXTS_AT_ONCE = 1 << 12
_KEYS = 1 << (64 - DOC_BITS)
_BRANCHES = 4


def due(sizes: Sequence[int], gone: Sequence[int]) -> list[int] | None:
    """Say which segments to merge next: four of like size, or one that is mostly removed.

    Parameters
    ----------
    sizes, gone : sequence of int
        Texts in each segment, and how many of these were removed.

    Returns
    -------
    list of int or None

    Examples
    --------
    >>> due([600, 9, 9, 9, 9], [0] * 5)
    [1, 2, 3, 4]
    """
    for i, (size, lost) in enumerate(zip(sizes, gone, strict=True)):
        if 2 * lost > size:
            return [i]
    tiers: dict[int, list[int]] = {}
    for i, size in enumerate(sizes):
        tier = tiers.setdefault(size.bit_length() // 2, [])
        tier.append(i)
        if len(tier) == _BRANCHES and sum(sizes[j] for j in tier) < 2**DOC_BITS:
            return tier
    return None


def merge(path: Path, segments: Sequence[Segment], beat: Callable[[], None]) -> int:
    """Write one segment that holds the texts of several, without those removed.

    Parameters
    ----------
    path : Path
        The new file.
    segments : sequence of Segment
    beat : callable
        Called at least once a second; what it raises ends the work, and no file is left.

    Returns
    -------
    int
        Checksum of the file's table.
    """
    numbers = []
    first = 0
    for each in segments:
        alive = ~each.dead
        numbers.append(np.where(alive, np.cumsum(alive) + (first - 1), -1))
        first += int(alive.sum())
    with ArraysWriter(path) as writer:
        writer.begin("prints", np.uint64)
        for rows in _merged("prints", segments, numbers):
            writer.write(rows)
            beat()
        heads, starts, total = [], [], 0
        writer.begin("places", np.uint16)
        for rows in _merged("stems", segments, numbers):
            upper, begins, places = squeeze(rows)
            heads.append(upper)
            starts.append((begins + total).astype(np.uint32))
            total += places.size
            writer.write(places)
            beat()
        writer.begin("heads", np.uint64)
        writer.write(np.concatenate(heads))
        writer.begin("starts", np.uint32)
        writer.write(np.append(np.concatenate(starts), np.uint32(total)))
        writer.begin("lengths", np.uint32)
        for each in segments:
            writer.write(each.arrays["lengths"][~each.dead])
        _merge_texts(writer, segments, beat)
        _merge_ids(writer, segments)
        beat()
        return writer.close({"docs": first})


def _merged(kind: Kind, segments: Sequence[Segment], numbers: Sequence[Ints]) -> Iterator[Rows]:
    """Give the rows of all segments in ascending order, some millions at once."""
    name = "prints" if kind == "prints" else "places"
    rounds = 1 + sum(each.arrays[name].size for each in segments) // _ROWS_AT_ONCE
    edges = [_KEYS * i // rounds for i in range(rounds + 1)]
    for low, high in pairwise(edges):
        rows = np.concatenate(
            [
                _renumbered(each.rows(kind, low, high), each, number)
                for each, number in zip(segments, numbers, strict=True)
            ]
        )
        rows.sort()
        yield rows


def _renumbered(rows: Rows, segment: Segment, number: Ints) -> Rows:
    if segment.gone is None:
        return rows + np.uint64(number[0] if number.size else 0)
    low = np.uint64(2**DOC_BITS - 1)
    new = number[(rows & low).astype(np.int64)]
    kept = new >= 0
    return (rows[kept] & ~low) | new[kept].astype(np.uint64)


def _merge_texts(
    writer: ArraysWriter, segments: Sequence[Segment], beat: Callable[[], None]
) -> None:
    """Copy blocks as they are; where a text was removed, pack what is left anew."""
    packs: list[Packed] = []
    writer.begin("data", np.uint8)
    for each in segments:
        if each.gone is None:
            data = each.arrays["data"]
            for at in range(0, data.size, _BYTES_AT_ONCE):
                writer.write(data[at : at + _BYTES_AT_ONCE])
                beat()
            kept = (each.arrays[name] for name in ("blocks", "block", "end"))
            packs.append(Packed(data[:0], *kept))
        else:
            for texts in _alive(each):
                new = pack(texts)
                writer.write(new.data)
                packs.append(new)
                beat()
    numbered = block_arrays(
        [each.blocks for each in packs], [each.block for each in packs], [e.end for e in packs]
    )
    for name, values in numbered:
        writer.begin(name, values.dtype)
        writer.write(values)


def _alive(segment: Segment) -> Iterator[list[str]]:
    """Give the texts that were not removed, some thousands at once."""
    texts: list[str] = []
    doc = 0
    for block in range(segment.arrays["blocks"].size - 1):
        for text in segment.texts_of(block):
            if not segment.dead[doc]:
                texts.append(text)
            doc += 1
        if len(texts) >= _TEXTS_AT_ONCE:
            yield texts
            texts = []
    yield texts


def _merge_ids(writer: ArraysWriter, segments: Sequence[Segment]) -> None:
    raw, sizes, hashes = [], [], []
    for each in segments:
        alive, size = ~each.dead, np.diff(each.arrays["id_ends"])
        raw.append(each.arrays["ids"][np.repeat(alive, size)])
        sizes.append(size[alive])
        by_number = np.empty(each.docs, dtype=np.uint64)
        by_number[each.arrays["id_order"]] = each.arrays["id_hash"]
        hashes.append(by_number[alive])
    merged = id_arrays(np.concatenate(raw), np.concatenate(sizes), np.concatenate(hashes))
    for name, values in merged:
        writer.begin(name, values.dtype)
        writer.write(values)
