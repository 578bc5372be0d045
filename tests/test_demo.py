"""The demo: real facts as they are, simulated editions that say so in every row."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime
from typer.testing import CliRunner

from teladan.awards.models import LEVELS, Award, Grant, IndexAward, Pot, Proclamation
from teladan.cli import app
from teladan.contest.models import (
    Answer,
    Edition,
    Endorsement,
    Entry,
    Round,
    Seal,
    SendBack,
    Standing,
)
from teladan.contest.rules import parse, preset
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger, Notice, Office, Person
from teladan.house.offices import offices_of
from teladan.house.refusals import Refusal
from teladan.management.demo import facts, words, years
from teladan.management.demo.agenda import Agenda
from teladan.management.demo.loading import load, load_facts
from teladan.panel import acts as panel
from teladan.panel.models import Ballot, Jotting, Mark, Reader, Recusal, Seat
from teladan.registry.models import Claim, Indicator, Innovation, Institution, Region, Unit
from tests import builders

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
SIZE = years.SIZES["small"]


@pytest.fixture(scope="module")
def whole_demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small demo, loaded once for this file and taken back at its end."""
    kept = settings.PASSWORD_HASHERS, settings.MEDIA_ROOT
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            load(NOW, "small")
            yield
            transaction.set_rollback(True)
    finally:
        settings.PASSWORD_HASHERS, settings.MEDIA_ROOT = kept


@pytest.fixture
def demo(whole_demo, db):
    return {edition.year: edition for edition in Edition.objects.all()}


def test_the_shipped_facts_are_all_there(demo):
    assert Region.objects.count() == 552
    assert Indicator.objects.count() == 7161
    assert IndexAward.objects.count() == 151
    real = Innovation.objects.filter(simulated=False)
    assert real.count() == 135
    assert Award.objects.filter(simulated=False).count() == 138


def test_each_fact_names_its_source(demo):
    assert not Indicator.objects.filter(source="").exists()
    assert not IndexAward.objects.filter(citation="").exists()
    assert not Award.objects.filter(simulated=False, citation="").exists()
    assert not Innovation.objects.filter(simulated=False, citation="").exists()


def test_doubtful_rows_say_why(demo):
    doubtful = sum("uncertain:" in row["certainty"] for row in facts.rows_of("kipp_results.csv"))
    assert Award.objects.exclude(uncertain="").count() == doubtful > 0
    in_doubt = Indicator.objects.filter(uncertain=True)
    assert in_doubt.filter(name="poverty_rate_p0").count() == 514
    assert not in_doubt.filter(name="population").exists()


def test_a_missing_figure_is_missing_and_not_zero(demo):
    assert not Indicator.objects.filter(region="31", name="area").exists()
    words_only = Indicator.objects.filter(name="fiscal_capacity_category").first()
    assert words_only.value is None
    assert words_only.text


def test_rows_of_one_innovation_are_joined(demo):
    perahu = Innovation.objects.get(title="Kelas Perahu", simulated=False)
    assert sorted(perahu.awards.values_list("year", "level")) == [
        (2018, "top40"),
        (2021, "finalis"),
    ]
    laper = Innovation.objects.get(title__startswith="Si Perut Laper", simulated=False)
    assert laper.title.endswith("Lahan Perkebunan)")
    assert laper.unit.name == "Dinas Perkebunan"
    assert laper.awards.count() == 2


def test_different_innovations_of_one_region_stay_apart(demo):
    for title in ("Banyuwangi Mall", "Banyuwangi Festival"):
        assert Innovation.objects.get(title=title, simulated=False).awards.count() == 1


def test_institutions_are_split_from_their_units_and_have_a_kind(demo):
    real = Institution.objects.exclude(name__startswith="Instansi simulasi")
    split = Unit.objects.filter(institution__in=real).count()
    names = {row["institution"] for row in facts.rows_of("kipp_results.csv")}
    alone = [name for name in names if facts.split_name(name)[1] == ""]
    assert split + len(alone) == len(names) == 121
    assert Counter(real.values_list("kind", flat=True)) == {
        "regency": 33, "province": 12, "city": 11, "ministry": 7, "police": 4,
    }  # fmt: skip
    dki = real.get(name="Pemerintah Provinsi DKI Jakarta")
    assert (dki.kind, dki.region_id) == ("province", "31")
    assert real.get(name="Kementerian Keuangan").region is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Universitas Contoh", "university"),
        ("PT Contoh (Persero)", "company"),
        ("Polri (Polres Contoh)", "police"),
        ("Badan Contoh", "agency"),
        ("Pemerintah Kota Contoh", "city"),
    ],
)
def test_the_kind_follows_from_the_name(name, kind):
    assert facts.kind_of(name) == kind


