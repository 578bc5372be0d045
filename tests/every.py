"""Every check and every test of Teladan, in order, stopping at the first that fails.

Run it with `make test`. A few arguments for those who work on it:

    .venv/bin/python tests/every.py --lint          the checks that need no test run
    .venv/bin/python tests/every.py types engine    only the steps named

Environment:

    TELADAN_TEST_DATABASE_URL   a PostgreSQL server to test on; else a throw-away one is started
    TELADAN_TEST_WORKERS        how many processes the page and stage tests use (2)
    TELADAN_REQUIRE_ALL=1       whatever would be skipped is a failure (set by .ci/run)

A test that is meant for one database only skips on the other with a reason that begins with
"only on"; the other database's step runs it, so that kind is never a failure. Tests that cannot
reach the database (pytest-django lets none through that did not ask) run in the SQLite step only.
"""

import contextlib
import dataclasses
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TESTS = ROOT / "tests"
METHOD = ROOT / "docs/method.md"
ENGINE_ENV = ROOT / ".venv-engine"
REQUIRE_ALL = os.environ.get("TELADAN_REQUIRE_ALL") == "1"
WORKERS = int(os.environ.get("TELADAN_TEST_WORKERS", "2"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class StepFailed(Exception):
    """A step did not hold; the message says which command or what was found."""


class StepSkipped(Exception):
    """A step could not run on this machine; the message says what is missing."""


@dataclasses.dataclass
class Outcome:
    """One line of the table at the end."""

    step: str
    seconds: float = 0.0
    verdict: str = "ok"
    passed: int = 0
    failed: int = 0
    skipped: list[str] = dataclasses.field(default_factory=list)
    elsewhere: int = 0

    def left_out(self):
        return len(self.skipped) + self.elsewhere


class Run:
    """What the steps share: a temporary folder, and the outcome being written."""

    def __init__(self, folder):
        self.folder = folder
        self.now = Outcome("")

    def call(self, *command, env=None):
        """Run a command with its output shown, and fail the step if it fails."""
        words = [str(word) for word in command]
        code = subprocess.run(words, cwd=ROOT, env=self.surroundings(env), check=False).returncode
        if code:
            shown = " ".join(words if len(words) < 20 else [*words[:6], "…"])
            raise StepFailed(f"exit code {code} from: {shown}")

    def surroundings(self, extra=None):
        """The environment of a step: no data folder, no database of the person running it."""
        env = {
            k: v for k, v in os.environ.items() if k not in {"TELADAN_DATABASE_URL", "PYTHONPATH"}
        }
        if env.pop("PYTHONDONTWRITEBYTECODE", ""):
            # Else each of the many processes compiles all of Django anew.
            env["PYTHONPYCACHEPREFIX"] = str(self.folder / "bytecode")
        return env | {"TELADAN_DATA": str(self.folder / "data")} | (extra or {})

    def pytest(self, python, *arguments, env=None):
        """Run pytest, then count from its own report what passed, failed and was skipped."""
        report = self.folder / f"{self.now.step}.xml"
        failure = None
        try:
            self.call(python, "-m", "pytest", *arguments, f"--junitxml={report}", env=env)
        except StepFailed as failed:
            failure = failed
        if report.exists():
            self.count(report)
        if failure:
            raise failure
        if not self.now.passed:
            raise StepFailed("pytest passed, but not one test ran")

    def count(self, report):
        for case in ET.parse(report).getroot().iter("testcase"):
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.now.failed += 1
            elif skip is None or skip.get("type") == "pytest.xfail":
                self.now.passed += 1
            elif (skip.get("message") or "").startswith("only on "):
                self.now.elsewhere += 1
            else:
                test = f"{case.get('classname')}.{case.get('name')}"
                self.now.skipped.append(f"{test}: {skip.get('message')}")


# --- the checks that need no test run --------------------------------------------------------


def lint(run):
    """ruff check"""
    run.call(BIN / "ruff", "check", ".")


def form(run):
    """ruff format --check"""
    run.call(BIN / "ruff", "format", "--check", ".")


def pages(run):
    """djade --check on every template"""
    found = sorted((ROOT / "src/teladan/templates").rglob("*.html"))
    if found:
        run.call(BIN / "djade", "--check", "--target-version", "5.2", *found)


def types(run):
    """mypy, strictly"""
    run.call(BIN / "mypy")


def imports(run):
    """lint-imports: who may import whom"""
    run.call(BIN / "lint-imports", "--no-cache")


def locks(run):
    """requirements/*.txt hold a hash for every file and an address for none"""
    found = []
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"://|index-url|find-links|trusted-host|^-e|@\s*file", line):
                found.append(f"{lock.name}:{number} holds an address: {line.strip()}")
        for entry in text.replace("\\\n", " ").splitlines():
            if entry.strip() and not entry.startswith("#") and "--hash=sha256:" not in entry:
                found.append(f"{lock.name} holds no hash for: {entry.strip()}")
    if found:
        raise StepFailed("; ".join(found) + ". `make locks` writes them anew.")


# --- the tests -------------------------------------------------------------------------------


def coverage_into(run):
    """Arguments and environment that measure a pytest run and keep its data for the report."""
    return ["--cov", "--cov-config=pyproject.toml", "--cov-report="], {
        "COVERAGE_FILE": str(run.folder / f".coverage.{run.now.step}")
    }


def engine_python():
    """Make the environment of the engine's tests, anew whenever its lock changes."""
    lock = ROOT / "requirements/engine.txt"
    stamp = ENGINE_ENV / ".ok"
    python = ENGINE_ENV / "bin/python"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest() + sys.version
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print("making an environment without Django (.venv-engine)", flush=True)
    pinned = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENGINE_ENV], check=True)
        by_uv = [BIN / "uv", "pip", "install", "-q", "--python", python, *pinned]
        if not (BIN / "uv").exists() or subprocess.run(by_uv, check=False).returncode:
            print("uv could not, trying pip (slower)", flush=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *pinned], check=True)
    except subprocess.CalledProcessError as failed:
        raise StepFailed(f"could not make .venv-engine: {failed}") from failed
    stamp.write_text(wanted, encoding="utf-8")
    return python


