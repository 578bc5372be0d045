"""Needs and offers as the engine reads them: one row each, NaN where a figure is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teladan.awards.models import LEVELS, Award
from teladan.matching.models import READINESS, Agreement, Need, Offer
from teladan.matching.themes import MEASURES, THEMES
from teladan.registry.models import Indicator, Institution, Region

LAGGING = "daerah_tertinggal_2020_2024"
NAN = float("nan")
FIGURES = {
    "fiscal": "fiscal_capacity_index",
    "development": "hdi_ipm",
    "density": "population_density",
}
KINDS = list(Institution.Kind.values)


class Figures:
    """The newest figure of each region and indicator, and each region's standing in a theme."""

    def __init__(self) -> None:
        names = {*FIGURES.values(), LAGGING, *(name for name, _more in MEASURES.values())}
        self.newest: dict[tuple[str, str], float] = {}
        rows = Indicator.objects.filter(name__in=names, value__isnull=False)
        rows = rows.order_by("region", "name", "-year", "uncertain", "pk")
        for region, name, value in rows.values_list("region_id", "name", "value"):
            self.newest.setdefault((region, name), float(value or 0.0))
        self._ordered: dict[str, list[float]] = {}

    def of(self, region: str | None, name: str) -> float:
        """Return a figure, NaN where none is known."""
        return self.newest.get((region or "", name), NAN)

    def standing(self, region: str | None, theme: str) -> float:
        """Return the share of regions that a region leaves behind in a theme; NaN if unknown."""
        if theme not in MEASURES:
            return NAN
        name, more_is_better = MEASURES[theme]
        own = self.of(region, name)
        if own != own:
            return NAN
        if name not in self._ordered:
            known = [value for (_r, n), value in self.newest.items() if n == name]
            self._ordered[name] = sorted(known)
        known = self._ordered[name]
        from bisect import bisect_left, bisect_right

        below, equal = bisect_left(known, own), bisect_right(known, own) - bisect_left(known, own)
        share = (below + (equal - 1) / 2) / max(len(known) - 1, 1)
        return share if more_is_better else 1 - share


def columns_of(
    needs: Sequence[Need], offers: Sequence[Offer]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of both sides, in the order of the rows given."""
    figures, themes = Figures(), list(THEMES)
    regions = Region.objects.in_bulk()

    def shared(region: Region | None, institution: Institution, theme: str) -> dict[str, float]:
        code = region.code if region else None
        return {
            "theme": themes.index(theme),
            "kind": KINDS.index(institution.kind),
            "institution": institution.pk,
            "standing": figures.standing(code, theme),
            "lat": NAN if region is None or region.lat is None else region.lat,
            "lon": NAN if region is None or region.lon is None else region.lon,
            **{name: figures.of(code, indicator) for name, indicator in FIGURES.items()},
        }

    left = []
    for need in needs:
        row = shared(regions.get(need.region_id or ""), need.institution, need.theme)
        answered = len(need.readiness)
        row["readiness"] = sum(need.readiness.values()) / len(READINESS) if answered else NAN
        left.append(row)
    proof = _proof(offers)
    right = []
    for offer in offers:
        row = shared(regions.get(offer.institution.region_id or ""), offer.institution, offer.theme)
        row["proof"] = proof.get(offer.innovation_id, NAN)
        right.append(row)
    return _columns(left), _columns(right)


def reserved_for(needs: Sequence[Need]) -> list[bool]:
    """Say for which needs places are kept: lagging regions, and those never helped before."""
    figures = Figures()
    helped = set(Agreement.objects.values_list("proposal__need__institution", flat=True))
    return [
        figures.of(need.region_id, LAGGING) == 1 or need.institution_id not in helped
        for need in needs
    ]


def _proof(offers: Sequence[Offer]) -> dict[int, float]:
    """Return how highly each innovation was honoured: 1 is the highest honour there is."""
    order = {level: 1 - place / len(LEVELS) for place, level in enumerate(LEVELS)}
    found: dict[int, float] = {}
    rows = Award.objects.filter(innovation__in=[offer.innovation_id for offer in offers])
    for innovation, level in rows.values_list("innovation_id", "level"):
        found[innovation] = max(found.get(innovation, 0.0), order.get(level, 0.0))
    return found


def _columns(rows: list[dict[str, float]]) -> dict[str, Any]:
    import numpy as np

    names = rows[0].keys() if rows else []
    whole = {"theme", "kind", "institution"}
    return {
        name: np.array([row[name] for row in rows], dtype=np.int64 if name in whole else float)
        for name in names
    }
