"""Bundles: all that a stranger needs to compute a proclaimed result again, and the check that does.

Readers are numbered, not named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teladan.contest.acts import seal_digest
from teladan.contest.models import Edition
from teladan.house.ledger import digest_of
from teladan.panel.acts import differences, rows_of, standings_from

FORMAT = "teladan-bundle-1"


def bundle_of(edition: Edition) -> dict[str, Any]:
    """Return the bundle of a proclaimed edition as JSON. Readers are numbered, not named."""
    proclamation = edition.proclamation
    rounds = []
    for sieve in edition.rounds.select_related("seal").order_by("number"):
        inputs, report = dict(sieve.seal.inputs), dict(sieve.seal.report)
        # Numbers by order of appearance keep who is who hidden and the count exact.
        alias = {pk: n for n, pk in enumerate(sorted({row[1] for row in inputs["marks"]}), start=1)}
        inputs["marks"] = [[entry, alias[reader], p] for entry, reader, p in inputs["marks"]]
        report["severity"] = {str(alias[int(k)]): v for k, v in report["severity"].items()}
        rows = rows_of(sieve.seal.pk)
        rounds.append(
            {
                "number": sieve.number,
                "name": sieve.rule.name,
                "engine": sieve.seal.engine,
                "inputs": inputs,
                "report": report,
                "standings": rows,
                "digest": seal_digest(sieve.seal.engine, inputs, rows),
            }
        )
    titles = edition.entries.filter(standings__isnull=False).distinct().order_by("pk")
    body = {
        "format": FORMAT,
        "edition": edition.slug,
        "name": edition.name,
        "simulated": edition.simulated,
        # Standings follow from these; the fund may still be amended until it is divided.
        "rules": {key: value for key, value in edition.rules.items() if key != "fund"},
        "decree": proclamation.decree,
        "proclaimed_at": proclamation.at.isoformat(),
        "ledger": {"line": proclamation.ledger_seq, "digest": proclamation.ledger_digest},
        "entries": {
            str(pk): [title, institution]
            for pk, title, institution in titles.values_list(
                "pk", "title", "innovation__institution__name"
            )
        },
        "rounds": rounds,
    }
    return {**body, "digest": digest_of(body)}


def faults_in(bundle: object) -> list[str]:
    """Check a bundle as a stranger would: digests, then every standing computed again."""
    if not isinstance(bundle, Mapping) or bundle.get("format") != FORMAT:
        return [f"this is not a bundle of the format {FORMAT}"]
    found = []
    try:
        body = {key: value for key, value in bundle.items() if key != "digest"}
        if digest_of(body) != bundle.get("digest"):
            found.append("bundle: the digest does not fit the content")
        for entry in bundle["rounds"]:
            place = f"round {entry['number']}"
            rows, inputs = entry["standings"], entry["inputs"]
            if seal_digest(entry["engine"], inputs, rows) != entry["digest"]:
                found.append(f"{place}: the digest does not fit inputs and standings")
            computed, _report = standings_from(inputs)
            found += differences(rows, computed, place)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as broken:
        found.append(f"bundle: unreadable at {broken!r}")
    return found
