"""Readings as the measures of agreement need them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.inputs import readings

__all__ = ["Measure", "Panel", "bootstrap", "middle", "panel_of", "undefined"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its interval; all three are NaN where it is not defined.

    Attributes
    ----------
    value, low, high : float
        Estimate and interval at the level asked for.
    how : str
        How the interval was found, or why there is no figure.
    """

    value: float
    low: float
    high: float
    how: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Hold readings, centred; `table` (P, E) if everybody read everything."""

    entry: Ints
    reader: Ints
    y: Floats
    count: Floats
    sums: Floats
    squares: Floats
    table: Floats | None


def panel_of(entry: ArrayLike, reader: ArrayLike, points: ArrayLike) -> Panel:
    """Check readings and gather what every measure needs."""
    p, entries, r, readers, y = readings(entry, reader, points)
    y = y - y.mean()
    table = None
    if y.size == entries * readers:
        table = np.empty((entries, readers))
        table[p, r] = y
    return Panel(
        entry=p,
        reader=r,
        y=y,
        count=np.bincount(p).astype(np.float64),
        sums=np.bincount(p, y).astype(np.float64),
        squares=np.bincount(p, y * y).astype(np.float64),
        table=table,
    )


def undefined(why: str) -> Measure:
    """Return the measure that is not defined, with the reason."""
    return Measure(np.nan, np.nan, np.nan, why)


def bootstrap(
    value: float,
    stats: Floats,
    measure: Callable[[Floats], Floats],
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> Measure:
    """Percentile interval over samples of entries with replacement."""
    n = stats.shape[0]
    if n < 3:
        return Measure(value, np.nan, np.nan, "fewer than three entries: no interval")
    sampled = np.concatenate(
        [
            rng.multinomial(n, np.full(n, 1.0 / n), size=min(100, draws - start)) @ stats
            for start in range(0, draws, 100)
        ]
    )
    return Measure(value, *middle(measure(sampled), level), "bootstrap of entries")


def middle(found: Floats, level: float) -> tuple[float, float]:
    """Return the ends of the middle of what was drawn; what is not defined is left out."""
    tails = (1.0 - level) / 2.0
    low, high = np.nanquantile(found, [tails, 1.0 - tails])
    return float(low), float(high)
