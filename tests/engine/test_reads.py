"""Where one more reading changes most."""

import numpy as np
import pytest

from teladan.engine.ranking import calibrate, next_reads


@pytest.fixture(scope="module")
def known():
    rng = np.random.default_rng(5)
    entry = np.repeat(np.arange(80), 3)
    reader = np.concatenate([rng.permutation(12)[:3] for _ in range(80)])
    truth = rng.standard_normal(80)
    points = 70 + 8 * truth[entry] + 4 * rng.standard_normal(240)
    return calibrate(entry, reader, points, draws=10, rng=rng)


def test_readings_go_to_entries_near_the_line(known):
    pairs = next_reads(known, k=10, budget=15)

    line = np.sort(known.adjusted)[-10]
    distance = np.abs(known.adjusted - line)
    assert len(pairs) == 15
    assert distance[pairs[:, 0]].max() < np.median(distance)


def test_nobody_reads_an_entry_twice_and_work_is_spread(known):
    pairs = next_reads(known, k=10, budget=60)

    done = set(zip(known.entry.tolist(), known.reader.tolist(), strict=True))
    new = set(map(tuple, pairs.tolist()))
    assert len(new) == 60
    assert not new & done
    assert np.ptp(np.bincount(pairs[:, 1], minlength=12)) <= 2


def test_busy_readers_and_conflicts_are_left_alone(known):
    away = np.zeros(12, dtype=bool)
    away[3] = True
    conflict = np.zeros((80, 12), dtype=bool)
    conflict[:, 4] = True

    assert 3 in next_reads(known, k=10, budget=60)[:, 1]
    assert 3 not in next_reads(known, k=10, budget=60, busy=away)[:, 1]
    assert 4 not in next_reads(known, k=10, budget=60, busy=conflict)[:, 1]


def test_no_entry_gets_more_than_the_most(known):
    pairs = next_reads(known, k=10, budget=1000, most=5)

    assert np.bincount(pairs[:, 0], minlength=80).max() == 2
    assert len(pairs) == 160


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"k": 0, "budget": 1}, "k is 0, must be 1 to 79"),
        ({"k": 80, "budget": 1}, "k is 80, must be 1 to 79"),
        ({"k": 1, "budget": -1}, "budget is -1"),
        ({"k": 1, "budget": 1, "busy": [0, 1]}, "busy must be bool"),
        ({"k": 1, "budget": 1, "busy": np.zeros(5, dtype=bool)}, "busy must be bool"),
    ],
)
def test_malformed_requests_are_named(known, asked, said):
    with pytest.raises(ValueError, match=said):
        next_reads(known, **asked)


def test_no_budget_gives_no_readings(known):
    assert next_reads(known, k=10, budget=0).shape == (0, 2)
