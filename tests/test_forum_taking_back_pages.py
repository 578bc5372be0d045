"""Taking back through the web client: one page asks, and what it took back is gone everywhere."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.forum import acts as forum
from teladan.forum.models import (
    Booth,
    Referee,
    Theme,
)
from teladan.house import web
from tests import builders, circle
from tests.forums import (
    TICK,
    author,
    book,
    booth,
    judge,
    sari,
    second,
    send,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def event(them):
    return circle.event(them)


@pytest.fixture
def at():
    with time_machine.travel(circle.DECEMBER, tick=False) as traveller:
        yield traveller.move_to


def signed_in(person):
    client = Client()
    if person:
        client.force_login(person)
    return client


def read(person, name, *args):
    web._kept_pages.clear()
    return signed_in(person).get(reverse(name, args=args)).content.decode()


WHY = {"reason": "Ada perubahan."}


def test_the_organiser_takes_everything_back_page_by_page(them, event, at):
    rudi = signed_in(them["organiser"])
    dua = second(them, event)
    spare = forum.add_theme(
        by=them["organiser"], event=event, name="Air", parent=None, now=circle.DECEMBER
    )
    place = booth(them, event)
    office = reverse("forum-office", args=[event.slug])
    seat = Referee.objects.get(person=dua)
    for name, row, needs_reason in (
        ("theme-drop", spare, False),
        ("referee-unseat", seat, True),
        ("booth-drop", place, True),
    ):
        url = reverse(name, args=[row.pk])
        assert url in rudi.get(office).content.decode()
        assert rudi.get(url).status_code == 200
        assert signed_in(them["adopter"]).post(url, WHY).status_code == 404
        if needs_reason:
            assert rudi.post(url, {"reason": ""}).status_code == 422
        assert rudi.post(url, WHY if needs_reason else {}).status_code == 302
        assert url not in rudi.get(office).content.decode()
        assert rudi.post(url, WHY).status_code == 404
    assert not Theme.objects.filter(pk=spare.pk).exists()
    assert Booth.objects.get().dropped_at
    assert "Kelas Perahu" not in read(None, "forum", event.slug)
    assert signed_in(None).get(reverse("booth", args=[place.pk])).status_code == 404

    talk = told(them, event)
    at(event.call_closes)
    rudi = signed_in(them["organiser"])
    assert "Sesi A" in read(None, "forum", event.slug)
    url = reverse("talk-drop", args=[talk.pk])
    assert url in rudi.get(office).content.decode()
    assert rudi.post(url, WHY).status_code == 302
    assert "Sesi A" in read(None, "forum", event.slug)
    again = forum.give_talk(
        by=them["organiser"], session=talk.session, paper=talk.paper, now=event.call_closes
    )
    url = reverse("session-drop", args=[again.session_id])
    assert talk.paper.title in rudi.get(url).content.decode()
    assert rudi.post(url, {"reason": " "}).status_code == 422
    at(again.session.starts)
    rudi = signed_in(them["organiser"])
    assert url not in rudi.get(office).content.decode()
    late = rudi.post(url, WHY)
    assert late.status_code == 409
    assert WHY["reason"] in late.content.decode()
    at(again.session.starts - TICK)
    assert signed_in(them["organiser"]).post(url, WHY).status_code == 302
    assert "Sesi A" not in read(None, "forum", event.slug)
    assert talk.paper.title in read(them["organiser"], "forum-office", event.slug)


def test_an_author_withdraws_a_paper_and_referees_find_it_no_more(them, event, at):
    by = author()
    paper = send(event, by)
    url, page = (reverse(name, args=[paper.pk]) for name in ("paper-withdraw", "paper"))
    assert url in read(by, "paper", paper.pk)
    assert signed_in(sari()).get(page).status_code == 200
    for other in (sari(), them["organiser"], author("Zaki")):
        assert signed_in(other).post(url).status_code == 404
    assert signed_in(by).get(url).status_code == 200
    assert signed_in(by).post(url).status_code == 302
    assert signed_in(by).post(url).status_code == 409
    assert signed_in(sari()).get(page).status_code == 404
    assert paper.title not in read(sari(), "papers")
    for reader in (by, them["organiser"]):
        assert paper.title in read(reader, "paper", paper.pk)
        assert url not in read(reader, "paper", paper.pk)
    assert paper.title in read(by, "papers")
    assert reverse("paper-new", args=[event.slug]) in read(by, "desk")
    at(event.call_closes)
    ballot = signed_in(sari()).get(reverse("paper-judge", args=[paper.pk]))
    assert ballot.status_code == 404


def test_a_side_cancels_on_the_page_of_the_appointment_and_both_read_why(them, event, at):
    place = booth(them, event)
    met = book(them, place)
    url = reverse("appointment-cancel", args=[met.pk])
    for reader in (them["adopter"], them["owner"], them["organiser"]):
        assert url in read(reader, "appointment", met.pk)
    assert signed_in(them["agency"]).post(url, WHY).status_code == 404
    assert signed_in(them["owner"]).get(url).status_code == 200
    assert signed_in(them["owner"]).post(url, WHY).status_code == 302
    assert signed_in(them["owner"]).post(url, WHY).status_code == 409
    for reader in (them["adopter"], them["owner"], them["organiser"]):
        page = read(reader, "appointment", met.pk)
        assert WHY["reason"] in page
        assert url not in page
        assert met.purpose not in read(reader, "desk")
    assert WHY["reason"] not in read(them["agency"], "booth", place.pk)


def test_why_judgements_were_not_waited_for_shows_to_those_who_see_judgements(them, event, at):
    dua, why = second(them, event), "Dua sakit sejak Senin."
    paper = send(event, author())
    judge(paper, sari())
    at(event.call_closes)
    url = reverse("papers-choose", args=[event.slug])
    rudi = signed_in(them["organiser"])
    assert 'name="despite"' in rudi.get(url).content.decode()
    reasons = {f"reason-{paper.pk}": "Nyata dan jelas."}
    early = rudi.post(url, reasons)
    assert early.status_code == 422
    assert "Nyata dan jelas." in early.content.decode()
    assert rudi.post(url, reasons | {"despite": why}).status_code == 302
    auditor = builders.person("Aulia", "auditor")
    for reader in (them["organiser"], auditor, sari()):
        assert why in read(reader, "paper", paper.pk)
    assert why in read(them["organiser"], "papers-choose", event.slug)
    for reader in (None, author(), dua, them["adopter"]):
        assert why not in read(reader, "paper", paper.pk)
        assert why not in read(reader, "forum", event.slug)
