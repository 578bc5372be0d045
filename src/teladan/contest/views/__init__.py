from teladan.contest.views.boards import board, enter
from teladan.contest.views.editions import amend, announce, edition, editions
from teladan.contest.views.entries import attach, detach, entry, evidence, save
from teladan.contest.views.offices import entries, entries_csv, office
from teladan.contest.views.steps import endorse, file_entry, receipt, screen, send_back

__all__ = [
    "amend",
    "announce",
    "attach",
    "board",
    "detach",
    "edition",
    "editions",
    "endorse",
    "enter",
    "entries",
    "entries_csv",
    "entry",
    "evidence",
    "file_entry",
    "office",
    "receipt",
    "save",
    "screen",
    "send_back",
]
