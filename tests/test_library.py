"""The public face: found by word and meaning, never before its time, and open to be checked."""

import copy
import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.files import locks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from teladan.awards import acts as awards
from teladan.awards.bundles import bundle_of
from teladan.awards.models import Award, IndexAward
from teladan.contest.models import Edition, Filing
from teladan.house import web
from teladan.house.ledger import digest_of, record
from teladan.house.models import Ledger, LedgerHead
from teladan.library import index, words
from teladan.library.figures import source_of
from teladan.library.proofs import check_bundle
from teladan.library.search import counts, search
from teladan.registry.models import Claim, Indicator, Region
from tests import builders
from tests.builders import AFTER, NOW
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index_from_before(monkeypatch):
    monkeypatch.setattr(index, "_open", None)


def honoured(title="Kelas Perahu", level="top40", year=2018, at=None, told=True, **more):
    """A public innovation, and the ledger line that says so."""
    made = builders.innovation(title, at, **more)
    Award.objects.create(innovation=made, level=level, year=year, citation="https://pers.id/1")
    if told:
        record(by=None, act="library.enter", about=made, now=NOW, public=True)
    return made


def place(code, name, kind="city"):
    return builders.unit(builders.institution(f"Pemerintah {name}", kind, code), "Dinas")


def titles(results):
    return [hit.title for hit in results.hits]


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return body(response).decode()


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


# --- the index follows the ledger ----------------------------------------------------------


def folders(settings):
    return sorted(path.name for path in Path(settings.SEARCH_ROOT).glob("shape*"))


def test_a_new_public_line_is_caught_up_without_building_anew(settings):
    honoured("Pertama")
    assert search("").total == 1
    built = folders(settings)

    honoured("Kedua")

    assert sorted(titles(search(""))) == ["Kedua", "Pertama"]
    assert folders(settings) == built


def test_a_changed_innovation_is_found_by_its_new_words_only():
    made = honoured("Nama Lama")
    assert search("lama").total == 1
    made.title = "Judul Segar"
    made.save()

    record(by=None, act="library.rename", about=made, now=NOW, public=True)

    assert titles(search("segar")) == ["Judul Segar"]
    assert search("lama").total == 0


def test_a_line_of_an_unknown_kind_builds_anew(settings):
    honoured("Pertama")
    assert search("").total == 1
    built = folders(settings)
    honoured("Dari impor", told=False)

    record(by=None, act="demo.load", about="site:1", now=NOW, public=True)

    assert search("").total == 2
    assert folders(settings) != built
    assert len(folders(settings)) == 1


def test_a_line_that_concerns_no_innovation_changes_no_document(settings, citra):
    honoured()
    assert search("").total == 1
    built = folders(settings)

    builders.edition(citra)

    assert search("").total == 1
    assert folders(settings) == built


def test_another_history_of_the_ledger_is_not_trusted():
    honoured("Dulu")
    assert search("dulu").total == 1
    # As after restoring a backup: as many lines, other lines.
    Award.objects.all().delete()
    Ledger.objects.all()._raw_delete(using="default")
    LedgerHead.objects.all().delete()
    honoured("Sekarang")

    assert titles(search("")) == ["Sekarang"]


def test_while_another_process_writes_the_older_index_answers_and_is_not_kept(settings, client):
    honoured("Pertama")
    page(client, "/library/")
    honoured("Kedua")

    with (Path(settings.SEARCH_ROOT) / "lock").open("a") as handle:
        assert locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB)
        found = search("")
        meanwhile = page(client, "/library/")
        home = page(client, "/")
    assert not found.fresh
    assert "Kedua" not in meanwhile + home
    assert "Pertama" in meanwhile

    assert "Kedua" in page(client, "/library/")
    assert "Kedua" in page(client, "/")


def test_a_writer_left_open_by_another_process_is_no_error(settings):
    import tantivy

    honoured("Pertama")
    assert search("").total == 1
    other = tantivy.Index.open(str(Path(settings.SEARCH_ROOT) / folders(settings)[0]))
    writer = other.writer(20_000_000, 1)
    honoured("Kedua")

    assert search("").total == 1

    writer.wait_merging_threads()
    del writer
    assert search("").total == 2


