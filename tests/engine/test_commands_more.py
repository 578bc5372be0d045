"""The engine on files: what is imitated, who learns from whom, who is received where."""

import csv
import io
import json
import os
from datetime import date

import numpy as np
import pytest

from teladan.engine.commands import novelty as novelty_command
from teladan.engine.itinerary import Host, Request, Rules, plan
from teladan.engine.novelty import Index
from teladan.engine.pairing import Reserve, pair


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- novelty -----------------------------------------------------------------------------------

WORDS = np.array([f"kata{n}" for n in range(400)])
TEXTS = {
    f"t{n}": " ".join(np.random.default_rng(n).choice(WORDS, 60, replace=False)) for n in range(5)
}
COPY = "awal " + TEXTS["t3"] + " akhir"


@pytest.fixture
def texts(write, tmp_path):
    write("texts.csv", "id,text", *TEXTS.items())
    (tmp_path / "new.jsonl").write_text(
        json.dumps({"id": "copy", "text": COPY})
        + "\n"
        + json.dumps({"id": "own", "text": "sesuatu yang sama sekali baru dan belum pernah ada"})
    )


def test_novelty_finds_what_was_copied_and_where(teladan, texts, tmp_path):
    code, out, err = teladan("novelty", "add", "i.index", "texts.csv")
    assert (code, out, "5 texts read; 5 are in i.index" in err) == (0, "", True)

    words = ["novelty", "query", "i.index", "new.jsonl", "--passages", "p.csv"]
    code, out, err = teladan(*words)
    with Index.open(tmp_path / "i.index") as index:
        (alike,) = index.query(COPY)
    (row,) = rows(out)
    assert (row["query"], row["id"], float(row["copied"])) == ("copy", "t3", alike.copied)
    (passage,) = rows_of("p.csv")
    assert passage["text"] in COPY
    assert (int(passage["start"]), int(passage["end"])) == alike.passages[0][:2]
    assert "1 of 2 texts are like one of 5 in the index" in err
    said = json.loads(teladan(*words[:4], "--json")[1])
    assert said["likenesses"][0]["passages"] == [list(each) for each in alike.passages]


def test_a_folder_of_texts_is_read_and_nothing_is_its_own_copy(teladan, tmp_path):
    (tmp_path / "in" / "2024").mkdir(parents=True)
    for name, text in TEXTS.items():
        (tmp_path / "in" / "2024" / f"{name}.txt").write_text(text)
    teladan("novelty", "add", "i.index", "in", "--workers", 2)
    query = ["novelty", "query", "i.index", "in"]

    assert [row["id"] for row in rows(teladan(*query)[1])] == [f"2024/t{n}" for n in range(5)]
    assert rows(teladan(*query, "--not-itself")[1]) == []
    assert teladan(*query, "--limit", 0)[0] == 2


def test_a_text_is_added_once_or_replaced(teladan, texts):
    assert teladan("novelty", "add", "i.index", "texts.csv")[0] == 0
    code, _, err = teladan("novelty", "add", "i.index", "texts.csv")
    assert (code, "id 't0' is in the index already" in err) == (2, True)
    code, out, _ = teladan("novelty", "add", "i.index", "texts.csv", "--replace", "--json")
    assert (code, json.loads(out)["texts"]) == (0, 5)


@pytest.mark.parametrize(
    ("step", "content", "said"),
    [
        ("add", "id,text\na,x\na,y\n", "n.csv:3: id 'a' stands already in n.csv:2"),
        ("add", "id,text\n,x\n", "n.csv:2, column id: is empty"),
        ("add", "id,text\n", "there is no text in n.csv"),
        ("add", "id,words\n", "there is no column text"),
        ("query", "id,text\na,x\n", "i.index is no index: `novelty add` makes one"),
    ],
)
def test_texts_that_cannot_be_read_leave_no_index(teladan, tmp_path, step, content, said):
    (tmp_path / "n.csv").write_text(content)
    code, _, err = teladan("novelty", step, "i.index", "n.csv")

    assert (code, said in err) == (2, True)
    assert [file.name for file in tmp_path.iterdir()] == ["n.csv"]


