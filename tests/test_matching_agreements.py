"""Answers, agreements, transfers and replicas, each rule at its edge; and who sees what."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from teladan.matching import acts
from teladan.matching.models import (
    Agreement,
    Confirmation,
    Need,
    Reply,
)
from teladan.registry.models import Innovation
from tests import builders, circle
from tests.circle import JUNE
from tests.pairs import elsewhere, pair, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


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
