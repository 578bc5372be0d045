"""The main steps of the cycle in a real browser, in Indonesian, with axe on every page."""

import re
from datetime import UTC, datetime

import pytest

from teladan.awards import acts as awards
from teladan.contest.models import Answer, Edition, Entry
from teladan.panel import acts as panel
from teladan.panel.models import Ballot, Seat
from tests import builders
from tests.browser.conftest import DESKTOP, PHONE, move_calendar

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def days_until(moment):
    """How far a date of the builders lies from today, in whole days."""
    return (datetime.now(UTC) - moment).days


@pytest.fixture
def edition(transactional_db):
    """An edition whose filing is open today."""
    of = builders.edition(cap_per_institution=50)
    move_calendar(of, days_until(builders.NOW))
    return Edition.objects.get(pk=of.pk)


def test_a_unit_writes_and_an_admin_files_on_a_phone(visitor, edition):
    ayu = builders.person("Ayu", "unit", builders.unit())
    bima = builders.person("Bima", "local-admin", builders.institution())
    at = visitor(ayu, PHONE)
    at.go("/desk/")
    at.check()
    page = at.go("/innovations/new/")
    page.fill("[name=title]", "Kelas Perahu")
    page.fill("[name=summary]", "Anak nelayan belajar di perahu.")
    page.fill("[name=started]", "2020-01-01")
    at.check()
    page.click("main form[method=post] button:not([name])")
    page.wait_for_url(re.compile("enter|library|innovations|desk"))

    page = at.go(f"/editions/{edition.slug}/enter/")
    at.check()
    page.check("[name=innovation]", force=True)
    page.select_option("[name=category]", "Pendidikan")
    page.click("main form[method=post] button")
    page.wait_for_url(re.compile(r"/entries/\d+/"))
    entry = Entry.objects.get()
    at.check()

    # Every answer saves itself: no button is pressed.
    for aspect in edition.rule.aspects:
        if not page.is_visible(f"[name=answer-{aspect.code}]"):
            page.click(f"#a-{aspect.code} summary")  # one at a time on a phone
        page.fill(f"[name=answer-{aspect.code}]", f"Jawaban {aspect.code}.")
        page.dispatch_event(f"[name=answer-{aspect.code}]", "change")
    page.wait_for_function("document.querySelectorAll('.saved').length > 0")
    for _wait in range(40):
        if Answer.objects.filter(entry=entry, words__gt=0).count() == 4:
            break
        page.wait_for_timeout(250)
    assert Answer.objects.filter(entry=entry, words__gt=0).count() == 4
    at.go(f"/entries/{entry.pk}/")
    assert page.input_value("[name=answer-impact]") == "Jawaban impact."
    at.check()

    admin = visitor(bima, PHONE)
    page = admin.go(f"/entries/{entry.pk}/")
    admin.check()
    page.click("form[action$='/endorse/'] button")
    page.wait_for_selector("form[action$='/file/'] button")
    admin.check()
    page.click("form[action$='/file/'] button")
    page.wait_for_url("**/receipt/")
    receipt = Entry.objects.get().filing.receipt
    assert receipt in page.content()
    admin.check()


def test_an_evaluator_marks_with_the_keyboard(visitor, transactional_db):
    of = builders.full_edition(4)
    sieve = of.rounds.get(number=1)
    panel.assign(by=builders.person("Citra", "secretariat"), sieve=sieve, now=builders.FIRST[0])
    move_calendar(of, days_until(builders.IN_FIRST))
    seat = Seat.objects.select_related("reader__person").order_by("pk").first()
    at = visitor(seat.reader.person, DESKTOP)
    at.go("/ballots/")
    at.check()
    page = at.go(f"/ballots/{seat.pk}/")
    at.check()
    for aspect in of.rule.marked_aspects:
        page.fill(f"input[type=number][name=points_{aspect.code}]", "80")
        page.fill(f"[name=because_{aspect.code}]", "Dampaknya jelas.")
    page.wait_for_timeout(2500)  # the page keeps the jotting on the server by itself
    page.reload()
    assert page.input_value("[name=because_impact]") == "Dampaknya jelas."
    page.click("main button:has-text('Berikan'), main button.btn:not(.quiet)[type=submit]")
    page.wait_for_load_state()
    for _wait in range(20):
        if Ballot.objects.exists():
            break
        page.wait_for_timeout(250)
    assert Ballot.objects.get().points == 80
    at.check()
    phone = visitor(seat.reader.person, PHONE)
    other = Seat.objects.filter(reader=seat.reader, ballot=None).first()
    if other:
        phone.go(f"/ballots/{other.pk}/")
        phone.check()


