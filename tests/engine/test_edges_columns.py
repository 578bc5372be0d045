"""The commands at the edges: columns and keys that scripts rely on, arrays, and every refusal."""

import argparse
import csv
import datetime
import io
import json
import re

import numpy as np
import pytest

from teladan.engine.allocation import concentration
from teladan.engine.assignment import Factors
from teladan.engine.commands import assign as assign_command
from teladan.engine.commands import bar as bar_module
from teladan.engine.commands import matrices, novelty, options, pair, plan
from teladan.engine.commands.tables import Files
from teladan.engine.commands.trouble import BadInput
from teladan.engine.commands.writing import Outputs
from teladan.engine.errors import Infeasible


def keys(value):
    """The keys of a summary, those below after a dot."""
    found = set()
    for key, below in value.items() if isinstance(value, dict) else ():
        found |= {key} | {f"{key}.{each}" for each in keys(below)}
    return found


def header(text):
    return next(csv.reader(io.StringIO(text)))


def heading(path):
    return path.read_text().splitlines()[0]


CALLS = {
    "assign": "assign a.csv --demand 1 --max-load 2",
    "calibrate": "calibrate m.csv --top 2,1 --draws 60 --next-reads 2 --budget 0",
    "share": "share w.csv --pot 100",
    "pair": "pair c.csv --wanted 1 --capacity 1 --reserve g.csv --reserve-seats 1",
    "plan": "plan r.csv h.csv --horizon 2024-07-01 2024-07-31",
    "novelty query": "novelty query i.index t.csv",
}
KEYS = {
    "assign": "command pairs entries readers absent_pairs objective cap seed total total_bound gap "
    "floor floor_bound entropy entropy_bound loads loads.r0 loads.r1 loads.r2 proof proof.prices "
    "proof.prices.r0 proof.prices.r1 proof.prices.r2 proof.floor_exact proof.floor_weights "
    "proof.floor_weights.e0 proof.floor_weights.e1 proof.floor_weights.e2 proof.floor_weights.e3 "
    "proof.floor_prices proof.floor_prices.r0 proof.floor_prices.r1 proof.floor_prices.r2 sha256 "
    "sha256.affinity sha256.pairs",
    "calibrate": "command entries readers readings components scale draws seed level sd_entry "
    "sd_reader sd_residual p_no_severity notes sha256 sha256.readings sha256.entries next_reads",
    "share": "command pot recipients least greatest at_floor at_cap gini top_10_share sha256 "
    "sha256.weights sha256.amounts",
    "pair": "command mode needs offers pairs total optimum bound share unmatched blocking reserve "
    "reserve.gained reserve.lost reserve.pairs_in reserve.pairs_out reserve.taken reserve.open "
    "reserve.total_without compromises sha256 sha256.candidates sha256.pairs",
    "plan": "command horizon visits served_bound proven objective objective.served "
    "objective.repeats objective.joined objective.waiting objective.spread objective.merit loads "
    "refused notes sha256 sha256.requests sha256.hosts sha256.visits",
    "novelty query": "command asked texts likenesses sha256 sha256.likenesses",
}
TABLES = {
    "assign": "entry,reader,affinity",
    "calibrate": "place,entry,raw,adjusted,se,rank_low,rank_high,chance_1,chance_2,readings,"
    "component",
    "share": "recipient,amount",
    "pair": "need,offer,score",
    "plan": "visit,day,host,topic,request,group,people,offices,may_join",
    "novelty query": "query,id,copied,changed,novel,passages",
}
SIDE = {
    "calibrate --readers-out": "reader,severity,severity_se,noise,slope,readings,component",
    "calibrate --next-out": "entry,reader",
    "pair --unmatched": "need,missing,reason,full",
    "pair --blocking": "need,offer,need_regret,donor_regret",
    "plan --refused": "request,rules,why,host,earliest",
    "novelty query --passages": "query,id,start,end,other_start,other_end,identical,text",
}


def called(name):
    return CALLS[name].split()


