"""Panels on the edge of what can be said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.ranking import calibrate, next_reads, places
from teladan.engine.scoring import weigh

quickly = settings(deadline=None, max_examples=40, derandomize=True)


def dice():
    return np.random.default_rng(7)


def sensible(found, entries, readers):
    """Every figure is finite and in its range, whatever the panel was."""
    for name in ("raw", "adjusted", "se", "severity", "severity_se", "noise", "slope"):
        values = getattr(found, name)
        assert values.size == (readers if name in READERS else entries), name
        assert np.isfinite(values).all(), name
    assert (found.se >= 0).all()
    assert 0 <= found.p_no_severity <= 1
    low, high = found.rank_interval.T
    assert (low >= 1).all()
    assert (low <= high).all()
    assert high.max() <= np.bincount(found.components).max()
    for k, chance in found.chance.items():
        if found.components.max():
            assert np.isnan(chance).all()
        else:
            assert chance.sum() == pytest.approx(min(k, entries))


READERS = {"severity", "severity_se", "noise", "slope"}


@quickly
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
        max_size=12,
        unique_by=lambda row: row[:2],
    ),
    scale=st.booleans(),
)
def test_any_small_panel_gets_sensible_figures(rows, scale):
    entry, reader = (np.unique([row[i] for row in rows], return_inverse=True)[1] for i in (0, 1))
    points = [float(row[2]) for row in rows]

    found = calibrate(entry, reader, points, scale=scale, draws=20, top=(1, 3), rng=dice())

    sensible(found, entry.max() + 1, reader.max() + 1)


def test_a_reader_of_one_entry_who_marks_low_is_read_as_severe():
    entry, reader = np.indices((30, 6)).reshape(2, -1)
    severity = np.array([-8, -4, -1, 1, 4, 8])
    points = 70.0 + entry % 7 - severity[reader] + np.sin(np.arange(180))
    one_more = np.append(entry, 0), np.append(reader, 6), np.append(points, 56.0)

    before = calibrate(entry, reader, points, draws=1, rng=dice())
    after = calibrate(*one_more, draws=1, rng=dice())

    # The level of the whole panel falls with its mean reader; beside the others nothing moves.
    beside = [(c.raw[0] - c.raw[7], c.adjusted[0] - c.adjusted[7]) for c in (before, after)]
    assert beside[0][0] - beside[1][0] > 1.5
    assert beside[0][1] - beside[1][1] < 0.1
    assert after.severity[6] > 10
    assert after.severity_se[6] > after.severity_se[:6].max()


def test_a_panel_of_strangers_compares_nobody_and_says_so():
    found = calibrate([0, 1, 2, 3], [0, 1, 2, 3], [60, 70, 80, 90], draws=50, top=(2,), rng=dice())

    assert found.components.tolist() == [0, 1, 2, 3]
    assert found.rank_interval.tolist() == [[1, 1]] * 4
    assert np.isnan(found.chance[2]).all()
    assert len(found.notes) >= 2


def test_everybody_read_once_by_one_reader_is_ordered_and_the_assumption_told():
    found = calibrate([0, 1, 2], [0, 0, 0], [3, 1, 2], draws=400, top=(1,), rng=dice())

    assert np.argsort(-found.adjusted).tolist() == [0, 2, 1]
    assert found.chance[1].argmax() == 0
    assert len(found.notes) == 2


def test_one_entry_with_many_readers_is_their_mean_and_first():
    found = calibrate([0] * 5, range(5), [1, 2, 3, 4, 5], draws=20, top=(1, 2), rng=dice())

    assert found.adjusted[0] == pytest.approx(3)
    sensible(found, 1, 5)


def test_constant_marks_with_one_exception_still_find_the_exception():
    entry, reader = np.indices((10, 4)).reshape(2, -1)
    points = np.where(entry == 3, 81.0, 80.0)

    found = calibrate(entry, reader, points, draws=50, top=(1,), rng=dice())

    assert found.adjusted.argmax() == 3
    assert found.chance[1][3] == 1.0


def test_points_far_from_zero_lose_nothing():
    entry, reader = np.indices((30, 3)).reshape(2, -1)
    points = np.sin(7.0 * entry) + 0.3 * np.cos(3.0 * np.arange(90))

    near = calibrate(entry, reader, points, draws=1, rng=dice())
    far = calibrate(entry, reader, 1e6 + points, draws=1, rng=dice())

    np.testing.assert_allclose(far.adjusted - 1e6, near.adjusted, atol=1e-4)


def test_a_ballot_with_a_missing_aspect_never_reaches_the_calibration():
    with pytest.raises(ValueError, match=r"marks\[1, 2\] is nan"):
        weigh([[80, 80, 80], [80, 80, np.nan]], [1, 1, 1])
    with pytest.raises(ValueError, match=r"points\[1\] is nan"):
        calibrate([0, 1], [0, 0], [80, np.nan], rng=dice())
    with pytest.raises(ValueError, match=r"points\[1\] is nan"):
        places([80, np.nan])


def test_the_next_readings_of_groups_that_nobody_compares_join_them_at_the_line():
    found = calibrate([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 2, 3], [60, 61, 70, 72, 69, 74],
                      draws=20, rng=dice())  # fmt: skip

    pairs = next_reads(found, k=1, budget=3)

    assert found.components.max() == 1
    across = found.components[pairs[:, 0]] != found.reader_components[pairs[:, 1]]
    assert across.any()


def test_a_round_without_doubt_still_places_the_readings_it_is_asked_for():
    entry, reader = np.indices((6, 3)).reshape(2, -1)
    found = calibrate(np.append(entry, 0), np.append(reader, 3), np.full(19, 5.0), rng=dice())

    assert len(next_reads(found, k=2, budget=4)) == 4
