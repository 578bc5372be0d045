"""Serving one site: the database and files made ready, then a web server and a worker beside it."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import NoReturn

Say = Callable[[str], None]
SHIPS_FILES = ("django", "django-allauth", "whitenoise")
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60.0  # seconds the server may take to answer for the first time
SURVEY_EVERY = 6 * 3600.0  # seconds
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


class CannotServe(Exception):
    """The site can't be served as asked; the message is one sentence for the operator."""


class Ended(CannotServe):
    """The site was being served and is no longer."""


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CannotServe if nothing can listen there."""
    try:
        family, kind, number, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, number) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror as no:
        raise CannotServe(f"This machine has no address called {host}.") from no
    except PermissionError as no:
        raise CannotServe(f"Port {port} needs more rights; choose one from 1024 up.") from no
    except OSError as no:
        raise CannotServe(
            f"Port {port} on {host} is taken. Stop what listens there, or choose another: "
            f"--port {port + 1 if port < 65535 else 8000}."
        ) from no


def make_ready(say: Say, *, demo: bool) -> None:
    """Bring database and static files up to date, and load the demo into an empty database."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
    if settings.ON_POSTGRES:
        call_command("createcachetable", verbosity=0)
    mark, kept = static_mark(Path(settings.HERE)), Path(settings.DATA) / "static.mark"
    if not kept.exists() or kept.read_text(encoding="ascii") != mark:
        say("collecting static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        kept.write_text(mark, encoding="ascii")
    if demo:
        from django.utils import timezone

        from teladan.management.demo.loading import is_empty, load

        if is_empty():
            load(timezone.now(), say=say)
    survey()


def survey() -> None:
    """Let SQLite look at samples of its tables, so that it reads the smaller one first.

    It does not do so by itself, as PostgreSQL does. A few milliseconds at any size.
    """
    from django.db import OperationalError, connection

    if connection.vendor != "sqlite":
        return
    # Somebody writes for long? Then the next time will do.
    with contextlib.suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit=400")
        cursor.execute("ANALYZE")


def static_mark(here: Path) -> str:
    """Return a digest of everything that collected static files depend on."""
    parts = [f"{name} {metadata.version(name)}" for name in SHIPS_FILES]
    for path in sorted((here / "static").rglob("*")):
        facts = path.stat()
        parts.append(f"{path.relative_to(here)} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    """Return what runs beside each other, as modules: the server, and the worker for mail."""
    return {
        "server": [
            *("granian", "--interface", "wsgi", "--no-ws"),
            *("--host", host, "--port", str(port), "--workers", str(workers)),
            *("--blocking-threads", "4", "--log-level", "warning"),
            "teladan.wsgi:application",
        ],
        "worker": [
            *("django", "db_worker", "--no-reload", "--no-startup-delay"),
            *("--skip-checks", "--verbosity", "0"),
        ],
    }


class Site:
    """The two children, each with a process group of its own.

    So Ctrl-C reaches us alone and we stop them in order, and whatever they started themselves is
    found by its group. Where the system can, they end with us even if we are killed.
    """

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.host, self.port = host, port
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        launch = [sys.executable, "-m", "teladan.management.serving", str(os.getpid())]
        for name, command in commands(host, port, workers).items():
            self.children[name] = subprocess.Popen(  # noqa: S603 - our own words only
                [*launch, *command], process_group=0
            )

    def wait_until_it_answers(self, allowed_host: str) -> None:
        """Return once the server answers; raise Ended if it does not."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.refuse_dead_children()
            if answers(EVERYWHERE.get(self.host, self.host), self.port, allowed_host):
                return
            time.sleep(0.1)
        raise Ended(f"The server did not answer within {PATIENCE:.0f} seconds.")

    def refuse_dead_children(self) -> None:
        """Raise Ended, naming it, once a child has ended."""
        for name, child in self.children.items():
            if (code := child.poll()) is not None:
                raise Ended(f"The {name} ended by itself (exit code {code}).")

    def watch(self) -> NoReturn:
        """Stay until a child ends, or until somebody stops us."""
        surveyed = time.monotonic()
        while True:
            self.refuse_dead_children()
            if time.monotonic() - surveyed > SURVEY_EVERY:
                survey()
                surveyed = time.monotonic()
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop what still runs: politely, then for good. Being asked twice changes nothing."""
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + 5
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            # A server stopped while it starts may leave processes of its own behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def end_with(parent: int) -> None:
    """Ask the system (Linux) to end this process when its parent ends, however it ends."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it ended before we could ask
            sys.exit(1)


def answers(host: str, port: int, allowed_host: str) -> bool:
    """Say whether a web server answers there, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": allowed_host})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop_like_ctrl_c() -> None:
    """Let TERM and HUP end us the way Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in STOPS:
        signal.signal(number, stop)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Put off being stopped until a step is done, so that no child is started and forgotten."""
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda sent, _frame: asked.append(sent)) for number in STOPS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt


def sensible_workers() -> int:
    """Return how many server processes: two, where there are two processors."""
    return min(2, os.cpu_count() or 1)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[2:]])  # noqa: S606 - no shell
