"""What cannot be taken, sent as a browser sends it: each gets its own refusal, changes nothing.

Each test looks at three things: the status with the words of the refusal, what was typed (still on
the page, as text), and the whole database, which must be the same as before.
"""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from teladan.contest import acts as contest
from teladan.contest.models import Answer, Entry
from teladan.house.models import LedgerHead
from teladan.panel import acts as panel
from teladan.panel.models import Seat
from tests import builders
from tests.builders import CLOSES, FIRST, IN_FIRST, NOW, OPENS, SECOND
from tests.kept import kept
from tests.prize import wib
from tests.walker import Walker

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = "<img src=x onerror=alert(1)>"
MEGABYTE = 1_000_000
MINUTE = timedelta(minutes=1)


def walker(person=None):
    """Somebody who reads English."""
    found = Walker(person)
    found.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return found


def everything(folder):
    """All rows of all tables, the ledger's head, and all files handed in."""
    rows = {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_app_config("teladan").get_models()
    }
    return rows, sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def untouched(settings):
    """Take down all there is; what is called at the end says that it is still so."""

    class Before:
        def remember(self):
            self.head = LedgerHead.objects.values().first()
            self.rows = everything(settings.MEDIA_ROOT)

        def holds(self):
            assert LedgerHead.objects.values().first() == self.head
            assert everything(settings.MEDIA_ROOT) == self.rows
            return True

    return Before()


@pytest.fixture
def draft(clock, edition, ayu):
    """Ayu's complete draft."""
    return builders.draft(edition, writer=ayu)


@pytest.fixture
def writing(draft, ayu):
    """Ayu before the form of her draft."""
    return walker(ayu).open(f"/entries/{draft.pk}/")


@pytest.fixture
def endorsed(draft, bima):
    contest.endorse(by=bima, entry=draft, now=NOW)
    return Entry.objects.get(pk=draft.pk)


@kept
def seated():
    """An edition whose first round has its readers."""
    sieve = builders.full_edition(4).rounds.get(number=1)
    panel.assign(by=builders.person("Citra", "secretariat"), sieve=sieve, now=FIRST[0])


@pytest.fixture
def reading(seated, clock):
    """An evaluator before a ballot, and the seat it belongs to."""
    clock.move_to(IN_FIRST)
    seat = Seat.objects.select_related("reader__person", "round__edition").order_by("pk").first()
    seat.reader.person.known_terms = None
    return walker(seat.reader.person).open(f"/ballots/{seat.pk}/"), seat


def refused(page, code, *words):
    """The page says no in these words, under this code."""
    page.sees(f'data-code="{code}"', *words)


def keeps(page, **typed):
    """Every field still holds what was typed; none of it became mark-up."""
    fields = {}
    for form in page.read.forms:
        fields |= form.fields
    for name, value in typed.items():
        assert fields[name.replace("__", "-")] == value, name
    assert "<img src=x" not in page.page


# --- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("29.99", "The weights sum to 99.99, 0.01 short of 100"),
        ("30.01", "The weights sum to 100.01, 0.01 more than 100"),
    ],
)
def test_weights_that_do_not_sum_to_100(clock, citra, untouched, weight, said):
    clock.move_to(OPENS - timedelta(days=7))
    page = walker(citra).open("/editions/new/?start=kipp-2018")
    untouched.remember()
    typed = {"name": f"Edisi {HTML}", "slug": "kipp-2027", "aspects__4__weight": weight}
    moments = {"opens": OPENS, "closes": CLOSES, "rounds__0__opens": FIRST[0],
               "rounds__0__closes": FIRST[1], "rounds__1__opens": SECOND[0],
               "rounds__1__closes": SECOND[1]}  # fmt: skip
    dates = {name: wib(at) for name, at in moments.items()}

    page.submit(year="2026", **typed, **dates, status=422).sees(said)

    keeps(page, **typed, **dates)
    assert untouched.holds()


# --- late, and twice --------------------------------------------------------------------------


def test_a_late_filing(clock, bima, endorsed, untouched):
    clock.move_to(CLOSES - MINUTE)
    page = walker(bima).open(f"/entries/{endorsed.pk}/")
    clock.move_to(CLOSES)
    untouched.remember()

    page.submit("/file/", status=409)

    refused(page, "filing-closed", "12.00 WIB", "Kelas Perahu")
    assert untouched.holds()


def test_a_filing_one_moment_before_the_close_is_in_time(clock, bima, endorsed):
    clock.move_to(CLOSES - MINUTE)
    page = walker(bima).open(f"/entries/{endorsed.pk}/")
    clock.move_to(CLOSES - timedelta(microseconds=1))

    page.submit("/file/")

    assert Entry.objects.get(pk=endorsed.pk).filing.receipt in page.page


