"""The event law: folding a command's events into the board gives the board the tables then have;
and the order of the room holds, whatever is pressed in whichever order.
"""

from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aufruf.display.board import STATUS_AFTER
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import rebook
from aufruf.queue.events import StepUndone, TicketTransferred
from tests.conftest import START
from tests.databases import Engine, PostgresEngine, SqliteEngine
from tests.display.conftest import make_room
from tests.display.walk import ANY, begin
from tests.queue.room import Room

number = st.integers(0, 60)
# Mostly what fits the present state of some ticket, sometimes whatever there is.
command = st.tuples(st.sampled_from((*["fitting"] * 40, *["undo"] * 6, *ANY)), number, number)
# Always long: most of what can go wrong needs a few people at the counters first.
days = st.lists(command, min_size=40, max_size=40)
WALK = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def live(engine: Engine, business: Iterable[tuple[str, int, int]]) -> None:
    """A day from the first number to the night; the law and the order hold after each command."""
    with closing((room := make_room(engine)).database):
        day = begin(room)
        for what, first, second in business:
            room.wait(seconds=second)
            day.live(what, first, second)
            day.check()
        day.serve_everybody()
        day.check()
        day.end()
        day.check()


@settings(WALK, max_examples=20)
@given(days)
def test_days_keep_law_and_order(
    sqlite_engine: SqliteEngine, business: list[tuple[str, int, int]]
) -> None:
    live(sqlite_engine, business)


@settings(WALK, max_examples=4)
@given(days)
def test_days_keep_law_and_order_on_postgresql(
    postgres_engine: PostgresEngine, business: list[tuple[str, int, int]]
) -> None:
    live(postgres_engine, business)


def test_board_folded_is_board_read_of_a_transfer_and_back(room: Room) -> None:
    """Called here, sent to the other office, called there, sent back: each step by hand."""
    day = begin(room)
    drawn = room.draw()
    day.check()
    for counter_id, target in ((room.one, room.house.registry.id), (room.twelve, room.office_id)):
        room.call(counter_id)
        day.check()
        room.run(queue.transfer, counter_id=counter_id, ticket_id=drawn.id, office_id=target)
        day.check()
    room.run(queue.undo_step, counter_id=room.twelve, offices=day.seq)
    day.check()
    assert [call.state for call in day.board.calls] == ["called"]
    assert all(tickets == frozenset() for tickets in day.board.waiting.values())


def test_board_folded_is_board_read_after_every_kind_of_step(room: Room) -> None:
    """Chance may leave a step out; here each of them is taken, and none may be missing."""
    day = begin(room)
    drawn, left, gone, _waiting = (room.draw() for _ in range(4))
    day.check()
    room.run(queue.leave, token=left.token)
    day.check()
    walk = (
        ("call", "recall", "put_back"),
        ("silent", "recall", "put_back"),
        ("silent", "undo"),
        ("silent", "start", "change", "put_back", "urgent", "note"),
        ("call", "start", "park", "resume"),
        ("call", "no_show", "return"),
        ("call", "start", "finish", "return"),
        ("call", "undo"),
        ("call", "park"),
    )
    for step in (one for steps in walk for one in steps):
        day.take(step, drawn.id)
    assert room.call(room.one).id == gone.id
    day.check()
    room.run(queue.leave, token=gone.token)
    day.check()
    more = ("call", "forget", "recall", "forget", "start", "undo", "forget", "put_back", "range")
    for step in more:
        day.take(step, drawn.id)
    thrown = room.ticket(drawn.id).discard_id or 0
    room.run(queue.undo_discard, counter_id=room.one, discard_id=thrown)
    day.check()
    day.take("close_early", drawn.id)
    assert day.board.closed_early == {room.house.office.slug}
    room.run(rebook, ticket_id=drawn.id, start=START + timedelta(days=1), name="A 001")
    day.check()
    day.take("reopen", drawn.id)
    day.end()
    day.check()
    happened = {type(event) for event in room.events()}
    assert set(STATUS_AFTER) - happened == {TicketTransferred}, "transfers stand above"
    assert StepUndone in happened
