"""One thing that awaits somebody, and how its deadline is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from teladan.house.models import OfficeTerm
from teladan.house.templatetags.teladan import left, moment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# What an office answers when asked what awaits it; and where it goes when nothing is urgent.
Awaits = Callable[[OfficeTerm, datetime], Iterator["Todo"]]
Room = tuple["StrPromise", str]


@dataclass(frozen=True)
class Todo:
    """One thing that awaits somebody: what, where, and until when."""

    title: str
    url: str
    detail: str = ""
    due: str = ""
    when: str = ""
    late: bool = False
    icon: str = "edit"
    saved: str = ""


def by_date(closes: datetime, now: datetime) -> dict[str, str | bool]:
    """Return the fields that show a deadline; it alarms in the last three days."""
    return {
        "due": moment(closes),
        "when": left(closes, now),
        "late": (closes - now).total_seconds() < 3 * 86_400,
    }
