"""Seminars of design and of results, each held with the mentor, there or in writing."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.training.models import Participant, Project, Seminar


@act
def hold_seminar(
    *,
    by: Person,
    participant: Participant,
    kind: str,
    day: date,
    mentor_came: bool,
    mentor_wrote: str,
    now: datetime,
) -> Seminar:
    """Write down that a seminar was held; without the mentor, there or in writing, it was not.

    Refuses `not-your-office`, `already-concluded`, `not-yet`, `no-project`, `mentor-missing`,
    `already-held`, and for the results `design-first`, `before-the-design`, and in an attempt that
    was granted `before-the-grant` and `past-the-remedial`: they lie within its days.
    """
    demand(by, Office.AGENCY, now=now, institution_id=participant.cohort.agency_id)
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told; no seminar follows it."))
    if day > now.astimezone(CAPITAL).date():
        raise Refusal("not-yet", _("A seminar is written down once it was held."))
    if not Project.objects.filter(participant=participant).exists():
        raise Refusal("no-project", _("There is no change project to present yet."))
    needed = participant.cohort.rule.mentor_needed
    if needed and not (mentor_came or mentor_wrote.strip()):
        raise Refusal(
            "mentor-missing",
            _(
                "Without the mentor, there or in writing, a seminar cannot be held. Set another "
                "day, or attach the mentor's written support."
            ),
        )
    if participant.seminars.filter(kind=kind).exists():
        raise Refusal("already-held", _("This seminar was held already."))
    if kind == Seminar.Kind.RESULTS:
        _demand_day_of_results(participant, day)
    seminar = Seminar(
        participant=participant,
        kind=kind,
        day=day,
        mentor_came=mentor_came,
        mentor_wrote=mentor_wrote.strip(),
        by=by,
        at=now,
    )
    seminar.full_clean()
    seminar.save()
    record(
        by=by,
        act="training.hold_seminar",
        about=participant,
        now=now,
        kind=kind,
        day=day,
        mentor_came=mentor_came,
    )
    return seminar


def _demand_day_of_results(participant: Participant, day: date) -> None:
    """Refuse results on a day outside their time: after the design, within a granted attempt."""
    design = participant.seminars.filter(kind=Seminar.Kind.DESIGN).first()
    if design is None:
        raise Refusal("design-first", _("The design seminar comes first."))
    if day < design.day:
        raise Refusal(
            "before-the-design",
            _("The design seminar was on %(day)s. The results come on that day or later.")
            % {"day": shown_day(design.day)},
        )
    granted = participant.remedials.last()
    if granted is None:
        return
    since = granted.at.astimezone(CAPITAL).date()
    if day < since:
        raise Refusal(
            "before-the-grant",
            _("This attempt was granted on %(day)s. Its results come on that day or later.")
            % {"day": shown_day(since)},
        )
    if day > granted.until:
        raise Refusal(
            "past-the-remedial",
            _("This attempt was granted until %(day)s. Tell the outcome without it.")
            % {"day": shown_day(granted.until)},
        )
