"""What a planner is told: hosts and their rules, requests, visits already agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np

from teladan.engine.inputs import BITS

__all__ = ["Host", "Request", "Rules", "Visit", "as_date"]

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


def as_date(name: str, value: Any) -> date:
    """Return a calendar day, or say what is wrong."""
    if isinstance(value, np.datetime64) and not np.isnat(value):
        value = value.astype("datetime64[D]").item()
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{name} is {value!r}, must be a date")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Who receives visitors, and the rules of reception.

    Attributes
    ----------
    id : str
        Unique among hosts.
    topics : Mapping of str to float
        What can be learnt here, with the merit on each topic. Hosts with the same
        merit on a topic are equals.
    size_max : int
        Most people that are received together.
    weekdays : tuple of int, default Monday to Friday
        Days of reception, 0 (Monday) to 6 (Sunday).
    lead_days : int, default 0
        A request is received at the latest so many working days before the visit:
        the day it arrives is not counted, the day of the visit is.
    size_min : int, default 1
        Least people in a group.
    groups_a_day : int, default 1
        Receptions a day; groups received together count once.
    blackouts : tuple of date
        Days on which nobody is received.
    offices : Mapping of str to int, optional
        Offices that can be visited and how many receptions a day each takes part
        in. Without it any office can be visited, and nobody counts.
    exempt : tuple of str
        Kinds of guests who may come on any working day.
    after_holiday : bool, default False
        A day of reception that is a holiday moves to the next working day.
    """

    id: str
    topics: Mapping[str, float]
    size_max: int
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    lead_days: int = 0
    size_min: int = 1
    groups_a_day: int = 1
    blackouts: tuple[date, ...] = ()
    offices: Mapping[str, int] | None = None
    exempt: tuple[str, ...] = ()
    after_holiday: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no rule."""
        me = f"host {self.id!r}"
        _text("host", "id", self.id)
        for name, least in (("lead_days", 0), ("size_min", 1), ("groups_a_day", 0)):
            _at_least(me, name, getattr(self, name), least)
        _at_least(me, "size_max", self.size_max, self.size_min)
        _keep(self, weekdays=_weekdays(f"{me}: weekdays", self.weekdays))
        _keep(self, blackouts=_dates(f"{me}: blackouts", self.blackouts))
        _keep(self, exempt=_texts(me, "exempt", self.exempt))
        topics = _mapping(me, "topics", self.topics)
        _keep(self, topics=topics)
        for topic, merit in topics.items():
            if not isinstance(merit, int | float | np.number) or not np.isfinite(merit):
                raise ValueError(f"{me}: topics[{topic!r}] is {merit!r}, must be a finite number")
        if self.offices is not None:
            _keep(self, offices=_mapping(me, "offices", self.offices))
            for office, room in self.offices.items():
                _at_least(me, f"offices[{office!r}]", room, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A group that wants to learn something from somebody.

    Attributes
    ----------
    id : str
        Unique among requests.
    topic : str
        What the group wants to learn.
    size : int
        People in the group.
    asked : date
        The day on which the request arrived.
    first, last : date
        The days between which the visit is wanted, both included.
    hosts : tuple of str
        Hosts by wish, the most wished first. Empty: any host of the topic, those
        with the greatest merit first.
    equals : bool, default False
        Whether hosts of equal merit are as welcome as the ones named: a host then
        stands where the first named one stands whose merit on the topic it reaches.
    offices : tuple of str
        Offices of the host that the group needs to see.
    may_join : bool, default False
        Whether the group may be received together with others on the same topic.
    group : str, optional
        Whoever travels; requests of the same group never fall on the same day
        (or half-day) and count together in its week. Default: the request's own.
    guest : str, default ""
        Kind of guest, as in `Host.exempt`.
    """

    id: str
    topic: str
    size: int
    asked: date
    first: date
    last: date
    hosts: tuple[str, ...] = ()
    equals: bool = False
    offices: tuple[str, ...] = ()
    may_join: bool = False
    group: str = ""
    guest: str = ""

    def __post_init__(self) -> None:
        """Refuse what can't be read."""
        me = f"request {self.id!r}"
        _text("request", "id", self.id)
        _at_least(me, "size", self.size, 1)
        for name in ("asked", "first", "last"):
            _keep(self, **{name: as_date(f"{me}: {name}", getattr(self, name))})
        if self.last < self.first:
            raise ValueError(f"{me}: last is {self.last}, before first, {self.first}")
        for name in ("hosts", "offices"):
            _keep(self, **{name: _texts(me, name, getattr(self, name))})
        _keep(self, group=self.group or self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for everybody.

    Attributes
    ----------
    holidays : tuple of date
        Public holidays: no working days, no receptions.
    workweek : tuple of int, default Monday to Friday
        Weekdays that are working days, 0 (Monday) to 6 (Sunday).
    half_days : bool, default False
        A visit takes half a day: a group may then be at two hosts on one day.
    visits_a_week : int, optional
        Most visits of one group from Monday to Sunday.
    joining : bool, default True
        Whether groups may be received together at all.
    step : int, default 1
        Days of waiting that count as one. With 7 only the weeks count, and within
        a week the load of the hosts decides.
    """

    holidays: tuple[date, ...] = ()
    workweek: tuple[int, ...] = MONDAY_TO_FRIDAY
    half_days: bool = False
    visits_a_week: int | None = None
    joining: bool = True
    step: int = 1

    def __post_init__(self) -> None:
        """Refuse what makes no rule."""
        _keep(self, holidays=_dates("rules: holidays", self.holidays))
        _keep(self, workweek=_weekdays("rules: workweek", self.workweek))
        _at_least("rules", "step", self.step, 1)
        if self.visits_a_week is not None:
            _at_least("rules", "visits_a_week", self.visits_a_week, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One reception: a day at a host, for one group or several together.

    Attributes
    ----------
    host : str
    day : date
    topic : str
    requests : tuple of str
        Identities of the requests received together.
    people : int
        How many that are.
    groups : tuple of str
        Whoever travels, in the order of `requests`. Default: the requests.
    offices : tuple of str
        Offices that take part.
    may_join : bool, default False
        Whether others may still join.
    """

    host: str
    day: date
    topic: str
    requests: tuple[str, ...]
    people: int
    groups: tuple[str, ...] = field(default=())
    offices: tuple[str, ...] = ()
    may_join: bool = False

    def __post_init__(self) -> None:
        """Refuse what can't be read."""
        me = f"visit to {self.host!r} on {self.day}"
        _keep(self, day=as_date(f"{me}: day", self.day))
        for name in ("requests", "offices"):
            _keep(self, **{name: _texts(me, name, getattr(self, name))})
        _at_least(me, "people", self.people, 1)
        _keep(self, groups=tuple(self.groups) or self.requests)
        if not self.requests or len(self.groups) != len(self.requests):
            raise ValueError(f"{me}: {len(self.groups)} groups for {len(self.requests)} requests")


def _keep(it: Any, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(it, name, value)


def _text(me: str, name: str, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{me}: {name} is {value!r}, must be a text that is not empty")


def _texts(me: str, name: str, values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise ValueError(f"{me}: {name} is {values!r}, must be a tuple of texts")
    answer = tuple(values)
    for i, value in enumerate(answer):
        _text(me, f"{name}[{i}]", value)
        if value in answer[:i]:
            raise ValueError(f"{me}: {name}[{i}] is {value!r} again")
    return answer


def _mapping(me: str, name: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise ValueError(f"{me}: {name} is {values!r}, must be a mapping of text to number")
    return dict(values)


def _at_least(me: str, name: str, value: Any, least: int) -> None:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least:
        raise ValueError(f"{me}: {name} is {value!r}, must be a whole number from {least}")
    if value >= 2**BITS:
        raise ValueError(f"{me}: {name} is {value!r}, must be below 2**{BITS}")


def _weekdays(name: str, values: Iterable[int]) -> tuple[int, ...]:
    answer = tuple(values)
    for i, day in enumerate(answer):
        if day not in range(7):
            raise ValueError(f"{name}[{i}] is {day!r}, must be 0 (Monday) to 6 (Sunday)")
    return tuple(sorted({int(day) for day in answer}))


def _dates(name: str, values: Iterable[Any]) -> tuple[date, ...]:
    return tuple(sorted({as_date(f"{name}[{i}]", day) for i, day in enumerate(values)}))
