"""The marketplace: booths, and appointments at them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from teladan.forum.models.events import Event
from teladan.house.models import Office, Person
from teladan.house.offices import held, offices_of
from teladan.matching.models import Need
from teladan.registry.models import Innovation, Institution
from teladan.visits.models import Visit

# Whoever keeps the appointments of an institution, as a guest or as an exhibitor.
SIDES = (Office.LOCAL_ADMIN, Office.AGENCY)


class BoothQuerySet(models.QuerySet["Booth"]):
    def standing(self) -> BoothQuerySet:
        """Those that were not taken back: the exhibition as everybody sees it."""
        return self.filter(dropped_at=None)

    def visible_to(self, person: Person | None, now: datetime) -> BoothQuerySet:
        """Booths stand for everybody; one that was taken back is for its exhibitor still."""
        seen = Q(dropped_at=None, event__published_at__lte=now)
        if person is not None:
            if offices_of(person, now) & {Office.ORGANISER, Office.AUDITOR}:
                return self
            own = {t.institution_id for t in held(person, now) if t.office in SIDES}
            seen |= Q(institution__in=own)
        return self.filter(seen)


class Booth(models.Model):
    """A place in the exhibition where an institution shows an innovation."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="booths")
    number = models.CharField(_("number"), max_length=10)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="booths")
    innovation = models.ForeignKey(
        Innovation, models.PROTECT, null=True, blank=True, related_name="booths"
    )
    # Taken back by the organiser; the row stays for appointments that were cancelled before.
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = BoothQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"],
                condition=Q(dropped_at=None),
                name="booth_numbered_once",
                violation_error_message=_("There is a booth of this number."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> AppointmentQuerySet:
        """Those that nobody cancelled: only they take up an hour."""
        return self.filter(cancelled_at=None)

    def visible_to(self, person: Person | None, now: datetime) -> AppointmentQuerySet:
        """An appointment is for the two sides, the organiser and the auditor."""
        if person is None:
            return self.none()
        if offices_of(person, now) & {Office.ORGANISER, Office.AUDITOR}:
            return self
        mine = {t.institution_id for t in held(person, now) if t.institution_id}
        return self.filter(Q(guest__in=mine) | Q(booth__institution__in=mine))


class Appointment(models.Model):
    """A guest meets an exhibitor at the marketplace; it may become a need or a visit."""

    booth = models.ForeignKey(Booth, models.PROTECT, related_name="appointments")
    guest = models.ForeignKey(Institution, models.PROTECT, related_name="appointments")
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    purpose = models.CharField(_("what for"), max_length=300)
    booked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_because = models.TextField(blank=True)
    need = models.OneToOneField(
        Need, models.PROTECT, null=True, blank=True, related_name="appointment"
    )
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="appointment"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="appointment_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancelled_because=""),
                name="appointment_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest_id} at {self.booth_id}"
