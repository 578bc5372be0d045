"""The terms a fit is made of: each a number from 0 to 1 with a sentence to say it in."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.columns import Columns

__all__ = ["Ahead", "Close", "Near", "Overlap", "Own", "Same", "Term"]

Floats = NDArray[np.float64]

# Mean radius of the Earth in kilometres (IUGG).
EARTH = 6371.0088


@dataclass(frozen=True, slots=True)
class Term:
    """What all terms have in common.

    Attributes
    ----------
    name : str
        What `weights` and `Candidates.explain` call it.
    need, offer : str
        Columns compared; the term's own name where empty.
    neutral : float, default 0.5
        The value counted where a figure is missing.
    """

    name: str
    need: str = ""
    offer: str = ""
    neutral: float = 0.5

    def columns(self) -> tuple[str, str]:
        """Return the columns of the need and of the offer that this term reads."""
        return self.need or self.name, self.offer or self.name

    def refuse_nonsense(self) -> None:
        """Raise ValueError where the term itself makes no sense."""
        if not 0.0 <= self.neutral <= 1.0:
            raise ValueError(f"the neutral value of {self.name!r} is {self.neutral}, not in 0 to 1")

    def read(self, side: Columns, column: str) -> Floats:
        """Return what the term needs to know of one side: (rows, d), NaN where missing."""
        raise NotImplementedError

    # Blocks (grid) and single pairs (line) take the same steps on each element, so that both
    # give the same bits.

    def grid(self, a: Floats, b: Floats) -> Floats:
        """Return the values of all needs `a` with all offers `b`: (n, m)."""
        return self.worth(b[:, 0] - a[:, :1])

    def line(self, a: Floats, b: Floats) -> Floats:
        """Return the values of row k of `a` with row k of `b`: (n,)."""
        return self.worth(b[:, 0] - a[:, 0])

    def worth(self, raw: Floats) -> Floats:
        """Turn what was compared into 0 to 1, in place."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Same(Term):
    """1 if both have the same code, else 0. Columns of codes, -1 is missing."""

    def read(self, side: Columns, column: str) -> Floats:
        """Return codes."""
        return side.codes(column)

    def worth(self, raw: Floats) -> Floats:
        """Return 1 for no difference; NaN stays NaN."""
        np.minimum(np.abs(raw, out=raw), 1.0, out=raw)
        np.subtract(1.0, raw, out=raw)
        return raw


@dataclass(frozen=True, slots=True)
class Near(Term):
    """``1 - |offer - need| / scale``, at least 0.

    `scale` is the distance at which nothing is left; with ``log=True`` figures
    are compared as ratios and `scale` is one (10: ten times larger or smaller).
    """

    scale: float = 1.0
    log: bool = False

    def refuse_nonsense(self) -> None:
        """Refuse a scale without length."""
        Term.refuse_nonsense(self)
        least = 1.0 if self.log else 0.0
        if not least < self.scale < np.inf:
            raise ValueError(f"scale of {self.name!r} is {self.scale}, must be above {least:g}")

    def read(self, side: Columns, column: str) -> Floats:
        """Return figures in units of the scale."""
        figures = side.numbers(column)
        if not self.log:
            return figures / self.scale
        if (figures <= 0).any():
            row = int(np.flatnonzero(figures[:, 0] <= 0)[0])
            raise ValueError(
                f"{side.side}[{column!r}][{row}] is {figures[row, 0]}, must be above 0 for a ratio"
            )
        ratios: Floats = np.log(figures) / np.log(self.scale)
        return ratios

    def worth(self, raw: Floats) -> Floats:
        """Return 1 minus the distance."""
        np.subtract(1.0, np.abs(raw, out=raw), out=raw)
        return np.maximum(raw, 0.0, out=raw)


