"""How hosts receive, who asked to come, what happened, and what came of it."""

from teladan.visits.models.learning import Lesson, Question
from teladan.visits.models.receiving import Closure, Guest, Reception
from teladan.visits.models.visiting import Attendee, Step, Stop, Visit

__all__ = [
    "Attendee",
    "Closure",
    "Guest",
    "Lesson",
    "Question",
    "Reception",
    "Step",
    "Stop",
    "Visit",
]
