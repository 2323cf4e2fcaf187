"""What the holder of a ticket does on the phone: later, on the way, leaving, staying."""

from datetime import timedelta

import pytest

from aufruf.queue import services
from aufruf.queue.closing.commands import close_early, let_go
from aufruf.queue.events import (
    TicketDelayed,
    TicketOnTheWay,
    TicketParked,
    TicketPutBack,
    TicketReturned,
)
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows

STANDING = "SELECT count(*) FROM call WHERE NOT withdrawn"
PLACES = "SELECT pool_id, cell, number, until FROM place ORDER BY pool_id, cell, number"


def later(room: Room, token: str, seen: int | None = None) -> None:
    room.run(services.delay, token=token, minutes=10, seen=seen)


def test_later_twice_keeps_the_rank(room: Room) -> None:
    issued = room.draw()
    for _ in range(2):
        later(room, issued.token)
    with refused("delay_used_up", 409):
        later(room, issued.token)
    room.wait(minutes=1)
    other = room.draw()
    room.wait(minutes=18)
    assert room.call(room.one).id == other.id
    room.wait(minutes=1)
    assert room.call(room.two).id == issued.id


def test_later_withdraws_the_call_and_frees_the_counter(room: Room) -> None:
    issued, other = room.draw(), room.draw()
    called = room.call(room.one)
    room.run(services.say_on_the_way, token=issued.token)
    later(room, issued.token)
    ticket = room.ticket(issued.id)
    until = room.clock.now() + timedelta(minutes=10)
    assert (ticket.status, ticket.rank, ticket.not_before) == ("waiting", called.rank, until)
    assert (ticket.counter_id, ticket.calls, ticket.on_the_way_at) == (None, 0, None)
    assert rows(room, STANDING) == [(0,)]
    put_back, delayed = room.events()[-2:]
    assert isinstance(put_back, TicketPutBack)
    assert (put_back.counter_id, put_back.by_holder) == (room.one, True)
    assert isinstance(delayed, TicketDelayed)
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one)
    assert room.call(room.one).id == other.id
    room.wait(minutes=10)
    assert room.call(room.two).id == issued.id


def test_later_pressed_twice_on_the_same_page_asks_once(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    for _ in range(2):
        later(room, issued.token, seen=0)
    assert room.ticket(issued.id).delays == 1
    assert room.ticket(issued.id).not_before == room.clock.now() + timedelta(minutes=10)


@pytest.mark.parametrize("minutes", [0, 61])
def test_later_has_bounds(room: Room, minutes: int) -> None:
    with refused("invalid_value", 422):
        room.run(services.delay, token=room.draw().token, minutes=minutes)


def test_who_is_served_asks_for_nothing_any_more(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    for command in (services.say_on_the_way, services.leave, services.stay):
        with refused("wrong_state", 409):
            room.run(command, token=issued.token)
    with refused("wrong_state", 409):
        later(room, issued.token)


def test_on_the_way_counts_for_one_turn(room: Room) -> None:
    issued = room.draw()

    def said() -> int:
        room.run(services.say_on_the_way, token=issued.token)
        return sum(isinstance(event, TicketOnTheWay) for event in room.events())

    assert [said(), said()] == [1, 1]
    room.wait(minutes=1)
    called = room.call(room.one)
    assert called.on_the_way_at is not None  # the counter may know what was said before the call
    room.wait(seconds=5)
    assert [said(), said()] == [2, 2]
    room.run(services.put_back, counter_id=room.one, ticket_id=issued.id)
    assert room.ticket(issued.id).on_the_way_at is None


def test_leave_cancels_ticket_and_appointment(room: Room) -> None:
    reference = room.book(room.clock.now())
    issued = room.check_in(reference)
    room.run(services.leave, token=issued.token)
    assert (room.status(issued.id), room.appointment(reference)) == ("cancelled", "cancelled")
    assert room.next(room.one) is None
    with refused("wrong_state", 409):
        room.run(services.leave, token=issued.token)


def test_who_stays_after_all_has_kept_the_place(room: Room) -> None:
    reference = room.book(room.clock.now())
    issued = room.check_in(reference)
    rank = room.call(room.one).rank
    room.run(services.leave, token=issued.token)
    room.wait(seconds=59)
    room.run(services.stay, token=issued.token)
    room.run(services.stay, token=issued.token)
    ticket = room.ticket(issued.id)
    assert (ticket.status, ticket.rank, ticket.counter_id) == ("waiting", rank, None)
    assert room.appointment(reference) == "checked_in"
    assert isinstance(room.events()[-1], TicketReturned)
    assert rows(room, STANDING) == [(0,)]
    assert room.call(room.two).id == issued.id


def test_who_left_longer_ago_is_gone(room: Room) -> None:
    issued = room.draw()
    room.run(services.leave, token=issued.token)
    room.wait(seconds=60)
    with refused("wrong_state", 409):
        room.run(services.stay, token=issued.token)


def test_places_of_the_appointment_are_kept_for_the_minute(room: Room) -> None:
    """Nobody books the time meanwhile, so that staying never makes one visit too many."""
    start = room.clock.now() + timedelta(minutes=30)
    issued = room.check_in(room.book(start))
    room.book(start)  # the public has two places
    taken = rows(room, PLACES)
    room.run(services.leave, token=issued.token)
    room.wait(seconds=59)
    with refused("slot_taken", 409):
        room.book(start)
    room.run(services.stay, token=issued.token)
    assert rows(room, PLACES) == taken
    room.run(services.leave, token=issued.token)
    room.wait(seconds=60)
    assert room.appointment(room.book(start)) == "confirmed"
    with refused("wrong_state", 409):
        room.run(services.stay, token=issued.token)


def test_who_was_put_aside_and_stays_is_put_aside_again(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    room.run(
        services.park, counter_id=room.one, ticket_id=issued.id, reason="Passbild", personal=True
    )
    room.run(services.leave, token=issued.token)
    for _ in range(2):
        room.run(services.stay, token=issued.token)
    ticket = room.ticket(issued.id)
    assert (ticket.status, ticket.parked_reason) == ("parked", "Passbild")
    assert (ticket.reserved_counter_id, ticket.left_at) == (room.one, None)
    assert isinstance(room.events()[-1], TicketParked)
    room.run(services.resume, counter_id=room.one, ticket_id=issued.id)
    for step in (services.leave, services.stay):
        room.run(step, token=issued.token)
    assert room.status(issued.id) == "waiting"  # put aside once, but not any more


def test_only_who_left_by_themselves_may_stay(room: Room) -> None:
    thrown, let, left = room.draw(), room.draw(), room.draw()
    room.run(services.discard, counter_id=room.one, ticket_id=thrown.id)
    room.run(let_go, ticket_id=let.id, because="declined")
    room.run(services.leave, token=left.token)
    room.run(close_early, office_id=room.office_id)
    for issued in (thrown, let, left):
        with refused("wrong_state", 409):
            room.run(services.stay, token=issued.token)


def test_a_token_nobody_has_does_nothing(room: Room) -> None:
    for command in (services.say_on_the_way, services.leave, services.stay):
        with refused("unknown_ticket", 404):
            room.run(command, token="a" * 26)
