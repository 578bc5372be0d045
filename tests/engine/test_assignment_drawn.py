"""Perturbed maximisation: as random as quality, cap and loads allow."""

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from teladan.engine.assignment import assign
from teladan.engine.checking import check
from teladan.engine.errors import Infeasible

BIDS = Path(__file__).resolve().parents[3] / "shared/data/engine/aamas2015.in"


def dice(seed=7):
    return np.random.default_rng(seed)


def entropy_by_another_solver(affinity, demand, high, low, cap, least):
    """The greatest entropy from a general method that knows nothing of prices."""
    _entries, readers = affinity.shape

    def loads(x):
        return x.reshape(affinity.shape).sum(axis=0)

    answer = optimize.minimize(
        lambda x: (x * np.log(x)).sum(),
        np.full(affinity.size, demand / readers),
        jac=lambda x: np.log(x) + 1.0,
        bounds=[(1e-9, cap)] * affinity.size,
        constraints=[
            {"type": "eq", "fun": lambda x: x.reshape(affinity.shape).sum(axis=1) - demand},
            {"type": "ineq", "fun": lambda x: high - loads(x)},
            {"type": "ineq", "fun": lambda x: loads(x) - low},
            {"type": "ineq", "fun": lambda x: (x * affinity.ravel()).sum() - least},
        ],
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    assert answer.success
    return -answer.fun


@pytest.mark.parametrize("seed", range(6))
def test_the_entropy_equals_that_of_a_general_solver(seed):
    affinity = dice(seed).random((7, 5))
    limits = {"demand": 2, "max_load": 3, "min_load": [0, 1, 2, 3, 0]}
    best = assign(affinity, **limits, objective="total", rng=dice()).total
    cap, quality = (1.0, 0.95) if seed % 2 else (0.8, 0.85)

    found = assign(affinity, **limits, objective="perturbed", cap=cap, quality=quality, rng=dice())

    expected = entropy_by_another_solver(
        affinity, 2, 3, np.array(limits["min_load"]), cap, quality * best
    )
    assert found.entropy == pytest.approx(expected, abs=2e-3)
    assert found.entropy <= found.entropy_bound + 1e-9
    assert found.entropy_bound == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("quality", [0.3, 0.9, 0.97, 1.0])
@pytest.mark.parametrize("cap", [0.7, 1.0])
def test_probabilities_keep_quality_cap_loads_and_conflicts(quality, cap):
    rng = dice(3)
    affinity = rng.random((40, 12))
    limits = {
        "demand": rng.integers(0, 4, 40),
        "max_load": 8,
        "min_load": 2,
        "conflicts": rng.random((40, 12)) < 0.15,
    }
    asked = dict(limits, objective="perturbed", cap=cap, quality=quality)
    best = assign(affinity, **limits, objective="total", rng=dice()).total
    if cap < 1 and quality > 0.9:
        with pytest.raises(Infeasible, match=f"a quality of {quality} asks for"):
            assign(affinity, **asked, rng=dice())
        return

    found = assign(affinity, **asked, rng=dice())

    assert check(found.pairs, affinity, **limits, cap=cap, claims=found.claims()) == []
    chance = found.probabilities.toarray()
    assert (chance * affinity).sum() >= quality * best - 1.1e-4 * best
    assert found.entropy == pytest.approx(found.entropy_bound, rel=1e-3)


def test_kept_pairs_are_certain_and_the_rest_is_drawn():
    affinity = dice(4).random((10, 6))
    keep = [[0, 0], [1, 1]]

    found = assign(
        affinity, demand=2, max_load=5, keep=keep, objective="perturbed", cap=0.8, quality=0.8,
        rng=dice(),
    )  # fmt: skip

    chance = found.probabilities.toarray()
    assert chance[0, 0] == chance[1, 1] == 1.0
    assert np.delete(chance.ravel(), [0, 7]).max() <= 0.8
    assert {(0, 0), (1, 1)} <= set(map(tuple, found.pairs.tolist()))


def test_less_quality_never_means_less_entropy():
    affinity = dice(5).random((30, 8))
    limits = {"demand": 3, "max_load": 12, "objective": "perturbed"}

    entropy = [
        assign(affinity, **limits, quality=quality, rng=dice()).entropy
        for quality in (0.99, 0.95, 0.9, 0.8)
    ]

    assert entropy == sorted(entropy)


def test_false_probabilities_are_found_out():
    affinity = dice(6).random((8, 5))
    limits = {"demand": 2, "max_load": 4, "conflicts": [[0, 0]]}
    found = assign(affinity, **limits, objective="perturbed", cap=0.9, quality=0.8, rng=dice())
    asked = {**limits, "cap": 0.9}
    chance = found.probabilities.toarray()

    def faults(change):
        false = chance.copy()
        change(false)
        claims = {**found.claims(), "probabilities": type(found.probabilities)(false)}
        return " ".join(check(found.pairs, affinity, **asked, claims=claims))

    def conflict(x):
        x[0, 0] = 0.1

    def doubled(x):
        x *= 2.0

    def forgotten(x):
        x[tuple(found.pairs[0])] = 0.0

    assert faults(lambda x: None) == ""
    assert "pair (0, 0) is a conflict, with a probability" in faults(conflict)
    assert "must be up to 0.9" in faults(doubled)
    assert "readers, not 2" in faults(doubled)
    assert "was drawn with no probability" in faults(forgotten)


def test_published_quality_is_surpassed_on_real_bids():
    """Xu and others (2023) report entropy 1,953.5 at quality .9499 and a cap of .8047."""
    if not BIDS.exists():
        pytest.skip(f"{BIDS.name} is not there")
    numbers = np.array(BIDS.read_text().split(), dtype=float)
    affinity = numbers[2:].reshape(613, 201)
    limits = {"demand": 3, "max_load": 12}
    cap = 0.8046875

    found = assign(affinity, **limits, objective="perturbed", cap=cap, quality=0.95, rng=dice())

    assert found.entropy > 2000
    assert found.probabilities.max() <= cap
    assert (found.probabilities.toarray() * affinity).sum() >= 0.95 * 1406.25 - 0.01
    assert check(found.pairs, affinity, **limits, cap=cap, claims=found.claims()) == []


def test_quality_outside_its_range_is_refused():
    with pytest.raises(ValueError, match=r"quality is 1\.5, must be above 0"):
        assign([[1.0]], demand=1, max_load=1, quality=1.5, rng=dice())
