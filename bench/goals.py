"""What each page should cost, how costs grow with the number of entries, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

QUERIES = 12
GROWTH = 0.1


@dataclass(frozen=True)
class Goal:
    """Upper limits; None where no limit was set. CPU counts web process and database together."""

    cpu_ms: float | None = None
    queries: int | None = QUERIES
    bytes: int | None = None
    growth: float | None = GROWTH
    seconds: float | None = None
    first_byte_s: float | None = None
    memory_growth_mb: float | None = None
    per_second: float | None = None  # at least
    p95_ms: float | None = None
    # The size the absolute limits were set for; elsewhere only the rest is judged.
    at_size: int | None = None

    def as_row(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


ANY = Goal()
DETAIL, UNCHANGED = Goal(cpu_ms=10), Goal(cpu_ms=1)
LIBRARY, RANKING, LISTING = Goal(cpu_ms=25), Goal(cpu_ms=50), Goal(cpu_ms=30)
BALLOT, STATISTICS = Goal(cpu_ms=18), Goal(cpu_ms=50)
POST = Goal(cpu_ms=25, queries=None)  # it answers with a redirect, not with a page
OVERVIEW = Goal(cpu_ms=100, bytes=300_000)
EXPORT_ENTRIES = Goal(
    cpu_ms=3000, queries=None, growth=1.05, first_byte_s=0.3, memory_growth_mb=64, at_size=3000
)
EXPORT_MARKS = Goal(
    cpu_ms=1500, queries=None, growth=1.05, first_byte_s=0.3, memory_growth_mb=64, at_size=3000
)
EXPORT_OTHER = Goal(queries=None, growth=1.05, first_byte_s=0.3, memory_growth_mb=64)
ASSIGN = Goal(cpu_ms=5000, queries=None, growth=None, at_size=3000)
SERVED_DETAIL = Goal(queries=None, growth=None, p95_ms=150)
SERVED_UNCHANGED = Goal(queries=None, growth=None, per_second=1000)
SERVED_POST = Goal(queries=None, growth=None, per_second=40, p95_ms=250)


def growth_of(costs: Mapping[int, float]) -> float | None:
    """Return the exponent of cost over size: the least-squares slope of log cost on log size.

    0 is a page that costs the same at every size, 1 one that costs as much as there are rows.
    """
    known = [(math.log(size), math.log(cost)) for size, cost in costs.items() if cost > 0]
    if len(known) < 2:
        return None
    mean_x = sum(x for x, _ in known) / len(known)
    mean_y = sum(y for _, y in known) / len(known)
    spread = sum((x - mean_x) ** 2 for x, _ in known)
    return round(sum((x - mean_x) * (y - mean_y) for x, y in known) / spread, 3) if spread else None


def misses(goal: Goal, row: Mapping[str, Any], size: int) -> list[str]:
    """Name every limit that one measured row breaks."""
    if not row["answered"]:
        return [f"status {row.get('status')} at {size}"]
    found = []
    limits = {"queries": goal.queries, "p95_ms": goal.p95_ms, "memory_growth_mb":
              goal.memory_growth_mb, "first_byte_s": goal.first_byte_s}  # fmt: skip
    if goal.at_size in {None, size}:
        limits |= {"cpu_ms": goal.cpu_ms, "seconds": goal.seconds, "bytes": goal.bytes}
    for key, limit in limits.items():
        value = row.get(key)
        if limit is not None and value is not None and value > limit:
            found.append(f"{key} {value:g} > {limit:g} at {size}")
    if goal.per_second and row.get("per_second", 0) < goal.per_second:
        found.append(f"{row.get('per_second')} a second < {goal.per_second:g} at {size}")
    return found


def judged(name: str, goal: Goal, sizes: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """Put one page's rows beside its goal and say whether it was met."""
    broken = [miss for size, row in sorted(sizes.items()) for miss in misses(goal, row, size)]
    answered = {s: r for s, r in sizes.items() if r["answered"]}
    # Against what a page of constant cost took at that moment, for the machine's pace changes.
    costs = {s: r["cpu_ms"] / r.get("beside_ms", 1) for s, r in answered.items() if r.get("cpu_ms")}
    growth = growth_of(costs)
    if goal.growth is not None and growth is not None and growth > goal.growth:
        broken.append(f"growth {growth:g} > {goal.growth:g}")
    return {
        "page": name,
        "goal": goal.as_row(),
        "sizes": {str(size): dict(row) for size, row in sorted(sizes.items())},
        "growth": growth,
        "verdict": "missed" if broken else "met",
        "missed": broken,
    }


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lay rows out for reading: CPU ms and queries by size, growth, goal, verdict."""
    sizes = sorted({int(size) for row in rows for size in row["sizes"]})
    head = f"{'page':28} " + " ".join(f"{f'{size:,} ms':>11} {'q':>3}" for size in sizes)
    lines = [f"{head} {'growth':>7} {'kB':>7} {'goal':>6}  verdict"]
    for row in rows:
        cells = []
        for size in sizes:
            cell = row["sizes"].get(str(size), {})
            ms, queries = cell.get("cpu_ms"), cell.get("queries")
            shown = "-" if ms is None else f"{ms:,.1f}"
            cells.append(f"{shown:>11} {'-' if queries is None else queries:>3}")
        last = row["sizes"][max(row["sizes"], key=int)]
        growth = "-" if row["growth"] is None else f"{row['growth']:.2f}"
        goal = row["goal"].get("cpu_ms")
        lines.append(
            f"{row['page']:28} {' '.join(cells)} {growth:>7} {last.get('bytes', 0) / 1000:7.1f} "
            f"{'-' if goal is None else f'{goal:g}':>6}  {row['verdict']}"
            + (f": {'; '.join(row['missed'])}" if row["missed"] else "")
        )
    return lines
