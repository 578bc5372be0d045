"""Several processes of one machine, of which any may die."""

import contextlib
import pickle
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Self, TypeVar

from teladan.engine.cluster.interface import BEAT, Progress, WorkerLost, tell

__all__ = ["Processes"]

T = TypeVar("T")

# How often a part is tried when the process that works on it dies.
TRIES = 3


class Processes:
    """Several processes of this machine. One that dies is replaced, and its part done anew.

    They start with the first call of `map` and end with the context. As with every process that
    is started anew, a script that uses them begins under ``if __name__ == "__main__":``.

    Parameters
    ----------
    workers : int
        How many processes.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}, must be at least 1")
        self.workers = workers
        self._hands: list[_Hand] = []

    def map(
        self,
        work: Callable[..., T],
        parts: Iterable[Sequence[Any]],
        *,
        shared: Sequence[Any] = (),
        progress: Progress | None = None,
    ) -> list[T]:
        """Work on as many parts at once as there are processes: see `Cluster.map`."""
        asked = [tuple(part) for part in parts]
        common = pickle.dumps(tuple(shared), pickle.HIGHEST_PROTOCOL)
        try:
            answers = self._map(work, asked, common, progress)
        except BaseException:
            self._end(patiently=False)  # what still runs, nobody waits for
            raise
        return [answers[n] for n in range(len(asked))]

    def _map(
        self,
        work: Callable[..., T],
        asked: list[tuple[Any, ...]],
        common: bytes,
        progress: Progress | None,
    ) -> dict[int, T]:
        from multiprocessing.connection import wait

        todo, answers, deaths = deque(range(len(asked))), dict[int, T](), Counter[int]()
        for hand in self._hands:
            hand.has_common = False
        while len(answers) < len(asked):
            while len(self._hands) < min(self.workers, len(asked)):
                self._hands.append(_Hand())
            for hand in self._hands:
                if hand.part is None and todo:
                    hand.give(todo.popleft(), work, asked, common)
            busy = {hand.pipe: hand for hand in self._hands if hand.part is not None}
            for pipe in wait(list(busy), timeout=BEAT):
                hand = busy[pipe]  # type: ignore[index]  # what comes back is what was given
                part, hand.part = hand.part, None
                if part is None:
                    continue
                try:
                    answers[part] = hand.answer()
                except _Died as death:
                    self._hands.remove(hand)
                    todo.appendleft(part)
                    deaths[part] += 1
                    if deaths[part] == TRIES:
                        raise WorkerLost(
                            f"part {part} of {len(asked)} killed its worker {TRIES} times: {death}"
                        ) from None
            tell(progress, len(answers), len(asked))
        return answers

    def _end(self, *, patiently: bool) -> None:
        for hand in self._hands:
            hand.end(patiently=patiently)
        self._hands = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._end(patiently=kind is None)


class _Died(Exception):
    """The process at the other end of the pipe is gone."""


class _InWorker(Exception):
    """Where in the other process an exception was raised: its cause, as far as one can see."""


class _Hand:
    """One process and the pipe to it; it holds at most one part at a time."""

    def __init__(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _later(signal.SIGINT):
            self.process.start()
        theirs.close()
        self.part: int | None = None
        self.has_common = False

    def give(
        self, part: int, work: Callable[..., Any], asked: list[tuple[Any, ...]], common: bytes
    ) -> None:
        message = pickle.dumps((work, asked[part]), pickle.HIGHEST_PROTOCOL)
        self.part = part
        try:
            self.pipe.send_bytes(b"" if self.has_common else common)
            self.pipe.send_bytes(message)
        except OSError:
            return  # it died while it was idle: `answer` will find that out
        self.has_common = True

    def answer(self) -> Any:
        try:
            message = self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.end(patiently=True)
            raise _Died(f"exit code {self.code}") from None
        answer, trace = pickle.loads(message)  # noqa: S301  # from our own child
        if trace:
            raise answer from _InWorker(trace)
        return answer

    def end(self, *, patiently: bool) -> None:
        """End the process: it goes by itself when the pipe is closed and nothing is at work."""
        self.pipe.close()
        if patiently:
            self.process.join(5)
        self.process.kill()
        self.process.join()
        self.code = self.process.exitcode
        self.process.close()


@contextlib.contextmanager
def _later(number: signal.Signals) -> Iterator[None]:
    """Hold a signal back, also from a process that is started here, until it can ignore it."""
    from multiprocessing import resource_tracker

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started along with the first process, it lets signals in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Any) -> None:
    """Work on parts until the pipe is closed."""
    # Ctrl-C reaches every process of the terminal; the one that started us decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shared: tuple[Any, ...] = ()
    while True:
        try:
            common, message = pipe.recv_bytes(), pipe.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            if common:
                shared = pickle.loads(common)  # noqa: S301  # from our own parent
            work, part = pickle.loads(message)  # noqa: S301
            answer = pickle.dumps((work(*shared, *part), ""), pickle.HIGHEST_PROTOCOL)
        except BaseException as error:
            answer = _as_raised(error)
        try:
            pipe.send_bytes(answer)
        except OSError:
            return


def _as_raised(error: BaseException) -> bytes:
    """Return an exception for the way home, with the place where it was raised."""
    import traceback

    trace = "".join(traceback.format_exception(error))
    try:
        packed = pickle.dumps((error, trace))
        pickle.loads(packed)  # noqa: S301  # some exceptions can be packed but not unpacked
    except Exception:
        packed = pickle.dumps((RuntimeError(f"{type(error).__name__}: {error}"), trace))
    return packed
