"""Saying no like a good clerk: which rules stand in the way, and when it is possible."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from teladan.engine.itinerary.board import Board
from teladan.engine.itinerary.calendar import AHEAD, Calendar, from_number, number, unfit
from teladan.engine.itinerary.facts import Host, Request, Rules, Visit, as_date
from teladan.engine.itinerary.problem import Problem
from teladan.engine.itinerary.result import Broken, Refusal

__all__ = ["against", "fixed", "refusal"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def refusal(
    request: Request, host: Host, day: date, *, rules: Rules, held: Sequence[Visit] = ()
) -> Refusal | None:
    """Say which rules a visit on a day would break, and the first day on which it breaks none.

    Parameters
    ----------
    request : Request
        Who asks; the days, hosts and order of its wishes are not looked at.
    host : Host
        Who is asked.
    day : date or datetime64
        The day of the visit.
    rules : Rules
        Holidays and what holds for everybody.
    held : sequence of Visit
        What is agreed already, at this host and for this group anywhere.

    Returns
    -------
    Refusal or None
        None if nothing stands in the way.

    Raises
    ------
    ValueError
        If an argument is malformed.

    Examples
    --------
    A letter that arrives on 16 February 2016 for a visit on the 18th, under the rule
    of seven working days:

    >>> host = Host(id="Sleman", topics={"permits": 1}, size_max=60, weekdays=(1, 3), lead_days=7)
    >>> request = Request(
    ...     id="a letter",
    ...     topic="permits",
    ...     size=40,
    ...     asked=date(2016, 2, 16),
    ...     first=date(2016, 2, 18),
    ...     last=date(2016, 2, 20),
    ... )
    >>> no = refusal(request, host, request.first, rules=Rules())
    >>> no.broken[0].text
    'Sleman asks for 7 working days: 2016-02-25 is the earliest for a request of 2016-02-16'
    >>> no.earliest
    datetime.date(2016, 2, 25)
    """
    start = number(as_date("day", day))
    horizon = (from_number(min(start, number(request.asked))), from_number(start + AHEAD))
    hosts = [host, *_others(host, held)]
    others = [visit for visit in held if request.id not in visit.requests]
    asking = replace(request, hosts=(), first=request.asked, last=request.asked)
    problem = Problem.of([asking], hosts, horizon, rules, others)
    board = Board(problem)
    h = next(h for h, found in enumerate(problem.hosts) if found.id == host.id)
    never = fixed(request, host)
    broken = [*never, *against(board, 0, h, start)]
    if not broken:
        return None
    first = max(start, problem.calendar.after(number(request.asked), host.lead_days))
    days = [] if never else problem.calendar.receptions(host, request.guest).tolist()
    legal = (d for d in days if d >= first and board.room(0, h, d) is not None)
    found = next(legal, None)
    return Refusal(tuple(broken), None if found is None else from_number(found))


def _others(host: Host, held: Sequence[Visit]) -> list[Host]:
    """Return stand-ins for hosts of which only visits are known."""
    names = sorted({visit.host for visit in held} - {host.id})
    return [Host(id=name, topics={}, size_max=1) for name in names]


def fixed(request: Request, host: Host) -> list[Broken]:
    """Return the rules that a request breaks at a host on any day."""
    broken = [Broken(*rule) for rule in unfit(host, request.size, request.offices)]
    if request.topic not in host.topics:
        broken.insert(0, Broken("topic", f"{host.id} does not teach {request.topic}"))
    return broken


def against(board: Board, i: int, h: int, day: int) -> list[Broken]:
    """Return the rules that a visit on a day would break beside what is in the calendar."""
    problem = board.problem
    request, host, calendar = problem.requests[i], problem.hosts[h], problem.calendar
    when = from_number(day)
    broken = []
    asked = number(request.asked)
    first = calendar.after(asked, host.lead_days)
    if day < first:
        days = calendar.receptions(host, request.guest)
        later = days[np.searchsorted(days, first) :]
        text = f"{host.id} asks for {host.lead_days} working days"
        if later.size:
            text += f": {from_number(later[0])} is the earliest for a request of {request.asked}"
        broken.append(Broken("lead", text))
    if why := _closed(calendar, host, request.guest, day):
        broken.append(why)
    elif board.room(i, h, day) is None:
        broken.append(_full(board, i, h, when))
    return broken


def _closed(calendar: Calendar, host: Host, guest: str, day: int) -> Broken | None:
    when = from_number(day)
    if when in host.blackouts:
        return Broken("blackout", f"{host.id} receives nobody on {when}")
    if calendar.receives(host, day, guest):
        return None
    if day in calendar.holidays:
        return Broken("holiday", f"{when} is a public holiday")
    names = " and ".join(WEEKDAYS[i] for i in host.weekdays) or "no day"
    on = f"{when} is a {WEEKDAYS[when.weekday()]}"
    return Broken("weekday", f"{host.id} receives on {names}; {on}")


def _full(board: Board, i: int, h: int, when: date) -> Broken:
    request, host = board.problem.requests[i], board.problem.hosts[h]
    day = number(when)
    if not board.travels(i, day):
        return Broken("group", f"{request.group} has visits enough on {when} or in that week")
    here = board.at.get((h, day), ())
    short = [name for name in request.offices if board.spare(h, day, name) <= 0]
    if short and len(here) < host.groups_a_day:
        return Broken("office full", f"{', '.join(short)} at {host.id} can't take part on {when}")
    return Broken("full", f"{host.id} has {len(here)} of {host.groups_a_day} receptions on {when}")
