"""Standings: computed from stored inputs alone, for sealing, for audits and for strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from teladan.contest.models import Standing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from teladan.engine.ranking import Calibration

# Points and chances may differ in the last places between machines; places may not.
TOLERANCE = {"raw": 1e-3, "adjusted": 1e-3, "chance": 0.02, "low": 3, "high": 3}


@dataclass(frozen=True)
class Readings:
    """Stored inputs as arrays: who read what, marks by aspect and their weighted points."""

    ids: list[int]
    readers: list[int]
    entry: NDArray[np.int64]
    reader: NDArray[np.int64]
    marks: NDArray[np.float64]
    points: NDArray[np.float64]

    @classmethod
    def of(cls, inputs: Mapping[str, Any]) -> Readings:
        """Turn stored inputs into arrays; raises what a malformed bundle deserves."""
        import numpy as np  # heavy, so here

        from teladan.engine.scoring import weigh

        ids = [int(pk) for pk in inputs["entries"]]
        readers = sorted({int(row[1]) for row in inputs["marks"]})
        row_of = {pk: position for position, pk in enumerate(ids)}
        column_of = {pk: position for position, pk in enumerate(readers)}
        marks = np.array([[float(p) for p in row[2]] for row in inputs["marks"]])
        return cls(
            ids=ids,
            readers=readers,
            entry=np.array([row_of[int(row[0])] for row in inputs["marks"]]),
            reader=np.array([column_of[int(row[1])] for row in inputs["marks"]]),
            marks=marks,
            points=weigh(marks, [float(weight) for weight in inputs["weights"]]),
        )


def standings_from(inputs: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Compute the standings from stored inputs: the one path for sealing, audit and bundles.

    Returns rows with the fields of Standing (points rounded to 4 places, best first) and a
    report on the readers' severity.
    """
    import numpy as np

    from teladan.engine.ranking import calibrate, places

    read = Readings.of(inputs)
    seats = min(int(inputs["seats"]), len(read.ids))
    rng = np.random.default_rng(int(inputs["seed"]))
    found = calibrate(read.entry, read.reader, read.points, top=(seats,), rng=rng)
    decisive = found.raw if inputs["method"] == "raw" else found.adjusted
    keys = []
    for code in inputs["tie_rule"]:
        column = read.marks[:, inputs["aspects"].index(code)]
        keys.append(np.round(np.bincount(read.entry, column) / np.bincount(read.entry), 4))
    order = {int(pk): rank for rank, pk in enumerate(inputs["order"])}
    keys.append(-np.array([order.get(pk, len(order)) for pk in read.ids], dtype=np.float64))
    place = places(np.round(decisive, 4), *keys)
    rows = [
        {
            "entry": pk,
            "place": int(place[i]),
            "raw": f"{found.raw[i]:.4f}",
            "adjusted": f"{found.adjusted[i]:.4f}",
            "low": int(found.rank_interval[i, 0]),
            "high": int(found.rank_interval[i, 1]),
            "chance": f"{found.chance[seats][i]:.4f}",
            "stood": bool(place[i] <= seats),
        }
        for i, pk in enumerate(read.ids)
    ]
    rows.sort(key=lambda row: (row["place"], row["entry"]))
    return rows, _report(found, read)


def _report(found: Calibration, read: Readings) -> dict[str, Any]:
    """Say how severe the readers were, and how far that explains their marks."""
    import numpy as np

    count, total = np.bincount(read.reader), np.bincount(read.reader, read.points)
    return {
        "readings": len(read.points),
        "readers": len(read.readers),
        "groups": int(found.components.max()) + 1,
        "level": round(float(found.level), 4),
        "sd_entry": round(float(found.sd_entry), 4),
        "sd_reader": round(float(found.sd_reader), 4),
        "sd_residual": round(float(found.sd_residual), 4),
        "p_no_severity": round(float(found.p_no_severity), 6),
        # A reader: severity, its standard error, readings, mean of the points given.
        "severity": {
            str(pk): [
                round(float(found.severity[i]), 4),
                round(float(found.severity_se[i]), 4),
                int(count[i]),
                round(float(total[i] / count[i]), 4),
            ]
            for i, pk in enumerate(read.readers)
        },
    }


def rows_of(seal_id: int) -> list[dict[str, Any]]:
    """Read the stored standings in the form that standings_from returns."""
    rows = Standing.objects.filter(seal=seal_id).order_by("place", "entry")
    return [
        {
            "entry": row.entry_id,
            "place": row.place,
            "raw": f"{row.raw:.4f}",
            "adjusted": f"{row.adjusted:.4f}",
            "low": row.low,
            "high": row.high,
            "chance": f"{row.chance:.4f}",
            "stood": row.stood,
        }
        for row in rows
    ]


def differences(
    stored: Sequence[Mapping[str, Any]], computed: Sequence[Mapping[str, Any]], place: str
) -> list[str]:
    """Compare two lists of standings and name every place where they differ."""
    found = []
    theirs = {row["entry"]: row for row in computed}
    for row in stored:
        other = theirs.pop(row["entry"], None)
        if other is None:
            found.append(f"{place}: entry {row['entry']} should not be there")
            continue
        for key, value in row.items():
            if key in TOLERANCE:
                same = abs(float(value) - float(other[key])) <= TOLERANCE[key]
            else:
                same = value == other[key]
            if not same:
                found.append(
                    f"{place}: entry {row['entry']}: {key} is {value}, computed {other[key]}"
                )
    found += [f"{place}: entry {pk} is missing" for pk in theirs]
    return found
