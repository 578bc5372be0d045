"""A plan from the flow, and how it becomes better: make room, rearrange the crowded places."""

from collections.abc import Callable
from functools import partial

from teladan.engine.itinerary.board import Board, Place
from teladan.engine.itinerary.exact import arrange
from teladan.engine.itinerary.flow import first_plan
from teladan.engine.itinerary.problem import Option

__all__ = ["begin", "make_room", "rearrange"]

Tick = Callable[[float], None]

# How many crowds are looked at, how many requests are one, and what each may consider.
ROUNDS, CROWD, WIDTH, EFFORT = 200, 60, 24, 0.5


def begin(board: Board, tick: Tick) -> None:
    """Place requests as the flow says, and those left out where there is room, by arrival."""
    tick(0.0)
    for i, option in first_plan(board):
        reception = board.room(i, *option[:2])
        if reception is not None:
            board.put(i, Place(reception, option))
    tick(0.5)
    _fill(board)


def _fill(board: Board) -> None:
    for i, place in enumerate(board.where):
        if place is None:
            _best(board, i, board.problem.options(i))


def _best(board: Board, i: int, options: list[Option]) -> bool:
    for option in options:
        reception = board.room(i, *option[:2])
        if reception is not None:
            board.put(i, Place(reception, option))
            return True
    return False


def make_room(board: Board, tick: Tick, width: int = 400) -> None:
    """Serve requests left out by moving one that stands in the way and can go elsewhere."""
    left = [i for i, place in enumerate(board.where) if place is None]
    for done, i in enumerate(left):
        tick(done / len(left))
        for option in board.problem.options(i, width):
            if _instead(board, i, option):
                break


def _instead(board: Board, i: int, option: Option) -> bool:
    h, day = option[:2]
    if not board.travels(i, day):
        return False
    for reception in list(board.at.get((h, day), ())):
        for other in list(reception.members):
            place = board.take(other)
            room = board.room(i, h, day)
            if room is not None:
                board.put(i, Place(room, option))
                if _best(board, other, board.problem.options(other)):
                    return True
                board.take(i)
            board.put(other, place)
    return False


def rearrange(board: Board, tick: Tick, *, rounds: int = ROUNDS) -> None:
    """Place the crowd around each request that has not got its best anew, optimally."""
    losses = sorted(
        (i for i in range(len(board.where)) if _loss(board, i) > (0, 0, 0)),
        key=lambda i: (_loss(board, i), -i),
        reverse=True,
    )
    seen: set[int] = set()
    done = 0
    for i in losses:
        if i in seen or done == rounds:
            continue
        share = done / min(len(losses), rounds)
        done += 1
        free = _crowd(board, i)
        seen.update(free)
        options = {}
        for j in free:
            options[j] = board.problem.options(j, WIDTH)
            place = board.where[j]
            if place is not None and place.option not in options[j]:
                options[j].append(place.option)
        arrange(board, options, effort=EFFORT, tick=partial(tick, share))
    # Somebody may have left room that somebody else in another crowd was waiting for.
    _fill(board)


def _loss(board: Board, i: int) -> tuple[int, int, int]:
    """Return how much worse a request stands than it wishes."""
    options = board.problem.options(i, 1)
    if not options:
        return (0, 0, 0)
    place = board.where[i]
    if place is None:
        return (1, 0, 0)
    return (0, place.option[2] - options[0][2], place.option[3] - options[0][3])


def _crowd(board: Board, i: int) -> list[int]:
    """Return a request and those that stand where it would rather be, nearest wish first."""
    found = {i}
    queue = [i]
    for at in queue:
        place = board.where[at]
        for option in board.problem.options(at, WIDTH):
            if place is not None and option == place.option:
                break
            here = board.at.get(option[:2], ())
            others = [j for reception in here for j in reception.members if j not in found]
            queue += others
            found.update(others)
            if len(found) >= CROWD:
                return sorted(found)
    return sorted(found)
