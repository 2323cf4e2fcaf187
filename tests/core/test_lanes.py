"""Who runs next, without threads or databases."""

import asyncio
from typing import cast

from aufruf.core.batch import Command
from aufruf.core.lanes import BATCH_LIMIT, INSTALLATION, Lanes, Turn, Waiting


def waiting(*offices: int) -> Waiting:
    return Waiting(Command(offices, lambda _: None), cast("asyncio.Future[object]", None))


def lanes_with(*offices: tuple[int, ...], single: bool = False) -> Lanes:
    lanes = Lanes(single=single)
    for one in offices:
        lanes.add(waiting(*one))
    return lanes


def take(lanes: Lanes) -> Turn:
    turn = lanes.take()
    assert turn is not None
    return turn


def offices_of(turn: Turn) -> list[tuple[int, ...]]:
    return [one.command.offices for one in turn.waiting]


def test_one_writer_takes_all_offices_together():
    lanes = lanes_with((1,), (2,), (), (1, 2), single=True)
    assert offices_of(take(lanes)) == [(1,), (2,), (), (1, 2)]
    lanes.add(waiting(3))
    assert lanes.take() is None


def test_offices_take_turns_of_their_own():
    lanes = lanes_with((1,), (2,), (1,))
    first, second = take(lanes), take(lanes)
    assert (offices_of(first), offices_of(second)) == ([(1,), (1,)], [(2,)])
    assert lanes.take() is None
    assert lanes.count == 0


def test_turn_is_bounded_and_the_rest_goes_behind_the_others():
    lanes = lanes_with(*[(1,)] * (BATCH_LIMIT + 1), (2,))
    first = take(lanes)
    assert len(first.waiting) == BATCH_LIMIT
    assert offices_of(take(lanes)) == [(2,)]
    assert lanes.take() is None
    lanes.release(first)
    assert offices_of(take(lanes)) == [(1,)]


def test_command_of_two_offices_waits_for_both_and_is_not_overtaken():
    lanes = lanes_with((1,))
    first = take(lanes)
    for offices in ((1, 2), (2,), (3,)):
        lanes.add(waiting(*offices))
    assert offices_of(take(lanes)) == [(3,)]
    assert lanes.take() is None
    lanes.release(first)
    both = take(lanes)
    assert offices_of(both) == [(1, 2)]
    assert lanes.take() is None
    lanes.release(both)
    assert offices_of(take(lanes)) == [(2,)]


def test_installation_lane_runs_beside_the_offices():
    lanes = lanes_with((), (1,), ())
    first = take(lanes)
    assert (first.lane, len(first.waiting)) == (INSTALLATION, 2)
    assert offices_of(take(lanes)) == [(1,)]
