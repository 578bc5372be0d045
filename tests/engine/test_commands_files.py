"""Files as people save them: read exactly, or refused with the line and the column."""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.commands import main
from teladan.engine.commands.tables import LONGEST, Files
from teladan.engine.commands.trouble import BadInput
from teladan.engine.commands.writing import Outputs, digest_of


@pytest.fixture
def share(tmp_path, monkeypatch, capsys):
    """Divide 100 by a file of this content; return the exit code and what was said."""
    monkeypatch.chdir(tmp_path)

    def call(content, *words, name="w.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["share", name, "--pot", "100", *words])
        said = capsys.readouterr()
        return code, said.out if code == 0 else said.err

    return call


PLAIN = "recipient,weight\nA,3\nB,1\n"
DIVIDED = "recipient,amount\nA,75\nB,25\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PLAIN, []),
        ("\ufeff" + PLAIN, []),
        (PLAIN.replace("\n", "\r\n"), []),
        (PLAIN.replace("\n", "\n\n"), []),
        (PLAIN.rstrip(), []),
        ("note,weight,recipient\nx,3,A\ny,1,B\n", []),
        ("recipient, weight\nA, 3\nB, 1\n", []),
        (PLAIN.replace(",", ";"), ["--delimiter", ";"]),
        (PLAIN.replace(",", "\t"), ["--delimiter", "tab"]),
        (PLAIN.encode("utf-16"), ["--encoding", "utf-16"]),
        ("daerah,bobot\nA,3\nB,1\n", ["--column", "recipient=daerah", "--column", "weight=bobot"]),
        ("recipient,weight\nA,0.3\nB,.1\n", ["--encoding", "UTF8"]),
    ],
)
def test_what_can_be_read_is_read(share, content, words):
    assert share(content, *words) == (0, DIVIDED)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.tsv", PLAIN.replace(",", "\t")),
        ("w.jsonl", '{"recipient": "A", "weight": 3}\n\n{"weight": 1.0, "recipient": "B"}\n'),
        ("w", PLAIN),
    ],
)
def test_the_suffix_says_what_kind_of_file_it_is(share, name, content):
    assert share(content, name=name) == (0, DIVIDED)


