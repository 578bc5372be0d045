"""Readers: enlisted by the secretariat, bound by their pledge, free to step back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from teladan.contest.models import Edition
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.offices import CAPITAL, appoint, demand, held, offices_of
from teladan.house.refusals import Refusal
from teladan.panel.models import Ballot, DeclaredConflict, Jotting, Reader, Recusal, Seat
from teladan.registry.models import Institution, Region

READING_OFFICES = (Office.EVALUATOR, Office.PANELIST)


@act
def enlist(
    *,
    by: Person,
    edition: Edition,
    person: Person,
    office: str,
    now: datetime,
    institution: Institution | None = None,
    home_region: Region | None = None,
    expertise: Sequence[str] = (),
) -> Reader:
    """Enlist a person who holds the office as a reader of the edition.

    Refuses `not-your-office`, `not-a-reading-office`, `runs-the-contest` (whoever runs the
    contest cannot mark in it) and `enlisted-already`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    if office not in READING_OFFICES:
        raise Refusal("not-a-reading-office", _("Readers are evaluators or panelists."))
    demand(person, office, now=now)
    if Office.SECRETARIAT in offices_of(person, now):
        raise Refusal("runs-the-contest", _("Whoever runs the contest cannot mark in it."))
    if Reader.objects.filter(edition=edition, person=person, office=office).exists():
        raise Refusal(
            "enlisted-already",
            _("%(email)s is a reader of this edition already.") % {"email": person.email},
        )
    if institution is None:  # whoever serves an institution does not read its entries
        served = [term.institution for term in held(person, now) if term.institution]
        institution = served[0] if served else None
    reader = Reader(
        edition=edition,
        person=person,
        office=office,
        institution=institution,
        home_region=home_region or person.home_region,
        expertise=list(expertise),
    )
    reader.full_clean()
    reader.save()
    record(
        by=by,
        act="panel.enlist",
        about=reader,
        now=now,
        edition=edition.pk,
        person=person.pk,
        office=office,
    )
    return reader


@act
def enlist_all(
    *, by: Person, edition: Edition, rows: Sequence[Mapping[str, str]], now: datetime
) -> int:
    """Enlist readers from a list (name, email, office, institution, region, expertise).

    All of them or none. Accounts that do not exist are made without a password: the person sets
    one by mail. A row that comes from a file says its `line`. Refuses `not-your-office`,
    `list-empty` and `list-row` (the line is named); a row without a line is refused as `enlist`
    does, or with `region-unknown` or `institution-unknown`.
    """
    demand(by, Office.SECRETARIAT, now=now)
    if not rows:
        raise Refusal("list-empty", _("The list has no lines. Add readers below the heading."))
    regions = {region.code: region for region in Region.objects.all()}
    names = {row.get("institution", "") for row in rows}
    institutions = {found.name: found for found in Institution.objects.filter(name__in=names)}
    for row in rows:
        try:
            _enlist_row(by, edition, row, regions, institutions, now)
        except (Refusal, ValidationError) as no:
            if "line" not in row:
                raise
            why = no.reason if isinstance(no, Refusal) else " ".join(no.messages)
            raise Refusal(
                "list-row",
                _("Line %(line)s: %(why)s Nothing was taken over.")
                % {"line": row["line"], "why": why},
            ) from no
    record(by=by, act="panel.enlist_all", about=edition, now=now, readers=len(rows))
    return len(rows)


def _enlist_row(
    by: Person,
    edition: Edition,
    row: Mapping[str, str],
    regions: Mapping[str, Region],
    institutions: Mapping[str, Institution],
    now: datetime,
) -> None:
    code, name = row.get("region", ""), row.get("institution", "")
    if code and code not in regions:
        raise Refusal("region-unknown", _("There is no region %(code)s.") % {"code": code})
    if name and name not in institutions:
        raise Refusal(
            "institution-unknown", _("There is no institution “%(name)s”.") % {"name": name}
        )
    email = row["email"].strip().lower()
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(email, row["name"].strip(), None)
    office = row.get("office", "").strip() or str(Office.EVALUATOR)
    if office not in READING_OFFICES:
        raise Refusal("not-a-reading-office", _("The office must be evaluator or panelist."))
    if office not in offices_of(person, now):
        today = now.astimezone(CAPITAL).date()
        appoint(by=by, person=person, office=office, starts=today, now=now)
    enlist(
        by=by,
        edition=edition,
        person=person,
        office=office,
        institution=institutions.get(name),
        home_region=regions.get(code),
        expertise=[word.strip() for word in row.get("expertise", "").split(";") if word.strip()],
        now=now,
    )


@act
def pledge(*, by: Person, reader: Reader, conflicts: Mapping[int, str], now: datetime) -> Reader:
    """Sign the integrity pact and declare conflicts: institution key -> reason.

    Refuses `not-you`, `not-your-office`, `already-pledged`, `unknown-institution` and
    `no-reason`.
    """
    reader = Reader.objects.select_for_update(of=("self",), no_key=True).get(pk=reader.pk)
    if reader.person_id != by.pk:
        raise Refusal("not-you", _("A pledge is signed by the reader alone."))
    demand(by, reader.office, now=now)
    if reader.pledged_at:
        raise Refusal(
            "already-pledged",
            _("You have pledged already. Step back from an entry where a conflict shows later."),
        )
    known = set(Institution.objects.filter(pk__in=conflicts).values_list("pk", flat=True))
    if known != set(conflicts):
        raise Refusal("unknown-institution", _("Choose the institutions from the list."))
    if not all(why.strip() for why in conflicts.values()):
        raise Refusal("no-reason", _("Say in a few words what ties you to each institution."))
    DeclaredConflict.objects.bulk_create(
        DeclaredConflict(reader=reader, institution_id=pk, because=why.strip()[:200])
        for pk, why in conflicts.items()
    )
    reader.pledged_at = now
    reader.save(update_fields=["pledged_at"])
    record(by=by, act="panel.pledge", about=reader, now=now, conflicts=sorted(conflicts))
    return reader


@act
def recuse(*, by: Person, seat: Seat, because: str, now: datetime) -> Recusal:
    """Step back from an entry.

    Refuses `not-your-seat`, `not-your-office`, `already-marked`, `no-reason` and
    `already-recused`.
    """
    seat = (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reader")
        .get(pk=seat.pk)
    )
    if seat.reader.person_id != by.pk:
        raise Refusal("not-your-seat", _("This entry is read by another reader."))
    demand(by, seat.reader.office, now=now)
    if Ballot.objects.filter(seat=seat).exists():
        raise Refusal(
            "already-marked",
            _("You have marked this entry. Tell the secretariat of the conflict."),
        )
    if not because.strip():
        raise Refusal("no-reason", _("Say why you step back; only the secretariat reads it."))
    if Recusal.objects.filter(seat=seat).exists():
        raise Refusal("already-recused", _("You have stepped back from this entry already."))
    recusal = Recusal.objects.create(seat=seat, because=because.strip(), at=now)
    Jotting.objects.filter(seat=seat).delete()
    record(by=by, act="panel.recuse", about=seat, now=now)
    return recusal
