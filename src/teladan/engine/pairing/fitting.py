"""Which offers suit which needs: the front door of candidates."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.cluster import Cluster
from teladan.engine.inputs import unsigned, whole
from teladan.engine.pairing.candidates import Candidates
from teladan.engine.pairing.rules import Rules
from teladan.engine.pairing.scan import Found, best_per_row
from teladan.engine.pairing.sides import Sides, together

__all__ = ["ceiling", "fit", "worth_at"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[float], None]


def fit(
    needs: Mapping[str, ArrayLike],
    offers: Mapping[str, ArrayLike],
    weights: Mapping[str, float],
    rules: Rules,
    *,
    prices: ArrayLike | None = None,
    cluster: Cluster | None = None,
    progress: Progress | None = None,
) -> Candidates:
    r"""Find the offers that suit each need, and say why.

    Parameters
    ----------
    needs, offers : mapping of str to array_like
        Columns with one row a need or an offer: figures (NaN is missing), codes
        (-1 is missing), boolean matrices of members, degrees of latitude and
        longitude. Which ones, the rules say.
    weights : mapping of str to float
        Weight of each term, not negative; only their proportions matter.
    rules : Rules
        Terms, filters, floor and breadth.
    prices : array_like of float, shape (M,), optional
        Where given, the best by score minus price are kept, as `Pairing.prices`
        of an earlier round: offers beside the crowded ones come into sight.
    cluster : Cluster, optional
        Where the work is done; the answer is the same everywhere.
    progress : callable, optional
        Called with the share done; an exception it raises ends the work.

    Returns
    -------
    Candidates
        At most `rules.breadth` offers a need, all at or above `rules.floor`.

    Raises
    ------
    ValueError
        If a column, weight or rule is malformed; the message names it.

    Notes
    -----
    The score is :math:`s_{ij} = \sum_t w_t v_{ijt} / \sum_t w_t`. Where a figure is
    missing, the term counts at its declared neutral value, one half unless the
    rules say otherwise: never at zero, which would punish whoever was not measured,
    and never by handing its weight to the other terms, which would let one known
    figure speak for all and reward hiding the others. Equal scores go to the lower
    position. All pairs that pass the `Equal` filters are looked at, in blocks that
    are dropped again.

    Examples
    --------
    >>> from teladan.engine.pairing import Equal, Near, Rules
    >>> rules = Rules(terms=(Near("hdi", scale=20.0),), filters=(Equal("theme"),))
    >>> found = fit(
    ...     {"theme": [1], "hdi": [60.0]},
    ...     {"theme": [1, 1, 2], "hdi": [70.0, float("nan"), 60.0]},
    ...     {"hdi": 3},
    ...     rules,
    ... )
    >>> found.j.tolist(), found.score.tolist()
    ([0, 1], [0.5, 0.5])
    >>> found.explain(1)
    [Line(term='hdi', value=0.5, weight=1.0, contribution=0.5, missing=('offer: hdi',))]
    """
    sides = Sides(needs, offers, weights, rules)
    cost = None if prices is None else unsigned("prices", prices, size=sides.offers.rows)
    found = sides.search(rules.breadth, cost, cluster, progress)
    return sides.candidates(found)


def ceiling(
    needs: Mapping[str, ArrayLike],
    offers: Mapping[str, ArrayLike],
    weights: Mapping[str, float],
    rules: Rules,
    *,
    wanted: ArrayLike,
    capacity: ArrayLike,
    prices: ArrayLike,
    cluster: Cluster | None = None,
    progress: Progress | None = None,
) -> float:
    r"""Return what no pairing of these needs and offers can exceed in total score.

    All pairs count, not only candidates: this tells what was lost by looking at
    the best few of each need only.

    Parameters
    ----------
    needs, offers, weights, rules
        As for `fit`.
    wanted, capacity : array_like of int, shapes (N,) and (M,)
        As for `pair`.
    prices : array_like of float, shape (M,)
        Not negative; `Pairing.prices` are good ones, any are valid.
    cluster, progress
        As for `fit`.

    Returns
    -------
    float
        :math:`\sum_i \mathrm{top}_{w_i}(s_i - y)^+ + \sum_j c_j y_j`.

    Raises
    ------
    ValueError
        If an argument is malformed.

    Examples
    --------
    >>> from teladan.engine.pairing import Own, Rules
    >>> rules = Rules(terms=(Own("proof"),))
    >>> round(
    ...     ceiling(
    ...         {"id": [0, 1]},
    ...         {"proof": [0.9, 0.4]},
    ...         {"proof": 1},
    ...         rules,
    ...         wanted=[1, 1],
    ...         capacity=[1, 1],
    ...         prices=[0.5, 0.0],
    ...     ),
    ...     9,
    ... )
    1.3
    """
    sides = Sides(needs, offers, weights, rules)
    asked = whole("wanted", wanted, size=sides.needs.rows)
    room = whole("capacity", capacity, size=sides.offers.rows)
    cost = unsigned("prices", prices, size=sides.offers.rows)
    found = sides.search(max(1, int(asked.max())), cost, cluster, progress)
    return worth_at(found, asked, room, cost)


def worth_at(found: list[Found], wanted: Ints, capacity: Ints, prices: Floats) -> float:
    """Return what no pairing exceeds, from the best pairs of each need at these prices."""
    i, _, key = best_per_row(*together(found), max(1, int(wanted.max())))
    place = np.arange(i.size) - np.searchsorted(i, np.arange(wanted.size))[i]
    gain = key[(place < wanted[i]) & (key > 0)]
    return float(gain.sum() + (capacity * prices).sum())
