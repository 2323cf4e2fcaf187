"""Whatever is pressed in whatever order: one counter one citizen, no hole, nobody lost."""

from contextlib import closing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.formats import local_day
from aufruf.queue import services
from aufruf.queue.state import OfficeState
from aufruf.queue.store import load_unfinished
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in

STEPS = {
    "call": services.call_ticket,
    "recall": services.recall,
    "start": services.start_service,
    "finish": services.finish,
    "no_show": services.mark_no_show,
    "put_back": services.put_back,
    "return": services.return_ticket,
    "resume": services.resume,
    "discard": services.discard,
}
counters = st.integers(0, 1)
tickets = st.integers(0, 9)
pressed = st.one_of(
    st.tuples(st.just("draw"), st.sampled_from(["personalausweis", "abholung"]), tickets),
    st.tuples(st.just("next"), counters, tickets),
    st.tuples(st.just("undo"), counters, tickets),
    st.tuples(st.sampled_from(sorted(STEPS)), counters, tickets),
)


def press(room: Room, what: str, where: object, which: int) -> None:
    """Do it; a refusal is an answer as good as any."""
    desks = (room.one, room.two)
    if what == "draw":
        room.draw(str(where))
        return
    counter_id = desks[int(str(where))]
    if what == "next":
        room.next(counter_id)
    elif what == "undo":
        room.run(services.undo_step, counter_id=counter_id)
    else:
        room.run(STEPS[what], counter_id=counter_id, ticket_id=which + 1)


def check(state: OfficeState, drawn: int) -> None:
    busy = [one.counter_id for one in (*state.called, *state.serving)]
    assert None not in busy
    assert len(busy) == len(set(busy))
    assert all(one.counter_id is None for one in (*state.waiting, *state.parked))
    assert len(state.tickets) == drawn
    for letter in ("A", "L"):
        serials = sorted(one.serial for one in state.tickets if one.letter == letter)
        assert serials == list(range(1, len(serials) + 1))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(day=st.lists(pressed, max_size=40))
def test_every_sequence_keeps_the_room_in_order(
    sqlite_engine: SqliteEngine, day: list[tuple[str, object, int]]
) -> None:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        room, drawn = move_in(database, FixedClock(START)), 0
        for what, where, which in day:
            refused = None
            try:
                press(room, what, where, which)
            except DomainError as error:
                refused = error.status
            assert refused in {None, 404, 409}
            drawn += what == "draw"
            check(room.state(), drawn)
            room.wait(seconds=4)
        room.wait(minutes=24 * 60)
        room.run(services.close_day, office_id=room.office_id)
        today = local_day(room.clock.now())
        assert database.read_now(load_unfinished, room.office_id, today) == ()
