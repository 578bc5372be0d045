"""Deferred acceptance: needs ask, offers hold the best, until nobody is turned away."""

from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from teladan.engine.pairing.market import Market

__all__ = ["deferred_acceptance"]

Flags = NDArray[np.bool_]

# Requests between two reports: a few hundredths of a second.
OFTEN = 16_384


def deferred_acceptance(market: Market, progress: Callable[[float], None]) -> Flags:
    """Return which candidates are paired.

    Each need asks its best offers first. An offer that is full turns away whom it
    likes least, but none of the first `seats` eligible while anybody else is there.
    Who asks first does not matter.
    """
    queue: list[int] = np.lexsort((market.rank, market.i)).tolist()
    first = np.searchsorted(market.i, np.arange(market.N + 1)).tolist()
    offers: list[int] = market.j.tolist()
    needs: list[int] = market.i.tolist()
    # Heaps give the smallest: the negative standing of whom the offer likes least.
    liking: list[int] = (-market.standing).tolist()
    room, seats = market.room.tolist(), market.seats.tolist()
    eligible = market.eligible.tolist()
    favoured: dict[int, list[tuple[int, int]]] = {}
    others: dict[int, list[tuple[int, int]]] = {}
    at = first[:-1].copy()
    # Nobody asks more often than there are candidates, however many helpers are wanted.
    times = np.minimum(market.wanted, np.diff(first)).tolist()
    free = [need for need, count in enumerate(times) for _ in range(count)]
    asked = 0
    while free:
        need = free.pop()
        if at[need] == first[need + 1]:
            continue
        k = queue[at[need]]
        at[need] += 1
        asked += 1
        if asked % OFTEN == 0:
            progress(asked / max(len(queue), 1))
        offer = offers[k]
        own = favoured if eligible[need] else others
        heappush(own.setdefault(offer, []), (liking[k], k))
        poor, rest = favoured.get(offer, []), others.get(offer, [])
        if len(poor) + len(rest) > room[offer]:
            spare = rest and (len(poor) <= seats[offer] or not poor or rest[0] < poor[0])
            free.append(needs[heappop(rest if spare else poor)[1]])
    chosen = np.zeros(market.i.size, dtype=np.bool_)
    for side in (favoured, others):
        for held in side.values():
            chosen[[k for _, k in held]] = True
    return chosen