def test_nothing_simulated_is_unmarked(demo):
    assert Edition.objects.exists()
    assert not Edition.objects.filter(simulated=False).exists()
    assert not Entry.objects.filter(simulated=False).exists()
    assert not Innovation.objects.filter(entries__isnull=False, simulated=False).exists()
    assert not Award.objects.filter(edition__isnull=False, simulated=False).exists()
    assert not Pot.objects.filter(simulated=False).exists()
    assert not Claim.objects.filter(simulated=False).exists()
    assert not Person.objects.exclude(name__contains="simulasi").exists()
    assert not Answer.objects.exclude(text__startswith="Teks simulasi").exists()
    assert not Mark.objects.exclude(because__startswith="Simulasi").exists()
    assert not Proclamation.objects.exclude(decree__startswith="Simulasi").exists()
    for edition in demo.values():
        assert "(model)" in edition.name


def test_a_simulated_title_says_so_unless_it_is_cited(demo):
    simulated = Innovation.objects.filter(simulated=True)
    cited = simulated.exclude(citation="")
    assert cited.count() == SIZE.running_real
    for innovation in cited:
        assert "simulasi" in innovation.citation
        assert Innovation.objects.filter(title=innovation.title, simulated=False).exists()
    assert not simulated.filter(citation="").exclude(title__contains="simulasi").exists()


def test_no_simulated_result_touches_a_real_innovation(demo):
    real = Innovation.objects.filter(simulated=False)
    assert Award.objects.filter(simulated=True).exists()
    assert not Award.objects.filter(innovation__in=real, simulated=True).exists()
    assert not Award.objects.filter(innovation__in=real, edition__isnull=False).exists()
    assert not Award.objects.filter(innovation__simulated=True, simulated=False).exists()
    assert not Entry.objects.filter(innovation__in=real).exists()
    assert not Grant.objects.exclude(institution__name__startswith="Instansi simulasi").exists()


def test_nothing_is_invented_about_real_regions(demo):
    made_up = Institution.objects.filter(name__startswith="Instansi simulasi")
    assert made_up.count() == SIZE.institutions + 1  # and a training agency
    assert not made_up.filter(region__isnull=False).exists()
    assert {"city", "regency", "province", "ministry"} <= set(
        made_up.values_list("kind", flat=True)
    )


def test_the_first_edition_is_over_and_paid(demo):
    over = demo[2017]
    assert over.entries.filed().count() == SIZE.over
    assert over.entries.admitted().count() == SIZE.over - SIZE.over_refused
    assert [sieve.seal.standings.filter(stood=True).count() for sieve in over.rounds.all()] == [
        *SIZE.over_seats
    ]
    assert Counter(over.awards.values_list("level", flat=True)) == {
        "top40": SIZE.over_seats[1],
        "top99": SIZE.over_seats[0] - SIZE.over_seats[1],
    }
    assert sum(over.pot.grants.values_list("amount", flat=True)) == over.pot.amount
    assert "Made smaller" in over.rules["notes_en"]["rounds.seats"]
    assert over.rule.rounds[1].closes < NOW


def test_the_second_edition_is_being_marked(demo):
    running, first = demo[2018], demo[2018].rounds.get(number=1)
    entered = SIZE.running + SIZE.running_real
    assert running.entries.filed().count() == entered
    assert running.entries.drafts().count() == SIZE.running_drafts
    assert running.entries.admitted().count() == entered - SIZE.running_refused
    refused = running.entries.get(screening__passed=False)
    assert refused.screening.reasons
    assert refused.title.startswith("Usulan simulasi")
    assert first.takes_marks(NOW)
    given = Ballot.objects.filter(seat__round=first).count()
    assert given < Seat.objects.filter(round=first).count() < 2 * given
    assert not Standing.objects.filter(seal__round__edition=running).exists()


def test_the_full_size_has_the_numbers_of_the_real_competition():
    full = years.SIZES["full"]
    rules = parse(years.running(full, NOW))
    assert [sieve.seats for sieve in rules.rounds] == [99, 40]
    assert full.running + full.running_real - full.running_refused == 150
    assert full.evaluators == 14
    assert rules.rounds[0].confirmed
    assert not rules.rounds[1].confirmed


