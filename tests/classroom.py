"""What the tests of training share: a participant ready to be examined, and whoever acts on it."""

from datetime import date
from decimal import Decimal

import pytest

from teladan.house.models import Ledger
from teladan.house.refusals import Refusal
from teladan.training import acts
from tests import circle
from tests.circle import DECEMBER, JULY


def refused(code, do, **asked):
    """Ask for something that a rule refuses; nothing may be left of it."""
    lines = Ledger.objects.count()
    with pytest.raises(Refusal) as no:
        do(**asked)
    assert no.value.code == code
    assert Ledger.objects.count() == lines
    return str(no.value.reason)


def seminar(them, made, kind="design", now=DECEMBER, **more):
    asked = {"kind": kind, "day": date(2026, 12, 1), "mentor_came": True, "mentor_wrote": ""}
    return acts.hold_seminar(by=them["agency"], participant=made, now=now, **asked | more)


def ready(them):
    """A participant whose results are presented, with the examiner Putri."""
    made = circle.participant(them)
    circle.project(made)
    seminar(them, made)
    seminar(them, made, "results")
    return made


def score(examiner, first, second=None, why=""):
    points = {"design": (Decimal(first), why), "results": (Decimal(second or first), why)}
    return acts.score(by=examiner.person, examiner=examiner, points=points, now=DECEMBER)


def examiner(them, made, name):
    return acts.seat_examiner(
        by=them["agency"], participant=made, email=f"{name}@example.id", name=name, now=JULY
    )


def conclude(them, made, result="graduated", reason=""):
    return acts.conclude(
        by=them["agency"], participant=made, result=result, reason=reason, now=DECEMBER
    )
