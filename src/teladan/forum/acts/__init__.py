"""What people do in the forum: events, papers and their choice, the programme, the marketplace."""

from teladan.forum.acts.events import add_theme, announce_event, seat_referee
from teladan.forum.acts.market import book, follow_on_need, follow_on_visit, open_booth
from teladan.forum.acts.papers import choose, judge, ranked, send_paper
from teladan.forum.acts.programme import give_talk, schedule

__all__ = [
    "add_theme",
    "announce_event",
    "book",
    "choose",
    "follow_on_need",
    "follow_on_visit",
    "give_talk",
    "judge",
    "open_booth",
    "ranked",
    "schedule",
    "seat_referee",
    "send_paper",
]
