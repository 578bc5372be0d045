"""The way for thousands of readers gives the answers of the exact way."""

import numpy as np
import pytest
from bench.engine.ranking import panel
from scipy import sparse

from teladan.engine.errors import NotConverged
from teladan.engine.ranking import calibrate, chances, mixture, next_reads, systems
from teladan.engine.ranking.mixture import Mixture


def dice(seed=7):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def readings():
    entry, reader, points, _ = panel(2000, 200)
    return entry, reader, 70 + 8 * points


def calibrated(monkeypatch, readings, exact, **kwargs):
    monkeypatch.setattr(mixture, "EXACT", exact)
    return calibrate(*readings, rng=dice(), **kwargs)


def test_both_ways_find_the_same_spreads_predictions_and_errors(monkeypatch, readings):
    exact = calibrated(monkeypatch, readings, 10**6, draws=1)
    large = calibrated(monkeypatch, readings, 0, draws=1)

    for name in ("level", "sd_entry", "sd_reader", "sd_residual"):
        assert getattr(large, name) == pytest.approx(getattr(exact, name), rel=1e-3), name
    np.testing.assert_allclose(large.adjusted, exact.adjusted, atol=0.01)
    np.testing.assert_allclose(large.severity, exact.severity, atol=0.01)
    np.testing.assert_allclose(large.se, exact.se, rtol=0.01)
    np.testing.assert_allclose(large.severity_se, exact.severity_se, rtol=0.03)
    assert large.p_no_severity == pytest.approx(exact.p_no_severity, abs=1e-9)


def test_both_ways_find_the_same_scales(monkeypatch, readings):
    exact = calibrated(monkeypatch, readings, 10**6, draws=1, scale=True)
    large = calibrated(monkeypatch, readings, 0, draws=1, scale=True)

    np.testing.assert_allclose(large.slope, exact.slope, atol=2e-3)
    np.testing.assert_allclose(large.noise, exact.noise, rtol=2e-3)


def test_both_ways_find_the_same_chances_within_the_noise_of_drawing(monkeypatch, readings):
    exact = calibrated(monkeypatch, readings, 10**6, draws=1000, top=(40,))
    large = calibrated(monkeypatch, readings, 0, draws=1000, top=(40,))

    assert large.chance[40].sum() == pytest.approx(40)
    # Two estimates from 1,000 draws each differ by 0.022 at the most, as a standard deviation.
    assert np.abs(large.chance[40] - exact.chance[40]).max() < 0.09
    width = np.diff(exact.rank_interval, axis=1).mean()
    assert np.diff(large.rank_interval, axis=1).mean() == pytest.approx(width, rel=0.02)


def test_intervals_from_fewer_draws_and_chances_without_sorting_are_the_same(monkeypatch, readings):
    entry, reader, points = readings
    some = entry < 900
    readings = entry[some], reader[some], points[some]
    whole = calibrated(monkeypatch, readings, 10**6, draws=600, top=(40, 5))
    monkeypatch.setattr(chances, "KEPT", 0)
    monkeypatch.setattr(chances, "FEWEST", 200)
    monkeypatch.setattr(chances, "HELD", 45_000)

    fewer = calibrated(monkeypatch, readings, 10**6, draws=600, top=(40, 5))

    assert fewer.chance[40].sum() == pytest.approx(40)
    assert fewer.chance[5].sum() == pytest.approx(5)
    assert np.abs(fewer.chance[40] - whole.chance[40]).max() < 0.12
    middle = [c.rank_interval.mean(axis=1) for c in (whole, fewer)]
    assert np.corrcoef(middle)[0, 1] > 0.99


def small_system(seed=1, size=60):
    factor = sparse.random_array((size, size), density=0.05, rng=dice(seed))
    return (factor @ factor.T + sparse.diags_array(1.0 + dice(seed).random(size))).tocsr()


def test_solutions_and_determinants_equal_those_of_the_whole_matrix():
    matrix = small_system()
    dense, krylov = systems.Dense(matrix), systems.Krylov(matrix)
    right = dice().standard_normal((60, 20))

    np.testing.assert_allclose(krylov.solve(right), dense.solve(right), atol=1e-9)
    by_hand = np.linalg.slogdet(matrix.toarray())[1]
    assert dense.log_determinant() == pytest.approx(by_hand, abs=1e-9)
    assert krylov.log_determinant() == pytest.approx(by_hand, abs=0.5)


