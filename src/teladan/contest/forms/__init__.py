"""What people type in a contest, made readable; nothing here saves."""

from teladan.contest.forms.editions import PLACES, ROUND_PLACES, StartForm, honours
from teladan.contest.forms.entries import (
    AnswersForm,
    EnterForm,
    EvidenceForm,
    JotForm,
    SendBackForm,
    as_seen,
)
from teladan.contest.forms.screenings import EntryFilter, ScreeningForm
from teladan.contest.forms.sheets import RuleSheet

__all__ = [
    "PLACES",
    "ROUND_PLACES",
    "AnswersForm",
    "EnterForm",
    "EntryFilter",
    "EvidenceForm",
    "JotForm",
    "RuleSheet",
    "ScreeningForm",
    "SendBackForm",
    "StartForm",
    "as_seen",
    "honours",
]
