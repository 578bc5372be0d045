"""A Dask cluster of two processes answers what one core answers, even if one of them is killed."""

import contextlib
import dataclasses
import os
import signal
import time

import numpy as np
import pytest

from teladan.engine import Infeasible, assign
from teladan.engine.cluster import Dask, Local, WorkerLost
from teladan.engine.novelty import Index
from teladan.engine.pairing import Ahead, Equal, Near, Rules, fit
from tests.engine import labour

distributed = pytest.importorskip("distributed", reason="the extra `distributed` is not installed")
dask = pytest.importorskip("dask")


@pytest.fixture(scope="module")
def address():
    """Two workers, each a process under a nanny that starts it anew when it dies."""
    quiet = {
        "distributed.worker.memory.terminate": False,
        "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": "1"},
        "distributed.scheduler.allowed-failures": 1,
        # Else a worker that is away at that moment, fifteen seconds after a loss, is given up.
        "distributed.deploy.lost-worker-timeout": "1h",
    }
    with (
        dask.config.set(quiet),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": ":0"},
            silence_logs=60,
            host="127.0.0.1",
        ) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def cluster(address):
    with Dask(address) as cluster:
        yield cluster


def parts():
    values = np.random.default_rng(5).normal(size=(60, 7))
    return [(values[start : start + 9],) for start in range(0, 60, 9)]


class Deadly:
    """A cluster that loses one of its workers, once, while some parts are done and some not."""

    def __init__(self, cluster):
        self.cluster, self.killed = cluster, None

    def map(self, work, parts, *, shared=(), progress=None):
        def kill(share):
            if self.killed is None and 0 < share < 1:
                self.killed = min(self.cluster._client.run(os.getpid).values())
                os.kill(self.killed, signal.SIGKILL)
            if progress is not None:
                progress(share)

        return self.cluster.map(work, parts, shared=shared, progress=kill)


@pytest.fixture
def deadly(cluster):
    cluster._client.wait_for_workers(2, timeout=30)
    deadly = Deadly(cluster)
    yield deadly
    cluster._client.wait_for_workers(2, timeout=30)
    alive = set(cluster._client.run(os.getpid).values())
    assert deadly.killed is not None
    assert deadly.killed not in alive


def flat(answer):
    """Every field of an answer, arrays as their bytes."""
    fields = {each.name: getattr(answer, each.name) for each in dataclasses.fields(answer)}
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else repr(value)
        for name, value in fields.items()
    }


def test_assignment_is_the_same_bits_though_a_worker_is_killed(deadly):
    affinity = np.random.default_rng(1).random((300, 40))

    def by(cluster):
        rng = np.random.default_rng(2)
        return assign(affinity, demand=3, max_load=25, rng=rng, cluster=cluster)

    assert flat(by(deadly)) == flat(by(Local()))


def test_novelty_is_the_same_bits_though_a_worker_is_killed(deadly, tmp_path):
    rng = np.random.default_rng(3)
    words = np.array([f"kata{n}" for n in range(900)])
    texts = [(f"t{n}", " ".join(rng.choice(words, 80))) for n in range(1500)]
    asked = [f"{texts[n][1]} dan lagi {texts[n + 1][1]}" for n in range(0, 80, 2)]

    def by(cluster, folder):
        with Index.open(folder) as index:
            index.add_many(texts, cluster=cluster)
            answers = index.query_many(asked, shards=4, cluster=cluster)
        return answers, {file.name: file.read_bytes() for file in folder.iterdir()}

    found, files = by(deadly, tmp_path / "dask")
    alone, expected = by(Local(), tmp_path / "local")
    assert found == alone
    assert {each.id for each in found[0]} >= {"t0", "t1"}
    assert files == expected


def test_candidates_for_pairs_are_the_same_bits_though_a_worker_is_killed(deadly):
    rng = np.random.default_rng(4)
    needs, offers = (
        {"theme": rng.integers(0, 3, n), "hdi": rng.normal(70, 5, n), "figure": rng.random(n)}
        for n in (2000, 6000)
    )
    rules = Rules(
        terms=(Near("hdi", scale=20.0), Ahead("figure", scale=1.0)),
        filters=(Equal("theme"),),
        floor=0.2,
        breadth=10,
    )

    def by(cluster):
        return fit(needs, offers, {"hdi": 1.0, "figure": 2.0}, rules, cluster=cluster)

    assert flat(by(deadly)) == flat(by(Local()))


def test_the_same_bits_in_the_same_order(cluster):
    rate = np.random.default_rng(6).normal(size=7)
    seen = []

    found = cluster.map(labour.square, parts(), shared=[rate], progress=seen.append)

    alone = Local().map(labour.square, parts(), shared=[rate])
    assert [a.tobytes() for a in found] == [a.tobytes() for a in alone]
    assert seen[-1] == 1.0
    assert cluster.map(labour.length, []) == []


def test_a_part_whose_worker_is_killed_is_done_again(cluster, tmp_path):
    shared = (str(tmp_path / "m"),)

    found = cluster.map(labour.die_once, [(n,) for n in range(8)], shared=shared)

    assert (tmp_path / "m").exists()
    assert found == [n * n for n in range(8)]


def test_what_the_work_raises_reaches_the_caller_as_it_is(cluster):
    with pytest.raises(Infeasible, match=r"^one is too few$") as caught:
        cluster.map(labour.fail, [(n,) for n in range(3)])

    assert caught.value.witness == {"entries": (1,)}


def test_a_part_that_kills_every_worker_ends_the_work(cluster):
    with pytest.raises(WorkerLost, match=r"part \d of 4, or one beside it, kills its workers"):
        cluster.map(labour.die, [(n,) for n in range(4)])


def test_progress_ends_the_work_while_a_part_still_runs(cluster):
    def stop(share):
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        cluster.map(labour.wait, [(1.5,)], progress=stop)
    assert time.monotonic() - began < 1.4


def test_without_an_address_workers_start_here_and_end_with_the_context():
    with Dask() as cluster:
        inside = cluster._client.cluster
        assert cluster.map(labour.length, [("ab",)]) == [2]
    assert inside.status.name == "closed"


def test_an_address_where_nobody_answers_is_an_os_error():
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(OSError, match=r"tcp://127\.0\.0\.1:1"),
        contextlib.ExitStack() as stack,
    ):
        stack.enter_context(Dask("tcp://127.0.0.1:1"))
