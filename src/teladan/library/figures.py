"""Figures of regions as a page shows them: named, with unit, year, source and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.house.templatetags.teladan import number
from teladan.registry.models import Claim, Indicator, Region

Words = str | Promise
PERCENT, YEARS = "%", gettext_lazy("years")

# Code of an indicator -> name, unit, decimal places. In the order of the page.
NAMES: dict[str, tuple[Words, Words, int]] = {
    "population": (gettext_lazy("Population"), gettext_lazy("people"), 0),
    "area": (gettext_lazy("Area"), "km²", 0),
    "population_density": (gettext_lazy("People per square kilometre"), "", 0),
    "poverty_rate_p0": (gettext_lazy("Share of poor people"), PERCENT, 2),
    "hdi_ipm": (gettext_lazy("Human development index"), "", 2),
    "mean_years_schooling_15plus": (
        gettext_lazy("Mean years of schooling, from age 15"),
        YEARS,
        2,
    ),
    "life_expectancy": (gettext_lazy("Life expectancy"), YEARS, 2),
    "households_adequate_sanitation": (
        gettext_lazy("Households with adequate sanitation"),
        PERCENT,
        2,
    ),
    "households_safe_water": (gettext_lazy("Households with safe water"), PERCENT, 2),
    "open_unemployment_rate": (gettext_lazy("Open unemployment"), PERCENT, 2),
    "labour_participation_rate": (gettext_lazy("Labour participation"), PERCENT, 2),
    "adjusted_expenditure_per_capita": (
        gettext_lazy("Adjusted spending per person"),
        gettext_lazy("thousand rupiah a year"),
        0,
    ),
    "grdp_constant_prices": (
        gettext_lazy("Regional product, constant prices"),
        gettext_lazy("million rupiah"),
        0,
    ),
    "fiscal_capacity_index": (gettext_lazy("Fiscal capacity index"), "", 3),
    "fiscal_capacity_category": (gettext_lazy("Fiscal capacity"), "", 0),
    "iga_innovation_index": (gettext_lazy("Regional innovation index"), "", 2),
    "iga_innovation_category": (gettext_lazy("Regional innovation, category"), "", 0),
    "spbe_index": (gettext_lazy("Electronic government index"), gettext_lazy("of 5"), 2),
    "daerah_tertinggal_2020_2024": (
        gettext_lazy("On the list of least developed regions 2020–2024"),
        "",
        0,
    ),
}
# Sources that are sentences of ours, as the data files write them.
COMPUTED = {
    "computed from the two rows above": gettext_lazy("computed from population and area"),
}
FLAGS = {"daerah_tertinggal_2020_2024"}
# Shown with a dash where no source is known: what one region asks of another first.
ASKED = tuple(NAMES)[:9]


@dataclass
class Figure:
    """One figure as `parts/figure.html` takes it; `others` are those that disagree with it."""

    label: Words
    value: str | None = None
    unit: Words = ""
    year: int | None = None
    source: str = ""
    source_url: str = ""
    badge: str = ""
    others: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A source as a page writes it: an address by its host, other texts as they are."""

    text: str
    url: str = ""
    note: str = ""


def source_of(citation: str) -> Source:
    """Read a citation: a web address becomes a link, what follows it after a space a note."""
    text = citation.strip()
    if text in COMPUTED:
        return Source(str(COMPUTED[text]))
    address, _space, rest = text.partition(" ")
    if rest and address.startswith(("https://", "http://")):
        told = rest.strip(" ;()").removeprefix("uncertain: ")
        return replace(source_of(address.rstrip(";")), note="" if ".csv" in told else told)
    if text.startswith(("https://", "http://")) and not any(char.isspace() for char in text):
        try:
            host = urlsplit(text).hostname or ""
        except ValueError:
            host = ""
        if host:
            return Source(host.removeprefix("www."), text)
    return Source(text)


def figures_of(region: Region) -> tuple[list[Figure], list[str]]:
    """Return the newest figures of a region, and the list of sources that they number."""
    newest: dict[str, list[Indicator]] = {}
    for row in region.indicators.order_by("name", "-year", "pk"):
        rows = newest.setdefault(row.name, [])
        if not rows or rows[0].year == row.year:
            rows.append(row)
    sources: list[str] = []
    figures = []
    for name in [*NAMES, *sorted(newest.keys() - NAMES.keys())]:
        if name in newest:
            figures.append(_figure(newest[name], sources))
        elif name in ASKED:
            figures.append(Figure(NAMES[name][0]))
    return figures, sources


def claimed(claims: Iterable[Claim]) -> list[Figure]:
    """Return the figures that an innovation claims; one without a source is a dash."""
    found = []
    for claim in claims:
        figure = Figure(claim.label)
        if claim.value is not None:
            exponent = claim.value.normalize().as_tuple().exponent
            places = max(0, -exponent) if isinstance(exponent, int) else 0
            source = source_of(claim.source)
            figure = Figure(
                label=claim.label,
                value=number(claim.value, places),
                unit=claim.unit,
                year=claim.year,
                source=source.text,
                source_url=source.url,
                badge="simulated" if claim.simulated else "",
            )
        found.append(figure)
    return found


def _figure(rows: Iterable[Indicator], sources: list[str]) -> Figure:
    shown = [_one(row, sources) for row in rows]
    first, rest = shown[0], shown[1:]
    first.others = [other for other in rest if other.value != first.value]
    return first


def _one(row: Indicator, sources: list[str]) -> Figure:
    name = row.name.replace("_", " ").capitalize()
    label, unit, places = NAMES.get(row.name, (name, row.unit, 2))
    if row.source not in sources:
        sources.append(row.source)
    place = sources.index(row.source) + 1
    if row.name in FLAGS and row.value is not None:
        value: str | None = _("yes") if row.value else _("no")
    else:
        value = row.text or (None if row.value is None else number(row.value, places))
    return Figure(
        label=label,
        value=value,
        unit=unit,
        year=row.year,
        source=_("source %(number)d") % {"number": place},
        source_url=f"#source-{place}",
        badge="doubt" if row.uncertain else "",
    )
