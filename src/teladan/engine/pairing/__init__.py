"""Who should learn from whom: candidates that explain themselves, and stable pairs."""

from teladan.engine.pairing.candidates import Candidates, Line
from teladan.engine.pairing.covering import cover
from teladan.engine.pairing.filters import AtLeast, Different, Equal, Open, Shares
from teladan.engine.pairing.fitting import ceiling, fit
from teladan.engine.pairing.market import Floors, Reserve
from teladan.engine.pairing.pairs import pair
from teladan.engine.pairing.result import Blocking, Compromise, Pairing, ReserveEffect, Unmatched
from teladan.engine.pairing.rules import Rules
from teladan.engine.pairing.terms import Ahead, Close, Near, Overlap, Own, Same

__all__ = [
    "Ahead",
    "AtLeast",
    "Blocking",
    "Candidates",
    "Close",
    "Compromise",
    "Different",
    "Equal",
    "Floors",
    "Line",
    "Near",
    "Open",
    "Overlap",
    "Own",
    "Pairing",
    "Reserve",
    "ReserveEffect",
    "Rules",
    "Same",
    "Shares",
    "Unmatched",
    "ceiling",
    "cover",
    "fit",
    "pair",
]
