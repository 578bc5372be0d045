"""The days of a host as whoever asks today finds them: open, full, too soon, closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from teladan.house.days import holidays_of, is_working
from teladan.registry.models import Institution, Unit
from teladan.visits.calendar import ENDED, ONE_DAY, first_in_time, received_on
from teladan.visits.models import Closure, Reception, Step, Visit

# How far ahead a free place is looked for.
AHEAD = timedelta(days=180)
# How far ahead a visit may be asked for, counted from the day of asking.
FARTHEST = timedelta(days=730)


@dataclass(frozen=True)
class Day:
    """One day of a host: its state, why it is closed, and how many places it has left."""

    day: date
    state: str
    told: str
    left: int
    today: bool


class Diary:
    """A host's days from `first` to before `last`, each under the rules in force on it."""

    def __init__(self, host: Institution, today: date, first: date, last: date) -> None:
        self.host, self.today, self.first, self.last = host, today, first, last
        self.rules = list(Reception.objects.filter(institution=host).order_by("-since"))
        accepted = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.ACCEPTED)
        ended = Step.objects.filter(visit=OuterRef("pk"), kind__in=ENDED)
        rows = Visit.objects.filter(Exists(accepted), ~Exists(ended), host=host)
        rows = rows.filter(day__gte=first, day__lt=last)
        self.taken = Counter(rows.values_list("day", flat=True))
        # Day -> why; day -> the offices that are closed while the host is not.
        self.shut: dict[date, str] = {}
        self.offices: dict[date, set[int]] = {}
        for row in Closure.objects.filter(institution=host, last__gte=first, first__lt=last):
            for number in range((row.last - row.first).days + 1):
                day = row.first + timedelta(days=number)
                if row.unit_id is None:
                    self.shut[day] = row.reason
                else:
                    self.offices.setdefault(day, set()).add(row.unit_id)
        self.free = {
            day: name
            for year in range(min(today, first).year, last.year + 1)
            for day, name in holidays_of(year).items()
        }

    def rules_on(self, day: date) -> Reception | None:
        """Return the rules in force on a day."""
        return next((row for row in self.rules if row.since <= day), None)

    def on(self, day: date, guest: str | None = None) -> Day:
        """Return a day as a kind of guest finds it; see `Reception.exempts`."""
        rules = self.rules_on(day)
        exempt = rules is not None and rules.exempts(guest)
        left = max(rules.groups_a_day - self.taken[day], 0) if rules else 0
        state, told = "open", ""
        if day < self.today:
            state = "past"
        elif day in self.free:
            state, told = "shut", self.free[day]
        elif day in self.shut:
            state, told = "shut", self.shut[day]
        elif rules is None or not self._received(rules, day, exempt):
            state = "no"
        elif not left:
            state = "full"
        elif not exempt and day < first_in_time(self.today, rules.lead_days, self.free):
            state = "soon"
        return Day(day, state, told, left, day == self.today)

    def _received(self, rules: Reception, day: date, exempt: bool) -> bool:
        return is_working(day, self.free) if exempt else received_on(rules, day, self.free)

    def first_free(self, size: int, units: Collection[Unit], guest: str | None) -> date | None:
        """Return the first day that would do for a group: within the rules, and with a place."""
        wanted, day = {unit.pk for unit in units}, self.first
        while day < self.last:
            rules = self.rules_on(day)
            fits = rules is not None and size <= rules.group_max
            seen = fits and not wanted & self.offices.get(day, set())
            if seen and self.on(day, guest).state == "open":
                return day
            day += ONE_DAY
        return None


def next_free(
    host: Institution,
    after: date,
    size: int,
    units: Collection[Unit],
    guest: str | None,
    today: date,
) -> date | None:
    """Return the first day after a full one that has a place for a group and may be asked for."""
    diary = Diary(host, today, after + ONE_DAY, min(after + AHEAD, today + FARTHEST + ONE_DAY))
    return diary.first_free(size, units, guest)
