"""What people do in matching: state needs, offer help, pair, answer, agree, transfer, confirm."""

from teladan.matching.acts.agreements import advance, agree, confirm, register_replica
from teladan.matching.acts.needs import close_need, offer_help, state_need, withdraw_offer
from teladan.matching.acts.pairings import lift, override, propose, reply

__all__ = [
    "advance",
    "agree",
    "close_need",
    "confirm",
    "lift",
    "offer_help",
    "override",
    "propose",
    "register_replica",
    "reply",
    "state_need",
    "withdraw_offer",
]
