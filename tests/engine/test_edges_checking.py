"""The checker at its edges: what its proofs amount to, and every sentence it can say."""

from dataclasses import dataclass
from math import floor, gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from teladan.engine import checking
from teladan.engine.checking import check

quickly = settings(deadline=None, max_examples=60, derandomize=True)


@dataclass
class Product:
    """Affinities as factors, from anybody: the checker asks only for `left` and `right`."""

    left: np.ndarray
    right: np.ndarray


def bound_by_hand(affinity, demand, most, least, closed, kept, weights, prices):
    """What no weighted total exceeds, spelled out entry by entry and reader by reader."""
    total = 0.0
    for p, wanted in enumerate(demand):
        mine = [(p, r) for r in range(len(most))]
        total += sum(weights[p] * affinity[p][r] for _, r in mine if (p, r) in kept)
        open_to = [x for x in mine if x not in closed and x not in kept]
        worth = sorted((weights[p] * affinity[p][r] - prices[r] for _, r in open_to), reverse=True)
        total += sum(worth[: wanted - sum(x in kept for x in mine)])
    for r, price in enumerate(prices):
        held = sum(reader == r for _, reader in kept)
        total += max((most[r] - held) * price, max(least[r] - held, 0) * price)
    return total


def what_is_said(faults, start):
    """The first sentence that begins so."""
    return next(fault for fault in faults if fault.startswith(start))


# --- proofs ----------------------------------------------------------------------------------


@st.composite
def requests(draw):
    """An affinity of quarters, loads, closed and kept pairs, and prices of either sign."""
    entries, readers = draw(st.integers(2, 5)), draw(st.integers(4, 6))
    quarter = st.integers(-8, 40).map(lambda x: x / 4)
    cells = [(p, r) for p in range(entries) for r in range(readers)]
    kind = draw(st.lists(st.sampled_from("oooook"), min_size=len(cells), max_size=len(cells)))
    kept = {x for x, k in zip(cells, kind, strict=True) if k == "k"}
    # One closed reader an entry at most, so that three are always open.
    closed = {(p, draw(st.integers(0, readers - 1))) for p in range(entries)} - kept
    demand = [sum(x[0] == p for x in kept) + draw(st.integers(0, 1)) for p in range(entries)]
    demand = [min(d, readers - 1) for d in demand]
    kept = {x for x in kept if sum(y[0] == x[0] for y in kept) <= demand[x[0]]}
    held = [sum(x[1] == r for x in kept) for r in range(readers)]
    most = [h + draw(st.integers(0, 3)) for h in held]
    least = [draw(st.integers(0, m)) for m in most]
    return {
        "affinity": [[draw(quarter) for _ in range(readers)] for _ in range(entries)],
        "demand": demand,
        "most": most,
        "least": least,
        "closed": closed,
        "kept": kept,
        "prices": [draw(quarter) for _ in range(readers)],
        "weights": [draw(st.integers(1, 4)) if d else 0 for d in demand],
    }


def faults_of(x, claims, affinity=None, **changed):
    return check(
        np.empty((0, 2), dtype=int),
        x["affinity"] if affinity is None else affinity,
        demand=x["demand"],
        max_load=x["most"],
        min_load=x["least"],
        conflicts=sorted(x["closed"]) or None,
        keep=sorted(x["kept"]) or None,
        claims=claims,
        **changed,
    )


@quickly
@given(requests())
def test_prices_prove_exactly_what_the_formula_says(x):
    ones = [1.0] * len(x["demand"])
    limits = (x["affinity"], x["demand"], x["most"], x["least"], x["closed"], x["kept"])
    proven = bound_by_hand(*limits, ones, x["prices"])

    faults = faults_of(x, {"total_bound": proven - 1, "prices": x["prices"]})
    none = faults_of(x, {"total_bound": proven, "prices": x["prices"]})

    said = f"the prices prove a total of {proven}, not {proven - 1}"
    assert what_is_said(faults, "the prices") == said
    assert not [fault for fault in none if "prices" in fault]


