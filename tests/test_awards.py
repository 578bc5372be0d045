"""Proclamation, certificates, bundles and the fund: rules first, then pages."""

import copy
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from teladan.awards import acts as awards
from teladan.awards.acts import amounts_for
from teladan.awards.bundles import bundle_of, faults_in
from teladan.awards.certificates import certificate_pdf
from teladan.awards.models import Award, Grant, Pot, Proclamation
from teladan.awards.statements import rate_of, statement_of
from teladan.contest import acts as contest
from teladan.contest.models import Edition, Standing
from teladan.house.ledger import digest_of
from teladan.house.models import Notice
from teladan.panel import acts as panel
from teladan.registry.models import Innovation, Institution
from tests import builders as b
from tests.kept import kept
from tests.test_panel import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def menteri(db):
    return b.person("Menteri", "minister")


@pytest.fixture
def tri(db):
    return b.person("Tri", "treasury")


@kept
def sealed():
    """Six entries, both rounds sealed: four stood in the first, two in the second."""
    of = b.full_edition(6)
    b.sealed_round(of, 1)
    b.sealed_round(of, 2)
    return Edition.objects.get(pk=of.pk)


def proclaim(of, by, decree="636/2026", now=b.AFTER):
    return awards.proclaim(by=by, edition=of, decree=decree, now=now)


@pytest.fixture
def proclaimed(sealed, menteri):
    proclaim(sealed, menteri)
    return Edition.objects.get(pk=sealed.pk)


@pytest.fixture
def pot(proclaimed, tri):
    return awards.divide(by=tri, edition=proclaimed, now=b.AFTER)


@pytest.fixture
def enter(client, settings, clock):
    """Sign somebody in after the results; pages answer in English."""
    client.cookies["django_language"] = "en"
    clock.move_to(b.AFTER)

    def sign_in(person):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


# --- the proclamation ----------------------------------------------------------------------


def test_a_proclamation_needs_every_round_sealed(citra, menteri):
    of = b.full_edition(6)
    refused("rounds-open", lambda: proclaim(of, menteri))
    b.sealed_round(of, 1)
    refused("rounds-open", lambda: proclaim(of, menteri))
    b.sealed_round(of, 2)
    assert proclaim(of, menteri).decree == "636/2026"


def test_an_edition_is_proclaimed_once_by_the_minister_with_a_decree(sealed, citra, menteri):
    refused("not-your-office", lambda: proclaim(sealed, citra))
    refused("decree-missing", lambda: proclaim(sealed, menteri, decree="  "))
    proclaim(sealed, menteri)
    refused("already-proclaimed", lambda: proclaim(sealed, menteri))
    assert Award.objects.filter(edition=sealed).count() == 4


def test_each_entry_is_honoured_for_the_last_round_it_stood_in(proclaimed):
    levels = dict(Award.objects.values_list("entry", "level"))
    second = Standing.objects.filter(seal__round__number=2, stood=True)
    assert {pk for pk, level in levels.items() if level == "top40"} == {
        row.entry_id for row in second
    }
    assert sorted(levels.values()) == ["top40", "top40", "top99", "top99"]


def test_before_the_proclamation_no_honour_no_mail_and_no_standing_is_for_strangers(
    sealed, dewi, menteri
):
    assert Standing.objects.visible_to(menteri, b.AFTER).count() == 10
    assert not Standing.objects.visible_to(dewi, b.AFTER).exists()
    assert not Innovation.objects.visible_to(dewi, b.AFTER).exists()
    assert not Award.objects.exists()
    mails = Notice.objects.count()

    proclaim(sealed, menteri)
    assert Notice.objects.count() == mails + 4
    assert Standing.objects.visible_to(dewi, b.AFTER).count() == 10
    assert Innovation.objects.visible_to(dewi, b.AFTER).count() == 4


def test_the_ledgers_head_is_taken_down(proclaimed):
    from teladan.house.models import Ledger

    taken = Proclamation.objects.get()
    line = Ledger.objects.get(seq=taken.ledger_seq)
    assert (line.act, line.digest) == ("awards.end_embargo", taken.ledger_digest)


