"""The steps of comparing two texts, beside slow versions that can be read."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teladan.engine.novelty.alignment import best_stretch, gain, partners, trim, worth
from teladan.engine.novelty.seeds import Rules, chance, crowd, enough, pairs, regions, seeds
from teladan.engine.novelty.words import Words

FIXED = settings(max_examples=100, deadline=None, derandomize=True)
WORDS = st.lists(st.integers(0, 6), min_size=1, max_size=40)


def text(codes, length=6):
    codes = np.asarray(codes, dtype=np.uint64)
    start = np.arange(codes.size, dtype=np.int32) * (length + 1)
    return Words(codes, start, start + np.int32(length), codes)


def every_pair(x, y):
    return [(i, j) for i in range(len(x)) for j in range(len(y)) if x[i] == y[j]]


@FIXED
@given(WORDS, WORDS)
def test_pairs_are_all_places_of_equal_words_in_order(x, y):
    i, j = pairs(np.array(x), np.array(y), 7, 10_000)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == every_pair(x, y)


@FIXED
@given(WORDS, WORDS, st.integers(0, 60))
def test_too_many_pairs_lose_the_words_with_most_of_them(x, y, limit):
    number = {w: x.count(w) * y.count(w) for w in range(7)}
    allowed, total = set(), 0
    for w in sorted(range(7), key=lambda w: (number[w], w)):
        total += number[w]
        if total <= limit:
            allowed.add(w)
    i, j = pairs(np.array(x), np.array(y), 7, limit)
    told = list(zip(i.tolist(), j.tolist(), strict=True))
    assert told == [(a, b) for a, b in every_pair(x, y) if x[a] in allowed]


@pytest.mark.parametrize("seed", range(40))
def test_a_crowd_is_the_weight_of_a_square_and_its_eight_neighbours(seed):
    rng = np.random.default_rng(seed)
    row, column = rng.integers(0, 7, (2, rng.integers(1, 40)))
    weight = rng.integers(1, 6, row.size)
    square, total = crowd(row, column, weight.astype(float))[1:3]
    for place in range(row.size):
        near = (np.abs(row - row[place]) <= 1) & (np.abs(column - column[place]) <= 1)
        assert total[square[place]] == weight[near].sum()


@FIXED
@given(st.lists(st.integers(-5, 5), max_size=25))
def test_the_best_stretch_has_the_highest_sum_of_all(values):
    start, end, total = best_stretch(np.array(values, dtype=float))
    every = [sum(values[a:b]) for a in range(len(values) + 1) for b in range(a, len(values) + 1)]
    assert total == max(every)
    assert sum(values[start:end]) == total


def slow_partners(x, y, value):
    """Pair words as `partners` says it does, one look at a time."""
    every = every_pair(x, y)

    def square(i, j):
        return i // 8, (i - j + len(y)) // 8

    def support(i, j):
        a, b = square(i, j)
        total = 0.0
        for k, m in every:
            c, d = square(k, m)
            if abs(a - c) <= 1 and abs(b - d) <= 1:
                total += value[x[k]]
        run = ((i - 1, j - 1) in every) + ((i + 1, j + 1) in every)
        return total * (1 + 2 * run)

    left = sorted(every, key=lambda p: (-round(support(*p), 9), p))
    chosen = [-1] * len(x)
    for _ in range(6):
        best_i, best_j = {}, {}
        for p in left:
            best_i.setdefault(p[0], p)
            best_j.setdefault(p[1], p)
        for p in left:
            if best_i[p[0]] == p == best_j[p[1]]:
                chosen[p[0]] = p[1]
        left = [p for p in left if chosen[p[0]] < 0 and p[1] not in chosen]
    for step in (1, -1):
        for _ in range(16):
            more = []
            for i in range(len(x)):
                if chosen[i] < 0 and 0 <= i - step < len(x) and chosen[i - step] >= 0:
                    j = chosen[i - step] + step
                    if 0 <= j < len(y) and x[i] == y[j] and j not in chosen:
                        more.append((i, j))
            for i, j in more:
                chosen[i] = j
    return chosen


@pytest.mark.parametrize("seed", range(30))
def test_words_are_paired_as_the_slow_version_pairs_them(seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.integers(0, 7, rng.integers(1, 60)).tolist() for _ in range(2))
    value = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
    assert partners(np.array(x), np.array(y), value).tolist() == slow_partners(x, y, value)


def test_frequent_words_that_a_long_text_leaves_out_are_paired_beside_rare_ones():
    x = np.zeros(4000, dtype=np.int64)
    x[::8] = np.arange(1, 501)
    match = partners(x, x, np.ones(501))
    assert (match == np.arange(4000)).mean() > 0.99


@pytest.mark.parametrize("seed", range(40))
def test_borders_are_those_of_the_slow_version(seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.integers(0, 15, rng.integers(1, 60)) for _ in range(2))
    rules = Rules(kept=0.5)
    rate = np.full(15, 0.01)
    match = partners(x, y, np.ones(15))
    mine, its = worth(match, rate[x], y.size, rules)
    cut = trim(match, mine, its, rules)
    if (match < 0).all():
        assert cut is None
        return
    miss = math.log(0.5)
    back = {int(j): i for i, j in enumerate(match) if j >= 0}
    s, e, u, v = 0, x.size, 0, y.size
    for _ in range(6):
        before = (s, e, u, v)
        inside = [w if u <= j < v else miss for w, j in zip(mine, match, strict=True)]
        s, e, score = best_stretch(np.array(inside))
        inside = [w if s <= back.get(j, -1) < e else miss for j, w in enumerate(its)]
        u, v, other_score = best_stretch(np.array(inside))
        if (s, e, u, v) == before:
            break
    assert cut == (s, e, u, v, min(score, other_score))


def test_a_match_in_line_is_worth_more_than_one_that_jumps():
    rules = Rules(close=20)
    match = np.array([5, 6, -1, 8, 40])
    mine, its = worth(match, np.full(5, 0.001), 60, rules)
    assert mine[0] == mine[1] == mine[3] == pytest.approx(gain(np.array(0.001), 20, rules))
    assert mine[4] == pytest.approx(gain(np.array(0.001), 60, rules))
    assert worth(match, np.full(5, 0.001), 500, rules)[0][4] < mine[4]
    assert mine[2] == 0
    assert its[[5, 6, 8, 40]].tolist() == mine[[0, 1, 3, 4]].tolist()
    # A jump of six diagonals: anywhere within 8 * 6 + 2 words.
    mine, _ = worth(np.array([5, 12]), np.full(2, 0.001), 60, rules)
    assert mine[1] == pytest.approx(gain(np.array(0.001), 50, rules))


def test_a_lone_match_may_stand_anywhere_by_chance():
    rules = Rules()
    mine, _ = worth(np.array([-1, 3]), np.array([0.01, 0.01]), 70, rules)
    by_chance = 1 - math.exp(-0.01 * 70)
    expected = math.log((rules.kept + (1 - rules.kept) * by_chance) / by_chance)
    assert mine.tolist() == [0, pytest.approx(expected)]


def test_chance_is_that_of_at_least_one_in_the_window():
    assert chance(np.array([0.01]), 50)[0] == pytest.approx(1 - math.exp(-0.5))


def test_what_is_enough_grows_with_the_logarithm_of_the_squares():
    rules = Rules(crowd=6.0, cell=20)
    assert enough(10, 10, rules) == 6
    assert enough(2000, 4000, rules) == pytest.approx(6 + math.log(100 * 200))


def test_rates_count_both_texts_and_some_general_language():
    found = seeds(text([1, 2, 2]), text([2, 3], length=10), None, Rules(memory=100))
    assert found.query.tolist() == [0, 1, 1]
    assert found.other.tolist() == [1, 2]
    prior = [0.1 / 6**3, 0.1 / 6**3, 0.1 / 10**3]
    expected = [(count + 100 * p) / 105 for count, p in zip([1, 3, 1], prior, strict=True)]
    assert found.rate.tolist() == pytest.approx(expected)


def test_rarity_replaces_the_length_of_the_words_it_knows():
    found = seeds(text([1, 2]), text([2, 3]), {2: math.log(50)}, Rules(memory=100))
    plain = seeds(text([1, 2]), text([2, 3]), None, Rules(memory=100))
    assert found.rate[1] == pytest.approx((2 + 100 / 50) / 104)
    assert found.rate[[0, 2]].tolist() == plain.rate[[0, 2]].tolist()
    # A word cannot make up more than all of a text.
    found = seeds(text([1]), text([1]), {1: -5.0}, Rules(memory=100))
    assert found.rate[0] == pytest.approx((2 + 100) / 102)


def test_crowds_apart_are_regions_apart_and_the_strongest_comes_first():
    rng = np.random.default_rng(1)
    rare = np.arange(1000, 2000)
    x, y = rng.integers(0, 900, 1000), rng.integers(5000, 5900, 1000)
    x[100:130], y[700:730] = rare[:30], rare[:30]
    x[500:560], y[200:260] = rare[100:160], rare[100:160]
    first, second = regions(seeds(text(x), text(y), None, Rules()), Rules())
    assert (first.i.min(), first.i.max() + 1) == (500, 560)
    assert (first.j.min(), first.j.max() + 1) == (200, 260)
    assert (second.i.min(), second.i.max() + 1) == (100, 130)
    assert first.gain.sum() > second.gain.sum() > 0


def test_a_word_said_again_and_again_is_no_crowd():
    x = np.arange(400)
    y = np.arange(1000, 1400)
    x[100:112] = y[200:212] = 7777
    assert list(regions(seeds(text(x), text(y), None, Rules()), Rules())) == []


def smith_waterman(x, y, value, miss):
    """Align locally: `value` for equal words, `miss` for each word without an equal."""
    n, m = len(x), len(y)
    best = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            equal = best[i - 1, j - 1] + value[x[i - 1]] if x[i - 1] == y[j - 1] else -1.0
            best[i, j] = max(0.0, equal, best[i - 1, j] + miss, best[i, j - 1] + miss)
    i, j = np.unravel_index(int(best.argmax()), best.shape)
    end = (int(i), int(j))
    while best[i, j] > 0:
        if x[i - 1] == y[j - 1] and best[i, j] == best[i - 1, j - 1] + value[x[i - 1]]:
            i, j = i - 1, j - 1
        elif best[i, j] == best[i - 1, j] + miss:
            i -= 1
        else:
            j -= 1
    return int(i), end[0], int(j), end[1]


@pytest.mark.parametrize("seed", range(8))
def test_where_order_is_kept_borders_are_those_of_smith_and_waterman(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 2000, 110), rng.integers(0, 2000, 100)
    passage = y[30:80].copy()
    some = rng.random(50) < 0.3
    passage[some] = rng.integers(3000, 9000, int(some.sum()))
    x[40:90] = passage
    rules = Rules()
    rate = np.full(9000, 0.002)
    match = partners(x, y, gain(rate, rules.window, rules))
    cut = trim(match, *worth(match, rate[x], y.size, rules), rules)
    miss = math.log(1 - rules.kept) / 2
    start, end, first, last = smith_waterman(x, y, gain(rate, rules.close, rules), miss)
    assert cut is not None
    assert np.abs(np.array(cut[:4]) - [start, end, first, last]).max() <= 8