def engine(run):
    """the engine's tests and worked examples, where Django cannot be imported"""
    python = engine_python()
    absent = "import importlib.util, sys; sys.exit(importlib.util.find_spec('django') is not None)"
    run.call(python, "-c", absent)
    method = ["--doctest-glob=method.md", "docs/method.md"] if METHOD.exists() else []
    measured, env = coverage_into(run)
    run.pytest(
        python,
        *("tests/engine", "src/teladan/engine", "--doctest-modules", *method),
        *("-c", os.devnull, "--rootdir", "tests/engine", "--confcutdir", "tests/engine"),
        *("--import-mode=importlib", "-q", "-ra", "-p", "no:cacheprovider"),
        *("-n", str(WORKERS)),
        *("-o", "markers=slow: takes more than a few seconds", "--strict-markers"),
        *("-o", "filterwarnings=error\nignore:builtin type .*has no __module__:DeprecationWarning"),
        *measured,
        env={"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **env},
    )


def spread():
    return ["-n", str(WORKERS), "--dist", "worksteal"] if WORKERS > 1 else []


ELSEWHERE = ("--ignore=tests/engine", "--ignore=tests/browser")


def sqlite(run):
    """every other test but the browser's, on SQLite"""
    measured, env = coverage_into(run)
    run.pytest(sys.executable, "tests", "-q", *ELSEWHERE, *spread(), *measured, env=env)


def browser(run):
    """the pages in Chromium, on SQLite"""
    if not any(shutil.which(name) for name in BROWSERS):
        raise StepSkipped(f"no browser: install one of {', '.join(BROWSERS)}")
    if not list((TESTS / "browser").rglob("test_*.py")):
        raise StepSkipped("tests/browser holds no test")
    measured, env = coverage_into(run)
    run.pytest(sys.executable, "tests/browser", "-q", *spread(), *measured, env=env)


def postgres(run):
    """the tests of the SQLite step that can reach the database again, on PostgreSQL"""
    only = ["-m", "database"]
    with postgres_server(run.folder) as url:
        env = {"TELADAN_DATABASE_URL": url}
        run.pytest(sys.executable, "tests", "-q", *only, *ELSEWHERE, *spread(), env=env)


@contextlib.contextmanager
def postgres_server(folder):
    """Give the address of a PostgreSQL server: the one named, or one that lives for this step."""
    if given := os.environ.get("TELADAN_TEST_DATABASE_URL"):
        yield given
        return
    programs = postgres_programs()
    if not programs:
        raise StepSkipped("no PostgreSQL: install its server, or set TELADAN_TEST_DATABASE_URL")
    # A socket's path must be short, so not below a long TMPDIR.
    home = Path(tempfile.mkdtemp(prefix="teladan-pg-", dir="/tmp"))
    data, log, as_whom = home / "data", home / "log", unprivileged(home)

    def pg(program, *arguments):
        # Its output goes to a file: the server outlives pg_ctl and would keep a pipe open.
        with (folder / f"{program}.log").open("a+", encoding="utf-8") as output:
            command = [*as_whom, str(programs / program), *map(str, arguments)]
            code = subprocess.run(command, cwd=home, stdout=output, stderr=output, check=False)
            output.seek(0)
            return code.returncode, output.read()

    try:
        for locale in ("C.UTF-8", "C"):
            code, said = pg(
                "initdb", "-D", data, "-A", "trust", "-U", "teladan", "-E", "UTF8", "--no-sync",
                f"--locale={locale}",
            )  # fmt: skip
            if not code:
                break
            shutil.rmtree(data, ignore_errors=True)
        else:
            raise StepFailed(f"initdb could not make a database: {said}")
        settings = (
            f"-F -k {home} -c listen_addresses='' -c full_page_writes=off -c synchronous_commit=off"
        )
        code, said = pg("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", settings, "start")
        if code:
            kept = log.read_text(encoding="utf-8") if log.exists() else ""
            raise StepFailed(f"PostgreSQL did not start: {said}\n{kept}")
        yield f"postgres://teladan@/teladan?host={quote(str(home), safe='/')}&pool=no"
    finally:
        if data.exists():
            pg("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def postgres_programs():
    """The folder of initdb and pg_ctl: the newest server installed, else what PATH names."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(installed, key=lambda each: float(each.parent.name), reverse=True)
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    for folder in [*newest_first, *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def unprivileged(home):
    """PostgreSQL refuses to run as root: give its folder, and how to run it, to somebody else."""
    if os.geteuid() != 0:
        return []
    home.chmod(0o711)
    for user in ("postgres", "nobody"):
        with contextlib.suppress(LookupError):
            shutil.chown(home, user)
            return ["runuser", "-u", user, "--"]
    raise StepSkipped("running as root, and there is no other user to run PostgreSQL as")


def coverage(run):
    """what the engine, SQLite and browser steps together walked through"""
    parts = sorted(run.folder.glob(".coverage.*"))
    if not parts:
        raise StepFailed("nothing was measured: name a step of tests as well")
    run.call(BIN / "coverage", "combine", "-q", *parts)
    run.call(BIN / "coverage", "report")


QUICK = (lint, form, pages, types, imports, locks)
ALL = (*QUICK, engine, sqlite, browser, coverage, postgres)


# --- running them ----------------------------------------------------------------------------


def take(step, run):
    """Take one step; return whether to go on."""
    outcome = run.now = Outcome(step.__name__)
    print(f"\n=== {step.__name__}: {step.__doc__}", flush=True)
    began = time.monotonic()
    why = None
    try:
        step(run)
    except StepSkipped as skipped:
        outcome.verdict = "SKIPPED"
        outcome.skipped.append(str(skipped))
        print(f"!!! SKIPPED {step.__name__}: {skipped}")
    except StepFailed as failed:
        why = str(failed)
    outcome.seconds = time.monotonic() - began
    if why is None and REQUIRE_ALL and outcome.skipped:
        why = "something was skipped, and TELADAN_REQUIRE_ALL=1 asks for everything"
    if why:
        outcome.verdict = "FAILED"
        outcome.failed = outcome.failed or 1
        print(f"!!! FAILED {step.__name__}: {why}")
    return outcome, not why


def summary(outcomes, left_out):
    print(f"\n{'step':10} {'seconds':>8} {'passed':>7} {'failed':>7} {'skipped':>8}  verdict")
    for each in outcomes:
        numbers = f"{each.passed:7} {each.failed:7} {each.left_out():8}"
        print(f"{each.step:10} {each.seconds:8.1f} {numbers}  {each.verdict}")
    if left_out:
        print("not reached: " + ", ".join(left_out))
    for each in outcomes:
        for what in each.skipped:
            print(f"skipped in {each.step}: {what}")
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    skipped = sum(o.left_out() for o in outcomes)
    if failed:
        print(f"FAILED at {outcomes[-1].step}")
    # The last line stands alone, in pytest's words: sums over every run of pytest.
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def main(arguments):
    steps = QUICK if "--lint" in arguments else ALL
    named = [word for word in arguments if not word.startswith("-")]
    known = {step.__name__: step for step in ALL}
    if unknown := [word for word in named if word not in known]:
        sys.exit(f"no step is called {', '.join(unknown)}; there are {', '.join(known)}")
    if named:
        steps = [known[word] for word in named]
    # Being stopped must still stop the database server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="teladan-test-") as folder:
        run = Run(Path(folder))
        for step in steps:
            outcome, go_on = take(step, run)
            outcomes.append(outcome)
            if not go_on:
                break
    return summary(outcomes, [step.__name__ for step in steps[len(outcomes) :]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
