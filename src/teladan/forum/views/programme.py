"""The programme: a session is set in a room, a chosen paper is put into a session."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from teladan.forum import acts
from teladan.forum.forms import SessionForm, TalkForm
from teladan.forum.models import Paper
from teladan.forum.views.front import crumbs_of, days_of, found_event
from teladan.house.models import Office
from teladan.house.web import Request, attempt, for_offices, show


@for_offices(Office.ORGANISER)
def session_new(request: Request, slug: str) -> HttpResponse:
    event = found_event(request, slug)
    form = SessionForm(event, request.POST or None)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("theme", "title", "room")}
        facts |= form.hours()
        done = attempt(
            request,
            lambda: acts.schedule(by=request.person, event=event, now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("The session is in the programme."))
            return redirect("forum-office", slug=event.slug)
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "form": form,
        "days": days_of(event),
        "crumbs": crumbs_of(event, _("Set a session")),
    }
    return show(request, "forum/session_new.html", context, form)


@for_offices(Office.ORGANISER)
def talk_new(request: Request, slug: str) -> HttpResponse:
    event = found_event(request, slug)
    left = Paper.objects.chosen().filter(event=event, talk=None).order_by("choice__place")
    form = TalkForm(event.sessions.order_by("starts", "room"), left, request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(request, lambda: acts.give_talk(by=request.person, now=request.now, **facts))
        if done is not None:
            messages.success(request, _("The paper is in the programme."))
            return redirect("forum-office", slug=event.slug)
    context = {
        "nav": "desk",
        "event": event,
        "simulated": event.simulated,
        "form": form,
        "left": left.count(),
        "days": days_of(event),
        "crumbs": crumbs_of(event, _("Put a paper into the programme")),
    }
    return show(request, "forum/talk_new.html", context, form)
