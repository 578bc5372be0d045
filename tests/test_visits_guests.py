"""Sleman's rules as its own page tells them: two days, seven working days, exempt guests, a night.

Tuesday and Thursday from 07:30, letters seven working days before, the next day if that one is a
holiday; central government, foreign guests, DPR and DPD and the province are exempt; guests stay
the night in the regency.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils.html import escape

from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import day as shown_day
from teladan.registry.models import Institution
from teladan.visits import acts
from teladan.visits.models import Guest, Reception, Visit
from tests import builders, circle
from tests.circle import JULY, JUNE

pytestmark = pytest.mark.django_db

MONDAY, WEDNESDAY, THURSDAY = date(2026, 7, 6), date(2026, 7, 8), date(2026, 7, 16)
ALL = ("central", "foreign", "parliament", "province")


@pytest.fixture
def kirana():
    """The visit desk of Sleman."""
    return builders.person("Kirana", "host", sleman())


def sleman():
    return circle.adopter()


def receives(kirana, **more):
    facts = {
        "since": JUNE.date(),
        "weekdays": (1, 3),
        "opens": time(7, 30),
        "lead_days": 7,
        "group_max": 60,
        "groups_a_day": 1,
        "overnight": True,
        "exempt": ALL,
        "now": JUNE,
    }
    return acts.receive_by(by=kirana, institution=sleman(), **(facts | more))


def asks(of, day, overnight=True, now=JULY, **more):
    """A request of somebody's local admin, or training agency, to Sleman."""
    office = "agency" if of.kind == Institution.Kind.AGENCY else "local-admin"
    facts = {
        "visitor": of,
        "host": sleman(),
        "day": day,
        "size": 30,
        "topic": f"Layanan {Visit.objects.count()}",
        "contact": "Bima",
        "because": "Penghargaan",
        "units": [builders.unit(sleman(), "Dinas Sosial")],
        "questions": ["Bagaimana?"],
        "names": [],
        "overnight": overnight,
        "now": now,
    }
    return acts.ask(by=builders.person(f"Admin {of.pk}", office, of), **(facts | more))


def refused(code, do):
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value.reason


def ministry():
    return builders.institution("Kementerian Kesehatan", "ministry", None)


def province(code, name):
    return builders.institution(f"Pemerintah Provinsi {name}", "province", code)


def test_a_city_is_held_to_the_weekdays_and_the_seven_working_days(kirana):
    receives(kirana)
    bogor = builders.institution()

    said = refused("not-received", lambda: asks(bogor, date(2026, 7, 14)))
    assert shown_day(THURSDAY) in said
    refused("not-received", lambda: asks(bogor, WEDNESDAY + timedelta(days=14)))
    assert asks(bogor, THURSDAY).guest == ""


def test_a_ministry_comes_on_any_working_day_from_the_day_it_asks(kirana):
    receives(kirana, groups_a_day=2)

    assert asks(ministry(), MONDAY).guest == Guest.CENTRAL
    assert asks(ministry(), WEDNESDAY).guest == Guest.CENTRAL
    said = refused("not-received", lambda: asks(ministry(), MONDAY - timedelta(days=1)))
    assert shown_day(MONDAY) in said


def test_an_exempt_guest_meets_weekends_holidays_closed_days_and_full_ones_all_the_same(kirana):
    receives(kirana)
    saturday, independence, shut = date(2026, 7, 11), date(2026, 8, 17), date(2026, 7, 9)
    acts.close_days(
        by=kirana,
        institution=sleman(),
        unit=None,
        first=shut,
        last=shut,
        reason="Pelantikan",
        now=JULY,
    )

    for day in (saturday, independence, shut):
        refused("not-received", lambda day=day: asks(ministry(), day))
    refused("not-received", lambda: asks(ministry(), WEDNESDAY, size=61))
    acts.accept(by=kirana, visit=asks(ministry(), WEDNESDAY, size=60), now=JULY)
    # The day after is closed: Friday is the next, though no day of reception.
    said = refused("day-full", lambda: asks(ministry(), WEDNESDAY))
    assert shown_day(date(2026, 7, 10)) in said


def test_the_province_is_the_hosts_own_and_no_other(kirana):
    receives(kirana)

    assert asks(province("34", "DIY"), WEDNESDAY).guest == Guest.PROVINCE
    refused("not-received", lambda: asks(province("33", "Jawa Tengah"), WEDNESDAY))


