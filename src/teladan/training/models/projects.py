"""Change projects: the diagnosis they begin with, and what they are made of, row by row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Office, Person
from teladan.house.offices import held
from teladan.registry.models import Innovation
from teladan.training.models.cohorts import Participant

if TYPE_CHECKING:
    from teladan.house.models import OfficeTerm


class Diagnosis(models.Model):
    """What is wrong in the participant's own unit, and the area of change agreed on."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="diagnosis")
    situation = models.TextField(_("how it is today"))
    causes = models.TextField(_("why it is so"))
    area = models.CharField(_("area of change"), max_length=200)
    written_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.area


def _at_home(person: Person | None, now: datetime) -> Q:
    """Say which graduates come from the region of one's own agency, or from within its province."""
    terms: list[OfficeTerm] = held(person, now) if person else []
    homes = {
        term.institution.region_id
        for term in terms
        if term.office == Office.AGENCY and term.institution and term.institution.region_id
    }
    region = "participant__unit__institution__region"
    return Q(participant__outcome__result="graduated") & (
        Q(**{f"{region}__in": homes}) | Q(**{f"{region}__province__in": homes})
    )


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, person: Person | None, now: datetime) -> ProjectQuerySet:
        """A project is known with its participant; a graduate's also where they come from.

        That is to the unit, which may register it, and to the training agency of the home region,
        whoever ran the cohort.
        """
        terms: list[OfficeTerm] = held(person, now) if person else []
        units = {t.unit_id for t in terms if t.office == Office.UNIT and t.unit_id is not None}
        known = Participant.objects.visible_to(person, now)
        return self.filter(
            Q(participant__in=known)
            | Q(participant__unit__in=units, participant__outcome__result="graduated")
            | _at_home(person, now)
        )

    def trained_elsewhere(self, person: Person | None, now: datetime) -> ProjectQuerySet:
        """What graduates of one's own region made in cohorts of other agencies."""
        terms: list[OfficeTerm] = held(person, now) if person else []
        own = {term.institution_id for term in terms if term.office == Office.AGENCY}
        return self.filter(_at_home(person, now)).exclude(participant__cohort__agency__in=own)


class Project(models.Model):
    """The change project: what is imitated, from whom, and what was made of it."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="project")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    source = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="projects"
    )
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # What it became, once registered: the circle closes.
    innovation = models.OneToOneField(
        Innovation, models.PROTECT, null=True, blank=True, related_name="born_of"
    )

    objects = ProjectQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Observation(models.Model):
    """One row of the ATM table: what was observed, what is imitated, what is modified and why."""

    class Why(models.TextChoices):
        REGULATION = "regulation", _("Regulation")
        BUDGET = "budget", _("Budget")
        PEOPLE = "people", _("Population and geography")
        DIGITAL = "digital", _("Digital maturity")
        CULTURE = "culture", _("Culture")

    project = models.ForeignKey(Project, models.CASCADE, related_name="observations")
    observed = models.TextField(_("observed (amati)"))
    imitated = models.TextField(_("imitated (tiru)"), blank=True)
    modified = models.TextField(_("modified (modifikasi)"), blank=True)
    why = models.CharField(_("modified because of"), max_length=10, choices=Why.choices, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.observed[:60]


class Stakeholder(models.Model):
    """Somebody the project depends on; the quadrant follows from interest and power."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="stakeholders")
    name = models.CharField(_("who"), max_length=120)
    interest = models.PositiveSmallIntegerField(_("interest, 1 to 5"))
    power = models.PositiveSmallIntegerField(_("power, 1 to 5"))
    approach = models.CharField(_("how they are won"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interest__gte=1, interest__lte=5, power__gte=1, power__lte=5),
                name="stakeholder_on_the_scale",
                violation_error_message=_("Interest and power go from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def quadrant(self) -> str:
        """Promoter, defender, latent or apathetic; 3 and more is high."""
        if self.interest >= 3:
            return "promoter" if self.power >= 3 else "defender"
        return "latent" if self.power >= 3 else "apathetic"


class Milestone(models.Model):
    """A step of the project with its day; short ones end within the leadership laboratory."""

    class Horizon(models.TextChoices):
        SHORT = "short", _("Short term")
        MEDIUM = "medium", _("Medium term")
        LONG = "long", _("Long term")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    horizon = models.CharField(_("term"), max_length=6, choices=Horizon.choices)
    due = models.DateField(_("until"))
    text = models.CharField(_("what is there by then"), max_length=300)
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text


class Risk(models.Model):
    """What can go wrong, how likely, how bad, and what is done about it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="risks")
    text = models.CharField(_("what can go wrong"), max_length=300)
    likelihood = models.PositiveSmallIntegerField(_("likelihood, 1 to 5"))
    impact = models.PositiveSmallIntegerField(_("impact, 1 to 5"))
    response = models.CharField(_("what is done about it"), max_length=300)
    cost = models.PositiveBigIntegerField(_("cost in rupiah"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__gte=1, likelihood__lte=5, impact__gte=1, impact__lte=5),
                name="risk_on_the_scale",
                violation_error_message=_("Likelihood and impact go from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
