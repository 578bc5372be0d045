"""Transport flows: the one exact tool under every assignment."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.request import Request
from teladan.engine.errors import Infeasible, NotConverged

__all__ = ["Cut", "Network", "explain", "narrowest", "obstacle"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Values are rounded to whole numbers of up to this size; prices then prove what was lost.
RESOLUTION = 2.0**30


@dataclass(frozen=True, slots=True)
class Network:
    """The open pairs of a request on which flows are sought.

    One reading is `unit` units of flow and a pair carries at most `capacity` of
    them: 1 and 1 for plain assignments, finer for probabilities.
    """

    request: Request
    entry: Ints
    reader: Ints
    value: Floats
    unit: int = 1
    capacity: int = 1

    def solve(self, weights: Floats | None = None, held: Ints | None = None) -> Ints | None:
        """Return the flow of greatest (weighted) value, or None if demand can't be served.

        Where `held` gives a flow for some pairs (-1 elsewhere), these stay as they are.
        """
        value = self.value if weights is None else weights[self.entry] * self.value
        demand, low, high = (
            self.unit * x for x in (self.request.demand, self.request.low, self.request.high)
        )
        if held is None:
            return _transport(self.entry, self.reader, value, demand, low, high, self.capacity)
        still, given = held >= 0, np.where(held > 0, held, 0)
        carried = np.bincount(self.reader, given, high.size).astype(np.int64)
        served = np.bincount(self.entry, given, demand.size).astype(np.int64)
        rest = _transport(
            self.entry[~still],
            self.reader[~still],
            value[~still],
            demand - served,
            np.maximum(low - carried, 0),
            high - carried,
            self.capacity,
        )
        if rest is None:
            return None
        given[~still] = rest
        return given

    def topped_up(self, base: Ints) -> Ints | None:
        """Return the flow of greatest value with `base` or one unit more on each pair."""
        more = base < self.capacity
        load = np.bincount(self.reader, base, self.request.E).astype(np.int64)
        served = np.bincount(self.entry, base, self.request.P).astype(np.int64)
        rest = self.unit * self.request.demand - served
        low, high = self.unit * self.request.low - load, self.unit * self.request.high - load
        if rest.min() < 0 or high.min() < 0:
            return None
        entry, reader, value = self.entry[more], self.reader[more], self.value[more]
        extra = _transport(entry, reader, value, rest, np.maximum(low, 0), high, 1)
        if extra is None:
            return None
        flow = base.copy()
        flow[more] += extra
        return flow

    def joined(self, entry: Ints, reader: Ints, value: Floats) -> "Network":
        """Return a network with these pairs as well."""
        entry, reader = np.concatenate([self.entry, entry]), np.concatenate([self.reader, reader])
        _, first = np.unique(entry * self.request.E + reader, return_index=True)
        value = np.concatenate([self.value, value])[first]
        return replace(self, entry=entry[first], reader=reader[first], value=value)

    def carried(self, flow: Ints, onto: "Network") -> Ints:
        """Return a flow of this network on another that has all the pairs it uses."""
        some, E = flow > 0, self.request.E
        keys = onto.entry * E + onto.reader
        moved = np.zeros(keys.size, dtype=np.int64)
        moved[np.searchsorted(keys, self.entry[some] * E + self.reader[some])] = flow[some]
        return moved

    def totals(self, flow: Ints) -> Floats:
        """Return the total of each entry, kept pairs included."""
        gained = np.bincount(self.entry, self.value * flow, self.request.P) / self.unit
        totals: Floats = self.request.kept_totals + gained
        return totals


def _transport(
    entry: Ints, reader: Ints, value: Floats, demand: Ints, low: Ints, high: Ints, capacity: int
) -> Ints | None:
    """Serve all demand at the greatest value.

    Readers are nodes of supply minus `low` that pass on at most ``high - low``, so
    both ends of a load are exact.
    """
    from ortools.graph.python import min_cost_flow

    entries, readers = demand.size, high.size
    sink = entries + readers
    graph = min_cost_flow.SimpleMinCostFlow()
    size = float(np.abs(value).max(initial=0.0))
    scale = 2.0 ** np.floor(np.log2(RESOLUTION / size)) if size > 0 else 1.0
    arcs = graph.add_arcs_with_capacity_and_unit_cost(
        entry.astype(np.int32),
        (reader + entries).astype(np.int32),
        np.full(entry.size, capacity, dtype=np.int64),
        np.rint(-value * scale).astype(np.int64),
    )
    graph.add_arcs_with_capacity_and_unit_cost(
        np.arange(entries, sink, dtype=np.int32),
        np.full(readers, sink, dtype=np.int32),
        np.minimum(high - low, demand.sum()).astype(np.int64),
        np.zeros(readers, dtype=np.int64),
    )
    supply = np.concatenate([demand, -low, [low.sum() - demand.sum()]]).astype(np.int64)
    graph.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = graph.solve()
    if status == graph.INFEASIBLE:
        return None
    if status != graph.OPTIMAL:
        raise NotConverged(f"the minimum-cost flow ended with {status.name}")
    flow: Ints = graph.flows(arcs).astype(np.int64)
    return flow


@dataclass(frozen=True, slots=True)
class Cut:
    """Why no flow on a network can serve its request.

    The `stuck` entries and the `near` readers they can reach are on one side of a
    minimum cut; so is the `hub` of what readers do above their least loads, or not.
    """

    stuck: NDArray[np.bool_]
    near: NDArray[np.bool_]
    hub: bool
    missing: int


def narrowest(network: Network) -> Cut:
    """Return the minimum cut of a network that can't serve its request."""
    from ortools.graph.python import max_flow

    request = network.request
    entries, readers, unit = request.P, request.E, network.unit
    source, sink, hub = entries + readers, entries + readers + 1, entries + readers + 2
    graph = max_flow.SimpleMaxFlow()

    def join(tail: Ints, head: Ints, room: Ints) -> None:
        graph.add_arcs_with_capacity(
            tail.astype(np.int32), head.astype(np.int32), room.astype(np.int64)
        )

    at, by = np.arange(entries), np.arange(entries, source)
    join(np.full(entries, source), at, unit * request.demand)
    join(network.entry, network.reader + entries, np.full(network.entry.size, network.capacity))
    join(by, np.full(readers, sink), unit * request.low)
    most = int(request.demand.sum())
    join(by, np.full(readers, hub), unit * np.minimum(request.high - request.low, most))
    spare = max(unit * int(request.demand.sum() - request.low.sum()), 0)
    join(np.array([hub]), np.array([sink]), np.array([spare]))
    graph.solve(source, sink)
    reached = np.zeros(hub + 1, dtype=bool)
    reached[graph.get_source_side_min_cut()] = True
    missing = -(-(unit * int(request.demand.sum()) - int(graph.optimal_flow())) // unit)
    return Cut(reached[:entries], reached[entries:source], bool(reached[hub]), missing)


def obstacle(network: Network) -> Infeasible:
    """Explain why no flow on this network can serve the request."""
    return explain(network.request, narrowest(network))


def explain(request: Request, cut: Cut) -> Infeasible:
    """Say in one sentence who can't be served, with the figures that contradict each other."""
    stuck, near, missing = cut.stuck, cut.near, cut.missing
    wanted, most, least = (int(x.sum()) for x in (request.demand, request.high, request.low))
    if least > wanted:
        return Infeasible(
            f"readers must get {least} readings at least, entries need {wanted}",
            {"readers": tuple(np.flatnonzero(request.low).tolist()), "missing": least - wanted},
        )
    if cut.hub:
        idle = np.flatnonzero(~near & (request.low > 0))
        return Infeasible(
            f"{idle.size} readers can't reach their least load: {missing} readings are missing",
            {"readers": tuple(idle.tolist()), "missing": missing},
        )
    who = np.flatnonzero(stuck)
    if wanted > most and who.size == request.P:
        return Infeasible(
            f"entries need {wanted} readings, readers can give {most}: {missing} are missing",
            {"entries": tuple(who.tolist()), "missing": missing},
        )
    return Infeasible(
        f"{who.size} entries need {int(request.demand[who].sum())} readings, and the readers "
        f"free of conflict lack {missing} for them",
        {
            "entries": tuple(who.tolist()),
            "readers": tuple(np.flatnonzero(near).tolist()),
            "missing": missing,
        },
    )
