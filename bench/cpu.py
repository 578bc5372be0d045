"""CPU time of other processes, as Linux tells it; zero where it does not."""

from __future__ import annotations

import os
from pathlib import Path


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def exact(pid: int) -> float:
    """CPU seconds of a process of one thread, in nanosecond steps; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def all_threads(pid: int) -> float:
    """CPU seconds of a process with all its threads, in steps of about ten milliseconds."""
    words = _stat(pid)
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK") if words else 0.0


def parent(pid: int) -> int:
    """Return the process that started `pid`; 0 when it cannot be told."""
    words = _stat(pid)
    return int(words[1]) if words else 0


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started and that still run."""
    running = (int(each.name) for each in Path("/proc").glob("[0-9]*"))
    return [child for child in running if parent(child) == pid]


def family(pid: int) -> float:
    """CPU seconds of a process and of those it started, all threads."""
    return all_threads(pid) + sum(family(child) for child in children(pid))
