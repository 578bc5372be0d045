"""Events with themes, papers and a blind panel, the programme, booths and appointments."""

from teladan.forum.models.events import Event, Figure, Theme
from teladan.forum.models.market import SIDES, Appointment, Booth
from teladan.forum.models.papers import Choice, Judgement, Paper, Referee
from teladan.forum.models.programme import Session, Talk

__all__ = [
    "SIDES",
    "Appointment",
    "Booth",
    "Choice",
    "Event",
    "Figure",
    "Judgement",
    "Paper",
    "Referee",
    "Session",
    "Talk",
    "Theme",
]
