"""The statement of a divided fund: how each amount arose, line by line, to the rupiah."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from teladan.awards.acts import decisive, regional_winners
from teladan.awards.models import Grant, Pot
from teladan.registry.models import Institution


@dataclass(frozen=True)
class Line:
    """One region's line: `by_points + bound + rounding == amount`, all in whole rupiah.

    `by_points` is the whole part of weight times rate, `bound` what the floor adds (or the cap
    takes off), `rounding` the one rupiah that the largest remainders get.
    """

    institution: Institution
    entries: list[tuple[str, Decimal]]
    weight: Decimal
    by_points: int
    bound: int
    rounding: int
    amount: int

    @property
    def raised(self) -> int:
        """What the floor adds."""
        return max(self.bound, 0)

    @property
    def cut(self) -> int:
        """What the cap takes off."""
        return max(-self.bound, 0)


@dataclass(frozen=True)
class Statement:
    """A whole division: the rate (rupiah a point), its lines, their sums, the concentration."""

    rate: Decimal
    lines: list[Line]
    weight: Decimal
    by_points: int
    raised: int
    cut: int
    rounding: int
    amount: int
    gini: float
    top_share: float
    top: int


def rate_of(weights: Mapping[int, Decimal], amount: int, floor: int, cap: int | None) -> Fraction:
    """Return the rupiah a point at which the amounts, held between floor and cap, fill the pot.

    Those whom the rate pushes past a bound are held there and the rest is shared anew, the side
    that is further out first.
    """
    free = {pk: Fraction(weight) for pk, weight in weights.items()}
    rest = Fraction(amount)
    rate = rest / sum(free.values())
    while free:
        rate = rest / sum(free.values())
        low = [pk for pk, weight in free.items() if rate * weight < floor]
        high = [pk for pk, weight in free.items() if cap is not None and rate * weight > cap]
        if not low and not high:
            break
        lack = sum(floor - rate * free[pk] for pk in low)
        excess = sum(rate * free[pk] - (cap or 0) for pk in high)
        if lack >= excess:
            rest -= floor * len(low)
        if excess >= lack:
            rest -= (cap or 0) * len(high)
        held = (low if lack >= excess else []) + (high if excess >= lack else [])
        free = {pk: weight for pk, weight in free.items() if pk not in held}
    return rate


def statement_of(pot: Pot) -> Statement:
    """Explain a pot from its stored grants; reads standings, so only once proclaimed."""
    from teladan.engine.allocation import concentration

    grants = list(pot.grants.select_related("institution__region"))
    rate = rate_of({g.institution_id: g.weight for g in grants}, pot.amount, pot.floor, pot.cap)
    entries: dict[int, list[tuple[str, Decimal]]] = {}
    for pk, title, points in regional_winners(pot.edition).values_list(
        "entry__innovation__institution", "entry__title", decisive(pot.edition)
    ):
        entries.setdefault(pk, []).append((title, points))
    lines = [_line(grant, rate, entries.get(grant.institution_id, []), pot) for grant in grants]
    amounts = [line.amount for line in lines]
    spread: Any = concentration(amounts, top=min(10, len(amounts)))
    return Statement(
        rate=Decimal(rate.numerator) / Decimal(rate.denominator),
        lines=lines,
        weight=sum((line.weight for line in lines), Decimal(0)),
        by_points=sum(line.by_points for line in lines),
        raised=sum(line.raised for line in lines),
        cut=sum(line.cut for line in lines),
        rounding=sum(line.rounding for line in lines),
        amount=sum(amounts),
        gini=spread.gini,
        top_share=spread.top_share,
        top=spread.top,
    )


def _line(grant: Grant, rate: Fraction, entries: list[tuple[str, Decimal]], pot: Pot) -> Line:
    exact = rate * Fraction(grant.weight)
    whole = int(exact)
    held = exact < pot.floor or (pot.cap is not None and exact > pot.cap)
    return Line(
        institution=grant.institution,
        entries=entries,
        weight=grant.weight,
        by_points=whole,
        bound=grant.amount - whole if held else 0,
        rounding=0 if held else grant.amount - whole,
        amount=grant.amount,
    )
