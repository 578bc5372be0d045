"""Readers, seats, marks, tallies, and the audit of judging: rules first, then pages."""

import csv
import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from teladan.contest import acts as contest
from teladan.contest.models import Entry, Seal, Standing
from teladan.house.models import Ledger, OfficeTerm, Person
from teladan.house.refusals import Refusal
from teladan.panel import acts as panel
from teladan.panel.forms.lists import readable, rows_in
from teladan.panel.models import (
    Ballot,
    DeclaredConflict,
    Jotting,
    Mark,
    Plan,
    Reader,
    Recusal,
    Seat,
    Tally,
)
from tests import builders as b
from tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def assigned():
    """An edition of six entries whose first round is seated; returns (edition, round)."""
    of = b.full_edition(6)
    sieve = of.rounds.get(number=1)
    panel.assign(by=b.person("Citra", "secretariat"), sieve=sieve, now=b.FIRST[0])
    return of, sieve


@pytest.fixture
def seat(assigned):
    return Seat.objects.select_related("reader__person", "round__edition", "entry").first()


def give(seat, points=80, now=b.IN_FIRST, by=None, **changed):
    person = by or Person.objects.get(pk=seat.reader.person_id)
    marks = b.marks_for(seat, points)
    for code, value in changed.items():
        if value is None:
            del marks[code]
        else:
            marks[code] = value
    return panel.give(by=person, seat=seat, marks=marks, now=now)


def refused(code, do):
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value


# --- marks ---------------------------------------------------------------------------------


def test_a_mark_at_the_opening_instant_is_taken(seat):
    assert give(seat, now=b.FIRST[0]).points == 80


def test_a_mark_an_instant_before_the_opening_is_refused(seat):
    refused("marking-closed", lambda: give(seat, now=b.FIRST[0] - timedelta(microseconds=1)))


def test_a_mark_an_instant_before_the_closing_is_taken(seat):
    assert give(seat, now=b.FIRST[1] - timedelta(microseconds=1)).points == 80


def test_a_mark_at_the_closing_instant_is_refused(seat):
    refused("marking-closed", lambda: give(seat, now=b.FIRST[1]))
    assert not Ballot.objects.exists()


def test_the_points_of_a_ballot_are_the_weighted_sum(seat):
    given = give(seat, {"novelty": 70, "impact": "81.25", "spread": 100})

    assert given.points == Decimal("0.3") * 70 + Decimal("0.5") * Decimal("81.25") + 20
    assert {m.aspect: m.points for m in given.marks.all()} == {
        "novelty": 70,
        "impact": Decimal("81.25"),
        "spread": 100,
    }


def test_a_second_ballot_is_refused_and_the_first_stays(seat):
    give(seat, 80)
    refused("already-marked", lambda: give(seat, 10))

    assert Ballot.objects.get().points == 80
    assert Mark.objects.count() == 3


def test_a_foreign_seat_is_refused(seat):
    other = Reader.objects.filter(office="evaluator").exclude(pk=seat.reader_id).first()
    refused("not-your-seat", lambda: give(seat, by=other.person))


def test_whoever_lost_the_office_cannot_mark(seat):
    OfficeTerm.objects.filter(person=seat.reader.person).update(ends=b.LONG_AGO)
    refused("not-your-office", lambda: give(seat))


def test_whoever_has_not_pledged_cannot_mark(seat):
    Reader.objects.update(pledged_at=None)
    refused("not-pledged", lambda: give(seat))


def test_whoever_stepped_back_cannot_mark(seat):
    panel.recuse(by=seat.reader.person, seat=seat, because="Saudara", now=b.IN_FIRST)
    refused("recused", lambda: give(seat))


def test_every_aspect_must_be_marked(seat):
    no = refused("aspects-missing", lambda: give(seat, impact=None))
    assert "Dampak" in no.reason or "Impact" in no.reason


def test_an_aspect_of_no_weight_is_not_marked(seat):
    refused("unknown-aspect", lambda: give(seat, summary=(Decimal(80), "Bagus")))


@pytest.mark.parametrize("points", ["-0.01", "100.01", "NaN", "Infinity", "50.001"])
def test_points_off_the_scale_are_refused(seat, points):
    refused("points-off-scale", lambda: give(seat, impact=(Decimal(points), "Alasan")))
    assert not Mark.objects.exists()


@pytest.mark.parametrize("points", [0, 100])
def test_the_ends_of_the_scale_belong_to_it(seat, points):
    assert give(seat, points).points == points


@pytest.mark.parametrize("because", ["", "  \n "])
def test_a_mark_without_a_reason_is_refused(seat, because):
    refused("reason-missing", lambda: give(seat, impact=(Decimal(80), because)))


def test_the_database_itself_refuses_marks_off_the_scale(seat):
    given = give(seat)
    mark = given.marks.first()
    mark.points = Decimal("100.01")

    with pytest.raises(ValidationError):
        mark.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.filter(pk=mark.pk).update(points=mark.points)


