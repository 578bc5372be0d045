"""What people do in training: cohorts, change projects, guidance, examination, the year after."""

from teladan.training.acts.afterwards import follow_up, hand_on
from teladan.training.acts.cohorts import (
    conflicts_of,
    enrol,
    link_visit,
    open_cohort,
    seat_examiner,
    seat_guide,
)
from teladan.training.acts.examinations import conclude, grade_of, score, unseat_examiner
from teladan.training.acts.projects import (
    agree_area,
    assess,
    diagnose,
    guide,
    last_laboratory_day,
    note,
    reach,
    strike,
    write_project,
)
from teladan.training.acts.remedials import bars_another, grant_remedial
from teladan.training.acts.seminars import hold_seminar

__all__ = [
    "agree_area",
    "assess",
    "bars_another",
    "conclude",
    "conflicts_of",
    "diagnose",
    "enrol",
    "follow_up",
    "grade_of",
    "grant_remedial",
    "guide",
    "hand_on",
    "hold_seminar",
    "last_laboratory_day",
    "link_visit",
    "note",
    "open_cohort",
    "reach",
    "score",
    "seat_examiner",
    "seat_guide",
    "strike",
    "unseat_examiner",
    "write_project",
]
