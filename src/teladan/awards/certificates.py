"""Certificates as PDF, made by typst: the same bytes each time for the same honour."""

from __future__ import annotations

import io
import json
from typing import Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teladan.awards.models import Award
from teladan.house.offices import CAPITAL
from teladan.house.templatetags.teladan import day


def verification_address(code: str) -> str:
    """Return the full address that the QR code holds."""
    return f"{settings.SITE_URL}{reverse('verify')}?code={code}"


def qr_svg(text: str) -> str:
    """Return a QR code as SVG text."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=0, xmldecl=False)
    return out.getvalue().decode()


def certificate_pdf(award: Award) -> bytes:
    """Typeset the certificate of a proclaimed honour (A4, PDF/A-2b)."""
    import typst  # heavy, so here

    edition, innovation = award.edition, award.innovation
    if edition is None or award.code is None:
        raise ValueError("only honours proclaimed here have certificates")
    at = edition.proclamation.at
    # A decree has one date, wherever its certificate is downloaded.
    date = at.astimezone(CAPITAL).date()
    facts = {
        "lang": (get_language() or "id")[:2],
        "title": innovation.title,
        "institution": innovation.institution.name,
        "unit": innovation.unit.name if innovation.unit else "",
        "level": f"{award.get_level_display()} {award.year}",
        "edition": edition.name,
        "date": [date.year, date.month, date.day],
        "code": award.code,
        "address": verification_address(award.code),
        "site": f"{settings.SITE_URL}{reverse('verify')}",
        "simulated": award.simulated,
        "qr": qr_svg(verification_address(award.code)),
        "words": {
            "given": _("Certificate of honour"),
            "for_": _("for the public-service innovation"),
            "decree": _("Decree %(decree)s, %(day)s")
            % {"decree": edition.proclamation.decree, "day": day(date)},
            "code": _("Verification code"),
            "check": _("Genuine? Check it at"),
            "scan": _("QR code that leads to the verification of this certificate"),
            "simulated": _("SIMULATED"),
            "not_real": _("Simulated: made to show how it works. This is not an honour."),
        },
    }
    place = settings.HERE / "data" / "typst"

    def typeset(standard: Literal["a-2b"] | None) -> bytes:
        return typst.compile(
            place / "certificate.typ",
            root=place,
            font_paths=[place],
            ignore_system_fonts=True,
            sys_inputs={"facts": json.dumps(facts)},
            format="pdf",
            pdf_standards=standard,
            timestamp=int(at.timestamp()),
        )

    try:
        return typeset("a-2b")
    except typst.TypstError:
        # The archive's standard forbids a sign that the font lacks (an emoji in a title).
        return typeset(None)
