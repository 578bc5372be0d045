"""What is next for a participant, and who does it: read from the facts, stored nowhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.training.models import LACKING, Cohort, Next

# How long after the outcome a project is asked for again: months -> days.
LATER = {6: timedelta(days=183), 12: timedelta(days=365)}


DOES: dict[str, Office] = {
    Next.MENTOR: Office.AGENCY,
    Next.COACH: Office.AGENCY,
    Next.DIAGNOSE: Office.PARTICIPANT,
    Next.AGREE: Office.MENTOR,
    Next.PROJECT: Office.PARTICIPANT,
    Next.DESIGN: Office.AGENCY,
    Next.ASSESS: Office.PARTICIPANT,
    Next.RESULTS: Office.AGENCY,
    Next.EXAMINER: Office.AGENCY,
    Next.SCORE: Office.EXAMINER,
    Next.CONCLUDE: Office.AGENCY,
}


def next_of(row: Any, inside: bool = True) -> Next:
    """Return the next step of a participant read `with_progress`.

    Whether the examiners have given their scores is told inside the agency only; for the others
    they are at work until the outcome is told. Where nothing was presented, there is no such
    thing to know.
    """
    holds = (all(getattr(row, k) == v for k, v in each.items()) for each, _step in LACKING)
    steps = (step for (_each, step), lacking in zip(LACKING, holds, strict=True) if lacking)
    step = Next.DONE if row.ended else next(steps, Next.CONCLUDE)
    hidden = step == Next.CONCLUDE and not inside and not row.lapsed
    return Next.SCORE if hidden else step


def step_for(row: Any, office: str) -> Next | None:
    """Return the step that somebody in an office can take now, whatever others still owe."""
    if row.ended or (row.lapsed and office != Office.AGENCY):
        return None
    if office == Office.MENTOR:
        return Next.AGREE if row.diagnosed and not row.agreed else None
    if office == Office.PARTICIPANT:
        if not row.diagnosed:
            return Next.DIAGNOSE
        if row.agreed and not row.project_pk:
            return Next.PROJECT
        return Next.ASSESS if row.designed and not row.presented and not row.assessed else None
    step = next_of(row)
    return step if DOES.get(step) == office else None


def stages_of(cohort: Cohort, now: datetime) -> list[dict[str, Any]]:
    """Return the stages of a cohort with their days, and which of them is on today."""
    today = now.astimezone(CAPITAL).date()
    return [
        {
            "stage": stage,
            "first": first,
            "last": last,
            "state": "done" if last < today else "now" if first <= today else "",
        }
        for stage, first, last in cohort.calendar
    ]


def day_for(step: str, cohort: Cohort) -> date | None:
    """Return until when a step of the participant is done, as the calendar has it."""
    days = cohort.calendar
    off = [last for stage, _first, last in days if not stage.on_campus]
    if step in {Next.DIAGNOSE, Next.AGREE}:
        return days[0][2] if len(days) > 2 else None
    if step == Next.PROJECT:
        # The design is made before the last stage away from campus begins.
        before = [each[2] for each in days if each[0].on_campus and off and each[2] < off[-1]]
        return before[-1] if before else None
    return off[-1] if step == Next.ASSESS and off else None


def told_from(ended_at: datetime, months: int) -> date:
    """Return the first day on which it is told how a project stands so many months on."""
    return (ended_at + LATER[months]).astimezone(CAPITAL).date()


def months_due(ended_at: datetime | None, told: set[int], now: datetime) -> list[int]:
    """Return the months after which somebody is still to say how the project stands."""
    if ended_at is None:
        return []
    today = now.astimezone(CAPITAL).date()
    return [m for m in LATER if m not in told and told_from(ended_at, m) <= today]
