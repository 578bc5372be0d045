"""Working days: Monday to Friday, without the public holidays of Indonesia."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=32)
def holidays_of(year: int) -> dict[date, str]:
    """Return the public holidays of a year: day -> its name in Indonesian.

    From the package `holidays`. Days that follow the moon are estimates until the government
    decrees them, and say so in their name.
    """
    import holidays

    found: dict[date, str] = dict(holidays.country_holidays("ID", years=year, language="id"))
    return found


def holidays_around(day: date) -> tuple[date, ...]:
    """Return the holidays of a day's year and of the two that follow: nobody asks beyond them."""
    return tuple(sorted(each for more in range(3) for each in holidays_of(day.year + more)))


def is_working(day: date, free: Container[date]) -> bool:
    """Say whether a day is a working day: Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and day not in free
