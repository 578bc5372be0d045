"""A first plan by minimum-cost flow, and how many requests any plan can serve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teladan.engine.errors import NotConverged
from teladan.engine.itinerary.board import Board
from teladan.engine.itinerary.problem import Option, Problem

__all__ = ["first_plan", "most_served"]

Ints = NDArray[np.int64]

# What one step of each term costs more than many steps of the next one; with a
# hundred thousand nodes the solver's scaled costs stay far inside 64 bits.
WAIT, RANK, UNSERVED = 2**13, 2**25, 2**38
# Best options of a request that the flow looks at.
WIDTH = 96


@dataclass(frozen=True, slots=True)
class _Slots:
    """The days at hosts that occur in options."""

    host: Ints
    day: Ints
    of_option: Ints

    @classmethod
    def of(cls, options: Ints) -> "_Slots":
        keys, member = np.unique(options[:, :2], axis=0, return_inverse=True)
        return cls(keys[:, 0], keys[:, 1], member.reshape(-1))

    def left(self, board: Board) -> Ints:
        """Return how many new receptions each can take."""
        rooms = np.array([host.groups_a_day for host in board.problem.hosts], dtype=np.int64)
        pairs = zip(self.host.tolist(), self.day.tolist(), strict=True)
        taken = [len(board.at.get(pair, ())) for pair in pairs]
        return np.maximum(rooms[self.host] - np.array(taken, dtype=np.int64), 0)


def _choice(problem: Problem, width: int) -> tuple[Ints, Ints]:
    """Return the request and the row of every option looked at."""
    counts = np.diff(problem.at)
    request = np.repeat(np.arange(counts.size), counts)
    place = np.arange(request.size) - problem.at[request]
    rows = np.flatnonzero(place < width)
    return request[rows], problem.table[rows]


def first_plan(board: Board, width: int = WIDTH) -> list[tuple[int, Option]]:
    """Return the best option of each request as if nobody joined, needed offices or travelled.

    Requests left out by the flow are left out of the answer.
    """
    from ortools.graph.python import min_cost_flow

    problem = board.problem
    request, options = _choice(problem, width)
    if request.size == 0:
        return []
    slots = _Slots.of(options)
    asking = np.unique(request)
    hosts = len(problem.hosts)
    first_slot = len(problem.requests)
    first_host = first_slot + slots.host.size
    sink = first_host + hosts
    graph = min_cost_flow.SimpleMinCostFlow()

    def arcs(tail: Ints, head: Ints, room: Ints, cost: Ints) -> Ints:
        found: Ints = graph.add_arcs_with_capacity_and_unit_cost(
            tail.astype(np.int32), head.astype(np.int32), room, cost
        )
        return found

    one = np.ones_like(request)
    chosen = arcs(
        request, first_slot + slots.of_option, one, RANK * options[:, 2] + WAIT * options[:, 3]
    )
    nodes = np.arange(slots.host.size)
    arcs(first_slot + nodes, first_host + slots.host, slots.left(board), np.zeros_like(nodes))
    # The square of a load grows by 2 load + 1: an arc for each further request.
    wanted = np.bincount(slots.host[slots.of_option], minlength=hosts)
    steps = np.minimum(wanted, np.bincount(slots.host, slots.left(board), hosts).astype(np.int64))
    host = np.repeat(np.arange(hosts), steps)
    step = np.arange(host.size) - np.repeat(np.cumsum(steps) - steps, steps)
    load = np.array(board.load, dtype=np.int64)[host] + step
    arcs(first_host + host, np.full_like(host, sink), np.ones_like(host), 2 * load + 1)
    arcs(asking, np.full_like(asking, sink), np.ones_like(asking), np.full_like(asking, UNSERVED))
    graph.set_nodes_supplies(asking.astype(np.int32), np.ones_like(asking))
    graph.set_node_supply(sink, -asking.size)
    if (status := graph.solve()) != graph.OPTIMAL:
        raise NotConverged(f"the minimum-cost flow ended with {status.name}")
    taken = np.flatnonzero(graph.flows(chosen))
    return [
        (i, tuple(row))
        for i, row in zip(request[taken].tolist(), options[taken].tolist(), strict=True)
    ]


def most_served(board: Board) -> int:
    """Return a number of requests that no plan exceeds, beside those held.

    A day at a host has room for so many people at most; a group that joins nobody
    takes the room of a whole reception.
    """
    from ortools.graph.python import max_flow

    problem = board.problem
    request, options = _choice(problem, len(problem.table))
    if request.size == 0:
        return 0
    slots = _Slots.of(options)
    most = np.array([host.size_max for host in problem.hosts], dtype=np.int64)
    joining = np.array([problem.rules.joining and r.may_join for r in problem.requests])
    size = np.array([r.size for r in problem.requests], dtype=np.int64)
    takes = np.where(joining[request], size[request], most[options[:, 0]])
    room = slots.left(board) * most[slots.host]
    for k, pair in enumerate(zip(slots.host.tolist(), slots.day.tolist(), strict=True)):
        for reception in board.at.get(pair, ()):
            if reception.open:
                room[k] += max(int(most[pair[0]]) - reception.people, 0)
    order = np.lexsort((takes, slots.of_option))
    member, together = slots.of_option[order], np.cumsum(takes[order])
    before = np.concatenate([[0], together])[np.searchsorted(member, np.arange(room.size))]
    fits = np.bincount(member[together - before[member] <= room[member]], minlength=room.size)
    asking = np.unique(request)
    first = len(problem.requests)
    source, sink = first + room.size, first + room.size + 1
    graph = max_flow.SimpleMaxFlow()
    for tail, head, capacity in (
        (np.full_like(asking, source), asking, np.ones_like(asking)),
        (request, first + slots.of_option, np.ones_like(request)),
        (first + np.arange(room.size), np.full(room.size, sink), fits),
    ):
        graph.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
    graph.solve(source, sink)
    return int(graph.optimal_flow())
