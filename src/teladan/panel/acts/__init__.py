"""What is done on a panel: readers pledge and are seated, marks are given, rounds are tallied."""

from teladan.panel.acts.audits import broken_seals
from teladan.panel.acts.marks import give, jot
from teladan.panel.acts.readers import enlist, enlist_all, pledge, recuse
from teladan.panel.acts.seats import assign, seat_reader
from teladan.panel.acts.standings import differences, rows_of, standings_from
from teladan.panel.acts.tallies import TieAtTheLine, tally

__all__ = [
    "TieAtTheLine",
    "assign",
    "broken_seals",
    "differences",
    "enlist",
    "enlist_all",
    "give",
    "jot",
    "pledge",
    "recuse",
    "rows_of",
    "seat_reader",
    "standings_from",
    "tally",
]
