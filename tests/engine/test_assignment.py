"""Who reads what: exact where that is possible, proven where it is claimed."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize

from teladan.engine.assignment import Factors, assign, greatest, objectives
from teladan.engine.checking import check
from teladan.engine.errors import Infeasible

quickly = settings(deadline=None, max_examples=60, derandomize=True)


def dice(seed=7):
    return np.random.default_rng(seed)


@st.composite
def requests(draw, entries=4, readers=4, levels=6):
    """A small request, feasible or not."""
    shape = draw(st.integers(1, entries)), draw(st.integers(1, readers))
    size = shape[0] * shape[1]
    cells = draw(st.lists(st.integers(0, levels), min_size=size, max_size=size))
    shut = draw(st.lists(st.sampled_from([True, False, False]), min_size=size, max_size=size))
    affinity = np.array(cells, dtype=float).reshape(shape)
    conflicts = np.array(shut).reshape(shape)
    demand = draw(st.lists(st.integers(0, 2), min_size=shape[0], max_size=shape[0]))
    high = draw(st.lists(st.integers(1, 4), min_size=shape[1], max_size=shape[1]))
    low = [min(h, draw(st.integers(0, 1))) for h in high]
    return affinity, {
        "demand": demand, "max_load": high, "min_load": low, "conflicts": conflicts,
    }  # fmt: skip


def every_assignment(affinity, demand, max_load, min_load, conflicts):
    """All legal assignments, as lists of pairs."""
    entries, readers = affinity.shape
    choices = [
        list(combinations([r for r in range(readers) if not conflicts[p, r]], demand[p]))
        for p in range(entries)
    ]
    for chosen in product(*choices):
        pairs = [(p, r) for p, some in enumerate(chosen) for r in some]
        load = np.bincount([r for _, r in pairs], minlength=readers)
        if (load <= max_load).all() and (load >= min_load).all():
            yield pairs


def best_by_trying(affinity, limits):
    """(highest floor, greatest total at it), and the greatest total of all."""
    asked = np.array(limits["demand"]) > 0
    rows = []
    for pairs in every_assignment(affinity, **limits):
        totals = np.zeros(len(affinity))
        for p, r in pairs:
            totals[p] += affinity[p, r]
        rows.append((totals[asked].min() if asked.any() else 0.0, totals.sum()))
    return (max(rows), max(total for _, total in rows)) if rows else (None, None)


def total_by_linear_programme(affinity, demand, max_load, min_load, conflicts, keep=()):
    """The greatest total from a solver that knows nothing of flows."""
    entries, readers = affinity.shape
    of_entry = np.kron(np.eye(entries), np.ones(readers))
    of_reader = np.kron(np.ones(entries), np.eye(readers))
    held = np.zeros(affinity.shape)
    for p, r in keep:
        held[p, r] = 1.0
    answer = optimize.linprog(
        -affinity.ravel(),
        A_ub=np.vstack([of_reader, -of_reader]),
        b_ub=np.concatenate([max_load, -np.asarray(min_load)]),
        A_eq=of_entry,
        b_eq=demand,
        bounds=list(zip(held.ravel(), np.where(conflicts, 0.0, 1.0).ravel(), strict=True)),
    )
    return -answer.fun if answer.status == 0 else None


def random_request(seed, entries=30, readers=9, demand=3):
    rng = np.random.default_rng(seed)
    affinity = rng.random((entries, readers)) * rng.random((entries, 1))
    conflicts = rng.random((entries, readers)) < 0.15
    load = -(-entries * demand // readers)
    return affinity, {
        "demand": np.full(entries, demand),
        "max_load": np.full(readers, load + 2),
        "min_load": np.full(readers, load - 2),
        "conflicts": conflicts,
    }


@settings(quickly, max_examples=200)
@given(requests())
def test_floor_and_total_equal_those_of_trying_everything(request):
    affinity, limits = request
    fairest, greatest = best_by_trying(affinity, limits)
    if fairest is None:
        with pytest.raises(Infeasible):
            assign(affinity, **limits, rng=dice())
        return

    fair = assign(affinity, **limits, rng=dice())
    total = assign(affinity, **limits, objective="total", rng=dice())

    assert (fair.floor, fair.total) == pytest.approx(fairest)
    assert fair.floor_bound == pytest.approx(fair.floor)
    assert total.total == pytest.approx(greatest) == pytest.approx(total.total_bound)
    for found in (fair, total):
        assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def varied_request(seed):
    """A small request with demands, loads, conflicts and kept pairs of all sizes."""
    rng = np.random.default_rng(seed)
    entries, readers = int(rng.integers(3, 25)), int(rng.integers(3, 9))
    affinity = np.round(rng.normal(size=(entries, readers)) * 10, int(rng.integers(0, 4)))
    conflicts = rng.random((entries, readers)) < rng.choice([0, 0.1, 0.3])
    demand = np.minimum(rng.integers(0, 4, entries), (~conflicts).sum(axis=1))
    share = -(-int(demand.sum()) // readers)
    high = rng.integers(share, share + 4, readers)
    low = np.minimum(high, rng.integers(0, max(share - 1, 1), readers))
    limits = {"demand": demand, "max_load": high, "min_load": low, "conflicts": conflicts}
    keep = []
    if seed % 3 == 0:
        legal = total_by_linear_programme(affinity, **limits)
        if legal is not None:
            first = assign(np.zeros(affinity.shape), **limits, objective="total", rng=rng)
            keep = first.pairs[rng.random(len(first.pairs)) < 0.4]
    return affinity, limits, keep


def test_the_greatest_total_equals_a_linear_programme_in_two_hundred_cases():
    served = 0
    for seed in range(200):
        affinity, limits, keep = varied_request(seed)
        best = total_by_linear_programme(affinity, **limits, keep=keep)
        options = {**limits, "keep": keep if len(keep) else None}
        if best is None:
            with pytest.raises(Infeasible):
                assign(affinity, **options, objective="total", rng=dice())
            continue
        found = assign(affinity, **options, objective="total", rng=dice())
        assert found.total == pytest.approx(best, rel=1e-8, abs=1e-7), seed
        assert found.gap == pytest.approx(0, abs=1e-7), seed
        assert check(found.pairs, affinity, **options, claims=found.claims()) == []
        served += 1

    assert served >= 150


def test_the_floor_equals_brute_force_without_the_exhaustive_search_in_nearly_all_tiny_cases(
    monkeypatch,
):
    monkeypatch.setattr(objectives, "LARGEST", 0)
    met = tried = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        affinity = rng.integers(0, 10, (4, 4)).astype(float)
        limits = {
            "demand": np.array([1, 1, 2, 2]),
            "max_load": np.array([2, 2, 2, 2]),
            "min_load": np.array([0, 0, 1, 1]),
            "conflicts": rng.random((4, 4)) < 0.1,
        }
        fairest, _ = best_by_trying(affinity, limits)
        if fairest is None:
            continue
        found = assign(affinity, **limits, rng=dice())
        tried += 1
        assert found.floor <= fairest[0] + 1e-9 <= found.floor_bound + 2e-9
        assert check(found.pairs, affinity, **limits, claims=found.claims()) == []
        met += found.floor >= fairest[0] - 1e-9

    assert tried >= 85
    assert met / tried >= 0.9


@pytest.mark.parametrize("seed", range(6))
def test_a_fair_assignment_raises_the_floor_and_proves_its_bound(seed):
    affinity, limits = random_request(seed, 80, 12)

    greatest = assign(affinity, **limits, objective="total", rng=dice())
    fair = assign(affinity, **limits, rng=dice())

    assert greatest.floor <= fair.floor <= fair.floor_bound
    assert fair.floor >= 0.9 * fair.floor_bound
    assert fair.total >= 0.9 * fair.total_bound
    assert fair.total_bound == pytest.approx(greatest.total)
    assert check(fair.pairs, affinity, **limits, claims=fair.claims()) == []


def test_the_search_by_weights_comes_close_to_the_exhaustive_one(monkeypatch):
    lost = []
    for seed in range(10):
        affinity, limits = random_request(seed, 12, 6, 2)
        exact = assign(affinity, **limits, rng=dice())
        assert exact.floor_exact
        with monkeypatch.context() as patch:
            patch.setattr(objectives, "LARGEST", 0)
            found = assign(affinity, **limits, rng=dice())
        assert not found.floor_exact
        assert found.floor <= exact.floor + 1e-9 <= found.floor_bound + 2e-9
        lost.append(1 - found.floor / exact.floor)

    assert np.mean(lost) < 0.05


def test_negative_affinities_are_served_too():
    affinity, limits = random_request(3)

    found = assign(affinity - 1.0, **limits, objective="total", rng=dice())
    fair = assign(affinity - 1.0, **limits, rng=dice())

    best = total_by_linear_programme(affinity - 1.0, **limits)
    assert found.total == pytest.approx(best, rel=1e-8)
    assert fair.floor >= found.floor
    assert check(fair.pairs, affinity - 1.0, **limits, claims=fair.claims()) == []


def test_factors_give_what_their_product_gives():
    rng = np.random.default_rng(1)
    left, right = rng.random((40, 3)), rng.random((10, 3))
    limits = {"demand": 2, "max_load": 9}

    one = assign(Factors(left, right), **limits, objective="total", rng=dice())
    two = assign(left @ right.T, **limits, objective="total", rng=dice())

    assert one.total == pytest.approx(two.total)
    assert check(one.pairs, Factors(left, right), **limits, claims=one.claims()) == []


@pytest.mark.parametrize("objective", ["total", "fair"])
def test_pruned_requests_stay_within_their_proven_gap(monkeypatch, objective):
    rng = np.random.default_rng(2)
    factors = Factors(rng.random((600, 6)), rng.random((80, 6)))
    conflicts = np.argwhere(rng.random((600, 80)) < 0.05)
    limits = {"demand": 3, "max_load": 24, "conflicts": conflicts}
    exact = assign(factors, **limits, objective="total", rng=dice())
    monkeypatch.setattr(greatest, "MOST_PAIRS", 10_000)
    monkeypatch.setattr(objectives, "MOST_REPEATED", 5_000)

    found = assign(factors, **limits, objective=objective, rng=dice())

    assert check(found.pairs, factors, **limits, claims=found.claims()) == []
    assert found.total <= exact.total + 1e-9 <= found.total_bound + 2e-9
    assert found.gap < 0.01
    if objective == "fair":
        assert found.floor >= exact.floor


def test_kept_pairs_are_held_and_the_rest_is_repaired():
    affinity, limits = random_request(4)
    first = assign(affinity, **limits, rng=dice())
    # Three readers leave: their pairs become conflicts, all the others are kept.
    gone = np.isin(first.pairs[:, 1], [0, 1, 2])
    limits["min_load"] = np.where(np.arange(9) < 3, 0, 8)
    limits["max_load"] = np.where(np.arange(9) < 3, 0, 18)
    keep = first.pairs[~gone]

    found = assign(affinity, **limits, keep=keep, rng=dice())

    assert set(map(tuple, keep.tolist())) <= set(map(tuple, found.pairs.tolist()))
    assert check(found.pairs, affinity, **limits, keep=keep, claims=found.claims()) == []


@quickly
@given(st.integers(0, 10**6))
def test_keeping_everything_changes_nothing(seed):
    affinity, limits = random_request(seed, 10, 5, 2)
    assume(total_by_linear_programme(affinity, **limits) is not None)
    first = assign(affinity, **limits, objective="total", rng=dice())

    again = assign(affinity, **limits, objective="total", keep=first.pairs, rng=dice())

    np.testing.assert_array_equal(again.pairs, first.pairs)
    assert again.total == pytest.approx(again.total_bound)


def test_the_same_request_gets_the_same_answer():
    affinity, limits = random_request(5, 60, 9)

    one, two = (assign(affinity, **limits, cap=0.8, rng=dice()) for _ in range(2))

    np.testing.assert_array_equal(one.pairs, two.pairs)


def test_progress_is_reported_and_can_stop_the_work():
    affinity, limits = random_request(6, 80, 12)
    seen = []

    assign(affinity, **limits, rng=dice(), progress=seen.append)

    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assign(affinity, **limits, rng=dice(), progress=stop)


def test_three_thousand_entries_are_exact_and_fair():
    rng = np.random.default_rng(0)
    affinity = rng.random((3000, 5)) @ rng.random((5, 150)) / 5
    limits = {"demand": 3, "max_load": 66, "conflicts": rng.random((3000, 150)) < 0.03}

    total = assign(affinity, **limits, objective="total", rng=dice())
    fair = assign(affinity, **limits, rng=dice())

    assert total.gap < 1e-8
    assert fair.floor == pytest.approx(fair.floor_bound)
    assert fair.gap < 0.01
    assert check(fair.pairs, affinity, **limits, claims=fair.claims()) == []


@quickly
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.7, 0.9]), st.sampled_from(["total", "fair"]))
def test_every_draw_keeps_every_limit(seed, cap, objective):
    affinity, limits = random_request(seed, 12, 8, 2)
    assume(((~limits["conflicts"]).sum(axis=1) * cap >= 2).all())
    limits["min_load"] = np.ones(8, dtype=int)
    limits["max_load"] = np.full(8, 5)

    try:
        found = assign(affinity, **limits, cap=cap, objective=objective, rng=dice(seed))
    except Infeasible:
        assume(False)

    chance = found.probabilities.toarray()
    assert chance.max() <= cap
    assert chance[limits["conflicts"]].max(initial=0) == 0
    np.testing.assert_allclose(chance.sum(axis=1), 2)
    assert (chance[found.pairs[:, 0], found.pairs[:, 1]] > 0).all()
    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def test_pairs_are_drawn_as_often_as_their_probability_says():
    affinity, limits = random_request(8, 8, 6, 2)
    limits["conflicts"] &= affinity > 0.5
    rng = dice()
    drawn = np.zeros(affinity.shape)
    for _ in range(300):
        found = assign(affinity, **limits, cap=0.6, objective="total", rng=rng)
        drawn[found.pairs[:, 0], found.pairs[:, 1]] += 1

    np.testing.assert_allclose(drawn / 300, found.probabilities.toarray(), atol=0.11)


def test_expected_total_under_a_cap_equals_a_linear_programme():
    affinity, limits = random_request(9)

    found = assign(affinity, **limits, cap=0.5, objective="total", rng=dice())

    entries, readers = affinity.shape
    answer = optimize.linprog(
        -affinity.ravel(),
        A_ub=np.vstack([np.kron(np.ones(entries), np.eye(readers)),
                        -np.kron(np.ones(entries), np.eye(readers))]),
        b_ub=np.concatenate([limits["max_load"], -limits["min_load"]]),
        A_eq=np.kron(np.eye(entries), np.ones(readers)),
        b_eq=limits["demand"],
        bounds=[(0, 0 if c else 0.5) for c in limits["conflicts"].ravel()],
    )  # fmt: skip
    expected = float((found.probabilities.toarray() * affinity).sum())
    assert expected == pytest.approx(-answer.fun, rel=1e-6)


def test_entries_with_too_few_readers_free_of_conflict_are_named():
    conflicts = np.zeros((4, 3), dtype=bool)
    conflicts[2, :2] = conflicts[3, 1:] = True

    with pytest.raises(Infeasible, match="2 entries have too few readers") as no:
        assign(np.ones((4, 3)), demand=2, max_load=4, conflicts=conflicts, rng=dice())

    assert no.value.witness == {"entries": (2, 3), "missing": 2}


def test_entries_that_share_too_few_readers_are_named():
    conflicts = np.zeros((5, 4), dtype=bool)
    conflicts[:3, 1:] = True

    with pytest.raises(Infeasible, match="3 entries need 3 readings") as no:
        assign(np.ones((5, 4)), demand=1, max_load=2, conflicts=conflicts, rng=dice())

    assert no.value.witness == {"entries": (0, 1, 2), "readers": (0,), "missing": 1}


def test_readers_who_give_too_little_in_all_are_told():
    with pytest.raises(Infeasible, match="entries need 12 readings, readers can give 9") as no:
        assign(np.ones((6, 3)), demand=2, max_load=3, rng=dice())

    assert no.value.witness["missing"] == 3


def test_readers_who_cannot_reach_their_least_load_are_named():
    conflicts = np.zeros((4, 3), dtype=bool)
    conflicts[:3, 2] = True
    least = [0, 0, 2]

    with pytest.raises(Infeasible, match="1 readers can't reach their least load") as no:
        assign(
            np.ones((4, 3)), demand=1, max_load=4, min_load=least, conflicts=conflicts, rng=dice()
        )

    assert no.value.witness == {"readers": (2,), "missing": 1}


def test_least_loads_above_all_demand_are_told():
    with pytest.raises(Infeasible, match="must get 6 readings at least, entries need 4"):
        assign(np.ones((4, 3)), demand=1, max_load=4, min_load=2, rng=dice())


def test_a_cap_too_low_to_serve_is_infeasible():
    with pytest.raises(Infeasible, match=r"probability of 0\.5") as no:
        assign(np.ones((2, 3)), demand=2, max_load=2, cap=0.5, rng=dice())

    assert no.value.witness["entries"] == (0, 1)


def test_no_demand_gives_no_pairs():
    found = assign(np.ones((3, 2)), demand=0, max_load=2, rng=dice())

    assert found.pairs.shape == (0, 2)
    assert found.total == found.gap == 0.0


@pytest.mark.parametrize(
    ("affinity", "limits", "said"),
    [
        ([1.0], {}, r"affinity must have shape \(n, m\), got \(1,\)"),
        (np.empty((0, 3)), {}, "affinity must have entries and readers"),
        ([[1.0, np.nan]], {}, r"affinity\[0, 1\] is nan"),
        ([[1.0]], {"demand": [1, 2]}, r"demand must have shape \(1,\) or be one number"),
        ([[1.0]], {"demand": -1}, r"demand\[0\] is -1"),
        ([[1.0]], {"max_load": 1.5}, r"max_load\[0\] is 1.5, must be whole"),
        ([[1.0]], {"min_load": 3}, r"min_load\[0\] is 3, above max_load 1"),
        ([[1.0]], {"conflicts": np.eye(2) > 0}, r"conflicts must have shape \(1, 1\)"),
        ([[1.0]], {"conflicts": [[0, 1]]}, r"conflicts\[0\] is \(0, 1\), outside \(1, 1\)"),
        ([[1.0]], {"conflicts": [0.5]}, "conflicts must be bool"),
        ([[1.0]], {"conflicts": [[0, 0]], "keep": [[0, 0]]}, "which is a conflict"),
        ([[1.0, 1.0]], {"keep": [[0, 0], [0, 1]]}, "keep has 2 pairs at 0, demand is 1"),
        ([[1.0]], {"objective": "best"}, "objective is 'best'"),
        ([[1.0]], {"cap": 0}, "cap is 0"),
        ([[1.0]], {"cap": 1.2}, "cap is 1.2"),
        (Factors([[1.0]], [[1.0, 2.0]]), {}, "affinity.left has 1 columns, affinity.right has 2"),
    ],
)  # fmt: skip
def test_malformed_requests_name_the_argument_and_the_place(affinity, limits, said):
    with pytest.raises(ValueError, match=said):
        assign(affinity, **{"demand": 1, "max_load": 1, "rng": dice(), **limits})


def test_no_pair_in_conflict_is_ever_served_nor_has_a_chance():
    for seed in range(30):
        affinity, limits, _ = varied_request(seed)
        for objective in ("fair", "leximin", "perturbed"):
            try:
                found = assign(affinity, **limits, objective=objective, rng=dice())
            except Infeasible:
                continue
            assert not limits["conflicts"][found.pairs[:, 0], found.pairs[:, 1]].any()
            assert check(found.pairs, affinity, **limits, claims=found.claims()) == []
