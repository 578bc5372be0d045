"""One thing that awaits somebody, and how its deadline is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.house.models import OfficeTerm
from teladan.house.templatetags.teladan import day as shown_day
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


def by_day(due: date | None, today: date) -> dict[str, str | bool]:
    """Return the fields that show a last day, if there is one; it alarms two days before."""
    if due is None:
        return {}
    days = (due - today).days
    when = ""  # a day that has passed is called late
    if days >= 0:
        when = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
        when = {0: _("today"), 1: _("tomorrow")}.get(days, when)
    return {"due": shown_day(due), "when": when, "late": days < 3}
