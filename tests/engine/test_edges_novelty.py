"""What an index writes and a comparison decides, at the edges: bytes that must never change."""

import itertools
import zlib

import numpy as np
import pytest
from tests.engine.prose import built, corpus, prose, reworded

from teladan.engine.novelty import Index, merging, passages, shards
from teladan.engine.novelty.opening import newest
from teladan.engine.novelty.prints import digest, rows_of
from teladan.engine.novelty.seeds import Rules, seeds
from teladan.engine.novelty.segment import id_hashes
from teladan.engine.novelty.stems import stem
from teladan.engine.novelty.view import View
from teladan.engine.novelty.words import read, read_many

# --- stems, as the Snowball project's stemmer gives them -------------------------------------

STEMS = {
    **{"memperbarui": "baru", "belajar": "ajar", "pelajar": "ajar", "pembelajaran": "ajar"},
    **{"menyapu": "sapu", "menulis": "ulis", "memukul": "pukul", "memakai": "paka"},
    **{"mengubah": "ubah", "penyapu": "sapu", "pemukul": "pukul", "pengajar": "ajar"},
    **{"penanaman": "anam", "keadaannya": "ada", "bekerja": "kerja", "bersama": "sama"},
    **{"terbesar": "besar", "diperbaiki": "baik", "dikerjakan": "kerja", "bukumu": "buku"},
    **{"keberhasilan": "hasil", "pelayanannya": "layan", "bacalah": "baca", "apakah": "apa"},
    **{"siapapun": "siapa", "rumahku": "rumah", "ekonomi": "ekonom", "asosiasi": "asosiasi"},
    **{"kesehatan": "sehat", "perbaikan": "baik", "pekerja": "kerja", "mencarikan": "cari"},
    **{"pemeriksaan": "periksa", "penyanyi": "sanyi", "menyatakan": "sata", "makanan": "makan"},
    **{"bernyanyi": "nyanyi", "perkebunan": "kebun", "nikmati": "nikmat", "desa": "desa"},
}
BEFORE = (
    *(
        [
            "di",
            "ke",
            "ter",
            "me",
            "mem",
            "men",
            "meng",
            "meny",
            "pe",
            "pem",
            "pen",
            "peng",
            "peny",
            "per",
            "ber",
            "be",
            "pel",
            "bel",
            "ter",
        ]
    ),
    *(["memper", "keber", "diper"]),
    "",
)
ROOTS = [
    "ajar",
    "lajar",
    "tanam",
    "kerja",
    "pukul",
    "umum",
    "anggap",
    "sapu",
    "ubah",
    "kuat",
    "desa",
    "nilai",
    "asi",
    "kerta",
]
AFTER = (
    "",
    *(
        [
            "kan",
            "an",
            "i",
            "si",
            "kah",
            "lah",
            "pun",
            "ku",
            "mu",
            "nya",
            "kannya",
            "anmu",
            "inyalah",
            "kanlah",
        ]
    ),
)


@pytest.mark.parametrize(("word", "short"), STEMS.items())
def test_words_lose_the_affixes_that_grammar_gives_them(word, short):
    assert stem(word) == short


def test_the_stems_of_all_combinations_of_affixes_never_change():
    words = ["".join(parts) for parts in itertools.product(BEFORE, ROOTS, AFTER)]

    # Of the Snowball project's own stemmer, version 3.1.1.
    assert zlib.crc32(" ".join(map(stem, words)).encode()) == 0x09BF0AD4


# --- what is on disk -------------------------------------------------------------------------


def test_fingerprints_stems_and_ids_never_change():
    # An index on disk depends on these.
    found = digest([prose(1), "", prose(2), "satu dua tiga", prose(3, 400)])

    assert [zlib.crc32(each.tobytes()) for each in (found.prints, found.stems)] == PRINTED
    assert found.lengths.tolist() == [60, 0, 60, 3, 400]
    assert [hex(each) for each in id_hashes(["a", "", "\ud800", "é"]).tolist()] == HASHED


PRINTED = [419340644, 3481603953]
HASHED = ["0x2f42665b399ef840", "0xb4b2797457a0a6e4", "0x680d7d923e780842", "0x2f19f3ef8bbf1acb"]
KINDS = {
    **{"prints": "<u8", "places": "<u2", "heads": "<u8", "starts": "<u4", "lengths": "<u4"},
    **{"data": "|u1", "blocks": "<i8", "block": "<u4", "end": "<u4", "ids": "|u1"},
    **{"id_ends": "<i8", "id_hash": "<u8", "id_order": "<u4"},
}


def arrays(folder):
    [segment] = newest(folder, verify=True).segments
    return segment.arrays


def test_a_segment_has_arrays_of_fixed_names_and_kinds(tmp_path):
    built(tmp_path, corpus(5)).close()

    assert {name: values.dtype.str for name, values in arrays(tmp_path).items()} == KINDS


