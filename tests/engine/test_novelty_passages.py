"""Two texts side by side: what is found, and what is left alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine import plagdet

from teladan.engine.novelty.passages import compare
from teladan.engine.novelty.seeds import Rules
from teladan.engine.novelty.words import Words, read

CORPUS = Path(__file__).resolve().parents[3] / "shared/data/engine/plagiarism"
FIXED = settings(max_examples=60, deadline=None, derandomize=True)
SHARES = 1 / np.arange(2, 5002)
SHARES /= SHARES.sum()


def text(codes, length=6):
    """Words of equal length with one space between them."""
    codes = np.asarray(codes, dtype=np.uint64)
    start = np.arange(codes.size, dtype=np.int32) * (length + 1)
    return Words(codes, start, start + np.int32(length), codes)


def talk(rng, size, language=0):
    """Words as frequent as in a language; different languages share no word."""
    return rng.choice(5000, size, p=SHARES).astype(np.uint64) + np.uint64(10_000 * language)


def reworded(rng, codes, share):
    codes = codes.copy()
    some = rng.random(codes.size) < share
    codes[some] = talk(rng, int(some.sum()))
    return codes


def copied(passages):
    return sum(p.end - p.start for p in passages)


@FIXED
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_a_text_beside_itself_is_one_passage_without_a_change(codes):
    (passage,) = compare(text(codes), text(codes))
    assert (passage.start, passage.end) == (passage.other_start, passage.other_end)
    assert (passage.start, passage.end, passage.identical) == (0, len(codes), 1)


def test_equal_stems_of_other_words_are_a_passage_but_not_identical():
    one = text(talk(np.random.default_rng(1), 50))
    plain = one.plain.copy()
    plain[:20] += np.uint64(99_999)
    (passage,) = compare(one, Words(one.codes, one.start, one.stop, plain))
    assert passage.identical == pytest.approx(0.6)


@FIXED
@given(st.integers(0, 9999), st.integers(0, 400), st.integers(0, 400))
def test_texts_without_a_word_in_common_share_no_passage(seed, n, m):
    rng = np.random.default_rng(seed)
    assert compare(text(talk(rng, n)), text(talk(rng, m, language=1))) == []


def test_texts_of_one_language_that_know_nothing_of_each_other_share_no_passage():
    rng = np.random.default_rng(2)
    assert not any(compare(text(talk(rng, 400)), text(talk(rng, 900))) for _ in range(200))


def test_nothing_shares_nothing():
    none, some = text([]), text([1, 2, 3])
    assert compare(none, none) == compare(none, some) == compare(some, none) == []


@FIXED
@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 9), max_size=12))
def test_tiny_texts_are_no_trouble(one, other):
    for p in compare(text(one), text(other)):
        assert 0 <= p.start < p.end <= len(one)


@FIXED
@given(st.integers(0, 9999), st.integers(1, 5), st.sampled_from([0.0, 0.2, 0.4]))
def test_passages_lie_in_both_texts_and_do_not_overlap_in_the_query(seed, pieces, share):
    rng = np.random.default_rng(seed)
    other = talk(rng, 600)
    parts = [talk(rng, int(rng.integers(0, 200)))]
    for _ in range(pieces):
        start = int(rng.integers(0, 540))
        size = int(rng.integers(20, 150))
        parts += [reworded(rng, other[start : start + size], share), talk(rng, 30)]
    query = np.concatenate(parts)
    passages = compare(text(query), text(other))
    assert passages
    before = 0
    for p in passages:
        assert before <= p.start < p.end <= query.size
        assert 0 <= p.other_start < p.other_end <= other.size
        assert 0 <= p.identical <= 1
        before = p.end


@FIXED
@given(st.integers(0, 9999), st.sampled_from([0.0, 0.2, 0.4]))
def test_the_other_way_round_the_answer_is_much_the_same(seed, share):
    rng = np.random.default_rng(seed)
    passage = talk(rng, 100)
    query = np.concatenate([talk(rng, 150), reworded(rng, passage, share), talk(rng, 90)])
    other = np.concatenate([talk(rng, 40), passage, talk(rng, 210)])
    (here,) = compare(text(query), text(other))
    (there,) = compare(text(other), text(query))
    for mine, its in (
        ((here.start, here.end), (there.other_start, there.other_end)),
        ((here.other_start, here.other_end), (there.start, there.end)),
    ):
        assert min(mine[1], its[1]) - max(mine[0], its[0]) >= 0.8 * (mine[1] - mine[0])
    assert here.identical == pytest.approx(there.identical, abs=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_a_copied_passage_is_found_to_the_word_or_nearly(seed):
    rng = np.random.default_rng(seed)
    query, other = talk(rng, 150), talk(rng, 150)
    query[40:100] = other[70:130]
    (p,) = compare(text(query), text(other))
    assert abs(p.start - 40) <= 8
    assert abs(p.end - 100) <= 8
    assert abs(p.other_start - 70) <= 8
    assert abs(p.other_end - 130) <= 8
    assert p.identical > 0.9


@pytest.mark.parametrize("seed", range(20))
def test_a_text_with_a_third_of_its_words_changed_is_recognised_whole(seed):
    rng = np.random.default_rng(seed)
    other = talk(rng, 150)
    passages = compare(text(reworded(rng, other, 0.3)), text(other))
    assert copied(passages) >= 0.9 * 150
    same = sum(p.identical * (p.end - p.start) for p in passages) / copied(passages)
    assert 0.6 < same < 0.85


def test_sentences_that_changed_places_stay_one_passage():
    rng = np.random.default_rng(3)
    other = talk(rng, 900)
    moved = np.concatenate([other[300 + 20 * k : 320 + 20 * k] for k in rng.permutation(10)])
    query = np.concatenate([talk(rng, 200), moved, talk(rng, 200)])
    (p,) = compare(text(query), text(other))
    assert abs(p.start - 200) <= 8
    assert abs(p.end - 400) <= 8
    assert abs(p.other_start - 300) <= 8
    assert abs(p.other_end - 500) <= 8
    assert p.identical > 0.9


def test_a_passage_used_twice_is_two_passages():
    rng = np.random.default_rng(4)
    other = talk(rng, 300)
    twice = other[100:160]
    query = np.concatenate([talk(rng, 100), twice, talk(rng, 100), twice, talk(rng, 100)])
    first, second = compare(text(query), text(other))
    assert abs(first.start - 100) <= 8
    assert abs(second.start - 260) <= 8
    assert first.other_start < second.other_end
    assert second.other_start < first.other_end


def test_two_passages_of_one_text_far_apart_stay_two():
    rng = np.random.default_rng(5)
    other = talk(rng, 2000)
    query = np.concatenate([other[100:180], talk(rng, 400), other[1500:1580]])
    assert len(compare(text(query), text(other))) == 2


def test_what_is_left_out_in_the_middle_does_not_break_a_passage():
    rng = np.random.default_rng(6)
    other = talk(rng, 1000)
    query = np.concatenate([talk(rng, 100), other[300:400], other[440:540], talk(rng, 100)])
    (p,) = compare(text(query), text(other))
    assert p.end - p.start >= 190
    assert p.other_end - p.other_start >= 230


def test_a_short_phrase_is_not_a_passage_unless_the_rules_say_so():
    rng = np.random.default_rng(7)
    phrase = np.arange(90_000, 90_010, dtype=np.uint64)
    query, other = talk(rng, 80), talk(rng, 80)
    query[30:40] = other[50:60] = phrase
    assert compare(text(query), text(other)) == []
    (p,) = compare(text(query), text(other), rules=Rules(shortest=8))
    assert p.start <= 30 < 40 <= p.end


def test_what_is_common_everywhere_is_no_evidence():
    rng = np.random.default_rng(8)
    query, other = talk(rng, 200), talk(rng, 200)
    query[50:80] = other[100:130] = np.arange(70_000, 70_030, dtype=np.uint64)
    assert compare(text(query), text(other))
    common = dict.fromkeys(range(70000, 70030), 3.0)
    assert compare(text(query), text(other), rarity=common) == []

    def rarity(codes):
        return np.array([common.get(int(code), np.nan) for code in codes])

    assert compare(text(query), text(other), rarity=rarity) == []


def test_rarity_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"rarity must answer with shape \(3,\), got \(1,\)"):
        compare(text([1, 2]), text([2, 3]), rarity=lambda codes: np.ones(1))


def test_short_words_are_held_for_frequent_ones():
    rng = np.random.default_rng(9)
    query, other = talk(rng, 200, language=1), talk(rng, 200, language=2)
    query[50:66] = other[100:116] = np.arange(70_000, 70_016, dtype=np.uint64)
    assert compare(text(query, length=10), text(other, length=10))
    assert not compare(text(query, length=2), text(other, length=2))


@pytest.mark.parametrize("sizes", [(10_000, 9_000), (10_000, 1)])
def test_the_same_word_ten_thousand_times_is_answered_at_once(sizes):
    n, m = sizes
    assert compare(text(np.ones(n)), text(np.ones(m))) == []
    (p,) = compare(text(np.ones(n)), text(np.ones(n)))
    assert (p.end, p.identical) == (n, 1)


def test_a_long_copy_is_found_though_not_every_pair_of_words_was_looked_at():
    rng = np.random.default_rng(10)
    other = talk(rng, 20_000)
    query = np.concatenate([talk(rng, 300), other[:18_000]])
    passages = compare(text(query), text(other))
    assert copied(passages) == pytest.approx(18_000, abs=20)
    assert all(p.identical > 0.99 for p in passages)


def test_the_same_texts_give_the_same_answer():
    rng = np.random.default_rng(11)
    other = talk(rng, 500)
    query = reworded(rng, other[100:400], 0.4)
    assert compare(text(query), text(other)) == compare(text(query), text(other))


def test_a_sentence_of_indonesian_reworded_by_hand_is_found_and_its_changes_counted():
    source = (
        "Pemerintah daerah membangun layanan perizinan terpadu agar warga kepulauan tidak perlu "
        "menyeberang ke ibu kota kabupaten; petugas mendatangi setiap pulau dengan kapal setiap "
        "bulan dan berkas diselesaikan pada hari yang sama tanpa biaya tambahan."
    )
    query = (
        "Inovasi kami lahir tahun lalu. Pemda membangun pelayanan perizinan terpadu supaya warga "
        "kepulauan tidak perlu lagi menyeberang ke ibu kota kabupaten: petugas kami mendatangi "
        "pulau dengan kapal setiap bulan dan berkas selesai pada hari yang sama, tanpa biaya. "
        "Kepuasan masyarakat naik menjadi sembilan puluh persen."
    )
    x, y = read(query), read(source)
    (p,) = compare(x, y)
    assert "perizinan terpadu" in query[x.start[p.start] : x.stop[p.end - 1]]
    assert "Kepuasan masyarakat" not in query[x.start[p.start] : x.stop[p.end - 1]]
    assert 0.5 < p.identical < 1


@pytest.fixture(scope="module")
def corpus():
    if not CORPUS.is_dir():
        pytest.skip("no Indonesian corpus beside the project (shared/data/engine/plagiarism)")
    texts, sources = (
        {p.name: read(p.read_text(encoding="utf-8")) for p in sorted((CORPUS / part).glob("*.txt"))}
        for part in ("suspicious-documents", "source-documents")
    )
    found = []
    for name, x in texts.items():
        for source, y in sources.items():
            for p in compare(x, y):
                start, stop = int(x.start[p.start]), int(x.stop[p.end - 1])
                first, last = int(y.start[p.other_start]), int(y.stop[p.other_end - 1])
                found.append(plagdet.Case(name, start, stop - start, source, first, last - first))
    return plagdet.read(CORPUS / "suspicious-documents"), found


@pytest.mark.parametrize("micro", [False, True])
def test_indonesian_reuse_is_found_with_plagdet_of_two_thirds_and_more(corpus, micro):
    cases, found = corpus
    told = plagdet.score(cases, found, micro=micro)
    assert told.plagdet >= 0.65
    assert told.found >= 0.9
