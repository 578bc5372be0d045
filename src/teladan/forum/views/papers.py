"""Papers: sent, read without the name, judged, and chosen with a reason for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.forum import acts
from teladan.forum.forms import BallotForm, PaperForm, ReasonsForm
from teladan.forum.models import Event, Judgement, Paper
from teladan.forum.views.front import criteria_of, crumbs_of, found_event
from teladan.house.models import Office, Person
from teladan.house.offices import held, offices_of
from teladan.house.web import Request, attempt, for_offices, public, show
from teladan.registry.models import Innovation
from teladan.training.models import Outcome, Project

ROWS = 100
# Whoever may send a paper.
SENDERS = (Office.PARTICIPANT, Office.UNIT, Office.LOCAL_ADMIN)


@for_offices(Office.REFEREE, *SENDERS)
def papers(request: Request) -> HttpResponse:
    """What one judges, and what one has sent."""
    person = request.person
    given = Judgement.objects.filter(paper=OuterRef("pk"), referee__person=person)
    seated = (
        Paper.objects.standing()
        .filter(event__referees__person=person)
        .exclude(author=person)
        .annotate(given=Exists(given))
        .select_related("event", "theme")
        .order_by("given", "-event", "pk")
    )
    sent = Paper.objects.filter(author=person).select_related("event", "theme", "choice")
    now_open = list(Event.objects.announced(request.now).taking_papers(request.now)[:10])
    context = {
        "nav": "desk",
        "judges": Office.REFEREE in offices_of(person, request.now),
        "sends": bool(offices_of(person, request.now) & set(SENDERS)),
        "seated": [
            (row, bool(row.event.call_closes and row.event.call_closes <= request.now))
            for row in seated[:ROWS]
        ],
        "sent": sent.order_by("-sent_at")[:ROWS],
        "open": now_open,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Papers"), "url": ""},
        ],
    }
    return show(request, "forum/papers.html", context)


@for_offices(*SENDERS)
def paper_new(request: Request, slug: str) -> HttpResponse:
    event, person = found_event(request, slug), request.person
    homes = {t.institution_id for t in held(person, request.now) if t.institution_id}
    projects = Project.objects.filter(
        participant__person=person,
        participant__outcome__result=Outcome.Result.GRADUATED,
    )
    innovations = Innovation.objects.visible_to(person, request.now).filter(institution__in=homes)
    form = PaperForm(
        event.themes.all(),
        projects.order_by("title"),
        innovations.order_by("title"),
        request.POST or None,
    )
    if form.is_valid():
        facts: dict[str, Any] = {"project": None, "innovation": None, **form.cleaned_data}
        done = attempt(
            request,
            lambda: acts.send_paper(by=person, event=event, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("Your paper is sent. Referees read it without your name."))
            return redirect("paper", pk=done.pk)
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "form": form,
        "criteria": criteria_of(event),
        "open": bool(
            event.call_opens
            and event.call_closes
            and event.call_opens <= request.now < event.call_closes
        ),
        "crumbs": crumbs_of(event, _("Send a paper")),
    }
    return show(request, "forum/paper_new.html", context, form)


@public
def paper(request: Request, pk: int) -> HttpResponse:
    person: Person | None = getattr(request, "person", None)
    rows = Paper.objects.visible_to(person, request.now)
    found = get_object_or_404(
        rows.select_related("event", "theme", "choice", "author", "talk__session"), pk=pk
    )
    event = found.event
    told = bool(event.chosen_at) and found.choice.chosen if hasattr(found, "choice") else False
    offices = offices_of(person, request.now) if person else set()
    owns = person is not None and found.author_id == person.pk
    inside = owns or bool(offices & {Office.ORGANISER, Office.AUDITOR})
    named = inside or told
    seat = event.referees.filter(person=person).first() if person else None
    judges = seat is not None and not owns
    given = list(Judgement.objects.visible_to(person, request.now).filter(paper=found))
    due = event.call_closes is not None and event.call_closes <= request.now
    context = {
        "nav": "forum",
        "paper": found,
        "event": event,
        "simulated": found.simulated,
        "named": named,
        "inside": inside,
        "told": told,
        "innovation": _innovation(found, person, request) if named else None,
        "choice": getattr(found, "choice", None) if event.chosen_at and (inside or told) else None,
        "talk": getattr(found, "talk", None) if told else None,
        "judges": judges,
        "may_withdraw": owns and not found.withdrawn_at and event.call_closes and not due,
        "may_judge": judges
        and due
        and not event.chosen_at
        and not any(seat is not None and row.referee_id == seat.pk for row in given),
        # Who reads judgements reads why some were not waited for.
        "despite": event.chosen_despite if given else "",
        "ballots": _ballots(found, given),
        "criteria": criteria_of(event),
        "crumbs": crumbs_of(event, found.title),
    }
    return show(request, "forum/paper.html", context)


def _innovation(found: Paper, person: Person | None, request: Request) -> Innovation | None:
    """Return the innovation that a paper tells of, if the reader may read that."""
    if found.innovation_id is None:
        return None
    rows = Innovation.objects.visible_to(person, request.now).select_related("institution")
    return rows.filter(pk=found.innovation_id).first()


def _ballots(found: Paper, given: list[Judgement]) -> list[tuple[int, list[Judgement]]]:
    """Return the ballots that may be seen, numbered: points and comments in the order asked."""
    order = [code for code, _name in criteria_of(found.event)]
    names = dict(criteria_of(found.event))
    sheets: dict[int, list[Any]] = {}
    for row in given:
        sheets.setdefault(row.referee_id, []).append(row)
    for rows in sheets.values():
        rows.sort(key=lambda row: order.index(row.criterion) if row.criterion in order else 99)
        for row in rows:
            row.label = names.get(row.criterion, row.criterion)
    return list(enumerate((sheets[key] for key in sorted(sheets)), start=1))


@for_offices(Office.REFEREE)
def paper_judge(request: Request, pk: int) -> HttpResponse:
    """The ballot: title, theme and abstract, and nothing that says who wrote it."""
    person = request.person
    rows = Paper.objects.standing().filter(event__referees__person=person).exclude(author=person)
    found = get_object_or_404(rows.select_related("event", "theme"), pk=pk)
    if Judgement.objects.filter(paper=found, referee__person=person).exists():
        return redirect("paper", pk=found.pk)
    form = BallotForm(criteria_of(found.event), request.POST or None)
    if form.is_valid():
        done = attempt(
            request,
            lambda: acts.judge(by=person, paper=found, points=form.points(), now=request.now),
        )
        if done is not None:
            messages.success(request, _("Your judgement is given. It cannot be changed."))
            return redirect("papers")
    closes = found.event.call_closes
    context = {
        "nav": "desk",
        "paper": found,
        "simulated": found.simulated,
        "form": form,
        "closed": closes is not None and closes <= request.now,
        "chosen": bool(found.event.chosen_at),
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Papers"), "url": reverse("papers")},
            {"label": found.title, "url": ""},
        ],
    }
    return show(request, "forum/paper_judge.html", context, form)


@for_offices(Office.ORGANISER)
def papers_choose(request: Request, slug: str) -> HttpResponse:
    """The ranked list with a reason for each; nothing of it before every paper is judged."""
    event = found_event(request, slug)
    sent = Paper.objects.standing().filter(event=event)
    waiting = sent.filter(judgements=None).count()
    closed = event.call_closes is not None and event.call_closes <= request.now
    ready = closed and not event.chosen_at and not waiting and sent.exists()
    rows = acts.ranked(event) if ready else []
    lacking, missing = acts.judgements_missing(event) if ready else (0, 0)
    shown = [paper for _place, _points, paper in rows]
    form = ReasonsForm(shown, missing > 0, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Also what is not ready is sent to the act: it says why not.
        done = attempt(
            request,
            lambda: acts.choose(
                by=request.person,
                event=event,
                reasons=form.reasons(),
                despite=form.cleaned_data.get("despite", ""),
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("The papers are chosen, and their authors are told."))
            return redirect("forum", slug=event.slug)
    seats = min(event.places or 0, len(rows))
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "closed": closed,
        "waiting": waiting,
        "sent": sent.count(),
        "lacking": lacking,
        "missing": missing,
        "despite": form["despite"] if missing else None,
        "seats": seats,
        "tied": 0 < seats < len(rows) and rows[seats - 1][0] == rows[seats][0],
        "rows": [
            (place, points, paper, form[f"reason-{paper.pk}"], number < seats)
            for number, (place, points, paper) in enumerate(rows)
        ],
        "decided": sent.filter(choice__isnull=False)
        .select_related("choice", "theme")
        .order_by("choice__place", "pk")
        if event.chosen_at
        else [],
        "crumbs": crumbs_of(event, _("Choose the papers")),
    }
    return show(request, "forum/papers_choose.html", context, form)