def test_the_secretariat_counts_and_everybody_reads_the_results(visitor, transactional_db):
    of = builders.full_edition(6)
    builders.sealed_round(of, 1)
    citra = builders.person("Citra", "secretariat")
    panel.assign(by=citra, sieve=of.rounds.get(number=2), now=builders.SECOND[0])
    builders.mark_all(of.rounds.get(number=2), builders.IN_SECOND)
    move_calendar(of, days_until(builders.AFTER))
    of = Edition.objects.get(pk=of.pk)
    first, second = of.rounds.order_by("number")
    at = visitor(citra)
    for address in (
        "/desk/",
        "/editions/new/",
        f"/editions/{of.slug}/office/",
        f"/editions/{of.slug}/entries/",
        f"/entries/{Entry.objects.first().pk}/",
        f"/editions/{of.slug}/readers/",
        f"/editions/{of.slug}/readers/import/",
        f"/editions/{of.slug}/amend/",
        f"/rounds/{first.pk}/",
        f"/rounds/{first.pk}/ranking/",
        f"/rounds/{second.pk}/ranking/",
        "/outbox/",
    ):
        at.go(address)
        at.check()
    page = at.go(f"/rounds/{second.pk}/seal/")
    at.check()
    page.click("main form[method=post] button")
    page.wait_for_load_state()
    assert of.rounds.get(number=2).seal

    minister = visitor(builders.person("Meutia", "minister"))
    page = minister.go(f"/editions/{of.slug}/proclaim/")
    minister.check()
    page.fill("[name=decree]", "Kepmen 1/2026")
    page.check("[name=certain]")
    page.click("main form[method=post] button")
    page.wait_for_load_state()
    treasury = visitor(builders.person("Tirta", "treasury"))
    page = treasury.go(f"/editions/{of.slug}/divide/")
    treasury.check()
    page.click("main form[method=post] button")
    page.wait_for_load_state()

    public = visitor(None, PHONE)
    award = of.awards.first()
    for address in (
        "/",
        "/library/",
        "/library/?q=Inovasi",
        f"/library/{award.innovation_id}/",
        "/regions/",
        f"/regions/{award.innovation.institution.region_id}/",
        "/about/",
        "/editions/",
        f"/editions/{of.slug}/",
        f"/editions/{of.slug}/results/",
        f"/editions/{of.slug}/fund/",
        f"/verify/?code={award.code}",
        "/accounts/login/",
    ):
        public.go(address)
        public.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_public_pages_hold_in_both_languages_and_both_lights(
    visitor, transactional_db, scheme, language
):
    of = builders.full_edition(4)
    builders.sealed_round(of, 1)
    builders.sealed_round(of, 2)
    awards.proclaim(
        by=builders.person("Meutia", "minister"), edition=of, decree="1/2026", now=builders.AFTER
    )
    at = visitor(None, DESKTOP, scheme, language)
    for address in ("/", "/library/", "/regions/", f"/editions/{of.slug}/results/", "/verify/"):
        page = at.go(address)
        assert page.get_attribute("html", "lang") == language
        at.check()


def test_somebody_signs_in_with_a_password(visitor, transactional_db):
    builders.person("Ayu", "unit", builders.unit())
    at = visitor(None, PHONE)
    page = at.go("/desk/")
    at.check()
    page.fill("[name=login]", "ayu@example.id")
    page.fill("[name=password]", "salah")
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    at.check()
    page.fill("[name=login]", "ayu@example.id")
    page.fill("[name=password]", "rahasia-sekali")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/")
    at.check()
    page = at.go("/accounts/2fa/")
    at.check()
