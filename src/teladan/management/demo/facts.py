"""The shipped facts: regions, their figures, honoured innovations and index awards."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path

from django.conf import settings

from teladan.awards.models import Award, IndexAward
from teladan.house.ledger import record
from teladan.registry.models import Indicator, Innovation, Institution, Region, Unit
from teladan.visits.models import Visit

Row = dict[str, str]
# How an institution's name begins -> its kind. The first that fits counts.
KINDS = (
    ("Kementerian ", Institution.Kind.MINISTRY),
    ("Polri", Institution.Kind.POLICE),
    ("Polres", Institution.Kind.POLICE),
    ("Pemerintah Provinsi ", Institution.Kind.PROVINCE),
    ("Pemerintah Kabupaten ", Institution.Kind.REGENCY),
    ("Pemerintah Kota ", Institution.Kind.CITY),
    ("Universitas ", Institution.Kind.UNIVERSITY),
    ("Institut ", Institution.Kind.UNIVERSITY),
    ("PT ", Institution.Kind.COMPANY),
    ("Perum ", Institution.Kind.COMPANY),
    ("BUMN", Institution.Kind.COMPANY),
)
ALIKE = 0.88  # how alike two titles of one institution are when they mean one innovation


def folder() -> Path:
    """Return where the shipped facts lie."""
    return Path(settings.HERE) / "data"


def rows_of(name: str) -> list[Row]:
    """Read a shipped table; the packed ones end in .gz."""
    packed = (folder() / name).read_bytes()
    text = (gzip.decompress(packed) if name.endswith(".gz") else packed).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def doubt(certainty: str) -> str:
    """Return why a row is doubtful, '' if it is not."""
    return certainty.partition("uncertain:")[2].strip()[:300]


def load_regions() -> None:
    """Load provinces, then the regencies and cities in them."""
    rows = rows_of("regions.csv")
    for members in (False, True):
        Region.objects.bulk_create(
            [
                Region(
                    code=row["code"],
                    name=row["name"],
                    kind=row["type"],
                    province_id=row["province_code"] or None,
                    lat=float(row["lat"]) if row["lat"] else None,
                    lon=float(row["lon"]) if row["lon"] else None,
                )
                for row in rows
                if bool(row["province_code"]) is members
            ],
            batch_size=500,
        )


def load_indicators() -> None:
    """Load the figures as they stand: with year, unit and source, doubtful ones marked."""
    Indicator.objects.bulk_create(
        [
            Indicator(
                region_id=row["region_code"],
                name=row["indicator"],
                year=int(row["year"]),
                value=_number(row["value"]),
                text="" if _number(row["value"]) is not None else row["value"][:60],
                unit=row["unit"],
                source=row["source"],
                uncertain="uncertain:" in row["source"],
            )
            for row in rows_of("indicators.csv.gz")
        ],
        batch_size=1000,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def split_name(name: str) -> tuple[str, str]:
    """Split `Pemerintah Kota X (Dinas Y)` into institution and unit.

    A police station stays one name: unlike an office of a regency it has a region of its own.
    """
    found = re.fullmatch(r"(.+?) \((.+)\)", name)
    if not found or name.startswith("Polri"):
        return name, ""
    return found[1], found[2]


def kind_of(name: str) -> str:
    """Derive the kind of an institution from its name."""
    return next((kind for start, kind in KINDS if name.startswith(start)), Institution.Kind.AGENCY)


def load_institutions(rows: Iterable[Row]) -> tuple[dict[str, Institution], dict[str, Unit]]:
    """Make institutions and units from the names in the results.

    Returns the institutions by their name and the units by the whole name they were split from.
    """
    regions = {split_name(row["institution"])[0]: row["region_code"] or None for row in rows}
    made = Institution.objects.bulk_create(
        [
            Institution(name=name, kind=kind_of(name), region_id=code)
            for name, code in regions.items()
        ]
    )
    institutions = {institution.name: institution for institution in made}
    names = {row["institution"]: split_name(row["institution"]) for row in rows}
    units = Unit.objects.bulk_create(
        [Unit(institution=institutions[of], name=unit) for of, unit in names.values() if unit]
    )
    whole = [name for name, (_of, unit) in names.items() if unit]
    return institutions, dict(zip(whole, units, strict=True))


def short(title: str) -> str:
    """Return a title as it is compared: without what stands in brackets, marks and case."""
    plain = re.sub(r"\(.*?\)", " ", title).lower()
    return " ".join(re.findall(r"\w+", plain)) or title.lower()


def same_innovation(one: str, other: str) -> bool:
    """Say whether two titles of one institution mean the same innovation."""
    return SequenceMatcher(None, short(one), short(other)).ratio() >= ALIKE


def linked(rows: Iterable[Row]) -> list[list[Row]]:
    """Group the rows that tell of one innovation: one institution, nearly equal titles."""
    groups: dict[str, list[list[Row]]] = {}
    for row in sorted(rows, key=lambda row: (row["year"], row["title"])):
        of_institution = groups.setdefault(split_name(row["institution"])[0], [])
        for group in of_institution:
            if any(same_innovation(row["title"], other["title"]) for other in group):
                group.append(row)
                break
        else:
            of_institution.append([row])
    return [group for of_institution in groups.values() for group in of_institution]


class Results:
    """The innovations of the shipped results, and what was made of them."""

    def __init__(self, now: datetime) -> None:
        rows = rows_of("kipp_results.csv")
        self.groups = linked(rows)
        self.institutions, self.units = load_institutions(rows)
        self.innovations = Innovation.objects.bulk_create(
            [self._innovation(group, now) for group in self.groups]
        )
        self.awards = Award.objects.bulk_create(
            [
                Award(
                    innovation=innovation,
                    level=row["stage"],
                    year=int(row["year"]),
                    citation=row["source"],
                    uncertain=doubt(row["certainty"]),
                )
                for innovation, group in zip(self.innovations, self.groups, strict=True)
                for row in group
            ]
        )

    def _innovation(self, group: list[Row], now: datetime) -> Innovation:
        """Make one innovation of all rows that tell of it; the fullest title counts."""
        told = next((row for row in group if row["summary_id"]), group[0])
        titled = max(group, key=lambda row: len(row["title"]))
        housed = next((row for row in group if row["institution"] in self.units), group[0])
        doubts = dict.fromkeys(filter(None, (doubt(row["certainty"]) for row in (titled, told))))
        return Innovation(
            institution=self.institutions[split_name(group[0]["institution"])[0]],
            unit=self.units.get(housed["institution"]),
            title=titled["title"],
            summary=told["summary_id"],
            summary_en=told["summary_en"],
            category=next((row["category"] for row in group if row["category"]), ""),
            citation=told["source"],
            uncertain="; ".join(doubts)[:300],
            registered_at=now,
        )

    def of_year(self, year: str, stages: set[str]) -> list[Innovation]:
        """Return the innovations that a year's results name at one of these stages."""
        return [
            innovation
            for innovation, group in zip(self.innovations, self.groups, strict=True)
            if any(row["year"] == year and row["stage"] in stages for row in group)
        ]


def load_index_awards() -> int:
    """Load the regions named in the Innovative Government Award."""
    made = IndexAward.objects.bulk_create(
        [
            IndexAward(
                region_id=row["region_code"],
                year=int(row["year"]),
                category=row["category"],
                rank=int(row["rank"]) if row["rank"] else None,
                score=row["score"],
                citation=row["source"],
                uncertain=doubt(row["certainty"]),
            )
            for row in rows_of("iga_results.csv")
        ]
    )
    return len(made)


def record_import(results: Results, index_awards: int, now: datetime) -> None:
    """Write the one line that tells of the import; strangers may read what came with it."""
    record(
        by=None,
        act="demo.import_facts",
        about="facts",
        now=now,
        public=True,
        regions=Region.objects.count(),
        indicators=Indicator.objects.count(),
        innovations=len(results.innovations),
        honours=len(results.awards),
        index_awards=index_awards,
        visits=Visit.objects.count(),
    )
