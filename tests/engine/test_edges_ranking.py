"""Calibration and the next readings at the edges: what is said, and the rule written slowly."""

import math

import numpy as np
import pytest

from teladan.engine.ranking import calibrate, chances, next_reads
from teladan.engine.ranking.mixture import Mixture
from teladan.engine.ranking.scales import _shrunk
from teladan.engine.ranking.systems import Dense, Krylov

APART = (
    "The panel falls into {} groups without a shared reader: "
    "entries of different groups are not compared."
)
EQUAL = "Readers are equally severe as far as these marks show: no correction needed."
ONCE = "No entry was read twice: half of the differences are assumed to be noise of reading."
ALONE = "One reader: severity can't be told from the level of the entries."
FLAT = "All points are equal: these marks tell no entry from another."
NOISE = "These marks tell no entry from another beyond the noise of reading."


def dice(seed=1):
    return np.random.default_rng(seed)


def calibrated(entry, reader, points, **options):
    return calibrate(entry, reader, points, **{"draws": 50, "top": (1,), "rng": dice()} | options)


# --- what a reader of the figures must know --------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "reader", "points", "notes"),
    [
        ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [5, 6, 7, 8, 3, 4], ()),
        (
            [0, 0, 1, 1, 2, 2, 3, 3],
            [0, 1, 0, 1, 2, 3, 2, 3],
            [5, 6, 7, 8, 3, 3.5, 9, 9],
            (APART.format(2),),
        ),
        ([0, 1, 2], [0, 1, 2], [5, 6, 7], (APART.format(3), EQUAL, ONCE)),
        ([0, 1, 2], [0, 0, 0], [5, 6, 7], (ALONE, ONCE)),
        ([0, 0, 0], [0, 1, 2], [5, 6, 7], (EQUAL,)),
        ([0, 0, 1, 1], [0, 1, 0, 1], [5, 5, 5, 5], (FLAT,)),
        ([0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 0, 1], [4, 6, 4, 6, 5, 5], (EQUAL, NOISE)),
    ],
)
def test_every_note_is_given_where_it_is_true_and_nowhere_else(entry, reader, points, notes):
    assert calibrated(entry, reader, points).notes == notes


