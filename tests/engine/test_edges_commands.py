"""The commands at the edges: what scripts rely on (options, columns, keys) and every refusal."""

import argparse
import csv
import datetime
import io
import json
import re
import shlex

import numpy as np
import pytest

from teladan.engine.allocation import concentration
from teladan.engine.assignment import Factors
from teladan.engine.commands import assign as assign_command
from teladan.engine.commands import bar as bar_module
from teladan.engine.commands import cells, front, main, matrices, novelty, options, pair, plan
from teladan.engine.commands.tables import Files
from teladan.engine.commands.trouble import BadInput, at, named
from teladan.engine.commands.values import as_id, as_number, as_text, as_whole, short
from teladan.engine.commands.writing import Outputs
from teladan.engine.errors import Infeasible

# --- options ---------------------------------------------------------------------------------

COMMON = "--column=NAME=HEADING --delimiter= --encoding= --force --json --no-progress"
OPTIONS = {
    "assign": "affinity=AFFINITY! --demand=! --max-load=MAX! --min-load=MIN --conflicts= --keep= "
    "--objective= --quality= --cap= --matrix --entries= --readers= --absent=NUMBER --bar-absent "
    "--out= --check=PAIRS --claims=SUMMARY --seed= --workers= --dask=ADDRESS " + COMMON,
    "calibrate": "readings=READINGS! --scale --draws= --top=K,K --out= --readers-out=FILE "
    "--next-reads=K --budget= --busy= --next-out=FILE --seed= " + COMMON,
    "novelty add": f"index=INDEX! files=FILE! --workers= --dask=ADDRESS {COMMON} --replace",
    "novelty query": f"index=INDEX! files=FILE! --workers= --dask=ADDRESS {COMMON} --limit= "
    "--not-itself --out= --passages=FILE",
    "pair": "candidates=CANDIDATES! --wanted=! --capacity=! --mode= --near= --keep= --barred= "
    "--reserve= --reserve-seats=SEATS --reserve-share=SHARE --groups= --floors=LEAST --out= "
    "--unmatched=FILE --blocking=FILE " + COMMON,
    "share": "weights=WEIGHTS! --pot=! --floor= --cap= --out= " + COMMON,
    "plan": "requests=REQUESTS! hosts=HOSTS! --horizon=FIRST,LAST! --holidays= --held= "
    "--workweek= --half-days --visits-a-week=N --no-joining --step= --out= --refused=FILE "
    + COMMON,
}
# What is written in capitals without being a word of the command line.
CAPITALS = {"CSV", "NPY", "NPZ", "UTF", "JSON", "AFFINITY"}


def parsers():
    for name in front.COMMANDS:
        top = front._parser("teladan", name)
        one = below(top)[name]
        steps = below(one)
        yield from [(f"{name} {n}", step) for n, step in steps.items()] or [(name, one)]


def below(parser):
    found = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return found[0].choices if found else {}


def usage(action):
    name = action.option_strings[-1] if action.option_strings else action.dest
    value = "" if action.nargs == 0 else "="
    metavar = action.metavar or ""
    shown = metavar if isinstance(metavar, str) else ",".join(metavar)
    must = action.required
    return f"{name}{value}{shown if value else ''}{'!' if must else ''}"


def test_the_options_of_every_command_are_these():
    found = {name: " ".join(map(usage, parser._actions[1:])) for name, parser in parsers()}

    assert found == OPTIONS


@pytest.mark.parametrize("name", list(OPTIONS))
def test_every_option_is_explained_in_a_few_lower_words(name):
    for action in dict(parsers())[name]._actions:
        said = action.help or ""
        assert len(said) > 5, (name, action.dest)
        loud = set(re.findall(r"[A-Z]{2,}", said)) - CAPITALS
        assert loud <= {str(action.metavar)}, (name, action.dest)