def amend(of, **changes):
    rules = Edition.objects.get(pk=of.pk).rules | changes
    citra = b.person("Citra", "secretariat")
    return contest.amend(by=citra, edition=of, rules=rules, reason="Keputusan.", now=b.AFTER)


def test_once_proclaimed_only_the_fund_changes_and_only_until_it_is_divided(proclaimed, tri):
    before = bundle_of(proclaimed)
    one, two = proclaimed.rules["rounds"]
    third = two | {
        "name": "Round 3",
        "seats": 1,
        "opens": b.AFTER.isoformat(),
        "closes": (b.AFTER + timedelta(days=9)).isoformat(),
    }
    fund = proclaimed.rules["fund"] | {"amount": 12_000_000_000}
    for changes in (
        {"rounds": [one, two, third]},
        {"citation": "Another rule"},
        {"notes": {"fund": "x"}},
        {"fund": fund, "files_per_entry": 9},
    ):
        refused("proclaimed", lambda changes=changes: amend(proclaimed, **changes))

    assert amend(proclaimed, fund=fund)
    proclaimed = Edition.objects.get(pk=proclaimed.pk)
    assert bundle_of(proclaimed) == before
    assert awards.divide(by=tri, edition=proclaimed, now=b.AFTER).amount == 12_000_000_000

    no = refused("proclaimed", lambda: amend(proclaimed, fund=fund | {"amount": 13_000_000_000}))
    assert "dibagi" in no.reason
    assert list(awards.broken_pots()) == []


def test_the_audit_names_every_honour_that_does_not_follow_from_the_standings(proclaimed):
    assert list(awards.broken_awards()) == []
    low, gone = Award.objects.filter(level="top99")
    Award.objects.filter(pk=low.pk).update(level="top40")
    [fault] = awards.broken_awards()
    assert f"award {low.pk} " in fault
    assert "level is top40, not top99" in fault
    with pytest.raises(CommandError):
        call_command("audit")

    Award.objects.filter(pk=low.pk).update(level="top99", year=2025, code=None)
    Award.objects.filter(pk=gone.pk).delete()
    missed = Standing.objects.filter(seal__round__number=1, stood=False).first().entry
    extra = Award.objects.create(
        innovation=missed.innovation, level="top99", year=2026, edition=proclaimed, entry=missed
    )
    found = "\n".join(awards.broken_awards())
    assert "year is 2025, not 2026" in found
    assert "code of the certificate is missing" in found
    assert f"entry {gone.entry_id}: top99 is missing" in found
    assert f"award {extra.pk} " in found
    assert found.count("\n") == 3


def test_an_honour_before_the_proclamation_is_named(sealed):
    entry = sealed.entries.first()
    Award.objects.create(
        innovation=entry.innovation, level="top99", year=2026, edition=sealed, entry=entry
    )
    [fault] = awards.broken_awards()
    assert "does not follow" in fault


# --- the fund ------------------------------------------------------------------------------


def test_the_fund_is_divided_once_after_the_proclamation(sealed, citra, menteri, tri):
    refused("not-proclaimed", lambda: awards.divide(by=tri, edition=sealed, now=b.AFTER))
    proclaim(sealed, menteri)
    refused("not-your-office", lambda: awards.divide(by=citra, edition=sealed, now=b.AFTER))
    awards.divide(by=tri, edition=sealed, now=b.AFTER)
    refused("already-divided", lambda: awards.divide(by=tri, edition=sealed, now=b.AFTER))


def test_amounts_add_up_to_the_rupiah_and_keep_the_floor(pot):
    amounts = list(pot.grants.values_list("amount", flat=True))
    assert sum(amounts) == 10_000_000_001
    assert min(amounts) >= 3_500_000_000
    assert list(awards.broken_pots()) == []


def test_a_pot_below_the_floors_is_refused_with_what_is_missing(proclaimed, tri):
    fund = {"amount": 6_999_999_999, "floor": 3_500_000_000, "cap": None}
    Edition.objects.update(rules=proclaimed.rules | {"fund": fund})
    no = refused("pot-too-small", lambda: awards.divide(by=tri, edition=proclaimed, now=b.AFTER))
    assert "Rp1." in no.reason
    assert not Pot.objects.exists()


