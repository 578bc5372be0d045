"""Correcting points for severe and lenient readers, with honest uncertainty."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import count, number, readings
from teladan.engine.ranking.caveats import components_of, notes_of
from teladan.engine.ranking.chances import chances
from teladan.engine.ranking.mixture import Fit, Mixture
from teladan.engine.ranking.scales import scales

__all__ = ["Calibration", "calibrate"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Points corrected for readers, and how far they can be trusted.

    Attributes
    ----------
    raw : ndarray of float64, shape (P,)
        Mean of the points each entry was given.
    adjusted : ndarray of float64, shape (P,)
        Best prediction of what all readers together would have given: freed of
        the severity of its readers and drawn to the mean where readings are few.
    se : ndarray of float64, shape (P,)
        Standard error of `adjusted` beside other entries. What all entries
        share (the level of the whole panel) changes no place and is left out.
    severity, severity_se : ndarray of float64, shape (E,)
        Points a reader takes off (positive is severe, negative lenient), and
        the standard error.
    noise : ndarray of float64, shape (E,)
        Standard deviation of each reader's readings around their expectation.
    slope : ndarray of float64, shape (E,)
        How strongly each reader spreads entries; 1 is as the panel does.
    level : float
        Mean over all entries and readers.
    sd_entry, sd_reader, sd_residual : float
        Standard deviations of true differences, of severity, of the rest.
    p_no_severity : float
        Chance of data this uneven if all readers were equally severe.
    components, reader_components : ndarray of int64, shapes (P,) and (E,)
        Numbers of the groups that no shared reader connects. Entries in
        different groups are not compared.
    rank_interval : ndarray of int64, shape (P, 2)
        Places between which the entry stands with a chance of 95 %, counted
        within its component.
    chance : dict of int to ndarray of float64, shape (P,)
        ``chance[k]``: probability of belonging to the best `k`. NaN if the
        panel falls into several components.
    entry, reader : ndarray of int64, shape (n,)
        The readings that were calibrated.
    notes : tuple of str
        What a careful reader of these numbers has to know.
    """

    raw: Floats
    adjusted: Floats
    se: Floats
    severity: Floats
    severity_se: Floats
    noise: Floats
    slope: Floats
    level: float
    sd_entry: float
    sd_reader: float
    sd_residual: float
    p_no_severity: float
    components: Ints
    reader_components: Ints
    rank_interval: Ints
    chance: dict[int, Floats]
    entry: Ints
    reader: Ints
    notes: tuple[str, ...]


