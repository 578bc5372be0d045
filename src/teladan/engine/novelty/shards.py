"""Answering many queries in parts that may be worked on anywhere."""

from collections.abc import Sequence

from teladan.engine.cluster import Cluster
from teladan.engine.cluster.interface import Progress
from teladan.engine.novelty.beside import beside
from teladan.engine.novelty.candidates import candidates
from teladan.engine.novelty.likeness import Likeness
from teladan.engine.novelty.view import View

__all__ = ["Report", "answer"]

_QUERIES = 16  # in one part of the work
_ROUND = 64  # queries whose candidates are looked up together


class Report:
    """Turns the share of one step into the share of the whole.

    Parameters
    ----------
    progress : callable, optional
    before, share : float
        What was done before the step, and what the step is of the whole.
    """

    def __init__(self, progress: Progress | None, before: float, share: float) -> None:
        self._progress, self._before, self._share = progress, before, share
        self._last = 0.0

    def __call__(self, done: float) -> None:
        """Say how much of the step is done."""
        self._last = done
        self.beat()

    def beat(self) -> None:
        """Say that work goes on."""
        if self._progress is not None:
            self._progress(self._before + self._share * self._last)


def answer(
    view: View,
    texts: Sequence[str],
    *,
    limit: int,
    shards: int,
    cluster: Cluster,
    progress: Progress | None,
) -> list[list[Likeness]]:
    """Return for every text what is most like it.

    Candidates are found by ranges of the hashes: which lists to read is decided from the
    counts of all ranges, and weights are whole numbers, so neither the number of ranges nor
    who searches them can change an answer. Then candidates are laid beside their queries,
    some queries at a time.

    Parameters
    ----------
    view : View
    texts : sequence of str
    limit : int
        Most answers to each; four times as many candidates are looked at.
    shards : int
        Ranges of the hashes.
    cluster : Cluster
    progress : callable, optional

    Returns
    -------
    list of list of Likeness
    """
    answers: list[list[Likeness]] = []
    for first in range(0, len(texts), _ROUND):
        batch = texts[first : first + _ROUND]
        docs = candidates(view, batch, limit=2 * limit, shards=shards, cluster=cluster)
        parts = [
            (batch[i : i + _QUERIES], docs[i : i + _QUERIES])
            for i in range(0, len(batch), _QUERIES)
        ]
        report = Report(progress, first / len(texts), len(batch) / len(texts))
        for found in cluster.map(beside, parts, shared=(view,), progress=report):
            answers.extend(each[:limit] for each in found)
    return answers
