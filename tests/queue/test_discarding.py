"""Numbers thrown away and brought back, on both engines."""

from aufruf.queue import services
from aufruf.queue.counter.discard_store import Thrown, load_discards
from aufruf.queue.events import TicketDiscarded, TicketLeft, TicketReturned
from tests.booking.desk import refused
from tests.queue.room import Room


def throw(room: Room, first: int, last: int, letter: str = "A") -> services.Discard:
    return room.run(
        services.discard_range, counter_id=room.one, letter=letter, first=first, last=last
    )


def bring_back(room: Room, discard_id: int) -> services.Discard:
    return room.run(services.undo_discard, counter_id=room.two, discard_id=discard_id)


def test_discard_takes_only_who_waits_is_parked_or_called(room: Room) -> None:
    reference = room.book(room.clock.now())
    tickets = [room.draw() for _ in range(6)]
    served, finished, called, parked, *_ = tickets
    room.serve(room.one)
    room.call(room.two)
    room.run(services.start_service, counter_id=room.two, ticket_id=finished.id)
    room.finish(room.two, finished.id)
    room.call(room.two)
    room.run(services.put_back, counter_id=room.two, ticket_id=called.id)
    room.run(services.call_ticket, counter_id=room.two, ticket_id=parked.id)
    room.run(services.park, counter_id=room.two, ticket_id=parked.id)
    room.call(room.two)
    before = {one.id: room.ticket(one.id) for one in tickets}
    with_appointment = room.check_in(reference)
    thrown = throw(room, 1, 999)
    assert thrown.numbers == ("A003", "A004", "A005", "A006")
    assert [room.status(one.id) for one in tickets] == [
        "serving",
        "finished",
        *["cancelled"] * 4,
    ]
    assert room.status(with_appointment.id) == "waiting"
    assert room.next(room.two) is not None, "the counter is free again"
    kinds = [type(event) for event in room.events()]
    assert kinds.count(TicketDiscarded) == 4
    back = bring_back(room, thrown.id)
    assert back.numbers == thrown.numbers
    for ticket in back.tickets:
        assert (ticket.status, ticket.rank) == ("waiting", before[ticket.id].rank)
        assert room.ticket(ticket.id) == ticket
    assert served.id not in {one.id for one in back.tickets}
    with refused("discard_over", 409):
        bring_back(room, thrown.id)


def test_discard_of_letter_with_appointments_or_of_nobody(room: Room) -> None:
    room.check_in(room.book(room.clock.now()))
    with refused("nothing_to_discard", 409):
        throw(room, 1, 9, "T")
    with refused("invalid_value", 422):
        throw(room, 9, 1)


def test_discard_can_be_undone_on_the_same_day_only(room: Room) -> None:
    tickets = [room.draw() for _ in range(3)]
    thrown = throw(room, 1, 3)
    room.wait(minutes=60)
    assert [one.numbers for one in discards(room)] == [("A001", "A002", "A003")]
    bring_back(room, thrown.id)
    again = throw(room, 1, 3)
    assert [one.id for one in discards(room)] == [again.id]
    assert [room.status(one.id) for one in tickets] == ["cancelled"] * 3
    room.wait(minutes=24 * 60)
    with refused("discard_over", 409):
        bring_back(room, again.id)


def discards(room: Room) -> tuple[Thrown, ...]:
    return room.database.read_now(load_discards, room.office_id, room.state().day)


def test_discard_of_another_office_is_not_known(room: Room) -> None:
    room.draw()
    thrown = throw(room, 1, 1)
    with refused("unknown_discard", 404):
        room.run(services.undo_discard, counter_id=room.twelve, discard_id=thrown.id)


def test_somebody_left_as_a_clerk_says(room: Room) -> None:
    reference = room.book(room.clock.now())
    issued = room.check_in(reference)
    called = room.call(room.one)
    with refused("wrong_state", 409):
        room.run(services.discard, counter_id=room.two, ticket_id=issued.id)
    room.run(services.discard, counter_id=room.one, ticket_id=issued.id)
    left = room.events()[-1]
    assert isinstance(left, TicketLeft)
    assert left.counter_id == room.one
    assert (room.status(issued.id), room.appointment(reference)) == ("cancelled", "cancelled")
    room.run(services.undo_step, counter_id=room.one)
    assert (room.status(issued.id), room.appointment(reference)) == ("called", "checked_in")
    room.run(services.discard, counter_id=room.one, ticket_id=issued.id)
    room.wait(minutes=30)
    bring_back(room, room.ticket(issued.id).discard_id or 0)
    back = room.ticket(issued.id)
    assert (back.status, back.rank, room.appointment(reference)) == (
        "waiting",
        called.rank,
        "checked_in",
    )
    assert isinstance(room.events()[-1], TicketReturned)
