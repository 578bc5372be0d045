"""What was asked for and is not yet committed."""

from dataclasses import dataclass, field
from typing import Any

from teladan.engine.novelty.prints import DOC_BITS
from teladan.engine.novelty.view import View

__all__ = ["Waiting", "checked"]

_LONGEST = 1 << 28


@dataclass(slots=True)
class Waiting:
    """Texts to put in, and texts to take out.

    Attributes
    ----------
    texts : dict
        New texts by id.
    lost : dict
        Numbers of the texts to take out, by segment.
    """

    texts: dict[str, str] = field(default_factory=dict)
    lost: dict[int, set[int]] = field(default_factory=dict)

    def stage(self, view: View, named: dict[str, str], replace: bool) -> None:
        """Let texts wait for the next commit, or refuse them all."""
        here = self._here(view, list(named))
        known = [*here, *(id for id in named if id in self.texts)]
        if known and not replace:
            raise ValueError(f"id {min(known)!r} is in the index already")
        self._lose(here)
        self.texts.update(named)

    def remove(self, view: View, id: str) -> bool:
        """Take a text out; say whether it was there."""
        if self.texts.pop(id, None) is not None:
            return True
        here = self._here(view, [id])
        self._lose(here)
        return bool(here)

    def change(self) -> int:
        """Return how many texts there will be more."""
        return len(self.texts) - sum(map(len, self.lost.values()))

    def _here(self, view: View, ids: list[str]) -> dict[str, int]:
        """Return which of the ids a view has, without those already lost."""
        found = view.find_ids(ids)
        return {id: doc for id, doc in found.items() if not self._is_lost(doc)}

    def _is_lost(self, doc: int) -> bool:
        return doc & (2**DOC_BITS - 1) in self.lost.get(doc >> DOC_BITS, ())

    def _lose(self, here: dict[str, int]) -> None:
        for doc in here.values():
            self.lost.setdefault(doc >> DOC_BITS, set()).add(doc & (2**DOC_BITS - 1))


def checked(id: Any, text: Any, name: str | None = None) -> str:
    """Return the id if both are texts that an index can hold."""
    if not isinstance(id, str):
        raise ValueError(f"id {id!r} is {type(id).__name__}, must be str")
    name = name or f"text of id {id!r}"
    if not isinstance(text, str):
        raise ValueError(f"{name} is {type(text).__name__}, must be str")
    if len(text) >= _LONGEST:
        raise ValueError(f"{name} has {len(text)} characters, must have fewer than 2**28")
    return id
