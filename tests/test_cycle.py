"""One innovation through the whole house, by the web client, one person an office.

The steps are the thirteen of docs/story.md; those after the library are walked in onward.py.
Other entries, and other readers, come from the builders.
"""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from teladan.awards.acts import broken_pots
from teladan.awards.bundles import faults_in
from teladan.awards.models import Award, Grant, Pot
from teladan.contest.models import Edition, Entry, Standing
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger, Person
from teladan.panel.acts import broken_seals
from teladan.panel.models import Seat
from tests import builders
from tests.builders import AFTER, CLOSES, FIRST, IN_FIRST, IN_SECOND, NOW, OPENS, SECOND
from tests.onward import walk_on
from tests.walker import Walker

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LOCAL = "%Y-%m-%dT%H:%M:%S"


def wib(moment):
    return (moment + timedelta(hours=7)).strftime(LOCAL)


def upload(name, data):
    return SimpleUploadedFile(name, data)


def announce(citra, clock):
    """The secretariat announces an edition from the preset, with dates and seats of its own."""
    clock.move_to(OPENS - timedelta(days=7))
    changes = {
        "name": "KIPP uji coba 2026",
        "slug": "kipp-2026",
        "year": "2026",
        "opens": wib(OPENS),
        "closes": wib(CLOSES),
        "rounds-0-opens": wib(FIRST[0]),
        "rounds-0-closes": wib(FIRST[1]),
        "rounds-0-seats": "4",
        "rounds-0-reads": "2",
        "rounds-1-opens": wib(SECOND[0]),
        "rounds-1-closes": wib(SECOND[1]),
        "rounds-1-seats": "2",
        "rounds-1-reads": "2",
        "fund_amount": "10000000001",
    }
    citra.open("/editions/new/?start=kipp-2018").submit(**changes).sees("KIPP uji coba 2026")
    return Edition.objects.get(slug="kipp-2026")


def enter(ayu, clock, edition):
    """The unit registers an innovation, enters it, writes, and attaches evidence."""
    clock.move_to(NOW)
    ayu.open("/desk/").sees("Ayu")
    ayu.open("/innovations/new/").submit(
        title="Kelas Perahu Ayu",
        summary="Anak nelayan belajar di perahu.",
        started="2020-01-01",
        category="pendidikan",
    ).sees("Kelas Perahu Ayu")
    page = ayu.open("/editions/kipp-2026/enter/")
    choice = next(form for form in page.read.forms if form.knows("innovation"))
    page.submit(
        innovation=choice.options["innovation"][0],
        category=edition.rule.categories[0],
    ).sees("Kelas Perahu Ayu")
    entry = Entry.objects.get(title="Kelas Perahu Ayu")
    answers = {f"answer-{a.code}": f"Jawaban untuk {a.name}." for a in edition.rule.aspects}
    ayu.submit(f"/entries/{entry.pk}/", **answers)
    ayu.open(f"/entries/{entry.pk}/").sees(*answers.values())
    ayu.submit(f"/entries/{entry.pk}/", supports="impact", upload=upload("bukti.pdf", PDF))
    assert ayu.open(f"/entries/{entry.pk}/").sees("bukti.pdf")
    return entry


def endorse_and_file(bima, ayu, entry):
    """The local admin sends it back once, then endorses and files it: a receipt."""
    bima.open("/desk/").sees("Kelas Perahu Ayu")
    bima.open(f"/entries/{entry.pk}/").submit("send-back/", note="Sebutkan angka awalnya.")
    ayu.open("/desk/").sees("Sebutkan angka awalnya.")
    bima.open(f"/entries/{entry.pk}/").submit("endorse/").submit("file/")
    receipt = Entry.objects.get(pk=entry.pk).filing
    bima.open(f"/entries/{entry.pk}/receipt/").sees(receipt.receipt, receipt.digest)
    Walker().open(f"/verify/?code={receipt.receipt}").sees(receipt.receipt)
    return receipt


def others(edition):
    """Five more entries of other institutions, filed."""
    for number in range(1, 6):
        home = builders.institution(f"Kabupaten {number}", "regency", f"1{number}.01")
        builders.filed(edition, f"Inovasi {number}", builders.unit(home, f"Dinas {number}"))


def screen(citra, entry, clock):
    clock.move_to(CLOSES + timedelta(hours=1))
    last = Entry.objects.order_by("-pk").first()
    citra.open("/editions/kipp-2026/entries/").sees("Kelas Perahu Ayu", last.title)
    for waiting in Entry.objects.unscreened().order_by("pk"):
        page = citra.open(f"/entries/{waiting.pk}/")
        if waiting == last:
            page.submit("screen/", passed="no", reasons=["title-repeated"], note="Judul sama.")
        else:
            page.submit("screen/", passed="yes")
    assert list(Entry.objects.filter(screening__passed=False)) == [last]
    assert Entry.objects.get(pk=entry.pk).screening.passed


