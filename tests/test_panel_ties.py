"""A plan ties all readers together where it can, and its proof is of what it was made from."""

import numpy as np
import pytest

from teladan.engine.checking import check
from teladan.panel.acts import seats


def fields_apart(seed):
    """Fields with two readers or three of their own, and conflicts that bar the way between."""
    rng = np.random.default_rng(seed)
    entries, fields = int(rng.integers(4, 16)), int(rng.integers(2, 5))
    readers = 2 * fields + int(rng.integers(0, 3))
    knows = (np.arange(readers) % fields) == np.arange(fields)[:, None]
    conflicts = rng.random((entries, readers)) < rng.choice([0, 0.2, 0.4])
    most = int(np.ceil(entries * 2 / readers)) + 1
    asked = {"demand": 2, "max_load": most, "min_load": 0, "conflicts": conflicts}
    return 1.0 + knows[np.arange(entries) % fields], asked


# For the first five the affinities were moved once more after the last attempt.
@pytest.mark.parametrize("seed", [21, 144, 255, 283, 289, *range(1, 8)])
@pytest.mark.parametrize("attempts", [1, 4, seats.ATTEMPTS])
def test_the_proof_holds_however_often_readers_are_tied(seed, attempts, monkeypatch):
    monkeypatch.setattr(seats, "ATTEMPTS", attempts)
    suits, asked = fields_apart(seed)
    found, affinity = seats._most_tied(suits, asked, seed)
    assert check(found.pairs, affinity, **asked, claims=found.claims()) == []


@pytest.mark.parametrize("seed", [21, 144, 255, 283, 289])
def test_readers_of_fields_apart_are_tied_in_the_end(seed):
    suits, asked = fields_apart(seed)
    found, _affinity = seats._most_tied(suits, asked, seed)
    of_entry, _of_reader = seats._groups(found.pairs, suits.shape)
    assert len({*of_entry.tolist()}) == 1
