"""The library's shelves: search with facets, and one innovation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.awards.models import Award
from teladan.house.templatetags.teladan import number
from teladan.house.web import Request, public_page, show
from teladan.library.cards import ORDER
from teladan.library.figures import claimed, source_of
from teladan.library.found import Results, category_name
from teladan.library.life import later_of, life_of
from teladan.library.search import search
from teladan.library.views.keeping import kept_if
from teladan.registry.models import Claim, Innovation

FILTERS = ("category", "year", "level", "province")
REPLICAS = 50


@public_page
def library(request: Request) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in FILTERS}
    sort = "newest" if request.GET.get("sort") == "newest" else ""
    page = request.GET.get("page", "1")
    results = search(
        request.GET.get("q", ""),
        category=asked["category"],
        year=asked["year"],
        level=asked["level"],
        province=asked["province"],
        sort=sort,
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
    )
    kept = {"q": results.query, **asked, "sort": sort}
    context = {
        "nav": "library",
        "results": results,
        "sort": sort,
        "hidden": [(name, value) for name, value in kept.items() if value and name != "q"],
        "facets": _facets(results, kept),
        "narrowed": sum(map(bool, asked.values())),
        "by_relevance": _address({**kept, "sort": ""}),
        "by_year": _address({**kept, "sort": "newest"}),
        "suggested": _address({**kept, "q": results.suggestion}) if results.suggestion else "",
        "without_filters": _address({"q": results.query}),
        "newer": _page(kept, results.page - 1) if results.page > 1 else "",
        "older": _page(kept, results.page + 1) if results.page < results.pages else "",
        "pager_note": _("Page %(page)s of %(pages)s")
        % {"page": number(results.page), "pages": number(results.pages)},
    }
    response = show(request, "library/library.html", context)
    return kept_if(results.fresh, response)


def _address(parts: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in parts.items() if value})
    return reverse("library") + (f"?{query}" if query else "")


def _page(parts: dict[str, str], page: int) -> str:
    return _address({**parts, "page": str(page) if page > 1 else ""})


def _facets(results: Results, kept: dict[str, str]) -> list[dict[str, Any]]:
    """Each facet with the address that each of its values leads to; a chosen one leads back."""
    titles = {
        "category": _("Field of service"),
        "level": _("Honour"),
        "year": _("Year of honour"),
        "province": _("Province"),
    }
    return [
        {
            "title": title,
            "buckets": [
                (bucket, _address({**kept, name: "" if bucket.chosen else bucket.value}))
                for bucket in results.facets.get(name, [])
            ],
        }
        for name, title in titles.items()
        if results.facets.get(name)
    ]


@public_page
def innovation(request: Request, pk: int) -> HttpResponse:
    person = getattr(request, "person", None)
    rows = Innovation.objects.visible_to(person, request.now).select_related(
        "institution__region__province", "unit"
    )
    found = get_object_or_404(
        rows.prefetch_related(
            Prefetch("awards", Award.objects.select_related("edition__proclamation")),
            Prefetch("claims", Claim.objects.order_by("pk")),
        ),
        pk=pk,
    )
    awards = sorted(found.awards.all(), key=lambda a: (ORDER.get(a.level, len(ORDER)), -a.year))
    replicas = Innovation.objects.public().filter(source=found.pk).select_related("institution")
    made = list(replicas.only("title", "adapted", "institution__name")[: REPLICAS + 1])
    source = None
    if found.source_id:
        origin = Innovation.objects.visible_to(person, request.now).filter(pk=found.source_id)
        source = origin.select_related("institution").annotate(place=F("institution__name")).first()
    region = found.institution.region
    category = category_name(found.category) if found.category else ""
    context = {
        "nav": "library",
        "crumbs": _crumbs(found, category),
        "innovation": found,
        "category": category,
        "region": region,
        "province": region.province if region else None,
        "awards": [(award, source_of(award.citation)) for award in awards],
        "simulated": found.simulated or any(award.simulated for award in awards),
        "life": life_of(awards, later=later_of(found, len(made)), started=found.started),
        "figures": claimed(found.claims.all()),
        "citation": source_of(found.citation),
        "source": source,
        "replicas": made[:REPLICAS],
        "more_replicas": len(made) > REPLICAS,
    }
    return show(request, "library/innovation.html", context)


def _crumbs(found: Innovation, category: str) -> list[dict[str, str]]:
    crumbs = [{"label": _("Library"), "url": reverse("library")}]
    if category:
        crumbs.append({"label": category, "url": _address({"category": found.category})})
    return [*crumbs, {"label": found.title, "url": ""}]
