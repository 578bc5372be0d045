"""The index on disk: what was added is found, however it came there."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.prose import asked, built, corpus, prose, reworded

from teladan.engine.novelty import Index
from teladan.engine.novelty.candidates import candidates
from teladan.engine.novelty.words import read

quickly = settings(deadline=None, max_examples=12, derandomize=True)


# --- what is found ---------------------------------------------------------------------------


def test_every_text_is_its_own_nearest(tmp_path):
    texts = corpus(60)
    with built(tmp_path, texts) as index:
        for id, text in texts:
            best = index.query(text, limit=3)[0]
            assert (best.id, best.copied, best.changed, best.novel) == (id, 1.0, 0.0, 0.0)


def test_a_text_with_a_third_of_its_words_changed_is_found(tmp_path):
    texts = corpus(80)
    with built(tmp_path, texts) as index:
        found = [index.query(reworded(text, 0.3, i)) for i, (_, text) in enumerate(texts)]

    assert [each[0].id for each in found] == [id for id, _ in texts]


def test_a_passage_copied_into_another_text_is_found_and_shown(tmp_path):
    texts = corpus(50)
    passage = " ".join(texts[7][1].split()[10:40])
    query = prose(98, 40) + " " + passage + " " + prose(99, 40)
    with built(tmp_path, texts) as index:
        best = index.query(query)[0]

    assert best.id == "t007"
    start, end, other_start, other_end, _ = max(best.passages, key=lambda each: each[1] - each[0])
    shown = query[start:end], texts[7][1][other_start:other_end]
    assert sum(word in shown[0].split() for word in passage.split()) >= 28
    assert sum(word in shown[1].split() for word in passage.split()) >= 28


def test_a_passage_in_a_long_text_is_not_drowned(tmp_path):
    texts = corpus(50)
    query = " ".join([prose(500, 3000), *texts[7][1].split()[:40], prose(501, 3000)])
    with built(tmp_path, texts) as index:
        [docs] = candidates(index._view, [query], limit=50)

        assert "t007" in [index._view.id(doc) for doc in docs]


def test_words_in_another_order_with_other_words_between_are_candidates_by_stems(tmp_path):
    texts = corpus(50)
    rng = np.random.default_rng(1)
    text = " ".join([prose(77, 30), "wabah jembatan gerobak nelayan koperasi anggrek bendungan"])
    mixed = rng.permutation(text.split()).tolist()
    with built(tmp_path, [*texts, ("one", text)]) as index:
        [docs] = candidates(index._view, [" ".join(mixed)], limit=1)

        assert "one" in [index._view.id(doc) for doc in docs]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desa",
        "dua kata",
        "\0",
        "satu\0dua\0tiga empat lima enam tujuh delapan sembilan sepuluh",
        "😀 👍🏽 😀",
        "Общественные услуги становятся ближе к людям в каждом районе нашей области",
        "公共サービスの革新は地域の人々の暮らしをより良くするために行われています",
        "خدمات عامة أفضل لكل الناس في كل قرية ومدينة في بلادنا",
        "half a \ud800 pair and the rest of a sentence that is long enough to be seen",
    ],
)
def test_any_text_can_be_added_and_asked_for(tmp_path, text):
    with built(tmp_path, [("it", text), *corpus(5)]) as index:
        found = index.query(text)
        assert index._view.text(index._view.find_ids(["it"])["it"]) == text

        if read(text).codes.size >= 8:
            assert (found[0].id, found[0].copied) == ("it", 1.0)
        else:
            assert all(each.id == "it" for each in found)


def test_a_huge_text_is_added_and_a_part_of_it_found(tmp_path):
    rng = np.random.default_rng(3)
    words = [f"k{each}" for each in rng.integers(0, 50_000, 300_000)]
    with Index.open(tmp_path) as index:
        index.add("huge", " ".join(words))
        [best] = index.query(" ".join(words[150_000:150_060]))

    assert (best.id, best.copied) == ("huge", 1.0)


def test_thousands_of_copies_are_answered_in_the_order_of_their_ids(tmp_path):
    text = prose(5)
    pairs = [(f"c{i:04}", text) for i in np.random.default_rng(0).permutation(3000)]
    with built(tmp_path, [*pairs, *corpus(20)]) as index:
        found = index.query(text, limit=5)

    assert [each.id for each in found] == ["c0000", "c0001", "c0002", "c0003", "c0004"]


def test_an_empty_index_knows_nothing(tmp_path):
    with Index.open(tmp_path) as index:
        assert len(index) == 0
        assert index.query("apa saja") == []
        assert index.query_many([]) == []


# --- however it came there -------------------------------------------------------------------


@quickly
@given(st.data())
def test_answers_depend_on_the_texts_and_on_nothing_else(tmp_path_factory, data):
    pairs = corpus(data.draw(st.integers(3, 25)), seed=data.draw(st.integers(0, 5)))
    extra = corpus(4, seed=9)
    queries = [reworded(text, 0.4, i) for i, (_, text) in enumerate(pairs[:6])]
    queries.append(extra[0][1])
    once = tmp_path_factory.mktemp("once")
    with Index.open(once) as index:
        index.add_many(pairs)
        expected = index.query_many(queries)

    shuffled = data.draw(st.permutations(pairs))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(pairs)), max_size=12)))
    twice = tmp_path_factory.mktemp("twice")
    with Index.open(twice) as index:
        for a, b in pairwise([0, *cuts, len(pairs)]):
            index.add_many([(f"x{id}", text) for id, text in extra])
            for id, text in shuffled[a:b]:
                index.add(id, text)
            index.commit()
            for id, _ in extra:
                index.remove(f"x{id}")
        assert len(index) == len(pairs)
        assert index.query_many(queries) == expected

    assert asked(twice, queries) == expected
    assert asked(twice, queries, shards=3) == expected


def test_many_small_commits_are_merged_into_few_files(tmp_path):
    with Index.open(tmp_path) as index:
        for id, text in corpus(70):
            index.add(id, text)
            index.commit()
        assert len(index._view.segments) <= 9
        assert [index.query(text)[0].id for _, text in corpus(70)] == [id for id, _ in corpus(70)]
    assert len(list(tmp_path.glob("*.segment"))) <= 9


def test_what_was_removed_is_gone_and_its_file_is_rewritten(tmp_path):
    pairs = corpus(30)
    with built(tmp_path, pairs) as index:
        for id, _ in pairs[:20]:
            index.remove(id)
        assert len(index) == 10
        assert pairs[3][0] not in [each.id for each in index.query(pairs[3][1])]
        assert index._view.segments[0].gone is None
        assert index._view.segments[0].docs == 10
        with pytest.raises(ValueError, match="id 't003' is not in the index"):
            index.remove("t003")
        for id, _ in pairs[20:]:
            index.remove(id)
        assert (len(index), index.query(pairs[25][1])) == (0, [])
        assert index._view.segments == []


def test_a_waiting_text_can_be_removed_and_added_again(tmp_path):
    with Index.open(tmp_path) as index:
        index.add("a", prose(1))
        index.remove("a")
        index.add("a", prose(2))
        assert len(index) == 1
        assert index.query(prose(2))[0].id == "a"
        index.remove("a")
        index.add("a", prose(3))
        assert len(index) == 1
        assert [each.copied for each in index.query(prose(3))] == [1.0]


def test_an_id_twice_is_refused_by_name_and_nothing_of_that_call_is_added(tmp_path):
    with built(tmp_path, [("a", prose(1))]) as index:
        with pytest.raises(ValueError, match="id 'a' is in the index already"):
            index.add("a", prose(2))
        with pytest.raises(ValueError, match="id 'a' is in the index already"):
            index.add_many([("b", prose(2)), ("a", prose(2))])
        with pytest.raises(ValueError, match="id 'c' comes twice"):
            index.add_many([("c", prose(2)), ("d", prose(2)), ("c", prose(2))])
        index.add("e", prose(4))
        with pytest.raises(ValueError, match="id 'e' is in the index already"):
            index.add("e", prose(2))
        assert len(index) == 2


def test_replacing_puts_the_new_text_in_the_place_of_the_old(tmp_path):
    with built(tmp_path, corpus(9)) as index:
        index.add("t003", prose(70), replace=True)
        index.add_many([("t004", prose(71)), ("t004", prose(72))], replace=True)
        index.add("t005", prose(73), replace=True)
        index.add("t005", prose(74), replace=True)
        assert len(index) == 9
        assert [index.query(prose(i))[0].id for i in (70, 72, 74)] == ["t003", "t004", "t005"]
        assert all(each.copied < 1 for i in (3, 4, 5, 71, 73) for each in index.query(prose(i)))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda index: index.add(3, "x"), "id 3 is int, must be str"),
        (lambda index: index.add("a", None), "text of id 'a' is NoneType, must be str"),
        (lambda index: index.add_many([("a", b"x")]), "text of id 'a' is bytes, must be str"),
        (lambda index: index.query(None), r"texts\[0\] is NoneType, must be str"),
        (lambda index: index.query("x", limit=0), "limit is 0, must be at least 1"),
        (lambda index: index.query("x", limit=1.5), "limit is 1.5, must be whole"),
        (lambda index: index.query_many(["x"], shards=0), "shards is 0, must be at least 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path, call, said):
    with Index.open(tmp_path) as index:
        with pytest.raises(ValueError, match=said):
            call(index)
        assert len(index) == 0


def test_a_closed_index_says_so(tmp_path):
    index = Index.open(tmp_path)
    index.close()
    index.close()
    for call in (lambda: index.add("a", "b"), lambda: index.query("b"), lambda: len(index)):
        with pytest.raises(ValueError, match="the index is closed"):
            call()


def test_nothing_but_numpy_is_loaded():
    assert not {"django", "dask", "snowballstemmer"} & set(sys.modules)
