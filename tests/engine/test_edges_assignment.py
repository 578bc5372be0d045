"""Seating readers at the edges: small requests against all answers, and the words of refusal."""

from itertools import combinations, product

import numpy as np
import pytest

from teladan.engine.assignment import Factors, assign, greatest, objectives, perturbed, survey
from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.lottery import draw
from teladan.engine.assignment.request import Request
from teladan.engine.checking import check
from teladan.engine.cluster import Local
from teladan.engine.errors import Infeasible

TABLE = np.array([[5.0, 3.0, 1.0], [4.0, 4.0, 2.0], [1.0, 2.0, 6.0], [3.0, 5.0, 2.0]])


def dice():
    return np.random.default_rng(1)


def asked(affinity=TABLE, **changed):
    request = {"demand": 1, "max_load": 3, "objective": "total", "rng": dice()} | changed
    return assign(affinity, **request)


def every_answer(affinity, demand, low, high, closed=(), kept=()):
    """All assignments there are, as lists of pairs."""
    entries, readers = affinity.shape
    open_to = [[r for r in range(readers) if (p, r) not in closed] for p in range(entries)]
    for rows in product(*[combinations(open_to[p], demand[p]) for p in range(entries)]):
        pairs = [(p, r) for p, row in enumerate(rows) for r in row]
        load = np.bincount([r for _, r in pairs], minlength=readers)
        if (load <= high).all() and (load >= low).all() and set(kept) <= set(pairs):
            yield pairs


def best(affinity, demand, answers):
    """The greatest total, and the highest floor of entries that ask, over some answers."""
    served = np.array(demand) > 0
    totals = []
    for pairs in answers:
        each = np.zeros(affinity.shape[0])
        for p, r in pairs:
            each[p] += affinity[p, r]
        totals.append(each)
    return max(x.sum() for x in totals), max(x[served].min() for x in totals)


@pytest.mark.parametrize(
    ("limits", "closed", "kept"),
    [
        (([1, 1, 1, 1], [0, 0, 0], [4, 4, 4]), (), ()),
        (([1, 1, 1, 1], [0, 0, 0], [1, 2, 1]), (), ()),
        (([1, 1, 1, 1], [2, 0, 2], [4, 4, 4]), (), ()),
        (([2, 1, 2, 1], [1, 1, 1], [2, 2, 2]), (), ()),
        (([2, 1, 2, 1], [1, 1, 1], [2, 2, 3]), ((0, 0), (2, 2)), ()),
        (([2, 2, 2, 2], [2, 2, 2], [3, 3, 3]), (), ((0, 2), (2, 0))),
        (([1, 2, 0, 2], [1, 0, 1], [2, 3, 2]), ((1, 1),), ((3, 2),)),
        (([1, 0, 1, 1], [0, 0, 0], [1, 1, 1]), (), ()),
        (([3, 3, 3, 3], [4, 4, 4], [4, 4, 4]), (), ()),
    ],
)
def test_small_requests_get_the_best_of_all_answers(limits, closed, kept):
    demand, low, high = limits
    total, floor = best(TABLE, demand, every_answer(TABLE, demand, low, high, closed, kept))
    request = {
        "demand": demand,
        "min_load": low,
        "max_load": high,
        "conflicts": list(closed),
        "keep": list(kept),
    }

    most = asked(**request)
    fair = asked(**request, objective="fair")

    assert most.total == pytest.approx(total)
    assert most.total_bound >= total - 1e-9
    for found in (most, fair):
        assert check(found.pairs, TABLE, **request, claims=found.claims()) == []
    assert fair.floor_exact
    assert fair.floor == pytest.approx(floor)
    assert fair.floor_bound >= floor - 1e-9


def test_the_figures_of_an_answer_follow_from_its_pairs():
    found = asked(demand=2)

    totals = np.zeros(4)
    for p, r in found.pairs.tolist():
        totals[p] += TABLE[p, r]
    assert found.pairs.tolist() == sorted(found.pairs.tolist())
    assert found.totals.tolist() == totals.tolist()
    assert found.loads.tolist() == np.bincount(found.pairs[:, 1], minlength=3).tolist()
    assert (found.total, found.floor) == (totals.sum(), totals.min())
    assert found.gap == pytest.approx((found.total_bound - found.total) / found.total_bound)


