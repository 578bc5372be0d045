"""Verifying an assignment without trusting whoever made it."""

import ast
from pathlib import Path

import numpy as np
import pytest

from teladan.engine import checking, faults
from teladan.engine.assignment import assign
from teladan.engine.checking import check


@pytest.fixture
def served():
    rng = np.random.default_rng(1)
    affinity = rng.random((12, 5))
    conflicts = rng.random((12, 5)) < 0.1
    limits = {"demand": 2, "max_load": 6, "min_load": 3, "conflicts": conflicts}
    return affinity, limits, assign(affinity, **limits, rng=rng)


def test_the_checker_imports_nothing_from_what_it_checks():
    trees = [ast.parse(Path(module.__file__).read_text()) for module in (checking, faults)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]

    assert not [name for name in names if "assignment" in name]


def test_a_right_assignment_has_no_faults(served):
    affinity, limits, found = served

    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


def test_a_pair_too_few_and_a_pair_too_many_are_named(served):
    affinity, limits, found = served
    p, r = found.pairs[0].tolist()

    less = check(found.pairs[1:], affinity, **limits)
    twice = check(np.vstack([found.pairs, found.pairs[:1]]), affinity, **limits)

    assert f"entry {p} has 1 readers, at least 2 are needed" in less
    assert f"pair ({p}, {r}) stands twice" in twice
    assert f"entry {p} has 3 readers, at most 2 are allowed" in twice


def test_conflicts_loads_outsiders_and_lost_pairs_are_named():
    faults = check(
        [[0, 0], [1, 0], [5, 0]],
        np.ones((2, 2)),
        demand=1,
        max_load=1,
        min_load=1,
        conflicts=[[1, 0]],
        keep=[[0, 1]],
    )

    assert faults == [
        "pair (5, 0) is outside (2, 2)",
        "pair (1, 0) is a conflict",
        "pair (0, 1) was to be kept",
        "reader 0 has 2 entries, at most 1 are allowed",
        "reader 1 has 0 entries, at least 1 are needed",
    ]


def test_many_faults_of_one_kind_are_counted():
    faults = check(np.empty((0, 2), dtype=int), np.ones((9, 2)), demand=1, max_load=9)

    assert len(faults) == 6
    assert faults[-1] == "… and 4 more of this kind"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("total", 99.0, "the claimed total is 99.0"),
        ("floor", 99.0, "the claimed floor is 99.0"),
        ("totals", np.zeros(12), "the claimed totals differ"),
        ("loads", np.zeros(5), "the claimed loads differ"),
        ("gap", 0.5, "the claimed gap is 0.5"),
        ("total_bound", 0.1, "exceeds its own bound 0.1"),
        ("total_bound", 0.1, "the prices prove a total of"),
        ("prices", np.full(5, 0.9), "the prices prove a total of"),
        ("floor_bound", 0.0, "exceeds its own bound 0.0"),
    ],
)
def test_false_claims_are_found_out(served, name, value, said):
    affinity, limits, found = served

    faults = check(found.pairs, affinity, **limits, claims={**found.claims(), name: value})

    assert any(said in fault for fault in faults)


def test_a_floor_bound_that_its_weights_do_not_prove_is_found_out(served):
    affinity, limits, found = served
    claims = {**found.claims(), "floor_exact": False, "floor_bound": found.floor}
    claims["floor_weights"] = np.ones(12)

    assert any(
        "weights prove a floor" in f for f in check(found.pairs, affinity, **limits, claims=claims)
    )


def test_weights_that_prove_nothing_are_refused(served):
    affinity, limits, found = served
    claims = {**found.claims(), "floor_weights": -np.ones(12)}

    assert any(
        "must not be negative" in f for f in check(found.pairs, affinity, **limits, claims=claims)
    )


@pytest.mark.parametrize(
    ("pairs", "conflicts", "said"),
    [
        ([[0.5, 0]], None, "pairs must be whole"),
        ([0, 0], None, "pairs must be whole"),
        ([[0, 0]], np.zeros((3, 3), dtype=bool), "conflicts must have shape"),
    ],
)
def test_malformed_requests_are_errors_not_faults(pairs, conflicts, said):
    with pytest.raises(ValueError, match=said):
        check(pairs, [[1.0]], demand=1, max_load=1, conflicts=conflicts)
