"""What was asked, as a query: words, phrases, their pairs, one typo, and the facets chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from teladan.library import words
from teladan.library.found import Matches
from teladan.library.index import Shelf

MOST_WORDS = 12


class Question:
    """One query on one index. Remembers what it looked for, to say why a hit matches."""

    def __init__(self, shelf: Shelf, q: str, asked: Mapping[str, str]) -> None:
        import tantivy

        self.shelf, self.q, self.asked = shelf, q, asked
        self.fields, self.query = shelf.index.schema, tantivy.Query
        self.must, self.should = tantivy.Occur.Must, tantivy.Occur.Should
        self.written: set[str] = set()
        self.stems: dict[str, set[str]] = {language: set() for language in words.LANGUAGES}
        self.begins: list[str] = []
        self.typos: list[str] = []
        self.mended: dict[str, str] = {}
        self.missing: list[str] = []
        self.also: list[tuple[str, str]] = []
        self.known: dict[tuple[str, ...], dict[str, bool]] = {}

    def groups(self) -> list[Any]:
        """Make a query of each word or known phrase that something in the index can match."""
        typed = list(dict.fromkeys(words.words_of(self.q)))
        telling = [word for word in words.telling(typed) if len(word) > 1] or typed
        found = []
        for piece, others in words.phrases(telling[:MOST_WORDS]):
            ways = self._ways(piece) + self._pairs(piece, others)
            if not ways and len(piece) == 1:
                ways = self._forgiving(piece[0])
            if ways:
                found.append(self.query.disjunction_max_query(ways, 0.1))
            else:
                self.missing.extend(piece)
        return found

    def _ways(self, piece: list[str]) -> list[Any]:
        """Look for the piece as written and by its stems; a phrase in a row, or all of it."""
        if len(piece) > 1:
            ways = [
                way
                for language in words.LANGUAGES
                if (way := self._said(language, tuple(words.stem(w, language) for w in piece), 3.0))
            ]
            apart = [self._ways([word]) for word in piece]
            if all(apart):
                each = [(self.must, self.query.disjunction_max_query(way, 0.1)) for way in apart]
                ways.append(self.query.boost_query(self.query.boolean_query(each), 0.5))
            return ways
        word = piece[0]
        ways = [
            way
            for name, boost in (("title", 4.0), ("names", 2.0), ("all", 1.0))
            if (way := self._term(name, word, boost))
        ]
        for language in words.LANGUAGES:
            if way := self._said(language, (words.stem(word, language),), 1.5):
                ways.append(way)
        self.written.add(word)
        return ways

    def _pairs(self, piece: list[str], others: Mapping[tuple[str, words.Phrase], str]) -> list[Any]:
        ways, said = [], []
        for (language, stems), spelling in others.items():
            if way := self._said(language, stems, 0.8):
                ways.append(way)
                said.append(spelling)
        if said:
            self.also.append((" ".join(piece), ", ".join(said[:3])))
        return ways

    def _term(self, name: str, term: str, boost: float) -> Any:
        if not self.shelf.searcher.doc_freq(name, term):
            return None
        return self.query.boost_query(self.query.term_query(self.fields, name, term), boost)

    def _said(self, language: str, stems: words.Phrase, boost: float) -> Any:
        """Look for stems in a row, or return None if one of them occurs nowhere."""
        if not stems or not all(self.shelf.searcher.doc_freq(language, stem) for stem in stems):
            return None
        self.stems[language].update(stems)
        if len(stems) == 1:
            return self._term(language, stems[0], boost)
        phrase = self.query.phrase_query(self.fields, language, list(stems))
        return self.query.boost_query(phrase, boost)

    def _forgiving(self, word: str) -> list[Any]:
        """Take a word that occurs nowhere as the beginning of one, else with one typo."""
        for prefix, distance in ((True, 0), (False, 1)):
            if len(word) < (3 if prefix else 4):
                continue
            way = self.query.fuzzy_term_query(self.fields, "all", word, distance, True, prefix)
            found = self.shelf.searcher.search(way, 20, count=False).hits
            if not found:
                continue
            if prefix:
                self.begins.append(word)
                return [way]
            self.typos.append(word)
            ways = []
            for piece, others in words.phrases(self._mended(word, found)):
                ways += self._ways(piece) + self._pairs(piece, others)
            return ways or [way]
        return []

    def _mended(self, typo: str, found: list[Any]) -> list[str]:
        """Name the word that was meant: the most common one near to it in what was found."""
        texts = []
        for _score, address in found:
            card = json.loads(self.shelf.searcher.doc(address).get_first("card"))
            names = (card["title"], card["institution"], card["region"], card["province"])
            texts += [*names, card["category"], *card["summary"].values()]
        close = {word for text in texts for word in words.words_of(text) if words.near(typo, word)}
        if not close:
            return []
        self.mended[typo] = max(
            sorted(close), key=lambda word: self.shelf.searcher.doc_freq("all", word)
        )
        return [self.mended[typo]]

    def whole(self, groups: list[Any], least: int) -> Any:
        """Ask for at least so many of the groups, and every facet that was chosen."""
        parts = []
        if least == len(groups):
            parts = [(self.must, group) for group in groups]
        elif groups:
            some = [(self.should, group) for group in groups]
            parts.append((self.must, self.query.boolean_query(some, least)))
        for name, value in self.asked.items():
            only = self.query.term_query(self.fields, name, value, "basic")
            parts.append((self.must, self.query.const_score_query(only, 0.0)))
        return self.query.boolean_query(parts) if parts else self.query.all_query()

    def matcher(self, *languages: str) -> Matches:
        """Return what says whether a word of a text in these languages was asked for."""
        known = self.known.setdefault(languages, {})

        def matches(word: str) -> bool:
            if word not in known:
                known[word] = (
                    word in self.written
                    or any(words.stem(word, spoken) in self.stems[spoken] for spoken in languages)
                    or any(word.startswith(beginning) for beginning in self.begins)
                    or any(words.near(typo, word) for typo in self.typos)
                )
            return known[word]

        return matches

    def suggestion(self) -> str:
        """Return the query with each typo replaced by the word it was taken for."""
        if not self.mended:
            return ""
        return words.WORD.sub(lambda m: self.mended.get(words.plain(m[0]), m[0]), self.q)
