"""Hard filters: what a pair must be before it is worth a score."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.columns import Columns

__all__ = ["AtLeast", "Different", "Equal", "Filter", "Open", "Shares"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filter:
    """What all filters have in common.

    Attributes
    ----------
    need, offer : str
        Columns compared; the need's name where `offer` is empty.
    unknown : {"refuse", "pass"}
        What becomes of a pair of which a figure is missing. A filter is there to
        be shown to hold, so the default refuses.
    """

    need: str
    offer: str = ""
    unknown: Literal["refuse", "pass"] = "refuse"

    def columns(self) -> tuple[str, str]:
        """Return the columns of the need and of the offer that this filter reads."""
        return self.need, self.offer or self.need

    def refuse_nonsense(self) -> None:
        """Raise ValueError where the filter itself makes no sense."""
        if self.unknown not in ("refuse", "pass"):
            raise ValueError(f"unknown is {self.unknown!r}, must be 'refuse' or 'pass'")

    def read(self, side: Columns, column: str) -> Floats:
        """Return what the filter needs to know of one side: (rows, d), NaN where missing."""
        return side.codes(column)

    def grid(self, a: Floats, b: Floats) -> Flags:
        """Return which of all pairs pass: (n, m)."""
        passed = self.holds(b[:, 0] - a[:, :1])
        if self.unknown == "pass":
            passed |= np.isnan(a[:, :1]) | np.isnan(b[:, 0])
        return passed

    def holds(self, difference: Floats) -> Flags:
        """Return where offer minus need is as it must be; never where it is NaN."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Equal(Filter):
    """Both have the same code: the same theme, the same level of government."""

    def holds(self, difference: Floats) -> Flags:
        """Return where codes agree."""
        passed: Flags = difference == 0.0
        return passed


@dataclass(frozen=True, slots=True)
class Different(Filter):
    """The codes differ: nobody is sent to himself."""

    def holds(self, difference: Floats) -> Flags:
        """Return where codes differ."""
        return np.abs(difference) > 0.0


@dataclass(frozen=True, slots=True)
class AtLeast(Filter):
    """The offer's figure is at least `margin` better than the need's."""

    margin: float = 0.0
    better: Literal["higher", "lower"] = "higher"

    def refuse_nonsense(self) -> None:
        """Refuse an unknown direction and a margin that is no number."""
        Filter.refuse_nonsense(self)
        if self.better not in ("higher", "lower"):
            raise ValueError(f"better of {self.need!r} is {self.better!r}, not higher or lower")
        if not np.isfinite(self.margin):
            raise ValueError(f"margin of {self.need!r} is {self.margin}, must be finite")

    def read(self, side: Columns, column: str) -> Floats:
        """Return figures, larger is better."""
        return side.numbers(column) * (1.0 if self.better == "higher" else -1.0)

    def holds(self, difference: Floats) -> Flags:
        """Return where the offer is ahead enough."""
        passed: Flags = difference >= self.margin
        return passed


@dataclass(frozen=True, slots=True)
class Shares(Filter):
    """Both sets, as boolean matrices (rows, members), have a member in common."""

    def read(self, side: Columns, column: str) -> Floats:
        """Return members."""
        return side.members(column)

    def grid(self, a: Floats, b: Floats) -> Flags:
        """Return which of all pairs have a member in common: (n, m)."""
        passed: Flags = a @ b.T > 0.0
        if self.unknown == "pass":
            passed |= np.isnan(a[:, :1]) | np.isnan(b[:, 0])
        return passed


@dataclass(frozen=True, slots=True)
class Open:
    """The offer is open: `offer` is a boolean column of the offers."""

    offer: str
