"""What an assignment hands back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.ceilings import Proof
from teladan.engine.assignment.fairness import floor_of
from teladan.engine.assignment.flow import Network
from teladan.engine.assignment.lottery import draw
from teladan.engine.assignment.request import Request

__all__ = ["Assignment", "Solved", "assembled"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reads what, with the proof of how good that is.

    Attributes
    ----------
    pairs : ndarray of int64, shape (n, 2)
        (entry, reader), sorted.
    totals : ndarray of float64, shape (P,)
        Sum of the affinities of each entry's readers.
    loads : ndarray of int64, shape (E,)
        Entries of each reader.
    total : float
        Sum of `totals`.
    total_bound : float
        No assignment whatsoever has a larger total; `prices` prove it.
    floor : float
        Lowest of the totals of entries with demand; 0 if there are none.
    floor_bound : float
        No assignment has a higher floor; `floor_weights` and `floor_prices`
        prove it, save where `floor_exact` says that a search did.
    gap : float
        ``1 - total / total_bound``: what the total lacks at most.
    probabilities : csr_array of float64, shape (P, E), or None
        Where the assignment was drawn: chance of each pair before the draw.
    prices : ndarray of float64, shape (E,)
        What one reading of each reader is worth to the total.
    floor_weights, floor_prices : ndarray of float64, shapes (P,) and (E,)
        Weights of entries, and prices of readers for the weighted total.
    floor_exact : bool
        Whether `floor_bound` comes from an exhaustive search.
    entropy, entropy_bound : float
        Entropy of `probabilities` in nats; for "perturbed" what no probabilities
        of that quality exceed, else infinite.
    """

    pairs: Ints
    totals: Floats
    loads: Ints
    total: float
    total_bound: float
    floor: float
    floor_bound: float
    gap: float
    probabilities: Any
    prices: Floats
    floor_weights: Floats
    floor_prices: Floats
    floor_exact: bool
    entropy: float
    entropy_bound: float

    def claims(self) -> dict[str, Any]:
        """Return what `teladan.engine.checking.check` can verify, by name."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "pairs"}


@dataclass(frozen=True, slots=True)
class Solved:
    """A flow, or one of probabilities still to be drawn from, and what is proven of it."""

    network: Network
    flow: Ints
    proof: Proof
    exact: bool = False
    entropy_bound: float = np.inf


def assembled(
    request: Request,
    prices: Floats,
    total_bound: float,
    solved: Solved,
    rng: np.random.Generator,
) -> Assignment:
    """Draw, if the flow holds probabilities, and put the answer together."""
    network, flow, chance, entropy = solved.network, solved.flow, None, 0.0
    if network.unit > 1:
        chance = _probabilities(network, flow)
        entropy = -float((chance.data * np.log(chance.data)).sum())
        bits = network.unit.bit_length() - 1
        flow = draw(network.entry, network.reader, flow, rng, bits).astype(np.int64)
    taken = flow > 0
    chosen = np.column_stack([network.entry[taken], network.reader[taken]])
    pairs = np.concatenate([chosen, request.kept])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    gained = np.bincount(network.entry[taken], network.value[taken], request.P)
    totals = request.kept_totals + gained
    total, floor = float(totals.sum()), floor_of(request, totals)
    total_bound = max(total_bound, total)
    return Assignment(
        pairs=pairs,
        totals=totals,
        loads=np.bincount(pairs[:, 1], minlength=request.E).astype(np.int64),
        total=total,
        total_bound=total_bound,
        floor=floor,
        floor_bound=max(solved.proof.value, floor),
        gap=(total_bound - total) / abs(total_bound) if total_bound != total else 0.0,
        probabilities=chance,
        prices=prices,
        floor_weights=solved.proof.weights,
        floor_prices=solved.proof.prices,
        floor_exact=solved.exact,
        entropy=entropy,
        entropy_bound=solved.entropy_bound,
    )


def _probabilities(network: Network, flow: Ints) -> Any:
    from scipy import sparse

    request = network.request
    entry = np.concatenate([network.entry, request.kept[:, 0]])
    reader = np.concatenate([network.reader, request.kept[:, 1]])
    chance = np.concatenate([flow / network.unit, np.ones(request.kept.shape[0])])
    some = chance > 0
    return sparse.csr_array(
        (chance[some], (entry[some], reader[some])), shape=(request.P, request.E)
    )
