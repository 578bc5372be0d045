"""What large requests need: surveys in parts, columns added by price, floors proven."""

from pathlib import Path

import numpy as np
import pytest

from teladan.engine.assignment import Factors, assign, greatest, prices, survey
from teladan.engine.assignment.request import Request
from teladan.engine.checking import check
from teladan.engine.cluster import Local, Processes
from teladan.engine.errors import Infeasible

BIDS = Path(__file__).resolve().parents[3] / "shared/data/engine/aamas2015.in"


def dice(seed=7):
    return np.random.default_rng(seed)


def request_of(affinity, **limits):
    asked = {"demand": 2, "max_load": 50, "min_load": 0, "conflicts": None, "keep": None}
    return Request(affinity, **{**asked, **limits})


@pytest.fixture
def pruned(monkeypatch):
    """Make requests of some thousand pairs count as large."""
    monkeypatch.setattr(greatest, "MOST_PAIRS", 1_000)
    monkeypatch.setattr(greatest, "BREADTH", 4)


@pytest.mark.parametrize("breadth", [2, 3, 9, 40])
@pytest.mark.parametrize("width", [11, 40, 300])
def test_a_survey_finds_the_best_pairs_of_each_entry(breadth, width):
    rng = dice(breadth * width)
    affinity, prices = rng.normal(size=(30, width)), rng.random(width)
    conflicts = rng.random((30, width)) < 0.2
    weights = rng.random(30) + 0.5
    request = request_of(affinity, conflicts=conflicts)

    found = survey.survey(request, prices, breadth=breadth, weights=weights)

    worth = np.where(conflicts, -np.inf, affinity * weights[:, None] - prices)
    for p in range(30):
        best = [r for r in np.argsort(-worth[p])[:breadth] if not conflicts[p, r]]
        assert set(best) <= set(found.reader[found.entry == p].tolist())
        assert found.best[p] == pytest.approx(np.sort(worth[p])[-2:].sum())
    assert not conflicts[found.entry, found.reader].any()
    np.testing.assert_array_equal(found.value, affinity[found.entry, found.reader])
    np.testing.assert_array_equal(
        found.entry * width + found.reader, np.sort(found.entry * width + found.reader)
    )


def test_ties_are_cut_by_a_key_that_spreads_them_over_the_readers():
    request = request_of(np.ones((200, 60)))

    found = survey.survey(request, np.zeros(60), breadth=5)

    assert (np.bincount(found.entry) == 5).all()
    chosen = np.bincount(found.reader, minlength=60)
    assert chosen.min() >= 5
    assert chosen.max() <= 30


@pytest.mark.parametrize("seed", range(5))
def test_prices_from_exchanges_prove_the_optimum_of_any_flow(seed):
    rng = dice(seed)
    affinity = rng.random((40, 9))
    low = rng.integers(0, 4, 9)
    request = request_of(affinity, max_load=low + 9, min_load=low)
    network = greatest.Network(request, *survey.everything(request))
    weights = rng.random(40) + 0.5
    flow = network.solve(weights)

    found = prices.exchange_prices(network, flow, weights)

    assert prices.bound(request, found, weights) == pytest.approx(
        float(weights @ network.totals(flow)), abs=1e-6
    )


@pytest.mark.parametrize("seed", range(4))
def test_columns_reach_the_optimum_that_all_pairs_have(monkeypatch, seed):
    rng = dice(seed)
    factors = Factors(rng.random((300, 5)), rng.random((60, 5)))
    limits = {"demand": 3, "max_load": 16, "conflicts": rng.random((300, 60)) < 0.1}
    exact = assign(factors, **limits, objective="total", rng=dice())
    monkeypatch.setattr(greatest, "MOST_PAIRS", 1_000)
    monkeypatch.setattr(greatest, "BREADTH", 6)

    found = assign(factors, **limits, objective="total", rng=dice())

    assert found.gap < 1e-4
    assert found.total == pytest.approx(exact.total, rel=1e-4)
    assert check(found.pairs, factors, **limits, claims=found.claims()) == []


def test_readers_that_nobody_prefers_are_found_when_the_others_are_full(pruned):
    affinity = dice().random((60, 30)) + np.where(np.arange(30) < 5, 10.0, 0.0)
    limits = {"demand": 3, "max_load": 6}

    found = assign(affinity, **limits, objective="total", rng=dice())

    assert (found.loads == 6).all()
    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def test_least_loads_of_unwanted_readers_are_reached(pruned):
    affinity = dice().random((100, 30)) - np.where(np.arange(30) > 26, 10.0, 0.0)
    limits = {"demand": 3, "max_load": 20, "min_load": 8}

    found = assign(affinity, **limits, rng=dice())

    assert found.loads.min() >= 8
    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def test_a_large_request_that_cannot_be_served_names_who(pruned):
    conflicts = np.zeros((60, 30), dtype=bool)
    conflicts[:7, 2:] = True

    with pytest.raises(Infeasible, match="7 entries need 14 readings") as no:
        assign(dice().random((60, 30)), demand=2, max_load=6, conflicts=conflicts, rng=dice())

    assert no.value.witness == {"entries": tuple(range(7)), "readers": (0, 1), "missing": 2}