def test_the_evaluator_and_the_others_have_work_to_do(demo):
    dewi = Person.objects.get(email="evaluator@example.id")
    waiting = Seat.objects.visible_to(dewi, NOW).open()
    assert 2 <= waiting.count() <= 6
    assert Jotting.objects.filter(seat__in=waiting).count() == 1
    assert Recusal.objects.count() == 1
    held = Notice.objects.waiting()
    assert held.exists()
    assert not held.filter(released_at__isnull=False).exists()


def test_unit_and_local_admin_find_drafts_at_every_stage(demo):
    opened = demo[2019]
    assert opened.takes_entries(NOW)
    ayu = Person.objects.get(email="unit@example.id")
    hers = opened.entries.visible_to(ayu, NOW)
    assert hers.filed().count() == 1
    complete = hers.get(title__startswith="Buku Keluarga")
    assert complete.lacks() == []
    assert not Endorsement.objects.filter(entry=complete).exists()
    assert complete.attachments().count() == 1
    assert hers.get(title__startswith="Sawah").lacks()
    assert SendBack.objects.get().entry in hers
    bima = Person.objects.get(email="local-admin@example.id")
    theirs = opened.entries.visible_to(bima, NOW)
    assert theirs.drafts().filter(endorsement__isnull=False).count() == 1
    assert not opened.entries.filter(screening__isnull=False).exists()


def test_one_person_signs_in_for_each_office(demo):
    for office in Office:
        person = Person.objects.get(email=f"{office}@example.id")
        assert office in offices_of(person, NOW)
        assert person.has_usable_password()
    others = Person.objects.exclude(email__in=[f"{office}@example.id" for office in Office])
    assert others.exists()
    assert not any(person.has_usable_password() for person in others)


def test_a_lenient_and_a_severe_evaluator_stand_out(demo):
    severity = demo[2017].rounds.get(number=1).seal.report["severity"]
    lenient = Reader.objects.get(edition=demo[2017], person__email="evaluator03@example.id")
    assert min(severity, key=lambda key: severity[key][0]) == str(lenient.pk)


def test_the_demo_is_lived_in_the_order_of_time_and_the_ledger_holds(demo):
    lines = list(Ledger.objects.order_by("seq").values_list("at", "act"))
    moments = [at for at, _act in lines]
    early = [(line, lines[n + 1]) for n, line in enumerate(lines[:-1]) if line[0] > lines[n + 1][0]]
    assert early == []
    assert moments[-1] == NOW
    assert list(broken_lines()) == []


def test_one_public_line_tells_of_the_import(demo):
    line = Ledger.objects.get(act="demo.import_facts")
    assert line.public
    assert (line.at, line.facts["regions"], line.facts["innovations"]) == (NOW, 552, 135)


def test_what_was_let_go_in_the_past_is_not_mailed_today(demo):
    assert Notice.objects.filter(sent_at__isnull=False).exists()
    assert not Notice.objects.released().exists()


def test_an_adaptation_names_its_source(demo):
    replica = Innovation.objects.get(source__isnull=False, born_of=None)
    assert replica.source.title.startswith("Loket Keliling")
    assert replica.adapted


def test_it_audits_clean_and_a_changed_mark_does_not(demo, capsys):
    call_command("audit")
    said = capsys.readouterr().out
    assert f"{Ledger.objects.count()} lines, 2 seals, 1 funds hold" in said
    mark = Mark.objects.filter(ballot__seat__round__edition=demo[2017]).first()
    Mark.objects.filter(pk=mark.pk).update(points=mark.points - 1)
    with pytest.raises(CommandError) as no:
        call_command("audit")
    assert no.value.returncode == 1
    said = capsys.readouterr().out
    assert "KIPP 2017 (model)" in said
    assert mark.aspect in said


def test_a_changed_filing_does_not_audit_clean(demo, capsys):
    filing = demo[2018].entries.filed().first().filing
    filing.content["title"] = "Diganti"
    filing.save()
    with pytest.raises(CommandError):
        call_command("audit")
    assert filing.receipt in capsys.readouterr().out


def test_it_is_loaded_into_an_empty_database_only(demo):
    with pytest.raises(Refusal) as no:
        load(NOW, "small")
    assert no.value.code == "not-empty"
    with pytest.raises(Refusal):
        load_facts(NOW)


