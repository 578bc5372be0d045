"""Change projects: the ATM table, stakeholders, milestones and risks; and the way on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from teladan.house.models import Office
from teladan.house.offices import CAPITAL
from teladan.house.web import Request, answers_refusals, attempt, for_offices, show
from teladan.registry.models import Innovation
from teladan.training import acts
from teladan.training.forms import ROWS, HandOnForm, ProjectForm
from teladan.training.models import Diagnosis, Milestone, Outcome, Participant, Project
from teladan.training.views.participants import INSIDE
from teladan.training.views.ways import crumbs, found_participant

# The quadrants as they stand in the figure: power upwards, interest to the right.
QUADRANTS = (
    ("latent", gettext_lazy("Latents"), gettext_lazy("much power, little interest")),
    ("promoter", gettext_lazy("Promoters"), gettext_lazy("much power, much interest")),
    ("apathetic", gettext_lazy("Apathetics"), gettext_lazy("little power, little interest")),
    ("defender", gettext_lazy("Defenders"), gettext_lazy("little power, much interest")),
)


@for_offices(*INSIDE)
def project(request: Request, pk: int) -> HttpResponse:
    known = Participant.objects.visible_to(request.person, request.now).filter(pk=pk).exists()
    found = found_participant(request, pk) if known else _from_home(request, pk)
    made = _project_of(found)
    mine = found.person_id == request.person.pk
    if made is None and not mine:
        raise Http404
    public = Innovation.objects.visible_to(None, request.now)
    first: dict[str, Any] = {}
    if made is not None:
        source = made.source.pk if made.source else ""
        first = {"title": made.title, "summary": made.summary, "source": source}
    form = ProjectForm(public, request.POST if mine else None, initial=first)
    if request.method != "POST" or not mine:
        form = ProjectForm(public, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.write_project(
                by=request.person, participant=found, now=request.now, **facts
            ),
        )
        if done is not None:
            messages.success(request, _("Kept."))
            return redirect("project", pk=found.pk)
    return _page(request, found, made, form, {}, known=known)


def _from_home(request: Request, pk: int) -> Participant:
    """Return the owner of a project of which the reader's agency has the copy of the home region.

    The project may be read then, the record of its owner may not.
    """
    rows = Project.objects.trained_elsewhere(request.person, request.now).select_related(
        "participant__cohort__agency", "participant__person", "participant__unit__institution"
    )
    return get_object_or_404(rows, participant=pk).participant


def _project_of(found: Participant) -> Project | None:
    return Project.objects.filter(participant=found).select_related("source", "innovation").first()


def _page(
    request: Request,
    found: Participant,
    made: Project | None,
    head: ProjectForm,
    typed: dict[str, BaseForm],
    known: bool = True,
) -> HttpResponse:
    """Show the project; its owner also gets the forms, with what was typed in them.

    `known` says that the reader may know the record of its owner as well.
    """
    ended = Outcome.objects.filter(participant=found).exists()
    mine = found.person_id == request.person.pk and not ended
    context: dict[str, Any] = {
        "nav": "desk" if mine else "training",
        "of": found,
        "project": made,
        "simulated": found.cohort.simulated,
        "mine": mine,
        "may_reach": found.person_id == request.person.pk,
        "form": head,
        "agreed": Diagnosis.objects.filter(participant=found, agreed_at__isnull=False).exists(),
        "last": acts.last_laboratory_day(found.cohort),
        "today": request.now.astimezone(CAPITAL).date(),
        "forms": {kind: typed.get(kind) or row(prefix=kind) for kind, row in ROWS.items()},
        "opened": next(iter(typed), ""),
        "known": known,
        "crumbs": crumbs((_("Change project"), ""), of=found)
        if known
        else crumbs((_("Our officials trained elsewhere"), reverse("trained-elsewhere")),
                    (_("Change project"), "")),
    }  # fmt: skip
    if made is not None:
        context |= _rows(made)
        context["readable"] = (
            made.innovation_id is not None
            and Innovation.objects.visible_to(request.person, request.now)
            .filter(pk=made.innovation_id)
            .exists()
        )
    return show(request, "training/project.html", context, head, *typed.values())


def _rows(made: Project) -> dict[str, Any]:
    observations = list(made.observations.all())
    people = list(made.stakeholders.all())
    risks = list(made.risks.all())
    return {
        "observations": observations,
        # Flagged, not refused: it may be that nothing was modified yet.
        "unmodified": made.source_id is not None
        and not any(row.modified.strip() for row in observations),
        "people": people,
        "quadrants": [
            {"name": name, "means": means, "who": [p for p in people if p.quadrant == code]}
            for code, name, means in QUADRANTS
        ],
        "milestones": list(made.milestones.all()),
        "risks": risks,
        "total": sum(risk.cost for risk in risks),
    }


@for_offices(Office.PARTICIPANT)
@require_POST
def project_row(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    made, kind = _project_of(found), request.POST.get("kind", "")
    if made is None or kind not in ROWS:
        raise Http404
    form = ROWS[kind](request.POST, prefix=kind)
    if form.is_valid():
        row = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.note(by=request.person, project=made, kind=kind, now=request.now, **row),
        )
        if done is not None:
            messages.success(request, _("Added."))
            return redirect(f"{reverse('project', args=[found.pk])}#{kind}")
    first = {"title": made.title, "summary": made.summary,
             "source": made.source.pk if made.source else ""}  # fmt: skip
    public = Innovation.objects.visible_to(None, request.now)
    return _page(request, found, made, ProjectForm(public, initial=first), {kind: form})


@for_offices(Office.PARTICIPANT)
@require_POST
@answers_refusals
def project_strike(request: Request, pk: int) -> HttpResponse:
    found = found_participant(request, pk)
    made = _project_of(found)
    kind, row = request.POST.get("kind", ""), request.POST.get("row", "")
    if made is None:
        raise Http404
    key = int(row) if row.isdecimal() and len(row) < 16 else 0
    acts.strike(by=request.person, project=made, kind=kind, pk=key, now=request.now)
    messages.success(request, _("Struck out. The ledger keeps what it said."))
    return redirect("project", pk=found.pk)


@for_offices(Office.PARTICIPANT)
@require_POST
@answers_refusals
def milestone_reach(request: Request, pk: int) -> HttpResponse:
    known = Participant.objects.visible_to(request.person, request.now)
    rows = Milestone.objects.filter(project__participant__in=known)
    milestone = get_object_or_404(rows.select_related("project__participant"), pk=pk)
    acts.reach(by=request.person, milestone=milestone, now=request.now)
    messages.success(request, _("Reached."))
    return redirect("project", pk=milestone.project.participant_id)


@for_offices(Office.UNIT)
def hand_on(request: Request, pk: int) -> HttpResponse:
    rows = Project.objects.visible_to(request.person, request.now).filter(
        participant__outcome__result=Outcome.Result.GRADUATED
    )
    made = get_object_or_404(
        rows.select_related(
            "participant__person", "participant__unit__institution", "participant__cohort__agency",
            "source", "innovation",
        ),
        participant=pk,
    )  # fmt: skip
    first = {"category": made.source.category if made.source else ""}
    form = HandOnForm(request.POST or None, initial=first)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        done = attempt(
            request,
            lambda: acts.hand_on(by=request.person, project=made, now=request.now, **facts),
        )
        if done is not None:
            said = _("“%(title)s” is registered. Next: enter it in an edition that is open.")
            messages.success(request, said % {"title": done.title})
            return redirect("innovation", pk=done.pk)
    context = {
        "nav": "desk",
        "project": made,
        "of": made.participant,
        "simulated": made.participant.cohort.simulated,
        "form": form,
        **_rows(made),
        "crumbs": [
            {"label": _("My desk"), "url": reverse("desk")},
            {"label": _("Register a graduate's project"), "url": ""},
        ],
    }
    return show(request, "training/hand_on.html", context, form)
