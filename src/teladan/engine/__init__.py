"""Numbers in, numbers out: the computations behind every published figure.

Pure functions on arrays. Nothing here knows the web, the clock or the country;
whatever chance decides comes in as `rng`. The public names are loaded when first
used, so that importing this package costs nothing. `agreement` has the name of
its module and is imported from there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from teladan.engine.errors import Infeasible, NotConverged

if TYPE_CHECKING:
    from teladan.engine.agreement import Agreement, Measure
    from teladan.engine.allocation import Concentration, concentration, share
    from teladan.engine.assignment import Assignment, Factors, assign
    from teladan.engine.checking import check
    from teladan.engine.ranking import Calibration, calibrate, next_reads, places
    from teladan.engine.scoring import weigh

__all__ = [
    "Agreement",
    "Assignment",
    "Calibration",
    "Concentration",
    "Factors",
    "Infeasible",
    "Measure",
    "NotConverged",
    "assign",
    "calibrate",
    "check",
    "concentration",
    "next_reads",
    "places",
    "share",
    "weigh",
]

_HOME = {
    "Agreement": "agreement",
    "Measure": "agreement",
    "Concentration": "allocation",
    "concentration": "allocation",
    "share": "allocation",
    "Assignment": "assignment",
    "Factors": "assignment",
    "assign": "assignment",
    "check": "checking",
    "Calibration": "ranking",
    "calibrate": "ranking",
    "next_reads": "ranking",
    "places": "ranking",
    "weigh": "scoring",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
