"""The public face of matching: who offers help, what was agreed, and who has nothing yet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.web import Request, public_page, show
from teladan.matching.models import Agreement, Confirmation, Offer
from teladan.registry.models import Innovation, Region

ROWS_A_PAGE = 30


@public_page
def matching(request: Request) -> HttpResponse:
    offers = (
        Offer.objects.visible_to(None, request.now)
        .open()
        .select_related("innovation", "institution__region")
        .annotate(taken=Count("proposals__agreement"))
        .order_by("-year", "theme", "institution__name", "pk")
    )
    agreements = (
        Agreement.objects.select_related(
            "proposal__need__institution", "proposal__offer__innovation__institution", "replica"
        )
        .annotate(reached=Count("steps", distinct=True))
        .annotate(confirmed=Count("replica__confirmations", distinct=True))
        .order_by("-starts", "-pk")
    )
    page = Paginator(offers, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "matching",
        "page": page,
        "rows": [(row, max(row.capacity - _taken(row), 0)) for row in page.object_list],
        "agreements": Paginator(agreements, 20).get_page(request.GET.get("agreed")),
        "levels": _levels(),
        "crumbs": [{"label": _("Matching"), "url": ""}],
    }
    return show(request, "matching/matching.html", context)


def _taken(row: Any) -> int:
    """Return how many regions an offer is agreed with."""
    return int(row.taken)


def _levels() -> dict[str, int]:
    """Return how far imitation has come: agreed, running, registered, and counted."""
    reused = Agreement.objects.filter(steps__stage="reuse")
    confirmed = Confirmation.objects.order_by().values("innovation").annotate(sides=Count("pk"))
    return {
        "agreed": Agreement.objects.count(),
        "running": reused.count(),
        "counted": confirmed.filter(sides=2).count(),
    }


@public_page
def coverage(request: Request) -> HttpResponse:
    """One agency, one innovation: which governments have an honoured innovation here."""
    # Region by region: each search ends at the first innovation found, however many there are.
    honoured = Innovation.objects.public().filter(
        simulated=False, institution__region=OuterRef("code")
    )
    rows = Region.objects.annotate(has=Exists(honoured)).values_list("code", "kind", "has")
    regions = list(rows.order_by("code"))
    every = Counter(kind for _code, kind, _has in regions)
    found = Counter(kind for _code, kind, has in regions if has)
    kinds = [
        {"label": label, "all": every[kind], "with": found[kind]}
        for kind, label in Region.Kind.choices
    ]
    without = [code for code, _kind, has in regions if not has]
    page = Paginator(without, 100).get_page(request.GET.get("page"))
    shown = Region.objects.select_related("province").in_bulk(list(page))
    context = {
        "nav": "matching",
        "kinds": kinds,
        "page": page,
        "without": [shown[code] for code in page],
        "crumbs": [
            {"label": _("Matching"), "url": reverse("matching")},
            {"label": _("One agency, one innovation"), "url": ""},
        ],
    }
    return show(request, "matching/coverage.html", context)
