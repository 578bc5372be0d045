"""Parting what an entry is worth from who happened to read it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.ranking import calibrate
from teladan.engine.ranking.mixture import Mixture

quickly = settings(deadline=None, max_examples=12, derandomize=True)


def dice(seed=7):
    return np.random.default_rng(seed)


def panel(
    entries=60, readers=9, each=3, *, severity=0.7, noise=0.8, widths=0.0, noises=0.0, seed=1
):
    """A simulated round: entry, reader, points, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal(entries)
    entry = np.repeat(np.arange(entries), each)
    reader = np.concatenate([rng.permutation(readers)[:each] for _ in range(entries)])
    bias = severity * rng.standard_normal(readers)
    width = np.exp(widths * rng.standard_normal(readers))
    spread = noise * np.exp(noises * rng.standard_normal(readers))
    error = spread[reader] * rng.standard_normal(entry.size)
    return entry, reader, 70 + 8 * (width[reader] * truth[entry] + bias[reader] + error), truth


def deviance_by_hand(entry, reader, y, ratio_entry, ratio_reader):
    """-2 log restricted likelihood from the full covariance matrix."""
    same_entry, same_reader = entry[:, None] == entry, reader[:, None] == reader
    v = np.eye(y.size) + ratio_entry * same_entry + ratio_reader * same_reader
    inverse = np.linalg.inv(v)
    one = np.ones(y.size)
    information = one @ inverse @ one
    mean = one @ inverse @ y / information
    freedom = y.size - 1
    residual = (y - mean) @ inverse @ (y - mean) / freedom
    logs = np.linalg.slogdet(v)[1] + np.log(information)
    return freedom * (np.log(2 * np.pi * residual) + 1) + logs


def predictions_by_hand(entry, reader, y, variances):
    """Best predictions of level + entry, of readers, and their errors, from the full matrices."""
    of_entry, of_reader, of_rest = variances
    a = (entry[:, None] == np.arange(entry.max() + 1)).astype(float)
    b = (reader[:, None] == np.arange(reader.max() + 1)).astype(float)
    x = np.column_stack([np.ones(y.size), a, b])
    penalty = np.concatenate(
        [[0], np.full(a.shape[1], of_rest / of_entry), np.full(b.shape[1], of_rest / of_reader)]
    )
    inverse = np.linalg.inv(x.T @ x + np.diag(penalty))
    answer = inverse @ x.T @ y
    error = np.sqrt(of_rest * np.diag(inverse))
    cut = 1 + a.shape[1]
    return answer[0] + answer[1:cut], answer[cut:], error[1:cut], error[cut:]


