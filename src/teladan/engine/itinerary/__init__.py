"""Visits into calendars: who is received where, on which day, and why not."""

from teladan.engine.itinerary.calendar import earliest
from teladan.engine.itinerary.facts import Host, Request, Rules, Visit
from teladan.engine.itinerary.planning import plan
from teladan.engine.itinerary.refusing import refusal
from teladan.engine.itinerary.result import Broken, Load, Objective, Plan, Refusal, Refused

__all__ = [
    "Broken",
    "Host",
    "Load",
    "Objective",
    "Plan",
    "Refusal",
    "Refused",
    "Request",
    "Rules",
    "Visit",
    "earliest",
    "plan",
    "refusal",
]
