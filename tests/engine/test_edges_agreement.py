"""Agreement at its edges: intervals recomputed the slow way, and why a figure is missing."""

from dataclasses import asdict
from itertools import product

import numpy as np
import pytest
from scipy import optimize, stats

from teladan.engine.agreement import Measure, agreement
from teladan.engine.agreement.panel import panel_of

# Shrout and Fleiss (1979), Table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
NEED = "needs two entries, an entry read twice, and points that differ"


def dice(seed=7):
    return np.random.default_rng(seed)


def of_table(table, **kwargs):
    entry, reader = np.indices(np.shape(table)).reshape(2, -1)
    return agreement(entry, reader, np.ravel(table), rng=dice(), **kwargs)


def missing(measure, why):
    """All three figures are NaN, for this reason."""
    assert np.isnan([measure.value, measure.low, measure.high]).all()
    assert measure.how == why
    return True


def uneven_panel(severe):
    """Thirty entries, two to four of six readers each; readers differ as much as is said."""
    rng = dice(5)
    entry = np.repeat(np.arange(30), rng.integers(2, 5, 30))
    reader = np.concatenate([rng.permutation(6)[:c] for c in np.bincount(entry)])
    truth, severity = rng.standard_normal(30), severe * rng.standard_normal(6)
    points = 60 + 7 * (truth[entry] + severity[reader] + 0.7 * rng.standard_normal(entry.size))
    return entry, reader, points


@pytest.fixture(scope="module")
def uneven():
    return uneven_panel(0.6)


# --- intervals by formula --------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("table", [SHROUT_FLEISS, SHROUT_FLEISS[:, 1:3], SHROUT_FLEISS[:3]])
def test_the_interval_of_icc1_is_that_of_the_f_distribution(table, level):
    n, k = table.shape
    within = table.var(axis=1, ddof=1).mean()
    ratio = k * table.mean(axis=1).var(ddof=1) / within
    tail = (1 + level) / 2
    low = ratio / stats.f.ppf(tail, n - 1, n * (k - 1))
    high = ratio * stats.f.ppf(tail, n * (k - 1), n - 1)

    found = of_table(table, level=level).icc1

    expected = [(x - 1) / (x + k - 1) for x in (ratio, low, high)]
    assert [found.value, found.low, found.high] == pytest.approx(expected, abs=1e-12)
    assert found.how == "F distribution"


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    "table", [SHROUT_FLEISS, SHROUT_FLEISS[:, 1:3], SHROUT_FLEISS[1:4], SHROUT_FLEISS / 1000]
)
def test_the_interval_of_icc2k_is_that_of_mcgraw_and_wong(table, level):
    # McGraw and Wong (1996), Table 7, case 2A, for one reading; then stepped up to the mean of k.
    n, k = table.shape
    msr, msc = k * table.mean(axis=1).var(ddof=1), n * table.mean(axis=0).var(ddof=1)
    mse = (table.var() * n * k - msr * (n - 1) - msc * (k - 1)) / ((n - 1) * (k - 1))
    single = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + level) / 2
    fl, fu = stats.f.ppf(tail, n - 1, v), stats.f.ppf(tail, v, n - 1)
    low = n * (msr - fl * mse) / (fl * (k * msc + (k * n - k - n) * mse) + n * msr)
    high = n * (fu * msr - mse) / (k * msc + (k * n - k - n) * mse + n * fu * msr)

    found = of_table(table, level=level).icc2k

    expected = [k * x / (1 + (k - 1) * x) for x in (low, high)]
    assert [found.low, found.high] == pytest.approx(expected, abs=1e-9)
    assert found.value == pytest.approx(k * single / (1 + (k - 1) * single), abs=1e-12)
    assert found.how == "F distribution"


def test_readers_who_differ_only_in_severity_agree_perfectly_in_rank_and_less_in_value():
    table = np.array([[1.0], [2.0], [4.0]]) + np.array([[0.0, 1.0]])

    found = of_table(table)

    b, j = 2 * np.var([1, 2, 4], ddof=1), 3 * np.var([0, 1], ddof=1)
    assert found.w.value == 1.0
    assert found.icc2k.value == pytest.approx(b / (b + j / 3), abs=1e-12)
    assert found.icc2k.low < found.icc2k.value <= found.icc2k.high < 1 + 1e-9
    assert found.icc2k.how == "F distribution"


