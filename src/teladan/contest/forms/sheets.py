"""The whole rule sheet: filled from a rule set, and read back into one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from teladan.contest.forms.editions import (
    PLACES,
    ROUND_PLACES,
    AspectFormSet,
    AspectRows,
    NumbersForm,
    RoundFormSet,
    Rows,
)
from teladan.contest.rules import parse
from teladan.house.offices import CAPITAL

PLAIN = ("citation", "min_age_months", "cap_per_institution", "files_per_entry", "categories")


class RuleSheet:
    """Three forms that are one: numbers, aspects, rounds.

    `base` is the rule set that the sheet starts from; what the sheet does not ask is taken over
    from it, and what was not changed keeps its very form, so that an amendment shows only what
    changed. On announcing, the dates of the base are left out: nobody announces a past year's.
    """

    def __init__(
        self,
        base: Mapping[str, Any],
        data: Any = None,
        *,
        announcing: bool,
        now: datetime,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.base, self.announcing, self.now = base, announcing, now
        first = {**self._numbers(), **(initial or {})}
        self.numbers = NumbersForm(data, announcing=announcing, initial=first)
        aspects = AspectFormSet(data, initial=self._aspects(), prefix="aspects")
        rounds = RoundFormSet(data, initial=self._rounds(), prefix="rounds")
        self.aspects, self.rounds = cast(AspectRows, aspects), cast(Rows, rounds)
        self.is_bound = self.numbers.is_bound
        self.parts = (self.numbers, self.aspects, self.rounds)

    def _when(self, row: Mapping[str, Any], key: str) -> datetime | None:
        known = parse_datetime(str(row.get(key, ""))) if not self.announcing else None
        return known.astimezone(CAPITAL) if known else None

    def _numbers(self) -> dict[str, Any]:
        base, fund = self.base, self.base.get("fund", {})
        sure = base.get("confirmed", {})
        unsure = [place for place in PLACES if base and not sure.get(place, False)]
        if self.announcing:
            unsure = [place for place in unsure if place not in {"opens", "closes"}]
        return {
            **{key: base.get(key) for key in PLAIN},
            "opens": self._when(base, "opens"),
            "closes": self._when(base, "closes"),
            "barred": base.get("barred", []),
            "barred_twice": base.get("barred_twice", []),
            "fund_amount": fund.get("amount"),
            "fund_floor": fund.get("floor"),
            "fund_cap": fund.get("cap"),
            "unsure": unsure,
        }

    def _aspects(self) -> list[dict[str, Any]]:
        order = list(self.base.get("tie_rule", []))
        return [
            {**row, "tie": order.index(row["code"]) + 1 if row["code"] in order else None}
            for row in self.base.get("aspects", [])
        ]

    def _rounds(self) -> list[dict[str, Any]]:
        return [
            {
                **row,
                "opens": self._when(row, "opens"),
                "closes": self._when(row, "closes"),
                "unsure": [
                    place
                    for place in _unsure(row)
                    if not (self.announcing and place in {"opens", "closes"})
                ],
            }
            for row in self.base.get("rounds", [])
        ]

    def is_valid(self) -> bool:
        readable = [part.is_valid() for part in self.parts]
        if not all(readable):
            return False
        if self.announcing and self.numbers.cleaned_data["closes"] <= self.now:
            self.numbers.add_error("closes", _("This moment is past. Give one that is to come."))
            return False
        try:
            parse(self.rules())
        except ValidationError as wrong:
            self._show_where(wrong)
        return not self.numbers.errors and not any(self.rounds.errors)

    def _show_where(self, wrong: ValidationError) -> None:
        """Put what the rule set says at the field it is about."""
        place, _colon, why = " ".join(wrong.messages).partition(": ")
        found = re.fullmatch(r"rounds\[(\d+)\]\.(\w+)", place)
        if found:
            kept = [form for form in self.rounds.forms if _is_kept(form)]
            kept[int(found[1])].add_error(found[2], why)
            return
        field = place.replace("rules.", "").replace("fund.", "fund_")
        self.numbers.add_error(field if field in self.numbers.fields else None, why)

    def rules(self) -> dict[str, Any]:
        """Return the rule set as it is stored. Only for a sheet that was read."""
        typed, base = self.numbers.cleaned_data, self.base
        rules = dict(base)
        for key in PLAIN:
            rules[key] = typed[key]
        for key in ("opens", "closes"):
            rules[key] = _moment(base.get(key), typed[key])
        for key in ("barred", "barred_twice"):
            if typed[key] or key in base:
                rules[key] = _same_order(base.get(key, []), typed[key])
        rules["fund"] = self._fund()
        rules["confirmed"] = _sureties(base.get("confirmed", {}), typed["unsure"])
        if not rules["confirmed"] and "confirmed" not in base:
            del rules["confirmed"]
        rules["aspects"] = self._typed_aspects()
        ties = [(row["tie"], row["code"]) for row in self.aspects.kept() if row["tie"]]
        rules["tie_rule"] = [code for _place, code in sorted(ties)]
        rules["rounds"] = self._typed_rounds()
        for notes in ("notes", "notes_en") if self.announcing else ():
            if notes in base:
                rules[notes] = {k: v for k, v in base[notes].items() if k != "dates"}
        return rules

    def _fund(self) -> dict[str, Any]:
        typed, old = self.numbers.cleaned_data, dict(self.base.get("fund", {}))
        fund = old | {"amount": typed["fund_amount"], "floor": typed["fund_floor"]}
        if typed["fund_cap"] is not None or "cap" in old:
            fund["cap"] = typed["fund_cap"]
        sure = not {"fund.amount", "fund.floor"} & set(typed["unsure"])
        if sure != old.get("confirmed", False):
            fund["confirmed"] = sure
        return fund

    def _typed_aspects(self) -> list[dict[str, Any]]:
        known = {row["code"]: row for row in self.base.get("aspects", [])}
        rows = []
        for typed in self.aspects.kept():
            old = known.get(typed["code"], {})
            texts = {
                key: typed[key] for key in ("guide_id", "guide_en") if typed[key] or key in old
            }
            row = {
                "code": typed["code"],
                "name_id": typed["name_id"],
                "name_en": typed["name_en"],
                "weight": _weight(old.get("weight"), typed["weight"]),
                "words": typed["words"],
            }
            if typed["confirmed"] != old.get("confirmed", False):
                row["confirmed"] = typed["confirmed"]
            rows.append(old | row | texts)
        return rows

    def _typed_rounds(self) -> list[dict[str, Any]]:
        known = list(self.base.get("rounds", []))
        rows = []
        for number, form in enumerate(self.rounds.forms):
            if not _is_kept(form):
                continue
            typed, old = form.cleaned_data, known[number] if number < len(known) else {}
            row = {
                key: typed[key]
                for key in ("name", "office", "seats", "reads", "max_load", "method", "honour")
            }
            for key in ("opens", "closes"):
                row[key] = _moment(old.get(key), typed[key])
            if not old or set(typed["unsure"]) != set(_unsure(old)):
                row["confirmed"], row["unconfirmed"] = not typed["unsure"], typed["unsure"]
            rows.append(old | row)
        return rows


def _is_kept(form: forms.Form) -> bool:
    return bool(form.cleaned_data) and not form.cleaned_data.get("DELETE")


def _unsure(row: Mapping[str, Any]) -> list[str]:
    listed = list(row.get("unconfirmed", []))
    return listed or ([] if row.get("confirmed") or not row else list(ROUND_PLACES))


def _sureties(old: Mapping[str, bool], unsure: Sequence[str]) -> dict[str, bool]:
    sure = dict(old)
    for place in PLACES:
        if (place not in unsure) != sure.get(place, False):
            sure[place] = place not in unsure
    return sure


def _moment(old: object, typed: datetime) -> str:
    known = parse_datetime(old) if isinstance(old, str) else None
    return str(old) if known == typed else typed.astimezone(CAPITAL).isoformat()


def _weight(old: object, typed: Decimal) -> Any:
    if old is not None and Decimal(str(old)) == typed:
        return old
    return int(typed) if typed == int(typed) else float(typed)


def _same_order(old: Sequence[str], typed: Sequence[str]) -> list[str]:
    return list(old) if set(old) == set(typed) else list(typed)
