"""The ledger: append-only, chained by digest, the one way to record that something was done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction

from teladan.house.models import Ledger, LedgerHead, Person

# Absent on Windows, where SQLite's own waiting has to do.
fcntl: Any = import_module("fcntl") if find_spec("fcntl") else None

P = ParamSpec("P")
R = TypeVar("R")

_lines_written: ContextVar[int] = ContextVar("lines_written", default=0)


class Unledgered(AssertionError):
    """An act returned without having recorded itself: a bug, and rolled back as one."""


def act(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` an act: one transaction, and at least one line in the ledger."""

    @wraps(function)
    def performed(*args: P.args, **kwargs: P.kwargs) -> R:
        before = _lines_written.get()
        with _turn(), transaction.atomic():
            result = function(*args, **kwargs)
            if _lines_written.get() == before:
                raise Unledgered(f"{function.__module__}.{function.__name__} left no ledger line")
        return result

    performed.is_act = True  # type: ignore[attr-defined]
    return performed


@contextmanager
def _turn() -> Iterator[None]:
    """Wait in line for SQLite's single writer.

    SQLite lets waiting writers retry at random, and some wait for seconds; the kernel's lock on a
    file beside the database serves them one after the other. PostgreSQL needs none of this.
    """
    name = str(connection.settings_dict["NAME"])
    alone = connection.vendor != "sqlite" or connection.in_atomic_block
    if alone or fcntl is None or not Path(name).is_absolute():
        yield
        return
    with Path(f"{name}.turn").open("w") as ticket:
        fcntl.flock(ticket, fcntl.LOCK_EX)
        yield


def label(thing: models.Model) -> str:
    """Name a row the way the ledger does: `entry:41`."""
    return f"{thing._meta.model_name}:{thing.pk}"


def canonical(value: object) -> str:
    """Write `value` as JSON in one form only, so that equal facts have equal digests."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest_of(value: object) -> str:
    """Return the SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _digest(line: Ledger) -> str:
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    body = [line.seq, at, line.by_id, line.act, line.about, line.facts, line.public, line.previous]
    return digest_of(body)


def record(
    *,
    by: Person | None,
    act: str,
    about: models.Model | str,
    now: datetime,
    public: bool = False,
    **facts: Any,
) -> Ledger:
    """Append one line. Call it last in the act: it holds the chain's head until commit.

    `public` says that the act changed what strangers may read. Facts must be JSON; decimals,
    dates and the like are written as text.
    """
    heads = LedgerHead.objects.select_for_update()
    head = heads.filter(pk=1).first() or heads.get_or_create(pk=1)[0]
    line = Ledger(
        seq=head.seq + 1,
        at=now,
        by=by,
        act=act,
        about=about if isinstance(about, str) else label(about),
        facts=json.loads(canonical(facts)),
        public=public,
        previous=head.digest,
    )
    line.digest = _digest(line)
    line.save()
    head.seq, head.digest = line.seq, line.digest
    head.public_seq = line.seq if public else head.public_seq
    head.save()
    _lines_written.set(_lines_written.get() + 1)
    return line


def broken_lines() -> Iterator[str]:
    """Walk the whole chain and name each place where it does not hold, first break first.

    It walks to the head as it was at the start: acts may go on meanwhile.
    """
    head = LedgerHead.objects.filter(pk=1).first()
    previous, expected = "", 1
    lines = Ledger.objects.filter(seq__lte=head.seq if head else 0).order_by("seq")
    for line in lines.iterator(chunk_size=2000):
        if line.seq != expected:
            yield f"ledger: line {expected} is missing (found {line.seq})"
        if line.previous != previous:
            yield f"ledger: line {line.seq} does not follow line {line.seq - 1}"
        if _digest(line) != line.digest:
            yield f"ledger: line {line.seq} ({line.act}, {line.about}) was changed"
        previous, expected = line.digest, line.seq + 1
    if head and (head.seq, head.digest) != (expected - 1, previous):
        yield f"ledger: the head says line {head.seq}, the last line is {expected - 1}"
    # Asked in this order, for a line and its head are written together.
    last = Ledger.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    now = LedgerHead.objects.filter(pk=1).values_list("seq", flat=True).first()
    if last and (now is None or last > now):
        yield f"ledger: line {last} stands beyond the head"


def public_seq() -> int:
    """Return the number of the last line that changed a public page (0 when none did)."""
    return LedgerHead.objects.filter(pk=1).values_list("public_seq", flat=True).first() or 0
