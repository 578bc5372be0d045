"""How unequally money is spread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from teladan.engine.inputs import count, vector

__all__ = ["Concentration", "concentration"]


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unequally amounts are spread.

    Attributes
    ----------
    gini : float
        0 if all get the same, (n - 1)/n if one gets everything.
    top_share : float
        Share of the sum held by the largest `top` amounts.
    top : int
        How many that are.
    """

    gini: float
    top_share: float
    top: int


def concentration(amounts: ArrayLike, *, top: int = 10) -> Concentration:
    r"""Measure how unequally amounts are spread.

    Parameters
    ----------
    amounts : array_like, shape (n,)
        Amounts; not negative, not all zero.
    top : int, default 10
        How many of the largest make up `top_share`.

    Returns
    -------
    Concentration

    Raises
    ------
    ValueError
        If `amounts` is empty, negative, not finite or all zero, or `top` < 1.

    Notes
    -----
    With amounts in ascending order
    :math:`G = \sum_i (2i - n - 1) x_i / (n \sum x)`: half the mean difference
    of two recipients, as a share of the mean.

    Examples
    --------
    >>> concentration([1, 1, 1, 5], top=1)
    Concentration(gini=0.375, top_share=0.625, top=1)
    """
    x = np.sort(vector("amounts", amounts))
    if x.size == 0 or x[0] < 0 or not x.any():
        raise ValueError("amounts must not be empty, negative or all zero")
    top = count("top", top)
    rank = 2.0 * np.arange(1, x.size + 1) - x.size - 1
    return Concentration(
        gini=float(rank @ x / (x.size * x.sum())),
        top_share=float(x[-top:].sum() / x.sum()),
        top=top,
    )
