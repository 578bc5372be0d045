"""The benchmark measures what stands there only if its rows are as the acts would leave them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from bench.__main__ import FORMAT, result
from bench.forms import ballot_in
from bench.goals import RANKING, Goal, growth_of, judged, table
from bench.seed import seed

from teladan.awards.models import Award
from teladan.contest.models import Answer, Edition, Entry, Standing
from teladan.house.ledger import broken_lines
from teladan.house.models import Ledger
from teladan.panel.acts import give
from teladan.panel.models import Ballot, Mark, Seat, Tally
from teladan.registry.models import Innovation
from tests.builders import NOW, marks_for
from tests.kept import kept

RESULTS = Path(__file__).resolve().parent.parent / "bench/results"
PALE = {"web_ms": 9.0, "db_ms": 1.0, "queries": 9, "bytes": 12_000, "requests": 15}


@kept
def sown():
    return seed(5, now=NOW, rng=np.random.default_rng(1), say=lambda what: None)


def test_five_entries_stand_in_round_one_with_their_answers_and_readings(sown):
    current = Edition.objects.get(slug="bench-now")
    assert current.rounds.first().takes_marks(NOW)
    assert Entry.objects.filter(edition=current).admitted().count() == 5
    assert Answer.objects.filter(entry__edition=current).count() == 5 * 8
    for entry in Entry.objects.filter(edition=current):
        assert 1200 < sum(answer.words for answer in entry.answers.all()) < 1700
        assert entry.lacks() == []
    assert Ballot.objects.filter(seat__entry__edition=current).count() == 5 * 3
    assert Mark.objects.filter(ballot__seat__entry__edition=current).count() == 5 * 3 * 7
    assert not any(
        seat.reader.belongs_to(seat.entry.innovation.institution) for seat in Seat.objects.all()
    )


def test_the_tallies_that_were_poured_in_are_what_giving_ballots_would_have_kept(sown):
    seat = Seat.objects.get(pk=sown["waiting"][0]["seat"])
    assert seat.reader.person_id == sown["waiting"][0]["person"]
    # Given again one by one, the same marks must lead to the same tally.
    tally = Tally.objects.get(round=seat.round, entry=seat.entry)
    poured = (tally.reads, tally.points, tally.mean, tally.spread, tally.aspects)
    given = list(Seat.objects.filter(round=seat.round, entry=seat.entry, ballot__isnull=False))
    marks = [{m.aspect: m.points for m in one.ballot.marks.all()} for one in given]
    Mark.objects.filter(ballot__seat__in=given).delete()
    Ballot.objects.filter(seat__in=given).delete()
    tally.delete()
    for one, points in zip(given, marks, strict=True):
        one = Seat.objects.get(pk=one.pk)
        give(by=one.reader.person, seat=one, marks=marks_for(one, points), now=NOW)
    tally = Tally.objects.get(round=seat.round, entry=seat.entry)
    assert poured == (tally.reads, tally.points, tally.mean, tally.spread, tally.aspects)


def test_a_seat_is_left_whose_ballot_can_still_be_given(sown):
    seat = Seat.objects.get(pk=sown["waiting"][0]["seat"])
    ballot = give(by=seat.reader.person, seat=seat, marks=marks_for(seat, 70), now=NOW)
    assert ballot.points == Decimal(70)


def test_an_earlier_edition_is_proclaimed_and_the_library_is_public_and_simulated(sown):
    before = Edition.objects.get(slug="bench-before")
    assert before.proclamation.at < NOW
    assert Standing.objects.filter(seal__round__edition=before).count() == 10
    assert before.pot.grants.exists()
    assert Innovation.objects.visible_to(None, NOW).count() == 5
    assert not Innovation.objects.exclude(simulated=True).exists()
    assert not Award.objects.exclude(simulated=True).exists()
    assert not Award.objects.filter(innovation__entries__edition__slug="bench-now").exists()


def test_the_ledger_has_one_line_for_the_pouring_and_holds(sown):
    assert Ledger.objects.filter(act="bench.seed").count() == 1
    assert list(broken_lines()) == []


def test_a_database_that_holds_something_is_left_alone(sown):
    with pytest.raises(SystemExit, match="not empty"):
        seed(5, now=NOW, rng=np.random.default_rng(1), say=lambda what: None)


def test_growth_is_the_exponent_of_cost_over_size():
    assert growth_of({300: 7.0, 3000: 7.0, 30000: 7.0}) == 0
    assert growth_of({300: 0.3, 3000: 3.0, 30000: 30.0}) == 1
    assert growth_of({300: 7.0}) is None


def test_a_page_meets_its_goal_only_if_it_answers_within_every_limit():
    good = {"status": 200, "answered": True, "cpu_ms": 10.0, **PALE}
    assert judged("ranking", RANKING, {300: good, 3000: good})["verdict"] == "met"
    for worse, why in [
        ({"cpu_ms": 60.0}, "cpu_ms 60 > 50 at 3000"),
        ({"queries": 13}, "queries 13 > 12 at 3000"),
        ({"answered": False, "status": 501}, "status 501 at 3000"),
        ({"cpu_ms": 20.0}, "growth 0.301 > 0.1"),
    ]:
        row = judged("ranking", RANKING, {300: good, 3000: good | worse})
        assert (row["verdict"], why in row["missed"]) == ("missed", True), row["missed"]


def test_a_limit_set_for_one_size_is_not_asked_of_another():
    goal = Goal(cpu_ms=10, at_size=3000, growth=None)
    row = {"status": 200, "answered": True, "cpu_ms": 99.0, **PALE}
    assert judged("export", goal, {30000: row})["verdict"] == "met"
    assert judged("export", goal, {3000: row})["verdict"] == "missed"


def test_a_result_names_the_machine_and_puts_each_row_beside_its_goal():
    row = {"status": 200, "answered": True, "cpu_ms": 10.0, **PALE}
    said = {"pages": {"ranking": {300: row, 3000: row}}, "exports": {}, "server": {}, "acts": {}}
    weather = {"began": {"load_average": [0, 0, 0]}}
    found = result("sqlite", [300, 3000], said, {("pages", "ranking"): RANKING}, {}, weather)
    assert_right_format(json.loads(json.dumps(found)))
    assert "ranking" in "\n".join(table(found["pages"]))


def test_results_that_are_kept_have_the_format_too():
    for old in RESULTS.glob("pages-*.json"):
        assert_right_format(json.loads(old.read_text(encoding="utf-8")))


def assert_right_format(found):
    assert found["format"] == FORMAT
    assert found["database"] in {"sqlite", "postgresql"}
    assert found["machine"].keys() >= {"processor", "cores", "memory_gib", "python", "django"}
    assert len(found["weather"]["ended"]["load_average"]) == 3
    for kind in ("pages", "exports", "server", "acts"):
        for row in found[kind]:
            assert row.keys() >= {"page", "goal", "sizes", "growth", "verdict", "missed"}
            assert row["verdict"] == ("missed" if row["missed"] else "met")
    assert not re.search(r'"/[a-z]', json.dumps(found)), "a result holds a path of this machine"


def test_a_ballot_is_filled_in_whatever_its_fields_are_called():
    page = """<form action="/x/"><input name="q"></form>
      <form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t">
      <input type="hidden" name="version" value="0"><input type="number" name="impact">
      <textarea name="why-impact"></textarea><button name="give" value="1">Give</button></form>"""
    assert ballot_in(page).filled("72", "because") == {
        "version": "0",
        "impact": "72",
        "why-impact": "because",
    }
    with pytest.raises(LookupError):
        ballot_in("<form method=post><textarea name=note></textarea></form>")


def test_the_windows_of_the_seeded_rules_lie_around_the_day_of_the_run():
    from bench.seed import rules_for

    from teladan.contest.rules import parse

    rules = parse(rules_for(NOW))
    assert rules.closes < rules.rounds[0].opens < NOW < rules.rounds[0].closes
    assert rules.rounds[1].opens > NOW + timedelta(days=20)
    assert len(rules.marked_aspects) == 7
