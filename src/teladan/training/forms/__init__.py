"""What is typed in training, made readable; nothing here saves."""

from teladan.training.forms.cohorts import (
    SEATS,
    CohortForm,
    EnrolForm,
    SeatForm,
    VisitForm,
)
from teladan.training.forms.examinations import (
    ConcludeForm,
    ExamineForm,
    FollowUpForm,
    HandOnForm,
    RemedialForm,
    SeminarForm,
    UnseatForm,
)
from teladan.training.forms.projects import (
    ROWS,
    AssessForm,
    DiagnosisForm,
    GuidanceForm,
    ProjectForm,
    RiskForm,
)

__all__ = [
    "ROWS",
    "SEATS",
    "AssessForm",
    "CohortForm",
    "ConcludeForm",
    "DiagnosisForm",
    "EnrolForm",
    "ExamineForm",
    "FollowUpForm",
    "GuidanceForm",
    "HandOnForm",
    "ProjectForm",
    "RemedialForm",
    "RiskForm",
    "SeatForm",
    "SeminarForm",
    "UnseatForm",
    "VisitForm",
]
