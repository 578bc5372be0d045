"""My reading: the entries of a reader, the ballot, and stepping back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Avg, Count, Max, Min, StdDev
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.contest.models import Round
from teladan.house.models import Office
from teladan.house.templatetags.teladan import number
from teladan.house.web import Request, answers_refusals, attempt, for_offices, show
from teladan.panel import acts
from teladan.panel.forms import BallotForm, JotForm, ReasonForm
from teladan.panel.models import Jotting, Mark, Reader, Seat, SeatQuerySet

ROWS_A_PAGE = 100
# Readings of the last rounds are listed; older ones are in the ledger.
ROUNDS_SHOWN = 4


def _mine(request: Request) -> SeatQuerySet:
    return Seat.objects.visible_to(request.person, request.now)


@for_offices(Office.EVALUATOR, Office.PANELIST)
def ballots(request: Request) -> HttpResponse:
    counts = {
        row["round"]: row
        for row in _mine(request)
        .values("round")
        .annotate(seats=Count("pk"), given=Count("ballot"))
        .order_by("-round")[:ROUNDS_SHOWN]
    }
    rounds = {
        sieve.pk: sieve
        for sieve in Round.objects.filter(pk__in=counts).select_related("edition").order_by("-pk")
    }
    done = "done" in request.GET
    rows = (
        _mine(request)
        .filter(round__in=rounds, ballot__isnull=not done)
        .select_related("entry__innovation__institution", "ballot", "jotting")
        .only(
            "round_id",
            "entry__title",
            "entry__category",
            "entry__innovation__institution__name",
            "ballot__points",
            "ballot__at",
            "jotting__saved_at",
        )
        # By the column: the round's own order would join it and read every seat in it.
        .order_by("-round_id", "pk")
    )
    start = _start(request)
    page = list(rows[start : start + ROWS_A_PAGE + 1])
    more, page = len(page) > ROWS_A_PAGE, page[:ROWS_A_PAGE]
    kept = "done=1&" if done else ""
    own = _own_marks(request, rounds.values()) if done else {}
    context = {
        "nav": "desk",
        "simulated": any(sieve.edition.simulated for sieve in rounds.values()),
        "done": done,
        "waiting": sum(row["seats"] - row["given"] for row in counts.values()),
        "given": sum(row["given"] for row in counts.values()),
        "groups": [
            {
                "sieve": sieve,
                "rule": sieve.rule,
                "open": sieve.takes_marks(request.now),
                "seats": counts[pk]["seats"],
                "given": counts[pk]["given"],
                "rows": [row for row in page if row.round_id == pk],
                "own": own.get(pk, []),
            }
            for pk, sieve in rounds.items()
            if sieve.takes_marks(request.now) or _told(counts[pk], done=done)
        ],
        "unsigned": Reader.objects.filter(person=request.person, pledged_at=None).select_related(
            "edition"
        )[:10],
        "newer": f"?{kept}start={max(start - ROWS_A_PAGE, 0)}" if start else "",
        "older": f"?{kept}start={start + ROWS_A_PAGE}" if more else "",
    }
    return show(request, "panel/ballots.html", context)


def _told(count: Any, *, done: bool) -> bool:
    """Say whether a round has anything to list: ballots given, or seats still to fill."""
    return bool(count["given"] if done else count["seats"] - count["given"])


def _start(request: Request) -> int:
    asked = request.GET.get("start", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 0


def _own_marks(request: Request, rounds: Iterable[Round]) -> dict[int, list[dict[str, Any]]]:
    """Tell how the reader marked so far, aspect by aspect: nobody else's marks, no entry."""
    rows = (
        Mark.objects.visible_to(request.person, request.now)
        .filter(
            ballot__seat__reader__person=request.person,
            ballot__seat__round__in=[sieve.pk for sieve in rounds],
        )
        .values("ballot__seat__round", "aspect")
        .annotate(
            count=Count("pk"),
            mean=Avg("points"),
            spread=StdDev("points"),
            least=Min("points"),
            most=Max("points"),
        )
    )
    told: dict[tuple[int, str], Any] = {(r["ballot__seat__round"], r["aspect"]): r for r in rows}
    return {
        sieve.pk: [
            told[sieve.pk, a.code] | {"name": a.name}
            for a in sieve.rule_aspects
            if (sieve.pk, a.code) in told
        ]
        for sieve in rounds
    }


