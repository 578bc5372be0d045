"""The dated rule set of an edition: data, checked when read, never code."""

from teladan.contest.rules.amendments import differences
from teladan.contest.rules.presets import preset, presets
from teladan.contest.rules.rulesets import METHODS, Aspect, Fund, RoundRule, Rules, parse, wrong
from teladan.contest.rules.screening import SCREENING_REASONS, lacking

__all__ = [
    "METHODS",
    "SCREENING_REASONS",
    "Aspect",
    "Fund",
    "RoundRule",
    "Rules",
    "differences",
    "lacking",
    "parse",
    "preset",
    "presets",
    "wrong",
]
