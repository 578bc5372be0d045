"""Texts as words: what makes no difference, and where a word stood."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.novelty.stems import stem
from teladan.engine.novelty.words import read, read_many

quickly = settings(deadline=None, max_examples=150, derandomize=True)
ODD = "aA1 .\0\u00ad\u200b\u0301e\u0435\u0391İßﬁ²½’_-漢カกำ한ㄱ\u1100\u1161😀𝐚\ud800\u0627\u064b"
anything = st.text(st.sampled_from(ODD) | st.characters(), max_size=40)


def spelled(text):
    words = read(text)
    return [text[a:b] for a, b in zip(words.start, words.stop, strict=True)]


def same(left, right):
    return read(left).plain.tolist() == read(right).plain.tolist()


def test_words_are_runs_of_letters_and_digits_where_they_stand():
    assert spelled("Warga-warga desa (2024): 3,5 juta!") == [
        *("Warga", "warga", "desa", "2024", "3", "5", "juta")
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PELAYANAN Publik", "pelayanan publik"),
        ("pela\u00adyanan pub\u200blik", "pelayanan publik"),
        ("р\u0435layan\u0430n", "pelayanan"),  # Cyrillic er, ie and a
        ("ΡELΑYΑΝΑΝ", "pelayanan"),  # Greek capitals
        ("ｐｅｌａｙａｎａｎ", "pelayanan"),
        ("p̲e̲l̲a̲y̲a̲n̲a̲n̲", "pelayanan"),
        ("𝐩𝐞𝐥𝐚𝐲𝐚𝐧𝐚𝐧", "pelayanan"),
        ("ᴘᴇʟᴀʏᴀɴᴀɴ", "pelayanan"),
        ("ﬁnansial", "finansial"),
        ("Straße", "STRASSE"),
        ("cafe\u0301", "caf\u00e9"),
        ("m²", "m2"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_what_a_reader_does_not_see_makes_no_difference(written, meant):
    assert same(written, meant)


@pytest.mark.parametrize(
    "apart", ["a😀b", "a\0b", "a_b", "a\n b", "a\U000e0020 b", "a\ud800b", "a\u2028b"]
)
def test_what_is_no_letter_separates_words(apart):
    assert spelled(apart)[0] == "a"
    assert spelled(apart)[-1] == "b"


def test_accents_that_are_part_of_a_letter_count():
    assert not same("rose", "rosé")


def test_scripts_without_spaces_give_a_word_a_letter():
    assert spelled("公共サービス革新") == list("公共サービス革新")


def test_a_look_alike_is_stemmed_like_the_letter_it_looks_like():
    assert read("p\u0435layanannya").codes[0] == read("layan").codes[0]


def test_offsets_span_all_characters_of_a_word():
    text = "x pe\u00adla\u0301\u0323yanan y"

    assert spelled(text) == ["x", "pe\u00adla\u0301\u0323yanan", "y"]


def test_words_in_a_to_z_are_stemmed_and_others_are_left():
    words = read("pembelajaran pelayanannya pelayanan2 pelayananñ")

    assert words.codes[0] == read("ajar").plain[0] != words.plain[0]
    assert words.codes[1] == read("layan").plain[0]
    assert (words.codes[2:] == words.plain[2:]).all()


def test_a_hash_never_changes():
    # An index on disk depends on these.
    assert [hex(each) for each in read("Pelayanan publik").plain.tolist()] == FROZEN_PLAIN
    assert [hex(each) for each in read("Pelayanan publik").codes.tolist()] == FROZEN_CODES


FROZEN_PLAIN = ["0x14b3353c3c8f2953", "0x6ff0083c54c37ff6"]
FROZEN_CODES = ["0x38d2227c65cfe5d7", "0x6ff0083c54c37ff6"]


@pytest.mark.parametrize("text", ["", " ", "\0\0", "…", "\u200b", "😀", "\u0301"])
def test_a_text_without_words_has_none(text):
    words = read(text)

    assert words.codes.size == words.plain.size == words.start.size == words.stop.size == 0


def test_shapes_and_types_are_as_promised():
    words = read("satu dua")

    assert [each.dtype for each in (words.codes, words.plain)] == [np.uint64] * 2
    assert [each.dtype for each in (words.start, words.stop)] == [np.int32] * 2


def test_one_word_of_a_million_letters_is_one_word():
    text = "ab" * 500_000

    assert spelled(text) == [text]
    assert not same(text, text[:-2] + "ba")


@quickly
@given(anything)
def test_words_stand_in_order_inside_the_text(text):
    words = read(text)

    assert (words.start < words.stop).all()
    assert (np.diff(words.start) >= 0).all()
    assert (np.diff(words.stop) >= 0).all()
    assert words.stop.size == 0 or words.stop[-1] <= len(text)


@quickly
@given(anything)
def test_normal_forms_and_case_make_no_difference(text):
    bare = "".join(c for c in text if unicodedata.category(c) != "Cs")

    assert same(bare, unicodedata.normalize("NFC", bare))
    assert same(bare, unicodedata.normalize("NFD", bare))


@quickly
@given(st.lists(anything, max_size=6))
def test_a_batch_equals_its_texts_read_one_by_one(texts):
    batch = read_many(texts)

    assert batch.bounds.size == len(texts) + 1
    for i, text in enumerate(texts):
        here, alone = slice(*batch.bounds[i : i + 2]), read(text)
        assert batch.codes[here].tolist() == alone.codes.tolist()
        assert batch.plain[here].tolist() == alone.plain.tolist()
        assert batch.start[here].tolist() == alone.start.tolist()
        assert batch.stop[here].tolist() == alone.stop.tolist()


@quickly
@given(st.text("aeioubkrslnpyjgtm", max_size=14))
def test_a_stem_is_never_longer_than_the_word_and_a_hash_knows_both(word):
    short = stem(word)

    assert len(short) <= len(word)
    if word:
        assert read(word).codes[0] == read(short or word).plain[0]


@pytest.mark.parametrize("wrong", [None, b"bytes", 7])
def test_what_is_no_text_is_named(wrong):
    with pytest.raises(ValueError, match=rf"text is {type(wrong).__name__}, must be str"):
        read(wrong)
    with pytest.raises(ValueError, match=r"texts\[1\] is"):
        read_many(["a", wrong])
