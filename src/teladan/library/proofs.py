"""Proofs: whether a certificate, a receipt or a bundle is genuine, and what does not fit if not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Semaphore
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from teladan.awards.bundles import bundle_of, faults_in
from teladan.awards.models import Award
from teladan.contest.models import Edition, Filing
from teladan.library.life import later_rows

MOST_FAULTS = 20
# Computing a round again takes seconds of a whole core: one at a time in a process.
_one_at_a_time = Semaphore(1)


@dataclass(frozen=True)
class Verdict:
    """What was found: `kind` is certificate, receipt, bundle or nothing."""

    kind: str
    genuine: bool
    faults: list[str] = field(default_factory=list)
    award: Award | None = None
    # How a training ended for a graduate: a row of a stage that comes after the library.
    outcome: Any = None
    filing: Filing | None = None
    edition: Edition | None = None
    rounds: int = 0
    # The question could not be answered now; asking again later helps.
    busy: bool = False


def check_code(code: str, digest: str) -> Verdict:
    """Look a code up among certificates, then among receipts; compare the hash if one is given.

    Certificates are of an honour, or of a graduate of a training.
    """
    award = (
        Award.objects.filter(code=code)
        .select_related("innovation__institution", "edition__proclamation")
        .first()
    )
    outcome = None if award else _graduate(code)
    if award or outcome:
        faults = []
        if digest:
            faults.append(_("The code is of a certificate, which has no hash. Leave the hash out."))
        return Verdict("certificate", not faults, faults, award=award, outcome=outcome)
    filing = Filing.objects.filter(receipt=code).select_related("entry__edition").first()
    if filing is None:
        fault = _("No certificate and no receipt of this site has the code %(code)s.")
        return Verdict("nothing", False, [fault % {"code": code}])
    faults = []
    if digest and digest != filing.digest:
        faults.append(
            _("The receipt exists, but the text it was given for has another hash than yours.")
        )
    return Verdict("receipt", not faults, faults, filing=filing)


def _graduate(code: str) -> Any:
    """Return what the certificate of a graduate stands on; it says whether it is simulated."""
    rows = later_rows("Outcome").filter(result="graduated", code=code)
    return rows.select_related(
        "participant__person", "participant__unit__institution", "participant__cohort__agency"
    ).first()


def check_bundle(data: bytes) -> Verdict:
    """Compare a bundle with the one published here, and compute its rounds again."""
    key = f"bundle:{hashlib.sha256(data).hexdigest()}"
    bundle = _read(data)
    if not isinstance(bundle, Mapping):
        return Verdict("bundle", False, [_("The file is not a JSON object, so not a bundle.")])
    slug = _shown(bundle.get("edition", ""))[:60]
    edition = (
        Edition.objects.filter(slug=slug, proclamation__isnull=False)
        .select_related("proclamation")
        .first()
    )
    if edition is None:
        fault = _("It names the edition “%(edition)s”, of which this site published no result.")
        return Verdict("bundle", False, [fault % {"edition": slug or "–"}])
    found: list[str] | None = cache.get(key)
    if found is None:
        if not _one_at_a_time.acquire(timeout=2):
            return Verdict("bundle", False, edition=edition, busy=True)
        try:
            faults = _faults(bundle, bundle_of(edition))[:MOST_FAULTS]
            found = [_shown(fault)[:300] for fault in faults]
        finally:
            _one_at_a_time.release()
        cache.set(key, found, 3600)
    rounds = len(bundle["rounds"]) if not found else 0
    return Verdict("bundle", not found, found, edition=edition, rounds=rounds)


def _shown(text: object) -> str:
    """Make a foreign text fit for a page and a query: no NUL, no halves of characters."""
    return str(text).replace("\0", "").encode("utf-8", "replace").decode()


def _read(data: bytes) -> object:
    def refuse(name: str) -> float:
        raise ValueError(name)

    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def _faults(bundle: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """Name what does not fit. Foreign numbers are computed only if they are as many as ours."""
    sizes = _sizes(bundle)
    if sizes != _sizes(ours):
        return [
            _("Its rounds, entries or marks are not as many as in the bundle published here."),
            *_parts_that_differ(bundle, ours),
        ]
    try:
        found = faults_in(bundle)
    except Exception as broken:  # a hostile file may break the check anywhere; it is not genuine
        found = [_("It cannot be computed: %(why)s") % {"why": str(broken)[:200]}]
    if not found and bundle.get("digest") == ours["digest"]:
        return []
    return found + _parts_that_differ(bundle, ours)


def _sizes(bundle: Mapping[str, Any]) -> object:
    try:
        return [
            [len(entry["inputs"][part]) for part in ("entries", "marks", "aspects", "tie_rule")]
            + [len(entry["standings"]), len(entry["inputs"]["order"])]
            for entry in bundle["rounds"]
        ]
    except (KeyError, TypeError):
        return None


def _parts_that_differ(bundle: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    said = _("The part “%(part)s” differs from the bundle published here.")
    parts = [key for key in ours if key != "rounds" and bundle.get(key) != ours[key]]
    rounds = bundle.get("rounds")
    for place, own in enumerate(ours["rounds"]):
        theirs = rounds[place] if isinstance(rounds, list) and place < len(rounds) else None
        if not isinstance(theirs, Mapping):
            parts.append(f"rounds[{place}]")
            continue
        parts += [f"rounds[{place}].{key}" for key in own if theirs.get(key) != own[key]]
    extra = sorted(str(key)[:40] for key in bundle.keys() - ours.keys())
    return [said % {"part": part} for part in [*parts, *extra]]
