"""Real, trained judges: the component marks of the 2018 Olympic season (BuzzFeed News, CC BY 4.0).

What is said here is about marks, never about a person.
"""

from pathlib import Path

import numpy as np
import pytest
from bench.engine.frame import Absent
from bench.engine.ranking import held_out, home_favour, skating

from teladan.engine.agreement import agreement
from teladan.engine.ranking import calibrate

METHOD = Path(__file__).parents[2] / "docs" / "method.md"


@pytest.fixture(scope="module")
def marks():
    try:
        return skating()
    except Absent as no:
        pytest.skip(str(no))


def dice(seed=1):
    return np.random.default_rng(seed)


def test_every_performance_has_nine_judges_and_some_from_home(marks):
    entry, _, points, home = marks

    assert set(np.bincount(entry).tolist()) == {9}
    assert 0 <= points.min() < points.max() <= 10
    assert home.sum() > 100


def test_judges_who_were_left_out_are_predicted_better_than_by_raw_means(marks):
    found = [held_out(*marks[:3], dice(seed)) for seed in range(6)]

    for each in found:
        assert each["mean by adjusted"] <= each["mean by raw"]
        assert each["marks by adjusted"] <= each["marks by raw"]


def test_marks_for_the_own_country_stand_above_what_other_judges_lead_to_expect(marks):
    found = home_favour(*marks, dice())

    assert 0 < found["low"] < found["favour"] < found["high"]
    assert found["judges above zero"] > 0.8 * found["judges"]


def test_a_favour_that_is_not_there_is_not_found(marks):
    entry, reader, points, home = marks

    found = home_favour(entry, reader, points, dice().permutation(home), dice())

    assert found["low"] < 0 < found["high"]


def test_the_figures_of_the_method_are_the_ones_computed_here(marks):
    entry, reader, points, home = marks
    told = METHOD.read_text(encoding="utf-8").split("### Real judges")[1].split("\n## ")[0]
    known = calibrate(entry, reader, points, draws=1, rng=dice())
    favour = home_favour(*marks, dice())
    held = [held_out(*marks[:3], dice(seed)) for seed in range(20)]
    raw, adjusted = (np.mean([h[f"mean by {way}"] for h in held]) for way in ("raw", "adjusted"))

    for figure in (
        f"{entry.max() + 1} performances",
        f"{reader.max() + 1} judges",
        f"{entry.size:,} marks",
        f"{home.sum()} of them",
        f"{known.sd_entry:.2f}, {known.sd_reader:.2f} and {known.sd_residual:.2f}",
        f"{favour['favour']:.2f}",
        f"{favour['low']:.2f} to {favour['high']:.2f}",
        f"{favour['judges above zero']} of {favour['judges']} judges",
        f"{raw:.3f}",
        f"{adjusted:.3f}",
        f"ICC(1) of {agreement(entry, reader, points, rng=dice()).icc1.value:.2f}",
    ):
        assert figure in " ".join(told.split()), figure
