"""The contest's pages: each as the right person, as a stranger, and with what was typed kept."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teladan.awards import acts as awards
from teladan.contest import acts
from teladan.contest.forms import RuleSheet, as_seen
from teladan.contest.models import Answer, Edition, Entry, Filing
from teladan.contest.rules import preset, presets
from teladan.house.models import Ledger, Notice
from teladan.panel.models import Seat
from tests import builders
from tests.builders import AFTER, CLOSES, NOW

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(name="bukti.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def write(by, entry, text):
    """Save a new text on impact, as somebody does who has seen the last one."""
    version = Answer.objects.get(entry=entry, aspect="impact").version
    return acts.write(by=by, entry=entry, aspect="impact", text=text, version=version, now=NOW)


def screen(by, entry, passed=True, reasons=(), note=""):
    return acts.screen(by=by, entry=entry, passed=passed, reasons=reasons, note=note, now=CLOSES)


@pytest.fixture
def draft(edition, ayu):
    """Ayu's complete draft."""
    return builders.draft(edition, writer=ayu)


@pytest.fixture
def filed(draft, bima):
    acts.endorse(by=bima, entry=draft, now=NOW)
    acts.file_entry(by=bima, entry=draft, now=NOW)
    return Entry.objects.get(pk=draft.pk)


@pytest.fixture
def come(client, clock):
    """Come to a page as somebody; what is given is sent."""

    def come(person, name, *args, data=None, status=200, query=""):
        client.logout()
        if person:
            client.force_login(person)
        url = reverse(name, args=args) + query
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status, f"{response.status_code} at {url}"
        come.response = response
        streamed = response.streaming
        return (b"".join(response) if streamed else response.content).decode(errors="replace")

    return come


def queries(client, person, url):
    client.force_login(person)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


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


# --- entering and writing


def test_a_unit_enters_an_innovation_once_and_comes_to_its_form(come, ayu, edition):
    made = builders.innovation()
    builders.innovation("Punya orang", builders.unit(name="Dinas Lain"))
    body = come(ayu, "enter", edition.slug)
    assert "Kelas Perahu" in body
    assert "Punya orang" not in body

    come(ayu, "enter", edition.slug, data={"innovation": made.pk, "category": ""}, status=302)

    entry = Entry.objects.get()
    assert come.response["Location"] == reverse("entry", args=[entry.pk])
    come(ayu, "enter", edition.slug, data={"innovation": made.pk}, status=422)
    come(ayu, "enter", edition.slug, data={}, status=422)


def test_nobody_enters_after_the_closing_instant(come, clock, ayu, edition):
    made = builders.innovation()
    clock.move_to(CLOSES)

    assert 'name="innovation"' not in come(ayu, "enter", edition.slug)
    body = come(ayu, "enter", edition.slug, data={"innovation": made.pk}, status=409)
    assert "filing-closed" in body


def typed(entry, **changes):
    """What a browser sends of the form: every answer as it was read, and what was changed."""
    data = {"title": entry.title, "category": entry.category, "started": "2020-01-01"}
    for answer in Answer.objects.filter(entry=entry):
        data[f"answer-{answer.aspect}"] = answer.text.replace("\n", "\r\n")
        data[f"version-{answer.aspect}"] = answer.version
        data[f"was-{answer.aspect}"] = as_seen(answer.text)
    return data | {name.replace("_", "-"): value for name, value in changes.items()}


def test_without_javascript_all_that_changed_is_saved_and_nothing_else(come, ayu, draft):
    write(ayu, draft, "Baris satu.\nBaris dua.")
    before = Ledger.objects.count()

    data = typed(draft, answer_novelty="Kebaruan.\r\n\r\nLagi.", category="Perizinan")
    come(ayu, "entry", draft.pk, data=data, status=302)

    texts = dict(Answer.objects.values_list("aspect", "text"))
    assert texts["novelty"] == "Kebaruan.\n\nLagi."
    assert texts["impact"] == "Baris satu.\nBaris dua."
    assert Entry.objects.get(pk=draft.pk).category == "Perizinan"
    assert Ledger.objects.count() == before + 2


def test_an_answer_that_was_not_sent_is_not_emptied(come, ayu, draft):
    come(ayu, "entry", draft.pk, data={"answer-impact": "Baru.", "version-impact": "1"}, status=302)

    texts = dict(Answer.objects.values_list("aspect", "text"))
    assert texts["impact"] == "Baru."
    assert all(texts.values())


def test_two_tabs_show_both_texts_and_the_second_save_decides(come, ayu, draft):
    stale = typed(draft, answer_impact="Tab kedua.", answer_spread="Juga baru.")
    write(ayu, draft, "Tab pertama.")

    body = come(ayu, "entry", draft.pk, data=stale, status=409)

    for words in ("changed-elsewhere", "Tab pertama.", "Tab kedua."):
        assert words in body
    assert Answer.objects.get(aspect="spread").text == "Juga baru."  # no other text waits for it
    assert Answer.objects.get(aspect="impact").text == "Tab pertama."
    again = typed(draft, answer_impact="Tab kedua.")
    come(ayu, "entry", draft.pk, data=again, status=302)
    assert Answer.objects.get(aspect="impact").text == "Tab kedua."


