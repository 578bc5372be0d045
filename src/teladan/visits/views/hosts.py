"""Hosts: found on evidence with their load, their calendar, and the rules of their visit desk."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
)
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.awards.models import Award
from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, public_page, show
from teladan.library.figures import source_of
from teladan.registry.models import Innovation, Institution, Unit
from teladan.visits import acts
from teladan.visits.calendar import ENDED, first_in_time, holidays_of, received_on, today
from teladan.visits.forms import WEEKDAYS, ClosureForm, ReceptionForm
from teladan.visits.models import Closure, Reception, Step, Visit

ROWS_A_PAGE = 50
WEEKS = 8


class SubqueryCount(Subquery):
    """How many rows a subquery has: joins of several lists would multiply each other."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _received(day: date) -> Any:
    """Visits that the host of a row received in the year before a day."""
    held = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.HELD)
    since = day - timedelta(days=365)
    rows = Visit.objects.filter(Exists(held), host=OuterRef("institution"), day__gte=since)
    return rows.order_by().values("pk")


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
    honours = (
        Award.objects.filter(innovation__institution=OuterRef("institution"))
        .order_by()
        .values("pk")
    )
    rows = rows.annotate(
        honours=SubqueryCount(honours),
        load=SubqueryCount(_received(day)),
    ).order_by("-honours", "load", "institution__name")
    context = {
        "nav": "visits",
        "q": q,
        "rows": [(row, days_told(row)) for row in rows[:ROWS_A_PAGE]],
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
    rules = list(Reception.objects.filter(institution=home).order_by("-since")[:5])
    if not rules:
        raise Http404
    current = next((row for row in rules if row.since <= day), rules[-1])
    received = Visit.objects.took_place().filter(host=home)
    innovations = Innovation.objects.public().filter(institution=home)
    context = {
        "nav": "visits",
        "home": home,
        "rules": current,
        "days": days_told(current),
        "source": source_of(current.citation) if current.citation else None,
        "later": [row for row in rules if row.since > day],
        "simulated": current.simulated,
        "weekdays": [label for _number, label in WEEKDAYS][: _width(rules)],
        "weeks": _weeks(home, rules, day),
        "years": list(
            received.values("day__year")
            .annotate(visits=Count("pk"), people=Sum("size"))
            .order_by("-day__year")
        ),
        "innovations": list(
            innovations.annotate(honours=Count("awards")).order_by("-honours", "title")[:12]
        ),
        "equals": _equals(home, day),
        "crumbs": [
            {"label": _("Visits"), "url": reverse("visits")},
            {"label": _("Hosts"), "url": reverse("hosts")},
            {"label": home.name, "url": ""},
        ],
    }
    return show(request, "visits/host.html", context)


def _weeks(home: Institution, rules: list[Reception], day: date) -> list[list[dict[str, Any]]]:
    """Return the next eight weeks, Monday to Friday or to the last day of reception.

    What a request would be answered today: each day stands under the rules in force on it.
    """
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(weeks=WEEKS)
    accepted = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.ACCEPTED)
    ended = Step.objects.filter(visit=OuterRef("pk"), kind__in=ENDED)
    rows = Visit.objects.filter(Exists(accepted), ~Exists(ended), host=home)
    taken = Counter(rows.filter(day__gte=first, day__lt=last).values_list("day", flat=True))
    shut: dict[date, str] = {}
    for row in Closure.objects.filter(institution=home, unit=None, last__gte=first, first__lt=last):
        for number in range((row.last - row.first).days + 1):
            shut[row.first + timedelta(days=number)] = row.reason
    free = {**holidays_of(first.year), **holidays_of(last.year)}

    def cell(each: date) -> dict[str, Any]:
        current = next((row for row in rules if row.since <= each), None)
        left = max(current.groups_a_day - taken[each], 0) if current else 0
        state, told = "open", ""
        if each < day:
            state = "past"
        elif each in free:
            state, told = "shut", free[each]
        elif each in shut:
            state, told = "shut", shut[each]
        elif current is None or not received_on(current, each, free):
            state = "no"
        elif not left:
            state = "full"
        elif each < first_in_time(day, current.lead_days, free):
            state = "soon"
        return {"day": each, "state": state, "told": told, "left": left, "today": each == day}

    return [
        [cell(first + timedelta(weeks=week, days=weekday)) for weekday in range(_width(rules))]
        for week in range(WEEKS)
    ]


def _width(rules: list[Reception]) -> int:
    """Return how many days of a week are shown: to Friday, or to the last day of reception."""
    return max(5, *(weekday + 1 for each in rules for weekday in each.days))


def _equals(home: Institution, day: date) -> list[Reception]:
    """Return hosts honoured for the same fields of service that were visited less this year."""
    mine = list(
        Award.objects.filter(innovation__institution=home)
        .exclude(innovation__category="")
        .values_list("innovation__category", flat=True)
        .distinct()[:20]
    )
    rows = Reception.objects.in_force(day).exclude(institution=home)
    same = Award.objects.filter(
        innovation__institution=OuterRef("institution"), innovation__category__in=mine
    )
    return list(
        rows.filter(Exists(same))
        .select_related("institution")
        .annotate(load=SubqueryCount(_received(day)))
        .order_by("load", "institution__name")[:5]
    )


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
            for name in ("opens", "lead_days", "group_max", "groups_a_day", "overnight", "note",
                         "citation")
        } | {"weekdays": list(last.days)}  # fmt: skip
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
