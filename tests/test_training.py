"""The rule sets of training, its calendar, and what is next: every rule at its edge."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from teladan.house.models import Office
from teladan.training import rules
from teladan.training.models import (
    Cohort,
    Examiner,
    Next,
    Participant,
)
from teladan.training.progress import day_for, months_due, next_of, step_for
from tests import circle
from tests.circle import DECEMBER
from tests.classroom import conclude, score, seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


# --- the rule sets ---------------------------------------------------------------------------


def test_six_eight_fifteen_sixty_and_two_are_91_days_23_on_campus_and_68_off():
    rule = rules.parse(rules.preset("diklatpim-2015"))
    assert [stage.days for stage in rule.stages] == [6, 8, 15, 60, 2]
    assert (rule.days, rule.days_on, rule.days_off) == (91, 23, 68)


def test_stages_count_working_days_and_follow_each_other():
    rule = rules.parse(rules.preset("diklatpim-2015"))
    days = rule.calendar(date(2026, 7, 13), ())  # a Monday
    assert days[0][1:] == (date(2026, 7, 13), date(2026, 7, 20))
    assert days[1][1] == date(2026, 7, 21)
    assert all(first.weekday() < 5 and last.weekday() < 5 for _stage, first, last in days)
    assert rule.calendar(date(2026, 7, 11), ()) == days  # a Saturday waits for Monday


def test_a_cohort_over_lebaran_leaves_the_public_holidays_out_and_keeps_its_91_days(them):
    cohort = circle.cohort(them, starts=date(2025, 3, 24))  # Lebaran: Monday 31 March, 1 April
    diagnosis, ownership = cohort.calendar[:2]
    assert diagnosis[1:] == (date(2025, 3, 24), date(2025, 4, 2))
    assert ownership[1:] == (date(2025, 4, 3), date(2025, 4, 14))
    assert (cohort.rule.days, cohort.rule.days_on, cohort.rule.days_off) == (91, 23, 68)
    left_out = [day for day, _name in cohort.left_out]
    assert left_out[:3] == [date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 18)]
    assert all(day.weekday() < 5 for day in left_out)  # Nyepi was a Saturday
    first, last = cohort.starts, cohort.calendar[-1][2]
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    assert len([day for day in span if day.weekday() < 5]) - len(left_out) == 91


def test_a_cohort_that_would_begin_or_end_on_a_holiday_takes_the_next_working_day(them):
    started = circle.cohort(them, starts=date(2025, 3, 31))
    assert started.calendar[0][1] == date(2025, 4, 2)
    before = circle.cohort(them, number="II", starts=date(2025, 3, 24))
    # The sixth working day would be 31 March without its holidays.
    assert before.rule.calendar(before.starts, ())[0][2] == date(2025, 3, 31)


def test_rules_from_before_holidays_were_left_out_keep_counting_monday_to_friday(them):
    older = rules.preset("diklatpim-2015")
    del older["skips_holidays"]
    cohort = circle.cohort(them, starts=date(2025, 3, 24), rules=older)
    assert cohort.calendar[0][2] == date(2025, 3, 31)
    assert cohort.left_out == []


def test_rules_that_say_nothing_of_attempts_give_two_and_no_source_for_it():
    older = rules.preset("diklatpim-2015")
    del older["attempts"]
    older["unconfirmed"].remove("attempts")
    rule = rules.parse(older)
    assert (rule.attempts, rule.sure("attempts")) == (2, False)


@pytest.mark.parametrize(
    ("points", "predicate"),
    [
        ("100.00", "Sangat memuaskan"),
        ("90.01", "Sangat memuaskan"),
        ("90.00", "Memuaskan"),
        ("80.01", "Memuaskan"),
        ("80.00", "Cukup memuaskan"),
        ("70.00", "Kurang memuaskan"),
        ("60.01", "Kurang memuaskan"),
        ("60.00", "Tidak memuaskan"),
        ("0.00", "Tidak memuaskan"),
    ],
)
def test_an_edge_that_is_above_belongs_to_the_band_below(points, predicate):
    rule = rules.parse(rules.preset("diklatpim-2015"))
    assert rule.band(Decimal(points)).predicate_id == predicate


def test_an_edge_that_is_not_above_belongs_to_its_own_band():
    data = rules.preset("diklatpim-2015")
    data["bands"][0]["above"] = False
    rule = rules.parse(data)
    assert rule.band(Decimal("90.00")).predicate_id == "Sangat memuaskan"
    assert rule.band(Decimal("89.99")).predicate_id == "Memuaskan"


def test_weights_that_are_not_100_are_refused():
    data = rules.preset("diklatpim-2015")
    data["components"][0]["weight"] = "40.5"
    with pytest.raises(ValidationError) as no:
        rules.parse(data)
    assert "100.5" in no.value.messages[0]


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (lambda data: data["stages"][1].update(days=0), "stages.2"),
        (lambda data: data["stages"][1].update(days=True), "stages.2"),
        (lambda data: data["bands"][2].pop("above"), "bands.3"),
        (lambda data: data["components"][1].update(weight="viel"), "components.2"),
        (lambda data: data.update(usual_size=[24]), "usual_size"),
        (lambda data: data.pop("citation"), "rules"),
    ],
)
def test_unreadable_rules_say_which_place_is_wrong(break_it, place):
    data = rules.preset("diklatpim-2015")
    break_it(data)
    with pytest.raises(ValidationError) as no:
        rules.parse(data)
    assert place in no.value.messages[0]


def test_no_preset_claims_a_weight_or_a_band_that_no_source_confirms():
    for name in rules.presets():
        rule = rules.parse(rules.preset(name))
        assert not rule.certain
        assert rule.citation
        assert {"weights", "bands"} <= set(rule.unconfirmed)


def test_a_name_that_is_not_on_the_shelf_is_no_path():
    for name in ("../rules/kipp-2018", "diklatpim-2013", ""):
        with pytest.raises(KeyError):
            rules.preset(name)


def test_a_change_on_the_shelf_does_not_reach_older_cohorts(them, tmp_path, monkeypatch):
    cohort = circle.cohort(them)
    changed = rules.preset("diklatpim-2015")
    changed["stages"][3]["days"], changed["bands"][0]["edge"] = 30, "95"
    (tmp_path / "diklatpim-2015.json").write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setattr(rules, "SHELF", tmp_path)
    older = Cohort.objects.get(pk=cohort.pk)
    newer = circle.cohort(them, number="II", rules=rules.preset("diklatpim-2015"))
    assert older.rule.days == 91
    assert newer.rule.days == 61
    assert older.rule.band(Decimal("94")).predicate_id == "Sangat memuaskan"
    assert newer.rule.band(Decimal("94")).predicate_id == "Memuaskan"


# --- what is next ----------------------------------------------------------------------------


def test_the_next_step_is_read_from_the_facts(them):
    made = circle.participant(them)

    def now(inside=True):
        row = Participant.objects.with_step(DECEMBER).get(pk=made.pk)
        assert row.step == next_of(row)  # the database says the same
        return next_of(row, inside=inside)

    def mine(office):
        return step_for(Participant.objects.with_progress(DECEMBER).get(pk=made.pk), office)

    assert now() == mine(Office.PARTICIPANT) == Next.DIAGNOSE
    circle.project(made)
    assert now() == mine(Office.AGENCY) == Next.DESIGN
    assert mine(Office.PARTICIPANT) is None
    seminar(them, made)
    assert now() == mine(Office.PARTICIPANT) == Next.ASSESS
    seminar(them, made, "results")
    assert now() == mine(Office.EXAMINER) == Next.SCORE
    score(Examiner.objects.get(), "85")
    assert now() == Next.CONCLUDE
    assert now(inside=False) == Next.SCORE
    conclude(them, made)
    assert now() == Next.DONE
    assert mine(Office.MENTOR) is None


def test_days_and_months_that_fall_due(them):
    cohort = circle.cohort(them)
    assert day_for(Next.DIAGNOSE, cohort) == date(2026, 7, 20)
    assert day_for(Next.ASSESS, cohort) == date(2026, 11, 16)
    assert day_for(Next.PROJECT, cohort) == date(2026, 8, 21)
    assert day_for(Next.DESIGN, cohort) is None
    assert months_due(None, set(), DECEMBER) == []
    assert months_due(DECEMBER, set(), DECEMBER + timedelta(days=182)) == []
    assert months_due(DECEMBER, set(), DECEMBER + timedelta(days=183)) == [6]
    assert months_due(DECEMBER, {6}, DECEMBER + timedelta(days=366)) == [12]
