"""Characters as an index sees them: one table from code point to normal letter.

An index on disk depends on everything here; a change makes old indexes unreadable.
"""

import functools
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Letters", "letters"]

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]

_BREAK, _LETTER, _DROPPED, _CLUSTER = range(4)
_PLANE = 0x10000

# Letters of other scripts, and small capitals, that a reader takes for Latin ones.
# Where the two cases look like different ones (a Greek capital NU like N, a small one like
# v), the capital counts.
_LOOKALIKES = str.maketrans(
    "авсԁеһніјкӏмопрԛгѕтцԝхуζ" + "αβγεηικμνορτυχω" + "օոսհց" + "ıɩɑɡ" + "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abcdehhijklmonpqrstuwxyz" + "abyehikmnoptyxw" + "onuhg" + "iiag" + "abcdeghijklmnoprstuvwyz",
)
# Marks that can be put on any Latin, Greek, Cyrillic, Arabic or Hebrew letter; what
# does not belong to the letter (it would have been composed) is decoration.
_DECORATION = (
    *((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F)),
    *((0x670, 0x670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),
    (0xE0100, 0xE01EF),
)
_FILLERS = ((0x34F, 0x34F), (0x115F, 0x1160), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0))
# Scripts written without spaces: every letter is a word of its own.
_ALONE = (
    *((0xE00, 0x109F), (0x1780, 0x17FF), (0x3040, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF)),
)
_JAMO = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of a text in normal form, words apart.

    Attributes
    ----------
    codes : ndarray of uint32, shape (m,)
        Code points of the letters; nothing stands for what separates words.
    start, stop : ndarray of int64, shape (m,)
        Where in the original text each comes from.
    first : ndarray of int64, shape (n,)
        Position in `codes` of the first letter of each word, ascending.
    """

    codes: Codes
    start: Offsets
    stop: Offsets
    first: Offsets


def letters(text: str) -> Letters:
    """Normalise a text and find its words.

    NFKC, case folding, decoration and invisible characters taken away, look-alikes
    of Latin letters made Latin. Words are runs of letters, digits and their marks.

    Parameters
    ----------
    text : str

    Returns
    -------
    Letters

    Examples
    --------
    >>> found = letters("Ｄ\u0435sa\u00ad maju!")
    >>> "".join(map(chr, found.codes)), found.first.tolist(), found.stop.tolist()
    ('desamaju', [0, 4], [1, 2, 3, 4, 7, 8, 9, 10])
    """
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds, normal = _tables()
    # Both tables are 64 Ki long: what lies beyond is looked at one by one.
    near = np.minimum(raw, _PLANE)
    kind = kinds[near]
    at: Offsets | None = None
    if (kind >= _DROPPED).any():
        at = np.flatnonzero(kind != _DROPPED)
        near, kind = near[at], kind[at]
        if (kind == _CLUSTER).any():
            return _with_clusters(text, at, kind, normal[near])
    here = np.flatnonzero(kind == _LETTER)
    start = here if at is None else at[here]
    return _split(normal[near[here]], start, start + 1, here)


def _with_clusters(text: str, at: Offsets, kind: NDArray[np.uint8], normal: Codes) -> Letters:
    """Normalise runs of unusual characters; one that begins with a mark, with its letter."""
    odd = kind == _CLUSTER
    edge = np.diff(odd.astype(np.int8), prepend=0, append=0)
    begins, ends = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    marked = np.array([_belongs(text[at[begin]]) for begin in begins.tolist()])
    begins -= marked & (begins > 0) & (kind[np.maximum(begins - 1, 0)] == _LETTER)
    inside = np.zeros(at.size + 1, dtype=np.int64)
    inside[begins] += 1
    inside[ends] -= 1
    kept = np.flatnonzero(np.cumsum(inside[:-1]) == 0)
    codes: list[int] = []
    places: list[int] = []
    starts: list[int] = []
    stops: list[int] = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        found = _cluster("".join(text[i] for i in at[begin:end].tolist()))
        codes.extend(found)
        places.extend([begin] * len(found))
        starts.extend([int(at[begin])] * len(found))
        stops.extend([int(at[end - 1]) + 1] * len(found))
    order = np.argsort(np.append(kept, np.array(places, dtype=np.int64)), kind="stable")
    code = np.append(normal[kept], np.array(codes, dtype=np.uint32))[order]
    start = np.append(at[kept], np.array(starts, dtype=np.int64))[order]
    stop = np.append(at[kept] + 1, np.array(stops, dtype=np.int64))[order]
    here = np.flatnonzero(code)
    return _split(code[here], start[here], stop[here], here)


def _belongs(character: str) -> bool:
    """Return whether this changes the letter before it."""
    return unicodedata.category(character)[0] == "M" or _among(ord(character), _JAMO)


def _split(codes: Codes, start: Offsets, stop: Offsets, place: Offsets) -> Letters:
    """Begin a word wherever places do not touch, and at every letter that stands alone."""
    if codes.size == 0:
        return Letters(codes, start, stop, np.empty(0, dtype=np.int64))
    opens = np.empty(codes.size, dtype=np.bool_)
    opens[0] = True
    np.not_equal(place[1:] - place[:-1], 1, out=opens[1:])
    if codes.max() >= _ALONE[0][0]:
        alone = _within(codes, _ALONE)
        opens |= alone
        opens[1:] |= alone[:-1]
    return Letters(codes, start, stop, np.flatnonzero(opens))


def _within(codes: Codes, ranges: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    """Return which code points lie in one of the ascending ranges."""
    edges = np.array([edge for low, high in ranges for edge in (low, high + 1)])
    odd: NDArray[np.bool_] = np.searchsorted(edges, codes, side="right") % 2 == 1
    return odd


@functools.lru_cache(maxsize=4096)
def _cluster(characters: str) -> tuple[int, ...]:
    """Return the code points of a cluster's letters in normal form, 0 for what separates."""
    folded = unicodedata.normalize("NFKC", characters).casefold()
    found = unicodedata.normalize("NFKC", folded).translate(_LOOKALIKES)
    codes = [(ord(c), unicodedata.category(c)) for c in found]
    return tuple(
        code if kind[0] in "LNM" else 0
        for code, kind in codes
        if not (kind == "Cf" or (kind[0] == "M" and _among(code, _DECORATION)))
    )


def _among(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


@functools.cache
def _tables() -> tuple[NDArray[np.uint8], Codes]:
    """Return kind and normal form of every code point below 64 Ki; the last entry is the rest."""
    kinds = np.full(_PLANE + 1, _BREAK, dtype=np.uint8)
    normal = np.zeros(_PLANE + 1, dtype=np.uint32)
    kinds[_PLANE] = _CLUSTER
    for code in range(_PLANE):
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Cf" or _among(code, _FILLERS):
            kinds[code] = _DROPPED
        elif category[0] == "M" or _among(code, _JAMO):
            kinds[code] = _CLUSTER
        elif category[0] not in "CZ":
            found = _cluster.__wrapped__(character)
            if len(found) == 1 and found[0]:
                kinds[code], normal[code] = _LETTER, found[0]
            elif any(found):
                kinds[code] = _CLUSTER
    return kinds, normal
