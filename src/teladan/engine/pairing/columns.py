"""Reading columns about needs and offers, where a figure may be missing but not wrong."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Columns:
    """The named columns of one side, each with one row a need or an offer.

    Every reader returns float64 of shape (rows, d) whose missing rows are NaN.
    """

    def __init__(self, side: str, given: Mapping[str, ArrayLike]) -> None:
        self.side = side
        self._columns = {name: np.asarray(column) for name, column in given.items()}
        if not self._columns:
            raise ValueError(f"{side} has no columns")
        first = next(iter(self._columns))
        self.rows = len(self._columns[first]) if self._columns[first].ndim else 0
        if self.rows == 0:
            raise ValueError(f"{side}[{first!r}] has no rows")
        for name, column in self._columns.items():
            if column.ndim not in (1, 2) or len(column) != self.rows:
                raise ValueError(
                    f"{side}[{name!r}] has shape {column.shape}, must have {self.rows} rows "
                    f"as {first!r} has"
                )

    def _column(self, name: str, dimensions: int) -> NDArray[np.generic]:
        if name not in self._columns:
            raise ValueError(f"{self.side} has no column {name!r}")
        column = self._columns[name]
        if column.ndim != dimensions:
            asked = "(rows,)" if dimensions == 1 else "(rows, members)"
            raise ValueError(
                f"{self.side}[{name!r}] must have shape {asked}, got shape {column.shape}"
            )
        return column

    def numbers(self, name: str, *, least: float = -np.inf, most: float = np.inf) -> Floats:
        """Return figures from `least` to `most`; NaN and None are missing, infinity is refused."""
        column = self._column(name, 1)
        if column.dtype.kind not in "biufO":
            raise ValueError(f"{self.side}[{name!r}] must hold numbers, got {column.dtype}")
        try:
            answer = column.astype(np.float64)
        except (TypeError, ValueError) as wrong:
            raise ValueError(f"{self.side}[{name!r}] must hold numbers: {wrong}") from wrong
        broken = np.isinf(answer) | (answer < least) | (answer > most)
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            asked = "finite" if np.isinf(answer[row]) else f"from {least} to {most}"
            raise ValueError(f"{self.side}[{name!r}][{row}] is {answer[row]}, must be {asked}")
        return answer[:, None]

    def codes(self, name: str) -> Floats:
        """Return whole codes from 0 up; -1 or NaN is missing."""
        answer = self.numbers(name, least=-1.0)
        broken = answer[:, 0] != np.floor(answer[:, 0])
        broken &= ~np.isnan(answer[:, 0])
        if broken.any():
            row = int(np.flatnonzero(broken)[0])
            raise ValueError(
                f"{self.side}[{name!r}][{row}] is {answer[row, 0]}, must be a whole code"
            )
        answer[answer == -1.0] = np.nan
        return answer

    def members(self, name: str) -> Floats:
        """Return 0 and 1 of shape (rows, members); a row without any member is missing."""
        column = self._column(name, 2)
        if column.dtype != np.bool_:
            raise ValueError(f"{self.side}[{name!r}] must be boolean, got {column.dtype}")
        answer = column.astype(np.float64)
        answer[~column.any(axis=1)] = np.nan
        return answer

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Return a boolean of shape (rows,)."""
        column = self._column(name, 1)
        if column.dtype != np.bool_:
            raise ValueError(f"{self.side}[{name!r}] must be boolean, got {column.dtype}")
        return column.astype(np.bool_)

    def points(self, latitude: str, longitude: str) -> Floats:
        """Return places on the unit sphere, shape (rows, 3), from degrees."""
        north = np.radians(self.numbers(latitude, least=-90.0, most=90.0)[:, 0])
        east = np.radians(self.numbers(longitude, least=-180.0, most=180.0)[:, 0])
        answer = np.column_stack(
            [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
        )
        answer[np.isnan(answer).any(axis=1)] = np.nan
        return answer
