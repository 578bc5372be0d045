"""Seals: a round is closed for ever with its inputs, its standings and their digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.contest.models import Round, Seal, Standing
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal


@act
def seal_standings(
    *,
    by: Person,
    sieve: Round,
    engine: str,
    inputs: Mapping[str, Any],
    report: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Seal:
    """Close a round for ever: store its inputs, its standings and the digest of both.

    `rows` have the fields of Standing, with `entry` as a key. Called by panel's tally.
    Refuses `not-your-office` and `already-sealed`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    sieve = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=sieve.pk)
    if Seal.objects.filter(round=sieve).exists():
        raise Refusal("already-sealed", _("This round is sealed; it can never change."))
    seal = Seal.objects.create(
        round=sieve,
        by=by,
        at=now,
        engine=engine,
        inputs=dict(inputs),
        report=dict(report),
        digest=seal_digest(engine, inputs, rows),
    )
    Standing.objects.bulk_create(
        [
            Standing(seal=seal, **{("entry_id" if k == "entry" else k): v for k, v in row.items()})
            for row in rows
        ],
        batch_size=500,
    )
    record(by=by, act="contest.seal_standings", about=sieve, now=now, digest=seal.digest)
    return seal


def seal_digest(engine: str, inputs: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of a sealed round; the same function serves sealing and audit."""
    return digest_of([engine, inputs, [{k: str(v) for k, v in row.items()} for row in rows]])
