"""Cohorts under dated rules, change projects, those who guide and examine, and the year after."""

from teladan.training.models.cohorts import (
    LACKING,
    Cohort,
    Examiner,
    Next,
    Participant,
    agencies_at,
)
from teladan.training.models.examinations import Outcome, Remedial, Score, Seminar
from teladan.training.models.guidance import FollowUp, Guidance, SelfAssessment
from teladan.training.models.projects import (
    Diagnosis,
    Milestone,
    Observation,
    Project,
    Risk,
    Stakeholder,
)

__all__ = [
    "LACKING",
    "Cohort",
    "Diagnosis",
    "Examiner",
    "FollowUp",
    "Guidance",
    "Milestone",
    "Next",
    "Observation",
    "Outcome",
    "Participant",
    "Project",
    "Remedial",
    "Risk",
    "Score",
    "SelfAssessment",
    "Seminar",
    "Stakeholder",
    "agencies_at",
]