def test_a_pot_that_the_caps_cannot_hold_is_refused(proclaimed, tri):
    fund = {"amount": 10_000_000_000, "floor": 0, "cap": 4_000_000_000}
    Edition.objects.update(rules=proclaimed.rules | {"fund": fund})
    no = refused("pot-too-large", lambda: awards.divide(by=tri, edition=proclaimed, now=b.AFTER))
    assert "Rp2.000.000.000" in no.reason


def test_only_regions_take_part(proclaimed, tri):
    first = Standing.objects.filter(seal__round__number=2, stood=True).first()
    ministry = first.entry.innovation.institution
    Institution.objects.filter(pk=ministry.pk).update(kind="ministry")

    pot = awards.divide(by=tri, edition=proclaimed, now=b.AFTER)
    assert not pot.grants.filter(institution=ministry).exists()
    assert pot.grants.get().amount == pot.amount


def test_without_a_region_there_is_nothing_to_divide(proclaimed, tri):
    Institution.objects.update(kind="agency")
    refused("no-winners", lambda: awards.divide(by=tri, edition=proclaimed, now=b.AFTER))


def test_the_audit_names_a_grant_changed_by_hand(pot):
    grant = pot.grants.first()
    Grant.objects.filter(pk=grant.pk).update(amount=grant.amount + 1)
    found = list(awards.broken_pots())
    assert len(found) == 1
    assert f"institution {grant.institution_id}" in found[0]


def test_the_points_that_decided_weigh(pot):
    weights = dict(pot.grants.values_list("institution", "weight"))
    for row in Standing.objects.filter(seal__round__number=2, stood=True):
        assert weights[row.entry.innovation.institution_id] == row.raw  # round 2 goes by raw


def test_each_line_of_the_statement_explains_its_amount(pot):
    told = statement_of(Pot.objects.select_related("edition").get(pk=pot.pk))
    for line in told.lines:
        assert line.by_points + line.raised - line.cut + line.rounding == line.amount
        assert line.entries
    assert told.by_points + told.raised - told.cut + told.rounding == told.amount == pot.amount
    assert 0 <= told.gini < 1


@settings(max_examples=40)
@given(
    weights=st.lists(st.decimals("0.01", "300", places=4), min_size=1, max_size=12),
    floor=st.integers(0, 10**9),
    room=st.integers(0, 10**10),
    cap=st.one_of(st.none(), st.integers(1, 5)),
)
def test_the_explained_rate_gives_the_amounts_of_the_engine(weights, floor, room, cap):
    by_key = dict(enumerate(sorted(weights, reverse=True)))
    amount = floor * len(weights) + room
    top = None if cap is None else max(floor, -(-amount // len(weights))) + cap
    amounts = amounts_for(by_key, amount, floor, top)
    rate = rate_of(by_key, amount, floor, top)

    assert sum(amounts) == amount
    for given_, weight in zip(amounts, by_key.values(), strict=True):
        quota = max(rate * weight.as_integer_ratio()[0] / weight.as_integer_ratio()[1], floor)
        quota = quota if top is None else min(quota, top)
        assert -1 < given_ - quota < 1


# --- bundles -------------------------------------------------------------------------------


def test_a_strangers_recount_agrees_with_the_bundle(proclaimed):
    bundle = json.loads(json.dumps(bundle_of(proclaimed)))
    assert faults_in(bundle) == []
    assert "Evaluator" not in json.dumps(bundle)
    assert {row[1] for row in bundle["rounds"][0]["inputs"]["marks"]} <= {1, 2, 3}


def test_every_change_of_a_bundle_is_found(proclaimed):
    bundle = bundle_of(proclaimed)

    def changed(change):
        other = copy.deepcopy(bundle)
        change(other)
        return other

    def redone(other):
        other["digest"] = digest_of({k: v for k, v in other.items() if k != "digest"})

    mark = changed(lambda o: o["rounds"][0]["inputs"]["marks"][0][2].__setitem__(0, "1.00"))
    assert faults_in(mark)
    redone(mark)
    assert any("round 1" in fault for fault in faults_in(mark))
    place = changed(lambda o: o["rounds"][1]["standings"][0].update(place=2))
    redone(place)
    assert any("place is 2" in fault for fault in faults_in(place))
    assert faults_in(changed(lambda o: o.update(decree="1/1999")))


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"format": "teladan-bundle-1"},
        {"format": "teladan-bundle-1", "rounds": 7},
        {"format": "teladan-bundle-1", "rounds": [{"number": 1}]},
        {
            "format": "teladan-bundle-1",
            "rounds": [
                {
                    "number": 1,
                    "engine": "x",
                    "digest": "x",
                    "standings": [[1]],
                    "inputs": {"marks": [[1, 1, ["1e999"]]], "entries": [1]},
                }
            ],
        },
    ],
)
def test_what_is_no_bundle_is_told_so(broken):
    assert faults_in(broken)