@pytest.mark.parametrize("at_once", [1 << 22, 50])
def test_merged_files_hold_what_one_file_made_at_once_would_hold(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(merging, "_ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(merging, "_TEXTS_AT_ONCE", 3)
    monkeypatch.setattr(merging, "_BYTES_AT_ONCE", 100)
    texts = corpus(12)
    with Index.open(tmp_path / "often") as index:
        for first in range(0, 12, 3):
            for id, text in [(f"x{first}", prose(900 + first)), *texts[first : first + 3]]:
                index.add(id, text)
            if first == 9:  # the fourth commit merges all, without what was removed before
                for lost in (0, 3, 6):
                    index.remove(f"x{lost}")
            index.commit()
        index.remove("x9")
        for id, text in corpus(3, seed=4):  # most are lost: the file is written anew
            index.add(f"y{id}", text)
        index.commit()
        for id, _ in corpus(3, seed=4):
            index.remove(f"y{id}")
        index.commit()
        live = {each.id(doc) for each in index._view.segments for doc in np.flatnonzero(~each.dead)}
        assert live == {id for id, _ in texts}
    view = newest(tmp_path / "often", verify=True)
    merging.merge(tmp_path / "one.segment", view.segments, lambda: None)
    built(tmp_path / "once", [(id, text) for id, text in texts]).close()

    from teladan.engine.novelty.store import read_arrays

    raw = (tmp_path / "one.segment").read_bytes()
    check = int.from_bytes(raw[-16:-12], "little")
    merged, facts = read_arrays(tmp_path / "one.segment", check, verify=True)
    once = arrays(tmp_path / "once")
    assert facts == {"docs": 12}
    assert {name: values.dtype.str for name, values in merged.items()} == KINDS
    for name in set(KINDS) - {"data", "blocks", "block", "end"}:
        np.testing.assert_array_equal(merged[name], once[name], err_msg=name)


def rows_by_text(texts, kind):
    for place, text in enumerate(texts):
        for row in np.unique(rows_of(read_many([text]))[kind] >> np.uint64(24)).tolist():
            yield place, row


@pytest.mark.parametrize(("kind", "which"), [("prints", 0), ("stems", 1)])
def test_keys_are_counted_and_found_in_the_texts_that_are_left(tmp_path, kind, which):
    texts = corpus(9)
    texts.append(("again", texts[2][1]))
    with built(tmp_path, texts) as index:
        index.remove("t002")
        index.remove("t005")
        index.commit()
        view = index._view
        assert view.segments[0].gone is not None
        left = [text for id, text in texts if id not in {"t002", "t005"}]
        having = list(rows_by_text(left, which))
        every = np.unique([row for _, row in rows_by_text([t for _, t in texts], which)])
        keys = np.append(every, every[-1] + 1).astype(np.uint64)

        counted = view.count(kind, keys)
        place, docs = view.find(kind, keys)

    assert counted.tolist() == [sum(row == key for _, row in having) for key in keys.tolist()]
    assert (place.dtype, docs.dtype) == (np.int64, np.int64)
    ids = [view.id(doc) for doc in docs.tolist()]
    names = [id for id, _ in texts if id not in {"t002", "t005"}]
    assert sorted(zip(keys[place].tolist(), ids, strict=True)) == sorted(
        (row, names[text]) for text, row in having
    )


def test_a_commit_opens_only_the_files_that_are_new(tmp_path):
    with built(tmp_path, corpus(40)) as index:
        [first] = index._view.segments
        index.add("new", prose(7))
        index.commit()

        assert index._view.segments[0] is first
        assert len(index._view.segments) == 2
        assert View(tmp_path, index._view.manifest, verify=False).segments[0] is not first


# --- many queries ----------------------------------------------------------------------------


def test_many_queries_are_answered_as_one_by_one_whatever_their_number(tmp_path, monkeypatch):
    texts = corpus(13)
    queries = [reworded(text, 0.3, i) for i, (_, text) in enumerate(texts)]
    with built(tmp_path, texts) as index:
        alone = [index.query(query) for query in queries]
        monkeypatch.setattr(shards, "_ROUND", 5)
        monkeypatch.setattr(shards, "_QUERIES", 2)
        seen = []
        together = index.query_many(queries, progress=seen.append)

    assert together == alone
    assert [len(each) for each in together] == [len(each) for each in alone]
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) == 8  # three parts of the first five, three of the second, two of the rest
    assert np.diff([0.0, *seen]).max() < 0.2


# --- joining passages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "other_gap", "joined"),
    [
        (0, 0, True),
        (5, 5, True),  # 5 of 25 words: a fifth, as the rule below allows
        (6, 0, False),
        (0, 6, False),
        (6, 6, False),
        (0, -5, True),  # half of the shorter passage was used twice: still one
        (0, -6, False),
        (0, -20, True),  # in the other order
        (0, -25, True),
        (0, -26, False),
    ],
)
def test_neighbours_are_joined_over_a_gap_of_at_most_the_share(gap, other_gap, joined):
    first = passages._Found(100, 110, 500, 510, 10)
    second = passages._Found(110 + gap, 120 + gap, 510 + other_gap, 520 + other_gap, 7)

    found = passages._joined([first, second], Rules(join=0.2))

    if joined:
        start, end = min(500, 510 + other_gap), max(510, 520 + other_gap)
        assert found == [passages._Found(100, 120 + gap, start, end, 17)]
    else:
        assert found == [first, second]


def test_a_rarity_may_be_a_table_or_a_function():
    one, other = read("warga desa membangun jembatan"), read("jembatan desa yang baru")
    table = {int(code): 3.0 + n for n, code in enumerate(other.codes[:2])}

    def function(codes):
        return np.array([table.get(int(each), np.nan) for each in codes])

    by_table = seeds(one, other, table, Rules()).rate
    by_function = seeds(one, other, function, Rules()).rate

    assert by_table.dtype == np.float64
    assert by_table.tolist() == by_function.tolist()
    assert (by_table != seeds(one, other, None, Rules()).rate).sum() == 2
