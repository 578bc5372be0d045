"""Table of contents: every model, in the order of an innovation's life."""

from teladan.awards.models import Award, Grant, IndexAward, Pot, Proclamation
from teladan.contest.models import (
    Amendment,
    Answer,
    Edition,
    Endorsement,
    Entry,
    Filing,
    Round,
    Screening,
    Seal,
    SendBack,
    Standing,
)
from teladan.house.models import Attachment, Ledger, LedgerHead, Notice, OfficeTerm, Person
from teladan.panel.models import (
    Ballot,
    DeclaredConflict,
    Jotting,
    Mark,
    Plan,
    Reader,
    Recusal,
    Seat,
    Tally,
)
from teladan.registry.models import Claim, Indicator, Innovation, Institution, Region, Unit

__all__ = [
    "Amendment", "Answer", "Attachment", "Award", "Ballot", "Claim", "DeclaredConflict",
    "Edition", "Endorsement", "Entry", "Filing", "Grant", "IndexAward", "Indicator",
    "Innovation", "Institution", "Jotting", "Ledger", "LedgerHead", "Mark", "Notice",
    "OfficeTerm", "Person", "Plan", "Pot", "Proclamation", "Reader", "Recusal", "Region",
    "Round", "Screening", "Seal", "Seat", "SendBack", "Standing", "Tally", "Unit",
]  # fmt: skip
