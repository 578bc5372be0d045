"""How far readers agree, with intervals."""

from teladan.engine.agreement.agreeing import Agreement, agreement
from teladan.engine.agreement.panel import Measure

__all__ = ["Agreement", "Measure", "agreement"]
