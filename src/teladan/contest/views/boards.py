"""Where entries begin, and where the local admin watches over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.contest import acts
from teladan.contest.forms import EnterForm
from teladan.contest.models import Answer, Edition, Entry, SendBack
from teladan.contest.rules import lacking
from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, show
from teladan.registry.models import Innovation

ROWS_A_PAGE = 50


def places_of(person: Person, office: str, now: datetime) -> list[Any]:
    """Return the terms in which the person holds this office today."""
    return [term for term in held(person, now) if term.office == office]


@for_offices(Office.UNIT)
def enter(request: Request, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.visible_to(request.person, request.now), slug=slug)
    units = [term.unit_id for term in places_of(request.person, Office.UNIT, request.now)]
    own = Innovation.objects.visible_to(request.person, request.now).filter(unit__in=units)
    entered = Entry.objects.filter(edition=edition, innovation=OuterRef("pk"))
    free = own.filter(~Exists(entered)).order_by("-pk")
    data = request.POST if request.method == "POST" else None
    form = EnterForm(edition, free, data, initial={"innovation": request.GET.get("innovation")})
    if data is not None and form.is_valid():
        entry = attempt(
            request,
            lambda: acts.begin(
                by=request.person, edition=edition, now=request.now, **form.cleaned_data
            ),
        )
        if entry is not None:
            messages.success(request, _("Begun. Everything you write here saves itself."))
            return redirect("entry", pk=entry.pk)
    begun = Entry.objects.visible_to(request.person, request.now).filter(edition=edition)
    context = {
        "nav": "editions",
        "edition": edition,
        "simulated": edition.simulated,
        "form": form,
        "free": list(free.only("pk", "title", "started")[:200]),
        "chosen": str(form["innovation"].value() or ""),
        "begun": begun.filter(innovation__unit__in=units).order_by("-pk")[:50],
        "open": edition.takes_entries(request.now),
        "crumbs": [
            {"label": _("Competition"), "url": reverse("editions")},
            {"label": edition.name, "url": reverse("edition", args=[edition.slug])},
            {"label": _("Enter an innovation"), "url": ""},
        ],
    }
    return show(request, "contest/enter.html", context, form)


@for_offices(Office.LOCAL_ADMIN)
def board(request: Request) -> HttpResponse:
    terms = places_of(request.person, Office.LOCAL_ADMIN, request.now)
    institutions = [term.institution_id for term in terms]
    rows = (
        Entry.objects.visible_to(request.person, request.now)
        .filter(innovation__institution__in=institutions)
        .select_related("edition", "innovation__unit", "filing", "screening", "endorsement")
        .defer("filing__content", "innovation__summary", "innovation__summary_en")
        .prefetch_related(
            Prefetch("answers", Answer.objects.only("entry_id", "aspect", "words", "saved_at")),
            Prefetch("send_backs", SendBack.objects.order_by("pk")),
            "innovation__awards",
        )
        .order_by(F("filing__number").asc(nulls_first=True), "-edition_id", "pk")
    )
    drafts = Entry.objects.visible_to(request.person, request.now).filter(
        innovation__institution__in=institutions, filing=None
    )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    states = states_of(list(page.object_list), request.now)
    states.sort(key=lambda state: state["order"])
    context = {
        "nav": "desk",
        "rows": states,
        "waiting": [state for state in states if not state["filed"]],
        "filed": [state for state in states if state["filed"]],
        "page": page,
        "drafts": drafts.count(),
        "institutions": [term.institution for term in terms],
        "open_editions": [
            edition
            for edition in Edition.objects.visible_to(request.person, request.now)[:20]
            if edition.takes_entries(request.now)
        ],
        "simulated": any(state["entry"].simulated for state in states),
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Board of entries"), "url": ""},
        ],
    }
    return show(request, "contest/board.html", context)


def states_of(entries: Sequence[Entry], now: datetime) -> list[dict[str, Any]]:
    """Say of each entry where it stands and what it lacks; one question for all of them."""
    open_drafts = [
        entry
        for entry in entries
        if not hasattr(entry, "filing") and entry.edition.takes_entries(now)
    ]
    filed = Entry.objects.twins_of(open_drafts) if open_drafts else []
    twins = {(twin.edition_id, twin.title.casefold()) for twin in filed}
    return [_state(entry, twins, now) for entry in entries]


def _state(entry: Entry, twins: set[tuple[int, str]], now: datetime) -> dict[str, Any]:
    answers = list(entry.answers.all())
    backs = list(entry.send_backs.all())
    state: dict[str, Any] = {
        "entry": entry,
        "saved": max((answer.saved_at for answer in answers), default=entry.begun_at),
        "filed": hasattr(entry, "filing"),
        "endorsed": hasattr(entry, "endorsement"),
        "back": backs[-1] if backs and not hasattr(entry, "endorsement") else None,
        "open": entry.edition.takes_entries(now),
        "lacks": [],
    }
    if state["filed"]:
        return state | {"order": (3, -entry.pk)}
    if not state["open"]:
        return state | {"order": (2, -entry.pk)}
    rule = entry.edition.rule
    names = {aspect.code: aspect.name for aspect in rule.aspects}
    names |= {"category": _("Category"), "started": _("In use since"), "title": _("Title")}
    found = lacking(
        rule,
        words={answer.aspect: answer.words for answer in answers},
        category=entry.category,
        started=entry.innovation.started,
        twin=(entry.edition_id, entry.title.casefold()) in twins,
        honours=[award.level for award in entry.innovation.awards.all()],
    )
    state["lacks"] = [
        {"label": names.get(place, place), "words": words} for _code, place, words in found
    ]
    # What only waits for the admin comes first, then what was left alone for longest.
    waits = state["endorsed"] or not state["lacks"]
    return state | {"order": (0 if waits else 1, state["saved"].timestamp())}
