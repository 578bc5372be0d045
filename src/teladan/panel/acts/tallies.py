"""Tallies: a round is counted by the engine and sealed with everything it was counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.contest.acts import seal_standings
from teladan.contest.models import Entry, Round, Seal
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.panel.acts.standings import Readings, standings_from
from teladan.panel.models import Mark

# What produced the standings; a change of method changes this name.
ENGINE = "teladan-1"


class TieAtTheLine(Refusal):
    """The tie rule does not part the entries at the line: `tied` are theirs, for the plenary."""

    def __init__(self, reason: object, tied: Sequence[int]) -> None:
        super().__init__("tie-at-the-line", reason)
        self.tied = list(tied)


@act
def tally(
    *, by: Person, sieve: Round, now: datetime, order: Sequence[int] = (), because: str = ""
) -> Seal:
    """Count a round and seal it.

    `order` is the plenary's decision on entries that tie at the line, winners first, with its
    reason in `because`. Refuses `not-your-office`, `already-sealed`, `order-without-reason`,
    `no-entries`, `not-all-read`, `groups-apart` and `tie-at-the-line`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    sieve = (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition")
        .get(pk=sieve.pk)
    )
    if Seal.objects.filter(round=sieve).exists():
        raise Refusal("already-sealed", _("This round is sealed; it can never change."))
    if order and not because.strip():
        raise Refusal("order-without-reason", _("Write down why the plenary decided so."))
    inputs = inputs_of(sieve, order)
    _refuse_unread(sieve, inputs)
    rows, report = standings_from(inputs)
    if report["groups"] > 1:
        raise Refusal(
            "groups-apart",
            _(
                "The readers fall into %(groups)d groups that share no entry, so their entries "
                "cannot be compared. Seat a reader of one group for an entry of another."
            )
            % {"groups": report["groups"]},
        )
    _refuse_tie(int(inputs["seats"]), rows)
    report |= {"agreement": _agreement(inputs), "because": because.strip()}
    seal = seal_standings(
        by=by, sieve=sieve, engine=ENGINE, inputs=inputs, report=report, rows=rows, now=now
    )
    record(
        by=by, act="panel.tally", about=sieve, now=now, digest=seal.digest, because=because.strip()
    )
    return seal


def inputs_of(sieve: Round, order: Sequence[int] = ()) -> dict[str, Any]:
    """Read everything that decides a round, in one fixed order, as JSON."""
    rule, aspects = sieve.rule, sieve.rule_aspects
    entries = Entry.objects.in_round(sieve).order_by("pk").values_list("pk", flat=True)
    codes = [aspect.code for aspect in aspects]
    return {
        "entries": list(entries),
        "aspects": codes,
        "weights": [str(aspect.weight) for aspect in aspects],
        "marks": marks_of(sieve, codes),
        "seats": rule.seats,
        "method": rule.method,
        "tie_rule": list(sieve.edition.rule.tie_rule),
        "order": list(order),
        "seed": int(digest_of(["tally", sieve.pk])[:8], 16),
    }


def marks_of(sieve: Round, codes: Sequence[str]) -> list[list[Any]]:
    """Read the marks of a round as they count: [entry, reader, [points by aspect]]."""
    column = {code: index for index, code in enumerate(codes)}
    marks: dict[tuple[int, int], list[str]] = {}
    rows = Mark.objects.counted_in(sieve).order_by(
        "ballot__seat__entry", "ballot__seat__reader", "aspect"
    )
    for entry, reader, aspect, points in rows.values_list(
        "ballot__seat__entry", "ballot__seat__reader", "aspect", "points"
    ):
        line = marks.setdefault((entry, reader), [""] * len(codes))
        if aspect in column:
            line[column[aspect]] = str(points)
    return [[entry, reader, points] for (entry, reader), points in marks.items()]


def _agreement(inputs: Mapping[str, Any]) -> dict[str, list[float | None]]:
    """Measure how far the readers agree: value, low, high; unknown stays unknown (None)."""
    import numpy as np

    from teladan.engine.agreement import agreement

    read = Readings.of(inputs)
    rng = np.random.default_rng(int(inputs["seed"]))
    found = agreement(read.entry, read.reader, read.points, draws=400, rng=rng)
    measures = {"icc1": found.icc1, "icc2k": found.icc2k, "alpha": found.alpha, "w": found.w}
    return {
        name: [
            round(float(v), 4) if np.isfinite(v) else None
            for v in (measure.value, measure.low, measure.high)
        ]
        for name, measure in measures.items()
    }


def _refuse_tie(seats: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse `tie-at-the-line` where more entries stand than there are seats."""
    standing = [row for row in rows if row["stood"]]
    if len(standing) <= seats:
        return
    line = standing[-1]["place"]
    tied = [row["entry"] for row in rows if row["place"] == line]
    titles = Entry.objects.filter(pk__in=tied).order_by("pk").values_list("title", flat=True)
    raise TieAtTheLine(
        _(
            "%(titles)s are equal at place %(place)d, and the tie rule does not part them. "
            "Let the plenary decide, and seal with its order and reason."
        )
        % {"titles": "; ".join(titles), "place": line},
        tied,
    )


def _refuse_unread(sieve: Round, inputs: Mapping[str, Any]) -> None:
    """Refuse `not-all-read` while an entry has fewer ballots than the rule asks for."""
    if not inputs["entries"]:
        raise Refusal("no-entries", _("No entry is in this round yet."))
    read: dict[int, int] = dict.fromkeys(inputs["entries"], 0)
    for entry, _reader, _points in inputs["marks"]:
        read[entry] += 1
    short = sorted(pk for pk, reads in read.items() if reads < sieve.rule.reads)
    if short:
        titles = Entry.objects.filter(pk__in=short[:5]).values_list("title", flat=True)
        raise Refusal(
            "not-all-read",
            _(
                "%(count)d entries have fewer than %(reads)d ballots, among them %(titles)s. "
                "Remind their readers or seat others."
            )
            % {"count": len(short), "reads": sieve.rule.reads, "titles": "; ".join(titles)},
        )
