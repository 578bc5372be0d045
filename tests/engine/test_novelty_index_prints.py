"""What the index keeps of a text: fingerprints, stems, and the text itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.prose import prose

from teladan.engine.novelty.prints import DOC_BITS, digest, pack, rows_of, runs, unique_rows
from teladan.engine.novelty.segment import squeeze, unsqueeze
from teladan.engine.novelty.words import Batch, read

quickly = settings(deadline=None, max_examples=12, derandomize=True)


def slow_rows(texts):
    """Fingerprints and stems as the method describes them, one window after the other."""
    prints, stems = set(), set()
    for number, text in enumerate(texts):
        codes = read(text).codes
        stems |= {(int(code) >> DOC_BITS, number) for code in codes}
        nowhere, bounds = np.zeros(3, dtype=np.int64), np.array([0, 3])
        grams = []
        for i in range(codes.size - 2):
            three = codes[i : i + 3]
            alone, _ = rows_of(Batch(three, three, nowhere, nowhere, bounds))
            grams.append(int(alone[0]) >> DOC_BITS)
        for i in range(max(len(grams) - 5, min(len(grams), 1))):
            prints.add((min(grams[i : i + 6]), number))
    return sorted(prints), sorted(stems)


def test_fingerprints_are_the_smallest_of_every_six_neighbours():
    texts = [prose(1, 40), "", "satu dua", "satu dua tiga", prose(2, 9), prose(3, 7)]
    found = digest(texts)
    low = 2**DOC_BITS - 1

    for rows, expected in zip((found.prints, found.stems), slow_rows(texts), strict=True):
        assert [(int(row) >> DOC_BITS, int(row) & low) for row in rows] == expected


def test_eight_words_in_a_row_share_a_fingerprint_wherever_they_stand():
    shared = "petugas desa mengantar obat lewat perahu motor kecil"
    for seed in range(30):
        left = digest([f"{prose(seed, seed)} {shared} {prose(seed + 50, 20)}"]).prints
        right = digest([f"{prose(seed + 100, 33 - seed)} {shared}"]).prints
        assert np.intersect1d(left, right).size


@quickly
@given(st.lists(st.integers(0, 2**20), max_size=60))
def test_packed_rows_come_out_as_they_went_in(numbers):
    rows = unique_rows(np.array(numbers, dtype=np.uint64) << np.uint64(5))
    heads, starts, places = squeeze(rows)

    assert unsqueeze(heads, np.append(starts, rows.size), places).tolist() == rows.tolist()


@quickly
@given(st.lists(st.text(max_size=5), max_size=20), st.integers(1, 5), st.integers(1, 12))
def test_runs_hold_everything_once_and_keep_their_bounds(texts, most, characters):
    cuts = list(runs(texts, most, characters))

    assert [text for a, b in cuts for text in texts[a:b]] == texts
    for a, b in cuts:
        assert 1 <= b - a <= most
        assert b - a == 1 or sum(map(len, texts[a:b])) <= characters


def test_packing_nothing_gives_nothing():
    assert pack([]).block.size == 0
    assert digest([]).prints.size == 0
