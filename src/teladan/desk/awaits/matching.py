"""What awaits the offices of needs, offers and agreements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teladan.desk.awaits.todo import Awaits, Room, Todo
from teladan.house.models import Office, OfficeTerm
from teladan.house.templatetags.teladan import moment
from teladan.matching.models import (
    Agreement,
    Confirmation,
    Need,
    Pairing,
    Proposal,
    Reply,
    Side,
    TransferStep,
)

SHOWN = 20
# A transfer that told nothing for half a year is asked how it goes.
PATIENCE = timedelta(days=183)


def for_local_admin(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Answer proposals, move transfers on, confirm replicas."""
    mine = term.institution_id
    said = Reply.objects.filter(proposal=OuterRef("pk"))
    rows = Proposal.objects.filter(
        # What one side declined is over; the other need not answer any more.
        Q(need__institution=mine) & ~Exists(said.filter(side=Side.ADOPTER))
        | Q(offer__institution=mine) & ~Exists(said.filter(side=Side.SOURCE)),
        ~Exists(said.filter(accepted=False)),
        replaced_at=None,
    ).select_related("need__institution", "offer__innovation", "offer__institution")
    for row in rows.order_by("pk")[:SHOWN]:
        ours = row.need.institution_id == mine
        yield Todo(
            _("Answer the proposed match with %(other)s")
            % {"other": row.offer.institution if ours else row.need.institution},
            reverse("proposal", args=[row.pk]),
            detail=row.offer.innovation.title,
            icon="mail",
        )
    yield from _transfers(mine, now)


def _transfers(mine: int | None, now: datetime) -> Iterator[Todo]:
    """Move on what is not re-used yet, and confirm what was registered."""
    stages = len(TransferStep.Stage)
    adopts, owns = (Q(**{f"proposal__{place}__institution": mine}) for place in ("need", "offer"))
    done = Confirmation.objects.filter(innovation=OuterRef("replica"))
    rows: Any = Agreement.objects.annotate(reached=Count("steps")).filter(
        adopts & Q(reached__lt=stages)
        | adopts & Q(replica__isnull=False) & ~Exists(done.filter(side=Side.ADOPTER))
        | owns & Q(replica__isnull=False) & ~Exists(done.filter(side=Side.SOURCE))
    )
    for agreed in rows.order_by("pk")[:SHOWN]:
        if agreed.replica_id is not None:
            yield Todo(
                _("Confirm the replica: %(topic)s") % {"topic": agreed.topic},
                reverse("agreement", args=[agreed.pk]),
                icon="check",
            )
        else:
            yield Todo(
                _("Move the transfer on: %(topic)s") % {"topic": agreed.topic},
                reverse("agreement", args=[agreed.pk]),
                detail=_("%(n)d of 3 stages are reached.") % {"n": agreed.reached},
                late=agreed.at < now - PATIENCE and not agreed.reached,
            )


def for_unit(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Register the replica of a transfer that has come to its end."""
    rows = Agreement.objects.filter(
        proposal__need__institution=term.institution_id,
        replica=None,
        steps__stage=TransferStep.Stage.REUSE,
    )
    for agreed in rows.order_by("pk")[:SHOWN]:
        yield Todo(
            _("Register the replica: %(topic)s") % {"topic": agreed.topic},
            reverse("agreement", args=[agreed.pk]),
        )


def for_matchmaker(term: OfficeTerm, now: datetime) -> Iterator[Todo]:
    """Pair what is stated, and write down what both sides accepted."""
    accepted: Any = Proposal.objects.filter(replaced_at=None, agreement=None).annotate(
        yes=Count("replies", filter=Q(replies__accepted=True))
    )
    for row in accepted.filter(yes=2).select_related("need__institution")[:SHOWN]:
        yield Todo(
            _("Write the agreement for %(who)s") % {"who": row.need.institution},
            reverse("proposal", args=[row.pk]),
            icon="check",
        )
    last = Pairing.objects.order_by("-pk").first()
    newer = Need.objects.open()
    newer = newer.filter(stated_at__gt=last.at) if last else newer
    if count := newer.count():
        yield Todo(
            ngettext("Pair %(n)d new need", "Pair %(n)d new needs", count) % {"n": count},
            reverse("pairings"),
            detail=_("The last pairing was %(at)s.") % {"at": moment(last.at)} if last else "",
            icon="scale",
        )


AWAITS: dict[str, Awaits] = {
    Office.LOCAL_ADMIN: for_local_admin,
    Office.UNIT: for_unit,
    Office.MATCHMAKER: for_matchmaker,
}

ROOMS: dict[str, list[Room]] = {
    Office.LOCAL_ADMIN: [
        (gettext_lazy("State a need"), "need-new"),
        (gettext_lazy("Offer help"), "offer-new"),
    ],
    Office.MATCHMAKER: [(gettext_lazy("Pairings"), "pairings")],
    Office.AUDITOR: [(gettext_lazy("Pairings"), "pairings")],
}
