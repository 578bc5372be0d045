"""Dividing at the edges: remainders too close for a float, and every sentence of refusal."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.allocation import concentration, grades, improvement, min_max, share
from teladan.engine.errors import Infeasible

quickly = settings(deadline=None, max_examples=80, derandomize=True)
NAN = float("nan")
LAST = 2.0**-53


def by_remainder(pot, weights):
    """Largest remainders with fractions, the earlier first."""
    total = sum(map(Fraction, weights))
    quotas = [pot * Fraction(w) / total for w in weights]
    amounts = [int(q) for q in quotas]
    first = sorted(range(len(quotas)), key=lambda i: (amounts[i] - quotas[i], i))
    for i in first[: pot - sum(amounts)]:
        amounts[i] += 1
    return amounts


# --- remainders that only exact arithmetic tells apart ---------------------------------------


def test_a_weight_that_is_larger_by_the_last_digit_goes_first():
    assert share(1, [1 - LAST, 1.0, 2.0**-200]).tolist() == [0, 1, 0]
    assert share(1, [1.0, 1 - LAST, 2.0**-200]).tolist() == [1, 0, 0]
    assert share(1, [2**62 - 2, 2**62 - 1]).tolist() == [0, 1]
    assert share(1, [2**62 - 1, 2**62 - 1]).tolist() == [1, 0]


@quickly
@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=9),
    st.integers(1, 2**55),
    st.integers(0, 250),
)
def test_weights_that_differ_in_their_last_digits_are_divided_exactly(steps, pot, power):
    weights = [1.0 - step * LAST for step in steps] + [2.0**-power]

    assert share(pot, weights).tolist() == by_remainder(pot, weights)


@quickly
@given(st.lists(st.integers(0, 3), min_size=2, max_size=9), st.integers(1, 2**62 - 1))
def test_large_whole_weights_are_divided_exactly(steps, pot):
    weights = [2**61 - step for step in steps]

    assert share(pot, weights).tolist() == by_remainder(pot, weights)


@quickly
@given(
    st.lists(st.integers(1, 12), min_size=2, max_size=6),
    st.integers(1, 60),
    st.integers(2, 20),
    st.booleans(),
)
def test_floors_and_caps_that_nearly_balance_are_settled_exactly(weights, pot, cap, large):
    # As large weights the same request takes the other way of computing.
    floor = pot // (2 * len(weights))
    cap = max(cap, floor, -(-pot // len(weights)))
    scale = 2.0**-300 if large else 1
    scaled = [w * scale for w in weights] + ([1.0 * scale * LAST**5] if large else [])
    floors = [floor] * len(weights) + ([0] if large else [])

    amounts = share(pot, scaled, floor=floors, cap=cap)

    # The rule in words: one rate for all, bounded; then nobody is off by a whole unit.
    w, f = [Fraction(x) for x in scaled], floors
    rates = sorted({Fraction(b) / x for x, y in zip(w, f, strict=True) for b in (y, cap)})

    def quotas(rate):
        return [min(max(rate * x, y), Fraction(cap)) for x, y in zip(w, f, strict=True)]

    above = next(i for i, rate in enumerate(rates) if sum(quotas(rate)) >= pot)
    low, high = rates[max(above - 1, 0)], rates[above]
    most, least = sum(quotas(high)), sum(quotas(low))
    rate = high if most == least else low + (high - low) * (pot - least) / (most - least)
    assert amounts.sum() == pot
    for amount, quota in zip(amounts.tolist(), quotas(rate), strict=True):
        assert abs(amount - quota) < 1


def test_a_pot_of_nothing_is_divided():
    assert share(0, [1, 2]).tolist() == [0, 0]
    assert share(0, [0.1, 2e300]).tolist() == [0, 0]
    assert share(0, [1.0, 2.0**-200], cap=0).tolist() == [0, 0]


def test_the_largest_pot_is_divided():
    assert share(2**62 - 1, [1, 1]).tolist() == [2**61, 2**61 - 1]
    assert share(2**62 - 1, [0.1, 0.1]).tolist() == [2**61, 2**61 - 1]


def test_the_answer_is_int64_and_the_bounds_are_not_touched():
    floor, cap = np.array([1, 2]), np.array([50, 90])

    amounts = share(np.int64(100), [1, 1], floor=floor, cap=cap)

    assert amounts.dtype == np.int64
    assert amounts.tolist() == [50, 50]
    assert (floor.tolist(), cap.tolist()) == ([1, 2], [50, 90])


def test_caps_above_the_pot_are_no_caps():
    assert share(10, [1, 1], cap=2**62).tolist() == [5, 5]


# --- no answer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "text", "proof"),
    [
        (
            {"pot": 10, "weights": [1, 1, 1], "floor": 5},
            "the floors of 3 recipients add up to 15: 5 more than the pot of 10",
            {"shortage": 5},
        ),
        (
            {"pot": 14, "weights": [1, 1, 1], "floor": 5},
            "the floors of 3 recipients add up to 15: 1 more than the pot of 14",
            {"shortage": 1},
        ),
        (
            {"pot": 10, "weights": [1, 2, 0], "cap": 3},
            "recipients with weight may get 6 at most: 4 of the pot of 10 can't be given",
            {"surplus": 4},
        ),
        (
            {"pot": 10, "weights": [1, 2, 0], "cap": [5, 4, 9]},
            "recipients with weight may get 9 at most: 1 of the pot of 10 can't be given",
            {"surplus": 1},
        ),
    ],
)
def test_what_cannot_be_given_is_said_with_the_amount(request_, text, proof):
    with pytest.raises(Infeasible) as no:
        share(**request_)

    assert str(no.value) == text
    assert no.value.witness == proof


def test_floors_that_take_the_whole_pot_and_caps_that_just_hold_it_are_kept():
    assert share(15, [9, 1, 1], floor=5).tolist() == [5, 5, 5]
    assert share(9, [1, 9], cap=[5, 4]).tolist() == [5, 4]


# --- malformed requests, word by word --------------------------------------------------------

BANDS = [("A", 90), ("B", 60)]
SCALE = "the scale from low 5.0 to high 5.0 has no width"


@pytest.mark.parametrize(
    ("function", "arguments", "options", "text"),
    [
        (share, (-1, [1]), {}, "pot is -1, must be a whole number from 0 to 2**62 - 1"),
        (share, (2**62, [1]), {}, f"pot is {2**62}, must be a whole number from 0 to 2**62 - 1"),
        (share, (1.0, [1]), {}, "pot is 1.0, must be a whole number from 0 to 2**62 - 1"),
        (share, (True, [1]), {}, "pot is True, must be a whole number from 0 to 2**62 - 1"),
        (share, (1, []), {}, "weights must have shape (n,) with n > 0, got (0,)"),
        (share, (1, [0, 0]), {}, "weights are all zero"),
        (share, (1, [0.0]), {}, "weights are all zero"),
        (share, (1, [0, -2]), {}, "weights[1] is -2, must not be negative"),
        (share, (1, [0.5, -2]), {}, "weights[1] is -2.0, must not be negative"),
        (share, (1, [1, NAN]), {}, "weights[1] is nan, must be finite"),
        (share, (1, [1]), {"floor": -1}, "floor[0] is -1, must not be negative"),
        (share, (1, [1]), {"cap": [1, 1]}, "cap must have shape (1,) or be one number, got (2,)"),
        (share, (9, [1, 1]), {"floor": [0, 3], "cap": 2}, "cap[1] is 2, below its floor 3"),
        (concentration, ([],), {}, "amounts must not be empty, negative or all zero"),
        (concentration, ([0, 0],), {}, "amounts must not be empty, negative or all zero"),
        (concentration, ([3, -1],), {}, "amounts must not be empty, negative or all zero"),
        (concentration, ([3, NAN],), {}, "amounts[1] is nan, must be finite"),
        (concentration, ([3],), {"top": 0}, "top is 0, must be at least 1"),
        (grades, ([91], []), {}, "bands must not be empty"),
        (grades, ([91, 59.5], BANDS), {}, "points[1] is 59.5, below the last band 'B', "
         "which begins at 60.0"),
        (grades, ([91], [("A", 90), ("A", 60)]), {}, "bands[1] is called 'A', "
         "must have a name of its own"),
        (grades, ([91], [("", 90)]), {}, "bands[0] is called '', must have a name of its own"),
        (grades, ([91], [("A", NAN)]), {}, "bands[0] begins at nan, must be finite"),
        (grades, ([91], [("A", -np.inf), ("B", 1)]), {}, "bands[0] begins at -inf, must be finite"),
        (grades, ([91], [("A", 60), ("B", 60)]), {}, "bands[1] begins at 60.0, must begin below "
         "bands[0] at 60.0: best first, without overlap"),
        (grades, (["A"], BANDS), {}, "points must be an array of numbers: points[0] is 'A'"),
        (grades, ([[91]], BANDS), {}, "points must have shape (n,), got (1, 1)"),
        (min_max, ([1, np.inf],), {}, "values[1] is inf, must be finite"),
        (min_max, ([1, 2],), {"low": NAN}, "low is nan, must be finite"),
        (min_max, ([1, 2],), {"high": np.inf}, "high is inf, must be finite"),
        (min_max, ([1, 2],), {"low": 5, "high": 5}, SCALE),
        (min_max, ([5],), {"low": 5}, SCALE),
        (min_max, ([1],), {"better": "more"}, "better is 'more', must be 'higher' or 'lower'"),
        (improvement, ([1, 2], [1]), {}, "after must have shape (2,), got (1,)"),
        (improvement, ([np.inf], [1]), {}, "before[0] is inf, must be finite"),
        (improvement, ([1], [np.inf]), {}, "after[0] is inf, must be finite"),
        (improvement, ([1], [1]), {"target": np.inf}, "target[0] is inf, must be finite"),
        (improvement, ([1, 2], [1, 1]), {"target": [9]}, "target must have shape (2,), got (1,)"),
        (improvement, ([1, 8], [1, 8]), {"target": 5}, "before[1] is 8.0, beyond its target 5.0: "
         "higher is better"),
        (improvement, ([1], [1]), {"better": ""}, "better is '', must be 'higher' or 'lower'"),
    ],
)  # fmt: skip
def test_malformed_requests_are_named(function, arguments, options, text):
    with pytest.raises(ValueError, match=r"\w") as no:
        function(*arguments, **options)

    assert str(no.value) == text


# --- concentration ---------------------------------------------------------------------------


def test_concentration_by_hand():
    # Ascending 1, 2, 3, 10: (-3*1 - 1*2 + 1*3 + 3*10) / (4 * 16) = 28/64; the two largest 13/16.
    found = concentration([3, 10, 1, 2], top=2)

    assert (found.gini, found.top_share, found.top) == (28 / 64, 13 / 16, 2)


def test_a_top_beyond_all_amounts_holds_everything():
    assert concentration([1, 2], top=50).top_share == 1.0
    assert concentration([1] * 40).top == 10
    assert concentration([1] * 40).top_share == 0.25
