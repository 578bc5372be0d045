"""What is asked of a pairing, checked and in one form."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import BITS, codes, number, pairs_within, unsigned, whole

__all__ = ["Floors", "Market", "Reserve", "read"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reserve:
    """Places kept for some needs as long as they ask for them.

    Attributes
    ----------
    eligible : array_like of bool, shape (N,)
        Whose places they are: lagging regions, first-time recipients.
    seats : int or array_like of int, shape (M,), optional
        Places of each offer; a number above its capacity means all of them.
    share : float, optional
        Instead of `seats`: share of each capacity, rounded up to whole places.
    """

    eligible: ArrayLike
    seats: ArrayLike | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Floors:
    """The least number of pairs of each group of needs, as of each province.

    Attributes
    ----------
    group : array_like of int, shape (N,)
        Group of each need, 0 to G - 1.
    least : int or array_like of int, shape (G,)
        Pairs that the needs of each group must have together.
    """

    group: ArrayLike
    least: ArrayLike


@dataclass(frozen=True, slots=True)
class Market:
    """Candidates sorted by need and offer, and what is left when kept pairs are set.

    `rank` orders the candidates of each need from its best (0) on, `standing`
    those of each offer; both are unique, so nobody is ever indifferent.
    """

    i: Ints
    j: Ints
    score: Floats
    donor: Floats
    asked: Ints
    capacity: Ints
    wanted: Ints
    room: Ints
    eligible: Flags
    seats: Ints
    group: Ints
    least: Ints
    kept: Ints
    kept_score: Floats
    kept_donor: Floats
    barred: Ints
    rank: Ints
    standing: Ints

    @property
    def N(self) -> int:
        """Number of needs."""
        return self.wanted.size

    @property
    def M(self) -> int:
        """Number of offers."""
        return self.room.size

    def plain(self, *, reserve: bool = False, floors: bool = False) -> "Market":
        """Return the same market without what is not named."""
        return replace(
            self,
            seats=self.seats if reserve else np.zeros_like(self.seats),
            least=self.least if floors else np.zeros_like(self.least),
        )


def read(
    i: ArrayLike,
    j: ArrayLike,
    score: ArrayLike,
    *,
    wanted: ArrayLike,
    capacity: ArrayLike,
    donor_score: ArrayLike | None,
    reserve: Reserve | None,
    keep: ArrayLike | None,
    barred: ArrayLike | None,
    floors: Floors | None,
) -> Market:
    """Check everything and take out barred and kept pairs."""
    asked, most = whole("wanted", wanted, bits=BITS), whole("capacity", capacity, bits=BITS)
    for name, array in (("wanted", asked), ("capacity", most)):
        if array.size == 0:
            raise ValueError(f"{name} is empty")
    shape = (asked.size, most.size)
    need, offer = _position("i", i, shape[0]), _position("j", j, shape[1])
    if offer.size != need.size:
        raise ValueError(f"j must have shape ({need.size},) as i, got ({offer.size},)")
    worth = donor = unsigned("score", score, size=need.size)
    if donor_score is not None:
        donor = unsigned("donor_score", donor_score, size=need.size)
    order = np.lexsort((offer, need))
    twice = np.flatnonzero((np.diff(need[order]) == 0) & (np.diff(offer[order]) == 0))
    if twice.size:
        first, second = sorted(order[twice[0] : twice[0] + 2].tolist())
        raise ValueError(f"pair ({need[first]}, {offer[first]}) stands at {first} and at {second}")
    need, offer, worth, donor = need[order], offer[order], worth[order], donor[order]
    held, shut = (
        pairs_within(name, () if given is None else given, shape)
        for name, given in (("keep", keep), ("barred", barred))
    )
    code = need * shape[1] + offer
    held_code, shut_code = (each[:, 0] * shape[1] + each[:, 1] for each in (held, shut))
    both = np.intersect1d(held_code, shut_code)
    if both.size:
        raise ValueError(f"keep has {divmod(int(both[0]), shape[1])}, which is barred")
    wanted_left = _left("wanted", asked, held[:, 0])
    room = _left("capacity", most, held[:, 1])
    at = np.minimum(np.searchsorted(code, held_code), max(code.size - 1, 0))
    known = code[at] == held_code if code.size else np.zeros(held_code.size, dtype=np.bool_)
    eligible, seats = _reserve(reserve, asked.size, most)
    taken = np.bincount(held[eligible[held[:, 0]], 1], minlength=shape[1])
    group, least = _floors(floors, shape[0])
    secured = np.bincount(group[held[:, 0]], minlength=least.size)
    still = ~np.isin(code, np.concatenate([held_code, shut_code]))
    return Market(
        i=need[still],
        j=offer[still],
        score=worth[still],
        donor=donor[still],
        asked=asked,
        capacity=most,
        wanted=wanted_left,
        room=room,
        eligible=eligible,
        seats=np.minimum(np.maximum(seats - taken, 0), room),
        group=group,
        least=np.maximum(least - secured, 0),
        kept=held,
        kept_score=_where(known, worth, at),
        kept_donor=_where(known, donor, at),
        barred=shut,
        rank=_order(need[still], worth[still], offer[still]),
        standing=_order(offer[still], donor[still], need[still]),
    )


def _where(known: Flags, values: Floats, at: Ints) -> Floats:
    """Return the values of known pairs, NaN for those that are no candidates."""
    answer = np.full(known.size, np.nan)
    answer[known] = values[at[known]]
    return answer


def _order(owner: Ints, value: Floats, tie: Ints) -> Ints:
    """Return each candidate's place with its owner: higher values, then lower positions first."""
    order = np.lexsort((tie, -value, owner))
    first = np.flatnonzero(np.diff(owner[order], prepend=-1))
    place = np.empty(owner.size, dtype=np.int64)
    place[order] = np.arange(owner.size) - np.repeat(first, np.diff(first, append=owner.size))
    return place


