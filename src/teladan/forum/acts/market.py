"""The marketplace: booths, appointments, and what they become."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.forum.acts.events import demand_running
from teladan.forum.models import SIDES, Appointment, Booth, Event
from teladan.house.ledger import act, record
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, demand, held, offices_of
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

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `booth-taken`, `not-theirs` and
    `not-public`.
    """
    demand(by, Office.ORGANISER, now=now)
    demand_running(event, now)
    if Booth.objects.standing().filter(event=event, number__iexact=number.strip()).exists():
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
def drop_booth(*, by: Person, booth: Booth, reason: str, now: datetime) -> Booth:
    """Take a booth back, and tell its institution why.

    Refuses `not-your-office`, `told-by-sources`, `forum-over`, `already-gone`, `booth-booked` (an
    appointment stands) and `no-reason`.
    """
    demand(by, Office.ORGANISER, now=now)
    # Booking locks the event too: nobody books what is taken back meanwhile.
    demand_running(Event.objects.select_for_update(no_key=True).get(pk=booth.event_id), now)
    booth = Booth.objects.select_related("event", "institution").get(pk=booth.pk)
    if booth.dropped_at:
        raise Refusal("already-gone", _("This booth is taken back already."))
    if booth.appointments.standing().exists():
        raise Refusal(
            "booth-booked", _("Appointments stand at this booth. Cancel them first, with a reason.")
        )
    if not reason.strip():
        raise Refusal("no-reason", _("Say why: the exhibitor reads it."))
    booth.dropped_at = now
    booth.save(update_fields=["dropped_at"])
    subject = _("Booth %(number)s at %(forum)s is taken back")
    _tell(
        {booth.institution_id},
        booth,
        subject % {"number": booth.number, "forum": booth.event},
        reason.strip(),
        now,
    )
    record(
        by=by,
        act="forum.drop_booth",
        about=booth,
        now=now,
        public=True,
        number=booth.number,
        reason=reason.strip(),
    )
    return booth


def _tell(
    institutions: set[int], about: Booth | Appointment, subject: str, body: str, now: datetime
) -> None:
    """Tell everybody who keeps appointments for these institutions."""
    today = now.astimezone(CAPITAL).date()
    terms = OfficeTerm.objects.running(today).filter(office__in=SIDES, institution__in=institutions)
    people = {term.person_id: term.person for term in terms.select_related("person")}
    for person in people.values():
        queue(to=person, about=about, now=now, subject=subject, body=body)


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
    `guest-busy`, `no-purpose` and `already-gone`.
    """
    demand(by, Office.LOCAL_ADMIN, Office.AGENCY, now=now, institution_id=guest.pk)
    if booth.institution_id == guest.pk:
        raise Refusal("own-booth", _("This is your own booth."))
    # The event is locked: of two who book the same hour at once, one is told that it is taken.
    event = Event.objects.select_for_update(no_key=True).get(pk=booth.event_id)
    if not Booth.objects.standing().filter(pk=booth.pk).exists():
        raise Refusal("already-gone", _("This booth is taken back already."))
    first, last = starts.astimezone(CAPITAL).date(), ends.astimezone(CAPITAL).date()
    if first < event.starts or last > event.ends or not starts < ends:
        raise Refusal("outside-the-forum", _("Choose an hour within the days of the forum."))
    if starts < now:
        raise Refusal("hour-passed", _("This hour has passed. Choose a later one."))
    if not purpose.strip():
        raise Refusal("no-purpose", _("Say what you want to talk about."))
    then = Appointment.objects.standing().filter(
        starts__lt=ends, ends__gt=starts, booth__event=event
    )
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


def _demand_standing(appointment: Appointment) -> None:
    if appointment.cancelled_at:
        raise Refusal("cancelled", _("This appointment was cancelled."))


def bars_cancelling(appointment: Appointment, person: Person, now: datetime) -> str:
    """Return the code of what bars somebody from cancelling; '' if nothing does."""
    if not _sides_of(appointment, person, now) and Office.ORGANISER not in offices_of(person, now):
        return "not-your-side"
    if appointment.cancelled_at:
        return "already-cancelled"
    if appointment.need_id or appointment.visit_id:
        return "already-followed"
    return "already-began" if now >= appointment.starts else ""


def _sides_of(appointment: Appointment, person: Person, now: datetime) -> set[int | None]:
    """Return those of the two institutions whose appointments the person keeps."""
    mine = {term.institution_id for term in held(person, now) if term.office in SIDES}
    return mine & {appointment.guest_id, appointment.booth.institution_id}


@act
def cancel_appointment(
    *, by: Person, appointment: Appointment, reason: str, now: datetime
) -> Appointment:
    """Cancel an appointment, by either side or the organiser; its hour is free again.

    The other side is told why. Refuses `not-your-office`, `not-your-side`, `already-cancelled`,
    `already-followed` (it became a need or a visit), `already-began` and `no-reason`.
    """
    demand(by, *SIDES, Office.ORGANISER, now=now)
    appointment = _locked(appointment)
    told = {
        "not-your-side": _("This appointment is of two other institutions."),
        "already-cancelled": _("This appointment is cancelled already."),
        "already-followed": _("Something came of this appointment; it stands."),
        "already-began": _("This appointment has begun; it stands."),
    }
    if code := bars_cancelling(appointment, by, now):
        raise Refusal(code, told[code])
    if not reason.strip():
        raise Refusal("no-reason", _("Say why: the other side reads it."))
    appointment.cancelled_at, appointment.cancelled_by = now, by
    appointment.cancelled_because = reason.strip()
    appointment.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    subject = _("Cancelled: %(guest)s at booth %(number)s") % {
        "guest": appointment.guest,
        "number": appointment.booth.number,
    }
    others = {appointment.guest_id, appointment.booth.institution_id}
    others -= _sides_of(appointment, by, now)
    _tell(others, appointment, subject, reason.strip(), now)
    record(
        by=by,
        act="forum.cancel_appointment",
        about=appointment,
        now=now,
        booth=appointment.booth_id,
        guest=appointment.guest_id,
    )
    return appointment


@act
def follow_on_need(
    *, by: Person, appointment: Appointment, now: datetime, **need: Any
) -> Appointment:
    """Let an appointment become a need of the guest's institution.

    `need` is what `matching.acts.state_need` takes. Refuses `not-your-office`, `cancelled`,
    `already-need`, and what stating a need refuses.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=appointment.guest_id)
    appointment = _locked(appointment)
    need.setdefault("simulated", appointment.booth.event.simulated)
    _demand_standing(appointment)
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

    `visit` is what `visits.acts.ask` takes. Refuses `not-your-office`, `cancelled`,
    `already-visit`, and what asking for a visit refuses.
    """
    demand(by, Office.LOCAL_ADMIN, Office.AGENCY, now=now, institution_id=appointment.guest_id)
    appointment = _locked(appointment)
    guest = appointment.guest
    visit.setdefault("simulated", appointment.booth.event.simulated)
    _demand_standing(appointment)
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