@quickly
@given(
    seed=st.integers(0, 10**6),
    ratio_entry=st.floats(0.01, 20),
    ratio_reader=st.floats(0.01, 20),
)
def test_the_restricted_likelihood_equals_the_one_from_full_matrices(
    seed, ratio_entry, ratio_reader
):
    entry, reader, y, _ = panel(14, 5, 3, seed=seed)
    ones = np.ones(y.size)

    fit = Mixture(entry, reader, y, ones, ones).fit(ratio_entry, ratio_reader)

    by_hand = deviance_by_hand(entry, reader, y, ratio_entry, ratio_reader)
    assert fit.deviance == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_predictions_and_errors_equal_hendersons_equations(seed):
    entry, reader, y, _ = panel(seed=seed)

    found = calibrate(entry, reader, y, draws=10, rng=dice())

    variances = found.sd_entry**2, found.sd_reader**2, found.sd_residual**2
    adjusted, readers, se, reader_se = predictions_by_hand(entry, reader, y, variances)
    np.testing.assert_allclose(found.adjusted, adjusted, rtol=1e-6)
    np.testing.assert_allclose(found.severity, -readers, atol=1e-6)
    np.testing.assert_allclose(found.se, se, rtol=1e-6)
    np.testing.assert_allclose(found.severity_se, reader_se, rtol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_variances_stand_at_the_top_of_the_likelihood(seed):
    entry, reader, y, _ = panel(seed=seed)

    found = calibrate(entry, reader, y, draws=10, rng=dice())

    best = (found.sd_entry / found.sd_residual) ** 2, (found.sd_reader / found.sd_residual) ** 2
    top = deviance_by_hand(entry, reader, y, *best)
    for move in (0.99, 1.01):
        assert deviance_by_hand(entry, reader, y, best[0] * move, best[1]) > top
        assert deviance_by_hand(entry, reader, y, best[0], best[1] * move) > top


def test_balanced_panels_give_the_variances_of_the_analysis_of_variance():
    # Shrout and Fleiss (1979): mean squares 11.24, 32.49 and 1.02 in their Table 3.
    table = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    entry, reader = np.indices(table.shape).reshape(2, -1)

    found = calibrate(entry, reader, table.ravel(), draws=10, rng=dice())

    of_entry, of_reader, rest = 56.2083333 / 5, 97.4583333 / 3, 15.2916667 / 15
    assert found.sd_residual**2 == pytest.approx(rest, rel=1e-5)
    assert found.sd_entry**2 == pytest.approx((of_entry - rest) / 4, rel=1e-5)
    assert found.sd_reader**2 == pytest.approx((of_reader - rest) / 6, rel=1e-5)


def test_correction_brings_the_order_closer_to_the_truth():
    entry, reader, points, truth = panel(600, 30, 3)

    found = calibrate(entry, reader, points, draws=10, rng=dice())

    raw, adjusted = (np.corrcoef(x, truth)[0, 1] for x in (found.raw, found.adjusted))
    assert found.p_no_severity < 1e-6
    assert adjusted > raw + 0.03


def test_a_severe_reader_has_positive_severity():
    entry = np.repeat(np.arange(30), 2)
    reader = np.tile([0, 1], 30)
    points = 60.0 + entry - 5.0 * reader + np.sin(np.arange(60))

    found = calibrate(entry, reader, points, draws=10, rng=dice())

    assert found.severity[1] - found.severity[0] == pytest.approx(5, abs=0.5)


def test_scales_and_noises_of_readers_are_found_and_help():
    entry, reader, points, truth = panel(1500, 75, 3, widths=0.35, noises=0.5)

    plain = calibrate(entry, reader, points, draws=10, rng=dice())
    scaled = calibrate(entry, reader, points, scale=True, draws=10, rng=dice())

    correlation = [np.corrcoef(c.adjusted, truth)[0, 1] for c in (plain, scaled)]
    assert correlation[1] > correlation[0] + 0.01
    assert np.ptp(plain.noise) == 0
    assert np.ptp(scaled.noise) > 1
    assert scaled.slope.mean() == pytest.approx(1)


def test_scales_of_readers_who_do_not_differ_stay_near_one():
    entry, reader, points, _ = panel(1500, 75, 3)

    found = calibrate(entry, reader, points, scale=True, draws=10, rng=dice())

    assert np.abs(found.slope - 1).max() < 0.2


def test_chances_add_up_to_the_places_and_agree_with_the_truth():
    hits, sure = [], []
    for seed in range(8):
        entry, reader, points, truth = panel(200, 20, 3, seed=seed)
        found = calibrate(entry, reader, points, draws=600, top=(20,), rng=dice())
        assert found.chance[20].sum() == pytest.approx(20)
        hits.append(truth >= np.sort(truth)[-20])
        sure.append(found.chance[20])
    hits, sure = np.concatenate(hits), np.concatenate(sure)

    for low, high in ((0.0, 0.05), (0.05, 0.3), (0.3, 0.7), (0.7, 1.01)):
        some = (sure >= low) & (sure < high)
        assert hits[some].mean() == pytest.approx(sure[some].mean(), abs=0.08)


def test_rank_intervals_hold_the_true_place_as_often_as_they_say():
    held = []
    for seed in range(6):
        entry, reader, points, truth = panel(150, 20, 3, seed=seed)
        found = calibrate(entry, reader, points, draws=800, rng=dice())
        place = 1 + (truth[:, None] < truth).sum(axis=1)
        low, high = found.rank_interval.T
        held.append((low <= place) & (place <= high))

    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_the_same_dice_give_the_same_answer():
    entry, reader, points, _ = panel()

    one, two = (calibrate(entry, reader, points, draws=300, rng=dice()) for _ in range(2))

    np.testing.assert_array_equal(one.rank_interval, two.rank_interval)
    np.testing.assert_array_equal(one.chance[40], two.chance[40])


@quickly
@given(seed=st.integers(0, 10**6), shift=st.floats(-50, 50), factor=st.floats(0.1, 10))
def test_another_scale_of_points_changes_nothing_but_the_scale(seed, shift, factor):
    entry, reader, points, _ = panel(25, 6, 3, seed=seed)

    one = calibrate(entry, reader, points, draws=5, rng=dice())
    two = calibrate(entry, reader, shift + factor * points, draws=5, rng=dice())

    np.testing.assert_allclose(two.adjusted, shift + factor * one.adjusted, rtol=1e-4, atol=1e-3)
    assert two.p_no_severity == pytest.approx(one.p_no_severity, abs=1e-5)


def test_equally_severe_readers_need_no_correction_and_the_notes_say_so():
    entry, reader, points, _ = panel(400, 12, 3, severity=0.0, seed=2)

    found = calibrate(entry, reader, points, draws=10, rng=dice())

    assert found.p_no_severity > 0.05
    assert np.abs(found.severity).max() < 1.0
    order = np.argsort(found.raw)
    assert np.abs(np.diff(found.adjusted[order])).max() < 3


def test_one_reader_cannot_be_parted_from_the_level():
    found = calibrate([0, 1, 2], [0, 0, 0], [70, 80, 90], draws=50, rng=dice())

    assert found.p_no_severity == 1.0
    assert found.severity.tolist() == [0.0]
    assert (np.diff(found.adjusted) > 0).all()
    assert any("One reader" in note for note in found.notes)


def test_one_entry_is_first_for_sure():
    found = calibrate([0, 0, 0], [0, 1, 2], [70, 80, 90], top=(1, 5), draws=50, rng=dice())

    assert found.adjusted[0] == pytest.approx(80)
    assert found.rank_interval.tolist() == [[1, 1]]
    assert found.chance[1].tolist() == found.chance[5].tolist() == [1.0]


def test_a_single_reading_is_what_it_is():
    found = calibrate([0], [0], [70], top=(1,), draws=50, rng=dice())

    assert found.adjusted.tolist() == found.raw.tolist() == [70.0]
    assert found.chance[1].tolist() == [1.0]


def test_constant_points_tell_no_entry_from_another():
    found = calibrate([0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, [80] * 8, top=(1,), rng=dice())

    assert found.adjusted.tolist() == [80.0] * 4
    assert found.rank_interval.tolist() == [[1, 4]] * 4
    assert found.chance[1].tolist() == [0.25] * 4
    assert found.p_no_severity == 1.0


def test_readers_who_agree_perfectly_leave_no_doubt():
    entry, reader = np.indices((6, 3)).reshape(2, -1)

    found = calibrate(entry, reader, 70.0 + 3 * entry, top=(2,), draws=100, rng=dice())

    np.testing.assert_allclose(found.adjusted, 70.0 + 3 * np.arange(6), atol=1e-3)
    assert found.chance[2].tolist() == [0, 0, 0, 0, 1, 1]


def test_entries_read_once_are_ranked_with_the_assumption_told():
    found = calibrate([0, 1, 2, 3], [0, 0, 1, 1], [70, 80, 60, 90], draws=50, rng=dice())

    assert np.isfinite(found.adjusted).all()
    assert any("read twice" in note for note in found.notes)


def test_groups_without_a_shared_reader_are_not_compared():
    entry, reader, points, _ = panel(20, 5, 3)
    entry, reader = np.append(entry, entry + 20), np.append(reader, reader + 5)
    points = np.append(points, points[::-1])

    found = calibrate(entry, reader, points, draws=100, top=(3,), rng=dice())

    assert found.components.tolist() == [0] * 20 + [1] * 20
    assert found.reader_components.tolist() == [0] * 5 + [1] * 5
    assert np.isnan(found.chance[3]).all()
    assert found.rank_interval.max() <= 20
    assert any("2 groups" in note for note in found.notes)


def test_progress_reaches_the_end_and_can_stop_the_work():
    entry, reader, points, _ = panel()
    seen = []

    calibrate(entry, reader, points, draws=600, rng=dice(), progress=seen.append)

    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(entry, reader, points, rng=dice(), progress=stop)


@pytest.mark.parametrize(
    ("entry", "reader", "points", "extra", "said"),
    [
        ([], [], [], {}, "points is empty"),
        ([0, 1], [0, 0], [1, 2, 3], {}, r"entry must have shape \(3,\), got \(2,\)"),
        ([0, 1], [0], [1, 2], {}, r"reader must have shape \(2,\), got \(1,\)"),
        ([0, 1], [0, 0], [1, np.nan], {}, r"points\[1\] is nan"),
        ([0, -1], [0, 0], [1, 2], {}, r"entry\[1\] is -1, must not be negative"),
        ([0, 0.5], [0, 0], [1, 2], {}, r"entry\[1\] is 0.5, must be whole"),
        ([0, 2], [0, 0], [1, 2], {}, "entry reaches 2 in 2 rows"),
        ([0, 2, 2], [0, 0, 1], [1, 2, 3], {}, "entry never has 1"),
        ([0, 0], [0, 0], [1, 2], {}, "reader 0 reads entry 0 twice, at row 1"),
        ([0, 1], [0, 0], [1, 2], {"draws": 0}, "draws is 0"),
        ([0, 1], [0, 0], [1, 2], {"top": (0,)}, "top has 0"),
    ],
)
def test_malformed_readings_are_named(entry, reader, points, extra, said):
    with pytest.raises(ValueError, match=said):
        calibrate(entry, reader, points, rng=dice(), **extra)
