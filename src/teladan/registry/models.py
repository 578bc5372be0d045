"""Regions with dated indicators, institutions and units, innovations with lineage and claims."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm

WIT_PROVINCES = {"81", "82", "91", "92", "93", "94", "95", "96"}
WITA_PROVINCES = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}


class Region(models.Model):
    """A province, regency or city, by the code of the Ministry of Home Affairs (11, 11.01)."""

    class Kind(models.TextChoices):
        PROVINCE = "provinsi", _("Province")
        REGENCY = "kabupaten", _("Regency")
        CITY = "kota", _("City")

    code = models.CharField(primary_key=True, max_length=5)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    province = models.ForeignKey("self", models.PROTECT, null=True, related_name="members")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """The time zone that its province keeps."""
        province = self.code[:2]
        if province in WIT_PROVINCES:
            return "Asia/Jayapura"
        return "Asia/Makassar" if province in WITA_PROVINCES else "Asia/Jakarta"

    def touches(self, code: str | None) -> bool:
        """Say whether `code` is this region, its province, or a member of this province."""
        if not code:
            return False
        return code == self.code or code == self.code[:2] or self.code == code[:2]


class Indicator(models.Model):
    """One dated figure of a region with its source; figures in conflict stand side by side."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="indicators")
    name = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    text = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    source = models.TextField()
    uncertain = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["region", "name", "-year"], name="indicator_lookup")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class Institution(models.Model):
    """A ministry, agency, police force, regional government or public company."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        AGENCY = "agency", _("Agency")
        POLICE = "police", _("Police")
        PROVINCE = "province", _("Provincial government")
        REGENCY = "regency", _("Regency government")
        CITY = "city", _("City government")
        COMPANY = "company", _("State or regional company")
        UNIVERSITY = "university", _("University")

    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="institutions"
    )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A service unit of an institution (UPP)."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="units")
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="unit_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


def honoured() -> Q:
    """Say what makes an innovation public: an honour, which only exists once it is public."""
    honours = apps.get_model("teladan", "Award")._default_manager
    return Q(Exists(honours.filter(innovation=OuterRef("pk"))))


class InnovationQuerySet(models.QuerySet["Innovation"]):
    def public(self) -> InnovationQuerySet:
        """Those that a stranger may read."""
        return self.filter(honoured())

    def visible_to(self, person: Person | None, now: datetime) -> InnovationQuerySet:
        """Those that stood are public; others are for their institution and the secretariat."""
        seen = honoured()
        terms: list[OfficeTerm] = held(person, now) if person else []
        for term in terms:
            if term.office in {Office.SECRETARIAT, Office.AUDITOR}:
                return self
            if term.office == Office.LOCAL_ADMIN:
                seen |= Q(institution=term.institution_id)
            if term.office == Office.UNIT:
                seen |= Q(unit=term.unit_id)
        return self.filter(seen)


class Innovation(models.Model):
    """A new way of serving the public, or an adaptation of somebody else's, credited."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="innovations")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="innovations"
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    category = models.CharField(_("field of service"), max_length=60, blank=True)
    started = models.DateField(_("in use since"), null=True, blank=True)
    # Lineage: what it was made from, and what was done to it on the way.
    source = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replicas"
    )
    kept = models.TextField(_("what was kept"), blank=True)
    adapted = models.TextField(_("what was adapted"), blank=True)
    left_out = models.TextField(_("what was left out"), blank=True)
    # Where the row comes from, when nobody registered it here; and what is doubtful in it.
    citation = models.TextField(blank=True)
    uncertain = models.CharField(max_length=300, blank=True)
    simulated = models.BooleanField(default=False)
    registered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField()

    objects = InnovationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source=None) | ~Q(adapted=""),
                name="imitation_names_its_modification",
                violation_error_message=_("Whoever imitates says what was adapted."),
            ),
            models.CheckConstraint(
                condition=Q(source=None) | ~Q(source=F("id")),
                name="no_innovation_is_its_own_source",
                violation_error_message=_("An innovation cannot be its own source."),
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "title"], name="innovation_lookup"),
            models.Index(
                fields=["institution"], condition=Q(simulated=False), name="innovation_real"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def summary_here(self) -> str:
        """The summary in the reader's language, or the other one where there is none."""
        english = (get_language() or "id").startswith("en")
        return (self.summary_en or self.summary) if english else (self.summary or self.summary_en)


class Claim(models.Model):
    """A figure that an innovation claims: value, unit, year, source; unknown stays unknown."""

    innovation = models.ForeignKey(Innovation, models.CASCADE, related_name="claims")
    label = models.CharField(max_length=120)
    value = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) | (Q(year__isnull=False) & ~Q(source="")),
                name="figure_has_year_and_source",
                violation_error_message=_("A figure needs its year and its source."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
