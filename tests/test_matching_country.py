"""A pairing of the whole country, on real figures."""

import re

import pytest
import time_machine
from django.db.models import Count
from django.urls import reverse

from teladan.awards.models import Award
from teladan.engine.checking_pairs import check_pairing
from teladan.management.demo.facts import Results, load_indicators, load_regions
from teladan.matching import acts
from teladan.matching.acts import computing
from teladan.matching.columns import Figures
from teladan.matching.models import (
    Need,
    Offer,
)
from teladan.matching.rules import FitRules
from teladan.matching.themes import MEASURES
from teladan.matching.views.pairings import REASONS
from teladan.registry.models import Innovation, Institution, Region
from tests import builders
from tests.circle import JUNE
from tests.pairs import LATER, reasons

pytestmark = pytest.mark.django_db


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