@pytest.mark.parametrize("name", ["kipp-2018", "kipp-2023"])
def test_a_preset_is_a_whole_rule_set_that_says_what_is_confirmed(name):
    data = preset(name)
    rules = parse(data)
    assert [aspect.weight for aspect in rules.aspects] == [0, 10, 15, 5, 30, 20, 5, 15]
    assert rules.aspects[0].words == 200
    assert all(aspect.guide_id and aspect.guide_en for aspect in rules.aspects)
    assert {*rules.barred, *rules.barred_twice} <= set(LEVELS)
    assert {sieve.honour for sieve in rules.rounds} <= set(LEVELS)
    assert {"rounds.reads", "rounds.seats", "aspects", "dates", "fund"} <= set(data["notes"])
    assert set(data["notes"]) == set(data["notes_en"])
    assert {"min_age_months", "cap_per_institution", "words"} <= set(data["confirmed"])
    assert not rules.fund.confirmed


def test_the_presets_know_which_year_the_weights_are_of():
    assert not any(aspect.confirmed for aspect in parse(preset("kipp-2018")).aspects)
    assert all(aspect.confirmed for aspect in parse(preset("kipp-2023")).aspects)
    model = parse(preset("kipp-2018"))
    assert (model.min_age_months, model.rounds[0].reads) == (12, 2)
    assert model.fund.floor == 3_500_000_000


def test_a_moved_calendar_keeps_its_hours_and_its_lengths():
    kept, late = preset("kipp-2018"), years.moved(preset("kipp-2018"), 400)
    for old, new in zip([kept, *kept["rounds"]], [late, *late["rounds"]], strict=True):
        for key in ("opens", "closes"):
            before, after = parse_datetime(old[key]), parse_datetime(new[key])
            assert (after - before).days == 400
            assert new[key][10:] == old[key][10:]
    assert "not kept" in late["notes_en"]["dates"]
    assert "tidak dipertahankan" in late["notes"]["dates"]


def test_the_same_seed_writes_the_same_texts():
    texts = [[words.answer("impact", dice) for _n in range(3)] for dice in (Random(7), Random(7))]
    assert texts[0] == texts[1]
    assert len(set(texts[0])) > 1


def test_steps_are_taken_in_the_order_of_their_moments():
    agenda, taken = Agenda(), []
    late, early = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    agenda.at(late, lambda now: taken.append(("late", now)))
    agenda.at(early, lambda now: agenda.at(now, lambda at: taken.append(("planned", at))))
    agenda.run()
    assert taken == [("planned", early), ("late", late)]


def test_a_round_can_be_counted_and_forgotten(demo, capsys):
    first = Round.objects.get(edition__year=2018, number=1)
    for seat in Seat.objects.filter(round=first, ballot=None).select_related("reader__person"):
        Recusal.objects.filter(seat=seat).delete()
        panel.give(by=seat.reader.person, seat=seat, marks=builders.marks_for(seat, 70), now=NOW)
    call_command("tally", "kipp-2018/1")
    said = capsys.readouterr().out
    assert "Kabinet Arabika" in said
    assert "nothing was kept" in said
    assert not Seal.objects.filter(round=first).exists()
    by = "secretariat@example.id"
    call_command("tally", str(first.pk), "--seal", "--by", by, "--json")
    rows = json.loads(capsys.readouterr().out)
    assert [row["stood"] for row in rows].count(True) == SIZE.running_seats[0]
    assert Seal.objects.get(round=first).standings.count() == len(rows)
    with pytest.raises(CommandError) as no:
        call_command("tally", str(first.pk))
    assert no.value.returncode == 1


def test_a_tally_that_cannot_be_says_why(demo):
    with pytest.raises(CommandError, match="2"):
        call_command("tally", "kipp-2018/1")  # some entries are not read yet
    with pytest.raises(CommandError, match=r"There is no round.*kipp-2018/1") as no:
        call_command("tally", "kipp-2018/7")
    assert no.value.returncode == 2
    for arguments, said in (
        (["--seal"], "--by"),
        (["--by", "nobody@example.id"], r"nobody@example\.id"),
        (["--order", "a,b"], "--order"),
    ):
        with pytest.raises(CommandError, match=said) as no:
            call_command("tally", "kipp-2018/1", *arguments)
        assert no.value.returncode == 2


