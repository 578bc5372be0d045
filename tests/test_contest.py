"""The contest's acts, each rule at its edge; its pages are in test_contest_pages."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from teladan.awards.models import Award
from teladan.contest import acts
from teladan.contest.models import Answer, Edition, Entry
from teladan.contest.rules import differences, lacking, parse
from teladan.contest.views.boards import states_of
from teladan.house.ledger import digest_of
from teladan.house.models import Ledger, Notice, OfficeTerm
from teladan.house.refusals import Refusal
from teladan.panel import acts as panel
from teladan.panel.models import Seat
from tests import builders
from tests.builders import AFTER, CLOSES, FIRST, IN_FIRST, LONG_AGO, NOW, OPENS, PDF, SECOND, upload

pytestmark = pytest.mark.django_db

A_SECOND = timedelta(seconds=1)


@contextmanager
def refused(code):
    with pytest.raises(Refusal) as no:
        yield
    assert no.value.code == code


def write(by, entry, text="Baru.", version=1, aspect="impact", now=NOW):
    return acts.write(by=by, entry=entry, aspect=aspect, text=text, version=version, now=now)


# --- announcing and amending -------------------------------------------------------------------


def weighted(*weights):
    rows = builders.rules()["aspects"]
    return [row | {"weight": weight} for row, weight in zip(rows, weights, strict=True)]


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((0, 30, 50, 19.99), "99.99"),
        ((0, 30, 50, 20.01), "100.01"),
        ((0, 0, 0, 0), "0"),
        ((0, 30, 50, "x"), "aspects[3].weight"),
        ((0, 30, 90, -20), "aspects[3].weight"),
    ],
)
def test_weights_that_do_not_sum_to_100_are_refused_with_their_sum(citra, weights, said):
    with pytest.raises(ValidationError) as no:
        builders.edition(citra, aspects=weighted(*weights))

    assert said in str(no.value)
    assert not Edition.objects.exists()


def test_weights_that_sum_to_100_in_parts_are_taken(citra):
    edition = builders.edition(citra, aspects=weighted(0, "33.3", "33.4", "33.3"))

    assert sum(aspect.weight for aspect in edition.rule.aspects) == 100


def rounds(first=None, second=None):
    one, two = builders.rules()["rounds"]
    return [one | (first or {}), two | (second or {})]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"closes": OPENS.isoformat()}, "rules.closes"),
        ({"closes": "2026-03-31 12:00"}, "rules.closes"),
        ({"opens": "soon"}, "rules.opens"),
        ({"opens": "0001-01-01T00:00:00+07:00"}, "rules.opens"),
        ({"closes": "9999-12-31T23:59:59+07:00"}, "rules.closes"),
        ({"categories": ["Kesehatan", "k" * 61]}, "rules.categories"),
        ({"categories": ["Kese\0hatan"]}, "rules.categories"),
        ({"min_age_months": -1}, "rules.min_age_months"),
        ({"min_age_months": 10**12}, "rules.min_age_months"),
        ({"min_age_months": True}, "rules.min_age_months"),
        ({"cap_per_institution": 0}, "rules.cap_per_institution"),
        ({"tie_rule": ["summary"]}, "rules.tie_rule"),
        ({"aspects": ["impact"]}, "aspects[0]"),
        ({"rounds": []}, "rounds"),
        ({"rounds": ["first"]}, "rounds[0]"),
        ({"rounds": rounds({"method": "dice"})}, "rounds[0].method"),
        ({"rounds": rounds({"office": "minister"})}, "rounds[0].office"),
        ({"rounds": rounds({"opens": NOW.isoformat()})}, "rounds[0].opens"),
        ({"rounds": rounds({}, {"seats": 5})}, "rounds[1].seats"),
        ({"fund": {"amount": 10, "floor": 5, "cap": 4}}, "fund.cap"),
        ({"fund": []}, "rules.fund"),
    ],
)
def test_rules_that_do_not_hold_name_the_place(changes, place):
    with pytest.raises(ValidationError) as no:
        parse(builders.rules(**changes))

    assert place in str(no.value)


def amend(citra, edition, now=NOW, reason="Banjir di tiga provinsi.", seen=None, **changes):
    rules = Edition.objects.get(pk=edition.pk).rules | changes
    return acts.amend(by=citra, edition=edition, rules=rules, reason=reason, now=now, seen=seen)


def test_an_extension_is_an_amendment_for_all_with_its_reason(citra, ayu, edition, draft):
    with refused("filing-closed"):
        write(ayu, draft, now=CLOSES)

    done = amend(citra, edition, now=CLOSES, closes=(CLOSES + timedelta(days=3)).isoformat())

    assert write(ayu, draft, now=CLOSES).text == "Baru."
    assert done.reason == "Banjir di tiga provinsi."
    assert [path for path, _old, _new in differences(done.changed)] == ["closes"]
    line = Ledger.objects.get(act="contest.amend")
    assert (line.by, line.public, line.facts["entries"]) == (citra, True, 1)


def test_an_amendment_changes_something_and_says_why(citra, ayu, edition):
    with refused("nothing-changed"):
        amend(citra, edition)
    with pytest.raises(ValidationError):
        amend(citra, edition, reason="  ", files_per_entry=9)
    with refused("not-your-office"):
        amend(ayu, edition, files_per_entry=9)
    assert Edition.objects.get().rules == edition.rules


def test_an_amendment_made_meanwhile_is_not_overwritten_unread(citra, edition):
    amend(citra, edition, seen=0, files_per_entry=9)

    with refused("changed-elsewhere"):
        amend(citra, edition, seen=0, min_age_months=6)
    assert amend(citra, edition, seen=1, min_age_months=6)


THIRD = rounds()[1] | {
    "name": "Round 3",
    "seats": 1,
    "opens": AFTER.isoformat(),
    "closes": (AFTER + timedelta(days=9)).isoformat(),
}


def test_a_round_can_be_added_and_dropped_until_it_is_used(citra, edition):
    amend(citra, edition, rounds=[*rounds(), THIRD])
    assert edition.rounds.count() == 3

    amend(citra, edition, rounds=rounds())
    assert edition.rounds.count() == 2


@pytest.fixture
def marked(citra):
    """An edition with readers seated in round 1 and one ballot given."""
    edition = builders.full_edition(4)
    panel.assign(by=citra, sieve=edition.rounds.get(number=1), now=FIRST[0])
    seat = Seat.objects.select_related("round__edition", "reader__person").first()
    panel.give(by=seat.reader.person, seat=seat, marks=builders.marks_for(seat, 80), now=IN_FIRST)
    return edition


def test_once_marks_are_given_what_they_were_given_by_stays(citra, marked):
    with refused("marks-given"):
        amend(citra, marked, aspects=weighted(0, 50, 30, 20))
    with refused("marks-given"):
        amend(citra, marked, tie_rule=["novelty"])
    with refused("marks-given"):
        amend(citra, marked, rounds=rounds({"method": "raw"}))
    longer = {"closes": (FIRST[1] + timedelta(days=2)).isoformat()}
    assert amend(citra, marked, rounds=rounds(longer, {"method": "adjusted"}))


def test_a_round_with_readers_cannot_be_dropped(citra, marked):
    # Readers of a second round are seated once the first is sealed, which fixes the rounds too.
    # A seat from elsewhere still holds its round.
    seat = Seat.objects.filter(round__edition=marked).last()
    Seat.objects.filter(pk=seat.pk).update(round=marked.rounds.get(number=2))

    with refused("round-in-use"):
        amend(citra, marked, rounds=rounds()[:1])
    assert marked.rounds.count() == 2


def test_once_a_round_is_sealed_its_rule_stays_and_a_later_round_may_move(citra):
    edition = builders.full_edition(6)
    builders.sealed_round(edition, 1)

    with refused("rounds-fixed"):
        amend(citra, edition, rounds=rounds({"seats": 5}))
    with refused("rounds-fixed"):
        amend(citra, edition, categories=["Satu"])
    with refused("rounds-fixed"):
        amend(citra, edition, rounds=rounds()[:1])
    with refused("rounds-fixed"):
        amend(citra, edition, rounds=[*rounds(), THIRD])
    assert edition.rounds.count() == 2
    later = {"closes": (SECOND[1] + timedelta(days=5)).isoformat()}
    assert amend(citra, edition, rounds=rounds({}, later))


# --- drafts ------------------------------------------------------------------------------------


def begin(by, edition, made=None, category="Kesehatan", now=NOW):
    made = made or builders.innovation()
    return acts.begin(by=by, edition=edition, innovation=made, category=category, now=now)


def test_filing_opens_to_the_second_and_closes_to_the_second(ayu, edition):
    made = builders.innovation()
    for moment in (OPENS - A_SECOND, CLOSES, CLOSES + A_SECOND):
        with refused("filing-closed"):
            begin(ayu, edition, made, now=moment)

    entry = begin(ayu, edition, made, now=OPENS)
    assert write(ayu, entry, version=0, now=CLOSES - A_SECOND).version == 1
    with refused("filing-closed"):
        write(ayu, entry, now=CLOSES)
    with refused("filing-closed"):
        acts.attach(by=ayu, entry=entry, upload=upload(), aspect="", now=CLOSES)


def test_an_entry_begins_with_an_own_innovation_once_in_a_known_category(ayu, bima, edition):
    made = builders.innovation()
    begin(ayu, edition, made, category="")

    with refused("already-entered"):
        begin(ayu, edition, made)
    with refused("unknown-category"):
        begin(ayu, edition, builders.innovation("Dua"), category="Perikanan")
    with refused("not-your-unit"):
        begin(ayu, edition, builders.innovation("Tiga", builders.unit(name="Dinas Lain")))
    with refused("not-your-office"):
        begin(bima, edition, builders.innovation("Empat"))


def test_a_person_of_two_units_writes_for_both(ayu, edition):
    second = builders.unit(name="Dinas Kedua")
    home = second.institution
    OfficeTerm.objects.create(
        person=ayu, office="unit", institution=home, unit=second, starts=LONG_AGO
    )
    ayu.known_terms = None

    for unit in (builders.unit(), second):
        entry = begin(ayu, edition, builders.innovation(unit.name, unit))
        assert write(ayu, entry, version=0).version == 1


def test_words_are_what_white_space_separates(ayu, draft):
    for text, words in [
        ("", 0),
        (" \n\t ", 0),
        ("satu", 1),
        ("anak-anak nelayan", 2),
        ("Rp3.500.000.000,00 untuk 1.463 anak", 4),
        ("per-\nahu dibawanyalah\u00a0ke laut", 5),
    ]:
        version = Answer.objects.get(entry=draft, aspect="impact").version
        assert write(ayu, draft, text, version).words == words


def test_two_tabs_notice_each_other(ayu, draft):
    assert write(ayu, draft, "Tab pertama.", 1).version == 2

    with refused("changed-elsewhere"):
        write(ayu, draft, "Tab kedua.", 1)
    assert write(ayu, draft, "Tab pertama.", 1).version == 3  # the same text harms nobody
    assert write(ayu, draft, "Tab kedua.", 3).text == "Tab kedua."


def test_a_text_that_cannot_be_stored_and_a_question_that_was_not_asked_are_refused(ayu, draft):
    with refused("unreadable-text"):
        write(ayu, draft, "a\0b")
    with refused("unknown-aspect"):
        write(ayu, draft, aspect="beauty")


def test_another_unit_and_other_offices_cannot_write(citra, bima, draft):
    other = builders.person("Wawan", "unit", builders.unit(name="Dinas Lain"))

    with refused("not-your-entry"):
        write(other, draft)
    for person in (citra, bima):
        with refused("not-your-office"):
            write(person, draft)


def test_what_is_endorsed_or_filed_is_not_written(ayu, bima, draft):
    acts.endorse(by=bima, entry=draft, now=NOW)
    with refused("endorsed"):
        write(ayu, draft)
    acts.file_entry(by=bima, entry=draft, now=NOW)
    with refused("already-filed"):
        write(ayu, draft)
    with refused("already-filed"):
        acts.categorise(by=ayu, entry=draft, category="Kesehatan", now=NOW)
    with refused("already-filed"):
        acts.retitle(by=ayu, entry=draft, title="Lain", now=NOW)


def test_title_category_and_start_of_use_are_mended_in_the_draft(ayu, edition, draft):
    acts.retitle(by=ayu, entry=draft, title=" Kelas Perahu II ", now=NOW)
    acts.categorise(by=ayu, entry=draft, category="Perizinan", now=NOW)
    acts.date_use(by=ayu, entry=draft, started=date(2021, 5, 5), now=NOW)

    entry = Entry.objects.get(pk=draft.pk)
    assert (entry.title, entry.category) == ("Kelas Perahu II", "Perizinan")
    assert entry.innovation.started == date(2021, 5, 5)
    with refused("no-title"):
        acts.retitle(by=ayu, entry=draft, title="  ", now=NOW)
    with pytest.raises(ValidationError):
        acts.retitle(by=ayu, entry=draft, title="x" * 201, now=NOW)
    with refused("unknown-category"):
        acts.categorise(by=ayu, entry=draft, category="", now=NOW)
    with refused("not-yet-in-use"):
        acts.date_use(by=ayu, entry=draft, started=date(2026, 3, 16), now=NOW)


def test_the_start_of_use_stays_once_an_entry_was_filed_with_it(citra, ayu, filed):
    second = builders.edition(citra, "kipp-2027")
    entry = begin(ayu, second, filed.innovation)

    with refused("filed-before"):
        acts.date_use(by=ayu, entry=entry, started=date(2019, 1, 1), now=NOW)


def test_the_minimum_age_is_counted_back_from_the_closing_day(edition, draft):
    """CLOSES is 31 March 2026 in Jakarta; the rules ask for 12 months."""
    found = {}
    for started in (date(2025, 3, 31), date(2025, 4, 1), None):
        draft.innovation.started = started
        found[started] = [lack.code for lack in draft.lacks()]

    assert found == {
        date(2025, 3, 31): [],
        date(2025, 4, 1): ["age-below-minimum"],
        None: ["age-below-minimum"],
    }


@pytest.mark.parametrize(
    ("closes", "months", "youngest"),
    [
        ("2026-03-31T12:00:00+07:00", 1, date(2026, 2, 28)),
        ("2024-02-29T12:00:00+07:00", 12, date(2023, 2, 28)),
        ("2024-02-29T12:00:00+07:00", 0, date(2024, 2, 29)),
        ("2026-03-30T20:00:00+00:00", 12, date(2025, 3, 31)),  # the 31st in Jakarta
        ("2026-01-15T12:00:00+07:00", 24, date(2024, 1, 15)),
    ],
)
def test_the_youngest_start_keeps_to_the_calendar(closes, months, youngest):
    later = {"opens": "2026-04-06T00:00:00Z"}
    rule = parse(
        builders.rules(
            opens="2024-01-01T00:00:00Z",
            closes=closes,
            min_age_months=months,
            rounds=rounds(later),
        )
    )

    assert rule.youngest_start() == youngest


def test_honours_of_earlier_editions_bar_once_or_twice(edition, draft):
    made = draft.innovation

    def honour(level, year):
        Award.objects.create(innovation=made, level=level, year=year, citation="Siaran pers")
        return [lack.code for lack in Entry.objects.get(pk=draft.pk).lacks()]

    assert honour("finalis", 2015) == []
    assert honour("top99", 2016) == []
    assert honour("top99", 2017) == ["not-eligible"]
    Award.objects.filter(level="top99").delete()
    assert honour("top40", 2018) == ["not-eligible"]


def test_a_title_that_is_filed_already_is_noticed_before_filing(edition, draft):
    other = builders.unit(builders.institution("Kota Solo", code="33.72"))
    assert draft.lacks() == []

    builders.filed(edition, "KELAS perahu", other)

    assert [lack.code for lack in draft.lacks()] == ["title-repeated"]


def test_a_board_of_many_says_the_same_as_each_draft_alone(edition, ayu, draft):
    bare = builders.draft(edition, "Kosong", writer=ayu, answered=False)
    twin = builders.draft(edition, "Kembar", writer=ayu)
    builders.filed(edition, "kembar", builders.unit(builders.institution("Kota Solo")))
    young = builders.draft(edition, "Muda", writer=ayu)
    young.innovation.started = date(2026, 1, 1)
    young.innovation.save()
    young.category = ""
    young.save()
    long = builders.draft(edition, "Panjang", writer=ayu)
    write(ayu, long, "kata " * 51)
    barred = builders.draft(edition, "Juara", writer=ayu)
    Award.objects.create(innovation=barred.innovation, level="top40", year=2018, citation="x")

    found = 0
    for entry in Entry.objects.filter(filing=None):
        alone = [(lack.code, lack.place) for lack in entry.lacks()]
        words = {answer.aspect: answer.words for answer in entry.answers.all()}
        told = lacking(
            entry.edition.rule,
            words=words,
            category=entry.category,
            started=entry.innovation.started,
            twin=entry == twin,
            honours=[award.level for award in entry.innovation.awards.all()],
        )
        assert [(code, place) for code, place, _words in told] == alone
        [state] = states_of([entry], NOW)
        assert len(state["lacks"]) == len(alone)
        found += len(alone)
    assert found == len(bare.lacks()) + 1 + 2 + 1 + 1


# --- evidence ----------------------------------------------------------------------------------


def attach(by, entry, aspect="impact", **file):
    return acts.attach(by=by, entry=entry, upload=upload(**file), aspect=aspect, now=NOW)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bukti.pdf", b"", "file-empty"),
        ("bukti.pdf", b"MZ\x90\x00 this is a program", "file-type"),
        ("bukti.exe", PDF, "file-type"),
        ("bukti.png", PDF, "file-type"),
        ("bukti.pdf", PDF + b" " * 2000, "file-too-large"),
    ],
)
def test_evidence_of_the_wrong_kind_or_size_is_refused(ayu, draft, settings, name, data, code):
    settings.FILE_LIMIT = 1000

    with refused(code):
        attach(ayu, draft, name=name, data=data)
    assert not draft.attachments().exists()


def test_evidence_is_tied_to_an_aspect_and_attached_once_up_to_the_limit(ayu, draft):
    kept = attach(ayu, draft)
    assert (kept.note, kept.name) == ("impact", "bukti.pdf")
    with refused("file-twice"):
        attach(ayu, draft, name="lagi.pdf")
    with refused("unknown-aspect"):
        attach(ayu, draft, aspect="beauty", data=PDF + b"2")
    attach(ayu, draft, aspect="", data=PDF + b"2")
    with refused("too-many-files"):
        attach(ayu, draft, data=PDF + b"3")

    acts.detach(by=ayu, entry=draft, attachment=kept, now=NOW)
    assert draft.attachments().count() == 1
    assert attach(ayu, draft, data=PDF + b"3")


# --- sent back, endorsed, filed ------------------------------------------------------------------


def test_a_draft_goes_back_with_a_note_and_its_endorsement_falls(ayu, bima, draft):
    acts.endorse(by=bima, entry=draft, now=NOW)
    with refused("no-note"):
        acts.send_back(by=bima, entry=draft, note="  ", now=NOW)

    acts.send_back(by=bima, entry=draft, note="Sebutkan tahunnya.", now=NOW)

    assert not hasattr(Entry.objects.get(pk=draft.pk), "endorsement")
    assert Notice.objects.get(to=ayu).body == "Sebutkan tahunnya."
    assert write(ayu, draft)


def test_only_the_own_admin_sends_back_endorses_and_files(ayu, citra, draft):
    home = builders.institution("Kota Solo", code="33.72")
    for person in (ayu, citra, builders.person("Wati", "local-admin", home)):
        with refused("not-your-office"):
            acts.send_back(by=person, entry=draft, note="x", now=NOW)
        with refused("not-your-office"):
            acts.endorse(by=person, entry=draft, now=NOW)
        with refused("not-your-office"):
            acts.file_entry(by=person, entry=draft, now=NOW)


def test_a_draft_that_lacks_something_is_neither_endorsed_nor_filed(ayu, bima, draft):
    write(ayu, draft, "kata " * 51)
    with refused("not-complete"):
        acts.endorse(by=bima, entry=draft, now=NOW)

    write(ayu, draft, "kata " * 50, 2)
    acts.endorse(by=bima, entry=draft, now=NOW)
    with refused("already-endorsed"):
        acts.endorse(by=bima, entry=draft, now=NOW)
    draft.innovation.started = date(2026, 3, 1)
    draft.innovation.save()
    with refused("not-complete"):
        acts.file_entry(by=bima, entry=Entry.objects.get(pk=draft.pk), now=NOW)


def test_an_entry_is_filed_once_before_the_closing_instant(bima, draft):
    with refused("not-endorsed"):
        acts.file_entry(by=bima, entry=draft, now=NOW)
    acts.endorse(by=bima, entry=draft, now=NOW)
    with refused("filing-closed"):
        acts.file_entry(by=bima, entry=draft, now=CLOSES)

    filing = acts.file_entry(by=bima, entry=draft, now=CLOSES - A_SECOND)

    with pytest.raises(Refusal) as no:
        acts.file_entry(by=bima, entry=draft, now=NOW)
    assert no.value.code == "already-filed"
    assert filing.receipt in no.value.reason
    with refused("already-filed"):
        acts.endorse(by=bima, entry=draft, now=NOW)
    with refused("already-filed"):
        acts.send_back(by=bima, entry=draft, note="x", now=NOW)


def test_the_receipt_follows_from_the_content_and_the_time(ayu, bima, draft):
    attach(ayu, draft)
    acts.endorse(by=bima, entry=draft, now=NOW)

    filing = acts.file_entry(by=bima, entry=draft, now=NOW)

    assert filing.receipt == acts.receipt_for(filing.digest, NOW)
    assert filing.receipt != acts.receipt_for(filing.digest, NOW + A_SECOND)
    assert filing.content["answers"]["impact"] == "Jawaban impact untuk Kelas Perahu."
    [(name, sha256)] = filing.content["files"]
    assert (name, len(sha256)) == ("bukti.pdf", 64)
    assert filing.receipt in Notice.objects.get(to=ayu).body


def test_the_audit_names_a_filing_that_differs_from_the_ledger(filed):
    assert list(acts.broken_filings()) == []
    filing = filed.filing
    filing.content["title"] = "Diganti"
    filing.save()
    assert ["content" in fault for fault in acts.broken_filings()] == [True]

    filing.digest = digest_of(filing.content)
    filing.save()
    [fault] = acts.broken_filings()
    assert filing.receipt in fault
    assert "ledger" in fault
    with pytest.raises(CommandError):
        call_command("audit")


def test_the_audit_names_a_filing_that_is_gone(filed):
    filed.filing.delete()
    [fault] = acts.broken_filings()
    assert f"entry:{filed.pk}" in fault


def test_an_institution_files_as_many_as_the_cap_and_not_one_more(bima, edition):
    for number in range(1, 4):
        assert builders.filed(edition, f"Inovasi {number}").filing.number == number
    one_more = builders.draft(edition, "Satu lagi")
    acts.endorse(by=bima, entry=one_more, now=NOW)

    with refused("cap-reached"):
        acts.file_entry(by=bima, entry=one_more, now=NOW)
    other = builders.unit(builders.institution("Kota Solo", code="33.72"))
    assert builders.filed(edition, "Inovasi Solo", other).filing.number == 4


# --- screening -----------------------------------------------------------------------------------


def screen(by, entry, passed=True, reasons=(), note=""):
    return acts.screen(by=by, entry=entry, passed=passed, reasons=reasons, note=note, now=CLOSES)


def test_a_filed_entry_is_screened_once_with_known_reasons(citra, bima, filed):
    with refused("reason-missing"):
        screen(citra, filed, passed=False)
    with refused("reason-unknown"):
        screen(citra, filed, passed=False, reasons=["ugly"])
    with refused("reason-and-passed"):
        screen(citra, filed, reasons=["title-repeated"])
    with refused("not-your-office"):
        screen(bima, filed)

    screen(citra, filed, passed=False, reasons=["title-repeated"], note="Lihat No. 3.")

    with refused("already-screened"):
        screen(citra, filed)
    mail = Notice.objects.latest("pk")
    assert mail.released_at is None  # it waits until the secretariat has read it
    assert "Lihat No. 3." in mail.body


def test_a_draft_is_not_screened(citra, draft):
    with refused("not-filed"):
        screen(citra, draft)
