"""The largest total: an exact flow, and prices that prove it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.errors import Infeasible, NotConverged
from teladan.engine.pairing.market import Market

__all__ = ["bound_of", "largest_total", "prices_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Costs are whole numbers; the solver multiplies them by the number of nodes, in 64 bits.
ROOM = 2.0**59
FINEST = 2.0**30
# Rounds of relaxation after which prices are taken as they are: any prices are a valid proof.
PATIENCE = 2_000
# Candidates in one flow, where they fall apart into islands: a few tenths of a second.
BATCH = 200_000


def largest_total(market: Market, report: Callable[[float], None] | None = None) -> Flags:
    """Return the candidates that reach the largest total, or say which group can't be served.

    Reserved seats taken come first, then the total, then the number of pairs. Every
    floor of a group is kept. Large markets are solved theme by theme, wherever no
    candidate and no floor joins them.
    """
    if market.i.size <= BATCH or (market.least > 0).any():
        return _flow(market)
    chosen = np.zeros(market.i.size, dtype=np.bool_)
    parts = _islands(market)
    for done, part in enumerate(parts, 1):
        chosen[part] = _flow(_only(market, part))
        if report is not None:
            report(done / len(parts))
    return chosen


def _islands(market: Market) -> list[Ints]:
    """Return positions of candidates, together what is joined, in batches of a decent size."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes = market.N + market.M
    links = (np.ones(market.i.size, dtype=np.int8), (market.i, market.N + market.j))
    _, island = connected_components(coo_array(links, shape=(nodes, nodes)), directed=False)
    order = np.argsort(island[market.i], kind="stable")
    first = np.flatnonzero(np.diff(island[market.i][order], prepend=-1))
    opens = first[np.flatnonzero(np.diff(first // BATCH, prepend=-1))]
    return np.split(order, opens[1:])


def _only(market: Market, part: Ints) -> Market:
    """Return a market of some candidates and of the needs and offers they have."""
    needs, i = np.unique(market.i[part], return_inverse=True)
    offers, j = np.unique(market.j[part], return_inverse=True)
    return replace(
        market,
        i=i,
        j=j,
        score=market.score[part],
        donor=market.donor[part],
        rank=market.rank[part],
        standing=market.standing[part],
        wanted=market.wanted[needs],
        eligible=market.eligible[needs],
        group=market.group[needs],
        room=market.room[offers],
        seats=market.seats[offers],
    )


def _flow(market: Market) -> Flags:
    """Solve one market as a minimum-cost flow."""
    from ortools.graph.python import min_cost_flow

    N, M, G = market.N, market.M, market.least.size
    # Nodes: needs, offers, doors of the eligible, groups, source, sink.
    nodes = N + 2 * M + G + 2
    source, sink = nodes - 2, nodes - 1
    wanted = int(market.wanted.sum())
    reserved = bool((market.seats > 0).any())
    places = min(wanted, int(market.room.sum())) if reserved else 0
    largest = float(market.score.max(initial=0.0))
    unit = min(FINEST, ROOM / nodes / (places + 1.0))
    scale = 2.0 ** np.floor(np.log2(unit / largest)) if largest > 0 else 1.0
    value = np.rint(market.score * scale).astype(np.int64) + 1
    bonus = (int(value.max(initial=0)) + 1) * places
    graph = min_cost_flow.SimpleMinCostFlow()

    def join(tail: Ints, head: Ints, room: Ints, cost: Ints) -> Ints:
        arcs: Ints = graph.add_arcs_with_capacity_and_unit_cost(
            tail.astype(np.int32), head.astype(np.int32), room.astype(np.int64), cost
        )
        return arcs

    ones, none = np.ones(market.i.size, dtype=np.int64), np.zeros(max(N, M, G), dtype=np.int64)
    # The eligible enter by a door of their own, where reserved seats pay a bonus.
    door = N + np.where(market.eligible[market.i] & (market.seats[market.j] > 0), M, 0) + market.j
    arcs = join(market.i, door, ones, -value)
    at = np.arange(M)
    join(N + M + at, N + at, market.seats, np.full(M, -bonus))
    join(N + M + at, N + at, market.room, none[:M])
    join(N + at, np.full(M, sink), market.room, none[:M])
    join(N + 2 * M + market.group, np.arange(N), market.wanted, none[:N])
    groups = N + 2 * M + np.arange(G)
    join(np.full(G, source), groups, np.full(G, wanted), none[:G])
    join(np.array([source]), np.array([sink]), np.array([wanted]), none[:1])
    spare = wanted - int(market.least.sum())
    if spare < 0:
        raise _unserved(market)
    supply = np.zeros(nodes, dtype=np.int64)
    supply[groups], supply[source], supply[sink] = market.least, spare, -wanted
    graph.set_nodes_supplies(np.arange(nodes, dtype=np.int32), supply)
    status = graph.solve()
    if status == graph.INFEASIBLE:
        raise _unserved(market)
    if status != graph.OPTIMAL:
        raise NotConverged(f"the minimum-cost flow ended with {status.name}")
    chosen: Flags = graph.flows(arcs) > 0
    return chosen


def _unserved(market: Market) -> Infeasible:
    """Name the groups whose floors can't be met together: a minimum cut."""
    from ortools.graph.python import max_flow

    N, M, G = market.N, market.M, market.least.size
    source, sink = N + M + G, N + M + G + 1
    graph = max_flow.SimpleMaxFlow()

    def join(tail: Ints, head: Ints, room: Ints) -> None:
        graph.add_arcs_with_capacity(
            tail.astype(np.int32), head.astype(np.int32), room.astype(np.int64)
        )

    groups = N + M + np.arange(G)
    join(np.full(G, source), groups, market.least)
    join(N + M + market.group, np.arange(N), market.wanted)
    join(market.i, N + market.j, np.ones(market.i.size, dtype=np.int64))
    join(N + np.arange(M), np.full(M, sink), market.room)
    graph.solve(source, sink)
    reached = np.zeros(sink + 1, dtype=np.bool_)
    reached[graph.get_source_side_min_cut()] = True
    short = np.flatnonzero(reached[groups] & (market.least > 0))
    missing = int(market.least.sum()) - int(graph.optimal_flow())
    who = ", ".join(map(str, short[:5].tolist())) + (", …" if short.size > 5 else "")
    return Infeasible(
        f"groups {who} must have {int(market.least[short].sum())} more pairs: {missing} of them "
        "can't be had, for lack of wishes or of places in the offers that fit",
        {
            "groups": tuple(short.tolist()),
            "needs": tuple(np.flatnonzero(np.isin(market.group, short)).tolist()),
            "missing": missing,
        },
    )


def prices_of(market: Market, chosen: Flags, report: Callable[[float], None]) -> Floats:
    """Return what one more place of each offer would add to the largest total.

    A need that takes it leaves another place, which is worth its own price: values
    go from offer to offer until they stand still.
    """
    prices = np.zeros(market.M)
    moves = np.flatnonzero(~chosen & (market.wanted[market.i] > 0))
    if not moves.size:
        return prices
    moves = moves[np.argsort(market.j[moves], kind="stable")]
    mover, gain = market.i[moves], market.score[moves]
    first = np.flatnonzero(np.diff(market.j[moves], prepend=-1))
    target = market.j[moves][first]
    starved = np.bincount(market.i[chosen], minlength=market.N) < market.wanted
    owner, place, worth = market.i[chosen], market.j[chosen], market.score[chosen]
    close = 1e-13 * (1.0 + float(market.score.max()))
    for _ in range(PATIENCE):
        leaving = np.where(starved, 0.0, -np.inf)
        np.maximum.at(leaving, owner, prices[place] - worth)
        dearer = np.maximum.reduceat(gain + leaving[mover], first)
        if (dearer <= prices[target] + close).all():
            break
        prices[target] = np.maximum(prices[target], dearer)
        # How many rounds are still to come, nobody knows; this is a sign of life.
        report(0.0)
    return prices


def bound_of(market: Market, prices: Floats) -> float:
    """Return what no pairing of these candidates exceeds in total, kept pairs left aside."""
    surplus = np.maximum(market.score - prices[market.j], 0.0)
    order = np.lexsort((-surplus, market.i))
    need = market.i[order]
    place = np.arange(need.size) - np.searchsorted(market.i, np.arange(market.N))[need]
    gain = surplus[order][place < market.wanted[need]]
    return float(gain.sum() + (market.room * prices).sum())
