"""Candidates and pairs, beside what one would take instead.

Everything here is simulated: regions with figures of which a twentieth is unknown, needs that want
one to three helpers, offers with few places. Size is the number of pairs that could be looked at,
needs times offers, except for pairing itself, where it is the number of candidates.
"""

from __future__ import annotations

from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.engine.frame import Bench
from bench.engine.pairing_peers import dense, flow_alone, gale_shapley, sparse
from bench.engine.pairing_world import ONE_THEME, RULES, WEIGHTS, crowded, limits, taste, world
from teladan.engine.pairing import Candidates, Floors, Reserve, ceiling, cover, fit, pair

# Needs, offers, themes: a country's regions; its service units; a continent's.
SIZES = ((514, 3_000, 12), (2_000, 20_000, 20), (10_000, 100_000, 20))
LARGEST = (100_000, 1_000_000, 50)
# Loaded before the clock starts, for everybody.
SOLVERS = ("ortools.graph.python.min_cost_flow", "scipy.sparse.csgraph", "scipy.optimize")
MODES = ("stable", "optimal", "near-stable")


def measure(bench: Bench) -> None:
    sizes = SIZES[:1] if bench.quick else SIZES
    for N, M, themes in sizes:
        needs, offers = world(N, M, themes)
        bench.run(
            "candidates, 60 a need",
            N * M,
            lambda needs=needs, offers=offers: fit(needs, offers, WEIGHTS, RULES),
            quality=lambda found: {"candidates": int(found.i.size)},
            note=f"{themes} themes",
        )
        found = fit(needs, offers, WEIGHTS, RULES)
        sides = {"i": found.i, "j": found.j, "score": found.score, **limits(N, M)}
        for mode in MODES:
            _pairs(bench, f"{mode} pairs", sides, mode, taste(found))
        _with_rules(bench, sides)
        _gap(bench, (needs, offers), sides)
        _flow_alone(bench, sides)
    _one_theme(bench)
    _one_to_one(bench)
    if not bench.quick:
        _largest(bench)


def _pairs(
    bench: Bench, what: str, sides: dict[str, Any], mode: Any, donor: Any, **more: Any
) -> None:
    bench.run(
        what,
        sides["i"].size,
        lambda: pair(**sides, donor_score=donor, mode=mode, **more),
        quality=_figures,
        modules=SOLVERS,
    )


def _figures(found: Any) -> dict[str, Any]:
    return {
        "needs": int(found.helpers.size),
        "offers": int(found.loads.size),
        "pairs": len(found.pairs),
        "unmatched": len(found.unmatched),
        "share_of_optimum": round(found.share, 4),
        "gap_proved": float(f"{1 - found.optimum / found.bound:.2g}"),
        "blocking": int(found.blocking.regret.size),
        "largest_regret": round(float(found.blocking.regret.max(initial=0.0)), 3),
    }


def _with_rules(bench: Bench, sides: dict[str, Any]) -> None:
    """A reserve of a fifth for an eighth of the needs; a floor for each of 38 provinces."""
    N = sides["wanted"].size
    dice = np.random.default_rng(4)
    reserve = Reserve(dice.random(N) < 0.12, share=0.2)
    province = np.arange(N) % 38
    # Each province gets three quarters of what an even division would give it.
    least = np.full(38, int(0.75 * pair(**sides, mode="optimal").helpers.sum() / 38))
    bench.run(
        "stable pairs with a reserve",
        sides["i"].size,
        lambda: pair(**sides, reserve=reserve),
        quality=lambda found: {
            **_figures(found),
            "gained": int(found.reserve.gained.size),
            "lost": int(found.reserve.lost.size),
        },
        modules=SOLVERS,
    )
    bench.run(
        "optimal pairs with floors of provinces",
        sides["i"].size,
        lambda: pair(**sides, floors=Floors(province, least), mode="optimal"),
        quality=lambda found: {
            **_figures(found),
            "least": int(least[0]),
            "fewest": int(np.bincount(province, found.helpers).min()),
        },
        modules=SOLVERS,
    )


def _gap(bench: Bench, both: tuple[Any, Any], sides: dict[str, Any]) -> None:
    """What is lost by looking at 60 candidates a need instead of at all offers."""
    N, M = sides["wanted"].size, sides["capacity"].size
    best = pair(**sides, mode="optimal")
    _ceiling(bench, both, limits(N, M), best.total, best.prices)
    bench.run(
        "candidates to 0.5 %, where most offers are full",
        N * M,
        lambda: cover(*both, WEIGHTS, RULES, **crowded(N, M)),
        quality=lambda found: {
            "gap": float(f"{found[1]:.3g}"),
            "candidates": int(found[0].i.size),
        },
        modules=SOLVERS,
    )


def _ceiling(
    bench: Bench, both: tuple[Any, Any], few: dict[str, Any], total: float, prices: Any
) -> None:
    bench.run(
        "ceiling over all pairs",
        few["wanted"].size * few["capacity"].size,
        lambda: ceiling(*both, WEIGHTS, RULES, **few, prices=prices),
        quality=lambda above: {"gap": float(f"{1 - total / above:.3g}")},
    )


