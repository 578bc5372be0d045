"""Intraclass correlations: the share of differences that is due to the entries."""

import numpy as np
from numpy.typing import NDArray

from teladan.engine.agreement.panel import Measure, Panel, bootstrap, middle, undefined
from teladan.engine.ranking.mixture import LOWEST, Mixture

__all__ = ["icc1", "icc2k"]

Floats = NDArray[np.float64]


def icc1(panel: Panel, level: float, draws: int, rng: np.random.Generator) -> Measure:
    """Return ICC(1): one-way analysis of variance."""
    stats = np.column_stack(
        [
            np.ones_like(panel.count),
            panel.count,
            panel.count**2,
            panel.sums,
            panel.sums**2 / panel.count,
            panel.squares,
        ]
    )
    value = float(_icc1_of(stats.sum(axis=0)[None])[0])
    if np.isnan(value):
        return undefined("needs two entries, an entry read twice, and points that differ")
    k = panel.count[0]
    if (panel.count == k).all():
        n, tails = panel.count.size, (1.0 - level) / 2.0
        ratio = (1.0 + (k - 1.0) * value) / (1.0 - value) if value < 1 else np.inf
        low = ratio / _f(1.0 - tails, n - 1, n * (k - 1))
        high = ratio * _f(1.0 - tails, n * (k - 1), n - 1)
        return Measure(value, _from_ratio(low, k), _from_ratio(high, k), "F distribution")
    return bootstrap(value, stats, _icc1_of, level, draws, rng)


def _icc1_of(sums: Floats) -> Floats:
    """Unbalanced one-way analysis of variance from column sums, one row a sample."""
    n, readings, squared, total, between, squares = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        b = (between - total**2 / readings) / (n - 1.0)
        w = np.maximum(squares - between, 0.0) / (readings - n)
        k = (readings - squared / readings) / (n - 1.0)
        answer: Floats = (b - w) / (b + (k - 1.0) * w)
    return answer


def _from_ratio(ratio: float, k: float) -> float:
    return 1.0 if np.isinf(ratio) else float((ratio - 1.0) / (ratio + k - 1.0))


def _f(share: float, above: float, below: float) -> float:
    from scipy import special

    return float(special.fdtri(above, below, share))


def icc2k(panel: Panel, level: float, draws: int, rng: np.random.Generator) -> Measure:
    """Return ICC(2,k): two-way, readers a sample of possible readers."""
    if panel.table is None:
        return _icc2k_incomplete(panel, level, draws, rng)
    n, k = panel.table.shape
    if n < 2 or k < 2:
        return undefined("needs two entries and two readers")
    rows, columns = panel.table.mean(axis=1), panel.table.mean(axis=0)
    rest = panel.table - rows[:, None] - columns + panel.table.mean()
    b = k * float(rows.var(ddof=1))
    j = n * float(columns.var(ddof=1))
    r = float((rest**2).sum()) / ((n - 1) * (k - 1))
    if b + (j - r) / n <= 0:
        return undefined("the points do not differ between entries")
    value = (b - r) / (b + (j - r) / n)
    single = (b - r) / (b + (k - 1) * r + k * (j - r) / n)
    if single >= 1.0:
        return Measure(1.0, 1.0, 1.0, "no disagreement")
    low, high = _mcgraw_wong(b, j, r, n, k, single, (1.0 - level) / 2.0)
    return Measure(value, _stepped_up(low, k), _stepped_up(high, k), "F distribution")


def _mcgraw_wong(
    b: float, j: float, r: float, n: int, k: int, single: float, tails: float
) -> tuple[float, float]:
    """Return the interval of ICC(2,1), with Satterthwaite's degrees of freedom."""
    x = k * single / (n * (1.0 - single))
    y = 1.0 + x * (n - 1)
    parts = (x * j) ** 2 / (k - 1) + (y * r) ** 2 / ((n - 1) * (k - 1))
    freedom = (x * j + y * r) ** 2 / parts if parts > 0 else 1.0
    f1, f2 = _f(1.0 - tails, n - 1, freedom), _f(1.0 - tails, freedom, n - 1)
    mixed = k * j + (k * n - k - n) * r
    low = n * (b - f1 * r) / (f1 * mixed + n * b)
    high = n * (f2 * b - r) / (mixed + n * f2 * b)
    return low, high


def _stepped_up(single: float, k: float) -> float:
    """Spearman and Brown: from one reading to the mean of k."""
    return k * single / (1.0 + (k - 1.0) * single)


def _icc2k_incomplete(panel: Panel, level: float, draws: int, rng: np.random.Generator) -> Measure:
    spread = float(panel.y.std())
    if panel.count.size < 2 or panel.count.max() < 2 or spread == 0.0:
        return undefined("needs two entries, an entry read twice, and points that differ")
    ones = np.ones(panel.y.size)
    model = Mixture(panel.entry, panel.reader, panel.y / spread, ones, ones)
    fit, without = model.estimate()
    k = panel.count.size / (1.0 / panel.count).sum()
    ratios = [fit.ratio_entry, fit.ratio_reader]
    if fit.deviance >= without.deviance - 1e-9:
        ratios = [without.ratio_entry]
    if ratios[0] < 10 * LOWEST:
        return Measure(0.0, 0.0, np.nan, "no differences between entries were found")
    logs = _spread_of_ratios(model, np.log(ratios), draws, rng)
    reader = logs[:, 1] if logs.shape[1] > 1 else np.full(draws, -np.inf)
    drawn = np.exp(logs[:, 0]) / (np.exp(logs[:, 0]) + (np.exp(reader) + 1.0) / k)
    value = ratios[0] / (ratios[0] + ((ratios[1] if len(ratios) > 1 else 0.0) + 1.0) / k)
    how = "restricted likelihood, normal on log ratios"
    return Measure(value, *middle(drawn, level), how)


def _spread_of_ratios(model: Mixture, best: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Draw logarithms of variance ratios from the curvature of the likelihood."""
    step = 0.05 * np.eye(best.size)

    def deviance(x: Floats) -> float:
        ratios = np.exp(x)
        return float(model.fit(ratios[0], ratios[1] if x.size > 1 else 0.0).deviance)

    bend = np.empty((best.size, best.size))
    for i in range(best.size):
        for j in range(best.size):
            corners = [
                a * b * deviance(best + a * step[i] + b * step[j]) for a in (1, -1) for b in (1, -1)
            ]
            bend[i, j] = sum(corners) / (4 * 0.05**2)
    # Where the likelihood is flat a ratio is unknown within several powers of ten.
    values, axes = np.linalg.eigh(bend / 2.0)
    scale = 1.0 / np.sqrt(np.maximum(values, 0.04))
    drawn: Floats = best + (rng.standard_normal((draws, best.size)) * scale) @ axes.T
    return drawn
