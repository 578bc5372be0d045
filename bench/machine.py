"""What a figure depends on beside the code: processor, memory, versions, and who else is busy."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


def facts() -> dict[str, Any]:
    """Describe the machine. Nothing here names a person, a host or a folder."""
    return {
        "processor": _first_line("/proc/cpuinfo", "model name") or platform.processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        **_versions("django", "granian", "numpy", "scipy", "ortools", "psycopg"),
    }


def _versions(*names: str) -> dict[str, str]:
    """Return the versions of those packages that are installed here."""
    found = {}
    for name in names:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def weather() -> dict[str, Any]:
    """Say how busy and how fast the machine is right now; two runs differ by this as well."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "pace_ms": pace(),
    }


def pace() -> float:
    """CPU ms of one fixed piece of work in Python, the best of five: the machine's own speed."""
    best = float("inf")
    for _ in range(5):
        began, total = time.process_time(), 0
        for number in range(200_000):
            total += number % 7
        best = min(best, time.process_time() - began)
    return round(best * 1000, 2)


def _first_line(file: str, key: str) -> str:
    with contextlib.suppress(OSError):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            if line.startswith(key):
                return line.partition(":")[2].strip()
    return ""


def _memory() -> float | None:
    with contextlib.suppress(ValueError, OSError, AttributeError):
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    return None
