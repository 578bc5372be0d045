"""The secretariat's workroom: the funnel of an edition, its filed entries, their export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from teladan.contest.forms import EntryFilter
from teladan.contest.models import Edition, Entry, Round, Screening, Standing
from teladan.contest.rules import SCREENING_REASONS, Rules
from teladan.house.models import Notice, Office
from teladan.house.offices import offices_of
from teladan.house.templatetags.teladan import left, moment
from teladan.house.web import Request, csv_line, for_offices, show

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 100


def _edition(request: Request, slug: str) -> Edition:
    visible = Edition.objects.visible_to(request.person, request.now)
    return get_object_or_404(visible.select_related("proclamation", "pot"), slug=slug)


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def office(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    funnel = Entry.objects.filter(edition=edition).aggregate(
        begun=Count("pk"),
        filed=Count("filing"),
        screened=Count("screening"),
        admitted=Count("screening", filter=Q(screening__passed=True)),
    )
    rounds = list(
        Round.objects.filter(edition=edition)
        .select_related("plan", "seal")
        .defer("plan__certificate", "seal__inputs", "seal__report")
    )
    stood: dict[int, int] = dict(
        Standing.objects.visible_to(request.person, request.now)
        .filter(seal__round__edition=edition, stood=True)
        .values_list("seal__round__number")
        .annotate(Count("pk"))
    )
    for sieve in rounds:
        sieve.edition = edition
    refused = Screening.objects.filter(entry__edition=edition, passed=False)
    reasons = Counter(code for row in refused.values_list("reasons", flat=True) for code in row)
    readers = edition.readers.aggregate(
        all=Count("pk"), pledged=Count("pk", filter=Q(pledged_at__isnull=False))
    )
    held = Notice.objects.waiting().filter(released_at=None).count()
    context = {
        "nav": "desk",
        "edition": edition,
        "simulated": edition.simulated,
        "rule": edition.rule,
        "open": edition.takes_entries(request.now),
        "funnel": funnel,
        "unscreened": funnel["filed"] - funnel["screened"],
        "rounds": [
            (sieve, _round_state(sieve, request), stood.get(sieve.number)) for sieve in rounds
        ],
        "reasons": [(SCREENING_REASONS.get(code, code), n) for code, n in reasons.most_common()],
        "readers": readers,
        "held": held,
        "secretariat": Office.SECRETARIAT in offices_of(request.person, request.now),
        "proclaimed": hasattr(edition, "proclamation"),
        "divided": hasattr(edition, "pot"),
        "todo": list(_next(edition, funnel, rounds, readers, held, request)),
        "crumbs": [
            {"label": _("Competition"), "url": reverse("editions")},
            {"label": edition.name, "url": reverse("edition", args=[edition.slug])},
            {"label": _("Workroom"), "url": ""},
        ],
    }
    return show(request, "contest/office.html", context)


def _round_state(sieve: Round, request: Request) -> str:
    if hasattr(sieve, "seal"):
        return _("sealed %(at)s") % {"at": moment(sieve.seal.at)}
    if not hasattr(sieve, "plan"):
        return _("readers not seated yet")
    if sieve.takes_marks(request.now):
        return _("being marked until %(at)s") % {"at": moment(sieve.rule.closes)}
    if request.now < sieve.rule.opens:
        return _("seated; marking opens %(at)s") % {"at": moment(sieve.rule.opens)}
    return _("marking has closed; not sealed yet")


def _next(
    edition: Edition,
    funnel: dict[str, int],
    rounds: list[Round],
    readers: dict[str, int],
    held: int,
    request: Request,
) -> Iterator[dict[str, Any]]:
    """Say what the secretariat does next, in the order of the contest."""
    rule, slug, now = edition.rule, edition.slug, request.now
    if now < rule.closes:
        words = _("Filing opens") if now < rule.opens else _("Entries are being filed")
        until = rule.opens if now < rule.opens else rule.closes
        yield {
            "title": words,
            "url": reverse("edition", args=[slug]),
            "when": left(until, now),
            "due": moment(until),
            "icon": "clock",
        }
    if waiting := funnel["filed"] - funnel["screened"]:
        yield {
            "title": _("Screen %(n)d entries") % {"n": waiting},
            "url": reverse("entries", args=[slug]) + "?state=unscreened",
            "detail": _("Each is admitted, or not, with coded reasons."),
        }
    if readers["pledged"] < readers["all"] or not readers["all"]:
        yield {
            "title": _("Enlist the readers"),
            "url": reverse("readers", args=[slug]),
            "detail": _("%(pledged)d of %(all)d have signed the integrity pact.") % readers,
            "icon": "user",
        }
    sieve = next((each for each in rounds if not hasattr(each, "seal")), None)
    if sieve is not None and now >= rule.closes and not waiting:
        yield {
            "title": str(sieve.rule.name),
            "url": reverse("round", args=[sieve.pk]),
            "detail": _round_state(sieve, request),
            "due": moment(sieve.rule.closes),
            "icon": "scale",
        }
    if held:
        yield {
            "title": _("Read and release %(n)d mails") % {"n": held},
            "url": reverse("outbox"),
            "icon": "mail",
        }
    if sieve is None and not hasattr(edition, "proclamation"):
        yield {
            "title": _("The minister proclaims the winners"),
            "url": reverse("ranking", args=[rounds[-1].pk]) if rounds else "",
            "detail": _("Every round is sealed. Until the proclamation nothing is public."),
            "icon": "star",
        }


def _narrowed(request: Request, edition: Edition, asked: dict[str, Any]) -> QuerySet[Entry]:
    rows = Entry.objects.visible_to(request.person, request.now).filter(edition=edition).filed()
    if asked.get("state") == "unscreened":
        rows = rows.unscreened()
    elif asked.get("state"):
        rows = rows.filter(screening__passed=asked["state"] == "admitted")
    if asked.get("category"):
        rows = rows.filter(category=asked["category"])
    if words := asked.get("q"):
        named = Q(title__icontains=words)
        rows = rows.filter(named | Q(innovation__institution__name__icontains=words))
    return rows


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def entries(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    form = EntryFilter(edition, request.GET)
    asked = form.asked()
    rows = (
        _narrowed(request, edition, asked)
        .select_related("innovation__institution", "filing", "screening")
        .only(
            "title",
            "category",
            "simulated",
            "innovation__institution__name",
            "filing__number",
            "filing__at",
            "screening__passed",
            "screening__reasons",
        )
    )
    backward = "before" in asked
    if backward:
        rows = rows.filter(pk__lt=asked["before"])
    elif "after" in asked:
        rows = rows.filter(pk__gt=asked["after"])
    found = list(rows.order_by("-pk" if backward else "pk")[: ROWS_A_PAGE + 1])
    more, found = len(found) > ROWS_A_PAGE, found[:ROWS_A_PAGE]
    if backward:
        found.reverse()
    for row in found:
        if hasattr(row, "screening"):
            row.why = [  # type: ignore[attr-defined]
                SCREENING_REASONS.get(code, code) for code in row.screening.reasons
            ]
    kept = {name: value for name, value in asked.items() if name not in {"after", "before"}}
    newer, older = more if backward else "after" in asked, backward or more
    context = {
        "nav": "desk",
        "edition": edition,
        "simulated": edition.simulated,
        "form": form,
        "rows": found,
        "narrowed": bool(kept),
        "newer": _page(kept, "before", found[0].pk) if newer and found else "",
        "older": _page(kept, "after", found[-1].pk) if older and found else "",
        "query": urlencode(kept),
        "crumbs": [
            {"label": edition.name, "url": reverse("edition", args=[edition.slug])},
            {"label": _("Workroom"), "url": reverse("office", args=[edition.slug])},
            {"label": _("Filed entries"), "url": ""},
        ],
    }
    return show(request, "contest/entries.html", context)


def _page(kept: dict[str, Any], name: str, pk: int) -> str:
    return f"?{urlencode({**kept, name: pk})}"


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def entries_csv(request: Request, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    rows = (
        _narrowed(request, edition, EntryFilter(edition, request.GET).asked())
        .select_related("filing", "screening")
        .only(
            "pk",
            "filing__number",
            "filing__receipt",
            "filing__at",
            "filing__digest",
            "filing__content",
            "screening__passed",
            "screening__reasons",
            "screening__note",
        )
        .order_by("pk")
    )
    # The language and the zone of the reader end with this function: take what is needed along.
    lines = _lines(rows, edition.rule, timezone.get_current_timezone())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{edition.slug}-entries.csv"'
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _lines(rows: QuerySet[Entry], rule: Rules, zone: tzinfo) -> Iterator[str]:
    """Write the filed content, which never changes, a chunk of rows at a time."""
    head = "number receipt filed_at title institution unit category started screening reasons note"
    codes = [aspect.code for aspect in rule.aspects]
    yield "\ufeff" + csv_line([*head.split(), "sha256", "files", *codes])
    for row in rows.iterator(chunk_size=ROWS_A_CHUNK):
        filing, content = row.filing, row.filing.content
        screening = getattr(row, "screening", None)
        verdict = "" if screening is None else "admitted" if screening.passed else "refused"
        cells = [
            filing.number,
            filing.receipt,
            filing.at.astimezone(zone).isoformat(timespec="seconds"),
            content["title"],
            content["institution"],
            content["unit"],
            content["category"],
            content["started"],
            verdict,
            " ".join(screening.reasons) if screening else "",
            screening.note if screening else "",
            filing.digest,
            " ".join(name for name, _sha256 in content["files"]),
            *(content["answers"].get(code, "") for code in codes),
        ]
        yield csv_line(cells)
