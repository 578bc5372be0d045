"""The engine on files: who reads what, what the marks say, who gets how much."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from teladan.engine import Factors, assign, calibrate, share
from teladan.engine.commands import assign as assign_command


@pytest.fixture
def write(tmp_path):
    def write(name, header, *rows):
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    return write


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


ENTRIES, READERS = [f"e{n}" for n in range(6)], [f"r{n}" for n in range(4)]
BIDS = np.random.default_rng(3).integers(0, 5, (6, 4)) / 4


@pytest.fixture
def bids(write):
    table = [(e, r, BIDS[i, j]) for i, e in enumerate(ENTRIES) for j, r in enumerate(READERS)]
    write("bids.csv", "entry,reader,affinity", *table[::-1])
    write("conflicts.csv", "entry,reader", ("e0", "r0"), ("e5", "r2"))


LIMITS = ["--demand", 2, "--max-load", 4]


def test_assign_answers_what_the_function_answers_by_id(teladan, bids):
    code, out, _ = teladan("assign", "bids.csv", *LIMITS, "--conflicts", "conflicts.csv")

    found = assign(
        BIDS, demand=2, max_load=4, conflicts=[(0, 0), (5, 2)], rng=np.random.default_rng(0)
    )
    pairs = [(row["entry"], row["reader"], float(row["affinity"])) for row in rows(out)]
    assert code == 0
    assert pairs == [(ENTRIES[p], READERS[r], BIDS[p, r]) for p, r in found.pairs]


def test_a_matrix_arrays_and_factors_are_read_too(teladan, bids, tmp_path, write):
    write("matrix.csv", ",r0,r1,r2,r3", *((e, *BIDS[i]) for i, e in enumerate(ENTRIES)))
    write("e.csv", "entry", *((e,) for e in ENTRIES))
    write("r.csv", "reader", *((r,) for r in READERS))
    np.save(tmp_path / "a.npy", BIDS)
    np.savez(tmp_path / "a.npz", affinity=BIDS, entries=ENTRIES, readers=READERS)
    np.savez(tmp_path / "f.npz", left=BIDS, right=np.eye(4), entries=ENTRIES, readers=READERS)
    asked = teladan("assign", "bids.csv", *LIMITS)

    assert teladan("assign", "matrix.csv", "--matrix", *LIMITS) == asked
    assert teladan("assign", "a.npz", *LIMITS) == asked
    assert teladan("assign", "f.npz", *LIMITS) == asked
    names = ["--entries", "e.csv", "--readers", "r.csv"]
    assert teladan("assign", "a.npy", *names, *LIMITS) == asked
    # Without names rows and columns are numbered.
    header, _, body = asked[1].partition("\n")
    plain = header + "\n" + body.replace("e", "").replace("r", "")
    assert teladan("assign", "a.npy", *LIMITS)[1] == plain


def test_demand_and_loads_may_stand_in_files(teladan, bids, write):
    write("d.csv", "entry,demand", *((e, 1 + (e == "e3")) for e in ENTRIES))
    write("l.csv", "reader,max_load,min_load", *((r, 2, 0) for r in READERS[:3]), ("r3", 3, 3))

    files = ["--demand", "d.csv", "--max-load", "l.csv", "--min-load", "l.csv"]
    code, out, _ = teladan("assign", "bids.csv", *files)

    seen = [row["entry"] for row in rows(out)]
    assert (code, seen.count("e3"), len(seen)) == (0, 2, 7)
    assert [row["reader"] for row in rows(out)].count("r3") == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("e0", 1)], "d.csv has no row for entry 'e1'"),
        ([("e9", 1)], "d.csv:2, column entry: 'e9' is not in the other files"),
        ([("e0", 1.5)], "d.csv:2, column demand: '1.5' is not whole"),
        ([("e0", -1)], "d.csv:2, column demand: '-1' is negative"),
        ([("e0", 1), ("e0", 1)], "d.csv:3: entry 'e0' stands already in d.csv:2"),
    ],
)
def test_a_file_of_demands_that_does_not_fit_is_refused(teladan, bids, write, rows, said):
    write("d.csv", "entry,demand", *rows)
    code, _, err = teladan("assign", "bids.csv", "--demand", "d.csv", "--max-load", 9)

    assert (code, said in err) == (2, True)


def test_pairs_that_a_table_leaves_out_count_or_are_barred(teladan, write):
    write("bids.csv", "entry,reader,affinity", ("a", "x", 1), ("a", "y", 0), ("b", "x", 1))
    limits = ["--demand", 1, "--max-load", 1]

    out = teladan("assign", "bids.csv", *limits, "--absent", 9)[1]
    assert [row["reader"] for row in rows(out)] == ["x", "y"]
    out = teladan("assign", "bids.csv", *limits, "--bar-absent")[1]
    assert [row["reader"] for row in rows(out)] == ["y", "x"]
    assert json.loads(teladan("assign", "bids.csv", *limits, "--json")[1])["absent_pairs"] == 1


def test_what_cannot_be_served_is_named_by_id(teladan, bids):
    code, out, err = teladan("assign", "bids.csv", "--demand", 5, "--max-load", 9)

    assert (code, out) == (1, "")
    assert "entry 'e0' needs 5, has 4" in err
    assert "entries: 'e0', 'e1', 'e2'" in err


def test_a_summary_proves_itself_and_a_changed_one_does_not(teladan, bids, tmp_path):
    words = ["assign", "bids.csv", *LIMITS]
    code, out, _ = teladan(*words, "--json", "--out", "pairs.csv")
    summary = json.loads(out)
    (tmp_path / "s.json").write_text(out)
    check = [*words, "--check", "pairs.csv", "--claims", "s.json"]

    assert (code, summary["pairs"], summary["gap"] >= 0) == (0, 12, True)
    assert teladan(*check) == (0, "pairs.csv holds: 12 pairs.\n", "")
    (tmp_path / "s.json").write_text(json.dumps(summary | {"total": summary["total"] + 1}))
    code, out, _ = teladan(*check, "--json")
    assert code == 1
    assert any("the claimed total" in fault for fault in json.loads(out)["faults"])
    (tmp_path / "s.json").write_text("{}")
    assert "s.json is no summary" in teladan(*check)[2]


def test_the_faults_of_pairs_are_told_by_id(teladan, bids, write):
    write("pairs.csv", "entry,reader", ("e0", "r0"), ("e0", "r0"))
    words = ["assign", "bids.csv", "--demand", 2, "--max-load", 1, "--conflicts", "conflicts.csv"]
    code, out, _ = teladan(*words, "--check", "pairs.csv")

    assert code == 1
    for fault in ("pair ('e0', 'r0') stands twice", "pair ('e0', 'r0') is a conflict",
                  "reader 'r0' has 2 entries, at most 1", "entry 'e1' has 0 readers"):  # fmt: skip
        assert fault in out


def test_a_capped_draw_shows_its_chances_and_follows_the_seed(teladan, bids):
    words = ["assign", "bids.csv", *LIMITS, "--cap", 0.6]
    first, again, other = (teladan(*words, "--seed", n)[1] for n in (1, 1, 2))

    assert first == again
    assert first != other
    assert all(0 < float(row["probability"]) <= 0.6 + 1e-6 for row in rows(first))


def test_several_processes_answer_the_same(teladan, bids):
    assert teladan("assign", "bids.csv", *LIMITS, "--workers", 2) == teladan(
        "assign", "bids.csv", *LIMITS
    )
    assert "--workers is 0" in teladan("assign", "bids.csv", *LIMITS, "--workers", 0)[2]
    # Dask is not installed here, or nobody is there.
    assert teladan("assign", "bids.csv", *LIMITS, "--dask", "tcp://127.0.0.1:1")[0] == 2


def test_a_perturbed_draw_tells_its_entropy(teladan, bids):
    words = ["assign", "bids.csv", *LIMITS, "--objective", "perturbed", "--quality", 0.9]
    summary = json.loads(teladan(*words, "--json")[1])

    assert 0 < summary["entropy"] <= summary["entropy_bound"] * (1 + 1e-9)


def test_kept_pairs_are_held(teladan, bids, write):
    write("keep.csv", "entry,reader", ("e2", "r1"), ("e3", "r1"))
    out = teladan("assign", "bids.csv", *LIMITS, "--keep", "keep.csv", "--objective", "total")[1]

    assert {("e2", "r1"), ("e3", "r1")} <= {(row["entry"], row["reader"]) for row in rows(out)}


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.npy", lambda path: np.save(path, np.ones(3)), "a.npy: must be numbers of two dim"),
        ("a.npy", lambda path: np.save(path, [[1.0, np.nan]]), "[0, 1] is nan, must be finite"),
        ("a.npy", lambda path: path.write_bytes(b"no"), "can't be read as NumPy's arrays"),
        ("a.npy", lambda path: path.mkdir(), "a.npy is a folder, must be a file"),
        ("a.npz", lambda path: np.savez(path, x=[1]), "must hold affinity, or left and right; it"),
        ("a.npz", lambda path: np.savez(path, affinity=np.eye(2), entries=["a", "a"]),
         "has 1 different ids, the affinities have 2 of entry"),
        ("a.npy", lambda path: np.save(path, np.array([[{}]]), allow_pickle=True), "can't be read"),
    ],
)  # fmt: skip
def test_broken_arrays_are_refused(teladan, tmp_path, name, make, said):
    make(tmp_path / name)
    code, _, err = teladan("assign", name, *LIMITS)

    assert (code, said in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "must have a first line"),
        (",r0,r1\n", "m.csv has no rows"),
        (",r0,r0\na,1,2\n", "m.csv:1: the reader 'r0' has 2 columns"),
        (",r0,r1\na,1\n", "m.csv:2 has 2 fields, the header has 3"),
        (",r0,r1\na,1,x\n", "m.csv:2, column r1: 'x' is not a number"),
        (",r0,r1\na,1,2\na,1,2\n", "'a' stands already in line 2"),
    ],
)
def test_a_broken_matrix_is_named_by_line_and_reader(teladan, tmp_path, content, said):
    (tmp_path / "m.csv").write_text(content)
    code, _, err = teladan("assign", "m.csv", "--matrix", *LIMITS)

    assert (code, said in err) == (2, True)


@pytest.fixture
def marks(write):
    rng = np.random.default_rng(8)
    e = np.repeat(np.arange(20), 3)
    r = np.concatenate([np.sort(rng.permutation(6)[:3]) for _ in range(20)])
    points = np.round(60 + e + 4 * r + rng.normal(0, 3, e.size), 2)
    table = [(f"e{a:02}", f"r{b}", c) for a, b, c in zip(e, r, points, strict=True)]
    write("marks.csv", "entry,reader,points", *table)
    return e, r, points


def test_calibrate_answers_what_the_function_answers_best_first(teladan, marks):
    out = teladan("calibrate", "marks.csv", "--top", "5", "--readers-out", "readers.csv")[1]

    found = calibrate(*marks, top=(5,), rng=np.random.default_rng(0))
    for row in rows(out):
        p = int(row["entry"][1:])
        assert float(row["adjusted"]) == found.adjusted[p]
        assert float(row["chance_5"]) == found.chance[5][p]
        assert (int(row["rank_low"]), int(row["rank_high"])) == tuple(found.rank_interval[p])
    assert [int(row["place"]) for row in rows(out)] == list(range(1, 21))
    with open("readers.csv", encoding="utf-8") as file:
        severity = {row["reader"]: float(row["severity"]) for row in csv.DictReader(file)}
    assert severity == {f"r{n}": found.severity[n] for n in range(6)}


def test_the_order_of_the_rows_decides_nothing(teladan, marks, tmp_path):
    lines = (tmp_path / "marks.csv").read_text().splitlines()
    (tmp_path / "other.csv").write_text("\n".join([lines[0], *lines[:0:-1]]))
    one, other = (teladan("calibrate", file)[1] for file in ("marks.csv", "other.csv"))
    assert one == other


def test_calibrate_says_where_to_read_next(teladan, marks, write):
    write("busy.csv", "entry,reader", *((f"e{n:02}", "r0") for n in range(20)))
    more = ["--next-reads", 5, "--budget", 4, "--busy", "busy.csv"]
    code, out, _ = teladan("calibrate", "marks.csv", *more, "--next-out", "next.csv", "--json")

    summary = json.loads(out)
    with open("next.csv", encoding="utf-8") as file:
        pairs = [[row["entry"], row["reader"]] for row in csv.DictReader(file)]
    assert (code, summary["next_reads"]) == (0, pairs)
    assert len(pairs) == 4
    assert "r0" not in {reader for _, reader in pairs}
    assert {"p_no_severity", "sd_reader", "sha256", "notes"} <= summary.keys()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--next-reads", 5], "--next-reads needs --budget"),
        (["--next-reads", 5, "--budget", 1], "--next-reads needs --next-out, or --json"),
        (["--budget", 1], "--budget needs --next-reads"),
        (["--next-reads", 20, "--budget", 1, "--json"], "k is 20, must be 1 to 19"),
        (["--top", "0"], "--top: numbers begin with 1"),
        (["--top", "a"], "--top: 'a' is not a number"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_options_of_calibrate_that_contradict_are_refused(teladan, marks, words, said):
    code, _, err = teladan("calibrate", "marks.csv", *words)

    assert (code, said in err) == (2, True)


def test_groups_that_nobody_connects_are_not_ranked_together(teladan, write):
    table = [(e, r, p) for e, r, p in zip("aabbccdd", "xyxywzwz", range(8), strict=True)]
    write("marks.csv", "entry,reader,points", *table)
    code, out, err = teladan("calibrate", "marks.csv", "--top", 1)

    found = rows(out)
    assert (code, [row["place"] for row in found]) == (0, ["1", "2", "1", "2"])
    assert [row["component"] for row in found] == ["1", "1", "2", "2"]
    assert {row["chance_1"] for row in found} == {""}
    assert "2 groups without a shared reader" in err


def test_share_reads_floors_and_caps_from_files(teladan, write):
    write("w.csv", "recipient,weight,cap,floor", ("A", 0.1, 50, 0), ("B", 0.2, 900, 300),
          ("C", 0.7, 900, 0))  # fmt: skip
    code, out, err = teladan("share", "w.csv", "--pot", 1000, "--cap", "w.csv", "--floor", "w.csv")

    amounts = share(1000, [1, 2, 7], floor=[0, 300, 0], cap=[50, 900, 900])
    assert (code, [int(row["amount"]) for row in rows(out)]) == (0, amounts.tolist())
    assert "1000 divided among 3" in err
    write("f.csv", "recipient,floor", ("B", 300))
    words = ["share", "w.csv", "--pot", 1000, "--floor", "f.csv", "--json"]
    assert json.loads(teladan(*words)[1])["at_floor"] == 1


def test_a_tenth_is_a_tenth(teladan, write):
    # As binary fractions these weights are not in the ratio 1 : 2 : 3, and 6 units would not fit.
    write("w.csv", "recipient,weight", ("A", 0.1), ("B", 0.2), ("C", 0.3))
    out = teladan("share", "w.csv", "--pot", 6 * 10**17)[1]

    assert [int(row["amount"]) for row in rows(out)] == [10**17, 2 * 10**17, 3 * 10**17]


def test_a_floor_above_the_cap_and_a_pot_too_small_are_told_by_id(teladan, write):
    write("w.csv", "recipient,weight", ("A", 1), ("B", 2))
    write("c.csv", "recipient,cap", ("B", 3))
    call = ["share", "w.csv", "--pot", 10, "--floor", 4]

    assert "the floor of 'B' is 4, above the cap 3" in teladan(*call, "--cap", "c.csv")[2]
    code, _, err = teladan("share", "w.csv", "--pot", 7, "--floor", 4)
    assert (code, "1 more than the pot of 7" in err) == (1, True)


def test_cancelling_leaves_nothing_behind(teladan, bids, tmp_path, monkeypatch):
    def stop(*_, progress, **__):
        progress(0.5)
        raise KeyboardInterrupt

    monkeypatch.setattr(assign_command, "assign", stop)
    before = sorted(tmp_path.iterdir())
    code, out, err = teladan("assign", "bids.csv", *LIMITS, "--out", "p.csv", "--progress")

    assert (code, out) == (130, "")
    assert err.endswith("assign: cancelled.\n")
    assert sorted(tmp_path.iterdir()) == before


def test_ctrl_c_ends_a_process_with_130(marks, tmp_path):
    command = [sys.executable, "-m", "teladan.engine", "calibrate", "marks.csv", "--progress",
               "--draws", "2000000", "--out", "a.csv"]  # fmt: skip
    # Started in the background, as by a service, a process is told to ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        signal.signal(signal.SIGINT, before)
        os.read(process.stderr.fileno(), 1)  # the bar: it is at work
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()

    assert (process.returncode, "cancelled." in said) == (130, True)
    assert [file.name for file in tmp_path.iterdir()] == ["marks.csv"]


def test_ctrl_c_in_a_terminal_reaches_every_process_and_only_one_speaks(bids, tmp_path):
    command = [sys.executable, "-m", "teladan.engine", "assign", "bids.csv", "--demand", "2",
               "--max-load", "4", "--progress", "--workers", "2", "--out", "a.csv"]  # fmt: skip
    before = sorted(tmp_path.iterdir())
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        os.read(process.stderr.fileno(), 1)  # the bar: workers start
        time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()

    assert "Traceback" not in said
    # On a quick machine it may have been done before; and the signal may meet it as it ends, when
    # Python has no handler any more: a shell shows 130 for that as well.
    assert process.returncode in (130, -signal.SIGINT, 0)
    assert process.returncode == 0 or sorted(tmp_path.iterdir()) == before


def test_a_reader_who_stops_reading_is_no_error(marks, tmp_path):
    command = f"{sys.executable} -m teladan.engine calibrate marks.csv | true"
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, "Error" in done.stderr) in [(141, False), (0, False)]


def test_a_bar_is_shown_where_it_is_asked_for_and_is_wiped_away(teladan, marks):
    for words, shown in ((["--progress"], True), (["--no-progress"], False), ([], False)):
        err = teladan("calibrate", "marks.csv", *words)[2]
        assert ("[####" in err) is shown


def test_help_loads_no_kernel_and_lists_the_commands(capsys):
    code = "import sys; from teladan.engine.commands import main; main(['--help']); "
    done = subprocess.run(
        [sys.executable, "-c", code + "print([m for m in ('numpy', 'scipy') if m in sys.modules])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.endswith("[]\n")
    for command in ("assign", "calibrate", "novelty", "pair", "share", "plan"):
        assert command in done.stdout


def test_a_factor_is_never_multiplied_out(teladan, tmp_path, monkeypatch):
    seen = []

    def look(affinity, **limits):
        seen.append(type(affinity))
        return assign(affinity, **limits)

    np.savez(tmp_path / "f.npz", left=BIDS, right=np.eye(4))
    monkeypatch.setattr(assign_command, "assign", look)
    assert teladan("assign", "f.npz", *LIMITS)[0] == 0
    assert seen == [Factors]


def test_a_table_may_come_through_a_pipe(tmp_path):
    share = f"{sys.executable} -m teladan.engine share --pot 4 --json"
    done = subprocess.run(
        ["bash", "-c", f"{share} <(printf 'recipient,weight\\nA,1\\nB,1\\n')"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sha256"]["weights"] is None
