"""How much hosts are honoured and visited, so that equals can be found who are less crowded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery

from teladan.awards.models import Award
from teladan.registry.models import Innovation, Institution
from teladan.visits.models import Question, Reception, Step, Visit

YEAR = timedelta(days=365)
# So many honours are counted one by one.
MANY = 10
# No innovation has such a field of service.
NO_FIELD = "\x1f"


class SubqueryCount(Subquery):
    """How many rows a subquery has: joins of several lists would multiply each other."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def load_of(host: Any, day: date) -> SubqueryCount:
    """Count the visits that a host received in the year before a day."""
    held = Step.objects.filter(visit=OuterRef("pk"), kind=Step.Kind.HELD)
    rows = Visit.objects.filter(Exists(held), host=host, day__gte=day - YEAR)
    return SubqueryCount(rows.order_by().values("pk"))


def honours_of(host: Any) -> SubqueryCount:
    """Count the honours of a host's innovations, and stop one past MANY: more is not better.

    Whoever has so many is found anyway; among them the least visited comes first.
    """
    rows = Award.objects.filter(innovation__institution=host)
    return SubqueryCount(rows.order_by().values("pk")[: MANY + 1])


def equals_of(home: Institution, day: date, most: int = 5) -> list[Any]:
    """Return hosts honoured for the same fields of service and visited no more this year."""
    mine = Award.objects.filter(innovation__institution=home).exclude(innovation__category="")
    fields = mine.order_by().values_list("innovation__category", flat=True).distinct()
    # A host that is honoured for nothing has no equals.
    known = list(fields[:20]) or [NO_FIELD]
    same = Award.objects.filter(
        innovation__institution=OuterRef("institution"), innovation__category__in=known
    )
    # Counted, not asked whether one exists: for that PostgreSQL would join all honours there are.
    one = SubqueryCount(same.order_by().values("pk")[:1])
    rows = Reception.objects.in_force(day).exclude(institution=home)
    rows = rows.annotate(one=one).filter(one=1)
    loads = {"load": load_of(OuterRef("institution"), day), "own": load_of(home.pk, day)}
    least: Any = rows.annotate(**loads).select_related("institution")
    # Each load is counted once: the least loaded come first, so who is left out stands last.
    found = least.order_by("load", "institution__name")[:most]
    return [row for row in found if row.load <= row.own]


def most_honoured(home: Institution, most: int) -> list[Any]:
    """Return the public innovations of a host with their `honours`, the most honoured first."""
    rows = Innovation.objects.filter(institution=home).annotate(honours=Count("awards"))
    # An honour is what makes an innovation public.
    public = rows.filter(honours__gt=0).order_by("-honours", "title", "pk")
    return list(public.only("title", "simulated")[:most])


def answered_before(
    home: Institution, innovation: int | None = None, most: int = 5
) -> QuerySet[Question]:
    """Return what a host answered at visits that took place, for whoever asks the same."""
    rows = Question.objects.readable().filter(visit__host=home)
    if innovation is not None:
        rows = rows.filter(visit__innovation=innovation)
    return rows.select_related("visit__innovation").order_by("-answered_at", "-pk")[:most]
