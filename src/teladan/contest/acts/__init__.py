"""What is done in a contest: announced, entered, written, endorsed, filed, screened, sealed."""

from teladan.contest.acts.audits import broken_filings
from teladan.contest.acts.drafts import attach, begin, categorise, date_use, detach, retitle, write
from teladan.contest.acts.editions import amend, announce
from teladan.contest.acts.filings import (
    RECEIPT_ALPHABET,
    content_of,
    endorse,
    file_entry,
    receipt_for,
    send_back,
)
from teladan.contest.acts.screenings import screen
from teladan.contest.acts.seals import seal_digest, seal_standings

__all__ = [
    "RECEIPT_ALPHABET",
    "amend",
    "announce",
    "attach",
    "begin",
    "broken_filings",
    "categorise",
    "content_of",
    "date_use",
    "detach",
    "endorse",
    "file_entry",
    "receipt_for",
    "retitle",
    "screen",
    "seal_digest",
    "seal_standings",
    "send_back",
    "write",
]
