"""Both sides of a fit, checked, cut into tasks and put together again."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from teladan.engine.cluster import Cluster, Local
from teladan.engine.pairing.candidates import Candidates
from teladan.engine.pairing.columns import Columns
from teladan.engine.pairing.filters import Equal, Filter, Open
from teladan.engine.pairing.rules import Rules
from teladan.engine.pairing.scan import Found, Measure, Task, best_per_row, scan
from teladan.engine.pairing.terms import Term

__all__ = ["Sides", "together"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Progress = Callable[[float], None]

# Needs and offers of one task: about a second of work, and the same on every cluster.
NEEDS, SHARD = 512, 32_768


class Sides:
    """Columns and rules, checked and in the form that tasks are cut from."""

    def __init__(
        self,
        needs: Mapping[str, ArrayLike],
        offers: Mapping[str, ArrayLike],
        weights: Mapping[str, float],
        rules: Rules,
    ) -> None:
        self.rules, self.shares = rules, rules.shares(weights)
        self.needs, self.offers = Columns("needs", needs), Columns("offers", offers)
        self.open = np.ones(self.offers.rows, dtype=np.bool_)
        for rule in rules.filters:
            if isinstance(rule, Open):
                self.open &= self.offers.flags(rule.offer)
        compared = [rule for rule in rules.filters if not isinstance(rule, Open)]
        self.exact = [f for f in compared if isinstance(f, Equal) and f.unknown == "refuse"]
        self.filters = tuple(f for f in compared if f not in self.exact)
        compared_by: tuple[Term | Filter, ...] = (*rules.terms, *self.filters)
        figures = [self._figures(rule) for rule in compared_by]
        self.need_figures = tuple(a for a, _ in figures)
        self.offer_figures = tuple(b for _, b in figures)

    def _figures(self, rule: Term | Filter) -> tuple[Floats, Floats]:
        need, offer = rule.columns()
        a, b = rule.read(self.needs, need), rule.read(self.offers, offer)
        if a.shape[1] != b.shape[1]:
            raise ValueError(
                f"needs[{need!r}] has {a.shape[1]} members, offers[{offer!r}] {b.shape[1]}"
            )
        return a, b

    def search(
        self,
        breadth: int,
        prices: Floats | None,
        cluster: Cluster | None,
        progress: Progress | None,
    ) -> list[Found]:
        """Return the best pairs of every task, at least one empty answer."""
        measure = Measure(self.rules.terms, self.shares, self.filters, self.rules.floor, breadth)
        parts = [(measure, task) for task in self.tasks(prices)]
        found = (cluster or Local()).map(scan, parts, progress=progress)
        none = np.empty(0, dtype=np.int64)
        return [*found, Found(none, none, np.empty(0), none, np.empty(0))]

    def tasks(self, prices: Floats | None) -> Iterator[Task]:
        """Cut needs and offers that agree in all exact filters into tasks."""
        for need, offer in self._groups():
            for first in range(0, need.size, NEEDS):
                rows = need[first : first + NEEDS]
                for start in range(0, offer.size, SHARD):
                    shard = offer[start : start + SHARD]
                    yield Task(
                        rows,
                        shard,
                        tuple(figures[rows] for figures in self.need_figures),
                        tuple(figures[shard] for figures in self.offer_figures),
                        None if prices is None else prices[shard],
                    )

    def _groups(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield needs and open offers with equal codes; unknown codes belong nowhere."""
        need, offer = np.arange(self.needs.rows), np.flatnonzero(self.open)
        if not self.exact:
            if offer.size:
                yield need, offer
            return
        a, b = (
            np.hstack([rule.read(side, rule.columns()[at]) for rule in self.exact])
            for at, side in enumerate((self.needs, self.offers))
        )
        need = need[~np.isnan(a).any(axis=1)]
        offer = offer[~np.isnan(b[offer]).any(axis=1)]
        _, group = np.unique(np.vstack([a[need], b[offer]]), axis=0, return_inverse=True)
        group = group.reshape(-1)
        mine, theirs = group[: need.size], group[need.size :]
        need, offer = (
            need[np.argsort(mine, kind="stable")],
            offer[np.argsort(theirs, kind="stable")],
        )
        mine, theirs = np.sort(mine), np.sort(theirs)
        for code in np.intersect1d(mine, theirs):
            (low, high), (start, stop) = (
                np.searchsorted(side, [code, code + 1]) for side in (mine, theirs)
            )
            yield need[low:high], offer[start:stop]

    def candidates(self, found: list[Found]) -> Candidates:
        """Return the best pairs of each need with all that explains them."""
        i, j, _ = best_per_row(*together(found), self.rules.breadth)
        order = np.lexsort((j, i))
        i, j = i[order], j[order]
        terms = np.empty((i.size, len(self.rules.terms)))
        score = np.zeros(i.size)
        for t, term in enumerate(self.rules.terms):
            terms[:, t] = term.line(self.need_figures[t][i], self.offer_figures[t][j])
            known = np.where(np.isnan(terms[:, t]), term.neutral, terms[:, t])
            score += known * self.shares[t]
        best = np.full(self.needs.rows, -np.inf)
        for part in found:
            np.maximum.at(best, part.need, part.best)
        best[np.isinf(best)] = np.nan
        T = len(self.rules.terms)
        return Candidates(
            i=i,
            j=j,
            score=score,
            terms=terms,
            names=tuple(term.name for term in self.rules.terms),
            weights=self.shares,
            neutral=np.array([term.neutral for term in self.rules.terms]),
            columns=tuple(term.columns() for term in self.rules.terms),
            missing_need=_missing(self.need_figures[:T]),
            missing_offer=_missing(self.offer_figures[:T]),
            best=best,
        )


def _missing(figures: tuple[Floats, ...]) -> Flags:
    return np.column_stack([np.isnan(each[:, 0]) for each in figures])


def together(found: list[Found]) -> tuple[Ints, Ints, Floats]:
    """Return need, offer and key of all pairs found by all tasks."""
    i, j, key = (np.concatenate(part) for part in list(zip(*found, strict=True))[:3])
    return i, j, key
