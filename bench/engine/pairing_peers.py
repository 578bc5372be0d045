"""What one would take instead of `pair`, called in the plainest way."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from bench.engine.frame import Absent


def flow_alone(sides: dict[str, Any]) -> float:
    """The plainest use of the same solver: no proof, no reasons, no blocking pairs."""
    from ortools.graph.python import min_cost_flow

    i, j = sides["i"], sides["j"]
    N, M = sides["wanted"].size, sides["capacity"].size
    graph = min_cost_flow.SimpleMinCostFlow()
    arcs = graph.add_arcs_with_capacity_and_unit_cost(
        i, N + j, np.ones(i.size, np.int64), np.rint(-sides["score"] * 2**30).astype(np.int64)
    )
    free = np.zeros(max(N, M), np.int64)
    graph.add_arcs_with_capacity_and_unit_cost(
        np.arange(N, N + M), np.full(M, N + M), sides["capacity"], free[:M]
    )
    graph.add_arcs_with_capacity_and_unit_cost(
        np.arange(N), np.full(N, N + M), sides["wanted"], free[:N]
    )
    supply = np.concatenate([sides["wanted"], np.zeros(M, np.int64), [-sides["wanted"].sum()]])
    graph.set_nodes_supplies(np.arange(N + M + 1), supply)
    if graph.solve() != graph.OPTIMAL:
        raise RuntimeError("the flow was not solved")
    return float(sides["score"][graph.flows(arcs) > 0].sum())


def dense(sides: dict[str, Any]) -> float:
    """SciPy's assignment on the full table."""
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((sides["wanted"].size, sides["capacity"].size))
    table[sides["i"], sides["j"]] = sides["score"]
    return float(table[linear_sum_assignment(table, maximize=True)].sum())


def sparse(sides: dict[str, Any]) -> float:
    """Each need gets a place of its own worth nothing, or no full matching might exist."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    N, M = sides["wanted"].size, sides["capacity"].size
    row = np.concatenate([sides["i"], np.arange(N)])
    column = np.concatenate([sides["j"], M + np.arange(N)])
    # Zeros would be dropped, so everything is lifted by one; each need has exactly one partner.
    value = np.concatenate([sides["score"] + 1.0, np.ones(N)])
    table = csr_array((value, (row, column)), shape=(N, M + N))
    chosen = min_weight_full_bipartite_matching(table, maximize=True)
    return float((table[chosen] - 1.0).sum())


def gale_shapley(sides: dict[str, Any], donor: Any) -> list[list[int]]:
    """The package `matching`, in plain Python."""
    try:
        from matching.games import HospitalResident
    except ImportError as no:
        raise Absent("the package `matching` is not installed") from no
    # It copies its players into one another, deeper than Python's usual limit.
    sys.setrecursionlimit(1_000_000)
    i, j = sides["i"], sides["j"]

    def preferences(owner: Any, other: Any, liking: Any) -> dict[str, list[str]]:
        lists: dict[str, list[str]] = {}
        for k in np.lexsort((other, -liking, owner)).tolist():
            lists.setdefault(str(owner[k]), []).append(str(other[k]))
        return lists

    needs, offers = preferences(i, j, sides["score"]), preferences(j, i, donor)
    game = HospitalResident.create_from_dictionaries(needs, offers, dict.fromkeys(offers, 1))
    solved = game.solve().items()
    return [[int(guest.name), int(host.name)] for host, guests in solved for guest in guests]
