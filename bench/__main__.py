"""Run the benchmarks: `make bench`, or with less of everything

    .venv/bin/python -m bench --sizes 300,3000 --databases sqlite --out bench/results

For each database and size: seed an empty database in a temporary folder, measure every page
in-process, and at one size serve the application and load it. Writes pages-<database>.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import goals, machine, traffic
from bench.goals import Goal, judged
from bench.postgres import NoPostgres, fresh_database, server

ROOT = Path(__file__).resolve().parent.parent
FORMAT = "teladan-bench-1"
MIDDLE = 3000
OTHERS = {
    ("server", "detail, each for the first time"): goals.SERVED_DETAIL,
    ("server", "detail, kept in memory"): goals.SERVED_UNCHANGED,
    ("server", "detail, 304"): goals.SERVED_UNCHANGED,
    ("server", "giving a ballot"): goals.SERVED_POST,
    ("acts", "assign readers"): goals.ASSIGN,
    ("acts", "tally and seal a round"): Goal(queries=None, growth=None),
}


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    read = argparse.ArgumentParser(prog="python -m bench", description="How much each page costs.")
    read.add_argument("--sizes", default="300,3000,30000", help="numbers of entries")
    read.add_argument("--databases", default="sqlite,postgresql")
    read.add_argument("--out", type=Path, default=ROOT / "bench/results")
    read.add_argument("--without", default="", help="leave out: server, acts (comma between)")
    found = read.parse_args(arguments)
    found.sizes = sorted(int(size) for size in found.sizes.split(","))
    found.databases = [name.strip() for name in found.databases.split(",")]
    found.without = set(found.without.split(","))
    if unknown := set(found.databases) - {"sqlite", "postgresql"}:
        read.error(f"no database is called {', '.join(sorted(unknown))}")
    return found


class Ground:
    """A temporary folder and an address for one database of one size."""

    def __init__(self, folder: Path, static: Path, address: str) -> None:
        self.folder, self.address = folder, address
        folder.mkdir()
        if static.exists():
            (folder / "static").symlink_to(static)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("TELADAN_")}
        self.env |= {"TELADAN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "teladan.settings"}
        if address:
            self.env["TELADAN_DATABASE_URL"] = address

    def run(self, *words: object) -> None:
        """Run one of our modules in a process of its own."""
        command = [sys.executable, "-m", *map(str, words)]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True)  # noqa: S603

    def told(self, *words: object) -> Any:
        """Run one of our modules and return what it wrote down."""
        out = self.folder / "out.json"
        self.run(*words, out)
        return json.loads(out.read_text(encoding="utf-8"))

    def version(self) -> str:
        """Say which database this is."""
        if not self.address:
            return f"SQLite {sqlite3.sqlite_version}"
        import psycopg

        with psycopg.connect(self.address) as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"

    def size(self) -> int:
        """Bytes of the database."""
        if not self.address:
            return (self.folder / "teladan.sqlite3").stat().st_size
        import psycopg

        with psycopg.connect(self.address) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


@contextlib.contextmanager
def addresses(database: str) -> Iterator[Any]:
    """Give a function that makes an empty database and returns its address ('' for SQLite)."""
    if database == "sqlite":
        yield lambda _name: ""
        return
    with server() as address:
        yield lambda name: fresh_database(address, name)


def measure(database: str, sizes: list[int], without: set[str], folder: Path) -> dict[str, Any]:
    """Measure one database at every size and put all rows beside their goals."""
    said: dict[str, Any] = {"pages": {}, "exports": {}, "server": {}, "acts": {}}
    limits: dict[tuple[str, str], Goal] = {}
    seeded, weather = {}, {"began": machine.weather()}
    middle = max((size for size in sizes if size <= MIDDLE), default=sizes[0])
    with addresses(database) as fresh:
        for size in sizes:
            print(f"\n{database}, {size:,} entries", flush=True)
            here = Ground(folder / f"{database}-{size}", folder / "static", fresh(f"n{size}"))
            here.run("bench.seed", size)
            sown = json.loads((here.folder / "sown.json").read_text(encoding="utf-8"))
            seeded[str(size)] = {
                "seconds": sown["seconds"],
                "rows": sown["rows"],
                "database_mb": round(here.size() / 2**20, 1),
                "database": here.version(),
                "weather": machine.weather(),
            }
            for kind, rows in here.told("bench.pages").items():
                for name, row in rows.items():
                    limits[kind, name] = Goal(**row.pop("goal"))
                    said[kind].setdefault(name, {})[size] = row
            if size == middle and "server" not in without:
                requests = here.told("bench.traffic")
                with traffic.serve(here.env) as (port, pid):
                    for name, row in traffic.played(port, pid, requests).items():
                        said["server"][name] = {size: row}
                        print(f"    served: {served_line(name, row)}", flush=True)
            if size <= MIDDLE and "acts" not in without:
                said["acts"].setdefault("tally and seal a round", {})[size] = here.told(
                    "bench.acts", "tally"
                )
            _clear(here.folder)
        if "acts" not in without:
            print(f"\n{database}, assigning {middle:,} entries", flush=True)
            here = Ground(folder / f"{database}-assign", folder / "static", fresh("assign"))
            here.run("bench.seed", middle, "--unmarked")
            said["acts"]["assign readers"] = {middle: here.told("bench.acts", "assign")}
            _clear(here.folder)
    return result(database, sizes, said, limits | OTHERS, seeded, weather)


def result(
    database: str,
    sizes: list[int],
    said: Mapping[str, Mapping[str, Mapping[int, Any]]],
    limits: Mapping[tuple[str, str], Goal],
    seeded: Mapping[str, Any],
    weather: Mapping[str, Any],
) -> dict[str, Any]:
    """Put what was measured beside its goals: what is written to pages-<database>.json."""
    return {
        "format": FORMAT,
        "database": database,
        "sizes": sizes,
        "machine": machine.facts(),
        "weather": {**weather, "ended": machine.weather()},
        "seeded": dict(seeded),
        **{
            kind: [judged(name, limits[kind, name], by_size) for name, by_size in rows.items()]
            for kind, rows in said.items()
        },
    }


def _clear(folder: Path) -> None:
    """Give back the disk space of a database that is done with."""
    for file in folder.glob("teladan.sqlite3*"):
        file.unlink()


def served_line(name: str, row: Mapping[str, Any]) -> str:
    return (
        f"{name:32} {row['per_second']:8} a second, p95 {row.get('p95_ms', '-')} ms, "
        f"{row['failures']} failures"
    )


def show(found: Mapping[str, Any]) -> None:
    """Print one database's results for reading."""
    facts, weather = found["machine"], found["weather"]
    began, ended = weather["began"], weather["ended"]
    print(
        f"\n{found['database']} on {facts['processor']}, {facts['cores']} cores, "
        f"{facts['memory_gib']} GiB; load {began['load_average'][0]} at the start and "
        f"{ended['load_average'][0]} at the end; pace {began['pace_ms']} and {ended['pace_ms']} ms"
    )
    for kind in ("pages", "exports", "acts"):
        if found[kind]:
            print(f"\n{kind}")
            print("\n".join(goals.table(found[kind])))
    for row in found["server"]:
        for size, cell in row["sizes"].items():
            why = "; ".join(row["missed"])
            print(
                f"served at {int(size):,}: {served_line(row['page'], cell)} {row['verdict']} {why}"
            )
    every = [row for kind in ("pages", "exports", "server", "acts") for row in found[kind]]
    met = sum(row["verdict"] == "met" for row in every)
    print(f"{met} of {len(every)} meet their goals on {found['database']}", flush=True)


def main() -> int:
    options = asked()
    options.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="teladan-bench-") as name:
        folder = Path(name)
        collecting = Ground(folder / "collect", folder / "nowhere", "")
        collecting.run("django", "collectstatic", "--noinput", "-v0")
        (collecting.folder / "static").rename(folder / "static")
        for database in options.databases:
            try:
                found = measure(database, options.sizes, options.without, folder)
            except NoPostgres as why:
                print(f"!!! SKIPPED {database}: {why}", flush=True)
                continue
            out = options.out / f"pages-{database}.json"
            out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            show(found)
            print(f"written: {out.name}", flush=True)
    print(f"done in {time.monotonic() - began:,.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
