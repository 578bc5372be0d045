"""Passages: how well they are found, beside what one would take instead.

The corpus is Indonesian re-use in the format of PAN-2011 (10 texts, 30 sources, all 300 pairs
compared); its rows are absent where the folder is. The changed texts are made here from its
sources, with the dice of a seed: words replaced, left out, put in, moved. Texts written
for the same subject by the same person, the two halves of one book, are the hard case for
precision: what they share was often said twice, which counts against us.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from tests.engine.plagdet import Case, Score, score, shared
from tests.engine.plagdet import read as truth

from bench.engine.frame import OURS, Bench
from bench.engine.novelty_changes import KINDS, Text, altered, changed, cut, planted
from teladan.engine.novelty.passages import compare
from teladan.engine.novelty.seeds import Rules
from teladan.engine.novelty.words import Words, read

DATA = Path(__file__).resolve().parents[3] / "shared/data/engine/plagiarism"
AROUND: dict[str, tuple[float, ...]] = {
    "evidence": (4, 12),
    "crowd": (4, 8),
    "kept": (0.3, 0.5),
    "close": (15, 30),
    "window": (40, 90),
    "cell": (15, 30),
    "reach": (40, 120),
    "join": (0.15, 0.5),
    "shortest": (8, 20),
    "memory": (1000, 4000),
}
GRID = [
    Rules(evidence=evidence, kept=kept, close=close)
    for evidence, kept, close in product((4, 8, 12), (0.4, 0.5), (20, 30))
]
Words_by_name = dict[str, Words]


def measure(bench: Bench) -> None:
    if not DATA.is_dir():
        bench.add("corpus", 0, absent=f"no folder {DATA.name}")
        return
    sources = _folder("source-documents")
    texts = _folder("suspicious-documents")
    cases = truth(DATA / "suspicious-documents")
    _corpus(bench, texts, sources, cases)
    book = [Text.of(words) for words in sources.values() if words.codes.size > 3000]
    _changed(bench, book)
    _cost(bench, book)
    if not bench.quick:
        _left_out(bench, texts, sources, cases)
        _sensitivity(bench, texts, sources, cases, book)


def _folder(name: str) -> Words_by_name:
    paths = sorted((DATA / name).glob("*.txt"))
    return {path.name: read(path.read_text(encoding="utf-8")) for path in paths}


def detect(
    texts: Words_by_name,
    sources: Words_by_name,
    rules: Rules,
    pairs: Sequence[tuple[str, str]] | None = None,
) -> list[Case]:
    """Compare all pairs, or those named, and return the passages in characters."""
    answer = []
    for text, source in pairs if pairs is not None else product(texts, sources):
        x, y = texts[text], sources[source]
        for p in compare(x, y, rules=rules):
            start, stop = int(x.start[p.start]), int(x.stop[p.end - 1])
            first, last = int(y.start[p.other_start]), int(y.stop[p.other_end - 1])
            answer.append(Case(text, start, stop - start, source, first, last - first))
    return answer


def _told(cases: Sequence[Case], found: Sequence[Case]) -> dict[str, Any]:
    macro, micro = score(cases, found), score(cases, found, micro=True)
    kinds = {}
    for kind in sorted({case.kind for case in cases}):
        of_kind = [any(shared(case, d) for d in found) for case in cases if case.kind == kind]
        kinds[kind] = f"{sum(of_kind)} of {len(of_kind)}"
    false = sum(not any(shared(case, d) for case in cases) for d in found)
    return _rounded(macro) | {
        "plagdet_micro": round(micro.plagdet, 3),
        "false_passages": false,
        "found_by_kind": kinds,
    }


def _rounded(figures: Score) -> dict[str, float]:
    names = ("plagdet", "precision", "recall", "granularity", "found")
    return {name: round(getattr(figures, name), 3) for name in names}


def _corpus(bench: Bench, texts: Words_by_name, sources: Words_by_name, cases: list[Case]) -> None:
    bench.run(
        "corpus",
        len(texts) * len(sources),
        lambda: detect(texts, sources, Rules()),
        quality=lambda found: _told(cases, found),
    )
    # Both peers get what ours has to find out: which source belongs to which text.
    for who, blocks in (("word 3-grams", _three_grams), ("difflib", _difflib)):
        bench.run(
            "characters of the texts, sources known",
            len(cases),
            lambda blocks=blocks: _covered(texts, sources, cases, blocks),
            who=who,
            quality=lambda figures: figures,
        )
    bench.run(
        "characters of the texts, sources known",
        len(cases),
        lambda: _covered(texts, sources, cases, _ours),
        quality=lambda figures: figures,
    )


def _covered(
    texts: Words_by_name,
    sources: Words_by_name,
    cases: list[Case],
    blocks: Callable[[Words, Words], list[tuple[int, int]]],
) -> dict[str, float]:
    """Mark characters of the texts and return precision, recall and F1 of the marks."""
    right = marked = true = 0
    for text, source in sorted({(case.text, case.source) for case in cases}):
        x = texts[text]
        here = np.zeros(int(x.stop[-1]), dtype=np.bool_)
        for start, end in blocks(x, sources[source]):
            here[x.start[start] : x.stop[end - 1]] = True
        wanted = np.zeros_like(here)
        for case in cases:
            if (case.text, case.source) == (text, source):
                wanted[case.start : case.start + case.length] = True
        right += int((here & wanted).sum())
        marked += int(here.sum())
        true += int(wanted.sum())
    precision, recall = right / max(marked, 1), right / true
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"f1": round(f1, 3), "precision": round(precision, 3), "recall": round(recall, 3)}


def _ours(x: Words, y: Words) -> list[tuple[int, int]]:
    return [(p.start, p.end) for p in compare(x, y)]


def _three_grams(x: Words, y: Words) -> list[tuple[int, int]]:
    theirs = set(_grams(y.codes))
    return [(i, i + 3) for i, gram in enumerate(_grams(x.codes)) if gram in theirs]


def _grams(codes: np.ndarray[Any, Any]) -> list[tuple[int, ...]]:
    listed = codes.tolist()
    return list(zip(listed, listed[1:], listed[2:], strict=False))


def _difflib(x: Words, y: Words) -> list[tuple[int, int]]:
    match = difflib.SequenceMatcher(None, x.codes.tolist(), y.codes.tolist(), autojunk=True)
    return [(b.a, b.a + b.size) for b in match.get_matching_blocks() if b.size >= 3]


def _changed(bench: Bench, book: list[Text]) -> None:
    """Texts of 150 words: changed, or with 60 words of another in them, or neither."""
    rng = np.random.default_rng(3)
    originals = [cut(book, rng, 150) for _ in range(100 if bench.quick else 300)]
    others = [cut(book, rng, 150) for _ in originals]
    trials = {f"{share:.0%} of words changed": share for share in (0.1, 0.3, 0.5, 0.7)}
    for what, share in trials.items():
        _rivals(bench, what, originals, [changed(rng, t, book, share) for t in originals])
    _rivals(
        bench,
        "60 words copied",
        originals,
        [planted(rng, t, o) for t, o in zip(originals, others, strict=True)],
    )
    _rivals(bench, "nothing shared", originals, others)
    if not bench.quick:
        _made(bench, rng, book)


def _rivals(bench: Bench, what: str, originals: list[Text], queries: list[Text]) -> None:
    """Share of the queries of which each judge says: these two resemble each other."""
    pairs = [(q.words(), o.words()) for q, o in zip(queries, originals, strict=True)]
    for who, judge, modules in (
        (OURS, _resembles, ()),
        ("datasketch MinHash LSH", _minhash, ("datasketch",)),
        ("difflib ratio over .5", _ratio, ()),
        ("word 3-grams, a tenth shared", _tenth, ()),
    ):
        bench.run(
            f"texts said to resemble: {what}",
            len(pairs),
            lambda judge=judge: [judge(x, y) for x, y in pairs],
            who=who,
            modules=modules,
            quality=lambda said: {"share": round(float(np.mean(said)), 3)},
        )


def _resembles(x: Words, y: Words) -> bool:
    return bool(compare(x, y))


def _minhash(x: Words, y: Words) -> bool:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    prints = []
    for words in (y, x):
        made = MinHash(num_perm=128)
        made.update_batch([repr(gram).encode() for gram in _grams(words.codes)])
        prints.append(made)
    index.insert("y", prints[0])
    return bool(index.query(prints[1]))


def _ratio(x: Words, y: Words) -> bool:
    a, b = x.codes.tolist(), y.codes.tolist()
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() > 0.5


def _tenth(x: Words, y: Words) -> bool:
    mine, theirs = set(_grams(x.codes)), set(_grams(y.codes))
    return len(mine & theirs) >= 0.1 * len(mine)


def _made(bench: Bench, rng: np.random.Generator, book: list[Text]) -> None:
    """Long texts with passages of other books in them, and beside them pairs without any."""
    texts, sources, cases, pairs = altered(rng, book, 100)
    bench.run(
        "made re-use",
        len(pairs),
        lambda: detect(texts, sources, Rules(), pairs),
        quality=lambda found: _told(cases, found),
        note=", ".join(KINDS),
    )


def _cost(bench: Bench, book: list[Text]) -> None:
    """One comparison: short ones are repeated until the clock can see them."""
    rng = np.random.default_rng(4)
    whole = Text.joined(book)
    for size in (150, 500, 1_500, 5_000, 15_000) + (() if bench.quick else (50_000, 100_000)):
        x = whole.part(0, size).words()
        again = changed(rng, whole.part(0, size), book, 0.3).words()
        other = whole.part(whole.size - size, whole.size).words()
        for what, y in (("30% of words changed", again), ("unrelated", other)):
            times = max(1, 150_000 // size)
            row = bench.run(
                f"one comparison, {what}",
                size,
                lambda x=x, y=y, times=times: [compare(x, y) for _ in range(times)],
                note=f"mean of {times}",
            )
            for cost in ("wall_s", "cpu_s"):
                row[cost] = float(f"{row[cost] / times:.3g}")


def _left_out(
    bench: Bench, texts: Words_by_name, sources: Words_by_name, cases: list[Case]
) -> None:
    """Choose the rules on nine texts, apply them to the tenth; join what ten tenths found."""

    def work() -> tuple[list[Case], int]:
        tried = [detect(texts, sources, rules) for rules in GRID]
        joined: list[Case] = []
        used = set()
        for text in texts:
            rest = [case for case in cases if case.text != text]
            merits = [score(rest, [d for d in found if d.text != text]).plagdet for found in tried]
            best = int(np.argmax(merits))
            used.add(best)
            joined += [d for d in tried[best] if d.text == text]
        return joined, len(used)

    bench.run(
        "corpus, each text with rules chosen on the others",
        len(GRID),
        work,
        quality=lambda answer: _told(cases, answer[0]) | {"different_rules_chosen": answer[1]},
    )


def _sensitivity(
    bench: Bench,
    texts: Words_by_name,
    sources: Words_by_name,
    cases: list[Case],
    book: list[Text],
) -> None:
    made = altered(
        np.random.default_rng(5), [Text.of(w) for w in sources.values() if w.codes.size > 3000], 60
    )
    tried = [("none", 0.0, Rules())]
    tried += [(name, v, replace(Rules(), **{name: v})) for name in AROUND for v in AROUND[name]]
    for name, value, rules in tried:
        here = score(cases, detect(texts, sources, rules))
        there = score(made[2], detect(made[0], made[1], rules, made[3]))
        bench.add(
            f"rule changed: {name}",
            value,
            **{f"corpus_{k}": v for k, v in _rounded(here).items()},
            **{f"made_{k}": v for k, v in _rounded(there).items()},
        )


def plot(results: dict[str, Any], axes: Any) -> None:
    """Share of texts recognised over the share of words changed, for every judge."""
    for who in dict.fromkeys(row["who"] for row in results["rows"]):
        points = []
        for row in results["rows"]:
            said = row["what"].removeprefix("texts said to resemble: ")
            if row["who"] == who and said.endswith("of words changed") and "quality" in row:
                points.append((int(said.split("%")[0]), row["quality"]["share"]))
        if points:
            width = 2.2 if who == OURS else 1.2
            axes.plot(*zip(*sorted(points), strict=True), marker="o", linewidth=width, label=who)
    axes.set(
        xlabel="words changed, in percent",
        ylabel="share of texts recognised",
        title="Texts of 150 words and what is still seen after a change",
    )
    axes.legend()
