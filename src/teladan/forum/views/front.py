"""Forums: all of them, one of them as everybody sees it, its workroom, and who graduated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.forum import acts
from teladan.forum.forms import EventForm, RefereeForm, ThemeForm
from teladan.forum.models import Event, Figure, Judgement, Paper, Session, Talk, Theme
from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.house.web import Request, attempt, for_offices, public_page, show
from teladan.library.figures import Source, source_of
from teladan.training.models import Cohort, Outcome

ROWS_A_PAGE = 50
COHORTS_A_PAGE = 20


def found_event(request: Request, slug: str) -> Event:
    """Return the forum of this address; one that is not announced is not there."""
    return get_object_or_404(Event.objects.announced(request.now), slug=slug)


def crumbs_of(event: Event, *rest: str) -> list[dict[str, str]]:
    """Return the way to a page of a forum."""
    way = [{"label": _("Forum"), "url": reverse("forums")}]
    way.append({"label": event.name, "url": reverse("forum", args=[event.slug]) if rest else ""})
    return [*way, *({"label": label, "url": ""} for label in rest)]


def criteria_of(event: Event) -> list[tuple[str, str]]:
    """Return the criteria of a call in the reader's language: (code, name)."""
    english = (get_language() or "id").startswith("en")
    name = "name_en" if english else "name_id"
    return [(row["code"], row[name]) for row in event.criteria]


def themes_of(event: Event) -> list[tuple[Theme, list[Theme]]]:
    """Return the themes of a forum, each with its sub-themes; `used` bars taking one back."""
    held = [
        Exists(rows.filter(**{place: OuterRef("pk")}))
        for rows, place in (
            (Theme.objects.all(), "parent"),
            (Paper.objects.all(), "theme"),
            (Session.objects.all(), "theme"),
        )
    ]
    rows = list(event.themes.annotate(used=held[0] | held[1] | held[2]))
    return [
        (row, [below for below in rows if below.parent_id == row.pk])
        for row in rows
        if row.parent_id is None
    ]


def sources_of(citation: str) -> list[Source]:
    """Return the sources of a fact: one a line."""
    return [source_of(line) for line in citation.splitlines() if line.strip()]


@public_page
def forums(request: Request) -> HttpResponse:
    today = request.now.astimezone(CAPITAL).date()
    rows = Event.objects.announced(request.now).order_by("-starts", "pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "forum",
        "page": page,
        "rows": [
            (
                event,
                "over" if event.ends < today else "now" if event.starts <= today else "ahead",
                _takes_papers(event, request),
            )
            for event in page.object_list
        ],
        "crumbs": [{"label": _("Forum"), "url": ""}],
    }
    return show(request, "forum/forums.html", context)


def _takes_papers(event: Event, request: Request) -> bool:
    opens, closes = event.call_opens, event.call_closes
    return bool(opens and closes and opens <= request.now < closes)


@public_page
def forum(request: Request, slug: str) -> HttpResponse:
    event = found_event(request, slug)
    chosen: list[Paper] = []
    sent = None
    if event.chosen_at:
        rows = Paper.objects.chosen().filter(event=event).select_related("choice", "author")
        chosen = list(rows.select_related("theme").order_by("choice__place", "pk"))
        sent = event.papers.standing().count()
    context = {
        "nav": "forum",
        "event": event,
        "simulated": event.simulated,
        "sources": sources_of(event.citation),
        "figures": _side_by_side(event.figures.all()),
        "themes": themes_of(event),
        "call": _call(event, request),
        "criteria": [
            (name, row["weight"])
            for (_code, name), row in zip(criteria_of(event), event.criteria, strict=True)
        ],
        "chosen": chosen,
        "sent": sent,
        "days": days_of(event),
        "booths": list(event.booths.standing().select_related("institution", "innovation")),
        "over": event.ends < request.now.astimezone(CAPITAL).date(),
        "crumbs": crumbs_of(event),
    }
    return show(request, "forum/forum.html", context)


def _call(event: Event, request: Request) -> str:
    """Say how the call stands, from its dates alone."""
    if not event.call_opens or not event.call_closes:
        return ""
    if request.now < event.call_opens:
        return "ahead"
    if request.now < event.call_closes:
        return "open"
    return "chosen" if event.chosen_at else "judging"


