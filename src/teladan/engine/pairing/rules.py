"""The rules of a fit: which terms, which filters, how low, how many."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teladan.engine.inputs import number
from teladan.engine.pairing.filters import Filter, Open
from teladan.engine.pairing.terms import Term

__all__ = ["Rules"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a fit.

    Attributes
    ----------
    terms : tuple of Term
        What is scored, each term from 0 to 1.
    filters : tuple of Filter or Open
        What every pair must fulfil.
    floor : float, default 0
        Pairs with a lower score are no candidates.
    breadth : int, default 60
        Candidates of each need at most, the best ones.

    Examples
    --------
    >>> from teladan.engine.pairing import Equal, Near
    >>> rules = Rules(terms=(Near("hdi", scale=20.0),), filters=(Equal("theme"),), floor=0.3)
    >>> rules.breadth
    60
    """

    terms: tuple[Term, ...]
    filters: tuple[Filter | Open, ...] = ()
    floor: float = 0.0
    breadth: int = 60

    def shares(self, weights: Mapping[str, float]) -> Floats:
        """Return each term's share of the whole weight, or say what is wrong with the rules."""
        names = [term.name for term in self.terms]
        if not names:
            raise ValueError("rules.terms is empty")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"rules.terms has {twice[0]!r} twice")
        for term in self.terms:
            term.refuse_nonsense()
        for rule in self.filters:
            if isinstance(rule, Filter):
                rule.refuse_nonsense()
        if not 0.0 <= self.floor <= 1.0:
            raise ValueError(f"rules.floor is {self.floor}, must be from 0 to 1")
        if self.breadth < 1:
            raise ValueError(f"rules.breadth is {self.breadth}, must be at least 1")
        for name in sorted(set(weights) ^ set(names)):
            what = "has no weight" if name in names else "is no term"
            raise ValueError(f"weights: {name!r} {what}")
        for name in names:
            if number(f"weights[{name!r}]", weights[name]) < 0:
                raise ValueError(f"weights[{name!r}] is {weights[name]}, must not be negative")
        given = np.array([float(weights[name]) for name in names])
        if given.sum() == 0:
            raise ValueError("weights are all 0")
        shares: Floats = given / given.sum()
        return shares
