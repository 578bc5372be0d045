"""What is sent after a session has ended: it is not done, and not lost."""

import pytest

from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(clock):
    clock.move_to(circle.JULY)
    them = circle.people()
    circle.reception(them)
    return them, f"/visits/{circle.visit(them).pk}/"


def test_what_was_typed_stands_on_the_answer_with_the_way_back(page, client):
    _them, visit = page
    sent = {"do": "decline", "reason": "Kepala dinas sedang bertugas di luar kota."}
    back = {"Referer": f"http://testserver{visit}?lihat=1"}
    answer = client.post(f"{visit}do/", sent, headers=back)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert sent["reason"] in shown
    assert ">decline<" not in shown  # what a button says was not typed
    assert f'href="/accounts/login/?next={visit}%3Flihat%3D1"' in shown
    assert "no-store" in answer["Cache-Control"]


def test_another_site_is_no_way_back(page, client):
    _them, visit = page
    back = {"Referer": "http://elsewhere.invalid/lure/"}
    shown = client.post(f"{visit}do/", {"do": "accept"}, headers=back).content.decode()
    assert "elsewhere" not in shown
    assert 'href="/accounts/login/?next=/desk/"' in shown


def test_what_saves_itself_is_sent_to_sign_in_and_keeps_its_text_on_the_device(page, client):
    _them, visit = page
    answer = client.post(f"{visit}do/", {}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_address_of_a_button_is_answered_with_a_page(page, client):
    them, visit = page
    client.force_login(them["host"])
    answer = client.get(f"{visit}do/", headers={"Referer": f"http://testserver{visit}"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert f'href="{visit}"' in answer.content.decode()


def test_a_refused_button_leads_back_to_its_page(page, client):
    them, visit = page
    client.force_login(them["host"])
    back = {"Referer": f"http://testserver{visit}"}
    for _twice in range(2):
        answer = client.post(f"{visit}do/", {"do": "accept"}, headers=back)
    assert answer.status_code == 409
    assert f'href="{visit}"' in answer.content.decode()


def test_a_stranger_at_a_request_is_asked_to_sign_in_as_at_one_that_is_not_there(page, client):
    them, visit = page
    for address in (visit, "/visits/999999999/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next={address}"
    client.force_login(builders.person("Sari"))
    assert client.get(visit).status_code == 404
    client.force_login(them["host"])
    assert client.get(visit).status_code == 200
