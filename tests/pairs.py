"""What the tests of matching share."""

from datetime import timedelta

import pytest

from teladan.house.refusals import Refusal
from teladan.matching import acts
from teladan.matching.rules import FitRules
from tests import builders
from tests.circle import JUNE

LATER = JUNE + timedelta(days=1)


def refused(code, do):
    """Return the reason that an act is refused with."""
    with pytest.raises(Refusal) as no:
        do()
    assert no.value.code == code
    return no.value.reason


def pair(them, now=JUNE, **rules):
    return acts.propose(by=them["matchmaker"], year=2026, rules=FitRules(**rules), now=now)


def elsewhere(number):
    """Another regency in need, with its admin."""
    home = builders.institution(f"Pemerintah Kabupaten {number}", "regency", f"11.0{number}")
    return home, builders.person(f"Admin {number}", "local-admin", home)


def reasons(run):
    return {row["need"]: row["reason"] for row in run.report["unmatched"]}
