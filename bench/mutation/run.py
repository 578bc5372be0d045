"""Changes the engine in small ways, one at a time, and sees whether a test notices.

    python bench/mutation/run.py basics agreement     the groups named (all without a name)
    python bench/mutation/run.py assignment --sample 200 --seed 1

    python bench/mutation/run.py pairing --again      what was missed, with the tests of now
    python bench/mutation/run.py --report             survivors.md from what is known

Needs an environment with mutmut, NumPy, SciPy, OR-Tools, pytest and hypothesis; see README.md.
Every group is copied to a folder of its own, mutated and tested there; the counts go to
results.json and what nobody noticed to survivors.md, both next to this file.
"""

import argparse
import difflib
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS, SURVIVORS, EQUIVALENT = (
    HERE / name for name in ("results.json", "survivors.md", "equivalent.json")
)

# What is changed together, and the test files that are asked; of these, only tests that reach the
# changed function run, quickest first, until one fails.
GROUPS = {
    "basics": (
        ["inputs.py", "errors.py", "scoring.py", "ranking/places.py"],
        ["scoring", "places", "bad_input", "edges_basics"],
    ),
    "agreement": (["agreement/*"], ["agreement", "edges_agreement"]),
    "checking": (["checking.py"], ["checking", "edges_checking"]),
    "allocation": (["allocation/*"], ["allocation*", "edges_allocation"]),
    "assignment": (["assignment/*"], ["assignment*", "edges_assignment"]),
    "ranking": (["ranking/[!p]*"], ["calibration*", "reads*", "places", "edges_ranking"]),
    "pairing": (["pairing/*", "checking_pairs/*"], ["pairing*", "edges_pairing"]),
    "novelty": (["novelty/*"], ["novelty*", "words", "edges_novelty"]),
    "itinerary": (["itinerary/*"], ["itinerary*", "edges_itinerary"]),
    "cluster": (["cluster/[!d]*"], ["cluster*", "edges_cluster"]),
    "commands": (["commands/*"], ["commands*", "edges_commands"]),
}
EXAMPLES = 25  # hypothesis tries no more in each property while mutants are tested
# Simulations of many seconds that would run for every change that others have not noticed.
TOO_LONG = [
    "intervals_hold",
    "reads_simulation",
    "calibration_skating",
    "real_bids",
    "same_bits_in_this_process",
    "killed_while_adding",
    "in_another_process",
    "same_bits_on_any_cluster",
    "runs_hold_everything",
    "in_threads",
]

