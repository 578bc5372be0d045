"""Cohorts: opened under their rules, filled with participants, watched step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.forms import BaseForm
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.offices import CAPITAL, held
from teladan.house.web import Request, attempt, csv_line, for_offices, show
from teladan.registry.models import Institution
from teladan.training import acts
from teladan.training.forms import CohortForm, EnrolForm, VisitForm
from teladan.training.models import Cohort, Next, Participant
from teladan.training.progress import next_of, stages_of
from teladan.training.rules import parse, preset, presets
from teladan.training.views.front import shown
from teladan.training.views.ways import crumbs
from teladan.visits.models import Step, Visit

MOST = 200  # participants on a page; five times the usual cohort


@for_offices(Office.AGENCY)
def cohort_new(request: Request) -> HttpResponse:
    terms = [t for t in held(request.person, request.now) if t.office == Office.AGENCY]
    agencies = Institution.objects.filter(pk__in=[t.institution_id for t in terms])
    shelf = {name: preset(name) for name in presets()}
    today = request.now.astimezone(CAPITAL).date()
    first = {"year": today.year, "agency": terms[0].institution_id, "preset": next(iter(shelf))}
    choices = [(name, rules["name"]) for name, rules in shelf.items()]
    form = CohortForm(agencies.order_by("name"), choices, request.POST or None, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        facts["rules"] = shelf[facts.pop("preset")]
        done = attempt(
            request, lambda: acts.open_cohort(by=request.person, now=request.now, **facts)
        )
        if done is not None:
            messages.success(request, _("%(cohort)s is open. Enrol its people.") % {"cohort": done})
            return redirect("cohort", pk=done.pk)
    context = {
        "nav": "desk",
        "form": form,
        "shelf": [shown(parse(rules)) for rules in shelf.values()],
        "crumbs": crumbs((_("Open a cohort"), "")),
    }
    return show(request, "training/cohort_new.html", context, form)


INSIDE = (Office.AGENCY, Office.AUDITOR, Office.MENTOR, Office.COACH, Office.EXAMINER)


def _found(request: Request, pk: int) -> Cohort:
    rows = Cohort.objects.visible_to(request.person, request.now)
    return get_object_or_404(rows.select_related("agency", "visit__host"), pk=pk)


@for_offices(*INSIDE)
def cohort(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    return _page(request, found, EnrolForm(), VisitForm(_visits(request, found)))


@for_offices(Office.AGENCY)
@require_POST
def enrol(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = EnrolForm(request.POST)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.enrol(by=request.person, cohort=found, now=request.now, **facts),
        )
        if done is not None:
            told = _("%(name)s is enrolled. Next: the mentor.") % {"name": done.person.name}
            messages.success(request, told)
            return redirect("cohort", pk=found.pk)
    return _page(request, found, form, VisitForm(_visits(request, found)))


@for_offices(Office.AGENCY)
@require_POST
def cohort_visit(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = VisitForm(_visits(request, found), request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["visit"]
        done = attempt(
            request,
            lambda: acts.link_visit(by=request.person, cohort=found, visit=chosen, now=request.now),
        )
        if done is not None:
            messages.success(request, _("Kept. This is where the cohort observes."))
            return redirect("cohort", pk=found.pk)
    return _page(request, found, EnrolForm(), form)


def _visits(request: Request, found: Cohort) -> Any:
    """Return the agency's own visits that have not ended without taking place."""
    ended = Step.objects.filter(visit=OuterRef("pk"), kind__in=["declined", "withdrawn"])
    rows = Visit.objects.visible_to(request.person, request.now)
    rows = rows.filter(~Exists(ended), visitor=found.agency_id)
    return rows.select_related("host", "region").order_by("-day", "-pk")


def _page(request: Request, found: Cohort, *forms: BaseForm) -> HttpResponse:
    terms = held(request.person, request.now)
    agency = any(t.office == Office.AGENCY and t.institution_id == found.agency_id for t in terms)
    inside = agency or any(t.office == Office.AUDITOR for t in terms)
    rows: Any = (
        Participant.objects.visible_to(request.person, request.now)
        .filter(cohort=found)
        .with_progress(request.now)
        .select_related("person", "unit__institution", "mentor", "coach")
        .order_by("number")
    )
    people = [(row, next_of(row, inside=inside)) for row in rows[:MOST]]
    homeless = found.participants.all().without_home_agency(request.now).count() if inside else 0
    low, high = found.rule.usual_size
    visit = found.visit
    context = {
        "nav": "training",
        "cohort": found,
        "simulated": found.simulated,
        "stages": stages_of(found, request.now),
        "left_out": found.left_out,
        "rules": shown(found.rule),
        "people": people,
        "done": Next.DONE,
        "agency": agency,
        "inside": inside,
        "unusual": inside and not low <= len(people) <= high,
        "homeless": homeless,
        "visit_seen": visit is not None
        and Visit.objects.visible_to(request.person, request.now).filter(pk=visit.pk).exists(),
        "enrol_form": forms[0],
        "visit_form": forms[1] if agency else None,
        "has_visits": agency and _visits(request, found).exists(),
        "crumbs": crumbs((str(found), "")),
    }
    return show(request, "training/cohort.html", context, *forms)


@for_offices(Office.AGENCY, Office.AUDITOR)
def cohort_report(request: Request, pk: int) -> HttpResponse:
    """The cohort as a list: number, unit, project, its source, how it ended; no addresses."""
    found = _found(request, pk)
    rows: Any = (
        Participant.objects.visible_to(request.person, request.now)
        .filter(cohort=found)
        .select_related(
            "person", "unit__institution__region", "mentor", "coach", "project__source", "outcome"
        )
        .annotate(granted=Count("remedials"))
        .order_by("number")
    )
    lines = list(_lines(rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cohort-{found.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _lines(rows: Any) -> Iterator[str]:
    yield csv_line(
        [
            _("Attendance number"), _("Name"), _("Unit"), _("Institution"), _("Home region"),
            _("Mentor"), _("Coach"), _("Project"), _("What it imitates"), _("Attempt"),
            _("Outcome"), _("Points"), _("Predicate"),
        ]
    )  # fmt: skip
    for row in rows:
        project, outcome = getattr(row, "project", None), getattr(row, "outcome", None)
        region = row.unit.institution.region
        yield csv_line(
            [
                row.number,
                row.person.name,
                row.unit.name,
                row.unit.institution.name,
                region.name if region else "",
                row.mentor.name if row.mentor else "",
                row.coach.name if row.coach else "",
                project.title if project else "",
                project.source.title if project and project.source else "",
                row.granted + 1,
                outcome.get_result_display() if outcome else "",
                outcome.rounded if outcome and outcome.rounded is not None else "",
                outcome.predicate if outcome else "",
            ]
        )
