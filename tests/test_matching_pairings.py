"""The rules of pairing and overrides, each refused at its edge."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from teladan.matching import acts
from teladan.matching.columns import reserved_for
from teladan.matching.models import (
    Need,
    Offer,
    Override,
    Pairing,
    Proposal,
    Reply,
)
from teladan.matching.rules import FitRules, parse
from teladan.registry.models import Indicator
from tests import circle
from tests.circle import JUNE
from tests.pairs import LATER, elsewhere, pair, reasons, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


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
