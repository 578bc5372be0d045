"""Entries, readings and drafts in bulk, as the acts would have left them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np

from bench.ground import Ground
from bench.words import Prose
from teladan.contest.acts import receipt_for
from teladan.contest.models import Answer, Edition, Endorsement, Entry, Filing, Screening
from teladan.house.ledger import digest_of
from teladan.panel.acts.marks import tallies_from
from teladan.panel.models import Ballot, Mark, Reader, Seat, Tally
from teladan.registry.models import Innovation

CENT = Decimal("0.0001")
CHUNK = 500
READS = 3
WORDS = 1500


def admit(
    edition: Edition, innovations: Sequence[Innovation], ground: Ground, prose: Prose, at: datetime
) -> list[Entry]:
    """Enter, answer, endorse, file and screen each innovation."""
    categories = edition.rule.categories
    entries: list[Entry] = []
    for start in range(0, len(innovations), CHUNK):
        rows = Entry.objects.bulk_create(
            Entry(
                edition=edition,
                innovation=innovation,
                title=innovation.title,
                category=categories[(start + number) % len(categories)],
                begun_by=ground.writers[innovation.unit_id],
                begun_at=at,
                simulated=True,
            )
            for number, innovation in enumerate(innovations[start : start + CHUNK])
        )
        texts = {row.pk: _answers(edition, row, prose, at) for row in rows}
        Answer.objects.bulk_create(answer for answers in texts.values() for answer in answers)
        clerk = ground.single["secretariat"]
        admins = {row.pk: ground.admins[row.innovation.institution_id] for row in rows}
        filed = [_filing(row, texts[row.pk], admins[row.pk], start + n, at) for n, row in
                 enumerate(rows, start=1)]  # fmt: skip
        Endorsement.objects.bulk_create(Endorsement(entry=r, by=admins[r.pk], at=at) for r in rows)
        Filing.objects.bulk_create(filed)
        Screening.objects.bulk_create(
            Screening(entry=row, passed=True, by=clerk, at=at) for row in rows
        )
        entries += rows
    return entries


def _answers(edition: Edition, entry: Entry, prose: Prose, at: datetime) -> list[Answer]:
    """About 1,500 words, spread over the questions as their limits are."""
    aspects = edition.rule.aspects
    share = WORDS / sum(aspect.words for aspect in aspects)
    made = []
    for aspect in aspects:
        wanted = aspect.words * share * float(prose.rng.uniform(0.9, 1.14))
        text, words = prose.text(min(int(wanted), aspect.words))
        made.append(
            Answer(
                entry=entry,
                aspect=aspect.code,
                text=text,
                words=words,
                version=1,
                saved_at=at,
                saved_by_id=entry.begun_by_id,
            )
        )
    return made


def _filing(entry: Entry, answers: list[Answer], by: Any, number: int, at: datetime) -> Filing:
    """File it as contest.acts.file_entry does, without its queries."""
    innovation, at = entry.innovation, at + timedelta(seconds=number)
    assert innovation.unit is not None
    assert innovation.started is not None
    content = {
        "edition": entry.edition.slug,
        "title": entry.title,
        "category": entry.category,
        "innovation": innovation.pk,
        "institution": innovation.unit.institution.name,
        "unit": innovation.unit.name,
        "started": innovation.started.isoformat(),
        "answers": {answer.aspect: answer.text for answer in answers},
        "files": [],
    }
    digest = digest_of(content)
    receipt = receipt_for(digest, at)
    return Filing(
        entry=entry, number=number, by=by, at=at, content=content, digest=digest, receipt=receipt
    )


class Lottery:
    """Deal readers evenly: everybody once in a random order, then all again."""

    def __init__(self, readers: Sequence[Reader], rng: np.random.Generator) -> None:
        self.readers, self.rng = readers, rng
        self.queue: list[int] = []

    def deal(self, entry: Entry) -> list[Reader]:
        """Return three different readers whom no rule keeps from reading the entry."""
        chosen: list[Reader] = []
        passed: list[int] = []
        while len(chosen) < READS:
            if not self.queue:
                self.queue = self.rng.permutation(len(self.readers)).tolist()
            at = self.queue.pop()
            reader = self.readers[at]
            if reader in chosen or reader.belongs_to(entry.innovation.institution):
                passed.append(at)
            else:
                chosen.append(reader)
        self.queue += passed  # whoever was passed over comes first next time
        return chosen


def mark(
    edition: Edition, number: int, entries: Sequence[Entry], readers: list[Reader], prose: Prose,
    load: int,
) -> set[tuple[int, int]]:  # fmt: skip
    """Seat three readers on each entry and give all ballots, some readers severe, some lenient.

    As many readers are seated as carry `load` entries each, so that a reader's pages cost the same
    at every size. Returns the pairs (entry, reader).
    """
    rng, sieve = prose.rng, edition.rounds.get(number=number)
    # Few entries need few readers: shared entries are what makes readers comparable.
    wanted = max(4, min(15, len(entries) // 2), -(-len(entries) * READS // load))
    active = readers[:wanted]
    severity = dict(zip((r.pk for r in active), rng.normal(0, 6, len(active)), strict=True))
    lottery, pairs = Lottery(active, rng), set()
    aspects = edition.rule.marked_aspects
    at = sieve.rule.opens + timedelta(days=1)
    for start in range(0, len(entries), CHUNK):
        rows = entries[start : start + CHUNK]
        seats = Seat.objects.bulk_create(
            Seat(round=sieve, entry=row, reader=reader)
            for row in rows
            for reader in lottery.deal(row)
        )
        pairs |= {(seat.entry_id, seat.reader_id) for seat in seats}
        quality = np.repeat(rng.normal(62, 10, len(rows)), READS)
        leaning = np.array([severity[seat.reader_id] for seat in seats])
        points = (quality - leaning)[:, None] + rng.normal(0, 7, (len(seats), len(aspects)))
        points = np.clip(np.rint(points), 0, 100).astype(int)
        weighed = (
            sum((p * a.weight for p, a in zip(line, aspects, strict=True)), Decimal(0)) / 100
            for line in points.tolist()
        )
        ballots = Ballot.objects.bulk_create(
            Ballot(seat=seat, points=sum_of.quantize(CENT), at=at)
            for seat, sum_of in zip(seats, weighed, strict=True)
        )
        Mark.objects.bulk_create(
            [
                Mark(ballot=ballot, aspect=aspect.code, points=p, because=prose.line())
                for ballot, line in zip(ballots, points.tolist(), strict=True)
                for p, aspect in zip(line, aspects, strict=True)
            ],
            batch_size=5000,
        )
        right = tallies_from(Ballot.objects.filter(seat__round=sieve, seat__entry__in=rows))
        Tally.objects.bulk_create(
            Tally(round=sieve, entry_id=entry, **values) for entry, values in right.items()
        )
    return pairs


def open_seats(
    edition: Edition, entries: Sequence[Entry], readers: list[Reader], taken: set[tuple[int, int]],
    people: int, each: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Seat some readers on more entries, whose ballots are still to be given."""
    sieve = edition.rounds.get(number=1)
    seats: list[Seat] = []
    for turn, reader in enumerate(readers[: min(people, len(readers))]):
        shifted = [entries[(turn * each + n) % len(entries)] for n in range(len(entries))]
        free = (e for e in shifted if (e.pk, reader.pk) not in taken)
        mine = list(
            islice((e for e in free if not reader.belongs_to(e.innovation.institution)), each)
        )
        seats += [Seat(round=sieve, entry=entry, reader=reader) for entry in mine]
    seats = Seat.objects.bulk_create(seats, batch_size=1000)
    person = {reader.pk: reader.person_id for reader in readers}
    return [{"seat": seat.pk, "person": person[seat.reader_id]} for seat in seats]


def draft(
    edition: Edition, ground: Ground, prose: Prose, now: datetime, count: int
) -> tuple[int, int, list[int]]:
    """Make drafts of one unit; return its writer, its local admin and the drafts' keys."""
    unit = ground.units[0]
    innovations = Innovation.objects.bulk_create(
        Innovation(
            institution_id=unit.institution_id,
            unit=unit,
            title=prose.title(number, "Rancangan"),
            summary=prose.text(60)[0],
            started=now.date() - timedelta(days=1500),
            simulated=True,
            registered_at=now,
        )
        for number in range(count)
    )
    writer = ground.writers[unit.pk]
    entries = Entry.objects.bulk_create(
        Entry(
            edition=edition,
            innovation=innovation,
            title=innovation.title,
            category=edition.rule.categories[0],
            begun_by=writer,
            begun_at=now,
            simulated=True,
        )
        for innovation in innovations
    )
    for entry in entries:
        Answer.objects.bulk_create(_answers(edition, entry, prose, now))
    return writer.pk, ground.admins[unit.institution_id].pk, [entry.pk for entry in entries]
