"""Reading arguments: every refusal names the argument, the place and the value."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["codes", "matrix", "vector", "whole"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _numbers(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        numbers = np.asarray(values)
        if numbers.dtype == object:
            numbers = numbers.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} must be an array of numbers: {wrong}") from wrong
    if numbers.size and not (np.issubdtype(numbers.dtype, np.number) or numbers.dtype == np.bool_):
        raise ValueError(f"{name} must be an array of numbers, got {numbers.dtype}")
    if np.issubdtype(numbers.dtype, np.complexfloating):
        raise ValueError(f"{name} must be real, got {numbers.dtype}")
    return numbers


def _finite(name: str, numbers: Floats) -> None:
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = ", ".join(map(str, place))
        raise ValueError(f"{name}[{where}] is {numbers[place]}, must be finite")


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
