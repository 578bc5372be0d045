"""The commands at the edges: their options and help, single values, and the bar."""

import argparse
import datetime
import re
import shlex

import pytest

from teladan.engine.commands import bar as bar_module
from teladan.engine.commands import cells, front, main, options
from teladan.engine.commands.trouble import at, named
from teladan.engine.commands.values import as_id, as_number, as_text, as_whole, short

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
