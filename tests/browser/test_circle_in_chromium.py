"""The thirteen steps, and all pages after the prize, in a real browser, in Indonesian, with axe.

The walk keeps a picture of each kind of page in tests/browser/shots; `TELADAN_SHOTS=folder` keeps
those of all pages after the prize as well, there.
"""

import os
import re
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from teladan.matching.models import Need, Proposal
from tests import builders, circle, onward, test_pages
from tests.browser import walker
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.walker import BrowserWalker
from tests.prize import walk_to_the_prize

SHOTS = os.environ.get("TELADAN_SHOTS", "")
# The addresses of the four rooms begin with these words.
ROOMS = re.compile(
    r"/(desk|matching|needs|offers|pairings|proposals|agreements|visits|hosts|training|participants"
    r"|examining|forum|papers|booths|appointments|alumni)/"
)


def shoot(at, name):
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        at.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def pages_of(world, person, office):
    """Every page of the four rooms that somebody may read here, by the route's name."""
    client = Client()
    if person:
        client.force_login(person)
    for route, url in world.urls():
        declared = route.callback.declared
        mine = office in declared if person else "public" in declared
        if not (ROOMS.match(url) and (mine or ("signed-in" in declared and person))):
            continue
        response = client.get(url)
        response.close()  # a file that is handed out stays open until then
        if response.status_code == 200 and "html" in response["Content-Type"]:
            yield route.name, url


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_page_after_the_prize_holds_for_whoever_reads_it(visitor, transactional_db, size):
    world = test_pages.World()
    offices = [*world.circle.people, "local-admin", "unit", None]
    # Half of the offices at each size; strangers at both.
    chosen = offices[0 if size == "phone" else 1 : -1 : 2]
    looked = 0
    for office in [*chosen, None]:
        person = world.people.get(office)
        at = visitor(person, PHONE if size == "phone" else DESKTOP)
        for name, url in pages_of(world, person, office):
            at.go(url)
            at.check()
            shoot(at, f"{office or 'public'}-{name}-{size}")
            looked += 1
        at.context.close()
    assert looked > 25


def test_a_need_is_stated_paired_and_accepted_on_a_phone(visitor, transactional_db):
    them = circle.people()
    circle.offer(them["owner"])
    at = visitor(them["adopter"], PHONE)
    page = at.go("/needs/new/")
    page.select_option("[name=theme]", "education")
    page.fill("[name=problem]", "Anak nelayan putus sekolah.")
    page.fill("[name=target_group]", "Anak nelayan")
    page.select_option("[name=ready_leader]", "1")
    at.check()
    page.click("main form[method=post] .act-bar button")
    page.wait_for_url(re.compile(r"/needs/\d+/"))
    at.check()
    assert Need.objects.get().institution == circle.adopter()

    joko = visitor(them["matchmaker"], DESKTOP)
    page = joko.go("/pairings/")
    page.fill("[name=year]", "2026")
    page.fill("[name=floor]", "10")
    joko.check()
    page.click("main form[method=post] button")
    page.wait_for_url(re.compile(r"/pairings/\d+/"))
    joko.check()
    proposal = Proposal.objects.get()

    for who in ("adopter", "owner"):
        at = visitor(them[who], PHONE)
        page = at.go(f"/proposals/{proposal.pk}/")
        at.check()
        page.click("button[value=accept]")
        page.wait_for_load_state()
        at.check()
    assert proposal.replies.filter(accepted=True).count() == 2


def test_the_thirteen_steps_are_walked_in_chromium(visitor, transactional_db):
    looked = set()

    def walks(person=None):
        return BrowserWalker(visitor, person, looked)

    with time_machine.travel(builders.OPENS, tick=True) as clock:
        went = walk_to_the_prize(clock, walks)
        born = onward.walk_on(went.winner.innovation, clock, walks)
    assert born.source == went.winner.innovation
    assert len(looked) > 45
    assert len(list(walker.SHOTS.glob("*.png"))) >= len(looked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_public_pages_after_the_prize_hold_in_both_languages_and_lights(
    visitor, transactional_db, scheme, language
):
    world = circle.World(builders.NOW)
    at = visitor(None, DESKTOP, scheme, language)
    for address in (
        "/matching/",
        "/matching/coverage/",
        "/visits/",
        "/hosts/",
        f"/hosts/{world.visit.host_id}/",
        "/training/",
        "/forum/",
        f"/forum/{world.event.slug}/",
        "/alumni/",
    ):
        page = at.go(address)
        assert page.get_attribute("html", "lang") == language
        at.check()
