"""Home again: what officials of one's own region made in cohorts that others ran."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, for_offices, show
from teladan.training.models import Project
from teladan.training.views.ways import crumbs

ROWS_A_PAGE = 20


@for_offices(Office.AGENCY)
def trained_elsewhere(request: Request) -> HttpResponse:
    rows = (
        Project.objects.trained_elsewhere(request.person, request.now)
        .select_related(
            "participant__person",
            "participant__unit__institution",
            "participant__cohort__agency",
            "participant__outcome",
            "source",
        )
        .defer("summary", "source__summary", "source__summary_en", "participant__outcome__lines")
        .order_by("-participant__outcome__at", "-pk")
    )
    agencies = [
        term.institution
        for term in held(request.person, request.now)
        if term.office == Office.AGENCY and term.institution
    ]
    context = {
        "nav": "training",
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "placed": any(agency.region_id for agency in agencies),
        "crumbs": crumbs((_("Our officials trained elsewhere"), "")),
    }
    return show(request, "training/elsewhere.html", context)
