"""The pages of training: cohorts, participants with their projects, examination, the year after."""

from teladan.training.views.cohorts import cohort, cohort_new, cohort_report, cohort_visit, enrol
from teladan.training.views.examinations import (
    conclude,
    examine,
    examiner_unseat,
    remedial,
    seminar,
)
from teladan.training.views.front import graduate_certificate, training
from teladan.training.views.guides import agree_area, follow_up, guide, seat
from teladan.training.views.homes import trained_elsewhere
from teladan.training.views.participants import assess, diagnosis, participant
from teladan.training.views.projects import (
    hand_on,
    milestone_reach,
    project,
    project_row,
    project_strike,
)

__all__ = [
    "agree_area",
    "assess",
    "cohort",
    "cohort_new",
    "cohort_report",
    "cohort_visit",
    "conclude",
    "diagnosis",
    "enrol",
    "examine",
    "examiner_unseat",
    "follow_up",
    "graduate_certificate",
    "guide",
    "hand_on",
    "milestone_reach",
    "participant",
    "project",
    "project_row",
    "project_strike",
    "remedial",
    "seat",
    "seminar",
    "trained_elsewhere",
    "training",
]
