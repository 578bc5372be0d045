"""Editions as everybody reads them, and as the secretariat announces and amends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from teladan.contest import acts
from teladan.contest.forms import PLACES, ROUND_PLACES, RuleSheet, StartForm, honours
from teladan.contest.models import Amendment, Edition
from teladan.contest.rules import Rules, differences, preset
from teladan.house.models import Office
from teladan.house.templatetags.teladan import day, left, moment, number, rupiah
from teladan.house.web import Request, attempt, for_offices, public_page, show


def stage_of(edition: Edition, now: datetime) -> dict[str, Any]:
    """Say where an edition is in time; only what its announced dates and its decree say."""
    rule = edition.rule
    if hasattr(edition, "proclamation"):
        return {"label": _("Results proclaimed"), "kind": "ok", "until": None}
    if now < rule.opens:
        return {"label": _("Announced; filing opens"), "kind": "", "until": rule.opens}
    if now < rule.closes:
        return {"label": _("Takes entries until"), "kind": "ok", "until": rule.closes}
    for sieve in rule.rounds:
        if now < sieve.closes:
            label = _("%(round)s, until") % {"round": sieve.name}
            return {"label": label, "kind": "", "until": sieve.closes}
    return {"label": _("Judged; results not proclaimed yet"), "kind": "", "until": None}


def steps_of(edition: Edition, now: datetime) -> list[dict[str, Any]]:
    """Return the calendar of an edition for the time line."""
    rule = edition.rule
    steps = [
        (_("Filing opens"), rule.opens, _window(rule.opens, rule.closes, now)),
        (_("Filing closes"), rule.closes, "done" if now >= rule.closes else ""),
    ]
    for sieve in rule.rounds:
        steps.append((sieve.name, sieve.opens, _window(sieve.opens, sieve.closes, now)))
        steps.append(
            (
                _("%(round)s closes") % {"round": sieve.name},
                sieve.closes,
                "done" if now >= sieve.closes else "",
            )
        )
    if hasattr(edition, "proclamation"):
        steps.append((_("Results proclaimed"), edition.proclamation.at, "honour"))
    return [
        {"label": label, "when": moment(at), "iso": at.isoformat(), "state": state}
        for label, at, state in steps
    ]


def _window(opens: datetime, closes: datetime, now: datetime) -> str:
    return "" if now < opens else "now" if now < closes else "done"


@public_page
def editions(request: Request) -> HttpResponse:
    rows = Edition.objects.visible_to(getattr(request, "person", None), request.now)
    listed = rows.select_related("proclamation").order_by("-year", "-pk")[:200]
    years = [
        (year, [(row, stage_of(row, request.now)) for row in group])
        for year, group in groupby(listed, lambda row: row.year)
    ]
    return show(request, "contest/editions.html", {"years": years, "nav": "editions"})


@public_page
def edition(request: Request, slug: str) -> HttpResponse:
    visible = Edition.objects.visible_to(getattr(request, "person", None), request.now)
    row = get_object_or_404(visible.select_related("proclamation", "pot"), slug=slug)
    rule, names = row.rule, dict(honours())
    amendments = Amendment.objects.filter(edition=row).order_by("-at", "-pk")
    context = {
        "nav": "editions",
        "edition": row,
        "rule": rule,
        "simulated": row.simulated,
        "stage": stage_of(row, request.now),
        "time_left": left(rule.closes, request.now) if row.takes_entries(request.now) else "",
        "open": row.takes_entries(request.now),
        "timeline": steps_of(row, request.now),
        "total": sum(aspect.weight for aspect in rule.aspects),
        # One badge for the column where no weight is confirmed, instead of one on every line.
        "no_weight_sure": not any(aspect.confirmed for aspect in rule.aspects),
        "rounds": [(sieve, names.get(sieve.honour, sieve.honour)) for sieve in rule.rounds],
        "eligibility": list(_eligibility(rule, names)),
        "ties": [rule.aspect(code) for code in rule.tie_rule],
        "unsure": {place for place in PLACES if not rule.sure(place)},
        "fund_known": rule.fund.amount > 0,
        "fund_divided": hasattr(row, "pot") and row.pot.divided_at is not None,
        "proclaimed": hasattr(row, "proclamation"),
        "amendments": [(each, list(_changes(each.changed))) for each in amendments],
        "crumbs": _crumbs((row.name, "")),
    }
    return show(request, "contest/edition.html", context)


def _eligibility(rule: Rules, names: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Say who may enter: label, words, place of the number, note on its source."""
    told = [
        (
            _("In use"),
            _("for at least %(months)d months on the closing day: since %(day)s or before")
            % {"months": rule.min_age_months, "day": day(rule.youngest_start())},
            "min_age_months",
        ),
        (
            _("An institution files"),
            _("at most %(n)s entries") % {"n": number(rule.cap_per_institution)},
            "cap_per_institution",
        ),
        (
            _("Evidence"),
            _("at most %(n)s files an entry") % {"n": number(rule.files_per_entry)},
            "files_per_entry",
        ),
        (_("Categories"), "; ".join(rule.categories), "categories"),
    ]
    if rule.barred:
        honoured = ", ".join(str(names.get(level, level)) for level in rule.barred)
        told.append((_("Not again, once honoured"), honoured, "barred"))
    if rule.barred_twice:
        honoured = ", ".join(str(names.get(level, level)) for level in rule.barred_twice)
        told.append((_("Not again, when honoured twice"), honoured, "barred_twice"))
    for label, words, place in told:
        yield label, words, "" if rule.sure(place) else place, rule.notes.get(place, "")


