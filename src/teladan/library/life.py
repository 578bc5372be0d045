"""The life line of an innovation: nine stages, hollow where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from teladan.awards.models import Award
from teladan.house.templatetags.teladan import number
from teladan.library.cards import ORDER
from teladan.library.found import level_name

Step = dict[str, str]


def life_of(awards: Sequence[Award], *, replicas: int, started: date | None = None) -> list[Step]:
    """Return the nine steps from what is public: honours, and innovations made from this one."""
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
    if replicas:
        told = ngettext("%s made from it", "%s made from it", replicas) % number(replicas)
        steps.append(_step(_("Imitated"), told, "done", "#lineage"))
    else:
        steps.append(_step(_("Imitated")))
    return [*steps, _step(_("Visited")), _step(_("Taught")), _step(_("At the forum"))]


def _step(label: str, detail: str = "", state: str = "none", url: str = "") -> Step:
    return {"label": label, "detail": detail, "state": state, "url": url}