@pytest.mark.parametrize("name", list(OPTIONS))
def test_what_the_help_calls_the_default_is_the_default(name):
    for action in dict(parsers())[name]._actions:
        told = re.search(r"\(([\w.,;-]+)\)$", action.help or "")
        if not told or not action.option_strings or " " in told[1]:
            continue
        value = action.default
        if isinstance(value, tuple):
            assert ",".join(map(str, value)) == told[1]
        elif value is None:
            assert told[1] in {"none", "holiday", "mon;tue;wed;thu;fri", "need,group"}
        elif isinstance(value, float) or str(value).isdigit():
            assert float(value) == float(told[1])
        else:
            assert str(value).removesuffix("-sig") == told[1].lower()


@pytest.mark.parametrize("name", list(front.COMMANDS))
def test_the_examples_of_the_help_are_understood(name):
    top = front._parser("teladan", name)
    examples = below(top)[name].epilog.partition("example:")[2].replace("\\\n", " ")

    lines = [line for line in examples.splitlines() if line.strip()]
    assert lines
    for line in lines:
        assert top.parse_args(shlex.split(line)).run is not None


def test_the_help_tells_commands_and_exit_codes(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out

    assert "The computations of Teladan, on files." in said
    told = " ".join(said.split())
    for name, what in front.COMMANDS.items():
        assert f"{name} {what}" in told
    assert "\n\nExit codes: 0 done" in said
    assert "Exit codes: 0 done, 1 no answer is possible, 2 a file or option is wrong, 130" in told
    assert told.endswith("130 cancelled. Nothing is left half-written.")


@pytest.mark.parametrize("name", list(front.COMMANDS))
def test_the_help_of_a_command_begins_with_what_it_does(name, capsys):
    assert main([name, "--help"], program="teladan") == 0
    said = capsys.readouterr().out

    what = front.COMMANDS[name]
    assert said.startswith(f"usage: teladan {name} ")
    assert f"\n{what[0].upper()}{what[1:]}.\n" in said
    assert "\nexample:\n" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["share", "w.csv", "--pot", "1.5"], "argument --pot: '1.5' is not whole"),
        (["share", "w.csv", "--po", "1"], "the following arguments are required: --pot"),
        (["calibrate", "m.csv", "--draws", "x"], "argument --draws: 'x' is not a number"),
        (["calibrate", "m.csv", "--top", "1,0"], "argument --top: numbers begin with 1"),
        (["calibrate", "m.csv", "--next-reads", "-1"], "argument --next-reads: '-1' is negative"),
        (["calibrate", "m.csv", "--budget", "x"], "argument --budget: 'x' is not a number"),
        (["calibrate", "m.csv", "--seed", "x"], "argument --seed: 'x' is not a number"),
        (["assign", "a.csv", "--quality", "x"], "argument --quality: 'x' is not a number"),
        (["assign", "a.csv", "--cap", "x"], "argument --cap: 'x' is not a number"),
        (["assign", "a.csv", "--absent", "x"], "argument --absent: 'x' is not a number"),
        (["assign", "a.csv", "--workers", "x"], "argument --workers: 'x' is not a number"),
        (["assign", "a.csv", "--objective", "x"], "argument --objective: invalid choice: 'x'"),
        (["assign", "a.csv", "--workers", "2", "--dask", "x"], "not allowed with argument"),
        (["pair", "c.csv", "--mode", "x"], "argument --mode: invalid choice: 'x'"),
        (["pair", "c.csv", "--reserve-share", "x"], "argument --reserve-share: 'x' is not a"),
        (["plan", "r.csv", "h.csv", "--horizon", "x", "y"], "argument --horizon: 'x' is no day"),
        (["plan", "r.csv", "h.csv", "--workweek", "x"], "argument --workweek: 'x' is no weekday"),
        (["plan", "r.csv", "h.csv", "--visits-a-week", "x"], "--visits-a-week: 'x' is not a"),
        (["plan", "r.csv", "h.csv", "--step", "x"], "argument --step: 'x' is not a number"),
        (["novelty", "query", "i", "n.csv", "--limit", "x"], "argument --limit: 'x' is not a"),
        (["novelty", "x"], "invalid choice: 'x'"),
        (["x"], "invalid choice: 'x'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_an_option_that_cannot_be_read_is_named(words, said, capsys):
    assert main(words) == 2
    assert said in capsys.readouterr().err


MONDAY, TUESDAY = datetime.date(2026, 8, 17), datetime.date(2026, 8, 18)

# --- one value -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "value", "meant"),
    [
        (as_id, " x ", " x "),
        (as_id, 7, "7"),
        (as_text, "", ""),
        (as_number, "1e3", 1000.0),
        (as_number, " -0.5 ", -0.5),
        (as_number, 3, 3.0),
        (as_whole, "007", 7),
        (as_whole, " 12 ", 12),
        (as_whole, 3.0, 3),
        (as_whole, "3.0", 3),
        (as_whole, "1e3", 1000),
        (as_whole, str(2**63 - 1), 2**63 - 1),
        (as_whole, 2**63 - 1, 2**63 - 1),
        (short, "a" * 38, "'" + "a" * 38 + "'"),
        (short, "a" * 39, "'" + "a" * 36 + "…"),
        (cells.as_day, "2026-08-17 ", datetime.date(2026, 8, 17)),
        (cells.as_day, datetime.date(2026, 8, 17), datetime.date(2026, 8, 17)),
        (cells.as_day, datetime.datetime(2026, 8, 17, 9, tzinfo=datetime.UTC), MONDAY),
        (cells.as_days, "2026-08-17; 2026-08-18", (MONDAY, TUESDAY)),
        *((cells.as_yes, word, True) for word in ("Yes", "true", "1", "YA", "y", 1, True)),
        *((cells.as_yes, word, False) for word in ("no", "False", "0", "tidak", "n", "", None, 0)),
        (cells.as_list, None, ()),
        (cells.as_list, "a; b ;;c", ("a", "b", "c")),
        (cells.as_list, ["a;b", "c"], ("a;b", "c")),
        (cells.as_weekdays, "Mon;tuesday;RABU;thu;jumat;sat;minggu", (0, 1, 2, 3, 4, 5, 6)),
        (cells.as_weekdays, "senin;selasa;wed;kamis;fri;sabtu;sun", (0, 1, 2, 3, 4, 5, 6)),
        (cells.as_weights, "permits:0.8; health", {"permits": 0.8, "health": 1.0}),
        (cells.as_weights, "a:b:2", {"a:b": 2.0}),
        (cells.as_weights, {"x": "3"}, {"x": 3.0}),
        (options.numbers, "5,40", (5, 40)),
    ],
)  # fmt: skip
def test_a_value_is_read(read, value, meant):
    found = read(value)

    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("read", "value", "said"),
    [
        (as_id, " ", "is empty, must be an id"),
        (as_id, None, "is empty, must be an id"),
        (as_id, True, "True is no id, must be text"),
        (as_id, 1.0, "1.0 is no id, must be text"),
        (as_text, 3, "3 is no text"),
        (as_number, None, "is empty"),
        (as_number, "  ", "is empty, must be a number"),
        (as_number, True, "True is not a number"),
        (as_number, [1], "[1] is not a number"),
        (as_number, "1_000", "'1_000' is not a number"),
        (as_number, "1,5", "'1,5' is not a number: decimals are written with a point"),
        (as_number, "-1,5 ", "'-1,5 ' is not a number: decimals are written with a point"),
        (as_number, "1,500,000", "'1,500,000' is not a number"),
        (as_number, "inf", "inf is not a finite number"),
        (as_number, 10**400, f"{str(10**400)[:37]}… is too large"),
        (as_whole, "-1", "'-1' is negative"),
        (as_whole, "1.5", "'1.5' is not whole"),
        (as_whole, str(2**63), f"'{2**63}' is too large"),
        (as_whole, True, "True is not a number"),
        (as_whole, "²", "'²' is not a number"),
        (cells.as_day, "17.8.2026", "'17.8.2026' is no day such as 2026-08-17"),
        (cells.as_day, 3, "3 is no day such as 2026-08-17"),
        (cells.as_yes, "perhaps", "'perhaps' is neither yes nor no"),
        (cells.as_list, 3, "3 is no list, parted by ';'"),
        (cells.as_list, ["a", 3], "['a', 3] is no list of texts"),
        (cells.as_weekdays, "mon;noon", "'noon' is no weekday: mon, tue, …, or senin, selasa, …"),
        (cells.as_weights, "a:1;a", "'a' stands twice in 'a:1;a'"),
    ],
)
def test_a_value_that_cannot_be_read_says_why(read, value, said):
    with pytest.raises(ValueError, match=r"\w") as no:
        read(value)

    assert str(no.value) == said


