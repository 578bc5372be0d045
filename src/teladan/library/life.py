"""The life line of an innovation: nine stages, hollow where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Count, IntegerField, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.awards.models import Award
from teladan.house.templatetags.teladan import number
from teladan.library.cards import ORDER
from teladan.library.found import level_name
from teladan.registry.models import Innovation

Step = dict[str, str]


@dataclass(frozen=True)
class Later:
    """What came after the honours, as far as it is public."""

    replicas: int = 0
    agreements: int = 0
    visits: int = 0
    projects: int = 0
    talks: int = 0


def later_rows(model: str) -> Any:
    """Return all rows of a stage that comes after the library, which may not import it."""
    later: Any = apps.get_model("teladan", model)
    return later.objects.all()


def later_of(innovation: Innovation, replicas: int) -> Later:
    """Count agreements, visits, graduated projects and talks on an innovation, in one query."""

    def count(rows: Any) -> Subquery:
        tally = rows.order_by().values(one=Value(1)).annotate(n=Count("pk"))
        return Subquery(tally.values("n"), output_field=IntegerField())

    mine = innovation.pk
    agreements, visits, projects, talks = (
        later_rows(model) for model in ("Agreement", "Visit", "Project", "Talk")
    )
    taught = projects.filter(source=mine, participant__outcome__result="graduated")
    found = Innovation.objects.filter(pk=innovation.pk).values(
        agreed=count(agreements.filter(proposal__offer__innovation=mine)),
        visited=count(visits.took_place().filter(innovation=mine)),
        taught=count(taught),
        told=count(talks.filter(paper__innovation=mine)),
    )
    row: Any = found.first() or {}
    return Later(
        replicas,
        row.get("agreed") or 0,
        row.get("visited") or 0,
        row.get("taught") or 0,
        row.get("told") or 0,
    )


def life_of(
    awards: Sequence[Award], *, later: Later | None = None, started: date | None = None
) -> list[Step]:
    """Return the nine steps of an innovation's life, from what is public of it."""
    then = later or Later()
    best = min(awards, key=lambda a: (ORDER.get(a.level, len(ORDER)), -a.year), default=None)
    years = sorted({award.year for award in awards})
    judged = next((award.edition for award in awards if award.edition), None)
    steps = [_step(_("Registered"), _("in use since %d") % started.year if started else "", "done")]
    if years:
        span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        steps.append(_step(_("Entered"), span, "done"))
    else:
        steps.append(_step(_("Entered")))
    if judged:
        url = reverse("results", args=[judged.slug])
        steps.append(_step(_("Judged"), judged.name, "done", url))
    else:
        steps.append(_step(_("Judged"), _("no record here") if best else ""))
    if best:
        steps.append(_step(level_name(best.level), str(best.year), "honour"))
        steps.append(_step(_("In the library"), "", "done"))
    else:
        steps += [_step(_("Honoured")), _step(_("In the library"))]
    if then.replicas:
        said = ngettext("%s made from it", "%s made from it", then.replicas)
        steps.append(_step(_("Imitated"), said % number(then.replicas), "done", "#lineage"))
    else:
        agreed = ngettext("%s agreement", "%s agreements", then.agreements)
        steps.append(_counted(_("Imitated"), then.agreements, agreed))
    visits = ngettext("%s visit", "%s visits", then.visits)
    projects = ngettext("%s change project", "%s change projects", then.projects)
    return [
        *steps,
        _counted(_("Visited"), then.visits, visits),
        _counted(_("Taught"), then.projects, projects),
        _counted(_("At the forum"), then.talks, ngettext("%s talk", "%s talks", then.talks)),
    ]


def _counted(label: str, count: int, said: str) -> Step:
    return _step(label, said % number(count), "done") if count else _step(label)


def _step(label: str, detail: str = "", state: str = "none", url: str = "") -> Step:
    return {"label": label, "detail": detail, "state": state, "url": url}
