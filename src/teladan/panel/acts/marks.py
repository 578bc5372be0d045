"""Marks: jotted as they are typed, given once, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from teladan.contest.models import Seal
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand, offices_of
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import moment
from teladan.panel.models import Ballot, Jotting, Mark, Recusal, Seat, Tally

CENT = Decimal("0.01")
UNIT = Decimal("0.0001")
LONGEST = 4000


@act
def jot(
    *, by: Person, seat: Seat, marks: Mapping[str, str], version: int, now: datetime
) -> Jotting:
    """Keep fields of a ballot in the making: `points_<aspect>` and `because_<aspect>`, as typed.

    `version` is the number of the save that the writer has seen. Refuses as `give` does, and
    `unknown-aspect`, `unreadable-text`, `too-long` and `changed-elsewhere` (the field was saved
    after that with another text; neither is lost).
    """
    seat = _open_seat(by, seat, now)
    codes = [aspect.code for aspect in seat.round.rule_aspects]
    if not set(marks) <= {f"{kind}_{code}" for kind in ("points", "because") for code in codes}:
        raise Refusal("unknown-aspect", _("This ballot has no such line. Load the page again."))
    if any("\0" in text for text in marks.values()):
        raise Refusal(
            "unreadable-text",
            _("The text holds a character that cannot be stored (NUL). Remove it and save again."),
        )
    if any(len(text) > LONGEST for text in marks.values()):
        raise Refusal(
            "too-long",
            _("A reason may have %(most)d characters. Shorten it.") % {"most": LONGEST},
        )
    jotting = Jotting.objects.filter(seat=seat).first() or Jotting(seat=seat)
    changed = {name: text for name, text in marks.items() if jotting.typed.get(name) != text}
    if any(name in jotting.marks and jotting.marks[name][1] > version for name in changed):
        raise Refusal(
            "changed-elsewhere",
            _(
                "This line was changed in another window after you opened it. Both texts are "
                "kept: compare them, then save the one you want."
            ),
        )
    jotting.version += 1
    jotting.marks |= {name: [text, jotting.version] for name, text in changed.items()}
    jotting.saved_at = now
    jotting.save()
    record(by=by, act="panel.jot", about=seat, now=now, marks=digest_of(jotting.marks))
    return jotting


@act
def give(
    *, by: Person, seat: Seat, marks: Mapping[str, tuple[Decimal, str]], now: datetime
) -> Ballot:
    """Give the marks of one entry: for each aspect points from 0 to 100 and a reason.

    Refuses `not-your-seat`, `not-your-office`, `runs-the-contest`, `recused`, `not-pledged`,
    `already-marked`, `marking-closed`, `aspects-missing`, `unknown-aspect`, `points-off-scale` and
    `reason-missing`.
    """
    seat = _open_seat(by, seat, now)
    aspects = seat.round.rule_aspects
    _refuse_unfit(seat, marks)
    points = sum((marks[a.code][0] * a.weight for a in aspects), Decimal(0)) / 100
    ballot = Ballot(seat=seat, points=points.quantize(UNIT), at=now)
    ballot.save()
    rows = Mark.objects.bulk_create(
        Mark(
            ballot=ballot,
            aspect=a.code,
            points=marks[a.code][0].quantize(CENT),
            because=marks[a.code][1].strip(),
        )
        for a in aspects
    )
    Jotting.objects.filter(seat=seat).delete()
    _add_to_tally(seat)
    record(
        by=by,
        act="panel.give",
        about=seat,
        now=now,
        marks={row.aspect: str(row.points) for row in rows},
        reasons=digest_of([row.because for row in rows]),
    )
    return ballot


def _refuse_unfit(seat: Seat, marks: Mapping[str, tuple[Decimal, str]]) -> None:
    """Say no to a ballot with a gap, a number off the scale or a mark without a reason."""
    names = {aspect.code: aspect.name for aspect in seat.round.rule_aspects}
    missing = [name for code, name in names.items() if code not in marks]
    if missing:
        raise Refusal(
            "aspects-missing",
            _("Mark every aspect, each with its reason. Missing: %(aspects)s.")
            % {"aspects": ", ".join(missing)},
        )
    if len(marks) > len(names):
        raise Refusal("unknown-aspect", _("This ballot has no such line. Load the page again."))
    for code, (points, because) in marks.items():
        if not points.is_finite() or not 0 <= points <= 100 or points != points.quantize(CENT):
            raise Refusal(
                "points-off-scale",
                _("%(aspect)s: points run from 0 to 100, with two decimals at most.")
                % {"aspect": names[code]},
            )
        if not because.strip():
            raise Refusal(
                "reason-missing",
                _("%(aspect)s: say why. A mark without a reason is void.")
                % {"aspect": names[code]},
            )


def _add_to_tally(seat: Seat) -> None:
    """Keep the means of the entry, so that no page has to add up all marks."""
    Tally.objects.get_or_create(round_id=seat.round_id, entry_id=seat.entry_id)
    tally = Tally.objects.select_for_update(no_key=True).get(
        round=seat.round_id, entry=seat.entry_id
    )
    right = tallies_from(
        Ballot.objects.filter(seat__round=seat.round_id, seat__entry=seat.entry_id)
    )
    for name, value in right[seat.entry_id].items():
        setattr(tally, name, value)
    tally.save()


def tallies_from(ballots: QuerySet[Ballot]) -> dict[int, dict[str, Any]]:
    """Return entry -> what its tally must say of the ballots; for keeping and for audit."""
    given: dict[int, list[Decimal]] = {}
    entry_of: dict[int, int] = {}
    for pk, entry, points in ballots.filter(seat__recusal=None).values_list(
        "pk", "seat__entry", "points"
    ):
        entry_of[pk] = entry
        given.setdefault(entry, []).append(points)
    sums: dict[int, dict[str, Decimal]] = {entry: {} for entry in given}
    marks = Mark.objects.filter(ballot__in=ballots).values_list("ballot", "aspect", "points")
    for ballot, aspect, points in marks:
        if ballot in entry_of:
            column = sums[entry_of[ballot]]
            column[aspect] = column.get(aspect, Decimal(0)) + points
    return {
        entry: {
            "reads": len(points),
            "points": sum(points, Decimal(0)),
            "mean": (sum(points, Decimal(0)) / len(points)).quantize(UNIT),
            "spread": max(points) - min(points),
            "aspects": {
                code: str((total / len(points)).quantize(CENT))
                for code, total in sorted(sums[entry].items())
            },
        }
        for entry, points in given.items()
    }


def _open_seat(by: Person, seat: Seat, now: datetime) -> Seat:
    """Lock the seat and its round for the reader while marks are taken, or refuse.

    The round is locked too, so that no ballot slips in while it is being sealed.
    """
    seat = (
        Seat.objects.select_for_update(of=("self", "round"), no_key=True)
        .select_related("round__edition", "reader")
        .get(pk=seat.pk)
    )
    if seat.reader.person_id != by.pk:
        raise Refusal("not-your-seat", _("This entry is read by another reader."))
    demand(by, seat.reader.office, now=now)
    if Office.SECRETARIAT in offices_of(by, now):
        raise Refusal("runs-the-contest", _("Whoever runs the contest cannot mark in it."))
    if Recusal.objects.filter(seat=seat).exists():
        raise Refusal(
            "recused",
            _("You stepped back from this entry. Ask the secretariat if that was a mistake."),
        )
    if not seat.reader.pledged_at:
        raise Refusal("not-pledged", _("Sign the integrity pact first; it is on your desk."))
    if Ballot.objects.filter(seat=seat).exists():
        raise Refusal(
            "already-marked",
            _(
                "You have given your marks for this entry; a second ballot is not taken. "
                "Tell the secretariat if the first was a mistake."
            ),
        )
    sieve, rule = seat.round, seat.round.rule
    if Seal.objects.filter(round=sieve).exists():
        raise Refusal(
            "marking-closed",
            _("%(round)s is sealed; its list is final. What you typed is kept.")
            % {"round": rule.name},
        )
    if not sieve.takes_marks(now):
        raise Refusal(
            "marking-closed",
            _(
                "%(round)s takes marks from %(opens)s to %(closes)s. Ask the secretariat to "
                "extend it; what you typed is kept."
            )
            % {"round": rule.name, "opens": moment(rule.opens), "closes": moment(rule.closes)},
        )
    return seat
