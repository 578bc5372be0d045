"""What people do in visits: hosts say how they receive, visitors ask, both learn and tell."""

from teladan.visits.acts.learning import answer, close, learn, take_attendance
from teladan.visits.acts.receiving import close_days, receive_by
from teladan.visits.acts.requests import (
    accept,
    acknowledge,
    ask,
    confirm,
    decline,
    inquire,
    move,
    plan_day,
    withdraw,
)

__all__ = [
    "accept",
    "acknowledge",
    "answer",
    "ask",
    "close",
    "close_days",
    "confirm",
    "decline",
    "inquire",
    "learn",
    "move",
    "plan_day",
    "receive_by",
    "take_attendance",
    "withdraw",
]