@pytest.mark.parametrize("name", list(CALLS))
def test_tables_and_summaries_have_these_columns_and_keys(teladan, small, tmp_path, name):
    teladan("novelty", "add", "i.index", "t.csv")
    words = called(name) + (["--next-out", "next.csv"] if name == "calibrate" else [])
    code, out, _ = teladan(*words)
    assert (code, header(out)) == (0, TABLES[name].split(","))

    sides = {call.split(" --")[1]: cols for call, cols in SIDE.items() if call.startswith(name)}
    more = [word for side in sides for word in (f"--{side}", f"{side}.csv")]
    code, out, _ = teladan(*called(name), "--json", *more, "--out", "out.csv")
    assert code == 0
    assert heading(tmp_path / "out.csv") == TABLES[name]
    assert {side: heading(tmp_path / f"{side}.csv") for side in sides} == sides
    summary = json.loads(out)
    assert (
        keys(summary) - {"objective." + k for k in keys(summary["objective"])}
        == {key for key in KEYS[name].split() if not key.startswith("objective.")}
        if name == "plan"
        else keys(summary) == set(KEYS[name].split())
    )
    assert summary["command"] == name


@pytest.mark.parametrize("name", [*CALLS, "novelty add"])
def test_progress_is_shown_under_the_name_of_the_command(teladan, small, name):
    if name == "share":
        return
    if name == "novelty query":
        teladan("novelty", "add", "i.index", "t.csv")
    words = ["novelty", "add", "i.index", "t.csv"] if name == "novelty add" else called(name)
    more = ["--next-out", "next.csv"] if name == "calibrate" else []

    code, _, err = teladan(*words, *more, "--progress")

    assert code == 0
    assert f"\r{name.split()[0]} [{'#' * 30}] 100%" in err


def test_a_summary_holds_the_figures_of_the_answer(teladan, small):
    summary = json.loads(teladan(*called("share"), "--cap", 30, "--floor", 15, "--json")[1])
    amounts = [15, 25, 30, 30]

    spread = concentration(np.array(amounts))
    assert summary | {"sha256": 0} == {
        **{"command": "share", "pot": 100, "recipients": 4, "least": 15, "greatest": 30},
        **{"at_floor": 1, "at_cap": 2, "gini": spread.gini, "top_10_share": spread.top_share},
        "sha256": 0,
    }
    assert teladan(*called("share"))[2] == "100 divided among 4: 10 to 40\n"

    teladan("novelty", "add", "i.index", "t.csv")
    summary = json.loads(teladan(*called("novelty query"), "--json")[1])
    assert (summary["asked"], summary["texts"]) == (2, 2)
    assert [set(each) for each in summary["likenesses"]] == [
        {"query", "id", "copied", "changed", "novel", "passages"}
    ] * 2
    summary = json.loads(teladan(*called("plan"), "--json")[1])
    assert (summary["visits"], summary["horizon"]) == (1, ["2024-07-01", "2024-07-31"])
    summary = json.loads(teladan(*called("pair"), "--json")[1])
    assert (summary["needs"], summary["offers"], summary["pairs"]) == (4, 2, 2)
    assert all(set(each) == {"need", "missing", "reason", "full"} for each in summary["unmatched"])


def test_weights_too_large_to_be_exact_are_taken_as_they_come(write, tmp_path):
    def weights(*values):
        write("x.csv", "recipient,weight", *((f"k{n}", v) for n, v in enumerate(values)))
        from teladan.engine.commands.share import _weights

        table = Files().table(tmp_path / "x.csv", ["recipient", "weight"])
        return _weights(table)

    assert weights("0.1", "0.25").tolist() == [2, 5]
    assert weights(1, 2**53 - 1).dtype == np.int64
    assert weights(1, 2**53).dtype == np.float64


def test_at_most_twenty_of_each_are_named_where_nobody_can_be_served():
    names = {"entry": [f"e{n}" for n in range(30)], "reader": ["r0"]}

    def told(count):
        return assign_command._witness(
            Infeasible("no", {"entries": tuple(range(count)), "readers": (0,)}), names
        )

    twenty = ", ".join(f"'e{n}'" for n in range(20))
    assert told(20) == f"\n  entries: {twenty}\n  readers: 'r0'"
    assert told(23) == f"\n  entries: {twenty} and 3 more\n  readers: 'r0'"
    assert told(0) == "\n  readers: 'r0'"


# --- arrays ----------------------------------------------------------------------------------


