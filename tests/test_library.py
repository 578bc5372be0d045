"""The library: found by word and meaning, and nothing before its time."""

import csv
import json

import pytest
from django.urls import reverse
from django.utils import translation

from teladan.awards import acts as awards
from teladan.awards.models import Award
from teladan.house.ledger import record
from teladan.library import words
from teladan.library.search import counts, search
from tests import builders
from tests.builders import AFTER, NOW
from tests.shelves import honoured, page, place, titles

pytestmark = pytest.mark.django_db


# --- search --------------------------------------------------------------------------------


def test_a_word_finds_its_stem_in_both_languages():
    honoured("Sapa Warga", summary="Mempermudah perizinan usaha.", summary_en="Simpler licences.")

    assert titles(search("izin")) == ["Sapa Warga"]
    assert titles(search("licence")) == ["Sapa Warga"]
    assert titles(search("perumahan")) == []


def test_one_typo_is_forgiven_and_mended_in_the_suggestion():
    honoured("Puskesmas Keliling", summary="Kesehatan ibu.")

    found = search("kesehatn puskemas")

    assert titles(found) == ["Puskesmas Keliling"]
    assert found.suggestion == "kesehatan puskesmas"
    assert search("kesehatan").suggestion == ""


@pytest.mark.parametrize(
    ("typed", "near"),
    [("izn", True), ("iizn", True), ("zin", True), ("izni", True), ("azan", False), ("i", False)],
)
def test_a_typo_is_one_letter_more_less_other_or_two_swapped(typed, near):
    assert words.near(typed, "izin") is near
    assert words.near("izin", typed) is near


def test_the_beginning_of_a_word_is_enough():
    honoured("Banyuwangi Mall")

    assert titles(search("banyuw")) == ["Banyuwangi Mall"]


def test_a_word_finds_its_pair_in_the_other_language():
    honoured("Antar Obat", summary="Rumah sakit mengantar obat.", summary_en="")
    honoured("Rumah Baca", summary="Warga sakit hati tidak ada.", summary_en="")

    found = search("hospital")

    assert titles(found) == ["Antar Obat"]
    assert found.also[0][0] == "hospital"


def test_the_glossary_pairs_every_phrase_with_the_other_language():
    with words.GLOSSARY.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert len(rows) >= 60
    for row in rows:
        for language in words.LANGUAGES:
            for said in row[language].split("|"):
                assert words.stems_of(said, language), said
    assert words.in_english("kesehatan") == "health"
    assert words.in_english("tidak dikenal") == "tidak dikenal"


def test_most_of_many_words_are_enough_and_an_unknown_word_is_named():
    honoured("Akta Online", summary="Akta kelahiran selesai dalam satu jam.")
    honoured("Taman Kota", summary="Taman di kota.")

    assert titles(search("akta kelahiran selesai cepat")) == ["Akta Online"]
    found = search("akta xylofon")
    assert titles(found) == ["Akta Online"]
    assert found.missing == ["xylofon"]


def test_words_that_never_meet_are_answered_with_some_of_them():
    honoured("Akta Online", summary="Akta.")
    honoured("Taman Baca", summary="Taman.")

    found = search("akta taman")

    assert found.loosened
    assert found.total == 2


def test_a_title_outranks_a_mention():
    honoured("Lumbung", summary="Sekolah dan stunting.", summary_en="")
    honoured("Cegah Stunting", summary="Makanan sehat.", summary_en="")

    assert titles(search("stunting"))[0] == "Cegah Stunting"


def test_each_hit_says_why_it_matches_in_the_readers_language():
    honoured("Papan Sehat", summary="Layanan kesehatan di desa.", summary_en="Village health care.")

    assert "<mark>kesehatan</mark>" in search("kesehatan").hits[0].why_html
    with translation.override("en"):
        assert "<mark>health</mark>" in search("kesehatan").hits[0].why_html


def test_a_long_summary_is_cut_around_the_match():
    honoured("Panjang", summary="awal " * 200 + "jembatan gantung " + "akhir " * 200)

    hit = search("jembatan").hits[0]

    assert len(hit.why) < 260
    assert hit.why.startswith("… ")
    assert "<mark>jembatan</mark>" in hit.why_html


def test_html_in_a_title_or_summary_stays_text(client):
    honoured(
        "<script>alert(1)</script> Jahat", summary="<img src=x onerror=alert(2)> jahat & licik"
    )

    hit = search("jahat").hits[0]
    assert "<script" not in hit.title_html
    assert "<img" not in hit.why_html
    assert "<mark>Jahat</mark>" in hit.title_html
    for url in ("/", "/library/", "/library/?q=jahat", "/library/?q=<script>alert(1)</script>"):
        shown = page(client, url)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert "<script>alert" not in page(client, hit.url)


@pytest.mark.parametrize(
    "typed",
    [
        "\0", "a\0b", "x" * 10_000, "perahu " * 5_000, '"', "'", "((((", "[a TO b]", "title:perahu",
        "+perahu -laut", "AND OR NOT", "perahu~9 laut^99", "*", "?*", "\\", "{}", "%00", "—", "🚤",
        "\ud800", "\u202e", "İı", "di dan yang", "SELECT * FROM", "../../etc/passwd", "٣٤", "ﬁ",
    ],
)  # fmt: skip
def test_no_query_is_an_error(client, typed):
    honoured()

    assert search(typed, year=typed, category=typed, level=typed, province=typed).total >= 0
    assert search(typed).total >= 0
    sent = {"q": typed.encode("utf-8", "replace").decode(), "page": typed[:9], "year": typed[:20]}
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
    assert client.get("/library/", sent).status_code == 200


