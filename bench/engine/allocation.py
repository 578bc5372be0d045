"""Dividing a pot exactly, beside rounding in floats and beside Python's fractions.

Weights are simulated: whole numbers, floats of any length, floats over a hundred orders of
magnitude, and few different ones (ties everywhere). The pot is ten trillion rupiah.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from bench.engine.__main__ import cost_over_size
from bench.engine.frame import OURS, Bench
from teladan.engine.allocation import concentration, grades, improvement, min_max, share

POT = 10**13
SIZES = (514, 10_000, 100_000, 1_000_000)
# Fractions take a minute where we take milliseconds.
FEW = 10_000
BOUNDS = {"floor": 10**7, "cap": 10**9}


def weights(kind: str, n: int) -> Any:
    rng = np.random.default_rng(3)
    if kind == "whole numbers":
        return rng.integers(1, 10**6, n)
    if kind == "floats":
        return rng.lognormal(size=n)
    if kind == "floats from 1e-50 to 1e50":
        return 10.0 ** rng.uniform(-50, 50, n)
    return rng.choice(np.linspace(0.1, 9.9, 60), n)


KINDS = ("whole numbers", "floats", "floats from 1e-50 to 1e50", "sixty different floats")


def measure(bench: Bench) -> None:
    for n in SIZES[:2] if bench.quick else SIZES:
        for kind in KINDS:
            w = weights(kind, n)
            exact = share(POT, w)
            for who, way in WAYS.items():
                if who == "fractions" and n > FEW:
                    continue
                bench.run(
                    f"share, {kind}",
                    n,
                    lambda way=way, w=w: way(w),
                    who=who,
                    quality=lambda found, w=w, exact=exact: judged(found, w, exact),
                )
        if n <= 100_000:
            _bounded(bench, n)
        _formulas(bench, n)


def _bounded(bench: Bench, n: int) -> None:
    """With a floor and a cap, scaled so that the pot is as tight for any number."""
    pot = POT * n // 100_000
    for kind in KINDS:
        w = weights(kind, n)
        bench.run(
            f"share between bounds, {kind}",
            n,
            lambda w=w: share(pot, w, **BOUNDS),
            quality=lambda found: {"given": int(found.sum()) == pot},
        )


def _formulas(bench: Bench, n: int) -> None:
    rng = np.random.default_rng(4)
    points = rng.uniform(0, 100, n)
    bands = [(f"grade {k}", 92.0 - 8 * k) for k in range(11)] + [("last", 0.0)]
    after = points + rng.normal(size=n)
    calls: dict[str, Callable[[], Any]] = {
        "grades": lambda: grades(points, bands),
        "min_max": lambda: min_max(points),
        "improvement": lambda: improvement(points, after, target=100),
        "concentration": lambda: concentration(points),
    }
    for what, call in calls.items():
        bench.run(what, n, call)


def plot(results: dict[str, Any], axes: Any) -> None:
    cost_over_size(results, axes, "share, floats")


def rounded(w: Any) -> Any:
    """What a spreadsheet does: round each, and put the difference on the largest."""
    amounts = np.rint(POT * (w / w.sum())).astype(np.int64)
    amounts[np.argmax(w)] += POT - int(amounts.sum())
    return amounts


def by_fractions(w: Any) -> Any:
    """Largest remainders in Python's fractions."""
    exact = [Fraction(x) for x in w.tolist()]
    total = sum(exact)
    quotas = [POT * x / total for x in exact]
    whole = [int(q) for q in quotas]
    order = sorted(range(len(whole)), key=lambda i: (whole[i] - quotas[i], i))
    for i in order[: POT - sum(whole)]:
        whole[i] += 1
    return np.array(whole)


WAYS: dict[str, Callable[[Any], Any]] = {
    OURS: lambda w: share(POT, w),
    "rounding and a fix-up": rounded,
    "fractions": by_fractions,
}


def judged(found: Any, w: Any, exact: Any) -> dict[str, Any]:
    """Return who gets something else than by largest remainders, and the largest wrong."""
    wrong = np.abs(found - exact)
    ranked = found[np.argsort(-w, kind="stable")]
    return {
        "given": int(found.sum()) == POT,
        "others": int((wrong > 0).sum()),
        "most_rupiah": int(wrong.max()),
        "less_for_more": int((np.diff(ranked) > 0).sum()),
    }
