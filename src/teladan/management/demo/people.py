"""The people of the demo: one for each office, known by first name, and enough others."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from teladan.house.models import Office, Person
from teladan.house.offices import appoint
from teladan.registry.models import Institution, Region, Unit

ACCOUNTS = "demo-accounts.json"
# Whoever may be signed in as: office -> first name. Everybody else has no usable password.
SIGN_IN = {
    Office.UNIT: "Ayu",
    Office.LOCAL_ADMIN: "Bima",
    Office.SECRETARIAT: "Citra",
    Office.EVALUATOR: "Dewi",
    Office.PANELIST: "Eko",
    Office.MINISTER: "Fajar",
    Office.TREASURY: "Gita",
    Office.AUDITOR: "Hadi",
    Office.MATCHMAKER: "Joko",
    Office.HOST: "Kartika",
    Office.AGENCY: "Laras",
    Office.PARTICIPANT: "Made",
    Office.MENTOR: "Nur",
    Office.COACH: "Oki",
    Office.EXAMINER: "Putri",
    Office.ORGANISER: "Rudi",
    Office.REFEREE: "Sari",
}
# Offices held in an institution, or given by the act that seats somebody in a cohort or a forum.
ELSEWHERE = {
    Office.UNIT,
    Office.LOCAL_ADMIN,
    Office.HOST,
    Office.AGENCY,
    Office.PARTICIPANT,
    Office.MENTOR,
    Office.COACH,
    Office.EXAMINER,
    Office.REFEREE,
}
AGENCY = "Instansi simulasi: Balai Pelatihan"
# Home regions of evaluators, so that conflicts show; nothing is said about the regions by it.
HOMES = ("35", "33", "73", "31", "", "32", "", "51", "52", "", "63", "", "71", "")


@dataclass
class People:
    """Everybody who acts in the demo."""

    of: dict[str, Person]
    evaluators: list[Person]
    panelists: list[Person]
    writer: Person
    neighbour: Person
    clerk: Person
    passwords: dict[str, str] = field(default_factory=dict)


def make_people(size: tuple[int, int], now: datetime, starts: date) -> People:
    """Make the demo's people: `size` says how many evaluators and panelists there are."""
    passwords = {str(office): new_password() for office in SIGN_IN}
    of = {
        str(office): Person.objects.create_user(
            f"{office}@example.id", f"{first} (simulasi)", passwords[str(office)]
        )
        for office, first in SIGN_IN.items()
    }
    for office in SIGN_IN:
        if office not in ELSEWHERE:
            appoint(by=None, person=of[office], office=office, starts=starts, now=now)
    homes = dict(Region.objects.in_bulk([code for code in HOMES if code]))
    evaluators = [of[Office.EVALUATOR]]
    for number in range(2, size[0] + 1):
        home = homes.get(HOMES[number % len(HOMES)])
        evaluators.append(_reader(Office.EVALUATOR, number, home, starts, now))
    panelists = [of[Office.PANELIST]]
    for number in range(2, size[1] + 1):
        panelists.append(_reader(Office.PANELIST, number, None, starts, now))
    return People(
        of=of,
        evaluators=evaluators,
        panelists=panelists,
        writer=_other("penulis", "Penulis usulan (simulasi)"),
        neighbour=_other("unit2", "Indra (simulasi)"),
        clerk=_other("admin2", "Admin lain (simulasi)"),
        passwords=passwords,
    )


def _reader(
    office: Office, number: int, home: Region | None, starts: date, now: datetime
) -> Person:
    name = f"{'Evaluator' if office == Office.EVALUATOR else 'Panelis'} {number:02} (simulasi)"
    person = Person.objects.create_user(f"{office}{number:02}@example.id", name, home_region=home)
    appoint(by=None, person=person, office=office, starts=starts, now=now)
    return person


def _other(local_part: str, name: str) -> Person:
    return Person.objects.create_user(f"{local_part}@example.id", name)


def seat_locals(
    people: People,
    institutions: list[Institution],
    units: list[Unit],
    others: list[Institution],
    now: datetime,
    starts: date,
) -> None:
    """Give the local offices: Ayu and Bima at the first institution, the others elsewhere."""
    home, ours, next_door = institutions[0], units[0], units[1]

    def seat(person: Person, office: Office, at: Institution, unit: Unit | None = None) -> None:
        appoint(
            by=None,
            person=person,
            office=office,
            starts=starts,
            now=now,
            institution_id=at.pk,
            unit_id=unit.pk if unit else None,
        )

    seat(people.of[Office.UNIT], Office.UNIT, home, ours)
    seat(people.neighbour, Office.UNIT, home, next_door)
    seat(people.of[Office.LOCAL_ADMIN], Office.LOCAL_ADMIN, home)
    seat(people.of[Office.HOST], Office.HOST, home)
    agency = Institution.objects.create(name=AGENCY, kind=Institution.Kind.AGENCY)
    seat(people.of[Office.AGENCY], Office.AGENCY, agency)
    for institution in [*institutions[1:], *others]:
        seat(people.clerk, Office.LOCAL_ADMIN, institution)
    for unit in units[2:]:
        seat(people.writer, Office.UNIT, unit.institution, unit)


def new_password() -> str:
    """Make a password that can be read out: three words of sound and two digits, 42 bits."""

    def sound() -> str:
        return "".join(
            secrets.choice("bdgjklmnprstwy") + secrets.choice("aeiou") for _syllable in range(2)
        )

    return "-".join([sound(), sound(), sound(), f"{secrets.randbelow(90) + 10}"])


def keep_passwords(people: People) -> None:
    """Write the passwords where only the owner of the data folder reads them."""
    accounts = [
        {
            "office": office,
            "name": person.name,
            "email": person.email,
            "password": people.passwords[office],
            "hash": _mark(person.password),
        }
        for office, person in people.of.items()
    ]
    place = accounts_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.touch(mode=0o600)
    place.write_text(json.dumps(accounts, indent=1), encoding="utf-8")


def accounts_file() -> Path:
    """Return where the passwords of the demo lie."""
    return Path(settings.DATA) / ACCOUNTS


def known_accounts() -> list[dict[str, Any]]:
    """Return the demo's accounts; a password that was changed since is not shown any more."""
    place = accounts_file()
    if not place.exists():
        return []
    accounts = json.loads(place.read_text(encoding="utf-8"))
    emails = [row["email"] for row in accounts]
    now = dict(Person.objects.filter(email__in=emails).values_list("email", "password"))
    return [
        {
            "office": row["office"],
            "name": row["name"],
            "email": row["email"],
            "password": row["password"]
            if _mark(now.get(row["email"], "")) == row["hash"]
            else None,
        }
        for row in accounts
    ]


def _mark(stored: str) -> str:
    # Comparing stored hashes costs nothing; checking every password would cost seconds.
    return hashlib.sha256(stored.encode()).hexdigest()
