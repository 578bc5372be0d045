"""Zero-one programmes whose terms are minimised one after the other, by CP-SAT."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

__all__ = ["Solver"]

# A weight and a literal.
Term = tuple[int, int]
TICK = 0.25


class Solver:
    """Literals, linear limits, and the best solution known."""

    def __init__(self) -> None:
        from ortools.sat.python import cp_model

        self._cp = cp_model
        self._model: Any = cp_model.CpModel()
        self._literals: list[Any] = []
        self._chosen: list[bool] = []

    def literal(self) -> int:
        """Return a new literal."""
        self._literals.append(self._model.new_bool_var(""))
        self._chosen.append(False)
        return len(self._literals) - 1

    def choose(self, literal: int) -> None:
        """Make a literal part of the solution to start from."""
        self._chosen[literal] = True

    def chosen(self, literal: int) -> bool:
        """Say whether the solution has a literal."""
        return self._chosen[literal]

    def at_most(self, bound: int, terms: Sequence[Term]) -> None:
        """Limit a weighted sum; none at all is nought."""
        if terms:
            self._model.add(self._sum(terms) <= bound)

    def implies(self, one: int, other: int) -> None:
        """Let one literal be chosen only together with another."""
        self._model.add_implication(self._literals[one], self._literals[other])

    def minimise(
        self,
        terms: Iterable[Sequence[Term]],
        *,
        effort: float,
        tick: Callable[[], None] | None = None,
    ) -> bool:
        """Minimise terms in their order; say if each is proven to be least.

        What is chosen at the beginning must be a solution. The solution never
        becomes worse, also where the search ends for lack of effort.
        """
        proven = True
        for term in terms:
            if not term:
                continue
            self._model.minimize(self._sum(term))
            proven &= self._improve(term, effort, tick)
            self.at_most(self._value(term), term)
        return proven

    def _sum(self, terms: Sequence[Term]) -> Any:
        weights, literals = zip(*terms, strict=True)
        chosen = [self._literals[x] for x in literals]
        return self._cp.LinearExpr.weighted_sum(chosen, weights)

    def _value(self, terms: Sequence[Term]) -> int:
        return sum(weight for weight, x in terms if self._chosen[x])

    def _improve(
        self, term: Sequence[Term], effort: float, tick: Callable[[], None] | None
    ) -> bool:
        self._model.clear_hints()
        for literal, value in zip(self._literals, self._chosen, strict=True):
            self._model.add_hint(literal, value)
        solver = self._cp.CpSolver()
        # One worker and deterministic time: the same answer on any machine.
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = effort
        # Assignment at heart: the linear relaxation all but solves it.
        solver.parameters.linearization_level = 2
        status = self._run(solver, tick)
        if status in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            before, least = self._chosen, self._value(term)
            self._chosen = [bool(solver.value(x)) for x in self._literals]
            if self._value(term) > least:
                self._chosen = before
        return bool(status == self._cp.OPTIMAL)

    def _run(self, solver: Any, tick: Callable[[], None] | None) -> Any:
        if tick is None:
            return solver.solve(self._model)
        # The search runs beside us, so that we can report and, if told to, stop it.
        result: list[Any] = []
        work = threading.Thread(target=lambda: result.append(solver.solve(self._model)))
        work.start()
        try:
            while work.is_alive():
                tick()
                work.join(TICK)
        except BaseException:
            while work.is_alive():
                # A search that has not begun yet can't hear it: say it again.
                solver.stop_search()
                work.join(TICK)
            raise
        return result[0]
