"""Who would leave: pairs that prefer each other to what they have."""

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.market import Market
from teladan.engine.pairing.result import Blocking

__all__ = ["blocking_pairs"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def blocking_pairs(market: Market, chosen: Flags) -> Blocking:
    """Return all blocking pairs with what both sides would gain.

    A full offer that takes in somebody lets one go: never one of its first `seats`
    eligible while anybody else is there, else the one it likes least.
    """
    i, j, N, M = market.i, market.j, market.N, market.M
    poor = market.eligible[i]
    helpers = np.bincount(i[chosen], minlength=N)
    load = np.bincount(j[chosen], minlength=M)
    favoured = np.bincount(j[chosen & poor], minlength=M)
    worst_helper = _last(i, market.rank, chosen, N)
    worst_any = _last(j, market.standing, chosen, M)
    worst_other = _last(j, market.standing, chosen & ~poor, M)

    # Only the others can be let go while the eligible, the newcomer counted, fill no more
    # than the reserved seats.
    guarded = favoured[j] + poor <= market.seats[j]
    leaver = np.where(guarded, worst_other[j], worst_any[j])
    beaten = (leaver >= 0) & ((market.standing < market.standing[leaver]) | (guarded & poor))
    empty = load[j] < market.room[j]
    starved = helpers[i] < market.wanted[i]
    better = (worst_helper[i] >= 0) & (market.rank < market.rank[worst_helper[i]])
    blocks = np.flatnonzero(~chosen & (starved | better) & (empty | beaten))
    given_up = np.where(starved, 0.0, _of(market.score, worst_helper[i]))
    let_go = np.where(empty, 0.0, _of(market.donor, leaver))
    return Blocking(
        pairs=np.column_stack([i[blocks], j[blocks]]),
        need_regret=(market.score - given_up)[blocks],
        donor_regret=(market.donor - let_go)[blocks],
    )


def _last(owner: Ints, order: Ints, mask: Flags, count: int) -> Ints:
    """Return for each owner the chosen candidate that stands last with it, or -1."""
    answer = np.full(count, -1, dtype=np.int64)
    which = np.flatnonzero(mask)
    which = which[np.argsort(order[which], kind="stable")]
    answer[owner[which]] = which
    return answer


def _of(values: Floats, which: Ints) -> Floats:
    if not values.size:
        return values
    answer: Floats = np.where(which >= 0, values[which], 0.0)
    return answer
