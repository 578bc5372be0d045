"""Open data: the whole library as CSV and JSON, its points on the map, and a feed of honours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.awards.models import Award
from teladan.house.web import Request, csv_line, public_page
from teladan.library.found import level_name
from teladan.library.search import counts
from teladan.library.views.keeping import kept_if
from teladan.registry.models import Innovation, Region

COLUMNS = (
    "id", "title", "institution", "region_code", "region", "province", "category", "in_use_since",
    "honour", "year", "edition", "source", "uncertain", "simulated", "summary_id", "summary_en",
    "url",
)  # fmt: skip
CHUNK, FEED = 500, 50


def _rows() -> Iterator[Innovation]:
    rows = Innovation.objects.public().select_related("institution__region__province")
    rows = rows.prefetch_related("awards__edition").order_by("pk")
    return rows.iterator(chunk_size=CHUNK)


def _facts(innovation: Innovation) -> dict[str, Any]:
    region = innovation.institution.region
    return {
        "id": innovation.pk,
        "title": innovation.title,
        "institution": innovation.institution.name,
        "region_code": region.code if region else None,
        "region": region.name if region else None,
        "province": region.province.name if region and region.province else None,
        "category": innovation.category or None,
        "in_use_since": innovation.started.isoformat() if innovation.started else None,
        "summary_id": innovation.summary or None,
        "summary_en": innovation.summary_en or None,
        "url": settings.SITE_URL + reverse("innovation", args=[innovation.pk]),
    }


def _honours(innovation: Innovation) -> list[dict[str, Any]]:
    return [
        {
            "honour": award.level,
            "year": award.year,
            "edition": award.edition.slug if award.edition else None,
            "source": award.citation or None,
            "uncertain": award.uncertain or innovation.uncertain or None,
            "simulated": award.simulated or innovation.simulated,
        }
        for award in innovation.awards.all()
    ]


@public_page
def export_csv(request: Request) -> HttpResponse:
    """One line an honour."""

    def lines() -> Iterator[str]:
        yield csv_line(COLUMNS)
        for innovation in _rows():
            facts = _facts(innovation)
            for honour in _honours(innovation):
                cells = facts | honour
                yield csv_line(cells[name] for name in COLUMNS)

    return _file(lines(), "text/csv; charset=utf-8", "teladan.csv")


@public_page
def export_json(request: Request) -> HttpResponse:
    """One object an innovation, with its honours."""

    def pieces() -> Iterator[str]:
        head = {"source": settings.SITE_URL + reverse("library"), "note": "unknown is null"}
        yield json.dumps(head)[:-1] + ', "innovations": [\n'
        comma = ""
        for innovation in _rows():
            facts = _facts(innovation) | {"honours": _honours(innovation)}
            yield comma + json.dumps(facts, ensure_ascii=False)
            comma = ",\n"
        yield "\n]}\n"

    return _file(pieces(), "application/json", "teladan.json")


def _file(pieces: Iterator[str], kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(  # type: ignore[return-value]
        pieces, content_type=kind, headers=headers
    )


@public_page
def points(request: Request) -> HttpResponse:
    """One point a region that has innovations, as GeoJSON."""
    held = counts()
    rows = Region.objects.filter(pk__in=held.regions, lat__isnull=False, lon__isnull=False)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {
                "code": row.code,
                "title": row.name,
                "count": held.regions[row.code],
                "url": reverse("region", args=[row.code]),
            },
        }
        for row in rows
    ]
    body = {"type": "FeatureCollection", "features": features}
    return kept_if(held.fresh, JsonResponse(body, content_type="application/geo+json"))


@public_page
def feed(request: Request) -> HttpResponse:
    """The newest honours, in the order in which they came into the library."""
    here = settings.SITE_URL
    out = Atom1Feed(
        title=_("Teladan: honours"),
        link=here + reverse("library"),
        feed_url=here + reverse("feed"),
        description=_("Public-service innovations that were honoured."),
        language=get_language(),
        author_name="Teladan",
    )
    rows = Award.objects.select_related(
        "innovation__institution", "edition__proclamation", "innovation"
    )
    for award in rows.order_by("-pk")[:FEED]:
        innovation = award.innovation
        place = here + reverse("innovation", args=[innovation.pk])
        marks = f" ({_('simulated')})" if award.simulated or innovation.simulated else ""
        out.add_item(
            title=_printable(f"{innovation.title}: {level_name(award.level)} {award.year}{marks}"),
            link=place,
            unique_id=f"{place}#award-{award.pk}",
            description=_printable(innovation.summary_here or innovation.institution.name),
            author_name=_printable(innovation.institution.name),
            updateddate=_came(award),
        )
    return HttpResponse(
        out.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


def _came(award: Award) -> datetime:
    """When the honour became public here; for honours from outside, when the row was made."""
    if award.edition and hasattr(award.edition, "proclamation"):
        return award.edition.proclamation.at
    return award.innovation.registered_at


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
