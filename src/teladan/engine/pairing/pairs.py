"""Bringing needs and offers together: the front door of pairings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import number
from teladan.engine.pairing.blocking import blocking_pairs
from teladan.engine.pairing.compromise import compromise
from teladan.engine.pairing.deferred import deferred_acceptance
from teladan.engine.pairing.market import Floors, Market, Reserve, read
from teladan.engine.pairing.optimum import bound_of, largest_total, prices_of
from teladan.engine.pairing.result import Blocking, Compromise, Pairing, ReserveEffect, Unmatched

__all__ = ["pair"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Progress = Callable[[float], None]
Mode = Literal["stable", "optimal", "near-stable"]


def pair(
    i: ArrayLike,
    j: ArrayLike,
    score: ArrayLike,
    *,
    wanted: ArrayLike,
    capacity: ArrayLike,
    donor_score: ArrayLike | None = None,
    reserve: Reserve | None = None,
    keep: ArrayLike | None = None,
    barred: ArrayLike | None = None,
    floors: Floors | None = None,
    mode: Mode = "stable",
    near: float = 0.99,
    progress: Progress | None = None,
) -> Pairing:
    r"""Decide who learns from whom.

    Parameters
    ----------
    i, j : array_like of int, shape (n,)
        Candidates: positions of the need and the offer, in any order, none twice.
    score : array_like of float, shape (n,)
        What each is worth to the need, not negative.
    wanted : array_like of int, shape (N,)
        Helpers each need wants, all different.
    capacity : array_like of int, shape (M,)
        Needs each offer can help.
    donor_score : array_like of float, shape (n,), optional
        What each candidate is worth to the offer, not negative; `score` if absent.
    reserve : Reserve, optional
        Places kept for some needs. Those that none of them asks for go to others.
    keep : array_like of int, shape (k, 2), optional
        Pairs to hold, candidates or not.
    barred : array_like of int, shape (b, 2), optional
        Pairs that must not be.
    floors : Floors, optional
        Least pairs of each group of needs; not in mode "stable", which can't
        promise them.
    mode : {"stable", "optimal", "near-stable"}, default "stable"
        "stable": no need and offer would rather have each other; of all such
        pairings the one every need likes best. "optimal": the largest total.
        "near-stable": a total of at least `near` of the optimum with few blocking
        pairs.
    near : float, default 0.99
        Used in mode "near-stable" only.
    progress : callable, optional
        Called with the share done; an exception it raises ends the work.

    Returns
    -------
    Pairing
        With reasons for every need left without, and a bound that
        `teladan.engine.checking_pairs.check_pairing` can verify.

    Raises
    ------
    Infeasible
        If floors can't be kept; `witness` names the groups.
    ValueError
        If an argument is malformed, or `keep` contradicts a limit.

    Notes
    -----
    Stable pairs come from deferred acceptance with needs asking [1]_ and minority
    reserves on the side of the offers [2]_: an offer prefers any eligible need to
    any other until its reserved places are filled. Equal scores go to the lower
    position. The largest total is an exact flow, up to 2**-30 of the largest score
    a pair (coarser beside a reserve of many places), with a pair more before a
    pair less; reserved places taken come before the total. Prices :math:`y` of
    places prove that no pairing exceeds
    :math:`\sum_i \mathrm{top}_{w_i}(s_i - y)^+ + \sum_j c_j y_j`. Near-stable pairs
    maximise the needs' scores together with the donors', as heavily as `near` allows,
    and with more for pairs that would block, round by round; `compromises` shows
    all points tried.

    References
    ----------
    .. [1] Gale, D. and Shapley, L. S. (1962). College admissions and the stability
       of marriage. *American Mathematical Monthly* 69, 9-15.
    .. [2] Hafalir, I. E., Yenmez, M. B. and Yildirim, M. A. (2013). Effective
       affirmative action in school choice. *Theoretical Economics* 8, 325-363.

    Examples
    --------
    >>> p = pair([0, 0, 1], [0, 1, 0], [0.9, 0.8, 0.5], wanted=[1, 1], capacity=[1, 1])
    >>> p.pairs.tolist(), p.unmatched
    ([[0, 0]], (Unmatched(need=1, missing=1, reason='no capacity', full=1),))
    >>> round(p.total, 9), round(p.optimum, 9)
    (0.9, 1.3)
    """
    if mode not in ("stable", "optimal", "near-stable"):
        raise ValueError(f"mode is {mode!r}, must be 'stable', 'optimal' or 'near-stable'")
    if not 0.0 <= number("near", near) <= 1.0:
        raise ValueError(f"near is {near}, must be from 0 to 1")
    if floors is not None and mode == "stable":
        raise ValueError("floors can't be promised in mode 'stable': the least need not be stable")
    market = read(
        i,
        j,
        score,
        wanted=wanted,
        capacity=capacity,
        donor_score=donor_score,
        reserve=reserve,
        keep=keep,
        barred=barred,
        floors=floors,
    )
    report = _onward(progress)
    report(0.0)
    best = largest_total(market.plain(), lambda done: report(done / 2))
    prices = prices_of(market, best, report)
    solve, tried = _solver(market, mode, near, best, lambda done: report(0.5 + done / 2))
    chosen = solve(market)
    blocking = blocking_pairs(market, chosen)
    without = {
        name: solve(plain)
        for name, plain, there in (
            ("reserve", market.plain(floors=True), bool((market.seats > 0).any())),
            ("floors", market.plain(), bool((market.least > 0).any())),
        )
        if there
    }
    report(1.0)
    return _pairing(
        market,
        chosen,
        blocking,
        without,
        best=best,
        prices=prices,
        asked=reserve is not None,
        tried=tried,
    )


def _onward(progress: Progress | None) -> Progress:
    """Return a report that never goes back, though the same market is solved more than once."""
    furthest = 0.0

    def report(share: float) -> None:
        nonlocal furthest
        furthest = max(furthest, share)
        if progress is not None:
            progress(furthest)

    return report


def _solver(
    market: Market, mode: Mode, near: float, best: Flags, report: Progress
) -> tuple[Callable[[Market], Flags], tuple[Compromise, ...]]:
    """Return what solves this market, and the same market without some of its rules."""
    if mode == "stable":
        return lambda each: deferred_acceptance(each, report), ()
    if mode == "optimal":
        restricted = (market.seats > 0).any() or (market.least > 0).any()
        if not restricted:
            return lambda each: best, ()
        return lambda each: largest_total(each, report), ()
    stable = None if (market.least > 0).any() else deferred_acceptance(market, report)
    values, tried = compromise(market, near, best, stable, report)
    if values is None:
        return lambda each: deferred_acceptance(each, report), tried
    return lambda each: largest_total(replace(each, score=values)), tried


def _pairing(
    market: Market,
    chosen: Flags,
    blocking: Blocking,
    without: dict[str, Flags],
    *,
    best: Flags,
    prices: Floats,
    asked: bool,
    tried: tuple[Compromise, ...],
) -> Pairing:
    pairs, scores = _with_kept(market, chosen)
    kept = float(np.nansum(market.kept_score))
    optimum = kept + float(market.score[best].sum())
    total = float(np.nansum(scores))
    return Pairing(
        pairs=pairs,
        scores=scores,
        helpers=np.bincount(pairs[:, 0], minlength=market.N),
        loads=np.bincount(pairs[:, 1], minlength=market.M),
        unmatched=_reasons(market, chosen, without),
        blocking=blocking,
        total=total,
        optimum=optimum,
        bound=kept + bound_of(market, prices),
        share=total / optimum if optimum > 0 else 1.0,
        prices=prices,
        reserve=_effect(market, chosen, without.get("reserve", chosen)) if asked else None,
        compromises=tried,
    )


def _with_kept(market: Market, chosen: Flags) -> tuple[Ints, Floats]:
    """Return chosen and kept pairs together, sorted, with their scores."""
    pairs = np.concatenate(
        [np.column_stack([market.i[chosen], market.j[chosen]]), market.kept]
    ).astype(np.int64)
    scores = np.concatenate([market.score[chosen], market.kept_score])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return pairs[order], scores[order]


def _reasons(market: Market, chosen: Flags, without: dict[str, Flags]) -> tuple[Unmatched, ...]:
    """Say of every need with too few helpers why it has no more."""
    N = market.N
    helpers = np.bincount(market.i[chosen], minlength=N)
    full = np.bincount(market.i[~chosen], minlength=N)
    barred = np.bincount(market.barred[:, 0], minlength=N)
    robbed = {
        name: np.bincount(market.i[other], minlength=N) > helpers for name, other in without.items()
    }
    answer = []
    for need in np.flatnonzero(helpers < market.wanted).tolist():
        missing = int(market.wanted[need] - helpers[need])
        reason: Literal["no fit", "barred", "no capacity", "reserve", "floors"]
        if full[need] == 0:
            reason = "barred" if barred[need] else "no fit"
        elif "reserve" in robbed and robbed["reserve"][need]:
            reason = "reserve"
        elif "floors" in robbed and robbed["floors"][need]:
            reason = "floors"
        else:
            reason = "no capacity"
        answer.append(Unmatched(need, missing, reason, int(full[need])))
    return tuple(answer)


def _effect(market: Market, chosen: Flags, without: Flags) -> ReserveEffect:
    """Compare a pairing with the one that the reserve did not touch."""
    now, then = (np.bincount(market.i[each], minlength=market.N) for each in (chosen, without))
    held = np.bincount(market.j[chosen & market.eligible[market.i]], minlength=market.M)
    taken = int(np.minimum(held, market.seats).sum())
    came, went = chosen & ~without, without & ~chosen
    return ReserveEffect(
        gained=np.flatnonzero(now > then),
        lost=np.flatnonzero(now < then),
        pairs_in=np.column_stack([market.i[came], market.j[came]]),
        pairs_out=np.column_stack([market.i[went], market.j[went]]),
        taken=taken,
        open=int(market.seats.sum()) - taken,
        total_without=float(np.nansum(market.kept_score) + market.score[without].sum()),
    )