# Exit codes as mutmut keeps them; whatever else ended a run was noticed too.
VERDICTS = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "untested",
    33: "untested",
    36: "timeout",
    -24: "timeout",
    24: "timeout",
    152: "timeout",
    255: "timeout",
    None: "not run",
}
CONFTEST = """
import inspect
import json
from pathlib import Path

from hypothesis import Phase, settings

# A property that fails has done its work: no time goes into a simpler counterexample.
settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], database=None)
settings.load_profile("mutation")
SLOWEST = {slowest}  # seconds; slower tests are not asked about each change


def pytest_collection_modifyitems(items):
    # What starts a fresh Python would test the original; what fails already can notice nothing.
    unfit = set((Path(__file__).parent / "unfit.txt").read_text().splitlines())
    items[:] = [
        x
        for x in items
        if x.nodeid not in unfit and "subprocess" not in inspect.getsource(x.function)
    ]
    known = Path("mutmut-stats.json")
    taken = json.loads(known.read_text())["duration_by_test"] if known.exists() else {}
    items[:] = [item for item in items if taken.get(item.nodeid, 0.0) <= SLOWEST]
    items.sort(key=lambda item: taken.get(item.nodeid, 0.0))
"""
PYTEST = """
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider"]
pythonpath = ["."]  # bench and tests of the copy; the sources are found by mutmut alone
markers = ["slow: takes more than a few seconds"]
filterwarnings = ["error", "ignore:builtin type .*has no __module__:DeprecationWarning"]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", help=f"any of {', '.join(GROUPS)}")
    parser.add_argument("--work", type=Path, default=ROOT / "mutants", help="where to copy")
    parser.add_argument("--sample", type=int, help="try so many changes a group, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    parser.add_argument("--slowest", type=float, default=1.5, help="seconds a test may take")
    parser.add_argument(
        "--again", action="store_true", help="what was missed, with the tests as they are now"
    )
    parser.add_argument("--report", action="store_true", help="only write survivors.md anew")
    given = parser.parse_args()
    if unknown := set(given.groups) - set(GROUPS):
        parser.error(f"no group is called {', '.join(sorted(unknown))}")
    for group in [] if given.report else given.groups or GROUPS:
        folder = (given.work / group).resolve()
        names = copy(group, folder, given.slowest, fresh=not given.again)
        if given.again:
            names = [name for name, code in codes(folder) if verdict(code) in MISSED]
        elif given.sample and given.sample < len(names):
            names = sorted(random.Random(given.seed).sample(names, given.sample))
        else:
            names = [f"teladan.engine.{part}*" for part in modules(group)]
        before = {name: verdict(code) for name, code in codes(folder)}
        started = time.monotonic()
        mutmut(folder, "run", "--max-children", "1", *names, check=True)
        again = {name: before[name] for name in names} if given.again else None
        record(group, folder, given, time.monotonic() - started, again)
    write_survivors()


MISSED = {"survived", "untested"}


def verdict(code):
    return VERDICTS.get(code, "crashed")


def modules(group):
    return [p.removesuffix(".py").removesuffix("*").replace("/", ".") for p in GROUPS[group][0]]


def copy(group, folder, slowest, *, fresh):
    """Copy the engine and the group's tests, have them mutated, and return all names."""
    sources, tests = GROUPS[group]
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(
            ROOT / "src/teladan/engine",
            folder / "src/teladan/engine",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copy(ROOT / "src/teladan/__init__.py", folder / "src/teladan/__init__.py")
    shutil.rmtree(folder / "tests", ignore_errors=True)
    shutil.rmtree(folder / "mutants/tests", ignore_errors=True)
    (folder / "tests/engine").mkdir(parents=True)
    for path in [*(ROOT / "bench").glob("*.py"), *(ROOT / "bench/engine").glob("*.py")]:
        (folder / "bench/engine").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.relative_to(ROOT))
    if (ROOT / "tests/engine/fixtures").exists():
        shutil.copytree(ROOT / "tests/engine/fixtures", folder / "tests/engine/fixtures")
    for path in sorted((ROOT / "tests/engine").glob("*.py")):
        subject = path.stem.removeprefix("test_")
        if subject == path.stem or any(fnmatch(subject, test) for test in tests):
            text = path.read_text(encoding="utf-8")
            few = re.sub(
                r"max_examples=(\d+)",
                lambda found: f"max_examples={min(int(found[1]), EXAMPLES)}",
                text,
            )
            (folder / "tests/engine" / path.name).write_text(few, encoding="utf-8")
    (folder / "tests/conftest.py").write_text(
        CONFTEST.replace("{slowest}", str(slowest)), encoding="utf-8"
    )
    (folder / "tests/unfit.txt").write_text("")
    settings(folder, [f"src/teladan/engine/{source}" for source in sources])
    leave_out_what_fails(folder)
    if fresh:
        # A pattern that fits nothing: the changes are made, and none is tried.
        mutmut(folder, "run", "--max-children", "1", "nothing.*", check=False)
    return [name for name, _ in codes(folder)]


