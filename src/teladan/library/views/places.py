"""Regions: all provinces, and one region with its figures and innovations."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.web import Request, public_page, show
from teladan.library.figures import figures_of, source_of
from teladan.library.search import counts, search
from teladan.library.views.keeping import kept_if
from teladan.registry.models import Region

SHOWN = 50


@public_page
def regions(request: Request) -> HttpResponse:
    held = counts()
    q = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:80]
    provinces = Region.objects.filter(kind=Region.Kind.PROVINCE).annotate(size=Count("members"))
    within = _by_province(held.regions)
    found = None
    if q:
        named = Region.objects.filter(name__icontains=q).select_related("province")
        found = [(region, held.regions.get(region.code, 0)) for region in named[:SHOWN]]
    context = {
        "nav": "regions",
        "q": q,
        "found": found,
        "provinces": [(province, within.get(province.code, 0)) for province in provinces],
        "total": held.innovations,
    }
    return kept_if(held.fresh, show(request, "library/regions.html", context))


@public_page
def region(request: Request, code: str) -> HttpResponse:
    found = get_object_or_404(
        Region.objects.select_related("province"), pk=code[:10].replace("\0", "")
    )
    held = counts()
    own = search("", region=found.code, size=SHOWN)
    figures, sources = figures_of(found)
    is_province = found.kind == Region.Kind.PROVINCE
    members = found.members.only("code", "name", "kind", "province_id") if is_province else ()
    within = _by_province(held.regions).get(found.code, 0)
    context = {
        "nav": "regions",
        "crumbs": _crumbs(found),
        "region": found,
        "results": own,
        "within": within if is_province else 0,
        "in_library": f"{reverse('library')}?province={found.code}",
        "figures": figures,
        "sources": [source_of(text) for text in sources],
        "index_awards": [
            (award, source_of(award.citation)) for award in found.index_awards.all()[:SHOWN]
        ],
        "members": [(member, held.regions.get(member.code, 0)) for member in members],
    }
    return kept_if(held.fresh and own.fresh, show(request, "library/region.html", context))


def _by_province(counted: Any) -> dict[str, int]:
    within: dict[str, int] = {}
    for code, count in counted.items():
        within[code[:2]] = within.get(code[:2], 0) + count
    return within


def _crumbs(found: Region) -> list[dict[str, str]]:
    crumbs = [{"label": _("Regions"), "url": reverse("regions")}]
    if found.province:
        url = reverse("region", args=[found.province.code])
        crumbs.append({"label": found.province.name, "url": url})
    return [*crumbs, {"label": found.name, "url": ""}]
