"""A cluster of machines, run by Dask."""

import pickle
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, Self, TypeVar

from teladan.engine.cluster.interface import BEAT, Progress, WorkerLost, tell

__all__ = ["Dask"]

T = TypeVar("T")

# Parts that are under way at the same time, if the cluster is small.
LEAST_AT_ONCE = 64
# Workers of one thread, no dashboard, and no port that another cluster could hold.
ALONE: dict[str, Any] = {
    "threads_per_worker": 1,
    "dashboard_address": None,
    "scheduler_kwargs": {"dashboard_address": ":0"},
}


class Dask:
    """A Dask cluster; needs the extra `distributed`.

    Parameters
    ----------
    address : str, optional
        Of the scheduler, as ``tcp://10.0.0.5:8786``. Without it Dask's own configuration says
        where the scheduler is, and if it does not, workers are started on this machine.

    Raises
    ------
    RuntimeError
        If Dask is not installed.
    OSError
        If nobody answers at the address.
    """

    def __init__(self, address: str | None = None) -> None:
        try:
            self._distributed: Any = import_module("distributed")
        except ImportError as absent:
            raise RuntimeError(
                "Dask is not installed: `pip install teladan[distributed]`"
            ) from absent
        dask: Any = import_module("dask")
        where = address or dask.config.get("scheduler-address", None)
        self._client: Any = self._distributed.Client(
            where, set_as_default=False, **({} if where else ALONE)
        )
        # Parts are as large as the data make them: that is no mistake to warn of.
        self._settings = dask.config.set(
            {"distributed.admin.large-graph-warning-threshold": "1 TiB"}
        )

    def map(
        self,
        work: Callable[..., T],
        parts: Iterable[Sequence[Any]],
        *,
        shared: Sequence[Any] = (),
        progress: Progress | None = None,
    ) -> list[T]:
        """Send the parts out: see `Cluster.map`.

        The scheduler gives a lost worker's parts to the others. How often a part may lose its
        worker is the scheduler's setting `allowed-failures` (3).
        """
        import queue
        import uuid

        asked = [tuple(part) for part in parts]
        name = f"teladan-{uuid.uuid4()}"
        submit = self._client.submit
        # A task and not scattered data: if its holder dies, the scheduler can make it again.
        common = submit(pickle.loads, pickle.dumps(tuple(shared)), key=f"{name}-shared")
        window = max(LEAST_AT_ONCE, 4 * sum(self._client.nthreads().values()))
        futures: dict[int, Any] = {}
        answers: dict[int, T] = {}
        ended: queue.SimpleQueue[int] = queue.SimpleQueue()
        try:
            while len(answers) < len(asked):
                # Not all at once: the scheduler keeps what it was sent until that is done.
                for n in range(len(answers) + len(futures), len(asked)):
                    if len(futures) == window:
                        break
                    part = pickle.dumps(asked[n], pickle.HIGHEST_PROTOCOL)
                    futures[n] = submit(_work_on, work, common, part, key=f"{name}-{n}")
                    futures[n].add_done_callback(lambda _, n=n: ended.put(n))
                try:
                    n = ended.get(timeout=BEAT)
                    answers[n] = futures[n].result()
                    del futures[n]
                except queue.Empty:
                    pass
                tell(progress, len(answers), len(asked))
        except self._distributed.KilledWorker as lost:
            which = str(lost.task).removeprefix(f"{name}-")
            # Dask suspects whatever the worker held, so it may name a neighbour of the culprit.
            raise WorkerLost(
                f"part {which} of {len(asked)}, or one beside it, kills its workers: {lost}"
            ) from None
        finally:
            self._client.cancel([common, *futures.values()], force=True)
        return [answers[n] for n in range(len(asked))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._settings.__exit__(None, None, None)
        self._client.close()


def _work_on(work: Callable[..., T], shared: tuple[Any, ...], part: bytes) -> T:
    # Unpacked here, so that arrays are as writable as they are on one core.
    return work(*shared, *pickle.loads(part))  # noqa: S301  # from our own client
