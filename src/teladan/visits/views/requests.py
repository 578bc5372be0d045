"""Requests: following what was answered, and telling what was learned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.refusals import Refusal
from teladan.house.web import Request, answers_refusals, for_offices, public, show
from teladan.library.figures import source_of
from teladan.registry.models import Institution
from teladan.visits import acts
from teladan.visits.calendar import asks_night, today
from teladan.visits.evidence import equals_of
from teladan.visits.forms import LessonForm, MoveForm
from teladan.visits.models import Guest, Question, Step, Visit

# Hosts that are offered when one does not answer.
OTHERS = 3


@public
def visit(request: Request, pk: int) -> HttpResponse:
    person = getattr(request, "person", None)
    rows = Visit.objects.visible_to(person, request.now)
    rows = rows.select_related("host__region", "region", "visitor", "innovation")
    found = rows.filter(pk=pk).first()
    if found is None and person is None:  # also where nothing is, so that nothing is told
        return redirect_to_login(request.path)
    if found is None:
        raise Http404
    return _page(request, found, LessonForm(), MoveForm())


def _page(request: Request, found: Visit, *forms: BaseForm) -> HttpResponse:
    person = getattr(request, "person", None)
    terms = held(person, request.now) if person else []
    hosting = any(t.office == Office.HOST and t.institution_id == found.host_id for t in terms)
    asking = found.visitor_id is not None and any(
        t.office in {Office.AGENCY, Office.LOCAL_ADMIN} and t.institution_id == found.visitor_id
        for t in terms
    )
    inside = hosting or asking or any(t.office == Office.AUDITOR for t in terms)
    steps = list(found.steps.all())
    kinds = Step.standing(steps)
    attended = bool(person) and found.attendees.filter(person=person).exists()
    lessons = found.lessons.select_related("by")
    own = [row for row in lessons if person and row.by_id == person.pk]
    all_told = any(not row.of_group for row in own) and any(row.of_group for row in lessons)
    context = {
        "nav": "visits",
        "visit": found,
        "who": _other_side(found, asking),
        "simulated": found.simulated,
        "source": source_of(found.citation) if found.citation else None,
        "steps": steps if inside else [],
        "kinds": kinds,
        "ended": bool(kinds & {Step.Kind.DECLINED, Step.Kind.WITHDRAWN}),
        "stops": found.stops.select_related("unit"),
        "questions": found.questions.all(),
        "attendees": found.attendees.all() if inside else [],
        "lessons": lessons if inside else lessons.filter(of_group=True),
        "own_lessons": own,
        "hosting": hosting,
        "asking": asking,
        "inside": inside,
        "asks_night": asking and asks_night(found, kinds),
        # An agency counts as central where the registry knows no region of it: a row to look at.
        "regionless": found.guest == Guest.CENTRAL
        and found.visitor is not None
        and found.visitor.kind == Institution.Kind.AGENCY,
        "may_learn": Step.Kind.HELD in kinds and (asking or attended) and not all_told,
        "lesson_form": forms[0],
        "move_form": forms[1],
        **_waiting(found, kinds, today(request.now), asking=asking, inside=inside),
        "today": today(request.now),
        "passed": found.day is not None and today(request.now) >= found.day,
        "crumbs": [
            {"label": _("Visits"), "url": reverse("visits")},
            {"label": _other_side(found, asking), "url": ""},
        ],
    }
    return show(request, "visits/visit.html", context, *forms)


def _other_side(found: Visit, asking: bool) -> str:
    """Return whom the visit is with, for whoever reads: the host for its visitors."""
    return str(found.host) if asking and found.host is not None else found.visitor_name


def _waiting(
    found: Visit, kinds: set[str], day: date, *, asking: bool, inside: bool
) -> dict[str, Any]:
    """Say how long a request waits for its answer, and whom else its visitors may ask."""
    host = found.host
    waits = inside and found.answer_by is not None and not kinds & set(Step.ANSWERS)
    silent = waits and found.is_silent(kinds, day)
    elsewhere = asking and host is not None and (silent or Step.Kind.DECLINED in kinds)
    others = equals_of(host, day, OTHERS) if elsewhere and host is not None else []
    return {
        "waits": waits,
        "silent": silent,
        "ours": waits and found.answer_days is None,
        "elsewhere": elsewhere,
        "others": [row for row in others if row.institution_id != found.visitor_id],
    }


@for_offices(Office.HOST, Office.AGENCY, Office.LOCAL_ADMIN, Office.PARTICIPANT)
@require_POST
@answers_refusals
def do(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Visit.objects.visible_to(request.person, request.now), pk=pk)
    does = request.POST.get("do", "")
    if does == "learn":
        form = LessonForm(request.POST)
        if not form.is_valid():
            return _page(request, found, form, MoveForm())
        acts.learn(by=request.person, visit=found, now=request.now, **form.cleaned_data)
    elif does == "move":
        moving = MoveForm(request.POST)
        if not moving.is_valid():
            return _page(request, found, LessonForm(), moving)
        acts.move(by=request.person, visit=found, now=request.now, **moving.cleaned_data)
    elif does in PLAIN:
        PLAIN[does](request, found)
    else:
        raise Http404
    messages.success(request, _("Kept."))
    return redirect("visit", pk=found.pk)


def _text(request: Request, name: str = "text") -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:4000]


def _keys(request: Request, name: str) -> set[int]:
    return {int(key) for key in request.POST.getlist(name) if key.isdecimal() and len(key) < 16}


def _answer(request: Request, found: Visit) -> None:
    asked = request.POST.get("question", "")
    key = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    question = get_object_or_404(Question, visit=found, pk=key)
    acts.answer(by=request.person, question=question, text=_text(request), now=request.now)


def _promise(request: Request, found: Visit) -> None:
    asked, typed = request.POST.get("question", ""), request.POST.get("due", "").strip()
    key = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    question = get_object_or_404(Question, visit=found, pk=key)
    try:
        due = parse_date(typed)
    except ValueError:
        due = None
    if due is None:
        raise Refusal("no-such-day", _("Say until which day you will answer."))
    acts.promise_answer(by=request.person, question=question, due=due, now=request.now)


def _confirm(request: Request, found: Visit) -> None:
    answer = {"yes": True, "no": False}.get(request.POST.get("overnight", ""))
    acts.confirm(by=request.person, visit=found, overnight=answer, now=request.now)


def _agenda(request: Request, found: Visit) -> None:
    agenda: dict[int, tuple[time | None, str]] = {}
    for stop in found.stops.all():
        typed = request.POST.get(f"at-{stop.unit_id}", "").strip()
        try:
            hour = parse_time(typed) if typed else None
        except ValueError:
            hour = None
        if typed and hour is None:
            raise Refusal("no-such-hour", _("“%(hour)s” is no hour. Write it as 09:30.")
                          % {"hour": typed[:20]})  # fmt: skip
        agenda[stop.unit_id] = (hour, _text(request, f"about-{stop.unit_id}")[:200])
    acts.plan_day(by=request.person, visit=found, agenda=agenda, now=request.now)


# What a single button does: its name, and the act behind it.
PLAIN: dict[str, Callable[[Request, Visit], Any]] = {
    "acknowledge": lambda r, v: acts.acknowledge(by=r.person, visit=v, now=r.now),
    "accept": lambda r, v: acts.accept(by=r.person, visit=v, now=r.now),
    "decline": lambda r, v: acts.decline(by=r.person, visit=v, reason=_text(r), now=r.now),
    "withdraw": lambda r, v: acts.withdraw(by=r.person, visit=v, reason=_text(r), now=r.now),
    "inquire": lambda r, v: acts.inquire(by=r.person, visit=v, text=_text(r), now=r.now),
    "close": lambda r, v: acts.close(by=r.person, visit=v, note=_text(r), now=r.now),
    "attend": lambda r, v: acts.take_attendance(
        by=r.person, visit=v, came=_keys(r, "came"), now=r.now
    ),
    "answer": _answer,
    "promise": _promise,
    "agenda": _agenda,
    "confirm": _confirm,
}
