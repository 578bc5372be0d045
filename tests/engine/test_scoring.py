"""Marks per aspect become points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.scoring import weigh

quickly = settings(deadline=None, max_examples=60, derandomize=True)


def test_points_are_the_weighted_mean_of_the_marks():
    marks = [[80, 90, 70], [60, 60, 60]]

    points = weigh(marks, [50, 30, 20])

    np.testing.assert_allclose(points, [81.0, 60.0], rtol=1e-15)


@quickly
@given(
    marks=st.lists(st.integers(0, 100), min_size=3, max_size=3),
    weights=st.lists(st.integers(1, 100), min_size=3, max_size=3),
    scale=st.sampled_from([2.0, 4.0, 0.5]),
)
def test_points_stay_within_the_marks_and_only_ratios_of_weights_matter(marks, weights, scale):
    points = weigh([marks], weights)

    assert min(marks) - 1e-9 <= points[0] <= max(marks) + 1e-9
    np.testing.assert_array_equal(points, weigh([marks], [scale * w for w in weights]))


def test_equal_ballots_get_equal_points_wherever_they_stand():
    rng = np.random.default_rng(1)
    ballot = rng.random(13)
    marks = np.vstack([ballot, rng.random((7, 13)), ballot])

    points = weigh(marks, rng.random(13))

    assert points[0] == points[-1]


def test_no_ballots_give_no_points():
    assert weigh(np.empty((0, 2)), [1, 1]).shape == (0,)


@pytest.mark.parametrize(
    ("marks", "weights", "said"),
    [
        ([[80, np.nan]], [1, 1], r"marks\[0, 1\] is nan"),
        ([[80, None]], [1, 1], r"marks\[0, 1\] is nan"),
        ([[80, np.inf]], [1, 1], r"marks\[0, 1\] is inf"),
        ([80, 90], [1, 1], r"marks must have shape \(n, m\), got \(2,\)"),
        ([[80, 90]], [1, 1, 1], "marks have 2 aspects, weights have 3"),
        ([[80, 90]], [1, -1], "not be negative and not all zero"),
        ([[80, 90]], [0, 0], "not be negative and not all zero"),
        ([["good", "bad"]], [1, 1], "marks must be an array of numbers"),
        ([[80, 90], [70]], [1, 1], "marks must be an array of numbers"),
    ],
)
def test_marks_with_gaps_and_odd_weights_are_refused(marks, weights, said):
    with pytest.raises(ValueError, match=said):
        weigh(marks, weights)
