"""What people do in the forum: events, papers and their choice, the programme, the marketplace."""

from teladan.forum.acts.choices import choose, judgements_missing, ranked
from teladan.forum.acts.events import (
    add_theme,
    announce_event,
    drop_theme,
    seat_referee,
    shut_by,
    unseat_referee,
)
from teladan.forum.acts.market import (
    bars_cancelling,
    book,
    cancel_appointment,
    drop_booth,
    follow_on_need,
    follow_on_visit,
    open_booth,
)
from teladan.forum.acts.papers import judge, send_paper, withdraw_paper
from teladan.forum.acts.programme import drop_session, drop_talk, give_talk, schedule

__all__ = [
    "add_theme",
    "announce_event",
    "bars_cancelling",
    "book",
    "cancel_appointment",
    "choose",
    "drop_booth",
    "drop_session",
    "drop_talk",
    "drop_theme",
    "follow_on_need",
    "follow_on_visit",
    "give_talk",
    "judge",
    "judgements_missing",
    "open_booth",
    "ranked",
    "schedule",
    "seat_referee",
    "send_paper",
    "shut_by",
    "unseat_referee",
    "withdraw_paper",
]
