"""The index on disk when something goes wrong: killed writers, broken files, two writers."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from teladan.engine.cluster import Local
from teladan.engine.novelty import Busy, Index
from teladan.engine.novelty.shards import Report
from teladan.engine.novelty.store import (
    MANIFEST,
    ArraysWriter,
    read_arrays,
    write_arrays,
    write_manifest,
)

KILLED = """
import sys
from teladan.engine.novelty import Index, index
index._COMMIT = 20
def texts():
    for i in range(100_000):
        yield f"n{i:06}", " ".join(f"w{(i * 7919 + j * j) % 9973}" for j in range(40))
with Index.open(sys.argv[1]) as found:
    print("ready", flush=True)
    found.add_many(texts())
"""


def text(i):
    return " ".join(f"w{(i * 7919 + j * j) % 9973}" for j in range(40))


def filled(folder, size=5):
    with Index.open(folder) as index:
        index.add_many((f"n{i:06}", text(i)) for i in range(size))
    return folder


def start(script, folder):
    source = str(Path(sys.modules["teladan.engine"].__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        env=os.environ | {"PYTHONPATH": source},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("after", [0.05, 0.13, 0.34])
def test_a_writer_killed_while_adding_leaves_all_its_commits_and_nothing_else(tmp_path, after):
    writer = start(KILLED, tmp_path)
    assert writer.stdout.readline() == "ready\n"
    while json.loads((tmp_path / MANIFEST).read_text().partition("\n")[2])["next"] < 12:
        time.sleep(0.005)
    time.sleep(after)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()

    with Index.open(tmp_path) as index:
        size = len(index)
        assert size >= 20 * 9
        assert size % 20 == 0
        for i in (0, size // 2, size - 1):
            best = index.query(text(i), limit=1)[0]
            assert (best.id, best.copied, best.changed) == (f"n{i:06}", 1.0, 0.0)
        # Whoever writes next clears away what was left, and goes on.
        index.add("next", text(size))
        assert index.query(text(size), limit=1)[0].id == "next"
        named = {entry["file"] for entry in index._view.content["segments"]}
    assert {path.name for path in tmp_path.glob("*.segment")} == named


def test_a_writer_that_fails_in_a_merge_leaves_a_valid_index(tmp_path, monkeypatch):
    from teladan.engine.novelty import writer

    def full(path, segments, beat):
        with ArraysWriter(path) as file:
            file.begin("prints", np.uint64)
            file.write(np.arange(9, dtype=np.uint64))
            raise OSError("no space left")

    monkeypatch.setattr(writer, "merge", full)
    index = Index.open(tmp_path)
    for i in range(3):
        index.add(f"n{i:06}", text(i))
        index.commit()
    index.add("n000003", text(3))
    with pytest.raises(OSError, match="no space left"):
        index.commit()
    index.close()
    monkeypatch.undo()
    assert len(list(tmp_path.glob("*.segment"))) == 4
    with Index.open(tmp_path) as index:
        assert len(index) == 4
        index.add("one more", text(99))
    assert len(list(tmp_path.glob("*.segment"))) == 2


def test_whoever_stops_a_merge_has_committed_and_may_go_on(tmp_path):
    def stop(share):
        raise KeyboardInterrupt

    with Index.open(tmp_path) as index:
        for i in range(3):
            index.add(f"n{i:06}", text(i))
            index.commit()
        done = index._commit
        index._waiting.texts["n000003"] = text(3)
        with pytest.raises(KeyboardInterrupt):
            done(Stopped(), Report(stop, 0.0, 1.0))
        assert len(index) == 4
        index.add("n000004", text(4))
        assert [index.query(text(i))[0].id for i in range(5)] == [f"n{i:06}" for i in range(5)]
    assert len(list(tmp_path.glob("*.segment"))) == 2


class Stopped(Local):
    """Says nothing of its own progress, so that the first to speak is the merge."""

    def map(self, work, parts, *, shared=(), progress=None):
        return super().map(work, parts, shared=shared)


def test_what_could_not_be_committed_waits(tmp_path, monkeypatch):
    from teladan.engine.novelty import writer

    def full(folder, content):
        raise OSError("no space left")

    with Index.open(tmp_path) as index:
        index.add("a", text(1))
        index.commit()
        index.add("b", text(2))
        index.remove("a")
        monkeypatch.setattr(writer, "write_manifest", full)
        with pytest.raises(OSError, match="no space left"):
            index.commit()
        monkeypatch.undo()
        assert len(index) == 1
        assert index.query(text(2))[0].id == "b"
    with Index.open(tmp_path) as index:
        assert len(index) == 1


def test_a_text_that_cannot_be_unpacked_names_its_file(tmp_path):
    path = segment_of(filled(tmp_path))
    arrays, _ = read_arrays(path, entry(tmp_path)["check"], verify=True)
    place = path.read_bytes().index(arrays["data"].tobytes())
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\0" * 40)

    with (
        Index.open(tmp_path, verify=False) as index,
        pytest.raises(ValueError, match=rf"{path.name} is corrupt"),
    ):
        index.query(text(1))


def test_leaving_by_an_exception_gives_up_what_was_not_committed(tmp_path):
    def fail():
        with Index.open(tmp_path) as index:
            index.add("a", text(1))
            index.commit()
            index.add("b", text(2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with Index.open(tmp_path) as index:
        assert len(index) == 1


# --- two writers -----------------------------------------------------------------------------


def test_a_second_writer_is_told_and_may_write_when_the_first_is_done(tmp_path):
    with Index.open(tmp_path) as first, Index.open(tmp_path) as second:
        first.add("a", text(1))
        for call in (lambda: second.add("b", text(2)), lambda: second.remove("a")):
            with pytest.raises(Busy, match="is being written to by somebody else"):
                call()
        assert len(second) == 0
        first.close()
        second.add("b", text(2))
        assert len(second) == 2


def test_a_writer_in_another_process_is_noticed(tmp_path):
    other = start(KILLED, tmp_path)
    assert other.stdout.readline() == "ready\n"
    while json.loads((tmp_path / MANIFEST).read_text().partition("\n")[2])["next"] < 3:
        time.sleep(0.005)
    try:
        with Index.open(tmp_path) as index, pytest.raises(Busy):
            index.add("a", text(1))
    finally:
        other.kill()
        other.communicate()


# --- broken files ----------------------------------------------------------------------------


def segment_of(folder):
    [path] = folder.glob("*.segment")
    return path


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_segment_is_refused_by_name(tmp_path, share):
    path = segment_of(filled(tmp_path))
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))

    with pytest.raises(ValueError, match=rf"{path.name} is truncated"):
        Index.open(tmp_path, verify=False)


def test_every_changed_byte_is_refused_by_name(tmp_path):
    path = segment_of(filled(tmp_path))
    whole = path.read_bytes()
    arrays, _ = read_arrays(path, entry(tmp_path)["check"], verify=True)
    filler = set(range(len(whole))) - covered(whole, arrays)
    for place in range(0, len(whole), 37):
        broken = bytearray(whole)
        broken[place] ^= 1
        path.write_bytes(broken)
        if place in filler:
            continue
        with pytest.raises(ValueError, match=rf"{path.name} is (truncated or )?corrupt"):
            Index.open(tmp_path)
    path.write_bytes(whole)
    assert len(Index.open(tmp_path)) == 5


def entry(folder):
    return json.loads((folder / MANIFEST).read_text().partition("\n")[2])["segments"][0]


def covered(whole, arrays):
    """Bytes that mean something: all but what aligns the arrays."""
    ours = set(range(8)) | set(range(len(whole) - 24, len(whole)))
    length = int.from_bytes(whole[-24:-16], "little")
    ours |= set(range(len(whole) - 24 - length, len(whole) - 24))
    table = json.loads(whole[-24 - length : -24])
    for each in table["arrays"].values():
        ours |= set(range(each["start"], each["start"] + each["bytes"]))
    assert len(table["arrays"]) == len(arrays)
    return ours


def test_a_missing_segment_is_refused_by_name(tmp_path):
    path = segment_of(filled(tmp_path))
    path.unlink()

    with pytest.raises(ValueError, match=rf"{path.name} is missing"):
        Index.open(tmp_path)


def test_a_segment_of_another_index_is_refused(tmp_path):
    path = segment_of(filled(tmp_path / "a"))
    path.write_bytes(segment_of(filled(tmp_path / "b", 6)).read_bytes())

    with pytest.raises(ValueError, match=rf"{path.name} is corrupt"):
        Index.open(tmp_path / "a", verify=False)


def test_a_broken_list_of_removed_texts_is_refused_by_name(tmp_path):
    filled(tmp_path)
    with Index.open(tmp_path) as index:
        index.remove("n000002")
    [path] = tmp_path.glob("*.gone")
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ValueError, match=rf"{path.name} is truncated"):
        Index.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"00000000\n{}"])
def test_a_broken_manifest_is_refused_by_name(tmp_path, content):
    filled(tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)

    with pytest.raises(ValueError, match=r"manifest.json is (truncated or )?corrupt"):
        Index.open(tmp_path)


def test_a_lost_manifest_is_refused_and_not_written_anew(tmp_path):
    (filled(tmp_path) / MANIFEST).unlink()

    with pytest.raises(ValueError, match=r"manifest.json is missing"):
        Index.open(tmp_path)


def test_a_manifest_of_another_format_is_refused(tmp_path):
    filled(tmp_path)
    write_manifest(tmp_path, {"format": 99, "segments": [], "next": 1})

    with pytest.raises(ValueError, match="has format 99, this program reads 1"):
        Index.open(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "x").write_text("")

    with pytest.raises(ValueError, match="x is a file, must be a folder"):
        Index.open(tmp_path / "x")


def test_arrays_come_back_as_they_were_written(tmp_path):
    arrays = {
        "none": np.empty(0, dtype=np.uint16),
        "many": np.arange(1000, dtype=np.int64),
        "bytes": np.frombuffer(b"abc", dtype=np.uint8),
    }
    check = write_arrays(tmp_path / "a", arrays, {"docs": 3})

    back, facts = read_arrays(tmp_path / "a", check, verify=True)
    assert facts == {"docs": 3}
    for name, values in arrays.items():
        assert back[name].dtype == values.dtype
        assert back[name].tolist() == values.tolist()
    assert zlib.crc32(json.dumps({}).encode()) != check


def test_a_file_that_was_not_finished_is_not_left(tmp_path):
    def fail():
        with ArraysWriter(tmp_path / "a") as writer:
            writer.begin("x", np.uint8)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []
