"""What an amendment changed, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def differences(changed: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Turn an amendment's `changed` into single places: (path, before, after).

    A path reads `closes`, `aspects.impact.weight` or `rounds.2.seats`; None stands for absent.
    """
    for key, (old, new) in changed.items():
        before, after = dict(_leaves(key, old)), dict(_leaves(key, new))
        for path in {**before, **after}:
            if before.get(path) != after.get(path):
                yield path, before.get(path), after.get(path)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list) and any(isinstance(row, Mapping) for row in value):
        for number, row in enumerate(value, 1):
            name = row.get("code", number) if isinstance(row, Mapping) else number
            yield from _leaves(f"{path}.{name}", row)
    elif isinstance(value, list):
        yield path, ", ".join(str(each) for each in value)
    elif value is not None:
        yield path, value
