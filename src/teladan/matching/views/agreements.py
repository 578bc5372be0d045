"""Agreements: public, with the stages of the transfer and the replica that came of it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from teladan.house import files
from teladan.house.ledger import label
from teladan.house.models import Attachment, Office
from teladan.house.offices import held
from teladan.house.web import Request, attempt, for_offices, public, show
from teladan.matching import acts
from teladan.matching.forms import AdvanceForm, ReplicaForm
from teladan.matching.models import READINESS, Agreement, Proposal, Side, TransferStep
from teladan.registry.models import Innovation, Unit


def _found(pk: int) -> Agreement:
    rows = Agreement.objects.select_related(
        "proposal__need__institution",
        "proposal__offer__innovation__institution",
        "replica__institution",
    )
    return get_object_or_404(rows, pk=pk)


@public
def agreement(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    return _page(request, found, AdvanceForm(), ReplicaForm(_units(request, found)))


def _units(request: Request, found: Agreement) -> Any:
    """Return the units of the adopter in which the reader serves."""
    person = getattr(request, "person", None)
    terms = held(person, request.now) if person else []
    serving = [t.unit_id for t in terms if t.office == Office.UNIT and t.unit_id is not None]
    return Unit.objects.filter(
        pk__in=serving, institution=found.proposal.need.institution_id
    ).order_by("name")


def _page(request: Request, found: Agreement, *forms: BaseForm) -> HttpResponse:
    person = getattr(request, "person", None)
    terms = held(person, request.now) if person else []
    admin = {t.institution_id for t in terms if t.office == Office.LOCAL_ADMIN}
    need, offer = found.proposal.need, found.proposal.offer
    steps = {step.stage: step for step in found.steps.all()}
    evidence: dict[str, list[Attachment]] = {}
    if _reads_evidence(request).filter(pk=found.pk).exists():
        for row in _evidence_of(found):
            evidence.setdefault(row.about, []).append(row)
    confirmed: set[str] = set()
    if found.replica is not None:
        confirmed = set(found.replica.confirmations.values_list("side", flat=True))
    inside = bool(admin & {need.institution_id, offer.institution_id}) or any(
        term.office in {Office.MATCHMAKER, Office.AUDITOR} for term in terms
    )
    inside = inside or _units(request, found).exists()
    ahead = [stage for stage in TransferStep.Stage if stage not in steps]
    context = {
        "nav": "matching",
        "agreement": found,
        "need": need,
        "offer": offer,
        "simulated": found.simulated,
        "stages": [
            (stage.label, steps.get(stage), evidence.get(label(steps[stage]), []))
            if stage in steps
            else (stage.label, None, [])
            for stage in TransferStep.Stage
        ],
        # Readiness is for the two sides and the ministry; a replica is told once it counts.
        "inside": inside,
        "open_items": [READINESS[code] for code in found.open_items if code in READINESS],
        "readable": found.replica is not None
        and Innovation.objects.visible_to(person, request.now).filter(pk=found.replica.pk).exists(),
        "next": ahead[0] if ahead and need.institution_id in admin else None,
        "may_register": found.replica is None
        and "reuse" in steps
        and _units(request, found).exists(),
        "confirmed": confirmed,
        "counts": len(confirmed) == 2,
        "may_confirm": [
            side
            for side, institution in (
                (Side.ADOPTER, need.institution_id),
                (Side.SOURCE, offer.institution_id),
            )
            if found.replica is not None and institution in admin and side not in confirmed
        ],
        "advance_form": forms[0],
        "replica_form": forms[1],
        "crumbs": [
            {"label": _("Matching"), "url": reverse("matching")},
            {"label": found.topic, "url": ""},
        ],
    }
    return show(request, "matching/agreement.html", context, *forms)


def _reads_evidence(request: Request) -> QuerySet[Agreement]:
    """Return the agreements whose evidence one reads: the circle of the proposal, no other.

    Agreements are public; what is attached to their stages is not.
    """
    person = getattr(request, "person", None)
    return Agreement.objects.filter(
        proposal__in=Proposal.objects.visible_to(person, request.now)
    ).order_by("pk")


def _evidence_of(found: Agreement) -> QuerySet[Attachment]:
    """Return what is attached to the stages of a transfer."""
    about = [label(step) for step in found.steps.all()]
    return Attachment.objects.filter(about__in=about).order_by("pk")


@for_offices(Office.LOCAL_ADMIN, Office.MATCHMAKER, Office.AUDITOR)
def agreement_file(request: Request, pk: int, file: int) -> HttpResponse:
    """Evidence of a stage, as a download, to whom its proposal may be shown."""
    found = get_object_or_404(_reads_evidence(request), pk=pk)
    return cast(HttpResponse, files.download(get_object_or_404(_evidence_of(found), pk=file)))


@for_offices(Office.LOCAL_ADMIN, Office.UNIT)
@require_POST
def agreement_do(request: Request, pk: int) -> HttpResponse:
    found, person, now = _found(pk), request.person, request.now
    does = request.POST.get("do", "")
    advancing, replica = AdvanceForm(), ReplicaForm(_units(request, found))
    done: object = None
    if does == "advance":
        advancing = AdvanceForm(request.POST, request.FILES)
        if advancing.is_valid():
            stage = request.POST.get("stage", "")[:10]
            told = dict(advancing.cleaned_data)
            done = attempt(
                request,
                lambda: acts.advance(by=person, agreement=found, stage=stage, now=now, **told),
            )
    elif does == "register":
        replica = ReplicaForm(_units(request, found), request.POST)
        if replica.is_valid():
            facts = dict(replica.cleaned_data)
            done = attempt(
                request,
                lambda: acts.register_replica(by=person, agreement=found, now=now, **facts),
            )
    elif does == "confirm" and found.replica is not None:
        made, side = found.replica, request.POST.get("side", "")[:8]
        if side not in Side.values:
            raise Http404
        done = attempt(
            request,
            lambda: acts.confirm(by=person, innovation=made, side=side, note="", now=now),
        )
    else:
        raise Http404
    if done is not None:
        messages.success(request, _("Kept."))
        return redirect("agreement", pk=found.pk)
    return _page(request, found, advancing, replica)
