"""Agreements: topic, dates and roles, the three stages of a transfer, and the verified replica."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from teladan.house import files
from teladan.house.ledger import act, label, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.matching.models import (
    READINESS,
    Agreement,
    Confirmation,
    Proposal,
    Side,
    TransferStep,
)
from teladan.registry.acts import register
from teladan.registry.models import Innovation, Unit

ORDER = list(TransferStep.Stage.values)


@act
def agree(
    *,
    by: Person,
    proposal: Proposal,
    topic: str,
    starts: date,
    ends: date,
    adopter_role: str,
    source_role: str,
    now: datetime,
) -> Agreement:
    """Turn a proposal that both sides accepted into an agreement.

    Readiness that stands open bars nothing and is written into it. Refuses `not-your-office`,
    `not-accepted`, `already-agreed`, `not-written` and `dates-reversed`.
    """
    demand(by, Office.MATCHMAKER, now=now)
    proposal = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("need")
        .get(pk=proposal.pk)
    )
    if proposal.replies.filter(accepted=True).count() < 2:
        raise Refusal("not-accepted", _("Both sides accept first."))
    if Agreement.objects.filter(proposal=proposal).exists():
        raise Refusal("already-agreed", _("This proposal has its agreement already."))
    if not (topic.strip() and adopter_role.strip() and source_role.strip()):
        raise Refusal("not-written", _("Write the topic, and what each side does."))
    if ends <= starts:
        raise Refusal("dates-reversed", _("An agreement ends after it starts."))
    ready = proposal.need.readiness
    agreement = Agreement(
        proposal=proposal,
        topic=topic.strip(),
        starts=starts,
        ends=ends,
        adopter_role=adopter_role.strip(),
        source_role=source_role.strip(),
        open_items=[code for code in READINESS if not ready.get(code)],
        by=by,
        at=now,
        simulated=proposal.pairing.simulated,
    )
    agreement.full_clean()
    agreement.save()
    record(
        by=by,
        act="matching.agree",
        about=agreement,
        now=now,
        public=True,
        proposal=proposal.pk,
        starts=starts,
        ends=ends,
    )
    return agreement


@act
def advance(
    *,
    by: Person,
    agreement: Agreement,
    stage: str,
    told: str,
    upload: UploadedFile[bytes] | None,
    now: datetime,
) -> TransferStep:
    """Reach the next stage of a transfer, with what shows it.

    Refuses `not-your-office`, `not-in-order`, `already-reached`, `not-written` and what a file
    is refused for.
    """
    need = agreement.proposal.need
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=need.institution_id)
    agreement = Agreement.objects.select_for_update(of=("self",), no_key=True).get(pk=agreement.pk)
    reached = list(agreement.steps.values_list("stage", flat=True))
    if stage in reached:
        raise Refusal("already-reached", _("This stage was reached already."))
    if len(reached) == len(ORDER) or stage != ORDER[len(reached)]:
        raise Refusal("not-in-order", _("The stages are: understand, adapt, re-use. One by one."))
    if not told.strip():
        raise Refusal("not-written", _("Write what was done."))
    step = TransferStep(agreement=agreement, stage=stage, told=told.strip(), by=by, at=now)
    step.full_clean()
    step.save()
    if upload is not None:
        files.keep(upload=upload, about=label(step), by=by, now=now)
    record(by=by, act="matching.advance", about=agreement, now=now, public=True, stage=stage)
    return step


@act
def register_replica(
    *,
    by: Person,
    agreement: Agreement,
    unit: Unit,
    title: str,
    summary: str,
    started: date | None,
    kept: str,
    adapted: str,
    left_out: str,
    now: datetime,
) -> Innovation:
    """Register what the adopter made as an innovation that names its source.

    It counts as a replica once both sides confirm it. Refuses `not-your-office`,
    `not-your-unit`, `other-institution`, `not-reused`, `already-registered`, `not-modified`,
    `no-title`, `title-html`, `title-taken` and `not-yet-in-use`.
    """
    agreement = Agreement.objects.select_for_update(of=("self",), no_key=True).get(pk=agreement.pk)
    proposal = agreement.proposal
    if unit.institution_id != proposal.need.institution_id:
        raise Refusal("other-institution", _("The adopter registers the replica, nobody else."))
    if agreement.replica_id:
        raise Refusal("already-registered", _("The replica of this agreement is registered."))
    if not agreement.steps.filter(stage=TransferStep.Stage.REUSE).exists():
        raise Refusal("not-reused", _("A replica is registered once it is in use: stage three."))
    innovation = register(
        by=by,
        unit=unit,
        title=title,
        summary=summary,
        started=started,
        source=proposal.offer.innovation,
        kept=kept,
        adapted=adapted,
        left_out=left_out,
        simulated=agreement.simulated,
        now=now,
    )
    agreement.replica = innovation
    agreement.save(update_fields=["replica"])
    record(
        by=by,
        act="matching.register_replica",
        about=agreement,
        now=now,
        innovation=innovation.pk,
    )
    return innovation


@act
def confirm(
    *, by: Person, innovation: Innovation, side: str, note: str, now: datetime
) -> Confirmation:
    """Confirm for one's side that an innovation is a replica of its source.

    Refuses `not-your-office`, `no-source`, `not-modified` and `already-confirmed`.
    """
    source = innovation.source
    if source is None:
        raise Refusal("no-source", _("This innovation names no source."))
    mine = innovation if side == Side.ADOPTER else source
    demand(by, Office.LOCAL_ADMIN, now=now, institution_id=mine.institution_id)
    if not innovation.adapted.strip():
        raise Refusal("not-modified", _("A replica says what was adapted before it counts."))
    innovation = Innovation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=innovation.pk
    )
    if innovation.confirmations.filter(side=side).exists():
        raise Refusal("already-confirmed", _("Your side has confirmed this replica."))
    row = Confirmation(innovation=innovation, side=side, note=note.strip(), by=by, at=now)
    row.full_clean()
    row.save()
    both = innovation.confirmations.count() == 2
    record(by=by, act="matching.confirm", about=innovation, now=now, public=both, side=side)
    return row
