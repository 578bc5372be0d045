"""The steps of an entry after it was written: sent back, endorsed, filed, screened."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from teladan.contest import acts
from teladan.contest.forms import ScreeningForm, SendBackForm
from teladan.contest.models import Entry
from teladan.contest.views.entries import entry_for, entry_page
from teladan.contest.views.papers import posted
from teladan.house.models import Office
from teladan.house.web import Request, attempt, for_offices, show


@for_offices(Office.LOCAL_ADMIN)
@posted
def send_back(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    form = SendBackForm(request.POST)
    if form.is_valid():
        note = form.cleaned_data["note"]
        done = attempt(
            request,
            lambda: acts.send_back(by=request.person, entry=row, note=note, now=request.now),
        )
        if done is not None:
            messages.success(request, _("Sent back. The unit gets your note by mail."))
            return redirect("entry", pk=pk)
    return entry_page(request, row, send_back_form=form)


@for_offices(Office.LOCAL_ADMIN)
@posted
def endorse(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    done = attempt(request, lambda: acts.endorse(by=request.person, entry=row, now=request.now))
    if done is None:
        return entry_page(request, row)
    messages.success(request, _("Endorsed. Now file it: only what is filed reaches the ministry."))
    return redirect("entry", pk=pk)


@for_offices(Office.LOCAL_ADMIN)
@posted
def file_entry(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    filing = attempt(
        request, lambda: acts.file_entry(by=request.person, entry=row, now=request.now)
    )
    if filing is None:
        return entry_page(request, row)
    messages.success(request, _("Filed. Receipt %(receipt)s.") % {"receipt": filing.receipt})
    return redirect("entry-receipt", pk=pk)


@for_offices(Office.UNIT, Office.LOCAL_ADMIN, Office.SECRETARIAT, Office.AUDITOR)
def receipt(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    if not hasattr(row, "filing"):
        raise Http404
    context = {
        "nav": "desk",
        "entry": row,
        "filing": row.filing,
        "edition": row.edition,
        "simulated": row.simulated,
    }
    return show(request, "contest/receipt.html", context)


@for_offices(Office.SECRETARIAT)
@posted
def screen(request: Request, pk: int) -> HttpResponse:
    row = entry_for(request, pk)
    form = ScreeningForm(request.POST)
    if form.is_valid():
        done = attempt(
            request,
            lambda: acts.screen(by=request.person, entry=row, now=request.now, **form.cleaned_data),
        )
        if done is not None:
            said = _("%(title)s is admitted.") if done.passed else _("%(title)s is not admitted.")
            messages.success(request, said % {"title": row.title})
            return _to_next(request, row)
    return entry_page(request, row, screening_form=form)


def _to_next(request: Request, row: Entry) -> HttpResponse:
    """Go to the next entry that waits to be screened, or to the first, or to the list."""
    waiting = Entry.objects.visible_to(request.person, request.now)
    waiting = waiting.filter(edition=row.edition_id).unscreened().order_by("pk")
    following = waiting.filter(pk__gt=row.pk).first() or waiting.first()
    if following is not None:
        return redirect("entry", pk=following.pk)
    messages.info(request, _("Every filed entry is screened."))
    return redirect("entries", slug=row.edition.slug)
