"""Measure the engine's kernels: `python -m bench.engine`, or only some of them

    python -m bench.engine assignment pairing --quick

Each kernel's module has `measure(bench)`, and `plot(results, axes)` if it draws more than cost over
size. Writes bench/results/engine/<kernel>.json and, where matplotlib is installed, <kernel>.svg.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from bench.engine.frame import OURS, Bench

ROOT = Path(__file__).resolve().parents[2]
KERNELS = (
    "allocation",
    "assignment",
    "itinerary",
    "novelty",
    "novelty_quality",
    "pairing",
    "ranking",
)


def asked(arguments: list[str] | None = None) -> argparse.Namespace:
    read = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    read.add_argument("kernels", nargs="*", metavar="KERNEL", help=", ".join(KERNELS))
    read.add_argument("--quick", action="store_true", help="the small sizes only")
    read.add_argument("--plots-only", action="store_true", help="draw what was measured before")
    read.add_argument("--out", type=Path, default=ROOT / "bench/results/engine")
    found = read.parse_args(arguments)
    if unknown := set(found.kernels) - set(KERNELS):
        read.error(f"no kernel is called {', '.join(sorted(unknown))}")
    return found


def main(arguments: list[str] | None = None) -> int:
    wanted = asked(arguments)
    for kernel in wanted.kernels or KERNELS:
        module = importlib.import_module(f"bench.engine.{kernel}")
        if wanted.plots_only:
            results = json.loads((wanted.out / f"{kernel}.json").read_text(encoding="utf-8"))
        else:
            bench = Bench(kernel, quick=wanted.quick)
            module.measure(bench)
            results = bench.write(wanted.out)
        draw(module, results, wanted.out / f"{kernel}.svg")
    return 0


def draw(module: Any, results: dict[str, Any], path: Path) -> None:
    """Write the picture of a kernel, if matplotlib is there to draw it."""
    try:
        import matplotlib
    except ImportError:
        print(f"{path.name}: matplotlib is not installed, so nothing is drawn")
        return
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "teladan", "font.size": 9, "axes.grid": True})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7.2, 4.2), layout="constrained")
    getattr(module, "plot", cost_over_size)(results, axes)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def cost_over_size(results: dict[str, Any], axes: Any, what: str = "") -> None:
    """Draw CPU seconds over size for everybody who was measured at one thing (the first)."""
    what = what or results["rows"][0]["what"]
    rows = [row for row in results["rows"] if row["what"] == what and "cpu_s" in row]
    for who in dict.fromkeys(row["who"] for row in rows):
        of_one = sorted((row["size"], row["cpu_s"]) for row in rows if row["who"] == who)
        width = 2.2 if who == OURS else 1.2
        axes.plot(*zip(*of_one, strict=True), marker="o", linewidth=width, label=who)
    axes.set(xscale="log", yscale="log", xlabel="size", ylabel="CPU seconds", title=what)
    axes.legend()


if __name__ == "__main__":
    raise SystemExit(main())