def break_state(root):
    (root / "state.json").write_text("{")


def break_shape(root):
    state = json.loads((root / "state.json").read_text())
    (root / "state.json").write_text(json.dumps(state | {"shape": 0}))


def break_meta(root):
    next(root.glob("shape*/meta.json")).write_text("nonsense")


def break_terms(root):
    for path in root.glob("shape*/*.term"):
        path.write_bytes(b"xx")


def break_all(root):
    for path in root.rglob("*"):
        if path.is_file():
            path.unlink()


@pytest.mark.parametrize("harm", [break_state, break_shape, break_meta, break_terms, break_all])
def test_a_broken_or_older_index_is_built_anew(settings, harm, monkeypatch):
    honoured()
    assert search("perahu").total == 1
    monkeypatch.setattr(index, "_open", None)

    harm(Path(settings.SEARCH_ROOT))

    assert titles(search("perahu")) == ["Kelas Perahu"]


def test_damage_that_shows_only_while_searching_is_mended(monkeypatch):
    honoured()
    shelf = index.shelf()

    class Broken:
        def __getattr__(self, name):
            raise ValueError("Data corrupted")

    monkeypatch.setattr(index, "_open", index.replace(shelf, searcher=Broken()))

    assert titles(search("perahu")) == ["Kelas Perahu"]
    assert counts().innovations == 1


def test_a_first_build_of_many_rows_goes_on_beside_the_answer(client, monkeypatch):
    honoured()
    monkeypatch.setattr(index, "BIG", 0)
    started = []
    monkeypatch.setattr(index, "_build_beside", lambda: started.append(1))

    found = search("perahu")
    shown = page(client, "/library/")

    assert not found.ready
    assert started
    assert "Kelas Perahu" not in shown
    assert search("perahu", patient=True).total == 1
    assert "Kelas Perahu" in page(client, "/library/")


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


# --- pages ---------------------------------------------------------------------------------


def test_an_innovation_shows_honours_with_year_and_source_and_what_is_doubtful(client):
    made = honoured(uncertain="uncertain: judul disingkat")
    Claim.objects.create(
        innovation=made,
        label="Anak",
        value=Decimal("1187.5"),
        year=2021,
        source="Dinas",
        unit="anak",
    )
    Claim.objects.create(innovation=made, label="Perahu")

    with translation.override("en"):
        client.cookies["django_language"] = "en"
        shown = page(client, reverse("innovation", args=[made.pk]))

    assert "Top 40 · 2018" in shown
    assert 'href="https://pers.id/1"' in shown
    assert "judul disingkat" in shown
    assert "1,187.5" in shown
    assert "no source yet" in shown
    assert "Children of fishers" in shown
    assert shown.count("nothing known yet") >= 3


def test_a_source_that_is_no_plain_web_address_is_no_link(client):
    made = honoured(citation="javascript:alert(1)")

    shown = page(client, reverse("innovation", args=[made.pk]))

    assert 'href="javascript' not in shown
    assert "javascript:alert(1)" in shown


def test_simulated_rows_say_so_everywhere(client):
    made = honoured(simulated=True)

    assert "sim-banner" in page(client, reverse("innovation", args=[made.pk]))
    assert "chip simulated" in page(client, "/library/")
    assert "chip simulated" in page(client, "/")
    assert json.loads(page(client, "/library/export.json"))["innovations"][0]["honours"][0][
        "simulated"
    ]


def test_the_home_page_counts_what_is_simulated_apart(client):
    honoured("Kelas Perahu")
    honoured("Antar Obat", simulated=True)

    client.cookies["django_language"] = "en"
    shown, held = page(client, "/"), counts()

    assert (held.innovations, held.simulated, held.simulated_honours) == (2, 1, 1)
    assert "1 innovation, 1 simulated" in shown


