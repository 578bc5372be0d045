"""The dated rule set of an edition: data, checked when read, never code.

A rule set is a JSON object (see data/rules/kipp-2018.json). `parse` turns it into typed values
or says which place is wrong; what is stored in `Edition.rules` is the JSON itself, so an old
edition keeps its own rules for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.house.offices import CAPITAL

METHODS = ("raw", "adjusted")
# Moments outside cannot be shown in every zone, so one mistyped year would break every page.
FIRST_YEAR, LAST_YEAR = 1990, 2200
# What an entry can hold of the name of its category.
LONGEST_CATEGORY = 60


@dataclass(frozen=True)
class Aspect:
    """One question of the form and one line of the ballot."""

    code: str
    name_id: str
    name_en: str
    weight: Decimal
    words: int
    guide_id: str = ""
    guide_en: str = ""
    confirmed: bool = False

    @property
    def name(self) -> str:
        """How the aspect is called in the reader's language."""
        return self.name_en if (get_language() or "id").startswith("en") else self.name_id

    @property
    def guide(self) -> str:
        """What the writer is asked, in the reader's language."""
        return self.guide_en if (get_language() or "id").startswith("en") else self.guide_id

    @property
    def marked(self) -> bool:
        """An aspect of no weight is read, not marked."""
        return self.weight > 0


@dataclass(frozen=True)
class RoundRule:
    """A sieve: who marks, how many read each entry, how many stand, in which window."""

    number: int
    name: str
    office: str
    seats: int
    reads: int
    max_load: int
    opens: datetime
    closes: datetime
    method: str
    honour: str
    # Whether a source confirms the rule, and which of its numbers none does: not part of it.
    confirmed: bool = field(default=False, compare=False)
    unconfirmed: tuple[str, ...] = field(default=(), compare=False)

    def sure(self, place: str) -> bool:
        """Say whether a source confirms this number of the round."""
        return place not in self.unconfirmed if self.unconfirmed else self.confirmed


@dataclass(frozen=True)
class Fund:
    """The incentive pot of the edition, in whole rupiah."""

    amount: int
    floor: int
    cap: int | None
    confirmed: bool = False


@dataclass(frozen=True)
class Rules:
    """A whole rule set."""

    citation: str
    opens: datetime
    closes: datetime
    min_age_months: int
    cap_per_institution: int
    files_per_entry: int
    categories: tuple[str, ...]
    # Award memory: an innovation with one of these honours, or twice one of those, is barred.
    barred: tuple[str, ...]
    barred_twice: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    rounds: tuple[RoundRule, ...]
    tie_rule: tuple[str, ...]
    fund: Fund
    notes_id: Mapping[str, str]
    notes_en: Mapping[str, str]
    confirmed: Mapping[str, bool] = field(default_factory=dict)

    def sure(self, place: str) -> bool:
        """Say whether a source confirms this number; one that nobody vouches for is not sure."""
        return bool(self.confirmed.get(place, False))

    @property
    def notes(self) -> Mapping[str, str]:
        """Where each number comes from, in the reader's language."""
        english = (get_language() or "id").startswith("en")
        return (self.notes_en or self.notes_id) if english else (self.notes_id or self.notes_en)

    @property
    def marked_aspects(self) -> tuple[Aspect, ...]:
        """Those that have a weight, in the order of the form."""
        return tuple(aspect for aspect in self.aspects if aspect.marked)

    def round(self, number: int) -> RoundRule:
        """Return the rule of the round of this number; rounds count from 1."""
        return next(sieve for sieve in self.rounds if sieve.number == number)

    def aspect(self, code: str) -> Aspect:
        """Return the aspect of this code."""
        return next(aspect for aspect in self.aspects if aspect.code == code)

    def youngest_start(self) -> date:
        """Return the last day on which use may have begun, counted back from the closing day."""
        closing = self.closes.astimezone(CAPITAL).date()
        months = closing.year * 12 + closing.month - 1 - self.min_age_months
        year, month = divmod(months, 12)
        for day in range(closing.day, 27, -1):
            try:
                return date(year, month + 1, day)
            except ValueError:
                continue
        return date(year, month + 1, closing.day if closing.day < 28 else 28)


def wrong(place: str, why: object) -> ValidationError:
    """Say what is wrong with a rule set, the place first: `aspects[2].weight: is not a number`."""
    return ValidationError(f"{place}: {why}", code="rules")


def _take(data: Mapping[str, Any], key: str, kind: type | tuple[type, ...], place: str) -> Any:
    if key not in data:
        raise wrong(f"{place}.{key}", _("is missing"))
    value = data[key]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise wrong(f"{place}.{key}", _("has the wrong kind of value: %r") % (value,))
    return value


def _whole(
    data: Mapping[str, Any], key: str, place: str, least: int = 0, most: int = 10**15
) -> int:
    value = int(_take(data, key, int, place))
    if not least <= value <= most:
        limits = {"least": least, "most": most}
        raise wrong(f"{place}.{key}", _("must lie between %(least)d and %(most)d") % limits)
    return value


def _when(data: Mapping[str, Any], key: str, place: str) -> datetime:
    try:
        value = parse_datetime(str(_take(data, key, str, place)))
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise wrong(f"{place}.{key}", _("must be a moment with its time zone"))
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        limits = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise wrong(f"{place}.{key}", _("must lie in a year from %(first)d to %(last)d") % limits)
    return value


