"""What no kernel can work with is refused in words that name the argument, the place and the value.

One table: the function, what is wrong, the argument changed in a request that is otherwise
answered, and the words that must be said.
"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

import teladan.engine
from teladan.engine.agreement import agreement
from teladan.engine.allocation import concentration, grades, improvement, min_max, share
from teladan.engine.assignment import Factors, assign
from teladan.engine.checking import check
from teladan.engine.errors import Infeasible
from teladan.engine.itinerary import Host, Request, Visit, plan
from teladan.engine.itinerary import Rules as VisitRules
from teladan.engine.novelty import Index
from teladan.engine.pairing import Floors, Near, Reserve, Rules, fit, pair
from teladan.engine.ranking import calibrate, next_reads, places
from teladan.engine.scoring import weigh

NAN, INF = float("nan"), float("inf")
FULL = np.ones((3, 2), dtype=bool)


def dice():
    return np.random.default_rng(1)


READINGS = {
    "entry": [0, 0, 1, 1, 2, 2],
    "reader": [0, 1, 0, 1, 0, 2],
    "points": [61.0, 70.0, 75.0, 83.0, 90.0, 88.0],
}
TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def reads_next(**request):
    known = calibrate(**READINGS, draws=20, top=(1,), rng=dice())
    return next_reads(known, **request)


HOST = {"id": "Kota", "topics": {"water": 1.0}, "size_max": 10}
GROUP = {
    "id": "ours",
    "topic": "water",
    "size": 5,
    "asked": date(2027, 1, 4),
    "first": date(2027, 1, 11),
    "last": date(2027, 1, 15),
}

HELD = Visit(host="X", day=date(2027, 1, 11), topic="water", requests=("old",), people=5)


def visits(hosts=({},), requests=({},), start=date(2027, 1, 4), held=(), **rules):
    return plan(
        [Request(**GROUP | changed) for changed in requests],
        [Host(**HOST | changed) for changed in hosts],
        horizon=(start, date(2027, 2, 1)),
        rules=VisitRules(**rules),
        held=held,
    )


def likeness(folder, ids=("a", "b"), texts=("Warga melapor.", "Bank sampah."), ask="", limit=9):
    with Index.open(folder) as index:
        for each, text in zip(ids, texts, strict=True):
            index.add(each, text)
        return index.query(ask, limit=limit)


# A request to every public function that is answered.
GOOD = {
    "weigh": (weigh, {"marks": [[80, 90], [70, 60]], "weights": [1, 2]}),
    "agreement": (agreement, {**READINGS, "draws": 20, "rng": dice()}),
    "calibrate": (calibrate, {**READINGS, "draws": 20, "top": (1,), "rng": dice()}),
    "next_reads": (reads_next, {"k": 1, "budget": 2}),
    "places": (lambda points, key: places(points, key), {"points": [2, 1], "key": [0, 0]}),
    "assign": (assign, {"affinity": TABLE, "demand": 1, "max_load": 2, "rng": dice()}),
    "check": (
        check,
        {"pairs": [[0, 0], [1, 1], [2, 1]], "affinity": TABLE, "demand": 1, "max_load": 2},
    ),
    "share": (share, {"pot": 10, "weights": [1, 2, 3]}),
    "concentration": (concentration, {"amounts": [1, 2, 3]}),
    "grades": (grades, {"points": [95, 70], "bands": [("A", 90), ("B", 60)]}),
    "min_max": (min_max, {"values": [1, 2, 3]}),
    "improvement": (improvement, {"before": [1, 2], "after": [2, 2], "target": 5}),
    "fit": (
        fit,
        {
            "needs": {"hdi": [60.0, 70.0]},
            "offers": {"hdi": [61.0, 75.0, 80.0]},
            "weights": {"hdi": 1.0},
            "rules": Rules(terms=(Near("hdi", scale=20.0),)),
        },
    ),
    "pair": (
        pair,
        {"i": [0, 0, 1], "j": [0, 1, 0], "score": [3, 2, 1], "wanted": [1, 1], "capacity": [1, 1]},
    ),
    "plan": (visits, {}),
    "Index": (likeness, {}),
}

SHAPE, FINITE, NEGATIVE, EMPTY = "wrong shape", "not finite", "negative", "empty"
TWICE, TEXT, RANGE, WHOLE = "twice or never", "text for a number", "out of range", "not whole"

REFUSED = [
    # --- weigh
    ("weigh", SHAPE, {"marks": [80, 90]}, "marks must have shape (n, m), got (2,)"),
    ("weigh", SHAPE, {"marks": [[80, 90], [70]]}, "marks must be an array of numbers"),
    ("weigh", SHAPE, {"weights": [1, 2, 3]}, "marks have 2 aspects, weights have 3"),
    ("weigh", FINITE, {"marks": [[80, 90], [70, NAN]]}, "marks[1, 1] is nan"),
    ("weigh", FINITE, {"marks": [[80, 90], [None, 70]]}, "marks[1, 0] is nan"),
    ("weigh", FINITE, {"weights": [1, INF]}, "weights[1] is inf"),
    ("weigh", NEGATIVE, {"weights": [1, -2]}, "weights[1] is -2.0"),
    ("weigh", EMPTY, {"marks": []}, "marks must have shape (n, m), got (0,)"),
    ("weigh", EMPTY, {"weights": []}, "marks have 2 aspects, weights have 0"),
    ("weigh", RANGE, {"weights": [0, 0]}, "not all zero"),
    ("weigh", TEXT, {"marks": [[80, "good"]]}, "marks[0, 1] is 'good'"),
    ("weigh", TEXT, {"weights": ["1", "2"]}, "weights[0] is '1'"),
    # --- agreement and calibrate read the same way
    *[
        row
        for name in ("agreement", "calibrate")
        for row in [
            (name, SHAPE, {"points": [1.0, 2.0]}, "entry must have shape (2,), got (6,)"),
            (name, SHAPE, {"reader": [0, 1]}, "reader must have shape (6,), got (2,)"),
            (name, SHAPE, {"points": [[1.0]]}, "points must have shape (n,), got (1, 1)"),
            (name, SHAPE, {"entry": 0}, "entry must have shape (n,), got ()"),
            (name, FINITE, {"points": [1, 2, 3, 4, 5, NAN]}, "points[5] is nan"),
            (name, FINITE, {"points": [1, 2, -INF, 4, 5, 6]}, "points[2] is -inf"),
            (name, FINITE, {"entry": [0, 0, 1, 1, NAN, 2]}, "entry[4] is nan"),
            (name, NEGATIVE, {"entry": [0, 0, 1, 1, 2, -2]}, "entry[5] is -2"),
            (name, NEGATIVE, {"reader": [0, 1, 0, -1, 0, 2]}, "reader[3] is -1"),
            (name, EMPTY, {"entry": [], "reader": [], "points": []}, "points is empty"),
            (name, TWICE, {"reader": [0, 1, 0, 0, 1, 2]}, "reader 0 reads entry 1 twice, at row 3"),
            (name, TWICE, {"entry": [0, 0, 1, 1, 3, 3]}, "entry never has 2"),
            (name, TWICE, {"reader": [0, 9, 0, 9, 0, 9]}, "reader reaches 9 in 6 rows"),
            (name, WHOLE, {"entry": [0, 0, 1, 1.5, 2, 2]}, "entry[3] is 1.5, must be whole"),
            (name, TEXT, {"points": [1, 2, 3, "4", 5, 6]}, "points[3] is '4'"),
            (name, TEXT, {"entry": list("aabbcc")}, "entry[0] is 'a'"),
            (name, RANGE, {"draws": 0}, "draws is 0"),
        ]
    ],
    ("agreement", RANGE, {"level": 95}, "level is 95, must be between 0 and 1"),
    ("agreement", FINITE, {"level": NAN}, "level is nan, must be finite"),
    ("calibrate", RANGE, {"top": (0,)}, "top has 0, must be at least 1"),
    # --- next_reads
    ("next_reads", RANGE, {"k": 0}, "k is 0, must be 1 to 2"),
    ("next_reads", RANGE, {"k": 3}, "k is 3, must be 1 to 2"),
    ("next_reads", NEGATIVE, {"budget": -1}, "budget is -1, must not be negative"),
    ("next_reads", SHAPE, {"busy": [True]}, "busy must be bool (3,) or (3, 3), got bool (1,)"),
    ("next_reads", TEXT, {"busy": ["no"] * 3}, "busy must be bool"),
    # --- places
    ("places", SHAPE, {"points": [[1, 2]]}, "points must have shape (n,), got (1, 2)"),
    ("places", SHAPE, {"key": [1, 2, 3]}, "keys[0] must have shape (2,), got (3,)"),
    ("places", FINITE, {"points": [1, NAN]}, "points[1] is nan"),
    ("places", FINITE, {"key": [INF, 1]}, "keys[0][0] is inf"),
    ("places", TEXT, {"points": ["gold", "silver"]}, "points[0] is 'gold'"),
    ("places", TEXT, {"key": [1, "b"]}, "keys[0][1] is 'b'"),
    # --- assign and check read the request the same way
    *[
        row
        for name in ("assign", "check")
        for row in [
            (name, SHAPE, {"affinity": [1.0, 2.0]}, "affinity must have shape (n, m), got (2,)"),
            (name, SHAPE, {"demand": [1, 1]}, "demand must have shape (3,) or be one number"),
            (name, SHAPE, {"max_load": [1]}, "max_load must have shape (2,) or be one number"),
            (name, SHAPE, {"min_load": [[0, 0]]}, "min_load must have shape (2,) or be one number"),
            (name, SHAPE, {"conflicts": FULL.T}, "conflicts must have shape (3, 2), got (2, 3)"),
            (name, SHAPE, {"keep": FULL.T}, "keep must have shape (3, 2), got (2, 3)"),
            (name, FINITE, {"affinity": [[1, 2], [3, NAN], [5, 6]]}, "affinity[1, 1] is nan"),
            (name, FINITE, {"affinity": Factors([[INF]], [[1]])}, "affinity.left[0, 0] is inf"),
            (name, FINITE, {"affinity": Factors([[1]], [[NAN]])}, "affinity.right[0, 0] is nan"),
            (name, FINITE, {"demand": NAN}, "demand[0] is nan"),
            (name, FINITE, {"max_load": INF}, "max_load[0] is inf"),
            (name, NEGATIVE, {"demand": [1, -1, 1]}, "demand[1] is -1, must not be negative"),
            (name, NEGATIVE, {"max_load": [2, -3]}, "max_load[1] is -3, must not be negative"),
            (name, NEGATIVE, {"min_load": -1}, "min_load[0] is -1, must not be negative"),
            (name, WHOLE, {"demand": 1.5}, "demand[0] is 1.5, must be whole"),
            (name, RANGE, {"demand": 1e30}, "demand[0] is 1e+30, must be below 2**31"),
            (name, EMPTY, {"affinity": []}, "affinity must have shape (n, m), got (0,)"),
            (name, TEXT, {"affinity": [[1, "x"]]}, "affinity[0, 1] is 'x'"),
            (name, TEXT, {"demand": "two"}, "demand is 'two'"),
            (name, TEXT, {"max_load": [1, "2"]}, "max_load[1] is '2'"),
        ]
    ],
    ("assign", SHAPE, {"affinity": Factors([[1]], [[1, 2]])}, "left has 1 columns, affinity.right"),
    ("assign", SHAPE, {"conflicts": [[0, 0, 1]]}, "conflicts must be bool (P, E) or whole pairs"),
    ("assign", EMPTY, {"affinity": np.empty((0, 2))}, "must have entries and readers, got (0, 2)"),
    ("assign", RANGE, {"conflicts": [[0, 0], [9, 0]]}, "conflicts[1] is (9, 0), outside (3, 2)"),
    ("assign", NEGATIVE, {"keep": [[0, -1]]}, "keep[0] is (0, -1), outside (3, 2)"),
    ("assign", WHOLE, {"conflicts": [[0.5, 1]]}, "conflicts must be bool (P, E) or whole pairs"),
    ("assign", TEXT, {"conflicts": [["a", "b"]]}, "conflicts must be bool (P, E) or whole pairs"),
    ("assign", RANGE, {"min_load": 3}, "min_load[0] is 3, above max_load 2"),
    ("assign", RANGE, {"keep": [[1, 0], [1, 1]]}, "keep has 2 pairs at 1, demand is 1"),
    ("assign", RANGE, {"keep": FULL[:, :1] & [[True, False]]}, "keep has 3 pairs at 0, max_load"),
    ("assign", RANGE, {"keep": [[1, 0]], "conflicts": [[1, 0]]}, "keep has (1, 0), which is a"),
    ("assign", RANGE, {"cap": 0}, "cap is 0, must be above 0 and at most 1"),
    ("assign", RANGE, {"cap": 1.5}, "cap is 1.5, must be above 0 and at most 1"),
    ("assign", FINITE, {"cap": NAN}, "cap is nan, must be finite"),
    ("assign", TEXT, {"objective": "best"}, "objective is 'best', must be"),
    ("check", SHAPE, {"pairs": [[0]]}, "pairs must be whole numbers of shape (n, 2), got (1, 1)"),
    ("check", TEXT, {"pairs": [["a", "b"]]}, "pairs must be whole numbers of shape (n, 2)"),
    ("check", WHOLE, {"pairs": [[0.5, 0]]}, "pairs must be whole numbers of shape (n, 2)"),
    ("check", SHAPE, {"claims": {"total_bound": 9, "prices": [0]}}, "prices must have shape (2,)"),
    ("check", FINITE, {"claims": {"total_bound": 9, "prices": [0, NAN]}}, "prices[1] is nan"),
    # --- share and concentration
    ("share", NEGATIVE, {"pot": -1}, "pot is -1"),
    ("share", WHOLE, {"pot": 1.5}, "pot is 1.5"),
    ("share", FINITE, {"pot": NAN}, "pot is nan"),
    ("share", TEXT, {"pot": "10"}, "pot is '10'"),
    ("share", RANGE, {"pot": 2**62}, "pot is 4611686018427387904"),
    ("share", SHAPE, {"weights": [[1, 2]]}, "weights must have shape (n,), got (1, 2)"),
    ("share", SHAPE, {"floor": [1, 2]}, "floor must have shape (3,) or be one number, got (2,)"),
    ("share", SHAPE, {"cap": [9, 9]}, "cap must have shape (3,) or be one number, got (2,)"),
    ("share", FINITE, {"weights": [1, INF, 2]}, "weights[1] is inf"),
    ("share", FINITE, {"cap": NAN}, "cap[0] is nan"),
    ("share", NEGATIVE, {"weights": [1, 2, -3]}, "weights[2] is -3"),
    ("share", NEGATIVE, {"floor": [0, -1, 0]}, "floor[1] is -1, must not be negative"),
    ("share", WHOLE, {"floor": 0.5}, "floor[0] is 0.5, must be whole"),
    ("share", RANGE, {"floor": 3, "cap": [9, 9, 2]}, "cap[2] is 2, below its floor 3"),
    ("share", RANGE, {"weights": [0, 0, 0]}, "weights are all zero"),
    ("share", EMPTY, {"weights": []}, "weights must have shape (n,) with n > 0, got (0,)"),
    ("share", TEXT, {"weights": [1, "2", 3]}, "weights[1] is '2'"),
    ("share", TEXT, {"floor": "none"}, "floor is 'none'"),
    ("concentration", SHAPE, {"amounts": [[1, 2]]}, "amounts must have shape (n,), got (1, 2)"),
    ("concentration", FINITE, {"amounts": [1, NAN]}, "amounts[1] is nan"),
    ("concentration", NEGATIVE, {"amounts": [1, -1]}, "amounts must not be empty, negative or"),
    ("concentration", EMPTY, {"amounts": []}, "amounts must not be empty, negative or all zero"),
    ("concentration", TEXT, {"amounts": [1, "2"]}, "amounts[1] is '2'"),
    ("concentration", RANGE, {"top": 0}, "top is 0, must be at least 1"),
    # --- grades, min_max and improvement
    ("grades", SHAPE, {"points": [[95]]}, "points must have shape (n,), got (1, 1)"),
    ("grades", FINITE, {"points": [95, INF]}, "points[1] is inf, must be finite"),
    ("grades", FINITE, {"bands": [("A", NAN)]}, "bands[0] begins at nan, must be finite"),
    ("grades", EMPTY, {"bands": []}, "bands must not be empty"),
    ("grades", TWICE, {"bands": [("A", 90), ("A", 60)]}, "bands[1] is called 'A'"),
    ("grades", RANGE, {"bands": [("A", 60), ("B", 90)]}, "bands[1] begins at 90.0, must begin"),
    ("grades", RANGE, {"points": [95, 59]}, "points[1] is 59.0, below the last band 'B'"),
    ("grades", TEXT, {"points": ["A"]}, "points must be an array of numbers"),
    ("min_max", SHAPE, {"values": 3}, "values must have shape (n,), got ()"),
    ("min_max", FINITE, {"values": [1, -INF]}, "values[1] is -inf, must be finite"),
    ("min_max", FINITE, {"low": NAN}, "low is nan, must be finite"),
    ("min_max", RANGE, {"low": 9, "high": 1}, "the scale from low 9.0 to high 1.0 has no width"),
    ("min_max", TEXT, {"values": ["much"]}, "values must be an array of numbers"),
    ("min_max", TEXT, {"better": "more"}, "better is 'more', must be 'higher' or 'lower'"),
    ("improvement", SHAPE, {"after": [1]}, "after must have shape (2,), got (1,)"),
    ("improvement", SHAPE, {"target": [9]}, "target must have shape (2,), got (1,)"),
    ("improvement", FINITE, {"before": [1, INF]}, "before[1] is inf, must be finite"),
    ("improvement", RANGE, {"before": [1, 9]}, "before[1] is 9.0, beyond its target 5.0"),
    ("improvement", TEXT, {"after": [1, "2x"]}, "after must be an array of numbers"),
    # --- fit and pair
    ("fit", SHAPE, {"needs": {"hdi": [1.0, 2.0], "at": [1]}}, "needs['at'] has shape (1,), must"),
    ("fit", SHAPE, {"needs": {"other": [1.0]}}, "needs has no column 'hdi'"),
    ("fit", SHAPE, {"weights": {"other": 1}}, "weights: 'hdi' has no weight"),
    ("fit", SHAPE, {"prices": [1]}, "prices must have shape (3,), got (1,)"),
    ("fit", FINITE, {"offers": {"hdi": [1.0, INF]}}, "offers['hdi'][1] is inf, must be finite"),
    ("fit", FINITE, {"weights": {"hdi": NAN}}, "weights['hdi'] is nan, must be finite"),
    ("fit", FINITE, {"prices": [0, 1, NAN]}, "prices[2] is nan, must be finite"),
    ("fit", NEGATIVE, {"weights": {"hdi": -1}}, "weights['hdi'] is -1"),
    ("fit", EMPTY, {"needs": {}}, "needs has no columns"),
    ("fit", EMPTY, {"offers": {"hdi": []}}, "offers['hdi'] has no rows"),
    ("fit", TEXT, {"needs": {"hdi": ["low", "high"]}}, "needs['hdi'] must hold numbers"),
    ("pair", SHAPE, {"i": [0, 1]}, "j must have shape (2,) as i, got (3,)"),
    ("pair", SHAPE, {"score": [1, 2]}, "score must have shape (3,), got (2,)"),
    ("pair", SHAPE, {"donor_score": [1]}, "donor_score must have shape (3,), got (1,)"),
    ("pair", SHAPE, {"capacity": 1}, "capacity must have shape (n,), got ()"),
    ("pair", SHAPE, {"keep": [[0]]}, "keep must be whole pairs (m, 2), got int64 (1, 1)"),
    ("pair", SHAPE, {"reserve": Reserve([True], seats=1)}, "reserve.eligible must be boolean of"),
    ("pair", FINITE, {"score": [1, NAN, 2]}, "score[1] is nan, must be finite"),
    ("pair", FINITE, {"wanted": [1, INF]}, "wanted[1] is inf, must be finite"),
    ("pair", NEGATIVE, {"score": [1, 2, -3]}, "score[2] is -3.0, must not be negative"),
    ("pair", NEGATIVE, {"capacity": [1, -1]}, "capacity[1] is -1, must not be negative"),
    ("pair", NEGATIVE, {"j": [0, -1, 0]}, "j[1] is -1, must not be negative"),
    ("pair", EMPTY, {"wanted": []}, "wanted is empty"),
    ("pair", EMPTY, {"capacity": []}, "capacity is empty"),
    ("pair", TWICE, {"i": [0, 1, 0], "j": [0, 0, 0]}, "pair (0, 0) stands at 0 and at 2"),
    ("pair", WHOLE, {"i": [0, 0.5, 1]}, "i[1] is 0.5, must be whole"),
    ("pair", RANGE, {"i": [0, 0, 9]}, "i[2] is 9, must be below 2"),
    ("pair", RANGE, {"keep": [[0, 0], [9, 9]]}, "keep[1] is (9, 9), outside (2, 2)"),
    ("pair", RANGE, {"keep": [[0, 0], [0, 1]]}, "keep has 2 pairs at 0, wanted is 1"),
    ("pair", RANGE, {"near": 2}, "near is 2, must be from 0 to 1"),
    ("pair", TEXT, {"score": [1, 2, "3"]}, "score[2] is '3'"),
    ("pair", TEXT, {"mode": "best"}, "mode is 'best', must be"),
    # --- plan
    ("plan", NEGATIVE, {"hosts": [{"lead_days": -1}]}, "host 'Kota': lead_days is -1, must be"),
    ("plan", NEGATIVE, {"requests": [{"size": 0}]}, "request 'ours': size is 0, must be a whole"),
    ("plan", FINITE, {"hosts": [{"topics": {"t": NAN}}]}, "host 'Kota': topics['t'] is nan, must"),
    ("plan", WHOLE, {"requests": [{"size": 2.5}]}, "request 'ours': size is 2.5, must be a whole"),
    ("plan", EMPTY, {"requests": [{"id": ""}]}, "id is '', must be a text that is not empty"),
    ("plan", EMPTY, {"workweek": ()}, "workweek is empty"),
    ("plan", TWICE, {"requests": [{}, {}]}, "requests[1] is 'ours', like requests[0]"),
    ("plan", TWICE, {"hosts": [{}, {}]}, "hosts[1] is 'Kota', like hosts[0]"),
    ("plan", RANGE, {"hosts": [{"weekdays": (0, 7)}]}, "weekdays[1] is 7, must be 0 (Monday) to"),
    ("plan", RANGE, {"requests": [{"last": date(2027, 1, 4)}]}, "last is 2027-01-04, before first"),
    ("plan", RANGE, {"requests": [{"hosts": ("X",)}]}, "requests[0].hosts[0] is 'X', no host's id"),
    ("plan", RANGE, {"start": date(2027, 3, 1)}, "horizon ends on 2027-02-01, before it starts on"),
    ("plan", TEXT, {"requests": [{"size": "5"}]}, "request 'ours': size is '5', must be a whole"),
    (
        "plan",
        TEXT,
        {"requests": [{"first": "2027-01-11"}]},
        "first is '2027-01-11', must be a",
    ),
    (
        "plan",
        RANGE,
        {"held": [HELD]},
        "held[0].host is 'X', no host's id",
    ),
    # --- Index
    ("Index", TWICE, {"ids": ("a", "a")}, "id 'a' is in the index already"),
    ("Index", TEXT, {"ids": ("a", 1)}, "id 1 is int, must be str"),
    ("Index", TEXT, {"texts": ("x", None)}, "text of id 'b' is NoneType, must be str"),
    ("Index", TEXT, {"ask": 3}, "texts[0] is int, must be str"),
    ("Index", RANGE, {"limit": 0}, "limit is 0, must be at least 1"),
    ("plan", TEXT, {"hosts": [{"topics": {"water": "good"}}]}, "topics['water'] is 'good'"),
    ("Index", WHOLE, {"limit": 1.5}, "limit is 1.5"),
    ("Index", TEXT, {"limit": "all"}, "limit is 'all'"),
    ("agreement", TEXT, {"level": "high"}, "level"),
    ("agreement", WHOLE, {"draws": 1.5}, "draws"),
    ("calibrate", WHOLE, {"draws": 1.5}, "draws"),
    ("calibrate", WHOLE, {"top": (1.5,)}, "top"),
    ("calibrate", TEXT, {"top": ("all",)}, "top"),
    ("next_reads", WHOLE, {"k": 1.5}, "k is 1.5"),
    ("next_reads", WHOLE, {"budget": 1.5}, "budget is 1.5"),
    ("next_reads", FINITE, {"budget": NAN}, "budget is nan"),
    ("assign", TEXT, {"cap": "half"}, "cap"),
    ("check", SHAPE, {"affinity": Factors([[1]], [[1, 2]])}, "affinity.left has 1 columns"),
    ("check", SHAPE, {"conflicts": [[0, 0, 1]]}, "conflicts must be"),
    ("check", RANGE, {"conflicts": [[9, 9]]}, "conflicts[0] is (9, 9)"),
    ("check", WHOLE, {"conflicts": [[0.5, 1]]}, "conflicts must be"),
    ("check", NEGATIVE, {"keep": [[0, -1]]}, "keep[0] is (0, -1)"),
    ("check", TEXT, {"claims": {"total": "much"}}, "total"),
    ("concentration", WHOLE, {"top": 1.5}, "top is 1.5"),
    ("concentration", TEXT, {"top": "ten"}, "top is 'ten'"),
    ("fit", NEGATIVE, {"prices": [0, -1, 0]}, "prices[1] is -1"),
    ("fit", TEXT, {"weights": {"hdi": "much"}}, "weights['hdi'] is 'much'"),
    ("pair", TEXT, {"near": "very"}, "near is 'very'"),
]

# Well-formed requests that nobody can grant: what is said, and the proof that goes with it.
IMPOSSIBLE = [
    (
        "assign",
        {"demand": 3},
        "entry 0 needs 3, has 2",
        {"entries": (0, 1, 2), "missing": 3},
    ),
    (
        "assign",
        {"max_load": 1},
        "entries need 3 readings, readers can give 2: 1 are missing",
        {"entries": (0, 1, 2), "missing": 1},
    ),
    (
        "assign",
        {"min_load": 2},
        "readers must get 4 readings at least, entries need 3",
        {"readers": (0, 1), "missing": 1},
    ),
    (
        "assign",
        {"conflicts": [[1, 0], [1, 1]]},
        "entry 1 needs 1, has 0",
        {"entries": (1,), "missing": 1},
    ),
    (
        "assign",
        {"cap": 0.25},
        "with a probability of 0.25 at most",
        {"entries": (0, 1, 2)},
    ),
    ("share", {"floor": 5}, "5 more than the pot of 10", {"shortage": 5}),
    ("share", {"cap": 3}, "1 of the pot of 10 can't be given", {"surplus": 1}),
    ("share", {"cap": 4, "weights": [0, 0, 1]}, "6 of the pot of 10", {"surplus": 6}),
    (
        "pair",
        {"floors": Floors([0, 0], 3), "mode": "optimal"},
        "3 more pairs",
        {"groups": (0,), "needs": (0, 1)},
    ),
]


@pytest.fixture
def ask(tmp_path):
    def asking(name, change):
        function, request = GOOD[name]
        place = {"folder": tmp_path / "index"} if name == "Index" else {}
        return function(**place | request | change)

    return asking


@pytest.mark.parametrize("name", GOOD)
def test_a_sound_request_is_answered(ask, name):
    assert ask(name, {}) is not None


def test_every_public_function_is_in_the_table():
    public = {name for name in teladan.engine.__all__ if name[0].islower()}
    public -= {"check_pairing", "ceiling", "cover", "earliest", "refusal"}  # read the same requests

    assert sorted(public - set(GOOD)) == []
    assert sorted(set(GOOD) - {row[0] for row in REFUSED}) == []


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        pytest.param(name, change, words, id=f"{name}: {kind}: {words}")
        for name, kind, change, words in REFUSED
    ],
)
def test_a_request_with_one_thing_wrong_is_refused_by_name_and_place(ask, name, change, words):
    with pytest.raises(ValueError, match=r"\w") as no:
        ask(name, change)

    assert words in str(no.value)


@pytest.mark.parametrize(
    ("name", "change", "words", "proof"),
    [pytest.param(*row, id=f"{row[0]}: {row[2]}") for row in IMPOSSIBLE],
)
def test_a_request_that_nobody_can_grant_says_who_goes_without(ask, name, change, words, proof):
    with pytest.raises(Infeasible) as no:
        ask(name, change)

    assert words in str(no.value)
    assert {key: no.value.witness.get(key) for key in proof} == proof


def test_what_is_refused_was_not_changed(ask):
    mine = SimpleNamespace(
        affinity=np.array(TABLE), weights=np.array([1.0, -2.0]), points=np.array([1.0, NAN])
    )

    for name, change in (
        ("assign", {"affinity": mine.affinity, "demand": 9}),
        ("weigh", {"weights": mine.weights}),
        ("places", {"points": mine.points}),
    ):
        with pytest.raises((ValueError, Infeasible)):
            ask(name, change)

    assert mine.affinity.tolist() == TABLE
    assert mine.weights.tolist() == [1.0, -2.0]
    assert mine.points[0] == 1.0


# --- broken files of an index ----------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """The files of an index of two texts, closed."""
    likeness(tmp_path / "index")
    return {path.suffix: path for path in (tmp_path / "index").iterdir() if path.stat().st_size}


@pytest.mark.parametrize("suffix", [".segment", ".json"])
def test_a_file_that_was_cut_off_is_named(files, suffix):
    path = files[suffix]
    path.write_bytes(path.read_bytes()[:-10])

    with pytest.raises(ValueError, match=path.name):
        Index.open(path.parent)


@pytest.mark.parametrize("suffix", [".segment", ".json"])
def test_a_file_of_which_one_byte_changed_is_named(files, suffix):
    path = files[suffix]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))

    with pytest.raises(ValueError, match=path.name):
        Index.open(path.parent)


def test_a_file_that_is_missing_is_named(files):
    files[".segment"].unlink()

    with pytest.raises(ValueError, match=files[".segment"].name):
        Index.open(files[".json"].parent)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "index").write_text("no folder")

    with pytest.raises(ValueError, match="index is a file, must be a folder"):
        Index.open(tmp_path / "index")