def test_factors_are_served_like_the_product_they_stand_for():
    left, right = TABLE[:, :2], np.array([[1.0, 0.5], [0.25, 2.0], [1.5, 1.0]])

    by_factors = asked(Factors(left, right), demand=2)
    by_product = asked(left @ right.T, demand=2)

    assert by_factors.total == pytest.approx(by_product.total)
    assert by_factors.totals == pytest.approx(by_product.totals)


def test_conflicts_and_kept_pairs_may_be_a_table_or_a_list_with_repeats():
    conflicts, keep = np.zeros((2, 4, 3), dtype=bool)
    conflicts[0, 0] = conflicts[3, 1] = keep[1, 2] = True

    by_table = asked(conflicts=conflicts, keep=keep)
    by_list = asked(conflicts=[[3, 1], [0, 0], [0, 0]], keep=[[1, 2], [1, 2]])

    assert by_table.pairs.tolist() == by_list.pairs.tolist() == [[0, 1], [1, 2], [2, 2], [3, 0]]


def test_kept_pairs_count_in_demand_loads_and_totals():
    found = asked(keep=[[0, 2], [1, 2]], max_load=2, min_load=[0, 0, 2])

    assert found.pairs.tolist() == [[0, 2], [1, 2], [2, 1], [3, 1]]
    assert found.totals.tolist() == [1.0, 2.0, 2.0, 5.0]
    assert found.loads.tolist() == [0, 2, 2]


def test_an_answer_that_is_kept_whole_stays_as_it_is():
    found = asked(keep=[[0, 2], [1, 0], [2, 0], [3, 2]])

    assert found.pairs.tolist() == [[0, 2], [1, 0], [2, 0], [3, 2]]
    assert found.total == 1.0 + 4.0 + 1.0 + 2.0