def test_a_title_stays_on_one_line_so_that_mails_can_name_it(come, ayu, bima, draft):
    save(come, ayu, draft, "title", " Kelas\nBcc:  semua@example.id ", 0)

    acts.send_back(by=bima, entry=Entry.objects.get(pk=draft.pk), note="Perbaiki.", now=NOW)

    assert Entry.objects.get(pk=draft.pk).title == "Kelas Bcc: semua@example.id"
    assert Notice.objects.get().subject.endswith("Kelas Bcc: semua@example.id")


def test_a_late_text_for_a_question_never_answered_stays_though_its_version_is_lost(
    come, clock, ayu, edition
):
    entry = builders.draft(edition, writer=ayu, answered=False)
    clock.move_to(CLOSES)

    body = come(ayu, "entry", entry.pk, data={"answer-impact": "Terlambat."}, status=409)

    assert "Terlambat." in body
    assert 'data-code="filing-closed"' in body


def test_a_tab_that_only_carries_an_old_text_along_disturbs_nobody(come, ayu, draft):
    stale = typed(draft, answer_spread="Juga baru.")
    write(ayu, draft, "Tab pertama.")

    come(ayu, "entry", draft.pk, data=stale, status=302)

    assert Answer.objects.get(aspect="impact").text == "Tab pertama."


@pytest.mark.parametrize(
    ("text", "said"),
    [("kata " * 200_000, "60000"), ("a\0b", "NUL")],
)
def test_a_text_that_cannot_be_kept_is_refused_in_words_and_shown_again(
    come, ayu, draft, text, said
):
    data = typed(draft, answer_impact=text, answer_spread="Juga baru.")

    body = come(ayu, "entry", draft.pk, data=data, status=422)

    assert said in body
    assert text[:1000] in body
    assert Answer.objects.get(aspect="spread").text == "Juga baru."
    said_by_save = save(come, ayu, draft, "answer-impact", text, 1, status=422)
    assert said in said_by_save["reason"]
    assert Answer.objects.get(aspect="impact").version == 1


def test_what_is_typed_is_shown_as_text(come, ayu, bima, edition):
    entry = builders.draft(edition, "<script>alert('x')</script> & lain", writer=ayu)
    write(ayu, entry, "<img src=x onerror=alert(1)>")

    for person in (ayu, bima):
        body = come(person, "entry", entry.pk)
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; lain" in body


def save(come, person, entry, field, value, version, status=200):
    data = {"field": field, "value": value, "version": version}
    return json.loads(come(person, "entry-save", entry.pk, data=data, status=status))


def test_a_field_saves_itself_and_hears_what_is_missing(come, ayu, draft):
    Answer.objects.filter(aspect="novelty").delete()

    said = save(come, ayu, draft, "answer-impact", "Tiga kata saja.", 1)

    assert said["version"] == 2
    assert said["words"] == 3
    assert said["saved"] == "10.00"  # NOW, in Jakarta
    assert list(said["lacks"]) == ["novelty"]
    assert Answer.objects.get(aspect="impact").text == "Tiga kata saja."


def test_the_same_text_again_is_confirmed_without_a_new_version(come, ayu, draft):
    text = Answer.objects.get(aspect="impact").text

    assert save(come, ayu, draft, "answer-impact", text, 0)["version"] == 1
    assert not Ledger.objects.filter(act="contest.write", facts__aspect="x").exists()


def test_a_field_changed_elsewhere_answers_with_their_text(come, ayu, draft):
    write(ayu, draft, "Tab pertama.")

    said = save(come, ayu, draft, "answer-impact", "Tab kedua.", 1, status=409)

    assert said["code"] == "changed-elsewhere"
    assert (said["theirs"], said["version"]) == ("Tab pertama.", 2)
    assert save(come, ayu, draft, "answer-impact", "Tab kedua.", 2)["version"] == 3


def test_title_category_and_date_save_themselves(come, ayu, draft):
    save(come, ayu, draft, "category", "Perizinan", 0)
    save(come, ayu, draft, "title", "Kelas Perahu II", 0)
    save(come, ayu, draft, "started", "2021-02-03", 0)

    entry = Entry.objects.select_related("innovation").get(pk=draft.pk)
    assert (entry.category, entry.title) == ("Perizinan", "Kelas Perahu II")
    assert entry.innovation.started == date(2021, 2, 3)
    assert save(come, ayu, draft, "category", "x", 0, 409)["code"] == "unknown-category"
    for wrong in ("2021-02-30", "kemarin", ""):
        assert save(come, ayu, draft, "started", wrong, 0, 422)["code"] == "unreadable"
    assert "200" in save(come, ayu, draft, "title", "t" * 201, 0, 422)["reason"]
    assert save(come, ayu, draft, "titel", "x", 0, 422)["code"] == "unreadable"
    assert save(come, ayu, draft, "answer-beauty", "x", 0, 409)["code"] == "unknown-aspect"


