from teladan.panel.views.ballots import ballot, ballots, jot, recuse
from teladan.panel.views.exports import marks_csv
from teladan.panel.views.rankings import ranking
from teladan.panel.views.readers import import_readers, pledge, readers
from teladan.panel.views.rounds import assign, round_page, seal, seat

__all__ = [
    "assign",
    "ballot",
    "ballots",
    "import_readers",
    "jot",
    "marks_csv",
    "pledge",
    "ranking",
    "readers",
    "recuse",
    "round_page",
    "seal",
    "seat",
]