def test_a_late_text(clock, ayu, draft, untouched):
    clock.move_to(CLOSES - MINUTE)
    writing = walker(ayu).open(f"/entries/{draft.pk}/")
    clock.move_to(CLOSES)
    untouched.remember()
    late = f"Terlambat, {HTML}\nbaris dua."

    writing.submit(answer__impact=late, status=409)

    refused(writing, "filing-closed", "12.00 WIB", *map(escape, late.splitlines()))
    assert "<img src=x" not in writing.page
    assert untouched.holds()


def test_a_second_filing(bima, endorsed, untouched):
    first, second = (walker(bima).open(f"/entries/{endorsed.pk}/") for _tab in (1, 2))
    first.submit("/file/")
    receipt = Entry.objects.get(pk=endorsed.pk).filing.receipt
    untouched.remember()

    second.submit("/file/", status=409)

    refused(second, "already-filed", receipt)
    assert untouched.holds()


def marks(seat, reason):
    typed = {}
    for aspect in seat.round.rule_aspects:
        typed |= {f"points_{aspect.code}": "81.5", f"because_{aspect.code}": reason}
    return typed


def test_a_second_mark(reading, untouched):
    page, seat = reading
    given = builders.marks_for(seat, 70)
    panel.give(by=seat.reader.person, seat=seat, marks=given, now=IN_FIRST)
    untouched.remember()

    page.submit(**marks(seat, f"Alasan {HTML}"), status=409)

    refused(page, "already-marked", "a second ballot is not taken", escape(f"Alasan {HTML}"))
    assert "<img src=x" not in page.page
    assert untouched.holds()


@pytest.mark.parametrize("points", ["100.01", "-1", "8.123", "NaN", "Infinity", "eighty"])
def test_points_off_the_scale(reading, untouched, points):
    page, seat = reading
    typed = marks(seat, "Alasan.") | {"points_impact": points}
    untouched.remember()

    page.submit(**typed, status=422).sees('aria-invalid="true"')

    keeps(page, **typed)
    assert untouched.holds()


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("bukti.pdf", HTML.encode(), "file-type", "bukti.pdf is not what its name says"),
        ("bukti.svg", b"<svg onload='alert(1)'/>", "file-type", "bukti.svg"),
        ("bukti.exe", PDF, "file-type", "bukti.exe"),
        ("bukti.png", PDF, "file-type", "bukti.png"),
        ("bukti.docx", b"PK\x03\x04" + b"\0" * 40, "file-type", "bukti.docx"),
        ("bukti.pdf", b"GIF89a" + PDF, "file-type", "bukti.pdf"),
        ("bukti.pdf", b"", "file-empty", "bukti.pdf is empty"),
        ("bukti.pdf", PDF + b"0" * 11 * 2**20, "file-too-large", "bukti.pdf has 12 MB"),
        (f"{HTML}.exe", PDF, "file-type", escape(HTML)),
    ],
)
def test_a_file_of_the_wrong_type_or_size(writing, untouched, name, data, code, said):
    untouched.remember()

    upload = SimpleUploadedFile(name, data)
    writing.submit(upload=upload, supports="impact", status=409)

    refused(writing, code, said)
    keeps(writing, supports=["impact"], answer__impact=Answer.objects.get(aspect="impact").text)
    assert untouched.holds()


# --- texts -----------------------------------------------------------------------------------


def test_a_title_with_html_for_an_entry(writing, untouched):
    untouched.remember()

    writing.submit(title=f"Kelas {HTML}", status=409)

    refused(writing, "title-html", "A title is plain text")
    keeps(writing, title=f"Kelas {HTML}")
    assert untouched.holds()


def test_a_title_with_html_for_an_innovation(clock, ayu, untouched):
    page = walker(ayu).open("/innovations/new/")
    typed = {"title": f"Kelas {HTML}", "summary": f"Ringkas {HTML}", "started": "2020-01-01"}
    untouched.remember()

    page.submit(**typed, status=409)

    refused(page, "title-html", "A title is plain text")
    keeps(page, **typed)
    assert untouched.holds()


