"""Needs and offers: stated, read, closed, withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.offices import held
from teladan.house.web import Request, answers_refusals, attempt, for_offices, show
from teladan.matching import acts
from teladan.matching.forms import NeedForm, OfferForm
from teladan.matching.models import READINESS, Need, Offer
from teladan.registry.models import Innovation, Institution


def homes_of(request: Request) -> list[Institution]:
    """Return the institutions for which somebody serves as local admin."""
    terms = held(request.person, request.now)
    found = [t.institution for t in terms if t.office == Office.LOCAL_ADMIN and t.institution]
    return list(dict.fromkeys(found))


def home_of(request: Request) -> Institution:
    """Return the institution that was named, or the first one."""
    homes = homes_of(request)
    named = request.POST.get("of") or request.GET.get("of")
    return next((home for home in homes if str(home.pk) == named), homes[0])


def _crumbs(label: str) -> list[dict[str, str]]:
    return [{"label": _("My desk"), "url": reverse("desk")}, {"label": label, "url": ""}]


@for_offices(Office.LOCAL_ADMIN)
def need_new(request: Request) -> HttpResponse:
    home, form = home_of(request), NeedForm(request.POST or None)
    if form.is_valid():
        done = attempt(
            request,
            lambda: acts.state_need(
                by=request.person, institution=home, now=request.now, **form.facts()
            ),
        )
        if done is not None:
            messages.success(request, _("Your need is stated. The next pairing looks for helpers."))
            return redirect("need", pk=done.pk)
    context = {
        "nav": "desk",
        "form": form,
        "home": home,
        "homes": homes_of(request),
        "ready": [form[f"ready_{code}"] for code in READINESS],
        "asked": [form[n] for n in ("theme", "problem", "target_group", "constraints", "wanted")],
        "crumbs": _crumbs(_("State a need")),
    }
    return show(request, "matching/need_new.html", context, form)


@for_offices(Office.LOCAL_ADMIN, Office.MATCHMAKER, Office.AUDITOR)
def need(request: Request, pk: int) -> HttpResponse:
    rows = Need.objects.visible_to(request.person, request.now)
    found = get_object_or_404(rows.select_related("institution", "region", "indicator"), pk=pk)
    if request.method == "POST":
        because = request.POST.get("because", "").replace("\0", "")[:300]
        done = attempt(
            request,
            lambda: acts.close_need(
                by=request.person, need=found, because=because, now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("The need is closed."))
            return redirect("need", pk=found.pk)
    mine = found.institution in homes_of(request)
    context = {
        "nav": "desk",
        "need": found,
        "simulated": found.simulated,
        "ready": [(label, found.readiness.get(code)) for code, label in READINESS.items()],
        "mine": mine,
        "proposals": found.proposals.filter(replaced_at=None)
        .select_related("offer__innovation__institution", "agreement")
        .order_by("-score"),
        "overrides": found.overrides.filter(lifted_at=None).select_related("offer__innovation"),
        "typed": request.POST.get("because", ""),
        "crumbs": _crumbs(_("Need")),
    }
    return show(request, "matching/need.html", context)


@for_offices(Office.LOCAL_ADMIN)
def offer_new(request: Request) -> HttpResponse:
    home = home_of(request)
    innovations = Innovation.objects.public().filter(institution=home).order_by("title")
    first = {"year": request.now.year, "capacity": 2}
    form = OfferForm(innovations, request.POST or None, initial=first)
    if form.is_valid():
        facts: dict[str, Any] = dict(form.cleaned_data)
        done = attempt(
            request, lambda: acts.offer_help(by=request.person, now=request.now, **facts)
        )
        if done is not None:
            messages.success(request, _("Your offer is public."))
            return redirect("offer-new")
    context = {
        "nav": "desk",
        "form": form,
        "home": home,
        "homes": homes_of(request),
        "own": Offer.objects.open().filter(institution=home).select_related("innovation"),
        "crumbs": _crumbs(_("Offer help")),
    }
    return show(request, "matching/offer_new.html", context, form)


@for_offices(Office.LOCAL_ADMIN)
@require_POST
@answers_refusals
def offer_withdraw(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Offer, pk=pk, institution__in=homes_of(request))
    acts.withdraw_offer(by=request.person, offer=found, now=request.now)
    messages.success(request, _("The offer is withdrawn."))
    return redirect("offer-new")
