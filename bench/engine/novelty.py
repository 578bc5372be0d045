"""The index of texts on disk, beside MinHash and beside looking at everything.

Texts are simulated: 150 words each from 50,000 made of Indonesian syllables, frequencies by
Zipf's law. They hold no phrases, so they compress worse and repeat less than prose does. Size is
the number of texts in the index. A query is a text of the index with a share of its words replaced
by others, or 60 words in a row of it between 90 others; `found` is the share of 200 queries that
have their text among the answers (ten at most), `first` the share that have it first.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.engine.frame import Absent, Bench
from teladan.engine.cluster import Processes
from teladan.engine.novelty import Index
from teladan.engine.novelty.candidates import candidates

SIZES = (10_000, 100_000, 1_000_000)
PEER_SIZES = (10_000, 100_000)
WORDS, QUERIES, BATCH = 150, 200, 50_000
CHANGED = (0.3, 0.5, 0.7)
PASSAGE = "60 words"
PERMUTATIONS = 128
THRESHOLDS = (0.5, 0.2)  # the usual one, and one that suits a third of the words changed
OURS_LOADED = ("teladan.engine.novelty.index", "zlib")


def measure(bench: Bench) -> None:
    sizes = (5_000, 10_000, 20_000) if bench.quick else SIZES
    with TemporaryDirectory(prefix="teladan-novelty-") as folder:
        texts = {size: Path(folder) / f"{size}.txt" for size in sizes}
        for size, path in texts.items():
            write_texts(path, size)
            measure_ours(bench, path, size)
        for size in sorted(set(PEER_SIZES) & set(sizes)):
            measure_peers(bench, texts[size], size)


# --- texts -----------------------------------------------------------------------------------


def vocabulary() -> np.ndarray:
    rng = np.random.default_rng(1)
    syllables = [a + b + c for a in "bdghjklmnprstwy" for b in "aiueo" for c in ("", "n", "r", "k")]
    made = {"".join(rng.choice(syllables, rng.integers(1, 5))) for _ in range(80_000)}
    return np.array(rng.permutation(sorted(made))[:50_000], dtype=object)


VOCABULARY = vocabulary()


def some_texts(seed: int, size: int) -> list[str]:
    frequency = np.cumsum(1 / np.arange(1, VOCABULARY.size + 1))
    dice = np.random.default_rng(seed).random((size, WORDS))
    chosen = VOCABULARY[np.searchsorted(frequency, dice * frequency[-1])]
    return [" ".join(words) for words in chosen]


def write_texts(path: Path, size: int) -> None:
    with path.open("w", encoding="ascii") as file:
        for first in range(0, size, BATCH):
            file.writelines(f"{text}\n" for text in some_texts(first, min(BATCH, size - first)))


def named(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="ascii") as file:
        for number, line in enumerate(file):
            yield f"{number:08d}", line


def queries(size: int, how: float | str) -> list[tuple[str, str]]:
    """The id that should be found, and the text to ask for, from the first texts of the index."""
    rng = np.random.default_rng(7)
    known = some_texts(0, min(BATCH, size))
    asked = []
    for other in some_texts(10**9, QUERIES):
        number = int(rng.integers(len(known)))
        mine, new = known[number].split(), other.split()
        if how == PASSAGE:
            begin, before = rng.integers(0, WORDS - 60, 2)
            words = new[:before] + mine[begin : begin + 60] + new[before + 60 :]
        else:
            words = [n if rng.random() < how else w for w, n in zip(mine, new, strict=True)]
        asked.append((f"{number:08d}", " ".join(words)))
    return asked


# --- ours ------------------------------------------------------------------------------------


def measure_ours(bench: Bench, texts: Path, size: int) -> None:
    folder = texts.with_suffix(".index")
    bench.run(
        "index",
        size,
        lambda: index(folder, texts),
        quality=lambda _: of_disk(folder, size),
        modules=OURS_LOADED,
    )
    if size == SIZES[1]:
        spread = texts.with_suffix(".spread")
        bench.run(
            "index on two processes", size, lambda: index(spread, texts, 2), modules=OURS_LOADED
        )
        shutil.rmtree(spread)
    for how in (*CHANGED, PASSAGE):
        asked = queries(size, how)
        what = "copied" if how == PASSAGE else "changed"
        bench.run(
            f"{QUERIES} queries, {how if how == PASSAGE else f'{how:.0%}'} {what}",
            size,
            partial(ask, folder, asked),
            quality=lambda answers: answers,
            modules=OURS_LOADED,
        )
    shutil.rmtree(folder)


def index(folder: Path, texts: Path, workers: int = 0) -> None:
    with Index.open(folder) as found:
        if workers:
            with Processes(workers) as cluster:
                found.add_many(named(texts), cluster=cluster)
        else:
            found.add_many(named(texts))


def of_disk(folder: Path, size: int) -> dict[str, Any]:
    used = sum(path.stat().st_size for path in folder.iterdir())
    return {"disk_mb": round(used / 1e6, 1), "bytes_a_text": round(used / size)}


def ask(folder: Path, asked: list[tuple[str, str]]) -> dict[str, Any]:
    """Ask twice, so that the second time shows what a query costs when the files are in memory."""
    with Index.open(folder, verify=False) as found:
        answers = [found.query(text) for _, text in asked]
        each, whole = [], []
        for _, text in asked:
            began = time.process_time()
            candidates(found._view, [text], limit=20)
            each.append(time.process_time() - began)
            began = time.process_time()
            found.query(text)
            whole.append(time.process_time() - began)
    ids = [[each.id for each in answer] for answer in answers]
    return {
        "found": float(np.mean([id in got for (id, _), got in zip(asked, ids, strict=True)])),
        "first": float(np.mean([[id] == got[:1] for (id, _), got in zip(asked, ids, strict=True)])),
        "answers": float(np.mean([len(got) for got in ids])),
        "candidates_ms": round(float(np.median(each)) * 1000, 3),
        "query_ms": round(float(np.median(whole)) * 1000, 3),
        "query_p95_ms": round(float(np.quantile(whole, 0.95)) * 1000, 3),
    }


# --- what one would take instead -------------------------------------------------------------


def measure_peers(bench: Bench, texts: Path, size: int) -> None:
    note = f"sets of 3 words in a row, {PERMUTATIONS} permutations"
    peers: list[tuple[str, Callable[..., Any], tuple[str, ...], str]] = [
        ("brute force", everything, (), "shared sets of 3 words, with every text; 20 queries")
    ]
    for threshold in THRESHOLDS:
        who = f"datasketch, threshold {threshold}"
        peers.append((who, partial(datasketch, threshold), ("datasketch",), note))
    for bands in (32, 64):
        peers.append((f"rensa, {bands} bands", partial(rensa, bands), ("rensa",), note))
    asked = {str(how): queries(size, how) for how in (0.3, PASSAGE)}
    for who, run, modules, said in peers:
        if who == "brute force" and size > PEER_SIZES[0]:
            continue
        bench.run(
            "index and queries",
            size,
            partial(run, texts, asked),
            who=who,
            quality=lambda answers: answers,
            modules=modules,
            note=said,
        )


def grams(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[i : i + 3]) for i in range(len(words) - 2)]


def shares(asked: dict[str, Any], answer: Callable[[str], list[str]]) -> dict[str, Any]:
    began = time.process_time()
    found = {
        f"found_{how}": float(np.mean([id in answer(text) for id, text in pairs]))
        for how, pairs in asked.items()
    }
    spent = (time.process_time() - began) / sum(map(len, asked.values()))
    return found | {"query_ms": round(spent * 1000, 3)}


def datasketch(threshold: float, texts: Path, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError as absent:
        raise Absent(f"datasketch is not installed: {absent}") from absent

    def hashed(text: str) -> Any:
        made = MinHash(num_perm=PERMUTATIONS)
        made.update_batch([each.encode() for each in grams(text)])
        return made

    began = time.process_time()
    known = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    with known.insertion_session() as session:
        for id, text in named(texts):
            session.insert(id, hashed(text))
    spent = time.process_time() - began
    return shares(asked, lambda text: known.query(hashed(text))) | {"index_s": round(spent, 2)}


def rensa(bands: int, texts: Path, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        from rensa import RMinHash, RMinHashLSH
    except ImportError as absent:
        raise Absent(f"rensa is not installed: {absent}") from absent

    def hashed(text: str) -> Any:
        made = RMinHash(num_perm=PERMUTATIONS, seed=1)
        made.update(grams(text))
        return made

    began = time.process_time()
    rows = PERMUTATIONS // bands
    known = RMinHashLSH(threshold=(1 / bands) ** (1 / rows), num_perm=PERMUTATIONS, num_bands=bands)
    for id, text in named(texts):
        known.insert(int(id), hashed(text))
    spent = time.process_time() - began

    def answer(text: str) -> list[str]:
        return [f"{each:08d}" for each in known.query(hashed(text))]

    return shares(asked, answer) | {"index_s": round(spent, 2)}


def everything(texts: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Compare a query with every text: the truth about who shares most."""
    began = time.process_time()
    known = [(id, set(grams(text))) for id, text in named(texts)]
    spent = time.process_time() - began

    def answer(text: str) -> list[str]:
        mine = set(grams(text))
        return sorted(known, key=lambda each: (-len(each[1] & mine), each[0]))[0][:1]

    return shares({how: pairs[:20] for how, pairs in asked.items()}, answer) | {
        "index_s": round(spent, 2)
    }


def plot(results: dict[str, Any], axes: Any) -> None:
    """What a query costs, by the size of the index."""
    for what in dict.fromkeys(row["what"] for row in results["rows"] if "queries," in row["what"]):
        rows = [row for row in results["rows"] if row["what"] == what]
        axes.plot(
            [r["size"] for r in rows], [r["quality"]["query_ms"] for r in rows], "o-", label=what
        )
    rows = [row for row in results["rows"] if row["what"] == f"{QUERIES} queries, 30% changed"]
    axes.plot(
        [r["size"] for r in rows],
        [r["quality"]["candidates_ms"] for r in rows],
        "s--",
        label="of this, finding candidates",
    )
    axes.set(
        xscale="log",
        xlabel="texts in the index",
        ylabel="CPU ms a query (median)",
        title="Asking the index of texts",
    )
    axes.set_ylim(bottom=0)
    axes.legend()
