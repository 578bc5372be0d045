"""The pages of visits, through the web client, one person an office."""

from datetime import timedelta

import pytest
import time_machine

from teladan.desk.awaits.visits import AWAITS
from teladan.visits import acts
from teladan.visits.models import Visit
from tests import builders, circle

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


@pytest.fixture
def at():
    """`at(moment)` stands still there."""
    with time_machine.travel(circle.JUNE, tick=False) as traveller:
        yield traveller.move_to


def signed_in(client, person):
    client.force_login(person)
    return client


def test_a_visit_goes_from_request_to_closing_page_by_page(them, client, at):
    host, agency = them["host"], them["agency"]
    home = circle.owner()
    circle.honoured()
    signed_in(client, host)
    page = f"/hosts/{home.pk}/rules/"
    sent = client.post(
        page,
        {
            "do": "rules",
            "rules-since": "2026-06-08",
            "rules-weekdays": ["1", "3"],
            "rules-opens": "07:30",
            "rules-lead_days": "7",
            "rules-group_max": "60",
            "rules-groups_a_day": "1",
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    at(circle.JULY)
    signed_in(client, agency)
    asked = {
        "day": "2026-07-07",
        "size": "30",
        "topic": "Kelas di perahu",
        "because": "Top 40",
        "units": [str(builders.unit().pk)],
        "questions": "Bagaimana guru dipilih?\nBerapa biayanya?",
        "names": "Made\nPutu",
        "contact": "Laras",
    }
    refused = client.post(f"/hosts/{home.pk}/ask/", asked)
    assert refused.status_code == 409
    assert "16 Jul 2026" in refused.content.decode()  # seven working days later, a Thursday
    assert "Bagaimana guru dipilih?" in refused.content.decode()
    done = client.post(f"/hosts/{home.pk}/ask/", asked | {"day": circle.VISIT_DAY.isoformat()})
    assert done.status_code == 302
    visit = Visit.objects.get()
    page = f"/visits/{visit.pk}/"
    assert visit.questions.count() == visit.attendees.count() == 2
    client.logout()
    assert client.get(page).status_code == 404
    signed_in(client, host)
    assert b"Laras" in client.get(page).content
    assert client.post(f"{page}do/", {"do": "accept"}).status_code == 302
    at(circle.ON_VISIT)
    signed_in(client, host)
    came = str(visit.attendees.first().pk)
    assert client.post(f"{page}do/", {"do": "attend", "came": came}).status_code == 302
    signed_in(client, agency)
    told = {"do": "learn", "learned": "Guru datang.", "at_home": "Mencoba.", "of_group": "on"}
    done = client.post(f"{page}do/", told)
    assert done.status_code == 302, done.wsgi_request.refusal
    signed_in(client, host)
    assert client.post(f"{page}do/", {"do": "close"}).status_code == 302
    client.logout()
    public = client.get(page).content.decode()
    assert "Guru datang." in public
    assert "Made" not in public
    assert "Laras" not in public
    assert "Kelas di perahu" in client.get("/visits/").content.decode()


def test_the_calendar_shows_days_that_are_full(them, client, at):
    circle.reception(them)
    at(circle.JULY)
    visit = circle.visit(them)
    page = f"/hosts/{circle.owner().pk}/"
    before = client.get(page).content.decode()
    acts.accept(by=them["host"], visit=visit, now=circle.JULY)
    at(circle.JULY + timedelta(minutes=2))
    assert client.get(page).content.decode() != before
    assert '<td class="full">' in client.get(page).content.decode()


def waits(person, now=circle.JULY):
    """The addresses on somebody's desk that visits put there."""
    found = []
    for term in person.terms.all():
        if told := AWAITS.get(term.office):
            found += [todo.url for todo in told(term, now)]
    return found


def test_each_desk_holds_the_next_step_of_a_visit_and_no_other(them):
    host, agency = them["host"], them["agency"]
    assert waits(host) == [f"/hosts/{circle.owner().pk}/rules/"]
    circle.reception(them)
    found = circle.visit(them)
    page = f"/visits/{found.pk}/"
    assert (waits(host), waits(agency)) == ([page], [])
    acts.accept(by=host, visit=found, now=circle.JULY)
    assert (waits(host), waits(agency)) == ([], [page])
    acts.confirm(by=agency, visit=found, now=circle.JULY)
    assert (waits(host), waits(agency)) == ([], [])
    assert waits(host, circle.ON_VISIT - timedelta(days=14)) == [page]
    assert waits(host, circle.ON_VISIT) == [page]
    acts.take_attendance(by=host, visit=found, came=set(), now=circle.ON_VISIT)
    assert (waits(host, circle.ON_VISIT), waits(agency, circle.ON_VISIT)) == ([], [page])
    acts.learn(
        by=agency,
        visit=found,
        learned="Guru datang.",
        at_home="Mencoba.",
        of_group=True,
        now=circle.ON_VISIT,
    )
    assert (waits(host, circle.ON_VISIT), waits(agency, circle.ON_VISIT)) == ([page], [])
    acts.close(by=host, visit=found, note="", now=circle.ON_VISIT)
    assert waits(host, circle.ON_VISIT) == []
