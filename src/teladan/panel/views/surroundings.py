"""What the pages of the panel share: finding the edition or round, and the way back."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.contest.models import Edition, Round
from teladan.house.models import Office
from teladan.house.offices import offices_of
from teladan.house.web import Request


def edition_for(request: Request, slug: str) -> Edition:
    visible = Edition.objects.visible_to(request.person, request.now)
    return get_object_or_404(visible.select_related("proclamation"), slug=slug)


def round_for(request: Request, pk: int) -> Round:
    """Fetch a round of an edition that may be seen; what was sealed stays in the database."""
    rows = Round.objects.select_related("edition__proclamation", "plan", "seal").defer(
        "seal__inputs"
    )
    visible = Edition.objects.visible_to(request.person, request.now)
    return get_object_or_404(rows.filter(edition__in=visible.values("pk")), pk=pk)


def about(request: Request, edition: Edition, *steps: tuple[str, str]) -> dict[str, Any]:
    """Return what every page of the secretariat's side says of its edition."""
    way = [
        (edition.name, reverse("edition", args=[edition.slug])),
        (_("Workroom"), reverse("office", args=[edition.slug])),
        *steps,
    ]
    if not oversees(request):
        del way[1]
    return {
        "nav": "desk",
        "edition": edition,
        "simulated": edition.simulated,
        "secretariat": Office.SECRETARIAT in offices_of(request.person, request.now),
        "crumbs": [{"label": label, "url": url} for label, url in way],
    }


def oversees(request: Request) -> bool:
    """Say whether the workroom is open to the reader of this page."""
    mine = offices_of(request.person, request.now)
    return bool(mine & {Office.SECRETARIAT, Office.AUDITOR})


def embargo(edition: Edition) -> str:
    """Return what the embargo waits for; empty once it is over."""
    return "" if hasattr(edition, "proclamation") else _("the proclamation")
