"""Formatting: rupiah, numbers, days and moments as Indonesians write them; and lists in pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext

register = template.Library()
ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def _separators() -> tuple[str, str]:
    return (".", ",") if (get_language() or "id").startswith("id") else (",", ".")


@register.filter
def number(value: Any, places: int = 0) -> str:
    """Write 1234567.5 as 1.234.567 in Indonesian, 1,234,567 in English; a dash if unknown."""
    if value is None or value == "":
        return "–"
    thousands, point = _separators()
    text = f"{Decimal(str(value)):,.{int(places)}f}"
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)


@register.filter
def rupiah(value: Any) -> str:
    """Write 3500000000 as Rp3.500.000.000: always with dots, as on the decree."""
    return "–" if value is None else "Rp" + f"{int(value):,}".replace(",", ".")


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """Write the share 0.583 as 58%."""
    return "–" if value is None else f"{number(Decimal(str(value)) * 100, places)}%"


@register.filter
def day(value: date | datetime | None) -> str:
    """Write 24 Nov 2026."""
    if value is None:
        return "–"
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return formats.date_format(local, "j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Write 24 Nov 2026, 12.00 WIB, in the reader's zone."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    zone = ZONE_NAMES.get(str(timezone.get_current_timezone()), "WIB")
    return f"{formats.date_format(local, 'j M Y')}, {local:%H.%M} {zone}"


@register.filter
def left(value: datetime | None, now: datetime) -> str:
    """Say how long there is until `value`: 3 days left, 5 hours left, or past."""
    if value is None:
        return ""
    hours = (value - now).total_seconds() / 3600
    if hours < 0:
        return gettext("past")
    if hours < 1:
        return gettext("%(minutes)d minutes left") % {"minutes": int(hours * 60)}
    if hours < 48:
        return gettext("%(hours)d hours left") % {"hours": int(hours)}
    return gettext("%(days)d days left") % {"days": int(hours // 24)}


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Look a key up in a dict, for tables whose columns are data."""
    return mapping.get(key) if mapping else None


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pages(
    context: dict[str, Any],
    page: Page[Any],
    name: str = "page",
    newer: str = "",
    older: str = "",
    place: str = "",
) -> dict[str, str]:
    """Link to the pages before and after; what else the address asks for stays as it is.

    `name` is the word of the address that holds the number, `place` where on the page the list
    stands, `newer` and `older` what the links say.
    """

    def address(number: int) -> str:
        asked = context["request"].GET.copy()
        asked[name] = str(number)
        return f"?{asked.urlencode()}" + (f"#{place}" if place else "")

    return {
        "newer": address(page.previous_page_number()) if page.has_previous() else "",
        "older": address(page.next_page_number()) if page.has_next() else "",
        "newer_label": newer or gettext("Earlier"),
        "older_label": older or gettext("Later"),
        "pager_note": f"{page.number} / {page.paginator.num_pages}",
    }
