from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.awards import acts
from teladan.awards.bundles import bundle_of
from teladan.awards.certificates import certificate_pdf
from teladan.awards.forms import ProclaimForm
from teladan.awards.models import LEVELS, Award, Pot
from teladan.awards.statements import statement_of
from teladan.contest.models import Edition, Standing
from teladan.house.ledger import canonical
from teladan.house.models import Office
from teladan.house.templatetags.teladan import number, percent
from teladan.house.web import Request, attempt, for_offices, public_page, show


def _edition(request: Request, slug: str) -> Edition:
    visible = Edition.objects.visible_to(getattr(request, "person", None), request.now)
    return get_object_or_404(visible.select_related("proclamation"), slug=slug)


def _about(edition: Edition, label: str) -> dict[str, Any]:
    return {
        "nav": "editions",
        "edition": edition,
        "simulated": edition.simulated,
        "proclamation": getattr(edition, "proclamation", None),
        "crumbs": [
            {"label": _("Competition"), "url": reverse("editions")},
            {"label": edition.name, "url": reverse("edition", args=[edition.slug])},
            {"label": label, "url": ""},
        ],
    }


@for_offices(Office.MINISTER)
def proclaim(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    form = ProclaimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: acts.proclaim(
                by=request.person,
                edition=edition,
                decree=form.cleaned_data["decree"],
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("Proclaimed. The embargo is over."))
            return redirect("results", slug)
    rounds = list(edition.rounds.select_related("seal").defer("seal__inputs", "seal__report"))
    for sieve in rounds:
        sieve.edition = edition
    visible = Standing.objects.visible_to(request.person, request.now)
    stood = acts.last_stood(visible.filter(seal__round__edition=edition))
    winners = [
        {
            "honour": LEVELS.get(rule.honour, rule.honour),
            "rows": [row for row in stood if row.seal.round.number == rule.number],
            "confirmed": rule.confirmed,
        }
        for rule in reversed(edition.rule.rounds)
    ]
    context = _about(edition, _("Proclaim")) | {
        "nav": "desk",
        "form": form,
        "rounds": rounds,
        "open_rounds": [sieve for sieve in rounds if not hasattr(sieve, "seal")],
        "winners": winners,
        "count": len(stood),
        "embargo_until": "" if hasattr(edition, "proclamation") else _("the proclamation"),
    }
    return show(request, "awards/proclaim.html", context, form)


@for_offices(Office.TREASURY)
def divide(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    if request.method == "POST":
        done = attempt(
            request, lambda: acts.divide(by=request.person, edition=edition, now=request.now)
        )
        if done is not None:
            messages.success(request, _("Divided, to the rupiah. This is the statement."))
            return redirect("fund", slug)
    pots = Pot.objects.visible_to(request.person, request.now)
    known = hasattr(edition, "proclamation")
    context = _about(edition, _("Divide the fund")) | {
        "nav": "desk",
        "fund": edition.rule.fund,
        "pot": pots.filter(edition=edition).first(),
        # Who stood is not the treasury's to know before the proclamation.
        "regions": len(acts.weights_of(edition)) if known else None,
    }
    if known:
        context["floors"] = context["regions"] * edition.rule.fund.floor
    return show(request, "awards/divide.html", context)


@public_page
def results(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    # Honours come into being with the proclamation: before it there is nothing to show or hide.
    awards = list(
        Award.objects.filter(edition=edition)
        .select_related("innovation__institution")
        .defer("innovation__summary", "innovation__summary_en")
    )
    context = _about(edition, _("Results")) | {
        "groups": _honoured(request, edition, awards),
        "count": len(awards),
        "divided": Pot.objects.visible_to(None, request.now).filter(edition=edition).exists(),
    }
    return show(request, "awards/results.html", context)


def _honoured(request: Request, edition: Edition, awards: Sequence[Award]) -> list[dict[str, Any]]:
    """Group the honours, the highest first, each with its place in the round that decided it."""
    person = getattr(request, "person", None)
    standings = Standing.objects.visible_to(person, request.now).filter(
        seal__round__edition=edition, entry__in=[award.entry_id for award in awards]
    )
    total: dict[int, int] = dict(
        Standing.objects.visible_to(person, request.now)
        .filter(seal__round__edition=edition)
        .values_list("seal__round__number")
        .annotate(Count("pk"))
    )
    place = {
        (row.entry_id, row.seal.round.number): row
        for row in standings.select_related("seal__round").defer("seal__inputs", "seal__report")
    }
    groups: list[dict[str, Any]] = []
    for rule in reversed(edition.rule.rounds):
        rows: list[dict[str, Any]] = []
        for award in awards:
            row = place.get((award.entry_id or 0, rule.number))
            if award.level != rule.honour or row is None or not row.stood:
                continue
            score = row.raw if rule.method == "raw" else row.adjusted
            other = row.adjusted if rule.method == "raw" else row.raw
            # Positions on a bar that is 100 wide.
            step = 100 / total[rule.number]
            rows.append(
                {
                    "award": award,
                    "rank": row.place,
                    "score": number(score, 2),
                    "other": number(other, 2),
                    "low": row.low,
                    "high": row.high,
                    "chance": percent(row.chance),
                    "x": f"{(row.low - 1) * step:.2f}",
                    "width": f"{(row.high - row.low + 1) * step:.2f}",
                    "mid": f"{(row.place - 0.5) * step:.2f}",
                    "cut": f"{rule.seats * step:.2f}" if rule.seats < total[rule.number] else "",
                }
            )
        if rows:
            rows.sort(key=lambda each: (each["rank"], each["award"].pk))
            groups.append(
                {"rule": rule, "honour": LEVELS.get(rule.honour, rule.honour), "rows": rows}
            )
    return groups


@public_page
def fund(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    pots = Pot.objects.visible_to(getattr(request, "person", None), request.now)
    pot = pots.filter(edition=edition, divided_at__isnull=False).first()
    if pot:
        pot.edition = edition
    context = _about(edition, _("Incentive fund")) | {
        "pot": pot,
        "rule": edition.rule.fund,
        "method": acts.decisive(edition),
        "statement": statement_of(pot) if pot else None,
    }
    return show(request, "awards/fund.html", context)


@public_page
def bundle(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    if not hasattr(edition, "proclamation"):
        raise Http404
    response = HttpResponse(
        canonical(bundle_of(edition)), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="teladan-{edition.slug}.json"'
    return response


@public_page
def certificate(request: Request, code: str) -> HttpResponse:
    rows = Award.objects.filter(edition__proclamation__isnull=False).select_related(
        "edition__proclamation", "innovation__institution", "innovation__unit"
    )
    award = get_object_or_404(rows, code=code.replace("\0", ""))
    response = HttpResponse(certificate_pdf(award), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{award.code}.pdf"'
    return response
