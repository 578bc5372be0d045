"""The pages of matching: the public face, needs and offers, pairings, agreements."""

from teladan.matching.views.agreements import agreement, agreement_do, agreement_file
from teladan.matching.views.front import coverage, matching
from teladan.matching.views.needs import need, need_new, offer_new, offer_withdraw
from teladan.matching.views.pairings import override, override_lift, pairing, pairings, proposal

__all__ = [
    "agreement",
    "agreement_do",
    "agreement_file",
    "coverage",
    "matching",
    "need",
    "need_new",
    "offer_new",
    "offer_withdraw",
    "override",
    "override_lift",
    "pairing",
    "pairings",
    "proposal",
]
