"""Honours with their sources, proclamations, and the incentive fund to the rupiah."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teladan.contest.models import Edition, Entry
from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation, Institution, Region

# Every honour a row may carry, best first: code -> how it is called on a page.
LEVELS = {
    "unpsa_winner": _("United Nations Public Service Award"),
    "unpsa_recognised": _("Recognised by the United Nations Public Service Awards"),
    "top9": _("Top 9"),
    "top25": _("Top 25"),
    "top35": _("Top 35"),
    "top40": _("Top 40"),
    "top45": _("Top 45"),
    "finalis": _("Finalist"),
    "finalis_khusus": _("Finalist, special group"),
    "top99": _("Top 99"),
    "pkri_keberlanjutan": _("Sustainability monitoring, shortlisted"),
    "pkri_replikasi": _("Replication monitoring, shortlisted"),
    "provinsi_top30": _("Provincial Top 30"),
    "kabupaten_top6": _("Regency Top 6"),
    "kabupaten_lolos": _("Passed the regency's selection"),
    "kabupaten_lolos_replikasi": _("Passed the regency's selection, replication"),
    "lolos_administrasi": _("Passed administration"),
}


class Award(models.Model):
    """An honour of an innovation. A row exists only once the honour is public."""

    innovation = models.ForeignKey(Innovation, models.PROTECT, related_name="awards")
    level = models.CharField(max_length=30, choices=list(LEVELS.items()))
    year = models.PositiveSmallIntegerField()
    edition = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="awards"
    )
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="awards")
    # For honours from outside: where it was read, and what is doubtful in it.
    citation = models.TextField(blank=True)
    uncertain = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)
    # For honours proclaimed here: the code on the certificate.
    code = models.CharField(max_length=24, unique=True, null=True, blank=True)

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(edition__isnull=False) | ~Q(citation=""),
                name="honour_is_proclaimed_or_cited",
                violation_error_message=_("An honour from outside names its source."),
            ),
            models.UniqueConstraint(
                fields=["innovation", "edition", "level"],
                condition=Q(edition__isnull=False),
                name="honoured_once_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.year}"


class IndexAward(models.Model):
    """A region named in the Innovative Government Award; absence of a row means nothing."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="index_awards")
    year = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField(null=True)
    score = models.CharField(max_length=20, blank=True)
    citation = models.TextField()
    uncertain = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-year", "category"]

    def __str__(self) -> str:
        return f"{self.category} {self.year}"


class Proclamation(models.Model):
    """The embargo of an edition ends: winners, decree, and the ledger's head at that moment."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="proclamation")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decree = models.CharField(_("number of the decree"), max_length=120)
    ledger_seq = models.PositiveBigIntegerField()
    ledger_digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.decree


class PotQuerySet(models.QuerySet["Pot"]):
    def visible_to(self, person: Person | None, now: datetime) -> PotQuerySet:
        """Divided pots are public; before that they are the treasury's."""
        offices = {term.office for term in held(person, now)} if person else set()
        if offices & {Office.TREASURY, Office.AUDITOR}:
            return self
        return self.filter(divided_at__isnull=False)


class Pot(models.Model):
    """The incentive fund of an edition, in whole rupiah."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="pot")
    amount = models.PositiveBigIntegerField()
    floor = models.PositiveBigIntegerField(default=0)
    cap = models.PositiveBigIntegerField(null=True, blank=True)
    divided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    divided_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)

    objects = PotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cap=None) | Q(cap__gte=models.F("floor")),
                name="cap_not_below_floor",
                violation_error_message=_("The cap cannot be lower than the floor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Grant(models.Model):
    """What one institution receives, with the weight it was computed from."""

    pot = models.ForeignKey(Pot, models.PROTECT, related_name="grants")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="grants")
    weight = models.DecimalField(max_digits=12, decimal_places=4)
    amount = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-amount", "institution__name"]
        constraints = [
            models.UniqueConstraint(fields=["pot", "institution"], name="one_grant_an_institution"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="grant_has_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} to {self.institution_id}"
