"""Telling the other side of a visit that something happened to it."""

from __future__ import annotations

from datetime import datetime

from teladan.house.models import Office, OfficeTerm
from teladan.house.notices import queue
from teladan.visits.calendar import today
from teladan.visits.models import Visit

# However many people a visit desk has, a request is told to so many of them.
MOST_TOLD = 10


def tell_host(visit: Visit, now: datetime, subject: str) -> None:
    """Write to the visit desk of the host."""
    desks = OfficeTerm.objects.running(today(now)).filter(
        office=Office.HOST, institution=visit.host_id
    )
    for term in desks.select_related("person")[:MOST_TOLD]:
        queue(to=term.person, about=visit, now=now, subject=subject, body=visit.topic)


def tell_visitor(visit: Visit, now: datetime, subject: str) -> None:
    """Write to whoever sent the request."""
    if visit.sent_by is not None:
        queue(to=visit.sent_by, about=visit, now=now, subject=subject, body=visit.topic)