@dataclass(frozen=True, slots=True)
class Ahead(Term):
    """How far the offer's figure is ahead: ``(offer - need) / scale``, from 0 to 1.

    ``better="lower"`` where little is good, as with poverty.
    """

    scale: float = 1.0
    better: Literal["higher", "lower"] = "higher"

    def refuse_nonsense(self) -> None:
        """Refuse a scale without length and an unknown direction."""
        Term.refuse_nonsense(self)
        if not 0.0 < self.scale < np.inf:
            raise ValueError(f"scale of {self.name!r} is {self.scale}, must be above 0")
        if self.better not in ("higher", "lower"):
            raise ValueError(f"better of {self.name!r} is {self.better!r}, not higher or lower")

    def read(self, side: Columns, column: str) -> Floats:
        """Return figures in units of the scale, larger is better."""
        figures: Floats = side.numbers(column)
        figures /= self.scale if self.better == "higher" else -self.scale
        return figures

    def worth(self, raw: Floats) -> Floats:
        """Return the lead, 1 at most."""
        np.minimum(np.maximum(raw, 0.0, out=raw), 1.0, out=raw)
        return raw


@dataclass(frozen=True, slots=True)
class Overlap(Term):
    """The share of the need's set that the offer's set covers.

    Columns are boolean matrices (rows, members); a row without members is missing.
    """

    def read(self, side: Columns, column: str) -> Floats:
        """Return members."""
        return side.members(column)

    def grid(self, a: Floats, b: Floats) -> Floats:
        """Return the shares of all with all; counts of members are exact in any order."""
        covered: Floats = a @ b.T
        covered /= a.sum(axis=1, keepdims=True)
        return covered

    def line(self, a: Floats, b: Floats) -> Floats:
        """Return the shares row by row."""
        share: Floats = (a * b).sum(axis=1) / a.sum(axis=1)
        return share


@dataclass(frozen=True, slots=True)
class Close(Term):
    """``1 - kilometres / reach`` along the great circle, at least 0.

    `need` and `offer` are the latitude columns (``lat`` where empty), `east` the
    longitude column of both sides.
    """

    reach: float = 1000.0
    east: str = "lon"

    def columns(self) -> tuple[str, str]:
        """Return the latitude columns."""
        return self.need or "lat", self.offer or "lat"

    def refuse_nonsense(self) -> None:
        """Refuse a reach without length."""
        Term.refuse_nonsense(self)
        if not 0.0 < self.reach < np.inf:
            raise ValueError(f"reach of {self.name!r} is {self.reach}, must be above 0")

    def read(self, side: Columns, column: str) -> Floats:
        """Return points on the unit sphere."""
        return side.points(column, self.east)

    def grid(self, a: Floats, b: Floats) -> Floats:
        """Return the nearness of all to all."""
        squared = np.square(b[:, 0] - a[:, :1])
        for axis in (1, 2):
            squared += np.square(b[:, axis] - a[:, axis, None])
        return self.worth(squared)

    def line(self, a: Floats, b: Floats) -> Floats:
        """Return the nearness row by row."""
        squared = np.square(b[:, 0] - a[:, 0])
        for axis in (1, 2):
            squared += np.square(b[:, axis] - a[:, axis])
        return self.worth(squared)

    def worth(self, raw: Floats) -> Floats:
        """Turn squared chords into arcs: twice the arcsine of half the chord."""
        np.minimum(np.multiply(np.sqrt(raw, out=raw), 0.5, out=raw), 1.0, out=raw)
        np.multiply(np.arcsin(raw, out=raw), 2.0 * EARTH / self.reach, out=raw)
        return np.maximum(np.subtract(1.0, raw, out=raw), 0.0, out=raw)


@dataclass(frozen=True, slots=True)
class Own(Term):
    """A figure from 0 to 1 that one side brings by itself, as readiness or evidence."""

    side: Literal["need", "offer"] = "offer"

    def refuse_nonsense(self) -> None:
        """Refuse a third side."""
        Term.refuse_nonsense(self)
        if self.side not in ("need", "offer"):
            raise ValueError(f"side of {self.name!r} is {self.side!r}, not need or offer")

    def read(self, side: Columns, column: str) -> Floats:
        """Return the figure on its own side and nothing on the other."""
        if side.side != f"{self.side}s":
            return np.zeros((side.rows, 1))
        figures = side.numbers(column, least=0.0, most=1.0)
        return figures if self.side == "offer" else -figures

    def worth(self, raw: Floats) -> Floats:
        """Return the figure as it is."""
        return raw