def test_ids_are_any_text_and_come_back_as_they_are(share):
    odd = 'recipient,weight\n"Kota ""B"", Jawa",1\n007,1\n" x ",1\n"two\nlines",1\nÅ=1+1,1\n'

    written = odd.replace("weight", "amount").replace(",1\n", ",20\n").replace('" x "', " x ")
    assert share(odd) == (0, written)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "w.csv is empty: its first line must name the columns"),
        ("\n\n", "w.csv is empty"),
        ("recipient,weight\n", "w.csv has no rows"),
        (
            "recipient,wait\nA,1\n",
            "w.csv:1: there is no column weight; there are 'recipient', 'wait'",
        ),
        (PLAIN.replace(",", ";"), "with --delimiter ';'"),
        (PLAIN.replace(",", "\t"), "with --delimiter tab"),
        ("recipient,weight,weight\nA,1,2\n", "w.csv:1: two columns are called 'weight'"),
        ("recipient,weight\nA,1\nB\n", "w.csv:3 has 1 fields, the header has 2"),
        ("recipient,weight\nA,1,\n", "w.csv:2 has 3 fields, the header has 2"),
        ('recipient,weight\n"two\nlines",1\nB,x\n', "w.csv:4, column weight: 'x' is not a number"),
        ("recipient,weight\nA,nan\n", "w.csv:2, column weight: nan is not a finite number"),
        ("recipient,weight\nA,1e999\n", "w.csv:2, column weight: inf is not a finite number"),
        ("recipient,weight\nA,1_0\n", "w.csv:2, column weight: '1_0' is not a number"),
        ('recipient,weight\nA,"1,5"\n', "is not a number: decimals are written with a point"),
        ("recipient,weight\nA,\n", "w.csv:2, column weight: is empty, must be a number"),
        ("recipient,weight\nA,-2\n", "w.csv:2, column weight: -2.0 is negative"),
        ("recipient,weight\n ,2\n", "w.csv:2, column recipient: is empty, must be an id"),
        ("recipient,weight\nA,1\nB,2\nA,3\n", "w.csv:4: recipient 'A' stands already in w.csv:2"),
        ('recipient,weight\nA,1\n"B,2\n', "w.csv:3 is no CSV: a quote is left open"),
        ('recipient,weight\n"A"x,1\n', "w.csv:2 is no CSV"),
        (b"recipient,weight\nA,1\nCura\xe7ao,2\n", "w.csv:3 is not utf-8: save it as UTF-8"),
        (PLAIN.encode("utf-16"), "w.csv:1 is not utf-8"),
        (
            "recipient,weight\n" + "x" * (LONGEST + 9),
            "w.csv:2 is longer than 16,777,216 characters",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_column(share, content, said):
    code, answer = share(content)

    assert code == 2
    assert said in answer
    assert len(answer) < 400


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "w.jsonl is empty"),
        ('{"recipient": "A"', "w.jsonl:1 is not JSON"),
        ("\n[1]\n", "w.jsonl:2: [1] is no JSON object"),
        ('{"recipient": "A"}\n', "w.jsonl:1: there is no column weight; there are 'recipient'"),
        ('{"recipient": "A", "weight": null}', "w.jsonl:1, column weight: is empty"),
        ('{"recipient": "A", "weight": true}', "w.jsonl:1, column weight: True is not a number"),
        ('{"recipient": "A", "weight": NaN}', "w.jsonl:1, column weight: nan is not a finite"),
        ('{"recipient": ["A"], "weight": 1}', "column recipient: ['A'] is no id, must be text"),
        ('{"recipient": null, "weight": 1}', "column recipient: is empty, must be an id"),
    ],
)
def test_what_is_wrong_in_jsonl_is_named_too(share, content, said):
    code, answer = share(content, name="w.jsonl")

    assert (code, said in answer) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--delimiter", "ab"], "--delimiter is 'ab', must be one character"),
        (["--encoding", "klingon"], "--encoding is 'klingon', which nobody knows"),
        (["--column", "weight"], "--column is 'weight', must be NAME=HEADING"),
        (["--column", "wait=Bobot"], "--column names 'wait'; there are recipient, weight"),
        (["--floor", "few"], "--floor is 'few': neither a whole number from 0 nor a file"),
        (["--out", "a.xlsx"], "a.xlsx must end in .csv"),
        (["--out", "none/a.csv"], "none/a.csv cannot be written: No such file or directory"),
        (["--out", "w.csv"], "w.csv is there already: --force replaces it"),
        (["--out", "d.csv"], "d.csv is no file that could be replaced"),
    ],
)
def test_an_option_that_means_nothing_is_refused(share, tmp_path, words, said):
    (tmp_path / "d.csv").mkdir(exist_ok=True)
    code, answer = share(PLAIN, *words)

    assert (code, said in answer) == (2, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d.csv", "w.csv"]


def test_a_folder_a_missing_file_and_an_unknown_kind_are_told_apart(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.csv").mkdir()
    for name, said in (
        ("d.csv", "d.csv is a folder, must be a file"),
        ("no.csv", "no.csv cannot be read: No such file or directory"),
        ("w.xlsx", "w.xlsx is no .csv, .tsv, .jsonl or .parquet"),
    ):
        assert main(["share", name, "--pot", "1"]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.npy"])
def test_every_kind_of_result_holds_the_same(share, tmp_path, name):
    assert share(PLAIN, "--out", name) == (0, "")

    if name == "a.npy":
        found = np.load(tmp_path / name).tolist()
    elif name == "a.jsonl":
        lines = (tmp_path / name).read_text().splitlines()
        found = [tuple(json.loads(line).values()) for line in lines]
    else:
        table = Files().table(tmp_path / name, ["recipient", "amount"])
        found = list(zip(table.ids("recipient"), table.whole("amount").tolist(), strict=True))
    assert found == [("A", 75), ("B", 25)]
    assert sorted(file.name for file in tmp_path.iterdir()) == [name, "w.csv"]


def test_parquet_needs_a_package_and_says_which(share, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)

    for words, name in ((["--out", "a.parquet"], "w.csv"), ([], "w.parquet")):
        code, answer = share(PLAIN, *words, name=name)
        assert (code, "pip install teladan[analytics]" in answer) == (2, True)


def test_a_file_is_replaced_only_by_force_and_only_by_a_whole_one(share, tmp_path):
    (tmp_path / "a.csv").write_text("old")
    assert share(PLAIN, "--out", "a.csv")[0] == 2
    assert share(PLAIN, "--out", "a.csv", "--force", "--floor", "60")[0] == 1
    assert (tmp_path / "a.csv").read_text() == "old"
    assert share(PLAIN, "--out", "a.csv", "--force")[0] == 0
    assert (tmp_path / "a.csv").read_text() == DIVIDED


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "a.csv"
    with Outputs(force=False) as outputs:
        outputs.plan(path)
        outputs.write(path, {"a": [1]})
        path.write_text("of somebody else")
        with pytest.raises(BadInput, match="is there already"):
            outputs.keep()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["of somebody else"]


def test_two_results_cannot_go_to_one_file(tmp_path):
    with Outputs(force=True) as outputs:
        outputs.plan(tmp_path / "a.csv")
        with pytest.raises(BadInput, match="is named twice"):
            outputs.plan(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(share, tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "a.csv").symlink_to("real.csv")
    assert share(PLAIN, "--out", "a.csv", "--force")[0] == 0
    assert (tmp_path / "a.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == DIVIDED


def test_what_is_not_a_number_is_written_as_nothing(tmp_path):
    columns = {"id": ["a"], "x": np.array([np.nan])}
    for name, content in (("a.csv", "id,x\na,\n"), ("a.jsonl", '{"id": "a", "x": null}\n')):
        with Outputs(force=False) as outputs:
            outputs.plan(tmp_path / name)
            outputs.write(tmp_path / name, columns)
            outputs.keep()
        assert (tmp_path / name).read_text() == content


def test_the_digest_is_that_of_the_csv(share, tmp_path):
    assert share(PLAIN, "--out", "a.csv")[0] == 0
    table = {"recipient": ["A", "B"], "amount": [75, 25]}
    assert digest_of(table) == hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    summary = json.loads(share(PLAIN, "--json")[1])
    assert summary["sha256"]["amounts"] == digest_of(table)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='a1,;"\n\r\t\0é', max_size=60), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused_with_its_name(content, as_json):
    data = content if isinstance(content, bytes) else content.encode()
    head = b'{"recipient": 1, "weight": 1}\n' if as_json else b"recipient,weight\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.jsonl" if as_json else "f.csv")
        for whole in (data, head + data):
            path.write_bytes(whole)
            said = f"{path}: read"
            try:
                table = Files().table(path, ["recipient", "weight"])
                table.once("recipient")
                table.numbers("weight")
            except BadInput as no:
                said = str(no)
            assert said.startswith(str(path))
