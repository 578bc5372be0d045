"""What the engine's two great acts cost: seating everybody, and counting a whole round.

python -m bench.acts assign OUT.json      on a database seeded with --unmarked
python -m bench.acts tally OUT.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import ready


def timed(do: Callable[[], Any]) -> dict[str, Any]:
    """Perform one act once: CPU of our process and seconds on the clock."""
    from bench.measure import DatabaseClock

    clock = DatabaseClock()
    clock.find()
    in_database, spent, began = clock.read(), time.process_time(), time.perf_counter()
    do()
    web = time.process_time() - spent
    row: dict[str, Any] = {"answered": True, "seconds": round(time.perf_counter() - began, 2)}
    row["cpu_ms"] = round((web + clock.read() - in_database) * 1000, 1)
    return row


def assigned() -> dict[str, Any]:
    """Seat three readers for each entry, fairly, with conflicts and load caps."""
    from django.utils import timezone

    from teladan.contest.models import Round
    from teladan.house.models import Person
    from teladan.panel.acts import assign
    from teladan.panel.models import Plan

    sieve = Round.objects.get(edition__slug="bench-now", number=1)
    clerk = Person.objects.get(email="secretariat-00000@example.invalid")
    row = timed(lambda: assign(by=clerk, sieve=sieve, now=timezone.now()))
    return row | {"certificate": Plan.objects.get(round=sieve).certificate}


def tallied() -> dict[str, Any]:
    """Count and seal the round that is under way, as on the evening it closes."""
    from teladan.contest.models import Round, Standing
    from teladan.house.models import Person
    from teladan.panel.acts import tally

    sieve = Round.objects.get(edition__slug="bench-now", number=1)
    clerk = Person.objects.get(email="secretariat-00000@example.invalid")
    closes = sieve.rule.closes + timedelta(minutes=1)
    row = timed(lambda: tally(by=clerk, sieve=sieve, now=closes))
    return row | {"standings": Standing.objects.filter(seal__round=sieve).count()}


def main(arguments: Sequence[str]) -> None:
    ready()
    found = assigned() if arguments[0] == "assign" else tallied()
    print(f"    {arguments[0]}: {found['seconds']} s, {found['cpu_ms']:,.0f} CPU ms", flush=True)
    Path(arguments[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
