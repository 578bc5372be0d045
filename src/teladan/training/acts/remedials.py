"""One more attempt after an outcome, and what the attempt before it brought."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.training.models import Outcome, Participant, Remedial, Score, Seminar

LONGEST = timedelta(days=366)
# After these outcomes somebody may try again.
OPEN_ENDED = (Outcome.Result.POSTPONED, Outcome.Result.FAILED)


def bars_another(outcome: Outcome | None, granted: int, attempts: int) -> str:
    """Return the code of what bars another attempt; '' if nothing does.

    `granted` says how many followed the first already, `attempts` how many the rules give.
    """
    if outcome is None:
        return "no-outcome"
    if outcome.result not in OPEN_ENDED:
        return "not-postponed-or-failed"
    return "no-attempt-left" if granted + 1 >= attempts else ""


@act
def grant_remedial(
    *, by: Person, participant: Participant, until: date, reason: str, now: datetime
) -> Remedial:
    """Grant one more attempt after somebody was postponed or failed.

    Outcome, scores and results seminar move into the Remedial as they were told, so that the same
    path runs again: another results seminar, blind scores, an outcome. Diagnosis, project and
    design seminar stay.

    Refuses `not-your-office`, `no-outcome`, `not-postponed-or-failed`, `no-attempt-left` (the
    rules say how many there are), `reason-missing`, `day-past` and `too-far` (more
    than a year).
    """
    demand(by, Office.AGENCY, now=now, institution_id=participant.cohort.agency_id)
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    outcome = Outcome.objects.filter(participant=participant).first()
    granted, attempts = participant.remedials.count(), participant.cohort.rule.attempts
    code = bars_another(outcome, granted, attempts)
    if outcome is None or code:
        told = {
            "no-outcome": _("No outcome is told yet, so the attempt is still running."),
            "not-postponed-or-failed": _(
                "Another attempt is for those who were postponed or failed."
            ),
            "no-attempt-left": _(
                "The rules of this cohort give %(all)d attempts, and they are made."
            )
            % {"all": attempts},
        }
        raise Refusal(code, told[code])
    if not reason.strip():
        raise Refusal("reason-missing", _("Say why another attempt is granted."))
    if until < now.astimezone(CAPITAL).date():
        raise Refusal("day-past", _("This day has passed. Choose today or a day to come."))
    if until > now.astimezone(CAPITAL).date() + LONGEST:
        raise Refusal("too-far", _("Another attempt is made within a year. Choose an earlier day."))
    results = Seminar.objects.filter(participant=participant, kind=Seminar.Kind.RESULTS)
    scores = Score.objects.filter(examiner__participant=participant)
    remedial = Remedial(
        participant=participant,
        number=granted + 2,
        reason=reason.strip(),
        until=until,
        kept=_kept(outcome, list(scores.select_related("examiner__person")), results.first()),
        by=by,
        at=now,
    )
    remedial.full_clean()
    remedial.save()
    scores.delete()
    results.delete()
    outcome.delete()
    _tell(remedial, participant, now)
    record(
        by=by,
        act="training.grant_remedial",
        about=participant,
        now=now,
        public=True,  # how many ended how
        attempt=remedial.number,
        until=until,
        reason=remedial.reason,
        kept=remedial.kept,
    )
    return remedial


def _kept(outcome: Outcome, scores: list[Score], results: Seminar | None) -> dict[str, Any]:
    """Return an attempt as it was told, in words and numbers that JSON holds."""
    return {
        "result": outcome.result,
        "points": None if outcome.points is None else str(outcome.points),
        "rounded": None if outcome.rounded is None else str(outcome.rounded),
        "predicate": outcome.predicate,
        "lines": outcome.lines,
        "reason": outcome.reason,
        "at": outcome.at.isoformat(),
        "by": outcome.by_id,
        "scores": [
            {
                "examiner": row.examiner.person_id,
                "name": row.examiner.person.name,
                "component": row.component,
                "points": str(row.points),
                "comment": row.comment,
                "at": row.at.isoformat(),
            }
            for row in scores
        ],
        "results": results
        and {
            "day": results.day.isoformat(),
            "mentor_came": results.mentor_came,
            "mentor_wrote": results.mentor_wrote,
            "by": results.by_id,
            "at": results.at.isoformat(),
        },
    }


def _tell(remedial: Remedial, participant: Participant, now: datetime) -> None:
    for person in (participant.person, participant.mentor):
        if person is not None:
            queue(
                to=person,
                now=now,
                about=participant,
                subject=_("Another attempt: %(cohort)s") % {"cohort": participant.cohort},
                body=_("%(name)s may try again until %(day)s: %(reason)s")
                % {
                    "name": participant.person.name,
                    "day": shown_day(remedial.until),
                    "reason": remedial.reason,
                },
            )
