"""The public face of matching: who offers help, what was agreed, and who has nothing yet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.web import Request, public_page, show
from teladan.matching.models import Agreement, Offer
from teladan.registry.models import Innovation, Region

ROWS_A_PAGE = 50


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
        "agreements": agreements[:20],
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
    replicas = Innovation.objects.filter(source__isnull=False).annotate(
        sides=Count("confirmations")
    )
    return {
        "agreed": Agreement.objects.count(),
        "running": reused.count(),
        "counted": replicas.filter(sides=2).count(),
    }


@public_page
def coverage(request: Request) -> HttpResponse:
    """One agency, one innovation: which governments have an honoured innovation here."""
    honoured = Innovation.objects.public().filter(simulated=False)
    have = {*honoured.values_list("institution__region", flat=True).distinct()} - {None}
    every = Counter(Region.objects.values_list("kind", flat=True))
    found = Counter(Region.objects.filter(code__in=have).values_list("kind", flat=True))
    kinds = [
        {"label": label, "all": every[kind], "with": found[kind]}
        for kind, label in Region.Kind.choices
    ]
    without = Region.objects.exclude(code__in=have).select_related("province").order_by("code")
    page = Paginator(without, 100).get_page(request.GET.get("page"))
    context = {
        "nav": "matching",
        "kinds": kinds,
        "page": page,
        "crumbs": [
            {"label": _("Matching"), "url": reverse("matching")},
            {"label": _("One agency, one innovation"), "url": ""},
        ],
    }
    return show(request, "matching/coverage.html", context)