def calibrate(
    entry: ArrayLike,
    reader: ArrayLike,
    points: ArrayLike,
    *,
    scale: bool = False,
    draws: int = 4000,
    top: Sequence[int] = (99, 40),
    rng: np.random.Generator,
    progress: Callable[[float], None] | None = None,
) -> Calibration:
    r"""Part what an entry is worth from who happened to read it.

    Parameters
    ----------
    entry, reader : array_like of int, shape (n,)
        Who read what, as positions 0 to P - 1 and 0 to E - 1, each used.
    points : array_like, shape (n,)
        Points of each reading.
    scale : bool, default False
        Also estimate how widely and how noisily each reader marks.
    draws : int, default 4000
        Draws from the joint posterior for rank intervals and chances.
    top : sequence of int, default (99, 40)
        Sizes of the lists whose chances are wanted.
    rng : numpy.random.Generator
        The dice.
    progress : callable, optional
        Called with the share done; an exception it raises ends the work.

    Returns
    -------
    Calibration

    Raises
    ------
    ValueError
        If arrays are empty, malformed or of different length, a position is
        never used, somebody reads an entry twice, or `draws` or `top` < 1.
    NotConverged
        If thousands of readers hardly share an entry and differ beyond measure.

    Notes
    -----
    :math:`t_{pr} = \mu + \theta_p + b_r + e_{pr}` with entries, readers and
    errors normal around zero. Variances maximise the restricted likelihood
    [1]_; :math:`\theta` and :math:`b` are their conditional means, so a
    correction is never larger than the evidence for it. `p_no_severity` is the
    likelihood-ratio test of :math:`\sigma_b = 0`, half its asymptotic mass
    at zero. The posterior is conditional on the variances, which understates
    uncertainty for fewer than about ten readers.

    Above 1,000 readers variances are found to one part in a thousand and
    standard errors to three in a hundred instead of exactly [2]_; rank
    intervals of more than 12,500 entries come from fewer draws (500 or more).

    References
    ----------
    .. [1] Patterson, H. D. and Thompson, R. (1971). Recovery of inter-block
       information when block sizes are unequal. *Biometrika* 58, 545-554.
    .. [2] Golub, G. H. and Meurant, G. (2010). *Matrices, Moments and
       Quadrature with Applications*, ch. 11. Princeton.

    Examples
    --------
    >>> from numpy.random import default_rng
    >>> c = calibrate(
    ...     [0, 0, 1, 1, 2, 2],
    ...     [0, 1, 1, 2, 2, 0],
    ...     [80, 84, 74, 69, 81, 90],
    ...     top=(1,),
    ...     rng=default_rng(1),
    ... )
    >>> int(c.adjusted.argmax())
    2
    """
    p, _, r, _, y = readings(entry, reader, points)
    tops = _positive(draws, top)
    report = progress or (lambda share: None)
    middle, spread = float(y.mean()), float(y.std())
    if spread <= 1e-12 * max(1.0, abs(middle)):
        return _constant(p, r, y, tops)
    looks = itertools.count(1)
    # Nobody knows how many looks at the likelihood it takes: a share that slows down.
    found = _estimate(
        p, r, (y - middle) / spread, scale, tick=lambda: report(0.4 - 0.4 * 0.985 ** next(looks))
    )
    report(0.4)
    components, reader_components = components_of(p, r)
    rank_interval, chance = chances(
        found.model,
        found.fit,
        components,
        draws=draws,
        top=tops,
        rng=rng,
        progress=lambda share: report(0.4 + 0.6 * share),
    )
    fit = found.fit
    se, severity_se = found.model.errors(fit)
    of_rest, of_entry, of_reader = (
        spread * float(np.sqrt(fit.residual * ratio))
        for ratio in (1.0, fit.ratio_entry, fit.ratio_reader)
    )
    return Calibration(
        raw=np.bincount(p, y) / np.bincount(p),
        adjusted=middle + spread * (fit.level + fit.entry),
        se=spread * se,
        severity=0.0 - spread * fit.reader,
        severity_se=spread * severity_se,
        noise=of_rest * np.sqrt(found.variance),
        slope=found.slope,
        level=middle + spread * fit.level,
        sd_entry=of_entry,
        sd_reader=of_reader,
        sd_residual=of_rest,
        p_no_severity=found.p_no_severity,
        components=components,
        reader_components=reader_components,
        rank_interval=rank_interval,
        chance=chance,
        entry=p,
        reader=r,
        notes=notes_of(found.model, fit, components, found.again),
    )


@dataclass(frozen=True, slots=True)
class _Estimate:
    """The model at its most likely variances; `again` if an entry was read twice."""

    model: Mixture
    fit: Fit
    slope: Floats
    variance: Floats
    p_no_severity: float
    again: bool


def _estimate(p: Ints, r: Ints, z: Floats, scale: bool, tick: Callable[[], None]) -> _Estimate:
    again = bool((np.bincount(p) > 1).any())
    model = Mixture(p, r, z, np.ones(z.size), np.ones(z.size))
    fit, without = model.estimate(entries_tell=again, tick=tick)
    chance = _no_severity(fit, without)
    if fit.deviance >= without.deviance - 1e-9:
        fit = without
    slope, variance = np.ones(model.E), np.ones(model.E)
    if scale and again:
        model, fit, slope, variance = scales(model, fit, tick)
    return _Estimate(model, fit, slope, variance, chance, again)


def _positive(draws: int, top: Sequence[int]) -> tuple[int, ...]:
    count("draws", draws)
    for k in top:
        if number("top", k) < 1:
            raise ValueError(f"top has {k}, must be at least 1")
    return tuple(count("top", k) for k in top)


def _no_severity(fit: Fit, without: Fit) -> float:
    from scipy import special

    ratio = without.deviance - fit.deviance
    return 1.0 if ratio <= 1e-9 else float(0.5 * special.chdtrc(1, ratio))


def _constant(p: Ints, r: Ints, y: Floats, top: tuple[int, ...]) -> Calibration:
    components, readers = components_of(p, r)
    raw = np.bincount(p, y) / np.bincount(p)
    entries, size = raw.size, readers.size
    whole = components.max() == 0
    return Calibration(
        raw=raw,
        adjusted=raw.copy(),
        se=np.zeros(entries),
        severity=np.zeros(size),
        severity_se=np.zeros(size),
        noise=np.zeros(size),
        slope=np.ones(size),
        level=float(raw.mean()),
        sd_entry=0.0,
        sd_reader=0.0,
        sd_residual=0.0,
        p_no_severity=1.0,
        components=components,
        reader_components=readers,
        rank_interval=np.column_stack(
            [np.ones(entries, dtype=np.int64), np.bincount(components)[components]]
        ),
        chance={k: np.full(entries, min(k / entries, 1.0) if whole else np.nan) for k in top},
        entry=p,
        reader=r,
        notes=("All points are equal: these marks tell no entry from another.",),
    )
