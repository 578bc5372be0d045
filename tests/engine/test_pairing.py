"""Pairs that nobody would leave, the largest total, and every reason checked by separate code."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.checking_pairs import check_pairing
from teladan.engine.errors import Infeasible
from teladan.engine.pairing import Floors, Reserve, pair

bounded = settings(max_examples=40, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


def random_market(seed, *, most_needs=8, most_offers=6, levels=None, spare=2):
    """A market small enough to look at; with `levels`, scores have ties."""
    dice = np.random.default_rng(seed)
    N, M = dice.integers(1, most_needs + 1), dice.integers(1, most_offers + 1)
    i, j = np.nonzero(dice.random((N, M)) < dice.uniform(0.3, 1.0))
    order = dice.permutation(i.size)
    i, j = i[order], j[order]

    def scores():
        raw = dice.random(i.size)
        return raw if levels is None else np.floor(raw * levels) / levels

    market = {
        "i": i,
        "j": j,
        "score": scores(),
        "wanted": dice.integers(0, 3, N),
        "capacity": dice.integers(0, 2 + spare, M),
        "donor_score": scores(),
    }
    return market, dice


def with_rules(market, dice):
    """Add a reserve, kept and barred pairs, whatever the dice say."""
    N, M = market["wanted"].size, market["capacity"].size
    if dice.random() < 0.7:
        market["reserve"] = Reserve(dice.random(N) < 0.4, seats=dice.integers(0, 3, M))
    free_needs, free_places = market["wanted"].copy(), market["capacity"].copy()
    keep = []
    for need, offer in dice.integers(0, [N, M], (3, 2)).tolist():
        if free_needs[need] and free_places[offer] and [need, offer] not in keep:
            keep.append([need, offer])
            free_needs[need] -= 1
            free_places[offer] -= 1
    shut = [p for p in dice.integers(0, [N, M], (3, 2)).tolist() if p not in keep]
    return market | {"keep": np.array(keep, int), "barred": np.array(shut, int)}


def subsets(market):
    """Every set of candidates within all capacities."""
    rows = list(zip(market["i"].tolist(), market["j"].tolist(), strict=True))

    def grow(start, chosen, wants, room):
        yield chosen
        for k in range(start, len(rows)):
            need, offer = rows[k]
            if wants[need] and room[offer]:
                wants[need] -= 1
                room[offer] -= 1
                yield from grow(k + 1, [*chosen, k], wants, room)
                wants[need] += 1
                room[offer] += 1

    yield from grow(0, [], market["wanted"].tolist(), market["capacity"].tolist())


def faults(market, found, **more):
    return check_pairing(found.pairs, **market, claims=found.claims(), **more)


# --- stable ----------------------------------------------------------------------------------


@bounded
@given(seeds)
def test_no_pair_would_leave_a_stable_pairing(seed):
    market, dice = random_market(seed, levels=4 if seed % 2 else None)
    market = with_rules(market, dice)

    found = pair(**market)

    assert faults(market, found, stable=True) == []
    assert found.blocking.pairs.size == 0


def test_the_checker_does_see_a_blocking_pair_that_is_there():
    market = {"i": [0, 1], "j": [0, 0], "score": [0.9, 0.5], "wanted": [1, 1], "capacity": [1]}

    assert check_pairing([[1, 0]], **market, stable=True) == [
        "need 0 and offer 0 would rather have each other"
    ]
    assert check_pairing([[0, 0]], **market, stable=True) == []


@pytest.mark.parametrize("seed", range(40))
def test_of_all_stable_pairings_every_need_likes_this_one_best(seed):
    market, _ = random_market(seed, most_needs=4, most_offers=3, spare=0)
    worth = dict(
        zip(
            zip(market["i"].tolist(), market["j"].tolist(), strict=True),
            market["score"],
            strict=True,
        )
    )
    rows = np.column_stack([market["i"], market["j"]])

    found = pair(**market)

    stable = [
        rows[chosen]
        for chosen in subsets(market)
        if not check_pairing(rows[chosen], **market, stable=True)
    ]
    assert sorted(found.pairs.tolist()) in [sorted(each.tolist()) for each in stable]
    for each in stable:
        for need in range(market["wanted"].size):
            mine = sorted((worth[n, o] for n, o in found.pairs.tolist() if n == need), reverse=True)
            other = sorted((worth[n, o] for n, o in each.tolist() if n == need), reverse=True)
            assert len(mine) == len(other)
            assert all(a >= b for a, b in zip(mine, other, strict=True))


@bounded
@given(seeds)
def test_the_order_of_the_rows_changes_nothing(seed):
    market, dice = random_market(seed, levels=3)
    order = dice.permutation(market["i"].size)
    turned = market | {name: market[name][order] for name in ("i", "j", "score", "donor_score")}

    for mode in ("stable", "optimal", "near-stable"):
        first, again, other = (pair(**m, mode=mode) for m in (market, market, turned))
        assert first.pairs.tolist() == again.pairs.tolist() == other.pairs.tolist()
        assert first.unmatched == other.unmatched
        assert first.prices.tolist() == other.prices.tolist()


def test_equal_scores_go_to_the_lower_position_on_both_sides():
    found = pair([1, 0, 1, 0], [1, 1, 0, 0], [1.0] * 4, wanted=[1, 1], capacity=[1, 1])
    assert found.pairs.tolist() == [[0, 0], [1, 1]]


# --- reserve ---------------------------------------------------------------------------------


def test_a_reserved_place_goes_to_the_lagging_region_and_the_report_says_so():
    market = {
        "i": [0, 1, 2],
        "j": [0, 0, 0],
        "score": [0.9, 0.8, 0.3],
        "wanted": [1, 1, 1],
        "capacity": [2],
    }
    reserve = Reserve([False, False, True], seats=1)

    plain = pair(**market)
    found = pair(**market, reserve=reserve)

    assert plain.pairs.tolist() == [[0, 0], [1, 0]]
    assert found.pairs.tolist() == [[0, 0], [2, 0]]
    assert found.reserve.gained.tolist() == [2]
    assert found.reserve.lost.tolist() == [1]
    assert found.reserve.pairs_in.tolist() == [[2, 0]]
    assert found.reserve.pairs_out.tolist() == [[1, 0]]
    assert (found.reserve.taken, found.reserve.open) == (1, 0)
    assert found.reserve.total_without == pytest.approx(plain.total)
    assert [(u.need, u.reason) for u in found.unmatched] == [(1, "reserve")]
    assert [(u.need, u.reason) for u in plain.unmatched] == [(2, "no capacity")]


def test_reserved_places_nobody_asks_for_go_to_others():
    found = pair(
        [0, 1], [0, 0], [0.9, 0.8], wanted=[1, 1, 1], capacity=[2],
        reserve=Reserve([False, False, True], seats=2),
    )  # fmt: skip
    assert found.pairs.tolist() == [[0, 0], [1, 0]]
    assert (found.reserve.taken, found.reserve.open) == (0, 2)
    assert found.reserve.gained.size == found.reserve.lost.size == 0


def test_a_share_of_the_capacity_is_rounded_up_to_whole_places():
    score = [0.9, 0.8, 0.7, 0.6, 0.5, 0.1]
    for share, eligible_in in ((0.2, True), (0.0, False)):
        found = pair(
            range(6), [0] * 6, score, wanted=[1] * 6, capacity=[5],
            reserve=Reserve([False] * 5 + [True], share=share),
        )  # fmt: skip
        assert bool(found.helpers[5]) is eligible_in


@bounded
@given(seeds)
def test_the_reserve_never_turns_away_an_eligible_need_for_another_while_places_are_kept(seed):
    market, dice = random_market(seed)
    N, M = market["wanted"].size, market["capacity"].size
    eligible, seats = dice.random(N) < 0.5, dice.integers(0, 3, M)

    found = pair(**market, reserve=Reserve(eligible, seats=seats))

    mine = {n: set(found.pairs[found.pairs[:, 0] == n, 1].tolist()) for n in range(N)}
    for need, offer in zip(market["i"].tolist(), market["j"].tolist(), strict=True):
        guests = found.pairs[found.pairs[:, 1] == offer, 0]
        favoured = int(eligible[guests].sum())
        starved = len(mine[need]) < market["wanted"][need] and offer not in mine[need]
        if eligible[need] and starved and market["capacity"][offer] > 0:
            assert favoured >= min(seats[offer], market["capacity"][offer])


@bounded
@given(seeds)
def test_optimal_takes_as_many_reserved_places_as_can_be_and_then_the_largest_total(seed):
    market, dice = random_market(seed, most_needs=4, most_offers=3, spare=0)
    N, M = market["wanted"].size, market["capacity"].size
    eligible, seats = dice.random(N) < 0.5, dice.integers(0, 2, M)
    reserve = Reserve(eligible, seats=seats)

    found = pair(**market, reserve=reserve, mode="optimal")

    def merit(chosen):
        held = np.bincount(market["j"][chosen][eligible[market["i"][chosen]]], minlength=M)
        taken = np.minimum(held, np.minimum(seats, market["capacity"])).sum()
        return int(taken), float(market["score"][chosen].sum())

    taken, total = max(merit(np.array(chosen, int)) for chosen in subsets(market))
    assert found.reserve.taken == taken
    assert found.total == pytest.approx(total, abs=1e-6)
    assert faults(market | {"reserve": reserve}, found) == []


# --- optimal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_the_largest_total_equals_a_linear_programme_and_its_prices_prove_it(seed):
    from scipy.optimize import linprog

    market, _ = random_market(
        seed, most_needs=20, most_offers=15, levels=5 if seed % 3 == 0 else None
    )
    N, M, n = market["wanted"].size, market["capacity"].size, market["i"].size
    limits = np.zeros((N + M, n))
    limits[market["i"], np.arange(n)] = 1
    limits[N + market["j"], np.arange(n)] = 1
    room = np.concatenate([market["wanted"], market["capacity"]])

    found = pair(**market, mode="optimal")

    best = -linprog(-market["score"], A_ub=limits, b_ub=room, bounds=(0, 1)).fun if n else 0.0
    assert found.total == pytest.approx(best, abs=1e-6)
    assert found.bound == pytest.approx(best, abs=1e-6)
    assert found.share == 1.0
    assert faults(market, found) == []


@bounded
@given(seeds)
def test_every_mode_passes_the_checker_whatever_the_rules(seed):
    market, dice = random_market(seed, levels=6 if seed % 2 else None)
    market = with_rules(market, dice)

    for mode in ("stable", "optimal", "near-stable"):
        found = pair(**market, mode=mode)
        assert faults(market, found) == []
        assert found.total <= found.optimum + 1e-6
        assert found.optimum == pytest.approx(found.bound, abs=1e-6)


def test_a_pairing_that_is_worth_nothing_is_still_made():
    found = pair([0], [0], [0.0], wanted=[1], capacity=[1], mode="optimal")
    assert found.pairs.tolist() == [[0, 0]]
    assert found.share == 1.0


# --- near-stable -----------------------------------------------------------------------------


def big_market(seed, N=120, M=45):
    dice = np.random.default_rng(seed)
    i, j = np.nonzero(dice.random((N, M)) < 0.3)
    return {
        "i": i,
        "j": j,
        "score": dice.random(i.size),
        "donor_score": dice.random(i.size),
        "wanted": np.full(N, 1),
        "capacity": np.full(M, 2),
    }


def test_near_stable_keeps_its_share_with_far_fewer_blocking_pairs():
    market = big_market(1)

    optimal, found = (pair(**market, mode=mode) for mode in ("optimal", "near-stable"))

    assert optimal.blocking.regret.size > 100
    assert found.share >= 0.99
    assert found.blocking.regret.size < 0.8 * optimal.blocking.regret.size
    assert faults(market, found) == []
    assert found.compromises[-1].share == pytest.approx(found.share)
    assert found.compromises[-1].blocking == found.blocking.regret.size


def test_near_stable_is_stable_where_that_is_near_enough():
    market = big_market(2)

    stable = pair(**market)
    found = pair(**market, mode="near-stable", near=stable.share - 0.01)

    assert found.pairs.tolist() == stable.pairs.tolist()
    assert found.blocking.pairs.size == 0


def test_a_lower_share_buys_fewer_blocking_pairs():
    market = big_market(3)
    counts = [
        pair(**market, mode="near-stable", near=near).blocking.regret.size
        for near in (1.0, 0.99, 0.97)
    ]
    assert counts[0] > counts[1] > counts[2]


# --- overrides and floors --------------------------------------------------------------------


def test_kept_pairs_hold_even_if_no_candidate_and_barred_pairs_never_are():
    market = {"i": [0, 0, 1], "j": [0, 1, 0], "score": [0.9, 0.8, 0.5], "wanted": [1, 2]}

    for mode in ("stable", "optimal", "near-stable"):
        found = pair(**market, capacity=[1, 1], keep=[[1, 1]], barred=[[0, 0]], mode=mode)

        assert found.pairs.tolist() == [[1, 0], [1, 1]]
        assert np.isnan(found.scores[1])
        assert found.total == 0.5
        assert [(u.need, u.reason, u.full) for u in found.unmatched] == [(0, "no capacity", 1)]


def test_a_need_whose_only_candidates_are_barred_is_told_so():
    found = pair([0], [0], [0.9], wanted=[1, 1], capacity=[1], barred=[[0, 0]])
    assert [(u.need, u.reason) for u in found.unmatched] == [(0, "barred"), (1, "no fit")]


def test_a_need_that_wants_more_than_fits_is_told_that_nothing_else_fits():
    found = pair([0], [0], [0.9], wanted=[3], capacity=[1])
    assert [tuple(u) for u in found.unmatched] == [(0, 2, "no fit", 0)]


@bounded
@given(seeds)
def test_a_place_lost_to_the_reserve_is_a_place_one_would_have_without(seed):
    market, dice = random_market(seed)
    N, M = market["wanted"].size, market["capacity"].size
    reserve = Reserve(dice.random(N) < 0.5, seats=dice.integers(0, 3, M))

    for mode in ("stable", "optimal"):
        found, plain = pair(**market, reserve=reserve, mode=mode), pair(**market, mode=mode)
        robbed = {u.need for u in found.unmatched if u.reason == "reserve"}
        assert robbed == set(np.flatnonzero(found.helpers < plain.helpers).tolist())
        assert found.reserve.lost.tolist() == sorted(robbed)


@bounded
@given(seeds)
def test_floors_of_groups_hold_at_the_largest_total_or_the_groups_are_named(seed):
    market, dice = random_market(seed, most_needs=4, most_offers=3, spare=0)
    N = market["wanted"].size
    group = np.arange(N) % min(2, N)
    least = dice.integers(0, 3, group.max() + 1)

    totals = [
        market["score"][chosen].sum()
        for chosen in subsets(market)
        if (np.bincount(group[market["i"][chosen]], minlength=least.size) >= least).all()
    ]
    floors = Floors(group, least)
    if totals:
        found = pair(**market, floors=floors, mode="optimal")
        assert found.total == pytest.approx(max(totals), abs=1e-6)
        assert faults(market | {"floors": floors}, found) == []
        near = pair(**market, floors=floors, mode="near-stable")
        assert faults(market | {"floors": floors}, near) == []
    else:
        with pytest.raises(Infeasible) as refused:
            pair(**market, floors=floors, mode="optimal")
        assert refused.value.witness["missing"] > 0
        named = list(refused.value.witness["groups"])
        among = np.isin(group, named)
        mine = among[market["i"]]
        alone = {
            **market,
            **{k: market[k][mine] for k in ("i", "j", "score", "donor_score")},
        }
        most = max(len(chosen) for chosen in subsets(alone))
        assert most + refused.value.witness["missing"] == least[named].sum()


def test_a_province_lifted_by_its_floor_costs_another_and_that_one_is_told():
    market = {"i": [0, 1], "j": [0, 0], "score": [0.9, 0.2], "wanted": [1, 1], "capacity": [1]}
    found = pair(**market, floors=Floors([0, 1], [0, 1]), mode="optimal")
    assert found.pairs.tolist() == [[1, 0]]
    assert [(u.need, u.reason) for u in found.unmatched] == [(0, "floors")]


# --- refusals --------------------------------------------------------------------------------

GOOD = {"i": [0, 1], "j": [0, 0], "score": [0.5, 0.4], "wanted": [1, 1], "capacity": [1]}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"i": [0, 2]}, r"i\[1\] is 2, must be below 2"),
        ({"i": [0, -1]}, r"i\[1\] is -1, must not be negative"),
        ({"j": [0, 1]}, r"j\[1\] is 1, must be below 1"),
        ({"j": [0]}, r"j must have shape \(2,\) as i, got \(1,\)"),
        ({"i": [0, 0]}, r"pair \(0, 0\) stands at 0 and at 1"),
        ({"score": [0.5, np.nan]}, r"score\[1\] is nan, must be finite"),
        ({"score": [0.5]}, r"score must have shape \(2,\), got \(1,\)"),
        ({"score": [0.5, -0.1]}, r"score\[1\] is -0.1, must not be negative"),
        ({"donor_score": [0.5, np.inf]}, r"donor_score\[1\] is inf, must be finite"),
        ({"wanted": [1, -1]}, r"wanted\[1\] is -1, must not be negative"),
        ({"wanted": []}, "wanted is empty"),
        ({"capacity": [-1]}, r"capacity\[0\] is -1, must not be negative"),
        ({"capacity": [1.5]}, r"capacity\[0\] is 1.5, must be whole"),
        ({"keep": [[0, 0], [1, 0]]}, r"keep has 2 pairs at 0, capacity is 1"),
        ({"keep": [[0, 0]], "wanted": [0, 1]}, r"keep has 1 pairs at 0, wanted is 0"),
        ({"keep": [[0, 7]]}, r"keep\[0\] is \(0, 7\), outside \(2, 1\)"),
        ({"keep": [[0, 0]], "barred": [[0, 0]]}, r"keep has \(0, 0\), which is barred"),
        ({"barred": [0, 0]}, r"barred must be whole pairs \(m, 2\)"),
        ({"reserve": Reserve([1, 0], seats=1)}, r"reserve.eligible must be boolean"),
        ({"reserve": Reserve([True, False])}, "either seats or a share"),
        ({"reserve": Reserve([True, False], share=2)}, "reserve.share is 2.0"),
        ({"reserve": Reserve([True, False], seats=[-1])}, r"reserve.seats\[0\] is -1"),
        ({"floors": Floors([0, 0], [1])}, "floors can't be promised in mode 'stable'"),
        ({"floors": Floors([0], [1]), "mode": "optimal"}, r"floors.group must have shape \(2,\)"),
        ({"mode": "best"}, "mode is 'best'"),
        ({"near": 1.5}, "near is 1.5"),
    ],
)
def test_a_malformed_request_is_refused_with_its_place(wrong, message):
    with pytest.raises(ValueError, match=message):
        pair(**(GOOD | wrong))


def test_nobody_fits_anybody_is_an_answer():
    found = pair([], [], [], wanted=[1], capacity=[1], mode="near-stable")
    assert found.pairs.shape == (0, 2)
    assert [u.reason for u in found.unmatched] == ["no fit"]


def test_progress_reaches_the_end_and_an_exception_in_it_ends_the_work():
    seen = []
    for mode in ("stable", "optimal", "near-stable"):
        pair(**GOOD, mode=mode, progress=seen.append)
        assert seen[0] == 0.0
        assert seen[-1] == 1.0
        assert all(0.0 <= share <= 1.0 for share in seen)

    class Enough(Exception):
        pass

    def stop(share):
        raise Enough

    with pytest.raises(Enough):
        pair(**GOOD, progress=stop)


# --- the checker -----------------------------------------------------------------------------


def test_the_checker_finds_what_was_planted():
    market = GOOD | {"capacity": [2]}
    found = pair(**market, mode="stable")
    claims = found.claims()

    def said(pairs=found.pairs, **changed):
        rules = {
            name: changed.pop(name)
            for name in list(changed)
            if name in ("keep", "barred", "floors")
        }
        return " ".join(check_pairing(pairs, **market, **rules, claims=claims | changed))

    assert said() == ""
    assert "stands twice" in said([[0, 0], [0, 0], [1, 0]])
    assert "outside" in said([[0, 5]])
    assert "is barred" in said(barred=[[0, 0]])
    assert "was to be kept" in check_pairing([], **market, keep=[[0, 0]])[0]
    assert (
        "is no candidate"
        in check_pairing([[0, 0]], [1], [0], [1.0], wanted=[1, 1], capacity=[1])[0]
    )
    assert "can help 1" in check_pairing(found.pairs, **GOOD)[0]
    assert "wants 0" in check_pairing(found.pairs, **(market | {"wanted": [0, 1]}))[0]
    assert "at least 3" in said(floors=Floors([0, 0], [3]))
    assert "total is wrong" in said(total=0.1)
    assert "share is wrong" in said(share=0.1)
    assert "loads is wrong" in said(loads=[1])
    assert "blocking is wrong" in said(blocking=[[0, 0]])
    assert "prove a total" in said(bound=0.1)
    assert "exceeds its bound" in said(optimum=7.0, share=0.9 / 7.0)
    assert "negative" in said(prices=[-1.0])
    assert "listed wrongly" in said([[0, 0]])
    assert "although offer 0 has a place" in said([[0, 0]], unmatched=pair(**GOOD).unmatched)
    many = {"i": range(9), "j": [0] * 9, "score": [1.0] * 9, "wanted": [0] * 9, "capacity": [9]}
    assert check_pairing([[n, 0] for n in range(9)], **many)[-1] == "… and 4 more of this kind"
    unmatched = pair(**GOOD).unmatched
    assert "listed wrongly" in said(unmatched=unmatched)
    wrong = tuple(each._replace(reason="reserve") for each in unmatched)
    assert "another reason" in " ".join(
        check_pairing(pair(**GOOD).pairs, **GOOD, claims={"unmatched": wrong})
    )


def test_the_checker_imports_nothing_of_the_pairing():
    code = (
        "import sys, teladan.engine.checking_pairs; "
        "sys.exit(any(name.startswith('teladan.engine.pairing') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_subset_of_two_is_what_the_oracle_counts():
    market = {"i": np.array([0, 1]), "j": np.array([0, 0])}
    market |= {"wanted": np.array([1, 1]), "capacity": np.array([2])}
    listed = [tuple(each) for each in subsets(market)]
    assert sorted(listed) == sorted(c for k in range(3) for c in combinations(range(2), k))


def test_islands_are_solved_one_by_one_with_the_same_total(monkeypatch):
    from teladan.engine.pairing import optimum

    dice = np.random.default_rng(5)
    N = M = 60
    i, j = np.nonzero((dice.random((N, M)) < 0.5) & (np.arange(N)[:, None] % 7 == np.arange(M) % 7))
    market = {
        "i": i,
        "j": j,
        "score": dice.random(i.size),
        "wanted": dice.integers(0, 3, N),
        "capacity": dice.integers(0, 3, M),
        "reserve": Reserve(dice.random(N) < 0.3, seats=1),
    }
    whole = pair(**market, mode="optimal")
    monkeypatch.setattr(optimum, "BATCH", 60)
    seen = []
    parts = pair(**market, mode="optimal", progress=seen.append)

    assert parts.total == pytest.approx(whole.total, abs=1e-6)
    assert parts.reserve.taken == whole.reserve.taken
    assert parts.optimum == pytest.approx(parts.bound, abs=1e-6)
    assert len(seen) > 5
    assert seen == sorted(seen)


def test_deferred_acceptance_reports_while_needs_ask(monkeypatch):
    from teladan.engine.pairing import deferred

    monkeypatch.setattr(deferred, "OFTEN", 1)
    seen = []
    pair(range(5), [0] * 5, [0.5] * 5, wanted=[1] * 5, capacity=[2], progress=seen.append)
    assert len(set(seen)) > 5
    assert seen == sorted(seen)
