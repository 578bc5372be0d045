"""Afterwards: how projects stand 6 and 12 months on, and what they become in the registry."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.acts import register
from teladan.registry.models import Innovation
from teladan.training.models import FollowUp, Outcome, Participant, Project
from teladan.training.progress import LATER, told_from


@act
def follow_up(
    *, by: Person, participant: Participant, months: int, progress: int, told: str, now: datetime
) -> FollowUp:
    """Say how the project stands 6 or 12 months on; owner and superior speak apart.

    Refuses `not-your-office`, `not-yours`, `not-graduated`, `too-early` (before 6 or 12 months
    have passed), `not-written` and `already-told`.
    """
    demand(by, Office.PARTICIPANT, Office.MENTOR, now=now)
    voices = {
        participant.person_id: FollowUp.Voice.OWNER,
        participant.mentor_id: FollowUp.Voice.SUPERIOR,
    }
    if by.pk not in voices:
        raise Refusal("not-yours", _("The owner and the superior tell how a project stands."))
    outcome = _graduated(participant)
    earliest = told_from(outcome.at, months) if months in LATER else None
    if earliest and now.astimezone(CAPITAL).date() < earliest:
        raise Refusal(
            "too-early",
            _("How it stands after %(months)d months is told from %(day)s on. Come back then.")
            % {"months": months, "day": shown_day(earliest)},
        )
    if not told.strip():
        raise Refusal("not-written", _("Write what became of it."))
    if participant.follow_ups.filter(months=months, voice=voices[by.pk]).exists():
        raise Refusal("already-told", _("You have told this already."))
    row = FollowUp(
        participant=participant,
        months=months,
        voice=voices[by.pk],
        progress=progress,
        told=told.strip(),
        by=by,
        at=now,
    )
    row.full_clean()
    row.save()
    record(
        by=by,
        act="training.follow_up",
        about=participant,
        now=now,
        months=months,
        voice=row.voice,
        progress=progress,
    )
    return row


@act
def hand_on(
    *, by: Person, project: Project, started: date | None, category: str, now: datetime
) -> Innovation:
    """Register a graduate's project as an innovation that names its source: the circle closes.

    It is registered for the unit the participant comes from, by somebody who serves there.
    Refuses `not-your-office`, `not-your-unit`, `not-graduated`, `already-registered`,
    `not-modified`, `title-taken` and `not-yet-in-use`.
    """
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
    participant = project.participant
    _graduated(participant)
    if project.innovation_id:
        raise Refusal("already-registered", _("This project is in the registry already."))
    rows = list(project.observations.all())

    def told(name: str) -> str:
        return "\n".join(text for row in rows if (text := getattr(row, name).strip()))

    innovation = register(
        by=by,
        unit=participant.unit,
        title=project.title,
        summary=project.summary,
        started=started,
        category=category,
        source=project.source,
        kept=told("imitated"),
        adapted=told("modified"),
        simulated=participant.cohort.simulated,
        now=now,
    )
    project.innovation = innovation
    project.save(update_fields=["innovation"])
    record(
        by=by,
        act="training.hand_on",
        about=project,
        now=now,
        innovation=innovation.pk,
        source=project.source_id,
    )
    return innovation


def _graduated(participant: Participant) -> Outcome:
    outcome = Outcome.objects.filter(participant=participant).first()
    if outcome is None or outcome.result != Outcome.Result.GRADUATED:
        raise Refusal("not-graduated", _("This is for those who have graduated."))
    return outcome