def test_a_heading_may_hold_what_parts_it_from_its_name(teladan, write):
    write("x.csv", "recipient,b=c", ["k", 1])

    assert teladan("share", "x.csv", "--pot", 7, "--column", "weight=b=c")[:2] == (
        0,
        "recipient,amount\nk,7\n",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-32"])
def test_in_wide_letters_the_line_of_a_fault_is_not_guessed(teladan, tmp_path, encoding):
    (tmp_path / "x.csv").write_bytes(b"recipient,weight\nk,1\n")
    code, _, err = teladan("share", "x.csv", "--pot", 7, "--encoding", encoding)

    assert code == 2
    assert f"share: x.csv is not {encoding}: save it as UTF-8, or name its encoding" in err


@pytest.mark.parametrize("one", ["entries", "readers"])
def test_names_of_rows_and_columns_are_for_arrays_alone(teladan, small, one):
    code, _, err = teladan(*called("assign"), f"--{one}", "a.csv")

    assert (code, "--entries and --readers name the rows and columns of an NPY or NPZ" in err) == (
        2,
        True,
    )


def test_arrays_bring_their_names_or_are_numbered(tmp_path, write):
    write("e.csv", "entry", ["x"], ["y"])

    def read(path, **ids):
        given = {"matrix": False, "entries": None, "readers": None, "absent": 0.0} | ids
        return matrices.affinity_of(Files(), path, **given)

    values = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / "a.npy", values)
    np.savez(tmp_path / "a.npz", affinity=values, readers=np.array(["p", "q", "r"]))
    np.savez(tmp_path / "f.npz", left=values, right=values[:1])
    plain, with_names = read(tmp_path / "a.npy"), read(tmp_path / "a.npz")
    factors = read(tmp_path / "f.npz", entries=tmp_path / "e.csv")

    assert (plain.entries, plain.readers) == (["0", "1"], ["0", "1", "2"])
    assert (with_names.entries, with_names.readers) == (["0", "1"], ["p", "q", "r"])
    assert (factors.entries, factors.readers) == (["x", "y"], ["0"])
    assert isinstance(factors.values, Factors)
    assert plain.absent.shape == (0, 2)
    assert plain.places == {"entry": {"0": 0, "1": 1}, "reader": {"0": 0, "1": 1, "2": 2}}
    write("r.csv", "reader", ["x"], ["y"])
    with pytest.raises(BadInput, match="has 2 different ids, the affinities have 3 of reader"):
        read(tmp_path / "a.npy", readers=tmp_path / "r.csv")


# --- what the commands hand on ---------------------------------------------------------------


def test_rules_of_visits_are_handed_on(tmp_path, write):
    write("d.csv", "holiday", ["2024-07-02"])
    parser = argparse.ArgumentParser()
    plan.add(parser)

    def rules(*words):
        given = parser.parse_args(["r", "h", "--horizon", "2024-07-01", "2024-07-02", *words])
        return plan._rules(Files(), given)

    found = rules("--holidays", str(tmp_path / "d.csv"), "--half-days", "--visits-a-week", "2",
                  "--no-joining", "--step", "7", "--workweek", "mon;sabtu")  # fmt: skip
    assert found == plan.Rules(
        holidays=(datetime.date(2024, 7, 2),), half_days=True, visits_a_week=2, joining=False,
        step=7, workweek=(0, 5),
    )  # fmt: skip
    assert rules() == plan.Rules()


@pytest.mark.parametrize(("kernel", "name"), [(pair, "pair"), (novelty, "novelty")])
def test_a_command_can_be_cancelled_through_its_bar(teladan, small, monkeypatch, kernel, name):
    class Stop(bar_module.Bar):
        def __call__(self, share):
            raise KeyboardInterrupt

    monkeypatch.setattr(kernel, "Bar", Stop)
    words = called("pair") if name == "pair" else ["novelty", "add", "i.index", "t.csv"]

    assert teladan(*words)[::2] == (130, f"python -m teladan.engine {name}: cancelled.\n")


@pytest.mark.parametrize("step", ["add", "query"])
def test_the_cluster_asked_for_is_the_one_that_works(teladan, small, monkeypatch, step):
    if step == "query":
        teladan("novelty", "add", "i.index", "t.csv")
    asked = []

    class Here(options.Local):
        def map(self, work, parts, **named):
            asked.append(work.__name__)
            return super().map(work, parts, **named)

    monkeypatch.setattr(options, "Local", Here)

    assert teladan("novelty", step, "i.index", "t.csv")[0] == 0
    assert set(asked) == ({"digest"} if step == "add" else {"_count", "_find", "beside"})


def test_whatever_ends_a_command_is_told_in_words_and_a_code(teladan, small, monkeypatch):
    for raised, code, said in (
        (MemoryError(), 2, "there is not enough memory for these files."),
        (KeyboardInterrupt(), 130, "cancelled."),
        (RuntimeError("no scheduler"), 2, "no scheduler"),
        (Infeasible("nobody is left", {}), 1, "nobody is left"),
    ):

        def fail(given, raised=raised):
            raise raised

        monkeypatch.setattr("teladan.engine.commands.share.run", fail)
        assert teladan(*called("share")) == (code, "", f"python -m teladan.engine share: {said}\n")


