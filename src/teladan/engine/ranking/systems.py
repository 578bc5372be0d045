"""The equations of the readers that are left once the entries are absorbed: A x = b.

`Dense` factors A and is exact; its work grows with the cube of the readers. `Krylov` only
multiplies with A, which has few entries other than zero: thousands of readers cost seconds.
Both answer the same four questions.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from teladan.engine.errors import NotConverged

__all__ = ["Dense", "Krylov", "System"]

Floats = NDArray[np.float64]

# Random signs that estimate log determinants and variances. They belong to the method, not to
# chance: every call uses the same ones, which keeps the likelihood a smooth function.
PROBES, SIGNS_OF = 32, 20181
# Columns worked on at a time: enough for full speed, few enough for memory.
BLOCK = 16
STEPS = 400
SHARP, ROUGH = 1e-11, 1e-4


class System(Protocol):
    """What is asked of the readers' equations."""

    def solve(self, right: Floats) -> Floats:
        """Return x with A x = right, shape (E, m)."""

    def log_determinant(self) -> float:
        """Return log |A|."""

    def coloured(self, noise: Floats) -> Floats:
        """Turn white noise (E, m) into draws with covariance 1 / A."""

    def variances(self, loads: Any) -> tuple[Floats, Floats]:
        """Return the diagonal of 1 / A, and u' (1 / A) u for each row u of sparse `loads`."""


class Dense:
    """Cholesky's factor of the whole matrix."""

    def __init__(self, matrix: Any) -> None:
        from scipy import linalg

        self.root = linalg.cholesky(matrix.toarray(), lower=True, check_finite=False)

    def solve(self, right: Floats) -> Floats:
        """Return x with A x = right."""
        from scipy import linalg

        answer: Floats = linalg.cho_solve((self.root, True), right, check_finite=False)
        return answer

    def log_determinant(self) -> float:
        """Return log |A|."""
        return float(2.0 * np.log(np.diag(self.root)).sum())

    def coloured(self, noise: Floats) -> Floats:
        """Turn white noise into draws with covariance 1 / A."""
        from scipy import linalg

        drawn: Floats = linalg.solve_triangular(self.root.T, noise, lower=False, check_finite=False)
        return drawn

    def variances(self, loads: Any) -> tuple[Floats, Floats]:
        """Return the diagonal of 1 / A, and u' (1 / A) u for each row u."""
        inverse = self.solve(np.eye(self.root.shape[0]))
        carried = np.empty(loads.shape[0])
        for start in range(0, carried.size, 4096):
            rows = loads[start : start + 4096]
            carried[start : start + 4096] = rows.multiply(rows @ inverse).sum(axis=1)
        return np.diag(inverse).copy(), carried


