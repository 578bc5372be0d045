"""Every measure of agreement at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.agreement.concord import alpha, concordance
from teladan.engine.agreement.intraclass import icc1, icc2k
from teladan.engine.agreement.panel import Measure, panel_of
from teladan.engine.inputs import count, number

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Four answers to "do the readers agree?".

    Attributes
    ----------
    icc1 : Measure
        ICC(1): share of the differences between two readings by anybody that
        is due to the entries.
    icc2k : Measure
        ICC(2,k): reliability of the mean of `readings` readings.
    alpha : Measure
        Krippendorff's alpha for interval data.
    w : Measure
        Kendall's W of the rank orders; only if everybody reads everything.
    readings : float
        Readings an entry (harmonic mean where the number differs).
    """

    icc1: Measure
    icc2k: Measure
    alpha: Measure
    w: Measure
    readings: float


def agreement(
    entry: ArrayLike,
    reader: ArrayLike,
    points: ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 1000,
    rng: np.random.Generator,
) -> Agreement:
    r"""Measure how far readers agree on entries.

    Parameters
    ----------
    entry, reader : array_like of int, shape (n,)
        Who read what, as positions 0 to P - 1 and 0 to E - 1, each used.
    points : array_like, shape (n,)
        Points of each reading.
    level : float, default 0.95
        Coverage of the intervals.
    draws : int, default 1000
        Bootstrap samples of entries, where no formula gives the interval.
    rng : numpy.random.Generator
        The dice.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        If arrays are empty, malformed or of different length, a position is
        never used, somebody reads an entry twice, or `level` or `draws` is out
        of range.

    Notes
    -----
    With mean squares of entries, readers, within entries and of the rest
    (:math:`B, J, W, R`), *n* entries and *k* readings each [1]_:
    :math:`ICC(1) = (B - W)/(B + (k - 1) W)` and
    :math:`ICC(2,k) = (B - R)/(B + (J - R)/n)`. Where not everybody reads
    everything, ICC(1) uses the mean group size of the unbalanced analysis of
    variance and ICC(2,k) the variances of `calibrate`. Alpha is
    :math:`1 - D_o/D_e` on squared differences [2]_, and
    :math:`W = 12 S / (k^2 (n^3 - n) - k T)` with the correction T for ties
    [3]_.

    References
    ----------
    .. [1] Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations.
       *Psychological Bulletin* 86, 420-428; intervals: McGraw, K. O. and Wong,
       S. P. (1996). *Psychological Methods* 1, 30-46.
    .. [2] Krippendorff, K. (2004). *Content Analysis*, 2nd ed., ch. 11. Sage.
    .. [3] Kendall, M. G. (1948). *Rank Correlation Methods*, ch. 6. Griffin.

    Examples
    --------
    >>> from numpy.random import default_rng
    >>> a = agreement(
    ...     [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [1, 2, 3, 4, 5, 6], rng=default_rng(1)
    ... )
    >>> round(a.icc1.value, 4), a.w.value
    (0.8824, 1.0)
    """
    if not 0 < number("level", level) < 1:
        raise ValueError(f"level is {level}, must be between 0 and 1")
    draws = count("draws", draws)
    panel = panel_of(entry, reader, points)
    return Agreement(
        icc1=icc1(panel, level, draws, rng),
        icc2k=icc2k(panel, level, draws, rng),
        alpha=alpha(panel, level, draws, rng),
        w=concordance(panel, level, draws, rng),
        readings=float(panel.count.size / (1.0 / panel.count).sum()),
    )
