"""From the greatest total to what was asked for."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from teladan.engine.assignment.ceilings import Proof, ceiling, relaxed
from teladan.engine.assignment.fairness import (
    TARGETS,
    Raised,
    better_of,
    floor_of,
    grain_of,
    narrowed,
    raised,
    win_back,
)
from teladan.engine.assignment.flow import Network, obstacle
from teladan.engine.assignment.greatest import BREADTH, Greatest
from teladan.engine.assignment.leximin import levelled
from teladan.engine.assignment.lottery import BITS
from teladan.engine.assignment.perturbed import perturbed
from teladan.engine.assignment.request import Request
from teladan.engine.assignment.result import Solved
from teladan.engine.assignment.search import LARGEST, fairest_of_all
from teladan.engine.assignment.survey import survey
from teladan.engine.cluster import Cluster
from teladan.engine.errors import Infeasible

__all__ = ["Work"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[float], None]

# Pairs on which many flows are solved in a row; more are pruned to the best of each entry.
MOST_REPEATED = 150_000


class Work:
    """One request with its greatest total found, on the way to its objective."""

    def __init__(
        self,
        request: Request,
        start: Greatest,
        cap: float,
        cluster: Cluster | None,
        progress: Progress,
    ) -> None:
        self.request, self.start, self.cap = request, start, cap
        self.cluster, self.progress = cluster, progress
        self.network, self.flow = start.network, start.flow
        if cap < 1:
            self.network, self.flow = _capped(start.network, cap)
        self.proof, self.best = ceiling(
            request, cluster=cluster, progress=lambda share: progress(0.1 * share)
        )

    def total(self) -> Solved:
        """Return the greatest total as it is."""
        return Solved(self.network, self.flow, self.proof)

    def perturbed(self, quality: float) -> Solved:
        """Return the probabilities of greatest entropy at a share of the greatest total."""
        kept, network = float(self.request.kept_totals.sum()), self.network
        greatest = float(self.start.network.totals(self.start.flow).sum())
        least = greatest - (1.0 - quality) * abs(greatest)
        reached = network.totals(self.flow)
        most = float(reached.sum())
        # Next to the greatest a ten-thousandth less leaves room to choose.
        room = 1e-4 * float(np.abs(reached).sum())
        if most < least - 1e-9 * abs(most):
            raise Infeasible(
                f"with a probability of {self.cap} at most the expected total reaches {most:.10g}; "
                f"a quality of {quality} asks for {least:.10g}",
                {},
            )
        least = min(least, most - room)
        found = perturbed(
            self.start.network,
            self.cap,
            least - kept,
            progress=lambda share: self.progress(0.1 + 0.9 * share),
        )
        return Solved(found.network, found.flow, self.proof, entropy_bound=found.entropy_bound)

    def fair(self, *, leximin: bool) -> Solved:
        """Return the fairest flow found, on a network pruned to what is worth trying."""
        request, network = self.request, self.network
        # Only a search of all pairs proves anything: a pruned network may lack the fairest.
        small = self.start.whole and network.entry.size <= LARGEST and network.unit == 1
        if small and not leximin:
            exact = fairest_of_all(network)
            if exact is not None:
                value = floor_of(request, network.totals(exact))
                return Solved(network, exact, replace(self.proof, value=value), exact=True)
        found = self._raised()
        network, fair = found.network, found.fair
        levels = network.totals(fair)
        top = floor_of(request, levels)
        if leximin and request.asked.any():
            fair = levelled(network, fair, progress=lambda share: self.progress(0.6 + 0.3 * share))
            levels = network.totals(fair)
            top = float(np.median(levels[request.asked > 0]))
        fair = win_back(
            network,
            found.greatest,
            fair,
            np.minimum(levels, top) - grain_of(network),
            progress=lambda share: self.progress(0.9 + 0.1 * share),
        )
        return Solved(network, fair, self.proof)

    def _raised(self) -> Raised:
        """Return the flow with the best floor found; tighten the proof where it falls short."""
        network, flow, prices = self.network, self.flow, self.start.prices
        narrow = narrowed(network, flow, prices, self.best)
        widen = None if self.start.whole else self._widened
        if network.entry.size > MOST_REPEATED:
            network, flow, widen = narrow, network.carried(flow, narrow), self._widened
        reach = self.proof.value
        if self.cap < 1:
            capped, _ = ceiling(self.request, most=self.cap, cluster=self.cluster)
            reach = capped.value
        found = raised(
            network,
            flow,
            prices,
            reach,
            targets=1,
            patience=0,
            widen=widen,
            progress=lambda share: self.progress(0.1 + 0.1 * share),
        )
        if found.done:
            return found
        proof = relaxed(narrow, found.network, self.cluster)
        if proof is not None:
            self._tighten(proof)
        again = raised(
            found.network,
            found.greatest,
            prices,
            min(reach, self.proof.value),
            targets=TARGETS if widen is not None else TARGETS // 2,
            widen=widen,
            progress=lambda share: self.progress(0.2 + 0.4 * share),
        )
        before = found.network.carried(found.fair, again.network)
        return replace(again, fair=better_of(again.network, again.fair, before))

    def _widened(self, network: Network, weights: Floats, prices: Floats) -> Network:
        """Return the network with the pairs that are near at these weights as well."""
        found = survey(self.request, prices, breadth=BREADTH, weights=weights, cluster=self.cluster)
        return network.joined(found.entry, found.reader, found.value)

    def _tighten(self, proof: Proof) -> None:
        step = self.request.step
        value = proof.value
        if step > 0:
            # Totals are multiples of the step, and so is the floor.
            value = np.floor(value / step + 1e-9) * step
        if value < self.proof.value:
            self.proof = replace(proof, value=float(value))


def _capped(network: Network, cap: float) -> tuple[Network, Ints]:
    """Return the network of probabilities and its flow of greatest expected total."""
    unit = 2**BITS
    finer = replace(network, unit=unit, capacity=int(cap * unit))
    if finer.capacity == 0:
        raise ValueError(f"cap is {cap}, must be at least {1 / unit}")
    found = finer.solve()
    if found is None:
        raise obstacle(finer)
    return finer, found
