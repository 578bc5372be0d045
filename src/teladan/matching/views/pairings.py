"""Pairings: run by the matchmaker, explained pair by pair, answered by both sides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.refusals import Refusal
from teladan.house.web import Request, answers_refusals, attempt, for_offices, show
from teladan.matching import acts
from teladan.matching.forms import AgreeForm, OverrideForm, PairForm
from teladan.matching.models import Need, Offer, Override, Pairing, Proposal, Side
from teladan.matching.rules import TERMS, parse
from teladan.matching.views.needs import homes_of

ROWS_A_PAGE = 50
# Why a need was left alone, as the engine says it and as people read it.
REASONS = {
    "no fit": gettext_lazy("No offer on this theme fits well enough."),
    "barred": gettext_lazy(
        "The only fitting offers are kept apart by an override, or were declined."
    ),
    "reserve": gettext_lazy("The place went to a lagging or first-time region."),
    "floors": gettext_lazy("The place went to a region for which a minimum is kept."),
    "no capacity": gettext_lazy("Every fitting offer is full."),
}
# Whose figure is not known, as the engine says it and as people read it.
LACKING = {"need": gettext_lazy("the region in need"), "offer": gettext_lazy("the owner")}


@for_offices(Office.MATCHMAKER, Office.AUDITOR)
def pairings(request: Request) -> HttpResponse:
    first = {**PairForm().initial, "year": request.now.year}
    form = PairForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        done = attempt(request, lambda: _run(request, form))
        if done is not None:
            messages.success(request, _("Paired. Both sides of each pair get a mail."))
            return redirect("pairing", pk=done.pk)
    context = {
        "nav": "desk",
        "form": form,
        "runs": Pairing.objects.select_related("by").order_by("-pk")[:30],
        "needs": Need.objects.open().count(),
        "offers": Offer.objects.open().count(),
        "matchmaker": Office.MATCHMAKER,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Pairings"), "url": ""},
        ],
    }
    return show(request, "matching/pairings.html", context, form)


def _run(request: Request, form: PairForm) -> Pairing:
    rules = parse(form.rules())
    return acts.propose(
        by=request.person, year=form.cleaned_data["year"], rules=rules, now=request.now
    )


@for_offices(Office.MATCHMAKER, Office.AUDITOR)
def pairing(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Pairing.objects.select_related("by"), pk=pk)
    return _pairing_page(request, found, _override_form(request.GET.get("need", "")))


def _override_form(asked: str, data: Any = None) -> OverrideForm | None:
    """Return the form for one need and the offers on its theme; None while no need is chosen."""
    key = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    need = Need.objects.open().filter(pk=key).select_related("institution").first()
    if need is None:
        return None
    offers = Offer.objects.open().filter(theme=need.theme).exclude(institution=need.institution_id)
    offers = offers.select_related("innovation", "institution")
    offers = offers.order_by("innovation__title", "pk")
    return OverrideForm(need, offers, data)


def _pairing_page(request: Request, found: Pairing, form: BaseForm | None) -> HttpResponse:
    alone = Paginator(found.report["unmatched"], ROWS_A_PAGE).get_page(request.GET.get("alone"))
    needs = Need.objects.select_related("institution").in_bulk([r["need"] for r in alone])
    pairs = found.proposals.select_related(
        "need__institution", "offer__innovation__institution"
    ).order_by("-score", "pk")
    context = {
        "nav": "desk",
        "pairing": found,
        "simulated": found.simulated,
        "report": found.report,
        "weights": [(TERMS[code], w) for code, w in found.rules["weights"].items()],
        "pairs": Paginator(pairs, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "alone": alone,
        "unmatched": [
            (needs.get(row["need"]), row, REASONS.get(row["reason"], row["reason"]))
            for row in alone
        ],
        "overrides": Override.objects.filter(lifted_at=None)
        .select_related("need__institution", "offer__innovation", "by")
        .order_by("-pk")[:50],
        "form": form,
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Pairings"), "url": reverse("pairings")},
            {"label": str(found), "url": ""},
        ],
    }
    return show(request, "matching/pairing.html", context, *filter(None, [form]))


@for_offices(Office.MATCHMAKER)
@require_POST
def override(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Pairing.objects.select_related("by"), pk=pk)
    form = _override_form(request.POST.get("need", ""), request.POST)
    if form is None:
        told = _("This need is closed. Choose another one in the lists below.")
        request.refusal = Refusal("need-closed", told)
    elif form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(request, lambda: acts.override(by=request.person, now=request.now, **facts))
        if done is not None:
            messages.success(request, _("Kept. Every pairing from now on obeys it."))
            return redirect("pairing", pk=found.pk)
    return _pairing_page(request, found, form)


@for_offices(Office.MATCHMAKER)
@require_POST
@answers_refusals
def override_lift(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Override, pk=pk)
    acts.lift(by=request.person, override=row, now=request.now)
    messages.success(request, _("The override is lifted."))
    return redirect("pairings")


@for_offices(Office.LOCAL_ADMIN, Office.MATCHMAKER, Office.AUDITOR)
def proposal(request: Request, pk: int) -> HttpResponse:
    rows = Proposal.objects.visible_to(request.person, request.now)
    found = get_object_or_404(
        rows.select_related(
            "need__institution__region", "offer__innovation__institution__region", "pairing"
        ),
        pk=pk,
    )
    today = request.now.date()
    form = AgreeForm(
        initial={
            "topic": found.offer.innovation.title[:200],
            "starts": today,
            "ends": today + timedelta(days=547),
        }
    )
    done: object = None
    if request.POST.get("do") == "agree":
        form = AgreeForm(request.POST)
        if form.is_valid():
            agreed = dict(form.cleaned_data)
            done = attempt(
                request,
                lambda: acts.agree(by=request.person, proposal=found, now=request.now, **agreed),
            )
    elif request.method == "POST":
        reason = request.POST.get("reason", "").replace("\0", "")[:2000]
        accepted = request.POST.get("do") == "accept"
        done = attempt(
            request,
            lambda: acts.reply(
                by=request.person,
                proposal=found,
                accepted=accepted,
                reason=reason,
                now=request.now,
            ),
        )
    if done is not None:
        messages.success(request, _("Kept."))
        return redirect("proposal", pk=found.pk)
    return _proposal_page(request, found, form)


def _proposal_page(request: Request, found: Proposal, form: AgreeForm) -> HttpResponse:
    homes = {home.pk for home in homes_of(request)}
    replies = {row.side: row for row in found.replies.select_related("by")}
    sides = {Side.ADOPTER: found.need.institution, Side.SOURCE: found.offer.institution}
    context = {
        "nav": "desk",
        "proposal": found,
        "simulated": found.need.simulated,
        "terms": [
            {**term, "label": TERMS.get(term["code"], term["code"]),
             "points": round(term["part"] * 100, 1),
             "lacking": [shown for side, shown in LACKING.items()
                         if any(name.startswith(side) for name in term["missing"])]}
            for term in found.terms
        ],
        "sides": [(side, sides[side], replies.get(side)) for side in sides],
        "may_answer": found.replaced_at is None
        and any(sides[side].pk in homes and side not in replies for side in sides),
        "both": sum(row.accepted for row in replies.values()) == 2,
        "agreement": getattr(found, "agreement", None),
        "form": form,
        "typed": request.POST.get("reason", ""),
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Proposed match"), "url": ""},
        ],
    }  # fmt: skip
    return show(request, "matching/proposal.html", context, form)
