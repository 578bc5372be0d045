"""What people do in the registry: units are set up and staffed, innovations are registered."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, OfficeTerm, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, appoint, demand, held
from teladan.house.refusals import Refusal
from teladan.registry.models import Innovation, Institution, Region, Unit

# What a browser would take for mark-up: < and a letter. “IPM < 60” and “<3 jam” are titles.
MARKUP = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# A regional government is the government of some region.
REGIONAL = {Institution.Kind.PROVINCE, Institution.Kind.REGENCY, Institution.Kind.CITY}


def demand_title(title: str) -> str:
    """Return a title on one line. Refuses `no-title` and `title-html`."""
    line = " ".join(title.split())
    if not line or "\0" in line:
        raise Refusal("no-title", _("It needs a title that people can read."))
    if MARKUP.search(line):
        raise Refusal(
            "title-html",
            _(
                "A title is plain text, and this one holds HTML. Write it without the sign <, or "
                "put a space after it."
            ),
        )
    return line


def demand_unit(
    by: Person, *, institution_id: int, unit_id: int | None, now: datetime, no: Refusal
) -> None:
    """Refuse `not-your-office`, or say `no` to somebody who serves in other units only."""
    demand(by, Office.UNIT, now=now, institution_id=institution_id)
    if unit_id not in {term.unit_id for term in held(by, now) if term.office == Office.UNIT}:
        raise no


@act
def open_institution(
    *, by: Person | None, name: str, kind: str, region: Region | None, now: datetime
) -> Institution:
    """Set up an institution. `by` is empty only when a site is first set up.

    Refuses `not-your-office`, `institution-exists` and `region-missing`.
    """
    if by is not None:
        demand(by, Office.SECRETARIAT, now=now)
    name = " ".join(name.split())
    twin = Institution.objects.filter(name__iexact=name).first()
    if twin:
        raise Refusal(
            "institution-exists",
            _("There is an institution called “%(name)s” already. Use that one.")
            % {"name": twin.name},
        )
    if kind in REGIONAL and region is None:
        raise Refusal(
            "region-missing",
            _("A province, regency or city government needs its region. Name it by its code."),
        )
    institution = Institution(name=name, kind=kind, region=region)
    institution.full_clean()
    institution.save()
    record(
        by=by,
        act="registry.open_institution",
        about=institution,
        now=now,
        name=institution.name,
        kind=institution.kind,
        region=institution.region_id,
    )
    return institution


@act
def open_unit(*, by: Person, institution: Institution, name: str, now: datetime) -> Unit:
    """Set up a service unit of an institution. Refuses `not-your-office` and `unit-exists`."""
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=institution.pk)
    if Unit.objects.filter(institution=institution, name__iexact=name.strip()).exists():
        raise Refusal(
            "unit-exists",
            _("Your institution has a unit called “%(name)s”. Appoint people to that one.")
            % {"name": name.strip()},
        )
    unit = Unit(institution=institution, name=name.strip())
    unit.full_clean()
    unit.save()
    record(by=by, act="registry.open_unit", about=unit, now=now, name=unit.name)
    return unit


def account_of(*, email: str, name: str, zone: str) -> tuple[Person, bool]:
    """Return the person of an address, making the account if there is none; and if there was.

    Called inside an act. No password is set: the mail that follows leads to choosing one (see
    `way_in`). Refuses `account-closed`.
    """
    person = Person.objects.filter(email=email.strip().lower()).first()
    known = person is not None
    if person is None:
        person = Person.objects.create_user(email.strip(), name.strip(), zone=zone)
    if not person.is_active:
        raise Refusal(
            "account-closed",
            _("The account of %(email)s is closed. Ask the secretariat to open it again.")
            % {"email": person.email},
        )
    return person, known


def way_in(known: bool) -> str:
    """Return the line of a mail that leads somebody to their desk, or to a first password."""
    page, what = (
        ("desk", _("Sign in")) if known else ("account_reset_password", _("Choose a password"))
    )
    return f"{what}: {settings.SITE_URL}{reverse(page)}"


@act
def staff(*, by: Person, unit: Unit, email: str, name: str, now: datetime) -> OfficeTerm:
    """Appoint a person to a unit, making the account if there is none.

    No password travels: a new person gets a mail that leads to setting one. Refuses
    `not-your-office`, `already-in-office` and `account-closed`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=unit.institution_id)
    person, known = account_of(email=email, name=name, zone=zone_of(unit))
    term = appoint(
        by=by,
        person=person,
        office=Office.UNIT,
        starts=now.astimezone(CAPITAL).date(),
        now=now,
        institution_id=unit.institution_id,
        unit_id=unit.pk,
    )
    queue(
        to=person,
        now=now,
        subject=_("You are appointed to %(unit)s") % {"unit": unit.name},
        body=_("%(by)s appointed you to %(unit)s, %(institution)s.\n%(way_in)s")
        % {
            "by": by.name,
            "unit": unit.name,
            "institution": unit.institution.name,
            "way_in": way_in(known),
        },
    )
    record(by=by, act="registry.staff", about=unit, now=now, person=person.pk, new=not known)
    return term