@quickly
@given(requests())
def test_weights_prove_exactly_the_floor_that_the_formula_says(x):
    if not any(x["demand"]):
        return
    limits = (x["affinity"], x["demand"], x["most"], x["least"], x["closed"], x["kept"])
    proven = bound_by_hand(*limits, x["weights"], x["prices"]) / sum(x["weights"])
    # Affinities of whole quarters have totals of whole quarters, or of their common divisor.
    step = gcd(*(int(4 * value) for row in x["affinity"] for value in row)) / 4
    if step:
        proven = step * floor(proven / step + 1e-9)
    claims = {"floor_weights": x["weights"], "floor_prices": x["prices"]}

    faults = faults_of(x, {**claims, "floor_bound": proven - 1})
    none = faults_of(x, {**claims, "floor_bound": proven})
    exact = faults_of(x, {**claims, "floor_bound": proven - 1, "floor_exact": True})

    said = what_is_said(faults, "the weights prove a floor of ")
    figures = said.removeprefix("the weights prove a floor of ").split(", not ")
    assert [float(figure) for figure in figures] == pytest.approx([proven, proven - 1])
    assert not [fault for fault in [*none, *exact] if "weights" in fault]


def test_proofs_of_many_entries_are_added_up_block_by_block(monkeypatch):
    rng = np.random.default_rng(1)
    affinity = rng.integers(0, 40, (17, 5)) / 4
    closed = {(p, int(rng.integers(5))) for p in range(0, 17, 2)}
    limits = (affinity, [2] * 17, [8] * 5, [3] * 5, closed, {(1, 1), (16, 0)} - closed)
    prices = [1.0, 0.5, -0.25, 0.0, 2.0]
    proven = bound_by_hand(*limits, [1.0] * 17, prices)
    claims = {"total_bound": proven - 1, "prices": prices}

    for cells in (1, 10, 15, 20, 2_000_000):
        monkeypatch.setattr(checking, "CELLS", cells)
        faults = check(
            np.empty((0, 2), dtype=int),
            affinity,
            demand=2,
            max_load=8,
            min_load=3,
            conflicts=sorted(closed),
            keep=sorted(limits[-1]),
            claims=claims,
        )
        said = f"the prices prove a total of {proven}, not {proven - 1}"
        assert what_is_said(faults, "the prices") == said


@quickly
@given(requests(), st.integers(1, 3))
def test_factors_are_checked_like_the_product_they_stand_for(x, rank):
    entries, readers = len(x["demand"]), len(x["most"])
    left = np.array(x["affinity"])[:, :rank]
    right = (np.arange(readers)[:, None] + 2 * np.arange(rank)) / 2.0
    claims = {
        "total": 0,
        "total_bound": -1e6,
        "prices": x["prices"],
        "totals": [-1] * entries,
        "floor": 0,
    }

    by_factors = faults_of(x, claims, Product(left, right))
    by_product = faults_of(x, claims, left @ right.T)

    assert by_factors == by_product


def test_totals_of_factors_are_the_sums_over_the_pairs():
    left, right = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[2.0, 1.0], [4.0, 0.5], [7.0, 0.0]])
    limits = {"demand": 2, "max_load": 2}
    pairs = [[0, 0], [0, 2], [1, 1], [1, 2]]

    right_claims = {"totals": [11.0, 35.5], "total": 46.5, "floor": 11.0}
    wrong_claims = {"totals": [11.0, 35.6], "total": 46.6, "floor": 11.1}

    assert check(pairs, Product(left, right), **limits, claims=right_claims) == []
    assert check(pairs, Product(left, right), **limits, claims=wrong_claims) == [
        "the claimed totals differ",
        "the claimed total is 46.6, not 46.5",
        "the claimed floor is 11.1, not 11.0",
    ]


def test_something_with_a_left_side_only_is_no_factors():
    class Array(np.ndarray):
        left = None

    assert check([[0, 0]], np.ones((1, 1)).view(Array), demand=1, max_load=1) == []


# --- claims ----------------------------------------------------------------------------------

SERVED = {"pairs": [[0, 0], [1, 1]], "affinity": [[2.0, 1.0], [1.0, 3.0]]}
LIMITS = {"demand": 1, "max_load": 1}


def claimed(**claims):
    return check(SERVED["pairs"], SERVED["affinity"], **LIMITS, claims=claims)


