"""What awaits the offices of hosts and their visitors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.desk.awaits.todo import Awaits, Room, Todo
from teladan.house.models import Office, OfficeTerm
from teladan.house.templatetags.teladan import day as shown_day
from teladan.visits.calendar import today
from teladan.visits.models import Lesson, Reception, Step, Visit

SHOWN = 20
SOON = timedelta(days=14)


def _with(rows: QuerySet[Visit], *kinds: str) -> QuerySet[Visit]:
    for kind in kinds:
        rows = rows.filter(Exists(Step.objects.filter(visit=OuterRef("pk"), kind=kind)))
    return rows


def _without(rows: QuerySet[Visit], *kinds: str) -> QuerySet[Visit]:
    return rows.filter(~Exists(Step.objects.filter(visit=OuterRef("pk"), kind__in=kinds)))


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
    for visit in _without(rows, *ENDS, "accepted").order_by("day")[:SHOWN]:
        yield _todo(_("Answer the request of %(who)s"), visit, visit.visitor_name, day, "mail")
    for visit in _without(_with(rows, "accepted"), *ENDS).order_by("day")[:SHOWN]:
        if visit.day is not None and visit.day <= day:
            yield _todo(_("Who came? %(who)s"), visit, visit.visitor_name, day, "check")
        elif visit.day is not None and visit.day <= day + SOON:
            yield _todo(_("Receive %(who)s"), visit, visit.visitor_name, day, "clock")
    for visit in _without(_with(rows, "reported"), "closed").order_by("day")[:SHOWN]:
        yield _todo(_("Close the visit of %(who)s"), visit, visit.visitor_name, day, "check")


def for_visitor(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Confirm what was accepted; tell what was learned."""
    day = today(now)
    rows: Any = Visit.objects.filter(visitor=term.institution_id).select_related("host")
    held = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.HELD)
    to_confirm = _without(_with(rows, "accepted"), *ENDS, "confirmed")
    to_tell = _without(_with(rows, "held"), "reported")
    waiting = (to_confirm | to_tell).annotate(over=Exists(held)).order_by("over", "day", "pk")
    for visit in waiting[: 2 * SHOWN]:
        if visit.over:
            yield _todo(
                _("Tell what your group learned at %(who)s"), visit, visit.host, day, "edit"
            )
        else:
            yield _todo(_("Confirm your visit to %(who)s"), visit, visit.host, day, "check")


def for_participant(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Tell what one learned, oneself."""
    rows = Visit.objects.filter(attendees__person=term.person_id, attendees__came=True)
    mine = Lesson.objects.filter(visit=OuterRef("pk"), by=term.person_id, of_group=False)
    for visit in _with(rows, "held").filter(~Exists(mine)).select_related("host")[:SHOWN]:
        yield _todo(_("Tell what you learned at %(who)s"), visit, visit.host, today(now), "edit")


def _todo(title: str, visit: Visit, who: Any, day: Any, icon: str) -> Todo:
    return Todo(
        title % {"who": who},
        reverse("visit", args=[visit.pk]),
        detail=visit.topic,
        due=shown_day(visit.day) if visit.day else "",
        late=visit.day is not None and visit.day < day + timedelta(days=3),
        icon=icon,
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