def test_places_and_ids_are_told_as_people_write_them():
    names = {"entry": ["a", "b"], "reader": ["x", "y"]}

    assert at("m.csv") == "m.csv"
    assert at("m.csv", 7) == "m.csv:7"
    assert at("m.csv", 7, "points") == "m.csv:7, column points"
    assert at("m.csv", None, "points") == "m.csv, column points"
    assert named("entries 0, 1", names) == "entries 0, 1"
    assert named("entry 1 and reader 0, entrys 0, 1", names) == (
        "entry 'b' and reader 'x', entrys 'a', 'b'"
    )
    assert named("entry 2 (1, 0) (2, 1)", names) == "entry 2 ('b', 'x') (2, 'y')"
    assert named("(0, 1) of group 1", {"group": ["n", "s"]}) == "(0, 1) of group 's'"


# --- the bar ---------------------------------------------------------------------------------


def test_a_bar_is_drawn_ten_times_a_second_and_wiped_away(monkeypatch, capsys):
    clock = iter([100.0, 100.0625, 100.125, 103.0, 103.0625, 103.09375])
    monkeypatch.setattr(bar_module.time, "monotonic", lambda: next(clock))
    with bar_module.Bar("work", shown=True) as bar:
        for share in (0.1, 0.2, 0.5, 0.6, 1.0):
            bar(share)

    def line(full, share, seconds):
        return f"\rwork [{'#' * full}{'.' * (30 - full)}] {share} {seconds} s"

    drawn = line(6, " 20%", 0) + line(15, " 50%", 3) + line(30, "100%", 3)
    assert capsys.readouterr().err == drawn + "\r" + " " * (len(line(30, "100%", 3)) - 1) + "\r"


