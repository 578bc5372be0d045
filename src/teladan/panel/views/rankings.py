"""The ranking of a round: means while it is open, standings with their chances once sealed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.contest.models import Round, Standing
from teladan.house.models import Office
from teladan.house.offices import offices_of
from teladan.house.templatetags.teladan import number, percent
from teladan.house.web import Request, for_offices, show
from teladan.panel.models import Reader, Tally
from teladan.panel.views.surroundings import about, embargo, oversees, round_for

ROWS_A_PAGE = 100


@for_offices(Office.SECRETARIAT, Office.AUDITOR, Office.MINISTER)
def ranking(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    sealed = getattr(sieve, "seal", None)
    way = [(sieve.rule.name, reverse("round", args=[pk])), (_("Ranking"), "")]
    if not oversees(request):
        way[0] = (sieve.rule.name, "")
    context = about(request, sieve.edition, *way) | {
        "sieve": sieve,
        "rule": sieve.rule,
        "seal": sealed,
        "oversees": oversees(request),
        "embargo_until": embargo(sieve.edition),
    }
    if sealed and "readers" in request.GET:
        context |= {
            "report": sealed.report,
            "agreement": _agreement(sealed.report),
            "severity": _severity(request, sieve),
        }
        return show(request, "panel/severity.html", context)
    context |= _standings(request, sieve) if sealed else _tallies(request, sieve)
    return show(request, "panel/ranking.html" if sealed else "panel/means.html", context)


def _cursor(request: Request) -> list[str]:
    """Read `?after=…`: the sorting values of the last row seen and how many came before."""
    asked = request.GET.get("after", "")
    shape = r"\d{1,9}(\.\d{1,4})?_\d{1,15}_\d{1,9}"
    return asked.split("_") if re.fullmatch(shape, asked, re.ASCII) else []


def _tallies(request: Request, sieve: Round) -> dict[str, Any]:
    """Means of the ballots so far: not yet places."""
    tallies = Tally.objects.visible_to(request.person, request.now).filter(round=sieve)
    rows = tallies.select_related("entry__innovation__institution").only(
        "reads",
        "mean",
        "spread",
        "aspects",
        "entry__title",
        "entry__innovation__institution__name",
    )
    seen, after = 0, _cursor(request)
    if after:
        mean, seen = Decimal(after[0]), int(after[2])
        rows = rows.filter(Q(mean__lt=mean) | Q(mean=mean, entry__gt=int(after[1])))
    page = list(rows.order_by("-mean", "entry")[: ROWS_A_PAGE + 1])
    more, page = len(page) > ROWS_A_PAGE, page[:ROWS_A_PAGE]
    aspects = sieve.rule_aspects
    last = page[-1] if page else None
    return {
        "aspects": aspects,
        "rows": [
            {
                "number": seen + index,
                "title": row.entry.title,
                "url": reverse("entry", args=[row.entry_id]),
                "place": row.entry.innovation.institution.name,
                "reads": row.reads,
                "mean": number(row.mean, 2) if row.reads else "–",
                "spread": number(row.spread, 1) if row.reads > 1 else "–",
                "aspects": [number(row.aspects.get(a.code), 1) for a in aspects],
            }
            for index, row in enumerate(page, start=1)
        ],
        "older": f"?after={last.mean}_{last.entry_id}_{seen + len(page)}" if more and last else "",
        "newer": "?" if seen else "",
    }


def _standings(request: Request, sieve: Round) -> dict[str, Any]:
    standings = Standing.objects.visible_to(request.person, request.now).filter(seal=sieve.seal)
    rows = standings.select_related("entry__innovation__institution").only(
        "place",
        "raw",
        "adjusted",
        "low",
        "high",
        "chance",
        "stood",
        "entry__title",
        "entry__innovation__institution__name",
    )
    seen, after = 0, _cursor(request)
    if after:
        place, entry, seen = (int(float(part)) for part in after)
        rows = rows.filter(Q(place__gt=place) | Q(place=place, entry__gt=entry))
    page = list(rows.order_by("place", "entry")[: ROWS_A_PAGE + 1])
    more, page = len(page) > ROWS_A_PAGE, page[:ROWS_A_PAGE]
    last = page[-1] if page else None
    total = standings.count()
    report = sieve.seal.report
    return {
        "report": report,
        "no_correction": not report.get("sd_reader"),
        "rows": rank_rows(page, sieve, total, linked=oversees(request)),
        "older": f"?after={last.place}_{last.entry_id}_{seen + len(page)}" if more and last else "",
        "newer": "?" if seen else "",
        "note": _("%(first)d–%(last)d of %(all)d")
        % {"first": seen + 1, "last": seen + len(page), "all": total},
    }


def rank_rows(
    page: Sequence[Standing], sieve: Round, total: int, *, linked: bool
) -> list[dict[str, Any]]:
    """Prepare standings for the table: the points that decide first, the line where it falls."""
    rule = sieve.rule
    seats, by_raw = rule.seats, rule.method == "raw"
    scale = 100 / max(total, 1)
    line = _("Line: %(seats)d seats") % {"seats": seats}
    cut = f"{seats * scale:.2f}" if seats < total else ""
    # Two words shared by all rows.
    told, chance_of = (_("corrected"), _("raw")), _("Top %(seats)d") % {"seats": seats}
    rows: list[dict[str, Any]] = []
    before = True
    for standing in page:
        score, other = standing.adjusted, standing.raw
        if by_raw:
            score, other = other, score
        first_below = not standing.stood and before and (rows or standing.place == seats + 1)
        rows.append(
            {
                "line": line if first_below else "",
                "rank": standing.place,
                "url": reverse("entry", args=[standing.entry_id]) if linked else "",
                "title": standing.entry.title,
                "place": standing.entry.innovation.institution.name,
                "score": number(score, 2),
                "other": number(other, 2),
                "other_name": told[0] if by_raw else told[1],
                "low": standing.low,
                "high": standing.high,
                "x": f"{(standing.low - 1) * scale:.2f}",
                "width": f"{(standing.high - standing.low + 1) * scale:.2f}",
                "mid": f"{(standing.place - 0.5) * scale:.2f}",
                "cut": cut,
                "chance": percent(standing.chance),
                "chance_of": chance_of,
            }
        )
        before = standing.stood
    return rows


def _agreement(report: Mapping[str, Any]) -> list[tuple[str, str, list[float | None]]]:
    """Name the measures of agreement and say in words what each tells."""
    told = {
        "icc1": ("ICC(1)", _("How much of the difference of two readings is due to the entries.")),
        "icc2k": ("ICC(2,k)", _("How reliable the mean of an entry's readings is.")),
        "alpha": (
            _("Krippendorff's alpha"),
            _("Agreement beyond chance; 1 is perfect, 0 is none."),
        ),
        "w": (_("Kendall's W"), _("Agreement on the order, where everybody reads everything.")),
    }
    measures = report.get("agreement", {})
    return [(*told[name], measures[name]) for name in told if name in measures]


def _severity(request: Request, sieve: Round) -> list[dict[str, Any]]:
    """List readers from the most severe; names are for the secretariat alone."""
    severity: dict[str, list[Any]] = sieve.seal.report["severity"]
    readers = Reader.objects.visible_to(request.person, request.now).filter(pk__in=severity)
    named = Office.SECRETARIAT in offices_of(request.person, request.now)
    names = dict(readers.values_list("pk", "person__name")) if named else {}
    widest = max((abs(row[0]) + 2 * row[1] for row in severity.values()), default=1) or 1
    told = []
    for position, key in enumerate(sorted(severity, key=int), start=1):
        value, error, *more = severity[key]
        told.append(
            {
                "name": names.get(int(key)) or _("Reader %(number)d") % {"number": position},
                "value": value if abs(value) >= 0.005 else 0,
                "error": error,
                "count": more[0] if more else None,
                "mean": more[1] if more else None,
                "x": f"{50 + 50 * (value - 2 * error) / widest:.2f}",
                "width": f"{100 * 2 * error / widest:.2f}",
                "mid": f"{50 + 50 * value / widest:.2f}",
            }
        )
    return sorted(told, key=lambda row: -row["value"])
