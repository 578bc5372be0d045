"""Cohorts and their people: who is enrolled, who guides, who examines."""

from datetime import timedelta

import pytest

from teladan.house.models import Office, Person
from teladan.training import acts, rules
from teladan.training.models import (
    Participant,
)
from tests import builders, circle
from tests.circle import JULY
from tests.classroom import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


# --- cohorts and their people ----------------------------------------------------------------


def test_a_cohort_is_opened_once_and_by_its_agency(them):
    circle.cohort(them)
    refused("cohort-exists", circle.cohort, them=them)
    refused("not-your-office", circle.cohort, them=them | {"agency": them["host"]}, number="II")


def test_somebody_is_enrolled_once_and_gets_the_office(them):
    made = circle.participant(them)
    asked = {"by": them["agency"], "cohort": made.cohort, "name": "Made", "unit": made.unit,
             "now": JULY}  # fmt: skip
    refused("already-enrolled", acts.enrol, email=" MADE@example.id", **asked)
    assert made.person.terms.filter(office=Office.PARTICIPANT).count() == 1
    Person.objects.filter(email="putri@example.id").update(is_active=False)
    refused("account-closed", acts.enrol, email="putri@example.id", **asked)


def test_a_mentor_does_not_examine_and_an_examiner_does_not_mentor(them):
    made = circle.participant(them)
    seat = {"by": them["agency"], "participant": made, "now": JULY}
    for name, code in (("nur", "is-mentor"), ("oki", "is-coach"), ("made", "not-oneself")):
        refused(code, acts.seat_examiner, email=f"{name}@example.id", name=name, **seat)
    putri = {"email": "putri@example.id", "name": "Putri", "reason": "Pindah."}
    for office in (Office.MENTOR, Office.COACH):
        refused("is-examiner", acts.seat_guide, office=office, **putri, **seat)
    refused("already-examiner", acts.seat_examiner, email="putri@example.id", name="", **seat)
    made_herself = {"email": "made@example.id", "name": "Made", "reason": "Sendiri."}
    refused("not-oneself", acts.seat_guide, office=Office.COACH, **made_herself, **seat)


def test_nobody_examines_somebody_of_their_own_unit(them):
    made = circle.participant(them)
    colleague = builders.person("Rekan", "unit", made.unit)
    seat = {"by": them["agency"], "participant": made, "name": "Rekan", "now": JULY}
    refused("same-unit", acts.seat_examiner, email=colleague.email, **seat)


def test_a_successor_needs_a_reason_and_takes_over_the_record(them):
    made = circle.participant(them)
    seat = {"by": them["agency"], "participant": made, "office": Office.MENTOR, "now": JULY,
            "email": "tari@example.id", "name": "Tari"}  # fmt: skip
    refused("reason-missing", acts.seat_guide, reason=" ", **seat)
    before = made.mentor
    made = acts.seat_guide(reason="Nur dipindahkan.", **seat)
    assert made.mentor.name == "Tari"
    assert Participant.objects.visible_to(made.mentor, JULY).exists()
    before.known_terms = None
    assert not Participant.objects.visible_to(before, JULY).exists()


def test_a_coach_above_the_load_needs_a_reason(them):
    data = rules.preset("diklatpim-2015") | {"coach_load": 1}
    cohort = circle.cohort(them, rules=data)
    circle.participant(them, of=cohort)
    second = acts.enrol(
        by=them["agency"], cohort=cohort, email="putu@example.id", name="Putu",
        unit=builders.unit(), now=JULY,
    )  # fmt: skip
    seat = {"by": them["agency"], "participant": second, "office": Office.COACH, "now": JULY,
            "email": "oki@example.id", "name": "Oki"}  # fmt: skip
    refused("coach-full", acts.seat_guide, **seat)
    assert acts.seat_guide(reason="Tidak ada pelatih lain.", **seat).coach.name == "Oki"


def test_a_cohort_observes_at_its_own_visit_that_asks_something(them):
    cohort, visit = circle.cohort(them), circle.held_visit(them)
    other = circle.visit(them | {"agency": them["adopter"]}, visitor=circle.adopter(),
                         day=circle.VISIT_DAY + timedelta(days=2))  # fmt: skip
    asked = {"by": them["agency"], "cohort": cohort, "now": JULY}
    refused("not-your-visit", acts.link_visit, visit=other, **asked)
    questions = list(visit.questions.all())
    visit.questions.all().delete()
    refused("questions-missing", acts.link_visit, visit=visit, **asked)
    questions[0].save()
    assert acts.link_visit(visit=visit, **asked).visit == visit
