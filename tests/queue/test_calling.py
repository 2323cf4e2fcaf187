"""From the call to the end of the visit, on both engines."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.tx import Tx
from aufruf.queue import services, store
from aufruf.queue.events import ServiceStarted, TicketCalled, TicketFinished, TicketPutBack
from aufruf.queue.rules import TRANSITIONS
from aufruf.queue.state import Asked, TicketNow
from tests.booking.desk import refused
from tests.queue.room import Room

Rows = list[tuple[object, ...]]


def rows(room: Room, query: str) -> Rows:
    return room.database.read_now(lambda conn: [tuple(row) for row in conn.execute(text(query))])


def test_call_next_takes_who_waits_longest(room: Room) -> None:
    first, second = room.draw(), room.draw()
    assert room.call(room.one).id == first.id
    assert room.call(room.two).id == second.id


def test_call_next_with_nobody_waiting(room: Room) -> None:
    assert room.next(room.one) is None


def test_call_next_leaves_what_the_counter_cannot_do(room: Room) -> None:
    business, card = room.draw("gewerbeanmeldung"), room.draw()
    assert room.call(room.two).id == card.id
    assert room.call(room.one).id == business.id


def test_call_next_finds_somebody_behind_a_long_line(room: Room) -> None:
    for _ in range(45):
        room.draw("gewerbeanmeldung")
    card = room.draw()
    assert room.call(room.two).id == card.id
    assert room.next(room.one) is not None


def test_call_next_serves_only_what_is_switched_on(room: Room) -> None:
    room.draw()
    pick_up = room.draw("abholung")
    room.run(
        services.set_counter_state,
        counter_id=room.one,
        state="open",
        offers=[room.house.offer("abholung").id],
    )
    assert room.call(room.one).id == pick_up.id


def test_call_next_puts_an_appointment_where_its_rank_is(room: Room) -> None:
    early = room.draw()
    booked = room.check_in(room.book(room.clock.now() + timedelta(minutes=45)))
    room.wait(minutes=16)
    late = room.draw()
    order: list[int] = []
    for _ in range(3):
        ticket = room.serve(room.one)
        order.append(ticket.id)
        room.finish(room.one, ticket.id)
    assert order == [early.id, booked.id, late.id]


def test_call_next_says_why(room: Room) -> None:
    issued = room.draw()
    room.draw()
    called = room.run(services.call_next, counter_id=room.one)
    assert called is not None
    assert called.why.code == "longest_waiting"
    assert called.why.values == {"since": room.clock.now()}
    assert called.ticket == room.ticket(issued.id)


def test_call_next_tells_the_screens_the_way(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    (call,) = rows(room, "SELECT id FROM call")
    assert room.events()[-1] == TicketCalled(
        ticket_id=issued.id,
        number="A001",
        call_id=int(str(call[0])),
        counter_id=room.one,
        counter="1",
        place="amtal-1",
        word="Platz",
        word_en="counter",
        arrow="left",
    )


def test_call_next_while_somebody_is_there(room: Room) -> None:
    room.draw()
    room.draw()
    room.call(room.one)
    with refused("counter_busy", 409) as refusal:
        room.next(room.one)
    assert refusal.value.details == {"number": "A001", "state": "called"}


@pytest.mark.parametrize("state", ["break", "closed"])
def test_call_next_at_a_counter_that_is_not_open(room: Room, state: str) -> None:
    room.draw()
    room.run(services.set_counter_state, counter_id=room.one, state=state)  # pyright: ignore[reportArgumentType]
    with refused("counter_closed", 409) as refusal:
        room.next(room.one)
    assert refusal.value.details == {"state": state}


def test_call_next_leaves_yesterday_alone(room: Room) -> None:
    room.draw()
    room.wait(minutes=24 * 60)
    assert room.next(room.one) is None


def test_visit_from_call_to_finish(room: Room) -> None:
    issued = room.draw()
    ticket = room.serve(room.one)
    assert (ticket.status, ticket.started_at) == ("serving", room.clock.now())
    room.wait(minutes=12)
    done = room.finish(room.one, ticket.id)
    assert (done.status, done.finished_at) == ("finished", room.clock.now())
    assert done == room.ticket(issued.id)
    assert rows(room, "SELECT ended_at IS NULL, system_closed FROM ticket_step") == [(0, 0)]
    assert [type(event) for event in room.events()[-2:]] == [ServiceStarted, TicketFinished]


def test_finish_records_what_was_done(room: Room) -> None:
    issued = room.draw(Wanted("personalausweis", 2), Wanted("abholung"))
    room.serve(room.one)
    done = [Wanted("personalausweis", 3), Wanted("gewerbeanmeldung")]
    room.run(services.finish, counter_id=room.one, ticket_id=issued.id, services=done)
    offers = [room.house.offer(one).id for one in ("personalausweis", "abholung")]
    assert room.ticket(issued.id).services == (
        Asked(offers[0], 2, 3, 1),
        Asked(offers[1], 1, 0, 1),
        Asked(room.house.offer("gewerbeanmeldung").id, 1, 1, 1),
    )


def test_finish_with_a_service_named_twice_counts_it_together(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    done = [Wanted("personalausweis", 2), Wanted("personalausweis", 3)]
    room.run(services.finish, counter_id=room.one, ticket_id=issued.id, services=done)
    assert room.ticket(issued.id).services == (
        Asked(room.house.offer("personalausweis").id, 1, 5, 1),
    )


def test_finish_with_more_than_a_ticket_can_hold(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    done = [Wanted("personalausweis", 11), Wanted("personalausweis", 10)]
    with refused("invalid_value", 422):
        room.run(services.finish, counter_id=room.one, ticket_id=issued.id, services=done)
    assert room.status(issued.id) == "serving"


def test_finish_marks_the_appointment_attended(room: Room) -> None:
    reference = room.book(room.clock.now())
    room.check_in(reference)
    room.finish(room.one, room.serve(room.one).id)
    assert room.appointment(reference) == "attended"


def test_recall_is_a_call_of_its_own(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    room.run(services.recall, counter_id=room.one, ticket_id=issued.id)
    first, again = [event for event in room.events() if isinstance(event, TicketCalled)]
    assert (first.recall_of, again.recall_of) == (None, first.call_id)
    assert rows(room, "SELECT nth FROM call ORDER BY id") == [(1,), (2,)]


def test_put_back_withdraws_the_call_and_keeps_the_rank(room: Room) -> None:
    issued = room.draw()
    room.draw()
    room.wait(minutes=5)
    room.call(room.one)
    room.run(services.put_back, counter_id=room.one, ticket_id=issued.id)
    assert rows(room, "SELECT count(*) FROM call WHERE withdrawn") == [(1,)]
    assert isinstance(room.events()[-1], TicketPutBack)
    assert room.call(room.two).id == issued.id


def test_no_show_and_return_keep_the_rank(room: Room) -> None:
    issued = room.draw()
    room.wait(minutes=5)
    room.draw()
    room.call(room.one)
    room.run(services.mark_no_show, counter_id=room.one, ticket_id=issued.id)
    assert room.status(issued.id) == "no_show"
    room.run(services.return_ticket, counter_id=room.two, ticket_id=issued.id)
    assert room.call(room.one).id == issued.id


def test_return_finished_appointment_follows(room: Room) -> None:
    reference = room.book(room.clock.now())
    issued = room.check_in(reference)
    room.finish(room.one, room.serve(room.one).id)
    room.run(services.return_ticket, counter_id=room.one, ticket_id=issued.id)
    assert (room.status(issued.id), room.appointment(reference)) == ("waiting", "checked_in")


def test_return_on_another_day(room: Room) -> None:
    issued = room.draw()
    room.finish(room.one, room.serve(room.one).id)
    room.wait(minutes=24 * 60)
    with refused("wrong_state", 409):
        room.run(services.return_ticket, counter_id=room.one, ticket_id=issued.id)


def test_call_ticket_out_of_turn(room: Room) -> None:
    room.draw()
    second = room.draw()
    called = room.run(services.call_ticket, counter_id=room.one, ticket_id=second.id)
    assert (called.ticket.id, called.why.code) == (second.id, "by_hand")
    last = room.events()[-1]
    assert isinstance(last, TicketCalled)
    assert last.manual


def test_call_ticket_the_counter_cannot_do(room: Room) -> None:
    business = room.draw("gewerbeanmeldung")
    with refused("cannot_serve", 409):
        room.run(services.call_ticket, counter_id=room.two, ticket_id=business.id)


def test_steps_at_another_counter_are_refused(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    for command in (services.start_service, services.mark_no_show, services.put_back):
        with refused("wrong_state", 409):
            room.run(command, counter_id=room.two, ticket_id=issued.id)
    with refused("unknown_ticket", 404):
        room.run(services.start_service, counter_id=room.twelve, ticket_id=issued.id)


def test_finish_twice_is_refused(room: Room) -> None:
    ticket = room.draw() and room.serve(room.one)
    room.finish(room.one, ticket.id)
    with refused("wrong_state", 409) as refusal:
        room.finish(room.one, ticket.id)
    assert refusal.value.details == {"state": "finished"}


def bring(room: Room, status: str) -> TicketNow:
    """A ticket in this state; what was served was served at counter 1."""
    issued = room.draw()
    road = {
        "called": [],
        "serving": [services.start_service],
        "no_show": [services.mark_no_show],
        "finished": [services.start_service, services.finish],
        "parked": [services.park],
    }
    if status == "cancelled":
        room.run(services.leave, token=issued.token)
    elif status == "expired":
        room.wait(minutes=24 * 60)
        room.run(services.close_day, office_id=room.office_id)
        room.run(services.set_counter_state, counter_id=room.one, state="open")
    elif status != "waiting":
        room.call(room.one)
        for command in road[status]:
            more = {"reason": "Formular"} if command is services.park else {}
            room.run(command, counter_id=room.one, ticket_id=issued.id, **more)
    found = room.database.read_now(store.find_ticket, issued.id)
    assert found is not None
    assert found.status == status
    return found


def leave(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """The holder's step, in the shape of the counters'."""
    ticket = store.find_ticket(tx.conn, ticket_id)
    assert ticket is not None
    assert counter_id
    return services.leave(tx, token=ticket.token)


COMMANDS: dict[str, Callable[..., object]] = {
    "call": services.call_ticket,
    "recall": services.recall,
    "start": services.start_service,
    "finish": services.finish,
    "no_show": services.mark_no_show,
    "put_back": services.put_back,
    "return": services.return_ticket,
    "resume": services.resume,
    "leave": leave,
    "park": services.park,
    "transfer": services.transfer,
    "discard": services.discard,
    "change": services.change_services,
    "join": services.join_appointment,
    "rank": services.set_priority,
}
MORE: dict[str, dict[str, object]] = {
    "park": {"reason": "Foto"},
    "transfer": {"office_id": 1},
    "change": {"services": [Wanted("abholung")]},
    "join": {"appointment_id": 1},
    "rank": {"priority": True},
}
STATES = ("waiting", "called", "serving", "parked", "finished", "no_show", "cancelled", "expired")


@pytest.mark.parametrize("status", STATES)
def test_commands_refuse_every_state_the_table_does_not_allow(room: Room, status: str) -> None:
    ticket = bring(room, status)
    for step, command in COMMANDS.items():
        if status in TRANSITIONS[step]:
            continue
        with refused("wrong_state", 409):
            room.run(command, counter_id=room.one, ticket_id=ticket.id, **MORE.get(step, {}))
    assert room.ticket(ticket.id) == ticket
