"""Seats: who reads what, decided by the engine, never against a conflict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from teladan.contest.models import Entry, Round, Seal
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.panel.models import Plan, Reader, Seat, Tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from teladan.contest.rules import RoundRule
    from teladan.engine.assignment import Assignment


# So often readers are tied together anew before a plan in groups is taken as it is.
ATTEMPTS = 8


@act
def assign(*, by: Person, sieve: Round, now: datetime) -> Plan:
    """Seat readers for every entry of a round, fairly and without conflicts.

    Nobody reads an entry of their own institution, their home region or a declared conflict. The
    plan carries a certificate that separate code has checked. Refuses `not-your-office`,
    `already-assigned`, `round-before-open`, `screening-open`, `no-readers`, `no-entries` and
    `not-enough-readers` (naming who cannot be served).
    """
    demand(by, Office.SECRETARIAT, now=now)
    sieve = (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition")
        .get(pk=sieve.pk)
    )
    _refuse_early(sieve, now)
    entries = list(
        Entry.objects.in_round(sieve)
        .select_related("innovation__institution__region")
        .order_by("pk")
    )
    readers = list(
        Reader.objects.filter(edition=sieve.edition, office=sieve.rule.office)
        .pledged()
        .select_related("person")
        .order_by("pk")
    )
    if not entries:
        raise Refusal("no-entries", _("No entry is in this round yet."))
    if not readers:
        raise Refusal("no-readers", _("No reader of this round has pledged yet."))
    pairs, certificate = _seated(sieve, entries, readers)
    Seat.objects.bulk_create(
        [Seat(round=sieve, entry=entries[e], reader=readers[r]) for e, r in pairs],
        batch_size=1000,
    )
    Tally.objects.bulk_create([Tally(round=sieve, entry=e) for e in entries], batch_size=1000)
    plan = Plan.objects.create(round=sieve, by=by, at=now, certificate=certificate)
    for column in sorted({reader for _entry, reader in pairs}):
        queue(
            to=readers[column].person,
            now=now,
            hold=True,
            subject=_("Entries to read: %(round)s") % {"round": sieve},
            body=_("Your entries wait on your desk."),
        )
    record(by=by, act="panel.assign", about=sieve, now=now, certificate=certificate)
    return plan


def _refuse_early(sieve: Round, now: datetime) -> None:
    if Plan.objects.filter(round=sieve).exists():
        raise Refusal("already-assigned", _("The readers of this round are seated already."))
    if now < sieve.edition.rule.closes:
        raise Refusal(
            "filing-open",
            _("Entries are still filed. Seat the readers once filing is closed and screened."),
        )
    before = Round.objects.filter(edition=sieve.edition_id, number=sieve.number - 1)
    if sieve.number > 1 and not before.filter(seal__isnull=False).exists():
        raise Refusal("round-before-open", _("Seal the round before this one first."))
    if Entry.objects.filter(edition=sieve.edition).unscreened().exists():
        raise Refusal(
            "screening-open", _("Some filed entries are not screened yet. Finish screening first.")
        )


def _seated(
    sieve: Round, entries: Sequence[Entry], readers: Sequence[Reader]
) -> tuple[list[tuple[int, int]], dict[str, Any]]:
    """Ask the engine who reads what; return (entry, reader) positions and the certificate."""
    from teladan.engine.checking import check

    rule = sieve.rule
    suits, conflicts = _weigh_pairs(entries, readers)
    seed = int(digest_of(["assign", sieve.pk])[:8], 16)
    found, affinity, asked = _evenly(suits, conflicts, rule, seed)
    if found is None:
        raise _not_enough(entries, asked)
    faults = check(found.pairs, affinity, **asked, claims=found.claims())
    if faults:  # the engine broke its contract: a bug, not a refusal
        raise RuntimeError("; ".join(faults))
    certificate = {
        "entries": len(entries),
        "readers": len(readers),
        "reads": rule.reads,
        "max_load": asked["max_load"],
        "min_load": asked["min_load"],
        "conflicts": int(conflicts.sum()),
        "conflicts_broken": 0,
        "load_least": int(found.loads.min()),
        "load_most": int(found.loads.max()),
        "groups": len(set(_groups(found.pairs, suits.shape)[0].tolist())),
        "floor": round(float(found.floor), 6),
        "floor_bound": round(float(found.floor_bound), 6),
        "total": round(float(found.total), 6),
        "total_bound": round(float(found.total_bound), 6),
        "gap": round(float(found.gap), 6),
        "seed": seed,
    }
    return [(int(entry), int(reader)) for entry, reader in found.pairs], certificate


def _evenly(
    suits: NDArray[np.float64], conflicts: NDArray[np.bool_], rule: RoundRule, seed: int
) -> tuple[Assignment | None, NDArray[np.float64], Mapping[str, Any]]:
    """Try the evenest loads first: nobody carries much more or less, unless conflicts force it.

    Returns the assignment, its affinities and what was asked; or None and the engine's witness.
    """
    from teladan.engine.errors import Infeasible

    mean = suits.shape[0] * rule.reads / suits.shape[1]
    even = min(math.ceil(mean) + 1, rule.max_load)
    least = min(max(math.floor(mean) - 1, 0), even)
    witness: Mapping[str, Any] = {}
    for most, low in ((even, least), (even, 0), (rule.max_load, 0)):
        loads = {"demand": rule.reads, "max_load": most, "min_load": low}
        asked: dict[str, Any] = {**loads, "conflicts": conflicts}
        try:
            found, affinity = _most_tied(suits, asked, seed)
        except Infeasible as why:
            witness = why.witness
        else:
            return found, affinity, asked
    return None, suits, witness


def _most_tied(
    suits: NDArray[np.float64], asked: Mapping[str, Any], seed: int
) -> tuple[Assignment, NDArray[np.float64]]:
    """Return an assignment that ties all readers together, and the affinities it was made from.

    Among equally good plans the dice choose, not the order of rows. Where every field has readers
    of its own, readers of two fields share no entry, not even through others, and could not be
    compared in severity: then a few entries of each group are meant for one reader of another.
    """
    import numpy as np

    from teladan.engine.assignment import assign as seats_for

    rng = np.random.default_rng(seed)
    affinity = suits + 0.01 * rng.random(suits.shape)
    for attempt in range(1, ATTEMPTS + 1):
        found = seats_for(affinity, **asked, rng=rng)
        of_entry, of_reader = _groups(found.pairs, suits.shape)
        groups = np.unique(of_entry)
        # The affinities returned are those it was made from, so none is moved after the last.
        if asked["demand"] == 1 or groups.size == 1 or attempt == ATTEMPTS:
            break
        for here, there in zip(groups, np.roll(groups, -1), strict=True):
            entries, readers = np.flatnonzero(of_entry == here), np.flatnonzero(of_reader == there)
            for entry in rng.choice(entries, min(entries.size, 3 + entries.size // 50), False):
                free = readers[~asked["conflicts"][entry, readers]]
                if free.size:
                    affinity[entry, rng.choice(free)] += 2.0
    return found, affinity


def _groups(
    pairs: NDArray[np.int64], shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of its group for each entry and reader; shared readings make a group."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse import csgraph

    entries, readers = shape
    links = (np.ones(len(pairs)), (pairs[:, 0], entries + pairs[:, 1]))
    graph = sparse.csr_array(links, shape=(entries + readers, entries + readers))
    label = csgraph.connected_components(graph, directed=False)[1]
    return label[:entries], label[entries:]


def _not_enough(entries: Sequence[Entry], witness: Mapping[str, Any]) -> Refusal:
    """Say in the titles of entries what the engine proved with positions."""
    short = [entries[position].title for position in witness.get("entries", ())]
    if short:
        return Refusal(
            "not-enough-readers",
            _(
                "%(count)d entries cannot get enough readers free of conflicts, among them "
                "%(titles)s. Enlist more readers or raise the load in the rules."
            )
            % {"count": len(short), "titles": "; ".join(short[:5])},
        )
    return Refusal(
        "not-enough-readers",
        _(
            "The readers cannot carry all readings within the load of the rules. Enlist more "
            "readers or raise the load in the rules."
        ),
    )


def _weigh_pairs(
    entries: Sequence[Entry], readers: Sequence[Reader]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return affinity (P, E), 1 plus 1 for the reader's field, and the conflict mask (P, E)."""
    import numpy as np

    # Conflicts hang on the institution, fields on the category: few of each, many entries.
    owners = {entry.innovation.institution_id: entry.innovation.institution for entry in entries}
    institutions = {pk: row for row, pk in enumerate(owners)}
    fields = sorted({entry.category for entry in entries})
    knows = np.array([[field in reader.expertise for reader in readers] for field in fields])
    shut = np.zeros((len(institutions), len(readers)), dtype=bool)
    column = {reader.pk: position for position, reader in enumerate(readers)}
    barred = Reader.objects.filter(pk__in=column).barred_from(owners.values())
    for reader_id, institution_id in barred:
        if reader_id not in column:  # the same person's reading in another edition
            continue
        shut[institutions[institution_id], column[reader_id]] = True
    affinity = 1.0 + knows[[fields.index(entry.category) for entry in entries]]
    conflicts = shut[[institutions[entry.innovation.institution_id] for entry in entries]]
    return affinity, conflicts


