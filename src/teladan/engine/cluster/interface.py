"""What every cluster offers, and the one that is always there."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, Self, TypeVar

__all__ = ["BEAT", "Cluster", "Local", "Progress", "WorkerLost", "tell"]

T = TypeVar("T")
Progress = Callable[[float], None]

# Seconds between two calls of `progress` while no part ends: this is how soon one can cancel.
BEAT = 0.5


class WorkerLost(RuntimeError):
    """A part of the work killed its worker again and again; the message names the part."""


class Cluster(Protocol):
    """Whatever can work on independent parts."""

    def map(
        self,
        work: Callable[..., T],
        parts: Iterable[Sequence[Any]],
        *,
        shared: Sequence[Any] = (),
        progress: Progress | None = None,
    ) -> list[T]:
        """Return ``[work(*shared, *part) for part in parts]``, worked on wherever there is room.

        Parameters
        ----------
        work : callable
            A function of a module, which every worker can import. It leaves its arguments as
            they are: on one core they are the caller's own.
        parts : iterable of sequences
            What differs from part to part; can be pickled.
        shared : sequence, optional
            What all parts need, sent to each worker once and not with every part.
        progress : callable, optional
            Called with the share of parts done; an exception it raises ends the work.

        Raises
        ------
        WorkerLost
            If one part killed its worker three times.
        BaseException
            Whatever `work` raises ends the whole and reaches the caller as it was raised.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None: ...


class Local:
    """One process, the caller's own: one part after the other."""

    def map(
        self,
        work: Callable[..., T],
        parts: Iterable[Sequence[Any]],
        *,
        shared: Sequence[Any] = (),
        progress: Progress | None = None,
    ) -> list[T]:
        """Work on one part after the other: see `Cluster.map`."""
        asked = [tuple(part) for part in parts]
        answers: list[T] = []
        for part in asked:
            answers.append(work(*shared, *part))
            tell(progress, len(answers), len(asked))
        return answers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None


def tell(progress: Progress | None, done: int, asked: int) -> None:
    """Say which share is done, to whoever wants to know."""
    if progress is not None:
        progress(done / asked)
