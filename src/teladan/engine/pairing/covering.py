"""Enough candidates: the largest total among them is nearly that of all pairs, with proof."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.cluster import Cluster
from teladan.engine.inputs import whole
from teladan.engine.pairing.candidates import Candidates
from teladan.engine.pairing.fitting import worth_at
from teladan.engine.pairing.market import read
from teladan.engine.pairing.optimum import largest_total, prices_of
from teladan.engine.pairing.rules import Rules
from teladan.engine.pairing.sides import Sides

__all__ = ["cover"]


def cover(
    needs: Mapping[str, ArrayLike],
    offers: Mapping[str, ArrayLike],
    weights: Mapping[str, float],
    rules: Rules,
    *,
    wanted: ArrayLike,
    capacity: ArrayLike,
    gap: float = 0.005,
    rounds: int = 8,
    cluster: Cluster | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Candidates, float]:
    r"""Find candidates among which the largest total is nearly that of all pairs.

    The best 60 of every need may be the same crowded offers. After each round the
    prices of places are known, and every need also gets the offers that are best
    for it at these prices.

    Parameters
    ----------
    needs, offers, weights, rules, cluster
        As for `fit`; each round adds up to `rules.breadth` candidates a need.
    wanted, capacity : array_like of int, shapes (N,) and (M,)
        As for `pair`.
    gap : float, default 0.005
        Share of the largest total of all pairs that may be lost.
    rounds : int, default 8
        Rounds at most.
    progress : callable, optional
        Called with the share of rounds done; an exception it raises ends the work.

    Returns
    -------
    candidates : Candidates
        More than `rules.breadth` for some needs.
    gap : float
        What the largest total among them lacks at most, proved by prices.

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    This is column generation: an offer that no need holds has the price 0, so it
    comes into sight as soon as the offers held are dear. Kept and barred pairs,
    reserves and floors are left aside.

    Examples
    --------
    >>> from teladan.engine.pairing import Own, Rules, fit
    >>> sides = {"id": [0, 1]}, {"proof": [0.9, 0.4]}, {"proof": 1}
    >>> rules = Rules(terms=(Own("proof"),), breadth=1)
    >>> fit(*sides, rules).j.tolist()
    [0, 0]
    >>> found, gap = cover(*sides, rules, wanted=[1, 1], capacity=[1, 1])
    >>> found.j.tolist(), gap
    ([0, 1, 0, 1], 0.0)
    """
    if rounds < 1:
        raise ValueError(f"rounds is {rounds}, must be at least 1")
    if not 0.0 <= gap <= 1.0:
        raise ValueError(f"gap is {gap}, must be from 0 to 1")
    sides = Sides(needs, offers, weights, rules)
    asked = whole("wanted", wanted, size=sides.needs.rows)
    room = whole("capacity", capacity, size=sides.offers.rows)
    report = progress or (lambda share: None)
    depth = max(rules.breadth, int(asked.max()))
    steps = 2 * rounds + 1

    def told(step: int) -> Callable[[float], None]:
        return lambda share: report((step + share) / steps)

    found = sides.candidates(sides.search(depth, None, cluster, told(0)))
    for turn in range(1, rounds + 1):
        market = read(
            found.i,
            found.j,
            found.score,
            wanted=asked,
            capacity=room,
            donor_score=None,
            reserve=None,
            keep=None,
            barred=None,
            floors=None,
        )
        chosen = largest_total(market, told(2 * turn - 1))
        prices = prices_of(market, chosen, told(2 * turn))
        seen = sides.search(depth, prices, cluster, told(2 * turn))
        above = worth_at(seen, asked, room, prices)
        lacking = 1.0 - float(market.score[chosen].sum()) / above if above > 0 else 0.0
        if lacking <= gap or turn == rounds:
            break
        found = found.join(sides.candidates(seen))
    report(1.0)
    return found, max(float(np.round(lacking, 15)), 0.0)
