"""The pages of an edition: announced, read by strangers, amended."""

from decimal import Decimal

import pytest
from django.urls import reverse

from teladan.awards import acts as awards
from teladan.contest import acts
from teladan.contest.forms import RuleSheet
from teladan.contest.models import Edition
from teladan.contest.rules import preset, presets
from tests import builders
from tests.builders import AFTER, NOW

pytestmark = pytest.mark.django_db


def test_strangers_read_the_rules_and_no_result(come, edition):
    come(None, "editions")
    body = come(None, "edition", edition.slug)

    for words in (edition.name, "50%", "Kesehatan", "Top 40", "Rp10.000.000.001", "WIB"):
        assert words in body
    for name in ("results", "fund", "bundle"):
        assert reverse(name, args=[edition.slug]) not in body
    assert reverse("amend", args=[edition.slug]) not in body
    come(None, "edition", "kipp-1999", status=404)


def test_an_edition_shows_nothing_of_what_is_entered_or_sealed(come, client, citra):
    edition = builders.full_edition(6)
    before = come(None, "edition", edition.slug)
    builders.sealed_round(edition, 1)
    builders.sealed_round(edition, 2)
    sealed = come(None, "edition", edition.slug)
    assert sealed == before

    minister = builders.person("Meutia", "minister")
    awards.proclaim(by=minister, edition=edition, decree="1/2026", now=AFTER)

    assert reverse("results", args=[edition.slug]) in come(None, "edition", edition.slug)


def test_an_amendment_stands_on_the_page_with_its_reason_and_both_values(come, citra, edition):
    one, two = builders.rules()["rounds"]
    rules = edition.rules | {"rounds": [one | {"seats": 7}, two]}
    reason = "Banjir di tiga provinsi."
    acts.amend(by=citra, edition=edition, rules=rules, reason=reason, now=NOW)

    body = come(None, "edition", edition.slug)

    assert "Banjir di tiga provinsi." in body
    assert "<td" in body
    for value in (">4</td>", ">7</td>"):
        assert value in body


def test_numbers_no_source_confirms_carry_a_badge(come, edition):
    badge = "chip unverified"
    many = come(None, "edition", edition.slug).count(badge)
    sure = builders.rules()
    for row in (*sure["aspects"], *sure["rounds"]):
        row["confirmed"] = True
    places = ["opens", "closes", "min_age_months", "cap_per_institution", "files_per_entry"]
    places += ["categories", "words", "barred", "barred_twice", "tie_rule"]
    places += ["fund.amount", "fund.floor"]
    sure["confirmed"] = dict.fromkeys(places, True)
    sure_edition = builders.edition(None, "sure", **sure)

    few = come(None, "edition", sure_edition.slug).count(badge)

    assert (few, many > 10) == (1, True)  # the one that explains the badge


def sheet(rules, announcing=False, **changes):
    """What the browser sends of a rule sheet, as it was filled in."""
    filled = RuleSheet(rules, announcing=announcing, now=NOW)
    data = {}
    for part in (filled.numbers, *filled.aspects.forms, *filled.rounds.forms):
        for field in part:
            value, widget = field.value(), field.field.widget
            if value is None or value is False:
                continue
            shown = value if hasattr(widget, "choices") else widget.format_value(value)
            data[field.html_name] = "on" if value is True else shown
    for rows in (filled.aspects, filled.rounds):
        for name, value in rows.management_form.initial.items():
            data[f"{rows.prefix}-{name}"] = value
    return {k: v for k, v in (data | changes).items() if v is not None}


@pytest.mark.parametrize("name", presets())
def test_a_rule_set_survives_the_sheet_unchanged(name):
    rules = preset(name)
    same = RuleSheet(rules, sheet(rules, reason="x"), announcing=False, now=NOW)

    assert same.is_valid(), (same.numbers.errors, same.aspects.errors, same.rounds.errors)
    assert same.rules() == rules


DATES = {
    "opens": "2026-05-01T08:00",
    "closes": "2026-05-31T23:59:59",
    "rounds-0-opens": "2026-06-08T08:00",
    "rounds-0-closes": "2026-06-26T17:00",
    "rounds-1-opens": "2026-07-06T08:00",
    "rounds-1-closes": "2026-07-24T17:00",
}
NAMES = {"name": "KIPP 2027", "slug": "kipp-2027", "year": "2027", "theme": "Cepat & dekat"}


def announced(**changes):
    start = {"start": "kipp-2018"}
    return sheet(preset("kipp-2018"), announcing=True, **{**start, **NAMES, **DATES, **changes})