def test_marks_keep_the_tally(seat):
    give(seat, 80)
    twin = Seat.objects.filter(entry=seat.entry).exclude(pk=seat.pk).get()
    give(twin, {"novelty": 60, "impact": 60, "spread": 70})

    tally = Tally.objects.get(entry=seat.entry)
    assert (tally.reads, tally.mean, tally.spread) == (2, Decimal("71.0000"), Decimal("18.0000"))
    assert tally.aspects == {"novelty": "70.00", "impact": "70.00", "spread": "75.00"}
    assert list(panel.broken_seals()) == []


# --- jottings ------------------------------------------------------------------------------


def jot(seat, version=0, **marks):
    person = Person.objects.get(pk=seat.reader.person_id)
    return panel.jot(by=person, seat=seat, marks=marks, version=version, now=b.IN_FIRST)


def test_fields_are_kept_one_by_one_and_gone_once_marks_are_given(seat):
    jot(seat, points_impact="8")
    kept = jot(seat, version=1, because_impact="Karena")

    assert kept.typed == {"points_impact": "8", "because_impact": "Karena"}
    give(seat)
    assert not Jotting.objects.exists()


def test_two_windows_notice_each_other_field_by_field(seat):
    jot(seat, points_impact="80")
    jot(seat, version=0, because_impact="another line, seen by nobody yet")

    refused("changed-elsewhere", lambda: jot(seat, version=0, points_impact="20"))
    assert Jotting.objects.get().typed["points_impact"] == "80"
    assert jot(seat, version=0, points_impact="80").typed["points_impact"] == "80"
    assert jot(seat, version=1, points_impact="20").typed["points_impact"] == "20"


def test_a_line_that_the_ballot_does_not_have_is_refused(seat):
    refused("unknown-aspect", lambda: jot(seat, points_summary="8"))
    refused("too-long", lambda: jot(seat, because_impact="x" * 4001))


# --- readers -------------------------------------------------------------------------------


def test_whoever_runs_the_contest_cannot_mark_in_it(citra):
    of = b.edition(citra)
    b.person("Citra", "evaluator")

    refused(
        "runs-the-contest",
        lambda: panel.enlist(
            by=citra, edition=of, person=b.person("Citra"), office="evaluator", now=b.NOW
        ),
    )


def test_a_reader_is_enlisted_once_an_edition_and_office(citra):
    of = b.edition(citra)
    b.reader(of, "Rini")
    refused("enlisted-already", lambda: b.reader(of, "Rini"))


def test_a_local_admin_who_reads_is_in_conflict_with_the_own_institution(citra):
    of = b.edition(citra)
    home = b.institution("Kabupaten 1", "regency", "11.01")
    b.person("Rini", "local-admin", home)
    assert b.reader(of, "Rini").institution == home


def test_a_list_makes_accounts_and_offices_all_or_none(citra):
    of = b.edition(citra)
    b.institution()
    row = {"institution": "", "region": "", "expertise": "Kesehatan; Perizinan", "office": ""}
    good = row | {"name": "Sari", "email": "Sari@Example.id", "line": "2"}
    bad = row | {"name": "Tono", "email": "tono@example.id", "region": "99.99", "line": "7"}

    no = refused(
        "list-row",
        lambda: panel.enlist_all(by=citra, edition=of, rows=[good, bad], now=b.NOW),
    )
    assert "7" in no.reason
    assert not Person.objects.filter(name="Sari").exists()

    assert panel.enlist_all(by=citra, edition=of, rows=[good], now=b.NOW) == 1
    sari = Reader.objects.get(person__email="sari@example.id")
    assert sari.expertise == ["Kesehatan", "Perizinan"]
    assert sari.person.terms.get().office == "evaluator"
    assert not sari.person.has_usable_password()


def test_a_pledge_is_signed_once_and_by_the_reader_alone(citra):
    of = b.edition(citra)
    reader = b.reader(of, "Rini", pledged=False)
    home = b.institution()
    mine = {"by": reader.person, "reader": reader, "now": b.NOW}

    refused("not-you", lambda: panel.pledge(**mine | {"by": citra}, conflicts={}))
    refused("unknown-institution", lambda: panel.pledge(**mine, conflicts={0: "Kakak"}))
    refused("no-reason", lambda: panel.pledge(**mine, conflicts={home.pk: " "}))
    panel.pledge(**mine, conflicts={home.pk: "Mengajar di sana"})
    refused("already-pledged", lambda: panel.pledge(**mine, conflicts={}))
    assert DeclaredConflict.objects.get().because == "Mengajar di sana"


def test_stepping_back_needs_a_reason_and_no_ballot(seat):
    who = seat.reader.person
    refused("no-reason", lambda: panel.recuse(by=who, seat=seat, because=" ", now=b.IN_FIRST))
    give(seat)
    refused("already-marked", lambda: panel.recuse(by=who, seat=seat, because="X", now=b.IN_FIRST))


# --- seats ---------------------------------------------------------------------------------


