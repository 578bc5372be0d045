"""What people type, made readable; nothing here saves."""

from teladan.panel.forms.lists import EnlistForm, ReaderListForm
from teladan.panel.forms.marks import BallotForm, JotForm, ReasonForm
from teladan.panel.forms.pledges import PledgeForm
from teladan.panel.forms.rounds import SealForm, SeatForm

__all__ = [
    "BallotForm",
    "EnlistForm",
    "JotForm",
    "PledgeForm",
    "ReaderListForm",
    "ReasonForm",
    "SealForm",
    "SeatForm",
]