def test_readers_of_one_severity_who_differ_in_everything_else_have_a_figure():
    # By hand: B = 6, J = 0, R = 8/3, n = 4.
    found = of_table([[1, 3], [3, 1], [4, 6], [6, 4]]).icc2k

    assert found.value == pytest.approx((6 - 8 / 3) / (6 - 8 / 3 / 4), abs=1e-12)


def test_readers_who_never_differ_leave_no_interval_to_give():
    found = of_table(np.repeat([[1.0], [4.0], [2.0]], 3, axis=1))

    assert found.icc1 == Measure(1.0, 1.0, 1.0, "F distribution")
    assert found.icc2k == Measure(1.0, 1.0, 1.0, "no disagreement")
    for measure in (found.alpha, found.w):
        assert [measure.value, measure.low, measure.high] == pytest.approx([1.0] * 3, abs=1e-12)


def test_readers_who_contradict_each_other_score_below_zero():
    # Shrout and Fleiss's formulas by hand: B = 0, W = 2/3, and no difference between readers.
    found = of_table([[1, 2], [2, 1], [1.5, 1.5]])

    assert found.icc1.value == pytest.approx(-1, abs=1e-12)
    assert missing(found.icc2k, "the points do not differ between entries")
    # Krippendorff by hand: observed 2/3, expected 2 * 1 / 5.
    assert found.alpha.value == pytest.approx(1 - (2 / 3) / (2 * 1.0 / 5), abs=1e-12)
    assert found.w.value == 0.0


# --- intervals by resampling entries ---------------------------------------------------------


LEVELS = (0.7, 0.95)


def by_resampling(units, figure, draws=1000):
    """Percentile intervals over samples of units with replacement, one by one."""
    rng = dice(99)
    n = len(units)
    found = [figure([units[i] for i in rng.integers(n, size=n)]) for _ in range(draws)]
    return {x: np.nanquantile(found, [(1 - x) / 2, (1 + x) / 2]) for x in LEVELS}


def icc1_of(units):
    """One-way analysis of variance with unequal groups (Searle 1971, ch. 9)."""
    counts = np.array([len(u) for u in units])
    means, n, total = np.array([np.mean(u) for u in units]), len(units), counts.sum()
    grand = (counts * means).sum() / total
    b = (counts * (means - grand) ** 2).sum() / (n - 1)
    w = sum(((u - m) ** 2).sum() for u, m in zip(units, means, strict=True)) / (total - n)
    k = (total - (counts**2).sum() / total) / (n - 1)
    return (b - w) / (b + (k - 1) * w)


def alpha_of(units):
    everything = np.concatenate(units)
    n = everything.size
    observed = sum(((u[:, None] - u) ** 2).sum() / (len(u) - 1) for u in units) / n
    return 1 - observed / (((everything[:, None] - everything) ** 2).sum() / (n * (n - 1)))


def w_of(rows):
    """Kendall (1948), with the correction for ties."""
    ranks = stats.rankdata(np.array(rows), axis=0)
    n, k = ranks.shape
    s = ((ranks.sum(axis=1) - k * (n + 1) / 2) ** 2).sum()
    ties = sum((c**3 - c) for x in ranks.T for c in np.unique(x, return_counts=True)[1])
    below = k**2 * (n**3 - n) - k * ties
    return 12 * s / below if below else np.nan


def test_intervals_without_a_formula_are_those_of_resampled_entries(uneven):
    entry, reader, points = uneven
    units = [points[entry == p] for p in range(30)]
    expected = [by_resampling(units, figure) for figure in (icc1_of, alpha_of)]

    for level in LEVELS:
        found = agreement(entry, reader, points, level=level, draws=2000, rng=dice())
        for measure, slow in zip((found.icc1, found.alpha), expected, strict=True):
            assert measure.how == "bootstrap of entries"
            assert [measure.low, measure.high] == pytest.approx(slow[level], abs=0.03)
    assert found.icc1.value == pytest.approx(icc1_of(units), abs=1e-9)
    assert found.alpha.value == pytest.approx(alpha_of(units), abs=1e-9)


