"""The front door: what this is, what is happening now, and where everything stands."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.awards.models import Award
from teladan.contest.models import Edition, Seal
from teladan.house.templatetags.teladan import day, moment, number
from teladan.house.web import Request, public_page, show
from teladan.library.figures import source_of
from teladan.library.found import Counts, Hit
from teladan.library.life import later_rows, life_of
from teladan.library.search import counts, search
from teladan.library.views.keeping import kept_if

NEWEST, LOOKED_AT, EDITIONS = 6, 40, 3
# The honours of the national competition, which the front page shows before local ones.
NATIONAL = ("top9", "top25", "top35", "top40", "top45", "unpsa_winner")


@public_page
def home(request: Request) -> HttpResponse:
    held = counts()
    newest = search("", size=LOOKED_AT)
    announced = Edition.objects.announced(request.now)
    editions = list(announced.select_related("proclamation")[: EDITIONS + 1])
    running = [edition for edition in editions if not hasattr(edition, "proclamation")]
    proclaimed = next((e for e in editions if hasattr(e, "proclamation")), None)
    context = {
        "counts": held,
        "real": held.innovations - held.simulated,
        "life": _map_of_the_site(held, announced.count(), proclaimed),
        "newest": _with_sources(_first_shown(newest.hits)),
        "categories": newest.facets.get("category", [])[:6],
        "running": [
            {"edition": edition, "timeline": _dates(edition, request.now)}
            for edition in running[:EDITIONS]
        ],
        "proclaimed": proclaimed,
    }
    response = show(request, "library/home.html", context)
    return kept_if(held.fresh and newest.fresh, response)


@public_page
def about(request: Request) -> HttpResponse:
    return show(request, "library/about.html", {"nav": "about"})


def _map_of_the_site(
    held: Counts, editions: int, proclaimed: Edition | None
) -> list[dict[str, Any]]:
    """The nine stages with what is public in each; hollow where nothing is yet."""
    rounds = Seal.objects.filter(round__edition__proclamation__isnull=False).count()
    results = reverse("results", args=[proclaimed.slug]) if proclaimed else reverse("library")
    after = _after_the_library()
    honours = held.honours - held.simulated_honours
    innovations = held.innovations - held.simulated
    told = [
        (_("Registry"), len(held.regions), ngettext("%s region", "%s regions", len(held.regions)),
         0, reverse("regions")),
        (_("Contest"), editions, ngettext("%s edition", "%s editions", editions),
         0, reverse("editions")),
        (_("Panel"), rounds, ngettext("%s round to check", "%s rounds to check", rounds),
         0, reverse("verify")),
        (_("Awards"), honours, ngettext("%s honour", "%s honours", honours),
         held.simulated_honours, results),
        (_("Library"), innovations, ngettext("%s innovation", "%s innovations", innovations),
         held.simulated, reverse("library")),
    ]  # fmt: skip
    told += [
        (_("Matching"), after["Agreement"][0],
         ngettext("%s agreement", "%s agreements", after["Agreement"][0]),
         after["Agreement"][1], reverse("matching")),
        (_("Visits"), after["Visit"][0], ngettext("%s visit", "%s visits", after["Visit"][0]),
         after["Visit"][1], reverse("visits")),
        (_("Training"), after["Outcome"][0],
         ngettext("%s graduate", "%s graduates", after["Outcome"][0]),
         after["Outcome"][1], reverse("training")),
        (_("Forum"), after["Event"][0], ngettext("%s forum", "%s forums", after["Event"][0]),
         after["Event"][1], reverse("forums")),
    ]  # fmt: skip
    return [
        {
            "label": label,
            "detail": _public(said, count, simulated),
            "url": url,
            "state": ("honour" if place == 3 else "done") if count or simulated else "none",
        }
        for place, (label, count, said, simulated, url) in enumerate(told)
    ]


def _after_the_library() -> dict[str, tuple[int, int]]:
    """Count what is public in the later stages, real and simulated apart."""
    public = {
        "Agreement": (later_rows("Agreement"), "simulated"),
        "Visit": (later_rows("Visit").took_place(), "simulated"),
        "Outcome": (
            later_rows("Outcome").filter(result="graduated"),
            "participant__cohort__simulated",
        ),
        "Event": (later_rows("Event").filter(published_at__isnull=False), "simulated"),
    }
    found = {}
    for model, (rows, simulated) in public.items():
        tally = rows.aggregate(
            real=Count("pk", filter=Q(**{simulated: False})),
            simulated=Count("pk", filter=Q(**{simulated: True})),
        )
        found[model] = (tally["real"], tally["simulated"])
    return found


def _public(said: str, count: int, simulated: int) -> str:
    """Say how much is public; what is simulated is counted apart."""
    parts = [said % number(count)] if count else []
    if simulated:
        parts.append(_("%s simulated") % number(simulated))
    return ", ".join(parts) or _("nothing public yet")


def _dates(edition: Edition, now: datetime) -> list[dict[str, str]]:
    """The windows of an edition as its rules state them; says nothing of what came of them."""
    rule = edition.rule
    windows = [(_("Entries are filed"), rule.opens, rule.closes)]
    windows += [(sieve.name, sieve.opens, sieve.closes) for sieve in rule.rounds]
    found = []
    for label, opens, closes in windows:
        state = "done" if now >= closes else "now" if now >= opens else ""
        detail = {"done": _("over"), "now": _("open now")}.get(state, "")
        when = f"{day(opens)} – {moment(closes)}"
        found.append({"label": label, "when": when, "detail": detail, "state": state})
    proclaiming = {
        "label": _("Proclamation"),
        "when": _("after the last round; the day is not set here"),
        "detail": "",
        "state": "",
    }
    return [*found, proclaiming]


def _first_shown(newest: list[Hit]) -> list[Hit]:
    """Choose what the front page shows: of the newest, national honours first, real ones first.

    Local shortlists are newer in some years, and say less to a stranger.
    """
    return sorted(newest, key=lambda hit: (hit.simulated, hit.level not in NATIONAL))[:NEWEST]


def _with_sources(hits: list[Hit]) -> list[dict[str, Any]]:
    """The newest hits with the source of their newest honour and their life line."""
    awards: dict[int, list[Award]] = {}
    rows = Award.objects.filter(innovation__in=[hit.pk for hit in hits]).select_related("edition")
    for award in rows:
        awards.setdefault(award.innovation_id, []).append(award)
    return [
        {
            "hit": hit,
            "honour": f"{hit.honours[0][0]} · {hit.honours[0][1]}" if hit.honours else "",
            "source": _source(awards.get(hit.pk, [])),
            "life": life_of(awards.get(hit.pk, [])),
        }
        for hit in islice(hits, NEWEST)
    ]


def _source(awards: list[Award]) -> Any:
    for award in awards:
        if award.edition:
            return {
                "text": award.edition.name,
                "url": reverse("edition", args=[award.edition.slug]),
            }
        if award.citation:
            return source_of(award.citation)
    return None