@act
def seat_reader(*, by: Person, sieve: Round, entry: Entry, reader: Reader, now: datetime) -> Seat:
    """Seat one more reader by hand: for a recusal, or for an extra read at the line.

    Refuses `not-your-office`, `already-sealed`, `not-assigned`, `wrong-office`, `not-pledged`,
    `conflict`, `not-in-round` and `seated-already`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    sieve = (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition")
        .get(pk=sieve.pk)
    )
    if not Plan.objects.filter(round=sieve).exists():
        raise Refusal("not-assigned", _("Assign the readers of this round first."))
    if Seal.objects.filter(round=sieve).exists():
        raise Refusal("already-sealed", _("This round is sealed; it can never change."))
    if reader.office != sieve.rule.office or reader.edition_id != sieve.edition_id:
        raise Refusal("wrong-office", _("This reader does not read in this round."))
    if not reader.pledged_at:
        raise Refusal("not-pledged", _("This reader has not signed the integrity pact yet."))
    barred = Reader.objects.filter(pk=reader.pk).barred_from([entry.innovation.institution])
    if (reader.pk, entry.innovation.institution_id) in barred:
        raise Refusal(
            "conflict",
            _("This reader may not read it: own institution, home region or declared conflict."),
        )
    if not Entry.objects.in_round(sieve).filter(pk=entry.pk).exists():
        raise Refusal("not-in-round", _("This entry is not in this round."))
    if Seat.objects.filter(round=sieve, entry=entry, reader=reader).exists():
        raise Refusal("seated-already", _("This reader has this entry already."))
    seat = Seat.objects.create(round=sieve, entry=entry, reader=reader)
    Tally.objects.get_or_create(round=sieve, entry=entry)
    queue(
        to=reader.person,
        now=now,
        hold=True,
        subject=_("One more entry to read: %(round)s") % {"round": sieve},
        body=_("Your entries wait on your desk."),
    )
    record(by=by, act="panel.seat_reader", about=seat, now=now, entry=entry.pk, reader=reader.pk)
    return seat
