"""How far readers agree: equal to the published worked examples."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teladan.engine.agreement import agreement
from teladan.engine.agreement.intraclass import _icc2k_incomplete
from teladan.engine.agreement.panel import panel_of

quickly = settings(deadline=None, max_examples=30, derandomize=True)

# Shrout and Fleiss (1979), Table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", part C: four observers, twelve
# units, some missing (0 here).
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T
# Siegel (1956), ch. 9: three executives, six applicants; and three judges, ten objects with ties.
EXECUTIVES = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]).T
JUDGES = np.array(
    [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
).T


def dice():
    return np.random.default_rng(7)


def of_table(table, **kwargs):
    entry, reader = np.indices(table.shape).reshape(2, -1)
    return agreement(entry, reader, table.ravel(), rng=dice(), **kwargs)


def mean_squares(table):
    """Between entries, within, between readers, residual, as exact fractions."""
    rows = [[Fraction(x) for x in row] for row in table.tolist()]
    n, k = len(rows), len(rows[0])
    grand = sum(map(sum, rows)) / (n * k)
    entries = [sum(row) / k for row in rows]
    readers = [sum(column) / n for column in zip(*rows, strict=True)]
    b = k * sum((x - grand) ** 2 for x in entries)
    j = n * sum((x - grand) ** 2 for x in readers)
    all_of_it = sum((x - grand) ** 2 for row in rows for x in row)
    w, r = all_of_it - b, all_of_it - b - j
    return b / (n - 1), w / (n * (k - 1)), j / (k - 1), r / ((n - 1) * (k - 1))


def alpha_by_pairs(units):
    """1 - observed / expected disagreement, over every pair of values, as a fraction."""
    units = [[Fraction(x) for x in unit] for unit in units if len(unit) > 1]
    values = [x for unit in units for x in unit]
    n = len(values)
    observed = sum(
        sum((a - b) ** 2 for a in unit for b in unit) / (len(unit) - 1) for unit in units
    ) / Fraction(n)
    expected = sum((a - b) ** 2 for a in values for b in values) / Fraction(n * (n - 1))
    return 1 - observed / expected


def test_intraclass_correlations_equal_shrout_and_fleiss():
    found = of_table(SHROUT_FLEISS)

    b, w, j, r = mean_squares(SHROUT_FLEISS)
    assert [round(float(x), 2) for x in (b, w, j, r)] == [11.24, 6.26, 32.49, 1.02]
    assert round(found.icc1.value, 2) == 0.17
    assert round(found.icc2k.value, 2) == 0.62
    assert found.icc1.value == pytest.approx(float((b - w) / (b + 3 * w)), abs=1e-12)
    assert found.icc2k.value == pytest.approx(float((b - r) / (b + (j - r) / 6)), abs=1e-12)


def test_intervals_of_intraclass_correlations_equal_published_software():
    # psych::ICC of R, documented example: ICC1 -0.13 to 0.72, ICC2k 0.07 to 0.93.
    found = of_table(SHROUT_FLEISS)

    interval = [found.icc1.low, found.icc1.high, found.icc2k.low, found.icc2k.high]
    assert [round(x, 2) for x in interval] == [-0.13, 0.72, 0.07, 0.93]


def test_alpha_equals_krippendorffs_example():
    entry, reader = np.nonzero(KRIPPENDORFF)
    # Unit 12 has one value and pairs with nothing, as in the published example.
    found = agreement(entry, reader, KRIPPENDORFF[entry, reader], rng=dice())

    exact = alpha_by_pairs([[int(x) for x in unit if x] for unit in KRIPPENDORFF])
    assert round(found.alpha.value, 3) == 0.849
    assert found.alpha.value == pytest.approx(float(exact), abs=1e-12)


def test_concordance_equals_siegels_examples():
    assert of_table(EXECUTIVES).w.value == pytest.approx(
        Fraction(1, 3) * Fraction(51, 105), abs=1e-6
    )
    assert round(of_table(EXECUTIVES).w.value, 2) == 0.16
    assert round(of_table(JUDGES).w.value, 3) == 0.828


def test_concordance_without_ties_follows_from_the_mean_rank_correlation():
    rng = np.random.default_rng(1)
    table = rng.standard_normal((12, 5)) + rng.standard_normal((12, 1))
    ranks = table.argsort(axis=0).argsort(axis=0)
    mean = (np.corrcoef(ranks.T).sum() - 5) / 20

    assert of_table(table).w.value == pytest.approx((1 + 4 * mean) / 5)


@quickly
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=2, max_size=8),
)
def test_alpha_equals_the_sum_over_all_pairs(units):
    paired = [x for unit in units if len(unit) > 1 for x in unit]
    assume(len(set(paired)) > 1)
    entry = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    reader = np.concatenate([np.arange(len(unit)) for unit in units])

    found = agreement(entry, reader, np.concatenate(units), draws=10, rng=dice())

    assert found.alpha.value == pytest.approx(float(alpha_by_pairs(units)), abs=1e-9)


def test_unbalanced_icc1_equals_the_balanced_one_where_all_are_read_alike():
    table = SHROUT_FLEISS
    entry, reader = np.indices(table.shape).reshape(2, -1)
    one_more = agreement(
        np.append(entry, 6), np.append(reader, 0), np.append(table.ravel(), 5), rng=dice()
    )

    assert one_more.icc1.how == "bootstrap of entries"
    assert one_more.icc1.value == pytest.approx(of_table(table).icc1.value, abs=0.1)
    assert one_more.icc1.low < one_more.icc1.value < one_more.icc1.high


def test_reliability_of_a_complete_panel_is_the_same_by_mean_squares_and_by_likelihood():
    entry, reader = np.indices(SHROUT_FLEISS.shape).reshape(2, -1)
    panel = panel_of(entry, reader, SHROUT_FLEISS.ravel())

    found = _icc2k_incomplete(panel, 0.95, 4000, dice())

    assert found.value == pytest.approx(of_table(SHROUT_FLEISS).icc2k.value, abs=1e-6)


def test_incomplete_panels_have_three_measures_and_say_why_not_the_fourth():
    rng = np.random.default_rng(2)
    entry = np.repeat(np.arange(300), 3)
    reader = np.concatenate([rng.permutation(20)[:3] for _ in range(300)])
    bias, truth = 0.5 * rng.standard_normal(20), rng.standard_normal(300)
    points = truth[entry] + bias[reader] + 0.8 * rng.standard_normal(900)

    found = agreement(entry, reader, points, rng=dice())

    true = 1 / (1 + (np.var(bias) + 0.64) / 3)
    assert found.icc2k.low < true < found.icc2k.high
    assert found.icc2k.high - found.icc2k.low < 0.2
    assert found.icc1.value == pytest.approx(found.alpha.value, abs=0.01)
    assert found.alpha.low < found.alpha.value < found.alpha.high
    assert np.isnan(found.w.value)
    assert found.w.how == "not every reader read every entry"
    assert found.readings == pytest.approx(3)


@pytest.mark.parametrize("measure", ["icc1", "icc2k", "alpha", "w"])
def test_intervals_hold_the_true_figure_nearly_as_often_as_they_say(measure):
    rng = np.random.default_rng(3)

    def table(n):
        return rng.standard_normal((n, 1)) + rng.standard_normal((n, 4))

    true = {"icc1": 0.5, "icc2k": 0.8, "alpha": 0.5}
    true["w"] = of_table(table(20000), draws=1).w.value
    held = 0
    for _ in range(60):
        found = getattr(of_table(table(40), draws=200), measure)
        held += found.low <= true[measure] <= found.high

    assert held >= 48


def test_perfect_agreement_is_one_everywhere():
    found = of_table(np.repeat([[1.0], [4.0], [2.0], [7.0]], 3, axis=1))

    assert [found.icc1.value, found.icc2k.value, found.alpha.value, found.w.value] == [1.0] * 4


@pytest.mark.parametrize(
    "table", [np.full((3, 3), 5.0), np.array([[1.0, 2.0]]), np.array([[1.0], [2.0]])]
)
def test_where_there_is_nothing_to_compare_figures_are_undefined_with_a_reason(table):
    found = of_table(table)

    assert np.isnan(found.icc2k.value)
    assert np.isnan(found.w.value)
    assert "need" in found.w.how


@pytest.mark.parametrize(
    ("entry", "reader", "points", "extra", "said"),
    [
        ([], [], [], {}, "points is empty"),
        ([0, 0], [0, 0], [1, 2], {}, "reader 0 reads entry 0 twice, at row 1"),
        ([0, 1], [0, 0], [1, np.inf], {}, r"points\[1\] is inf"),
        ([0, 1, 2], [0, 0], [1, 2], {}, r"entry must have shape \(2,\), got \(3,\)"),
        ([0, 1], [0, 0], [1, 2], {"level": 95}, "level is 95"),
        ([0, 1], [0, 0], [1, 2], {"draws": 0}, "draws is 0"),
    ],
)
def test_malformed_readings_are_named(entry, reader, points, extra, said):
    with pytest.raises(ValueError, match=said):
        agreement(entry, reader, points, rng=dice(), **extra)