# --- certificates --------------------------------------------------------------------------


def test_a_certificate_holds_title_honour_decree_and_code_and_is_always_the_same(proclaimed):
    award = Award.objects.filter(level="top40").first()
    pdf = certificate_pdf(award)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    text = " ".join(page.extract_text().split())

    assert certificate_pdf(award) == pdf
    for part in (award.innovation.title, "Top 40 2026", "636/2026", award.code):
        assert part in text
    assert page.mediabox.width > page.mediabox.height
    assert "SIMULA" not in text


def test_a_certificate_has_one_date_wherever_it_is_read(proclaimed):
    # Late in the evening of the capital it is the next day further east.
    late = datetime(2026, 6, 1, 16, 30, tzinfo=UTC)
    Proclamation.objects.update(at=late)
    made = []
    for zone in ("Asia/Jakarta", "Asia/Jayapura"):
        with timezone.override(zone):
            made.append(certificate_pdf(Award.objects.filter(level="top40").first()))
    assert made[0] == made[1]
    text = " ".join(PdfReader(io.BytesIO(made[0])).pages[0].extract_text().split())
    assert "1 Jun" in text


def test_a_simulated_certificate_says_so(proclaimed):
    Award.objects.update(simulated=True)
    text = PdfReader(io.BytesIO(certificate_pdf(Award.objects.first()))).pages[0].extract_text()
    assert "SIMULA" in text


def test_a_title_that_the_font_lacks_still_has_its_certificate(proclaimed):
    award = Award.objects.select_related("innovation").first()
    award.innovation.title = "Kelas 🚀 *Perahu* #let x"
    assert certificate_pdf(award).startswith(b"%PDF")


# --- pages ---------------------------------------------------------------------------------


def test_before_the_proclamation_every_stranger_gets_the_same_pages(sealed, enter, client, dewi):
    of = sealed
    hidden = [f"/editions/{of.slug}/bundle.json", "/certificates/AAAA-BBBB-CCCC-DDDD.pdf"]
    told = {f"/editions/{of.slug}/results/": "under embargo", f"/editions/{of.slug}/fund/": "not"}
    enter(dewi)
    client.logout()
    client.cookies["django_language"] = "en"
    first = {path: client.get(path) for path in told}
    for path, words in told.items():
        page = first[path].content.decode()
        assert first[path].status_code == 200
        assert words in page
        assert "Inovasi 0" not in page
    assert [client.get(path).status_code for path in hidden] == [404, 404]

    # An edition of which nothing is sealed answers alike, but for its name.
    b.edition(slug="kosong")
    for path in told:
        other = client.get(path.replace(of.slug, "kosong")).content.decode()
        same = first[path].content.decode().replace(of.slug, "kosong")
        assert other == same
    for person in (dewi, b.person("Evaluator 1"), b.person("Menteri", "minister")):
        enter(person)
        for path in told:
            assert "Inovasi 0" not in client.get(path).content.decode()


def test_results_list_honours_with_places_chances_and_certificates(proclaimed, client, clock):
    clock.move_to(b.AFTER)
    client.cookies["django_language"] = "en"
    award = Award.objects.filter(level="top40").first()
    response = client.get(f"/editions/{proclaimed.slug}/results/")
    page = response.content.decode()

    for part in ("Top 40", "Top 99", award.innovation.title, award.code, "636/2026"):
        assert part in page
    assert f"/library/{award.innovation_id}/" in page
    assert "Check it yourself" in page
    pdf = client.get(f"/certificates/{award.code}.pdf")
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    again = client.get(f"/certificates/{award.code}.pdf", headers={"If-None-Match": pdf["ETag"]})
    assert again.status_code == 304


