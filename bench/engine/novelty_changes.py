"""Texts changed on purpose, as people and machines change them; words stand for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from tests.engine.plagdet import Case

from teladan.engine.novelty.words import Words

KINDS = ("copied", "moved", "swapped", "replaced", "reworded", "reworded a lot")
LENGTHS = (150, 400, 1000, 3000, 8000)


@dataclass(frozen=True)
class Text:
    """Words in order: code, plain form and length in letters, shape (n, 3)."""

    rows: NDArray[Any]

    @classmethod
    def of(cls, words: Words) -> Text:
        length = (words.stop - words.start).astype(np.uint64)
        return cls(np.stack([words.codes, words.plain, length], axis=1))

    @classmethod
    def joined(cls, parts: list[Text]) -> Text:
        return cls(np.concatenate([part.rows for part in parts]))

    @property
    def size(self) -> int:
        return len(self.rows)

    def part(self, start: int, end: int) -> Text:
        return Text(self.rows[start:end])

    def words(self) -> Words:
        """Write the words with one space between them."""
        length = self.rows[:, 2].astype(np.int32)
        stop = np.cumsum(length + 1, dtype=np.int32) - 1
        return Words(self.rows[:, 0].copy(), stop - length, stop, self.rows[:, 1].copy())


def cut(book: list[Text], rng: Generator, size: int) -> Text:
    """Return `size` words from anywhere."""
    text = book[rng.integers(len(book))]
    start = int(rng.integers(text.size - size + 1))
    return text.part(start, start + size)


def changed(rng: Generator, text: Text, book: list[Text], share: float) -> Text:
    """Replace a share of the words by words from anywhere, frequent ones most often."""
    rows = text.rows.copy()
    for place in np.flatnonzero(rng.random(text.size) < share):
        rows[place] = cut(book, rng, 1).rows[0]
    return Text(rows)


def planted(rng: Generator, text: Text, other: Text) -> Text:
    """Put 60 words of `text` into the other."""
    start, place = int(rng.integers(text.size - 59)), int(rng.integers(other.size))
    middle = text.part(start, start + 60)
    return Text.joined([other.part(0, place), middle, other.part(place, other.size)])


def _pieces(rng: Generator, text: Text, low: int, high: int) -> list[Text]:
    answer, start = [], 0
    while start < text.size:
        end = start + int(rng.integers(low, high + 1))
        answer.append(text.part(start, end))
        start = end
    return answer


def _moved(rng: Generator, text: Text, low: int, high: int) -> Text:
    pieces = _pieces(rng, text, low, high)
    return Text.joined([pieces[k] for k in rng.permutation(len(pieces))])


def _swapped(rng: Generator, text: Text) -> Text:
    answer = []
    for piece in _pieces(rng, text, 8, 20):
        rows = piece.rows.copy()
        some = np.flatnonzero(rng.random(piece.size) < 0.5)
        rows[some] = rows[rng.permutation(some)]
        answer.append(Text(rows))
    return Text.joined(answer)


def _reworded(rng: Generator, text: Text, book: list[Text], share: float) -> Text:
    """Replace, leave out and put in words, move phrases, and sometimes leave out sentences."""
    rows = changed(rng, text, book, share).rows
    rows = rows[rng.random(len(rows)) > rng.uniform(0.05, 0.2)]
    extra = np.flatnonzero(rng.random(len(rows)) < rng.uniform(0.05, 0.2))
    if extra.size:
        rows = np.insert(rows, extra, [cut(book, rng, 1).rows[0] for _ in extra], axis=0)
    sentences = _pieces(rng, Text(rows), 12, 25)
    sentences = [_moved(rng, s, 2, 7) if rng.random() < 0.5 else s for s in sentences]
    if rng.random() < 0.3 and len(sentences) > 2:
        sentences = [s for s in sentences if rng.random() > 0.35] or sentences
    return Text.joined(sentences)


def reuse(rng: Generator, text: Text, book: list[Text], kind: str) -> Text:
    """Return the text as re-used in one of `KINDS`."""
    if kind == "moved":
        return _moved(rng, text, 5, 25)
    if kind == "swapped":
        return _swapped(rng, text)
    if kind == "replaced":
        return changed(rng, text, book, rng.uniform(0.35, 0.6))
    if kind == "reworded":
        return _reworded(rng, text, book, rng.uniform(0.2, 0.45))
    if kind == "reworded a lot":
        return _reworded(rng, text, book, rng.uniform(0.45, 0.6))
    return text


def altered(
    rng: Generator, book: list[Text], count: int
) -> tuple[dict[str, Words], dict[str, Words], list[Case], list[tuple[str, str]]]:
    """Make texts that took up to four passages from another book, and the pairs to compare.

    Beside its source stands, for each text, the other half of its own book.
    """
    texts: dict[str, Words] = {}
    sources: dict[str, Words] = {}
    cases: list[Case] = []
    pairs: list[tuple[str, str]] = []
    for t in range(count):
        own, giver = (book[k] for k in rng.permutation(len(book))[:2])
        half = own.size // 2
        size = min(half, int(rng.choice(LENGTHS)))
        host = own.part(half - size, half)
        start = int(rng.integers(max(1, giver.size - 3000)))
        source = giver.part(start, start + int(rng.choice((300, 3000, 10_000))))
        text, found = _host(rng, host, source, book, f"text {t}", f"source {t}")
        texts[f"text {t}"], cases = text, cases + found
        sources[f"source {t}"] = source.words()
        sources[f"half {t}"] = own.part(half, half + 6000).words()
        pairs += [(f"text {t}", f"source {t}"), (f"text {t}", f"half {t}")]
    return texts, sources, cases, pairs


def _host(
    rng: Generator, host: Text, source: Text, book: list[Text], name: str, source_name: str
) -> tuple[Words, list[Case]]:
    parts, places, before, used = [], [], 0, np.zeros(source.size, dtype=np.bool_)
    for place in np.sort(rng.integers(0, host.size, int(rng.integers(0, 5)))).tolist():
        size = min(int(np.exp(rng.uniform(np.log(25), np.log(700)))), source.size // 3)
        first = int(rng.integers(source.size - size + 1))
        if used[first : first + size].any():
            continue
        used[first : first + size] = True
        kind = KINDS[int(rng.integers(len(KINDS)))]
        passage = reuse(rng, source.part(first, first + size), book, kind)
        parts += [host.part(before, place), passage]
        start = sum(part.size for part in parts) - passage.size
        places.append((start, start + passage.size, first, first + size, kind))
        before = place
    text = Text.joined([*parts, host.part(before, host.size)]).words()
    whole = source.words()
    cases = []
    for start, end, first, last, kind in places:
        here, there = int(text.start[start]), int(whole.start[first])
        length, other = int(text.stop[end - 1]) - here, int(whole.stop[last - 1]) - there
        cases.append(Case(name, here, length, source_name, there, other, kind))
    return text, cases