def test_an_address_with_a_note_is_a_link_and_the_note_stays_beside_it():
    note = "year set to 2020"

    found = source_of(f"https://www.example.id/a?b=1 ; uncertain: {note}")

    assert (found.text, found.url, found.note) == (
        "example.id",
        "https://www.example.id/a?b=1",
        note,
    )
    assert source_of("https://example.id/a; uncertain, see rows.csv").note == ""


def test_a_region_shows_its_newest_figures_and_disagreeing_ones_side_by_side(client):
    honoured()
    region = Region.objects.get(pk="32.71")
    for year, value, source in [(2020, 10, "A"), (2021, 20, "B"), (2021, 21, "C uncertain")]:
        Indicator.objects.create(
            region=region, name="population", year=year, value=value, source=source,
            uncertain="uncertain" in source,
        )  # fmt: skip
    IndexAward.objects.create(
        region=region, year=2021, category="kota terinovatif", citation="https://pers.id/2",
        uncertain="uncertain: peringkat",
    )  # fmt: skip

    shown = page(client, "/regions/32.71/")

    assert ">20" in shown
    assert ">21" in shown
    assert ">10 " not in shown
    assert "C uncertain" in shown
    assert "kota terinovatif" in shown
    assert "uncertain: peringkat" in shown
    assert "Kelas Perahu" in shown


def test_a_province_lists_its_members_and_a_search_finds_a_region_by_name(client):
    honoured()

    assert "Pemerintah Kota Bogor" in page(client, "/regions/32/")
    assert 'href="/regions/32.71/"' in page(client, "/regions/?q=bogor")
    assert client.get("/regions/99.99/").status_code == 404
    assert client.get("/regions/?q=%00").status_code == 200
    assert client.get("/regions/%00/").status_code == 404
    client.cookies["django_language"] = "en"
    assert "none recorded" in page(client, "/regions/?q=provinsi")


def test_points_hold_one_feature_a_region_with_its_count(client):
    honoured("Satu")
    honoured("Dua")

    data = json.loads(page(client, "/regions/points.json"))

    assert data["type"] == "FeatureCollection"
    feature = data["features"][0]
    assert feature["geometry"]["coordinates"] == [106.8, -6.6]
    assert feature["properties"]["count"] == 2
    assert feature["properties"]["url"] == "/regions/32.71/"


def test_the_home_page_shows_the_windows_of_a_running_edition(client, clock, citra):
    builders.edition(citra)

    shown = page(client, "/")

    assert "Edition kipp-2026" in shown
    assert "31 Mar 2026, 12.00 WIB" in shown


def test_the_borders_are_light_and_complete(settings):
    path = settings.HERE / "static/teladan/data/provinces.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]

    assert path.stat().st_size < 200_000
    assert len({feature["properties"]["code"] for feature in features}) == 38
    assert all(feature["properties"]["name"] for feature in features)


