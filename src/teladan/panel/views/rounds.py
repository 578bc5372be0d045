"""A round in the secretariat's hands: seated, watched, mended, sealed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.contest.models import Entry, Round
from teladan.house.models import Office
from teladan.house.templatetags.teladan import moment
from teladan.house.web import Request, answers_refusals, attempt, for_offices, show
from teladan.panel import acts
from teladan.panel.forms import SealForm, SeatForm
from teladan.panel.models import Reader, Seat, SeatQuerySet, Tally, TallyQuerySet
from teladan.panel.views.surroundings import about, embargo, round_for

# What is listed on one screen; the rest is counted.
LISTED = 10
BEHIND = 20


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def round_page(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    rule = sieve.rule
    seats = Seat.objects.overseen_by(request.person, request.now).filter(round=sieve)
    tallies = Tally.objects.visible_to(request.person, request.now).filter(round=sieve)
    tallies = tallies.select_related("entry__innovation__institution").defer(
        "entry__innovation__summary"
    )
    readers: Any = Reader.objects.visible_to(request.person, request.now).filter(
        edition=sieve.edition, office=rule.office
    )
    counted, progress = _counted(tallies, seats, rule.reads)
    behind = readers.with_loads(sieve).filter(carries__gt=F("finished"))
    plan = getattr(sieve, "plan", None)
    context = about(request, sieve.edition, (rule.name, "")) | {
        "sieve": sieve,
        "rule": rule,
        "stage": _stage(request, sieve),
        "plan": plan,
        "certificate": plan.certificate if plan else None,
        "seal": getattr(sieve, "seal", None),
        "progress": progress,
        "counted": counted,
        "pledged": readers.aggregate(
            all=Count("pk"), pledged=Count("pk", filter=Q(pledged_at__isnull=False))
        ),
        "behind": behind.select_related("person").order_by(F("finished") - F("carries"), "pk")[
            :BEHIND
        ],
        "lacking": tallies.short_of(rule.reads).order_by("reads", "entry")[:LISTED],
        "widest": tallies.filter(reads__gt=1).order_by("-spread", "entry")[:LISTED],
        "recusals": _recusals(request, sieve),
        "hindrances": _hindrances(request, sieve, counted, progress),
        "embargo_until": embargo(sieve.edition),
    }
    return show(request, "panel/round.html", context)


def _counted(
    tallies: TallyQuerySet, seats: SeatQuerySet, reads: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Count entries and ballots from the tallies, and seats without those given back."""
    counted = tallies.aggregate(
        entries=Count("pk"),
        short=Count("pk", filter=Q(reads__lt=reads)),
        given=Coalesce(Sum("reads"), 0),
    )
    seated = seats.aggregate(all=Count("pk"), given_back=Count("recusal"))
    return counted, {"seats": seated["all"] - seated["given_back"], "given": counted["given"]}


def _stage(request: Request, sieve: Round) -> str:
    """Name where the round stands: `sealed`, `unseated`, `early`, `open` or `closed`."""
    if hasattr(sieve, "seal"):
        return "sealed"
    if not hasattr(sieve, "plan"):
        return "unseated"
    if request.now < sieve.rule.opens:
        return "early"
    return "open" if sieve.takes_marks(request.now) else "closed"


def _recusals(request: Request, sieve: Round) -> list[dict[str, Any]]:
    """List who stepped back, and whether their entries have readers enough without them."""
    seats = Seat.objects.overseen_by(request.person, request.now).filter(round=sieve)
    left = list(
        seats.filter(recusal__isnull=False)
        .select_related("recusal", "entry", "reader__person")
        .order_by("-recusal__at")[:50]
    )
    recused = {seat.entry_id for seat in left}
    active = Counter(seats.to_read().filter(entry__in=recused).values_list("entry", flat=True))
    return [{"seat": seat, "waits": active[seat.entry_id] < sieve.rule.reads} for seat in left]