def test_one_claim_alone_can_be_right_or_wrong():
    assert claimed(total=5.0) == []
    assert claimed(total=5.1) == ["the claimed total is 5.1, not 5.0"]
    assert claimed(floor=2.0) == []
    assert claimed(floor=3.0) == ["the claimed floor is 3.0, not 2.0"]
    assert claimed(loads=[1, 1]) == []
    assert claimed(loads=[2, 0]) == ["the claimed loads differ"]


def test_claims_of_another_shape_differ():
    assert claimed(totals=[2.0, 3.0, 0.0]) == ["the claimed totals differ"]
    assert claimed(loads=1) == ["the claimed loads differ"]


def test_claims_may_be_off_by_rounding_and_no_more():
    assert claimed(total=5.0 * (1 + 1e-10)) == []
    assert claimed(total=5.0 + 1e-7) == ["the claimed total is 5.0000001, not 5.0"]
    tiny = check([[0, 0]], [[0.0]], **LIMITS, claims={"total": 5e-10})
    assert tiny == []
    assert check([[0, 0]], [[0.0]], **LIMITS, claims={"total": 5e-9}) != []


def test_the_gap_is_what_is_missing_to_the_bound_as_a_share_of_it():
    assert claimed(total=5.0, total_bound=8.0, gap=0.375) == []
    assert claimed(total=5.0, total_bound=8.0, gap=0.0) == ["the claimed gap is 0.0, not 0.375"]
    assert claimed(total=5.0, total_bound=8.0, gap=0.375 + 1e-10) == []
    assert claimed(total=5.0, total_bound=8.0, gap=-0.375) == [
        "the claimed gap is -0.375, not 0.375"
    ]


def test_the_gap_to_a_negative_bound_is_a_share_of_its_size():
    claims = {"total": -6.0, "total_bound": -4.0, "gap": 0.5}

    assert check([[0, 0]], [[-6.0]], **LIMITS, claims=claims) == []


def test_the_gap_to_a_bound_of_one_is_measured_too():
    claims = {"total": 0.5, "total_bound": 1.0, "gap": 0.5}

    assert check([[0, 0]], [[0.5]], **LIMITS, claims=claims) == []


def test_the_gap_to_a_bound_of_zero_is_none():
    claims = {"total": 0.0, "total_bound": 0.0, "gap": 0.0}

    assert check([[0, 0]], [[0.0]], **LIMITS, claims=claims) == []


def test_a_figure_above_its_own_bound_is_named():
    assert claimed(total=5.0, total_bound=4.0) == [
        "the claimed total 5.0 exceeds its own bound 4.0"
    ]
    assert claimed(floor=2.0, floor_bound=1.5) == [
        "the claimed floor 2.0 exceeds its own bound 1.5"
    ]


def test_a_figure_above_its_bound_by_rounding_is_none():
    assert claimed(total=5.0, total_bound=5.0 - 1e-9) == []
    assert claimed(total=5.0, total_bound=5.0) == []
    assert claimed(total=5.0, total_bound=5.0 - 6.5e-9) != []


def test_a_bound_below_its_proof_by_rounding_is_none():
    # At no prices each entry gets its best: 2 + 3.
    assert claimed(total_bound=5.0 - 3e-9, prices=[0, 0]) == []
    assert claimed(total_bound=5.0 - 7e-9, prices=[0, 0]) == [
        "the prices prove a total of 5.0, not 4.999999993"
    ]


def test_the_floor_counts_only_entries_that_were_asked_for():
    claims = {"floor": 2.0, "totals": [2.0, 0.0]}
    limits = {"demand": [1, 0], "max_load": 1}

    assert check([[0, 0]], SERVED["affinity"], **limits, claims=claims) == []
    assert check([[0, 0]], SERVED["affinity"], **limits, claims={"floor": 0.0}) == [
        "the claimed floor is 0.0, not 2.0"
    ]


def test_where_nothing_was_asked_the_floor_is_zero_and_needs_no_proof():
    nothing = {"demand": 0, "max_load": 1}
    proof = {"floor_bound": 0.0, "floor_weights": [0, 0], "floor_prices": [0, 0]}

    assert check([], SERVED["affinity"], **nothing, claims={"floor": 0.0, **proof}) == []