def test_the_bundle_is_downloaded_once_and_then_known(proclaimed, client, clock):
    clock.move_to(b.AFTER)
    path = f"/editions/{proclaimed.slug}/bundle.json"
    response = client.get(path)
    assert faults_in(response.json()) == []
    known = client.get(path, headers={"If-None-Match": response["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_the_minister_proclaims_on_the_page(sealed, enter, menteri):
    client, path = enter(menteri), f"/editions/{sealed.slug}/proclaim/"
    page = client.get(path).content.decode()
    assert "4 innovations will be honoured" in page
    assert "Inovasi 001" in page
    undecided = client.post(path, {"decree": "7/2026"})
    assert undecided.status_code == 422
    assert 'value="7/2026"' in undecided.content.decode()
    assert not Proclamation.objects.exists()
    assert client.post(path, {"decree": "7/2026", "certain": "on"}).status_code == 302
    assert client.post(path, {"decree": "8/2026", "certain": "on"}).status_code == 409
    assert "7/2026" in client.get(path).content.decode()


def test_the_page_refuses_while_a_round_is_open(citra, enter, menteri):
    of = b.full_edition(6)
    client, path = enter(menteri), f"/editions/{of.slug}/proclaim/"
    assert "still open" in client.get(path).content.decode()
    refusal = client.post(path, {"decree": "7/2026", "certain": "on"})
    assert refusal.status_code == 409
    assert "rounds-open" in refusal.content.decode()
    assert 'value="7/2026"' in refusal.content.decode()


def test_the_treasury_divides_and_the_statement_is_public(proclaimed, enter, tri, client):
    path = f"/editions/{proclaimed.slug}/divide/"
    page = enter(tri).get(path).content.decode()
    assert "2 regions stood" in page
    assert "Unverified" in page
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 409
    client.logout()
    client.cookies["django_language"] = "en"
    statement = client.get(f"/editions/{proclaimed.slug}/fund/").content.decode()
    assert "Rp10.000.000.001" in statement
    assert "add up to" in statement
    for grant in Grant.objects.select_related("institution"):
        assert grant.institution.name in statement


def test_the_treasury_learns_no_count_before_the_proclamation(sealed, enter, tri):
    page = enter(tri).get(f"/editions/{sealed.slug}/divide/").content.decode()
    assert "regions stood" not in page
    assert "region stood" not in page


def test_other_offices_neither_proclaim_nor_divide(sealed, enter, citra, dewi, tri, menteri):
    slug = sealed.slug
    for person, work in ((citra, "proclaim"), (tri, "proclaim"), (menteri, "divide")):
        assert enter(person).get(f"/editions/{slug}/{work}/").status_code == 404
    assert enter(dewi).post(f"/editions/{slug}/divide/").status_code == 404


def test_pages_of_results_ask_few_questions(pot, client, clock, enter, menteri):
    slug = pot.edition.slug
    for path in ("results", "fund", "proclaim"):
        enter(menteri)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/editions/{slug}/{path}/").status_code == 200
        assert len(seen) <= 12, path


def test_an_edition_not_announced_yet_has_no_results_for_strangers(sealed, client, clock):
    clock.move_to(b.AFTER)
    path = f"/editions/{sealed.slug}/results/"
    assert client.get(path).status_code == 200
    Edition.objects.update(announced_at=b.AFTER + timedelta(days=1))
    clock.move_to(b.AFTER + timedelta(hours=2))
    assert client.get(path).status_code == 404


def test_a_single_round_edition_lives_too(citra, menteri, tri):
    one = [b._round("Saja", "evaluator", 3, 3, "adjusted", "top99", b.FIRST)]
    of = b.full_edition(5, rounds=one, fund={"amount": 7, "floor": 2, "cap": 3})
    b.sealed_round(of, 1)
    proclaim(of, menteri)
    pot = awards.divide(by=tri, edition=of, now=b.AFTER)
    assert sorted(pot.grants.values_list("amount", flat=True)) == [2, 2, 3]
    assert Decimal(sum(pot.grants.values_list("amount", flat=True))) == 7
    assert faults_in(bundle_of(Edition.objects.get(pk=of.pk))) == []
    assert list(panel.broken_seals()) == []
