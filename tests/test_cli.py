"""The command line: quick to answer, plain in what it refuses, and a site by one command."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.contrib.auth.hashers import identify_hasher
from typer.testing import CliRunner

import teladan as package
from teladan.cli import app
from teladan.house.models import Office, OfficeTerm, Person
from teladan.management import serving
from teladan.registry.models import Innovation, Region
from tests import builders

TELADAN = [sys.executable, "-c", "from teladan.cli import main; main()"]


@pytest.fixture
def teladan(tmp_path, monkeypatch):
    """Call the command line in this process, on the test's database and a folder of its own."""
    monkeypatch.setenv("TELADAN_DATA", str(tmp_path))
    # Commands set and drop these for a process of their own; here they are put back.
    monkeypatch.setenv("TELADAN_SECRET_KEY", "of the tests")
    monkeypatch.delenv("TELADAN_DATABASE_URL", raising=False)

    def call(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    return call


def alone(*words, data=None, timeout=60, **more):
    """Call the command line in a process of its own, without the test's database."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("TELADAN_")}
    if data:
        env["TELADAN_DATA"] = str(data)
    return subprocess.run(
        [*TELADAN, *map(str, words)],
        env=env, capture_output=True, text=True, timeout=timeout, check=False, **more,
    )  # fmt: skip


def test_it_says_which_version_it_is(teladan):
    assert teladan("--version").output == f"teladan {package.__version__}\n"


def test_help_does_not_wait_for_django():
    loads = "import sys, teladan.cli; print([m for m in ('django', 'numpy') if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"


@pytest.mark.parametrize(
    "words", [[], ["demo"], ["run", "--port", "0"], ["run", "--port", "x"], ["unknown"], ["verify"]]
)
def test_a_call_that_means_nothing_shows_the_usage(teladan, words):
    answer = teladan(*words)
    assert answer.exit_code == 2
    assert "Usage:" in answer.output


@pytest.mark.parametrize("words", [["audit"], ["demo", "accounts"], ["search", "air"]])
def test_a_folder_without_a_site_is_not_made_one(teladan, tmp_path, words):
    answer = teladan(*words, "--data", tmp_path / "nothing")
    assert answer.exit_code == 2
    assert "There is no site in" in answer.output
    assert not (tmp_path / "nothing").exists()


def test_a_bundle_that_cannot_be_read_is_told_in_a_sentence(teladan, tmp_path):
    broken = tmp_path / "broken.json"
    for content, said in ((b"{", "is not JSON"), (b"\xff\xfe", "is not JSON"), (None, "read")):
        if content is None:
            broken.unlink()
        else:
            broken.write_bytes(content)
        answer = teladan("verify", broken)
        assert answer.exit_code == 2
        assert said in answer.output
        assert answer.output.count("\n") == 1


@pytest.mark.parametrize("content", ["{}", "[]", "null", '{"format": "teladan-bundle-1"}'])
def test_json_that_is_no_bundle_does_not_verify(teladan, tmp_path, content):
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    assert teladan("verify", tmp_path / "other.json").exit_code == 1


def test_verifying_needs_no_site_and_makes_none(tmp_path):
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    answer = alone("verify", "other.json", cwd=tmp_path)
    assert answer.returncode == 1
    assert "format" in answer.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["other.json"]


def test_the_demo_fills_an_empty_database_and_tells_its_accounts(
    teladan, db, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.DATA = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        assert teladan("demo", "load", "--size", "small").exit_code == 0
    (tmp_path / "teladan.sqlite3").touch()
    kept = tmp_path / "demo-accounts.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    accounts = json.loads(teladan("demo", "accounts", "--json").output)
    assert {row["office"] for row in accounts} == set(Office.values)
    assert set(accounts[0]) == {"office", "name", "email", "password"}
    for row in accounts:
        person = Person.objects.get(email=row["email"], name=row["name"])
        assert person.check_password(row["password"])
        assert identify_hasher(person.password)
    assert len({row["password"] for row in accounts}) == len(accounts)
    person.set_password("kata sandi saya sendiri")
    person.save()
    after = json.loads(teladan("demo", "accounts", "--json").output)
    assert [row["office"] for row in after if row["password"] is None] == [accounts[-1]["office"]]
    assert "(changed since)" in teladan("demo", "accounts").output


def test_the_facts_can_be_loaded_alone_and_a_first_secretariat_appointed(
    teladan, db, settings, tmp_path
):
    settings.DATA = tmp_path
    assert teladan("demo", "load", "--facts-only").exit_code == 0
    assert Region.objects.count() == 552
    assert not Person.objects.exists()
    assert not Innovation.objects.filter(simulated=True).exists()
    (tmp_path / "teladan.sqlite3").touch()
    made = teladan("appoint", "Rini@example.id", "secretariat", "--name", "Rini")
    assert made.exit_code == 0
    term = OfficeTerm.objects.get()
    assert (term.office, term.person.email) == ("secretariat", "rini@example.id")
    second = teladan("appoint", "sari@example.id", "secretariat", "--name", "Sari")
    assert second.exit_code == 2
    assert "--by" in second.output
    assert teladan("demo", "accounts").exit_code == 1


def test_an_institution_is_made_for_its_local_admin(teladan, db, settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "teladan.sqlite3").touch()
    builders.region()
    assert teladan("appoint", "rini@example.id", "secretariat", "--name", "Rini").exit_code == 0
    solo = ("institution", "Pemerintah Kota Solo", "--kind", "city", "--region", "32.71")
    by = ("--by", "rini@example.id")
    assert "--by" in teladan(*solo).output
    assert teladan(*solo, *by).exit_code == 0
    local = ("appoint", "budi@example.id", "local-admin", "--name", "Budi", *by)
    assert teladan(*local).exit_code == 2
    assert "teladan institution" in teladan(*local, "--institution", "Kota Lain").output
    assert teladan(*local, "--institution", "Pemerintah Kota Solo").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Kota A"], "--kind"),
        (["Kota A", "--kind", "kingdom"], "kingdom is no kind"),
        (["Kota A", "--kind", "city"], "memerlukan wilayahnya"),
        (["Kota A", "--kind", "city", "--region", "99.99"], "no region 99.99"),
        (["Kota A", "--kind", "agency", "--by", "nobody@example.id"], "nobody@example.id"),
        (["", "--kind", "agency"], ""),
        (["pemerintah kota bogor", "--kind", "agency"], "Pemerintah Kota Bogor"),
    ],
)
def test_an_institution_that_cannot_be_is_told_in_a_sentence(teladan, db, tmp_path, words, said):
    (tmp_path / "teladan.sqlite3").touch()
    builders.institution()
    answer = teladan("institution", *words)
    assert answer.exit_code == 2
    assert answer.output.startswith("teladan: ")
    assert said in answer.output
    assert answer.output.count("\n") == 1


def test_the_first_office_is_given_on_a_database_that_nobody_prepared(tmp_path):
    missing = alone("appoint", "rini@example.id", "secretariat", "--name", "Rini", data=tmp_path)
    assert missing.returncode == 2
    assert "run --no-demo" in missing.stderr
    (tmp_path / "teladan.sqlite3").touch()
    made = alone("appoint", "rini@example.id", "secretariat", "--name", "Rini", data=tmp_path)
    assert made.returncode == 0, made.stderr


def test_a_setting_that_cannot_be_is_told_in_a_sentence(tmp_path):
    env = {**os.environ, "TELADAN_DATA": str(tmp_path), "TELADAN_TLS": "perhaps"}
    env.pop("TELADAN_DATABASE_URL", None)
    answer = subprocess.run(
        [*TELADAN, "demo", "load"], env=env, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith("teladan: TELADAN_TLS='perhaps': say yes or no.")
    assert answer.stderr.count("\n") == 1


def test_a_taken_port_is_told_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = alone("run", "--port", port, "--data", tmp_path / "site")
    assert answer.returncode == 2
    assert f"Port {port} on 127.0.0.1 is taken" in answer.stderr
    assert not (tmp_path / "site").exists()


def test_a_host_that_is_not_here_is_refused():
    with pytest.raises(serving.CannotServe, match="no address"):
        serving.refuse_taken_port("not-here.invalid", 8000)


def test_static_files_are_collected_anew_once_one_changes(tmp_path):
    (tmp_path / "static").mkdir()
    css = tmp_path / "static" / "look.css"
    css.write_text("a{}", encoding="utf-8")
    before = serving.static_mark(tmp_path)
    assert serving.static_mark(tmp_path) == before
    css.write_text("b{ }", encoding="utf-8")
    assert serving.static_mark(tmp_path) != before


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Started:
    """`teladan run` in a process group of its own, read until it says that it is ready."""

    def __init__(self, data, port, *words):
        env = {key: value for key, value in os.environ.items() if not key.startswith("TELADAN_")}
        command = [*TELADAN, "run", "--port", str(port), "--data", str(data), *words]
        self.began, self.said, self.port = time.monotonic(), [], port
        self.process = subprocess.Popen(
            command, env=env, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def __enter__(self):
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Ready:"):
                break
        self.seconds = time.monotonic() - self.began
        return self

    def __exit__(self, *_why):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.stdout.close()
        self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.read().decode()

    def stop(self, number):
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        return self.process.wait(timeout=20), rest


@pytest.mark.slow
def test_one_command_makes_a_site_and_stops_with_its_children(tmp_path):
    data, port = tmp_path / "site", free_port()
    with Started(data, port) as site:
        assert "simulating three editions" in "".join(site.said)
        assert json.loads(site.get("/healthz")) == {"ok": True}
        code, rest = site.stop(signal.SIGTERM)
    assert (code, rest) == (0, "\nStopping.\n")
    serving.refuse_taken_port("127.0.0.1", port)  # the children are gone too
    accounts = json.loads(alone("demo", "accounts", "--json", data=data).stdout)
    assert all(row["password"] in "".join(site.said) for row in accounts)
    first = alone("audit", data=data)
    assert first.returncode == 0, first.stdout + first.stderr
    with contextlib.closing(sqlite3.connect(data / "teladan.sqlite3")) as database:
        counted = (
            "SELECT slug, count(*) FROM teladan_screening JOIN teladan_entry e ON e.id = entry_id"
            " JOIN teladan_edition d ON d.id = e.edition_id WHERE passed GROUP BY slug"
        )
        assert dict(database.execute(counted)) == {"kipp-2017": 60, "kipp-2018": 150}
    with Started(data, port) as again:
        assert "simulating" not in "".join(again.said)
        assert accounts[0]["password"] in "".join(again.said)
        assert again.stop(signal.SIGINT)[0] == 0


@pytest.mark.slow
def test_a_child_that_dies_ends_the_site_and_is_named(tmp_path):
    with Started(tmp_path / "site", free_port(), "--no-demo") as site:
        worker = child_of(site.process.pid, "db_worker")
        os.kill(worker, signal.SIGKILL)
        rest = site.process.stdout.read()
        assert site.process.wait(timeout=20) == 1
    assert "The worker ended by itself (exit code -9)." in rest


def child_of(parent, word):
    """Find a child by a word of its command, the way /proc tells it."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat, command = (folder / "stat").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in command and int(stat.rpartition(")")[2].split()[1]) == parent:
            return int(folder.name)
    pytest.fail(f"no child of {parent} is called {word}")