def test_coloured_noise_has_the_inverse_as_its_covariance():
    matrix = small_system(size=12)
    inverse = np.linalg.inv(matrix.toarray())

    for system in (systems.Dense(matrix), systems.Krylov(matrix)):
        drawn = system.coloured(dice().standard_normal((12, 40_000)))
        np.testing.assert_allclose(np.cov(drawn), inverse, atol=0.03 * inverse.max())


def test_readers_nobody_shares_an_entry_with_are_solved_at_once():
    diagonal = sparse.diags_array(np.array([2.0, 4.0, 5.0])).tocsr()

    system = systems.Krylov(diagonal)

    np.testing.assert_allclose(system.solve(np.eye(3)), np.diag([0.5, 0.25, 0.2]))
    assert system.log_determinant() == pytest.approx(np.log(40))


def test_equations_that_do_not_converge_are_refused(monkeypatch):
    monkeypatch.setattr(systems, "STEPS", 3)

    with pytest.raises(NotConverged, match="after 3 steps"):
        systems.Krylov(small_system()).solve(np.ones((60, 1)))


def test_progress_never_falls_and_can_stop_every_part(monkeypatch, readings):
    seen = []

    calibrated(monkeypatch, readings, 0, draws=600, progress=seen.append)

    assert seen == sorted(seen)
    assert len(seen) > 30
    assert seen[-1] == pytest.approx(1)
    for moment in (0, len(seen) // 3, len(seen) - 2):
        calls = iter(range(len(seen)))

        def stop(share, calls=calls, moment=moment):
            if next(calls) == moment:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            calibrated(monkeypatch, readings, 0, draws=600, progress=stop)


def test_next_readings_of_a_large_panel_need_no_table_of_all_pairs(monkeypatch):
    entry, reader, points, _ = panel(6_000, 1_200)
    known = calibrated(monkeypatch, (entry, reader, points), 1000, draws=1)

    pairs = next_reads(known, k=100, budget=300)

    line = np.sort(known.adjusted)[-100]
    assert len(pairs) == 300
    assert np.abs(known.adjusted[pairs[:, 0]] - line).max() < 2
    assert np.bincount(pairs[:, 1]).max() == 1
    taken = set(zip(entry.tolist(), reader.tolist(), strict=True))
    assert not taken & set(map(tuple, pairs.tolist()))


def test_a_chain_of_readers_is_calibrated_like_any_other_panel():
    readers, each = 300, 10
    entry = np.repeat(np.arange(readers * each), 2)
    reader = (entry // each + np.tile([0, 1], readers * each)) % readers
    rng = dice()
    severity, true = 5 * rng.standard_normal(readers), rng.standard_normal(readers * each)
    points = true[entry] - severity[reader] + 0.5 * rng.standard_normal(entry.size)
    z, ones = (points - points.mean()) / points.std(), np.ones(points.size)

    ways = [Mixture(entry, reader, z, ones, ones, exact=exact) for exact in (0, 10**6)]
    large, exact = (way.fit(1.0, 20.0) for way in ways)

    np.testing.assert_allclose(large.reader, exact.reader, atol=1e-7)
    np.testing.assert_allclose(large.entry, exact.entry, atol=1e-7)


def test_looks_at_the_likelihood_that_do_not_converge_are_passed_by(readings):
    class Brittle(Mixture):
        refused = 0

        def fit(self, ratio_entry, ratio_reader):
            if ratio_reader > 0.9:
                self.refused += 1
                raise NotConverged("too far out")
            return super().fit(ratio_entry, ratio_reader)

    entry, reader, points = readings
    z, ones = (points - points.mean()) / points.std(), np.ones(points.size)
    brittle = Brittle(entry, reader, z, ones, ones)

    found, best = brittle.estimate()[0], Mixture(entry, reader, z, ones, ones).estimate()[0]

    assert brittle.refused > 0
    assert found.ratio_reader == pytest.approx(best.ratio_reader, rel=1e-4)