def _categories(data: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(str(name) for name in _take(data, "categories", list, "rules"))
    for name in names:
        if len(name) > LONGEST_CATEGORY or "\0" in name:
            raise wrong(
                "rules.categories",
                _("“%(name)s…” cannot be kept: a name may have %(most)d characters")
                % {"name": name[:20].replace("\0", ""), "most": LONGEST_CATEGORY},
            )
    return names


def _aspects(data: Mapping[str, Any]) -> tuple[Aspect, ...]:
    aspects = []
    for index, row in enumerate(_take(data, "aspects", list, "rules")):
        place = f"aspects[{index}]"
        if not isinstance(row, Mapping):
            raise wrong(place, _("must be a JSON object"))
        try:
            weight = Decimal(str(row["weight"]))
        except (KeyError, InvalidOperation) as no:
            raise wrong(f"{place}.weight", _("is not a number")) from no
        if not weight.is_finite() or not 0 <= weight <= 100:
            raise wrong(f"{place}.weight", _("must lie between 0 and 100"))
        aspects.append(
            Aspect(
                code=str(_take(row, "code", str, place)),
                name_id=str(_take(row, "name_id", str, place)),
                name_en=str(_take(row, "name_en", str, place)),
                weight=weight,
                words=_whole(row, "words", place, 1),
                guide_id=str(row.get("guide_id", "")),
                guide_en=str(row.get("guide_en", "")),
                confirmed=bool(row.get("confirmed", False)),
            )
        )
    codes = [aspect.code for aspect in aspects]
    if len(set(codes)) != len(codes):
        raise wrong("aspects", _("two aspects share a code"))
    total = sum((aspect.weight for aspect in aspects), Decimal(0))
    if total != 100:
        raise wrong(
            "aspects",
            _("the weights sum to %(sum)s, not to 100. Change them until they do.")
            % {"sum": f"{total.normalize():f}"},
        )
    return tuple(aspects)


def _rounds(data: Mapping[str, Any], closes: datetime) -> tuple[RoundRule, ...]:
    rounds: list[RoundRule] = []
    before = closes
    for index, row in enumerate(_take(data, "rounds", list, "rules")):
        place = f"rounds[{index}]"
        if not isinstance(row, Mapping):
            raise wrong(place, _("must be a JSON object"))
        sieve = RoundRule(
            number=index + 1,
            name=str(_take(row, "name", str, place)),
            office=str(_take(row, "office", str, place)),
            seats=_whole(row, "seats", place, 1),
            reads=_whole(row, "reads", place, 1),
            max_load=_whole(row, "max_load", place, 1),
            opens=_when(row, "opens", place),
            closes=_when(row, "closes", place),
            method=str(_take(row, "method", str, place)),
            honour=str(_take(row, "honour", str, place)),
            confirmed=bool(row.get("confirmed", False)),
            unconfirmed=tuple(str(place) for place in row.get("unconfirmed", ())),
        )
        if sieve.method not in METHODS:
            raise wrong(f"{place}.method", _("is neither raw nor adjusted"))
        if sieve.office not in {"evaluator", "panelist"}:
            raise wrong(f"{place}.office", _("is not an office that marks"))
        if not before <= sieve.opens < sieve.closes:
            raise wrong(
                f"{place}.opens", _("must come after what precedes it and before it closes")
            )
        if rounds and sieve.seats > rounds[-1].seats:
            raise wrong(f"{place}.seats", _("a later round cannot have more seats"))
        before = sieve.closes
        rounds.append(sieve)
    if not rounds:
        raise wrong("rounds", _("an edition needs at least one round"))
    return tuple(rounds)


def parse(data: object) -> Rules:
    """Read a rule set, or raise ValidationError that names the place and the mend."""
    if not isinstance(data, Mapping):
        raise wrong("rules", _("must be a JSON object"))
    opens, closes = _when(data, "opens", "rules"), _when(data, "closes", "rules")
    if opens >= closes:
        raise wrong("rules.closes", _("filing must close after it opens"))
    aspects = _aspects(data)
    marked = {aspect.code for aspect in aspects if aspect.marked}
    tie_rule = tuple(str(code) for code in _take(data, "tie_rule", list, "rules"))
    if not set(tie_rule) <= marked:
        raise wrong("rules.tie_rule", _("names an aspect that is not marked"))
    fund = _take(data, "fund", Mapping, "rules")
    cap = fund.get("cap")
    if cap is not None and _whole(fund, "cap", "fund") < _whole(fund, "floor", "fund"):
        raise wrong("fund.cap", _("cannot be lower than the floor"))
    return Rules(
        citation=str(_take(data, "citation", str, "rules")),
        opens=opens,
        closes=closes,
        min_age_months=_whole(data, "min_age_months", "rules", 0, 1200),
        cap_per_institution=_whole(data, "cap_per_institution", "rules", 1),
        files_per_entry=_whole(data, "files_per_entry", "rules", 1),
        categories=_categories(data),
        barred=tuple(str(level) for level in data.get("barred", [])),
        barred_twice=tuple(str(level) for level in data.get("barred_twice", [])),
        aspects=aspects,
        rounds=_rounds(data, closes),
        tie_rule=tie_rule,
        fund=Fund(
            amount=_whole(fund, "amount", "fund"),
            floor=_whole(fund, "floor", "fund"),
            cap=None if cap is None else _whole(fund, "cap", "fund"),
            confirmed=bool(fund.get("confirmed", False)),
        ),
        notes_id=dict(data.get("notes", {})),
        notes_en=dict(data.get("notes_en", {})),
        confirmed=dict(data.get("confirmed", {})),
    )
