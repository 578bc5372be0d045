"""What is done about honours: proclaimed, certified, and the fund divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from teladan.awards.models import Award, Grant, Pot, Proclamation
from teladan.contest.acts import RECEIPT_ALPHABET
from teladan.contest.models import Edition, Standing
from teladan.house.ledger import act, record
from teladan.house.models import Office, Person
from teladan.house.notices import queue
from teladan.house.offices import demand
from teladan.house.refusals import Refusal
from teladan.house.templatetags.teladan import rupiah
from teladan.registry.models import Institution

if TYPE_CHECKING:
    from teladan.contest.rules import Fund

# The incentive fund goes to regional treasuries, not to ministries or companies.
REGIONAL = (Institution.Kind.PROVINCE, Institution.Kind.REGENCY, Institution.Kind.CITY)


@act
def proclaim(*, by: Person, edition: Edition, decree: str, now: datetime) -> Proclamation:
    """Proclaim the winners: the embargo ends, honours and certificates come into being.

    An entry is honoured for the last round it stood in. Refuses `not-your-office`,
    `decree-missing`, `already-proclaimed` and `rounds-open`.
    """
    demand(by, Office.MINISTER, now=now)
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if not decree.strip():
        raise Refusal("decree-missing", _("Give the number of the decree."))
    if Proclamation.objects.filter(edition=edition).exists():
        raise Refusal("already-proclaimed", _("This edition is proclaimed already."))
    rounds = list(edition.rounds.order_by("number"))
    if not rounds or edition.rounds.filter(seal=None).exists():
        raise Refusal(
            "rounds-open", _("Not every round is sealed. The secretariat seals them first.")
        )
    # The head before this act: everybody can later check that nothing before it was changed.
    head = record(by=by, act="awards.end_embargo", about=edition, now=now, decree=decree.strip())
    proclamation = Proclamation(
        edition=edition,
        by=by,
        at=now,
        decree=decree.strip(),
        ledger_seq=head.seq,
        ledger_digest=head.digest,
    )
    proclamation.full_clean()
    proclamation.save()
    awards = honours_of(edition)
    for award in awards:
        entry = award.entry
        if entry and entry.begun_by:
            queue(
                to=entry.begun_by,
                about=entry,
                now=now,
                subject=_("Honoured: %(title)s") % {"title": entry.title},
                body=_("%(level)s. The certificate waits on the page of your innovation.")
                % {"level": award.get_level_display()},
            )
    Award.objects.bulk_create(awards, batch_size=500)
    record(
        by=by,
        act="awards.proclaim",
        about=edition,
        now=now,
        public=True,
        decree=proclamation.decree,
        honours=len(awards),
    )
    return proclamation


def honours_of(edition: Edition) -> list[Award]:
    """Make the honours that follow from the sealed standings, without keeping them."""
    return [
        Award(
            innovation=standing.entry.innovation,
            level=edition.rule.round(standing.seal.round.number).honour,
            year=edition.year,
            edition=edition,
            entry=standing.entry,
            simulated=edition.simulated,
            code=code_for(edition, standing.entry_id),
        )
        for standing in last_stood(Standing.objects.filter(seal__round__edition=edition))
    ]


def last_stood(standings: QuerySet[Standing]) -> list[Standing]:
    """Return each entry's standing in the last round it stood in: later rounds first, by place."""
    rows = (
        standings.filter(stood=True)
        .select_related("seal__round", "entry__innovation__institution", "entry__begun_by")
        .defer("seal__inputs", "seal__report", "entry__innovation__summary")
        .order_by("seal__round__number")
    )
    last = {standing.entry_id: standing for standing in rows}
    return sorted(last.values(), key=lambda row: (-row.seal.round.number, row.place, row.entry_id))


def code_for(edition: Edition, entry_id: int) -> str:
    """Make the verification code of a certificate: 80 bits that only this site can make."""
    mac = salted_hmac("teladan.certificate", f"{edition.slug} {entry_id}", algorithm="sha256")
    letters = "".join(RECEIPT_ALPHABET[byte % 32] for byte in mac.digest()[:16])
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


@act
def divide(*, by: Person, edition: Edition, now: datetime) -> Pot:
    """Divide the incentive fund among the regions that stood in the last round.

    The weight of a region is the sum of the points that decided over its entries in that round;
    floors and caps come from the rules. Amounts never change afterwards. Refuses `not-your-office`,
    `not-proclaimed`, `already-divided`, `no-winners`, `pot-too-small` and `pot-too-large`.
    """
    from teladan.engine.errors import Infeasible

    demand(by, Office.TREASURY, now=now)
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if not Proclamation.objects.filter(edition=edition).exists():
        raise Refusal("not-proclaimed", _("The fund is divided once the winners are proclaimed."))
    if Pot.objects.filter(edition=edition).exists():
        raise Refusal("already-divided", _("The fund of this edition is divided already."))
    weights = weights_of(edition)
    if not weights:
        raise Refusal("no-winners", _("No region stood in the last round; nothing to divide."))
    fund = edition.rule.fund
    try:
        amounts = amounts_for(weights, fund.amount, fund.floor, fund.cap)
    except Infeasible as why:
        raise _pot_too_small(fund, len(weights), why.witness) from why
    pot = Pot(
        edition=edition,
        amount=fund.amount,
        floor=fund.floor,
        cap=fund.cap,
        divided_by=by,
        divided_at=now,
        simulated=edition.simulated,
    )
    pot.full_clean()
    pot.save()
    Grant.objects.bulk_create(
        Grant(pot=pot, institution_id=pk, weight=weight, amount=amount)
        for (pk, weight), amount in zip(weights.items(), amounts, strict=True)
    )
    record(
        by=by,
        act="awards.divide",
        about=pot,
        now=now,
        public=True,
        amount=fund.amount,
        grants={str(pk): a for pk, a in zip(weights, amounts, strict=True)},
    )
    return pot


