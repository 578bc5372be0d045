"""Visits into calendars: the best plan where that can be proven, a good one elsewhere."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from teladan.engine.itinerary.board import Board, Reception
from teladan.engine.itinerary.calendar import from_number, number
from teladan.engine.itinerary.exact import arrange
from teladan.engine.itinerary.facts import Host, Request, Rules, Visit
from teladan.engine.itinerary.flow import most_served
from teladan.engine.itinerary.problem import Problem, wishes
from teladan.engine.itinerary.refusing import against, fixed
from teladan.engine.itinerary.result import Broken, Load, Objective, Plan, Refused
from teladan.engine.itinerary.search import begin, make_room, rearrange

__all__ = ["plan"]

# Up to so many options everything is decided at once, with so much deterministic
# time (about seconds) for each term of the objective.
SMALL = 3000
EFFORT = 2.0


def plan(
    requests: Sequence[Request],
    hosts: Sequence[Host],
    *,
    horizon: tuple[date, date],
    rules: Rules,
    held: Sequence[Visit] = (),
    progress: Callable[[float], None] | None = None,
) -> Plan:
    r"""Put visits into the calendars of hosts.

    Parameters
    ----------
    requests : sequence of Request
        Who wants to learn what, when and from whom; identities are unique.
    hosts : sequence of Host
        Who receives, under which rules; identities are unique.
    horizon : (date, date)
        First and last day that may be planned, both included.
    rules : Rules
        Holidays and what holds for everybody.
    held : sequence of Visit
        Visits already agreed. They stay as they are, even against a rule (which is
        noted), and take their room; requests named in them are served. Others may
        join where the visit says so.
    progress : callable, optional
        Called with the share done, 0 to 1; an exception it raises ends the work.

    Returns
    -------
    Plan
        The order of `requests`, `hosts` and `held` does not matter.

    Raises
    ------
    ValueError
        If an argument is malformed, an identity repeats, or a host is unknown.

    Notes
    -----
    Judged term by term, the earlier deciding: most requests served; hosts most
    wished; least waiting; loads of hosts most even (sum of squares); fewest separate
    receptions; the better places for those who asked first. Up to 3,000 options (request, host,
    day) the plan is found by constraint programming [1]_, and `proven` says whether
    each term was. Beyond, a minimum-cost flow that knows the days, wishes and loads
    (the marginal cost of a square is convex) makes the first plan [2]_; then groups
    join, make room for others, and the crowd around each request that did not get
    its best is placed anew, optimally, wherever that makes the whole plan better.

    References
    ----------
    .. [1] Rossi, F., van Beek, P. and Walsh, T. (2006). *Handbook of Constraint
       Programming*. Elsevier, ch. 22.
    .. [2] Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993). *Network Flows*.
       Prentice Hall, ch. 14.

    Examples
    --------
    >>> day = date(2024, 7, 1)
    >>> hosts = [
    ...     Host(id=name, topics={"permits": 1}, size_max=50, weekdays=(1, 3))
    ...     for name in ("famous", "quiet")
    ... ]
    >>> week = dict(topic="permits", size=30, asked=day, first=day, last=date(2024, 7, 7))
    >>> requests = [Request(id=name, **week) for name in "abc"]
    >>> answer = plan(requests, hosts, horizon=(day, date(2024, 7, 31)), rules=Rules())
    >>> for visit in answer.visits:
    ...     print(visit.day, visit.host, visit.requests)
    2024-07-02 famous ('a',)
    2024-07-02 quiet ('b',)
    2024-07-04 famous ('c',)
    """
    tell = _Teller(progress)
    tell(0.0)
    problem = Problem.of(requests, hosts, horizon, rules, held, tell.again)
    board = Board(problem)
    notes = _notes(board)
    already = board.totals[0]
    bound = already + most_served(board)
    tell(0.1)
    begin(board, tell.part(0.1, 0.4))
    make_room(board, tell.part(0.4, 0.5))
    proven = len(problem.table) <= SMALL
    if proven:
        options = {i: problem.options(i) for i in range(len(problem.requests))}
        options = {i: found for i, found in options.items() if found}
        proven = arrange(board, options, effort=EFFORT, tick=tell.again)
    if not proven:
        rearrange(board, tell.part(0.5, 0.95))
    answer = _result(board, bound, proven, notes)
    tell(1.0)
    return answer


class _Teller:
    """Progress that never goes back."""

    def __init__(self, progress: Callable[[float], None] | None) -> None:
        self._progress, self._done = progress, 0.0

    def __call__(self, done: float) -> None:
        self._done = max(self._done, done)
        self.again()

    def again(self) -> None:
        """Say again how far we are, so that we can be told to stop."""
        if self._progress is not None:
            self._progress(self._done)

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """Return a teller for a part of the work."""
        return lambda done: self(start + (end - start) * done)


def _notes(board: Board) -> tuple[str, ...]:
    """Say which visits held break a rule of today."""
    notes = []
    for (h, day), receptions in sorted(board.at.items()):
        host, calendar = board.problem.hosts[h], board.problem.calendar
        where = f"held at {host.id} on {from_number(day)}"
        if len(receptions) > host.groups_a_day:
            notes.append(f"{where}: {len(receptions)} receptions, {host.groups_a_day} allowed")
        if calendar.start <= day <= calendar.end and not calendar.receives(host, day):
            notes.append(f"{where}: no day of reception")
        for reception in receptions:
            if reception.people > host.size_max:
                notes.append(f"{where}: {reception.people} people, {host.size_max} allowed")
        notes += [
            f"{where}: {office} in {count} receptions, {host.offices.get(office, 0)} allowed"
            for office, count in sorted(board.busy[h, day].items())
            if host.offices is not None and count > host.offices.get(office, 0)
        ]
    return tuple(notes)


def _result(board: Board, bound: int, proven: bool, notes: tuple[str, ...]) -> Plan:
    problem = board.problem
    receptions = [r for key in sorted(board.at) for r in board.at[key]]
    visits = sorted(
        (_visit(problem, reception) for reception in receptions),
        key=lambda visit: (visit.day, visit.host, visit.requests),
    )
    served = {name for visit in visits for name in visit.requests}
    refused = tuple(
        _refused(board, i) for i, r in enumerate(problem.requests) if r.id not in served
    )
    count, people = Counter[int](), Counter[int]()
    for reception in receptions:
        count[reception.host] += 1
        people[reception.host] += reception.people
    loads = tuple(
        Load(host.id, count[h], board.load[h], people[h]) for h, host in enumerate(problem.hosts)
    )
    objective: Objective = board.objective()
    if proven:
        bound = objective.served
    return Plan(tuple(visits), refused, loads, objective, bound, proven, notes)


def _visit(problem: Problem, reception: Reception) -> Visit:
    members = [problem.requests[i] for i in sorted(reception.members)]
    base = reception.base
    return Visit(
        host=problem.hosts[reception.host].id,
        day=from_number(reception.day),
        topic=reception.topic,
        requests=(*(base.requests if base else ()), *(r.id for r in members)),
        groups=(*(base.groups if base else ()), *(r.group for r in members)),
        people=reception.people,
        offices=tuple(sorted(name for name, count in reception.offices.items() if count)),
        may_join=reception.open,
    )


def _refused(board: Board, i: int) -> Refused:
    """Say why, by the rules of the host most wished, and when and where it would be possible."""
    problem = board.problem
    request, hosts = problem.requests[i], problem.hosts
    rows = [h for h, host in enumerate(hosts) if request.topic in host.topics]
    accepted = sorted(wishes(request, hosts, rows), key=lambda wish: (wish[1], wish[0]))
    if not accepted:
        text = f"no host that {request.id} accepts teaches {request.topic}"
        return Refused(request.id, (Broken("host", text),), None, None)
    fit = [h for h, _ in accepted if not fixed(request, hosts[h])]
    host, day = None, None
    for h in fit:
        found = _first_free(board, i, h)
        if found is not None and (day is None or found < day):
            host, day = hosts[h].id, found
    broken = _why(board, i, fit[0] if fit else accepted[0][0])
    return Refused(request.id, broken, host, None if day is None else from_number(day))


def _first_free(board: Board, i: int, h: int) -> int | None:
    problem = board.problem
    request, host = problem.requests[i], problem.hosts[h]
    begin = max(
        number(request.first), problem.calendar.after(number(request.asked), host.lead_days)
    )
    days = problem.calendar.receptions(host, request.guest)
    later = days[np.searchsorted(days, begin) :].tolist()
    return next((day for day in later if board.room(i, h, day) is not None), None)


def _why(board: Board, i: int, h: int) -> tuple[Broken, ...]:
    """Return each rule that stood in the way once, in the words of the first day it did."""
    problem = board.problem
    request, host, calendar = problem.requests[i], problem.hosts[h], problem.calendar
    broken = {found.rule: found for found in fixed(request, host)}
    if broken:
        return tuple(broken.values())
    first = max(number(request.first), calendar.start)
    last = min(number(request.last), calendar.end)
    if last < first:
        start, end = from_number(calendar.start), from_number(calendar.end)
        text = f"the days wanted lie outside {start} to {end}"
        return (Broken("horizon", text),)
    for day in range(first, last + 1):
        for found in against(board, i, h, day):
            broken.setdefault(found.rule, found)
    return tuple(broken.values())
