"""The scorer of passages, on cases worked by hand."""

import math

import pytest
from tests.engine.plagdet import Case, characters, read, score

TRUE = Case("text", 0, 100, "source", 500, 100)
SMALL = Case("text", 1000, 10, "source", 0, 10)


def found(start, length, source_start=None, source_length=None, source="source"):
    there = 500 + start if source_start is None else source_start
    return Case("text", start, length, source, there, source_length or length)


@pytest.mark.parametrize("micro", [False, True])
def test_the_truth_itself_scores_one(micro):
    told = score([TRUE, SMALL], [TRUE, SMALL], micro=micro)
    assert (told.precision, told.recall, told.granularity, told.found) == (1, 1, 1, 1)
    assert told.plagdet == 1


@pytest.mark.parametrize("micro", [False, True])
def test_a_case_in_two_halves_costs_granularity_alone(micro):
    told = score([TRUE], [found(0, 50), found(50, 50)], micro=micro)
    assert (told.precision, told.recall, told.granularity) == (1, 1, 2)
    assert told.plagdet == pytest.approx(1 / math.log2(3))


@pytest.mark.parametrize("micro", [False, True])
def test_half_a_case_has_recall_one_half(micro):
    told = score([TRUE], [found(0, 50)], micro=micro)
    assert (told.precision, told.recall) == (1, 0.5)
    assert told.plagdet == pytest.approx(2 / 3)


@pytest.mark.parametrize("micro", [False, True])
def test_too_much_has_precision_one_half(micro):
    told = score([TRUE], [found(0, 200)], micro=micro)
    assert (told.precision, told.recall) == (0.5, 1)


def test_detections_that_overlap_count_their_characters_once():
    both = [found(0, 60), found(40, 60)]
    assert score([TRUE], both).recall == 1
    assert score([TRUE], both, micro=True).precision == 1
    assert score([TRUE], both).granularity == 2


@pytest.mark.parametrize(
    "wrong",
    [
        found(0, 100, source_start=0, source_length=100),
        found(200, 100, source_start=500),
        found(0, 100, source="another"),
    ],
)
def test_a_detection_that_meets_the_case_on_one_side_only_is_wrong(wrong):
    told = score([TRUE], [wrong])
    assert (told.precision, told.recall, told.found, told.plagdet) == (0, 0, 0, 0)


def test_macro_counts_cases_and_micro_counts_characters():
    assert score([TRUE, SMALL], [TRUE]).recall == 0.5
    assert score([TRUE, SMALL], [TRUE], micro=True).recall == pytest.approx(200 / 220)
    wrong = Case("text", 5000, 600, "source", 5000, 200)
    assert score([TRUE], [TRUE, wrong]).precision == 0.5
    assert score([TRUE], [TRUE, wrong], micro=True).precision == pytest.approx(200 / 1000)


def test_sides_of_different_length_are_weighed_by_their_characters():
    # 30 of 100 characters of the text and all 20 of the source: 50 of 120.
    case = Case("text", 0, 100, "source", 0, 20)
    told = score([case], [Case("text", 70, 60, "source", 0, 40)])
    assert told.recall == pytest.approx(50 / 120)
    assert told.precision == pytest.approx(50 / 100)


def test_one_detection_over_two_cases_speaks_for_both():
    cases = [found(0, 40), found(60, 40)]
    told = score(cases, [found(0, 100)])
    assert (told.precision, told.recall, told.granularity) == (0.8, 1, 1)


def test_nothing_found_has_no_recall_and_nothing_to_find_no_fault():
    assert score([TRUE], []).plagdet == 0
    assert score([], []).plagdet == 1
    assert score([], [TRUE]).precision == 0


def test_characters_of_a_union_are_counted_by_document():
    assert characters([("a", 0, 10), ("a", 5, 12), ("b", 0, 3), ("a", 20, 21)]) == 16
    assert characters([("a", 3, 9), ("a", 4, 5)]) == 6


def test_the_format_of_pan_is_read(tmp_path):
    (tmp_path / "one.xml").write_text(
        '<document reference="one.txt"><feature name="language" value="id"/>'
        '<feature name="plagiarism" type="simulated" this_offset="3" this_length="4"'
        ' source_reference="two.txt" source_offset="5" source_length="6"/></document>',
        encoding="utf-8",
    )
    assert read(tmp_path) == [Case("one.txt", 3, 4, "two.txt", 5, 6, "simulated")]
