"""After the outcome: follow-up, handing on, and the certificate."""

import json
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from teladan.house.offices import CAPITAL
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Innovation
from teladan.training import acts, certificates
from teladan.training.models import (
    Cohort,
    Examiner,
    Outcome,
    Project,
)
from teladan.training.progress import months_due
from tests import builders, circle
from tests.circle import DECEMBER
from tests.classroom import conclude, ready, refused, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


# --- afterwards ------------------------------------------------------------------------------


def test_owner_and_superior_speak_once_each_and_nobody_else_does(them):
    made, _project = circle.graduate(them)
    later = DECEMBER + timedelta(days=365)
    ask = {"participant": made, "months": 6, "progress": 4, "told": "Berjalan.", "now": later}
    assert acts.follow_up(by=made.person, **ask).voice == "owner"
    assert acts.follow_up(by=made.mentor, **ask).voice == "superior"
    refused("already-told", acts.follow_up, by=made.person, **ask)
    assert acts.follow_up(by=made.person, **ask | {"months": 12}).months == 12
    refused("not-your-office", acts.follow_up, by=made.coach, **ask)
    stranger = builders.person("Tono", "mentor", circle.agency())
    refused("not-yours", acts.follow_up, by=stranger, **ask)
    refused("not-written", acts.follow_up, by=made.mentor, **ask | {"months": 12, "told": " "})
    with pytest.raises(ValidationError):
        acts.follow_up(by=made.mentor, **ask | {"months": 9})


@pytest.mark.parametrize(("months", "earliest"), [(6, date(2027, 6, 15)), (12, date(2027, 12, 14))])
def test_how_it_stands_is_told_on_the_earliest_day_and_not_a_minute_before(them, months, earliest):
    made, _project = circle.graduate(them)  # on 14 December 2026
    midnight = datetime.combine(earliest, time(), CAPITAL)
    ask = {"by": made.person, "participant": made, "months": months, "progress": 4, "told": "Ya."}
    told = refused("too-early", acts.follow_up, now=midnight - timedelta(minutes=1), **ask)
    assert shown_day(earliest) in told
    assert months not in months_due(DECEMBER, set(), midnight - timedelta(minutes=1))
    assert months in months_due(DECEMBER, set(), midnight)
    assert acts.follow_up(now=midnight, **ask).months == months


def test_a_project_is_handed_on_once_by_its_unit_after_graduation(them):
    made = ready(them)
    project = Project.objects.get()
    ask = {"project": project, "started": date(2026, 11, 1), "category": "", "now": DECEMBER}
    refused("not-graduated", acts.hand_on, by=them["adopter-unit"], **ask)
    score(Examiner.objects.get(), "85")
    conclude(them, made)
    refused("not-your-office", acts.hand_on, by=made.person, **ask)
    later = ask | {"started": date(2027, 1, 1)}
    refused("not-yet-in-use", acts.hand_on, by=them["adopter-unit"], **later)
    born = acts.hand_on(by=them["adopter-unit"], **ask)
    assert (born.source, born.kept) == (circle.honoured(), "Guru yang datang.")
    refused("already-registered", acts.hand_on, by=them["adopter-unit"], **ask)


def test_a_replica_without_modification_is_not_registered(them):
    _made, project = circle.graduate(them)
    project.observations.update(modified=" ")
    refused("not-modified", acts.hand_on, by=them["adopter-unit"], project=project,
            started=None, category="", now=DECEMBER)  # fmt: skip
    assert not Innovation.objects.filter(title=project.title).exists()


def test_a_project_is_for_the_unit_it_came_from_once_it_has_graduated(them):
    made = ready(them)
    yanti = them["adopter-unit"]
    yanti.known_terms = None
    assert not Project.objects.visible_to(yanti, DECEMBER).exists()
    score(Examiner.objects.get(), "85")
    conclude(them, made)
    assert Project.objects.visible_to(yanti, DECEMBER).exists()
    other = builders.person("Ayu", "unit", builders.unit())
    assert not Project.objects.visible_to(other, DECEMBER).exists()


# --- the certificate -------------------------------------------------------------------------


def test_a_certificate_prints_no_number_and_no_predicate_that_is_unconfirmed(them):
    made, _project = circle.graduate(them)
    facts = certificates.facts_of(Outcome.objects.get())
    said = json.dumps(facts["words"]) + facts["level"] + facts["edition"] + facts["title"]
    assert "memuaskan" not in said.lower()
    assert "85" not in said
    assert facts["title"] == made.person.name
    assert facts["code"] in facts["address"]


def test_a_certificate_prints_the_predicate_once_every_weight_and_band_is_confirmed(them):
    circle.graduate(them)
    outcome = Outcome.objects.select_related("participant__cohort").get()
    data = outcome.participant.cohort.rules
    for row in (*data["components"], *data["bands"]):
        row["confirmed"] = True
    Cohort.objects.update(rules=data)
    assert Outcome.objects.get().sure_predicate == ""  # still on the list of doubts
    Cohort.objects.update(rules=data | {"unconfirmed": ["class"]})
    assert Outcome.objects.get().sure_predicate == "Memuaskan"
    Outcome.objects.update(code=None)
    with pytest.raises(ValueError, match="graduates"):
        certificates.facts_of(Outcome.objects.get())


def verified(code, **more):
    response = Client().get("/verify/", {"code": code} | more)
    return response.status_code, response.content.decode()


def test_the_code_of_a_graduate_is_verified_with_what_the_certificate_says(them):
    made, _project = circle.graduate(them)
    code = Outcome.objects.get().code
    assert certificates.facts_of(Outcome.objects.get())["address"].endswith(f"/verify/?code={code}")
    for typed in (code, code.lower(), code.replace("-", " ")):
        status, shown = verified(typed)
        assert status == 200
        for said in (made.person.name, "Dinas Sosial", "Kabupaten Sleman", str(made.cohort),
                     "Balai Pelatihan Contoh", f"/graduates/{code}.pdf"):  # fmt: skip
            assert said in shown
        assert made.person.email not in shown
        assert "85" not in shown.split('class="verdict')[1].split("</dl>")[0].replace(code, "")
        assert 'class="chip simulated"' not in shown


def test_a_simulated_graduate_is_verified_as_simulated(them):
    circle.graduate(them)
    Cohort.objects.update(simulated=True)
    assert 'class="chip simulated"' in verified(Outcome.objects.get().code)[1]


def test_a_code_that_no_graduate_has_is_not_genuine(them):
    circle.graduate(them)
    outcome = Outcome.objects.get()
    other = ("B" if outcome.code[0] == "A" else "A") + outcome.code[1:]
    assert verified(other)[0] == 422
    assert verified(outcome.code, digest="0" * 64)[0] == 422  # a certificate has no hash
    assert verified(outcome.code)[0] == 200
    Outcome.objects.update(result="postponed", reason="X")
    assert verified(outcome.code)[0] == 422