def test_texts_from_a_pipe_and_a_cluster_that_is_not_there_change_nothing(teladan, texts, tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    code, _, err = teladan("novelty", "add", "i.index", "pipe.jsonl")
    assert (code, "pipe.jsonl can be read only once" in err) == (2, True)

    words = ["novelty", "add", "i.index", "texts.csv"]
    assert teladan(*words, "--workers", 0)[0] == 2
    assert not (tmp_path / "i.index").exists()
    teladan(*words)
    err = teladan(*words, "--workers", 0)[2]
    assert "stay there" not in err


@pytest.mark.parametrize("existing", [False, True])
def test_a_cancelled_add_leaves_no_half_index(teladan, texts, tmp_path, monkeypatch, existing):
    if existing:
        (tmp_path / "one.jsonl").write_text('{"id": "first", "text": "satu dua tiga empat"}')
        teladan("novelty", "add", "i.index", "one.jsonl")

    class Stopping(novelty_command.Bar):
        def __call__(self, share):
            raise KeyboardInterrupt

    monkeypatch.setattr(novelty_command, "Bar", Stopping)
    code, _, err = teladan("novelty", "add", "i.index", "texts.csv")
    assert (code, "cancelled." in err) == (130, True)
    assert (tmp_path / "i.index").exists() is existing
    if existing:
        with Index.open(tmp_path / "i.index") as index:
            assert len(index) == 1


# --- pair --------------------------------------------------------------------------------------

NEEDS, OFFERS = [f"n{n}" for n in range(8)], [f"o{n}" for n in range(4)]
DICE = np.random.default_rng(4)
FITS = [(i, j) for i in range(7) for j in range(4) if DICE.random() < 0.7]
SCORES = DICE.integers(1, 100, (8, 4)) / 100


@pytest.fixture
def fits(write):
    table = [(NEEDS[i], OFFERS[j], SCORES[i, j], SCORES[-1 - i, j]) for i, j in FITS]
    write("c.csv", "need,offer,score,donor_score", *table[::-1])
    write("w.csv", "need,wanted", *((need, 1) for need in NEEDS))


def expected(**more):
    i, j = np.array(FITS).T
    return pair(i, j, SCORES[i, j], donor_score=SCORES[-1 - i, j], wanted=np.ones(8, dtype=int),
                capacity=np.full(4, 1), **more)  # fmt: skip


CALL = ["pair", "c.csv", "--wanted", "w.csv", "--capacity", 1]


@pytest.mark.parametrize("mode", ["stable", "optimal", "near-stable"])
def test_pair_answers_what_the_function_answers_by_id(teladan, fits, mode):
    code, out, _ = teladan(*CALL, "--mode", mode, "--unmatched", "u.csv", "--blocking", "b.csv")

    found = expected(mode=mode)
    pairs = [(row["need"], row["offer"]) for row in rows(out)]
    assert (code, pairs) == (0, [(NEEDS[i], OFFERS[j]) for i, j in found.pairs])
    reasons = [(row["need"], row["reason"]) for row in rows_of("u.csv")]
    assert reasons == [(NEEDS[each.need], each.reason) for each in found.unmatched]
    assert ("n7", "no fit") in reasons
    assert len(rows_of("b.csv")) == len(found.blocking.pairs)


def test_a_reserve_and_what_it_changed_are_told_by_id(teladan, fits, write):
    write("r.csv", "need", ["n5"], ["n6"])
    reserve = ["--reserve", "r.csv", "--reserve-share", 1]
    summary = json.loads(teladan(*CALL, *reserve, "--json")[1])

    eligible = np.isin(np.arange(8), [5, 6])
    found = expected(reserve=Reserve(eligible, share=1.0))
    assert summary["reserve"]["gained"] == [NEEDS[n] for n in found.reserve.gained]
    assert summary["reserve"]["taken"] == found.reserve.taken
    assert summary["total"] == found.total
    write("s.csv", "offer,seats", ["o1", 1])
    assert teladan(*CALL, "--reserve", "r.csv", "--reserve-seats", "s.csv")[0] == 0


def test_kept_and_barred_pairs_and_floors(teladan, fits, write):
    write("k.csv", "need,offer", ["n7", "o0"])
    write("b.csv", "need,offer", *([need, "o1"] for need in NEEDS))
    write("g.csv", "need,group", *([need, f"p{n % 2}"] for n, need in enumerate(NEEDS)))
    code, out, _ = teladan(*CALL, "--keep", "k.csv", "--barred", "b.csv")
    assert (code, {"need": "n7", "offer": "o0", "score": ""} in rows(out)) == (0, True)
    assert "o1" not in {row["offer"] for row in rows(out)}

    floors = ["--groups", "g.csv", "--mode", "optimal", "--floors"]
    assert teladan(*CALL, *floors, 1)[0] == 0
    write("f.csv", "group,least", ["p1", 9])
    code, _, err = teladan(*CALL, *floors, "f.csv")
    assert (code, "groups 'p1' " in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--reserve", "w.csv"], "--reserve goes with --reserve-seats or --reserve-share"),
        (["--floors", 1], "--groups and --floors go together"),
        (["--barred", "x.csv"], "x.csv:2, column need: 'n9' is not in candidates"),
        (["--groups", "y.csv", "--floors", 1], "y.csv has no row for need 'n1'"),
        (["--near", "nan"], "nan is not a finite number"),
    ],
)
def test_what_does_not_fit_together_is_refused(teladan, fits, write, words, said):
    write("x.csv", "need,offer", ["n9", "o1"])
    write("y.csv", "need,group", ["n0", "p"])
    code, _, err = teladan(*CALL, *words)

    assert (code, said in err) == (2, True)


