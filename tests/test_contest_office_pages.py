"""The pages of those who file and screen: the local admin and the secretariat."""

import csv
import io

import pytest
from django.urls import reverse

from teladan.contest import acts
from teladan.contest.models import Entry, Filing
from teladan.panel.models import Seat
from tests import builders
from tests.builders import CLOSES, NOW, upload
from tests.entries import queries, screen

pytestmark = pytest.mark.django_db


# --- the local admin


def test_the_admin_sends_back_endorses_and_files_from_the_page(come, ayu, bima, draft):
    page = reverse("entry", args=[draft.pk])
    silent = come(bima, "entry-send-back", draft.pk, data={"note": " "}, status=409)
    assert "no-note" in silent
    come(bima, "entry-send-back", draft.pk, data={"note": "Sebutkan tahunnya."}, status=302)
    assert "Sebutkan tahunnya." in come(ayu, "entry", draft.pk)
    assert "not-endorsed" in come(bima, "entry-file-it", draft.pk, data={}, status=409)

    come(bima, "entry-endorse", draft.pk, data={}, status=302)
    assert come.response["Location"] == page
    come(bima, "entry-file-it", draft.pk, data={}, status=302)

    assert come.response["Location"] == reverse("entry-receipt", args=[draft.pk])
    body = come(bima, "entry-file-it", draft.pk, data={}, status=409)
    assert "already-filed" in body


def test_an_incomplete_draft_says_on_the_page_why_it_cannot_be_endorsed(come, bima, edition, ayu):
    entry = builders.draft(edition, writer=ayu, answered=False)

    body = come(bima, "entry-endorse", entry.pk, data={}, status=409)

    assert "not-complete" in body
    assert 'data-place="impact"' in body


def test_the_board_shows_first_what_waits_for_the_admin(come, ayu, bima, edition, clock):
    builders.draft(edition, "Belum ditulis", writer=ayu, answered=False)
    builders.filed(edition, "Sudah diajukan")
    ready = builders.draft(edition, "Siap dibaca", writer=ayu)
    other = builders.unit(builders.institution("Kota Solo", code="33.72"))
    builders.draft(edition, "Punya Solo", other)

    body = come(bima, "board")

    places = [body.index(t) for t in ("Siap dibaca", "Belum ditulis", "Sudah diajukan")]
    assert places == sorted(places)
    assert "Punya Solo" not in body
    clock.move_to(CLOSES)
    assert come(bima, "board").count(ready.title) == 1


def test_the_board_asks_as_little_for_many_drafts(client, clock, ayu, bima, edition):
    url = reverse("board")
    builders.draft(edition, "Satu", writer=ayu)
    few = queries(client, bima, url)
    for number in range(20):
        builders.draft(edition, f"Inovasi {number}", writer=ayu)

    assert queries(client, bima, url) == few <= 12


# --- the secretariat


def many(edition, count):
    """Filed entries as bare rows, for pages that show many."""
    citra, unit = builders.person("Citra", "secretariat"), builders.unit()
    for number in range(1, count + 1):
        entry = Entry.objects.create(
            edition=edition,
            innovation=builders.innovation(f"Inovasi {number:03}", unit),
            title=f"Inovasi {number:03}",
            category="Kesehatan" if number % 2 else "Pendidikan",
            begun_at=NOW,
        )
        content = acts.content_of(entry)
        content["answers"] = {"impact": f"=1+{number}", "novelty": "Baru;\n“baris”"}
        Filing.objects.create(
            entry=entry,
            number=number,
            by=citra,
            at=NOW,
            content=content,
            digest="0" * 64,
            receipt=f"R-{number}",
        )


def test_the_list_shows_what_is_filed_fifty_a_page_both_ways(come, citra, edition):
    many(edition, 120)
    builders.draft(edition, "Masih draf")

    first = come(citra, "entries", edition.slug)
    assert first.count('href="/entries/') == 50
    assert "Masih draf" not in first
    last = Entry.objects.get(title="Inovasi 050").pk
    assert f'href="?after={last}"' in first
    second = come(citra, "entries", edition.slug, query=f"?after={last}")
    assert "Inovasi 051" in second
    third = come(citra, "entries", edition.slug, query=f"?after={last + 50}")
    assert third.count('href="/entries/') == 20
    assert 'rel="next"' not in third
    back = come(citra, "entries", edition.slug, query=f"?before={last + 1}")
    assert ("Inovasi 001" in back, "Inovasi 050" in back, "Inovasi 051" in back) == (
        True,
        True,
        False,
    )
    assert 'rel="prev"' not in back