def test_constant_points_leave_every_figure_at_nothing():
    found = calibrated([0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [7, 7, 7, 7, 7], top=(1, 2, 9))

    assert found.raw.tolist() == found.adjusted.tolist() == [7.0, 7.0, 7.0]
    for name in ("se", "severity", "severity_se", "noise"):
        assert getattr(found, name).tolist() == [0.0] * 3, name
    assert found.slope.tolist() == [1.0] * 3
    assert (found.level, found.sd_entry, found.sd_reader, found.sd_residual) == (7.0, 0.0, 0.0, 0.0)
    assert found.p_no_severity == 1.0
    assert found.components.tolist() == found.reader_components.tolist() == [0, 0, 1]
    assert found.rank_interval.tolist() == [[1, 2], [1, 2], [1, 1]]
    assert all(np.isnan(found.chance[k]).all() for k in (1, 2, 9))


def test_constant_points_of_one_group_share_the_places():
    found = calibrated([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [7] * 6, top=(1, 2, 9))

    assert found.rank_interval.tolist() == [[1, 3]] * 3
    assert found.chance[1].tolist() == pytest.approx([1 / 3] * 3)
    assert found.chance[2].tolist() == pytest.approx([2 / 3] * 3)
    assert found.chance[9].tolist() == [1.0] * 3


def test_chances_of_more_places_than_entries_are_certain():
    found = calibrated([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [5, 6, 7, 8, 3, 4], top=(3, 99))

    assert found.chance[3].tolist() == found.chance[99].tolist() == [1.0] * 3


def test_chances_are_the_same_whether_or_not_every_draw_is_put_in_full_order(monkeypatch):
    rng = dice(4)
    entry = np.repeat(np.arange(30), 3)
    reader = np.concatenate([rng.permutation(8)[:3] for _ in range(30)])
    points = rng.standard_normal(30)[entry] + rng.standard_normal(90)
    request = {"draws": 600, "top": (2, 7)}
    monkeypatch.setattr(chances, "HELD", 20 * 30)

    ordered = calibrated(entry, reader, points, **request)
    monkeypatch.setattr(chances, "KEPT", 0)
    monkeypatch.setattr(chances, "FEWEST", 200)
    picked = calibrated(entry, reader, points, **request)

    for k in (2, 7):
        assert picked.chance[k].tolist() == ordered.chance[k].tolist()
        assert picked.chance[k].sum() == pytest.approx(k)
    assert (picked.rank_interval != ordered.rank_interval).any()
    assert np.abs(picked.rank_interval - ordered.rank_interval).mean() < 1


def test_rows_in_another_order_are_the_same_panel():
    rng = dice(3)
    entry = np.repeat(np.arange(20), 3)
    reader = np.concatenate([rng.permutation(6)[:3] for _ in range(20)])
    points = rng.standard_normal(20)[entry] + 0.5 * rng.standard_normal(60)
    mixed = rng.permutation(60)

    one = calibrated(entry, reader, points)
    other = calibrated(entry[mixed], reader[mixed], points[mixed])

    np.testing.assert_allclose(other.adjusted, one.adjusted, atol=1e-6)
    np.testing.assert_allclose(other.severity, one.severity, atol=1e-6)
    np.testing.assert_allclose(other.se, one.se, atol=1e-6)


# --- the model against all readings at once --------------------------------------------------


def panel(seed=6, entries=9, readers=5):
    """Few readings, loads that differ, slopes and precisions that are not 1."""
    rng = dice(seed)
    pairs = [(p, r) for p in range(entries) for r in range(readers) if (p + r) % 3 or r == 0]
    entry, reader = np.array(pairs).T
    y = rng.standard_normal(entry.size) + rng.standard_normal(entries)[entry] + 0.1 * reader
    return entry, reader, y, 0.5 + rng.random(readers)[reader], 0.5 + rng.random(readers)[reader]


@pytest.mark.parametrize("ratios", [(1.5, 0.4), (0.3, 2.0), (1.0, 0.0)])
def test_a_fit_is_that_of_the_covariance_of_all_readings(ratios):
    entry, reader, y, slope, precision = panel()
    model = Mixture(entry, reader, y, slope, precision)
    fit = model.fit(*ratios)
    errors = model.errors(fit)

    of_entry = slope[:, None] * (entry[:, None] == np.arange(9))
    of_reader = (reader[:, None] == np.arange(5)).astype(float)
    prior = ratios[0] * of_entry @ of_entry.T + ratios[1] * of_reader @ of_reader.T
    inverse = np.linalg.inv(np.diag(1 / precision) + prior)
    weight = inverse.sum()
    level = inverse.sum(axis=0) @ y / weight
    rest = y - level
    residual = rest @ inverse @ rest / (y.size - 1)
    spread = np.log(weight) - np.linalg.slogdet(inverse)[1]
    assert fit.level == pytest.approx(level)
    assert fit.residual == pytest.approx(residual)
    deviance = (y.size - 1) * (np.log(2 * np.pi * residual) + 1) + spread
    assert fit.deviance == pytest.approx(deviance)
    known = inverse - np.outer(inverse.sum(axis=1), inverse.sum(axis=0)) / weight
    for ratio, part, found, error in (
        (ratios[0], of_entry, fit.entry, errors[0]),
        (ratios[1], of_reader, fit.reader, errors[1]),
    ):
        assert found == pytest.approx(ratio * part.T @ inverse @ rest)
        left = ratio * np.eye(part.shape[1]) - ratio**2 * part.T @ known @ part
        assert error == pytest.approx(np.sqrt(residual * np.maximum(np.diag(left), 0)), abs=1e-9)


def test_draws_scatter_as_the_standard_errors_say():
    model = Mixture(*panel())
    fit = model.fit(1.5, 0.4)
    drawn = np.concatenate([some for _, some in chances._drawn(model, fit, 100, 40_000, dice())])

    assert drawn.shape == (40_000, 9)
    assert drawn.mean(axis=0) == pytest.approx(fit.entry, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(model.errors(fit)[0], rel=0.02)


def test_equations_solved_turn_by_turn_are_those_solved_at_once():
    entry, reader, y, slope, precision = panel(entries=60, readers=40)
    exactly = Mixture(entry, reader, y, slope, precision)
    nearly = Mixture(entry, reader, y, slope, precision, exact=39)
    at_once, by_turns = exactly.fit(1.2, 0.5), nearly.fit(1.2, 0.5)

    assert isinstance(at_once.system, Dense)
    assert isinstance(by_turns.system, Krylov)
    assert Mixture(entry, reader, y, slope, precision, exact=40).exact
    assert by_turns.entry == pytest.approx(at_once.entry, abs=1e-8)
    assert by_turns.reader == pytest.approx(at_once.reader, abs=1e-8)
    assert by_turns.deviance == pytest.approx(at_once.deviance, abs=0.5)
    own, carried = by_turns.system.variances(nearly.pull)
    true_own, true_carried = at_once.system.variances(exactly.pull)
    for found, true, near in (
        *zip(nearly.errors(by_turns), exactly.errors(at_once), (0.03, 0.03), strict=True),
        (own, true_own, 0.06),
        (carried, true_carried, 0.12),
    ):
        assert np.abs(found / true - 1).mean() < near
    noise = dice().standard_normal((40, 4000))
    scatter = [(fit.system.coloured(noise) ** 2).mean(axis=1) for fit in (at_once, by_turns)]
    assert scatter[1] == pytest.approx(scatter[0], rel=0.15)
    assert scatter[0] == pytest.approx(true_own, rel=0.15)


def test_where_nobody_was_read_twice_half_of_the_differences_are_noise():
    found = calibrated(range(6), [0, 1, 0, 1, 0, 1], [4, 7, 5, 9, 2, 8])

    assert found.sd_entry == pytest.approx(found.sd_residual)


def test_places_of_the_middle_ninety_five_of_a_hundred_draws():
    rank = np.column_stack([dice(n).permutation(41) + 1 for n in range(3)]).astype(np.uint16)
    seen = []

    found = chances._interval(rank, seen.append)

    assert found.dtype == np.int64
    assert found.tolist() == [[2, 40]] * 3
    assert seen[-1] == 1.0


def test_places_are_the_same_in_batches_of_any_size(monkeypatch):
    rank = dice().integers(1, 30, (60, 7)).astype(np.uint16)
    whole = chances._interval(rank, lambda share: None)
    monkeypatch.setattr(chances, "HELD", 130)

    assert chances._interval(rank, lambda share: None).tolist() == whole.tolist()


# --- readers who mark widely, or noisily -----------------------------------------------------


def test_noise_is_drawn_to_the_common_one_by_how_far_readers_differ():
    # Mean squares 1 and 9 of 50 readings: common 5, expected variance 1, real 16 - 1 = 15;
    # strength 2 * 25 / 15 + 4 = 22 / 3, so (22/3 * 5 + 50) / (22/3 + 50) = 65 / 43, over 5.
    found = _shrunk(np.array([50.0, 450.0]), np.array([50.0, 50.0]))

    assert found == pytest.approx([13 / 43, 73 / 43])
    # Readers that differ no more than by chance are all alike, their mean weighed by loads.
    assert _shrunk(np.array([40.0, 12.0]), np.array([40.0, 10.0])) == pytest.approx(
        [1, 1], abs=1e-4
    )


def test_slopes_and_noises_come_near_those_that_were_at_work():
    rng = dice(8)
    slope, noise = np.array([0.6, 0.8, 1.0, 1.2, 1.4]), np.array([0.2, 0.6, 0.2, 0.6, 0.2])
    worth = 1.5 * rng.standard_normal(120)
    # The first two readers see the better half only: their level is not that of the panel.
    entry = np.concatenate([np.argsort(-worth)[:60]] * 2 + [np.arange(120)] * 3)
    reader = np.repeat(np.arange(5), [60, 60, 120, 120, 120])
    points = slope[reader] * worth[entry] + 0.3 * reader + noise[reader] * rng.standard_normal(480)

    found = calibrated(entry, reader, points, scale=True)

    assert found.slope == pytest.approx(slope, abs=0.08)
    assert found.noise == pytest.approx(noise, abs=0.08)
    assert found.slope == pytest.approx(SLOPE, abs=1e-4)
    assert found.noise == pytest.approx(NOISY, abs=1e-4)


# As once worked out; within the tolerance above of what was at work.
SLOPE = [0.584879, 0.864218, 0.986876, 1.182471, 1.381557]
NOISY = [0.234837, 0.586301, 0.210664, 0.545403, 0.230347]


# --- the next readings -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def known():
    rng = dice(5)
    entry = np.repeat(np.arange(24), rng.integers(1, 4, 24))
    reader = np.concatenate([rng.permutation(7)[:c] for c in np.bincount(entry)])
    points = 70 + 8 * rng.standard_normal(24)[entry] + 4 * rng.standard_normal(entry.size)
    return calibrated(entry, reader, points)


def next_by_hand(c, k, budget, busy=None, most=12):
    """Worth phi(z) s, each further reading of an entry with the s it would meet."""
    entries, readers = c.raw.size, c.severity.size
    best = sorted(c.adjusted, reverse=True)
    line = (best[k - 1] + best[k]) / 2
    done = [set(c.reader[c.entry == p].tolist()) for p in range(entries)]
    offers = []
    for p in range(entries):
        near = math.exp(-(((c.adjusted[p] - line) / c.se[p]) ** 2) / 2)
        for more in range(most - len(done[p])):
            s = (1 / c.se[p] ** 2 + more / c.sd_residual**2) ** -0.5
            offers.append((-near * s, p, more))
    load, fresh, pairs = np.bincount(c.reader, minlength=readers), [0] * readers, []
    for _, p, _ in sorted(offers):
        free = [
            r
            for r in range(readers)
            if r not in done[p] and not (busy is not None and (busy[p][r]))
        ]
        if free and len(pairs) < budget:
            r = min(free, key=lambda r: (fresh[r], load[r], r))
            pairs.append((p, r))
            done[p].add(r)
            fresh[r] += 1
            load[r] += 1
    return sorted(pairs)


@pytest.mark.parametrize("k", [1, 7, 23])
@pytest.mark.parametrize(("budget", "most"), [(0, 12), (1, 12), (9, 3), (40, 4), (500, 12)])
def test_the_next_readings_follow_the_rule_written_slowly(known, k, budget, most):
    found = next_reads(known, k=k, budget=budget, most=most)

    assert found.dtype == np.int64
    assert found.shape[1] == 2
    assert list(map(tuple, found.tolist())) == next_by_hand(known, k, budget, most=most)


def test_busy_readers_and_barred_pairs_are_left_out_as_in_the_rule_written_slowly(known):
    barred = dice(2).random((24, 7)) < 0.4
    away = np.array([True, False, False, True, False, False, False])

    by_pair = next_reads(known, k=5, budget=30, busy=barred)
    by_reader = next_reads(known, k=5, budget=30, busy=away)

    assert list(map(tuple, by_pair.tolist())) == next_by_hand(known, 5, 30, barred)
    everywhere = np.tile(away, (24, 1))
    assert list(map(tuple, by_reader.tolist())) == next_by_hand(known, 5, 30, everywhere)


def test_asking_for_the_next_readings_changes_nothing_that_was_given(known):
    barred = dice(2).random((24, 7)) < 0.4
    before = barred.copy()

    next_reads(known, k=5, budget=30, busy=barred)

    assert (barred == before).all()


# --- the words of refusal --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"points": []}, "points is empty: nothing was read yet"),
        ({"points": [1, 2, np.nan, 4]}, "points[2] is nan, must be finite"),
        ({"entry": [0, 1]}, "entry must have shape (4,), got (2,)"),
        ({"reader": [0, 1]}, "reader must have shape (4,), got (2,)"),
        ({"entry": [0, 0, 2, 2]}, "entry never has 1: use 0 to m - 1"),
        ({"reader": [0, 0, 0, 1]}, "reader 0 reads entry 0 twice, at row 1"),
        ({"reader": [0, 1, 1, 1]}, "reader 1 reads entry 1 twice, at row 3"),
        ({"draws": 0}, "draws is 0, must be at least 1"),
        ({"top": (5, 1.5)}, "top is 1.5, must be whole"),
        ({"top": (5, 0)}, "top has 0, must be at least 1"),
    ],
)
def test_malformed_readings_are_named(changed, text):
    request = {"entry": [0, 0, 1, 1], "reader": [0, 1, 0, 1], "points": [1, 2, 3, 5]} | changed

    with pytest.raises(ValueError, match=r"\w") as no:
        calibrated(**request)

    assert str(no.value) == text


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"k": 1.5}, "k is 1.5, must be whole"),
        ({"budget": 1.5}, "budget is 1.5, must be whole"),
        ({"k": 0}, "k is 0, must be 1 to 23"),
        ({"k": 24}, "k is 24, must be 1 to 23"),
        ({"budget": -1}, "budget is -1, must not be negative"),
        ({"busy": [True] * 3}, "busy must be bool (7,) or (24, 7), got bool (3,)"),
        ({"busy": [0] * 7}, "busy must be bool (7,) or (24, 7), got int64 (7,)"),
    ],
)
def test_malformed_questions_for_readings_are_named(known, changed, text):
    with pytest.raises(ValueError, match=r"\w") as no:
        next_reads(known, **{"k": 3, "budget": 1} | changed)

    assert str(no.value) == text
