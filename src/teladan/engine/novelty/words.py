"""Texts as arrays: the words, hashed, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.novelty.letters import Letters, letters
from teladan.engine.novelty.stems import stem

__all__ = ["Batch", "Words", "mix", "read", "read_many"]

Hashes = NDArray[np.uint64]

_ASCII_A, _ASCII_Z = 97, 122
_CACHE_BITS = 20


@dataclass(frozen=True, slots=True)
class Words:
    """The n words of one text.

    Attributes
    ----------
    codes : ndarray of uint64, shape (n,)
        Hash of the stem of each word in normal form.
    start, stop : ndarray of int32, shape (n,)
        ``text[start:stop]`` is the word as it was written.
    plain : ndarray of uint64, shape (n,)
        Hash of each word in normal form, before stemming.
    """

    codes: Hashes
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    plain: Hashes


@dataclass(frozen=True, slots=True)
class Batch:
    """The words of several texts, one behind the other.

    Attributes
    ----------
    codes, plain : ndarray of uint64, shape (n,)
        As in `Words`.
    start, stop : ndarray of int64, shape (n,)
        Offsets into the text that the word belongs to.
    bounds : ndarray of int64, shape (texts + 1,)
        Words ``bounds[i]:bounds[i + 1]`` are those of text *i*.
    """

    codes: Hashes
    plain: Hashes
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    bounds: NDArray[np.int64]


def read(text: str) -> Words:
    """Return the words of a text.

    Letters are brought to a normal form (see `letters`), so that capitals, soft
    hyphens, invisible characters and look-alikes from other alphabets change
    nothing. Words written in a to z are stemmed as Indonesian.

    Parameters
    ----------
    text : str
        Any text; fewer than 2**31 characters.

    Returns
    -------
    Words

    Raises
    ------
    ValueError
        If `text` is no text or too long.

    Examples
    --------
    >>> words = read("Pelayanan, pelayanannya.")
    >>> bool(words.codes[0] == words.codes[1]), bool(words.plain[0] == words.plain[1])
    (True, False)
    >>> words.start.tolist(), words.stop.tolist()
    ([0, 11], [9, 23])
    """
    _check("text", text)
    found = _read(text)
    return Words(
        found.codes, found.start.astype(np.int32), found.stop.astype(np.int32), found.plain
    )


def read_many(texts: Sequence[str]) -> Batch:
    """Return the words of several texts at once: much faster than one by one.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    Batch

    Raises
    ------
    ValueError
        If one of them is no text or too long.

    Examples
    --------
    >>> read_many(["dua kata", "", "tiga kata ini"]).bounds.tolist()
    [0, 2, 2, 5]
    """
    for position, text in enumerate(texts):
        _check(f"texts[{position}]", text)
    found = _read("\0".join(texts))
    begins = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=begins[1:])
    bounds = np.searchsorted(found.start, begins)
    shift = np.repeat(begins[:-1], np.diff(bounds))
    return Batch(found.codes, found.plain, found.start - shift, found.stop - shift, bounds)


def _check(name: str, text: Any) -> None:
    if not isinstance(text, str):
        raise ValueError(f"{name} is {type(text).__name__}, must be str")
    if len(text) >= 2**31:
        raise ValueError(f"{name} has {len(text)} characters, must have fewer than 2**31")


def _read(text: str) -> Batch:
    found = letters(text)
    first = found.first
    last = np.append(first[1:], found.codes.size) - 1 if first.size else first
    plain = _hash(found.codes, first)
    stems = _stemmed(found, first, last + 1, plain)
    bounds = np.array([0, first.size])
    return Batch(stems, plain, found.start[first], found.stop[last], bounds)


def mix(numbers: Hashes) -> Hashes:
    """Scramble 64-bit numbers: a bijection after which every bit depends on every other.

    References
    ----------
    Steele, G. L., Lea, D. and Flood, C. H. (2014). Fast splittable pseudorandom
    number generators. *OOPSLA*, 453-472.
    """
    x: Hashes = numbers + np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def _hash(codes: NDArray[np.uint32], first: NDArray[np.int64]) -> Hashes:
    """Hash words: each letter times a fixed odd number of its place in the word, added up."""
    if first.size == 0:
        return np.empty(0, dtype=np.uint64)
    lengths = np.diff(first, append=codes.size)
    place = np.arange(codes.size) - np.repeat(first, lengths)
    factor = mix(np.arange(lengths.max(), dtype=np.uint64)) | np.uint64(1)
    sums: Hashes = np.add.reduceat(codes * factor[place], first)
    return mix(sums)


# Stems already found: slot of a word's hash -> hash of its stem. What is written beside it
# is both hashes combined, so that a slot half overwritten by another thread is no hit.
_known = np.zeros(1 << _CACHE_BITS, dtype=np.uint64)
_proof = np.zeros(1 << _CACHE_BITS, dtype=np.uint64)


def _stemmed(
    found: Letters, first: NDArray[np.int64], end: NDArray[np.int64], plain: Hashes
) -> Hashes:
    """Return the hash of the stem of every word."""
    slot = plain >> np.uint64(64 - _CACHE_BITS)
    stems: Hashes = _known[slot]
    missing = np.flatnonzero(stems ^ _proof[slot] != plain)
    if missing.size:
        new, which = np.unique(plain[missing], return_inverse=True)
        example = np.empty(new.size, dtype=np.int64)
        example[which] = missing
        fresh = _stem_words(found.codes, first[example], end[example], new)
        stems[missing] = fresh[which]
        _known[slot[example]] = fresh
        _proof[slot[example]] = fresh ^ new
    return stems


def _stem_words(
    codes: NDArray[np.uint32], first: NDArray[np.int64], end: NDArray[np.int64], plain: Hashes
) -> Hashes:
    """Stem words of the letters a to z; others keep their own hash."""
    stems = plain.copy()
    changed, words = [], []
    for i, (a, b) in enumerate(zip(first.tolist(), end.tolist(), strict=True)):
        letter = codes[a:b]
        if letter.min() >= _ASCII_A and letter.max() <= _ASCII_Z:
            word = letter.astype(np.uint8).tobytes().decode("ascii")
            if (short := stem(word)) != word and short:
                changed.append(i)
                words.append(short)
    if words:
        lengths = np.array([len(word) for word in words])
        joined = np.frombuffer("".join(words).encode("ascii"), dtype=np.uint8).astype(np.uint32)
        stems[changed] = _hash(joined, np.cumsum(lengths) - lengths)
    return stems