# --- plan --------------------------------------------------------------------------------------

DAY = date(2024, 7, 1)


@pytest.fixture
def wishes(write):
    week = ["permits", 30, "2024-07-01", "2024-07-01", "2024-07-07"]
    write("r.csv", "id,topic,size,asked,first,last,hosts,may_join", *(
        [name, *week, hosts, join] for name, hosts, join in
        (("a", "", ""), ("b", "quiet; famous", "no"), ("c", "", "ya"), ("d", "", ""), ("e", "", ""))
    ))  # fmt: skip
    write("h.csv", "id,topics,size_max,weekdays,blackouts", *(
        [name, "permits:1; water:.5", 50, "tue; Kamis", "2024-07-04"]
        for name in ("famous", "quiet")
    ))  # fmt: skip
    write("d.csv", "holiday", ["2024-07-02"])


HORIZON = ["--horizon", "2024-07-01", "2024-07-31"]


def test_plan_answers_what_the_function_answers(teladan, wishes):
    code, out, err = teladan("plan", "r.csv", "h.csv", *HORIZON, "--refused", "no.csv")

    hosts = [
        Host(id=name, topics={"permits": 1, "water": 0.5}, size_max=50, weekdays=(1, 3),
             blackouts=(date(2024, 7, 4),))
        for name in ("famous", "quiet")
    ]  # fmt: skip
    week = {"topic": "permits", "size": 30, "asked": DAY, "first": DAY, "last": date(2024, 7, 7)}
    requests = [Request(id=name, **week) for name in "ade"]
    requests += [Request(id="b", hosts=("quiet", "famous"), **week)]
    requests += [Request(id="c", may_join=True, **week)]
    found = plan(requests, hosts, horizon=(DAY, date(2024, 7, 31)), rules=Rules())
    seen = [(row["day"], row["host"], row["request"]) for row in rows(out)]
    assert code == 0
    assert seen == [(str(v.day), v.host, r) for v in found.visits for r in v.requests]
    refused = rows_of("no.csv")
    assert [row["request"] for row in refused] == [each.request for each in found.refused]
    assert [row["earliest"] for row in refused] == [str(each.earliest) for each in found.refused]
    assert f"{found.objective.served} requests have a visit" in err