class Krylov:
    r"""Functions of the matrix from its products with vectors (Lanczos).

    With ``A = D^(1/2) B D^(1/2)`` and D the diagonal, *k* products give a tridiagonal T
    with ``f(B) z = |z| V f(T) e1`` nearly exact once *k* is a few times the square root
    of B's condition: 10 to 30 for panels as they are.
    """

    def __init__(self, matrix: Any) -> None:
        from scipy import sparse

        self.diagonal: Floats = matrix.diagonal()
        self.scale: Floats = 1.0 / np.sqrt(self.diagonal)
        sides = sparse.diags_array(self.scale)
        self.matrix: Any = (sides @ matrix @ sides).tocsr()

    def solve(self, right: Floats) -> Floats:
        """Return x with A x = right."""
        return self._applied(lambda values: 1.0 / values, self.scale[:, None] * right, SHARP)

    def log_determinant(self) -> float:
        """Return log |A| by stochastic Lanczos quadrature."""
        total = 0.0
        for start in range(0, PROBES, BLOCK):
            signs = self._signs(start)
            _, values, vectors = self._lanczos(signs, ROUGH)
            total += float((np.log(values) * vectors[:, 0, :] ** 2).sum())
        return float(np.log(self.diagonal).sum()) + total * self.diagonal.size / PROBES

    def coloured(self, noise: Floats) -> Floats:
        """Turn white noise into draws with covariance 1 / A."""
        return self._applied(lambda values: 1.0 / np.sqrt(values), noise, ROUGH)

    def variances(self, loads: Any) -> tuple[Floats, Floats]:
        """Estimate the diagonal of 1 / A, and u' (1 / A) u for each row u.

        From random signs. What D alone would give is known exactly, so only the
        difference is estimated: a few per cent of a few per cent.
        """
        squares, carried = np.zeros(self.diagonal.size), np.zeros(loads.shape[0])
        probes = 8 * PROBES
        for start in range(0, probes, BLOCK):
            signs = self._signs(start)
            drawn, plain = self.coloured(signs), self.scale[:, None] * signs
            squares += (drawn**2 - plain**2).sum(axis=1) / probes
            carried += ((loads @ drawn) ** 2 - (loads @ plain) ** 2).sum(axis=1) / probes
        floor = 1.0 / self.diagonal
        known = loads.power(2) @ floor
        return np.maximum(floor + squares, floor), np.maximum(known + carried, 0.1 * known)

    def _signs(self, start: int) -> Floats:
        dice = np.random.default_rng([SIGNS_OF, start])
        return 2.0 * dice.integers(0, 2, size=(self.diagonal.size, BLOCK)).astype(np.float64) - 1.0

    def _applied(
        self, function: Callable[[Floats], Floats], block: Floats, tolerance: float
    ) -> Floats:
        """Return D^(-1/2) f(B) block."""
        answer = np.empty(block.shape)
        for start in range(0, block.shape[1], BLOCK):
            some = block[:, start : start + BLOCK]
            basis, values, vectors = self._lanczos(some, tolerance)
            weight = np.einsum("mij,mj->im", vectors, function(values) * vectors[:, 0, :])
            weight *= np.linalg.norm(some, axis=0)
            out = sum(each * w for each, w in zip(basis, weight, strict=True))
            answer[:, start : start + BLOCK] = self.scale[:, None] * out
        return answer

    def _lanczos(self, block: Floats, tolerance: float) -> tuple[list[Floats], Floats, Floats]:
        """Return the bases, and the eigenvalues (m, k) and eigenvectors (m, k, k) of each T."""
        now = block / np.maximum(np.linalg.norm(block, axis=0), 1e-300)
        before, beta = np.zeros_like(now), np.zeros(now.shape[1])
        basis: list[Floats] = []
        main: list[Floats] = []
        off: list[Floats] = []
        while len(basis) < STEPS:
            basis.append(now)
            ahead = self.matrix @ now - beta * before
            alpha = np.einsum("em,em->m", ahead, now)
            ahead -= alpha * now
            beta = np.linalg.norm(ahead, axis=0)
            # A column that has seen all of its space goes on as zeros, apart from the rest of T.
            over = beta < 1e-13
            beta = np.where(over, 0.0, beta)
            main.append(np.where(alpha == 0.0, 1.0, alpha))
            before, now = now, ahead / np.where(over, np.inf, beta)
            if len(basis) % 4 == 0 or over.all():
                values, vectors = _eigen(main, off)
                last = np.einsum("mj,mj->m", vectors[:, -1, :], vectors[:, 0, :] / values)
                if (np.abs(beta * last) <= tolerance).all():
                    return basis, values, vectors
            off.append(beta)
        raise NotConverged(
            f"the readers' equations are not solved after {STEPS} steps: "
            "the panel hardly hangs together"
        )


def _eigen(main: list[Floats], off: list[Floats]) -> tuple[Floats, Floats]:
    size = len(main)
    stacked = np.zeros((main[0].size, size, size))
    stacked[:, np.arange(size), np.arange(size)] = np.array(main).T
    if size > 1:
        step = np.arange(size - 1)
        stacked[:, step, step + 1] = stacked[:, step + 1, step] = np.array(off[: size - 1]).T
    values, vectors = np.linalg.eigh(stacked)
    return np.maximum(values, 1e-12), vectors
