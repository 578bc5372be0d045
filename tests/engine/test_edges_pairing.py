"""Pairing at its edges: limits that just hold, and every sentence of refusal."""

import numpy as np
import pytest

from teladan.engine.errors import Infeasible
from teladan.engine.pairing import (
    Equal,
    Floors,
    Near,
    Open,
    Own,
    Reserve,
    Rules,
    ceiling,
    fit,
    pair,
)

NAN = float("nan")
NEEDS = {"theme": [1, 1, 2]}
OFFERS = {
    "theme": [1, 1, 1, 2, 1],
    "proof": [0.5, 1.0, 0.25, 0.75, 0.5],
    "free": [True, True, False, True, True],
    "known": [True, False, True, True, True],
}
PROOF = Rules(terms=(Own("proof"),))


def chosen(rules, weights=None):
    """The offers that suit each need, in the order of the answer."""
    found = fit(NEEDS, OFFERS, weights or {"proof": 1.0}, rules)
    return [found.j[found.i == need].tolist() for need in range(3)]


# --- rules that just hold --------------------------------------------------------------------


def test_every_open_rule_counts_and_not_only_the_last():
    both = Rules(terms=(Own("proof"),), filters=(Open("free"), Open("known")))

    assert sorted(chosen(both)[0]) == [0, 3, 4]


def test_a_filter_and_an_open_rule_count_together():
    both = Rules(terms=(Own("proof"),), filters=(Equal("theme"), Open("free")))

    assert [sorted(each) for each in chosen(both)] == [[0, 1, 4], [0, 1, 4], [3]]


@pytest.mark.parametrize(
    ("breadth", "kept"),
    [(1, [1]), (2, [1, 3]), (3, [0, 1, 3]), (5, [0, 1, 2, 3, 4]), (60, [0, 1, 2, 3, 4])],
)
def test_the_best_offers_are_kept_and_of_equals_the_first(breadth, kept):
    rules = Rules(terms=(Own("proof"),), breadth=breadth)

    assert [sorted(each) for each in chosen(rules)] == [kept] * 3


def test_a_score_at_the_floor_is_a_candidate_and_one_below_is_none():
    assert sorted(chosen(Rules(terms=(Own("proof"),), floor=0.5))[0]) == [0, 1, 3, 4]
    assert sorted(chosen(Rules(terms=(Own("proof"),), floor=1.0))[0]) == [1]
    assert sorted(chosen(Rules(terms=(Own("proof"),), floor=0.0))[0]) == [0, 1, 2, 3, 4]


def test_a_term_without_weight_changes_no_score():
    alone = fit(NEEDS, OFFERS, {"proof": 3.0}, PROOF)
    rules = Rules(terms=(Own("proof"), Near("theme", scale=1.0)))

    both = fit(NEEDS, OFFERS, {"proof": 3.0, "theme": 0}, rules)

    assert both.score.tolist() == alone.score.tolist()


# --- pairs -----------------------------------------------------------------------------------


def asked(**changed):
    request = {
        "i": [0, 0, 1, 1],
        "j": [0, 1, 0, 1],
        "score": [3.0, 1.0, 2.0, 2.0],
        "wanted": [1, 1],
        "capacity": [1, 1],
    }
    return pair(**request | changed)


def test_pairs_that_are_worth_nothing_are_pairs():
    found = asked(score=[0.0, 0.0, 0.0, 0.0])

    assert found.pairs.tolist() == [[0, 0], [1, 1]]
    assert found.total == 0.0


@pytest.mark.parametrize("mode", ["stable", "optimal", "near-stable"])
def test_scores_loads_helpers_and_total_belong_to_the_pairs(mode):
    found = asked(mode=mode)

    assert found.pairs.tolist() == [[0, 0], [1, 1]]
    assert found.scores.tolist() == [3.0, 2.0]
    assert (found.helpers.tolist(), found.loads.tolist()) == ([1, 1], [1, 1])
    assert (found.total, found.optimum) == (5.0, 5.0)
    assert found.unmatched == ()


@pytest.mark.parametrize("near", [0, 0.5, 1])
def test_any_share_of_the_optimum_from_none_to_all_may_be_asked_for(near):
    assert asked(mode="near-stable", near=near).total == 5.0


def test_progress_goes_from_nothing_to_all_of_it():
    for mode in ("stable", "optimal", "near-stable"):
        seen = []
        asked(mode=mode, progress=seen.append)
        assert seen == sorted(seen)
        assert seen[-1] == 1.0


def test_groups_that_cannot_all_be_served_are_named_up_to_five():
    def refused(groups):
        with pytest.raises(Infeasible) as no:
            pair(
                np.arange(groups),
                np.zeros(groups, dtype=int),
                np.ones(groups),
                wanted=[1] * groups,
                capacity=[1],
                floors=Floors(np.arange(groups), 1),
                mode="optimal",
            )
        return no.value

    assert str(refused(2)).startswith("groups 0, 1 must have 2 more pairs: ")
    assert str(refused(5)).startswith("groups 0, 1, 2, 3, 4 must have 5 more pairs: ")
    assert str(refused(7)).startswith("groups 0, 1, 2, 3, 4, … must have 7 more pairs: ")
    assert refused(7).witness["groups"] == tuple(range(7))
    assert refused(7).witness["missing"] == 6