def test_every_entry_gets_its_readers_evenly_and_the_plan_says_so(assigned):
    _of, sieve = assigned
    seats = list(Seat.objects.filter(round=sieve).values_list("entry", "reader"))
    certificate = Plan.objects.get().certificate

    assert len(seats) == len(set(seats)) == 12
    assert certificate["load_most"] - certificate["load_least"] <= 2
    assert certificate["groups"] == 1
    assert certificate["floor"] <= certificate["floor_bound"]
    assert Tally.objects.filter(round=sieve, reads=0).count() == 6


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_ever_seated_against_a_conflict(citra, seed):
    dice = random.Random(seed)
    of = b.edition(cap_per_institution=50)
    homes = [
        b.institution(f"Kabupaten {n}", "regency", f"{11 + n % 3}.0{n % 4 + 1}") for n in range(7)
    ] + [b.institution("Provinsi 11", "province", "11"), b.institution("Badan", "agency", None)]
    for number in range(10):
        b.admitted(of, f"Inovasi {number}", b.unit(dice.choice(homes), f"Dinas {number}"))
    regions = ["11", "12", "11.01", "12.02", "13.03", None]
    for number in range(9):
        code = dice.choice(regions)
        found = b.reader(
            of,
            f"Evaluator {number}",
            home=b.region(code) if code else None,
            at=dice.choice([*homes, None]),
            pledged=False,
        )
        shunned = dice.sample(homes, dice.randint(0, 2))
        panel.pledge(
            by=found.person, reader=found, conflicts={h.pk: "Ada" for h in shunned}, now=b.CLOSES
        )
    sieve = of.rounds.get(number=1)
    try:
        panel.assign(by=citra, sieve=sieve, now=b.FIRST[0])
    except Refusal as no:
        assert no.code == "not-enough-readers"  # noqa: PT017 - that too is an answer
        return
    broken = []
    for seat in Seat.objects.select_related("entry__innovation__institution__region", "reader"):
        home, reader = seat.entry.innovation.institution, seat.reader
        region = home.region.code if home.region else ""
        mine = reader.home_region_id or "none"
        if (
            home.pk == reader.institution_id
            or region in {mine, mine[:2]}
            or (region and region[:2] == mine)
            or DeclaredConflict.objects.filter(reader=reader, institution=home).exists()
        ):
            broken.append(seat)
    assert broken == []
    assert Seat.objects.filter(round=sieve).count() == 20


def test_too_few_readers_are_refused_with_the_titles_of_entries(citra):
    of = b.edition(cap_per_institution=50)
    home = b.institution("Kabupaten 1", "regency", "11.01")
    b.admitted(of, "Inovasi Sulit", b.unit(home))
    b.reader(of, "Rini")
    b.reader(of, "Sari", at=home)

    no = refused(
        "not-enough-readers",
        lambda: panel.assign(by=citra, sieve=of.rounds.get(number=1), now=b.FIRST[0]),
    )
    assert "Inovasi Sulit" in no.reason


def test_readers_who_have_not_pledged_are_not_seated(citra):
    of = b.edition(citra, cap_per_institution=50)
    b.admitted(of)
    b.reader(of, "Rini", pledged=False)
    sieve = of.rounds.get(number=1)

    refused("no-readers", lambda: panel.assign(by=citra, sieve=sieve, now=b.FIRST[0]))


def test_the_second_round_waits_for_the_seal_of_the_first(assigned, citra):
    of, _sieve = assigned
    second = of.rounds.get(number=2)

    refused("round-before-open", lambda: panel.assign(by=citra, sieve=second, now=b.SECOND[0]))


def test_seats_wait_for_screening_and_are_given_once(assigned, citra):
    _of, sieve = assigned
    refused("already-assigned", lambda: panel.assign(by=citra, sieve=sieve, now=b.FIRST[0]))

    other = b.edition(citra, slug="lain")
    b.filed(other, "Belum disaring")
    refused(
        "screening-open",
        lambda: panel.assign(by=citra, sieve=other.rounds.get(number=1), now=b.FIRST[0]),
    )


def test_another_reader_is_seated_by_hand_only_where_the_rules_allow(assigned, citra, seat):
    _of, sieve = assigned
    taken = set(Seat.objects.filter(entry=seat.entry).values_list("reader", flat=True))
    third = Reader.objects.filter(office="evaluator").exclude(pk__in=taken).get()
    panelist = Reader.objects.filter(office="panelist").first()
    ask = {"by": citra, "sieve": sieve, "entry": seat.entry, "now": b.IN_FIRST}

    refused("wrong-office", lambda: panel.seat_reader(**ask, reader=panelist))
    refused("seated-already", lambda: panel.seat_reader(**ask, reader=seat.reader))
    Reader.objects.filter(pk=third.pk).update(institution=seat.entry.innovation.institution)
    third.refresh_from_db()
    refused("conflict", lambda: panel.seat_reader(**ask, reader=third))
    assert third not in Reader.objects.free_for(sieve, seat.entry)
    Reader.objects.filter(pk=third.pk).update(institution=None)
    third.refresh_from_db()
    assert third in Reader.objects.free_for(sieve, seat.entry)
    assert panel.seat_reader(**ask, reader=third).entry == seat.entry


# --- tallies -------------------------------------------------------------------------------


def test_a_round_is_not_sealed_before_everything_is_read(assigned, citra, seat):
    _of, sieve = assigned
    b.mark_all(sieve, b.IN_FIRST)
    ballot = Ballot.objects.first()
    Mark.objects.filter(ballot=ballot).delete()
    ballot.delete()

    no = refused("not-all-read", lambda: panel.tally(by=citra, sieve=sieve, now=b.FIRST[1]))
    assert ballot.seat.entry.title in no.reason


