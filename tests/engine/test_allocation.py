"""Every unit is given, none is invented."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teladan.engine.allocation import concentration, grades, improvement, min_max, share
from teladan.engine.errors import Infeasible

quickly = settings(deadline=None, max_examples=150, derandomize=True)
rupiah = st.integers(0, 10**13)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)
odd_weight = st.floats(0, 1e300, allow_subnormal=True) | st.integers(0, 2**62)
odd_weights = st.lists(odd_weight, min_size=1, max_size=12).filter(any)


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


@quickly
@given(
    rows=st.lists(
        st.tuples(odd_weight, st.integers(0, 2**40), st.integers(0, 2**57)), min_size=1, max_size=12
    ),
    data=st.data(),
)
def test_odd_weights_keep_their_bounds_as_by_hand(rows, data):
    w, floors, over = (list(column) for column in zip(*rows, strict=True))
    w = [float(x) for x in w]
    caps = [f + o for f, o in zip(floors, over, strict=True)]
    assume(any(w))
    most = sum(c if x else f for x, f, c in zip(w, floors, caps, strict=True))
    pot = data.draw(st.integers(sum(floors), most))

    amounts = share(pot, w, floor=floors, cap=caps)

    assert amounts.tolist() == divided_by_hand(pot, w, floors, caps)


@quickly
@given(
    pot=st.integers(0, 2**62 - 1),
    few=st.lists(odd_weight.filter(bool), min_size=1, max_size=3),
    times=st.lists(st.integers(0, 2), min_size=1, max_size=40),
)
def test_recipients_who_weigh_the_same_differ_by_one_unit_at_most_and_the_earlier_gets_it(
    pot, few, times
):
    w = [float(few[t % len(few)]) for t in times]

    amounts = share(pot, w)

    assert amounts.tolist() == divided_by_hand(pot, w, [0] * len(w), [pot] * len(w))
    for weight in set(w):
        same = [a for a, x in zip(amounts, w, strict=True) if x == weight]
        assert same == sorted(same, reverse=True)
        assert same[0] - same[-1] <= 1


@quickly
@given(
    pot=st.integers(0, 2**61),
    weights=st.lists(odd_weight, min_size=2, max_size=10).filter(any),
    data=st.data(),
)
def test_who_gains_weight_while_the_others_do_not_never_gets_less(pot, weights, data):
    weights = [float(w) for w in weights]
    who = data.draw(st.integers(0, len(weights) - 1))
    more = [*weights[:who], data.draw(st.floats(weights[who], 1e301)), *weights[who + 1 :]]
    assume(any(weights))
    cap = data.draw(st.integers(-(-pot // max(sum(w > 0 for w in weights), 1)), pot))

    before, after = share(pot, weights, cap=cap), share(pot, more, cap=cap)

    assert after[who] >= before[who]


@quickly
@given(pot=st.integers(0, 2**62 - 1), weights=odd_weights, power=st.integers(-20, 20))
def test_odd_weights_count_by_their_ratios_alone(pot, weights, power):
    weights = [float(w) for w in weights if w == 0 or w > 1e-290]
    assume(any(weights))

    scaled = [w * 2.0**power for w in weights]

    np.testing.assert_array_equal(share(pot, weights), share(pot, scaled))


@pytest.mark.parametrize("tiny", [0.0, 2.0**-200])
def test_quotas_that_are_whole_by_construction_leave_nothing_to_round(tiny):
    parts = np.arange(1, 501)

    amounts = share(int(parts.sum()) * 2**40, [*parts.astype(float), tiny])[:-1]

    assert amounts.tolist() == (parts * 2**40).tolist()


def test_a_draw_between_those_below_and_those_above_is_settled_exactly():
    # Both sides are out by exactly one half of the pot at the first common rate.
    amounts = share(2**52, [3 * 2.0**80, 2.0**80, 2.0**80, 3 * 2.0**80], floor=2**50, cap=2**50)

    assert amounts.tolist() == [2**50] * 4


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


def bands_by_hand(points, bands):
    return next(grade for grade, low in bands if points >= low)


TWELVE = ["AA+", "AA", "AA-", "BB+", "BB", "BB-", "CC+", "CC", "CC-", "DD+", "DD", "DD-"]


@pytest.mark.parametrize(
    ("points", "grade"),
    [(100, "A"), (90, "A"), (89.99, "B"), (np.nextafter(90, 0), "B"), (80, "B"), (-5, "C")],
)
def test_a_band_begins_exactly_at_its_edge(points, grade):
    bands = [("A", 90), ("B", 80), ("C", -np.inf)]

    assert grades([points], bands).tolist() == [grade]


def test_the_bands_of_the_innovation_index_hold_at_their_printed_edges():
    # Ministry of Home Affairs, index of 2023: 60.01-100, 35.00-60.00, 0.01-34.99, 0.
    bands = [("very innovative", 60.01), ("innovative", 35.0), ("less", 0.01), ("none", 0.0)]

    found = grades([100, 60.01, 60.0, 35.0, 34.99, 0.01, 0.0], bands)

    assert found.tolist() == ["very innovative"] * 2 + ["innovative"] * 2 + ["less"] * 2 + ["none"]


@quickly
@given(
    edges=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12, unique=True),
    points=st.lists(st.floats(-1e6, 1e6), max_size=30),
)
def test_grades_equal_a_search_from_the_best_band_down(edges, points):
    bands = list(zip(TWELVE, sorted(edges, reverse=True), strict=False))
    points = [*(p for p in points if p >= bands[-1][1]), *edges]

    assert grades(points, bands).tolist() == [bands_by_hand(p, bands) for p in points]


def test_missing_points_get_no_grade():
    assert grades([np.nan, 5], [("C", 0)]).tolist() == ["", "C"]
    assert grades([], [("C", 0)]).shape == (0,)


@pytest.mark.parametrize(
    ("points", "bands", "said"),
    [
        ([1], [], "bands must not be empty"),
        ([1], [("A", 5), ("B", 5)], r"bands\[1\] begins at 5.0, must begin below bands\[0\]"),
        ([1], [("A", 5), ("B", 6)], r"bands\[1\] begins at 6.0"),
        ([1], [("A", 5), ("A", 0)], r"bands\[1\] is called 'A'"),
        ([1], [("", 0)], r"bands\[0\] is called ''"),
        ([1], [("A", np.nan)], r"bands\[0\] begins at nan, must be finite"),
        ([1], [("A", np.inf)], r"bands\[0\] begins at inf"),
        ([1], [("A", -np.inf), ("B", -np.inf)], r"bands\[0\] begins at -inf"),
        ([9, 1], [("A", 5)], r"points\[1\] is 1.0, below the last band 'A', which begins at 5.0"),
        ([9, np.inf], [("A", 5)], r"points\[1\] is inf, must be finite"),
        ([[9]], [("A", 5)], r"points must have shape \(n,\), got \(1, 1\)"),
        (["x"], [("A", 5)], "points must be an array of numbers"),
    ],
)
def test_grades_refuse_what_leaves_a_gap_or_a_doubt(points, bands, said):
    with pytest.raises(ValueError, match=said):
        grades(points, bands)


figures = st.lists(st.floats(-1e9, 1e9) | st.just(float("nan")), min_size=1, max_size=20)


@quickly
@given(figures)
def test_min_max_keeps_order_ends_and_gaps(values):
    x = np.array(values)
    way = min_max(values)

    assert (np.isnan(way) == np.isnan(x)).all()
    given_values, given_way = x[~np.isnan(x)], way[~np.isnan(x)]
    if given_values.size:
        assert given_way.max() == 1
        assert (np.diff(given_way[np.argsort(given_values)]) >= 0).all()
        assert given_way.min() == (1 if np.ptp(given_values) == 0 else 0)


@quickly
@given(figures)
def test_min_max_of_lower_is_better_exchanges_the_ends(values):
    turned = min_max([-v for v in values])

    np.testing.assert_allclose(min_max(values, better="lower"), turned, atol=1e-12)


def test_min_max_with_fixed_ends_counts_what_lies_beyond_as_the_end():
    assert min_max([10, 52.5, 90], low=20, high=85).tolist() == [0, 0.5, 1]
    assert min_max([10, 90], low=20, high=85, better="lower").tolist() == [1, 0]
    assert min_max([3, 3], low=1).tolist() == [1, 1]
    assert min_max([3, 3], high=5).tolist() == [0, 0]


def test_min_max_of_nothing_or_of_equals_is_defined():
    assert min_max([7, 7, 7]).tolist() == [1, 1, 1]
    assert min_max([7, 7], better="lower").tolist() == [1, 1]
    assert np.isnan(min_max([np.nan, np.nan])).all()
    assert min_max([]).shape == (0,)
    assert min_max([-1.7e308, 0, 1.7e308]).tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("values", "options", "said"),
    [
        ([1, np.inf], {}, r"values\[1\] is inf"),
        ([[1]], {}, r"values must have shape \(n,\)"),
        ([1], {"low": np.nan}, "low is nan, must be finite"),
        ([1], {"high": np.inf}, "high is inf, must be finite"),
        ([1], {"low": 3, "high": 3}, "the scale from low 3.0 to high 3.0 has no width"),
        ([1, 2], {"low": 5}, "the scale from low 5.0 to high 2.0 has no width"),
        ([1], {"better": "more"}, "better is 'more', must be 'higher' or 'lower'"),
    ],
)
def test_min_max_refuses_a_scale_without_width(values, options, said):
    with pytest.raises(ValueError, match=said):
        min_max(values, **options)


def test_improvement_is_the_part_of_the_way_to_the_target():
    assert improvement([60, 80, 90], [70, 75, 105], target=100).tolist() == [0.25, -0.25, 1.5]
    assert improvement([12, 8], [9, 10], target=[0, 4], better="lower").tolist() == [0.25, -0.5]


def test_improvement_without_a_target_is_the_change_to_the_better():
    assert improvement([60, 80], [70, 75]).tolist() == [10, -5]
    assert improvement([12, 8, 3], [9, 10, 3], better="lower").tolist() == [3, -2, 0]


def test_who_was_at_the_target_has_kept_it_or_has_no_part_to_show():
    kept, fell = improvement([100, 100], [100, 90], target=100)

    assert kept == 1
    assert np.isnan(fell)


def test_a_missing_figure_is_no_improvement_of_nought():
    nan = float("nan")

    found = improvement([nan, 50, 50, 100], [60, nan, 75, nan], target=[100, 100, nan, 100])

    assert np.isnan(found).all()


@quickly
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 200)).map(
            lambda t: (float(t[0]), float(t[1]))
        ),
        min_size=1,
        max_size=10,
    )
)
def test_improvement_does_not_care_in_which_direction_a_variable_is_counted(rows):
    before, after = np.array(rows).T

    up = improvement(before, after, target=100)
    down = improvement(-before, -after, target=-100, better="lower")

    assert up.tolist() == down.tolist()
    assert up.tolist() == [float(Fraction(a - b) / Fraction(100 - b)) for b, a in rows]


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (([1, 2], [1]), {}, r"after must have shape \(2,\), got \(1,\)"),
        (([1], [np.inf]), {}, r"after\[0\] is inf"),
        (([1, 2], [1, 2]), {"target": [1, 2, 3]}, r"target must have shape \(2,\)"),
        (([1, 9], [1, 2]), {"target": 5}, r"before\[1\] is 9.0, beyond its target 5.0: higher"),
        (([1, 9], [1, 2]), {"target": 5, "better": "lower"}, r"before\[0\] is 1.0, beyond"),
        (([1], [1]), {"better": "up"}, "better is 'up'"),
    ],
)
def test_improvement_names_the_figure_that_is_wrong(arguments, options, said):
    with pytest.raises(ValueError, match=said):
        improvement(*arguments, **options)