def test_a_bar_that_nobody_sees_writes_nothing(capsys):
    with bar_module.Bar("work", shown=False) as bar:
        bar(1.0)
    with bar_module.Bar("work") as bar:  # no terminal here
        bar(1.0)

    assert capsys.readouterr().err == ""


# --- columns and keys ------------------------------------------------------------------------


@pytest.fixture
def teladan(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def write(tmp_path):
    def write(name, header, *rows):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])

    return write


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


@pytest.fixture
def small(write):
    rng = np.random.default_rng(1)
    every = [(f"e{p}", f"r{r}") for p in range(4) for r in range(3)]
    write("a.csv", "entry,reader,affinity", *((*pair, rng.random()) for pair in every))
    write("m.csv", "entry,reader,points", *((*pair, rng.integers(60, 90)) for pair in every))
    write("w.csv", "recipient,weight", *((f"k{n}", n + 1) for n in range(4)))
    write("c.csv", "need,offer,score", *((f"n{n}", f"o{n % 2}", n + 1) for n in range(4)))
    write("g.csv", "need", ["n3"])
    words = [f"kata{n}" for n in range(90)]
    write("t.csv", "id,text", ("t0", " ".join(words[:40])), ("t1", " ".join(words[40:])))
    write("r.csv", "id,topic,size,asked,first,last", *(
        [name, "permits", 9, "2024-07-01", "2024-07-01", "2024-07-07"] for name in "abc"
    ))  # fmt: skip
    write("h.csv", "id,topics,size_max,weekdays", ["famous", "permits", 50, "tue"])


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