def test_a_file_to_write_is_tried_before_the_work(tmp_path):
    with Outputs(force=False) as outputs:
        with pytest.raises(BadInput, match=r"must end in \.csv, \.tsv, \.jsonl, \.ndjson, \.parq"):
            outputs.plan(tmp_path / "out.doc")
        with pytest.raises(BadInput, match="cannot be written: No such file or directory"):
            outputs.plan(tmp_path / "nowhere" / "out.csv")
        (tmp_path / "folder.csv").mkdir()
        with pytest.raises(BadInput, match="is no file that could be replaced"):
            outputs.plan(tmp_path / "folder.csv")
        outputs.plan(None)
        outputs.plan(tmp_path / "out.CSV")
        beside = [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
        assert [re.sub(r"[0-9a-f]{8}", "*", name) for name in beside] == [".out.CSV.*.part"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--next-reads 2 --next-out n.csv", "--next-reads needs --budget"),
        ("--next-reads 2 --budget 1", "--next-reads needs --next-out, or --json"),
        ("--budget 1", "--budget needs --next-reads"),
        ("--next-out n.csv", "--next-out needs --next-reads"),
    ],
)
def test_options_that_need_each_other_say_so_and_nothing_else(teladan, small, words, said):
    told = teladan("calibrate", "m.csv", *words.split())

    assert told == (2, "", f"python -m teladan.engine calibrate: {said}\n")


def test_adding_tells_how_many_were_read_and_how_many_came(teladan, small):
    added = ["novelty", "add", "i.index", "t.csv", "--json"]

    assert json.loads(teladan(*added)[1]) == {
        **{"command": "novelty add", "read": 2, "added": 2, "texts": 2}
    }
    assert json.loads(teladan(*added, "--replace")[1])["added"] == 0


def test_no_more_likenesses_are_told_than_were_asked_for(teladan, small, write):
    words = " ".join(f"kata{n}" for n in range(40))
    write("more.csv", "id,text", *((f"again{n:02}", words) for n in range(12)))
    teladan("novelty", "add", "i.index", "t.csv", "more.csv")

    def told(*limit):
        return teladan("novelty", "query", "i.index", "t.csv", *limit)[1].count("\nt0,")

    assert [told(), told("--limit", 3), told("--limit", 12)] == [10, 3, 12]


def test_visits_held_keep_their_groups_and_agree_in_all_they_share(teladan, small, write):
    header = "visit,day,host,topic,request,people,group"
    rows = [["7", "2024-07-02", "famous", "permits", each, 18, f"team {each}"] for each in "ab"]
    write("v.csv", header, *rows)
    code, out, _ = teladan(*called("plan"), "--held", "v.csv")
    held = {row["request"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (code, held["a"]["visit"] == held["b"]["visit"]) == (0, True)
    assert [held[each]["group"] for each in "ab"] == ["team a", "team b"]

    for place, name, other in ((3, "topic", "water"), (2, "host", "quiet"), (5, "people", 19)):
        write("v.csv", header, rows[0], [*rows[1][:place], other, *rows[1][place + 1 :]])
        said = teladan(*called("plan"), "--held", "v.csv")[2]
        assert f"v.csv:3, column {name}: differs from v.csv:2, and both are visit 7" in said
    write("v.csv", header, [*rows[0][:5], 0, "x"])
    assert "plan: v.csv:2: " in teladan(*called("plan"), "--held", "v.csv")[2]
    write("v.csv", header)
    assert teladan(*called("plan"), "--held", "v.csv")[0] == 0


def test_tables_of_pairs_may_be_empty(teladan, small, write):
    write("none.csv", "need,offer")
    write("nobody.csv", "entry,reader")

    assert teladan(*called("pair"), "--keep", "none.csv", "--barred", "none.csv")[0] == 0
    assert teladan(*called("assign"), "--conflicts", "nobody.csv", "--keep", "nobody.csv")[0] == 0


def test_arrays_of_anything_but_numbers_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([["x", "y"]]))
    with pytest.raises(BadInput, match=r"a\.npy: must be numbers of two dimensions, is <U1 \(1, 2"):
        matrices._arrays(tmp_path / "a.npy")
    np.save(tmp_path / "a.npy", np.array([[1.0, np.inf]]))
    with pytest.raises(BadInput, match=r"a\.npy: \[0, 1\] is inf, must be finite"):
        matrices._arrays(tmp_path / "a.npy")