def _flow_alone(bench: Bench, sides: dict[str, Any]) -> None:
    optimum = pair(**sides, mode="optimal").optimum
    bench.run(
        "optimal pairs",
        sides["i"].size,
        lambda: flow_alone(sides),
        who="OR-Tools flow alone",
        quality=lambda total: {"share_of_optimum": round(total / optimum, 4)},
        modules=SOLVERS,
    )


def _one_theme(bench: Bench) -> None:
    """No exact filter helps: every need is compared with every offer."""
    for N, M in ((514, 3_000), (1_000, 10_000), (2_000, 20_000))[: 1 if bench.quick else 3]:
        needs, offers = world(N, M, 1)
        bench.run(
            "candidates where all have one theme",
            N * M,
            lambda needs=needs, offers=offers: fit(needs, offers, WEIGHTS, ONE_THEME),
            quality=lambda found: {"candidates": int(found.i.size)},
        )


def _one_to_one(bench: Bench) -> None:
    """One helper a need and one place an offer: the only case that these peers can do."""
    for N, M in ((200, 400), (514, 1_000), (514, 3_000))[: 1 if bench.quick else 3]:
        found = fit(*world(N, M, 1), WEIGHTS, replace(ONE_THEME, breadth=M, floor=0.0))
        sides = {
            "i": found.i,
            "j": found.j,
            "score": found.score,
            "wanted": np.ones(N, np.int64),
            "capacity": np.ones(M, np.int64),
        }
        donor, optimum = taste(found), pair(**sides, mode="optimal").optimum
        ours = pair(**sides, donor_score=donor).pairs
        for mode in ("stable", "optimal"):
            _pairs(bench, f"one to one, {mode}, all pairs", sides, mode, donor)
        for who, peer in (
            ("scipy linear_sum_assignment", dense),
            ("scipy min_weight_full_bipartite_matching", sparse),
        ):
            bench.run(
                "one to one, optimal, all pairs",
                found.i.size,
                lambda peer=peer, sides=sides: peer(sides),
                who=who,
                quality=lambda total, best=optimum: {"share_of_optimum": round(total / best, 4)},
                modules=SOLVERS,
            )
        bench.run(
            "one to one, stable, all pairs",
            found.i.size,
            lambda sides=sides, donor=donor: gale_shapley(sides, donor),
            who="matching (PyPI)",
            quality=lambda pairs, ours=ours: {"same_pairs": sorted(pairs) == ours.tolist()},
        )


def _largest(bench: Bench) -> None:
    """A hundred thousand needs and a million offers: candidates, pairs, and what was lost.

    Answers are handed on through files, for each call has a process of its own.
    """
    N, M, themes = LARGEST
    both, few = world(N, M, themes), limits(N, M)
    with TemporaryDirectory() as folder:

        def candidates(found: Candidates) -> dict[str, Any]:
            np.savez(f"{folder}/found.npz", i=found.i, j=found.j, score=found.score)
            return {"candidates": int(found.i.size)}

        def pairs(found: Any) -> dict[str, Any]:
            np.savez(f"{folder}/best.npz", total=found.total, prices=found.prices)
            return _figures(found)

        bench.run(
            "candidates, 60 a need",
            N * M,
            lambda: fit(*both, WEIGHTS, RULES),
            quality=candidates,
            note=f"{themes} themes",
        )
        with np.load(f"{folder}/found.npz") as found:
            sides = {**few, **{name: found[name] for name in ("i", "j", "score")}}
        size = sides["i"].size
        for mode in ("stable", "optimal"):
            bench.run(
                f"{mode} pairs",
                size,
                lambda mode=mode: pair(**sides, mode=mode),
                quality=pairs,
                modules=SOLVERS,
            )
        with np.load(f"{folder}/best.npz") as best:
            _ceiling(bench, both, few, float(best["total"]), best["prices"])
    floors = Floors(np.arange(N) % 38, [5_000] * 38)
    bench.run(
        "optimal pairs with floors of provinces",
        size,
        lambda: pair(**sides, floors=floors, mode="optimal"),
        quality=_figures,
        modules=SOLVERS,
    )


def plot(results: dict[str, Any], axes: Any) -> None:
    """What stability costs: share of the optimum against pairs that would leave."""
    path = ("stable pairs", "near-stable pairs", "optimal pairs")
    points: dict[str, list[tuple[float, float]]] = {}
    for what in path:
        for row in results["rows"]:
            figures = row.get("quality", {})
            if row["what"] == what and "blocking" in figures:
                size = f"{figures['needs']:,} needs × {figures['offers']:,} offers"
                across = figures["blocking"] / figures["pairs"]
                points.setdefault(size, []).append((across, figures["share_of_optimum"]))
    for size, along in points.items():
        axes.plot(*zip(*along, strict=True), marker="o", label=size)
    axes.set(
        xlabel="blocking pairs for each pair made",
        ylabel="share of the largest total",
        title="What stability costs: stable, near-stable, optimal",
    )
    axes.legend()