def test_a_sealed_round_is_closed_for_ever(citra):
    of = b.full_edition(6)
    sieve = b.sealed_round(of, 1)
    seat = Seat.objects.filter(round=sieve).first()

    refused("already-sealed", lambda: panel.tally(by=citra, sieve=sieve, now=b.AFTER))
    refused(
        "already-sealed",
        lambda: panel.seat_reader(
            by=citra, sieve=sieve, entry=seat.entry, reader=seat.reader, now=b.AFTER
        ),
    )
    Ballot.objects.filter(seat=seat).first()
    assert list(Standing.objects.filter(stood=True).values_list("place", flat=True)) == [1, 2, 3, 4]


def test_marks_are_closed_by_the_seal_even_inside_the_window(citra, assigned):
    _of, sieve = assigned
    b.mark_all(sieve, b.FIRST[0])
    entry = Entry.objects.first()
    taken = set(Seat.objects.filter(entry=entry).values_list("reader", flat=True))
    third = Reader.objects.filter(office="evaluator").exclude(pk__in=taken).get()
    late = panel.seat_reader(by=citra, sieve=sieve, entry=entry, reader=third, now=b.IN_FIRST)
    panel.tally(by=citra, sieve=sieve, now=b.IN_FIRST)

    refused("marking-closed", lambda: give(late))


def test_a_tie_at_the_line_goes_to_the_plenary_and_needs_its_reason(citra, assigned):
    _of, sieve = assigned
    best = set(Entry.objects.order_by("pk").values_list("pk", flat=True)[:3])
    b.mark_all(sieve, b.IN_FIRST, lambda seat: 90 if seat.entry_id in best else 70)
    ask = {"by": citra, "sieve": sieve, "now": b.FIRST[1]}

    with pytest.raises(panel.TieAtTheLine) as tie:
        panel.tally(**ask)
    tied = tie.value.tied
    assert len(tied) == 3
    assert not set(tied) & best
    assert not Seal.objects.exists()

    order = [tied[1], tied[0], tied[2]]
    refused("order-without-reason", lambda: panel.tally(**ask, order=order, because=" "))
    seal = panel.tally(**ask, order=order, because="Pleno memilih yang paling luas dampaknya.")
    stood = set(Standing.objects.filter(stood=True).values_list("entry", flat=True))
    assert stood == best | {tied[1]}
    assert seal.report["because"].startswith("Pleno")
    assert list(panel.broken_seals()) == []


def test_the_tie_rule_parts_equal_points_by_the_declared_aspects(citra, assigned):
    _of, sieve = assigned
    favoured = Entry.objects.order_by("-pk").first().pk
    equal = {"novelty": 80, "impact": 80, "spread": 80}
    # As many points, more of them for impact, the first key of the tie rule.
    same = {"novelty": 80, "impact": 84, "spread": 70}
    b.mark_all(sieve, b.IN_FIRST, lambda s: same if s.entry_id == favoured else equal)

    with pytest.raises(panel.TieAtTheLine) as tie:
        panel.tally(by=citra, sieve=sieve, now=b.FIRST[1])
    assert favoured not in tie.value.tied
    assert len(tie.value.tied) == 5


def test_the_severity_of_readers_is_taken_out(citra):
    of = b.full_edition(12)
    sieve = of.rounds.get(number=1)
    panel.assign(by=citra, sieve=sieve, now=b.FIRST[0])
    severe = Reader.objects.filter(office="evaluator").order_by("pk").first().pk
    b.mark_all(
        sieve,
        b.IN_FIRST,
        lambda seat: 80 + seat.entry_id % 7 - (20 if seat.reader_id == severe else 0),
    )
    seal = panel.tally(by=citra, sieve=sieve, now=b.FIRST[1])

    assert seal.report["severity"][str(severe)][0] > 8
    assert seal.report["sd_reader"] > 1
    assert seal.report["agreement"]["icc2k"][0] is not None


# --- audit ---------------------------------------------------------------------------------


@kept
def sealed():
    of = b.full_edition(6)
    return of, b.sealed_round(of, 1)


def test_an_untouched_round_passes_the_audit(sealed):
    assert list(panel.broken_seals()) == []


def test_the_audit_names_entry_reader_and_aspect_of_a_changed_mark(sealed):
    mark = Mark.objects.filter(aspect="impact").select_related("ballot__seat__reader").first()
    seat = mark.ballot.seat
    Mark.objects.filter(pk=mark.pk).update(points=99)

    found = list(panel.broken_seals())
    assert any(
        f"entry {seat.entry_id}, reader {seat.reader_id}" in line
        and seat.reader.person.name in line
        and f"impact is 99.00, sealed as {mark.points}" in line
        for line in found
    )
    assert any("the ballot says" in line for line in found)


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (
            lambda: Ballot.objects.filter(pk=Ballot.objects.first().pk).update(points=1),
            "marks make",
        ),
        (lambda: Tally.objects.filter(pk=Tally.objects.first().pk).update(mean=1), "tally's mean"),
        (lambda: Tally.objects.all().delete(), "has a ballot and no tally"),
        (lambda: Standing.objects.filter(place=1).update(place=2), "place is 2, computed 1"),
        (lambda: Standing.objects.filter(place=6).delete(), "is missing"),
        (lambda: Seal.objects.update(digest="0" * 64), "ledger knows another digest"),
        (lambda: Mark.objects.filter(pk=Mark.objects.first().pk).delete(), "is missing, sealed as"),
    ],
)
def test_the_audit_finds_what_was_changed_by_hand(sealed, tamper, told):
    tamper()
    assert any(told in line for line in panel.broken_seals())


