"""What awaits each office, across all stages: the next thing, where it is, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from teladan.desk.awaits import competition, forum, matching, training, visits
from teladan.desk.awaits.competition import of_editions
from teladan.desk.awaits.todo import Room, Todo
from teladan.house.models import OfficeTerm

__all__ = ["awaiting", "of_editions", "rooms_of"]

STAGES = (competition, matching, visits, training, forum)


def awaiting(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Yield what awaits somebody in one of their offices, in the order of the stages."""
    for stage in STAGES:
        if awaits := stage.AWAITS.get(term.office):
            yield from awaits(term, now)


def rooms_of(office: str) -> list[Room]:
    """Return the pages where an office goes when nothing is urgent: (label, route)."""
    return [room for stage in STAGES for room in stage.ROOMS.get(office, [])]
