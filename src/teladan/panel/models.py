"""Readers and what they pledge, seats (who reads what), marks with reasons, ballots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from teladan.contest.models import Edition, Entry, Round
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.offices import held
from teladan.registry.models import Institution, Region


def oversees(person: Person | None, now: datetime) -> bool:
    """Say whether the person looks after all readings: the secretariat and the auditor."""
    return person is not None and any(
        term.office in {Office.SECRETARIAT, Office.AUDITOR} for term in held(person, now)
    )


class ReaderQuerySet(models.QuerySet["Reader"]):
    def visible_to(self, person: Person | None, now: datetime) -> ReaderQuerySet:
        """One's own; all of them for the secretariat and the auditor."""
        if oversees(person, now):
            return self
        return self.filter(person=person) if person else self.none()

    def pledged(self) -> ReaderQuerySet:
        return self.filter(pledged_at__isnull=False)

    def with_loads(self, sieve: Round | None = None) -> ReaderQuerySet:
        """Count the entries of each reader (`carries`) and the ballots given (`finished`)."""
        seats, ballots = Q(seats__recusal=None, seats__isnull=False), Q(seats__ballot__isnull=False)
        if sieve:
            seats, ballots = seats & Q(seats__round=sieve), ballots & Q(seats__round=sieve)
        return self.annotate(
            carries=Count("seats", filter=seats), finished=Count("seats__ballot", filter=ballots)
        )

    def barred_from(self, institutions: Iterable[Institution]) -> set[tuple[int, int]]:
        """Return the (reader, institution) keys that must never meet: the one rule of conflicts.

        Own institution, home region (with its province and members), an institution they hold or
        held an office of, and what they declared.
        """
        found = {each.pk: each for each in institutions}
        readers = Reader.objects.filter(pk__in=self.values("pk"))
        declared = DeclaredConflict.objects.filter(reader__in=readers, institution__in=found)
        served = OfficeTerm.objects.filter(person__readings__in=readers, institution__in=found)
        barred = set(declared.values_list("reader_id", "institution_id"))
        barred |= set(served.values_list("person__readings", "institution_id"))
        for reader in readers:
            barred |= {(reader.pk, pk) for pk, each in found.items() if reader.belongs_to(each)}
        return barred

    def free_for(self, sieve: Round, entry: Entry) -> list[Reader]:
        """Return who may still read the entry in this round, those of its field first.

        Nobody whom a conflict bars, nobody who has had it. Loads are counted in this round, the
        least burdened first. Marked `suits` are those who know the field.
        """
        taken = Seat.objects.filter(round=sieve, entry=entry).values("reader")
        able = self.filter(edition=sieve.edition_id, office=sieve.rule.office).pledged()
        able = able.exclude(pk__in=taken)
        barred = {reader for reader, _of in able.barred_from([entry.innovation.institution])}
        rows: Any = able.with_loads(sieve).select_related("person", "institution")
        free = [reader for reader in rows if reader.pk not in barred]
        for reader in free:
            reader.suits = entry.category in reader.expertise
        return sorted(free, key=lambda reader: (not reader.suits, reader.carries, reader.pk))


class Reader(models.Model):
    """An evaluator or panelist of one edition."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="readers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="readings")
    office = models.CharField(
        max_length=20,
        choices=[
            (Office.EVALUATOR, Office.EVALUATOR.label),
            (Office.PANELIST, Office.PANELIST.label),
        ],
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="readers"
    )
    home_region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="readers"
    )
    expertise = models.JSONField(default=list, blank=True)
    # The integrity pact: without it nobody is seated.
    pledged_at = models.DateTimeField(null=True, blank=True)

    objects = ReaderQuerySet.as_manager()

    # Told by free_for: the reader knows the field of the entry.
    suits: bool

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person", "office"],
                name="a_reader_is_enlisted_once",
                violation_error_message=_("This person reads in this edition already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    def belongs_to(self, institution: Institution) -> bool:
        """Say whether it is the reader's own or of their home region; see `barred_from`."""
        if self.institution_id == institution.pk:
            return True
        home = self.home_region_id
        return bool(institution.region and institution.region.touches(home))


