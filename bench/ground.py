"""The ground that entries stand on: real regions, a government and units in each, and people."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from django.contrib.auth.hashers import make_password

import teladan
from teladan.house.models import Office, OfficeTerm, Person
from teladan.registry.models import Institution, Region, Unit

SINCE = date(2015, 1, 1)
KINDS = {"provinsi": "province", "kabupaten": "regency", "kota": "city"}
PANELISTS = 30


@dataclass
class Ground:
    """Who and what there is. Everybody signs in by session only: no one has a password."""

    regions: dict[str, Region]
    institutions: list[Institution]
    units: list[Unit]
    admins: dict[int, Person]  # by institution
    writers: dict[int, Person]  # by unit
    evaluators: list[Person]
    panelists: list[Person]
    single: dict[str, Person]  # the offices that one person holds


def lay(entries: int, readers: int, rng: np.random.Generator) -> Ground:
    """Make regions, institutions, units and people; one unit for ten entries, one at least."""
    regions = _regions()
    institutions = Institution.objects.bulk_create(
        Institution(name=f"Pemerintah {region.name}", kind=KINDS[region.kind], region=region)
        for region in regions.values()
    )
    each = max(1, -(-entries // (10 * len(institutions))))
    units = Unit.objects.bulk_create(
        [
            Unit(institution=institution, name=f"Dinas Contoh {number}")
            for number in range(1, each + 1)
            for institution in institutions
        ],
        batch_size=1000,
    )
    codes = [code for code in regions if "." in code]
    homes = [regions[codes[index]] for index in rng.integers(0, len(codes), readers).tolist()]
    evaluators = _people("penilai", readers, homes)
    panelists = _people("panelis", PANELISTS)
    admins = dict(
        zip([i.pk for i in institutions], _people("admin", len(institutions)), strict=True)
    )
    writers = dict(zip([u.pk for u in units], _people("unit", len(units)), strict=True))
    alone = [Office.SECRETARIAT, Office.AUDITOR, Office.MINISTER, Office.TREASURY]
    single = {str(office): _people(str(office), 1)[0] for office in alone}
    terms = [OfficeTerm(person=p, office=o, starts=SINCE) for o, p in single.items()]
    terms += [OfficeTerm(person=p, office=Office.EVALUATOR, starts=SINCE) for p in evaluators]
    terms += [OfficeTerm(person=p, office=Office.PANELIST, starts=SINCE) for p in panelists]
    terms += [
        OfficeTerm(person=p, office=Office.LOCAL_ADMIN, institution_id=pk, starts=SINCE)
        for pk, p in admins.items()
    ]
    terms += [
        OfficeTerm(
            person=writers[unit.pk],
            office=Office.UNIT,
            institution_id=unit.institution_id,
            unit=unit,
            starts=SINCE,
        )
        for unit in units
    ]
    OfficeTerm.objects.bulk_create(terms, batch_size=1000)
    return Ground(regions, institutions, units, admins, writers, evaluators, panelists, single)


def _regions() -> dict[str, Region]:
    place = Path(teladan.__file__).parent / "data/regions.csv"
    with place.open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["code"])
    made: dict[str, Region] = {}
    for row in rows:  # a province comes before its members
        made[row["code"]] = Region(
            code=row["code"],
            name=row["name"],
            kind=row["type"],
            province=made.get(row["province_code"]),
            lat=float(row["lat"]) if row["lat"] else None,
            lon=float(row["lon"]) if row["lon"] else None,
        )
    Region.objects.bulk_create(r for r in made.values() if r.province is None)
    Region.objects.bulk_create([r for r in made.values() if r.province], batch_size=500)
    return made


def _people(name: str, count: int, homes: list[Region] | None = None) -> list[Person]:
    return Person.objects.bulk_create(
        [
            Person(
                email=f"{name}-{number:05}@example.invalid",
                name=f"{name.capitalize()} Simulasi {number}",
                password=make_password(None),
                home_region=homes[number] if homes else None,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )
