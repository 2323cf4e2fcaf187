"""Whatever is pressed in whatever order: one counter one citizen, no hole, nobody lost."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aufruf.booking.services import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.formats import local_day
from aufruf.queue import services
from aufruf.queue.counter.counter_store import PRESSED_WITH, find_last_step
from aufruf.queue.rules import AT_A_COUNTER, TRANSITIONS
from aufruf.queue.state import OfficeState
from aufruf.queue.store import find_ticket, load_unfinished
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in

STEPS: Mapping[str, Callable[..., object]] = {
    "call": services.call_ticket,
    "recall": services.recall,
    "start": services.start_service,
    "finish": services.finish,
    "no_show": services.mark_no_show,
    "put_back": services.put_back,
    "return": services.return_ticket,
    "park": services.park,
    "resume": services.resume,
    "discard": services.discard,
    "change": partial(services.change_services, services=[Wanted("abholung", 2)]),
    "urgent": partial(services.set_priority, priority=True),
    "finish_next": services.finish_and_call_next,
}
# Under which name the table of transitions has a step.
IN_TABLE = {"urgent": "rank", "finish_next": "finish"}
# With the first ticket at the first counter.
ONCE_EACH = (
    "next recall start change park resume urgent call put_back call no_show return call start"
    " finish undo finish_next undo put_back discard"
)
WHEREVER_IT_IS = frozenset({"return", "resume"})
counters = st.integers(0, 1)
tickets = st.integers(0, 9)
pressed = st.one_of(
    st.tuples(st.just("draw"), st.sampled_from(["personalausweis", "abholung"]), tickets),
    st.tuples(st.just("next"), counters, tickets),
    st.tuples(st.just("undo"), counters, tickets),
    st.tuples(st.sampled_from(sorted(STEPS)), counters, tickets),
)


def press(room: Room, what: str, where: object, which: int) -> None:
    """Do it; a refusal is an answer as good as any, if it is the one `refusal` says."""
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


def refusal(room: Room, what: str, where: object, which: int) -> str | None:
    """What has to be answered to it now, from the table and the rules of a counter alone."""
    if what == "draw":
        return None
    counter_id = (room.one, room.two)[int(str(where))]
    busy = room.state().at_counter(counter_id) is not None
    if what == "next":
        return "counter_busy" if busy else None
    if what == "undo":
        return refusal_of_undo(room, counter_id, busy=busy)
    ticket = room.database.read_now(find_ticket, which + 1)
    if ticket is None:
        return "unknown_ticket"
    elsewhere = ticket.status in AT_A_COUNTER and ticket.counter_id != counter_id
    if ticket.status not in TRANSITIONS[IN_TABLE.get(what, what)] or (
        elsewhere and what not in WHEREVER_IT_IS
    ):
        return "wrong_state"
    return "counter_busy" if what == "call" and busy else None


def refusal_of_undo(room: Room, counter_id: int, *, busy: bool) -> str | None:
    last = room.database.read_now(find_last_step, counter_id)
    if last is None or room.clock.now() - last.at > timedelta(seconds=10):
        return "nothing_to_undo"
    ticket = room.ticket(last.ticket_id)
    earlier = last.before.get(PRESSED_WITH, {"ticket_id": ticket.id, "version": ticket.version})
    if (ticket.version, room.ticket(earlier["ticket_id"]).version) != (
        last.version,
        earlier["version"],
    ):
        return "nothing_to_undo"
    comes_here = last.before["status"] in AT_A_COUNTER and ticket.status not in AT_A_COUNTER
    return "counter_busy" if busy and comes_here else None


def check(state: OfficeState, drawn: int) -> None:
    busy = [one.counter_id for one in (*state.called, *state.serving)]
    assert None not in busy
    assert len(busy) == len(set(busy))
    for one in (*state.waiting, *state.parked):
        assert (one.counter_id, one.calls, one.called_at, one.last_call_at) == (None, 0, None, None)
    assert all(one.offers for one in (*state.waiting, *state.parked, *state.called, *state.serving))
    assert all(not one.offers for one in state.finished)
    assert len(state.tickets) == drawn
    for letter in ("A", "L"):
        serials = sorted(one.serial for one in state.tickets if one.letter == letter)
        assert serials == list(range(1, len(serials) + 1))


def test_every_step_is_taken_where_it_fits(sqlite_engine: SqliteEngine) -> None:
    """The sequences below are drawn by chance; this one takes each step once."""
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        room = move_in(database, FixedClock(START))
        for number in range(3):
            press(room, "draw", "personalausweis", number)
        for what in ONCE_EACH.split():
            assert refusal(room, what, 0, 0) is None
            press(room, what, 0, 0)
            check(room.state(), 3)
        assert {*ONCE_EACH.split(), "draw"} == {*STEPS, "next", "draw", "undo"}


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
            expected, refused = refusal(room, what, where, which), None
            try:
                press(room, what, where, which)
            except DomainError as error:
                refused = error.code
            assert refused == expected
            drawn += what == "draw"
            check(room.state(), drawn)
            room.wait(seconds=4)
        room.wait(minutes=24 * 60)
        room.run(services.close_day, office_id=room.office_id)
        today = local_day(room.clock.now())
        assert database.read_now(load_unfinished, room.office_id, today) == ()
