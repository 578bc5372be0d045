"""A PostgreSQL server that lives as long as the benchmark, and commits as a real one does."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.every import postgres_programs, unprivileged

# Left at PostgreSQL's own values (fsync and all) but for memory, which nobody leaves at 128 MB.
SETTINGS = "-c listen_addresses='' -c shared_buffers=512MB -c max_connections=60"


class NoPostgres(Exception):
    """This machine has no PostgreSQL server; the message says how to get one."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Give the address of a server, the one TELADAN_BENCH_DATABASE_URL names or a fresh one."""
    if given := os.environ.get("TELADAN_BENCH_DATABASE_URL"):
        yield given
        return
    programs = postgres_programs()
    if not programs:
        raise NoPostgres("no PostgreSQL: install its server, or set TELADAN_BENCH_DATABASE_URL")
    # A socket's path must be short, so not below a long TMPDIR.
    home = Path(tempfile.mkdtemp(prefix="teladan-pg-", dir="/tmp"))
    data, as_whom = home / "data", unprivileged(home)

    def pg(program: str, *arguments: object) -> None:
        command = [*as_whom, str(programs / program), *map(str, arguments)]
        # Its output goes to a file: the server outlives pg_ctl and would keep a pipe open.
        with (home / f"{program}.said").open("w+", encoding="utf-8") as output:
            code = subprocess.run(  # noqa: S603
                command, cwd=home, stdout=output, stderr=output, check=False
            ).returncode
            output.seek(0)
            if code:
                raise NoPostgres(f"{program} failed: {output.read()}")

    try:
        pg("initdb", "-D", data, "-A", "trust", "-U", "teladan", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-k {home} {SETTINGS}"
        pg("pg_ctl", "-D", data, "-l", data / "log", "-w", "-t", "60", "-o", options, "start")
        yield f"postgres://teladan@/postgres?host={quote(str(home), safe='/')}"
    finally:
        if (data / "postmaster.pid").exists():
            with contextlib.suppress(NoPostgres):
                pg("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def fresh_database(address: str, name: str) -> str:
    """Make an empty database on the server, and return its address."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    front, _, query = address.partition("?")
    return f"{front.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