class DeclaredConflict(models.Model):
    """An institution whose entries the reader must not read, with the reason."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="declared")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "institution"], name="conflict_declared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} / {self.institution}"


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, person: Person | None, now: datetime) -> PlanQuerySet:
        return self if oversees(person, now) else self.none()


class Plan(models.Model):
    """The assignment of a round: its certificate (loads, floor, bound) and its seed."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="plan")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    certificate = models.JSONField()

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"plan of {self.round_id}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def visible_to(self, person: Person | None, now: datetime) -> SeatQuerySet:
        """One's own seats, as long as one holds the office and has not stepped back."""
        if person is None:
            return self.none()
        offices = [term.office for term in held(person, now)]
        return self.filter(reader__person=person, reader__office__in=offices, recusal=None)

    def overseen_by(self, person: Person | None, now: datetime) -> SeatQuerySet:
        """All seats for whoever looks after the reading; to mark is another matter."""
        return self if oversees(person, now) else self.none()

    def open(self) -> SeatQuerySet:
        return self.filter(recusal=None, ballot=None)

    def to_read(self) -> SeatQuerySet:
        """Those not given back: open ones and those with a ballot."""
        return self.filter(recusal=None)


class Seat(models.Model):
    """One reader reads one entry in one round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="seats")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="seats")
    reader = models.ForeignKey(Reader, models.PROTECT, related_name="seats")

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "entry", "reader"], name="seated_once"),
        ]
        indexes = [models.Index(fields=["reader", "round"], name="seat_by_reader")]

    def __str__(self) -> str:
        return f"{self.reader_id} reads {self.entry_id}"

    def stage(self, now: datetime) -> str:
        """Where the reading stands: `given`, `early`, `open` or `closed`."""
        if hasattr(self, "ballot"):
            return "given"
        if now < self.round.rule.opens:
            return "early"
        return "open" if self.round.takes_marks(now) else "closed"


class Recusal(models.Model):
    """A reader stepped back from an entry."""

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="recusal")
    because = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.because


class Jotting(models.Model):
    """A ballot in the making: what the reader typed so far; counts for nothing.

    `marks` holds each field as typed with the number of its save, so that two windows notice
    each other field by field: {"points_impact": ["80", 3], "because_impact": ["…", 1]}.
    """

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="jotting")
    marks = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"jotting for {self.seat_id}"

    @property
    def typed(self) -> dict[str, str]:
        """The fields as typed, without the numbers of their saves."""
        return {name: str(kept[0]) for name, kept in self.marks.items()}


class Ballot(models.Model):
    """The reader's marks are given; `points` is their weighted sum on the 0-100 scale."""

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="ballot")
    points = models.DecimalField(max_digits=8, decimal_places=4)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.points} for seat {self.seat_id}"


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, person: Person | None, now: datetime) -> MarkQuerySet:
        """One's own marks; all of them for the secretariat and the auditor."""
        if oversees(person, now):
            return self
        return self.filter(ballot__seat__reader__person=person) if person else self.none()

    def counted_in(self, sieve: Round) -> MarkQuerySet:
        """Those that decide the round: nothing from a seat that was given back."""
        return self.filter(ballot__seat__round=sieve, ballot__seat__recusal=None)


class Mark(models.Model):
    """What one reader gave one entry on one aspect, and why."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="marks")
    aspect = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    because = models.TextField()

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "aspect"],
                name="one_mark_an_aspect",
                violation_error_message=_("This aspect is marked already."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100),
                name="mark_within_scale",
                violation_error_message=_("Points run from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=~Q(because=""),
                name="mark_gives_a_reason",
                violation_error_message=_("Say why: a mark without a reason is void."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aspect}: {self.points}"


class TallyQuerySet(models.QuerySet["Tally"]):
    def visible_to(self, person: Person | None, now: datetime) -> TallyQuerySet:
        return self if oversees(person, now) else self.none()

    def short_of(self, reads: int) -> TallyQuerySet:
        """Those with fewer ballots than the rules ask for."""
        return self.filter(reads__lt=reads)


class Tally(models.Model):
    """The running sum of an entry in a round, kept by the act that gives a ballot.

    It makes the first page of a ranking cost the same at 30 and at 30,000 entries; `teladan
    audit` compares it with the marks.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="tallies")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="tallies")
    reads = models.PositiveSmallIntegerField(default=0)
    points = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))
    mean = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))
    spread = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))
    # Means per aspect, as text: {"impact": "81.50"}.
    aspects = models.JSONField(default=dict)

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="one_tally_an_entry"),
        ]
        indexes = [
            models.Index(fields=["round", "-mean", "entry"], name="tally_by_mean"),
            models.Index(fields=["round", "-spread", "entry"], name="tally_by_spread"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.mean}"
