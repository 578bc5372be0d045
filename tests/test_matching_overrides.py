"""Overrides on the page of a pairing: chosen at a need, among the offers on its theme."""

import pytest
import time_machine

from teladan.matching import acts
from teladan.matching.models import Override
from teladan.matching.rules import FitRules
from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    """A need, an offer on its theme, one on another theme, and the pairing they came to."""
    with time_machine.travel(circle.JUNE, tick=False):
        them = circle.people()
        need = circle.need(them["adopter"], theme="education")
        same = circle.offer(them["owner"], theme="education")
        other = circle.offer(them["owner"], circle.honoured("Perahu Sehat"), theme="health")
        run = acts.propose(by=them["matchmaker"], year=2026, rules=FitRules(), now=circle.JUNE)
        yield them, need, same, other, run


def form_of(client, run, query=""):
    return client.get(f"/pairings/{run.pk}/{query}").context["form"]


def test_without_a_need_there_is_no_form_but_each_need_leads_to_one(ground, client):
    them, need, _same, _other, run = ground
    client.force_login(them["matchmaker"])
    page = client.get(f"/pairings/{run.pk}/")
    assert page.context["form"] is None
    assert f"need={need.pk}#overrides" in page.content.decode()
    for nonsense in ("0", "x", "9" * 40, ""):
        assert form_of(client, run, f"?need={nonsense}") is None


def test_the_offers_to_choose_from_are_those_on_the_theme_of_the_need(ground, client):
    them, need, same, _other, run = ground
    client.force_login(them["matchmaker"])
    form = form_of(client, run, f"?need={need.pk}")
    assert [row.pk for row in form.fields["need"].queryset] == [need.pk]
    assert [row.pk for row in form.fields["offer"].queryset] == [same.pk]


def test_an_override_is_kept_from_the_page_and_one_of_another_theme_is_not(ground, client):
    them, need, same, other, run = ground
    client.force_login(them["matchmaker"])
    typed = {"need": need.pk, "kind": "bar", "reason": "Sudah pernah bekerja sama."}
    wrong = client.post(f"/pairings/{run.pk}/override/", typed | {"offer": other.pk})
    assert wrong.status_code == 422
    assert "Sudah pernah bekerja sama." in wrong.content.decode()
    assert not Override.objects.exists()
    done = client.post(f"/pairings/{run.pk}/override/", typed | {"offer": same.pk})
    assert done.status_code == 302
    assert Override.objects.get().offer_id == same.pk


def test_an_override_of_a_need_that_was_closed_meanwhile_is_told_so(ground, client):
    them, need, same, _other, run = ground
    need.closed_at = circle.JUNE
    need.save()
    client.force_login(them["matchmaker"])
    typed = {"need": need.pk, "offer": same.pk, "kind": "bar", "reason": "Terlambat."}
    page = client.post(f"/pairings/{run.pk}/override/", typed)
    assert page.status_code == 409
    assert page.context["form"] is None
    assert not Override.objects.exists()


def test_long_lists_keep_the_rest_of_the_address_between_their_pages(ground, client):
    them, _need, _same, _other, run = ground
    run.report = run.report | {
        "unmatched": [{"need": 0, "reason": "no fit", "full": 0} for _row in range(120)]
    }
    run.save()
    client.force_login(them["matchmaker"])
    page = client.get(f"/pairings/{run.pk}/?alone=2&need=7").content.decode()
    assert "?alone=3&amp;need=7#alone" in page
    assert "?alone=1&amp;need=7#alone" in page


def test_somebody_else_has_no_such_page(ground, client):
    *_rest, run = ground
    client.force_login(builders.person("Sari", "organiser"))
    assert client.get(f"/pairings/{run.pk}/").status_code == 404
