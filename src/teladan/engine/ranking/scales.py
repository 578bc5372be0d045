"""How widely and how noisily each reader marks, shrunk to the panel."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teladan.engine.ranking.mixture import Fit, Mixture

__all__ = ["scales"]

Floats = NDArray[np.float64]

ROUNDS = 12


def scales(
    model: Mixture, fit: Fit, tick: Callable[[], None]
) -> tuple[Mixture, Fit, Floats, Floats]:
    """Return model and fit with a slope and a relative noise variance for each reader.

    Expectation-maximisation: given the posterior of the entries, each reader's
    points are regressed on them. Slopes are drawn to 1 and variances to 1 with
    the strength that the differences between readers themselves suggest.
    """
    loads = np.bincount(model.reader, minlength=model.E).astype(float)
    slope, variance = np.ones(model.E), np.ones(model.E)
    spread = 0.04
    for turn in range(ROUNDS):
        theta = fit.entry[model.entry]
        doubt = fit.residual * fit.shrink[model.entry]
        rest = model.y - fit.level - fit.reader[model.reader]
        square = np.bincount(model.reader, theta**2 + doubt, model.E)
        cross = np.bincount(model.reader, rest * theta, model.E)
        precision = square / (fit.residual * variance) + 1.0 / spread
        slope = (cross / (fit.residual * variance) + 1.0 / spread) / precision
        spread = max(float(np.mean((slope - 1.0) ** 2 + 1.0 / precision)), 1e-6)
        a = slope[model.reader]
        errors = np.bincount(model.reader, (rest - a * theta) ** 2 + a**2 * doubt, model.E)
        variance = _shrunk(errors / fit.residual, loads)
        slope /= slope.mean()
        model = Mixture(
            model.entry, model.reader, model.y, slope[model.reader], 1.0 / variance[model.reader]
        )
        last = turn == ROUNDS - 1
        tick()
        fit = model.estimate(tick=tick)[0] if last else model.fit(fit.ratio_entry, fit.ratio_reader)
    return model, fit, slope, variance


def _shrunk(sums: Floats, loads: Floats) -> Floats:
    """Draw each reader's mean square to the common one, by how far they really differ."""
    each = sums / loads
    common = float(sums.sum() / loads.sum())
    expected = 2.0 * common**2 / loads
    real = float(np.mean((each - common) ** 2 - expected))
    # Moments of a scaled inverse chi-square: variance = 2 mean^2 / (strength - 4).
    strength = 1e6 if real <= 0 else min(2.0 * common**2 / real + 4.0, 1e6)
    drawn: Floats = (strength * common + sums) / (strength + loads)
    return drawn / float(drawn @ loads / loads.sum())
