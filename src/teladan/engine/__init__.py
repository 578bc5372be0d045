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
    from teladan.engine.allocation import (
        Concentration,
        concentration,
        grades,
        improvement,
        min_max,
        share,
    )
    from teladan.engine.assignment import Assignment, Factors, assign
    from teladan.engine.checking import check
    from teladan.engine.checking_pairs import check_pairing
    from teladan.engine.cluster import Cluster, Dask, Local, Processes, WorkerLost
    from teladan.engine.itinerary import Plan, earliest, plan, refusal
    from teladan.engine.novelty import Index, Likeness
    from teladan.engine.pairing import Candidates, Pairing, fit, pair
    from teladan.engine.ranking import Calibration, calibrate, next_reads, places
    from teladan.engine.scoring import weigh

__all__ = [
    "Agreement",
    "Assignment",
    "Calibration",
    "Candidates",
    "Cluster",
    "Concentration",
    "Dask",
    "Factors",
    "Index",
    "Infeasible",
    "Likeness",
    "Local",
    "Measure",
    "NotConverged",
    "Pairing",
    "Plan",
    "Processes",
    "WorkerLost",
    "assign",
    "calibrate",
    "check",
    "check_pairing",
    "concentration",
    "earliest",
    "fit",
    "grades",
    "improvement",
    "min_max",
    "next_reads",
    "pair",
    "places",
    "plan",
    "refusal",
    "share",
    "weigh",
]

# Module -> the public names that are at home there.
_HOMES = {
    "agreement": ("Agreement", "Measure"),
    "allocation": ("Concentration", "concentration", "grades", "improvement", "min_max", "share"),
    "assignment": ("Assignment", "Factors", "assign"),
    "checking": ("check",),
    "checking_pairs": ("check_pairing",),
    "cluster": ("Cluster", "Dask", "Local", "Processes", "WorkerLost"),
    "itinerary": ("Plan", "earliest", "plan", "refusal"),
    "novelty": ("Index", "Likeness"),
    "pairing": ("Candidates", "Pairing", "fit", "pair"),
    "ranking": ("Calibration", "calibrate", "next_reads", "places"),
    "scoring": ("weigh",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