@pytest.mark.parametrize("asked", ["0", "-1", "99999999999999999999", "x", "", "1.5", "²"])
def test_a_page_that_is_not_there_is_the_nearest_one(client, asked):
    honoured()

    assert "Kelas Perahu" in page(client, f"/library/?page={asked}")


def test_facets_count_and_narrow():
    honoured("Satu", year=2018, level="top40", category="kesehatan", at=place("35.78", "Surabaya"))
    honoured("Dua", year=2019, level="top99", category="kesehatan", at=place("32.73", "Bandung"))
    honoured("Tiga", year=2019, level="top99", category="pendidikan", at=place("35.09", "Jember"))

    found = search("")
    counted = {name: {b.value: b.count for b in rows} for name, rows in found.facets.items()}
    assert counted["category"] == {"kesehatan": 2, "pendidikan": 1}
    assert counted["year"] == {"2019": 2, "2018": 1}
    assert list(counted["year"]) == ["2019", "2018"]
    assert counted["level"] == {"top40": 1, "top99": 2}
    assert counted["province"] == {"35": 2, "32": 1}
    assert sorted(titles(search("", province="35"))) == ["Satu", "Tiga"]
    assert titles(search("", category="kesehatan", year=2019)) == ["Dua"]
    assert titles(search("", level="top40")) == ["Satu"]
    chosen = search("", year=1999).facets["year"][0]
    assert (chosen.value, chosen.count, chosen.chosen) == ("1999", 0, True)


def test_without_words_the_newest_and_highest_come_first():
    honoured("Lama", year=2015, level="top9")
    honoured("Baru", year=2021, level="top99")
    honoured("Baru dan tinggi", year=2021, level="top45")

    assert titles(search("")) == ["Baru dan tinggi", "Baru", "Lama"]


def test_pages_hold_fifty_and_lead_to_each_other(client):
    for number in range(53):
        honoured(f"Inovasi {number:03}", told=False)

    first, second = page(client, "/library/"), page(client, "/library/?page=2")

    assert first.count('class="result"') == 50
    assert second.count('class="result"') == 3
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_a_hit_is_plain_data_for_the_command_line():
    made = honoured()

    data = json.loads(json.dumps(search("perahu").as_dict()))

    assert data["total"] == 1
    hit = data["hits"][0]
    assert (hit["title"], hit["year"], hit["level"]) == ("Kelas Perahu", 2018, "top40")
    assert hit["url"] == reverse("innovation", args=[made.pk])
    assert "<" not in hit["why"]


# --- what is not public --------------------------------------------------------------------

PUBLIC = [
    "/", "/library/", "/library/?q=rahasia", "/library/?q=rahasi", "/library/export.csv",
    "/library/export.json", "/library/feed.xml", "/regions/", "/regions/points.json",
    "/regions/32.71/", "/regions/32/", "/about/",
]  # fmt: skip


def test_what_has_no_honour_is_nowhere_to_be_found(client):
    honoured("Sudah Umum", at=place("35.78", "Surabaya"))
    hidden = builders.innovation("Rahasia Besar", summary="rahasia")

    for url in PUBLIC:
        assert "Rahasia" not in page(client, url), url
    assert search("rahasia").total == 0
    assert counts().innovations == 1
    assert client.get(reverse("innovation", args=[hidden.pk])).status_code == 404
    assert "32.71" not in page(client, "/regions/points.json")

    Award.objects.create(innovation=hidden, level="top99", year=2026, citation="Siaran pers")
    record(by=None, act="library.enter", about=hidden, now=NOW, public=True)
    for url in PUBLIC[1:7]:
        assert "Rahasia" in page(client, url), url
    assert "Rahasia Besar" in page(client, "/regions/32.71/")


def test_a_proclamation_brings_its_innovations_into_the_library(client, clock):
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)
    builders.sealed_round(edition, 2)
    assert search("inovasi").total == 0
    assert "Inovasi 00" not in "".join(page(client, url) for url in PUBLIC[:8])

    minister = builders.person("Meutia", "minister")
    awards.proclaim(by=minister, edition=edition, decree="KEP 1/2026", now=AFTER)

    assert search("inovasi").total == 4
    assert "Inovasi 00" in page(client, "/library/")


def test_the_own_unit_reads_its_innovation_before_it_is_public(client, ayu, dewi):
    made = builders.innovation("Belum Umum")
    url = reverse("innovation", args=[made.pk])

    client.force_login(ayu)
    assert "Belum Umum" in page(client, url)
    client.force_login(dewi)
    assert client.get(url).status_code == 404


def test_lineage_names_only_what_is_public(client):
    origin = builders.innovation("Asal Rahasia")
    made = honoured("Tiruan", source=origin, adapted="Diubah untuk gunung.")
    builders.innovation("Turunan Rahasia", source=made, adapted="Diubah.")
    honoured("Turunan Umum", source=made, adapted="Diubah untuk kota.")

    shown = page(client, reverse("innovation", args=[made.pk]))

    assert "Diubah untuk gunung." in shown
    assert "Turunan Umum" in shown
    assert "Rahasia" not in shown
