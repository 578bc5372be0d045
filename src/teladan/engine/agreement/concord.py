"""Krippendorff's alpha and Kendall's W."""

import numpy as np
from numpy.typing import NDArray

from teladan.engine.agreement.panel import Measure, Panel, bootstrap, middle, undefined

__all__ = ["alpha", "concordance"]

Floats = NDArray[np.float64]


def alpha(panel: Panel, level: float, draws: int, rng: np.random.Generator) -> Measure:
    """Return Krippendorff's alpha for interval data."""
    several = panel.count > 1
    count, sums, squares = (x[several] for x in (panel.count, panel.sums, panel.squares))
    apart = 2.0 * (count * squares - sums**2) / (count - 1.0)
    stats = np.column_stack([count, sums, squares, apart])
    value = float(_alpha_of(stats.sum(axis=0)[None])[0])
    if np.isnan(value):
        return undefined("needs an entry read twice, and points that differ")
    return bootstrap(value, stats, _alpha_of, level, draws, rng)


def _alpha_of(sums: Floats) -> Floats:
    """Krippendorff's alpha from column sums over units, one row a sample."""
    n, total, squares, apart = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = apart / n
        expected = 2.0 * (n * squares - total**2) / (n * (n - 1.0))
        answer: Floats = np.where(expected > 1e-12 * squares / n, 1.0 - observed / expected, np.nan)
    return answer


def concordance(panel: Panel, level: float, draws: int, rng: np.random.Generator) -> Measure:
    """Return Kendall's W."""
    if panel.table is None:
        return undefined("not every reader read every entry")
    n, k = panel.table.shape
    value = float(_concordance_of(panel.table[None])[0])
    if n < 2 or k < 2 or np.isnan(value):
        return undefined("needs two entries, two readers, and points that differ")
    if n < 3:
        return Measure(value, np.nan, np.nan, "fewer than three entries: no interval")
    found = np.concatenate(
        [_concordance_of(panel.table[rng.integers(n, size=(1, n))]) for _ in range(draws)]
    )
    return Measure(value, *middle(found, level), "bootstrap of entries")


def _concordance_of(tables: Floats) -> Floats:
    """Kendall's W with ties, for tables of shape (samples, entries, readers)."""
    from scipy import stats

    n, k = tables.shape[1:]
    ranks = stats.rankdata(tables, axis=1)
    sums = ranks.sum(axis=2)
    apart = ((sums - sums.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    # Sum of t^3 - t over ties, from the ranks themselves: untied ranks have variance n (n^2-1)/12.
    squares = ((ranks - (n + 1) / 2.0) ** 2).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        answer: Floats = np.where(squares > 0, apart / (k * squares), np.nan)
    return answer