def _pot_too_small(fund: Fund, count: int, witness: Mapping[str, Any]) -> Refusal:
    """Say in rupiah what is missing, or what the caps leave over."""
    if shortage := witness.get("shortage"):
        return Refusal(
            "pot-too-small",
            _(
                "%(amount)s cannot pay %(count)d floors of %(floor)s: %(shortage)s are missing. "
                "The secretariat can amend the rules of the fund."
            )
            % {
                "amount": rupiah(fund.amount),
                "count": count,
                "floor": rupiah(fund.floor),
                "shortage": rupiah(shortage),
            },
        )
    return Refusal(
        "pot-too-large",
        _(
            "%(count)d regions may get %(cap)s each at most, so %(surplus)s of %(amount)s cannot "
            "be given. The secretariat can amend the rules of the fund."
        )
        % {
            "count": count,
            "cap": rupiah(fund.cap),
            "surplus": rupiah(witness.get("surplus")),
            "amount": rupiah(fund.amount),
        },
    )


def decisive(edition: Edition) -> str:
    """Name the points that decide the last round, and so the fund: `raw` or `adjusted`."""
    return edition.rule.rounds[-1].method


def regional_winners(edition: Edition) -> QuerySet[Standing]:
    """Return what stood in the last round and belongs to a region, best first."""
    return Standing.objects.filter(
        seal__round__edition=edition,
        seal__round__number=len(edition.rule.rounds),
        stood=True,
        entry__innovation__institution__kind__in=REGIONAL,
    ).order_by("place", "entry")


def weights_of(edition: Edition) -> dict[int, Decimal]:
    """Return institution -> weight, best first; equal weights by key, so it can be repeated."""
    weights: dict[int, Decimal] = {}
    for pk, points in regional_winners(edition).values_list(
        "entry__innovation__institution", decisive(edition)
    ):
        weights[pk] = weights.get(pk, Decimal(0)) + points
    some = ((pk, weight) for pk, weight in weights.items() if weight > 0)
    return dict(sorted(some, key=lambda pair: (-pair[1], pair[0])))


def amounts_for(
    weights: Mapping[int, Decimal], amount: int, floor: int, cap: int | None
) -> list[int]:
    """Divide in the order of the weights; raises the engine's Infeasible."""
    from teladan.engine.allocation import share

    # Points have four decimals: as whole numbers their ratios are exact.
    exact = [int(weight.scaleb(4)) for weight in weights.values()]
    return [int(given) for given in share(amount, exact, floor=floor, cap=cap)]


def broken_awards() -> Iterator[str]:
    """Derive every honour again from the sealed standings and name each that differs."""
    for edition in Edition.objects.select_related("proclamation").order_by("pk"):
        proclaimed = hasattr(edition, "proclamation")
        right = {a.entry_id: a for a in honours_of(edition)} if proclaimed else {}
        for award in Award.objects.filter(edition=edition).order_by("pk"):
            place = f"award {award.pk} of {edition}, entry {award.entry_id}"
            due = right.pop(award.entry_id, None)
            if due is None:
                yield f"{place}: {award.level} does not follow from the standings"
                continue
            for name in ("innovation_id", "level", "year", "simulated"):
                if getattr(award, name) != getattr(due, name):
                    yield f"{place}: {name} is {getattr(award, name)}, not {getattr(due, name)}"
            # Codes are signed with the site's key, which an operator may have changed since.
            if not award.code:
                yield f"{place}: the code of the certificate is missing"
        for entry, due in right.items():
            yield f"award of {edition}, entry {entry}: {due.level} is missing"


def broken_pots() -> Iterator[str]:
    """Divide every pot again from its stored standings and name each grant that differs."""
    from teladan.engine.errors import Infeasible

    for pot in Pot.objects.select_related("edition"):
        weights = weights_of(pot.edition)
        try:
            amounts = amounts_for(weights, pot.amount, pot.floor, pot.cap) if weights else []
        except Infeasible as why:
            yield f"fund of {pot.edition}: cannot be divided again: {why}"
            continue
        expected = dict(zip(weights, amounts, strict=True))
        stored = {g.institution_id: (g.weight, g.amount) for g in pot.grants.all()}
        for pk in sorted(expected.keys() | stored.keys()):
            right = (weights.get(pk), expected.get(pk))
            if stored.get(pk) != right:
                yield f"fund of {pot.edition}: institution {pk} has {stored.get(pk)}, not {right}"
