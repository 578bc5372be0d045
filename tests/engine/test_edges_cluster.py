"""Clusters at the edges: the two ends of a pipe, and what Dask is asked for."""

import multiprocessing
import pickle
import signal
import sys
import types

import pytest
from tests.engine import labour

from teladan.engine.cluster import Dask, Local, Processes, WorkerLost, dask
from teladan.engine.cluster.processes import _as_raised, _later, _serve
from teladan.engine.errors import Infeasible

# --- the worker's end of the pipe ------------------------------------------------------------


@pytest.fixture
def interrupts():
    """Give Ctrl-C back to this process: a worker leaves it to whoever started it."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def served(*messages):
    """Let a worker answer, here and now, and go when its pipe is closed."""
    ours, theirs = multiprocessing.Pipe()
    for message in messages:
        ours.send_bytes(message)
    ours.send_bytes(b"")  # half of a message: nothing more comes
    answers = []
    theirs = Closing(theirs, 2 * (len(messages) // 2))
    _serve(theirs)
    while ours.poll():
        answers.append(pickle.loads(ours.recv_bytes()))
    return answers


class Closing:
    """A pipe that ends after so many messages."""

    def __init__(self, pipe, most):
        self.pipe, self.left, self.send_bytes = pipe, most, pipe.send_bytes

    def recv_bytes(self):
        if not self.left:
            raise EOFError
        self.left -= 1
        return self.pipe.recv_bytes()


def part(work, *given):
    return pickle.dumps((work, given))


def test_a_worker_keeps_what_is_shared_until_it_is_given_something_else(interrupts):
    answers = served(
        *(b"", part(labour.length, "ab")),
        *(pickle.dumps(("abc",)), part(labour.length)),
        *(b"", part(labour.length)),
        *(pickle.dumps(()), part(labour.length, "abcd")),
    )

    assert answers == [(2, ""), (3, ""), (3, ""), (4, "")]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_worker_sends_back_what_was_raised_and_where_and_goes_on(interrupts):
    first, second, third = served(
        *(b"", part(labour.fail, 1)), *(b"", part(labour.odd)), *(b"", part(labour.fail, 2))
    )

    error, trace = first
    assert isinstance(error, Infeasible)
    assert error.witness == {"entries": (1,)}
    assert 'raise Infeasible("one is too few"' in trace
    assert repr(second[0]) == "RuntimeError('Odd: 1 and 2')"
    assert "raise Odd(1, 2)" in second[1]
    assert third == (2, "")


def test_a_worker_ends_where_nobody_listens_any_more(interrupts):
    class Deaf(Closing):
        def __init__(self):
            messages = [b"", part(labour.length, "ab")] * 2
            self.pipe = types.SimpleNamespace(recv_bytes=lambda: messages.pop(0))
            self.left = 4

        def send_bytes(self, answer):
            raise BrokenPipeError

    pipe = Deaf()
    _serve(pipe)

    assert pipe.left == 2


def test_an_exception_travels_with_its_type_if_it_can():
    error, trace = pickle.loads(_as_raised(KeyError("x")))

    assert (type(error), error.args) == (KeyError, ("x",))
    assert trace == "KeyError: 'x'\n"


def test_ctrl_c_is_held_back_while_a_worker_starts():
    def held():
        return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())

    with _later(signal.SIGINT):
        assert held()
    assert not held()


# --- this end --------------------------------------------------------------------------------


def test_where_it_was_raised_in_the_worker_is_the_cause():
    with Processes(1) as cluster, pytest.raises(Infeasible) as caught:
        cluster.map(labour.fail, [(1,)])

    assert "labour.py" in str(caught.value.__cause__)
    assert cluster._hands == []


def test_no_more_workers_start_than_there_are_parts_and_all_end_with_the_context():
    seen = []
    with Processes(9) as cluster:
        assert cluster.map(labour.length, [("a",), ("bb",)], progress=seen.append) == [1, 2]
        processes = [hand.process for hand in cluster._hands]
        assert len(processes) == 2
        assert all(process.daemon for process in processes)

    assert cluster._hands == []
    assert set(seen) <= {0.0, 0.5, 1.0}
    assert seen[-1] == 1.0


def test_progress_of_one_process_is_the_share_of_parts():
    seen = []

    assert Local().map(labour.length, [("a",), "b", ["cc"], ("",)], progress=seen.append) == [
        *(1, 1, 2, 0)
    ]
    assert seen == [0.25, 0.5, 0.75, 1.0]
    assert Local().__exit__(None, None, None) is None


# --- Dask, played by a scheduler of a few lines ----------------------------------------------


class Future:
    def __init__(self, work, given):
        self.work, self.given = work, given

    def result(self):
        if isinstance(self.work, Exception):
            raise self.work
        given = [each.result() if isinstance(each, Future) else each for each in self.given]
        return self.work(*given)

    def add_done_callback(self, tell):
        tell(self)


class KilledWorker(Exception):
    def __init__(self, task):
        super().__init__(f"{task} died")
        self.task = task


class Client:
    def __init__(self, address, **how):
        self.address, self.how, self.keys, self.cancelled, self.closed = address, how, [], [], 0

    def nthreads(self):
        return {"tcp://one": 1, "tcp://two": 2}

    def submit(self, work, *given, key):
        self.keys.append(key)
        if key.endswith("-2") and given[0] is labour.die:
            return Future(KilledWorker(key), ())
        return Future(work, given)

    def cancel(self, futures, *, force):
        assert force
        self.cancelled.append(len(futures))

    def close(self):
        self.closed += 1


@pytest.fixture
def settings(monkeypatch):
    """Play `distributed` and `dask`; return what is configured."""
    configured = {}

    class Set:
        def __init__(self, values):
            self.values = values
            configured.update(values)

        def __exit__(self, *error):
            for name in self.values:
                del configured[name]

    config = types.SimpleNamespace(get=configured.get, set=Set)
    played = types.SimpleNamespace(Client=Client, KilledWorker=KilledWorker)
    monkeypatch.setitem(sys.modules, "distributed", played)
    monkeypatch.setitem(sys.modules, "dask", types.SimpleNamespace(config=config))
    return configured


def test_an_address_is_used_or_what_dask_is_configured_for_or_workers_of_this_machine(settings):
    with Dask("tcp://here:1") as given:
        assert (given._client.address, given._client.how) == (
            "tcp://here:1",
            {"set_as_default": False},
        )
        assert settings == {"distributed.admin.large-graph-warning-threshold": "1 TiB"}
    assert (given._client.closed, settings) == (1, {})

    alone = Dask()._client
    assert alone.address is None
    assert alone.how == {"set_as_default": False, **dask.ALONE}
    settings["scheduler-address"] = "tcp://there:2"
    assert Dask()._client.address == "tcp://there:2"


@pytest.mark.parametrize("window", [1, 3, 64])
def test_dask_answers_in_the_order_of_the_parts(settings, monkeypatch, window):
    monkeypatch.setattr(dask, "LEAST_AT_ONCE", window)
    seen = []
    with Dask("x") as cluster:
        found = cluster.map(
            labour.square, [(float(n),) for n in ()], shared=[1.0], progress=seen.append
        )
        assert found == []
        found = cluster.map(
            lambda shared, n: shared * n,
            [(n,) for n in range(20)],
            shared=[3],
            progress=seen.append,
        )
        keys = [key.split("-")[-1] for key in cluster._client.keys]

    assert found == [3 * n for n in range(20)]
    assert keys == ["shared", "shared", *map(str, range(20))]
    assert len({key.rsplit("-", 1)[0] for key in cluster._client.keys}) == 2
    assert seen == [n / 20 for n in range(1, 21)]
    assert cluster._client.cancelled == [1, 1]


def test_a_part_that_kills_the_workers_of_dask_is_named(settings):
    with Dask("x") as cluster:
        with pytest.raises(WorkerLost, match=r"^part 2 of 4, or one beside it, kills its workers"):
            cluster.map(labour.die, [(n,) for n in range(4)])
        # What was still under way is called off.
        assert cluster._client.cancelled == [3]
