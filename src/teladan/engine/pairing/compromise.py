"""Between stable and optimal: the largest total in which quarrels weigh."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.blocking import blocking_pairs
from teladan.engine.pairing.market import Market
from teladan.engine.pairing.optimum import largest_total
from teladan.engine.pairing.result import Blocking, Compromise

__all__ = ["compromise"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Flows solved: while the donors' wishes are weighed, and while blocking pairs are.
WEIGHINGS, ROUNDS = 8, 10
# Donors' wishes are tried from this weight on, beside scores of the same height.
LIGHT = 0.05
# A blocking pair gets a part of its regret on top, and at least so much of the largest score.
STEP, LEAST = 0.5, 0.01


def compromise(
    market: Market, near: float, best: Flags, stable: Flags | None, report: Callable[[float], None]
) -> tuple[Floats | None, tuple[Compromise, ...]]:
    """Return the values whose largest total reaches `near` with few blocking pairs.

    First the donors' scores join the needs', as heavily as `near` allows. Then
    blocking pairs gain value by their regret, round by round. None stands for the
    stable pairing itself, where it is near enough.
    """
    search = _Search(market, near, best, report)
    if stable is not None and search.look(stable, None, 0.0):
        return search.result()
    search.attempt(market.score, 0.0)
    heaviest = search.weigh_donors()
    for weight in dict.fromkeys((heaviest, heaviest / 2)):
        search.weigh_quarrels(weight)
    return search.result()


class _Search:
    """Points tried so far, and the best of them."""

    def __init__(
        self, market: Market, near: float, best: Flags, report: Callable[[float], None]
    ) -> None:
        self.market, self.near, self.report = market, near, report
        self.kept = float(np.nansum(market.kept_score))
        self.optimum = self.kept + float(market.score[best].sum())
        self.largest = float(market.score.max(initial=0.0))
        most = float(market.donor.max(initial=0.0))
        self.donor = market.donor * (self.largest / most if most > 0 else 0.0)
        self.code = market.i * market.M + market.j
        self.tried: list[Compromise] = []
        self.best: tuple[tuple[float, ...], Floats | None, Compromise] | None = None

    def look(self, chosen: Flags, values: Floats | None, weight: float) -> bool:
        """Judge a pairing; return whether its total is near enough."""
        total = self.kept + float(self.market.score[chosen].sum())
        self.blocking: Blocking = blocking_pairs(self.market, chosen)
        regret = self.blocking.regret
        point = Compromise(
            weight,
            total / self.optimum if self.optimum > 0 else 1.0,
            int(regret.size),
            float(regret.max(initial=0.0)),
        )
        self.tried.append(point)
        enough = point.share >= self.near
        merit: tuple[float, ...] = (1.0, -point.blocking, -point.regret, point.share)
        if not enough:
            merit = (0.0, point.share, -point.blocking)
        if self.best is None or merit > self.best[0]:
            self.best = merit, values, point
        self.report(min(len(self.tried) / (WEIGHINGS + 2 * ROUNDS), 1.0))
        return enough

    def attempt(self, values: Floats, weight: float) -> bool:
        """Solve for these values and judge."""
        return self.look(largest_total(replace(self.market, score=values)), values, weight)

    def weigh_donors(self) -> float:
        """Return the heaviest weight of the donors' scores found that is near enough."""
        if np.array_equal(self.donor, self.market.score):
            return 0.0
        low, high, weight = 0.0, np.inf, LIGHT
        for _ in range(WEIGHINGS):
            if self.attempt(self.market.score + weight * self.donor, weight):
                low = weight
            else:
                high = weight
            weight = 2 * low if np.isinf(high) else (low + high) / 2
        return low

    def weigh_quarrels(self, weight: float) -> None:
        """Add to the value of blocking pairs as long as the total stays near enough."""
        values, step = self.market.score + weight * self.donor, STEP
        self.attempt(values, weight)
        good = self.blocking
        for _ in range(ROUNDS):
            if good.regret.size == 0:
                return
            at = np.searchsorted(self.code, good.pairs[:, 0] * self.market.M + good.pairs[:, 1])
            dearer = values.copy()
            dearer[at] += step * np.maximum(good.regret, LEAST * self.largest)
            if self.attempt(dearer, weight):
                values, good = dearer, self.blocking
            else:
                step /= 2

    def result(self) -> tuple[Floats | None, tuple[Compromise, ...]]:
        """Return the values of the best point, and all points with the best one last."""
        if self.best is None:
            raise RuntimeError("nothing was tried")
        _, values, point = self.best
        others = [each for each in self.tried if each is not point]
        return values, (*others, point)
