"""The pages of the library, and its open data."""

import csv
import io
import json
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from teladan.awards.models import Award, IndexAward
from teladan.house import web
from teladan.house.ledger import record
from teladan.library.figures import source_of
from teladan.library.search import counts, search
from teladan.registry.models import Claim, Indicator, Region
from tests import builders
from tests.builders import NOW
from tests.shelves import body, honoured, page

pytestmark = pytest.mark.django_db


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
