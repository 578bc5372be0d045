"""The checks bite: five faults are planted in a copy of the project, and each is caught."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LEFT_OUT = shutil.ignore_patterns(
    ".venv*", ".git", "data-*", "__pycache__", "results", "img", ".*_cache"
)


@pytest.fixture
def copy(tmp_path):
    """A copy of what the checks read, its own package first on the path."""
    for name in ("src", "tests", "docs", "bench"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "Makefile"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(copy, *command):
    """Run a check in the copy; returns its exit code and what it said."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TELADAN_", "PYTEST", "COV"))}
    env |= {"PYTHONPATH": str(copy / "src"), "TELADAN_DATA": str(copy / "data")}
    done = subprocess.run(
        [str(word) for word in command], cwd=copy, env=env, capture_output=True, text=True
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def check(copy, *tests):
    return run(
        copy, BIN / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-x", *tests
    )  # fmt: skip


def plant(path, after, text):
    """Put `text` behind the first place where `after` stands."""
    said = path.read_text(encoding="utf-8")
    assert after in said
    path.write_text(said.replace(after, after + text, 1), encoding="utf-8")


def test_a_wrong_import_is_caught(copy):
    models = copy / "src/teladan/contest/models.py"
    plant(models, "from teladan.registry.models import Innovation\n",
          "from teladan.panel.models import Seat as _Seat\n")  # fmt: skip

    code, said = run(copy, BIN / "lint-imports", "--no-cache")

    assert code != 0
    assert re.search(r"teladan\.contest\.models -> teladan\.panel\.models", said)


def test_an_untranslated_string_is_caught(copy):
    if not shutil.which("msgfmt"):
        pytest.skip("gettext is not installed")
    plant(copy / "src/teladan/templates/desk/desk.html", "{% block main %}",
          '\n<p>{% translate "Nobody has put this into Indonesian." %}</p>')  # fmt: skip

    code, said = check(copy, "tests/test_language.py", "-k", "every_string")

    assert code != 0
    assert "Nobody has put this into Indonesian." in said


def test_a_word_outside_translation_is_caught(copy):
    plant(copy / "src/teladan/templates/desk/desk.html", "{% block main %}", "<p>Bare words</p>")

    code, said = check(copy, "tests/test_language.py", "-k", "cannot_be_translated and desk")

    assert code != 0
    assert "'Bare'" in said


def test_an_unledgered_act_is_caught(copy):
    acts = copy / "src/teladan/awards/acts.py"
    plant(acts, "\n@act\ndef proclaim(", "")
    said = acts.read_text(encoding="utf-8")
    quiet = '@act\ndef whisper(*, by: Person) -> None:\n    """Do it quietly."""\n\n\n'
    acts.write_text(said.replace("@act\ndef proclaim(", quiet + "@act\ndef proclaim(", 1), "utf-8")

    code, said = check(copy, "tests/test_docs.py")

    assert code != 0
    assert "whisper" in said


def test_a_route_without_office_is_caught(copy):
    plant(copy / "src/teladan/urls.py", "urlpatterns = [",
          '\n    path("secret/", lambda request: None, name="secret"),')  # fmt: skip

    code, said = check(copy, "tests/test_pages.py", "-k", "declares")

    assert code != 0
    assert "secret/ names no office" in said


def test_a_skipped_migration_is_caught(copy):
    plant(copy / "src/teladan/contest/models.py",
          '    theme = models.CharField(_("theme"), max_length=200, blank=True)\n',
          "    motto = models.CharField(max_length=80, blank=True)\n")  # fmt: skip

    code, said = check(copy, "tests/test_migrations.py")

    assert code != 0
    assert "test_history_is_one_line_and_complete" in said


def test_without_a_fault_the_same_checks_pass(copy):
    assert run(copy, BIN / "lint-imports", "--no-cache")[0] == 0
    code, said = check(copy, "tests/test_docs.py", "tests/test_migrations.py", "-k",
                       "not links_lead_somewhere")  # fmt: skip
    assert code == 0, said[-2000:]
