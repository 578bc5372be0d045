"""Readers: enlisted one by one or from a list, and their pledge."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.house.models import Office, Person
from teladan.house.web import Request, attempt, for_offices, show
from teladan.panel import acts
from teladan.panel.forms import EnlistForm, PledgeForm, ReaderListForm
from teladan.panel.models import Reader
from teladan.panel.views.surroundings import about, edition_for
from teladan.registry.models import Institution

ROWS_A_PAGE = 100


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def readers(request: Request, slug: str) -> HttpResponse:
    edition = edition_for(request, slug)
    form = EnlistForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: acts.enlist_all(
                by=request.person, edition=edition, rows=[form.row()], now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("%(name)s is enlisted.") % form.cleaned_data)
            return redirect("readers", slug)
    adding = form.is_bound or "add" in request.GET
    mine = Reader.objects.visible_to(request.person, request.now).filter(edition=edition)
    start = _start(request)
    rows: list[Any] = list(
        mine.select_related("person", "institution", "home_region").order_by(
            "office", "person__name", "pk"
        )[start : start + ROWS_A_PAGE + 1]
    )
    # Counted for this page's readers only: over all of them it is the dearest part of the page.
    loads: Any = mine.filter(pk__in=[row.pk for row in rows]).with_loads()
    carried = {row.pk: row for row in loads}
    for row in rows:
        row.carries, row.finished = carried[row.pk].carries, carried[row.pk].finished
    context = about(request, edition, (_("Readers"), "")) | {
        "form": form,
        "rows": rows[:ROWS_A_PAGE],
        "count": mine.aggregate(
            all=Count("pk"),
            pledged=Count("pk", filter=Q(pledged_at__isnull=False)),
            evaluators=Count("pk", filter=Q(office=Office.EVALUATOR)),
            panelists=Count("pk", filter=Q(office=Office.PANELIST)),
        ),
        "newer": f"?start={max(start - ROWS_A_PAGE, 0)}" if start else "",
        "older": f"?start={start + ROWS_A_PAGE}" if len(rows) > ROWS_A_PAGE else "",
        "adding": adding,
        "institutions": institutions() if adding else None,
    }
    return show(request, "panel/readers.html", context, form)


def _start(request: Request) -> int:
    asked = request.GET.get("start", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 0


def institutions() -> list[str]:
    """Return the names to choose from; institutions are public."""
    return list(Institution.objects.order_by("name").values_list("name", flat=True))


@for_offices(Office.SECRETARIAT)
def import_readers(request: Request, slug: str) -> HttpResponse:
    edition = edition_for(request, slug)
    form = ReaderListForm(request.POST if request.method == "POST" else None, request.FILES or None)
    rows: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["rows"]
        if "confirm" in request.POST:
            done = attempt(
                request,
                lambda: acts.enlist_all(
                    by=request.person, edition=edition, rows=rows, now=request.now
                ),
            )
            if done is not None:
                told = ngettext("%(n)d reader is enlisted.", "%(n)d readers are enlisted.", done)
                messages.success(request, told % {"n": done})
                return redirect("readers", slug)
    people = Person.objects.filter(email__in=[row["email"] for row in rows])
    context = about(
        request,
        edition,
        (_("Readers"), reverse("readers", args=[slug])),
        (_("From a list"), ""),
    ) | {
        "form": form,
        "rows": rows,
        "text": form.cleaned_data["text"] if rows else "",
        "known": set(people.values_list("email", flat=True)) if rows else set(),
    }
    return show(request, "panel/import.html", context, form)


@for_offices(Office.EVALUATOR, Office.PANELIST)
def pledge(request: Request, pk: int) -> HttpResponse:
    own = Reader.objects.visible_to(request.person, request.now).filter(person=request.person)
    reader = get_object_or_404(
        own.select_related("edition", "institution", "home_region__province"), pk=pk
    )
    form = PledgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        conflicts = form.cleaned_data["conflicts"]
        done = attempt(
            request,
            lambda: acts.pledge(
                by=request.person, reader=reader, conflicts=conflicts, now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("Thank you. Your pledge is recorded."))
            return redirect("ballots")
    context: dict[str, Any] = {
        "nav": "desk",
        "reader": reader,
        "edition": reader.edition,
        "simulated": reader.edition.simulated,
        "form": form,
        "declared": reader.declared.select_related("institution").order_by("institution__name"),
        "institutions": None if reader.pledged_at else institutions(),
        "crumbs": [
            {"label": _("My reading"), "url": reverse("ballots")},
            {"label": _("Integrity pact"), "url": ""},
        ],
    }
    return show(request, "panel/pledge.html", context, form)