def _hindrances(
    request: Request, sieve: Round, counted: dict[str, int], progress: dict[str, int]
) -> list[str]:
    """Say what keeps the round from being sealed, or what sealing now would cut short."""
    if not hasattr(sieve, "plan"):
        return [_("The readers are not seated yet.")]
    found = []
    if counted["short"]:
        found.append(
            _("%(short)d of %(entries)d entries have fewer than %(reads)d ballots.")
            % {**counted, "reads": sieve.rule.reads}
        )
    elif progress["seats"] > progress["given"]:
        found.append(
            _("%(open)d readings are still open; sealing ends them.")
            % {"open": progress["seats"] - progress["given"]}
        )
    if request.now < sieve.rule.closes:
        found.append(_("Marks are taken until %(at)s.") % {"at": moment(sieve.rule.closes)})
    return found


@require_POST
@for_offices(Office.SECRETARIAT)
@answers_refusals
def assign(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    acts.assign(by=request.person, sieve=sieve, now=request.now)
    messages.success(
        request, _("The readers are seated. Their mails wait in the outbox until you release them.")
    )
    return redirect("round", pk)


@for_offices(Office.SECRETARIAT)
def seat(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    asked = (request.POST if request.method == "POST" else request.GET).get("entry", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        raise Http404
    entries = Entry.objects.visible_to(request.person, request.now).in_round(sieve)
    entry = get_object_or_404(
        entries.select_related("innovation__institution__region"), pk=int(asked)
    )
    readers = Reader.objects.visible_to(request.person, request.now)
    free = readers.free_for(sieve, entry)[:30]
    form = SeatForm(free, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reader = form.free[form.cleaned_data["reader"]]
        done = attempt(
            request,
            lambda: acts.seat_reader(
                by=request.person, sieve=sieve, entry=entry, reader=reader, now=request.now
            ),
        )
        if done is not None:
            messages.success(
                request,
                _("%(reader)s reads %(title)s too. The mail waits in the outbox.")
                % {"reader": reader, "title": entry.title},
            )
            return redirect("round", pk)
    seated = Seat.objects.overseen_by(request.person, request.now).filter(round=sieve, entry=entry)
    context = about(
        request,
        sieve.edition,
        (sieve.rule.name, reverse("round", args=[pk])),
        (_("Seat a reader"), ""),
    ) | {
        "sieve": sieve,
        "entry": entry,
        "form": form,
        "free": free,
        "seated": seated.select_related("reader__person", "ballot", "recusal").order_by("pk"),
    }
    return show(request, "panel/seat.html", context, form)


@for_offices(Office.SECRETARIAT)
def seal(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = SealForm(_tied(request, sieve, posted.getlist("tied") if posted else []), posted)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: acts.tally(
                by=request.person,
                sieve=sieve,
                order=form.cleaned_data["order"],
                because=form.cleaned_data["because"],
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("%(round)s is sealed.") % {"round": sieve.rule.name})
            return redirect("ranking", pk)
        if isinstance(request.refusal, acts.TieAtTheLine):
            form = SealForm(_tied(request, sieve, request.refusal.tied))
    tallies = Tally.objects.visible_to(request.person, request.now).filter(round=sieve)
    seats = Seat.objects.overseen_by(request.person, request.now).filter(round=sieve)
    counted, progress = _counted(tallies, seats, sieve.rule.reads)
    context = about(
        request,
        sieve.edition,
        (sieve.rule.name, reverse("round", args=[pk])),
        (_("Seal"), ""),
    ) | {
        "sieve": sieve,
        "rule": sieve.rule,
        "form": form,
        "counted": counted,
        "hindrances": _hindrances(request, sieve, counted, progress),
        "ties": [sieve.edition.rule.aspect(code) for code in sieve.edition.rule.tie_rule],
        "embargo_until": embargo(sieve.edition),
    }
    return show(request, "panel/seal.html", context, form)


def _tied(request: Request, sieve: Round, keys: list[Any]) -> list[Entry]:
    """Fetch the entries that the plenary puts in order."""
    asked = [int(key) for key in map(str, keys) if re.fullmatch(r"\d{1,15}", key, re.ASCII)][:50]
    entries = Entry.objects.visible_to(request.person, request.now).in_round(sieve)
    return list(entries.filter(pk__in=asked).order_by("pk")) if asked else []
