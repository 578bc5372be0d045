"""The certificate of a graduate as PDF: never a number that no source confirms, never a NIP."""

from __future__ import annotations

import json
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.awards.certificates import qr_svg, verification_address
from teladan.house.templatetags.teladan import day
from teladan.training.models import Outcome


def facts_of(outcome: Outcome) -> dict[str, Any]:
    """Return everything that stands on the certificate; raises ValueError for no graduate."""
    if outcome.code is None:
        raise ValueError("only graduates have certificates")
    participant, cohort = outcome.participant, outcome.participant.cohort
    date = outcome.day
    predicate, passed = outcome.sure_predicate, _("Passed")
    return {
        "lang": (get_language() or "id")[:2],
        "title": participant.person.name,
        "institution": participant.unit.institution.name,
        "unit": participant.unit.name,
        "level": f"{passed}: {predicate}" if predicate else passed,
        "edition": f"{cohort} · {cohort.agency.name}",
        "date": [date.year, date.month, date.day],
        "code": outcome.code,
        "address": verification_address(outcome.code),
        "site": f"{settings.SITE_URL}{reverse('verify')}",
        "simulated": cohort.simulated,
        "qr": qr_svg(verification_address(outcome.code)),
        "words": {
            "given": _("Certificate of graduation"),
            "for_": _("given to"),
            "decree": _("%(rules)s, %(day)s") % {"rules": cohort.rule.name, "day": day(date)},
            "code": _("Verification code"),
            "check": _("Genuine? Check it at"),
            "scan": _("QR code that leads to the verification of this certificate"),
            "simulated": _("SIMULATED"),
            "not_real": _("Simulated: made to show how it works. Nobody graduated."),
        },
    }


def graduate_pdf(outcome: Outcome) -> bytes:
    """Typeset the certificate (A4, PDF/A-2b); the same bytes each time."""
    import typst  # heavy, so here

    facts = json.dumps(facts_of(outcome))
    place = settings.HERE / "data" / "typst"

    def typeset(standard: Literal["a-2b"] | None) -> bytes:
        return typst.compile(
            place / "certificate.typ",
            root=place,
            font_paths=[place],
            ignore_system_fonts=True,
            sys_inputs={"facts": facts},
            format="pdf",
            pdf_standards=standard,
            timestamp=int(outcome.at.timestamp()),
        )

    try:
        return typeset("a-2b")
    except typst.TypstError:
        # The archive's standard forbids a sign that the font lacks (an emoji in a name).
        return typeset(None)