@act
def relieve(*, by: Person, term: OfficeTerm, now: datetime) -> OfficeTerm:
    """End a person's term in a unit with today, so that the unit can be handed over.

    Refuses `not-your-office` and `already-ended`.
    """
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=term.institution_id)
    if term.office != Office.UNIT:
        raise Refusal(
            "not-your-office",
            _("A local admin ends the terms of units only. Ask the secretariat for the others."),
        )
    today = now.astimezone(CAPITAL).date()
    term = OfficeTerm.objects.select_for_update(of=("self",), no_key=True).get(pk=term.pk)
    if term.ends is not None and term.ends <= today:
        raise Refusal("already-ended", _("This term has ended already."))
    term.ends = max(today, term.starts)
    term.full_clean()
    term.save(update_fields=["ends"])
    record(
        by=by,
        act="registry.relieve",
        about=f"unit:{term.unit_id}",
        now=now,
        person=term.person_id,
        ends=term.ends,
    )
    return term


@act
def register(
    *,
    by: Person,
    unit: Unit,
    title: str,
    summary: str,
    started: date | None,
    now: datetime,
    category: str = "",
    source: Innovation | None = None,
    kept: str = "",
    adapted: str = "",
    left_out: str = "",
    simulated: bool = False,
) -> Innovation:
    """Register an innovation of the person's unit, naming its source if it imitates one.

    Refuses `not-your-office`, `not-your-unit`, `no-title`, `title-html`, `title-taken`,
    `not-yet-in-use` and `not-modified`.
    """
    demand_unit(
        by,
        institution_id=unit.institution_id,
        unit_id=unit.pk,
        now=now,
        no=Refusal("not-your-unit", _("You can register innovations of your own unit only.")),
    )
    if started and started > now.astimezone(CAPITAL).date():
        raise Refusal(
            "not-yet-in-use",
            _("An innovation is registered once it is in use. Give the day it began."),
        )
    title = demand_title(title)
    # Locked, so that a title sent twice at once is registered once.
    Institution.objects.select_for_update(no_key=True).get(pk=unit.institution_id)
    twins = Innovation.objects.filter(institution=unit.institution_id, title__iexact=title)
    if twins.exists():
        raise Refusal(
            "title-taken",
            _("Your institution has registered “%(title)s” already. Open that one instead.")
            % {"title": title},
        )
    if source and not adapted.strip():
        raise Refusal(
            "not-modified",
            _(
                "Whoever imitates says what was adapted. Write what you changed in “%(source)s” "
                "to make it yours."
            )
            % {"source": source.title},
        )
    innovation = Innovation(
        institution_id=unit.institution_id,
        unit=unit,
        title=title,
        summary=summary,
        started=started,
        category=category,
        source=source,
        kept=kept,
        adapted=adapted,
        left_out=left_out,
        simulated=simulated,
        registered_by=by,
        registered_at=now,
    )
    innovation.full_clean()
    innovation.save()
    record(
        by=by,
        act="registry.register",
        about=innovation,
        now=now,
        title=innovation.title,
        unit=unit.pk,
        source=source.pk if source else None,
    )
    return innovation


def zone_of(unit: Unit) -> str:
    """Return the time zone of a unit's region; the capital's for those without one."""
    region = unit.institution.region
    return region.zone if region else "Asia/Jakarta"
