"""Who is received where so far, and whether there is room for one more."""

from collections import Counter
from dataclasses import dataclass, field

from teladan.engine.itinerary.calendar import number
from teladan.engine.itinerary.facts import Visit
from teladan.engine.itinerary.problem import Option, Problem
from teladan.engine.itinerary.result import Objective

__all__ = ["Board", "Place", "Reception"]


@dataclass(slots=True, eq=False)
class Reception:
    """Groups received together; `base` is what was agreed before planning."""

    host: int
    day: int
    topic: str
    open: bool
    people: int = 0
    members: list[int] = field(default_factory=list)
    offices: Counter[str] = field(default_factory=Counter)
    base: Visit | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands."""

    reception: Reception
    option: Option


class Board:
    """The calendar being filled."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at: dict[tuple[int, int], list[Reception]] = {}
        self.busy: dict[tuple[int, int], Counter[str]] = {}
        self.on_day: Counter[tuple[str, int]] = Counter()
        self.in_week: Counter[tuple[str, int]] = Counter()
        self.load = [0] * len(problem.hosts)
        self.where: list[Place | None] = [None] * len(problem.requests)
        # Served, rank, wait, unevenness, receptions, order.
        self.totals = [0] * 6
        self.totals[5] = sum(self.weight(i) * self._count_of(i) for i in range(len(self.where)))
        position = {host.id: h for h, host in enumerate(problem.hosts)}
        for visit in problem.held:
            self._hold(position[visit.host], visit)

    def _hold(self, h: int, visit: Visit) -> None:
        reception = Reception(h, number(visit.day), visit.topic, visit.may_join, visit.people)
        reception.base = visit
        self._open(reception)
        self._occupy(reception, visit.offices)
        for group in visit.groups:
            self._travel(group, reception.day, 1)
        mine = set(visit.requests) & {request.id for request in self.problem.requests}
        self._carry(h, len(visit.requests))
        self.totals[0] += len(mine)

    def objective(self) -> Objective:
        """Return what the calendar is judged by."""
        return Objective(*self.totals)

    def weight(self, i: int) -> int:
        """Return how much the turn of a request counts: the first to arrive has the most."""
        return len(self.where) - i

    def _count_of(self, i: int) -> int:
        return int(self.problem.at[i + 1] - self.problem.at[i])

    def travels(self, i: int, day: int) -> bool:
        """Say whether the group of a request is free on a day and in its week."""
        group = self.problem.requests[i].group
        return (
            self.on_day[group, day] < self.problem.day
            and self.in_week[group, (day + 3) // 7] < self.problem.week
        )

    def may_join(self, i: int, reception: Reception) -> bool:
        """Say whether a request may join a reception, offices and travels apart."""
        request = self.problem.requests[i]
        return (
            self.problem.rules.joining
            and request.may_join
            and reception.open
            and reception.topic == request.topic
            and reception.people + request.size <= self.problem.hosts[reception.host].size_max
        )

    def spare(self, h: int, day: int, office: str) -> int:
        """Return how many more receptions an office can take part in on a day."""
        rooms = self.problem.hosts[h].offices
        if rooms is None:
            return 1
        busy = self.busy.get((h, day))
        return rooms.get(office, 0) - (busy[office] if busy else 0)

    def room(self, i: int, h: int, day: int) -> Reception | None:
        """Return the reception in which a request fits, the fullest first; a new one if none."""
        if not self.travels(i, day):
            return None
        request, here = self.problem.requests[i], self.at.get((h, day), [])
        fitting = [
            reception
            for reception in here
            if self.may_join(i, reception)
            and all(
                reception.offices[office] or self.spare(h, day, office) > 0
                for office in request.offices
            )
        ]
        if fitting:
            return max(fitting, key=lambda reception: reception.people)
        full = len(here) >= self.problem.hosts[h].groups_a_day
        if full or any(self.spare(h, day, office) <= 0 for office in request.offices):
            return None
        return self.fresh(i, h, day)

    def fresh(self, i: int, h: int, day: int) -> Reception:
        """Return a reception for a request alone, not yet in the calendar."""
        request = self.problem.requests[i]
        return Reception(h, day, request.topic, request.may_join)

    def put(self, i: int, place: Place) -> None:
        """Let a request take part in a reception."""
        request, reception = self.problem.requests[i], place.reception
        if not reception.members and reception.base is None:
            self._open(reception)
        reception.members.append(i)
        reception.people += request.size
        self._occupy(reception, request.offices)
        self._travel(request.group, reception.day, 1)
        self._carry(reception.host, 1)
        self._count(i, place.option, 1)
        self.where[i] = place

    def take(self, i: int) -> Place:
        """Take a request out of the calendar."""
        place = self.where[i]
        if place is None:
            raise ValueError(f"request {i} stands nowhere")
        request, reception = self.problem.requests[i], place.reception
        reception.members.remove(i)
        reception.people -= request.size
        busy = self.busy[reception.host, reception.day]
        for office in request.offices:
            reception.offices[office] -= 1
            busy[office] -= not reception.offices[office]
        if not reception.members and reception.base is None:
            self.at[reception.host, reception.day].remove(reception)
            self.totals[4] -= 1
        self._travel(request.group, reception.day, -1)
        self._carry(reception.host, -1)
        self._count(i, place.option, -1)
        self.where[i] = None
        return place

    def _open(self, reception: Reception) -> None:
        key = reception.host, reception.day
        self.at.setdefault(key, []).append(reception)
        self.busy.setdefault(key, Counter())
        self.totals[4] += 1

    def _occupy(self, reception: Reception, offices: tuple[str, ...]) -> None:
        busy = self.busy[reception.host, reception.day]
        for office in offices:
            busy[office] += not reception.offices[office]
            reception.offices[office] += 1

    def _travel(self, group: str, day: int, step: int) -> None:
        self.on_day[group, day] += step
        self.in_week[group, (day + 3) // 7] += step

    def _carry(self, h: int, step: int) -> None:
        self.totals[3] += (self.load[h] + step) ** 2 - self.load[h] ** 2
        self.load[h] += step

    def _count(self, i: int, option: Option, step: int) -> None:
        self.totals[0] += step
        self.totals[1] += step * option[2]
        self.totals[2] += step * option[3]
        self.totals[5] += step * self.weight(i) * (option[4] - self._count_of(i))