def test_a_stranger_gets_an_unchanged_page_from_memory_until_something_public_changes(client):
    honoured()
    first = client.get("/library/")

    same = client.get("/library/", headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    honoured("Kedua")
    assert client.get("/library/", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "url", ["/", "/library/", "/library/?q=inovasi", "/regions/", "/regions/32.71/", "one"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(client, url):
    def queries(rows):
        made = [honoured(f"Inovasi {rows} {n:03}", told=False) for n in range(rows)]
        record(by=None, act="demo.load", about="site:1", now=NOW, public=True)
        search("")
        web._kept_pages.clear()
        with CaptureQueriesContext(connection) as asked:
            page(client, reverse("innovation", args=[made[-1].pk]) if url == "one" else url)
        return len(asked)

    few, many = queries(3), queries(40)

    assert few == many <= 12


# --- open data -----------------------------------------------------------------------------


def test_csv_holds_a_line_an_honour_and_no_formula(client):
    made = honoured("=HYPERLINK(1)", summary="+1 @luar", category="-kesehatan")
    Award.objects.create(innovation=made, level="top9", year=2019, citation="@sumber")

    response = client.get("/library/export.csv")
    rows = list(csv.DictReader(io.StringIO(body(response).decode())))

    assert response.streaming
    assert [(row["honour"], row["year"]) for row in rows] == [("top9", "2019"), ("top40", "2018")]
    for row in rows:
        assert row["title"] == "'=HYPERLINK(1)"
        assert row["summary_id"] == "'+1 @luar"
        assert row["category"] == "'-kesehatan"
        assert all(cell[:1] not in "=+-@\t\r" for cell in row.values() if cell)


def test_json_holds_every_innovation_with_unknown_as_null(client):
    honoured("Satu “kutip”", category="", started=None)
    honoured("Dua")

    data = json.loads(page(client, "/library/export.json"))

    assert [row["title"] for row in data["innovations"]] == ["Satu “kutip”", "Dua"]
    assert data["innovations"][0]["category"] is None
    assert data["innovations"][0]["in_use_since"] is None
    assert data["innovations"][0]["honours"][0]["source"] == "https://pers.id/1"


def test_an_empty_library_still_gives_whole_files(client):
    assert json.loads(page(client, "/library/export.json"))["innovations"] == []
    assert page(client, "/library/export.csv").startswith("id,title,")
    for url in ("/", "/library/", "/regions/", "/library/feed.xml", "/regions/points.json"):
        page(client, url)


def test_the_feed_is_sound_xml_whatever_a_title_holds(client):
    honoured("Satu & <dua> \x08\x0b tiga")

    root = ElementTree.fromstring(page(client, "/library/feed.xml"))

    entry = root.find("{http://www.w3.org/2005/Atom}entry")
    assert "Satu & <dua>" in entry.find("{http://www.w3.org/2005/Atom}title").text


# --- verify --------------------------------------------------------------------------------


@kept
def proclaimed():
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)
    builders.sealed_round(edition, 2)
    minister = builders.person("Meutia", "minister")
    awards.proclaim(by=minister, edition=edition, decree="KEP 1/2026", now=AFTER)
    return Edition.objects.get(pk=edition.pk)


def verify(client, **asked):
    response = client.get("/verify/", asked)
    return response.status_code, response.content.decode()


def hand_in(client, content, name="bundle.json"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    response = client.post("/verify/", {"bundle": SimpleUploadedFile(name, data)})
    return response.status_code, response.content.decode()


def test_the_code_of_a_certificate_is_genuine_however_it_is_typed(client, proclaimed):
    award = Award.objects.exclude(code=None).select_related("innovation").first()

    for typed in (award.code, award.code.lower(), award.code.replace("-", " "), f" {award.code}\n"):
        status, shown = verify(client, code=typed)
        assert status == 200
        assert award.innovation.title in shown
        assert "KEP 1/2026" in shown


def test_a_receipt_is_genuine_and_tells_no_title(client, proclaimed):
    filing = Filing.objects.select_related("entry").first()

    status, shown = verify(client, code=filing.receipt)

    assert status == 200
    assert filing.digest in shown
    assert proclaimed.name in shown
    assert filing.entry.title not in shown
    assert verify(client, code=filing.receipt, digest=filing.digest)[0] == 200


def test_a_receipt_with_another_hash_is_refused_and_what_was_typed_stays(client, proclaimed):
    filing = Filing.objects.first()

    status, shown = verify(client, code=filing.receipt, digest="0" * 64)

    assert status == 422
    assert "verdict bad" in shown
    assert f'value="{filing.receipt}"' in shown
    assert f'value="{"0" * 64}"' in shown


@pytest.mark.parametrize(
    "code", ["ABCD-EFGH-JKLM-NPQR", "ABCD", "O0I1-ABCD-ABCD-ABCD", "", "<b>", "x" * 5000, "\0"]
)
def test_a_forged_or_mistyped_code_is_refused_with_the_reason(client, proclaimed, code):
    status, shown = verify(client, code=code)

    assert status == 422
    assert "verdict bad" in shown or 'class="errorlist' in shown
    assert "<b>" not in shown.replace("<b>Teladan", "")


def test_before_the_proclamation_the_code_of_a_coming_certificate_is_unknown(client, clock):
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)
    entry = edition.entries.first()

    assert verify(client, code=awards.code_for(edition, entry.pk))[0] == 422


def test_a_published_bundle_is_genuine(client, proclaimed):
    status, shown = hand_in(client, bundle_of(proclaimed))

    assert status == 200
    assert "verdict" in shown
    assert "verdict bad" not in shown
    # The second time from memory, with the same answer.
    assert hand_in(client, bundle_of(proclaimed))[0] == 200


def swap_places(bundle):
    rows = bundle["rounds"][-1]["standings"]
    rows[0]["entry"], rows[1]["entry"] = rows[1]["entry"], rows[0]["entry"]


def change_a_mark(bundle):
    bundle["rounds"][0]["inputs"]["marks"][0][2][0] = "99"


def rename_an_entry(bundle):
    first = next(iter(bundle["entries"]))
    bundle["entries"][first][0] = "Judul Lain"


def invent_an_entry(bundle):
    bundle["rounds"][0]["inputs"]["entries"].append(10**6)


def ask_for_too_much(bundle):
    bundle["rounds"][0]["inputs"]["entries"] = list(range(100_000))


def hide_half_a_character(bundle):
    bundle["\ud800"] = "\0"
    bundle["rounds"][0]["standings"][0]["raw"] = "\ud800"


def say_nonsense(bundle):
    bundle["rounds"][0]["inputs"]["weights"] = {"a": None}


@pytest.mark.parametrize(
    "forge",
    [
        swap_places,
        change_a_mark,
        rename_an_entry,
        invent_an_entry,
        ask_for_too_much,
        say_nonsense,
        hide_half_a_character,
    ],
)
@pytest.mark.parametrize("signed", [False, True])
def test_a_forged_bundle_is_refused_and_the_misfit_named(client, proclaimed, forge, signed):
    bundle = copy.deepcopy(bundle_of(proclaimed))
    forge(bundle)
    if signed and forge is not hide_half_a_character:  # the forger computed the outer digest anew
        bundle["digest"] = digest_of({k: v for k, v in bundle.items() if k != "digest"})

    status, shown = hand_in(client, bundle, "tiruan.json")

    assert status == 422
    assert "verdict bad" in shown
    assert "tiruan.json" in shown
    verdict = check_bundle(json.dumps(bundle).encode())
    assert verdict.faults


def test_a_forged_bundle_that_holds_together_is_not_ours(proclaimed):
    bundle = copy.deepcopy(bundle_of(proclaimed))
    bundle["decree"] = "KEP 2/2026"
    bundle["digest"] = digest_of({k: v for k, v in bundle.items() if k != "digest"})

    verdict = check_bundle(json.dumps(bundle).encode())

    assert not verdict.genuine
    assert any("decree" in fault for fault in verdict.faults)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"not json", b"[]", b"{}", b"null", b"[" * 100_000, b"{" * 100,
        b'{"edition": NaN}', b'{"edition": "tidak-ada"}', b'{"edition": {"a": 1}}',
        b'{"edition": "\\ud800\\u0000<b>"}',
        b'{"edition": 1' + b"0" * 5000 + b"}",
    ],
)  # fmt: skip
def test_a_file_that_is_no_bundle_is_refused(client, proclaimed, content):
    assert hand_in(client, content)[0] == 422


def test_a_file_over_four_megabytes_is_refused(client):
    status, shown = hand_in(client, b" " * (4 * 1024 * 1024 + 1))

    assert status == 422
    assert "4 MB" in shown


def test_the_bundle_of_an_edition_under_embargo_is_not_admitted(client, clock):
    edition = builders.full_edition(4)
    builders.sealed_round(edition, 1)

    status, shown = hand_in(client, {"edition": edition.slug, "format": "teladan-bundle-1"})
    unknown = hand_in(client, {"edition": "kipp-1999", "format": "teladan-bundle-1"})

    assert status == unknown[0] == 422
    assert edition.name not in shown


def test_one_bundle_at_a_time_is_computed_and_the_next_is_asked_to_wait(
    client, proclaimed, monkeypatch
):
    class Taken:
        def acquire(self, timeout):
            return False

    monkeypatch.setattr("teladan.library.proofs._one_at_a_time", Taken())

    assert hand_in(client, bundle_of(proclaimed))[0] == 503
