"""The mixed model behind calibration: entries and readers as crossed random effects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.errors import NotConverged
from teladan.engine.ranking.systems import Dense, Krylov, System

__all__ = ["Fit", "Mixture"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Ratios of a variance to the residual variance outside these bounds are 0 or infinite in practice.
LOWEST, HIGHEST = 1e-9, 1e8
# Up to so many readers the exact system is the faster one, too.
EXACT = 1000


@dataclass(frozen=True, slots=True)
class Fit:
    """One solution of the model, variances in units of the points squared.

    `system` are the readers' equations (None without a variance of readers),
    `lean` how strongly each reader hangs on the level, `certainty` how well the
    level is known, both relative to the residual variance.
    """

    ratio_entry: float
    ratio_reader: float
    residual: float
    deviance: float
    level: float
    reader: Floats
    entry: Floats
    shrink: Floats
    system: System | None
    lean: Floats
    certainty: float


class Mixture:
    r"""Readings ``y = level + slope * entry + reader + noise`` with the entries absorbed.

    Entries given the rest are independent, so they are eliminated one by one
    and what is left is a system of size E + 1 whatever the number of entries.
    """

    def __init__(
        self,
        entry: Ints,
        reader: Ints,
        y: Floats,
        slope: Floats,
        precision: Floats,
        *,
        exact: int | None = None,
    ) -> None:
        from scipy import sparse

        self.n, self.P, self.E = y.size, int(entry.max()) + 1, int(reader.max()) + 1
        self.exact = (EXACT if exact is None else exact) >= self.E
        self.entry, self.reader, self.y = entry, reader, y
        self.slope, self.precision = slope, precision
        pull = precision * slope
        self.pull: Any = sparse.csr_array((pull, (entry, reader)), shape=(self.P, self.E))
        self.pulled: Any = self.pull.T.tocsr()
        self.mass: Floats = np.bincount(entry, pull * slope, self.P).astype(np.float64)
        self.height = np.bincount(entry, pull, self.P)
        self.sums = np.bincount(entry, pull * y, self.P)
        self.by_reader = np.bincount(reader, precision, self.E)
        self.reader_sums = np.bincount(reader, precision * y, self.E)
        self.squares = float(precision @ (y * y))
        self.log_precision = float(np.log(precision).sum())

    def system(self, shrink: Floats, ratio_reader: float) -> System:
        """Return the readers' equations, the level taken as known."""
        from scipy import sparse

        weighted = sparse.diags_array(shrink) @ self.pull
        own = sparse.diags_array(self.by_reader + 1.0 / ratio_reader)
        matrix = (own - self.pulled @ weighted).tocsr()
        return Dense(matrix) if self.exact else Krylov(matrix)

    def fit(self, ratio_entry: float, ratio_reader: float) -> Fit:
        """Solve for given variance ratios; `deviance` is -2 log restricted likelihood."""
        shrink: Floats = ratio_entry / (1.0 + ratio_entry * self.mass)
        certainty = float(self.precision.sum() - shrink @ self.height**2)
        level_right = float(self.precision @ self.y - shrink @ (self.height * self.sums))
        spread = np.log1p(ratio_entry * self.mass).sum() - self.log_precision
        system, reader, lean = None, np.zeros(self.E), np.zeros(self.E)
        right = np.zeros(self.E)
        if ratio_reader > 0:
            system = self.system(shrink, ratio_reader)
            right = self.reader_sums - self.pulled @ (shrink * self.sums)
            tie = self.by_reader - self.pulled @ (shrink * self.height)
            reader, lean = system.solve(np.column_stack([right, tie])).T
            certainty -= float(tie @ lean)
            level_right -= float(tie @ reader)
            spread += system.log_determinant() + self.E * np.log(ratio_reader)
        # Far out, rounding must not turn what is nearly nothing into less than nothing.
        certainty = max(certainty, 1e-15 * float(self.precision.sum()))
        level = level_right / certainty
        quadratic = self.squares - shrink @ self.sums**2 - right @ reader - level * level_right
        reader = reader - lean * level
        freedom = self.n - 1
        residual = max(float(quadratic) / freedom, 1e-14)
        spread += np.log(certainty)
        return Fit(
            ratio_entry=ratio_entry,
            ratio_reader=ratio_reader,
            residual=residual,
            deviance=float(freedom * (np.log(2 * np.pi * residual) + 1.0) + spread),
            level=level,
            reader=reader,
            entry=shrink * (self.sums - self.height * level - self.pull @ reader),
            shrink=shrink,
            system=system,
            lean=lean,
            certainty=certainty,
        )

    def errors(self, fit: Fit) -> tuple[Floats, Floats]:
        """Return standard errors of entries (beside each other) and of readers."""
        own, carried = np.zeros(self.E), np.zeros(self.P)
        if fit.system is not None:
            own, carried = fit.system.variances(self.pull)
            own += fit.lean**2 / fit.certainty
        carried += (self.height - self.pull @ fit.lean) ** 2 / fit.certainty
        entry = fit.residual * (fit.shrink + fit.shrink**2 * carried)
        return np.sqrt(entry), np.sqrt(fit.residual * own)

    def estimate(
        self, *, entries_tell: bool = True, tick: Callable[[], None] = lambda: None
    ) -> tuple[Fit, Fit]:
        """Return the best fit with and the best without a variance of readers.

        With `entries_tell` false (nobody was read twice) the data can't part an
        entry from the noise of its one reading: equal shares are assumed.
        `tick` is called after every look at the likelihood.
        """
        if not entries_tell:
            return self._search(lambda r: (1.0, float(r[0])), 1, tick), self.fit(1.0, 0.0)
        without = self._search(lambda r: (float(r[0]), 0.0), 1, tick)
        if self.E == 1:
            return without, without
        return self._search(lambda r: (float(r[0]), float(r[1])), 2, tick), without

    def _search(
        self, ratios: Callable[[Floats], tuple[float, float]], free: int, tick: Callable[[], None]
    ) -> Fit:
        """Go downhill from the best of a few starts, in logarithms of the ratios."""
        from scipy import optimize

        low, high = np.log(LOWEST), np.log(HIGHEST)

        def deviance(x: Floats) -> float:
            tick()
            try:
                return self.fit(*ratios(np.exp(np.clip(x, low, high)))).deviance
            except NotConverged:  # far out, where no panel is; the last fit below must succeed
                return np.inf

        corners = np.array(np.meshgrid(*[[-3.0, 0.0, 3.0]] * free)).reshape(free, -1).T
        starts = [*corners] if self.exact else [np.zeros(free)]
        start = min(starts, key=deviance)
        # Far finer than the data can tell: logarithms of ratios are known to about sqrt(2 / E).
        near, flat = (1e-6, 1e-7) if self.exact else (1e-4, 1e-4)
        best = optimize.minimize(
            deviance,
            start,
            method="Nelder-Mead",
            bounds=[(low, high)] * free,
            options={
                "xatol": near,
                "fatol": flat,
                "maxiter": 2000,
                "initial_simplex": start + np.vstack([np.zeros(free), np.eye(free)]),
            },
        ).x
        return self.fit(*ratios(np.exp(best)))
