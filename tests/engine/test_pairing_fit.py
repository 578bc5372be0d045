"""Candidates equal a slow reading of the rules, name what is missing, and are the same anywhere."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.checking_pairs import check_pairing
from teladan.engine.cluster import Processes
from teladan.engine.pairing import (
    Ahead,
    AtLeast,
    Close,
    Different,
    Equal,
    Near,
    Open,
    Overlap,
    Own,
    Reserve,
    Rules,
    Same,
    Shares,
    ceiling,
    cover,
    fit,
    pair,
)
from teladan.engine.pairing import sides as sides_module

NAN = float("nan")
DATA = Path(__file__).resolve().parents[3] / "shared/data"
WEIGHTS = {
    "island": 1.0,
    "hdi": 2.0,
    "people": 1.0,
    "distance": 1.0,
    "figure": 3.0,
    "fields": 2.0,
    "proof": 1.0,
    "ready": 0.5,
}
RULES = Rules(
    terms=(
        Same("island"),
        Near("hdi", scale=20.0),
        Near("people", scale=20.0, log=True),
        Close("distance", reach=2000.0),
        Ahead("figure", scale=40.0, better="lower"),
        Overlap("fields", neutral=0.2),
        Own("proof"),
        Own("ready", side="need"),
    ),
    filters=(
        Equal("theme"),
        Equal("level", unknown="pass"),
        Different("id"),
        AtLeast("figure", better="lower", unknown="pass"),
        Shares("groups", unknown="pass"),
        Open("open"),
    ),
    floor=0.35,
    breadth=5,
)


def world(seed, N=30, M=80, places=12):
    """Two sides about which a tenth of everything is unknown."""
    dice = np.random.default_rng(seed)

    def side(n):
        def unknown(values, mark=np.nan):
            values[dice.random(n) < 0.1] = mark
            return values

        return {
            "id": dice.integers(0, places, n),
            "island": unknown(dice.integers(0, 3, n), -1),
            "theme": unknown(dice.integers(0, 3, n), -1),
            "level": unknown(dice.integers(0, 2, n), -1),
            "hdi": unknown(dice.normal(70, 8, n)),
            "people": unknown(np.exp(dice.normal(12, 1, n))),
            "lat": unknown(dice.uniform(-10, 6, n)),
            "lon": dice.uniform(95, 141, n),
            "figure": unknown(np.round(dice.normal(50, 15, n))),
            "fields": dice.random((n, 6)) < 0.25,
            "groups": dice.random((n, 4)) < 0.4,
        }

    needs, offers = side(N), side(M)
    needs["ready"] = dice.random(N)
    offers["proof"] = dice.random(M)
    offers["open"] = dice.random(M) < 0.9
    return needs, offers


def slow_terms(need, offer):
    """The value of every term of RULES for one pair, None where a figure is missing."""

    def figures(name):
        a, b = need[name], offer[name]
        return None if math.isnan(a) or math.isnan(b) else (a, b)

    island = None if -1 in (need["island"], offer["island"]) else need["island"] == offer["island"]
    hdi, people, figure = figures("hdi"), figures("people"), figures("figure")
    distance = None
    if figures("lat"):
        p, q = ([math.radians(side[x]) for x in ("lat", "lon")] for side in (need, offer))
        half = (
            math.sin((p[0] - q[0]) / 2) ** 2
            + math.cos(p[0]) * math.cos(q[0]) * math.sin((p[1] - q[1]) / 2) ** 2
        )
        distance = 2 * 6371.0088 * math.asin(math.sqrt(half))
    mine, theirs = set(np.flatnonzero(need["fields"])), set(np.flatnonzero(offer["fields"]))
    return [
        None if island is None else float(island),
        hdi and max(0.0, 1 - abs(hdi[0] - hdi[1]) / 20),
        people and max(0.0, 1 - abs(math.log(people[0] / people[1])) / math.log(20)),
        None if distance is None else max(0.0, 1 - distance / 2000),
        figure and min(max((figure[0] - figure[1]) / 40, 0.0), 1.0),
        len(mine & theirs) / len(mine) if mine and theirs else None,
        offer["proof"],
        need["ready"],
    ]


def slow_passes(need, offer):
    unknown_level = -1 in (need["level"], offer["level"])
    known = not (math.isnan(need["figure"]) or math.isnan(offer["figure"]))
    some = need["groups"].any() and offer["groups"].any()
    return (
        offer["open"]
        and need["theme"] == offer["theme"] != -1
        and (unknown_level or need["level"] == offer["level"])
        and need["id"] != offer["id"]
        and (not known or offer["figure"] <= need["figure"])
        and (not some or bool((need["groups"] & offer["groups"]).any()))
    )


def slow_fit(needs, offers, weights=WEIGHTS, rules=RULES):
    """What `fit` should find, read from the rules one pair at a time."""
    found, whole = [], sum(weights.values())
    for i in range(len(needs["id"])):
        mine = []
        for j in range(len(offers["id"])):
            a, b = ({k: v[x] for k, v in s.items()} for s, x in ((needs, i), (offers, j)))
            if not slow_passes(a, b):
                continue
            values = slow_terms(a, b)
            score = sum(
                weights[term.name] / whole * (term.neutral if value is None else value)
                for term, value in zip(rules.terms, values, strict=True)
            )
            if score >= rules.floor:
                mine.append((-score, j, values))
        found += [(i, j, -score, values) for score, j, values in sorted(mine)[: rules.breadth]]
    return sorted(found, key=lambda row: row[:2])


@pytest.mark.parametrize("seed", range(6))
def test_candidates_equal_a_slow_reading_of_the_rules(seed):
    needs, offers = world(seed)

    found = fit(needs, offers, WEIGHTS, RULES)
    expected = slow_fit(needs, offers)

    assert len(expected) > 20
    assert list(zip(found.i, found.j, strict=True)) == [(i, j) for i, j, _, _ in expected]
    np.testing.assert_allclose(found.score, [score for _, _, score, _ in expected], atol=1e-9)
    for k, (_, _, _, values) in enumerate(expected):
        np.testing.assert_allclose(
            found.terms[k], [NAN if v is None else v for v in values], atol=1e-9
        )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_every_pair_explains_itself_to_the_last_digit(seed):
    needs, offers = world(seed, N=8, M=25)
    found = fit(needs, offers, WEIGHTS, RULES)

    assert found.score.size == 0 or found.score.min() >= RULES.floor
    for k in range(found.i.size):
        lines = found.explain(k)
        least, most = found.range(k)
        assert [line.term for line in lines] == [term.name for term in RULES.terms]
        assert sum(line.contribution for line in lines) == pytest.approx(found.score[k])
        assert sum(line.weight for line in lines) == pytest.approx(1.0)
        assert least - 1e-12 <= found.score[k] <= most + 1e-12
        for t, line in enumerate(lines):
            assert bool(line.missing) == bool(np.isnan(found.terms[k, t]))
        assert found.find(int(found.i[k]), int(found.j[k])) == k


def test_a_missing_figure_is_named_on_its_side_and_counts_neither_as_nothing_nor_as_everything():
    rules = Rules(terms=(Near("hdi", scale=10.0), Own("proof")))
    weights = {"hdi": 3, "proof": 1}
    needs = {"hdi": [60.0, NAN]}
    offers = {"hdi": [60.0, 80.0, NAN], "proof": [0.4, 0.4, 0.4]}

    found = fit(needs, offers, weights, rules)
    score = dict(
        zip(zip(found.i.tolist(), found.j.tolist(), strict=True), found.score, strict=True)
    )

    assert score[0, 0] > score[0, 2] > score[0, 1]
    assert score[0, 2] == score[1, 0] == score[1, 2]
    named = [found.explain(found.find(i, j))[0].missing for i, j in ((0, 2), (1, 0), (1, 2))]
    assert named == [("offer: hdi",), ("need: hdi",), ("need: hdi", "offer: hdi")]
    assert found.range(found.find(0, 2)) == pytest.approx((0.1, 0.85))


def test_a_pair_that_is_not_there_can_not_explain_itself():
    found = fit(*world(1), WEIGHTS, RULES)
    assert found.find(0, 10**6) is None
    with pytest.raises(ValueError, match=f"there is no pair {found.i.size} among {found.i.size}"):
        found.explain(found.i.size)


def test_no_open_offer_is_an_answer_and_a_row_must_be_a_vector():
    rules = Rules(terms=(Own("proof"),), filters=(Open("open"),))
    needs, offers = {"id": [0]}, {"proof": [0.5], "open": np.array([False])}
    assert fit(needs, offers, {"proof": 1}, rules).i.size == 0
    with pytest.raises(ValueError, match=r"offers\['open'\] must be boolean, got int64"):
        fit(needs, offers | {"open": np.array([0])}, {"proof": 1}, rules)
    rules = Rules(terms=(Overlap("fields"),))
    sets = {"fields": np.ones((1, 2), dtype=int)}
    with pytest.raises(ValueError, match=r"needs\['fields'\] must be boolean, got int64"):
        fit(sets, sets, {"fields": 1}, rules)


def test_none_is_missing_as_not_a_number_is():
    rules = Rules(terms=(Near("hdi", scale=10.0),))
    found = fit({"hdi": [60.0]}, {"hdi": [None, 61.0]}, {"hdi": 1}, rules)
    assert found.score.tolist() == pytest.approx([0.5, 0.9])
    assert found.explain(0)[0].missing == ("offer: hdi",)


def test_hiding_a_figure_does_not_make_the_known_ones_count_for_all():
    rules = Rules(terms=(Near("hdi", scale=10.0), Own("proof")))
    offers = {"hdi": [61.0, NAN], "proof": [1.0, 1.0]}
    found = fit({"hdi": [60.0]}, offers, {"hdi": 1, "proof": 1}, rules)
    assert found.score.tolist() == pytest.approx([0.95, 0.75])


def test_a_filter_refuses_what_it_can_not_see_unless_it_is_told_to_pass():
    needs = {"theme": [1, -1], "rate": [5.0, NAN]}
    offers = {"theme": [1, -1], "rate": [NAN, 9.0], "proof": [0.5, 0.5]}

    def pairs(*filters):
        found = fit(needs, offers, {"proof": 1}, Rules(terms=(Own("proof"),), filters=filters))
        return list(zip(found.i.tolist(), found.j.tolist(), strict=True))

    assert pairs(Equal("theme")) == [(0, 0)]
    assert pairs(Equal("theme", unknown="pass")) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert pairs(AtLeast("rate")) == [(0, 1)]
    assert pairs(AtLeast("rate", margin=5.0)) == []
    assert pairs(AtLeast("rate", margin=5.0, unknown="pass")) == [(0, 0), (1, 0), (1, 1)]


def test_a_need_without_candidates_learns_how_near_the_best_was():
    rules = Rules(terms=(Own("proof"),), filters=(Equal("theme"),), floor=0.5)
    found = fit(
        {"theme": [1, 2, 3]}, {"theme": [1, 2, 2], "proof": [0.9, 0.3, 0.4]}, {"proof": 1}, rules
    )
    assert found.i.tolist() == [0]
    np.testing.assert_array_equal(found.best, [0.9, 0.4, NAN])


def test_equal_scores_go_to_the_lower_position_whatever_the_shards(monkeypatch):
    monkeypatch.setattr(sides_module, "SHARD", 7)
    offers = {"proof": np.full(50, 0.5)}
    rules = Rules(terms=(Own("proof"),), breadth=3)
    found = fit({"id": [0, 0]}, offers, {"proof": 1}, rules)
    assert found.j.tolist() == [0, 1, 2, 0, 1, 2]


def same_bits(first, second):
    return all(
        getattr(first, name).tobytes() == getattr(second, name).tobytes()
        for name in ("i", "j", "score", "terms", "best")
    )


def test_shards_blocks_and_processes_change_no_bit(monkeypatch):
    from teladan.engine.pairing import scan as scan_module

    needs, offers = world(7, N=150, M=4000)
    free = replace(RULES, filters=(Different("id"),), floor=0.0)
    whole = {rules: fit(needs, offers, WEIGHTS, rules) for rules in (RULES, free)}
    assert whole[free].i.size == 150 * RULES.breadth
    with Processes(2) as two:
        assert same_bits(whole[free], fit(needs, offers, WEIGHTS, free, cluster=two))
    for needs_at_once, shard, rows, columns in ((37, 501, 64, 1024), (512, 32768, 5, 33)):
        monkeypatch.setattr(sides_module, "NEEDS", needs_at_once)
        monkeypatch.setattr(sides_module, "SHARD", shard)
        monkeypatch.setattr(scan_module, "ROWS", rows)
        monkeypatch.setattr(scan_module, "OFFERS", columns)
        for rules, expected in whole.items():
            assert same_bits(expected, fit(needs, offers, WEIGHTS, rules))


def test_the_ceiling_over_all_pairs_is_never_below_the_optimum_over_all_pairs():
    needs, offers = world(3, N=40, M=60)
    dice = np.random.default_rng(3)
    wanted, capacity = dice.integers(0, 3, 40), dice.integers(0, 3, 60)
    sides = (needs, offers, WEIGHTS)
    narrow, wide = replace(RULES, breadth=2), replace(RULES, breadth=60)

    few, everything = (fit(*sides, rules) for rules in (narrow, wide))
    part, full = (
        pair(c.i, c.j, c.score, wanted=wanted, capacity=capacity, mode="optimal")
        for c in (few, everything)
    )
    limits = {"wanted": wanted, "capacity": capacity}
    above = ceiling(*sides, narrow, **limits, prices=part.prices)
    exact = ceiling(*sides, narrow, **limits, prices=full.prices)

    assert part.total < full.total
    assert above >= full.total - 1e-9
    assert exact == pytest.approx(full.total, abs=1e-6)
    dear = fit(*sides, narrow, prices=part.prices)
    both = few.join(dear)
    again = pair(both.i, both.j, both.score, **limits, mode="optimal")
    assert part.total < again.total <= full.total + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_a_cover_reaches_the_largest_total_of_all_pairs_and_proves_it(seed):
    needs, offers = world(seed, N=40, M=60)
    dice = np.random.default_rng(seed)
    limits = {"wanted": dice.integers(0, 3, 40), "capacity": dice.integers(0, 3, 60)}
    sides = (needs, offers, WEIGHTS)
    all_pairs, few = (fit(*sides, replace(RULES, breadth=breadth)) for breadth in (60, 2))
    seen = []

    found, gap = cover(*sides, replace(RULES, breadth=2), **limits, gap=0.0, progress=seen.append)

    best, narrow, covered = (
        pair(c.i, c.j, c.score, **limits, mode="optimal").total for c in (all_pairs, few, found)
    )
    assert covered == pytest.approx(best, abs=1e-6)
    assert gap == pytest.approx(0.0, abs=1e-6)
    assert narrow < best
    assert found.i.size < all_pairs.i.size
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    once, lost = cover(*sides, replace(RULES, breadth=2), **limits, rounds=1)
    assert once.j.tolist() == few.j.tolist()
    assert lost >= 1 - narrow / best - 1e-9


@pytest.mark.parametrize(
    ("wrong", "message"), [({"rounds": 0}, "rounds"), ({"gap": 2}, "gap is 2")]
)
def test_a_cover_of_no_rounds_or_more_than_everything_is_refused(wrong, message):
    limits = {"wanted": [1] * 30, "capacity": [1] * 80}
    with pytest.raises(ValueError, match=message):
        cover(*world(1), WEIGHTS, RULES, **limits, **wrong)


def test_a_negative_price_is_refused():
    limits = {"wanted": [1] * 30, "capacity": [1] * 80}
    with pytest.raises(ValueError, match=r"prices\[0\] is -1.0, must not be negative"):
        ceiling(*world(1), WEIGHTS, RULES, **limits, prices=[-1.0] * 80)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"needs": {}}, "needs has no columns"),
        ({"needs": {"hdi": []}}, r"needs\['hdi'\] has no rows"),
        ({"needs": {"hdi": 5.0}}, r"needs\['hdi'\] has no rows"),
        ({"needs": {"hdi": [1.0], "id": [1, 2]}}, r"needs\['id'\] has shape \(2,\), must have 1"),
        ({"offers": {"id": [1]}}, "offers has no column 'hdi'"),
        ({"offers": {"hdi": [1.0, np.inf], "theme": [1, 1]}}, r"offers\['hdi'\]\[1\] is inf"),
        ({"offers": {"hdi": ["60"], "theme": [1]}}, r"offers\['hdi'\] must hold numbers, got <U2"),
        ({"offers": {"hdi": [{}], "theme": [1]}}, r"offers\['hdi'\] must hold numbers: "),
        ({"needs": {"hdi": [[1.0]], "theme": [1]}}, r"needs\['hdi'\] must have shape \(rows,\)"),
        ({"needs": {"hdi": [1.0], "theme": [1.5]}}, r"needs\['theme'\]\[0\] is 1.5, must be a wh"),
        ({"needs": {"hdi": [1.0], "theme": [-2]}}, r"needs\['theme'\]\[0\] is -2.0, must be from"),
        ({"weights": {}}, "weights: 'hdi' has no weight"),
        ({"weights": {"hdi": 1, "spbe": 1}}, "weights: 'spbe' is no term"),
        ({"weights": {"hdi": -1}}, r"weights\['hdi'\] is -1, must not be negative"),
        ({"weights": {"hdi": NAN}}, r"weights\['hdi'\] is nan"),
        ({"weights": {"hdi": 0}}, "weights are all 0"),
        ({"terms": ()}, "rules.terms is empty"),
        ({"terms": (Near("hdi"), Same("hdi"))}, "rules.terms has 'hdi' twice"),
        ({"terms": (Near("hdi", scale=0.0),)}, "scale of 'hdi' is 0.0, must be above 0"),
        ({"terms": (Near("hdi", scale=1.0, log=True),)}, "scale of 'hdi' is 1.0, must be above 1"),
        ({"terms": (Near("hdi", neutral=2.0),)}, "neutral value of 'hdi' is 2.0"),
        ({"terms": (Ahead("hdi", scale=-1.0),)}, "scale of 'hdi' is -1.0"),
        ({"terms": (Ahead("hdi", better="big"),)}, "better of 'hdi' is 'big'"),
        ({"terms": (Close("hdi", reach=0.0),)}, "reach of 'hdi' is 0.0"),
        ({"terms": (Own("hdi", side="both"),)}, "side of 'hdi' is 'both'"),
        ({"terms": (Own("hdi"),)}, r"offers\['hdi'\]\[0\] is 60.0, must be from 0.0 to 1.0"),
        ({"terms": (Overlap("hdi"),)}, r"needs\['hdi'\] must have shape \(rows, members\)"),
        ({"terms": (Close("hdi"),)}, "needs has no column 'lat'"),
        ({"filters": (Equal("theme", unknown="keep"),)}, "unknown is 'keep'"),
        ({"filters": (AtLeast("hdi", better="up"),)}, "better of 'hdi' is 'up'"),
        ({"filters": (AtLeast("hdi", margin=NAN),)}, "margin of 'hdi' is nan"),
        ({"filters": (Open("theme"),)}, r"offers\['theme'\] must be boolean"),
        ({"floor": 1.5}, "rules.floor is 1.5"),
        ({"breadth": 0}, "rules.breadth is 0"),
        ({"prices": [1.0]}, r"prices must have shape \(2,\), got \(1,\)"),
    ],
)
def test_a_malformed_fit_is_refused_with_its_place(change, message):
    given = {
        "needs": {"hdi": [60.0], "theme": [1]},
        "offers": {"hdi": [60.0, 70.0], "theme": [1, 1]},
        "weights": {"hdi": 1},
    }
    rules = {"terms": (Near("hdi", scale=20.0),), "filters": (Equal("theme"),)}
    for name, value in change.items():
        (given if name in ("needs", "offers", "weights", "prices") else rules)[name] = value
    with pytest.raises(ValueError, match=message):
        fit(given.pop("needs"), given.pop("offers"), given.pop("weights"), Rules(**rules), **given)


def test_sets_of_different_length_are_refused():
    rules = Rules(terms=(Overlap("fields"),))
    with pytest.raises(ValueError, match=r"needs\['fields'\] has 2 members, offers\['fields'\] 3"):
        fit(
            {"fields": np.ones((1, 2), bool)},
            {"fields": np.ones((1, 3), bool)},
            {"fields": 1},
            rules,
        )


def test_a_ratio_of_nothing_is_refused():
    rules = Rules(terms=(Near("people", scale=10.0, log=True),))
    with pytest.raises(ValueError, match=r"offers\['people'\]\[1\] is 0.0, must be above 0"):
        fit({"people": [5.0]}, {"people": [5.0, 0.0]}, {"people": 1}, rules)


def test_progress_tells_the_share_and_may_stop_the_work():
    needs, offers = world(1)
    seen = []
    fit(needs, offers, WEIGHTS, RULES, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(needs, offers, WEIGHTS, RULES, progress=stop)


# --- real regions ----------------------------------------------------------------------------


def regions():
    """Regencies and cities with figures of 2021 and the list of lagging ones of 2020."""
    if not (DATA / "indicators.csv").exists():
        pytest.skip(f"no folder {DATA.name} beside the project")
    with (DATA / "regions.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["type"] != "provinsi"]
    at = {row["code"]: n for n, row in enumerate(rows)}
    figures = {}
    with (DATA / "indicators.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["region_code"] in at and not row["indicator"].endswith("category"):
                column = figures.setdefault(row["indicator"], np.full(len(rows), NAN))
                column[at[row["region_code"]]] = float(row["value"])
    figures["kind"] = np.array([row["type"] == "kota" for row in rows]).astype(int)
    figures["id"] = np.arange(len(rows))
    for name in ("lat", "lon"):
        figures[name] = np.array([float(row[name] or NAN) for row in rows])
    return [row["name"] for row in rows], figures


@pytest.mark.parametrize("figure", ["households_safe_water", "mean_years_schooling_15plus"])
def test_real_regions_are_paired_stably_the_same_twice_and_every_unmatched_is_explained(figure):
    names, columns = regions()
    spread = float(np.nanstd(columns[figure]))
    rules = Rules(
        terms=(
            Ahead(figure, scale=3 * spread),
            Near("adjusted_expenditure_per_capita", scale=3.0, log=True),
            Near("population", scale=10.0, log=True),
            Close("distance", reach=1500.0),
        ),
        filters=(Equal("kind"), Different("id"), AtLeast(figure, margin=spread)),
        floor=0.4,
    )
    weights = dict(zip([term.name for term in rules.terms], (4, 3, 2, 1), strict=True))
    worst = columns[figure] <= np.nanquantile(columns[figure], 0.6)
    wanted = np.where(worst, 1, 0)
    lagging = columns["daerah_tertinggal_2020_2024"] == 1
    reserve = Reserve(lagging, share=0.25)

    found = fit(columns, columns, weights, rules)
    ask = {
        "i": found.i,
        "j": found.j,
        "score": found.score,
        "wanted": wanted,
        "capacity": np.full(len(names), 1),
        "reserve": reserve,
    }
    first, again = pair(**ask), pair(**ask)

    assert len(names) > 500
    assert check_pairing(first.pairs, **ask, stable=True, claims=first.claims()) == []
    assert first.pairs.tolist() == again.pairs.tolist()
    assert first.helpers.sum() > 100
    served = first.helpers >= wanted
    assert {u.need for u in first.unmatched} == set(np.flatnonzero(~served).tolist())
    nothing = [u.need for u in first.unmatched if u.reason == "no fit"]
    assert all(not found.best[need] >= rules.floor for need in nothing)
