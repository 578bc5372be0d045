"""The front of training: rules, cohorts and what graduates made; and the certificate."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from teladan.house.web import Request, public_page, show
from teladan.training.certificates import graduate_pdf
from teladan.training.models import Cohort, Outcome, Participant, Project
from teladan.training.rules import Rules, parse, preset, presets

ROWS_A_PAGE = 20


@public_page
def training(request: Request) -> HttpResponse:
    person = getattr(request, "person", None)
    rows: Any = Cohort.objects.select_related("agency").annotate(count=Count("participants"))
    page = Paginator(rows.order_by("-starts", "pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    results = _results(list(page))
    mine: set[int] = set()
    if person is not None:
        mine = set(Cohort.objects.visible_to(person, request.now).values_list("pk", flat=True))
    context = {
        "nav": "training",
        "page": page,
        "rows": [(row, results.get(row.pk, []), row.pk in mine) for row in page],
        "shelf": [shown(parse(preset(name))) for name in presets()],
        "projects": Paginator(_projects(), ROWS_A_PAGE).get_page(request.GET.get("projects")),
        "themes": _tally("project__source__category"),
        "homes": _tally("unit__institution__region__name"),
        "crumbs": [{"label": _("Training"), "url": ""}],
    }
    return show(request, "training/training.html", context)


def shown(rule: Rules) -> dict[str, Any]:
    """Return a rule set with the word whether each of its numbers is confirmed."""
    return {
        "rule": rule,
        "size_sure": rule.sure("class"),
        "load_sure": rule.sure("coach_load"),
        "spread_sure": rule.sure("spread_limit"),
        "attempts_sure": rule.sure("attempts"),
        "days_sure": all(stage.confirmed for stage in rule.stages),
    }


def _results(cohorts: list[Cohort]) -> dict[int, list[dict[str, Any]]]:
    """Return how the participants of each cohort ended: predicate or result, and how many."""
    tally: Any = (
        Outcome.objects.filter(participant__cohort__in=[cohort.pk for cohort in cohorts])
        .values("participant__cohort", "result", "predicate")
        .annotate(n=Count("pk"))
        .order_by("result", "predicate")
    )
    labels = dict(Outcome.Result.choices)
    rules = {cohort.pk: cohort.rule for cohort in cohorts}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in tally:
        pk = row["participant__cohort"]
        names = {band.predicate_id: band.predicate for band in rules[pk].bands}
        graduated = row["result"] == Outcome.Result.GRADUATED
        label = names.get(row["predicate"], row["predicate"]) if graduated else ""
        found.setdefault(pk, []).append(
            {
                "label": label or labels[row["result"]],
                "n": row["n"],
                "graduated": graduated,
                "unverified": graduated and not rules[pk].certain,
            }
        )
    return found


def _projects() -> Any:
    """Return what graduates made, newest first: a topic and a place, and nobody's name."""
    return (
        Project.objects.filter(participant__outcome__result=Outcome.Result.GRADUATED)
        .select_related("participant__unit__institution__region", "participant__cohort", "source")
        .defer("summary", "source__summary", "source__summary_en")
        .order_by("-participant__outcome__at", "-pk")
    )


def _tally(place: str) -> list[dict[str, Any]]:
    """Count the graduates' projects by what is at `place`, real and simulated apart."""
    rows: Any = (
        Participant.objects.filter(outcome__result=Outcome.Result.GRADUATED, project__isnull=False)
        .values(place, "cohort__simulated")
        .annotate(n=Count("pk"))
        .order_by("-n", place)[:20]
    )
    return [
        {"label": row[place] or "", "n": row["n"], "simulated": row["cohort__simulated"]}
        for row in rows
    ]


@public_page
def graduate_certificate(request: Request, code: str) -> HttpResponse:
    rows = Outcome.objects.filter(result=Outcome.Result.GRADUATED).select_related(
        "participant__person", "participant__unit__institution", "participant__cohort__agency"
    )
    outcome = get_object_or_404(rows, code=code.replace("\0", ""))
    response = HttpResponse(graduate_pdf(outcome), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{outcome.code}.pdf"'
    return response
