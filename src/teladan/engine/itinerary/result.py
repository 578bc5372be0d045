"""What a planner answers."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from teladan.engine.itinerary.facts import Visit

__all__ = ["Broken", "Load", "Objective", "Plan", "Refusal", "Refused"]


class Broken(NamedTuple):
    """A rule that a visit would break.

    Attributes
    ----------
    rule : str
        ``"topic"``, ``"size"``, ``"office"``, ``"groups"``, ``"lead"``, ``"holiday"``,
        ``"blackout"``, ``"weekday"``, ``"full"``, ``"office full"``, ``"group"``,
        ``"horizon"`` or ``"host"``.
    text : str
        One English sentence with the figures.
    """

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a visit can't be on the day wanted, and when it can.

    Attributes
    ----------
    broken : tuple of Broken
        Every rule that the day breaks; not empty.
    earliest : date or None
        First day from the one wanted on that breaks no rule and has room; None if
        there is none within three years.
    """

    broken: tuple[Broken, ...]
    earliest: date | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A request without a visit.

    Attributes
    ----------
    request : str
    broken : tuple of Broken
        Why: the rules that the days wanted break at the most wished host, of those
        that could ever receive the group.
    host : str or None
        Where the earliest possible visit would be.
    earliest : date or None
        First day from the first wanted one on, within the horizon, on which a host
        the request accepts may and can receive it beside the visits of the plan.
        Each refused request is told for itself: two may be told the same place.
    """

    request: str
    broken: tuple[Broken, ...]
    host: str | None
    earliest: date | None


class Load(NamedTuple):
    """What a host has to do: receptions, requests served by them, people."""

    host: str
    receptions: int
    requests: int
    people: int


class Objective(NamedTuple):
    """What a plan is judged by, in this order.

    Attributes
    ----------
    served : int
        Requests with a visit, the more the better; all others the less the better.
    rank : int
        Sum over visits of the place of the host in the request's wishes, from 0.
    wait : int
        Sum over visits of the days from the first one wanted, in steps.
    unevenness : int
        Sum over hosts of the squared number of requests.
    receptions : int
        Separate receptions.
    order : int
        Sum over requests of the place of their visit among their own options (the
        number of options where there is none), times n for the first to arrive, n - 1
        for the next, and so on: of equally good plans, that of first come, first served.
    """

    served: int
    rank: int
    wait: int
    unevenness: int
    receptions: int
    order: int

    def key(self) -> tuple[int, ...]:
        """Return what the better plan has less of, term by term."""
        return (-self.served, *self[1:])


@dataclass(frozen=True, slots=True)
class Plan:
    """Visits in calendars.

    Attributes
    ----------
    visits : tuple of Visit
        By day, host, requests. Those held are among them, with whoever joined.
    refused : tuple of Refused
        In the order of arrival.
    loads : tuple of Load
        One for each host, by identity.
    objective : Objective
        The terms the plan was judged by; requests held count as served, with their
        load, but without rank, wait and order.
    served_bound : int
        No plan can serve more requests than this.
    proven : bool
        Whether no plan is better by any term.
    notes : tuple of str
        What to know: visits held that break a rule.
    """

    visits: tuple[Visit, ...]
    refused: tuple[Refused, ...]
    loads: tuple[Load, ...]
    objective: Objective
    served_bound: int
    proven: bool
    notes: tuple[str, ...]
