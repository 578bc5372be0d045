"""Reading arguments: every refusal names the argument, the place and the value."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["cells", "codes", "count", "matrix", "number", "vector", "whole"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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


def vector(name: str, values: ArrayLike, *, size: int | None = None) -> Floats:
    """Return finite float64 of shape (n,), or say what is wrong and where."""
    numbers = _numbers(name, values)
    if numbers.ndim != 1 or (size is not None and numbers.size != size):
        asked = "(n,)" if size is None else f"({size},)"
        raise ValueError(f"{name} must have shape {asked}, got {numbers.shape}")
    answer = numbers.astype(np.float64)
    _finite(name, answer)
    return answer


def matrix(name: str, values: ArrayLike) -> Floats:
    """Return finite float64 of shape (n, m), or say what is wrong and where."""
    numbers = _numbers(name, values)
    if numbers.ndim != 2:
        raise ValueError(f"{name} must have shape (n, m), got {numbers.shape}")
    answer = np.asarray(numbers, dtype=np.float64)
    _finite(name, answer)
    return answer


def whole(name: str, values: ArrayLike, *, size: int | None = None) -> Ints:
    """Return int64 of shape (n,) that are not negative; one number stands for all `size`."""
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
    if numbers.size and int(numbers.max()) >= 2**63:
        place = int(np.argmax(numbers))
        raise ValueError(f"{name}[{place}] is {numbers[place]}, must be below 2**63")
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
    if array.size == 0:
        return np.empty((0, 2), dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be bool (P, E) or whole pairs (m, 2), got {array.dtype} {array.shape}"
        )
    pairs = array.astype(np.int64)
    wrong = ((pairs < 0) | (pairs >= shape)).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"{name}[{row}] is {tuple(pairs[row].tolist())}, outside {shape}")
    unique: Ints = np.unique(pairs, axis=0)
    return unique
