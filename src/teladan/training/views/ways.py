"""What the pages of training share: who is found, the way to a page, one form on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from teladan.house.web import Request, show
from teladan.training.models import Cohort, Participant

if TYPE_CHECKING:
    from teladan.training.models.cohorts import ParticipantQuerySet


def known_participants(request: Request) -> ParticipantQuerySet:
    """Return the participants whom the reader may know, with what every page says of them."""
    person = getattr(request, "person", None)
    return Participant.objects.visible_to(person, request.now).select_related(
        "cohort__agency", "person", "unit__institution", "mentor", "coach", "outcome"
    )


def found_participant(request: Request, pk: int) -> Participant:
    """Return a participant whom the reader may know, or answer 404."""
    return get_object_or_404(known_participants(request), pk=pk)


def crumbs(
    *after: tuple[str, str], cohort: Cohort | None = None, of: Participant | None = None
) -> list[dict[str, str]]:
    """Return the way from training to a page of it."""
    way = [(_("Training"), reverse("training"))]
    if cohort is not None:
        way.append((str(cohort), reverse("cohort", args=[cohort.pk])))
    if of is not None:
        way.append((of.person.name, reverse("participant", args=[of.pk])))
    return [{"label": label, "url": url} for label, url in [*way, *after]]


def written(
    request: Request, of: Participant, form: BaseForm, title: str, button: str, **more: Any
) -> HttpResponse:
    """Show a page with one form about a participant."""
    context = {
        "nav": "desk",
        "of": of,
        "form": form,
        "title": title,
        "button": button,
        "simulated": of.cohort.simulated,
        "back": reverse("participant", args=[of.pk]),
        "crumbs": crumbs((title, ""), of=of),
    }
    return show(request, "training/write.html", context | more, form)
