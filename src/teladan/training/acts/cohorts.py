"""Cohorts: opened under their rules, filled with participants, mentors, coaches and examiners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import CAPITAL, appoint, demand, offices_of
from teladan.house.refusals import Refusal
from teladan.registry.acts import account_of, way_in, zone_of
from teladan.registry.models import Institution, Unit
from teladan.training.models import Cohort, Examiner, Participant
from teladan.training.rules import parse
from teladan.visits.models import Visit


@act
def open_cohort(
    *,
    by: Person,
    agency: Institution,
    programme: str,
    number: str,
    year: int,
    starts: date,
    rules: dict[str, Any],
    now: datetime,
    simulated: bool = False,
) -> Cohort:
    """Open a cohort under a rule set that is its own for ever.

    Refuses `not-your-office` and `cohort-exists`; raises ValidationError for unreadable rules.
    """
    demand(by, Office.AGENCY, now=now, institution_id=agency.pk)
    parse(rules)
    Institution.objects.select_for_update(no_key=True).get(pk=agency.pk)
    twins = Cohort.objects.filter(agency=agency, programme=programme, number=number, year=year)
    if twins.exists():
        raise Refusal(
            "cohort-exists",
            _("Your agency has a cohort %(number)s of %(programme)s in %(year)d already.")
            % {"number": number, "programme": programme, "year": year},
        )
    cohort = Cohort(
        agency=agency,
        programme=programme.strip(),
        number=number.strip(),
        year=year,
        starts=starts,
        rules=rules,
        opened_by=by,
        opened_at=now,
        simulated=simulated,
    )
    cohort.full_clean()
    cohort.save()
    record(
        by=by,
        act="training.open_cohort",
        about=cohort,
        now=now,
        public=True,
        programme=cohort.programme,
        number=cohort.number,
        year=year,
        rules=cohort.rule.name,
    )
    return cohort


@act
def enrol(
    *, by: Person, cohort: Cohort, email: str, name: str, unit: Unit, now: datetime
) -> Participant:
    """Enrol an official of some unit, making the account if there is none.

    Refuses `not-your-office`, `account-closed` and `already-enrolled`.
    """
    demand(by, Office.AGENCY, now=now, institution_id=cohort.agency_id)
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    person, known = account_of(email=email, name=name, zone=zone_of(unit))
    if Participant.objects.filter(cohort=cohort, person=person).exists():
        raise Refusal("already-enrolled", _("This person is in the cohort already."))
    last = cohort.participants.order_by("-number").values_list("number", flat=True).first() or 0
    participant = Participant(
        cohort=cohort, person=person, number=last + 1, unit=unit, enrolled_at=now
    )
    participant.full_clean()
    participant.save()
    _give_office(by, person, Office.PARTICIPANT, cohort, now)
    _tell(by, person, known, cohort, now)
    record(
        by=by,
        act="training.enrol",
        about=participant,
        now=now,
        public=True,  # how many take part
        cohort=cohort.pk,
        person=person.pk,
        unit=unit.pk,
    )
    return participant


@act
def seat_guide(
    *,
    by: Person,
    participant: Participant,
    office: str,
    email: str,
    name: str,
    now: datetime,
    reason: str = "",
) -> Participant:
    """Give a participant a mentor or a coach; a successor takes over the whole record.

    A mentor is named after the outcome too: the year after asks the superior. Refuses
    `not-your-office`, `already-concluded` (a coach), `account-closed`, `not-oneself`,
    `is-examiner`, `reason-missing` (for a successor) and `coach-full` (a coach above the load of
    the rules needs a reason).
    """
    cohort = participant.cohort
    demand(by, Office.AGENCY, now=now, institution_id=cohort.agency_id)
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    if office == Office.COACH and hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told; nobody coaches any more."))
    person, known = account_of(email=email, name=name, zone=zone_of(participant.unit))
    if person.pk == participant.person_id:
        raise Refusal("not-oneself", _("Nobody guides themselves. Name somebody else."))
    if Examiner.objects.filter(participant=participant, person=person).exists():
        raise Refusal(
            "is-examiner",
            _("%(name)s examines this participant, and who examines does not guide.")
            % {"name": person.name},
        )
    place = "mentor" if office == Office.MENTOR else "coach"
    before = getattr(participant, f"{place}_id")
    if before and not reason.strip():
        raise Refusal("reason-missing", _("Say why somebody else takes over."))
    load = cohort.rule.coach_load
    coached = cohort.participants.filter(coach=person).exclude(pk=participant.pk).count()
    if place == "coach" and coached >= load and not reason.strip():
        raise Refusal(
            "coach-full",
            _("%(name)s coaches %(count)d of this cohort; %(load)d is the load. Give a reason.")
            % {"name": person.name, "count": coached, "load": load},
        )
    setattr(participant, place, person)
    participant.full_clean()
    participant.save(update_fields=[place])
    _give_office(by, person, Office(office), cohort, now)
    _tell(by, person, known, cohort, now)
    record(
        by=by,
        act="training.seat_guide",
        about=participant,
        now=now,
        office=office,
        person=person.pk,
        before=before,
        reason=reason.strip(),
    )
    return participant


def conflicts_of(participant: Participant, person: Person, now: datetime) -> str:
    """Return the code of what bars somebody from examining a participant; '' if nothing does."""
    if person.pk == participant.person_id:
        return "not-oneself"
    if person.pk == participant.mentor_id:
        return "is-mentor"
    if person.pk == participant.coach_id:
        return "is-coach"
    today = now.astimezone(CAPITAL).date()
    same = person.terms.running(today).filter(unit=participant.unit_id)
    return "same-unit" if same.exists() else ""


@act
def seat_examiner(
    *, by: Person, participant: Participant, email: str, name: str, now: datetime
) -> Examiner:
    """Give a participant an examiner.

    Refuses `not-your-office`, `account-closed`, `not-oneself`, `is-mentor`, `is-coach`,
    `same-unit`, `already-examiner` and `already-concluded`.
    """
    cohort = participant.cohort
    demand(by, Office.AGENCY, now=now, institution_id=cohort.agency_id)
    participant = Participant.objects.select_for_update(of=("self",), no_key=True).get(
        pk=participant.pk
    )
    if hasattr(participant, "outcome"):
        raise Refusal("already-concluded", _("The outcome is told; nobody examines any more."))
    person, known = account_of(email=email, name=name, zone=zone_of(participant.unit))
    told = {
        "not-oneself": _("Nobody examines themselves."),
        "is-mentor": _("%(name)s is the mentor of this participant. Who guides does not examine."),
        "is-coach": _("%(name)s is the coach of this participant. Who guides does not examine."),
        "same-unit": _("%(name)s serves in the unit of this participant. Name somebody else."),
    }
    if code := conflicts_of(participant, person, now):
        raise Refusal(code, told[code] % {"name": person.name})
    if Examiner.objects.filter(participant=participant, person=person).exists():
        raise Refusal("already-examiner", _("This person examines the participant already."))
    examiner = Examiner.objects.create(participant=participant, person=person, seated_at=now)
    _give_office(by, person, Office.EXAMINER, cohort, now)
    _tell(by, person, known, cohort, now)
    record(by=by, act="training.seat_examiner", about=participant, now=now, person=person.pk)
    return examiner


@act
def link_visit(*, by: Person, cohort: Cohort, visit: Visit, now: datetime) -> Cohort:
    """Let a visit of the agency be where the cohort observes.

    Refuses `not-your-office`, `not-your-visit` and `questions-missing`: each group arrives with
    at least one learning question.
    """
    demand(by, Office.AGENCY, now=now, institution_id=cohort.agency_id)
    if visit.visitor_id != cohort.agency_id:
        raise Refusal("not-your-visit", _("This visit was asked for by somebody else."))
    if not visit.questions.exists():
        raise Refusal(
            "questions-missing",
            _("A cohort visits with at least one learning question. Add it to the request."),
        )
    cohort.visit = visit
    cohort.save(update_fields=["visit"])
    record(by=by, act="training.link_visit", about=cohort, now=now, visit=visit.pk)
    return cohort


def _give_office(by: Person, person: Person, office: Office, cohort: Cohort, now: datetime) -> None:
    """Appoint somebody for the agency, unless they hold the office there already."""
    today = now.astimezone(CAPITAL).date()
    held = person.terms.running(today).filter(office=office, institution=cohort.agency_id)
    if office not in offices_of(person, now) or not held.exists():
        appoint(
            by=by,
            person=person,
            office=office,
            starts=today,
            now=now,
            institution_id=cohort.agency_id,
        )


def _tell(by: Person, person: Person, known: bool, cohort: Cohort, now: datetime) -> None:
    queue(
        to=person,
        now=now,
        subject=_("You are in %(cohort)s") % {"cohort": cohort},
        body=_("%(by)s put you down for %(cohort)s.\n%(way_in)s")
        % {"by": by.name, "cohort": cohort, "way_in": way_in(known)},
    )