@pytest.mark.parametrize("objective", ["fair", "leximin", "perturbed"])
def test_large_requests_meet_every_objective(pruned, monkeypatch, objective):
    rng = dice(1)
    factors = Factors(rng.random((200, 4)), rng.random((30, 4)))
    limits = {"demand": 2, "max_load": 18}

    found = assign(factors, **limits, objective=objective, quality=0.9, rng=dice())

    assert check(found.pairs, factors, **limits, claims=found.claims()) == []
    if objective == "fair":
        assert found.floor == pytest.approx(found.floor_bound, rel=0.05)


@pytest.mark.parametrize("dense", [True, False])
def test_answers_are_the_same_bits_in_this_process_and_in_others(pruned, dense):
    rng = dice(2)
    left, right = rng.random((130, 4)), rng.random((30, 4))
    affinity = left @ right.T if dense else Factors(left, right)
    limits = {"demand": 2, "max_load": 12, "conflicts": rng.random((130, 30)) < 0.1}

    with Processes(2) as processes:
        one, two, three = (
            assign(affinity, **limits, rng=dice(), cluster=cluster)
            for cluster in (None, Local(), processes)
        )

    for other in (two, three):
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_array_equal(one.prices, other.prices)
        assert (one.total_bound, one.floor_bound) == (other.total_bound, other.floor_bound)


def test_leximin_raises_the_next_lowest_and_never_the_floor_less():
    rng = dice(3)
    affinity = rng.random((80, 12))
    limits = {"demand": 3, "max_load": 21}

    fair = assign(affinity, **limits, rng=dice())
    lexi = assign(affinity, **limits, objective="leximin", rng=dice())

    first, second = np.sort(fair.totals), np.sort(lexi.totals)
    differ = np.flatnonzero(np.abs(first - second) > 1e-9)
    assert differ.size
    assert second[differ[0]] > first[differ[0]]
    assert lexi.floor >= fair.floor - 1e-9
    assert second[:20].mean() > first[:20].mean()
    assert check(lexi.pairs, affinity, **limits, claims=lexi.claims()) == []


def test_real_bids_are_served_with_the_highest_floor_there_is():
    if not BIDS.exists():
        pytest.skip(f"{BIDS.name} is not there")
    numbers = np.array(BIDS.read_text().split(), dtype=float)
    affinity = numbers[2:].reshape(613, 201)
    limits = {"demand": 3, "max_load": 11}

    found = assign(affinity, **limits, rng=dice())

    assert found.floor == found.floor_bound == 1.25
    assert found.total >= 1358.0
    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def test_a_floor_bound_may_be_rounded_down_to_the_step_of_the_bids_and_no_further():
    affinity = dice(9).integers(0, 5, (60, 9)) * 0.25
    limits = {"demand": 2, "max_load": 14}
    found = assign(affinity, **limits, rng=dice())
    claims = {**found.claims(), "floor_exact": False}

    assert check(found.pairs, affinity, **limits, claims=claims) == []
    claims["floor_bound"] = found.floor_bound - 0.25
    claims["floor"] = min(found.floor, claims["floor_bound"])
    faults = check(found.pairs, affinity, **limits, claims=claims)
    assert any("the weights prove a floor" in fault for fault in faults)


def test_progress_of_a_large_request_can_stop_it_at_every_report(pruned):
    rng = dice(1)
    factors = Factors(rng.random((200, 4)), rng.random((30, 4)))
    seen = []
    assign(factors, demand=2, max_load=18, rng=dice(), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    for last in seen[:: max(1, len(seen) // 8)]:

        def stop(share, last=last):
            if share >= last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            assign(factors, demand=2, max_load=18, rng=dice(), progress=stop)


def test_a_search_of_pruned_pairs_claims_no_exact_floor(monkeypatch):
    monkeypatch.setattr("teladan.engine.assignment.greatest.MOST_PAIRS", 200)
    monkeypatch.setattr("teladan.engine.assignment.greatest.BREADTH", 4)
    affinity = np.random.default_rng(7).random((40, 12))
    asked = {"demand": 2, "max_load": 8}

    found = assign(affinity, **asked, rng=np.random.default_rng(1))
    level = assign(affinity, **asked, objective="leximin", rng=np.random.default_rng(1))

    assert not found.floor_exact
    assert found.floor_bound >= level.floor - 1e-9
    assert check(found.pairs, affinity, **asked, claims=found.claims()) == []
