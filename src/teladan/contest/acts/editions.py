"""Editions: announced with their rules, amended with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from teladan.contest.models import Amendment, Edition, Entry, Round
from teladan.contest.rules import RoundRule, Rules, parse
from teladan.house.ledger import act, digest_of, record
from teladan.house.models import Office, Person
from teladan.house.offices import demand
from teladan.house.refusals import Refusal

# What readers marked by, and what a sealed round was computed from.
FIXED_BY_MARKS = {"aspects", "tie_rule"}
FIXED_BY_SEAL = FIXED_BY_MARKS | {"barred", "barred_twice", "categories"}


@act
def announce(
    *,
    by: Person,
    slug: str,
    name: str,
    year: int,
    rules: Mapping[str, Any],
    now: datetime,
    theme: str = "",
    simulated: bool = False,
) -> Edition:
    """Announce an edition with its rules and rounds.

    Refuses `not-your-office`; rules that do not hold are invalid, with the place named.
    """
    demand(by, Office.SECRETARIAT, now=now)
    typed = parse(rules)
    edition = Edition(
        slug=slug,
        name=name.strip(),
        year=year,
        theme=theme.strip(),
        rules=dict(rules),
        announced_at=now,
        simulated=simulated,
    )
    edition.full_clean()
    edition.save()
    Round.objects.bulk_create(Round(edition=edition, number=r.number) for r in typed.rounds)
    record(
        by=by,
        act="contest.announce",
        about=edition,
        now=now,
        public=True,
        name=name,
        rules=digest_of(edition.rules),
    )
    return edition


@act
def amend(
    *,
    by: Person,
    edition: Edition,
    rules: Mapping[str, Any],
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Amendment:
    """Change the rules after announcing them, with a reason that everybody can read.

    `seen` is how many amendments the writer knew of: a newer one is not overwritten unread. The
    ledger says how many entries the change touches. Refuses `not-your-office`,
    `changed-elsewhere`, `nothing-changed`, `proclaimed` (after that only the fund may change, and
    nothing once it is divided), `rounds-fixed` (once a round is sealed, its rule, the number of
    rounds and all that it was computed from stay), `marks-given` (from the first mark on, the
    aspects, the tie rule and the method of that round stay) and `round-in-use` (a round that has
    readers cannot be dropped).
    """
    demand(by, Office.SECRETARIAT, now=now)
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if seen is not None and seen != edition.amendments.count():
        raise Refusal(
            "changed-elsewhere",
            _(
                "Somebody amended these rules after you opened them. Read what changed on the "
                "edition's page, then save again what still holds."
            ),
        )
    old, new = edition.rules, dict(rules)
    before, after = edition.rule, parse(new)
    changed = {
        key: [old.get(key), new.get(key)]
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    }
    if not changed:
        raise Refusal("nothing-changed", _("These are the rules in force. Change something."))
    _refuse_proclaimed(edition, changed)
    _refuse_fixed(edition, before, after, changed)
    amendment = Amendment(edition=edition, at=now, by=by, reason=reason.strip(), changed=changed)
    amendment.full_clean()
    amendment.save()
    edition.rules = new
    edition.save(update_fields=["rules"])
    _match_rounds(edition, after)
    record(
        by=by,
        act="contest.amend",
        about=edition,
        now=now,
        public=True,
        changed=sorted(changed),
        reason=reason,
        entries=Entry.objects.filter(edition=edition).count(),
    )
    return amendment


def _refuse_proclaimed(edition: Edition, changed: Mapping[str, Any]) -> None:
    """After the proclamation strangers compute again: only the fund waits to be divided."""
    # Awards are above the contest, so the questions go through what they added to the edition.
    this = Edition.objects.filter(pk=edition.pk)
    if this.filter(pot__isnull=False).exists():
        raise Refusal(
            "proclaimed",
            _("This edition is proclaimed and its fund is divided. Its rules cannot change."),
        )
    if changed.keys() - {"fund"} and this.filter(proclamation__isnull=False).exists():
        raise Refusal(
            "proclaimed",
            _("This edition is proclaimed. Of its rules only the fund can change."),
        )


def _refuse_fixed(
    edition: Edition, before: Rules, after: Rules, changed: Mapping[str, Any]
) -> None:
    rounds = Round.objects.filter(edition=edition)
    now_in_force = {sieve.number: sieve for sieve in after.rounds}
    turned = {r.number for r in before.rounds if now_in_force.get(r.number) != r}
    sealed = set(rounds.filter(seal__isnull=False).values_list("number", flat=True))
    recounted = len(before.rounds) != len(after.rounds)
    if sealed and (changed.keys() & FIXED_BY_SEAL or sealed & turned or recounted):
        raise Refusal(
            "rounds-fixed",
            _("A round is sealed under these rules. They cannot change for this edition."),
        )
    marked = set(rounds.filter(tallies__reads__gt=0).values_list("number", flat=True))
    turned = {r.number for r in before.rounds if _method(now_in_force, r.number) != r.method}
    if marked and (changed.keys() & FIXED_BY_MARKS or marked & turned):
        raise Refusal(
            "marks-given",
            _(
                "Marks are given under these rules: the aspects, the tie rule and the method of "
                "the round stay as they were announced. Change them in the next edition."
            ),
        )


def _method(rounds: Mapping[int, RoundRule], number: int) -> str:
    return rounds[number].method if number in rounds else ""


def _match_rounds(edition: Edition, rule: Rules) -> None:
    """Make as many rounds as the rules have, or refuse to drop one that is in use."""
    known = set(edition.rounds.values_list("number", flat=True))
    Round.objects.bulk_create(
        Round(edition=edition, number=sieve.number)
        for sieve in rule.rounds
        if sieve.number not in known
    )
    try:
        edition.rounds.filter(number__gt=len(rule.rounds)).delete()
    except ProtectedError as used:
        raise Refusal(
            "round-in-use",
            _("Readers are seated in a round that these rules no longer have. Keep the round."),
        ) from used
