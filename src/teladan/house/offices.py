"""Who holds which office today, and the first question of every act."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.refusals import Refusal

# Terms run by the capital's calendar, whatever zone the person reads in.
CAPITAL = ZoneInfo("Asia/Jakarta")

# Who appoints whom, within their own institution. The secretariat appoints everybody.
APPOINTS: dict[str, set[str]] = {
    Office.LOCAL_ADMIN: {Office.UNIT, Office.HOST},
    Office.AGENCY: {Office.PARTICIPANT, Office.MENTOR, Office.COACH, Office.EXAMINER},
    Office.ORGANISER: {Office.REFEREE},
}


def held(person: Person, now: datetime) -> list[OfficeTerm]:
    """Return the terms running today, read once per person object (one per request)."""
    if person.known_terms is None:
        today = now.astimezone(CAPITAL).date()
        rows = OfficeTerm.objects.running(today).filter(person_id=person.pk)
        person.known_terms = list(rows.select_related("institution", "unit").order_by("pk"))
    return person.known_terms


def offices_of(person: Person, now: datetime) -> set[str]:
    """Return the codes of the offices that the person holds today."""
    return {term.office for term in held(person, now)} if person.is_active else set()


def demand(
    person: Person, *offices: str, now: datetime, institution_id: int | None = None
) -> OfficeTerm:
    """Return the term that lets the person act, or refuse with `not-your-office`."""
    for term in held(person, now) if person.is_active else []:
        if term.office in offices and institution_id in (None, term.institution_id):
            return term
    names = ", ".join(str(Office(office).label) for office in offices)
    raise Refusal(
        "not-your-office",
        _("This is done by: %(offices)s. Ask the secretariat if the office is yours.")
        % {"offices": names},
    )


@act
def appoint(
    *,
    by: Person | None,
    person: Person,
    office: str,
    starts: date,
    now: datetime,
    ends: date | None = None,
    institution_id: int | None = None,
    unit_id: int | None = None,
) -> OfficeTerm:
    """Give a person an office for a term. `by` is empty only when a site is first set up.

    Refuses `not-your-office` and `already-in-office`.
    """
    if by is not None and Office.SECRETARIAT not in offices_of(by, now):
        above = [each for each, below in APPOINTS.items() if office in below]
        demand(by, *(above or [Office.SECRETARIAT]), now=now, institution_id=institution_id)
    same = OfficeTerm.objects.running(starts).filter(person=person, office=office)
    if (institution_id, unit_id) in set(same.values_list("institution_id", "unit_id")):
        raise Refusal("already-in-office", _("This person holds this office already."))
    term = OfficeTerm(
        person=person,
        office=office,
        starts=starts,
        ends=ends,
        institution_id=institution_id,
        unit_id=unit_id,
    )
    term.full_clean()
    term.save()
    person.known_terms = None
    record(
        by=by,
        act="house.appoint",
        about=person,
        now=now,
        office=office,
        institution=institution_id,
        unit=unit_id,
        starts=starts,
        ends=ends,
    )
    return term
