"""Audits: what is stored on judging, compared with what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from teladan.contest.acts import seal_digest
from teladan.contest.models import Round, Seal
from teladan.house.ledger import label
from teladan.house.models import Ledger
from teladan.panel.acts.marks import UNIT, tallies_from
from teladan.panel.acts.standings import differences, rows_of, standings_from
from teladan.panel.acts.tallies import marks_of
from teladan.panel.models import Ballot, Mark, Reader, Tally

# What a tally says before the first ballot.
UNREAD: dict[str, Any] = {"reads": 0, "points": 0, "mean": 0, "spread": 0, "aspects": {}}


def broken_seals() -> Iterator[str]:
    """Name each place where judging does not hold together, round by round.

    Ballots must be the weighted sum of their marks, tallies must follow from ballots. In a sealed
    round the marks must be those that were sealed, the standings those that follow from them, and
    the digest the one in the ledger.
    """
    for sieve in Round.objects.select_related("edition").order_by("edition", "number"):
        yield from _broken_ballots(sieve)
        yield from _broken_tallies(sieve)
        seal = Seal.objects.filter(round=sieve).first()
        if seal:
            yield from _broken_seal(sieve, seal)


def _broken_ballots(sieve: Round) -> Iterator[str]:
    weights = {aspect.code: aspect.weight for aspect in sieve.rule_aspects}
    sums: dict[int, Decimal] = {}
    marks = Mark.objects.filter(ballot__seat__round=sieve)
    for ballot, aspect, points in marks.values_list("ballot", "aspect", "points").iterator():
        sums[ballot] = sums.get(ballot, Decimal(0)) + points * weights.get(aspect, Decimal(0))
    ballots = Ballot.objects.filter(seat__round=sieve).order_by("pk")
    for pk, entry, reader, points in ballots.values_list(
        "pk", "seat__entry", "seat__reader", "points"
    ).iterator():
        right = (sums.get(pk, Decimal(0)) / 100).quantize(UNIT)
        if points != right:
            yield (
                f"{sieve}: entry {entry}, reader {reader}: the ballot says {points}, "
                f"its marks make {right}"
            )


def _broken_tallies(sieve: Round) -> Iterator[str]:
    right = tallies_from(Ballot.objects.filter(seat__round=sieve))
    for tally in Tally.objects.filter(round=sieve).order_by("entry"):
        expected = right.pop(tally.entry_id, UNREAD)
        for name, value in expected.items():
            if getattr(tally, name) != value:
                yield (
                    f"{sieve}: entry {tally.entry_id}: the tally's {name} is "
                    f"{getattr(tally, name)}, the ballots make {value}"
                )
    for entry in right:
        yield f"{sieve}: entry {entry} has a ballot and no tally"


def _broken_seal(sieve: Round, seal: Seal) -> Iterator[str]:
    yield from _changed_marks(sieve, seal.inputs)
    rows = rows_of(seal.pk)
    if seal_digest(seal.engine, seal.inputs, rows) != seal.digest:
        yield f"{sieve}: the seal does not fit its inputs and standings"
    lines = Ledger.objects.filter(act="contest.seal_standings", about=label(sieve))
    if [line.facts.get("digest") for line in lines] != [seal.digest]:
        yield f"{sieve}: the ledger knows another digest than the seal"
    try:
        computed, _report = standings_from(seal.inputs)
    except (KeyError, TypeError, ValueError, IndexError) as broken:
        yield f"{sieve}: the stored inputs cannot be counted: {broken!r}"
        return
    yield from differences(rows, computed, str(sieve))


def _changed_marks(sieve: Round, inputs: dict[str, Any]) -> Iterator[str]:
    """Compare the marks as they are with those that were sealed."""
    codes = inputs["aspects"]
    sealed = {(entry, reader): points for entry, reader, points in inputs["marks"]}
    live = {(entry, reader): points for entry, reader, points in marks_of(sieve, codes)}
    names = dict(Reader.objects.filter(edition=sieve.edition_id).values_list("pk", "person__name"))
    for key in sorted(sealed.keys() | live.keys()):
        entry, reader = key
        who = f"{sieve}: entry {entry}, reader {reader} ({names.get(reader, 'unknown')})"
        if key not in live:
            yield f"{who}: the ballot was sealed and is gone"
        elif key not in sealed:
            yield f"{who}: the ballot was not there when the round was sealed"
        else:
            for code, was, now in zip(codes, sealed[key], live[key], strict=True):
                if was != now:
                    yield f"{who}: {code} is {now or 'missing'}, sealed as {was or 'missing'}"
