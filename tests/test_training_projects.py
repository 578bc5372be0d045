"""Change projects at their edges: days, scales, and what is typed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from teladan.house.models import Office
from teladan.registry.models import Innovation
from teladan.training import acts, rules
from teladan.training.forms import EnrolForm, ExamineForm, ProjectForm, RiskForm
from teladan.training.models import (
    Stakeholder,
)
from tests import builders, circle
from tests.circle import JULY
from tests.classroom import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


# --- projects --------------------------------------------------------------------------------


def test_a_project_begins_once_the_mentor_agrees_and_a_new_diagnosis_takes_it_back(them):
    made = circle.participant(them)
    write = {"by": made.person, "participant": made, "title": "Kelas Gerobak", "summary": "",
             "source": None, "now": JULY}  # fmt: skip
    refused("not-agreed", acts.write_project, **write)
    agree = {"participant": made, "now": JULY}
    refused("nothing-diagnosed", acts.agree_area, by=made.mentor, **agree)
    told = {"by": made.person, "participant": made, "situation": "A", "causes": "B", "now": JULY}
    refused("not-written", acts.diagnose, area=" ", **told)
    acts.diagnose(area="C", **told)
    refused("not-your-office", acts.agree_area, by=made.coach, **agree)
    acts.agree_area(by=made.mentor, **agree)
    refused("already-agreed", acts.agree_area, by=made.mentor, **agree)
    assert acts.write_project(**write).title == "Kelas Gerobak"
    assert acts.diagnose(area="D", **told).agreed_at is None
    refused("not-agreed", acts.write_project, **write)
    refused("not-your-office", acts.write_project, **write | {"by": made.mentor})


def test_a_short_milestone_ends_with_the_laboratory_and_not_a_day_later(them):
    made = circle.participant(them)
    project = circle.project(made)
    last = acts.last_laboratory_day(made.cohort)
    # 6 + 8 + 15 + 60 working days from 13 July 2026, without 17 and 25 August
    assert last == date(2026, 11, 16)
    row = {"by": made.person, "project": project, "kind": "milestone", "text": "Siap", "now": JULY}
    kept = acts.note(horizon="short", due=last, **row)
    assert kept.due == last
    told = refused("past-the-laboratory", acts.note, horizon="short",
                   due=last + timedelta(days=1), **row)  # fmt: skip
    assert "16 Nov 2026" in told
    assert acts.note(horizon="medium", due=last + timedelta(days=1), **row)


def test_rows_outside_the_scale_and_of_others_are_refused(them):
    made = circle.participant(them)
    project = circle.project(made)
    row = {"by": made.person, "project": project, "now": JULY}
    for interest, power in ((0, 3), (3, 6)):
        with pytest.raises(ValidationError):
            acts.note(kind="stakeholder", name="X", interest=interest, power=power, **row)
    refused("no-such-row", acts.note, kind="budget", **row)
    refused("no-such-row", acts.strike, kind="risk", pk=1, **row)
    refused("not-your-office", acts.note, kind="risk", **row | {"by": made.mentor})


@pytest.mark.parametrize(
    ("interest", "power", "quadrant"),
    [(3, 3, "promoter"), (3, 2, "defender"), (2, 3, "latent"), (2, 2, "apathetic")],
)
def test_the_quadrant_follows_from_the_two_numbers(interest, power, quadrant):
    assert Stakeholder(interest=interest, power=power).quadrant == quadrant


def test_a_milestone_is_reached_once_by_its_owner(them):
    made = circle.participant(them)
    step = acts.note(
        by=made.person, project=circle.project(made), kind="milestone", horizon="medium",
        due=date(2027, 1, 1), text="Siap", now=JULY,
    )  # fmt: skip
    refused("not-yours", acts.reach, by=made.mentor, milestone=step, now=JULY)
    acts.reach(by=made.person, milestone=step, now=JULY)
    refused("already-reached", acts.reach, by=made.person, milestone=step, now=JULY)


def test_guidance_is_logged_by_those_who_guide_and_not_before_it_took_place(them):
    made = circle.participant(them)
    session = {"participant": made, "mode": "call", "agreed": "", "now": JULY}
    today = JULY.date()
    ask = {"day": today, "advice": "Mulai."}
    refused("not-your-office", acts.guide, by=made.person, **ask, **session)
    refused("not-yet", acts.guide, by=made.coach, day=today + timedelta(days=1), advice="X",
            **session)  # fmt: skip
    refused("not-written", acts.guide, by=made.coach, day=today, advice=" ", **session)
    assert acts.guide(by=made.coach, **ask, **session).as_office == Office.COACH
    assert acts.guide(by=made.mentor, **ask, **session).as_office == Office.MENTOR
    stranger = builders.person("Tono", "mentor", circle.agency())
    refused("not-yours", acts.guide, by=stranger, **ask, **session)


def test_what_was_absorbed_is_shown_by_something(them):
    made = circle.participant(them)
    ask = {"by": made.person, "participant": made, "now": JULY}
    for items in ({}, {"unknown": (3, "X")}, {"lead": (3, " ")}):
        refused("not-written", acts.assess, items=items, **ask)
    with pytest.raises(ValidationError):
        acts.assess(items={"lead": (6, "X")}, **ask)
    acts.assess(items={"lead": (2, "X")}, **ask)
    (row,) = acts.assess(items={"lead": (5, "Rapat mingguan")}, **ask)
    assert made.assessments.get() == row


# --- what is typed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cost"),
    [("", 0), ("Rp 2.500.000", 2_500_000), ("1 000", 1000), ("1,000,000", 1_000_000),
     ("2.50", None), ("5.000,-", 5000), ("-5", None),
     ("2.500,50", None), ("9" * 16, None)],
)  # fmt: skip
def test_rupiah_are_read_with_their_dots_and_never_by_guess(typed, cost):
    form = RiskForm({"text": "X", "likelihood": 1, "impact": 1, "response": "Y", "cost": typed})
    assert form.is_valid() == (cost is not None)
    if cost is not None:
        assert form.cleaned_data["cost"] == cost


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e5000", "", "dua", "\0"])
def test_points_that_are_no_number_are_unreadable(typed):
    components = rules.parse(rules.preset("diklatpim-2015")).components
    form = ExamineForm(components, {"design-n": typed, "results-n": "80"})
    assert not form.is_valid()


def test_a_unit_and_a_source_are_found_by_name_or_number_or_chosen():
    unit = builders.unit(circle.adopter(), "Dinas Sosial")
    base = {"name": "X", "email": "x@example.id"}
    assert EnrolForm(base | {"unit": str(unit.pk)}).is_valid()
    assert EnrolForm(base | {"unit": "sosial sleman"}).is_valid()
    builders.unit(circle.owner(), "Dinas Sosial")
    several = EnrolForm(base | {"unit": "Dinas Sosial"})
    assert not several.is_valid()
    assert len(several.candidates) == 2
    first, _second = circle.honoured(), circle.honoured("Kelas Perahu Dua")
    public = Innovation.objects.public()
    for typed in ("Kelas Perahu", str(first.pk)):
        form = ProjectForm(public, {"title": "T", "source": typed})
        assert form.is_valid()
        assert form.cleaned_data["source"] == first
    assert not ProjectForm(public, {"title": "T", "source": "Kelas"}).is_valid()
    assert not ProjectForm(public, {"title": "T", "source": "Tidak ada"}).is_valid()
    assert ProjectForm(public, {"title": "T", "source": ""}).is_valid()