def test_inputs_changed_together_with_their_digest_do_not_fit_the_marks(sealed):
    seal = Seal.objects.get()
    seal.inputs["marks"][0][2][0] = "1.00"
    rows = panel.rows_of(seal.pk)
    digest = contest.seal_digest(seal.engine, seal.inputs, rows)
    Seal.objects.update(inputs=seal.inputs, digest=digest)

    found = list(panel.broken_seals())
    assert any("sealed as 1.00" in line for line in found)
    assert any("ledger knows another digest" in line for line in found)


def test_the_ledger_has_a_line_for_each_act_of_a_round(sealed):
    done = set(Ledger.objects.values_list("act", flat=True))
    assert {"panel.enlist", "panel.pledge", "panel.assign", "panel.give", "panel.tally"} <= done


# --- lists of readers ----------------------------------------------------------------------

HEAD = "name,email,office,institution,region,expertise\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (HEAD.encode(), "no reader below"),
        (b"nama,surel\nA,a@example.id\n", "Line 1"),
        (HEAD.encode() + b"A,a@example.id,evaluator\n", "Line 2 has 3 columns instead of 6"),
        (HEAD.encode() + b"A,a@example.id,,,,\nB\xff,b@example.id,,,,\n", "Line 3 is not in UTF-8"),
        (HEAD.encode() + b"A,a@example.id,,,,\nB,b\0@example.id,,,,\n", "Line 3 holds a NUL"),
        (HEAD.encode() + b"A,a@example.id,,,,\nB,A@example.id,,,,\n", "Line 3 repeats"),
        (HEAD.encode() + b'A,"a@example.id,,,,\n', "cannot be read as CSV"),
        (HEAD.encode() + b"A,not an address,,,,\n", "Line 2"),
        (HEAD.encode() + b"A,a@example.id,juri,,,\n", "evaluator or panelist"),
        (HEAD.encode() + b",a@example.id,,,,\n", "Line 2 has no name"),
    ],
)
def test_a_broken_list_is_refused_with_its_line(data, told):
    with translation.override("en"), pytest.raises(ValidationError) as wrong:
        rows_in(readable(data))
    assert told in " ".join(wrong.value.messages)


def test_a_list_may_have_semicolons_between_columns_and_empty_lines():
    text = (
        HEAD.replace(",", ";") + '\nRatna;Ratna@example.id;;;32.71;"Kesehatan;Perizinan"\n;;;;;\n'
    )
    assert rows_in(text) == [
        {
            "name": "Ratna",
            "email": "ratna@example.id",
            "office": "",
            "institution": "",
            "region": "32.71",
            "expertise": "Kesehatan;Perizinan",
            "line": "3",
        }
    ]


# --- pages ---------------------------------------------------------------------------------


@pytest.fixture
def enter(client, settings):
    """Sign somebody in; pages answer in English."""
    client.cookies["django_language"] = "en"

    def sign_in(person):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def reading(clock, seat, enter):
    """A reader at an open ballot: (client, seat)."""
    clock.move_to(b.IN_FIRST)
    return enter(Person.objects.get(pk=seat.reader.person_id)), seat


def typed(points="80", because="Karena jelas", **more):
    fields = {}
    for code in ("novelty", "impact", "spread"):
        fields[f"points_{code}"], fields[f"because_{code}"] = points, because
    return fields | more


def queries(client, path):
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(seen)


def test_my_reading_leads_to_the_ballot_and_marks_are_given(reading):
    client, seat = reading
    assert f"/ballots/{seat.pk}/" in client.get("/ballots/").content.decode()

    response = client.post(f"/ballots/{seat.pk}/", typed(points_impact="82,5"))
    assert response.status_code == 302
    assert Ballot.objects.get().points == Decimal("81.25")
    done = client.get("/ballots/?done=1").content.decode()
    assert "81.25" in done
    assert "How you marked" in done
    given = client.get(f"/ballots/{seat.pk}/").content.decode()
    assert "81.25" in given
    assert "data-ballot" not in given


