"""Screenings: what was filed is admitted, or not, for coded reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from teladan.contest.models import Entry, Filing, Screening
from teladan.contest.rules import SCREENING_REASONS
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal


@act
def screen(
    *,
    by: Person,
    entry: Entry,
    passed: bool,
    reasons: Sequence[str],
    note: str,
    now: datetime,
) -> Screening:
    """Admit a filed entry, or not, with coded reasons.

    Refuses `not-your-office`, `not-filed`, `already-screened`, `reason-missing`,
    `reason-unknown` and `reason-and-passed`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    entry = Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    if not Filing.objects.filter(entry=entry).exists():
        raise Refusal("not-filed", _("Only filed entries are screened."))
    if Screening.objects.filter(entry=entry).exists():
        raise Refusal("already-screened", _("This entry is screened already."))
    if not passed and not reasons:
        raise Refusal("reason-missing", _("Choose at least one reason for not admitting it."))
    if passed and reasons:
        raise Refusal("reason-and-passed", _("An admitted entry has no reasons against it."))
    if not set(reasons) <= set(SCREENING_REASONS):
        raise Refusal("reason-unknown", _("Choose the reasons from the list."))
    screening = Screening.objects.create(
        entry=entry, passed=passed, reasons=sorted(reasons), note=note.strip(), by=by, at=now
    )
    if not passed and entry.begun_by:
        said = [str(SCREENING_REASONS[code]) for code in sorted(reasons)]
        queue(
            to=entry.begun_by,
            about=entry,
            now=now,
            hold=True,
            subject=_("Not admitted: %(title)s") % {"title": entry.title},
            body="\n".join([*said, note.strip()]).strip(),
        )
    record(
        by=by, act="contest.screen", about=entry, now=now, passed=passed, reasons=sorted(reasons)
    )
    return screening
