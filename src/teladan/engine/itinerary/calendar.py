"""Working days, days of reception, and the earliest day that rules allow."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from teladan.engine.errors import Infeasible
from teladan.engine.itinerary.facts import MONDAY_TO_FRIDAY, Host, Rules, as_date

__all__ = ["Calendar", "earliest", "from_number", "number", "unfit"]

Days = NDArray[np.int64]

# How far ahead a first legal day is looked for.
AHEAD = 3 * 366


def number(day: date) -> int:
    """Count a day from 1970-01-01, a Thursday."""
    return day.toordinal() - 719163


def from_number(day: int) -> date:
    """Return the day of a number."""
    return date.fromordinal(int(day) + 719163)


class Calendar:
    """Working days and days of reception from `start` to `end`, counted from 1970."""

    def __init__(self, rules: Rules, start: int, end: int) -> None:
        mask = [int(day in rules.workweek) for day in range(7)]
        if not any(mask):
            raise ValueError("rules: workweek is empty, there must be working days")
        self.start, self.end = start, end
        self.holidays = np.array([number(day) for day in rules.holidays], dtype=np.int64)
        self._work = np.busdaycalendar(mask, self.holidays.astype("datetime64[D]"))
        self._lead: dict[tuple[int, int], int] = {}
        self._open: dict[tuple[str, bool], Days] = {}

    def after(self, asked: int, lead_days: int) -> int:
        """Return the first day with so many working days between `asked` and it.

        The day asked counts if it is a working day, the day itself does not; between
        working days that is the same as the other way round.
        """
        key = asked, lead_days
        if key not in self._lead:
            from_day = np.datetime64(asked, "D")
            last = np.busday_offset(from_day, lead_days - 1, roll="forward", busdaycal=self._work)
            self._lead[key] = int(last.astype(np.int64)) + 1 if lead_days else asked
        return self._lead[key]

    def working(self, days: Days) -> NDArray[np.bool_]:
        """Say which days are working days."""
        answer: NDArray[np.bool_] = np.is_busday(days.astype("datetime64[D]"), busdaycal=self._work)
        return answer

    def receives(self, host: Host, day: int, guest: str = "") -> bool:
        """Say whether a day is one of reception."""
        days = self.receptions(host, guest)
        place = int(np.searchsorted(days, day))
        return place < days.size and bool(days[place] == day)

    def receptions(self, host: Host, guest: str = "") -> Days:
        """Return the days from start to end on which a host receives, ascending."""
        key = host.id, bool(guest) and guest in host.exempt
        if key not in self._open:
            self._open[key] = self._receptions(host, exempt=key[1])
        return self._open[key]

    def _receptions(self, host: Host, *, exempt: bool) -> Days:
        # A holiday shortly before the start can move a reception into the period.
        days = np.arange(self.start - 31, self.end + 1)
        if exempt:
            chosen = days[self.working(days)]
        else:
            chosen = days[np.isin((days + 3) % 7, host.weekdays)]
            holiday = np.isin(chosen, self.holidays)
            if host.after_holiday:
                moved = np.busday_offset(
                    chosen[holiday].astype("datetime64[D]"), 0, roll="forward", busdaycal=self._work
                )
                chosen = np.union1d(chosen[~holiday], moved.astype(np.int64))
            else:
                chosen = chosen[~holiday]
        closed = np.array([number(day) for day in host.blackouts], dtype=np.int64)
        chosen = np.setdiff1d(chosen, closed)
        return chosen[(chosen >= self.start) & (chosen <= self.end)]


def unfit(host: Host, size: int | None, offices: Iterable[str]) -> list[tuple[str, str]]:
    """Return the rules that a group breaks on any day, as (rule, text)."""
    broken = []
    if size is not None and size < host.size_min:
        broken.append(("size", f"{host.id} receives groups from {host.size_min}, not {size}"))
    if size is not None and size > host.size_max:
        broken.append(("size", f"{host.id} receives up to {host.size_max} people, not {size}"))
    for office in offices:
        if host.offices is not None and not host.offices.get(office, 0):
            broken.append(("office", f"{host.id} has no office {office} to visit"))
    if not host.groups_a_day:
        broken.append(("groups", f"{host.id} receives no groups"))
    return broken


def earliest(
    host: Host,
    asked: date,
    *,
    holidays: Iterable[date] = (),
    workweek: tuple[int, ...] = MONDAY_TO_FRIDAY,
    size: int | None = None,
    offices: Iterable[str] = (),
    guest: str = "",
) -> date:
    """Return the earliest day on which a host's rules allow a visit.

    Parameters
    ----------
    host : Host
        Who receives.
    asked : date or datetime64
        The day on which the request arrives.
    holidays : iterable of date
        Public holidays.
    workweek : tuple of int, default Monday to Friday
        Weekdays that are working days.
    size : int, optional
        People in the group.
    offices : iterable of str
        Offices that the group needs to see.
    guest : str, default ""
        Kind of guest, as in `Host.exempt`.

    Returns
    -------
    date
        What is booked already is not looked at: see `refusal`.

    Raises
    ------
    Infeasible
        If no day will do: the size, an office that is not there, or no reception
        within three years. Witness ``rules``: the rules that stand in the way.
    ValueError
        If an argument is malformed.

    Examples
    --------
    Kabupaten Sleman receives on Tuesdays and Thursdays, and requests have to arrive
    seven working days before. One that arrives on Tuesday 16 February 2016 can be
    served on Thursday 25 February.

    >>> sleman = Host(
    ...     id="Sleman", topics={}, size_max=60, weekdays=(1, 3), lead_days=7, after_holiday=True
    ... )
    >>> earliest(sleman, date(2016, 2, 16))
    datetime.date(2016, 2, 25)
    """
    broken = unfit(host, size, tuple(offices))
    if broken:
        raise Infeasible(
            "; ".join(text for _, text in broken), {"rules": tuple(rule for rule, _ in broken)}
        )
    start = number(as_date("asked", asked))
    rules = Rules(holidays=tuple(holidays), workweek=workweek)
    calendar = Calendar(rules, start, start + AHEAD)
    days = calendar.receptions(host, guest)
    place = int(np.searchsorted(days, calendar.after(start, host.lead_days)))
    if place == days.size:
        raise Infeasible(f"{host.id} receives nobody within three years", {"rules": ("weekday",)})
    return from_number(days[place])