@for_offices(Office.EVALUATOR, Office.PANELIST)
def ballot(request: Request, pk: int) -> HttpResponse:
    rows = _mine(request).select_related(
        "round__edition", "reader", "entry__filing", "entry__innovation", "ballot", "jotting"
    )
    seat = get_object_or_404(rows, pk=pk)
    jotting = getattr(seat, "jotting", None)
    aspects = seat.round.rule_aspects
    form = BallotForm(
        aspects,
        request.POST if request.method == "POST" else None,
        initial=jotting.typed if jotting else {},
    )
    if request.method == "POST" and form.is_valid():
        given = attempt(
            request,
            lambda: acts.give(by=request.person, seat=seat, marks=form.marks(), now=request.now),
        )
        if given is not None:
            messages.success(
                request,
                _("%(points)s points for %(title)s are given.")
                % {"points": number(given.points, 2), "title": seat.entry.title},
            )
            return redirect("ballots")
    own = getattr(seat, "ballot", None)
    marks = {mark.aspect: mark for mark in own.marks.all()} if own else {}
    saves = jotting.marks if jotting else {}
    content = seat.entry.filing.content
    context = {
        "nav": "desk",
        "seat": seat,
        "entry": seat.entry,
        "content": content,
        "texts": [(a, content["answers"].get(a.code, "")) for a in seat.round.edition.rule.aspects],
        "files": seat.entry.attachments(),
        "rule": seat.round.rule,
        "stage": seat.stage(request.now),
        "given": own,
        "marks": [(a, marks[a.code]) for a in aspects if a.code in marks],
        "form": form,
        "lines": [
            {
                "aspect": aspect,
                "points": points,
                "because": because,
                "points_save": saves.get(points.name, ["", 0])[1],
                "because_save": saves.get(because.name, ["", 0])[1],
            }
            for aspect, points, because in form.lines()
        ],
        "version": jotting.version if jotting else 0,
        "saved": f"{timezone.localtime(jotting.saved_at):%H.%M}" if jotting else "",
        "simulated": seat.entry.simulated,
        "crumbs": [
            {"label": _("My reading"), "url": reverse("ballots")},
            {"label": seat.entry.title, "url": ""},
        ],
    }
    return show(request, "panel/ballot.html", context, form)


@require_POST
@for_offices(Office.EVALUATOR, Office.PANELIST)
def jot(request: Request, pk: int) -> HttpResponse:
    seat = get_object_or_404(_mine(request), pk=pk)
    if "field" not in request.POST:
        return _jot_all(request, seat)
    form = JotForm(request.POST)
    if not form.is_valid():
        told = {"code": "invalid", "reason": _("This could not be read. Load the page again.")}
        return JsonResponse(told, status=422)
    field, value = form.cleaned_data["field"], form.cleaned_data["value"]
    kept = attempt(
        request,
        lambda: acts.jot(
            by=request.person,
            seat=seat,
            marks={field: value},
            version=form.cleaned_data["version"],
            now=request.now,
        ),
    )
    if kept is not None:
        saved = f"{timezone.localtime(request.now):%H.%M}"
        return JsonResponse({"version": kept.marks[field][1], "saved": saved})
    no = request.refusal
    answer: dict[str, Any] = {"code": no.code, "reason": no.reason} if no else {}
    if answer.get("code") == "changed-elsewhere":
        answer["theirs"], answer["version"] = Jotting.objects.get(seat=seat).marks[field]
    return JsonResponse(answer, status=409)


@answers_refusals
def _jot_all(request: Request, seat: Seat) -> HttpResponse:
    """Keep the whole ballot where no script saves it field by field."""
    version = request.POST.get("version", "")
    fields = {
        name: value
        for name, value in request.POST.items()
        if name.startswith(("points_", "because_")) and isinstance(value, str)
    }
    acts.jot(
        by=request.person,
        seat=seat,
        marks=fields,
        version=int(version) if re.fullmatch(r"\d{1,9}", version, re.ASCII) else 0,
        now=request.now,
    )
    messages.success(request, _("Your ballot is kept. It counts once you give your marks."))
    return redirect("ballot", seat.pk)


@for_offices(Office.EVALUATOR, Office.PANELIST)
def recuse(request: Request, pk: int) -> HttpResponse:
    seat = get_object_or_404(_mine(request).select_related("entry", "round__edition"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: acts.recuse(
                by=request.person, seat=seat, because=form.cleaned_data["because"], now=request.now
            ),
        )
        if done is not None:
            told = _("You stepped back from %(title)s. The secretariat seats somebody else.")
            messages.success(request, told % {"title": seat.entry.title})
            return redirect("ballots")
    context = {
        "nav": "desk",
        "seat": seat,
        "form": form,
        "simulated": seat.entry.simulated,
        "crumbs": [
            {"label": _("My reading"), "url": reverse("ballots")},
            {"label": seat.entry.title, "url": reverse("ballot", args=[seat.pk])},
            {"label": _("Step back"), "url": ""},
        ],
    }
    return show(request, "panel/recuse.html", context, form)
