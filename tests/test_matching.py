"""The rules of matching, each refused at its edge; and a pairing of the whole country."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from teladan.awards.models import Award
from teladan.engine.checking_pairs import check_pairing
from teladan.house.refusals import Refusal
from teladan.management.demo.facts import Results, load_indicators, load_regions
from teladan.matching import acts
from teladan.matching.acts import computing
from teladan.matching.columns import Figures, reserved_for
from teladan.matching.models import (
    Agreement,
    Confirmation,
    Need,
    Offer,
    Override,
    Pairing,
    Proposal,
    Reply,
)
from teladan.matching.rules import FitRules, parse
from teladan.matching.themes import MEASURES
from teladan.matching.views.pairings import REASONS
from teladan.registry.models import Indicator, Innovation, Institution, Region
from tests import builders, circle
from tests.circle import JUNE

pytestmark = pytest.mark.django_db
LATER = JUNE + timedelta(days=1)


@pytest.fixture
def them():
    return circle.people()


def refused(code, do):
    """Return the reason that an act is refused with."""
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value.reason


def pair(them, now=JUNE, **rules):
    return acts.propose(by=them["matchmaker"], year=2026, rules=FitRules(**rules), now=now)


def elsewhere(number):
    """Another regency in need, with its admin."""
    home = builders.institution(f"Pemerintah Kabupaten {number}", "regency", f"11.0{number}")
    return home, builders.person(f"Admin {number}", "local-admin", home)


def reasons(run):
    return {row["need"]: row["reason"] for row in run.report["unmatched"]}


# --- needs and offers ---------------------------------------------------------------------------


def test_a_need_has_a_theme_words_and_one_to_five_helpers(them):
    refused("no-theme", lambda: circle.need(them["adopter"], theme="weather"))
    refused("wanted-range", lambda: circle.need(them["adopter"], wanted=0))
    refused("wanted-range", lambda: circle.need(them["adopter"], wanted=6))
    refused("not-your-office", lambda: circle.need(them["owner"]))
    words = {"constraints": "", "readiness": {}, "now": JUNE, "theme": "education"}
    whose = {"by": them["adopter"], "institution": circle.adopter()}
    for problem, group in ((" ", "Anak"), ("Putus sekolah", "")):
        refused(
            "not-written",
            lambda p=problem, g=group: acts.state_need(problem=p, target_group=g, **words, **whose),
        )
    assert circle.need(them["adopter"], wanted=5)


def test_a_theme_has_one_open_need_and_a_new_one_once_it_is_closed(them):
    found = circle.need(them["adopter"])
    refused("already-stated", lambda: circle.need(them["adopter"]))
    refused(
        "no-reason", lambda: acts.close_need(by=them["adopter"], need=found, because="", now=JUNE)
    )
    refused(
        "not-your-office",
        lambda: acts.close_need(by=them["owner"], need=found, because="Selesai", now=JUNE),
    )
    acts.close_need(by=them["adopter"], need=found, because="Selesai", now=JUNE)
    refused(
        "already-closed",
        lambda: acts.close_need(by=them["adopter"], need=found, because="Selesai", now=JUNE),
    )
    assert circle.need(them["adopter"])


def test_the_figure_of_a_need_is_the_newest_and_missing_is_not_zero(them):
    region = circle.adopter().region
    figure = {"region": region, "name": "mean_years_schooling_15plus", "unit": "tahun"}
    for year, value in ((2023, 8.1), (2025, 8.4), (2024, 8.2)):
        Indicator.objects.create(year=year, value=value, source="Uji", **figure)
    Indicator.objects.create(year=2026, value=None, source="Uji", **figure)

    assert circle.need(them["adopter"]).indicator.value == 8.4
    assert circle.need(them["adopter"], theme="water").indicator is None
    assert circle.need(them["adopter"], theme="malaria").indicator is None


def test_help_is_offered_with_what_was_honoured_from_this_year_on_one_to_fifty_times(them):
    plain = builders.innovation("Tidak dikenal")
    refused("not-honoured", lambda: circle.offer(them["owner"], plain))
    refused("no-theme", lambda: circle.offer(them["owner"], theme="weather"))
    refused("no-capacity", lambda: circle.offer(them["owner"], capacity=0))
    refused("no-capacity", lambda: circle.offer(them["owner"], capacity=51))
    refused("not-your-office", lambda: circle.offer(them["adopter"]))
    refused("past-year", lambda: circle.offer(them["owner"], now=JUNE.replace(year=2027)))
    # In Jakarta it is 2027 already.
    edge = JUNE.replace(month=12, day=31, hour=17)
    refused("past-year", lambda: circle.offer(them["owner"], now=edge))
    found = circle.offer(them["owner"], capacity=50, now=edge - timedelta(minutes=1))
    refused("already-offered", lambda: circle.offer(them["owner"]))
    acts.withdraw_offer(by=them["owner"], offer=found, now=JUNE)
    refused(
        "already-withdrawn", lambda: acts.withdraw_offer(by=them["owner"], offer=found, now=JUNE)
    )
    assert circle.offer(them["owner"])


# --- pairing ------------------------------------------------------------------------------------


def test_a_pairing_wants_needs_and_offers_of_its_year(them):
    refused("no-needs", lambda: pair(them))
    circle.need(them["adopter"])
    said = refused("no-offers", lambda: pair(them))
    assert "2026" in said
    offer = circle.offer(them["owner"])
    acts.withdraw_offer(by=them["owner"], offer=offer, now=JUNE)
    refused("no-offers", lambda: pair(them))
    refused("not-your-office", lambda: pair(them | {"matchmaker": them["owner"]}))
    assert not Pairing.objects.exists()


def test_a_pairing_without_capacity_explains_everybody(them):
    circle.need(them["adopter"])
    circle.offer(them["owner"], capacity=1)
    run = pair(them)
    proposal = run.proposals.get()
    for side in ("adopter", "owner"):
        acts.reply(by=them[side], proposal=proposal, accepted=True, reason="", now=JUNE)
    waiting = []
    for number in range(1, 6):
        home, admin = elsewhere(number)
        waiting.append(circle.need(admin, home).pk)

    again = pair(them, now=LATER)

    assert again.report["places"] == 0
    assert again.report["pairs"] == 0
    assert reasons(again) == dict.fromkeys(waiting, "no capacity")
    proposal.refresh_from_db()
    assert proposal.replaced_at is None  # both accepted: it is not taken from them
    client = Client()
    client.force_login(them["matchmaker"])
    with time_machine.travel(LATER, tick=False):
        page = client.get(reverse("pairing", args=[again.pk])).content.decode()
    for number in range(1, 6):
        assert f"Pemerintah Kabupaten {number}" in page
    assert page.count("Semua tawaran yang cocok sudah penuh") == len(waiting)


def test_nobody_is_helped_by_their_own_offer(them):
    need = circle.need(them["owner"], circle.owner())
    circle.offer(them["owner"])

    run = pair(them)

    assert reasons(run) == {need.pk: "no fit"}
    offer = Offer.objects.get()
    told = {"kind": "hold", "reason": "Uji", "now": JUNE, "by": them["matchmaker"]}
    refused("own-offer", lambda: acts.override(need=need, offer=offer, **told))


def test_an_override_survives_a_second_run_and_is_obeyed_until_it_is_lifted(them):
    need = circle.need(them["adopter"])
    good = circle.offer(them["owner"], circle.honoured(level="top40"))
    poor = circle.offer(them["owner"], circle.honoured("Kelas Sepeda", level="top99"))
    joko = them["matchmaker"]

    def helper(run):
        return [row.offer for row in run.proposals.select_related("offer")]

    def told(offer, kind, reason="Sudah bekerja sama."):
        return acts.override(by=joko, need=need, offer=offer, kind=kind, reason=reason, now=JUNE)

    assert helper(pair(them)) == [good]
    refused("no-reason", lambda: told(poor, "hold", " "))
    held = told(poor, "hold")
    refused("already-overridden", lambda: told(poor, "bar"))
    assert helper(pair(them)) == [poor]
    assert helper(pair(them)) == [poor]
    acts.lift(by=joko, override=held, now=JUNE)
    refused("already-lifted", lambda: acts.lift(by=joko, override=held, now=JUNE))
    assert helper(pair(them)) == [good]
    told(good, "bar")
    assert helper(pair(them)) == [poor]
    told(poor, "bar")
    last = pair(them)
    assert helper(last) == []
    assert reasons(last) == {need.pk: "barred"}
    assert Override.objects.filter(lifted_at=None).count() == 2


def test_more_pairs_are_not_held_together_than_there_are_places(them):
    first, second = circle.need(them["adopter"]), circle.need(elsewhere(1)[1], elsewhere(1)[0])
    offer = circle.offer(them["owner"], capacity=1)
    other = circle.offer(them["owner"], circle.honoured("Kelas Sepeda"))
    water = circle.offer(them["owner"], circle.honoured("Air"), theme="water")

    def hold(need, offer):
        return acts.override(
            by=them["matchmaker"], need=need, offer=offer, kind="hold", reason="Uji", now=JUNE
        )

    refused("other-theme", lambda: hold(first, water))
    hold(first, offer)
    refused("no-capacity", lambda: hold(second, offer))
    refused("no-capacity", lambda: hold(first, other))  # it wants one helper, and has one
    # Meanwhile both sides accept another pair, and the last place is gone.
    run = Pairing.objects.create(
        year=2026, by=them["matchmaker"], at=JUNE, rules={}, digest="", report={}
    )
    taken = Proposal.objects.create(pairing=run, need=second, offer=offer, score=1, terms=[])
    for side in ("adopter", "source"):
        Reply.objects.create(
            proposal=taken, side=side, accepted=True, by=them["matchmaker"], at=JUNE
        )
    assert offer.innovation.title in refused("no-capacity", lambda: pair(them))


def test_a_pair_that_was_declined_is_not_proposed_again_unless_it_is_held_together(them):
    proposal = circle.proposal(them)
    acts.reply(
        by=them["owner"], proposal=proposal, accepted=False, reason="Sedang penuh.", now=JUNE
    )

    assert reasons(pair(them)) == {proposal.need_id: "barred"}
    acts.override(
        by=them["matchmaker"],
        need=proposal.need,
        offer=proposal.offer,
        kind="hold",
        reason="Sudah dibicarakan.",
        now=JUNE,
    )
    assert pair(them).proposals.count() == 1


def test_places_are_kept_for_lagging_and_first_time_regions_and_the_report_says_so(them):
    """The region that was helped before fits better, and loses the place that is kept."""
    old, new = circle.adopter(), elsewhere(1)
    innovation = circle.honoured()
    # Sleman was helped in an earlier year.
    before = circle.agreement(them)
    acts.close_need(by=them["adopter"], need=before.proposal.need, because="Selesai", now=JUNE)
    Offer.objects.update(year=2025)
    again = circle.need(them["adopter"], old)
    fresh = circle.need(new[1], new[0])
    circle.offer(them["owner"], innovation, capacity=1)
    assert reserved_for([again, fresh]) == [False, True]
    # Sleman is as ready as can be: without a reserve the place is its own.
    Need.objects.filter(pk=again.pk).update(readiness={"leader": True, "team": True})
    Need.objects.filter(pk=fresh.pk).update(readiness={"leader": False, "team": False})

    without, kept = pair(them, reserve=0.0), pair(them, reserve=1.0)

    assert [row.need_id for row in without.proposals.all()] == [again.pk]
    assert [row.need_id for row in kept.proposals.all()] == [fresh.pk]
    assert kept.report["reserve"]["gained"] == [fresh.pk]
    assert kept.report["reserve"]["lost"] == [again.pk]
    assert reasons(kept) == {again.pk: "reserve"}
    # A lagging region has the right even when it was helped before.
    Indicator.objects.create(
        region=old.region, name="daerah_tertinggal_2020_2024", year=2020, value=1, source="Uji"
    )
    assert reserved_for([again, fresh]) == [True, True]


def test_weights_are_between_0_and_1000_and_one_of_them_counts():
    whole = FitRules().stored()
    assert parse(whole) == FitRules()
    for wrong in (
        {"weights": {**whole["weights"], "proof": -0.1}},
        {"weights": {**whole["weights"], "proof": 1000.1}},
        {"weights": dict.fromkeys(whole["weights"], 0)},
        {"floor": 1.01},
        {"reserve": -0.01},
        {"breadth": 0},
    ):
        with pytest.raises(ValidationError):
            parse(whole | wrong)


# --- answers and agreements ---------------------------------------------------------------------


def test_each_side_answers_once_and_whoever_declines_says_why(them):
    found = circle.proposal(them)

    def reply(who, accepted=True, reason=""):
        return acts.reply(by=who, proposal=found, accepted=accepted, reason=reason, now=JUNE)

    refused("not-your-office", lambda: reply(them["matchmaker"]))
    refused("not-your-side", lambda: reply(elsewhere(1)[1]))
    refused("no-reason", lambda: reply(them["adopter"], accepted=False, reason="  "))
    assert reply(them["adopter"])
    refused("already-answered", lambda: reply(them["adopter"]))
    assert reply(them["owner"], accepted=False, reason="Sedang penuh.")
    refused("not-accepted", lambda: agree(them, found))


def agree(them, proposal, **more):
    facts = {
        "topic": "Kelas di perahu",
        "starts": date(2026, 7, 1),
        "ends": date(2026, 7, 2),
        "adopter_role": "Menyiapkan",
        "source_role": "Melatih",
    }
    return acts.agree(by=them["matchmaker"], proposal=proposal, now=JUNE, **(facts | more))


def test_a_replaced_proposal_is_answered_no_more(them):
    old = circle.proposal(them)
    acts.reply(by=them["adopter"], proposal=old, accepted=True, reason="", now=JUNE)
    pair(them)

    refused(
        "replaced",
        lambda: acts.reply(by=them["owner"], proposal=old, accepted=True, reason="", now=JUNE),
    )


def test_an_agreement_waits_for_both_and_has_words_and_an_end_after_its_start(them):
    found = circle.proposal(them)
    refused("not-accepted", lambda: agree(them, found))
    acts.reply(by=them["adopter"], proposal=found, accepted=True, reason="", now=JUNE)
    refused("not-accepted", lambda: agree(them, found))
    acts.reply(by=them["owner"], proposal=found, accepted=True, reason="", now=JUNE)
    refused("not-your-office", lambda: agree(them | {"matchmaker": them["owner"]}, found))
    refused("not-written", lambda: agree(them, found, source_role=" "))
    refused("dates-reversed", lambda: agree(them, found, ends=date(2026, 7, 1)))
    made = agree(them, found)
    assert made.open_items == ["budget", "regulation", "staff", "tested"]
    refused("already-agreed", lambda: agree(them, found))


def test_stages_come_in_order_each_once_and_in_words_of_the_adopter(them):
    found = circle.agreement(them)

    def advance(stage, told="Sudah.", by="adopter"):
        return acts.advance(
            by=them[by], agreement=found, stage=stage, told=told, upload=None, now=JUNE
        )

    refused("not-in-order", lambda: advance("adapt"))
    refused("not-in-order", lambda: advance("reuse"))
    refused("not-in-order", lambda: advance("sleep"))
    refused("not-written", lambda: advance("understand", " "))
    refused("not-your-office", lambda: advance("understand", by="owner"))
    for stage in ("understand", "adapt", "reuse"):
        advance(stage)
        refused("already-reached", lambda s=stage: advance(s))


def test_a_replica_is_registered_after_stage_three_by_the_adopter_and_says_what_changed(them):
    found = circle.agreement(them)
    home = builders.unit(circle.adopter(), "Dinas Sosial")

    def register(**more):
        facts = {
            "unit": home,
            "title": "Kelas Gerobak",
            "summary": "Gerobak.",
            "started": date(2026, 5, 1),
            "kept": "Guru.",
            "adapted": "Gerobak.",
            "left_out": "",
        }
        return acts.register_replica(
            by=them["adopter-unit"], agreement=found, now=JUNE, **(facts | more)
        )

    for stage in ("understand", "adapt"):
        acts.advance(
            by=them["adopter"], agreement=found, stage=stage, told="Sudah.", upload=None, now=JUNE
        )
    refused("not-reused", register)
    acts.advance(
        by=them["adopter"], agreement=found, stage="reuse", told="Sudah.", upload=None, now=JUNE
    )
    refused("other-institution", lambda: register(unit=builders.unit()))
    refused("not-modified", lambda: register(adapted="  "))
    assert not Innovation.objects.filter(title="Kelas Gerobak").exists()
    made = register()
    assert made.source == found.proposal.offer.innovation
    refused("already-registered", register)


def counted():
    """How many replicas the public page counts."""
    with time_machine.travel(JUNE + timedelta(minutes=counted.calls), tick=False):
        counted.calls += 1
        page = Client().get(reverse("matching")).content.decode()
    numbers = re.findall(r"<dd>(\d+)</dd>", page)
    return int(numbers[2])


counted.calls = 1


def test_a_replica_counts_only_when_both_sides_confirm_it_each_for_itself(them):
    made = circle.replica(them)
    Confirmation.objects.all().delete()

    def confirm(who, side, of=made):
        return acts.confirm(by=them[who], innovation=of, side=side, note="", now=JUNE)

    assert counted() == 0
    refused("not-your-office", lambda: confirm("owner", "adopter"))
    refused("not-your-office", lambda: confirm("adopter", "source"))
    refused("not-your-office", lambda: confirm("matchmaker", "source"))
    refused("no-source", lambda: confirm("owner", "source", circle.honoured()))
    confirm("adopter", "adopter")
    refused("already-confirmed", lambda: confirm("adopter", "adopter"))
    assert counted() == 0
    confirm("owner", "source")
    assert counted() == 1


def test_a_replica_without_modification_is_not_confirmed(them):
    source = circle.honoured()
    copy = builders.innovation(
        "Salinan", builders.unit(circle.adopter(), "Dinas Sosial"), source=source, adapted=" "
    )

    refused(
        "not-modified",
        lambda: acts.confirm(
            by=them["adopter"], innovation=copy, side="adopter", note="", now=JUNE
        ),
    )


# --- who sees what ------------------------------------------------------------------------------


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


def test_needs_readiness_and_answers_change_no_byte_for_others(them):
    agreed = circle.agreement(them)
    home, admin = elsewhere(1)
    need = circle.need(admin, home, theme="water")
    circle.offer(them["owner"], circle.honoured("Air Bersih"), theme="water")
    run = pair(them)
    proposal = run.proposals.get()
    names = ("home", "matching", "coverage", "visits", "hosts", "training", "feed", "library")
    addresses = [reverse(name) for name in names]
    addresses += [reverse("agreement", args=[agreed.pk]), reverse("region", args=["34.04"])]
    addresses += [reverse("need", args=[row.pk]) for row in (need, agreed.proposal.need)]
    addresses += [reverse("proposal", args=[row.pk]) for row in (proposal, agreed.proposal)]
    addresses += [reverse("pairing", args=[run.pk]), reverse("pairings")]
    others = {
        None: None,
        "dewi": builders.person("Dewi"),
        "laras": them["agency"],
        "kartika": them["host"],
        "citra": builders.person("Citra", "secretariat"),
        "minister": builders.person("Meutia", "minister"),
        "another admin": elsewhere(2)[1],
    }
    with time_machine.travel(JUNE, tick=False):
        before = {name: answers(person, addresses) for name, person in others.items()}
        known = answers(admin, addresses)

        acts.reply(by=admin, proposal=proposal, accepted=False, reason="Rahasia", now=JUNE)
        Need.objects.update(
            readiness={"leader": False}, problem="Rahasia", target_group="Rahasia", constraints="X"
        )
        Agreement.objects.update(open_items=["leader"])
        Reply.objects.update(reason="Rahasia")
        circle.need(admin, home, theme="poverty")
        pair(them)

        assert known != answers(admin, addresses)
        for name, person in others.items():
            after = answers(person, addresses)
            for address in addresses:
                assert after[address] == before[name][address], f"{name} could tell at {address}"


# --- the whole country --------------------------------------------------------------------------


def the_whole_country(by):
    """A need of each regency and city in the theme in which it stands worst, and 60 offers.

    The figures are real; that a region asks for help with it is simulated.
    """
    load_regions()
    load_indicators()
    results = Results(JUNE)
    figures = Figures()
    regions = list(Region.objects.filter(kind__in=["kabupaten", "kota"]).order_by("code"))
    there = {home.region_id: home for home in Institution.objects.order_by("-pk")}
    missing = [
        Institution(name=f"Pemerintah {each.name}", kind="regency", region=each)
        for each in regions
        if each.code not in there
    ]
    there |= {home.region_id: home for home in Institution.objects.bulk_create(missing)}
    needs = []
    for each in regions:
        known = [(figures.standing(each.code, theme), theme) for theme in MEASURES]
        known = [(standing, theme) for standing, theme in known if standing == standing]
        theme = min(known)[1] if known else "health"
        needs.append(
            Need(
                institution=there[each.code],
                region=each,
                theme=theme,
                problem="Simulasi",
                target_group="Simulasi",
                readiness={},
                stated_by=by,
                stated_at=JUNE,
                simulated=True,
            )
        )
    Need.objects.bulk_create(needs)
    themes = sorted({need.theme for need in needs})
    levels = Award.objects.filter(level__startswith="top").values("innovation")
    honoured = (
        Innovation.objects.filter(pk__in=levels)
        .annotate(honours=Count("awards"))
        .order_by("-honours", "pk")[:60]
    )
    Offer.objects.bulk_create(
        Offer(
            innovation=innovation,
            institution_id=innovation.institution_id,
            theme=themes[number % len(themes)],
            year=2026,
            capacity=3 + number % 4,
            offered_by=by,
            offered_at=JUNE,
            simulated=True,
        )
        for number, innovation in enumerate(honoured)
    )
    assert results.innovations
    return regions


def test_all_514_regencies_and_cities_are_paired_or_told_why_not(client, monkeypatch):
    joko = builders.person("Joko", "matchmaker")
    regions = the_whole_country(joko)
    assert len(regions) == Need.objects.count() == 514
    assert Offer.objects.count() == 60
    checked = []

    def check(*given, **more):
        checked.append(len(given[0]))
        return check_pairing(*given, **more)

    monkeypatch.setattr("teladan.engine.checking_pairs.check_pairing", check)
    first = acts.propose(by=joko, year=2026, rules=FitRules(), now=JUNE)
    pairs = list(first.proposals.order_by("need", "offer").values_list("need", "offer", "score"))
    second = acts.propose(by=joko, year=2026, rules=FitRules(), now=LATER)

    # Stable by separate code, and the same again.
    assert checked == [len(pairs), len(pairs)]
    assert first.report["blocking"] == 0
    assert first.digest == second.digest
    assert pairs == list(
        second.proposals.order_by("need", "offer").values_list("need", "offer", "score")
    )
    assert first.report == second.report
    # Nobody above capacity, nobody forgotten.
    paired = {need for need, _offer, _score in pairs}
    alone = reasons(second)
    assert paired.isdisjoint(alone)
    assert paired | set(alone) == set(Need.objects.values_list("pk", flat=True))
    assert set(alone.values()) <= set(REASONS)
    capacity = dict(Offer.objects.values_list("pk", "capacity"))
    for offer, places in capacity.items():
        assert sum(row[1] == offer for row in pairs) <= places
    assert len(pairs) > 100
    # Every unmatched region stands on a page with its reason.
    client.force_login(joko)
    shown = {}
    with time_machine.travel(LATER, tick=False):
        for number in range(1, -(-len(alone) // 50) + 1):
            page = client.get(reverse("pairing", args=[second.pk]) + f"?alone={number}")
            assert page.status_code == 200
            rows = re.findall(
                r'<a href="/needs/(\d+)/">.*?<td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>',
                page.content.decode(),
            )
            shown |= {int(pk): why for pk, _theme, why in rows}
    assert set(shown) == set(alone)
    assert all(re.sub(r"<[^>]+>", "", why).strip() for why in shown.values())


def test_leaders_differ_by_theme_and_unknown_is_no_number():
    load_regions()
    load_indicators()
    figures = Figures()

    # Teluk Bintuni is on the list of lagging regions; no figure here says who leads in malaria.
    assert figures.of("92.06", "daerah_tertinggal_2020_2024") == 1
    assert figures.standing("92.06", "malaria") != figures.standing("92.06", "malaria")
    one = figures.standing("32.71", "education")
    assert one == one
    assert one > 0.5
    assert computing.fit_rules(FitRules()).floor == FitRules().floor
