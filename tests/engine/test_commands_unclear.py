"""What an analyst gets wrong without noticing: it is refused, and said so that it can be mended."""

import errno
import os

import numpy as np
import pytest

from teladan.engine import agreement, assign, calibrate, grades, min_max, next_reads, pair
from teladan.engine.commands import front, main, writing
from teladan.engine.itinerary import Host


@pytest.fixture
def teladan(tmp_path, monkeypatch, capsys):
    """Run a command in a folder of its own; return exit code and error stream."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.csv").write_text("recipient,weight\na,1\nb,2\n")
    (tmp_path / "wishes.csv").write_text("need,offer,score\na,x,0.5\na,y,0.3\nb,x,0.6\n")
    (tmp_path / "texts.csv").write_text("id,text\na,one two three\n")

    def call(*words):
        code = main([str(word) for word in words])
        return code, capsys.readouterr().err

    return call


@pytest.mark.parametrize("pot", ["10.000", "1,000", "1 000", "50.000.000", "1\u00a0000", "-1.000"])
def test_a_whole_number_with_marks_between_thousands_is_not_guessed(teladan, pot):
    code, said = teladan("share", "weights.csv", f"--pot={pot}")

    assert code == 2
    assert "is not clear: write a whole number with digits only" in said


@pytest.mark.parametrize("pot", ["10", "10.0", "10.00", "1e1", " 10 "])
def test_other_ways_to_write_a_whole_number_are_read(teladan, pot):
    code, said = teladan("share", "weights.csv", "--pot", pot)

    assert (code, said) == (0, "10 divided among 2: 3 to 7\n")


def test_a_folder_that_is_no_index_is_not_asked_as_if_it_were_empty(teladan, tmp_path):
    before = sorted(tmp_path.iterdir())

    assert teladan("novelty", "query", ".", "texts.csv") == (
        2,
        "python -m teladan.engine novelty: . is no index: `novelty add` makes one\n",
    )
    assert sorted(tmp_path.iterdir()) == before


def test_an_index_is_not_made_among_other_files(teladan, tmp_path):
    before = sorted(tmp_path.iterdir())

    assert teladan("novelty", "add", ".", "texts.csv") == (
        2,
        "python -m teladan.engine novelty: . holds other files: name a folder of the index alone\n",
    )
    assert sorted(tmp_path.iterdir()) == before


def test_an_index_whose_making_was_stopped_is_made(teladan, tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "writer.lock").touch()
    (tmp_path / "index" / "manifest.json.new").write_text("half")

    assert teladan("novelty", "add", "index", "texts.csv")[0] == 0
    assert teladan("novelty", "query", "index", "texts.csv")[0] == 0


def test_an_index_without_its_manifest_is_told_from_a_folder_that_is_none(teladan, tmp_path):
    teladan("novelty", "add", "index", "texts.csv")
    (tmp_path / "index" / "manifest.json").unlink()

    code, said = teladan("novelty", "query", "index", "texts.csv")

    assert code == 2
    assert "manifest" in said


def test_a_full_disk_is_told_with_the_file(teladan, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing.os, "fsync", full)
    before = sorted(tmp_path.iterdir())
    code, said = teladan("share", "weights.csv", "--pot", 10, "--out", "amounts.csv")

    assert code == 2
    assert said.endswith("share: amounts.csv cannot be written: No space left on device\n")
    assert sorted(tmp_path.iterdir()) == before


def test_an_error_of_the_system_is_told_in_words(teladan, monkeypatch):
    def gone(_):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "part.npy")

    monkeypatch.setattr("teladan.engine.commands.share.run", gone)

    code, said = teladan("share", "weights.csv", "--pot", 10)

    assert code == 2
    assert said == "python -m teladan.engine share: part.npy: No such file or directory\n"


def test_ctrl_c_while_a_command_is_loaded_is_no_traceback(teladan, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(front, "import_module", stop)

    assert teladan("share", "weights.csv", "--pot", 10) == (
        130,
        "python -m teladan.engine: cancelled.\n",
    )


def test_a_table_under_an_arrays_name_is_no_pickle_to_be_trusted(teladan, tmp_path):
    (tmp_path / "a.npy").write_text("entry,reader\n")
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 and nothing else")

    code, said = teladan("assign", "a.npy", "--demand", 1, "--max-load", 1)
    packed, told = teladan("assign", "a.npz", "--demand", 1, "--max-load", 1)
    absent, why = teladan("assign", "b.npy", "--demand", 1, "--max-load", 1)

    assert (code, packed, absent) == (2, 2, 2)
    assert said.endswith("a.npy can't be read as NumPy's arrays: it is no NPY and no NPZ\n")
    assert "a.npz can't be read as NumPy's arrays: " in told
    assert why.endswith("b.npy cannot be read: No such file or directory\n")


def test_utf_16_without_its_mark_is_recognised(teladan, tmp_path):
    (tmp_path / "u.csv").write_bytes("recipient,weight\na,1\n".encode("utf-16-le"))

    code, said = teladan("share", "u.csv", "--pot", 10)

    assert code == 2
    assert said.endswith(", or its encoding with --encoding utf-16\n")
    assert teladan("share", "u.csv", "--pot", 10, "--encoding", "utf-16-le")[0] == 0


def test_a_reserve_is_counted_in_one_way_only(teladan):
    code, said = teladan(
        "pair", "wishes.csv", "--wanted", 1, "--capacity", 1, "--reserve", "wishes.csv",
        "--reserve-seats", 1, "--reserve-share", 0.5,
    )  # fmt: skip

    assert code == 2
    assert "argument --reserve-share: not allowed with argument --reserve-seats" in said


@pytest.mark.parametrize("mode", ["stable", "optimal", "near-stable"])
def test_as_many_as_there_are_may_be_written_as_a_very_large_number(mode):
    i, j, score = [0, 0, 1], [0, 1, 0], [0.5, 0.3, 0.6]
    most = 2**31 - 1
    every = pair(i, j, score, wanted=[most] * 2, capacity=[most] * 2, mode=mode)

    assert every.pairs.tolist() == [[0, 0], [0, 1], [1, 0]]
    assert [each.missing for each in every.unmatched] == [most - 2, most - 1]


@pytest.mark.parametrize("extra", [{}, {"cap": 0.6}, {"objective": "perturbed"}])
def test_loads_without_a_limit_give_what_a_wide_limit_gives(extra):
    affinity = np.random.default_rng(3).random((6, 4))
    wide, endless = (
        assign(affinity, demand=2, max_load=load, rng=np.random.default_rng(1), **extra)
        for load in (12, 2**31 - 1)
    )

    assert endless.total_bound == pytest.approx(wide.total_bound)
    assert (endless.loads <= 6).all()


def test_limits_whose_sums_would_leave_64_bits_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=r"max_load\[0\] is 2147483648, must be below 2\*\*31"):
        assign([[1.0]], demand=1, max_load=2**31, rng=rng)
    with pytest.raises(ValueError, match=r"wanted\[0\] is 2147483648, must be below 2\*\*31"):
        pair([0], [0], [1.0], wanted=[2**31], capacity=[1])
    with pytest.raises(ValueError, match=r"host 'h': lead_days is .*, must be below 2\*\*31"):
        Host(id="h", topics={}, size_max=1, lead_days=2**63)


def test_numbers_whose_squares_would_leave_the_floats_are_refused():
    rng, said = np.random.default_rng(1), "must not be beyond 1e\\+100"
    with pytest.raises(ValueError, match=rf"affinity\[0, 1\] is -1e\+308, {said}"):
        assign([[1.0, -1e308]], demand=1, max_load=1, rng=rng)
    with pytest.raises(ValueError, match=rf"points\[1\] is 1e\+200, {said}"):
        calibrate([0, 1], [0, 0], [1.0, 1e200], rng=rng)
    with pytest.raises(ValueError, match=rf"points\[1\] is 1e\+200, {said}"):
        agreement.agreement([0, 1], [0, 0], [1.0, 1e200], rng=rng)
    with pytest.raises(ValueError, match=rf"score\[0\] is 1e\+308, {said}"):
        pair([0], [0], [1e308], wanted=[1], capacity=[1])


def test_texts_are_no_figures_even_where_a_figure_may_be_missing():
    with pytest.raises(ValueError, match=r"points\[1\] is '61'"):
        grades([70, "61"], [("pass", 60.0)])
    with pytest.raises(ValueError, match="low is '0', must be a number"):
        min_max([1.0, 2.0], low="0", high=3)
    assert grades([70, None, float("nan")], [("pass", 60.0)]).tolist() == ["pass", "", ""]


@pytest.mark.parametrize(("most", "said"), [(2.5, "must be whole"), (-1, "must not be negative")])
def test_the_most_readings_of_an_entry_are_a_whole_number(most, said):
    rng = np.random.default_rng(1)
    known = calibrate([0, 0, 1, 1], [0, 1, 0, 1], [1.0, 2.0, 4.0, 7.0], rng=rng)
    with pytest.raises(ValueError, match=f"most is {most}, {said}"):
        next_reads(known, k=1, budget=1, most=most)
