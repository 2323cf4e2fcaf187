"""Parking, transfer, undo, and the end of the day, on both engines."""

from datetime import timedelta

import pytest

from aufruf.booking.services import Wanted
from aufruf.queue import services
from aufruf.queue.events import (
    CounterChanged,
    StepUndone,
    TicketExpired,
    TicketFinished,
    TicketMissed,
    TicketTransferred,
)
from aufruf.queue.state import Asked
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows


def test_park_for_all_is_not_called_but_can_be(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    room.run(services.park, counter_id=room.one, ticket_id=issued.id, reason="Passfoto")
    assert room.next(room.two) is None
    parked = room.ticket(issued.id)
    assert (parked.parked_reason, parked.parked_by_counter_id) == ("Passfoto", room.one)
    called = room.run(services.call_ticket, counter_id=room.two, ticket_id=issued.id)
    assert called.ticket.counter_id == room.two


def test_park_personal_waits_for_its_counter(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    room.run(
        services.park, counter_id=room.one, ticket_id=issued.id, reason="Passfoto", personal=True
    )
    room.run(services.resume, counter_id=room.two, ticket_id=issued.id)
    assert room.next(room.two) is None
    assert room.call(room.one).id == issued.id


def test_transfer_to_a_counter_keeps_number_and_rank(room: Room) -> None:
    issued = room.draw()
    before = room.serve(room.one)
    room.run(services.transfer, counter_id=room.one, ticket_id=issued.id, to_counter_id=room.two)
    assert room.next(room.one) is None
    again = room.call(room.two)
    assert (again.id, again.number, again.rank) == (issued.id, before.number, before.rank)
    assert rows(room, "SELECT count(*) FROM ticket_step WHERE ended_at IS NOT NULL") == [(1,)]


def test_transfer_to_an_office_that_does_not_do_it(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    with refused("cannot_serve", 409):
        room.run(
            services.transfer,
            counter_id=room.one,
            ticket_id=issued.id,
            office_id=room.house.registry.id,
        )


def send_on(room: Room, *wanted: str) -> services.Issued:
    """From the citizen office's counter 1 to the registry office."""
    issued = room.draw(*wanted)
    room.serve(room.one)
    registry = room.house.registry.id
    room.run(services.transfer, counter_id=room.one, ticket_id=issued.id, office_id=registry)
    return issued


def test_transfer_to_an_office_that_does_the_same(shared_room: Room) -> None:
    issued = send_on(shared_room)
    assert shared_room.next(shared_room.one) is None
    ticket = shared_room.call(shared_room.twelve)
    registry = shared_room.house.registry
    assert (ticket.id, ticket.number, ticket.office_id) == (issued.id, "A001", registry.id)
    assert ticket.services == (Asked(registry.offer("personalausweis").id, 1),)


def test_transfer_to_an_office_that_does_only_a_part(shared_room: Room) -> None:
    with refused("cannot_serve", 409):
        send_on(shared_room, "personalausweis", "abholung")
    ticket = shared_room.state().at_counter(shared_room.one)
    assert ticket is not None
    assert len(ticket.services) == 2


def test_undo_of_a_transfer_to_another_office_gives_its_services_back(shared_room: Room) -> None:
    issued = send_on(shared_room)
    offices = (shared_room.office_id, shared_room.house.registry.id)
    shared_room.run(services.undo_step, counter_id=shared_room.one, offices=offices)
    ticket = shared_room.ticket(issued.id)
    office = shared_room.house.office
    assert (ticket.status, ticket.office_id) == ("serving", office.id)
    assert ticket.services == (Asked(office.offer("personalausweis").id, 1),)


@pytest.mark.parametrize("both", [True, False])
def test_transfer_wants_one_target(room: Room, both: bool) -> None:
    issued = room.draw()
    room.serve(room.one)
    with refused("invalid_value", 422):
        room.run(
            services.transfer,
            counter_id=room.one,
            ticket_id=issued.id,
            office_id=room.office_id if both else None,
            to_counter_id=room.two if both else None,
        )


def test_transfer_for_later_is_not_called_before(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    room.run(
        services.transfer,
        counter_id=room.one,
        ticket_id=issued.id,
        office_id=room.office_id,
        not_before=room.clock.now() + timedelta(minutes=10),
    )
    assert isinstance(room.events()[-1], TicketTransferred)
    assert room.next(room.two) is None
    room.wait(minutes=10)
    assert room.call(room.two).id == issued.id


UNDOABLE = {
    "start": (["call"], services.start_service, {}),
    "finish": (["call", "start"], services.finish, {"services": [Wanted("abholung", 2)]}),
    "no_show": (["call"], services.mark_no_show, {}),
    "put_back": (["call", "start"], services.put_back, {}),
    "park": (["call", "start"], services.park, {"reason": "Foto", "personal": True}),
}


@pytest.mark.parametrize("step", UNDOABLE)
def test_undo_restores_the_ticket(room: Room, step: str) -> None:
    road, command, more = UNDOABLE[step]
    reference = room.book(room.clock.now())
    issued = room.check_in(reference)
    if "call" in road:
        room.call(room.one)
    if "start" in road:
        room.run(services.start_service, counter_id=room.one, ticket_id=issued.id)
    before, stretches = room.ticket(issued.id), rows(room, STRETCHES)
    calls, appointment = rows(room, CALLS), room.appointment(reference)
    room.run(command, counter_id=room.one, ticket_id=issued.id, **more)
    room.wait(seconds=10)
    room.run(services.undo_step, counter_id=room.one)
    after = room.ticket(issued.id)
    assert after.version == before.version + 2
    assert _bare(after) == _bare(before)
    assert (rows(room, STRETCHES), rows(room, CALLS)) == (stretches, calls)
    assert room.appointment(reference) == appointment
    assert room.events()[-1] == StepUndone(
        ticket_id=issued.id,
        number="T001",
        counter_id=room.one,
        undone=step,
        status=before.status,
    )


STRETCHES = "SELECT ticket_id, counter_id, ended_at FROM ticket_step"
CALLS = "SELECT nth, withdrawn FROM call ORDER BY nth"


def _bare(ticket: object) -> dict[str, object]:
    names = type(ticket).__dataclass_fields__  # pyright: ignore[reportAttributeAccessIssue]
    return {name: getattr(ticket, name) for name in names if name != "version"}


def test_undo_a_call_lets_the_ticket_be_called_again(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    room.run(services.undo_step, counter_id=room.one)
    assert (room.status(issued.id), room.ticket(issued.id).counter_id) == ("waiting", None)
    assert rows(room, CALLS) == [(1, 1)]
    assert room.call(room.two).id == issued.id
    assert rows(room, CALLS) == [(1, 1), (2, 0)]


def test_undo_after_ten_seconds(room: Room) -> None:
    room.draw()
    room.call(room.one)
    room.wait(seconds=10.1)
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one)


def test_undo_twice(room: Room) -> None:
    room.draw()
    room.call(room.one)
    room.run(services.undo_step, counter_id=room.one)
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one)


def test_undo_when_somebody_else_touched_the_ticket(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    room.run(services.put_back, counter_id=room.one, ticket_id=issued.id)
    room.call(room.two)
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one)


def test_undo_of_another_ticket_than_the_last(room: Room) -> None:
    first = room.draw()
    room.draw()
    room.finish(room.one, room.serve(room.one).id)
    room.call(room.one)
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one, ticket_id=first.id)


def test_undo_of_a_call_by_hand_of_a_parked_ticket_parks_it_again(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    room.run(services.park, counter_id=room.one, ticket_id=issued.id, reason="Foto")
    room.run(services.call_ticket, counter_id=room.two, ticket_id=issued.id)
    room.run(services.undo_step, counter_id=room.two)
    ticket = room.ticket(issued.id)
    assert (ticket.status, ticket.parked_reason) == ("parked", "Foto")


def test_close_day_ends_what_is_left(room: Room) -> None:
    missed = room.book(room.clock.now() + timedelta(minutes=15))
    waiting = room.draw()
    called = [room.draw(), room.draw()]
    room.run(services.call_ticket, counter_id=room.one, ticket_id=called[0].id)
    room.run(services.call_ticket, counter_id=room.two, ticket_id=called[1].id)
    room.run(services.start_service, counter_id=room.two, ticket_id=called[1].id)
    assert room.run(services.close_day, office_id=room.office_id) == 0
    room.wait(minutes=16 * 60)
    assert room.run(services.close_day, office_id=room.office_id) == 3
    assert room.run(services.close_day, office_id=room.office_id) == 0
    assert [room.status(one.id) for one in (waiting, *called)] == ["expired", "no_show", "finished"]
    assert room.ticket(called[1].id).closed_by_system
    assert room.appointment(missed) == "no_show"
    assert rows(room, "SELECT system_closed FROM ticket_step") == [(1,)]
    ends = [
        e for e in room.events() if isinstance(e, TicketExpired | TicketMissed | TicketFinished)
    ]
    assert ends == [
        TicketExpired(ticket_id=waiting.id, number="A001"),
        TicketMissed(ticket_id=called[0].id, number="A002", counter_id=room.one, by_system=True),
        TicketFinished(ticket_id=called[1].id, number="A003", counter_id=room.two, by_system=True),
    ]


def test_set_counter_state_emits_only_changes(room: Room) -> None:
    def act(**more: object) -> None:
        room.run(services.set_counter_state, counter_id=room.one, **more)  # pyright: ignore[reportArgumentType]

    back = room.clock.now() + timedelta(minutes=10)
    act(state="open")
    act(state="break", until=back)
    act(state="break", until=back)
    changed = [event for event in room.events() if isinstance(event, CounterChanged)]
    assert [(event.counter, event.state, event.until) for event in changed] == [
        ("1", "open", None),
        ("2", "open", None),
        ("1", "break", back),
    ]


def test_set_counter_state_with_what_it_cannot_do(room: Room) -> None:
    with refused("cannot_serve", 409):
        room.run(
            services.set_counter_state,
            counter_id=room.two,
            state="open",
            offers=[room.house.offer("gewerbeanmeldung").id],
        )


def test_set_counter_state_with_an_end_that_has_passed(room: Room) -> None:
    with refused("invalid_value", 422):
        room.run(
            services.set_counter_state,
            counter_id=room.two,
            state="break",
            until=room.clock.now(),
        )
