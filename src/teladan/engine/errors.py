"""What the engine says when there is no answer."""

from collections.abc import Mapping
from typing import Any

__all__ = ["Infeasible", "NotConverged"]


class Infeasible(Exception):
    """No answer satisfies the request, and this is who can't be served.

    Attributes
    ----------
    reason : str
        One English sentence with the figures that contradict each other.
    witness : Mapping
        The proof as data. Positions are tuples of int (``"entries"``,
        ``"readers"``, ``"recipients"``), amounts are int (``"missing"``,
        ``"shortage"``, ``"surplus"``). Keys without content are left out.
    """

    def __init__(self, reason: str, witness: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.witness: dict[str, Any] = dict(witness or {})


class NotConverged(Exception):
    """An iteration ended before its answer was good enough to publish."""
