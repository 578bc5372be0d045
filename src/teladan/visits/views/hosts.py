"""Hosts: found on evidence with their load, their calendar, and the rules of their visit desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.models import Office
from teladan.house.offices import held, offices_of
from teladan.house.web import Request, attempt, for_offices, public_page, show
from teladan.library.figures import source_of
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits import acts
from teladan.visits.calendar import today
from teladan.visits.diary import Diary
from teladan.visits.evidence import (
    MANY,
    answered_before,
    equals_of,
    honours_of,
    load_of,
    most_honoured,
)
from teladan.visits.forms import WEEKDAYS, ClosureForm, ReceptionForm
from teladan.visits.models import Closure, Reception, Visit

ROWS_A_PAGE = 50
WEEKS = 8
# Innovations that a host's page shows.
SHOWN = 12


@public_page
def hosts(request: Request) -> HttpResponse:
    """Those who have said how they receive: the least visited first among equal evidence."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:80]
    day = today(request.now)
    rows = Reception.objects.in_force(day).select_related("institution__region")
    if q:
        fits = Innovation.objects.public().filter(institution=OuterRef("institution"))
        fits = fits.filter(Q(title__icontains=q) | Q(category__icontains=q))
        rows = rows.filter(Q(institution__name__icontains=q) | Exists(fits))
    home = OuterRef("institution")
    rows = rows.annotate(
        honours=honours_of(home),
        load=load_of(home, day),
    ).order_by("-honours", "load", "institution__name")
    context = {
        "nav": "visits",
        "q": q,
        "rows": [(row, days_told(row)) for row in rows[:ROWS_A_PAGE]],
        "many": MANY,
        "more": rows[ROWS_A_PAGE : ROWS_A_PAGE + 1].exists(),
        "crumbs": [
            {"label": _("Visits"), "url": reverse("visits")},
            {"label": _("Hosts"), "url": ""},
        ],
    }
    return show(request, "visits/hosts.html", context)


def days_told(reception: Reception) -> str:
    """Return the weekdays on which a host receives, as people say them."""
    names = dict(WEEKDAYS)
    return ", ".join(str(names[day]) for day in reception.days)


@public_page
def host(request: Request, pk: int) -> HttpResponse:
    home = get_object_or_404(Institution.objects.select_related("region"), pk=pk)
    day = today(request.now)
    first = day - timedelta(days=day.weekday())
    diary = Diary(home, day, first, first + timedelta(weeks=WEEKS))
    rules = diary.rules
    if not rules:
        raise Http404
    current = next((row for row in rules if row.since <= day), rules[-1])
    received = Visit.objects.took_place().filter(host=home)
    # To Friday, or to the last day of reception.
    width = max(5, *(weekday + 1 for each in rules for weekday in each.days))
    context = {
        "nav": "visits",
        "home": home,
        "rules": current,
        "days": days_told(current),
        "source": source_of(current.citation) if current.citation else None,
        "later": [row for row in rules if row.since > day],
        "simulated": current.simulated,
        "weekdays": [label for _number, label in WEEKDAYS][:width],
        # What a request would be answered today: each day stands under the rules in force on it.
        "weeks": [
            [diary.on(first + timedelta(weeks=week, days=number)) for number in range(width)]
            for week in range(WEEKS)
        ],
        "years": list(
            received.values("day__year")
            .annotate(visits=Count("pk"), people=Sum("size"))
            .order_by("-day__year")
        ),
        "innovations": most_honoured(home, SHOWN),
        "answers": answered_before(home),
        "equals": equals_of(home, day),
        "may_ask": bool(_offices(request) & {Office.AGENCY, Office.LOCAL_ADMIN}),
        "crumbs": [
            {"label": _("Visits"), "url": reverse("visits")},
            {"label": _("Hosts"), "url": reverse("hosts")},
            {"label": home.name, "url": ""},
        ],
    }
    return show(request, "visits/host.html", context)


def _offices(request: Request) -> set[str]:
    person = getattr(request, "person", None)
    return offices_of(person, request.now) if person else set()


@for_offices(Office.HOST)
def reception(request: Request, pk: int) -> HttpResponse:
    mine = {t.institution_id for t in held(request.person, request.now) if t.office == Office.HOST}
    home = get_object_or_404(Institution, pk=pk if pk in mine else 0)
    units = Unit.objects.filter(institution=home).order_by("name")
    last = Reception.objects.filter(institution=home).order_by("-since").first()
    first = {"since": today(request.now)}
    if last is not None:
        first |= {
            name: getattr(last, name)
            for name in ("opens", "lead_days", "group_max", "groups_a_day", "overnight",
                         "answer_days", "note", "citation")
        } | {"weekdays": list(last.days), "exempt": list(last.guests)}  # fmt: skip
    rules, closing = ReceptionForm(initial=first, prefix="rules"), ClosureForm(units, prefix="shut")
    does = request.POST.get("do", "")
    done: object = None
    if does == "rules":
        rules = ReceptionForm(request.POST, prefix="rules")
        if rules.is_valid():
            facts: dict[str, Any] = {**rules.cleaned_data}
            facts["weekdays"] = tuple(facts["weekdays"])
            done = attempt(
                request,
                lambda: acts.receive_by(
                    by=request.person, institution=home, now=request.now, **facts
                ),
            )
    elif does == "close":
        closing = ClosureForm(units, request.POST, prefix="shut")
        if closing.is_valid():
            shut = dict(closing.cleaned_data)
            done = attempt(
                request,
                lambda: acts.close_days(
                    by=request.person, institution=home, now=request.now, **shut
                ),
            )
    if done:
        messages.success(request, _("Kept. Whoever asks from now on is answered by it."))
        return redirect("reception", pk=home.pk)
    return _reception_page(request, home, rules, closing)


def _reception_page(request: Request, home: Institution, *forms: BaseForm) -> HttpResponse:
    day = today(request.now)
    context = {
        "nav": "desk",
        "home": home,
        "rules_form": forms[0],
        "closing_form": forms[1],
        "rules": [
            (row, days_told(row))
            for row in Reception.objects.filter(institution=home).order_by("-since")[:10]
        ],
        "closures": Closure.objects.filter(institution=home, last__gte=day)
        .select_related("unit")
        .order_by("first")[:50],
        "today": day,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("How we receive"), "url": ""},
        ],
    }
    return show(request, "visits/reception.html", context, *forms)
