"""What both checkers need: figures that agree, and faults told in a few lines."""

from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["CLOSE", "below", "named", "same"]

# Faults of one kind named one by one; further ones are counted.
NAMED = 5
CLOSE = 1e-9


def same(claimed: Any, found: Any) -> bool:
    """Say whether two figures, or arrays of them, agree."""
    one, other = np.asarray(claimed, float), np.asarray(found, float)
    return one.shape == other.shape and bool(np.allclose(one, other, CLOSE, CLOSE))


def below(claimed: float, proven: float) -> bool:
    """Say whether a claimed bound is lower than what is proven."""
    return claimed < proven - CLOSE * (1.0 + abs(proven))


def named(faults: Iterable[str]) -> list[str]:
    """Return the first few faults of one kind, and how many more there are."""
    listed = list(faults)
    if len(listed) <= NAMED:
        return listed
    return [*listed[:NAMED], f"… and {len(listed) - NAMED} more of this kind"]
