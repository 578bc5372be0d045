"""Needs and offers, what was proposed and answered, agreements, and what was made of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.matching.themes import THEMES
from teladan.registry.models import Indicator, Innovation, Institution, Region

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm

READINESS = {
    "leader": _("The head of region decided it"),
    "team": _("A team is named"),
    "budget": _("There is a budget line"),
    "regulation": _("The regulation it needs is in force or drafted"),
    "staff": _("Staff and equipment are there"),
    "tested": _("Those it is for were asked"),
}


def _mine(person: Person | None, now: datetime) -> tuple[bool, set[int | None]]:
    """Say whether the person sees all of matching, and in which institutions they serve."""
    terms: list[OfficeTerm] = held(person, now) if person else []
    everything = any(term.office in {Office.MATCHMAKER, Office.AUDITOR} for term in terms)
    return everything, {t.institution_id for t in terms if t.office == Office.LOCAL_ADMIN}


class NeedQuerySet(models.QuerySet["Need"]):
    def open(self) -> NeedQuerySet:
        return self.filter(closed_at=None)

    def visible_to(self, person: Person | None, now: datetime) -> NeedQuerySet:
        """A need is its institution's, the matchmaker's and the auditor's."""
        everything, institutions = _mine(person, now)
        return self if everything else self.filter(institution__in=institutions)


class Need(models.Model):
    """What hurts a region: the problem, for whom, how bad it is today, and how ready they are."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="needs")
    # None for an institution outside any region: then every figure of the fit is missing.
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="needs")
    theme = models.CharField(_("theme"), max_length=30, choices=list(THEMES.items()))
    problem = models.TextField(_("the problem"))
    target_group = models.CharField(_("for whom"), max_length=200)
    # The figure that measures it, as it stood when the need was stated; none if none is known.
    indicator = models.ForeignKey(
        Indicator, models.SET_NULL, null=True, blank=True, related_name="needs"
    )
    constraints = models.TextField(_("what must be reckoned with"), blank=True)
    # Item of READINESS -> true or false; an item that is absent was not answered.
    readiness = models.JSONField(default=dict, blank=True)
    wanted = models.PositiveSmallIntegerField(_("helpers wanted"), default=1)
    stated_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "theme"],
                condition=Q(closed_at=None),
                name="one_open_need_a_theme",
                violation_error_message=_("Your institution has an open need on this theme."),
            ),
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=5), name="need_wants_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_theme_display()}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> OfferQuerySet:
        return self.filter(withdrawn_at=None)

    def visible_to(self, person: Person | None, now: datetime) -> OfferQuerySet:
        """Offers are public: who helps, with what, and how often a year."""
        return self


class Offer(models.Model):
    """The owner of an innovation helps others to imitate it, so many of them a year."""

    innovation = models.ForeignKey(Innovation, models.PROTECT, related_name="offers")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="offers")
    theme = models.CharField(_("theme"), max_length=30, choices=list(THEMES.items()))
    year = models.PositiveSmallIntegerField(_("year"))
    capacity = models.PositiveSmallIntegerField(_("regions a year"))
    conditions = models.TextField(_("what it takes to run it"), blank=True)
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    simulated = models.BooleanField(default=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["innovation", "year"],
                condition=Q(withdrawn_at=None),
                name="offered_once_a_year",
                violation_error_message=_("This innovation is offered for this year already."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=50), name="offer_has_capacity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.innovation} {self.year}"


class Override(models.Model):
    """The matchmaker holds a pair together or keeps it apart; every later pairing obeys."""

    class Kind(models.TextChoices):
        HOLD = "hold", _("Hold together")
        BAR = "bar", _("Keep apart")

    need = models.ForeignKey(Need, models.PROTECT, related_name="overrides")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="overrides")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"],
                condition=Q(lifted_at=None),
                name="one_override_a_pair",
                violation_error_message=_("There is an override for this pair; lift it first."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.need_id}-{self.offer_id}"


class Pairing(models.Model):
    """One computed proposal for a year, with everything it was computed from and what it says."""

    year = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The weights, floor and reserve in force, and the digest of all that went in.
    rules = models.JSONField()
    digest = models.CharField(max_length=64)
    # Need -> why it stayed alone; what the reserve changed; that nobody was blocked.
    report = models.JSONField()
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.year}/{self.pk}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def settled(self) -> ProposalQuerySet:
        """Those that both sides accepted: later pairings leave them alone."""
        yes = Reply.objects.filter(proposal=OuterRef("pk"), accepted=True)
        return self.filter(
            Exists(yes.filter(side=Side.ADOPTER)), Exists(yes.filter(side=Side.SOURCE))
        )

    def visible_to(self, person: Person | None, now: datetime) -> ProposalQuerySet:
        """A proposal is for its two sides, the matchmaker and the auditor."""
        everything, institutions = _mine(person, now)
        if everything:
            return self
        return self.filter(
            Q(need__institution__in=institutions) | Q(offer__institution__in=institutions)
        )


class Proposal(models.Model):
    """The ministry proposes that one offer meets one need; `terms` explain the fit."""

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="proposals")
    need = models.ForeignKey(Need, models.PROTECT, related_name="proposals")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="proposals")
    score = models.DecimalField(max_digits=6, decimal_places=4)
    # Each term: code, value, weight, contribution, and the figures that were missing.
    terms = models.JSONField()
    # Set when a later pairing of the same year took its place before both had accepted.
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "need", "offer"], name="proposed_once_a_pairing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}-{self.offer_id}"


class Side(models.TextChoices):
    """The two sides of a transfer."""

    ADOPTER = "adopter", _("The region in need")
    SOURCE = "source", _("The owner of the innovation")


class Reply(models.Model):
    """One side accepts a proposal, or declines it with a reason that only the sides read."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="replies")
    side = models.CharField(max_length=8, choices=Side.choices)
    accepted = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "side"],
                name="each_side_answers_once",
                violation_error_message=_("Your side has answered this proposal."),
            ),
            models.CheckConstraint(
                condition=Q(accepted=True) | ~Q(reason=""),
                name="declined_with_a_reason",
                violation_error_message=_("Whoever declines says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.accepted}"


class Agreement(models.Model):
    """Two sides agree on a topic, a time and roles; public once both have accepted."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="agreement")
    topic = models.CharField(_("topic"), max_length=200)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    adopter_role = models.TextField(_("what the adopter does"))
    source_role = models.TextField(_("what the owner does"))
    # The readiness items that stood open on the day; they bar nothing and are not hidden.
    open_items = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # What came of it: an innovation of the adopter, registered with its source.
    replica = models.OneToOneField(
        Innovation, models.PROTECT, null=True, blank=True, related_name="agreement"
    )
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("An agreement ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class TransferStep(models.Model):
    """One stage of a transfer was reached; its evidence is attached to this row."""

    class Stage(models.TextChoices):
        UNDERSTAND = "understand", _("Understand")
        ADAPT = "adapt", _("Adapt")
        REUSE = "reuse", _("Re-use")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    told = models.TextField(_("what was done"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "stage"], name="each_stage_once"),
        ]

    def __str__(self) -> str:
        return self.stage


class Confirmation(models.Model):
    """One side confirms that a replica is one; it counts once source and adopter both have."""

    innovation = models.ForeignKey(Innovation, models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=8, choices=Side.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["innovation", "side"], name="each_side_confirms_once"),
        ]

    def __str__(self) -> str:
        return f"{self.innovation_id} {self.side}"
