"""What awaits the offices of cohorts and change projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teladan.desk.awaits.todo import Awaits, Room, Todo, by_day
from teladan.house.models import Office, OfficeTerm
from teladan.house.offices import CAPITAL
from teladan.training.models import (
    Cohort,
    Examiner,
    FollowUp,
    Guidance,
    Milestone,
    Next,
    Outcome,
    Participant,
    Project,
    Seminar,
)
from teladan.training.progress import DOES, LATER, day_for, months_due, step_for

SHOWN = 20
SOON = timedelta(days=14)
# So long without a session, and the guides are asked for one.
PATIENCE = timedelta(days=14)
ROUTES: dict[str, str] = {
    Next.DIAGNOSE: "diagnosis",
    Next.PROJECT: "project",
    Next.ASSESS: "assess",
}


def _rows(now: datetime, **who: Any) -> Any:
    rows = Participant.objects.filter(**who).with_progress(now)
    return rows.select_related("cohort", "person").order_by("cohort", "number")


def for_agency(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """For each cohort, what is lacking, and for how many; and where it observes."""
    mine = Cohort.objects.filter(agency=term.institution_id).defer("rules")
    if not mine.exists():
        yield Todo(_("Open a cohort"), reverse("cohort-new"))
    running: Any = Participant.objects.filter(outcome=None).with_step(now)
    abroad = Exists(running.filter(cohort=OuterRef("pk"), designed=False))
    for cohort in mine.filter(abroad, visit=None).order_by("starts", "pk")[:SHOWN]:
        yield Todo(
            _("Choose where %(cohort)s observes") % {"cohort": cohort},
            reverse("cohort", args=[cohort.pk]),
            icon="search",
        )
    steps = [step for step, office in DOES.items() if office == Office.AGENCY]
    groups = list(
        running.filter(cohort__agency=term.institution_id, step__in=steps)
        .values("cohort", "step")
        .annotate(n=Count("pk"), first=Min("pk"), name=Min("person__name"))
        .order_by("cohort__starts", "cohort", "step")[: SHOWN + 1]
    )
    cohorts = mine.in_bulk({group["cohort"] for group in groups})
    for group in groups[:SHOWN]:
        cohort, step, alone = cohorts[group["cohort"]], Next(group["step"]), group["n"] == 1
        people = ngettext("%(n)d participant", "%(n)d participants", group["n"])
        yield Todo(
            f"{step.label}: {group['name'] if alone else cohort}",
            reverse("participant", args=[group["first"]]) if alone else _cohort(cohort),
            detail=str(cohort) if alone else people % {"n": group["n"]},
        )
    if len(groups) > SHOWN:
        yield Todo(_("More waits in your other cohorts"), reverse("training"), icon="list")


def _cohort(cohort: Cohort) -> str:
    return reverse("cohort", args=[cohort.pk])


def for_participant(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """The next step of one's own, milestones that fall due, and the year after."""
    today = now.astimezone(CAPITAL).date()
    for row in _rows(now, person=term.person_id, cohort__agency=term.institution_id)[:SHOWN]:
        if step := step_for(row, Office.PARTICIPANT):
            due = day_for(step, row.cohort)
            yield Todo(
                str(step.label),
                reverse(ROUTES[step], args=[row.pk]),
                detail=str(row.cohort),
                **by_day(due, today),  # type: ignore[arg-type]
            )
    steps = Milestone.objects.filter(
        project__participant__person=term.person_id,
        project__participant__cohort__agency=term.institution_id,
        project__participant__outcome=None,
        reached_at=None,
        due__lte=today + SOON,
    ).select_related("project")
    for milestone in steps[:SHOWN]:
        yield Todo(
            _("Reach the milestone: %(text)s") % {"text": milestone.text},
            reverse("project", args=[milestone.project.participant_id]) + "#milestone",
            detail=milestone.project.title,
            icon="check",
            **by_day(milestone.due, today),  # type: ignore[arg-type]
        )
    yield from _afterwards(now, FollowUp.Voice.OWNER, person=term.person_id,
                           cohort__agency=term.institution_id)  # fmt: skip


