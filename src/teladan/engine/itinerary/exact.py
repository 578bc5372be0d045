"""The best plan for a few requests beside all others, by constraint programming."""

from collections.abc import Callable, Mapping, Sequence

from teladan.engine.itinerary.board import Board, Place, Reception
from teladan.engine.itinerary.problem import Option
from teladan.engine.itinerary.solver import Solver

__all__ = ["arrange"]


def arrange(
    board: Board,
    options: Mapping[int, Sequence[Option]],
    *,
    effort: float,
    tick: Callable[[], None] | None = None,
) -> bool:
    """Place some requests as well as possible beside all others; say if that is proven.

    Parameters
    ----------
    board : Board
        Changed in place, never for the worse.
    options : Mapping of int to sequence of Option
        The requests to place, ascending, and what is open to each; where a request
        stands now must be among them.
    effort : float
        Deterministic time for each term of the objective.
    tick : callable, optional
        Called several times a second; an exception it raises ends the work.
    """
    stood = {i: board.take(i) for i in options if board.where[i] is not None}
    model = _Model(board, options)
    model.start(stood)
    proven = model.solver.minimise(model.terms(), effort=effort, tick=tick)
    for i, place in model.answer():
        board.put(i, place)
    return proven


# A literal, the option it realises, and the reception or opener joined, if any.
Move = tuple[int, Option, int | Reception | None]


