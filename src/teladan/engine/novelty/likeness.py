"""What one text shares with another: the passages, and the two figures that follow."""

from dataclasses import dataclass

__all__ = ["Likeness", "Passage"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the query beside the stretch of the other text that it resembles.

    All four borders count words, the first from 0; the ends are exclusive.

    Attributes
    ----------
    start, end : int
        Words of the query.
    other_start, other_end : int
        Words of the other text.
    identical : float
        Share, 0 to 1, of the query's words in the passage that stand beside an identical word.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    identical: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text shares with one text of the index, for a person to judge.

    Attributes
    ----------
    id : str
        The other text.
    passages : list of (start, end, other_start, other_end, identical)
        Characters of the original texts, ends exclusive, in the order of the query; passages
        do not overlap in the query.
    copied : float
        Share of the query's words that lie in a passage.
    changed : float
        1 - identical share inside the passages; 0 where nothing is shared.
    novel : float
        1 - copied.
    """

    id: str
    passages: list[tuple[int, int, int, int, float]]
    copied: float
    changed: float
    novel: float
