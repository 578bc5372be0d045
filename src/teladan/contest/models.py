"""Editions with their rules, entries with what happened to them, rounds and sealed standings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from teladan.contest.rules import Rules, lacking, parse
from teladan.house.models import Attachment, Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation

if TYPE_CHECKING:
    from teladan.contest.rules import Aspect, RoundRule


class EditionQuerySet(models.QuerySet["Edition"]):
    def announced(self, now: datetime) -> EditionQuerySet:
        """Those the public may know of: announced with their rules."""
        return self.filter(announced_at__lte=now)

    def visible_to(self, person: Person | None, now: datetime) -> EditionQuerySet:
        offices = {term.office for term in held(person, now)} if person else set()
        return self if Office.SECRETARIAT in offices else self.announced(now)


class Edition(models.Model):
    """One run of the competition under one rule set."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    rules = models.JSONField()
    announced_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def rule(self) -> Rules:
        """The rules as typed values."""
        return parse(self.rules)

    def takes_entries(self, now: datetime) -> bool:
        return self.rule.opens <= now < self.rule.closes


class Amendment(models.Model):
    """A dated change of the rules after opening, with its reason."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="amendments")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField()
    changed = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="amendment_gives_a_reason",
                violation_error_message=_("Say why the rules change."),
            )
        ]

    def __str__(self) -> str:
        return self.reason


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, person: Person | None, now: datetime) -> EntryQuerySet:
        """The writers' own, the local admin's institution's, what is filed for the secretariat,
        what a reader has a seat for. Nobody else's."""
        terms = held(person, now) if person else []
        seen = Q(pk__in=[])
        for term in terms:
            if term.office in {Office.SECRETARIAT, Office.AUDITOR}:
                seen |= Q(filing__isnull=False)
            elif term.office == Office.LOCAL_ADMIN:
                seen |= Q(innovation__institution=term.institution_id)
            elif term.office == Office.UNIT:
                seen |= Q(innovation__unit=term.unit_id)
            elif term.office in {Office.EVALUATOR, Office.PANELIST}:
                seated = Entry.objects.filter(
                    seats__reader__person=term.person_id,
                    seats__reader__office=term.office,
                    seats__recusal=None,
                )
                seen |= Q(pk__in=seated.values("pk"))
        return self.filter(seen)

    def of_unit(self, unit_id: int | None) -> EntryQuerySet:
        return self.filter(innovation__unit=unit_id)

    def of_institution(self, institution_id: int | None) -> EntryQuerySet:
        return self.filter(innovation__institution=institution_id)

    def drafts(self) -> EntryQuerySet:
        return self.filter(filing=None)

    def filed(self) -> EntryQuerySet:
        return self.filter(filing__isnull=False)

    def unscreened(self) -> EntryQuerySet:
        return self.filed().filter(screening=None)

    def admitted(self) -> EntryQuerySet:
        return self.filter(screening__passed=True)

    def twins_of(self, drafts: Iterable[Entry]) -> EntryQuerySet:
        """Filed entries that bear the title of one of these in its edition (they included)."""
        same = Q(pk__in=[])
        for draft in drafts:
            same |= Q(edition=draft.edition_id, title_lower=Lower(Value(draft.title)))
        return self.filed().filter(same)

    def in_round(self, sieve: Round) -> EntryQuerySet:
        """Those that the round is about: the admitted, then those that stood before it."""
        rows = self.filter(edition=sieve.edition_id).admitted()
        if sieve.number > 1:
            rows = rows.filter(
                standings__seal__round__number=sieve.number - 1, standings__stood=True
            )
        return rows


