"""The pages of visits, through the web client, one person an office."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils.html import escape

from teladan.desk.awaits.visits import AWAITS
from teladan.visits import acts
from teladan.visits.models import Reception, Visit
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
    assert client.get(page).status_code == 302
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


# --- asking -------------------------------------------------------------------------------------

REQUEST = {
    "day": circle.VISIT_DAY.isoformat(),
    "size": "30",
    "topic": "Topik sendiri",
    "because": "Top 40",
    "questions": "Berapa biayanya?",
    "contact": "Laras",
}


def offered(page):
    """The innovations that a page lets one choose from, and the one that is chosen."""
    inside = re.search(r'<select name="innovation".*?</select>', page, re.DOTALL)[0]
    options = re.findall(r'<option value="(\d+)"( selected)?>', inside)
    return [int(key) for key, _on in options], [int(key) for key, on in options if on]


def test_asking_offers_the_thirty_most_honoured_and_whatever_a_link_names(them, client, at):
    circle.reception(them)
    at(circle.JULY)
    twice = circle.honoured("Z: dua kali")
    circle.honoured("Z: dua kali", level="top99")
    many = [circle.honoured(f"Inovasi {number:02}") for number in range(35)]
    hidden = builders.innovation("Belum dikenal")
    elsewhere = builders.innovation("Milik lain", builders.unit(circle.adopter(), "Dinas Sosial"))
    signed_in(client, them["agency"])
    page = f"/hosts/{circle.owner().pk}/ask/"

    shown, chosen = offered(client.get(page).content.decode())
    assert shown == [twice.pk, *(row.pk for row in many[:29])]
    assert chosen == []
    shown, chosen = offered(client.get(f"{page}?innovation={many[34].pk}").content.decode())
    assert (len(shown), chosen) == (31, [many[34].pk])
    for unknown in (hidden.pk, elsewhere.pk, 10**9, "x", "9" * 40):
        shown, chosen = offered(client.get(f"{page}?innovation={unknown}").content.decode())
        assert (len(shown), chosen) == (30, [])

    units = [str(builders.unit().pk)]
    asked = REQUEST | {"units": units, "innovation": str(many[33].pk)}
    for unknown in (hidden, elsewhere):
        wrong = client.post(page, asked | {"innovation": str(unknown.pk)})
        assert wrong.status_code == 422
    # What was chosen stays when the rest is refused, though it is none of the thirty.
    refused = client.post(page, asked | {"day": "2026-07-07"})
    assert (refused.status_code, refused.wsgi_request.refusal.code) == (409, "not-received")
    assert offered(refused.content.decode())[1] == [many[33].pk]
    assert client.post(page, asked).status_code == 302
    assert Visit.objects.get().innovation == many[33]
    assert Visit.objects.get().topic == "Topik sendiri"


def test_the_night_is_asked_about_where_the_rules_ask_for_it(them, client, at):
    circle.reception(them)
    circle.reception(them, since=circle.VISIT_DAY, overnight=True)
    at(circle.JULY)
    signed_in(client, them["agency"])
    page = f"/hosts/{circle.owner().pk}/ask/"
    asked = REQUEST | {"units": [str(builders.unit().pk)]}

    assert b'name="overnight"' in client.get(page).content
    assert client.post(page, asked).status_code == 422
    no = client.post(page, asked | {"overnight": "no"})
    assert (no.status_code, no.wsgi_request.refusal.code) == (409, "overnight")
    # The day before, other rules are in force.
    early = asked | {"overnight": "no", "day": "2026-07-30"}
    assert client.post(page, early).status_code == 302
    assert client.post(page, asked | {"overnight": "yes"}).status_code == 302
    assert [row.overnight for row in Visit.objects.order_by("pk")] == [False, True]


def test_an_exempt_guest_reads_which_rules_do_not_count_and_why(them, client, at):
    rules = circle.reception(them, exempt=("central", "province"))
    at(circle.JULY)
    signed_in(client, them["agency"])
    page, asked = f"/hosts/{circle.owner().pk}/ask/", REQUEST | {"day": "2026-07-08"}
    central, province = (escape(str(kind.label)) for kind in rules.guests)

    told = client.get(page).content.decode()
    assert central in told
    assert province not in told
    done = client.post(page, asked | {"units": [str(builders.unit().pk)]})
    assert done.status_code == 302
    assert central in client.get(done["Location"]).content.decode()
    # The city of Sleman's neighbour reads nothing of it, and is held to the rules.
    signed_in(client, them["adopter"])
    assert central not in client.get(page).content.decode()
    held = client.post(page, asked | {"units": [str(builders.unit().pk)]})
    assert held.wsgi_request.refusal.code == "not-received"
    client.logout()
    public = client.get(f"/hosts/{circle.owner().pk}/").content.decode()
    assert central in public
    assert province in public


def test_a_host_says_whom_it_exempts_and_how_soon_it_answers(them, client, at):
    signed_in(client, them["host"])
    page = f"/hosts/{circle.owner().pk}/rules/"
    typed = {
        "do": "rules",
        "rules-since": "2026-06-08",
        "rules-weekdays": ["1"],
        "rules-opens": "07:30",
        "rules-lead_days": "7",
        "rules-group_max": "60",
        "rules-groups_a_day": "1",
    }
    for wrong in ({"rules-answer_days": "0"}, {"rules-exempt": ["friends"]}):
        assert client.post(page, typed | wrong).status_code == 422
    told = {"rules-answer_days": "3", "rules-exempt": ["province", "central"]}
    assert client.post(page, typed | told).status_code == 302
    rules = Reception.objects.get()
    assert (rules.exempt, rules.answer_days) == ("central,province", 3)
    # The next rules begin with what these say.
    again = client.get(page).content.decode()
    assert len(re.findall(r'name="rules-exempt"[^>]*checked', again)) == 2
    assert re.search(r'name="rules-answer_days" value="3"', again)


def test_a_host_promises_an_answer_on_the_page_and_the_visitors_read_until_when(them, client, at):
    circle.reception(them)
    found = circle.visit(them)
    at(circle.JULY)
    signed_in(client, them["host"])
    page, question = f"/visits/{found.pk}/", str(found.questions.get().pk)
    promise = {"do": "promise", "question": question}

    for typed, code in (("", "no-such-day"), ("2026-02-31", "no-such-day"),
                        ("2026-07-05", "in-the-past")):  # fmt: skip
        no = client.post(f"{page}do/", promise | {"due": typed})
        assert (no.status_code, no.wsgi_request.refusal.code) == (409, code)
    assert client.post(f"{page}do/", promise | {"due": "2026-07-20"}).status_code == 302
    signed_in(client, them["agency"])
    assert "20 Jul 2026" in client.get(page).content.decode()


def test_a_visit_that_moved_is_confirmed_again_on_its_page(them, client, at):
    circle.reception(them)
    found = circle.visit(them)
    at(circle.JULY)
    page, button = f"/visits/{found.pk}/", 'value="confirm"'
    acts.accept(by=them["host"], visit=found, now=circle.JULY)
    signed_in(client, them["agency"])
    assert button in client.get(page).content.decode()
    assert client.post(f"{page}do/", {"do": "confirm"}).status_code == 302
    assert button not in client.get(page).content.decode()
    acts.move(
        by=them["host"],
        visit=found,
        day=date(2026, 8, 11),
        reason="Pelantikan",
        now=circle.JULY,
    )
    assert button in client.get(page).content.decode()
    assert waits(them["agency"]) == [page]