def _position(name: str, values: ArrayLike, count: int) -> Ints:
    answer = whole(name, values)
    if answer.size and answer.max() >= count:
        place = int(np.flatnonzero(answer >= count)[0])
        raise ValueError(f"{name}[{place}] is {answer[place]}, must be below {count}")
    return answer


def _left(name: str, most: Ints, used: Ints) -> Ints:
    count = np.bincount(used, minlength=most.size)
    over = np.flatnonzero(count > most)
    if over.size:
        place = int(over[0])
        raise ValueError(f"keep has {count[place]} pairs at {place}, {name} is {most[place]}")
    left: Ints = most - count
    return left


def _reserve(reserve: Reserve | None, N: int, capacity: Ints) -> tuple[Flags, Ints]:
    if reserve is None:
        return np.zeros(N, dtype=np.bool_), np.zeros_like(capacity)
    eligible = np.asarray(reserve.eligible)
    if eligible.dtype != np.bool_ or eligible.shape != (N,):
        raise ValueError(
            f"reserve.eligible must be boolean of shape ({N},), got {eligible.dtype} "
            f"{eligible.shape}"
        )
    if (reserve.seats is None) == (reserve.share is None):
        raise ValueError("reserve needs either seats or a share")
    if reserve.seats is not None:
        return eligible, np.minimum(
            whole("reserve.seats", reserve.seats, size=capacity.size), capacity
        )
    share = number("reserve.share", reserve.share)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"reserve.share is {share}, must be from 0 to 1")
    # A share of .2 of five places is one place, not the two that binary fractions would make it.
    return eligible, np.ceil(share * capacity - 1e-9).astype(np.int64)


def _floors(floors: Floors | None, N: int) -> tuple[Ints, Ints]:
    if floors is None:
        return np.zeros(N, dtype=np.int64), np.zeros(1, dtype=np.int64)
    group, count = codes("floors.group", floors.group, size=N)
    return group, whole("floors.least", floors.least, size=count)
