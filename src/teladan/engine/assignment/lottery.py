"""Drawing an assignment from probabilities, every limit kept in every draw."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["BITS", "FINE", "draw"]

Ints = NDArray[np.int64]

# Probabilities are multiples of 2**-BITS; where entropy counts, of 2**-FINE.
BITS = 14
FINE = 20


def draw(
    entry: Ints, reader: Ints, flow: Ints, rng: np.random.Generator, bits: int = BITS
) -> NDArray[np.bool_]:
    """Choose pairs with probability ``flow / 2**bits``, whole at every entry and reader.

    Halves the flow `bits` times. Odd pairs form trails through entries and readers;
    along a trail they are rounded up and down in turn, heads or tails, so each
    sum is halved to within one unit that the next halving takes in.
    """
    left = flow.copy()
    nodes = int(entry.max(initial=-1)) + 1
    for _ in range(bits):
        odd = np.flatnonzero(left % 2 == 1)
        sign = _alternate(entry[odd].tolist(), (reader[odd] + nodes).tolist(), rng)
        left[odd] += sign
        left //= 2
    chosen: NDArray[np.bool_] = left == 1
    return chosen


def _alternate(tails: list[int], heads: list[int], rng: np.random.Generator) -> Ints:
    """Walk the edges in trails, open ones first, with signs in turn from a coin."""
    at: dict[int, list[int]] = {}
    for edge, ends in enumerate(zip(tails, heads, strict=True)):
        for node in ends:
            at.setdefault(node, []).append(edge)
    used = [False] * len(tails)
    sign = np.zeros(len(tails), dtype=np.int64)
    starts = sorted(at, key=lambda node: (len(at[node]) % 2 == 0, node))
    for start in starts:
        # A node of odd degree begins one open trail, then any closed ones through it.
        while True:
            node, turn, coin = start, 0, 0
            while True:
                edges = at[node]
                while edges and used[edges[-1]]:
                    edges.pop()
                if not edges:
                    break
                if turn == 0:
                    coin = 1 if rng.random() < 0.5 else -1
                edge = edges.pop()
                used[edge] = True
                sign[edge] = coin if turn % 2 == 0 else -coin
                node = heads[edge] if tails[edge] == node else tails[edge]
                turn += 1
            if turn == 0:
                break
    return sign