def test_an_edition_is_announced_from_a_rule_set_with_dates_of_its_own(come, citra):
    body = come(citra, "announce", query="?start=kipp-2018")
    assert "2018-03-31" not in body  # nobody announces a past year's dates by mistake

    come(citra, "announce", data=announced(simulated="on"), status=302)

    edition = Edition.objects.get(slug="kipp-2027")
    assert edition.simulated
    assert edition.rule.closes.isoformat() == "2026-05-31T23:59:59+07:00"
    assert edition.rules["aspects"] == preset("kipp-2018")["aspects"]
    assert edition.rule.tie_rule == ("impact", "adaptability", "novelty")
    assert edition.rounds.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aspects-4-weight": "29.99"}, "99.99"),
        ({"aspects-4-weight": "30.01"}, "100.01"),
        ({"aspects-4-weight": "-1"}, "aria-invalid"),
        ({"aspects-1-tie": "1"}, "refusal"),
        ({"closes": "2026-01-01T00:00"}, "aria-invalid"),
        ({"closes": "yesterday"}, "aria-invalid"),
        ({"closes": "2026-02-31T00:00"}, "aria-invalid"),
        ({"opens": "0001-01-01T00:00"}, "aria-invalid"),
        ({"categories": "k" * 61}, "aria-invalid"),
        ({"categories": "Kese\0hatan"}, "aria-invalid"),
        ({"rounds-0-opens": "2026-05-02T08:00"}, "aria-invalid"),
        ({"rounds-1-seats": "1000"}, "aria-invalid"),
        ({"fund_cap": "5"}, "aria-invalid"),
        ({"slug": "kipp-2026"}, "aria-invalid"),
        ({"slug": "new"}, "aria-invalid"),
        ({"name": ""}, "aria-invalid"),
        ({"categories": ""}, "aria-invalid"),
    ],
)
def test_rules_that_cannot_be_are_refused_at_their_place_and_kept(
    come, citra, edition, changes, said
):
    body = come(citra, "announce", data=announced(**changes), status=422)

    assert said in body
    assert "Cepat &amp; dekat" in body
    assert 'value="2026-06-08T08:00' in body or "rounds-0-opens" in changes
    assert Edition.objects.count() == 1


def test_weights_of_exactly_100_are_announced(come, citra):
    parts = {"aspects-4-weight": "29.99", "aspects-5-weight": "20.01"}

    come(citra, "announce", data=announced(**parts), status=302)

    weights = {a.code: a.weight for a in Edition.objects.get().rule.aspects}
    assert (weights["impact"], weights["adaptability"]) == (Decimal("29.99"), Decimal("20.01"))


def test_an_aspect_and_a_round_can_be_left_out_and_added(come, citra):
    changes = {
        "aspects-6-DELETE": "on",
        "aspects-8-name_id": "Kemitraan",
        "aspects-8-name_en": "Partnership",
        "aspects-8-weight": "5",
        "aspects-8-words": "150",
        "rounds-1-DELETE": "on",
    }

    come(citra, "announce", data=announced(**changes), status=302)

    edition = Edition.objects.get()
    codes = [aspect.code for aspect in edition.rule.aspects]
    assert (codes[-1], "resources" in codes) == ("partnership", False)
    assert edition.rounds.count() == 1


def test_the_amendment_form_shows_what_is_in_force_and_publishes_the_change(come, citra, edition):
    assert 'value="2026-03-31T12:00:00"' in come(citra, "amend", edition.slug)
    typed = sheet(edition.rules, reason="Banjir.", seen="0", closes="2026-04-02T12:00")

    come(citra, "amend", edition.slug, data=typed, status=302)

    row = Edition.objects.get()
    assert row.rule.closes.isoformat() == "2026-04-02T12:00:00+07:00"
    assert row.amendments.get().changed.keys() == {"closes"}


def test_an_amendment_of_nothing_or_without_a_reason_keeps_what_was_typed(come, citra, edition):
    same = come(
        citra, "amend", edition.slug, data=sheet(edition.rules, reason="Banjir."), status=409
    )
    assert "nothing-changed" in same
    assert "Banjir." in same

    silent = sheet(edition.rules, closes="2026-04-02T12:00")
    assert "2026-04-02T12:00" in come(citra, "amend", edition.slug, data=silent, status=422)


@pytest.mark.parametrize("name", ["amend", "office", "entries", "entries-csv", "enter"])
def test_the_rooms_of_an_edition_are_closed_to_strangers(come, dewi, edition, name):
    come(dewi, name, edition.slug, status=404)
    come(None, name, edition.slug, status=302)
