"""One row a call: time, memory and quality, measured in a process of its own."""

from __future__ import annotations

import importlib
import json
import math
import os
import pickle
import resource
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import machine

FORMAT = "teladan-bench-engine-1"
OURS = "teladan"


class Absent(Exception):
    """A peer that cannot be run on this machine; the message says why."""


@dataclass
class Bench:
    """The rows of one kernel; `quick` asks for the small sizes only."""

    kernel: str
    quick: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)

    def run(
        self,
        what: str,
        size: float,
        function: Callable[[], Any],
        *,
        who: str = OURS,
        quality: Callable[[Any], dict[str, Any]] | None = None,
        modules: Sequence[str] = (),
        note: str = "",
    ) -> dict[str, Any]:
        """Call a function in a forked child and write down what it cost; return the row.

        `modules` are imported before the clock starts. `quality` turns the answer into figures
        that JSON can hold; it runs in the child, after the clock has stopped. A function that
        raises `Absent` or `ImportError` makes a row that says so; any other error ends the run.
        """
        row: dict[str, Any] = {"what": what, "who": who, "size": size}
        told = _in_child(lambda: _measured(function, quality, modules))
        if note:
            told["note"] = note
        row |= told
        self.rows.append(row)
        print(f"{self.kernel}: {_said(row)}", flush=True)
        return row

    def add(self, what: str, size: float, *, who: str = OURS, **figures: Any) -> None:
        """Write down figures that are no timed call (qualities of a simulation, say)."""
        self.rows.append({"what": what, "who": who, "size": size, "quality": figures})
        print(f"{self.kernel}: {_said(self.rows[-1])}", flush=True)

    def growth(self) -> dict[str, float]:
        """Exponent of CPU time over size, wherever three sizes or more were measured."""
        found = {}
        for what, who in dict.fromkeys((row["what"], row["who"]) for row in self.rows):
            points = [
                (math.log(row["size"]), math.log(max(row["cpu_s"], 1e-6)))
                for row in self.rows
                if (row["what"], row["who"]) == (what, who) and "cpu_s" in row and row["size"] > 0
            ]
            if len({x for x, _ in points}) >= 3:
                found[f"{what} | {who}"] = round(_slope(points), 2)
        return found

    def results(self) -> dict[str, Any]:
        """Return all that is written to the results file."""
        return {
            "format": FORMAT,
            "kernel": self.kernel,
            "machine": machine.facts(),
            "weather": machine.weather(),
            "quick": self.quick,
            "growth": self.growth(),
            "rows": self.rows,
        }

    def write(self, folder: Path) -> dict[str, Any]:
        """Write ``<kernel>.json`` and return what it holds."""
        folder.mkdir(parents=True, exist_ok=True)
        results = self.results()
        text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{self.kernel}.json").write_text(text, encoding="utf-8")
        return results


def _slope(points: list[tuple[float, float]]) -> float:
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    across = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / across


def _measured(
    function: Callable[[], Any],
    quality: Callable[[Any], dict[str, Any]] | None,
    modules: Sequence[str],
) -> dict[str, Any]:
    try:
        for name in modules:
            importlib.import_module(name)
        before, wall, cpu = _resident(), time.perf_counter(), _cpu()
        answer = function()
        cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    except (Absent, ImportError) as no:
        return {"absent": str(no)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {
        "wall_s": float(f"{wall:.4g}"),
        "cpu_s": float(f"{cpu:.4g}"),
        "memory_mb": max(0, round(peak - before)),
    }
    return row | ({"quality": quality(answer)} if quality else {})


def _cpu() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def _resident() -> float:
    """Return memory held by this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Fork, work there, and bring the answer home; what the child imported is gone with it."""
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            told: Any = work()
        except BaseException:
            told = traceback.format_exc()
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(told, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        brought = pipe.read()
    _, status = os.waitpid(child, 0)
    if status or not brought:
        return {"failed": f"the process ended with status {status}"}
    told = pickle.loads(brought)  # noqa: S301 - our own child's words
    if isinstance(told, str):
        raise RuntimeError(told)
    return dict(told)


def _said(row: dict[str, Any]) -> str:
    cost = row.get("absent") or row.get("failed") or ""
    if "cpu_s" in row:
        cost = f"{row['wall_s']} s, CPU {row['cpu_s']} s, {row['memory_mb']} MB"
    figures = "  ".join(f"{name} {value}" for name, value in row.get("quality", {}).items())
    return f"{row['what']} · {row['size']:,} · {row['who']}: {cost}  {figures}".rstrip()