def settings(folder, sources):
    block = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"].get("mutmut", {})
    block |= {"only_mutate": sources, "pytest_add_cli_args_test_selection": ["tests/engine"]}
    block["also_copy"] = ["bench"]
    block["pytest_add_cli_args"] = ["-k", " and ".join(f"not {name}" for name in TOO_LONG)]
    lines = [f"{key} = {json.dumps(value)}" for key, value in block.items()]
    text = "[tool.mutmut]\n" + "\n".join(lines) + "\n" + PYTEST
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def leave_out_what_fails(folder):
    """Run the tests on the unchanged copy; those that fail there are left out and recorded."""
    words = ["-q", "-rfE", "--tb=no", "--rootdir=.", "--continue-on-collection-errors"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "tests/engine", *words],
        cwd=folder,
        env=surroundings() | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    unfit = []
    for line in done.stdout.splitlines():
        verdict, _, test = line.partition(" ")
        test = test.split(" - ")[0]
        if verdict in {"FAILED", "ERROR"} and test.startswith("tests/"):
            unfit.append(test)
            if "::" not in test:  # the file as a whole can't be read
                (folder / test).unlink(missing_ok=True)
    (folder / "tests/unfit.txt").write_text("\n".join(unfit), encoding="utf-8")


def surroundings():
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return env | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def mutmut(folder, *words, check):
    with (folder / "mutmut.log").open("a", encoding="utf-8") as log:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "mutmut", *words],
            cwd=folder, env=surroundings(), stdout=log, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if check and done.returncode:
        raise SystemExit(f"mutmut failed in {folder}: see mutmut.log there")


def codes(folder):
    """Return every change by name with the exit code of its tests, None if not tried."""
    found = []
    for meta in sorted((folder / "mutants/src").rglob("*.meta")):
        found += json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items()
    return sorted(found)


