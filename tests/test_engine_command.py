"""`teladan engine` passes everything on to the engine's own command line, without Django."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from teladan.cli import app
from teladan.engine.commands import main

# What an analyst has who never installed the web application.
WITHOUT_DJANGO = """
import sys
from importlib.abc import MetaPathFinder

class NoDjango(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoDjango())
from teladan.cli import main
main()
"""


def teladan(*words, **more):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, *map(str, words)],
        capture_output=True, text=True, timeout=60, check=False, **more,
    )  # fmt: skip


@pytest.fixture
def weights(tmp_path):
    file = tmp_path / "weights.csv"
    file.write_text("recipient,weight\nBogor,3\nAgam,2\nSolok,1\n", encoding="utf-8")
    return file


def test_a_pot_is_divided_where_django_cannot_be_imported(weights):
    answer = teladan("engine", "share", weights, "--pot", 10, "--floor", 1)

    assert answer.stdout == "recipient,amount\nBogor,5\nAgam,3\nSolok,2\n"
    assert answer.returncode == 0
    # The hook does forbid it: a command that needs Django ends for want of it.
    (weights.parent / "bundle.json").write_text("{}", encoding="utf-8")
    verified = teladan("verify", "bundle.json", cwd=weights.parent)
    assert "No module named 'django" in verified.stderr


def test_help_is_the_engine_s_own(capfd):
    for words in (["--help"], ["share", "--help"]):
        answer = CliRunner().invoke(app, ["engine", *words])
        assert answer.exit_code == 0
        assert answer.output.startswith(" ".join(["usage: teladan engine", *words[:-1]]))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["share", "--pot", "x", "weights.csv"], 2, "--pot"),
        (["share", "--pot", "3", "--", "-no-such.csv"], 2, "-no-such.csv cannot be read"),
        (["share", "--pot", "3", "--floor", "2", "weights.csv"], 1, "floors of 3 recipients"),
        (["unknown"], 2, "invalid choice: 'unknown'"),
        ([], 2, "COMMAND"),
    ],
)
def test_words_and_exit_codes_pass_through_untouched(weights, monkeypatch, words, code, said):
    monkeypatch.chdir(weights.parent)

    answer = CliRunner().invoke(app, ["engine", *words])

    assert (answer.exit_code, said in answer.output) == (code, True)


def test_parquet_comes_back_as_it_went(tmp_path, capsys):
    polars = pytest.importorskip("polars", reason="the extra `analytics` is not installed")
    frame = polars.DataFrame({"recipient": ["A", "B"], "weight": [3, 1], "note": ["x", None]})
    there, made = tmp_path / "w.parquet", tmp_path / "a.parquet"
    frame.write_parquet(there)
    words = ["share", str(there), "--pot", "100"]

    assert main([*words, "--out", str(made)]) == 0
    assert polars.read_parquet(made).rows() == [("A", 75), ("B", 25)]

    frame.with_columns(weight=polars.lit(None)).write_parquet(there)
    assert main(words) == 2
    assert "w.parquet:1, column weight: is empty" in capsys.readouterr().err
    there.write_bytes(b"PAR1")
    assert main(words) == 2
    assert "w.parquet is no Parquet" in capsys.readouterr().err