# --- malformed requests, word by word --------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "weights", "text"),
    [
        (Rules(terms=()), {}, "rules.terms is empty"),
        (Rules(terms=(Own("proof"), Own("proof"))), {"proof": 1}, "rules.terms has 'proof' twice"),
        (Rules(terms=(Own("proof"),), floor=1.5), {}, "rules.floor is 1.5, must be from 0 to 1"),
        (Rules(terms=(Own("proof"),), floor=-1), {}, "rules.floor is -1, must be from 0 to 1"),
        (Rules(terms=(Own("proof"),), breadth=0), {}, "rules.breadth is 0, must be at least 1"),
        (PROOF, {}, "weights: 'proof' has no weight"),
        (PROOF, {"proof": 1, "merit": 1}, "weights: 'merit' is no term"),
        (PROOF, {"proof": -2}, "weights['proof'] is -2, must not be negative"),
        (PROOF, {"proof": 0}, "weights are all 0"),
        (Rules(terms=(Own("merit"),)), {"merit": 1}, "offers has no column 'merit'"),
    ],
)
def test_malformed_rules_are_named(rules, weights, text):
    with pytest.raises(ValueError, match=r"\w") as no:
        fit(NEEDS, OFFERS, weights, rules)

    assert str(no.value) == text


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"wanted": [1]}, "wanted must have shape (3,) or be one number, got (1,)"),
        ({"wanted": [1, -1, 1]}, "wanted[1] is -1, must not be negative"),
        ({"capacity": [1]}, "capacity must have shape (5,) or be one number, got (1,)"),
        ({"capacity": [1, 1, 1, 1, 0.5]}, "capacity[4] is 0.5, must be whole"),
        ({"prices": [1]}, "prices must have shape (5,), got (1,)"),
        ({"prices": [0, 0, NAN, 0, 0]}, "prices[2] is nan, must be finite"),
    ],
)
def test_a_malformed_ceiling_is_named(changed, text):
    request = {"wanted": 1, "capacity": 1, "prices": [0] * 5} | changed

    with pytest.raises(ValueError, match=r"\w") as no:
        ceiling(NEEDS, OFFERS, {"proof": 1}, PROOF, **request)

    assert str(no.value) == text


def test_a_ceiling_adds_what_the_best_offers_are_worth_above_their_prices_and_the_prices():
    # Each of three needs wants two: 1 - 0.5 and 0.75 - 0 at these prices; 2 * 0.5 for the places.
    found = ceiling(
        NEEDS, OFFERS, {"proof": 1}, PROOF, wanted=2, capacity=2, prices=[0, 0.5, 0, 0, 0]
    )

    assert found == pytest.approx(3 * (0.75 + 0.5) + 2 * 0.5)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"i": [0, 0]}, "j must have shape (2,) as i, got (4,)"),
        ({"i": [0, 0, 1, 2]}, "i[3] is 2, must be below 2"),
        ({"j": [0, 1, 2, 1]}, "j[2] is 2, must be below 2"),
        ({"score": [1, 1, 1, -1]}, "score[3] is -1.0, must not be negative"),
        ({"donor_score": [1, 1, -1, 1]}, "donor_score[2] is -1.0, must not be negative"),
        ({"wanted": []}, "wanted is empty"),
        ({"capacity": []}, "capacity is empty"),
        ({"mode": "good"}, "mode is 'good', must be 'stable', 'optimal' or 'near-stable'"),
        ({"near": -0.1}, "near is -0.1, must be from 0 to 1"),
        ({"keep": [[0, 0, 1]]}, "keep must be whole pairs (m, 2), got int64 (1, 3)"),
        ({"keep": [[0.5, 0]]}, "keep must be whole pairs (m, 2), got float64 (1, 2)"),
        ({"keep": [[0, 2]]}, "keep[0] is (0, 2), outside (2, 2)"),
        ({"barred": [[0, 0], [-1, 0]]}, "barred[1] is (-1, 0), outside (2, 2)"),
        ({"keep": [[0, 1]], "barred": [[0, 1]]}, "keep has (0, 1), which is barred"),
        ({"keep": [[1, 0], [1, 1]]}, "keep has 2 pairs at 1, wanted is 1"),
        ({"keep": [[0, 1], [1, 1]]}, "keep has 2 pairs at 1, capacity is 1"),
        ({"reserve": Reserve([True, False])}, "reserve needs either seats or a share"),
        (
            {"reserve": Reserve([True], seats=1)},
            "reserve.eligible must be boolean of shape (2,), got bool (1,)",
        ),
        (
            {"reserve": Reserve([True, False], share=1.5)},
            "reserve.share is 1.5, must be from 0 to 1",
        ),
        (
            {"floors": Floors([0, 1], 1)},
            "floors can't be promised in mode 'stable': the least need not be stable",
        ),
    ],
)
def test_a_malformed_request_for_pairs_is_named(changed, text):
    with pytest.raises(ValueError, match=r"\w") as no:
        asked(**changed)

    assert str(no.value) == text