@pytest.mark.parametrize("weights", [[1, -1], [0, 0], [1, 1]])
def test_weights_on_nobody_or_below_zero_prove_no_floor(weights):
    asked = {"demand": [1, 0], "max_load": 1}
    proof = {"floor_bound": 9.0, "floor_weights": weights, "floor_prices": [0, 0]}

    assert check([[0, 0]], SERVED["affinity"], **asked, claims=proof) == [
        "floor_weights must not be negative, all zero, or on unasked entries"
    ]


def test_one_wrong_figure_does_not_hide_the_others():
    faults = check([[0, 0]], SERVED["affinity"], **LIMITS, claims={"total": 1.0, "floor": 1.0})

    assert faults == [
        "entry 1 has 0 readers, at least 1 are needed",
        "the claimed total is 1.0, not 2.0",
        "the claimed floor is 1.0, not 0.0",
    ]


def test_a_floor_bound_is_rounded_down_to_the_step_of_the_affinities_and_not_without_one():
    # One entry of two asks for a reader at no price: 1.0 is proven for halves, 0.9 for anything.
    proof = {"floor_weights": [1, 1], "floor_prices": [0, 0]}

    def proven(low, high):
        claims = {**proof, "floor_bound": 0.0}
        table = [[low, 0.0], [high, 0.0]]
        return what_is_said(check([], table, demand=1, max_load=2, claims=claims), "the weights")

    assert proven(0.5, 2.0) == "the weights prove a floor of 1.0, not 0.0"
    assert proven(0.6, 2.0) == "the weights prove a floor of 1.3, not 0.0"
    # Figures this large keep no digits from which a step could be told.
    assert proven(2.0**40, 2.0**41) == f"the weights prove a floor of {1.5 * 2.0**40}, not 0.0"


# --- probabilities ---------------------------------------------------------------------------


def drawn(chances, pairs=((0, 0), (1, 1)), **changed):
    limits = {"demand": 1, "max_load": 1, "cap": 0.6} | changed
    claims = {"probabilities": sparse.csr_array(np.array(chances))}
    return check(list(pairs), np.ones((2, 2)), **limits, claims=claims)


HALVES = [[0.6, 0.4], [0.4, 0.6]]


def test_probabilities_within_every_limit_have_no_faults():
    assert drawn(HALVES) == []
    assert drawn([[0.6, 0.4], [0.4, 0.6 + 1e-10]]) == []
    assert drawn([[1.0, 0.0], [0.0, 1.0]], keep=[[0, 0], [1, 1]]) == []
    assert check([[0, 0]], [[1.0]], demand=1, max_load=1, claims={"probabilities": None}) == []


@pytest.mark.parametrize(
    ("chances", "changed", "faults"),
    [
        ([[1.0], [1.0]], {}, ["the probabilities have shape (2, 1), not (2, 2)"]),
        (
            HALVES,
            {"cap": 0.5},
            [f"the probability of {k} is 0.6, must be up to 0.5" for k in ((0, 0), (1, 1))],
        ),
        (
            [[1.1, -0.1], [0.4, 0.6]],
            {"cap": 1.0, "max_load": 2},
            [
                "the probability of (0, 0) is 1.1, must be up to 1.0",
                "the probability of (0, 1) is -0.1, must be up to 1.0",
            ],
        ),
        (
            HALVES,
            {"conflicts": [[0, 1]]},
            ["pair (0, 1) is a conflict, with a probability of 0.4"],
        ),
        (
            [[0.0, 1.0], [1.0, 0.0]],
            {"cap": 1.0},
            [f"pair {k} was drawn with no probability" for k in ((0, 0), (1, 1))],
        ),
        (
            [[0.5, 0.25], [0.5, 0.5]],
            {},
            ["entry 0 expects 0.75 readers, not 1"],
        ),
        (
            [[0.5, 0.5], [0.25, 0.75]],
            {"cap": 0.75},
            ["reader 1 expects 1.25 entries, allowed are 0 to 1"],
        ),
        (
            [[0.5, 0.5], [0.25, 0.75]],
            {"cap": 0.75, "max_load": 2, "min_load": 1},
            ["reader 0 expects 0.75 entries, allowed are 1 to 2"],
        ),
    ],
)
def test_probabilities_beyond_a_limit_are_named(chances, changed, faults):
    assert drawn(chances, **changed) == faults


