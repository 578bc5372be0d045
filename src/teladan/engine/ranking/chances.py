"""Rank intervals and chances from joint draws of all entries."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teladan.engine.ranking.mixture import Fit, Mixture

__all__ = ["chances"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Large enough that matrix products run at full speed, small enough to stay in cache.
BATCH = 250
OUTSIDE = 0.025


def chances(
    model: Mixture,
    fit: Fit,
    components: Ints,
    *,
    draws: int,
    top: tuple[int, ...],
    rng: np.random.Generator,
    progress: Callable[[float], None],
) -> tuple[Ints, dict[int, Floats]]:
    """Return 95 % intervals of places (P, 2) and, for each k, the chance of the best k.

    Readers are drawn jointly from their posterior; entries given the readers are
    independent. Places are counted within components; with several components
    there is no common list, so its chances are NaN.
    """
    from scipy import linalg

    size, several = fit.root.shape[0], bool(components.max() > 0)
    first = np.concatenate([[0], np.cumsum(np.bincount(components))[:-1]])[components]
    rank = np.empty((draws, model.P), dtype=np.uint16 if model.P < 2**16 else np.uint32)
    inside = {k: np.zeros(model.P) for k in top}
    group = components if several else None
    sigma = np.sqrt(fit.residual)
    for start in range(0, draws, BATCH):
        stop = min(start + BATCH, draws)
        noise = rng.standard_normal((size, stop - start))
        shift = sigma * linalg.solve_triangular(fit.root.T, noise, lower=False, check_finite=False)
        moved = model.height[:, None] * shift[0]
        if size > 1:
            moved += model.pull @ shift[1:]
        theta = (fit.entry[:, None] - fit.shrink[:, None] * moved).T
        theta += sigma * np.sqrt(fit.shrink) * rng.standard_normal(theta.shape)
        order = _best_first(theta, group)
        place = np.arange(1, model.P + 1) - first[order] if several else np.arange(1, model.P + 1)
        block = rank[start:stop]
        np.put_along_axis(block, order, np.broadcast_to(place, order.shape).astype(rank.dtype), 1)
        for k in top:
            inside[k] += np.bincount(order[:, :k].ravel(), minlength=model.P)
        progress(stop / draws)
    rank.sort(axis=0)
    edges = [int(OUTSIDE * (draws - 1)), draws - 1 - int(OUTSIDE * (draws - 1))]
    interval = rank[edges].T.astype(np.int64)
    if several:
        return interval, {k: np.full(model.P, np.nan) for k in top}
    return interval, {k: count / draws for k, count in inside.items()}


def _best_first(theta: Floats, group: Ints | None) -> Ints:
    if group is None:
        return np.argsort(-theta, axis=1)
    return np.lexsort((-theta, np.broadcast_to(group, theta.shape)), axis=1)
