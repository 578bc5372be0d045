"""Calibration and next readings: cost over size, quality in simulated rounds and on real judges.

The simulated round: true differences and severities are normal, every reader has a width and a
noise of her own where `widths` and `noises` say so. `panel`, `adaptive_round` and `skating` are
used by the engine's tests as well, at small sizes.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.engine.frame import Absent, Bench

SKATING = Path(__file__).resolve().parents[3] / "shared" / "data" / "engine" / "skating"
SEEDS = 20
# Spreads of readers (sd of severity and noise, sd of the logarithms of width and noise) for which
# raw means have a rank correlation of about .866 with the truth: the round that the design names,
# whose own spreads were not written down.
WIDE = {"severity": 0.7, "noise": 0.6, "widths": 0.2, "noises": 0.35}


@dataclass
class Truth:
    """What the simulated readers look at, and how they do it; true differences have sd 1."""

    entry: np.ndarray
    severity: np.ndarray
    width: np.ndarray
    noise: np.ndarray
    rng: np.random.Generator

    def marks(self, entry, reader):
        error = self.noise[reader] * self.rng.standard_normal(entry.size)
        return self.width[reader] * self.entry[entry] - self.severity[reader] + error

    def best(self, k):
        return np.argsort(-self.entry, kind="stable")[:k]


def truth(entries, readers, rng, *, severity=0.7, noise=0.85, widths=0.0, noises=0.0):
    return Truth(
        entry=rng.standard_normal(entries),
        severity=severity * rng.standard_normal(readers),
        width=np.exp(widths * rng.standard_normal(readers)),
        noise=noise * np.exp(noises * rng.standard_normal(readers)),
        rng=rng,
    )


def even_plan(entries, readers, each, rng):
    """Every entry gets `each` different readers, every reader the same number (give or take)."""
    size = entries * each
    reader = rng.permutation(np.arange(size) % readers).reshape(entries, each)
    while True:
        twice = np.flatnonzero((np.diff(np.sort(reader, axis=1), axis=1) == 0).any(axis=1))
        if not twice.size:
            return np.repeat(np.arange(entries), each), reader.ravel()
        for p in twice:  # change seats with somebody, and look again
            other, here, there = rng.integers(entries), rng.integers(each), rng.integers(each)
            reader[p, here], reader[other, there] = reader[other, there], reader[p, here]


def panel(entries, readers, each=3, *, seed=1, **spreads):
    """Return entry, reader, points and the truth of one even round."""
    rng = np.random.default_rng(seed)
    real = truth(entries, readers, rng, **spreads)
    entry, reader = even_plan(entries, readers, each, rng)
    return entry, reader, real.marks(entry, reader), real


def recall(score, best):
    """Share of the truly best that a list of the same length by `score` holds."""
    chosen = np.argsort(-np.asarray(score), kind="stable")[: best.size]
    return float(np.isin(chosen, best).mean())


def adaptive_round(seed, *, entries, readers, k, first=2, batches=10, total=3, most=12, draws=1000):
    """Give `first` readings each, then the rest of `total` each where `next_reads` says."""
    from teladan.engine.ranking import calibrate, next_reads

    rng = np.random.default_rng(seed)
    real = truth(entries, readers, rng)
    entry, reader = even_plan(entries, readers, first, rng)
    points = real.marks(entry, reader)
    for left in range(batches, 0, -1):
        known = calibrate(entry, reader, points, draws=1, top=(k,), rng=rng)
        pairs = next_reads(known, k=k, budget=(entries * total - entry.size) // left, most=most)
        entry, reader = np.append(entry, pairs[:, 0]), np.append(reader, pairs[:, 1])
        points = np.append(points, real.marks(pairs[:, 0], pairs[:, 1]))
    known = calibrate(entry, reader, points, draws=draws, top=(k,), rng=rng)
    best = real.best(k)
    return {
        "recall": recall(known.adjusted, best),
        "recall by chance": recall(known.chance[k], best),
        "chance": known.chance[k],
        "inside": np.isin(np.arange(entries), best),
        "readings": entry.size,
        "most": int(np.bincount(entry).max()),
        "least": int(np.bincount(entry).min()),
    }


def calibration_error(chance, inside, *, bins=10):
    """Mean over all entries of |share that was inside - chance that was said|, in ten bins.

    The second figure leaves out the entries that were as good as certain (below 5 %, above 95 %).
    """
    chance, inside = np.asarray(chance), np.asarray(inside, dtype=float)

    def error(some):
        place = np.minimum((chance[some] * bins).astype(int), bins - 1)
        apart = np.bincount(place, inside[some] - chance[some], bins)
        return float(np.abs(apart).sum() / max(some.sum(), 1))

    return error(np.full(chance.size, True)), error((chance > 0.05) & (chance < 0.95))


def skating(folder=SKATING):
    """Component marks of the 2018 Olympic season: entry, reader, points (mean mark), home.

    Data: BuzzFeed News, "2018-02-olympic-figure-skating-analysis", CC BY 4.0. `home` says that
    judge and skaters have the same country.
    """
    if not folder.is_dir():
        raise Absent("the skating data (BuzzFeed News, CC BY 4.0) is not here")

    def rows(name):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)

    shown = {row["performance_id"]: row for row in rows("performances")}
    seat = {
        (row["program"], row["clean_role"]): (row["clean_judge_name"], row["judge_country"])
        for row in rows("judges")
    }
    component = {
        row["aspect_id"]: row["performance_id"]
        for row in rows("judged-aspects")
        if row["section"] == "components" and row["performance_id"] in shown
    }
    marks: dict[tuple[str, str], list[float]] = {}
    home: dict[tuple[str, str], bool] = {}
    for row in rows("judge-scores"):
        if performance := component.get(row["aspect_id"]):
            judge, country = seat[shown[performance]["program"], row["judge"]]
            marks.setdefault((performance, judge), []).append(float(row["score"]))
            home[performance, judge] = shown[performance]["nation"] == country
    pairs = sorted(marks)
    entry, reader = (np.unique([pair[i] for pair in pairs], return_inverse=True)[1] for i in (0, 1))
    points = np.array([np.mean(marks[pair]) for pair in pairs])
    return entry, reader, points, np.array([home[pair] for pair in pairs])


def held_out(entry, reader, points, rng, *, each=3):
    """Calibrate on `each` random readings an entry; predict the judges who were left out.

    Returns root mean square errors: of the held-out judges' mean by raw means and by adjusted
    points, and of their single marks by raw means and by adjusted points less severity.
    """
    from teladan.engine.ranking import calibrate

    order = np.lexsort((rng.random(entry.size), entry))
    turn = np.arange(entry.size) - np.searchsorted(entry[order], entry[order])
    kept = np.empty(entry.size, dtype=bool)
    kept[order] = turn < each
    readers, seen = np.unique(reader[kept], return_inverse=True)
    known = calibrate(entry[kept], seen, points[kept], draws=1, rng=rng)
    e, y = entry[~kept], points[~kept]
    mean = np.bincount(e, y) / np.bincount(e)
    common = np.isin(reader[~kept], readers)
    severity = known.severity[np.searchsorted(readers, reader[~kept][common])]
    e, y = e[common], y[common]

    def rms(apart):
        return float(np.sqrt(np.mean(apart**2)))

    return {
        "mean by raw": rms(known.raw - mean),
        "mean by adjusted": rms(known.adjusted - mean),
        "marks by raw": rms(known.raw[e] - y),
        "marks by adjusted": rms(known.adjusted[e] - severity - y),
    }


def home_favour(entry, reader, points, home, rng, *, samples=2000):
    """Return how much more a mark is above expectation for the judge's own country, with interval.

    The expectation is the calibrated one, for which the judge's own mark counted as well: the
    figure is a little too small rather than too large. The interval draws judges.
    """
    from teladan.engine.ranking import calibrate

    known = calibrate(entry, reader, points, draws=1, rng=rng)
    rest = points - (known.adjusted[entry] - known.severity[reader])
    sums = np.array([np.bincount(reader, rest * w) for w in (home, ~home)])
    counts = np.array([np.bincount(reader, w) for w in (home, ~home)])
    drawn = rng.multinomial(sums.shape[1], np.full(sums.shape[1], 1 / sums.shape[1]), size=samples)
    means = (drawn @ sums.T) / (drawn @ counts.T)
    low, high = np.quantile(means[:, 0] - means[:, 1], [0.025, 0.975])
    both = (counts > 0).all(axis=0)
    each = sums[:, both] / counts[:, both]
    return {
        "favour": float(sums[0].sum() / counts[0].sum() - sums[1].sum() / counts[1].sum()),
        "low": float(low),
        "high": float(high),
        "judges": int(both.sum()),
        "judges above zero": int((each[0] > each[1]).sum()),
        "marks": int(entry.size),
        "home marks": int(home.sum()),
        "sd_entry": known.sd_entry,
        "sd_reader": known.sd_reader,
        "sd_residual": known.sd_residual,
    }


def raw_means(entry, reader, points):
    return np.bincount(entry, points) / np.bincount(entry)


def z_scores(entry, reader, points):
    count = np.bincount(reader)
    mean = np.bincount(reader, points) / count
    spread = np.sqrt(np.bincount(reader, (points - mean[reader]) ** 2) / count)
    return raw_means(entry, reader, (points - mean[reader]) / np.maximum(spread, 1e-12)[reader])


def fixed_effects(entry, reader, points):
    """Least squares with a dummy for each entry and each reader."""
    from scipy import sparse
    from scipy.sparse import linalg

    entries, n = entry.max() + 1, entry.size
    columns = np.concatenate([entry, entries + reader])
    design = sparse.csr_array((np.ones(2 * n), (np.tile(np.arange(n), 2), columns)))
    return linalg.lsqr(design, points, atol=1e-10, btol=1e-10)[0][:entries]


def statsmodels_mixed(entry, reader, points):
    """Crossed random effects the way statsmodels has them: one group, variance components."""
    import statsmodels.api as sm
    from statsmodels.regression.mixed_linear_model import VCSpec

    tables = [(codes[:, None] == np.arange(codes.max() + 1)) * 1.0 for codes in (entry, reader)]
    columns = [[[str(i) for i in range(table.shape[1])]] for table in tables]
    model = sm.MixedLM(
        points,
        np.ones((points.size, 1)),
        groups=np.zeros(points.size),
        exog_vc=VCSpec(["entry", "reader"], columns, [[table] for table in tables]),
    )
    fit = model.fit(reml=True)
    return np.asarray(fit.random_effects[0])[: entry.max() + 1]


LME4 = """
library(lme4)
d <- read.csv("readings.csv")
fit <- lmer(points ~ 1 + (1 | entry) + (1 | reader), data = d, REML = TRUE)
found <- ranef(fit)$entry
write.csv(found[order(as.integer(rownames(found))), 1], "entry.csv", row.names = FALSE)
"""


def lme4(entry, reader, points):
    program = shutil.which("Rscript")
    if program is None:
        raise Absent("Rscript is not installed")
    with tempfile.TemporaryDirectory() as folder:
        table = np.column_stack([entry, reader, points])
        readings, found = Path(folder) / "readings.csv", Path(folder) / "entry.csv"
        np.savetxt(
            readings, table, fmt="%.10g", delimiter=",", header="entry,reader,points", comments=""
        )
        ran = subprocess.run(  # noqa: S603 - our own script on our own numbers
            [program, "-e", LME4], cwd=folder, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise Absent("R has no lme4" if "lme4" in ran.stderr else ran.stderr[-200:])
        return np.loadtxt(found, skiprows=1)


def ours(entry, reader, points, **kwargs):
    from teladan.engine.ranking import calibrate

    return calibrate(entry, reader, points, rng=np.random.default_rng(1), **kwargs).adjusted


PEERS = {
    "raw means": (raw_means, 10**6),
    "z-scores": (z_scores, 10**6),
    "fixed effects (lsqr)": (fixed_effects, 10**6),
    "lme4": (lme4, 10_000),
    "statsmodels MixedLM": (statsmodels_mixed, 300),
}
SIZES = ((300, 30), (3_000, 150), (10_000, 1_000), (30_000, 3_000), (100_000, 10_000))


def measure(bench: Bench) -> None:
    costs(bench)
    rounds(bench)
    next_readings(bench)
    on_skating(bench)


def costs(bench: Bench) -> None:
    """Cost over size, and how close each way comes to the truth of the same round."""
    from scipy import stats

    for entries, readers in SIZES[: 3 if bench.quick else None]:
        *readings, real = panel(entries, readers)

        def quality(score: Any, real: Truth = real) -> dict[str, Any]:
            return {
                "spearman": round(float(stats.spearmanr(score, real.entry)[0]), 4),
                "recall 40": round(recall(score, real.best(40)), 3),
            }

        needed = ("scipy.sparse.linalg", "scipy.optimize", "scipy.stats")
        what = "calibrate, 3 readings an entry"
        bench.run(
            what,
            entries,
            partial(ours, *readings),
            quality=quality,
            modules=needed,
            note="4,000 draws",
        )
        bench.run(f"{what}, no draws", entries, partial(ours, *readings, draws=1), modules=needed)
        if entries <= 30_000:
            bench.run(
                f"{what}, with scale",
                entries,
                partial(ours, *readings, scale=True),
                quality=quality,
                modules=needed,
                note="4,000 draws",
            )
        for who, (way, largest) in PEERS.items():
            if entries <= largest:
                bench.run(
                    what, entries, partial(way, *readings), who=who, quality=quality, modules=needed
                )


def rounds(bench: Bench) -> None:
    """Simulate rounds with readers who differ in severity, width and noise."""
    from scipy import stats

    from teladan.engine.ranking import calibrate

    ways = ("raw means", "z-scores", "fixed effects (lsqr)", "teladan", "teladan with scale")
    spearman: dict[str, list[float]] = {way: [] for way in ways}
    hits: dict[str, list[float]] = {way: [] for way in ways}
    chance, inside = [], []
    seeds = 3 if bench.quick else SEEDS
    for seed in range(seeds):
        entry, reader, points, real = panel(3000, 150, seed=seed, **WIDE)
        rng = np.random.default_rng(seed)
        plain = calibrate(entry, reader, points, draws=1, rng=rng)
        scaled = calibrate(entry, reader, points, scale=True, draws=1000, top=(40,), rng=rng)
        chance.append(scaled.chance[40])
        inside.append(np.isin(np.arange(3000), real.best(40)))
        scores = (
            raw_means(entry, reader, points),
            z_scores(entry, reader, points),
            fixed_effects(entry, reader, points),
            plain.adjusted,
            scaled.adjusted,
        )
        for way, score in zip(ways, scores, strict=True):
            spearman[way].append(float(stats.spearmanr(score, real.entry)[0]))
            hits[way].append(recall(score, real.best(40)))
    all_of_them, between = calibration_error(np.concatenate(chance), np.concatenate(inside))
    for way in ways:
        bench.add(
            f"3,000 x 3 x 150, readers of different severity, width and noise, {seeds} seeds",
            3000,
            who=way,
            spearman=round(float(np.mean(spearman[way])), 4),
            recall_40=round(float(np.mean(hits[way])), 4),
            recall_40_se=round(float(np.std(hits[way]) / np.sqrt(seeds)), 4),
            **(
                {"error_of_chances": round(all_of_them, 5), "between_5_and_95": round(between, 4)}
                if way == "teladan with scale"
                else {}
            ),
        )


PLANS = {
    "even plan, three each": {"first": 3, "batches": 0},
    "two each, then ten batches": {"first": 2, "batches": 10},
    "one each, then thirty batches": {"first": 1, "batches": 30},
    # What no plan with at most twelve readings an entry can hope for much more than ...
    "for comparison: twelve each, 36,000 readings": {"first": 12, "batches": 0, "total": 12},
    # ... and what it costs to allow no more.
    "two each, then ten batches, at most 24 an entry": {"first": 2, "batches": 10, "most": 24},
}


def next_readings(bench: Bench, plans: Iterable[str] = PLANS) -> None:
    """The same number of readings, placed evenly or where they count."""
    seeds = 3 if bench.quick else SEEDS
    for name in plans:
        plan: dict[str, Any] = PLANS[name]
        found = [
            adaptive_round(seed, entries=3000, readers=150, k=40, **plan) for seed in range(seeds)
        ]
        error, between = calibration_error(
            np.concatenate([each["chance"] for each in found]),
            np.concatenate([each["inside"] for each in found]),
        )
        hits = [each["recall"] for each in found]
        bench.add(
            f"next_reads: Top 40 of 3,000, 150 readers, {seeds} seeds",
            3000,
            who=name,
            recall_40=round(float(np.mean(hits)), 4),
            recall_40_se=round(float(np.std(hits) / np.sqrt(seeds)), 4),
            recall_40_by_chance=round(float(np.mean([e["recall by chance"] for e in found])), 4),
            error_of_chances=round(error, 5),
            between_5_and_95=round(between, 4),
            readings=max(each["readings"] for each in found),
            least_an_entry=min(each["least"] for each in found),
            most_an_entry=max(each["most"] for each in found),
        )


def on_skating(bench: Bench) -> None:
    """Real judges: predict those left out, and find the favour for the own country."""
    try:
        entry, reader, points, home = skating()
    except Absent as no:
        bench.rows.append({"what": "skating", "who": "teladan", "size": 0, "absent": str(no)})
        return
    thinned = [
        held_out(entry, reader, points, np.random.default_rng(seed)) for seed in range(SEEDS)
    ]
    means = {name: round(float(np.mean([t[name] for t in thinned])), 4) for name in thinned[0]}
    better = sum(t["mean by adjusted"] < t["mean by raw"] for t in thinned)
    bench.add(f"skating, held-out judges, {SEEDS} thinnings", entry.size, **means, better_in=better)
    favour = home_favour(entry, reader, points, home, np.random.default_rng(1))
    bench.add(
        "skating, favour for the own country",
        entry.size,
        **{name: round(value, 4) for name, value in favour.items()},
    )


def plot(results: dict[str, Any], axes: Any) -> None:
    """Cost over size on the left axis is the frame's; here the recall of the plans of reading."""
    rows = [row for row in results["rows"] if row["what"].startswith("next_reads")][::-1]
    names = [row["who"] for row in rows]
    axes.barh(names, [row["quality"]["recall_40"] for row in rows])
    axes.set_xlabel("share of the true best 40 of 3,000 found with 9,000 readings")
    axes.set_xlim(0, 1)


if __name__ == "__main__":
    print(json.dumps(home_favour(*skating(), np.random.default_rng(1)), indent=1))