def test_wrong_probabilities_do_not_hide_other_faults():
    faults = drawn(HALVES, pairs=[(0, 0)], cap=0.5)

    assert faults[0] == "entry 1 has 0 readers, at least 1 are needed"
    assert len(faults) == 3


# --- placement -------------------------------------------------------------------------------


def test_pairs_outside_on_either_side_are_named_and_left_out_of_the_counts():
    faults = check([[2, 0], [0, 2], [-1, 0], [0, -1]], np.ones((2, 2)), demand=0, max_load=9)

    assert faults == [
        "pair (2, 0) is outside (2, 2)",
        "pair (0, 2) is outside (2, 2)",
        "pair (-1, 0) is outside (2, 2)",
        "pair (0, -1) is outside (2, 2)",
    ]


def test_a_pair_that_stands_three_times_is_named_twice():
    assert check([[0, 0]] * 3, [[1.0]], demand=3, max_load=3) == ["pair (0, 0) stands twice"] * 2


def test_five_faults_of_one_kind_are_all_named():
    faults = check([], np.ones((5, 1)), demand=1, max_load=9)

    assert faults == [f"entry {p} has 0 readers, at least 1 are needed" for p in range(5)]


def test_unsigned_pairs_and_small_integers_are_pairs():
    for kind in (np.uint8, np.int32, np.uint64):
        assert check(np.array([[0, 0]], dtype=kind), [[1.0]], demand=1, max_load=1) == []


def test_conflicts_may_be_a_table_or_a_list_of_pairs():
    for conflicts in ([[0, 1], [1, 0]], [[False, True], [True, False]]):
        found = check([[0, 1], [1, 1]], np.ones((2, 2)), demand=1, max_load=2, conflicts=conflicts)
        assert found == ["pair (0, 1) is a conflict"]


# --- malformed requests ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"affinity": [1.0]}, "affinity must have shape (n, m), got (1,)"),
        ({"affinity": [[np.nan]]}, "affinity[0, 0] is nan, must be finite"),
        (
            {"affinity": Product(np.array([1.0]), np.ones((1, 1)))},
            "affinity.left must have shape (n, m), got (1,)",
        ),
        (
            {"affinity": Product(np.ones((1, 1)), np.array([[np.inf]]))},
            "affinity.right[0, 0] is inf, must be finite",
        ),
        ({"demand": [1, 1]}, "demand must have shape (1,) or be one number, got (2,)"),
        ({"max_load": -1}, "max_load[0] is -1, must not be negative"),
        ({"max_load": [1, 1]}, "max_load must have shape (1,) or be one number, got (2,)"),
        ({"min_load": 0.5}, "min_load[0] is 0.5, must be whole"),
        ({"min_load": [1, 1]}, "min_load must have shape (1,) or be one number, got (2,)"),
        ({"conflicts": [[True, False]]}, "conflicts must have shape (1, 1), got (1, 2)"),
        ({"keep": [[True, False]]}, "keep must have shape (1, 1), got (1, 2)"),
        ({"pairs": [[0, 0, 0]]}, "pairs must be whole numbers of shape (n, 2), got (1, 3)"),
        ({"pairs": [[0.0, 0.0]]}, "pairs must be whole numbers of shape (n, 2), got (1, 2)"),
        ({"pairs": [0]}, "pairs must be whole numbers of shape (n, 2), got (1,)"),
        (
            {"claims": {"total_bound": 9, "prices": [0, 0]}},
            "prices must have shape (1,), got (2,)",
        ),
        (
            {"claims": {"floor_bound": 9, "floor_weights": [1, 1], "floor_prices": [0]}},
            "floor_weights must have shape (1,), got (2,)",
        ),
        (
            {"claims": {"floor_bound": 9, "floor_weights": [1], "floor_prices": [0, 0]}},
            "floor_prices must have shape (1,), got (2,)",
        ),
        (
            {"claims": {"floor_bound": 9, "floor_weights": [1], "floor_prices": [np.nan]}},
            "floor_prices[0] is nan, must be finite",
        ),
    ],
)
def test_malformed_requests_are_named(changed, text):
    request = {"pairs": [[0, 0]], "affinity": [[1.0]], "demand": 1, "max_load": 1} | changed

    with pytest.raises(ValueError, match="must") as no:
        check(request.pop("pairs"), request.pop("affinity"), **request)
    assert str(no.value) == text
