"""The ground all kernels stand on: how arguments are read, what is refused and in which words."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from teladan.engine.errors import Infeasible, NotConverged
from teladan.engine.inputs import codes, matrix, vector, whole
from teladan.engine.ranking.places import places
from teladan.engine.scoring import weigh


def said(function, *arguments, **options):
    """The whole text of the refusal."""
    try:
        function(*arguments, **options)
    except ValueError as no:
        return str(no)
    raise AssertionError("this was not refused")


# --- what is understood ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        [1, 2],
        (1.0, 2.0),
        np.array([1, 2], dtype=np.uint8),
        np.array([1, 2], dtype=np.float32),
        [Decimal(1), Decimal(2)],
        [Fraction(1), Fraction(2)],
        [True, 2],
    ],
)
def test_numbers_of_any_kind_become_float64(given):
    found = vector("points", given, size=2)

    assert found.dtype == np.float64
    assert found.tolist() == [1.0, 2.0]


def test_a_vector_is_a_copy_that_its_giver_keeps():
    mine = np.array([1.0, 2.0])

    vector("points", mine)[0] = 9

    assert mine.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("given", [[[1, 2]], [[Decimal(1), 2]], np.array([[1, 2]], np.float32)])
def test_a_matrix_becomes_float64(given):
    found = matrix("marks", given)

    assert found.dtype == np.float64
    assert found.tolist() == [[1.0, 2.0]]


def test_nothing_is_a_vector_of_no_numbers():
    assert vector("points", []).tolist() == []
    assert whole("loads", []).dtype == np.int64
    assert whole("loads", [], size=0).tolist() == []


@pytest.mark.parametrize(
    ("given", "size", "meant"),
    [
        (3, 2, [3, 3]),
        (3.0, 2, [3, 3]),
        ([3, 0], 2, [3, 0]),
        ([3, 0], None, [3, 0]),
        ([3.0, 0.0], 2, [3, 0]),
        (np.array([1, 0], dtype=np.uint64), 2, [1, 0]),
        ([False, True], 2, [0, 1]),
        ([2**63 - 1], 1, [2**63 - 1]),
        (5, 0, []),
    ],
)
def test_whole_numbers_may_come_as_one_for_all_or_one_each(given, size, meant):
    found = whole("loads", given, size=size)

    assert found.dtype == np.int64
    assert found.tolist() == meant


def test_codes_are_positions_each_used_and_how_many_there_are():
    positions, how_many = codes("entry", [2.0, 0, 1, 0], size=4)

    assert positions.dtype == np.int64
    assert positions.tolist() == [2, 0, 1, 0]
    assert how_many == 3
    assert codes("entry", [0]) == (np.array([0]), 1)


# --- what is refused, word by word -----------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "size", "text"),
    [
        ([1, np.nan], None, "points[1] is nan, must be finite"),
        ([1, None], None, "points[1] is nan, must be finite"),
        ([-np.inf, np.nan], None, "points[0] is -inf, must be finite"),
        ([[1, 2]], None, "points must have shape (n,), got (1, 2)"),
        (7, None, "points must have shape (n,), got ()"),
        ([1, 2], 3, "points must have shape (3,), got (2,)"),
        ([[1, 2]], 2, "points must have shape (2,), got (1, 2)"),
        ([1, "7"], None, "points must be an array of numbers: points[1] is '7'"),
        (
            np.array([1, b"7"], dtype=object),
            None,
            "points must be an array of numbers: points[1] is b'7'",
        ),
        ("many", None, "points must be an array of numbers: points is 'many'"),
        ([1j], None, "points must be real, got complex128"),
        (
            np.array(["2026-01-01"], "datetime64[D]"),
            None,
            "points must be an array of numbers, got datetime64[D]",
        ),
    ],
)
def test_what_is_no_vector_is_refused_by_name_and_place(given, size, text):
    assert said(vector, "points", given, size=size) == text


@pytest.mark.parametrize("given", [[[1, 2], [3]], [object()], [10**400], [[1], None]])
def test_what_cannot_be_numbers_at_all_is_refused_by_name(given):
    assert said(vector, "points", given).startswith("points must be an array of numbers: ")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([[1, 2], [3, np.inf]], "marks[1, 1] is inf, must be finite"),
        ([[1, 2], [np.nan, np.inf]], "marks[1, 0] is nan, must be finite"),
        ([1, 2], "marks must have shape (n, m), got (2,)"),
        ([[[1]]], "marks must have shape (n, m), got (1, 1, 1)"),
        ([["A", "B"]], "marks must be an array of numbers: marks[0, 0] is 'A'"),
        ([[1j]], "marks must be real, got complex128"),
    ],
)
def test_what_is_no_matrix_is_refused_by_name_and_place(given, text):
    assert said(matrix, "marks", given) == text


@pytest.mark.parametrize(
    ("given", "size", "text"),
    [
        ([3, 1, -2, -4], None, "loads[2] is -2, must not be negative"),
        ([3, 1, -2.0], None, "loads[2] is -2, must not be negative"),
        (-1, 3, "loads[0] is -1, must not be negative"),
        ([1.0, 2.5, 3.5], 3, "loads[1] is 2.5, must be whole"),
        (0.5, 2, "loads[0] is 0.5, must be whole"),
        (np.array([1, 2.5], np.float32), 2, "loads[1] is 2.5, must be whole"),
        ([1, np.nan], 2, "loads[1] is nan, must be finite"),
        ([1, np.inf], 2, "loads[1] is inf, must be finite"),
        ([1, 1e30], 2, "loads[1] is 1e+30, must be below 2**63"),
        ([2.0**63, 1], 2, "loads[0] is 9.223372036854776e+18, must be below 2**63"),
        (
            np.array([1, 2**63], np.uint64),
            2,
            "loads[1] is 9223372036854775808, must be below 2**63",
        ),
        (3, None, "loads must have shape (n,), got ()"),
        ([[1]], None, "loads must have shape (n,), got (1, 1)"),
        ([1, 2], 3, "loads must have shape (3,) or be one number, got (2,)"),
        ([[1, 2]], 2, "loads must have shape (2,) or be one number, got (1, 2)"),
        ("2", 2, "loads must be an array of numbers: loads is '2'"),
    ],
)
def test_what_is_not_whole_is_refused_by_name_and_place(given, size, text):
    assert said(whole, "loads", given, size=size) == text


@pytest.mark.parametrize(
    ("given", "size", "text"),
    [
        ([], None, "entry is empty"),
        ([0, 1], 3, "entry must have shape (3,), got (2,)"),
        (0, 1, "entry must have shape (n,), got ()"),
        ([[0, 1]], 2, "entry must have shape (n,), got (1, 2)"),
        ([0, 2], 2, "entry reaches 2 in 2 rows: use 0 to m - 1"),
        ([0, 9, 1], 3, "entry reaches 9 in 3 rows: use 0 to m - 1"),
        ([0, 2, 2, 0], 4, "entry never has 1: use 0 to m - 1"),
        ([4, 1, 1, 1, 1], 5, "entry never has 0: use 0 to m - 1"),
        ([0, -1], 2, "entry[1] is -1, must not be negative"),
        ([0, 0.5], 2, "entry[1] is 0.5, must be whole"),
    ],
)
def test_codes_with_gaps_are_refused_by_name(given, size, text):
    assert said(codes, "entry", given, size=size) == text


# --- saying that there is no answer ----------------------------------------------------------


def test_an_infeasible_request_says_why_and_carries_a_copy_of_its_proof():
    proof = {"shortage": 5}

    no = Infeasible("five are missing", proof)
    proof["shortage"] = 0

    assert str(no) == "five are missing"
    assert no.reason == "five are missing"
    assert no.witness == {"shortage": 5}


def test_an_infeasible_request_without_proof_has_an_empty_one():
    assert Infeasible("no").witness == {}
    assert Infeasible("no", {}).witness == {}


def test_whoever_catches_mistakes_does_not_catch_infeasible_requests_by_accident():
    assert not issubclass(Infeasible, ValueError)
    assert not issubclass(NotConverged, ValueError)


# --- scoring ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "weights", "text"),
    [
        ([[80, 90]], [1, np.nan], "weights[1] is nan, must be finite"),
        ([[80, 90]], [[1, 1]], "weights must have shape (n,), got (1, 2)"),
        ([[80, 90]], [1, -2], "weights[1] is -2.0: weights must not be negative and not all zero"),
        ([[80, 90]], [-1, -2], "weights[0] is -1.0: weights must not be negative and not all zero"),
        (
            [[80, 90, 70]],
            [0, 0.5, -3],
            "weights[2] is -3.0: weights must not be negative and not all zero",
        ),
        ([[80, 90]], [0, 0], "weights must not be negative and not all zero"),
        (np.empty((1, 0)), [], "weights must not be negative and not all zero"),
        ([[80, 90]], [1], "marks have 2 aspects, weights have 1"),
        ([[80, "90"]], [1, 1], "marks must be an array of numbers: marks[0, 1] is '90'"),
    ],
)
def test_weights_and_marks_that_cannot_be_used_are_refused(marks, weights, text):
    assert said(weigh, marks, weights) == text


def test_an_aspect_without_weight_does_not_count():
    assert weigh([[80, 13, 90]], [1, 0, 1]).tolist() == [85.0]


# --- places ----------------------------------------------------------------------------------


def test_points_apart_by_more_than_the_tolerance_have_an_order():
    assert places([1.0, 1.0 + 2e-9]).tolist() == [2, 1]
    assert places([1.0, 1.0 + 5e-10]).tolist() == [1, 1]
    assert places([0.1, 0.1 + 1.5e-9]).tolist() == [2, 1]


def test_the_tolerance_grows_with_large_points_and_is_never_below_its_floor():
    assert places([1e6, 1e6 + 5e-4]).tolist() == [1, 1]
    assert places([1e6, 1e6 + 2e-3]).tolist() == [2, 1]
    assert places([1e-12, 2e-12]).tolist() == [1, 1]
    assert places([-1e6, -1e6 - 5e-4]).tolist() == [1, 1]


def test_many_small_steps_that_each_count_as_equal_are_one_tie():
    steps = 50 + 4e-8 * np.arange(10)

    assert places(steps).tolist() == [1] * 10


def test_places_are_whole_numbers_even_of_nobody():
    assert places([3, 1, 2]).dtype == np.int64
    assert places([]).dtype == np.int64


def test_a_later_key_decides_only_what_the_earlier_left_open():
    assert places([9, 9, 9, 8], [1, 2, 2, 9], [0, 1, 2, 9]).tolist() == [3, 2, 1, 4]
