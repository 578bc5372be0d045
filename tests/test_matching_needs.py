"""The rules of needs and offers, each refused at its edge."""

from datetime import timedelta

import pytest

from teladan.matching import acts
from teladan.registry.models import Indicator
from tests import builders, circle
from tests.circle import JUNE
from tests.pairs import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return circle.people()


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