class Entry(models.Model):
    """An innovation in an edition. Where it stands is derived from what happened to it."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="entries")
    innovation = models.ForeignKey(Innovation, models.PROTECT, related_name="entries")
    title = models.CharField(_("title"), max_length=200)
    # Kept by the database, so that entries of one title find each other by an index.
    title_lower = models.GeneratedField(
        expression=Lower("title"), output_field=models.CharField(max_length=200), db_persist=True
    )
    category = models.CharField(_("category"), max_length=60, blank=True)
    begun_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "innovation"],
                name="an_innovation_enters_an_edition_once",
                violation_error_message=_("This innovation has an entry in this edition already."),
            )
        ]
        indexes = [
            models.Index(fields=["edition", "id"], name="entry_by_edition"),
            models.Index(fields=["edition", "title_lower"], name="entry_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def attachments(self) -> models.QuerySet[Attachment]:
        return Attachment.objects.filter(about=f"entry:{self.pk}").order_by("pk")

    def lacks(self) -> list[Lack]:
        """Everything the administration could refuse this draft for; empty when it may be filed."""
        found = lacking(
            self.edition.rule,
            words={answer.aspect: answer.words for answer in self.answers.all()},
            category=self.category,
            started=self.innovation.started,
            twin=Entry.objects.twins_of([self]).exclude(pk=self.pk).exists(),
            honours=[award.level for award in self.innovation.awards.all()],
        )
        return [Lack(*row) for row in found]


@dataclass(frozen=True)
class Lack:
    """One reason why a draft cannot be filed yet: its code, the place, the words for it."""

    code: str
    place: str
    words: str


class Answer(models.Model):
    """What the entry says on one aspect. `version` counts saves, so two tabs notice each other."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="answers")
    aspect = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "aspect"], name="one_answer_an_aspect"),
        ]

    def __str__(self) -> str:
        return f"{self.aspect} of {self.entry_id}"


class SendBack(models.Model):
    """The local admin returned a draft with what is to be mended."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="send_backs")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField()

    def __str__(self) -> str:
        return self.note


class Endorsement(models.Model):
    """The institution stands behind the entry."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="endorsement")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"endorsed {self.at}"


class Filing(models.Model):
    """The entry as handed in: its content for ever, its hash, the server's time, a receipt."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="filing")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    receipt = models.CharField(max_length=24, unique=True)

    def __str__(self) -> str:
        return self.receipt


class Screening(models.Model):
    """The secretariat admitted the entry, or not, for coded reasons."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="screening")
    passed = models.BooleanField()
    reasons = models.JSONField(default=list)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return "passed" if self.passed else ", ".join(self.reasons)


class Round(models.Model):
    """One sieve of an edition; its rule is part of the edition's rules."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="round_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.rule.name}"

    @property
    def rule(self) -> RoundRule:
        return self.edition.rule.round(self.number)

    @property
    def rule_aspects(self) -> tuple[Aspect, ...]:
        """The aspects that its readers mark."""
        return self.edition.rule.marked_aspects

    def takes_marks(self, now: datetime) -> bool:
        return self.rule.opens <= now < self.rule.closes


class Seal(models.Model):
    """A round was tallied and closed for ever: everything needed to compute it again."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="seal")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    engine = models.CharField(max_length=20)
    inputs = models.JSONField()
    report = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.digest[:12]


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, person: Person | None, now: datetime) -> StandingQuerySet:
        """Sealed results: the secretariat's and the auditor's; everybody's once proclaimed."""
        offices = {term.office for term in held(person, now)} if person else set()
        if offices & {Office.SECRETARIAT, Office.AUDITOR, Office.MINISTER}:
            return self
        return self.filter(seal__round__edition__proclamation__isnull=False)


class Standing(models.Model):
    """Where one entry stands in a sealed round, with the chance that it belongs there."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="standings")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="standings")
    place = models.PositiveIntegerField()
    raw = models.DecimalField(max_digits=8, decimal_places=4)
    adjusted = models.DecimalField(max_digits=8, decimal_places=4)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    chance = models.DecimalField(max_digits=5, decimal_places=4)
    stood = models.BooleanField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["place", "entry_id"]
        constraints = [
            models.UniqueConstraint(fields=["seal", "entry"], name="one_standing_a_round"),
        ]
        indexes = [models.Index(fields=["seal", "place"], name="standing_by_place")]

    def __str__(self) -> str:
        return f"{self.place}. {self.entry_id}"
