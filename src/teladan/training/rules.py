"""The dated rule set of a cohort: stages, components with weights, bands. Data, never code.

A rule set is a JSON object (see data/training/diklatpim-2015.json); `parse` turns it into typed
values or says which place is wrong. What is stored in `Cohort.rules` is the JSON itself, so an
old cohort keeps its own rules for ever. A number that no source confirms says so and stays off
certificates.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.house.days import is_working

SHELF = Path(__file__).resolve().parent.parent / "data/training"


def _here(indonesian: str, english: str) -> str:
    return english if (get_language() or "id").startswith("en") else indonesian


@dataclass(frozen=True)
class Stage:
    """One of the stages, on campus or off it, so many days long."""

    code: str
    name_id: str
    name_en: str
    on_campus: bool
    days: int
    confirmed: bool

    @property
    def name(self) -> str:
        """How the stage is called in the reader's language."""
        return _here(self.name_id, self.name_en)


@dataclass(frozen=True)
class Component:
    """One line of the grade, with its weight in percent."""

    code: str
    name_id: str
    name_en: str
    weight: Decimal
    confirmed: bool

    @property
    def name(self) -> str:
        """How the component is called in the reader's language."""
        return _here(self.name_id, self.name_en)


@dataclass(frozen=True)
class Band:
    """A predicate from a number of points on; `above` leaves the edge itself to the band below."""

    edge: Decimal
    above: bool
    predicate_id: str
    predicate_en: str
    passes: bool
    confirmed: bool

    @property
    def predicate(self) -> str:
        """How the predicate is called in the reader's language."""
        return _here(self.predicate_id, self.predicate_en)

    def holds(self, points: Decimal) -> bool:
        """Say whether points reach this band."""
        return points > self.edge if self.above else points >= self.edge


@dataclass(frozen=True)
class Item:
    """One line of the self-assessment."""

    code: str
    name_id: str
    name_en: str

    @property
    def name(self) -> str:
        """How the line is called in the reader's language."""
        return _here(self.name_id, self.name_en)


@dataclass(frozen=True)
class Rules:
    """The rule set of a cohort, typed."""

    name: str
    citation: str
    stages: tuple[Stage, ...]
    components: tuple[Component, ...]
    bands: tuple[Band, ...]
    items: tuple[Item, ...]
    usual_size: tuple[int, int]
    coach_load: int
    mentor_needed: bool
    spread_limit: Decimal
    # How often somebody may be examined: 2 leaves one remedial attempt.
    attempts: int
    skips_holidays: bool
    unconfirmed: tuple[str, ...]

    @property
    def days(self) -> int:
        """All days."""
        return sum(stage.days for stage in self.stages)

    @property
    def days_on(self) -> int:
        """Days on campus."""
        return sum(stage.days for stage in self.stages if stage.on_campus)

    @property
    def days_off(self) -> int:
        """Days off campus."""
        return self.days - self.days_on

    @property
    def certain(self) -> bool:
        """Say whether sources confirm every number that a predicate follows from."""
        rows: tuple[Component | Band, ...] = (*self.components, *self.bands)
        named = {"weights", "bands", "pass"} & set(self.unconfirmed)
        return not named and all(row.confirmed for row in rows)

    def sure(self, place: str) -> bool:
        """Say whether a source confirms this number."""
        return place not in self.unconfirmed

    def calendar(self, starts: date, free: Container[date]) -> list[tuple[Stage, date, date]]:
        """Return each stage with its first and last day, counting working days.

        `free` are the public holidays. Rules from before these were left out count Monday to
        Friday, as they did when their cohort began.
        """
        off = free if self.skips_holidays else ()
        found, day = [], starts
        for stage in self.stages:
            first = _working(day, off)
            last = first
            for _day in range(stage.days - 1):
                last = _working(last + timedelta(days=1), off)
            found.append((stage, first, last))
            day = last + timedelta(days=1)
        return found

    def band(self, points: Decimal) -> Band | None:
        """Return the highest band that the points reach; None below all."""
        return next((band for band in self.bands if band.holds(points)), None)


def _working(day: date, free: Container[date]) -> date:
    while not is_working(day, free):
        day += timedelta(days=1)
    return day


def presets() -> list[str]:
    """Name the rule sets on the shelf, newest first."""
    return sorted((path.stem for path in SHELF.glob("*.json")), key=lambda n: n[-4:], reverse=True)


def preset(name: str) -> dict[str, Any]:
    """Return one of them as it is stored; raises KeyError for a name not on the shelf."""
    if name not in presets():
        raise KeyError(name)
    found: dict[str, Any] = json.loads((SHELF / f"{name}.json").read_text(encoding="utf-8"))
    return found


def parse(rules: Mapping[str, Any]) -> Rules:
    """Read a rule set; raises ValidationError that names the place which is wrong."""
    place = "rules"
    try:
        stages = []
        for number, row in enumerate(rules["stages"], 1):
            place = f"stages.{number}"
            stages.append(
                Stage(
                    row["code"],
                    row["name_id"],
                    row["name_en"],
                    bool(row["on_campus"]),
                    _whole(row["days"]),
                    bool(row.get("confirmed")),
                )
            )
        components = []
        for number, row in enumerate(rules["components"], 1):
            place = f"components.{number}"
            components.append(
                Component(
                    row["code"],
                    row["name_id"],
                    row["name_en"],
                    Decimal(str(row["weight"])),
                    bool(row.get("confirmed")),
                )
            )
        bands = []
        for number, row in enumerate(rules["bands"], 1):
            place = f"bands.{number}"
            bands.append(
                Band(
                    Decimal(str(row["edge"])),
                    bool(row["above"]),
                    row["predicate_id"],
                    row["predicate_en"],
                    bool(row["passes"]),
                    bool(row.get("confirmed")),
                )
            )
        place = "items"
        items = tuple(Item(r["code"], r["name_id"], r["name_en"]) for r in rules["items"])
        place = "usual_size"
        low, high = (_whole(size) for size in rules["usual_size"])
        place = "rules"
        read = Rules(
            name=str(rules["name"]),
            citation=str(rules["citation"]),
            stages=tuple(stages),
            components=tuple(components),
            bands=tuple(sorted(bands, key=lambda band: (-band.edge, not band.above))),
            items=items,
            usual_size=(low, high),
            coach_load=_whole(rules["coach_load"]),
            mentor_needed=bool(rules["mentor_needed"]),
            spread_limit=Decimal(str(rules["spread_limit"])),
            attempts=_whole(rules.get("attempts", 2)),
            skips_holidays=bool(rules.get("skips_holidays")),
            # Rules that say nothing of attempts have no source for them either.
            unconfirmed=(
                *rules.get("unconfirmed", ()),
                *(() if "attempts" in rules else ("attempts",)),
            ),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as wrong:
        raise ValidationError(
            _("The rule set cannot be read at %(place)s: %(wrong)s")
            % {"place": place, "wrong": wrong}
        ) from wrong
    total = sum((component.weight for component in read.components), Decimal(0))
    if total != 100:
        raise ValidationError(
            _("The weights of the components add up to %(total)s, not to 100.") % {"total": total}
        )
    if not read.stages or not read.bands or low > high:
        raise ValidationError(_("A rule set has stages, bands and a range of sizes."))
    return read


def _whole(number: Any) -> int:
    if isinstance(number, bool) or int(number) != number or number < 1:
        raise ValueError(f"{number!r} is not a whole number of 1 or more")
    return int(number)