@pytest.fixture
def teladan(demo, tmp_path, monkeypatch):
    """The command line on the demo; the file stands for a database that is elsewhere."""
    (tmp_path / "teladan.sqlite3").touch()
    monkeypatch.setenv("TELADAN_DATA", str(tmp_path))
    # Commands set and drop these for a process of their own; here they are put back.
    monkeypatch.setenv("TELADAN_SECRET_KEY", "of the tests")
    monkeypatch.delenv("TELADAN_DATABASE_URL", raising=False)

    def call(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    return call


def test_the_command_line_audits(teladan):
    sound = teladan("audit")
    assert sound.exit_code == 0
    assert re.search(r"^\d+ lines, 2 seals, 1 funds hold$", sound.output, re.M)
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id) FROM teladan_mark")
        cursor.execute("UPDATE teladan_mark SET points = 1 WHERE id = %s", cursor.fetchone())
    broken = teladan("audit")
    assert broken.exit_code == 1
    assert "differences" in broken.output


def test_a_bundle_of_the_demo_verifies_and_a_changed_one_does_not(teladan, tmp_path):
    out = tmp_path / "bundle.json"
    made = teladan("bundle", "--latest", "-o", out)
    assert (made.exit_code, "KIPP 2017 (model)" in made.output) == (0, True)
    assert teladan("verify", out).exit_code == 0
    bundle = json.loads(out.read_text(encoding="utf-8"))
    assert bundle["simulated"]
    rows = bundle["rounds"][1]["standings"]
    rows[0]["entry"], rows[-1]["entry"] = rows[-1]["entry"], rows[0]["entry"]
    out.write_text(json.dumps(bundle), encoding="utf-8")
    changed = teladan("verify", out)
    assert changed.exit_code == 1
    assert "round 2" in changed.output


def test_a_bundle_exists_from_the_proclamation_on(teladan, tmp_path):
    named = teladan("bundle", "--edition", "kipp-2017", "-o", tmp_path / "b.json")
    assert named.exit_code == 0
    sealed = teladan("bundle", "--edition", "kipp-2018", "-o", tmp_path / "c.json")
    assert sealed.exit_code == 1
    assert "kipp-2018" in sealed.output
    assert not (tmp_path / "c.json").exists()
    assert teladan("bundle", "-o", tmp_path / "d.json").exit_code == 2
    assert teladan("bundle", "--latest", "-o", tmp_path / "no" / "d.json").exit_code == 2


def test_the_command_line_searches(teladan):
    found = teladan("search", "kelas perahu", "--json", "-n", "5")
    hits = json.loads(found.output)["hits"]
    assert hits[0]["title"] == "Kelas Perahu"
    assert not hits[0]["simulated"]
    told = teladan("search", "loket keliling")
    assert "Loket Keliling (simulasi) [simulated]" in told.output
    assert "Nothing was found" in teladan("search", "qqqqzzzz").output


def test_the_command_line_passes_refusals_on(teladan):
    unread = teladan("tally", "kipp-2018/1")
    assert unread.exit_code == 1
    assert unread.output.startswith("teladan: ")
    assert teladan("tally", "nowhere/1").exit_code == 2
    again = teladan("demo", "load", "--size", "small")
    assert again.exit_code == 1
    assert "empty database" in again.output
    assert teladan("demo", "load", "--size", "huge").exit_code == 2


def test_offices_are_given_from_the_command_line(teladan):
    assert teladan("appoint", "baru@example.id", "auditor", "--name", "Baru").exit_code == 2
    by = ("--by", "secretariat@example.id")
    assert teladan("appoint", "baru@example.id", "auditor", *by).exit_code == 2
    made = teladan("appoint", "baru@example.id", "auditor", "--name", "Baru", *by)
    assert made.exit_code == 0
    person = Person.objects.get(email="baru@example.id")
    assert person.check_password(made.output.split()[-1])
    local = ("local-admin", "--institution", "Pemerintah Kota Bogor", *by)
    assert teladan("appoint", "baru@example.id", *local).exit_code == 0
    again = teladan("appoint", "baru@example.id", *local)
    assert again.exit_code == 1
    for wrong in (["--institution", "Tidak ada"], ["--by", "tidak.ada@example.id"]):
        assert teladan("appoint", "baru@example.id", "minister", *by, *wrong).exit_code == 2
    assert teladan("appoint", "baru@example.id", "raja", *by).exit_code == 2
