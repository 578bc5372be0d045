"""What the search index holds of an innovation: its words, its facets, and a card to show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from teladan.awards.models import LEVELS
from teladan.library.words import stems, words_of
from teladan.registry.models import Innovation, InnovationQuerySet

FACETS = ("category", "year", "level", "province", "region")
ORDER = {level: place for place, level in enumerate(LEVELS)}


def schema() -> Any:
    """Return the fields: words as written, stems in each language, facets, and the card."""
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_unsigned_field("pk", indexed=True, fast=True)
    for name in ("title", "names", "all", "id", "en"):
        fields.add_text_field(name, tokenizer_name="whitespace")
    for name in FACETS:
        fields.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
    fields.add_unsigned_field("newest", fast=True)
    for name in ("honours", "simulated", "simulated_honours"):
        fields.add_unsigned_field(name, fast=True)
    fields.add_bytes_field("card", stored=True)
    return fields.build()


def add_cards(writer: Any, fields: Any, rows: InnovationQuerySet) -> None:
    """Add a document for each innovation to what is being written."""
    import tantivy

    full = rows.select_related("institution__region__province").prefetch_related("awards")
    for innovation in full.order_by("pk").iterator(chunk_size=1000):
        card = card_of(innovation)
        writer.add_document(tantivy.Document.from_dict(_document(card), fields))


def card_of(innovation: Innovation) -> dict[str, Any]:
    """Return everything that a list shows of an innovation, as JSON."""
    institution, region = innovation.institution, innovation.institution.region
    province = region and (region.province or region)
    awards = sorted(
        innovation.awards.all(), key=lambda a: (ORDER.get(a.level, len(ORDER)), -a.year, a.pk)
    )
    return {
        "pk": innovation.pk,
        "title": innovation.title,
        "institution": institution.name,
        "region": region.name if region else "",
        "region_code": region.code if region else "",
        "province": province.name if province else "",
        "province_code": province.code if province else "",
        "category": innovation.category.strip(),
        "honours": list(dict.fromkeys((award.level, award.year) for award in awards)),
        "summary": {"id": innovation.summary, "en": innovation.summary_en},
        "simulated": innovation.simulated or any(award.simulated for award in awards),
        "uncertain": innovation.uncertain or next((a.uncertain for a in awards if a.uncertain), ""),
    }


def _document(card: dict[str, Any]) -> dict[str, Any]:
    title, category = words_of(card["title"]), words_of(card["category"])
    places = (card["institution"], card["region"], card["province"])
    names = [word for place in dict.fromkeys(places) for word in words_of(place)]
    texts = {language: words_of(text) for language, text in card["summary"].items()}
    said = {
        "id": stems([*title, *category, *texts["id"]], "id"),
        "en": stems([*title, *texts["en"]], "en"),
    }
    years = {year for _level, year in card["honours"]}
    return {
        "pk": card["pk"],
        "title": " ".join(title),
        "names": " ".join(names),
        "all": " ".join(_each([*title, *names, *category, *texts["id"], *texts["en"]])),
        **{language: " ".join(found) for language, found in said.items()},
        "category": [card["category"]] if card["category"] else [],
        "year": [str(year) for year in sorted(years)],
        "level": list(dict.fromkeys(level for level, _year in card["honours"])),
        "province": [card["province_code"]] if card["province_code"] else [],
        "region": [card["region_code"]] if card["region_code"] else [],
        # Newest year first, and within it the higher honour.
        "newest": max((_rank(level, year) for level, year in card["honours"]), default=0),
        "honours": len(card["honours"]),
        "simulated": int(card["simulated"]),
        "simulated_honours": len(card["honours"]) if card["simulated"] else 0,
        "card": json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode(),
    }


def _rank(level: str, year: int) -> int:
    return year * 100 + len(ORDER) - ORDER.get(level, len(ORDER))


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