class _Model:
    """Literals: a request opens a reception, joins one that stands, or joins an opener.

    Of the requests received together in a new reception the first one opens it, so
    that every way to be together is written once.
    """

    def __init__(self, board: Board, options: Mapping[int, Sequence[Option]]) -> None:
        self.board, self.solver = board, Solver()
        self.moves: dict[int, list[Move]] = {}
        self.opens: dict[tuple[int, int], dict[int, int]] = {}
        self.joins: dict[tuple[int, int], list[tuple[int, int, int | Reception]]] = {}
        # An office takes part if one of these needs it; the steps of a host's load are
        # as many as arrive.
        self.parts: list[tuple[int, list[int]]] = []
        self.steps: list[tuple[int, list[int], list[int]]] = []
        for i in options:
            self.moves[i] = [move for option in options[i] for move in self._moves(i, option)]
            self.solver.at_most(1, [(1, move[0]) for move in self.moves[i]])
        for key in self.opens:
            self._limit(*key)
        self._travels()
        self._loads()

    def _moves(self, i: int, option: Option) -> list[Move]:
        board, key = self.board, option[:2]
        if not board.travels(i, key[1]):
            return []
        requests = board.problem.requests
        host = board.problem.hosts[key[0]]
        opens, joins = self.opens.setdefault(key, {}), self.joins.setdefault(key, [])
        found: list[Move] = []
        here = board.at.get(key, [])
        partners: list[int | Reception] = [r for r in here if board.may_join(i, r)]
        if board.problem.rules.joining and requests[i].may_join:
            partners += [
                q
                for q in opens
                if requests[q].may_join
                and requests[q].topic == requests[i].topic
                and requests[q].size + requests[i].size <= host.size_max
            ]
        for partner in partners:
            literal = self.solver.literal()
            joins.append((literal, i, partner))
            found.append((literal, option, partner))
            if not isinstance(partner, Reception):
                self.solver.implies(literal, opens[partner])
        if len(here) < host.groups_a_day:
            opens[i] = self.solver.literal()
            found.append((opens[i], option, None))
        return found

    def _limit(self, h: int, day: int) -> None:
        """Keep receptions a day, people together and offices within their limits."""
        board = self.board
        requests, host = board.problem.requests, board.problem.hosts[h]
        opens, joins = self.opens[h, day], self.joins[h, day]
        left = host.groups_a_day - len(board.at.get((h, day), []))
        if len(opens) > left:
            self.solver.at_most(max(left, 0), [(1, x) for x in opens.values()])
        together: dict[int | Reception, list[tuple[int, int]]] = {}
        for literal, i, partner in joins:
            together.setdefault(partner, []).append((literal, i))
        for partner, guests in together.items():
            people = partner.people if isinstance(partner, Reception) else requests[partner].size
            sizes = [(requests[i].size, x) for x, i in guests]
            self.solver.at_most(host.size_max - people, sizes)
        if host.offices is not None:
            for office in sorted(
                {name for i in opens for name in requests[i].offices}
                | {name for _, i, _ in joins for name in requests[i].offices}
            ):
                self._office(h, day, office, together)

    def _office(
        self,
        h: int,
        day: int,
        office: str,
        together: Mapping[int | Reception, Sequence[tuple[int, int]]],
    ) -> None:
        """Let an office take part in a reception if any of its groups needs it."""
        requests, opens = self.board.problem.requests, self.opens[h, day]
        used = [x for i, x in opens.items() if office in requests[i].offices]
        for partner, guests in together.items():
            if isinstance(partner, Reception):
                there = bool(partner.offices[office])
            else:
                there = office in requests[partner].offices
            needing = [x for x, i in guests if office in requests[i].offices]
            if there or not needing:
                continue
            part = self.solver.literal()
            for x in needing:
                self.solver.implies(x, part)
            self.parts.append((part, needing))
            used.append(part)
        spare = self.board.spare(h, day, office)
        if len(used) > spare:
            self.solver.at_most(max(spare, 0), [(1, x) for x in used])

    def _travels(self) -> None:
        """Keep each group's visits on a day and in a week within their limits."""
        board = self.board
        problem = board.problem
        days: dict[tuple[str, int], list[int]] = {}
        weeks: dict[tuple[str, int], list[int]] = {}
        several: dict[str, int] = {}
        for i in self.moves:
            group = problem.requests[i].group
            several[group] = several.get(group, 0) + 1
        for i, moves in self.moves.items():
            group = problem.requests[i].group
            if several[group] > 1:
                for literal, option, _ in moves:
                    days.setdefault((group, option[1]), []).append(literal)
                    weeks.setdefault((group, (option[1] + 3) // 7), []).append(literal)
        for limits, stand, most in (
            (days, board.on_day, problem.day),
            (weeks, board.in_week, problem.week),
        ):
            for key, literals in limits.items():
                self.solver.at_most(most - stand[key], [(1, x) for x in literals])

    def terms(self) -> list[list[tuple[int, int]]]:
        """Return the terms of the objective, each as (weight, literal) to minimise."""
        every = [(i, x, option) for i, moves in self.moves.items() for x, option, _ in moves]
        return [
            [(-1, x) for _, x, _ in every],
            [(option[2], x) for _, x, option in every if option[2]],
            [(option[3], x) for _, x, option in every if option[3]],
            # The square of a load grows by 2 load + 1 with each request.
            [
                (2 * (self.board.load[h] + k) + 1, step)
                for h, _, steps in self.steps
                for k, step in enumerate(steps)
            ],
            [(1, x) for opens in self.opens.values() for x in opens.values()],
            [(-self._gain(i, option), x) for i, x, option in every],
        ]

    def _gain(self, i: int, option: Option) -> int:
        """Return what a place among the options is worth, against none."""
        at = self.board.problem.at
        return self.board.weight(i) * int(at[i + 1] - at[i] - option[4])

    def _loads(self) -> None:
        """Count what arrives at each host in steps, because its square is not linear."""
        at: dict[int, list[int]] = {}
        several: dict[int, set[int]] = {}
        for i, moves in self.moves.items():
            for literal, option, _ in moves:
                at.setdefault(option[0], []).append(literal)
                several.setdefault(option[0], set()).add(i)
        for h, arriving in at.items():
            steps = [self.solver.literal() for _ in several[h]]
            for more, less in zip(steps[1:], steps, strict=False):
                self.solver.implies(more, less)
            self.solver.at_most(0, [(1, x) for x in arriving] + [(-1, x) for x in steps])
            self.steps.append((h, arriving, steps))

    def start(self, stood: Mapping[int, Place]) -> None:
        """Choose what stood before, so that the solution can only become better."""
        opener: dict[int, int] = {}
        for i, place in stood.items():
            reception = place.reception
            partner: int | Reception | None = None
            if reception in self.board.at.get(place.option[:2], []):
                partner = reception
            elif id(reception) in opener:
                partner = opener[id(reception)]
            else:
                opener[id(reception)] = i
            same = (
                literal
                for literal, option, other in self.moves[i]
                if option == place.option and other == partner
            )
            self.solver.choose(next(same))
        for part, needing in self.parts:
            if any(map(self.solver.chosen, needing)):
                self.solver.choose(part)
        for _, arriving, steps in self.steps:
            for step in steps[: sum(map(self.solver.chosen, arriving))]:
                self.solver.choose(step)

    def answer(self) -> list[tuple[int, Place]]:
        """Return where the solution puts requests, in an order in which they can be put."""
        opened: dict[int, Reception] = {}
        placed = []
        for i, moves in self.moves.items():
            for literal, option, partner in moves:
                if not self.solver.chosen(literal):
                    continue
                if partner is None:
                    opened[i] = self.board.fresh(i, *option[:2])
                    reception = opened[i]
                else:
                    reception = partner if isinstance(partner, Reception) else opened[partner]
                placed.append((i, Place(reception, option)))
        return placed
