"""A round whose last third of readings goes where it counts, at a small size.

The full size, 20 seeds of 3,000 entries, is in `bench/engine/ranking.py`.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from bench.engine.ranking import adaptive_round, calibration_error

ROOT = Path(__file__).parents[2]
SIZE = {"entries": 450, "readers": 24, "k": 12, "draws": 400}


@pytest.fixture(scope="module")
def rounds():
    even = [adaptive_round(seed, first=3, batches=0, **SIZE) for seed in range(8)]
    chosen = [adaptive_round(seed, first=2, batches=5, **SIZE) for seed in range(8)]
    return even, chosen


def test_more_of_the_best_are_found_with_the_same_number_of_readings(rounds):
    even, chosen = (np.mean([each["recall"] for each in way]) for way in rounds)

    assert chosen > even + 0.1


def test_the_rules_of_the_round_are_kept(rounds):
    for each in rounds[1]:
        assert each["readings"] <= 3 * SIZE["entries"]
        assert each["least"] == 2
        assert each["most"] <= 12


def test_chances_stay_honest_although_earlier_marks_placed_the_readings(rounds):
    chance = np.concatenate([each["chance"] for each in rounds[1]])
    inside = np.concatenate([each["inside"] for each in rounds[1]])

    everywhere, between = calibration_error(chance, inside)

    assert everywhere < 0.01
    assert between < 0.12
    assert chance.sum() == pytest.approx(inside.sum())


def test_the_measure_of_honesty_sees_chances_that_are_not():
    rng = np.random.default_rng(1)
    chance = rng.random(5000)
    inside = rng.random(5000) < chance

    honest, _ = calibration_error(chance, inside)
    bold, _ = calibration_error(np.where(chance > 0.5, 0.95, 0.05), inside)

    assert honest < 0.03
    assert bold > 0.15


def test_the_figures_of_the_method_are_those_that_were_measured():
    measured = ROOT / "bench" / "results" / "engine" / "ranking.json"
    if not measured.exists():
        pytest.skip("bench/results/engine/ranking.json is not here")
    rows = json.loads(measured.read_text(encoding="utf-8"))["rows"]
    plans = {r["who"]: r["quality"] for r in rows if r["what"].startswith("next_reads")}
    told = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    section = " ".join(told.split("## Where to read next")[1].split("\n## ")[0].split())

    two_each = plans["two each, then ten batches"]
    assert f"{plans['even plan, three each']['recall_40']:.2f} of the true best 40" in section
    assert f"finds {two_each['recall_40']:.2f}" in section
    twelve = next(quality for who, quality in plans.items() if "twelve each" in who)
    more = next(quality for who, quality in plans.items() if "at most 24" in who)
    assert two_each["recall_40"] > twelve["recall_40"] - 2 * twelve["recall_40_se"]
    assert f"finds {more['recall_40']:.2f}" in section
    assert f"would find {twelve['recall_40']:.2f}" in section
    assert f"{two_each['error_of_chances']:.4f}" in section
    assert f"{two_each['between_5_and_95']:.3f}" in section
