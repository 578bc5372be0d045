"""Those who guide: named by the agency, agreeing, advising, and telling what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.house.web import Request, answers_refusals, attempt, for_offices
from teladan.training import acts
from teladan.training.forms import SEATS, FollowUpForm, GuidanceForm, SeatForm
from teladan.training.progress import months_due
from teladan.training.views.ways import found_participant, written


@for_offices(Office.AGENCY)
def seat(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    asked = request.GET.get("as", "")
    lacking = "mentor" if not found.mentor_id else "coach" if not found.coach_id else "examiner"
    first = {"office": asked if asked in dict(SEATS) else lacking}
    form = SeatForm(request.POST or None, initial=first)
    if form.is_valid():
        done = attempt(request, lambda: _seat(request, found, form.cleaned_data))
        if done is not None:
            messages.success(request, _("Kept. They get a mail and find the record at their desk."))
            return redirect("participant", pk=found.pk)
    lead = _(
        "Who guides does not examine, and nobody examines somebody of their own unit. A successor "
        "takes over the whole record."
    )
    return written(request, found, form, _("Name somebody"), _("Name them"), lead=lead)


def _seat(request: Request, found: Any, typed: dict[str, Any]) -> object:
    asked = {
        "by": request.person,
        "participant": found,
        "email": typed["email"],
        "name": typed["name"],
        "now": request.now,
    }
    if typed["office"] == Office.EXAMINER:
        return acts.seat_examiner(**asked)
    return acts.seat_guide(office=typed["office"], reason=typed["reason"], **asked)


@for_offices(Office.MENTOR)
@require_POST
@answers_refusals
def agree_area(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    acts.agree_area(by=request.person, participant=found, now=request.now)
    messages.success(request, _("You agreed to the area of change. The project can begin."))
    return redirect("participant", pk=found.pk)


@for_offices(Office.MENTOR, Office.COACH)
def guide(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    first = {"day": request.now.astimezone(CAPITAL).date()}
    form = GuidanceForm(request.POST or None, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.guide(by=request.person, participant=found, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("Kept in the guidance log."))
            return redirect("participant", pk=found.pk)
    return written(request, found, form, _("Log a session"), _("Keep"))


@for_offices(Office.PARTICIPANT, Office.MENTOR)
def follow_up(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    # What is due and not told yet stands first.
    told = {row.months for row in found.follow_ups.filter(by=request.person)}
    ended = getattr(found, "outcome", None)
    due = months_due(ended.at if ended else None, told, request.now)
    form = FollowUpForm(request.POST or None, initial={"months": due[0]} if due else None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.follow_up(by=request.person, participant=found, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("Kept. Owner and superior are read side by side."))
            return redirect("participant", pk=found.pk)
    lead = _("How does the project stand? Owner and superior answer apart from each other.")
    return written(request, found, form, _("The year after"), _("Keep"), lead=lead)
