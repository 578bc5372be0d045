"""Asking a host: its rules, its innovations, and what earlier visitors asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, show
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits import acts
from teladan.visits.calendar import today
from teladan.visits.evidence import answered_before, most_honoured
from teladan.visits.forms import AskForm
from teladan.visits.models import Guest, Visit
from teladan.visits.views.hosts import days_told

# Innovations that a request may choose from, and the one that its link names; any other of the
# host's is accepted as well.
OFFERED = 30


@for_offices(Office.AGENCY, Office.LOCAL_ADMIN)
def ask(request: Request, pk: int) -> HttpResponse:
    host = get_object_or_404(Institution.objects.select_related("region"), pk=pk)
    known = list(host.receptions.order_by("since"))
    if not known:
        raise Http404
    day = today(request.now)
    rules = next((row for row in reversed(known) if row.since <= day), known[0])
    # The day that is asked for may lie under these rules or under any that come.
    coming = [row for row in known if row.since >= rules.since]
    visitors = [
        term.institution
        for term in held(request.person, request.now)
        if term.office in {Office.AGENCY, Office.LOCAL_ADMIN} and term.institution is not None
    ]
    named = request.POST.get("visitor", "")
    visitor = next((each for each in visitors if str(each.pk) == named), visitors[0])
    units = Unit.objects.filter(institution=host).order_by("name")
    innovations = Innovation.objects.public().filter(institution=host)
    shown, chosen = _offered(request, host, innovations)
    first = {"innovation": chosen.pk if chosen else None} | _like(request, visitors)
    form = AskForm(
        units,
        innovations,
        shown,
        request.POST or None,
        initial=first,
        overnight=any(row.overnight for row in coming),
    )
    if form.is_valid():
        facts = {**form.cleaned_data, "units": list(form.cleaned_data["units"])}
        done = attempt(
            request,
            lambda: acts.ask(
                by=request.person, visitor=visitor, host=host, now=request.now, **facts
            ),
        )
        if done is not None:
            messages.success(
                request,
                _("Your request is with %(host)s. You read the answer here.") % {"host": host.name},
            )
            return redirect("visit", pk=done.pk)
    context = {
        "nav": "visits",
        "host": host,
        "rules": rules,
        "days": days_told(rules),
        "form": form,
        "visitors": list(dict.fromkeys(visitors)),
        "visitor": visitor,
        "exempt": [
            (each, guest.label)
            for each in dict.fromkeys(visitors)
            if (guest := Guest.of(each, host)) is not None and rules.exempts(guest)
        ],
        "chosen": chosen,
        "answers": answered_before(host, chosen.pk if chosen else None),
        "crumbs": [
            {"label": _("Visits"), "url": reverse("visits")},
            {"label": host.name, "url": reverse("host", args=[host.pk])},
            {"label": _("Ask for a visit"), "url": ""},
        ],
    }
    return show(request, "visits/ask.html", context, form)


def _offered(
    request: Request, host: Institution, innovations: QuerySet[Innovation]
) -> tuple[list[Innovation], Innovation | None]:
    """Return the host's most honoured innovations with the one asked for, and that one."""
    shown: list[Innovation] = most_honoured(host, OFFERED)
    asked = request.POST.get("innovation") or request.GET.get("innovation") or ""
    key = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    chosen = next((row for row in shown if row.pk == key), None)
    if key and chosen is None:
        chosen = innovations.filter(pk=key).only("title").first()
        shown += [chosen] if chosen else []
    return shown, chosen


def _like(request: Request, visitors: list[Institution]) -> dict[str, Any]:
    """Return what was asked of another host that gave no answer, for asking this one the same."""
    asked = request.GET.get("like", "")
    if not (asked.isdecimal() and len(asked) < 16):
        return {}
    rows = Visit.objects.visible_to(request.person, request.now).filter(visitor__in=visitors)
    found = rows.filter(pk=int(asked)).first()
    if found is None:
        return {}
    lines = {
        "questions": found.questions.values_list("text", flat=True),
        "names": found.attendees.values_list("name", flat=True),
    }
    kept = {name: getattr(found, name) for name in ("day", "size", "topic", "contact")}
    return kept | {name: "\n".join(texts) for name, texts in lines.items()}