def record(group, folder, given, seconds, again):
    """Write the counts; `again` has the earlier verdict of each change that was tried again."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    previous = results.get(group, {}) if again is not None else {}
    counts = {name: Counter(count) for name, count in previous.get("modules", {}).items()}
    survivors = []
    for name, code in codes(folder):
        module = name.rpartition(".")[0].removeprefix("teladan.engine.")
        now = verdict(code)
        if again is None:
            counts.setdefault(module, Counter()).update(["all", now])
        elif name in again:
            counts[module].subtract([again[name]])
            counts[module].update([now])
        if now in MISSED:
            survivors.append({"module": module, "verdict": now} | change(folder, name))
    whole = sum((Counter(count) for count in counts.values()), Counter())
    results[group] = {
        "date": time.strftime("%Y-%m-%d"),
        "seconds": round(seconds + previous.get("seconds", 0)),
        "sample": previous["sample"] if previous else given.sample,
        "seed": previous["seed"] if previous else given.sample and given.seed,
        # As first drawn: later tests are written for what the draw had missed.
        "first": previous.get("first") if previous else [noticed(whole), tried(whole)],
        "left out": (folder / "tests/unfit.txt").read_text("utf-8").splitlines(),
        "modules": {name: dict(sorted((+count).items())) for name, count in sorted(counts.items())},
        "survivors": survivors,
    }
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def change(folder, name):
    """Say what the mutant changes: the function, the lines that went and those that came."""
    module, _, mutant = name.rpartition(".")
    path = folder / "mutants/src" / (module.replace(".", "/") + ".py")
    if not path.exists():
        path = path.with_suffix("") / "__init__.py"
    original = re.sub(r"__mutmut_\d+$", "__mutmut_orig", mutant)
    text = path.read_text("utf-8")
    before, after = (body(text, function) for function in (original, mutant))
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[3:]
    function = re.sub(r"__mutmut_\d+$", "", mutant)
    return {
        "function": re.sub(r"^xǁ|^x_", "", function).replace("ǁ", "."),
        "was": " ".join(line[1:].strip() for line in lines if line[0] == "-").strip(),
        "is": " ".join(line[1:].strip() for line in lines if line[0] == "+").strip(),
    }


def body(text, function):
    """The lines of one function below its signature."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(rf"\s*def {function}\(", line))
    indent = len(lines[start]) - len(lines[start].lstrip())
    found = [lines[start].replace(function, "")]
    for line in lines[start + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent and line.strip()[0] != ")":
            break
        found.append(line)
    return found


def write_survivors():
    results = json.loads(RESULTS.read_text("utf-8"))
    known = json.loads(EQUIVALENT.read_text("utf-8")) if EQUIVALENT.exists() else []
    reasons = {(x["module"], x["function"], x["was"], x["is"]): x["why"] for x in known}
    lines = ["# What changed and no test noticed", "", *table(results, reasons), ""]
    lines += [
        whole_engine(results),
        "",
        "Killed, %: noticed of those tried. Without equivalents, %: the same, leaving out changes",
        "that make no difference. In brackets Wilson's 95 % interval of a sample.",
        "",
    ]
    survivors = [s for group in results.values() for s in group["survivors"]]
    for module in sorted({s["module"] for s in survivors}):
        lines += [f"## {module}", ""]
        for s in survivors:
            if s["module"] == module:
                lines += [
                    f"- `{s['function']}`: `{s['was'] or '…'}` became `{s['is'] or '…'}`",
                    f"  {reason(s, reasons)}",
                ]
        lines.append("")
    SURVIVORS.write_text("\n".join(lines), encoding="utf-8")


def reason(survivor, reasons):
    why = reasons.get(tuple(survivor[key] for key in ("module", "function", "was", "is")))
    if why:
        return f"Equivalent: {why}"
    return "No test reaches it." if survivor["verdict"] == "untested" else "Not noticed."


def table(results, reasons):
    head = "Module | Changes | Tried | Killed | Timeout or crash | Survived | No test"
    head += " | Equivalent | Killed, % | Without equivalents, %"
    lines = [f"| {head} |", "| --- " + "| ---: " * head.count("|") + "|"]
    for group, result in sorted(results.items()):
        whole = Counter()
        same = Counter(
            s["module"] for s in result["survivors"] if reason(s, reasons).startswith("Equivalent")
        )
        for module, counts in result["modules"].items():
            counts = Counter(counts) + Counter({"equivalent": same[module]})
            if counts["all"] > counts["not run"]:
                lines.append(row(module, counts))
            whole += counts
        sampled = result["sample"] is not None
        name = f"**{group}**" + (f" (sample, seed {result['seed']})" if sampled else "")
        lines.append(row(name, whole, interval=sampled))
    return lines


def noticed(count):
    return count["killed"] + count["timeout"] + count["crashed"]


def tried(count):
    return count["all"] - count["not run"]


def whole_engine(results):
    """Weigh the groups by their changes; a sample counts as first drawn, before --again."""
    share = spread = 0.0
    all_changes = sum(size(result) for result in results.values())
    for result in results.values():
        hits, n = result["first"]
        weight = size(result) / all_changes
        share += weight * hits / n
        if result["sample"] is not None:
            near = (hits + 2) / (n + 4)  # never 0 or 1, so that no sample looks like certainty
            spread += weight**2 * near * (1 - near) / n
    half = 1.96 * math.sqrt(spread)
    return (
        f"**The whole engine**, groups weighed by their {all_changes:,} changes, samples as first "
        f"drawn:\n{100 * share:.1f} percent noticed "
        f"({100 * (share - half):.1f} to {100 * (share + half):.1f})."
    )


def size(result):
    return sum(count["all"] for count in result["modules"].values())


def row(name, count, *, interval=False):
    cells = [count["all"], tried(count), count["killed"], count["timeout"] + count["crashed"]]
    cells += [count["survived"], count["untested"], count["equivalent"]]
    for of in (tried(count), tried(count) - count["equivalent"]):
        share = f"{100 * noticed(count) / of:.1f}" if of else "–"
        if interval and of:
            low, high = wilson(noticed(count), of)
            share += f" ({100 * low:.1f} to {100 * high:.1f})"
        cells.append(share)
    return f"| {name} | {' | '.join(map(str, cells))} |"


def wilson(successes, n, z=1.96):
    """Wilson's 95 % interval of a share."""
    share, spread = successes / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return middle - half, middle + half


if __name__ == "__main__":
    main()