def for_mentor(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Agree, guide, and say a year on what became of it."""
    asked = {"mentor": term.person_id, "cohort__agency": term.institution_id}
    rows = list(_guided(term, now, outcome=None, **asked))
    for row in rows:
        if step_for(row, Office.MENTOR):
            yield Todo(
                _("Agree to the area of change of %(name)s") % {"name": row.person.name},
                reverse("participant", args=[row.pk]),
                detail=str(row.cohort),
                icon="check",
            )
    yield from _sessions(rows)
    yield from _afterwards(now, FollowUp.Voice.SUPERIOR, **asked)


def for_coach(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Guide those who heard nothing for two weeks."""
    asked = {"coach": term.person_id, "cohort__agency": term.institution_id}
    yield from _sessions(list(_guided(term, now, outcome=None, **asked)))


def _guided(term: OfficeTerm, now: datetime, **who: Any) -> Any:
    since = (now - PATIENCE).astimezone(CAPITAL).date()
    heard = Guidance.objects.filter(participant=OuterRef("pk"), by=term.person_id, day__gte=since)
    return _rows(now, **who).annotate(heard=Exists(heard))[: SHOWN * 2]


def _sessions(rows: list[Any]) -> Iterator[Todo]:
    """Ask for a session with whoever has a project and is not examined yet."""
    for row in rows:
        if row.project_pk and not (row.presented or row.lapsed or row.heard):
            yield Todo(
                _("Log a session with %(name)s") % {"name": row.person.name},
                reverse("guide", args=[row.pk]),
                detail=_("None was logged in the last two weeks."),
                icon="mail",
            )


def _afterwards(now: datetime, voice: str, **who: Any) -> Iterator[Todo]:
    """Ask how the project stands, of those whose 6 or 12 months have passed."""
    # They are asked from the first hour of the day on; `months_due` counts days.
    before = now - min(LATER.values()) + timedelta(days=1)
    rows = _rows(
        now,
        outcome__result=Outcome.Result.GRADUATED,
        outcome__at__lte=before,
        outcome__at__gte=before - timedelta(days=400),
        **who,
    ).prefetch_related("follow_ups")
    for row in rows[:SHOWN]:
        told = {each.months for each in row.follow_ups.all() if each.voice == voice}
        for months in months_due(row.ended_at, told, now):
            yield Todo(
                _("After %(n)d months: how does it stand?") % {"n": months},
                reverse("follow-up", args=[row.pk]),
                detail=row.project_title or row.person.name,
            )


def for_examiner(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Score whoever presented their results."""
    held = Seminar.objects.filter(participant=OuterRef("participant"), kind=Seminar.Kind.RESULTS)
    rows = Examiner.objects.filter(
        Exists(held),
        person=term.person_id,
        participant__cohort__agency=term.institution_id,
        participant__outcome=None,
        scores=None,
    ).select_related("participant__person", "participant__cohort")
    for seat in rows[:SHOWN]:
        yield Todo(
            _("Examine %(name)s") % {"name": seat.participant.person.name},
            reverse("examine", args=[seat.pk]),
            detail=str(seat.participant.cohort),
            icon="scale",
        )


def for_unit(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Register what a graduate of the unit brought home."""
    rows = Project.objects.filter(
        participant__unit=term.unit_id,
        participant__outcome__result=Outcome.Result.GRADUATED,
        innovation=None,
    ).select_related("participant__person")
    for made in rows[:SHOWN]:
        yield Todo(
            _("Register a graduate's project: %(title)s") % {"title": made.title},
            reverse("hand-on", args=[made.participant_id]),
            detail=made.participant.person.name,
        )


AWAITS: dict[str, Awaits] = {
    Office.AGENCY: for_agency,
    Office.PARTICIPANT: for_participant,
    Office.MENTOR: for_mentor,
    Office.COACH: for_coach,
    Office.EXAMINER: for_examiner,
    Office.UNIT: for_unit,
}

_ROOM: Room = (gettext_lazy("Training"), "training")

ROOMS: dict[str, list[Room]] = {
    Office.AGENCY: [
        (gettext_lazy("Open a cohort"), "cohort-new"),
        (gettext_lazy("Our officials trained elsewhere"), "trained-elsewhere"),
        _ROOM,
    ],
    Office.PARTICIPANT: [_ROOM],
    Office.MENTOR: [_ROOM],
    Office.COACH: [_ROOM],
    Office.EXAMINER: [_ROOM],
}
