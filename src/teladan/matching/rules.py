"""What counts in a fit, and how much: data that the matchmaker sees and may change.

No regulation and no source gives these weights; they are ours, say so, and are stored with each
pairing. What each term means stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TERMS = {
    "proof": gettext_lazy("How highly the innovation was honoured"),
    "ahead": gettext_lazy("How far the owner's region is ahead in the theme"),
    "readiness": gettext_lazy("How ready the region in need is"),
    "fiscal": gettext_lazy("Likeness of fiscal capacity"),
    "development": gettext_lazy("Likeness of human development"),
    "density": gettext_lazy("Likeness of population density"),
    "kind": gettext_lazy("Same kind of government"),
    "distance": gettext_lazy("Nearness"),
}


def _weights() -> dict[str, float]:
    return {
        "proof": 25,
        "ahead": 20,
        "readiness": 10,
        "fiscal": 12,
        "development": 10,
        "density": 10,
        "kind": 8,
        "distance": 5,
    }


@dataclass(frozen=True)
class FitRules:
    """Weights of the terms, the lowest fit that is proposed, and the places that are kept."""

    weights: dict[str, float] = field(default_factory=_weights)
    # A fit below this is not proposed at all.
    floor: float = 0.35
    # Share of each owner's places kept for lagging regions and for those helped for the first
    # time, as long as they ask.
    reserve: float = 0.3
    breadth: int = 60

    def stored(self) -> dict[str, Any]:
        """Return the rules as a pairing keeps them."""
        return asdict(self)


def parse(rules: Mapping[str, Any]) -> FitRules:
    """Read stored or typed rules; raises ValidationError that names the place which is wrong."""
    weights = {code: float(rules.get("weights", {}).get(code, 0)) for code in TERMS}
    for code, weight in weights.items():
        if not 0 <= weight <= 1000:
            raise ValidationError(
                _("The weight of %(term)s must be between 0 and 1000.") % {"term": TERMS[code]}
            )
    if not any(weights.values()):
        raise ValidationError(_("At least one term needs a weight."))
    floor, reserve = float(rules.get("floor", 0.35)), float(rules.get("reserve", 0.3))
    if not (0 <= floor <= 1 and 0 <= reserve <= 1):
        raise ValidationError(_("The floor and the reserve lie between 0 and 1."))
    breadth = int(rules.get("breadth", 60))
    if not 1 <= breadth <= 500:
        raise ValidationError(_("Between 1 and 500 candidates are looked at for each need."))
    return FitRules(weights, floor, reserve, breadth)
