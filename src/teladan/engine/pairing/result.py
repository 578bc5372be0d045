"""What a pairing hands back."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Blocking", "Compromise", "Pairing", "ReserveEffect", "Unmatched"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Unmatched(NamedTuple):
    """A need with fewer helpers than it wanted.

    Attributes
    ----------
    need : int
        Its position.
    missing : int
        Helpers it lacks.
    reason : str
        "no fit": every candidate that isn't barred helps it already, or there is
        none. "barred": the same, but barred candidates are left. "reserve" or
        "floors": without that rule it would have more helpers. "no capacity":
        every other candidate is full.
    full : int
        Candidates that are full without helping it.
    """

    need: int
    missing: int
    reason: Literal["no fit", "barred", "no capacity", "reserve", "floors"]
    full: int


class Blocking(NamedTuple):
    """Pairs that would rather have each other than what they got.

    Attributes
    ----------
    pairs : ndarray of int64, shape (b, 2)
        (need, offer), sorted.
    need_regret, donor_regret : ndarray of float64, shape (b,)
        What each side would gain, in its own score: over its worst partner, or
        over an empty place, which counts 0. A donor's is negative only where its
        reserve makes it take whom it likes less.
    """

    pairs: Ints
    need_regret: Floats
    donor_regret: Floats

    @property
    def regret(self) -> Floats:
        """The smaller of both gains: nobody leaves alone."""
        least: Floats = np.minimum(self.need_regret, self.donor_regret)
        return least


class ReserveEffect(NamedTuple):
    """What the reserve changed, beside the same pairing without it.

    Attributes
    ----------
    gained, lost : ndarray of int64
        Needs with more and with fewer helpers than without the reserve.
    pairs_in, pairs_out : ndarray of int64, shape (n, 2)
        Pairs that only the reserve brought, and pairs it cost.
    taken, open : int
        Reserved places that eligible needs hold, and those left to others
        because no eligible need asked.
    total_without : float
        Total without the reserve.
    """

    gained: Ints
    lost: Ints
    pairs_in: Ints
    pairs_out: Ints
    taken: int
    open: int
    total_without: float


class Compromise(NamedTuple):
    """One point between stable and optimal.

    Attributes
    ----------
    weight : float
        What the donors' scores counted beside the needs' when this was found.
    share : float
        Total as a share of the optimum.
    blocking : int
        Blocking pairs.
    regret : float
        Largest `Blocking.regret`.
    """

    weight: float
    share: float
    blocking: int
    regret: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who learns from whom, and what a sceptic may ask about it.

    Attributes
    ----------
    pairs : ndarray of int64, shape (n, 2)
        (need, offer), sorted, kept pairs included.
    scores : ndarray of float64, shape (n,)
        Their scores; NaN for a kept pair that is no candidate.
    helpers : ndarray of int64, shape (N,)
        Offers of each need.
    loads : ndarray of int64, shape (M,)
        Needs of each offer.
    unmatched : tuple of Unmatched
        Every need with fewer helpers than wanted, and why.
    blocking : Blocking
        Pairs that would leave; kept pairs don't move. Empty in mode "stable".
    total : float
        Sum of `scores`, unknown ones left out.
    optimum : float
        Largest total of any pairing of these candidates with these kept and
        barred pairs, without reserve and floors.
    bound : float
        No such pairing has a larger total; `prices` prove it.
    share : float
        ``total / optimum``; 1 where nothing can be gained.
    prices : ndarray of float64, shape (M,)
        What one more place of each offer would add to the optimum.
    reserve : ReserveEffect or None
        What the reserve changed, where there is one.
    compromises : tuple of Compromise
        In mode "near-stable": the points tried, the chosen one last.
    """

    pairs: Ints
    scores: Floats
    helpers: Ints
    loads: Ints
    unmatched: tuple[Unmatched, ...]
    blocking: Blocking
    total: float
    optimum: float
    bound: float
    share: float
    prices: Floats
    reserve: ReserveEffect | None
    compromises: tuple[Compromise, ...]

    def claims(self) -> dict[str, Any]:
        """Return what `teladan.engine.checking_pairs.check_pairing` can verify, by name."""
        return {
            "helpers": self.helpers,
            "loads": self.loads,
            "unmatched": self.unmatched,
            "blocking": self.blocking.pairs,
            "need_regret": self.blocking.need_regret,
            "donor_regret": self.blocking.donor_regret,
            "total": self.total,
            "optimum": self.optimum,
            "bound": self.bound,
            "share": self.share,
            "prices": self.prices,
        }