def test_the_list_is_searched_and_narrowed(come, citra, edition):
    many(edition, 6)
    one, two = Entry.objects.order_by("pk")[:2]
    screen(citra, one)
    screen(citra, two, passed=False, reasons=["title-repeated"])

    def shown(query):
        body = come(citra, "entries", edition.slug, query=query)
        return [number for number in range(1, 7) if f"Inovasi {number:03}" in body]

    assert shown("?q=INOVASI+003") == [3]
    assert shown("?q=bogor") == [1, 2, 3, 4, 5, 6]
    assert shown("?q=%25") == []
    assert shown("?state=unscreened") == [3, 4, 5, 6]
    assert shown("?state=admitted") == [1]
    assert shown("?state=refused") == [2]
    assert shown("?category=Kesehatan") == [1, 3, 5]
    assert shown("?state=nonsense&after=x&category=x") == [1, 2, 3, 4, 5, 6]
    assert shown("?q=" + "x" * 300) == [1, 2, 3, 4, 5, 6]


def test_pages_ask_as_little_for_300_entries_as_for_30(client, clock, citra, ayu, edition):
    """The same number of queries, and never more than twelve."""
    urls = [reverse(name, args=[edition.slug]) for name in ("office", "entries", "edition")]
    many(edition, 30)
    screen(citra, Entry.objects.first(), passed=False, reasons=["title-repeated"])
    few = [queries(client, citra, url) for url in urls]
    Filing.objects.all().delete()
    Entry.objects.filter(screening=None).delete()
    made = builders.unit().innovations.count()
    many(edition, 300 - made)

    assert [queries(client, citra, url) for url in urls] == few
    assert max(few) <= 12


def test_an_entry_page_asks_at_most_twelve_times(client, clock, ayu, bima, citra, draft):
    acts.attach(by=ayu, entry=draft, upload=upload(), aspect="impact", now=NOW)
    url = reverse("entry", args=[draft.pk])
    assert queries(client, ayu, url) <= 12
    assert queries(client, bima, url) <= 12
    acts.endorse(by=bima, entry=draft, now=NOW)
    acts.file_entry(by=bima, entry=draft, now=NOW)
    assert queries(client, citra, url) <= 12


def test_the_export_holds_every_answer_and_no_formula(come, citra, edition):
    many(edition, 3)
    builders.draft(edition, "Masih draf")

    body = come(citra, "entries-csv", edition.slug)

    assert body.startswith("\ufeffnumber,receipt,")
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["impact"] == "'=1+1"
    assert rows[0]["novelty"] == "Baru;\n“baris”"
    assert rows[0]["filed_at"] == "2026-03-15T10:00:00+07:00"
    assert len(come(citra, "entries-csv", edition.slug, query="?q=002").splitlines()) == 3


def test_the_export_is_the_secretariats_and_the_auditors(come, ayu, bima, edition):
    come(builders.person("Aulia", "auditor"), "entries-csv", edition.slug)
    for person in (ayu, bima):
        come(person, "entries-csv", edition.slug, status=404)


def test_the_workroom_says_what_is_next(come, citra, filed):
    body = come(citra, "office", filed.edition.slug)

    assert reverse("entries", args=[filed.edition.slug]) + "?state=unscreened" in body
    assert reverse("readers", args=[filed.edition.slug]) in body


def test_screening_leads_from_one_entry_to_the_next(come, citra, edition):
    many(edition, 3)
    one, two, three = Entry.objects.order_by("pk")
    body = come(citra, "entry", two.pk)
    assert reverse("entry", args=[one.pk]) in body
    assert reverse("entry", args=[three.pk]) in body

    no = {"passed": "no", "reasons": ["evidence-missing"], "note": "Lampirkan SK."}
    come(citra, "entry-screen", two.pk, data=no, status=302)
    assert come.response["Location"] == reverse("entry", args=[three.pk])
    come(citra, "entry-screen", three.pk, data={"passed": "yes"}, status=302)
    assert come.response["Location"] == reverse("entry", args=[one.pk])
    come(citra, "entry-screen", one.pk, data={"passed": "yes"}, status=302)
    assert come.response["Location"] == reverse("entries", args=[edition.slug])


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"passed": "no"}, 409, "reason-missing"),
        ({"passed": "yes", "reasons": ["title-repeated"]}, 409, "reason-and-passed"),
        ({"passed": "no", "reasons": ["ugly"]}, 422, "aria-invalid"),
        ({}, 422, "aria-invalid"),
    ],
)
def test_a_decision_that_does_not_hold_keeps_its_note(come, citra, filed, data, status, said):
    note = {"note": "Lihat halaman dua."}

    body = come(citra, "entry-screen", filed.pk, data=data | note, status=status)

    assert said in body
    assert "Lihat halaman dua." in body


def test_the_outcome_of_screening_is_told_to_the_unit_with_its_reasons(come, citra, ayu, filed):
    screen(citra, filed, passed=False, reasons=["evidence-missing"], note="Lampirkan SK.")

    assert "Lampirkan SK." in come(ayu, "entry", filed.pk)
    reader = builders.reader(filed.edition, "Eva")
    Seat.objects.create(round=filed.edition.rounds.first(), entry=filed, reader=reader)
    assert "Lampirkan SK." not in come(reader.person, "entry", filed.pk)
