"""The pages of the forum: events and their calls, papers, the programme and the marketplace."""

from teladan.forum.views.front import alumni, forum, forum_new, forum_office, forums
from teladan.forum.views.market import appointment, booth, booth_new
from teladan.forum.views.papers import paper, paper_judge, paper_new, papers, papers_choose
from teladan.forum.views.programme import session_new, talk_new
from teladan.forum.views.taking_back import (
    appointment_cancel,
    booth_drop,
    paper_withdraw,
    referee_unseat,
    session_drop,
    talk_drop,
    theme_drop,
)

__all__ = [
    "alumni",
    "appointment",
    "appointment_cancel",
    "booth",
    "booth_drop",
    "booth_new",
    "forum",
    "forum_new",
    "forum_office",
    "forums",
    "paper",
    "paper_judge",
    "paper_new",
    "paper_withdraw",
    "papers",
    "papers_choose",
    "referee_unseat",
    "session_drop",
    "session_new",
    "talk_drop",
    "talk_new",
    "theme_drop",
]
