"""Reading arguments: every refusal names the argument, the place and the value."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BITS",
    "LARGEST",
    "cells",
    "codes",
    "count",
    "matrix",
    "number",
    "pairs_within",
    "readings",
    "unsigned",
    "vector",
    "whole",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Numbers up to this size can be summed and squared without leaving the floats.
LARGEST = 1e100
# Limits are below 2**BITS: billions of them can be summed, and two multiplied, in 64 bits.
BITS = 31


def _numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        numbers = np.asarray(values)
        if numbers.dtype.kind in "OSU":
            _no_text(name, np.asarray(values, dtype=object))
            numbers = numbers.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} must be an array of numbers: {wrong}") from wrong
    if numbers.size and not (np.issubdtype(numbers.dtype, np.number) or numbers.dtype == np.bool_):
        raise ValueError(f"{name} must be an array of numbers, got {numbers.dtype}")
    if np.issubdtype(numbers.dtype, np.complexfloating):
        raise ValueError(f"{name} must be real, got {numbers.dtype}")
    return numbers


def _at(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _no_text(name: str, values: NDArray[np.object_]) -> None:
    """Refuse texts, also those that look like numbers: a mark typed as "7,5" would be lost."""
    for place, value in np.ndenumerate(values):
        if isinstance(value, str | bytes):
            raise ValueError(f"{_at(name, place)} is {value!r}")


def _finite(name: str, numbers: Floats) -> None:
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{_at(name, place)} is {numbers[place]}, must be finite")


def _within(name: str, numbers: Floats, most: float) -> None:
    wrong = np.abs(numbers) > most
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{_at(name, place)} is {numbers[place]}, must not be beyond {most:g}")


def vector(
    name: str,
    values: ArrayLike,
    *,
    size: int | None = None,
    most: float = np.inf,
    missing: bool = False,
) -> Floats:
    """Return finite float64 of shape (n,) from -`most` to `most`, or say what is wrong where.

    With `missing` they may also be NaN.
    """
    numbers = _numbers(name, values)
    if numbers.ndim != 1 or (size is not None and numbers.size != size):
        asked = "(n,)" if size is None else f"({size},)"
        raise ValueError(f"{name} must have shape {asked}, got {numbers.shape}")
    answer = numbers.astype(np.float64)
    _finite(name, np.where(np.isnan(answer), 0.0, answer) if missing else answer)
    _within(name, answer, most)
    return answer


def unsigned(name: str, values: ArrayLike, *, size: int) -> Floats:
    """Return float64 of shape (size,) from 0 to `LARGEST`."""
    answer = vector(name, values, size=size, most=LARGEST)
    if (answer < 0).any():
        place = int(np.flatnonzero(answer < 0)[0])
        raise ValueError(f"{name}[{place}] is {answer[place]}, must not be negative")
    return answer


def matrix(name: str, values: ArrayLike, *, most: float = np.inf) -> Floats:
    """Return finite float64 of shape (n, m) from -`most` to `most`, or say what is wrong where."""
    numbers = _numbers(name, values)
    if numbers.ndim != 2:
        raise ValueError(f"{name} must have shape (n, m), got {numbers.shape}")
    answer = np.asarray(numbers, dtype=np.float64)
    _finite(name, answer)
    _within(name, answer, most)
    return answer


def whole(name: str, values: ArrayLike, *, size: int | None = None, bits: int = 63) -> Ints:
    """Return int64 of shape (n,) from 0 to below ``2**bits``; one number stands for all `size`."""
    numbers = _numbers(name, values)
    if numbers.ndim == 0 and size is not None:
        numbers = np.full(size, numbers[()])
    if numbers.ndim != 1 or (size is not None and numbers.size != size):
        asked = "(n,)" if size is None else f"({size},) or be one number"
        raise ValueError(f"{name} must have shape {asked}, got {numbers.shape}")
    if np.issubdtype(numbers.dtype, np.floating):
        _finite(name, numbers)
        broken = numbers != np.floor(numbers)
        if broken.any():
            place = int(np.flatnonzero(broken)[0])
            raise ValueError(f"{name}[{place}] is {numbers[place]}, must be whole")
    if numbers.size and int(numbers.max()) >= 2**bits:
        place = int(np.argmax(numbers))
        raise ValueError(f"{name}[{place}] is {numbers[place]}, must be below 2**{bits}")
    answer = numbers.astype(np.int64)
    if answer.size and answer.min() < 0:
        place = int(np.flatnonzero(answer < 0)[0])
        raise ValueError(f"{name}[{place}] is {answer[place]}, must not be negative")
    return answer


def codes(name: str, values: ArrayLike, *, size: int | None = None) -> tuple[Ints, int]:
    """Return positions 0 to m - 1, each used at least once, and m."""
    answer = whole(name, values, size=None)
    if size is not None and answer.size != size:
        raise ValueError(f"{name} must have shape ({size},), got {answer.shape}")
    if answer.size == 0:
        raise ValueError(f"{name} is empty")
    if answer.max() >= answer.size:
        raise ValueError(f"{name} reaches {answer.max()} in {answer.size} rows: use 0 to m - 1")
    used = np.bincount(answer)
    if not used.all():
        raise ValueError(f"{name} never has {int(np.flatnonzero(used == 0)[0])}: use 0 to m - 1")
    return answer, used.size


def readings(
    entry: ArrayLike, reader: ArrayLike, points: ArrayLike
) -> tuple[Ints, int, Ints, int, Floats]:
    """Return entries and their number, readers and theirs, and points: nobody reads twice."""
    y = vector("points", points, most=LARGEST)
    if y.size == 0:
        raise ValueError("points is empty: nothing was read yet")
    p, entries = codes("entry", entry, size=y.size)
    r, readers = codes("reader", reader, size=y.size)
    key = p * readers + r
    order = np.argsort(key, kind="stable")
    twice = np.flatnonzero(np.diff(key[order]) == 0)
    if twice.size:
        place = int(order[twice[0] + 1])
        raise ValueError(f"reader {r[place]} reads entry {p[place]} twice, at row {place}")
    return p, entries, r, readers, y


def number(name: str, value: Any) -> float:
    """Return one finite number, or say what it is instead."""
    if isinstance(value, bool | str | bytes) or not np.isscalar(value):
        raise ValueError(f"{name} is {value!r}, must be a number")
    try:
        answer = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} is {value!r}, must be a number") from wrong
    if not np.isfinite(answer):
        raise ValueError(f"{name} is {answer}, must be finite")
    return answer


def count(name: str, value: Any, *, least: int = 1) -> int:
    """Return one whole number that is not below `least`."""
    answer = number(name, value)
    if answer != np.floor(answer):
        raise ValueError(f"{name} is {value}, must be whole")
    if answer < least:
        below = "must not be negative" if least == 0 else f"must be at least {least}"
        raise ValueError(f"{name} is {value}, {below}")
    return int(answer)


def cells(name: str, given: ArrayLike | None, shape: tuple[int, int]) -> Ints:
    """Return unique pairs (m, 2), sorted, from a bool matrix of this shape or from pairs in it."""
    if given is None:
        return np.empty((0, 2), dtype=np.int64)
    array = np.asarray(given)
    if array.dtype == np.bool_:
        if array.shape != shape:
            raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
        return np.argwhere(array).astype(np.int64)
    return pairs_within(name, array, shape, asked="bool (P, E) or whole pairs (m, 2)")


def pairs_within(
    name: str, given: ArrayLike, shape: tuple[int, int], *, asked: str = "whole pairs (m, 2)"
) -> Ints:
    """Return unique pairs (m, 2), sorted, from pairs of positions inside this shape."""
    array = np.asarray(given)
    if array.size == 0:
        return np.empty((0, 2), dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be {asked}, got {array.dtype} {array.shape}")
    pairs = array.astype(np.int64)
    wrong = ((pairs < 0) | (pairs >= shape)).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"{name}[{row}] is {tuple(pairs[row].tolist())}, outside {shape}")
    unique: Ints = np.unique(pairs, axis=0)
    return unique
