"""A copy for the home region: who gets a graduate's project when another agency ran the cohort."""

import re

import pytest
import time_machine
from bench.cohorts import sow_cohorts
from django.test import Client

from teladan.house.models import Notice
from teladan.house.notices import may_know
from teladan.training.models import Outcome, Participant, Project
from tests import builders, circle
from tests.circle import DECEMBER
from tests.classroom import conclude, ready, score

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture(autouse=True)
def _december():
    with time_machine.travel(DECEMBER, tick=False):
        yield


def bpsdm(name, code):
    """Somebody who runs the training agency of a region."""
    return builders.person(name, "agency", builders.institution(f"BPSDM {code}", "agency", code))


def told_about(project):
    return {notice.to for notice in Notice.objects.filter(about=f"project:{project.pk}")}


def got(person, url):
    person.known_terms = None
    client = Client()
    client.force_login(person)
    response = client.get(url)
    return response.status_code, TOKEN.sub(b"", response.content)


def test_the_home_regions_own_agencies_get_a_copy_and_no_other_region_does(them):
    province, sleman = bpsdm("Gita", "34"), bpsdm("Hana", "34.04")
    bantul, bogor = bpsdm("Ina", "34.02"), bpsdm("Jaka", "32")
    nobody_s = builders.person("Kiki", "agency", builders.institution("Balai", "agency", None))
    _made, project = circle.graduate(them)
    assert told_about(project) == {province, sleman}
    for person, seen in (
        (province, True), (sleman, True), (bantul, False), (bogor, False), (nobody_s, False),
    ):  # fmt: skip
        person.known_terms = None
        assert Project.objects.visible_to(person, DECEMBER).exists() == seen
        assert may_know(person, f"project:{project.pk}", DECEMBER) == seen
        status, listed = got(person, "/training/home/")
        assert status == 200
        assert (project.title.encode() in listed) == seen


def test_the_copy_is_the_project_and_not_the_record(them):
    gita = bpsdm("Gita", "34")
    made, project = circle.graduate(them)
    record = f"/participants/{made.pk}/"
    status, shown = got(gita, f"{record}project/")
    assert status == 200
    assert b"Perahu menjadi gerobak." in shown
    assert f'href="{record}"'.encode() not in shown
    assert b"<form method" not in shown.split(b"<main")[1].split(b"</main>")[0]
    cohort = f"/training/cohorts/{made.cohort_id}/"
    for url in (record, f"{record}outcome/", f"{record}remedial/", f"{record}hand-on/", cohort,
                f"{cohort}report.csv"):  # fmt: skip
        assert got(gita, url)[0] == 404, url
    assert not Participant.objects.visible_to(gita, DECEMBER).exists()
    client = Client()
    client.force_login(gita)
    client.post(f"{record}project/", {"title": "Judul lain", "summary": "", "source": ""})
    assert Project.objects.get().title == project.title


def test_before_the_outcome_and_after_another_than_graduation_nothing_differs_at_home(them):
    gita = bpsdm("Gita", "34")
    empty = {url: got(gita, url) for url in ("/training/home/", "/desk/")}
    made = ready(them)
    score(made.examiners.get(), "85")
    urls = ["/training/home/", "/desk/"]
    assert {url: got(gita, url) for url in urls} == empty
    assert got(gita, f"/participants/{made.pk}/project/")[0] == 404
    conclude(them, made, "postponed", "Sakit.")
    assert {url: got(gita, url) for url in urls} == empty
    assert not Notice.objects.filter(to=gita).exists()
    Outcome.objects.all().delete()
    conclude(them, Participant.objects.get(pk=made.pk))
    assert got(gita, "/training/home/") != empty["/training/home/"]
    assert Notice.objects.filter(to=gita).count() == 1


def test_a_home_agency_changes_no_page_of_anybody_else(them):
    made, _project = circle.graduate(them)
    others = [made.mentor, made.coach, made.person, them["adopter-unit"], them["host"],
              bpsdm("Jaka", "32")]  # fmt: skip
    record = f"/participants/{made.pk}/"
    urls = ["/training/", "/desk/", record, f"{record}project/", "/training/home/"]

    def answers():
        return [got(person, url) for person in others for url in urls]

    before = answers()
    gita = bpsdm("Gita", "34")
    assert got(gita, f"{record}project/")[0] == 200
    assert answers() == before


def test_the_agency_that_ran_the_cohort_gets_no_copy_of_its_own(them):
    circle.agency()
    home = builders.institution("Balai Pelatihan Contoh", "agency", None)
    home.region = builders.region("34.04")
    home.save()
    _made, project = circle.graduate(them)
    assert told_about(project) == set()
    assert project.title.encode() not in got(them["agency"], "/training/home/")[1]


def test_somebody_whose_term_ended_or_account_closed_gets_no_copy(them):
    gita, hana = bpsdm("Gita", "34"), bpsdm("Hana", "34.04")
    gita.terms.update(ends=DECEMBER.date().replace(day=13))
    hana.is_active = False
    hana.save()
    _made, project = circle.graduate(them)
    assert told_about(project) == set()
    gita.known_terms = None
    assert not Project.objects.visible_to(gita, DECEMBER).exists()


def test_the_cohort_says_for_how_many_no_home_agency_is_known(them):
    made = circle.participant(them)
    rows = Participant.objects.all()
    assert rows.without_home_agency(DECEMBER).count() == 1
    page = f"/training/cohorts/{made.cohort_id}/"
    without = got(them["agency"], page)[1]
    bpsdm("Ina", "34.02")
    assert rows.without_home_agency(DECEMBER).count() == 1  # Bantul is not Sleman
    assert got(them["agency"], page)[1] == without
    bpsdm("Gita", "34")
    assert rows.without_home_agency(DECEMBER).count() == 0
    assert got(them["agency"], page)[1] != without
    made.unit.institution.region = None
    made.unit.institution.save()
    assert rows.without_home_agency(DECEMBER).count() == 1


def test_the_list_costs_the_same_for_one_and_for_many(them, django_assert_max_num_queries):
    gita = bpsdm("Gita", "34")
    circle.graduate(them)
    client = Client()
    client.force_login(gita)
    with django_assert_max_num_queries(7):
        assert client.get("/training/home/").status_code == 200
    sow_cohorts(2, 8, builders.unit(circle.adopter(), "Dinas Sosial"), DECEMBER)
    assert Project.objects.trained_elsewhere(gita, DECEMBER).count() > 3
    with django_assert_max_num_queries(7):
        assert client.get("/training/home/").status_code == 200
