"""The attempts of a participant as a page shows them: those before, kept whole, and the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from teladan.training.models import Outcome, Participant, Remedial


def attempts_of(
    found: Participant,
    earlier: Sequence[Remedial],
    outcome: Outcome | None,
    examiners: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return every attempt that has an outcome, in its order."""
    told = [_earlier(found, each) for each in earlier]
    if outcome is not None:
        told.append(
            {
                "number": len(earlier) + 1,
                "result": outcome.get_result_display(),
                "at": outcome.at,
                "reason": outcome.reason,
                "points": outcome.points,
                "rounded": outcome.rounded,
                "predicate": _predicate(found, outcome.predicate),
                "lines": _lines(found, outcome.lines),
                "scores": [(row["examiner"].person.name, row["scores"]) for row in examiners],
                "code": outcome.code,
            }
        )
    return told


def _earlier(found: Participant, remedial: Remedial) -> dict[str, Any]:
    kept = remedial.kept
    names = {each.code: each.name for each in found.cohort.rule.components}
    scores: dict[tuple[int, str], list[tuple[str, Any]]] = {}
    for row in kept["scores"]:
        told = (names.get(row["component"], row["component"]), row)
        scores.setdefault((row["examiner"], row["name"]), []).append(told)
    seminar = kept["results"]
    return {
        "number": remedial.number - 1,
        "result": Outcome.Result(kept["result"]).label,
        "at": datetime.fromisoformat(kept["at"]),
        "reason": kept["reason"],
        "points": kept["points"],
        "rounded": kept["rounded"],
        "predicate": _predicate(found, kept["predicate"]),
        "lines": _lines(found, kept["lines"]),
        "scores": [(name, rows) for (_person, name), rows in scores.items()],
        "seminar": seminar and seminar | {"day": date.fromisoformat(seminar["day"])},
        "remedial": remedial,
    }


def _predicate(found: Participant, kept: str) -> str:
    bands = found.cohort.rule.bands
    return next((band.predicate for band in bands if band.predicate_id == kept), kept)


def _lines(found: Participant, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the calculation as it was kept, its components named in the reader's language."""
    names = {each.code: each.name for each in found.cohort.rule.components}
    return [line | {"name": names.get(line["code"], line["name_id"])} for line in kept]
