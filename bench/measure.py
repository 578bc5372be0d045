"""Clocks: CPU of this process and of the database, queries, bytes, memory."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import cpu

WARM = 3
BOUNDARIES = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|SET |RESET )", re.IGNORECASE)


class DatabaseClock:
    """CPU of the PostgreSQL process that serves us; SQLite runs inside ours and needs none."""

    def __init__(self) -> None:
        self.backend = 0

    def find(self) -> None:
        """Look again which process serves us: a new connection has a new one."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]

    @property
    def known(self) -> bool:
        """Whether all CPU of a request is accounted for."""
        return connection.vendor == "sqlite" or cpu.exact(self.backend) > 0

    def read(self) -> float:
        """CPU seconds of that process so far."""
        return cpu.exact(self.backend) if self.backend else 0.0


@dataclass
class Cost:
    """What one page cost: medians over several warm requests."""

    status: int
    answered: bool  # with the status that this page should have
    cpu_ms: float  # of the web process
    db_ms: float | None  # of PostgreSQL's processes; None where it could not be read
    queries: int
    bytes: int
    requests: int
    why: str = ""  # what broke, when the page did; shown, never kept

    def as_row(self) -> dict[str, Any]:
        both = None if self.db_ms is None else round(self.cpu_ms + self.db_ms, 2)
        return {
            "status": self.status,
            "answered": self.answered,
            "cpu_ms": self.cpu_ms if both is None else both,
            "web_ms": self.cpu_ms,
            "db_ms": self.db_ms,
            "queries": self.queries,
            "bytes": self.bytes,
            "requests": self.requests,
        }


def cost_of(
    ask: Callable[[], Any],
    clock: DatabaseClock,
    *,
    before: Callable[[], Any] = lambda: None,
    good: int = 200,
    requests: int = 15,
    seconds: float = 6.0,
    warm: int = WARM,
) -> Cost:
    """Ask several times and take medians; `before` runs ahead of each, untimed."""
    for _ in range(warm):
        before()
        response = ask()
    before()
    with CaptureQueriesContext(connection) as seen:
        response = ask()
    clock.find()
    queries = sum(not BOUNDARIES.match(query["sql"]) for query in seen.captured_queries)
    spent: list[float] = []
    in_database, until = 0.0, time.monotonic() + seconds
    while len(spent) < requests and (time.monotonic() < until or len(spent) < 3):
        before()
        db_began, began = clock.read(), time.process_time()
        response = ask()
        spent.append(time.process_time() - began)
        in_database += clock.read() - db_began
    return Cost(
        status=response.status_code,
        answered=response.status_code == good,
        cpu_ms=round(statistics.median(spent) * 1000, 2),
        db_ms=round(in_database / len(spent) * 1000, 2) if clock.known else None,
        queries=queries,
        bytes=len(response.content),
        requests=len(spent),
        why=repr(broken[1]) if (broken := getattr(response, "exc_info", None)) else "",
    )


def spent_on(ask: Callable[[], Any], before: Callable[[], Any], requests: int = 4) -> list[float]:
    """CPU seconds of this process for each of a few requests; the first is not counted."""
    spent = []
    for _ in range(requests):
        before()
        began = time.process_time()
        ask()
        spent.append(time.process_time() - began)
    return spent[1:]


def resident() -> int:
    """Bytes of memory this process holds right now (0 where that cannot be read)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * 4096


def download(ask: Callable[[], Any], clock: DatabaseClock) -> dict[str, Any]:
    """Take a whole export once: seconds, first byte, bytes, and how far memory grew meanwhile."""
    clock.find()
    before, peak, size, first = resident(), 0, 0, None
    db_began, spent_before, began = clock.read(), time.process_time(), time.perf_counter()
    response = ask()
    parts = response.streaming_content if response.streaming else [response.content]
    for part in parts:
        if first is None and part:
            first = time.perf_counter() - began
        size += len(part)
        peak = max(peak, resident())
    wall, spent = time.perf_counter() - began, time.process_time() - spent_before
    return {
        "status": response.status_code,
        "answered": response.status_code == 200,
        "streamed": bool(response.streaming),
        "cpu_ms": round((spent + clock.read() - db_began) * 1000, 1),
        "seconds": round(wall, 3),
        "first_byte_s": round(first or wall, 3),
        "bytes": size,
        "memory_growth_mb": round(max(0, peak - before) / 2**20, 1),
    }
