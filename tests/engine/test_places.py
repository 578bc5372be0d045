"""Places with a declared tie rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.ranking import places

quickly = settings(deadline=None, max_examples=100, derandomize=True)
few = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=25)


@quickly
@given(few)
def test_a_place_is_one_more_than_the_number_of_better_entries(rows):
    points, key = ([row[i] for row in rows] for i in (0, 1))

    found = places(points, key)

    assert found.tolist() == [1 + sum(other > row for other in rows) for row in rows]


def test_without_a_rule_a_tie_stays_a_tie_and_the_next_place_is_skipped():
    assert places([90, 80, 90, 70]).tolist() == [1, 3, 1, 4]


def test_position_never_breaks_a_tie():
    rng = np.random.default_rng(1)
    points = rng.integers(0, 5, 40)
    order = rng.permutation(40)

    np.testing.assert_array_equal(places(points)[order], places(points[order]))


def test_a_tie_at_the_line_that_no_key_breaks_shows_in_the_count():
    found = places([9, 8, 8, 7], [0, 1, 1, 0])

    assert (found <= 2).sum() == 3


def test_means_that_differ_only_by_the_order_of_addition_are_equal():
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1

    assert places([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1]).tolist() == [1, 1]


def test_nobody_gives_no_places():
    assert places([]).tolist() == []


@pytest.mark.parametrize(
    ("points", "keys", "said"),
    [
        ([1, np.nan], [], r"points\[1\] is nan"),
        ([1, 2], [[1, 2, 3]], r"keys\[0\] must have shape \(2,\), got \(3,\)"),
        ([1, 2], [[1, 2], [np.inf, 2]], r"keys\[1\]\[0\] is inf"),
        ([[1, 2]], [], r"points must have shape \(n,\), got \(1, 2\)"),
    ],
)
def test_malformed_points_and_keys_are_named(points, keys, said):
    with pytest.raises(ValueError, match=said):
        places(points, *keys)
