"""Reading a cell that holds a day, a yes, or a list."""

import datetime
from typing import Any

from teladan.engine.commands.values import as_number, short

__all__ = ["as_day", "as_days", "as_list", "as_weekdays", "as_weights", "as_yes"]

YES = {"yes": True, "true": True, "1": True, "ya": True, "y": True}
NO = {"no": False, "false": False, "0": False, "tidak": False, "n": False, "": False}
WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("mon", "monday", "senin"),
            ("tue", "tuesday", "selasa"),
            ("wed", "wednesday", "rabu"),
            ("thu", "thursday", "kamis"),
            ("fri", "friday", "jumat"),
            ("sat", "saturday", "sabtu"),
            ("sun", "sunday", "minggu"),
        )
    )
    for name in names
}


def as_day(value: Any) -> datetime.date:
    """Read a day, as 2026-08-17."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value.strip())
    except (ValueError, AttributeError):
        raise ValueError(f"{short(value)} is no day such as 2026-08-17") from None


def as_yes(value: Any) -> bool:
    """Read yes or no; nothing is no."""
    said = "" if value is None else str(value).strip().lower()
    if said not in YES and said not in NO:
        raise ValueError(f"{short(value)} is neither yes nor no")
    return YES.get(said, False)


def as_list(value: Any) -> tuple[str, ...]:
    """Read a list of texts, parted by semicolons; in JSON it may be a real one."""
    if value is None:
        return ()
    if isinstance(value, list):
        if not all(isinstance(each, str) for each in value):
            raise ValueError(f"{short(value)} is no list of texts")
        return tuple(value)
    if not isinstance(value, str):
        raise ValueError(f"{short(value)} is no list, parted by ';'")
    return tuple(part.strip() for part in value.split(";") if part.strip())


def as_days(value: Any) -> tuple[datetime.date, ...]:
    """Read a list of days."""
    return tuple(as_day(each) for each in as_list(value))


def as_weekdays(value: Any) -> tuple[int, ...]:
    """Read a list of weekdays by name, in English or Indonesian: 0 is Monday."""
    days = []
    for each in as_list(value):
        if each.lower() not in WEEKDAYS:
            raise ValueError(f"{short(each)} is no weekday: mon, tue, …, or senin, selasa, …")
        days.append(WEEKDAYS[each.lower()])
    return tuple(days)


def as_weights(value: Any) -> dict[str, float]:
    """Read a list of names with numbers, as ``permits:0.8; health``; alone it counts 1."""
    if isinstance(value, dict):
        return {name: as_number(number) for name, number in value.items()}
    answer: dict[str, float] = {}
    for each in as_list(value):
        name, colon, number = each.rpartition(":")
        name = name.strip() if colon else each
        if name in answer:
            raise ValueError(f"{short(name)} stands twice in {short(value)}")
        answer[name] = as_number(number) if colon else 1.0
    return answer
