"""The same estimates as lme4, the reference for mixed models; its answers are stored.

`fixtures/lme4/make.R` made them.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from teladan.engine.ranking import calibrate
from teladan.engine.ranking.mixture import Mixture

STORED = Path(__file__).parent / "fixtures" / "lme4"
FOUND = json.loads((STORED / "lme4.json").read_text(encoding="utf-8"))
PANELS = ["balanced", "unbalanced", "tiny_severity", "no_severity", "small", "round"]


def readings(name):
    rows = np.loadtxt(STORED / f"{name}.csv", delimiter=",", skiprows=1)
    return rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2]


def large():
    """3,000 entries, 150 readers: the readings that make.R draws with the same congruences."""
    entries, readers = 3000, 150
    drawn, now = np.empty(entries + readers + 3 * entries), 42
    for i in range(drawn.size):
        now = 16807 * now % 2147483647
        drawn[i] = now / 2147483647
    entry, turn = np.repeat(np.arange(entries), 3), np.tile(np.arange(3), entries)
    reader = (entry + turn * (1 + entry // readers % 49)) % readers
    points = 70 + 20 * drawn[entry] + 14 * drawn[entries + reader] + 17 * drawn[entries + readers :]
    return entry, reader, points


def compare(found, by_lme4):
    for name in ("level", "sd_entry", "sd_reader", "sd_residual"):
        assert getattr(found, name) == pytest.approx(by_lme4[name], rel=1e-4, abs=1e-4), name
    np.testing.assert_allclose(-found.severity, by_lme4["reader"], atol=1e-3)
    if "entry" in by_lme4:
        np.testing.assert_allclose(found.adjusted - found.level, by_lme4["entry"], atol=1e-3)


@pytest.mark.parametrize("name", PANELS)
def test_level_spreads_and_predictions_equal_lme4(name):
    entry, reader, points = readings(name)

    found = calibrate(entry, reader, points, draws=1, rng=np.random.default_rng(1))

    compare(found, FOUND[name])


def test_a_large_round_equals_lme4():
    found = calibrate(*large(), draws=1, rng=np.random.default_rng(1))

    compare(found, FOUND["large"])


@pytest.mark.parametrize("name", PANELS)
def test_the_restricted_likelihood_at_the_top_equals_lme4(name):
    entry, reader, points = readings(name)
    ones = np.ones(points.size)

    fit, without = Mixture(entry, reader, points, ones, ones).estimate()

    best = min(fit.deviance, without.deviance)
    assert best == pytest.approx(FOUND[name]["deviance"], rel=1e-7)


def test_the_way_for_thousands_of_readers_equals_lme4_on_a_large_round():
    entry, reader, points = large()
    z = (points - points.mean()) / points.std()
    ones = np.ones(points.size)

    fit, _ = Mixture(entry, reader, z, ones, ones, exact=0).estimate()

    sigma = points.std() * np.sqrt(fit.residual)
    stored = FOUND["large"]
    assert sigma == pytest.approx(stored["sd_residual"], rel=1e-3)
    assert sigma * np.sqrt(fit.ratio_entry) == pytest.approx(stored["sd_entry"], rel=1e-3)
    assert sigma * np.sqrt(fit.ratio_reader) == pytest.approx(stored["sd_reader"], rel=1e-3)
    np.testing.assert_allclose(points.std() * fit.reader, stored["reader"], atol=1e-2)
