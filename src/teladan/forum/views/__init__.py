"""The pages of the forum: events and their calls, papers, the programme and the marketplace."""

from teladan.forum.views.front import alumni, forum, forum_new, forum_office, forums
from teladan.forum.views.market import appointment, booth, booth_new
from teladan.forum.views.papers import paper, paper_judge, paper_new, papers, papers_choose
from teladan.forum.views.programme import session_new, talk_new

__all__ = [
    "alumni",
    "appointment",
    "booth",
    "booth_new",
    "forum",
    "forum_new",
    "forum_office",
    "forums",
    "paper",
    "paper_judge",
    "paper_new",
    "papers",
    "papers_choose",
    "session_new",
    "talk_new",
]
