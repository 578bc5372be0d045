"""All marks of a round as a table, written while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import groupby
from operator import itemgetter
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from teladan.contest.models import Round
from teladan.house.models import Office
from teladan.house.web import Request, csv_line, for_offices
from teladan.panel.models import Mark, MarkQuerySet
from teladan.panel.views.surroundings import round_for

ROWS_A_CHUNK = 4000


@for_offices(Office.SECRETARIAT, Office.AUDITOR)
def marks_csv(request: Request, pk: int) -> HttpResponse:
    sieve = round_for(request, pk)
    rows = Mark.objects.visible_to(request.person, request.now).counted_in(sieve)
    # The zone of the reader ends with this function: take it along.
    lines = _lines(rows, sieve, timezone.get_current_timezone())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{sieve.edition.slug}-round-{sieve.number}-marks.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _lines(rows: MarkQuerySet, sieve: Round, zone: tzinfo) -> Iterator[str]:
    """Write one line a ballot; readers are numbered as in the bundle, not named."""
    codes = [aspect.code for aspect in sieve.rule_aspects]
    head = ["entry", "title", "institution", "reader", "points", "given_at"]
    columns = [f"{code}{end}" for code in codes for end in ("", "_because")]
    yield "\ufeff" + csv_line([*head, *columns])
    readers = rows.order_by("ballot__seat__reader").values_list("ballot__seat__reader", flat=True)
    alias = {pk: n for n, pk in enumerate(readers.distinct(), start=1)}
    told = {
        pk: (title, institution)
        for pk, title, institution in sieve.edition.entries.values_list(
            "pk", "title", "innovation__institution__name"
        )
    }
    found = rows.order_by("ballot__seat__entry", "ballot__seat__reader").values_list(
        "ballot",
        "ballot__seat__entry",
        "ballot__seat__reader",
        "ballot__points",
        "ballot__at",
        "aspect",
        "points",
        "because",
    )
    for _ballot, group in groupby(found.iterator(chunk_size=ROWS_A_CHUNK), key=itemgetter(0)):
        marks = list(group)
        _pk, entry, reader, points, at, *_mark = marks[0]
        given = {mark[5]: mark for mark in marks}
        cells = [entry, *told[entry], alias[reader], points]
        cells.append(at.astimezone(zone).isoformat(timespec="seconds"))
        for code in codes:
            cells += [given[code][6], given[code][7]] if code in given else ["", ""]
        yield csv_line(cells)