def test_after_the_closing_instant_a_save_is_refused_and_says_when(come, clock, ayu, draft):
    clock.move_to(CLOSES)

    said = save(come, ayu, draft, "answer-impact", "Terlambat.", 1, status=409)

    assert said["code"] == "filing-closed"
    assert "theirs" not in said
    assert "12.00 WIB" in said["reason"]
    assert "data-autosave" not in come(ayu, "entry", draft.pk)


def test_the_form_is_the_writers_and_others_read(come, ayu, bima, citra, dewi, draft):
    assert "data-autosave" in come(ayu, "entry", draft.pk)
    assert "data-autosave" not in come(bima, "entry", draft.pk)
    stranger = builders.person("Wawan", "unit", builders.unit(name="Dinas Lain"))
    for person in (citra, dewi, stranger):
        come(person, "entry", draft.pk, status=404)
        come(person, "entry-save", draft.pk, data={"field": "title", "value": "x"}, status=404)
    come(bima, "entry", draft.pk, data=typed(draft, answer_impact="Bukan saya."), status=409)
    come(bima, "entry", 999_999, status=404)


def test_a_filed_entry_is_read_by_whom_it_concerns(come, ayu, bima, citra, dewi, filed):
    aulia = builders.person("Aulia", "auditor")
    reader = builders.person("Eva", "evaluator")
    for person in (ayu, bima, citra, aulia):
        assert "Jawaban impact" in come(person, "entry", filed.pk)
        assert filed.filing.digest in come(person, "entry-receipt", filed.pk)
    for person in (dewi, reader):
        come(person, "entry", filed.pk, status=404)
        come(person, "entry-receipt", filed.pk, status=404)


def test_a_draft_has_no_receipt(come, ayu, draft):
    come(ayu, "entry-receipt", draft.pk, status=404)


def test_who_comes_back_to_a_button_is_led_to_the_entry(come, ayu, bima, draft):
    for person, name in [
        (ayu, "entry-save"),
        (ayu, "entry-attach"),
        (bima, "entry-send-back"),
        (bima, "entry-endorse"),
        (bima, "entry-file-it"),
    ]:
        come(person, name, draft.pk, status=302)
        assert come.response["Location"] == reverse("entry", args=[draft.pk])
    assert not Filing.objects.exists()


# --- evidence on the page


def test_evidence_is_attached_downloaded_and_removed_and_texts_are_saved_on_the_way(
    come, ayu, bima, draft
):
    data = typed(draft, answer_impact="Sebelum lampiran.", supports="impact", upload=upload())
    come(ayu, "entry-attach", draft.pk, data=data, status=302)
    assert Answer.objects.get(aspect="impact").text == "Sebelum lampiran."
    kept = draft.attachments().get()

    come(bima, "entry-file", draft.pk, kept.pk)
    assert come.response["Content-Disposition"] == 'attachment; filename="bukti.pdf"'
    assert kept.sha256[:16] in come(bima, "entry", draft.pk)
    other = builders.draft(draft.edition, "Lain", writer=ayu)
    come(ayu, "entry-file", other.pk, kept.pk, status=404)
    come(ayu, "entry-detach", other.pk, kept.pk, data=typed(other), status=404)
    stranger = builders.person("Wawan", "unit", builders.unit(name="Dinas Lain"))
    come(stranger, "entry-file", draft.pk, kept.pk, status=404)

    come(ayu, "entry-detach", draft.pk, kept.pk, data=typed(draft), status=302)
    assert not draft.attachments().exists()


def test_a_file_chosen_before_pressing_save_is_attached_too(come, ayu, draft):
    come(ayu, "entry", draft.pk, data=typed(draft, upload=upload()), status=302)

    assert draft.attachments().get().note == ""


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (lambda: upload("program.pdf", b"MZ\x90"), "file-type"),
        (lambda: upload("kosong.pdf", b""), "file-empty"),
    ],
)
def test_a_file_that_is_not_taken_costs_no_text(come, ayu, draft, file, code):
    data = typed(draft, answer_impact="Tetap di sini.", upload=file())

    body = come(ayu, "entry-attach", draft.pk, data=data, status=409)

    assert code in body
    assert "Tetap di sini." in body
    assert Answer.objects.get(aspect="impact").text == "Tetap di sini."


def test_attaching_nothing_asks_for_a_file(come, ayu, draft):
    come(ayu, "entry-attach", draft.pk, data=typed(draft), status=422)


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
