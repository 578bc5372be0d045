"""Work on several processes: the same answers, whoever dies on the way."""

import multiprocessing
import sys
import time

import numpy as np
import pytest
from tests.engine import labour

from teladan.engine import Infeasible, assign
from teladan.engine.cluster import Dask, Local, Processes, WorkerLost


@pytest.fixture(autouse=True)
def nobody_left_behind():
    yield
    assert multiprocessing.active_children() == []


def rows():
    values = np.random.default_rng(5).normal(size=(60, 7))
    return [(values[start : start + 9],) for start in range(0, 60, 9)]


def test_processes_answer_the_same_bits_in_the_same_order():
    rate = np.random.default_rng(6).normal(size=7)
    alone = Local().map(labour.square, rows(), shared=[rate])
    with Processes(2) as cluster:
        for _ in range(2):
            found = cluster.map(labour.square, rows(), shared=[rate])
            assert [a.tobytes() for a in found] == [a.tobytes() for a in alone]
        # What was shared once is not there the next time.
        assert cluster.map(labour.length, [("abc",), ("",)]) == [3, 0]


def test_a_part_whose_worker_is_killed_is_done_again_and_no_other(tmp_path):
    seen = []
    with Processes(2) as cluster:
        found = cluster.map(
            labour.die_once,
            [(n,) for n in range(8)],
            shared=(str(tmp_path / "m"),),
            progress=seen.append,
        )

    assert found == [n * n for n in range(8)]
    assert (tmp_path / "m").exists()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_kernel_answers_the_same_bits_though_a_worker_is_killed_in_the_middle():
    affinity = np.random.default_rng(1).random((200, 30))

    class Deadly(Processes):
        killed = False

        def map(self, work, parts, *, shared=(), progress=None):
            def kill(share):
                if not self.killed and 0 < share < 1:
                    self.killed = True
                    self._hands[0].process.kill()
                if progress is not None:
                    progress(share)

            return super().map(work, parts, shared=shared, progress=kill)

    def by(cluster):
        rng = np.random.default_rng(2)
        return assign(affinity, demand=3, max_load=25, rng=rng, cluster=cluster)

    alone = by(None)
    with Deadly(2) as cluster:
        found = by(cluster)
    assert cluster.killed
    for name in ("pairs", "totals", "prices", "floor_weights", "floor_prices"):
        assert getattr(found, name).tobytes() == getattr(alone, name).tobytes()
    assert (found.total_bound, found.floor_bound) == (alone.total_bound, alone.floor_bound)


def test_a_part_that_kills_every_worker_is_named():
    with (
        Processes(2) as cluster,
        pytest.raises(WorkerLost, match=r"part 2 of 4 killed its worker 3 times: exit code 7"),
    ):
        cluster.map(labour.die, [(n,) for n in range(4)])


def test_a_worker_that_died_between_two_calls_is_replaced():
    with Processes(1) as cluster:
        assert cluster.map(labour.length, [("ab",)]) == [2]
        cluster._hands[0].process.kill()
        cluster._hands[0].process.join()
        assert cluster.map(labour.length, [("abc",)]) == [3]


@pytest.mark.parametrize("cluster", [Local(), Processes(2)])
def test_what_the_work_raises_reaches_the_caller_as_it_is(cluster):
    with cluster, pytest.raises(Infeasible, match=r"^one is too few$") as caught:
        cluster.map(labour.fail, [(n,) for n in range(3)])

    assert caught.value.witness == {"entries": (1,)}


def test_an_exception_or_answer_that_cannot_travel_is_told_in_words():
    with Processes(1) as cluster, pytest.raises(RuntimeError, match="Odd: 1 and 2"):
        cluster.map(labour.odd, [()])
    with Processes(1) as cluster, pytest.raises(Exception, match="lambda"):
        cluster.map(labour.unpicklable, [()])
    with Processes(1) as cluster, pytest.raises(Exception, match="lambda"):
        cluster.map(labour.length, [(lambda: None,)])


def test_progress_is_told_while_a_long_part_runs_and_can_end_it():
    calls = []

    def stop(share):
        calls.append(share)
        raise KeyboardInterrupt

    began = time.monotonic()
    with Processes(1) as cluster, pytest.raises(KeyboardInterrupt):
        cluster.map(labour.wait, [(60,)], progress=stop)

    assert calls == [0.0]
    assert time.monotonic() - began < 30


def test_local_work_is_cancelled_by_progress_too():
    with pytest.raises(ZeroDivisionError):
        Local().map(labour.wait, [(0,)] * 3, progress=lambda share: 1 / 0)


@pytest.mark.parametrize("cluster", [Local(), Processes(3)])
def test_no_parts_have_no_answers(cluster):
    with cluster:
        assert cluster.map(labour.length, []) == []


def test_fewer_than_one_worker_is_refused():
    with pytest.raises(ValueError, match="workers is 0, must be at least 1"):
        Processes(0)


def test_dask_that_is_not_installed_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(RuntimeError, match=r"pip install teladan\[distributed\]"):
        Dask("tcp://127.0.0.1:1")
