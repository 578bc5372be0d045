"""The marketplace: booths, appointments, and what they become."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.forum.models import Appointment, Booth, Event
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, demand
from teladan.house.refusals import Refusal
from teladan.matching import acts as matching
from teladan.registry.models import Innovation, Institution
from teladan.visits import acts as visits


@act
def open_booth(
    *,
    by: Person,
    event: Event,
    number: str,
    institution: Institution,
    innovation: Innovation | None,
    now: datetime,
) -> Booth:
    """Give an institution a place in the exhibition.

    Refuses `not-your-office`, `booth-taken`, `not-theirs` and `not-public`.
    """
    demand(by, Office.ORGANISER, now=now)
    if Booth.objects.filter(event=event, number__iexact=number.strip()).exists():
        raise Refusal("booth-taken", _("This booth is taken. Give another number."))
    if innovation is not None and innovation.institution_id != institution.pk:
        raise Refusal("not-theirs", _("An institution shows innovations of its own."))
    if innovation is not None and not Innovation.objects.public().filter(pk=innovation.pk).exists():
        raise Refusal("not-public", _("Only innovations of the library are shown at booths."))
    booth = Booth(
        event=event, number=number.strip(), institution=institution, innovation=innovation
    )
    booth.full_clean()
    booth.save()
    record(by=by, act="forum.open_booth", about=booth, now=now, public=True, number=booth.number)
    return booth


@act
def book(
    *,
    by: Person,
    booth: Booth,
    guest: Institution,
    starts: datetime,
    ends: datetime,
    purpose: str,
    now: datetime,
) -> Appointment:
    """Book an hour at a booth.

    Refuses `not-your-office`, `own-booth`, `outside-the-forum`, `hour-passed`, `booth-busy`,
    `guest-busy` and `no-purpose`.
    """
    demand(by, Office.LOCAL_ADMIN, Office.AGENCY, now=now, institution_id=guest.pk)
    if booth.institution_id == guest.pk:
        raise Refusal("own-booth", _("This is your own booth."))
    # The event is locked: of two who book the same hour at once, one is told that it is taken.
    event = Event.objects.select_for_update(no_key=True).get(pk=booth.event_id)
    first, last = starts.astimezone(CAPITAL).date(), ends.astimezone(CAPITAL).date()
    if first < event.starts or last > event.ends or not starts < ends:
        raise Refusal("outside-the-forum", _("Choose an hour within the days of the forum."))
    if starts < now:
        raise Refusal("hour-passed", _("This hour has passed. Choose a later one."))
    if not purpose.strip():
        raise Refusal("no-purpose", _("Say what you want to talk about."))
    then = Appointment.objects.filter(starts__lt=ends, ends__gt=starts, booth__event=event)
    if then.filter(booth=booth).exists():
        raise Refusal("booth-busy", _("The booth has an appointment at that hour. Choose another."))
    if then.filter(guest=guest).exists():
        raise Refusal("guest-busy", _("You have an appointment at that hour. Choose another."))
    appointment = Appointment(
        booth=booth,
        guest=guest,
        starts=starts,
        ends=ends,
        purpose=purpose.strip(),
        booked_by=by,
        booked_at=now,
    )
    appointment.full_clean()
    appointment.save()
    record(by=by, act="forum.book", about=appointment, now=now, booth=booth.pk, guest=guest.pk)
    return appointment


def _locked(appointment: Appointment) -> Appointment:
    """Return the appointment as it stands, held until the act is over."""
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("booth__event", "booth__institution", "guest").get(pk=appointment.pk)


@act
def follow_on_need(
    *, by: Person, appointment: Appointment, now: datetime, **need: Any
) -> Appointment:
    """Let an appointment become a need of the guest's institution.

    `need` is what `matching.acts.state_need` takes. Refuses `not-your-office`, `already-need`,
    and what stating a need refuses.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=appointment.guest_id)
    appointment = _locked(appointment)
    need.setdefault("simulated", appointment.booth.event.simulated)
    if appointment.need_id:
        raise Refusal("already-need", _("This appointment has become a need already."))
    appointment.need = matching.state_need(by=by, institution=appointment.guest, now=now, **need)
    appointment.save(update_fields=["need"])
    record(
        by=by,
        act="forum.follow_on_need",
        about=appointment,
        now=now,
        need=appointment.need_id,
    )
    return appointment


@act
def follow_on_visit(
    *, by: Person, appointment: Appointment, day: date, now: datetime, **visit: Any
) -> Appointment:
    """Let an appointment become a visit to the exhibitor.

    `visit` is what `visits.acts.ask` takes. Refuses `not-your-office`, `already-visit`, and what
    asking for a visit refuses.
    """
    demand(by, Office.LOCAL_ADMIN, Office.AGENCY, now=now, institution_id=appointment.guest_id)
    appointment = _locked(appointment)
    guest = appointment.guest
    visit.setdefault("simulated", appointment.booth.event.simulated)
    if appointment.visit_id:
        raise Refusal("already-visit", _("This appointment has become a visit already."))
    appointment.visit = visits.ask(
        by=by, visitor=guest, host=appointment.booth.institution, day=day, now=now, **visit
    )
    appointment.save(update_fields=["visit"])
    record(
        by=by,
        act="forum.follow_on_visit",
        about=appointment,
        now=now,
        visit=appointment.visit_id,
    )
    return appointment