@pytest.mark.parametrize(
    ("kind", "code", "guest"),
    [
        ("ministry", None, "central"),
        ("ministry", "32.71", "central"),
        ("police", "34.04", "central"),
        ("agency", None, "central"),
        ("agency", "32.71", None),
        ("province", "34", "province"),
        ("province", "33", None),
        ("regency", "33.01", None),
        ("city", "34.71", None),
        ("company", None, None),
        ("university", None, None),
    ],
)
def test_who_is_exempt_is_read_from_the_registry(kind, code, guest):
    visitor = builders.institution("Tamu", kind, code)

    assert Guest.of(visitor, sleman()) == guest


def test_a_host_reads_that_an_agency_is_exempt_for_want_of_a_region(kirana, client):
    receives(kirana, groups_a_day=3)
    agency = builders.institution("Balai Pelatihan", "agency", None)
    client.force_login(kirana)

    for of, told in ((agency, True), (ministry(), False), (province("34", "DIY"), False)):
        found = asks(of, WEDNESDAY)
        with time_machine.travel(JULY, tick=False):
            page = client.get(f"/visits/{found.pk}/")
        assert page.context["regionless"] is told
        assert escape(str(Guest(found.guest).label)) in page.content.decode()


def test_a_host_that_exempts_nobody_holds_a_ministry_to_its_rules(kirana):
    receives(kirana, exempt=("province",))

    refused("not-received", lambda: asks(ministry(), WEDNESDAY))
    refused("not-received", lambda: asks(ministry(), date(2026, 7, 15)))
    assert asks(ministry(), THURSDAY).guest == ""
    assert asks(province("34", "DIY"), WEDNESDAY)


def test_guests_are_exempt_by_the_rules_in_force_on_the_day(kirana):
    receives(kirana)
    receives(kirana, since=date(2026, 7, 20), exempt=(), overnight=False)

    assert asks(ministry(), date(2026, 7, 17)).guest == Guest.CENTRAL
    refused("not-received", lambda: asks(ministry(), date(2026, 7, 20)))
    assert asks(ministry(), date(2026, 7, 21), overnight=None).guest == ""


def test_a_visit_that_is_moved_is_exempt_as_its_visitor_is(kirana):
    receives(kirana)
    mine, theirs = asks(ministry(), WEDNESDAY), asks(builders.institution(), THURSDAY)

    def move(visit, day):
        acts.move(by=kirana, visit=visit, day=day, reason="Pelantikan", now=JULY)
        visit.refresh_from_db()

    move(mine, date(2026, 7, 10))
    assert (mine.day, mine.guest) == (date(2026, 7, 10), Guest.CENTRAL)
    refused("not-received", lambda: move(theirs, date(2026, 7, 17)))


def test_the_exempt_are_kinds_from_a_closed_list_in_its_own_order(kirana):
    refused("no-such-guests", lambda: receives(kirana, exempt=("central", "friends")))
    assert not Reception.objects.exists()

    rules = receives(kirana, exempt=("province", "central", "central"))
    assert rules.exempt == "central,province"
    assert rules.guests == (Guest.CENTRAL, Guest.PROVINCE)
    assert not rules.exempts("foreign")
    assert not rules.exempts("")
    assert not rules.exempts(None)


def test_who_does_not_stay_the_night_is_refused_where_the_rules_ask_for_it(kirana):
    receives(kirana)
    bogor = builders.institution()

    for answer in (False, None):
        refused("overnight", lambda answer=answer: asks(bogor, THURSDAY, overnight=answer))
        refused("overnight", lambda answer=answer: asks(ministry(), WEDNESDAY, overnight=answer))
    assert not Visit.objects.exists()
    assert asks(bogor, THURSDAY).overnight is True


def test_where_no_night_is_asked_for_an_answer_is_kept_and_none_is_needed(kirana):
    receives(kirana, overnight=False)
    bogor = builders.institution()

    assert asks(bogor, THURSDAY, overnight=None).overnight is None
    assert asks(bogor, THURSDAY, overnight=False).overnight is False


def test_the_rules_of_2016_exempt_the_ministry_and_not_bandung(kirana):
    # What Surabaya was asked in February 2016, had it had these rules: letters of the 16th.
    kirana.terms.update(starts=date(2015, 1, 1))
    kirana.known_terms = None
    began, received = datetime(2016, 1, 4, 3, tzinfo=UTC), datetime(2016, 2, 16, 3, tzinfo=UTC)
    receives(kirana, since=began.date(), now=began)
    bandung = builders.institution("Pemerintah Kota Bandung", "city", "32.73")
    for home, office in ((bandung, "local-admin"), (ministry(), "local-admin")):
        builders.person(f"Admin {home.pk}", office, home).terms.update(starts=date(2015, 1, 1))

    said = refused("not-received", lambda: asks(bandung, date(2016, 2, 18), now=received))
    assert shown_day(date(2016, 2, 25)) in said
    assert asks(ministry(), date(2016, 2, 19), now=received).guest == Guest.CENTRAL
