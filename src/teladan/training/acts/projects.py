"""Change projects: diagnosis, the ATM table, stakeholders, milestones, risks, and guidance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.acts import demand_title
from teladan.registry.models import Innovation
from teladan.training.models import (
    Cohort,
    Diagnosis,
    Guidance,
    Milestone,
    Observation,
    Participant,
    Project,
    Risk,
    SelfAssessment,
    Stakeholder,
)

# What a project is made of, row by row.
ROWS: dict[str, type[models.Model]] = {
    "observation": Observation,
    "stakeholder": Stakeholder,
    "milestone": Milestone,
    "risk": Risk,
}


@act
def diagnose(
    *, by: Person, participant: Participant, situation: str, causes: str, area: str, now: datetime
) -> Diagnosis:
    """Write the diagnosis of one's own unit; a new text takes back the mentor's agreement.

    Refuses `not-your-office`, `not-yours`, `already-concluded` and `not-written`.
    """
    participant = _mine(by, participant, now)
    if not (situation.strip() and causes.strip() and area.strip()):
        raise Refusal("not-written", _("Say how it is, why it is so, and what is to change."))
    diagnosis = Diagnosis.objects.filter(participant=participant).first() or Diagnosis(
        participant=participant
    )
    diagnosis.situation, diagnosis.causes, diagnosis.area = situation, causes, area.strip()
    diagnosis.written_at, diagnosis.agreed_at, diagnosis.agreed_by = now, None, None
    diagnosis.full_clean()
    diagnosis.save()
    record(by=by, act="training.diagnose", about=participant, now=now, area=diagnosis.area)
    return diagnosis


@act
def agree_area(*, by: Person, participant: Participant, now: datetime) -> Diagnosis:
    """Let the mentor agree to the area of change, as it stands.

    Refuses `not-your-office`, `not-yours`, `already-concluded`, `nothing-diagnosed` and
    `already-agreed`.
    """
    demand(by, Office.MENTOR, now=now)
    if participant.mentor_id != by.pk:
        raise Refusal("not-yours", _("Somebody else mentors this participant."))
    _demand_running(participant)
    diagnosis = (
        Diagnosis.objects.select_for_update(of=("self",), no_key=True)
        .filter(participant=participant)
        .first()
    )
    if diagnosis is None:
        raise Refusal("nothing-diagnosed", _("The participant has written no diagnosis yet."))
    if diagnosis.agreed_at:
        raise Refusal("already-agreed", _("The area of change is agreed on."))
    diagnosis.agreed_by, diagnosis.agreed_at = by, now
    diagnosis.save(update_fields=["agreed_by", "agreed_at"])
    record(by=by, act="training.agree_area", about=participant, now=now, area=diagnosis.area)
    return diagnosis


@act
def write_project(
    *,
    by: Person,
    participant: Participant,
    title: str,
    summary: str,
    source: Innovation | None,
    now: datetime,
) -> Project:
    """Begin the change project, or change its title, summary or source.

    Refuses `not-your-office`, `not-yours`, `already-concluded`, `not-agreed`, `no-title` and
    `title-html`.
    """
    participant = _mine(by, participant, now)
    agreed = Diagnosis.objects.filter(participant=participant, agreed_at__isnull=False)
    if not agreed.exists():
        raise Refusal(
            "not-agreed",
            _("The mentor agrees to the area of change first. Ask for it, then go on."),
        )
    project = Project.objects.filter(participant=participant).first() or Project(
        participant=participant, begun_at=now
    )
    project.title, project.summary, project.source = demand_title(title), summary, source
    project.saved_at = now
    project.full_clean()
    project.save()
    record(
        by=by,
        act="training.write_project",
        about=project,
        now=now,
        title=project.title,
        source=source.pk if source else None,
    )
    return project


def last_laboratory_day(cohort: Cohort) -> date:
    """Return the last day of the leadership laboratory: the last stage off campus."""
    days = [last for stage, _first, last in cohort.calendar if not stage.on_campus]
    return max(days, default=cohort.starts)


@act
def note(*, by: Person, project: Project, kind: str, now: datetime, **row: Any) -> Any:
    """Add a row to the project: an observation, a stakeholder, a milestone or a risk.

    Refuses `not-your-office`, `not-yours`, `already-concluded`, `no-such-row` and `past-the-
    laboratory` (a short milestone after its last day); raises ValidationError for what a row
    cannot hold.
    """
    participant = _mine(by, project.participant, now)
    if kind not in ROWS:
        raise Refusal("no-such-row", _("A project has no rows of this kind."))
    if kind == "milestone" and row.get("horizon") == Milestone.Horizon.SHORT:
        last = last_laboratory_day(participant.cohort)
        if row["due"] > last:
            raise Refusal(
                "past-the-laboratory",
                _("A short-term milestone ends by %(day)s, the last day of the laboratory.")
                % {"day": shown_day(last)},
            )
    added: Any = ROWS[kind](project=project, **row)
    added.full_clean()
    added.save()
    _saved(project, now)
    record(by=by, act="training.note", about=project, now=now, kind=kind, row=added.pk)
    return added


@act
def strike(*, by: Person, project: Project, kind: str, pk: int, now: datetime) -> Project:
    """Take a row out of the project; the ledger keeps what it said.

    Refuses `not-your-office`, `not-yours`, `already-concluded` and `no-such-row`.
    """
    _mine(by, project.participant, now)
    model: Any = ROWS.get(kind)
    row = model.objects.filter(project=project, pk=pk).first() if model else None
    if row is None:
        raise Refusal("no-such-row", _("This row is not there any more."))
    said = str(row)
    row.delete()
    _saved(project, now)
    record(by=by, act="training.strike", about=project, now=now, kind=kind, row=pk, said=said)
    return project


@act
def reach(*, by: Person, milestone: Milestone, now: datetime) -> Milestone:
    """Write down that a milestone is reached, also after the outcome: many lie months later.

    Refuses `not-yours` and `already-reached`.
    """
    participant = milestone.project.participant
    if participant.person_id != by.pk:
        raise Refusal("not-yours", _("Only the owner of the project does this."))
    milestone = Milestone.objects.select_for_update(of=("self",), no_key=True).get(pk=milestone.pk)
    if milestone.reached_at:
        raise Refusal("already-reached", _("This milestone is reached already."))
    milestone.reached_at = now
    milestone.save(update_fields=["reached_at"])
    record(by=by, act="training.reach", about=milestone.project, now=now, milestone=milestone.pk)
    return milestone


@act
def guide(
    *,
    by: Person,
    participant: Participant,
    day: date,
    mode: str,
    advice: str,
    agreed: str,
    now: datetime,
) -> Guidance:
    """Log a session of mentor or coach.

    Refuses `not-your-office`, `not-yours`, `already-concluded`, `not-written`, `not-yet` (a day to
    come) and `already-logged`.
    """
    demand(by, Office.MENTOR, Office.COACH, now=now)
    if by.pk not in {participant.mentor_id, participant.coach_id}:
        raise Refusal("not-yours", _("Somebody else guides this participant."))
    _demand_running(participant)
    if day > now.astimezone(CAPITAL).date():
        raise Refusal("not-yet", _("A session is logged once it took place."))
    if not advice.strip():
        raise Refusal("not-written", _("Write what was advised."))
    told = advice.strip()
    if Guidance.objects.filter(participant=participant, by=by, day=day, advice=told).exists():
        raise Refusal("already-logged", _("This session is logged already."))
    office = Office.MENTOR if by.pk == participant.mentor_id else Office.COACH
    session = Guidance(
        participant=participant,
        by=by,
        as_office=office,
        day=day,
        mode=mode,
        advice=told,
        agreed=agreed.strip(),
        at=now,
    )
    session.full_clean()
    session.save()
    record(by=by, act="training.guide", about=participant, now=now, office=office, day=day)
    return session


@act
def assess(
    *, by: Person, participant: Participant, items: dict[str, tuple[int, str]], now: datetime
) -> list[SelfAssessment]:
    """Write down what one has absorbed: item of the rules -> (1 to 5, what shows it).

    Refuses `not-your-office`, `not-yours`, `already-concluded` and `not-written`.
    """
    participant = _mine(by, participant, now)
    known = [item.code for item in participant.cohort.rule.items]
    if (
        not items
        or set(items) - set(known)
        or any(not shown.strip() for _n, shown in items.values())
    ):
        raise Refusal("not-written", _("Give each line a number and say what shows it."))
    rows = []
    for code in known:
        if code not in items:
            continue
        absorbed, shown = items[code]
        row = SelfAssessment.objects.filter(participant=participant, item=code).first()
        row = row or SelfAssessment(participant=participant, item=code)
        row.absorbed, row.shown_by, row.at = absorbed, shown.strip(), now
        row.full_clean()
        row.save()
        rows.append(row)
    record(by=by, act="training.assess", about=participant, now=now, items=sorted(items))
    return rows


def _mine(by: Person, participant: Participant, now: datetime) -> Participant:
    """Lock one's own place in a cohort, or refuse.

    Refuses `not-your-office`, `not-yours` and `already-concluded`.
    """
    demand(by, Office.PARTICIPANT, now=now)
    if participant.person_id != by.pk:
        raise Refusal("not-yours", _("Only the participant writes here."))
    return _demand_running(participant)


def _demand_running(participant: Participant) -> Participant:
    """Lock somebody whose outcome is not told yet, or refuse: what was examined stays as it is."""
    participant = (
        Participant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort")
        .get(pk=participant.pk)
    )
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told; the project stays as it is."))
    return participant


def _saved(project: Project, now: datetime) -> None:
    Project.objects.filter(pk=project.pk).update(saved_at=now)
