"""Taking back: one page that says what will happen, asks why where others are told, and does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.forum import acts
from teladan.forum.forms import ReasonForm
from teladan.forum.models import Appointment, Booth, Event, Paper, Referee, Session, Talk, Theme
from teladan.forum.views.front import crumbs_of
from teladan.house.models import Office
from teladan.house.templatetags.teladan import moment
from teladan.house.web import Request, attempt, for_offices, show, signed_in


@dataclass(frozen=True)
class Asked:
    """What is asked before something is taken back."""

    title: str
    what: str
    happens: str
    button: str
    done: str
    back: str
    why: bool = True
    touched: Sequence[str] = ()


def _ask(
    request: Request, event: Event, asked: Asked, do: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show what is asked; once it is confirmed, do it and go back."""
    typed = request.POST if request.method == "POST" else None
    form: forms.Form = ReasonForm(typed) if asked.why else forms.Form(typed)
    if form.is_valid():
        given = dict(form.cleaned_data)
        if attempt(request, lambda: do(given)) is not None:
            messages.success(request, asked.done)
            return redirect(asked.back)
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "asked": asked,
        "form": form,
        "crumbs": crumbs_of(event, asked.title),
    }
    return show(request, "forum/taking_back.html", context, form)


def _office(event: Event) -> str:
    return reverse("forum-office", args=[event.slug])


@for_offices(Office.ORGANISER)
def theme_drop(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Theme.objects.select_related("event"), pk=pk)
    asked = Asked(
        title=_("Take back a theme"),
        what=found.name,
        happens=_("The theme leaves the page of the forum. It can be added again."),
        button=_("Take back the theme"),
        done=_("The theme is taken back."),
        back=_office(found.event),
        why=False,
    )
    return _ask(
        request,
        found.event,
        asked,
        lambda _given: acts.drop_theme(by=request.person, theme=found, now=request.now),
    )


@for_offices(Office.ORGANISER)
def referee_unseat(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Referee.objects.select_related("event", "person"), pk=pk)
    asked = Asked(
        title=_("Take back a referee's seat"),
        what=found.person.name,
        happens=_("Who has judged nothing yet can be unseated. The referee reads why."),
        button=_("Take back the seat"),
        done=_("The seat is taken back, and the referee is told."),
        back=_office(found.event),
    )
    return _ask(
        request,
        found.event,
        asked,
        lambda given: acts.unseat_referee(
            by=request.person, referee=found, now=request.now, **given
        ),
    )


@for_offices(Office.ORGANISER)
def session_drop(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Session.objects.select_related("event"), pk=pk)
    talks = [talk.paper.title for talk in found.talks.select_related("paper")]
    asked = Asked(
        title=_("Take a session out of the programme"),
        what=f"{found.title}, {found.room}, {moment(found.starts)}",
        happens=_("These papers go back among those in no session; their authors read why.")
        if talks
        else _("No paper stands in it; nobody has to be told."),
        button=_("Take out the session"),
        done=_("The session is out of the programme."),
        back=_office(found.event),
        why=bool(talks),
        touched=talks,
    )
    return _ask(
        request,
        found.event,
        asked,
        lambda given: acts.drop_session(
            by=request.person, session=found, now=request.now, reason=given.get("reason", "")
        ),
    )


@for_offices(Office.ORGANISER)
def talk_drop(request: Request, pk: int) -> HttpResponse:
    rows = Talk.objects.select_related("session__event", "paper__author")
    found = get_object_or_404(rows, pk=pk)
    asked = Asked(
        title=_("Take a paper out of its session"),
        what=found.paper.title,
        happens=_(
            "The paper stays chosen and can be put into another session. Its author reads why."
        ),
        button=_("Take out the paper"),
        done=_("The paper is out of its session, and its author is told."),
        back=_office(found.session.event),
    )
    return _ask(
        request,
        found.session.event,
        asked,
        lambda given: acts.drop_talk(by=request.person, talk=found, now=request.now, **given),
    )


@for_offices(Office.ORGANISER)
def booth_drop(request: Request, pk: int) -> HttpResponse:
    rows = Booth.objects.standing().select_related("event", "institution")
    found = get_object_or_404(rows, pk=pk)
    asked = Asked(
        title=_("Take back a booth"),
        what=f"{found.number}, {found.institution}",
        happens=_(
            "The booth leaves the exhibition, and its number is free. The exhibitor reads why."
        ),
        button=_("Take back the booth"),
        done=_("The booth is taken back, and the exhibitor is told."),
        back=_office(found.event),
    )
    return _ask(
        request,
        found.event,
        asked,
        lambda given: acts.drop_booth(by=request.person, booth=found, now=request.now, **given),
    )


@signed_in
def paper_withdraw(request: Request, pk: int) -> HttpResponse:
    rows = Paper.objects.filter(author=request.person).select_related("event")
    found = get_object_or_404(rows, pk=pk)
    asked = Asked(
        title=_("Withdraw your paper"),
        what=found.title,
        happens=_("Nobody judges it. It stays readable for you, and you may send another one."),
        button=_("Withdraw the paper"),
        done=_("Your paper is withdrawn."),
        back=reverse("paper", args=[found.pk]),
        why=False,
    )
    return _ask(
        request,
        found.event,
        asked,
        lambda _given: acts.withdraw_paper(by=request.person, paper=found, now=request.now),
    )


@for_offices(Office.LOCAL_ADMIN, Office.AGENCY, Office.ORGANISER)
def appointment_cancel(request: Request, pk: int) -> HttpResponse:
    rows = Appointment.objects.visible_to(request.person, request.now)
    found = get_object_or_404(
        rows.select_related("booth__event", "booth__institution", "guest"), pk=pk
    )
    asked = Asked(
        title=_("Cancel an appointment"),
        what=f"{found.guest} → {found.booth.institution}, {moment(found.starts)}",
        happens=_("The hour is free again. The other side reads why."),
        button=_("Cancel the appointment"),
        done=_("The appointment is cancelled, and the other side is told."),
        back=reverse("appointment", args=[found.pk]),
    )
    return _ask(
        request,
        found.booth.event,
        asked,
        lambda given: acts.cancel_appointment(
            by=request.person, appointment=found, now=request.now, **given
        ),
    )
