"""Every unit is given, none is invented."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teladan.engine.allocation import concentration, share
from teladan.engine.errors import Infeasible

quickly = settings(deadline=None, max_examples=150, derandomize=True)
rupiah = st.integers(0, 10**13)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)
odd_weights = st.lists(
    st.floats(0, 1e300, allow_subnormal=True) | st.integers(0, 2**62), min_size=1, max_size=12
).filter(any)


def divided_by_hand(pot, weights, floors, caps):
    """The same rule with fractions: the common rate from all its breakpoints, then remainders."""
    w = [Fraction(x) for x in weights]

    def quotas(rate):
        rows = zip(w, floors, caps, strict=True)
        return [min(max(rate * x, Fraction(f)), Fraction(c)) for x, f, c in rows]

    bends = {Fraction(0)}
    for x, f, c in zip(w, floors, caps, strict=True):
        if x:
            bends |= {Fraction(f) / x, Fraction(c) / x}
    bends = sorted(bends)
    above = next(i for i, rate in enumerate(bends) if sum(quotas(rate)) >= pot)
    high, low = bends[above], bends[max(above - 1, 0)]
    most, least = sum(quotas(high)), sum(quotas(low))
    rate = high if most == least else low + (high - low) * (pot - least) / (most - least)
    q = quotas(rate)
    whole = [int(x) for x in q]
    by_remainder = sorted(range(len(q)), key=lambda i: (whole[i] - q[i], i))
    for i in by_remainder[: pot - sum(whole)]:
        whole[i] += 1
    return whole


def test_hamiltons_bill_of_1792_is_reproduced():
    # Balinski and Young (1982), ch. 2: 120 seats of the United States by largest remainders.
    people = [
        630560, 475327, 432879, 353523, 331589, 278514, 236841,
        206236, 179570, 141835, 85533, 70835, 68705, 68446, 55540,
    ]  # fmt: skip

    seats = share(120, people)

    assert seats.tolist() == [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]


def test_more_seats_may_cost_one_seat_as_the_alabama_paradox_says():
    assert share(10, [6, 6, 2]).tolist() == [4, 4, 2]
    assert share(11, [6, 6, 2]).tolist() == [5, 5, 1]


@quickly
@given(pot=rupiah, weights=weights)
def test_every_rupiah_is_given(pot, weights):
    assert share(pot, weights).sum() == pot


@quickly
@given(pot=rupiah, weights=weights, scale=st.integers(1, 1000))
def test_only_ratios_matter(pot, weights, scale):
    scaled = [scale * w for w in weights]

    np.testing.assert_array_equal(share(pot, weights), share(pot, scaled))
    np.testing.assert_array_equal(share(pot, weights), share(pot, [w / 1024 for w in weights]))


@quickly
@given(pot=rupiah, weights=weights, floor=st.integers(0, 10**9), cap=st.integers(0, 10**13))
def test_more_weight_never_means_less_money_and_bounds_are_kept(pot, weights, floor, cap):
    best_first = sorted(weights, reverse=True)
    heavy = sum(w > 0 for w in weights)
    assume(floor <= cap and floor * len(weights) <= pot)
    assume(pot <= cap * heavy + floor * (len(weights) - heavy))

    amounts = share(pot, best_first, floor=floor, cap=cap)

    assert (np.diff(amounts) <= 0).all()
    assert amounts.min() >= floor
    assert amounts.max() <= cap
    assert amounts.sum() == pot


@quickly
@given(
    pot=st.integers(0, 10**18),
    rows=st.lists(
        st.tuples(st.integers(0, 2**62 - 1), st.integers(0, 10**6), st.integers(0, 10**18)),
        min_size=1,
        max_size=12,
    ),
)
def test_amounts_equal_division_by_hand(pot, rows):
    w, floors, over = (list(column) for column in zip(*rows, strict=True))
    caps = [f + o for f, o in zip(floors, over, strict=True)]
    assume(any(w) and sum(floors) <= pot)
    assume(pot <= sum(c if x else f for x, f, c in zip(w, floors, caps, strict=True)))

    amounts = share(pot, w, floor=floors, cap=caps)

    assert amounts.tolist() == divided_by_hand(pot, w, floors, caps)


@quickly
@given(pot=st.integers(0, 2**62 - 1), weights=odd_weights)
def test_weights_of_any_size_are_exact_fractions(pot, weights):
    weights = [float(w) for w in weights]
    assume(any(weights))

    amounts = share(pot, weights)

    free = [pot] * len(weights)
    assert amounts.tolist() == divided_by_hand(pot, weights, [0] * len(weights), free)


def test_a_hundred_thousand_recipients_are_exact():
    rng = np.random.default_rng(3)
    heavy = rng.integers(1, 10**6, 100_000)

    amounts = share(10**13, heavy, floor=10**7, cap=10**9)

    assert amounts.sum() == 10**13
    assert amounts.min() == 10**7
    free = (amounts > 10**7) & (amounts < 10**9)
    rate = amounts[free] / heavy[free]
    assert np.ptp(rate) <= 2.0 / heavy[free].min()


def test_who_has_no_weight_stays_at_the_floor():
    assert share(100, [1, 0], floor=10).tolist() == [90, 10]


def test_equal_remainders_go_to_who_comes_first():
    assert share(5, [1, 1, 1]).tolist() == [2, 2, 1]


def test_floors_above_the_pot_are_infeasible_with_the_shortage():
    with pytest.raises(Infeasible, match="5 more than the pot of 10") as no:
        share(10, [1, 1, 1], floor=5)

    assert no.value.witness == {"shortage": 5}


def test_caps_below_the_pot_are_infeasible_with_the_surplus():
    with pytest.raises(Infeasible, match="3 of the pot of 10 can't be given") as no:
        share(10, [1, 2, 0], floor=1, cap=3)

    assert no.value.witness == {"surplus": 3}


@pytest.mark.parametrize(
    ("pot", "weights", "bounds", "said"),
    [
        (-1, [1], {}, "pot is -1"),
        (2**62, [1], {}, "pot is 4611686018427387904"),
        (1.5, [1], {}, "pot is 1.5"),
        (True, [1], {}, "pot is True"),
        (1, [], {}, r"n > 0, got \(0,\)"),
        (1, [[1]], {}, r"weights must have shape \(n,\), got \(1, 1\)"),
        (1, [1, -2], {}, r"weights\[1\] is -2"),
        (1, [0, 0], {}, "weights are all zero"),
        (1, [1, np.nan], {}, r"weights\[1\] is nan"),
        (9, [1, 1], {"floor": [1, 2, 3]}, r"floor must have shape \(2,\)"),
        (9, [1, 1], {"floor": -1}, r"floor\[0\] is -1"),
        (9, [1, 1], {"floor": 0.5}, r"floor\[0\] is 0.5, must be whole"),
        (9, [1, 1], {"floor": 3, "cap": [3, 2]}, r"cap\[1\] is 2, below its floor 3"),
    ],
)
def test_malformed_requests_name_the_argument_and_the_place(pot, weights, bounds, said):
    with pytest.raises(ValueError, match=said):
        share(pot, weights, **bounds)


def test_concentration_of_equal_amounts_is_nil_and_of_one_taking_all_is_greatest():
    assert concentration([7] * 20).gini == pytest.approx(0)
    assert concentration([7] * 20).top_share == pytest.approx(0.5)
    assert concentration([0, 0, 0, 9], top=1).gini == pytest.approx(0.75)
    assert concentration([0, 0, 0, 9], top=1).top_share == 1.0


@quickly
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any))
def test_gini_is_half_the_mean_difference_over_the_mean(amounts):
    x = np.array(amounts, dtype=float)
    by_pairs = np.abs(x[:, None] - x).mean() / (2 * x.mean())

    assert concentration(amounts).gini == pytest.approx(by_pairs, abs=1e-12)


@pytest.mark.parametrize(("amounts", "top"), [([], 1), ([0], 1), ([1, -1], 1), ([1], 0)])
def test_concentration_refuses_what_it_cannot_measure(amounts, top):
    with pytest.raises(ValueError, match="must"):
        concentration(amounts, top=top)
