"""The public ledger of visits: who went where, on what, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import ExtractYear
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from teladan.house.web import Request, public_page, show
from teladan.library.figures import source_of
from teladan.visits.calendar import today
from teladan.visits.models import Lesson, Visit

ROWS_A_PAGE = 50
# A visit without a report is marked after so many days.
PATIENCE = timedelta(days=90)


@public_page
def visits(request: Request) -> HttpResponse:
    rows = Visit.objects.took_place()
    asked = {
        "q": request.GET.get("q", "").replace("\0", "").strip()[:80],
        "region": request.GET.get("region", "").strip()[:5],
        "year": request.GET.get("year", "").strip()[:4],
    }
    if asked["q"]:
        rows = rows.filter(
            Q(visitor_name__icontains=asked["q"])
            | Q(topic__icontains=asked["q"])
            | Q(offices_told__icontains=asked["q"])
        )
    if asked["region"]:
        rows = rows.filter(region=asked["region"])
    if asked["year"].isdecimal():
        rows = rows.filter(day__year=int(asked["year"]))
    page = _page(request)
    told = Lesson.objects.filter(visit=OuterRef("pk"), of_group=True)
    found: list[Any] = list(
        rows.select_related("host", "region", "innovation")
        .annotate(reported=Exists(told))
        .order_by("-day", "-pk")[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE + 1]
    )
    late = today(request.now) - PATIENCE
    context = {
        "nav": "visits",
        "asked": asked,
        "narrowed": any(asked.values()),
        "rows": [
            {
                "visit": row,
                "source": source_of(row.citation) if row.citation else None,
                "silent": _silent(row, late),
            }
            for row in found[:ROWS_A_PAGE]
        ],
        "newer": _address(asked, page - 1) if page else "",
        "older": _address(asked, page + 1) if len(found) > ROWS_A_PAGE else "",
        "years": _years(),
        "crumbs": [{"label": _("Visits"), "url": ""}],
    }
    return show(request, "visits/visits.html", context)


def _silent(row: Any, late: date) -> bool:
    """Say whether a visit of ours is long over and its group has told nothing."""
    return not row.citation and not row.reported and row.day is not None and row.day < late


def _years() -> list[dict[str, Any]]:
    """Return visits and people of each year, real and simulated apart; unknown sizes are named."""
    rows = Visit.objects.took_place().filter(day__isnull=False)
    tally: Any = (
        rows.annotate(year=ExtractYear("day"))
        .values("year", "simulated")
        .annotate(visits=Count("pk"), people=Sum("size"), unknown=Count("pk", filter=Q(size=None)))
        .order_by("-year", "simulated")
    )
    return list(tally)


def _page(request: Request) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 0


def _address(asked: dict[str, str], page: int) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('visits')}?{urlencode(kept | ({'page': page} if page else {}))}"