def test_the_interval_of_w_is_that_of_resampled_entries():
    rng = dice(3)
    table = np.round(rng.standard_normal((25, 1)) + rng.standard_normal((25, 4)))
    expected = by_resampling(list(table), w_of, draws=500)

    for level in LEVELS:
        found = of_table(table, level=level, draws=1000).w
        assert found.how == "bootstrap of entries"
        assert [found.low, found.high] == pytest.approx(expected[level], abs=0.03)
    assert found.value == pytest.approx(w_of(table), abs=1e-12)


def test_entries_read_once_say_nothing_about_alpha(uneven):
    entry, reader, points = uneven
    before = agreement(entry, reader, points, draws=1, rng=dice()).alpha

    lone = agreement(
        np.append(entry, 30), np.append(reader, 0), np.append(points, 999), draws=1, rng=dice()
    ).alpha

    assert lone.value == pytest.approx(before.value, abs=1e-9)


def test_one_draw_is_an_interval_without_width_and_any_number_of_draws_works(uneven):
    for draws in (1, 100, 101, 250):
        found = agreement(*uneven, draws=draws, rng=dice())
        for measure in (found.icc1, found.alpha):
            assert (measure.low == measure.high) == (draws == 1)


def test_the_same_dice_give_the_same_intervals(uneven):
    first, second = (asdict(agreement(*uneven, draws=40, rng=dice())) for _ in range(2))
    np.testing.assert_equal(first, second)  # bit by bit, and an undefined figure equals itself


def test_neither_the_order_of_rows_nor_scale_nor_origin_change_the_figures(uneven):
    entry, reader, points = uneven
    mixed = dice(1).permutation(entry.size)
    first = agreement(entry, reader, points, draws=200, rng=dice())

    again = agreement(entry[mixed], reader[mixed], 1000 - 3 * points[mixed], draws=200, rng=dice())

    for name in ("icc1", "icc2k", "alpha"):
        one, other = getattr(first, name), getattr(again, name)
        assert [other.value, other.low, other.high] == pytest.approx(
            [one.value, one.low, one.high], abs=1e-4
        )
    complete = of_table(SHROUT_FLEISS), of_table(1000 - 3 * SHROUT_FLEISS)
    assert complete[0].w.value == pytest.approx(complete[1].w.value)


# --- ICC(2,k) where not everybody reads everything -------------------------------------------


def restricted_deviance(entry, reader, points, ratios):
    """-2 log restricted likelihood with dense matrices, up to a constant."""
    same = [np.equal.outer(x, x).astype(float) for x in (entry, reader)]
    v = np.eye(entry.size) + ratios[0] * same[0] + ratios[1] * same[1]
    inverse, ones = np.linalg.inv(v), np.ones(entry.size)
    information = ones @ inverse @ ones
    rest = points - ones @ inverse @ points / information
    freedom = entry.size - 1
    return (
        freedom * np.log(rest @ inverse @ rest / freedom)
        + np.linalg.slogdet(v)[1]
        + np.log(information)
    )


def reliability(ratios, k):
    return ratios[0] / (ratios[0] + (ratios[1] + 1) / k)


