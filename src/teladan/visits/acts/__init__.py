"""What people do in visits: hosts say how they receive, visitors ask, both learn and tell."""

from teladan.visits.acts.answering import accept, acknowledge, decline, move, plan_day
from teladan.visits.acts.asking import ask, confirm, inquire, withdraw
from teladan.visits.acts.learning import answer, close, learn, promise_answer, take_attendance
from teladan.visits.acts.receiving import close_days, receive_by

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
    "promise_answer",
    "receive_by",
    "take_attendance",
    "withdraw",
]
