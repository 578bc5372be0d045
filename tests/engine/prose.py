"""Made-up texts for the tests of novelty: 2,048 words, the first the most frequent."""

import numpy as np

from teladan.engine.novelty import Index

SYLLABLES = [a + b for a in "bdglmnst" for b in "aiuo"]
VOCABULARY = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in ("", "ran")]


def prose(seed, words=60):
    rng = np.random.default_rng(seed)
    chosen = (len(VOCABULARY) * rng.random(words) ** 2).astype(int)
    return " ".join(VOCABULARY[i] for i in chosen)


def reworded(text, share, seed):
    rng = np.random.default_rng(seed)
    return " ".join(w if rng.random() > share else f"x{rng.integers(999)}y" for w in text.split())


def corpus(size, seed=0):
    return [(f"t{i:03}", prose(seed * 1000 + i)) for i in range(size)]


def built(folder, pairs, **how):
    with Index.open(folder) as index:
        index.add_many(pairs, **how)
    return Index.open(folder)


def asked(folder, queries, **how):
    with Index.open(folder) as index:
        return index.query_many(queries, **how)