def _side_by_side(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return the figures by what they tell; sources that disagree stand beside each other."""
    told: dict[str, list[tuple[str, list[Source]]]] = {}
    for row in figures:
        told.setdefault(_label(row), []).append((row.value, sources_of(row.citation)))
    return [
        {"label": label, "claims": claims, "apart": len({value for value, _s in claims}) > 1}
        for label, claims in told.items()
    ]


def _label(figure: Figure) -> str:
    english = (get_language() or "id").startswith("en")
    return figure.label_en if english else figure.label_id


def days_of(event: Event) -> list[tuple[Any, list[Session]]]:
    """Return the programme: each day of it with its sessions, and in each session its talks."""
    talks = Talk.objects.select_related("paper__author").order_by("place", "pk")
    rows = event.sessions.select_related("theme").prefetch_related(Prefetch("talks", talks))
    days: dict[Any, list[Session]] = {}
    for session in rows.order_by("starts", "room", "pk"):
        days.setdefault(session.starts.astimezone(CAPITAL).date(), []).append(session)
    return list(days.items())


@for_offices(Office.ORGANISER)
def forum_new(request: Request) -> HttpResponse:
    form = EventForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request, lambda: acts.announce_event(by=request.person, now=request.now, **facts)
        )
        if done is not None:
            messages.success(request, _("The forum is announced. Add its themes next."))
            return redirect("forum-office", slug=done.slug)
    context = {
        "nav": "desk",
        "form": form,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Announce a forum"), "url": ""},
        ],
    }
    return show(request, "forum/forum_new.html", context, form)


@for_offices(Office.ORGANISER)
def forum_office(request: Request, slug: str) -> HttpResponse:
    event = found_event(request, slug)
    does = request.POST.get("do", "")
    theme, referee = ThemeForm(event, prefix="theme"), RefereeForm(prefix="referee")
    done: object = None
    if does == "theme":
        theme = ThemeForm(event, request.POST, prefix="theme")
        if theme.is_valid():
            added = dict(theme.cleaned_data)
            done = attempt(
                request,
                lambda: acts.add_theme(by=request.person, event=event, now=request.now, **added),
            )
    elif does == "referee":
        referee = RefereeForm(request.POST, prefix="referee")
        if referee.is_valid():
            seated = dict(referee.cleaned_data)
            done = attempt(
                request,
                lambda: acts.seat_referee(
                    by=request.person, event=event, now=request.now, **seated
                ),
            )
    if done is not None:
        messages.success(request, _("Kept."))
        return redirect("forum-office", slug=event.slug)
    judged = Exists(Judgement.objects.filter(paper=OuterRef("pk")))
    tally = (
        Paper.objects.standing()
        .filter(event=event)
        .aggregate(sent=Count("pk"), judged=Count("pk", filter=Q(judged)))
    )
    chosen = Paper.objects.chosen().filter(event=event)
    referees: Any = event.referees.select_related("person").order_by("pk")
    referees = list(referees.annotate(done=Count("judgements__paper", distinct=True)))
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "call": _call(event, request),
        "sent": tally["sent"],
        "waiting": tally["sent"] - tally["judged"],
        "themes": themes_of(event),
        "missing": sum(tally["sent"] - row.done for row in referees),
        "referees": referees,
        "days": days_of(event),
        "left": list(chosen.filter(talk=None).order_by("choice__place")),
        "booths": list(event.booths.standing().select_related("institution", "innovation")),
        "now": request.now,
        "shut": acts.shut_by(event, request.now),
        "theme_form": theme,
        "referee_form": referee,
        "crumbs": crumbs_of(event, _("Workroom")),
    }
    return show(request, "forum/forum_office.html", context, theme, referee)


@public_page
def alumni(request: Request) -> HttpResponse:
    """Who graduated, by programme, year and cohort: numbers and institutions, never names."""
    graduated = Q(participants__outcome__result=Outcome.Result.GRADUATED)
    cohorts: Any = (
        Cohort.objects.select_related("agency")
        .annotate(graduates=Count("participants", filter=graduated))
        .filter(graduates__gt=0)
        .order_by("-year", "programme", "-starts", "pk")
    )
    page = Paginator(cohorts, COHORTS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    homes: dict[int, list[tuple[str, int]]] = {}
    rows = (
        Outcome.objects.filter(
            result=Outcome.Result.GRADUATED, participant__cohort__in=[row.pk for row in shown]
        )
        .values_list("participant__cohort", "participant__unit__institution__name")
        .annotate(n=Count("pk"))
        .order_by("participant__unit__institution__name")
    )
    for cohort, name, count in rows:
        homes.setdefault(cohort, []).append((name, count))
    told = Figure.objects.filter(cohort_year__isnull=False, event__published_at__lte=request.now)
    figures = list(told.select_related("event").order_by("event", "cohort_year", "pk"))
    context = {
        "nav": "forum",
        "page": page,
        "rows": [(row, homes.get(row.pk, [])) for row in shown],
        "told": [(row, _label(row), sources_of(row.citation)) for row in figures],
        "sum": sum(int(row.value) for row in figures if row.value.isdecimal()),
        "crumbs": [
            {"label": _("Forum"), "url": reverse("forums")},
            {"label": _("Alumni"), "url": ""},
        ],
    }
    return show(request, "forum/alumni.html", context)
