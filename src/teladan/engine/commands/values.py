"""Reading one value of a file, whatever kind of file it stood in."""

import math
import re
from typing import Any

__all__ = ["as_id", "as_number", "as_text", "as_whole", "short"]

# A thousand, as people write it: 1.000 or 1,000 or 1 000.
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[., \u00a0\u202f]\d{3})+")


def as_id(value: Any) -> str:
    """Return an id: any text that is not blank, exactly as it stands; or a number's digits."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        raise ValueError("is empty, must be an id")
    raise ValueError(f"{short(value)} is no id, must be text")


def as_text(value: Any) -> str:
    """Return any text, an empty one too."""
    if isinstance(value, str):
        return value
    raise ValueError(f"{short(value)} is no text")


def as_number(value: Any) -> float:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is empty" if value is None else f"{short(value)} is not a number")
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("is empty, must be a number")
        value = _parsed(value)
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{short(value)} is too large") from None
    if not math.isfinite(number):
        raise ValueError(f"{value} is not a finite number")
    return number


def as_whole(value: Any) -> int:
    """Return a whole number that is not negative and fits 63 bits."""
    text = value.strip() if isinstance(value, str) else ""
    if GROUPED.fullmatch(text):
        raise ValueError(f"{short(value)} is not clear: write a whole number with digits only")
    exact = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else value
    if not isinstance(exact, int) or isinstance(exact, bool):
        number = as_number(exact)
        if number != math.floor(number):
            raise ValueError(f"{short(value)} is not whole")
        exact = int(number)
    if exact < 0:
        raise ValueError(f"{short(value)} is negative")
    if exact >= 2**63:
        raise ValueError(f"{short(value)} is too large")
    return exact


def short(value: Any) -> str:
    """Show a value, and not more of it than fits a sentence."""
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"


def _parsed(text: str) -> float:
    try:
        if "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        pass
    hint = ""
    if text.count(",") == 1 and text.replace(",", "").strip().lstrip("+-").isdigit():
        hint = ": decimals are written with a point"
    raise ValueError(f"{short(text)} is not a number{hint}")
