"""Closing early: who waits leaves with an appointment, once; tomorrow is a day like any other."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.booking.store import Booked, find_appointment
from aufruf.core.formats import iso_text
from aufruf.core.tx import Tx
from aufruf.queue import services
from aufruf.queue.closing import commands
from aufruf.queue.closing.commands import Rebooked, close_early, let_go, put_on_list, rebook, reopen
from aufruf.queue.events import OfficeClosedEarly, OfficeReopened, TicketLeft, TicketRebooked
from tests.conftest import START
from tests.queue.room import Room
from tests.queue.test_calling import refused, rows
from tests.races import Ran, race, winners

TOMORROW = START.replace(hour=10, minute=0) + timedelta(days=1)


def close(room: Room) -> None:
    room.run(close_early, office_id=room.office_id)


def give(room: Room, ticket_id: int, **more: object) -> Rebooked:
    wish: dict[str, object] = {"start": TOMORROW, "name": "Wartenummer A 001", **more}
    return room.run(rebook, ticket_id=ticket_id, **wish)  # pyright: ignore[reportArgumentType]


def found(room: Room, reference: str) -> Booked:
    booked = room.database.read_now(find_appointment, reference)
    assert booked is not None
    return booked


def test_office_that_closes_early_locks_newcomers_out_and_serves_who_waits(room: Room) -> None:
    waiting = room.draw()
    with_appointment = room.check_in(room.book(START + timedelta(minutes=15)))
    close(room)
    close(room)  # a second press
    with refused("closed_early", 409):
        room.draw()
    assert room.status(room.draw(by_staff=True).id) == "waiting"
    assert room.state().closed_early_at == START
    assert room.serve(room.one).id == with_appointment.id
    room.finish(room.one, with_appointment.id)
    assert room.call(room.one).id == waiting.id
    room.run(reopen, office_id=room.office_id)
    assert not room.run(reopen, office_id=room.office_id)
    room.draw()
    told = [type(one) for one in room.events() if "Office" in type(one).__name__]
    assert told == [OfficeClosedEarly, OfficeReopened]


def test_appointments_after_an_early_closing_are_for_staff(room: Room) -> None:
    """Nobody checks in anew, nor with an appointment that was given up for another one."""
    missed, coming, before = (room.book(START + timedelta(minutes=n)) for n in (0, 15, 30))
    room.check_in(missed)
    called = room.call(room.one)
    room.run(services.mark_no_show, counter_id=room.one, ticket_id=called.id)
    ticket = room.check_in(before)
    close(room)
    given = give(room, ticket.id)
    for by_staff in (False, True):
        with refused("other_day", 409) as refusal:
            room.check_in(before, by_staff=by_staff)
        assert refusal.value.details == {"start": iso_text(TOMORROW)}
    with refused("closed_early", 409):
        room.check_in(coming)
    assert room.check_in(missed).id == called.id, "who had a number comes back"
    assert room.check_in(coming, by_staff=True).number == "T003"
    assert (room.appointment(before), room.status(ticket.id)) == ("cancelled", "cancelled")
    room.run(booking.cancel_appointment, reference=given.reference)
    with refused("unknown_code", 404):
        room.check_in(before)


def draw_upstairs(room: Room) -> None:
    """A number of the other office in the waiting area."""
    room.run(
        services.issue_ticket,
        office_id=room.house.registry.id,
        services=[Wanted("personalausweis")],
        language="de",
    )


def test_closing_ends_with_the_day_and_concerns_one_office(shared_room: Room) -> None:
    room = shared_room
    close(room)
    draw_upstairs(room)
    room.run(commands.close_offices, offices=[room.office_id, room.house.registry.id])
    with refused("closed_early", 409):
        draw_upstairs(room)
    room.wait(minutes=24 * 60)
    room.draw()
    draw_upstairs(room)
    assert room.state().closed_early_at is None


@pytest.mark.parametrize("status", ["waiting", "parked", "called"])
def test_whoever_is_here_gets_an_appointment_instead(room: Room, status: str) -> None:
    drawn = room.draw(Wanted("personalausweis", 2))
    if status != "waiting":
        room.call(room.one)
    if status == "parked":
        room.run(services.park, counter_id=room.one, ticket_id=drawn.id, reason="Foto")
    close(room)
    given = give(room, drawn.id)
    booked = found(room, given.reference)
    ticket = room.ticket(drawn.id)
    assert (ticket.status, ticket.rebooked_id, ticket.finished_at) == (
        "cancelled",
        booked.id,
        START,
    )
    assert (booked.status, booked.start_at, booked.name) == (
        "confirmed",
        TOMORROW,
        "Wartenummer A 001",
    )
    assert rows(room, "SELECT offer_id, count FROM appointment_service") == [
        (room.house.offer().id, 2)
    ]
    assert room.events()[-1] == TicketRebooked(
        ticket_id=drawn.id, number="A001", appointment_id=booked.id
    )
    assert room.state().at_counter(room.one) is None
    again = give(room, drawn.id, start=TOMORROW + timedelta(hours=1))
    assert (again.reference, again.already) == (given.reference, True)


def test_appointment_given_instead_is_the_same_persons(room: Room) -> None:
    reference = room.book(START + timedelta(minutes=30))
    ticket = room.check_in(reference)
    close(room)
    booked = found(room, give(room, ticket.id).reference)
    assert (booked.name, booked.email) == ("Amira", "amira@example.org")
    assert room.appointment(reference) == "cancelled"
    # What is given instead may be moved and called off like any other.
    room.run(booking.cancel_appointment, reference=booked.reference)
    assert room.appointment(booked.reference) == "cancelled"


def test_time_that_is_taken_leaves_the_person_on_the_list(room: Room) -> None:
    for _ in range(3):
        room.run(
            booking.hold_slot,
            office_id=room.office_id,
            start=TOMORROW,
            services=[Wanted("personalausweis")],
            language="de",
            contact=Contact("Amira"),
            by_staff=True,
        )
    drawn = room.draw()
    close(room)
    with refused("slot_taken", 409):
        give(room, drawn.id)
    assert room.status(drawn.id) == "waiting"


def test_who_needs_no_appointment_leaves_the_list_and_may_come_back(room: Room) -> None:
    by_hand, declined, served = (room.draw() for _ in range(3))
    close(room)
    room.run(let_go, ticket_id=by_hand.id, because="by_hand")
    room.run(let_go, ticket_id=declined.id, because="declined")
    room.run(let_go, ticket_id=declined.id, because="declined")  # a second press
    left = [one.because for one in room.events() if isinstance(one, TicketLeft)]
    assert left == ["by_hand", "declined"]
    rank = room.ticket(declined.id).rank
    room.run(put_on_list, ticket_id=declined.id)
    back = room.ticket(declined.id)
    assert (back.status, back.rank) == ("waiting", rank)
    give(room, declined.id)
    with refused("wrong_state", 409):
        room.run(put_on_list, ticket_id=declined.id)
    assert room.serve(room.one).id == served.id
    with refused("wrong_state", 409):
        give(room, served.id)
    with refused("wrong_state", 409):
        room.run(let_go, ticket_id=served.id, because="declined")


def rebook_nth(tx: Tx, ticket_id: int, nth: int) -> str:
    """Two clerks press at once, each another time."""
    start = TOMORROW + timedelta(hours=nth)
    return rebook(tx, ticket_id=ticket_id, start=start, name="A 001").reference


def race_clerks(room: Room, *, locked: bool) -> list[Ran[str]]:
    drawn = room.draw()
    close(room)
    return race(
        room.database,
        room.clock,
        lambda tx, nth: rebook_nth(tx, drawn.id, nth),
        racers=2,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "INSERT INTO appointment ",
    )


def appointments(room: Room) -> int:
    (row,) = rows(room, "SELECT count(*) FROM appointment WHERE status = 'confirmed'")
    return int(str(row[0]))


def test_two_clerks_at_once_give_one_appointment(room: Room) -> None:
    ran = race_clerks(room, locked=True)
    assert len({one.value for one in ran}) == 1
    assert (winners(ran), appointments(room)) == (2, 1)


def test_two_clerks_without_the_lock_are_held_by_the_version(room: Room) -> None:
    ran = race_clerks(room, locked=False)
    assert winners(ran) == 1
    assert sorted(str(one.refused) for one in ran) == ["None", "wrong_state"]


def book_carelessly(tx: Tx, office_id: int, ticket_id: int, nth: int) -> str:
    """Nobody looks whether the ticket still is what was seen."""
    held = booking.hold_slot(
        tx,
        office_id=office_id,
        start=TOMORROW + timedelta(hours=nth),
        services=[Wanted("personalausweis")],
        language="de",
        contact=Contact("A 001"),
        by_staff=True,
    )
    gone = text("UPDATE ticket SET status = 'cancelled' WHERE id = :id")
    tx.conn.execute(gone, {"id": ticket_id})
    return held.reference


def test_two_clerks_without_the_guard_give_two_appointments(room: Room) -> None:
    """The negative control."""
    drawn = room.draw()
    ran = race(
        room.database,
        room.clock,
        lambda tx, nth: book_carelessly(tx, room.office_id, drawn.id, nth),
        racers=2,
        offices=[room.office_id],
        meet_before="INSERT INTO appointment ",
    )
    assert (winners(ran), appointments(room)) == (2, 2)