def test_a_ballot_with_a_gap_keeps_what_was_typed(reading):
    client, seat = reading
    response = client.post(
        f"/ballots/{seat.pk}/",
        typed(points_impact="101", because_novelty="", because_spread="Unik"),
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="101"' in page
    assert "Unik" in page
    assert not Ballot.objects.exists()


def test_a_second_ballot_is_refused_on_the_page_with_what_was_typed(reading):
    client, seat = reading
    give(seat)
    response = client.post(f"/ballots/{seat.pk}/", typed("11", "Tulisan kedua"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "already-marked" in page
    assert "Tulisan kedua" in page
    assert "80.00" in page
    assert Ballot.objects.get().points == 80


def test_after_closing_the_page_keeps_what_was_typed(reading, clock, enter):
    _client, seat = reading
    jot(seat, because_impact="Belum selesai")
    clock.move_to(b.FIRST[1])
    client = enter(seat.reader.person)

    assert "Belum selesai" in client.get(f"/ballots/{seat.pk}/").content.decode()
    response = client.post(f"/ballots/{seat.pk}/", typed(because="Terlambat"))
    assert response.status_code == 409
    assert "Terlambat" in response.content.decode()


def test_a_strange_reader_finds_no_ballot(reading, enter):
    client, seat = reading
    assert client.get(f"/ballots/{seat.pk}/").status_code == 200
    taken = Seat.objects.filter(entry=seat.entry).values("reader__person")
    other = Reader.objects.filter(office="evaluator").exclude(person__in=taken).get()

    client = enter(other.person)
    assert client.get("/ballots/").status_code == 200
    for path in ("", "save/", "recuse/"):
        assert client.post(f"/ballots/{seat.pk}/{path}", typed()).status_code == 404


def test_the_page_saves_itself_field_by_field(reading):
    client, seat = reading
    save = f"/ballots/{seat.pk}/save/"
    first = client.post(save, {"field": "because_impact", "value": "Kuat", "version": "0"})
    assert first.json()["version"] == 1
    assert "." in first.json()["saved"]
    clash = client.post(save, {"field": "because_impact", "value": "Lemah", "version": "0"})
    assert clash.status_code == 409
    assert clash.json()["theirs"] == "Kuat"
    assert clash.json()["version"] == 1
    broken = client.post(save, {"field": "because_impact", "value": "x", "version": "satu"})
    assert broken.status_code == 422
    page = client.get(f"/ballots/{seat.pk}/").content.decode()
    assert "Kuat" in page
    assert 'data-version="1"' in page


def test_without_a_script_the_whole_ballot_is_kept_by_a_button(reading):
    client, seat = reading
    kept = client.post(f"/ballots/{seat.pk}/save/", typed("", "Nanti") | {"version": "0"})
    assert kept.status_code == 302
    assert Jotting.objects.get().typed["because_impact"] == "Nanti"
    clash = client.post(f"/ballots/{seat.pk}/save/", typed("", "Lain") | {"version": "0"})
    assert clash.status_code == 409
    assert "Lain" in clash.content.decode()


def test_stepping_back_asks_for_a_reason_and_takes_the_entry_away(reading, enter, citra):
    client, seat = reading
    assert client.post(f"/ballots/{seat.pk}/recuse/", {"because": ""}).status_code == 422
    assert client.post(f"/ballots/{seat.pk}/recuse/", {"because": "Sepupu"}).status_code == 302
    assert Recusal.objects.get().because == "Sepupu"
    assert client.get(f"/ballots/{seat.pk}/").status_code == 404

    client = enter(citra)
    page = client.get(f"/rounds/{seat.round_id}/").content.decode()
    assert "Sepupu" in page
    assert f"seat/?entry={seat.entry_id}" in page
    path = f"/rounds/{seat.round_id}/seat/"
    free = client.get(f"{path}?entry={seat.entry_id}").content.decode()
    taken = Seat.objects.filter(entry=seat.entry).values("reader")
    third = Reader.objects.filter(office="evaluator").exclude(pk__in=taken).get()
    assert f'value="{third.pk}"' in free
    assert f'value="{seat.reader_id}"' not in free
    response = client.post(path, {"entry": seat.entry_id, "reader": seat.reader_id})
    assert response.status_code == 422
    response = client.post(path, {"entry": seat.entry_id, "reader": third.pk})
    assert response.status_code == 302
    assert Seat.objects.filter(entry=seat.entry, reader=third).exists()


def test_the_pact_is_signed_on_its_page_with_conflicts(clock, citra, enter):
    clock.move_to(b.NOW)
    of = b.edition(citra)
    home = b.institution()
    reader = b.reader(of, "Rini", pledged=False, home=b.region("51.03", "Kabupaten Badung"))
    client, path = enter(reader.person), f"/readers/{reader.pk}/pledge/"

    assert "Kabupaten Badung" in client.get(path).content.decode()
    wrong = client.post(path, {"institution_1": "Tidak Ada", "because_1": "X", "agreed": "on"})
    assert wrong.status_code == 422
    assert "Tidak Ada" in wrong.content.decode()
    assert client.post(path, {"agreed": ""}).status_code == 422
    signed = {"institution_1": home.name, "because_1": "Pernah mengajar", "agreed": "on"}
    assert client.post(path, signed).status_code == 302
    assert DeclaredConflict.objects.get().institution == home
    assert "Pernah mengajar" in client.get(path).content.decode()
    assert client.post(path, signed).status_code == 409


def test_the_secretariat_enlists_one_reader_or_a_list_after_a_preview(clock, citra, enter):
    clock.move_to(b.NOW)
    of = b.edition(citra)
    client, path = enter(citra), f"/editions/{of.slug}/readers/"
    one = {"name": "Sari", "email": "sari@example.id", "office": "evaluator"}
    assert client.post(path, one).status_code == 302
    assert client.post(path, one).status_code == 409
    assert client.post(path, one | {"email": "sari"}).status_code == 422
    assert client.post(path, one | {"email": "t@example.id", "region": "99.99"}).status_code == 409

    text = HEAD + "Ratna,ratna@example.id,panelist,,,Kesehatan\n"
    upload = SimpleUploadedFile("pembaca.csv", text.encode(), "text/csv")
    preview = client.post(f"{path}import/", {"file": upload})
    assert preview.status_code == 200
    assert "ratna@example.id" in preview.content.decode()
    assert not Person.objects.filter(email="ratna@example.id").exists()
    confirmed = client.post(f"{path}import/", {"text": text, "confirm": "yes"})
    assert confirmed.status_code == 302
    assert Reader.objects.get(person__email="ratna@example.id").office == "panelist"
    again = client.post(f"{path}import/", {"text": text, "confirm": "yes"})
    assert again.status_code == 409
    large = SimpleUploadedFile("pembaca.csv", HEAD.encode() + b"x" * 2 * 1024 * 1024, "text/csv")
    refusal = client.post(f"{path}import/", {"file": large})
    assert refusal.status_code == 422
    assert "2 MB" in refusal.content.decode()
    unknown = HEAD + "Tono,tono@example.id,,Antah Berantah,,\n"
    refusal = client.post(f"{path}import/", {"text": unknown})
    assert "Line 2" in refusal.content.decode()


def test_a_round_is_seated_watched_and_sealed_on_its_pages(clock, citra, enter):
    of = b.full_edition(6)
    sieve = of.rounds.get(number=1)
    clock.move_to(b.FIRST[0])
    client = enter(citra)
    assert "Seat the readers" in client.get(f"/rounds/{sieve.pk}/").content.decode()
    assert client.post(f"/rounds/{sieve.pk}/assign/").status_code == 302
    assert client.post(f"/rounds/{sieve.pk}/assign/").status_code == 409
    assert "No conflict is broken" in client.get(f"/rounds/{sieve.pk}/").content.decode()
    unread = client.post(f"/rounds/{sieve.pk}/seal/")
    assert unread.status_code == 409
    assert "not-all-read" in unread.content.decode()
    b.mark_all(sieve, b.IN_FIRST)
    means = client.get(f"/rounds/{sieve.pk}/ranking/").content.decode()
    assert "Means so far" in means
    assert "Inovasi 001" in means

    clock.move_to(b.FIRST[1])
    client = enter(citra)
    assert client.post(f"/rounds/{sieve.pk}/seal/").status_code == 302
    page = client.get(f"/rounds/{sieve.pk}/ranking/").content.decode()
    assert "Line: 4 seats" in page
    assert "Under embargo" in page
    assert 'class="range"' in page
    severity = client.get(f"/rounds/{sieve.pk}/ranking/?readers").content.decode()
    assert "Evaluator 1" in severity
    assert "ICC(1)" in severity


def test_the_plenary_settles_a_tie_on_the_page(clock, citra, enter, assigned):
    _of, sieve = assigned
    best = set(Entry.objects.order_by("pk").values_list("pk", flat=True)[:3])
    b.mark_all(sieve, b.IN_FIRST, lambda seat: 90 if seat.entry_id in best else 70)
    clock.move_to(b.FIRST[1])
    client, path = enter(citra), f"/rounds/{sieve.pk}/seal/"

    asked = client.post(path)
    assert asked.status_code == 409
    tied = sorted(set(Entry.objects.values_list("pk", flat=True)) - best)
    assert all(f'name="rank_{pk}"' in asked.content.decode() for pk in tied)
    order = {"tied": tied, **{f"rank_{pk}": n for n, pk in enumerate(reversed(tied), start=1)}}
    assert client.post(path, order).status_code == 422
    twice = client.post(path, order | {f"rank_{tied[0]}": 1, "because": "Pleno"})
    assert twice.status_code == 422
    assert "place of its own" in twice.content.decode()
    assert client.post(path, order | {"because": "Dampaknya paling luas"}).status_code == 302
    assert Standing.objects.get(entry=tied[-1]).stood
    assert "Dampaknya paling luas" in client.get(f"/rounds/{sieve.pk}/ranking/").content.decode()


def test_only_the_secretariat_reads_the_names_of_severe_readers(clock, sealed, enter):
    _of, sieve = sealed
    clock.move_to(b.AFTER)
    path = f"/rounds/{sieve.pk}/ranking/?readers"
    assert "Evaluator 1" in enter(b.person("Citra")).get(path).content.decode()
    page = enter(b.person("Audi", "auditor")).get(path).content.decode()
    assert "Evaluator 1" not in page
    assert "Reader 1" in page


def test_the_minister_sees_a_ranking_only_once_it_is_sealed(clock, assigned, citra, enter):
    _of, sieve = assigned
    b.mark_all(sieve, b.IN_FIRST)
    clock.move_to(b.FIRST[1])
    client = enter(b.person("Menteri", "minister"))
    assert "Inovasi" not in client.get(f"/rounds/{sieve.pk}/ranking/").content.decode()
    panel.tally(by=citra, sieve=sieve, now=b.FIRST[1])
    assert "Inovasi 001" in client.get(f"/rounds/{sieve.pk}/ranking/").content.decode()
    assert client.get(f"/rounds/{sieve.pk}/").status_code == 404


def test_other_offices_find_no_page_of_a_round(clock, sealed, enter, dewi):
    of, sieve = sealed
    clock.move_to(b.AFTER)
    paths = [
        f"/rounds/{sieve.pk}/",
        f"/rounds/{sieve.pk}/ranking/",
        f"/rounds/{sieve.pk}/marks.csv",
        f"/editions/{of.slug}/readers/",
    ]
    client = enter(b.person("Citra"))
    assert all(client.get(path).status_code == 200 for path in paths)
    for person in (dewi, b.person("Evaluator 1"), b.person("Tri", "treasury")):
        client = enter(person)
        assert [client.get(path).status_code for path in paths] == [404] * 4


def test_all_marks_are_exported_with_numbered_readers_and_without_formulas(clock, citra, enter):
    of = b.full_edition(4, rounds=[b._round("R", "evaluator", 2, 2, "raw", "top99", b.FIRST)])
    sieve = of.rounds.get(number=1)
    panel.assign(by=citra, sieve=sieve, now=b.FIRST[0])
    b.mark_all(sieve, b.IN_FIRST)
    Mark.objects.filter(aspect="impact").update(because="=SUM(A1)")
    clock.move_to(b.FIRST[1])

    response = enter(citra).get(f"/rounds/{sieve.pk}/marks.csv")
    lines = list(csv.reader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))
    assert lines[0][:6] == ["entry", "title", "institution", "reader", "points", "given_at"]
    assert len(lines) == 9
    assert {row[3] for row in lines[1:]} <= {"1", "2", "3"}
    assert "Evaluator" not in str(lines)
    assert lines[1][lines[0].index("impact_because")] == "'=SUM(A1)"


def test_pages_ask_the_same_number_of_questions_however_many_rows(clock, citra, enter):
    asked = []
    for size in (4, 12):
        of = b.full_edition(size, slug=f"e{size}")
        sieve = of.rounds.get(number=1)
        panel.assign(by=citra, sieve=sieve, now=b.FIRST[0])
        seat = Seat.objects.filter(round=sieve).select_related("reader__person").first()
        clock.move_to(b.IN_FIRST)
        counts = {}
        for name, person, path in (
            ("ballots", seat.reader.person, "/ballots/"),
            ("ballot", seat.reader.person, f"/ballots/{seat.pk}/"),
            ("round", citra, f"/rounds/{sieve.pk}/"),
            ("means", citra, f"/rounds/{sieve.pk}/ranking/"),
            ("readers", citra, f"/editions/e{size}/readers/"),
            ("seat", citra, f"/rounds/{sieve.pk}/seat/?entry={seat.entry_id}"),
        ):
            counts[name] = queries(enter(person), path)
        b.mark_all(sieve, b.IN_FIRST)
        panel.tally(by=citra, sieve=sieve, now=b.FIRST[1])
        counts["given"] = queries(enter(seat.reader.person), "/ballots/?done=1")
        counts["ranking"] = queries(enter(citra), f"/rounds/{sieve.pk}/ranking/")
        counts["severity"] = queries(enter(citra), f"/rounds/{sieve.pk}/ranking/?readers")
        counts["sealed"] = queries(enter(citra), f"/rounds/{sieve.pk}/")
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0].values()) <= 12, asked[0]


