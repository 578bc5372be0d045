"""The index on disk with many workers, many readers, and somebody who looks at the clock."""

import threading

import pytest
from tests.engine.prose import asked, built, corpus, prose, reworded

from teladan.engine.cluster import Local, Processes
from teladan.engine.novelty import Index
from teladan.engine.novelty import index as index_module


def test_answers_are_the_same_bits_on_any_cluster_and_any_number_of_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_PART", (16, 1 << 21))
    pairs = corpus(60)
    queries = [reworded(text, 0.4, i) for i, (_, text) in enumerate(pairs)][:40]
    alone = tmp_path / "alone"
    expected = built(alone, pairs).query_many(queries)
    assert any(expected)
    assert asked(alone, queries, shards=5, cluster=Local()) == expected
    with Processes(2) as cluster:
        spread = tmp_path / "spread"
        built(spread, pairs, cluster=cluster).close()
        assert asked(spread, queries, cluster=cluster, shards=2) == expected
        assert asked(alone, queries, cluster=cluster, shards=7) == expected
    [file], [other] = alone.glob("*.segment"), spread.glob("*.segment")
    assert file.read_bytes() == other.read_bytes()


def test_a_reader_sees_a_commit_as_soon_as_it_is_made_and_nothing_before(tmp_path):
    with Index.open(tmp_path) as writer, Index.open(tmp_path) as reader:
        writer.add("a", prose(1))
        assert (len(writer), len(reader)) == (1, 0)
        writer.commit()
        assert len(reader) == 1
        writer.add_many(corpus(30))
        assert reader.query(prose(1))[0].id == "a"
        assert len(reader) == 31


def test_readers_in_threads_answer_while_a_writer_adds_and_merges(tmp_path):
    errors, stop = [], threading.Event()
    built(tmp_path, [("first", prose(1))]).close()

    def keep_reading():
        try:
            with Index.open(tmp_path) as reader:
                while not stop.is_set():
                    assert reader.query(prose(1))[0].id == "first"
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=keep_reading) for _ in range(2)]
    for each in readers:
        each.start()
    with Index.open(tmp_path) as writer:
        for id, text in corpus(25):
            writer.add(id, text)
            writer.commit()
    stop.set()
    for each in readers:
        each.join()

    assert errors == []


def test_progress_rises_to_one_and_can_end_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_COMMIT", 8)
    monkeypatch.setattr(index_module, "_PART", (4, 1 << 21))
    shares = []
    with Index.open(tmp_path / "whole") as index:
        index.add_many(corpus(40), progress=shares.append)
        index.query_many([prose(1)] * 40, progress=shares.append)
    assert shares.count(1.0) >= 2
    assert all(0 <= share <= 1 for share in shares)
    assert shares[: shares.index(1.0) + 1] == sorted(shares[: shares.index(1.0) + 1])

    def enough(share):
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Index.open(tmp_path / "part") as index:
        index.add_many(corpus(40), progress=enough)
    with Index.open(tmp_path / "part") as index:
        assert len(index) == 16
        index.add_many(iter(corpus(20, seed=5)[16:]))
        assert len(index) == 20


def test_a_file_that_a_merge_replaced_meanwhile_is_looked_for_in_the_next_commit(
    tmp_path, monkeypatch
):
    # As a worker on another machine may see it, who opens files when its turn comes.
    answer, calls = index_module.answer, []

    def late(view, *texts, **how):
        calls.append(view)
        if len(calls) == 1:
            with Index.open(tmp_path) as writer:
                writer.add("b", prose(2))
            raise FileNotFoundError
        return answer(view, *texts, **how)

    with built(tmp_path, [("a", prose(1))]) as reader:
        monkeypatch.setattr(index_module, "answer", late)
        assert reader.query(prose(2))[0].id == "b"
    assert [view.docs for view in calls] == [1, 2]