def _changes(changed: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for path, before, after in differences(changed):
        if not path.startswith("confirmed."):
            yield _place(path), _value(path, before), _value(path, after)


def _place(path: str) -> str:
    """Name a place of a rule set for people: `rounds.2.seats` is “Round 2: Seats”."""
    head, _dot, rest = path.partition(".")
    if head == "rounds" and "." in rest:
        which, _dot, leaf = rest.partition(".")
        return _("Round %(n)s: %(what)s") % {"n": which, "what": ROUND_PLACES.get(leaf, leaf)}
    if head == "aspects" and "." in rest:
        which, _dot, leaf = rest.partition(".")
        leaves = {"weight": _("weight"), "words": _("word limit")}
        return _("Aspect %(name)s: %(what)s") % {"name": which, "what": leaves.get(leaf, leaf)}
    return str(PLACES.get(path, path))


def _value(path: str, value: Any) -> str:
    leaf = path.rpartition(".")[2]
    if value is None or value == "":
        return "–"
    if leaf in {"opens", "closes"}:
        known = parse_datetime(str(value))
        return moment(known) if known else str(value)
    if path.startswith("fund.") and isinstance(value, int) and not isinstance(value, bool):
        return rupiah(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


@for_offices(Office.SECRETARIAT)
def announce(request: Request) -> HttpResponse:
    known = Edition.objects.visible_to(request.person, request.now)
    start = StartForm(known, request.POST if request.method == "POST" else request.GET)
    base, name = _base(start, known)
    data = request.POST if request.method == "POST" else None
    sheet = RuleSheet(base, data, announcing=True, now=request.now, initial={"year": None})
    if data is not None and sheet.is_valid():
        typed = sheet.numbers.cleaned_data
        facts = {key: typed[key] for key in ("slug", "name", "year", "theme", "simulated")}
        done = attempt(
            request,
            lambda: acts.announce(by=request.person, rules=sheet.rules(), now=request.now, **facts),
        )
        if done is not None:
            messages.success(request, _("%(edition)s is announced.") % {"edition": done})
            return redirect("edition", slug=done.slug)
    context = {
        "nav": "editions",
        "sheet": sheet,
        "start": start,
        "started_from": name,
        "crumbs": _crumbs((_("Announce an edition"), "")),
    }
    return show(request, "contest/announce.html", context, *sheet.parts)


def _base(start: StartForm, known: Any) -> tuple[dict[str, Any], str]:
    """Return the rule set to start from and its name; an empty one when none was chosen."""
    if not start.is_valid() or not start.cleaned_data["start"]:
        return {}, ""
    chosen = str(start.cleaned_data["start"])
    if chosen.startswith("edition:"):
        row = get_object_or_404(known, slug=chosen.removeprefix("edition:"))
        return dict(row.rules), chosen
    return preset(chosen), chosen


@for_offices(Office.SECRETARIAT)
def amend(request: Request, slug: str) -> HttpResponse:
    row = get_object_or_404(Edition.objects.visible_to(request.person, request.now), slug=slug)
    data = request.POST if request.method == "POST" else None
    sheet = RuleSheet(row.rules, data, announcing=False, now=request.now)
    asked = request.POST.get("seen", "")
    seen = int(asked) if asked.isdecimal() and len(asked) < 9 else None
    if data is not None and sheet.is_valid():
        done = attempt(
            request,
            lambda: acts.amend(
                by=request.person,
                edition=row,
                rules=sheet.rules(),
                reason=sheet.numbers.cleaned_data["reason"],
                now=request.now,
                seen=seen,
            ),
        )
        if done is not None:
            what = ", ".join(place for place, _old, _new in _changes(done.changed))
            said = _("The rules are amended and published: %(what)s.") % {"what": what[:500]}
            messages.success(request, said)
            return redirect(f"{reverse('edition', args=[row.slug])}#amendments")
    context = {
        "nav": "editions",
        "sheet": sheet,
        "edition": row,
        "seen": Amendment.objects.filter(edition=row).count(),
        "simulated": row.simulated,
        "crumbs": _crumbs((row.name, reverse("edition", args=[row.slug])), (_("Amend"), "")),
    }
    return show(request, "contest/amend.html", context, *sheet.parts)


def _crumbs(*rest: tuple[str, str]) -> list[dict[str, str]]:
    first = {"label": _("Competition"), "url": reverse("editions")}
    return [first, *({"label": label, "url": url} for label, url in rest)]
