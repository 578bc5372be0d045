"""Dividing public money, and the published formulas it is divided by."""

from teladan.engine.allocation.concentration import Concentration, concentration
from teladan.engine.allocation.formulas import grades, improvement, min_max
from teladan.engine.allocation.sharing import share

__all__ = [
    "Concentration",
    "concentration",
    "grades",
    "improvement",
    "min_max",
    "share",
]
