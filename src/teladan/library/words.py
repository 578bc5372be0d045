"""Words in two languages: cut, stemmed, paired by the glossary, and marked where they matched."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from threading import Lock

from django.utils.safestring import SafeString

LANGUAGES = ("id", "en")
LONGEST = 40
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words that tell no innovation from another. Short on purpose: a stem search forgives the rest.
STOP = frozenset(
    word
    for line in (
        "ada adalah agar akan antara atas atau bagi bahwa banyak dalam dan dapat dari dengan di",
        "guna hingga ini itu juga ke kepada lebih maupun melalui menjadi oleh pada para saat",
        "sebagai secara sebuah serta setiap suatu sudah telah tentang tersebut tidak untuk yang",
        "a an and are as at be by for from has have in into is it its of on or that the their",
        "them they this to was were which who will with not no",
    )
    for word in line.split()
)
GLOSSARY = Path(__file__).resolve().parent.parent / "data" / "glossary.csv"

_stemming = Lock()


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """Fold case, accents and apostrophes away, so that Jum’at and jumat are one word."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if char.isalnum())[:LONGEST]


def words_of(text: str) -> list[str]:
    """Cut a text into folded words."""
    return [word for match in WORD.finditer(text) if (word := plain(match[0]))]


def telling(words: Iterable[str]) -> list[str]:
    """Leave out the stop words."""
    return [word for word in words if word not in STOP]


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    name = "indonesian" if language == "id" else "english"
    stem_word: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return stem_word


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word. The stemmers keep state, so one thread at a time."""
    with _stemming:
        return _stemmer(language)(word)


def stems(found: Iterable[str], language: str) -> list[str]:
    """Return the stems of the telling words among those found."""
    return [stem(word, language) for word in telling(found)]


def stems_of(text: str, language: str) -> list[str]:
    """Return the stems of the telling words of a text."""
    return stems(words_of(text), language)


Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def glossary() -> dict[tuple[str, Phrase], dict[tuple[str, Phrase], str]]:
    """Read the pairs: (language, stems) -> every way of saying the same, with how it is written."""
    found: dict[tuple[str, Phrase], dict[tuple[str, Phrase], str]] = {}
    with GLOSSARY.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            ways = {
                (language, tuple(stems_of(said, language))): said
                for language in LANGUAGES
                for said in row[language].split("|")
            }
            for way in ways:
                others = {other: said for other, said in ways.items() if other != way}
                found.setdefault(way, {}).update(others)
    return found


LONGEST_PHRASE = 4


def phrases(words: list[str]) -> list[tuple[list[str], dict[tuple[str, Phrase], str]]]:
    """Cut a query into the longest phrases that the glossary knows and single words."""
    known, found, at = glossary(), [], 0
    while at < len(words):
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            piece = words[at : at + length]
            others: dict[tuple[str, Phrase], str] = {}
            for language in LANGUAGES:
                key = (language, tuple(stem(word, language) for word in piece))
                others |= known.get(key, {})
            if others or length == 1:
                found.append((piece, others))
                at += length
                break
    return found


def in_english(name: str) -> str:
    """Return the English word for a field of service, or the name itself."""
    key = ("id", tuple(stems_of(name, "id")))
    for (language, _stems), said in glossary().get(key, {}).items():
        if language == "en":
            return said
    return name


def near(one: str, other: str) -> bool:
    """Say whether one typo (a letter more, less, other, or two swapped) parts the words."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, char in enumerate(short) if char != long[i]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    rest = short[at + 1 :] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return rest or swapped


Spans = list[tuple[int, int]]


def spans(text: str, matches: Callable[[str], bool]) -> Spans:
    """Return where the words that match stand in the text."""
    return [match.span() for match in WORD.finditer(text) if (w := plain(match[0])) and matches(w)]


def marked(text: str, where: Spans, start: int = 0, end: int | None = None) -> SafeString:
    """Write text[start:end] as HTML with <mark> around the spans; everything else is escaped."""
    end = len(text) if end is None else end
    pieces, at = [], start
    for a, b in where:
        if at <= a and b <= end:
            pieces += [escape(text[at:a]), "<mark>", escape(text[a:b]), "</mark>"]
            at = b
    # Built of escaped pieces and our own tags; format_html would cost half a page's time.
    return SafeString("".join([*pieces, escape(text[at:end])]))


def snippet(text: str, where: Spans, reach: int = 210) -> tuple[str, SafeString]:
    """Return the part of a text around its first match, as plain text and as HTML with marks."""
    start, end = 0, len(text)
    if end > reach:
        first = where[0][0] if where else 0
        start = max(0, min(first - reach // 4, end - reach))
        start = text.rfind(" ", 0, start) + 1 if start else 0
        stop = text.find(" ", min(start + reach, end))
        end = stop if stop >= 0 else end
    before, after = "… " if start else "", " …" if end < len(text) else ""
    html = SafeString(before) + marked(text, where, start, end) + SafeString(after)
    return f"{before}{text[start:end]}{after}", html