@pytest.mark.parametrize("title", ["Antrean <3 jam", "Angka buta huruf < 2%", "A & B > C"])
def test_a_title_that_only_has_such_signs_is_taken(writing, title):
    writing.submit(title=title).sees(escape(title))

    assert Entry.objects.get().title == title


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("answer__impact", "satu\0dua", "a character that cannot be stored (NUL)"),
        (
            "answer__impact",
            "kata " * (MEGABYTE // 5),
            "may have 60000 characters; this has 1000000",
        ),
        ("title", "satu\0dua", "Null characters are not allowed"),
        ("title", "t" * MEGABYTE, "at most 200 characters"),
    ],
)
def test_a_nul_byte_and_a_text_of_a_megabyte(writing, untouched, name, value, said):
    untouched.remember()

    writing.submit(**{name: value}, status=422).sees(said)

    assert value in writing.page
    assert untouched.holds()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer-impact", "satu\0dua"),
        ("answer-impact", "x" * MEGABYTE),
        ("title", "t" * 201),
        ("started", "2026-02-31"),
        ("titel", "x"),
    ],
)
def test_a_page_that_saves_itself_hears_what_is_wrong(writing, draft, untouched, field, value):
    untouched.remember()
    token = next(form.fields["csrfmiddlewaretoken"] for form in writing.read.forms)
    data = {"field": field, "value": value, "version": 1, "csrfmiddlewaretoken": token}

    response = writing.client.post(f"/entries/{draft.pk}/save/", data)

    # The page itself still holds what was typed.
    assert response.status_code == 422
    assert json.loads(response.content)["reason"]
    assert untouched.holds()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("satu\0dua", "Null characters are not allowed"),
        ("x" * MEGABYTE, "at most 4000 characters"),
        ("   ", "This field is required"),
    ],
)
def test_a_reason_that_cannot_be_kept(reading, untouched, reason, said):
    page, seat = reading
    typed = marks(seat, f"Alasan {HTML}") | {"because_impact": reason}
    untouched.remember()

    page.submit(**typed, status=422).sees(said, escape(f"Alasan {HTML}"))

    assert reason in page.page
    assert untouched.holds()


# --- forgeries and broken lists --------------------------------------------------------------


def test_a_forged_receipt(bima, endorsed, untouched):
    filing = contest.file_entry(by=bima, entry=endorsed, now=NOW)
    forged, digest = "ABCD-EFGH-JKLM-NPQR", "0" * 64
    untouched.remember()
    real = walker().open(f"/verify/?code={filing.receipt}&digest={filing.digest}")

    code = walker().open(f"/verify/?code={forged}", status=422)
    text = walker().open(f"/verify/?code={filing.receipt}&digest={digest}", status=422)
    signs = walker().open(f"/verify/?code={HTML}", status=422)

    real.sees("Genuine")
    code.sees("No certificate and no receipt of this site has the code ABCD-EFGH-JKLM-NPQR")
    keeps(code, code=forged)
    text.sees("the text it was given for has another hash than yours")
    keeps(text, code=filing.receipt, digest=digest)
    assert escape(HTML) in signs.page
    assert untouched.holds()


HEAD = "name,email,office,institution,region,expertise\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "The file is empty"),
        ("Ani,ani@example.id,,,,\n", "Line 1 must name these columns"),
        (HEAD + "Ani,ani@example.id\n", "Line 2 has 2 columns instead of 6"),
        (HEAD + '"Ani,ani@example.id,,,,\n', "Line 2 cannot be read as CSV"),
        (HEAD + "Ani,ani@example.id,,,,\nAni,ANI@example.id,,,,\n", "Line 3 repeats"),
        (HEAD + "Ani,ani@example.id,minister,,,\n", "Line 2: the office must be"),
        (HEAD + f"Ani,{HTML},,,,\n", f"Line 2: “{escape(HTML)}” is no e-mail address"),
        (HEAD + "Ani,ani@example.id,,Antah Berantah,,\n", "knows no institution “Antah Berantah”"),
        (HEAD + "Ani\0,ani@example.id,,,,\n", "Line 2 holds a NUL byte"),
        ((HEAD + "Añi,ani@example.id,,,,\n").encode("latin-1"), "Line 2 is not in UTF-8"),
        (HEAD + "x" * 3 * MEGABYTE, "The file is larger than 2 MB"),
    ],
)
def test_a_broken_list_of_readers(clock, citra, edition, untouched, data, said):
    page = walker(citra).open(f"/editions/{edition.slug}/readers/import/")
    untouched.remember()
    data = data if isinstance(data, bytes) else data.encode()

    # A browser never sends a file twice by itself: the line at fault is shown instead.
    page.submit(file=SimpleUploadedFile("pembaca.csv", data), status=422).sees(said)

    assert "<img src=x" not in page.page
    assert any(form.knows("file") for form in page.read.forms)
    assert untouched.holds()


def test_the_watch_over_the_database_sees_a_change(writing, untouched):
    untouched.remember()

    writing.submit(answer__impact="Berubah.")

    with pytest.raises(AssertionError):
        untouched.holds()
