"""The mixed model behind calibration: entries and readers as crossed random effects."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fit", "Mixture"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Ratios of a variance to the residual variance outside these bounds are 0 or infinite in practice.
LOWEST, HIGHEST = 1e-9, 1e8


@dataclass(frozen=True, slots=True)
class Fit:
    """One solution of the model, variances in units of the points squared."""

    ratio_entry: float
    ratio_reader: float
    residual: float
    deviance: float
    level: float
    reader: Floats
    entry: Floats
    shrink: Floats
    root: Floats


class Mixture:
    r"""Readings ``y = level + slope * entry + reader + noise`` with the entries absorbed.

    Entries given the rest are independent, so they are eliminated one by one
    and what is left is a system of size E + 1 whatever the number of entries.
    """

    def __init__(
        self, entry: Ints, reader: Ints, y: Floats, slope: Floats, precision: Floats
    ) -> None:
        from scipy import sparse

        self.n, self.P, self.E = y.size, int(entry.max()) + 1, int(reader.max()) + 1
        self.entry, self.reader, self.y = entry, reader, y
        self.slope, self.precision = slope, precision
        pull = precision * slope
        self.pull: Any = sparse.csr_array((pull, (entry, reader)), shape=(self.P, self.E))
        self.mass: Floats = np.bincount(entry, pull * slope, self.P).astype(np.float64)
        self.height = np.bincount(entry, pull, self.P)
        self.sums = np.bincount(entry, pull * y, self.P)
        self.by_reader = np.bincount(reader, precision, self.E)
        self.reader_sums = np.bincount(reader, precision * y, self.E)
        self.squares = float(precision @ (y * y))
        self.log_precision = float(np.log(precision).sum())

    def system(self, ratio_entry: float, ratio_reader: float) -> tuple[Floats, Floats, Floats]:
        """Return matrix and right side for (level, readers), and the entries' shrinkage."""
        shrink: Floats = ratio_entry / (1.0 + ratio_entry * self.mass)
        right = np.empty(self.E + 1)
        right[0] = self.precision @ self.y - shrink @ (self.height * self.sums)
        right[1:] = self.reader_sums - self.pull.T @ (shrink * self.sums)
        matrix = np.empty((self.E + 1, self.E + 1))
        matrix[0, 0] = self.precision.sum() - shrink @ self.height**2
        matrix[0, 1:] = matrix[1:, 0] = self.by_reader - self.pull.T @ (shrink * self.height)
        weighted = self.pull.multiply(shrink[:, None])
        matrix[1:, 1:] = -(self.pull.T @ weighted).toarray()
        matrix[1:, 1:].flat[:: self.E + 1] += self.by_reader
        if ratio_reader > 0:
            matrix[1:, 1:].flat[:: self.E + 1] += 1.0 / ratio_reader
            return matrix, right, shrink
        return matrix[:1, :1], right[:1], shrink

    def fit(self, ratio_entry: float, ratio_reader: float) -> Fit:
        """Solve for given variance ratios; `deviance` is -2 log restricted likelihood."""
        from scipy import linalg

        matrix, right, shrink = self.system(ratio_entry, ratio_reader)
        root = linalg.cholesky(matrix, lower=True, check_finite=False)
        half = linalg.solve_triangular(root, right, lower=True, check_finite=False)
        answer = linalg.solve_triangular(root.T, half, lower=False, check_finite=False)
        quadratic = self.squares - shrink @ self.sums**2 - half @ half
        freedom = self.n - 1
        residual = max(float(quadratic) / freedom, 1e-14)
        spread = np.log1p(ratio_entry * self.mass).sum() - self.log_precision
        spread += 2.0 * np.log(np.diag(root)).sum()
        if ratio_reader > 0:
            spread += self.E * np.log(ratio_reader)
        reader = np.zeros(self.E)
        reader[: answer.size - 1] = answer[1:]
        entry = shrink * (self.sums - self.height * answer[0] - self.pull @ reader)
        return Fit(
            ratio_entry=ratio_entry,
            ratio_reader=ratio_reader,
            residual=residual,
            deviance=float(freedom * (np.log(2 * np.pi * residual) + 1.0) + spread),
            level=float(answer[0]),
            reader=reader,
            entry=entry,
            shrink=shrink,
            root=root,
        )

    def estimate(self, *, entries_tell: bool = True) -> tuple[Fit, Fit]:
        """Return the best fit with and the best without a variance of readers.

        With `entries_tell` false (nobody was read twice) the data can't part an
        entry from the noise of its one reading: equal shares are assumed.
        """
        from scipy import optimize

        low, high = np.log(LOWEST), np.log(HIGHEST)

        def search(ratios: Any, free: int) -> Fit:
            def deviance(x: Floats) -> float:
                return self.fit(*ratios(np.exp(x))).deviance

            grid = np.array(np.meshgrid(*[np.arange(-6.0, 7.0, 3.0)] * free)).reshape(free, -1).T
            start = min(grid, key=deviance)
            if free:
                start = optimize.minimize(
                    deviance,
                    start,
                    method="Nelder-Mead",
                    bounds=[(low, high)] * free,
                    options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 2000},
                ).x
            return self.fit(*ratios(np.exp(start)))

        if not entries_tell:
            return search(lambda r: (1.0, float(r[0])), 1), self.fit(1.0, 0.0)
        without = search(lambda r: (float(r[0]), 0.0), 1)
        if self.E == 1:
            return without, without
        return search(lambda r: (float(r[0]), float(r[1])), 2), without