@pytest.mark.parametrize(("severe", "level"), [(0.6, 0.7), (0.6, 0.95), (0.15, 0.7)])
def test_reliability_of_uneven_panels_is_that_of_the_restricted_likelihood(severe, level):
    entry, reader, points = uneven_panel(severe)

    def deviance(logs):
        return restricted_deviance(entry, reader, points, np.exp(logs))

    best = optimize.minimize(deviance, [0.0, 0.0], method="Nelder-Mead", tol=1e-9).x
    step, bend = 0.05, np.empty((2, 2))
    for i, j in product(range(2), repeat=2):
        moves = [(a, b) for a in (step, -step) for b in (step, -step)]
        at = [deviance(best + a * np.eye(2)[i] + b * np.eye(2)[j]) for a, b in moves]
        bend[i, j] = (at[0] - at[1] - at[2] + at[3]) / (4 * step**2)
    k = 30 / (1 / np.bincount(entry)).sum()
    logs = dice(1).multivariate_normal(best, np.linalg.inv(bend / 2), 20000)
    drawn = reliability(np.exp(logs.T), k)

    found = agreement(entry, reader, points, level=level, draws=4000, rng=dice())

    assert found.readings == pytest.approx(k)
    assert found.icc2k.how == "restricted likelihood, normal on log ratios"
    assert found.icc2k.value == pytest.approx(reliability(np.exp(best), k), abs=1e-5)
    expected = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    assert [found.icc2k.low, found.icc2k.high] == pytest.approx(expected, abs=0.02)


def test_where_readers_do_not_differ_reliability_is_that_of_one_way_differences():
    # Each reader's mean is the same, so that the best variance of readers is none.
    entry, reader = np.nonzero(1 - np.eye(4))
    truth = np.array([0.0, 2.0, 4.0, 6.0])
    noise = np.array([[0, 1, -1, 0], [-1, 0, 0, 1], [1, 0, 0, -1], [0, -1, 1, 0]])
    points = truth[entry] + noise[entry, reader]

    found = agreement(entry, reader, points, draws=3000, rng=dice()).icc2k

    def deviance(log):
        return restricted_deviance(entry, reader, points, [np.exp(log), 0.0])

    best = optimize.minimize_scalar(deviance, bounds=(-5, 8), method="bounded").x
    step = 0.05
    bend = (deviance(best + 2 * step) - 2 * deviance(best) + deviance(best - 2 * step)) / (
        4 * step**2
    )
    ratio = np.exp(best)
    assert found.value == pytest.approx(ratio / (ratio + 1 / 3), abs=1e-4)
    logs = stats.norm.ppf([0.025, 0.975], best, (2 / bend) ** 0.5)
    expected = np.exp(logs) / (np.exp(logs) + 1 / 3)
    assert [found.low, found.high] == pytest.approx(expected, abs=0.01)


def test_where_entries_do_not_differ_reliability_is_zero_and_says_so():
    entry, reader = np.nonzero(1 - np.eye(4))
    noise = np.array([[0, 5, -4, -1], [-2, 0, 7, -5], [3, -6, 0, 3], [9, -1, -8, 0]])

    found = agreement(entry, reader, noise[entry, reader], draws=10, rng=dice()).icc2k

    assert (found.value, found.low) == (0.0, 0.0)
    assert np.isnan(found.high)
    assert found.how == "no differences between entries were found"


# --- figures that cannot be had --------------------------------------------------------------


def test_entries_read_once_have_no_agreement_at_all():
    found = agreement([0, 1, 2], [0, 1, 0], [1, 2, 5], rng=dice())

    assert missing(found.icc1, NEED)
    assert missing(found.icc2k, NEED)
    assert missing(found.alpha, "needs an entry read twice, and points that differ")
    assert missing(found.w, "not every reader read every entry")
    assert found.readings == 1.0


def test_two_entries_and_an_entry_read_twice_are_enough_without_an_interval_by_resampling():
    found = agreement([0, 0, 1], [0, 1, 0], [1.0, 3.0, 8.0], draws=20, rng=dice())

    few = "fewer than three entries: no interval"
    # By hand: B = 24, W = 2, mean size 4/3.
    assert found.icc1.value == pytest.approx((24 - 2) / (24 + 2 / 3), abs=1e-12)
    assert (found.icc1.how, found.alpha.how) == (few, few)
    assert np.isnan([found.icc1.low, found.icc1.high, found.alpha.low, found.alpha.high]).all()
    assert found.icc2k.value > 0.5
    assert found.readings == pytest.approx(4 / 3)


