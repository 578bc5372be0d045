"""The pages on which an entry is entered, written, and given its evidence."""

import json
from datetime import date

import pytest
from django.urls import reverse

from teladan.contest import acts
from teladan.contest.forms import as_seen
from teladan.contest.models import Answer, Entry, Filing
from teladan.house.models import Ledger, Notice
from tests import builders
from tests.builders import CLOSES, NOW, upload
from tests.entries import write

pytestmark = pytest.mark.django_db


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
