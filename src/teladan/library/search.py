"""Search: words in two languages, one typo forgiven, facets, and why each hit matches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from teladan.library import index
from teladan.library.asking import Question
from teladan.library.cards import FACETS, ORDER
from teladan.library.found import (
    Bucket,
    Counts,
    Hit,
    Results,
    category_name,
    hit_of,
    level_name,
)
from teladan.library.index import Shelf
from teladan.registry.models import Region

T = TypeVar("T")
PAGE, MOST_PAGES = 50, 200
LONGEST_QUERY = 200
SHOWN_FACETS = ("category", "year", "level", "province")
MEMO = 300


def search(
    q: str,
    *,
    category: str = "",
    year: str | int = "",
    level: str = "",
    province: str = "",
    region: str = "",
    sort: str = "",
    page: int = 1,
    size: int = PAGE,
    patient: bool = False,
) -> Results:
    """Find public innovations.

    Most of the words must occur, as written, by stem, or as their pair in the glossary. Without
    words the newest come first, and also with `sort="newest"`. `patient` waits for an index
    that is being built. Never raises for any text typed.
    """
    q = _typed(q, LONGEST_QUERY)
    asked = {
        name: cleaned
        for name, value in zip(FACETS, (category, year, level, province, region), strict=True)
        if (cleaned := _typed(str(value), 60))
    }

    def find(shelf: Shelf) -> Results:
        return _Answer(shelf, q, asked).results(sort, page, size)

    return _on_shelf(find, patient) or Results(query=q, ready=False, fresh=False)


def counts() -> Counts:
    """Count public innovations, their honours, and innovations per region code."""
    import tantivy

    def count(shelf: Shelf) -> Counts:
        wanted = {
            "honours": {"sum": {"field": "honours"}},
            "simulated": {"sum": {"field": "simulated"}},
            "simulated_honours": {"sum": {"field": "simulated_honours"}},
            "regions": {"terms": {"field": "region", "size": 2000}},
        }
        found = _memo(
            shelf, "counts", lambda: shelf.searcher.aggregate(tantivy.Query.all_query(), wanted)
        )
        regions = {b["key"]: b["doc_count"] for b in found["regions"]["buckets"]}
        honours, simulated, simulated_honours = (
            int(found[name]["value"] or 0) for name in ("honours", "simulated", "simulated_honours")
        )
        return Counts(
            shelf.searcher.num_docs, honours, simulated, simulated_honours, regions, shelf.fresh
        )

    return _on_shelf(count, patient=False) or Counts(fresh=False)


def _typed(text: str, longest: int) -> str:
    """Leave out what no index can hold: control characters and halves of characters."""
    printable = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", text[: 4 * longest])
    return " ".join(printable.split())[:longest]


def _on_shelf(ask: Callable[[Shelf], T], patient: bool) -> T | None:
    """Ask the index; if its files prove damaged, have them built anew and ask once more."""
    for last in (False, True):
        shelf = index.shelf(patient=patient)
        if shelf is None:
            return None
        try:
            return ask(shelf)
        except BaseException as broken:
            if last or not index.is_broken(broken):
                raise
            index.log.warning("the search index is damaged and built anew: %s", broken)
            index.forget()
    return None


def _memo(shelf: Shelf, key: object, compute: Callable[[], T]) -> T:
    """Keep what an index answered as long as it stays the same."""
    if key not in shelf.memo:
        if len(shelf.memo) >= MEMO:
            shelf.memo.clear()
        shelf.memo[key] = compute()
    found: T = shelf.memo[key]
    return found


class _Answer:
    """What one index answers to one question."""

    def __init__(self, shelf: Shelf, q: str, asked: Mapping[str, str]) -> None:
        self.shelf, self.asked, self.question = shelf, asked, Question(shelf, q, asked)

    def results(self, sort: str, page: int, size: int) -> Results:
        groups = self.question.groups()
        nothing = bool(self.question.q) and not groups
        by_year = sort == "newest" or not groups
        least = len(groups) if len(groups) < 3 else len(groups) - max(1, len(groups) // 4)
        query = self.question.query.empty_query() if nothing else self.question.whole(groups, least)
        total, page, hits = self._page(query, by_year, page, size)
        loosened = not total and len(groups) > 1
        if loosened:
            query = self.question.whole(groups, 1)
            total, page, hits = self._page(query, by_year, page, size)
        return Results(
            query=self.question.q,
            hits=hits,
            total=total,
            page=page,
            pages=_pages(total, size),
            facets=self._facets(query, memo=not groups and not nothing),
            suggestion=self.question.suggestion(),
            missing=self.question.missing,
            also=self.question.also,
            loosened=loosened and bool(total),
            fresh=self.shelf.fresh,
        )

    def _page(self, query: Any, by_year: bool, page: int, size: int) -> tuple[int, int, list[Hit]]:
        """Return the total, the page that there is, and its hits."""
        searcher = self.shelf.searcher
        order = {"order_by_field": "newest"} if by_year else {}
        page = min(max(page, 1), MOST_PAGES)
        found = searcher.search(query, size, offset=(page - 1) * size, **order)
        total = int(found.count or 0)
        if page > _pages(total, size):
            return self._page(query, by_year, _pages(total, size), size)
        matcher = self.question.matcher if self.question.q else None
        hits = [
            hit_of(
                json.loads(searcher.doc(address).get_first("card")),
                0.0 if by_year else round(float(score), 3),
                matcher,
            )
            for score, address in found.hits
        ]
        return total, page, hits

    def _facets(self, query: Any, *, memo: bool) -> dict[str, list[Bucket]]:
        wanted = {name: {"terms": {"field": name, "size": 60}} for name in SHOWN_FACETS}

        def count() -> Any:
            return self.shelf.searcher.aggregate(query, wanted)

        key = ("facets", tuple(self.asked.items()))
        found = _memo(self.shelf, key, count) if memo else count()
        facets = {}
        for name in SHOWN_FACETS:
            counted = {b["key"]: b["doc_count"] for b in found[name]["buckets"]}
            chosen = self.asked.get(name, "")
            if chosen:
                counted.setdefault(chosen, 0)
            label = {"category": category_name, "level": level_name}.get(name, str)
            if name == "province":
                label = _province_names(counted)
            buckets = [Bucket(v, label(v), count, v == chosen) for v, count in counted.items()]
            facets[name] = sorted(buckets, key=_order(name))
            # The chosen one leads, so that it can always be taken back.
            facets[name].sort(key=lambda bucket: not bucket.chosen)
        return facets


def _pages(total: int, size: int) -> int:
    return max(1, min(-(-total // size), MOST_PAGES))


def _order(name: str) -> Callable[[Bucket], Any]:
    if name == "year":
        return lambda bucket: -int(bucket.value) if bucket.value.isdecimal() else 0
    if name == "level":
        return lambda bucket: (ORDER.get(bucket.value, len(ORDER)), bucket.value)
    return lambda bucket: (-bucket.count, bucket.label)


def _province_names(codes: Mapping[str, int]) -> Callable[[str], str]:
    names = dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
    return lambda code: names.get(code, code)
