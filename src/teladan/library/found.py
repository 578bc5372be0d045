"""What a search found: hits with the reason why they match, facets, and counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from teladan.awards.models import LEVELS
from teladan.library import words

# Says whether a word of a text, in one of these languages, is one that was asked for.
Matches = Callable[[str], bool]


@dataclass(frozen=True)
class Hit:
    """One innovation of a list, with everything the list shows; `…_html` is safe, with marks."""

    pk: int
    title: str
    title_html: SafeString
    institution: str
    institution_html: SafeString
    region: str
    region_code: str
    place_html: SafeString
    category: str
    category_html: SafeString
    year: int | None
    level: str
    honours: tuple[tuple[str, int], ...]
    url: str
    score: float
    why: str
    why_html: SafeString
    simulated: bool
    uncertain: str

    def as_dict(self) -> dict[str, Any]:
        """Return what the command line prints."""
        names = ("pk", "title", "institution", "region", "year", "level", "url", "score", "why")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Bucket:
    """One value of a facet and how many of the hits have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Results:
    """What a search found. `ready` is false while the first index is still being built."""

    query: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1
    facets: dict[str, list[Bucket]] = field(default_factory=dict)
    # The query with its typos mended; words that nothing has; other ways of saying that counted.
    suggestion: str = ""
    missing: list[str] = field(default_factory=list)
    also: list[tuple[str, str]] = field(default_factory=list)
    # No innovation has all the words, so these have some.
    loosened: bool = False
    ready: bool = True
    fresh: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "query": self.query,
            "total": self.total,
            "page": self.page,
            "pages": self.pages,
            "suggestion": self.suggestion,
            "hits": [hit.as_dict() for hit in self.hits],
        }


@dataclass(frozen=True)
class Counts:
    """What the library holds, counted from the index: the same cost at any size."""

    innovations: int = 0
    honours: int = 0
    # How many of them are made up for a demonstration.
    simulated: int = 0
    simulated_honours: int = 0
    regions: Mapping[str, int] = field(default_factory=dict)
    fresh: bool = True


def hit_of(card: Mapping[str, Any], score: float, matcher: Callable[..., Matches] | None) -> Hit:
    """Turn a card of the index into a hit, marking the words that were asked for."""
    here = language()
    other = "en" if here == "id" else "id"

    def mark(text: str) -> SafeString:
        return words.marked(text, words.spans(text, either) if either else [])

    either = matcher("id", "en") if matcher else None
    texts = [(card["summary"][spoken], spoken) for spoken in (here, other)]
    spans = [
        (text, words.spans(text, matcher(spoken)) if matcher else [])
        for text, spoken in texts
        if text
    ]
    # The reader's language first, unless only the other text holds what was asked for.
    text, where = next((s for s in spans if s[1]), spans[0] if spans else ("", []))
    why, why_html = words.snippet(text, where)
    honours = tuple((level_name(level), year) for level, year in card["honours"])
    category = category_name(card["category"])
    # "Pemerintah Kabupaten Bantaeng" already says which region it is of.
    places = dict.fromkeys(filter(None, (card["region"], card["province"])))
    place = ", ".join(name for name in places if name not in card["institution"])
    return Hit(
        pk=card["pk"],
        title=card["title"],
        title_html=mark(card["title"]),
        institution=card["institution"],
        institution_html=mark(card["institution"]),
        region=card["region"],
        region_code=card["region_code"],
        place_html=mark(place),
        category=category,
        category_html=mark(category),
        year=max((year for _level, year in honours), default=None),
        level=card["honours"][0][0] if honours else "",
        honours=honours,
        url=reverse("innovation", args=[card["pk"]]),
        score=score,
        why=why,
        why_html=why_html,
        simulated=card["simulated"],
        uncertain=card["uncertain"],
    )


def language() -> str:
    """Return the reader's language: id or en."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def level_name(level: str) -> str:
    """Return what an honour is called on a page."""
    return str(LEVELS.get(level, level))


def category_name(category: str) -> str:
    """Return a field of service with a capital, in English for English readers if it is known."""
    name = words.in_english(category) if language() == "en" else category
    return name[:1].upper() + name[1:]
