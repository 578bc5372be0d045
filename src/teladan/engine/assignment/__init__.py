"""Who reads what: balanced, fair, without conflicts, and with proof."""

from teladan.engine.assignment.assigning import assign
from teladan.engine.assignment.request import Factors
from teladan.engine.assignment.result import Assignment

__all__ = ["Assignment", "Factors", "assign"]