def test_points_that_never_differ_have_no_agreement_even_if_not_all_read_all():
    found = agreement([0, 0, 1, 1], [0, 1, 1, 2], [5, 5, 5, 5], rng=dice())

    assert missing(found.icc1, NEED)
    assert missing(found.icc2k, NEED)
    assert missing(found.alpha, "needs an entry read twice, and points that differ")


def test_points_that_never_differ_have_no_agreement_in_a_complete_panel():
    found = of_table(np.full((3, 3), 5.0))

    assert missing(found.icc1, NEED)
    assert missing(found.icc2k, "the points do not differ between entries")
    assert missing(found.alpha, "needs an entry read twice, and points that differ")
    assert missing(found.w, "needs two entries, two readers, and points that differ")


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0]]])
def test_one_entry_or_one_reader_is_not_enough(table):
    found = of_table(table)

    assert missing(found.icc1, NEED)
    assert missing(found.icc2k, "needs two entries and two readers")
    assert missing(found.w, "needs two entries, two readers, and points that differ")


def test_two_entries_and_two_readers_are_enough_but_for_intervals_by_resampling():
    found = of_table([[1.0, 2.0], [4.0, 7.0]])

    assert found.w.value == 1.0
    assert np.isnan([found.w.low, found.w.high]).all()
    assert found.w.how == "fewer than three entries: no interval"
    assert found.icc2k.low < found.icc2k.value < found.icc2k.high


def test_three_entries_are_enough_for_intervals_by_resampling():
    found = of_table([[1.0, 2.0], [4.0, 7.0], [3.0, 1.0]], draws=300)

    for measure in (found.alpha, found.w):
        assert measure.how == "bootstrap of entries"
        assert measure.low <= measure.value <= measure.high
        assert measure.low < measure.high


# --- readings --------------------------------------------------------------------------------


def test_a_panel_gathers_counts_sums_and_the_table_from_rows_in_any_order():
    panel = panel_of([1, 0, 1, 0], [0, 1, 1, 0], [4.0, 1.0, 6.0, 1.0])

    assert panel.y.tolist() == [1.0, -2.0, 3.0, -2.0]
    assert panel.count.tolist() == [2.0, 2.0]
    assert panel.sums.tolist() == [-4.0, 4.0]
    assert panel.squares.tolist() == [8.0, 10.0]
    assert panel.table.tolist() == [[-2.0, -2.0], [1.0, 3.0]]
    assert panel_of([0, 0, 1], [0, 1, 0], [1, 2, 3]).table is None


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"level": 0}, "level is 0, must be between 0 and 1"),
        ({"level": 1}, "level is 1, must be between 0 and 1"),
        ({"level": 95}, "level is 95, must be between 0 and 1"),
        ({"level": np.nan}, "level is nan, must be finite"),
        ({"draws": 0}, "draws is 0, must be at least 1"),
        ({"points": []}, "points is empty: nothing was read yet"),
        ({"points": [1, 2, 3, np.nan]}, "points[3] is nan, must be finite"),
        ({"points": [1, 2]}, "entry must have shape (2,), got (4,)"),
        ({"entry": [0, 0, 1]}, "entry must have shape (4,), got (3,)"),
        ({"entry": [0, 0, 2, 2]}, "entry never has 1: use 0 to m - 1"),
        ({"reader": [0, 1, 0]}, "reader must have shape (4,), got (3,)"),
        ({"reader": [0, 1, 0, 3]}, "reader never has 2: use 0 to m - 1"),
        ({"reader": [0, 1, 1, 1]}, "reader 1 reads entry 1 twice, at row 3"),
        ({"entry": [1, 0, 1, 0], "reader": [0, 1, 1, 1]}, "reader 1 reads entry 0 twice, at row 3"),
        ({"entry": [0, 1, 0, 0], "reader": [0, 0, 1, 0]}, "reader 0 reads entry 0 twice, at row 3"),
    ],
)
def test_malformed_readings_are_named(changed, text):
    request = {"entry": [0, 0, 1, 1], "reader": [0, 1, 0, 1], "points": [1, 2, 3, 4]} | changed

    with pytest.raises(ValueError, match=r"\w") as no:
        agreement(**request, rng=dice())
    assert str(no.value) == text