def test_readers_are_not_seated_while_entries_are_still_filed(citra):
    of = b.full_edition(4)

    with pytest.raises(Refusal) as no:
        panel.assign(by=citra, sieve=of.rounds.get(number=1), now=b.NOW)
    assert no.value.code == "filing-open"


def test_whoever_joins_the_secretariat_marks_no_more(citra, assigned):
    _of, sieve = assigned
    seat = Seat.objects.filter(round=sieve).select_related("reader__person").first()
    b.person(seat.reader.person.name, "secretariat")
    reader = type(seat.reader.person).objects.get(pk=seat.reader.person_id)

    with pytest.raises(Refusal) as no:
        panel.give(by=reader, seat=seat, marks=b.marks_for(seat, 80), now=b.IN_FIRST)
    assert no.value.code == "runs-the-contest"


def test_nobody_reads_an_institution_they_came_to_serve_after_enlisting(citra):
    of = b.full_edition(4)
    sieve = of.rounds.get(number=1)
    entry = Entry.objects.filter(edition=of).order_by("pk").first()
    late = of.readers.filter(office="evaluator").order_by("pk").first()
    b.person(late.person.name, "unit", entry.innovation.unit)

    panel.assign(by=citra, sieve=sieve, now=b.FIRST[0])

    assert not Seat.objects.filter(round=sieve, entry=entry, reader=late).exists()
    with pytest.raises(Refusal) as no:
        panel.seat_reader(by=citra, sieve=sieve, entry=entry, reader=late, now=b.IN_FIRST)
    assert no.value.code == "conflict"


@pytest.mark.parametrize("asked", ["1.5_1.5_1.5", "²_²_²", "9" * 400, "1_1", "x_1_1"])
def test_a_made_up_page_mark_shows_the_first_page(clock, citra, enter, asked, assigned):
    of, sieve = assigned

    assert enter(citra).get(f"/rounds/{sieve.pk}/ranking/?after={asked}").status_code == 200
    assert enter(citra).get(f"/editions/{of.slug}/readers/?start={'9' * 5000}").status_code == 200