def enlist(citra):
    """Readers come from a list; two lines share nothing with the entry, one is a neighbour."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["name", "email", "office", "institution", "region", "expertise"])
    for number in (1, 2, 3, 4):
        rows.writerow([f"Eva {number}", f"eva{number}@example.id", "evaluator", "", "", ""])
        rows.writerow([f"Pan {number}", f"pan{number}@example.id", "panelist", "", "", ""])
    rows.writerow(["Tetangga", "tetangga@example.id", "evaluator", "", "32.71", ""])
    page = citra.open("/editions/kipp-2026/readers/import/")
    page = page.submit(file=upload("pembaca.csv", out.getvalue().encode()))
    assert not Person.objects.filter(email="tetangga@example.id").exists()
    page.sees("tetangga@example.id").submit(confirm="yes")  # the list was read back first
    assert Person.objects.filter(email="tetangga@example.id").exists()
    for person in Person.objects.filter(readings__isnull=False):
        reader = person.readings.get()
        Walker(person).open(f"/readers/{reader.pk}/pledge/").submit(agreed="on")


def mark(sieve, moment, clock):
    """One reader marks one entry in the browser's way; the builders give the other marks."""
    clock.move_to(moment)
    seat = Seat.objects.filter(round=sieve).order_by("pk").first()
    reader = Walker(seat.reader.person)
    reader.open("/desk/")
    reader.open("/ballots/").sees(seat.entry.title)
    marks = {}
    for aspect in sieve.rule_aspects:
        marks |= {f"points_{aspect.code}": "88", f"because_{aspect.code}": "Dampak jelas."}
    reader.open(f"/ballots/{seat.pk}/").submit(**marks)
    assert Seat.objects.get(pk=seat.pk).ballot.points == 88
    builders.mark_all(sieve, moment)


def judge(citra, edition, number, clock):
    """Seat, mark, tally and seal one round."""
    sieve = edition.rounds.get(number=number)
    window, inside = [(FIRST, IN_FIRST), (SECOND, IN_SECOND)][number - 1]
    clock.move_to(window[0])
    citra.open(f"/rounds/{sieve.pk}/").submit("assign/")
    mark(sieve, inside, clock)
    clock.move_to(window[1])
    citra.open(f"/rounds/{sieve.pk}/ranking/").sees("Inovasi 1")
    citra.open(f"/rounds/{sieve.pk}/seal/").submit()
    return edition.rounds.get(number=number).seal


def test_an_innovation_goes_all_the_way_round(clock, citra, ayu, bima):
    people = {"citra": Walker(citra), "ayu": Walker(ayu), "bima": Walker(bima)}
    edition = announce(people["citra"], clock)
    entry = enter(people["ayu"], clock, edition)
    receipt = endorse_and_file(people["bima"], people["ayu"], entry)
    others(edition)
    screen(people["citra"], entry, clock)
    enlist(people["citra"])

    first = judge(people["citra"], edition, 1, clock)
    neighbours = Seat.objects.filter(reader__person__name="Tetangga")
    assert neighbours.exists()
    assert not neighbours.filter(entry=entry).exists()
    assert Standing.objects.filter(seal=first, stood=True).count() == 4
    second = judge(people["citra"], edition, 2, clock)
    assert Standing.objects.filter(seal=second, stood=True).count() == 2

    clock.move_to(AFTER)
    winner = Standing.objects.filter(seal=second, stood=True).first().entry
    assert winner.title not in Walker().open("/editions/kipp-2026/results/").page
    Walker().open("/editions/kipp-2026/bundle.json", status=404)

    proclaim_and_divide(winner)
    check_what_the_public_sees(winner, receipt)
    born = walk_on(winner.innovation, clock)
    Walker().open(f"/library/{winner.innovation_id}/").sees(born.source.title)
    assert [*broken_lines(), *broken_seals(), *broken_pots()] == []


def proclaim_and_divide(winner):
    meutia = Walker(builders.person("Meutia", "minister"))
    meutia.open("/desk/").follow("KIPP uji coba 2026").sees(winner.title)
    meutia.submit(decree="Kepmen 1/2026", certain="on")
    tirta = Walker(builders.person("Tirta", "treasury"))
    tirta.open("/desk/").follow("KIPP uji coba 2026").submit()
    pot = Pot.objects.get()
    assert sum(Grant.objects.values_list("amount", flat=True)) == pot.amount == 10_000_000_001


def check_what_the_public_sees(winner, receipt):
    public = Walker()
    public.open("/editions/kipp-2026/results/").sees(winner.title)
    public.open("/editions/kipp-2026/fund/").sees("Rp10.000.000.001")
    public.open(f"/library/?q={winner.title}").sees(winner.title)
    public.open(f"/library/{winner.innovation_id}/").sees(winner.title)
    award = Award.objects.get(entry=winner)
    public.open(f"/certificates/{award.code}.pdf")
    text = PdfReader(io.BytesIO(public.body)).pages[0].extract_text()
    assert winner.title in " ".join(text.split())
    assert award.code in text
    public.open(f"/verify/?code={award.code}").sees(winner.title)
    public.open("/editions/kipp-2026/bundle.json")
    body = public.body or b"".join(public.response.streaming_content)
    assert faults_in(json.loads(body)) == []
    assert Ledger.objects.filter(act="contest.file_entry", facts__receipt=receipt.receipt).exists()
