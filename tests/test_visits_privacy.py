"""Who sees what of a visit: open requests are for their two sides, people on lists for nobody."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse

from teladan.visits import acts
from teladan.visits.models import Attendee, Question, Step, Visit
from tests import builders, circle
from tests.circle import JULY, ON_VISIT

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


def test_a_participant_sees_the_open_visits_on_whose_list_they_are_and_no_other(them):
    circle.reception(them, groups_a_day=2)
    mine, other = circle.visit(them), circle.visit(them)
    made = builders.person("Made", "participant", builders.unit(circle.adopter(), "Dinas Sosial"))
    for name in ("Made W.", "Made Wijaya"):  # listed twice, shown once
        Attendee.objects.create(visit=mine, name=name, person=made)

    assert list(Visit.objects.visible_to(made, JULY)) == [mine]
    assert not Visit.objects.visible_to(None, JULY).exists()
    assert Visit.objects.visible_to(builders.person("Aulia", "auditor"), JULY).count() == 2
    assert other in Visit.objects.visible_to(them["agency"], JULY)
    assert not Visit.objects.visible_to(them["adopter"], JULY).exists()


SECRETS = SimpleNamespace(contact="Kontak Rahasia", note="Alasan rahasia")


def answers(person, addresses):
    """Every answer to somebody, without what is random in it."""
    client = Client()
    if person is not None:
        client.force_login(person)
    found = {}
    for address in addresses:
        response = client.get(address)
        body = re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", response.content)
        headers = {k: v for k, v in response.headers.items() if k != "Set-Cookie"}
        found[address] = (response.status_code, headers, body)
    return found


def test_open_requests_and_who_is_in_them_change_no_byte_for_others(them):
    """A held visit is public but for its people; of an open one nothing is."""
    public = circle.held_visit(them)
    open_one = circle.visit(them, day=date(2026, 8, 18), now=ON_VISIT)
    addresses = [
        reverse(name)
        for name in (
            "home",
            "visits",
            "hosts",
            "matching",
            "coverage",
            "training",
            "feed",
            "alumni",
        )
    ]
    addresses += [reverse("visit", args=[row.pk]) for row in (public, open_one)]
    addresses += [reverse("host", args=[circle.owner().pk]), reverse("region", args=["32.71"])]
    addresses += [reverse("visits") + "?q=Kelas"]
    others = {
        None: None,
        "dewi": builders.person("Dewi"),
        "wulan": them["adopter"],
        "yanti": them["adopter-unit"],
        "rudi": them["organiser"],
        "citra": builders.person("Citra", "secretariat"),
        "another agency": builders.person(
            "Lia", "agency", builders.institution("Balai Lain", "agency", None)
        ),
        "another host": builders.person("Kirana", "host", circle.adopter()),
    }
    with time_machine.travel(ON_VISIT, tick=False):
        before = {name: answers(person, addresses) for name, person in others.items()}
        known = answers(them["host"], addresses)

        Attendee.objects.update(name=Concat(Value("Nama rahasia "), "name"))
        Visit.objects.update(contact=SECRETS.contact)
        Visit.objects.filter(pk=open_one.pk).update(
            topic="Topik rahasia", visitor_name="Tamu rahasia", size=7, because=SECRETS.note
        )
        Question.objects.filter(visit=open_one).update(text="Rahasia?", answer="Rahasia.")
        Step.objects.filter(visit__in=[public, open_one]).update(note=SECRETS.note)
        acts.acknowledge(by=them["host"], visit=open_one, now=ON_VISIT)
        acts.decline(by=them["host"], visit=open_one, reason=SECRETS.note, now=ON_VISIT)

        assert known != answers(them["host"], addresses)
        for name, person in others.items():
            after = answers(person, addresses)
            for address in addresses:
                assert after[address] == before[name][address], f"{name} could tell at {address}"
