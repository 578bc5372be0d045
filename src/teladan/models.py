"""Table of contents: every model, in the order of an innovation's life."""

from teladan.awards.models import Award, Grant, IndexAward, Pot, Proclamation
from teladan.contest.models import (
    Amendment,
    Answer,
    Edition,
    Endorsement,
    Entry,
    Filing,
    Round,
    Screening,
    Seal,
    SendBack,
    Standing,
)
from teladan.forum.models import (
    Appointment,
    Booth,
    Choice,
    Event,
    Figure,
    Judgement,
    Paper,
    Referee,
    Session,
    Talk,
    Theme,
)
from teladan.house.models import Attachment, Ledger, LedgerHead, Notice, OfficeTerm, Person
from teladan.matching.models import (
    Agreement,
    Confirmation,
    Need,
    Offer,
    Override,
    Pairing,
    Proposal,
    Reply,
    TransferStep,
)
from teladan.panel.models import (
    Ballot,
    DeclaredConflict,
    Jotting,
    Mark,
    Plan,
    Reader,
    Recusal,
    Seat,
    Tally,
)
from teladan.registry.models import Claim, Indicator, Innovation, Institution, Region, Unit
from teladan.training.models import (
    Cohort,
    Diagnosis,
    Examiner,
    FollowUp,
    Guidance,
    Milestone,
    Observation,
    Outcome,
    Participant,
    Project,
    Remedial,
    Risk,
    Score,
    SelfAssessment,
    Seminar,
    Stakeholder,
)
from teladan.visits.models import (
    Attendee,
    Closure,
    Lesson,
    Question,
    Reception,
    Step,
    Stop,
    Visit,
)

__all__ = [
    "Agreement", "Amendment", "Answer", "Appointment", "Attachment", "Attendee", "Award",
    "Ballot", "Booth", "Choice", "Claim", "Closure", "Cohort", "Confirmation", "DeclaredConflict",
    "Diagnosis", "Edition", "Endorsement", "Entry", "Event", "Examiner", "Figure", "Filing",
    "FollowUp", "Grant", "Guidance", "IndexAward", "Indicator", "Innovation", "Institution",
    "Jotting", "Judgement", "Ledger", "LedgerHead", "Lesson", "Mark", "Milestone", "Need",
    "Notice", "Observation", "Offer", "OfficeTerm", "Outcome", "Override", "Pairing", "Paper",
    "Participant", "Person", "Plan", "Pot", "Proclamation", "Project", "Proposal", "Question",
    "Reader", "Reception", "Recusal", "Referee", "Region", "Remedial", "Reply", "Risk", "Round",
    "Score",    "Screening", "Seal", "Seat", "SelfAssessment", "Seminar", "SendBack", "Session",
    "Stakeholder", "Standing", "Step", "Stop", "Talk", "Tally", "Theme", "TransferStep", "Unit",
    "Visit",
]  # fmt: skip
