"""Units, their people, and the innovations they register."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from teladan.awards.models import Award
from teladan.house.models import Ledger, Notice, OfficeTerm, Person
from teladan.house.notices import send_waiting
from teladan.house.offices import offices_of
from teladan.house.refusals import Refusal
from teladan.registry import acts
from teladan.registry.models import Innovation, Unit
from tests import builders
from tests.builders import LONG_AGO, NOW

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 15)


@contextmanager
def refused(code):
    with pytest.raises(Refusal) as no:
        yield
    assert no.value.code == code


def register(by, **changes):
    facts = {"title": "Kelas Perahu", "summary": "Belajar di perahu.", "started": LONG_AGO}
    return acts.register(**{"by": by, "unit": builders.unit(), "now": NOW, **facts, **changes})


def honoured(title="Antar Obat"):
    """An innovation that everybody may read."""
    home = builders.institution("Kabupaten Banyuwangi", "regency", "35.10")
    made = builders.innovation(title, builders.unit(home, "Dinas Kesehatan"))
    Award.objects.create(innovation=made, level="top99", year=2018, citation="Siaran pers")
    return made


# --- acts ------------------------------------------------------------------------------------


def test_an_innovation_is_registered_by_its_unit(ayu):
    made = register(ayu, title="  Kelas Perahu ")

    assert (made.title, made.unit, made.registered_by) == ("Kelas Perahu", builders.unit(), ayu)


def test_use_may_have_begun_today_and_not_tomorrow(ayu):
    register(ayu, started=TODAY)

    with refused("not-yet-in-use"):
        register(ayu, title="Besok", started=TODAY + timedelta(days=1))


def test_today_is_the_day_of_the_capital(ayu):
    late_in_utc = NOW.replace(hour=20)  # past midnight in Jakarta

    assert register(ayu, started=TODAY + timedelta(days=1), now=late_in_utc)


def test_a_title_is_registered_once_in_an_institution_whatever_its_capitals(ayu):
    register(ayu)

    with refused("title-taken"):
        register(ayu, title="KELAS PERAHU")


def test_another_institution_may_use_the_same_title(ayu):
    register(ayu)
    other = builders.unit(builders.institution("Kota Solo", code="33.72"))

    assert register(builders.person("Sri", "unit", other), unit=other)


def test_whoever_imitates_says_what_was_adapted(ayu):
    source = honoured()

    with refused("not-modified"):
        register(ayu, source=source, adapted="  ")
    made = register(ayu, source=source, kept="Rutenya", adapted="Memakai perahu")
    assert list(source.replicas.all()) == [made]


def test_the_database_refuses_an_imitation_without_modification_too(ayu):
    made = register(ayu)
    made.source = honoured()

    with pytest.raises(ValidationError):
        made.validate_constraints()


def test_an_innovation_is_registered_in_ones_own_unit_only(ayu, bima):
    with refused("not-your-unit"):
        register(ayu, unit=builders.unit(name="Dinas Lain"))
    with refused("not-your-office"):
        register(bima)


def test_a_person_of_two_units_registers_in_both(ayu):
    second = builders.unit(name="Dinas Kedua")
    OfficeTerm.objects.create(
        person=ayu,
        office="unit",
        institution=second.institution,
        unit=second,
        starts=LONG_AGO,
    )
    ayu.known_terms = None

    assert register(ayu, title="Satu").unit != register(ayu, title="Dua", unit=second).unit


def test_a_unit_is_set_up_once_by_its_own_admin(bima):
    home = builders.institution()
    acts.open_unit(by=bima, institution=home, name="Dinas Sosial", now=NOW)

    with refused("unit-exists"):
        acts.open_unit(by=bima, institution=home, name=" dinas sosial", now=NOW)
    with refused("not-your-office"):
        other = builders.institution("Kota Solo", code="33.72")
        acts.open_unit(by=bima, institution=other, name="Dinas Sosial", now=NOW)


def open_institution(by, **changes):
    facts = {"name": "Pemerintah Kota Solo", "kind": "city", "now": NOW}
    return acts.open_institution(**{"by": by, "region": builders.region(), **facts, **changes})


def test_an_institution_is_set_up_by_the_secretariat_and_leaves_a_line(citra, bima):
    made = open_institution(citra, name="  Pemerintah  Kota Solo ")

    line = Ledger.objects.get(act="registry.open_institution")
    assert (made.name, made.kind, made.region_id) == ("Pemerintah Kota Solo", "city", "32.71")
    assert (line.by, line.about, line.public) == (citra, f"institution:{made.pk}", False)
    assert line.facts == {"name": made.name, "kind": "city", "region": "32.71"}
    with refused("not-your-office"):
        open_institution(bima, name="Pemerintah Kota Tegal")


def test_an_institution_is_set_up_once_whatever_its_capitals(citra):
    open_institution(citra)

    with refused("institution-exists"):
        open_institution(citra, name="PEMERINTAH kota solo")


@pytest.mark.parametrize("kind", ["province", "regency", "city"])
def test_a_regional_government_needs_its_region(citra, kind):
    with refused("region-missing"):
        open_institution(citra, kind=kind, region=None)


def test_a_ministry_needs_no_region_and_a_new_site_nobody_to_set_it_up():
    assert open_institution(None, name="Kementerian A", kind="ministry", region=None).pk


def test_an_institution_has_a_name_and_a_kind_that_exists(citra):
    for wrong in ({"name": " "}, {"kind": "kingdom"}, {"name": "x" * 161}):
        with pytest.raises(ValidationError):
            open_institution(citra, **wrong)


def staff(by, **changes):
    facts = {"unit": builders.unit(), "email": "Eka@Example.id", "name": "Eka", "now": NOW}
    return acts.staff(**{"by": by, **facts, **changes})


def test_a_new_person_gets_an_account_without_a_password_and_a_mail(bima):
    term = staff(bima)

    person = Person.objects.get(email="eka@example.id")
    assert term.person == person
    assert not person.has_usable_password()
    assert "unit" in offices_of(person, NOW)
    assert "/accounts/password/reset/" in Notice.objects.get(to=person).body


def test_the_mail_of_an_appointment_is_sent(bima, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    staff(bima)

    assert send_waiting(NOW) == (1, 0)
    assert mail.outbox[0].to == ["eka@example.id"]


def test_a_known_person_keeps_the_account(bima, dewi):
    term = staff(bima, email="DEWI@example.id", name="Somebody else")

    assert term.person == dewi
    assert Person.objects.get(pk=dewi.pk).name == "Dewi"


def test_nobody_is_appointed_twice_nor_with_a_closed_account(bima, ayu, dewi):
    with refused("already-in-office"):
        staff(bima, email=ayu.email)
    Person.objects.filter(pk=dewi.pk).update(is_active=False)
    with refused("account-closed"):
        staff(bima, email=dewi.email)


def test_a_refused_appointment_leaves_no_account_behind(ayu):
    with refused("not-your-office"):
        staff(ayu)

    assert not Person.objects.filter(email="eka@example.id").exists()


def test_a_relieved_person_serves_to_the_end_of_the_day(bima, ayu):
    acts.relieve(by=bima, term=ayu.terms.get(), now=NOW)
    ayu.known_terms = None
    assert "unit" in offices_of(ayu, NOW)

    ayu.known_terms = None
    assert "unit" not in offices_of(ayu, NOW + timedelta(days=1))
    with refused("already-ended"):
        acts.relieve(by=bima, term=ayu.terms.get(), now=NOW)


def test_a_local_admin_relieves_the_people_of_units_only(bima):
    with refused("not-your-office"):
        acts.relieve(by=bima, term=bima.terms.get(), now=NOW)


# --- pages -----------------------------------------------------------------------------------

TYPED = {"title": "Kelas Perahu", "summary": "Belajar di perahu.", "started": "2020-01-01"}


@pytest.fixture
def page(client, clock):
    """Come to a page as somebody; what is given is sent."""

    def come(person, name, data=None, status=200, query=""):
        client.force_login(person)
        url = reverse(name) + query
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status, response.content.decode()[:2000]
        return response.content.decode()

    return come


def test_the_form_registers_and_leads_to_the_innovation(page, client, ayu):
    page(ayu, "register")
    page(ayu, "register", TYPED, 302)

    assert Innovation.objects.get().unit == builders.unit()


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"title": ""}, 422, "aria-invalid"),
        ({"title": "x\0y"}, 422, "aria-invalid"),
        ({"title": "x" * 201}, 422, "200"),
        ({"started": "2027-01-01"}, 409, "not-yet-in-use"),
        ({"source": "no such thing"}, 422, "aria-invalid"),
    ],
)
def test_what_was_typed_stays_when_it_is_not_taken(page, ayu, changes, status, said):
    body = page(ayu, "register", TYPED | {"kept": "Rute <b>lama</b>"} | changes, status)

    assert said in body
    assert "Belajar di perahu." in body
    assert "Rute &lt;b&gt;lama&lt;/b&gt;" in body
    assert not Innovation.objects.filter(unit=builders.unit()).exists()


def test_a_source_is_named_by_its_number_or_its_title(page, ayu):
    source = honoured()
    page(ayu, "register", TYPED | {"source": str(source.pk), "adapted": "Perahu"}, 302)
    more = {"title": "Perahu Obat", "source": "antar obat", "adapted": "Perahu"}
    page(ayu, "register", TYPED | more, 302)

    assert source.replicas.count() == 2


def test_a_source_that_is_not_public_cannot_be_named(page, ayu):
    hidden = builders.innovation("Rahasia", builders.unit(name="Dinas Lain"))

    page(ayu, "register", TYPED | {"source": str(hidden.pk), "adapted": "Perahu"}, 422)


def test_looking_a_source_up_shows_who_could_be_meant_and_registers_nothing(page, ayu):
    one, two = honoured("Antar Obat"), honoured("Antar Obat Cepat")
    asked = TYPED | {"source": "obat", "adapted": "Memakai perahu"}

    body = page(ayu, "register", asked | {"find": "1"})

    assert f'value="{one.pk}"' in body
    assert f'value="{two.pk}"' in body
    assert "Memakai perahu" in body
    assert "aria-invalid" not in body
    page(ayu, "register", asked, 422)
    page(ayu, "register", asked | {"picked": str(two.pk)}, 302)
    assert two.replicas.exists()


def test_a_title_that_is_taken_is_refused_on_the_page(page, ayu):
    page(ayu, "register", TYPED, 302)

    assert "title-taken" in page(ayu, "register", TYPED, 409)


def test_the_admin_keeps_units_and_people(page, bima, ayu):
    assert "Ayu" in page(bima, "institution")
    page(bima, "institution", {"do": "open", "unit-name": "Dinas Sosial"}, 302)
    unit = Unit.objects.get(name="Dinas Sosial")
    eka = {"staff-unit": unit.pk, "staff-name": "Eka", "staff-email": "eka@example.id"}
    page(bima, "institution", {"do": "staff", **eka}, 302)

    body = page(bima, "institution")
    assert "eka@example.id" in body
    term = OfficeTerm.objects.get(person__email="eka@example.id")
    page(bima, "institution", {"do": "relieve", "term": term.pk}, 302)
    term.refresh_from_db()
    assert term.ends == TODAY


def test_a_refused_appointment_keeps_what_was_typed(page, bima, ayu):
    typed = {"staff-unit": builders.unit().pk, "staff-name": "Ayu", "staff-email": ayu.email}

    body = page(bima, "institution", {"do": "staff", **typed}, 409)

    assert "already-in-office" in body
    assert f'value="{ayu.email}"' in body
    bad = page(bima, "institution", {"do": "staff", **typed, "staff-email": "ayu"}, 422)
    assert 'value="ayu"' in bad


def test_the_units_and_people_of_others_are_not_there(page, bima):
    other = builders.institution("Kota Solo", code="33.72")
    wawan = builders.person("Wawan", "unit", builders.unit(other))
    foreign = {"do": "staff", "staff-unit": builders.unit(other).pk, "staff-name": "Eka"}

    page(bima, "institution", status=404, query=f"?of={other.pk}")
    page(bima, "institution", foreign | {"staff-email": "eka@example.id"}, 422)
    page(bima, "institution", {"do": "relieve", "term": wawan.terms.get().pk}, 404)
    page(bima, "institution", {"do": "relieve", "term": "x"}, 404)


@pytest.mark.parametrize("name", ["register", "institution"])
def test_strangers_find_nothing(page, client, dewi, name):
    page(dewi, name, status=404)
    client.logout()

    assert client.get(reverse(name))["Location"].startswith("/accounts/login/")


def test_the_page_of_an_institution_asks_as_little_for_many_rows(
    client, bima, django_assert_max_num_queries
):
    for number in range(60):
        builders.innovation(f"Inovasi {number}")
    client.force_login(bima)

    with django_assert_max_num_queries(12):
        client.get(reverse("institution"))