def test_visits_that_were_planned_can_be_held(teladan, wishes, write):
    week = ["permits", 20, "2024-07-01", "2024-07-01", "2024-07-07", "yes"]
    write("r.csv", "id,topic,size,asked,first,last,may_join", *([name, *week] for name in "abc"))
    assert teladan("plan", "r.csv", "h.csv", *HORIZON, "--out", "v.csv")[0] == 0
    again = teladan("plan", "r.csv", "h.csv", *HORIZON, "--held", "v.csv")[1]

    assert rows(again) == rows_of("v.csv")
    assert len({row["visit"] for row in rows(again)}) < len(rows(again)) == 3


def test_holidays_and_rules_are_kept(teladan, wishes):
    words = ["plan", "r.csv", "h.csv", *HORIZON, "--holidays", "d.csv", "--json", "--half-days",
             "--visits-a-week", 1, "--no-joining", "--workweek", "mon,tue,wed,thu"]  # fmt: skip
    summary = json.loads(teladan(*words)[1])

    assert summary["objective"]["served"] == 0
    assert {each["request"] for each in summary["refused"]} == set("abcde")


@pytest.mark.parametrize(
    ("name", "header", "row", "said"),
    [
        ("r.csv", "id,topic,size,asked,first,last", ["a", "t", 3, "1/7/24", "2024-07-01", "x"],
         "r.csv:2, column asked: '1/7/24' is no day such as 2026-08-17"),
        ("r.csv", "id,topic,size,asked,first,last",
         ["a", "t", 3, "2024-07-01", "2024-07-09", "2024-07-01"],
         "r.csv:2: request 'a': last is 2024-07-01, before first"),
        ("r.csv", "id,topic,size,asked,first,last", ["a", "t", "", "x", "x", "x"],
         "r.csv:2, column size: is empty"),
        ("h.csv", "id,topics,size_max", ["famous", "permits", 50],
         "r.csv:3, column hosts: 'quiet' is not in h.csv"),
        ("h.csv", "id,topics,size_max,weekdays", ["h", "t", 3, "someday"],
         "h.csv:2, column weekdays: 'someday' is no weekday"),
        ("h.csv", "id,topics,size_max,after_holiday", ["h", "t", 3, "maybe"],
         "column after_holiday: 'maybe' is neither yes nor no"),
        ("h.csv", "id,topics,size_max", ["h", "t:1;t:2", 3], "column topics: 't' stands twice"),
        ("h.csv", "id,topics,size_max", ["h", "t:x", 3], "column topics: 'x' is not a number"),
        ("v.csv", "visit,day,host,topic,request,people", ["1", "2024-07-03", "nobody", "t", "z", 3],
         "nobody"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named(teladan, wishes, write, name, header, row, said):
    write(name, header, row)
    held = ["--held", "v.csv"] if name == "v.csv" else []
    code, _, err = teladan("plan", "r.csv", "h.csv", *HORIZON, *held)

    assert (code, said in err) == (2, True)


def test_rows_of_one_visit_agree(teladan, wishes, write):
    header = "visit,day,host,topic,request,people"
    write("v.csv", header, ["1", "2024-07-02", "quiet", "permits", "x", 40],
          ["1", "2024-07-09", "quiet", "permits", "y", 40])  # fmt: skip
    code, _, err = teladan("plan", "r.csv", "h.csv", *HORIZON, "--held", "v.csv")

    assert (code, "v.csv:3, column day: differs from v.csv:2, and both are visit 1" in err) == (
        2,
        1,
    )


def test_lists_in_json_may_be_lists(teladan, wishes, tmp_path):
    host = {"id": "famous", "topics": {"permits": 1}, "size_max": 50, "weekdays": ["tue"],
            "offices": {"mayor": 1}, "blackouts": None}  # fmt: skip
    lines = [json.dumps(host | {"exempt": ["minister"], "id": id}) for id in ("famous", "quiet")]
    (tmp_path / "h.jsonl").write_text("\n".join(lines))
    code, out, _ = teladan("plan", "r.csv", "h.jsonl", *HORIZON)

    assert (code, {row["host"] for row in rows(out)}) == (0, {"famous", "quiet"})
    (tmp_path / "h.jsonl").write_text(json.dumps(host | {"exempt": [1]}))
    assert (
        "column exempt: [1] is no list of texts" in teladan("plan", "r.csv", "h.jsonl", *HORIZON)[2]
    )
