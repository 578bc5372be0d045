"""What limits a calibration: groups that nobody connects, and data that can't tell."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from teladan.engine.ranking.mixture import Fit, Mixture

__all__ = ["components_of", "notes_of"]

Ints = NDArray[np.int64]


def components_of(p: Ints, r: Ints) -> tuple[Ints, Ints]:
    """Return numbers of the groups of entries and readers that shared readings connect."""
    from scipy import sparse
    from scipy.sparse import csgraph

    entries, readers = int(p.max()) + 1, int(r.max()) + 1
    links = (np.ones(p.size), (p, entries + r))
    graph: Any = sparse.csr_array(links, shape=(entries + readers,) * 2)
    label = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return label[:entries], label[entries:]


def notes_of(model: Mixture, fit: Fit, components: Ints, again: bool) -> tuple[str, ...]:
    """Say what a reader of the figures must know."""
    notes = []
    groups = int(components.max()) + 1
    if groups > 1:
        notes.append(
            f"The panel falls into {groups} groups without a shared reader: "
            "entries of different groups are not compared."
        )
    if model.E == 1:
        notes.append("One reader: severity can't be told from the level of the entries.")
    elif fit.ratio_reader <= 1e-6:
        notes.append("Readers are equally severe as far as these marks show: no correction needed.")
    if not again:
        notes.append(
            "No entry was read twice: half of the differences are assumed to be noise of reading."
        )
    elif fit.ratio_entry <= 1e-6:
        notes.append("These marks tell no entry from another beyond the noise of reading.")
    return tuple(notes)