@pytest.mark.parametrize("rows", [1, 2, 5, 7])
def test_a_survey_in_small_blocks_finds_what_one_block_finds(monkeypatch, rows):
    rng = dice()
    affinity, width = rng.integers(0, 6, (20, 9)).astype(float), 9
    barred = rng.random((20, 9)) < 0.3
    limits = {"demand": 2, "max_load": 20, "min_load": 0, "conflicts": barred, "keep": None}
    request = Request(affinity, **limits)
    weights, costs = 1.0 + rng.random(20), rng.random(9)

    whole = survey.survey(request, costs, breadth=3, weights=weights)
    monkeypatch.setattr(survey, "CELLS", rows * width)
    monkeypatch.setattr(survey, "PARTS", 1)
    parts = survey.survey(request, costs, breadth=3, weights=weights)

    assert not barred[parts.entry, parts.reader].any()
    for name in ("entry", "reader", "value", "best"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_entries_that_ask_for_nobody_get_nobody():
    found = asked(demand=[1, 0, 2, 0])

    assert sorted(set(found.pairs[:, 0].tolist())) == [0, 2]
    assert found.totals[[1, 3]].tolist() == [0.0, 0.0]


# --- what larger requests reach --------------------------------------------------------------


def crowded(seed, entries=40, readers=9, barred=0.3, room=0):
    """Few places, popular readers, an entry that asks for nobody and one that asks for one."""
    rng = np.random.default_rng(seed)
    popular = rng.random((entries, 1)) + rng.random((1, readers))
    affinity = popular * rng.random((entries, readers)) ** 2
    conflicts = rng.random((entries, readers)) < barred
    demand = np.full(entries, 2)
    demand[:2] = 0, 1
    load = -(-int(demand.sum()) // readers) + room
    limits = {"demand": demand, "max_load": load, "min_load": max(load - 2, 0)}
    return affinity, limits | {"conflicts": conflicts}


@pytest.fixture
def searched(monkeypatch):
    """Nothing is tried exhaustively, and some hundred pairs count as many, if they are to."""

    def searched(many):
        monkeypatch.setattr(objectives, "LARGEST", 0)
        if many:
            monkeypatch.setattr(greatest, "MOST_PAIRS", 200)
            monkeypatch.setattr(greatest, "BREADTH", 6)
            monkeypatch.setattr(objectives, "MOST_REPEATED", 300)

    return searched


@pytest.fixture
def flows(monkeypatch):
    """Count the flows that are solved."""
    count, solve = [], Network.solve

    def counted(self, *words, **named):
        count.append(1)
        return solve(self, *words, **named)

    monkeypatch.setattr(Network, "solve", counted)
    return count


# Figures once reached. Better ones are welcome and take their place.
REACHED = [
    (0, {"objective": "fair"}, False, 0.40324656, 0.40324656, 56.15592369, 8),
    (1, {"objective": "fair"}, False, 0.59391990, 0.59391990, 53.80001451, 3),
    (3, {"objective": "fair"}, False, 0.29434104, 0.29434104, 57.39618227, 4),
    (4, {"objective": "fair"}, False, 0.62353789, 0.62353789, 56.45875987, 5),
    (10, {"objective": "fair"}, False, 0.58423389, 0.60803075, 52.97318964, 57),
    (0, {"objective": "leximin"}, False, 0.40324656, 0.40324656, 53.98990609, 82),
    (1, {"objective": "leximin"}, False, 0.59391990, 0.59391990, 52.31634932, 80),
    (0, {"objective": "total"}, False, 0.33522630, 0.40324656, 56.26600036, 1),
    (0, {"objective": "fair", "cap": 0.8}, False, 0.40324656, 0.40324656, 50.99900758, 9),
    (1, {"objective": "fair", "cap": 0.8}, False, 0.49273002, 0.59391990, 50.07863912, 2),
    (3, {"objective": "fair", "cap": 0.8}, False, 0.29434104, 0.29434104, 52.43272479, 39),
    (6, {"objective": "fair", "cap": 0.8}, False, 0.28502960, 0.42090727, 53.08915680, 36),
    (13, {"objective": "fair", "cap": 0.8}, False, 0.36627557, 0.52212568, 46.56777075, 26),
    (29, {"objective": "fair", "cap": 0.8}, False, 0.28335501, 0.29819935, 46.43168647, 39),
    (0, {"objective": "fair"}, True, 0.40324656, 0.40324656, 56.15592369, 8),
    (1, {"objective": "fair"}, True, 0.59391990, 0.59391990, 53.80001451, 4),
    (3, {"objective": "fair"}, True, 0.29434104, 0.29434104, 57.39618227, 4),
    (4, {"objective": "fair"}, True, 0.62353789, 0.62353789, 56.45875987, 5),
    (10, {"objective": "fair"}, True, 0.58423389, 0.60803075, 52.97318964, 57),
    (0, {"objective": "leximin"}, True, 0.40324656, 0.40324656, 53.98990609, 82),
    (1, {"objective": "leximin"}, True, 0.59391990, 0.59391990, 52.31634932, 81),
    (0, {"objective": "total"}, True, 0.33522630, 0.40324656, 56.26600036, 1),
    (0, {"objective": "fair", "cap": 0.8}, True, 0.40324656, 0.40324656, 50.99900758, 9),
    (1, {"objective": "fair", "cap": 0.8}, True, 0.49273002, 0.59391990, 50.07863912, 2),
    (3, {"objective": "fair", "cap": 0.8}, True, 0.29434104, 0.29434104, 52.43272479, 39),
    (6, {"objective": "fair", "cap": 0.8}, True, 0.28502960, 0.42090727, 53.08915680, 36),
    (13, {"objective": "fair", "cap": 0.8}, True, 0.36627557, 0.52212568, 46.56777075, 26),
    (29, {"objective": "fair", "cap": 0.8}, True, 0.28335501, 0.29819935, 46.43168647, 39),
]


@pytest.mark.parametrize(("seed", "changed", "many", "floor", "bound", "total", "most"), REACHED)
def test_a_search_reaches_what_it_once_reached_in_no_more_flows(
    searched, flows, seed, changed, many, floor, bound, total, most
):
    searched(many)
    affinity, limits = crowded(seed, room=int("cap" in changed))

    found = asked(affinity, **limits, **changed)

    assert found.floor >= floor - 1e-7
    assert found.floor_bound <= bound + 1e-7
    assert found.total >= total - 1e-7
    assert len(flows) <= most
    assert check(found.pairs, affinity, **limits, claims=found.claims()) == []


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("changed", "leap"),
    [
        ({"objective": "total"}, 0.56),
        ({"objective": "fair"}, 0.53),
        ({"objective": "leximin"}, 0.31),
        ({"objective": "fair", "cap": 0.8}, 0.45),
        ({"objective": "perturbed", "quality": 0.8}, 0.55),
    ],
)
def test_progress_goes_on_to_the_end_without_a_leap_or_a_step_back(searched, many, changed, leap):
    searched(many)
    affinity, limits = crowded(0, room=1)
    seen = []

    asked(affinity, **limits, **changed, progress=seen.append)

    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert seen == sorted(seen)
    assert np.diff(seen).max() <= leap


@pytest.mark.parametrize(
    "changed", [{"objective": "fair"}, {"objective": "leximin"}, {"objective": "fair", "cap": 0.8}]
)
def test_all_passes_over_a_large_request_are_done_by_the_cluster(searched, monkeypatch, changed):
    searched(many=True)
    affinity, limits = crowded(0, room=1)
    alone = asked(affinity, **limits, **changed)

    class Elsewhere:
        passes = 0

        def map(self, work, parts, **named):
            self.passes += 1
            return Local().map(work, parts, **named)

    def nobody():
        raise AssertionError("a pass that no cluster was asked for")

    monkeypatch.setattr(survey, "Local", nobody)
    cluster = Elsewhere()
    found = asked(affinity, **limits, **changed, cluster=cluster)

    assert cluster.passes > 2
    assert found.pairs.tolist() == alone.pairs.tolist()


def test_a_request_is_pruned_only_where_it_has_more_pairs_than_fit(monkeypatch):
    request = Request(TABLE, demand=1, max_load=3, min_load=0, conflicts=None, keep=None)

    def whole(most):
        monkeypatch.setattr(greatest, "MOST_PAIRS", most)
        return greatest.greatest(request, cluster=None, progress=lambda share: None).whole

    assert whole(12)
    assert not whole(11)


@pytest.mark.parametrize(("scale", "bound"), [(1.0, 0.25), (8.0, 2.0), (np.pi, 0.4375 * np.pi)])
def test_the_bound_of_the_floor_is_what_shared_readers_allow_to_the_step_of_the_bids(
    searched, scale, bound
):
    # A reader whom all want has room for a quarter of them: on average (1 + 3 / 4) / 4.
    searched(many=False)
    wanted = scale * np.tile([1, 0.25, 0.25, 0.25], (12, 1))

    found = asked(wanted, max_load=3, objective="fair")

    assert found.floor == scale / 4
    assert found.floor_bound == pytest.approx(bound)
    assert check(found.pairs, wanted, demand=1, max_load=3, claims=found.claims()) == []


@pytest.mark.parametrize("seed", range(6))
def test_leximin_is_the_best_of_all_answers_to_a_tiny_request(seed):
    affinity = np.random.default_rng(seed).random((5, 4))
    demand, low, high = [1, 1, 1, 2, 0], [0] * 4, [2, 1, 1, 1]

    found = asked(affinity, demand=demand, max_load=high, objective="leximin")

    lowest_first = []
    for pairs in every_answer(affinity, demand, low, high):
        totals = np.bincount([p for p, _ in pairs], [affinity[pair] for pair in pairs], 5)
        lowest_first.append(sorted(totals[:4]))
    assert sorted(found.totals[:4]) == pytest.approx(max(lowest_first))


def test_even_draws_come_out_the_same_whichever_way_the_equations_are_solved(monkeypatch):
    affinity, limits = crowded(1, room=1)

    def drawn():
        steps = []
        found = asked(affinity, **limits, objective="perturbed", quality=0.8, progress=steps.append)
        return found, len(steps)

    straight, some = drawn()
    monkeypatch.setattr(perturbed, "MOST_DIRECT", 0)
    turn_by_turn, others = drawn()

    assert turn_by_turn.entropy == pytest.approx(straight.entropy, abs=1e-5)
    assert turn_by_turn.total_bound == straight.total_bound
    assert abs(some - others) <= 1


def test_a_draw_comes_out_again_from_its_seed():
    entry, reader = (each.ravel() for each in np.indices((4, 3)))
    flow = np.array([1, 2, 1, 2, 1, 1, 1, 1, 2, 3, 0, 1])

    chosen = [
        np.flatnonzero(draw(entry, reader, flow, np.random.default_rng(seed), bits=2)).tolist()
        for seed in range(4)
    ]

    assert chosen == [[1, 3, 8, 9], [2, 4, 6, 11], [1, 3, 8, 9], [1, 3, 8, 9]]


def test_what_is_claimed_is_all_but_the_pairs():
    found = asked()

    assert set(found.claims()) == set(found.__slots__) - {"pairs"}
    assert found.claims()["total"] == found.total


# --- the words of refusal --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "text", "proof"),
    [
        (
            {"demand": [4, 1, 4, 1]},
            "2 entries have too few readers free of conflict; entry 0 needs 4, has 3",
            {"entries": (0, 2), "missing": 2},
        ),
        (
            {"max_load": 1},
            "entries need 4 readings, readers can give 3: 1 are missing",
            {"entries": (0, 1, 2, 3), "missing": 1},
        ),
        (
            {"max_load": 2, "min_load": 2},
            "readers must get 6 readings at least, entries need 4",
            {"readers": (0, 1, 2), "missing": 2},
        ),
        (
            {"min_load": [0, 2, 1], "conflicts": [[0, 2], [1, 2], [2, 2], [3, 2]]},
            "1 readers can't reach their least load: 1 readings are missing",
            {"readers": (2,), "missing": 1},
        ),
        (
            {
                "max_load": 4,
                "min_load": [0, 2, 1],
                "conflicts": [[p, r] for p in range(4) for r in (0, 2)],
            },
            "1 readers can't reach their least load: 1 readings are missing",
            {"readers": (2,), "missing": 1},
        ),
        (
            {"conflicts": [[1, 0], [1, 1], [1, 2]]},
            "1 entries have too few readers free of conflict; entry 1 needs 1, has 0",
            {"entries": (1,), "missing": 1},
        ),
        (
            {"demand": 2, "conflicts": [[0, 0], [1, 0], [2, 0]], "max_load": [4, 2, 2]},
            "4 entries need 8 readings, and the readers free of conflict lack 3 for them",
            {"entries": (0, 1, 2, 3), "readers": (1, 2), "missing": 3},
        ),
    ],
)
def test_a_request_that_cannot_be_served_says_so_in_figures(changed, text, proof):
    with pytest.raises(Infeasible) as no:
        asked(**changed)

    assert str(no.value) == text
    assert no.value.witness == proof


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"affinity": np.empty((0, 3))}, "affinity must have entries and readers, got (0, 3)"),
        ({"affinity": np.empty((4, 0))}, "affinity must have entries and readers, got (4, 0)"),
        (
            {"affinity": Factors([[1, 2]], [[1]])},
            "affinity.left has 2 columns, affinity.right has 1",
        ),
        ({"affinity": Factors([1], [[1]])}, "affinity.left must have shape (n, m), got (1,)"),
        ({"affinity": Factors([[1]], [1])}, "affinity.right must have shape (n, m), got (1,)"),
        ({"demand": [1, 1]}, "demand must have shape (4,) or be one number, got (2,)"),
        ({"max_load": [1] * 4}, "max_load must have shape (3,) or be one number, got (4,)"),
        ({"min_load": [0, -1, 0]}, "min_load[1] is -1, must not be negative"),
        ({"max_load": [3, 1, 3], "min_load": 2}, "min_load[1] is 2, above max_load 1"),
        ({"conflicts": np.ones((3, 4), bool)}, "conflicts must have shape (4, 3), got (3, 4)"),
        (
            {"conflicts": [[0, 1, 2]]},
            "conflicts must be bool (P, E) or whole pairs (m, 2), got int64 (1, 3)",
        ),
        ({"conflicts": [[0, 0], [0, 3]]}, "conflicts[1] is (0, 3), outside (4, 3)"),
        ({"conflicts": [[4, 0]]}, "conflicts[0] is (4, 0), outside (4, 3)"),
        ({"keep": [[0, 0], [-1, 0]]}, "keep[1] is (-1, 0), outside (4, 3)"),
        ({"keep": [[2, 1]], "conflicts": [[2, 1]]}, "keep has (2, 1), which is a conflict"),
        ({"keep": [[2, 0], [2, 1]]}, "keep has 2 pairs at 2, demand is 1"),
        ({"keep": [[0, 1], [2, 1]], "max_load": 1}, "keep has 2 pairs at 1, max_load is 1"),
        ({"cap": 1e-5, "demand": 0}, "cap is 1e-05, must be at least 6.103515625e-05"),
        ({"cap": 0}, "cap is 0, must be above 0 and at most 1"),
        ({"cap": 1.01}, "cap is 1.01, must be above 0 and at most 1"),
    ],
)
def test_malformed_requests_are_named(changed, text):
    with pytest.raises(ValueError, match=r"\w") as no:
        asked(**changed)

    assert str(no.value) == text
