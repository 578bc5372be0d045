"""How hosts receive: the rules of each from a day on, and the days on which nobody is received."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from teladan.house.models import Person
from teladan.registry.models import Institution, Unit

# Where a host has not said within how many working days it answers. The number is ours: no rule
# that we know names one, so pages show it as unverified.
ANSWER_DAYS = 5


class Guest(models.TextChoices):
    """Kinds of visitors whom a host may exempt from its weekdays and its lead time."""

    CENTRAL = "central", _("Central government")
    FOREIGN = "foreign", _("Foreign guests")
    PARLIAMENT = "parliament", _("Members of parliament (DPR and DPD)")
    PROVINCE = "province", _("The host's own province")

    @classmethod
    def of(cls, visitor: Institution, host: Institution) -> Guest | None:
        """Return as which kind of guest an institution comes, as far as the registry knows it.

        It knows no foreign guests and no parliament: those write to the host themselves. A
        ministry, a national agency and the police are of the central government wherever they
        work; a kind that has a region is an agency of that region.
        """
        kinds = Institution.Kind
        national = visitor.kind == kinds.AGENCY and visitor.region_id is None
        if national or visitor.kind in {kinds.MINISTRY, kinds.POLICE}:
            return cls.CENTRAL
        own = bool(host.region_id) and visitor.region_id == str(host.region_id)[:2]
        return cls.PROVINCE if own and visitor.kind == kinds.PROVINCE else None


class ReceptionQuerySet(models.QuerySet["Reception"]):
    def from_now(self, on: date) -> ReceptionQuerySet:
        """Each host's rules that are in force on a day, and those that come."""
        newer = Reception.objects.filter(
            institution=OuterRef("institution"), since__gt=OuterRef("since"), since__lte=on
        )
        return self.filter(~Exists(newer))

    def in_force(self, on: date) -> ReceptionQuerySet:
        """Each host's newest rules that are in force on a day."""
        newest = Reception.objects.filter(institution=OuterRef("institution"), since__lte=on)
        return self.filter(since=newest.order_by("-since").values("since")[:1])


class Reception(models.Model):
    """The rules by which a host receives visitors, from a day on; older ones stay as they were."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="receptions")
    since = models.DateField(_("in force from"))
    # Days on which visitors are received, Monday is 0: "1,3" is Tuesday and Thursday.
    weekdays = models.CharField(_("days"), max_length=13)
    opens = models.TimeField(_("from"))
    lead_days = models.PositiveSmallIntegerField(_("working days beforehand"))
    group_max = models.PositiveSmallIntegerField(_("people in a group, at most"), default=100)
    groups_a_day = models.PositiveSmallIntegerField(_("groups a day, at most"), default=1)
    overnight = models.BooleanField(_("visitors stay the night in the region"), default=False)
    # Kinds of guests who may come on any working day, without lead time: "central,province".
    exempt = models.CharField(_("exempt guests"), max_length=60, blank=True)
    # Empty where the host has not said it: then ours counts, and is shown as unconfirmed.
    answer_days = models.PositiveSmallIntegerField(
        _("working days in which requests are answered"), null=True, blank=True
    )
    note = models.TextField(_("what visitors should know"), blank=True)
    citation = models.TextField(_("legal basis or source"), blank=True)
    confirmed = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        ordering = ["institution", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "since"],
                name="one_set_of_rules_a_day",
                violation_error_message=_("There are rules that begin on this day."),
            ),
            models.CheckConstraint(
                condition=Q(group_max__gte=1, groups_a_day__gte=1), name="reception_receives"
            ),
            models.CheckConstraint(
                condition=Q(answer_days__isnull=True) | Q(answer_days__gte=1),
                name="reception_answers_later_than_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.since}"

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays on which visitors are received, Monday is 0."""
        return tuple(int(day) for day in self.weekdays.split(",") if day)

    @property
    def guests(self) -> tuple[Guest, ...]:
        """The kinds of guests who are exempt from weekdays and lead time."""
        return tuple(Guest(kind) for kind in self.exempt.split(",") if kind)

    def exempts(self, guest: str | None) -> bool:
        """Say whether a kind of guest is held neither to the weekdays nor to the lead time."""
        return bool(guest) and guest in self.guests

    @property
    def answers_within(self) -> int:
        """Within how many working days the host answers, by its own word or by our default."""
        return self.answer_days or ANSWER_DAYS


class Closure(models.Model):
    """Days on which a host, or one of its offices, receives nobody."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="closures")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="closures")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.reason}"
