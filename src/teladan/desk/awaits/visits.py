"""What awaits the offices of hosts and their visitors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.desk.awaits.todo import Awaits, Room, Todo, by_day
from teladan.house.models import Office, OfficeTerm
from teladan.house.templatetags.teladan import day as shown_day
from teladan.visits.calendar import ENDED, today
from teladan.visits.models import Lesson, Question, Reception, Step, Visit

if TYPE_CHECKING:
    from teladan.visits.models.visiting import VisitQuerySet

SHOWN = 20
SOON = timedelta(days=14)


ENDS = ("declined", "withdrawn", "held", "closed")


def for_host(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Say first how the host receives; then answer, prepare, take attendance, close."""
    day = today(now)
    if not Reception.objects.filter(institution=term.institution_id).exists():
        yield Todo(
            _("Say how you receive visitors"),
            reverse("reception", args=[term.institution_id]),
            detail=_("Until then nobody can ask you for a visit."),
        )
    rows = Visit.objects.filter(host=term.institution_id, citation="")
    for visit in rows.without_step(*ENDS, "accepted").order_by("answer_by", "day")[:SHOWN]:
        yield _to_answer(visit, day)
    for question in _promised(rows, day):
        yield Todo(
            _("Answer the question of %(who)s") % {"who": question.visit.visitor_name},
            reverse("visit", args=[question.visit_id]) + "#questions",
            detail=question.text[:200],
            **by_day(question.due, day),  # type: ignore[arg-type]
        )
    for visit in rows.with_step("accepted").without_step(*ENDS).order_by("day")[:SHOWN]:
        if visit.day is not None and visit.day <= day:
            yield _todo(_("Who came? %(who)s"), visit, visit.visitor_name, day, "check")
        elif visit.day is not None and visit.day <= day + SOON:
            yield _todo(_("Receive %(who)s"), visit, visit.visitor_name, day, "clock")
    for visit in rows.with_step("reported").without_step("closed").order_by("day")[:SHOWN]:
        yield _todo(_("Close the visit of %(who)s"), visit, visit.visitor_name, day, "check")


def _promised(rows: VisitQuerySet, day: date) -> QuerySet[Question]:
    """Return the questions whose answer was promised until soon or until before.

    A visit that was held still waits for its answers; a request that came to nothing does not.
    """
    alive = rows.without_step(*ENDED)
    due = Question.objects.pending().filter(visit__in=alive, due__lte=day + SOON)
    return due.select_related("visit").order_by("due", "pk")[:SHOWN]


def _to_answer(visit: Visit, day: date) -> Todo:
    """Ask for an answer: until when it was to come, and late once that is past."""
    return Todo(
        _("Answer the request of %(who)s") % {"who": visit.visitor_name},
        reverse("visit", args=[visit.pk]),
        detail=f"{visit.topic} · {shown_day(visit.day)}" if visit.day else visit.topic,
        icon="mail",
        **by_day(visit.answer_by, day),  # type: ignore[arg-type]
    )


def for_visitor(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Confirm what was accepted; tell what was learned; ask others where nobody answers."""
    day = today(now)
    rows = Visit.objects.filter(visitor=term.institution_id).select_related("host")
    held = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.HELD)
    accepted = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.ACCEPTED)
    to_confirm = rows.with_step("accepted").without_step(*ENDS).unconfirmed()
    to_tell = rows.with_step("held").without_step("reported")
    both: Any = to_confirm | to_tell | rows.silent(day)
    waiting = both.annotate(over=Exists(held), taken=Exists(accepted))
    for visit in waiting.order_by("over", "day", "pk")[: 2 * SHOWN]:
        if visit.over:
            yield _todo(
                _("Tell what your group learned at %(who)s"), visit, visit.host, day, "edit"
            )
        elif visit.taken:
            yield _todo(_("Confirm your visit to %(who)s"), visit, visit.host, day, "check")
        else:
            yield Todo(
                _("No answer from %(who)s: ask another host") % {"who": visit.host},
                reverse("visit", args=[visit.pk]) + "#others",
                detail=visit.topic,
                due=shown_day(visit.answer_by),
                late=True,
                icon="mail",
            )


def for_participant(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Tell what one learned, oneself."""
    rows = Visit.objects.filter(attendees__person=term.person_id, attendees__came=True)
    mine = Lesson.objects.filter(visit=OuterRef("pk"), by=term.person_id, of_group=False)
    for visit in rows.with_step("held").filter(~Exists(mine)).select_related("host")[:SHOWN]:
        yield _todo(_("Tell what you learned at %(who)s"), visit, visit.host, today(now), "edit")


def _todo(title: str, visit: Visit, who: Any, day: Any, icon: str) -> Todo:
    return Todo(
        title % {"who": who},
        reverse("visit", args=[visit.pk]),
        detail=visit.topic,
        icon=icon,
        **by_day(visit.day, day),  # type: ignore[arg-type]
    )


AWAITS: dict[str, Awaits] = {
    Office.HOST: for_host,
    Office.AGENCY: for_visitor,
    Office.LOCAL_ADMIN: for_visitor,
    Office.PARTICIPANT: for_participant,
}

ROOMS: dict[str, list[Room]] = {
    Office.HOST: [(gettext_lazy("Ledger of visits"), "visits")],
    Office.AGENCY: [(gettext_lazy("Find a host"), "hosts")],
    Office.LOCAL_ADMIN: [(gettext_lazy("Find a host"), "hosts")],
}
