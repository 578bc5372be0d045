"""What is typed in the forum, made readable; nothing here saves."""

from teladan.forum.forms.events import EventForm, RefereeForm, ThemeForm
from teladan.forum.forms.market import BookForm, BoothForm, FollowNeedForm, FollowVisitForm
from teladan.forum.forms.papers import BallotForm, PaperForm, ReasonsForm
from teladan.forum.forms.parts import ReasonForm
from teladan.forum.forms.programme import SessionForm, TalkForm

__all__ = [
    "BallotForm",
    "BookForm",
    "BoothForm",
    "EventForm",
    "FollowNeedForm",
    "FollowVisitForm",
    "PaperForm",
    "ReasonForm",
    "ReasonsForm",
    "RefereeForm",
    "SessionForm",
    "TalkForm",
    "ThemeForm",
]
