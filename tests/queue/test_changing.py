"""What a ticket is for, whose appointment it is, its place, and notes on it, on both engines."""

from datetime import timedelta

import pytest

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.queue import services
from aufruf.queue.day import forget_remarks
from aufruf.queue.events import TicketChanged, TicketJoined, TicketNoted, TicketRanked
from aufruf.queue.state import Asked
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows


def change(room: Room, ticket_id: int, *wanted: str, persons: int | None = None) -> None:
    room.run(
        services.change_services,
        counter_id=room.one,
        ticket_id=ticket_id,
        services=[Wanted(one) for one in wanted],
        persons=persons,
    )


def test_change_keeps_number_and_rank_and_can_be_undone(room: Room) -> None:
    issued = room.draw()
    before = room.ticket(issued.id)
    change(room, issued.id, "abholung", "gewerbeanmeldung", persons=2)
    after = room.ticket(issued.id)
    assert (after.number, after.rank, after.persons) == (before.number, before.rank, 2)
    assert [one.offer_id for one in after.services] == [
        room.house.offer("abholung").id,
        room.house.offer("gewerbeanmeldung").id,
    ]
    assert room.events()[-1] == TicketChanged(
        ticket_id=issued.id,
        number="A001",
        counter_id=room.one,
        services=("abholung", "gewerbeanmeldung"),
        persons=2,
    )
    assert room.next(room.two) is None, "counter 2 does no businesses"
    room.run(services.undo_step, counter_id=room.one)
    undone = room.ticket(issued.id)
    assert (undone.services, undone.persons) == (before.services, 1)


def test_change_lets_go_of_a_counter_that_cannot_do_it(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    room.run(services.transfer, counter_id=room.one, ticket_id=issued.id, to_counter_id=room.two)
    change(room, issued.id, "gewerbeanmeldung")
    assert room.ticket(issued.id).reserved_counter_id is None
    assert room.call(room.one).id == issued.id


def test_change_refuses_what_nobody_there_does(room: Room) -> None:
    issued = room.draw()
    with refused("unknown_service", 404):
        change(room, issued.id, "eheschliessung")
    with refused("not_walk_in", 409):
        change(room, issued.id, "wasserzaehler")
    room.serve(room.one)
    with refused("wrong_state", 409):
        room.run(
            services.change_services,
            counter_id=room.two,
            ticket_id=issued.id,
            services=[Wanted("abholung")],
        )


def join(room: Room, ticket_id: int, appointment_id: int) -> None:
    room.run(
        services.join_appointment,
        counter_id=room.one,
        ticket_id=ticket_id,
        appointment_id=appointment_id,
    )


def test_join_gives_one_number_and_the_better_rank(room: Room) -> None:
    start = room.clock.now()
    reference = room.book(start, "abholung")
    room.wait(minutes=5)
    issued = room.draw()
    join(room, issued.id, room.appointment_id(reference))
    joined = room.ticket(issued.id)
    assert joined.rank == start - timedelta(minutes=30)
    assert (joined.number, joined.appointment_start) == ("A001", start)
    offers = [room.house.offer(one).id for one in ("personalausweis", "abholung")]
    assert joined.services == tuple(Asked(one, 1) for one in offers)
    assert room.appointment(reference) == "checked_in"
    assert isinstance(room.events()[-1], TicketJoined)
    with refused("already_checked_in", 409):
        room.check_in(reference)
    room.run(services.undo_step, counter_id=room.one)
    apart = room.ticket(issued.id)
    assert (apart.appointment_id, apart.rank, apart.remark) == (None, apart.drawn_at, None)
    assert apart.services == (Asked(offers[0], 1),)
    assert room.appointment(reference) == "confirmed"
    assert room.check_in(reference).number == "T001"


def test_join_keeps_what_was_said_here_and_when_booking(room: Room) -> None:
    """And undone leaves what was said here; what a counter did last is forgotten with it."""
    drawn = room.run(
        services.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        channel="back_office",
        remark="Dolmetscherin wird gebraucht",
        by_staff=True,
    )
    held = room.run(
        booking.hold_slot,
        office_id=room.office_id,
        start=room.clock.now() + timedelta(minutes=30),
        services=[Wanted("personalausweis")],
        language="de",
        contact=Contact("Amira", "amira@example.org", None, "Rollstuhl"),
    )
    join(room, drawn.id, room.appointment_id(held.reference))
    assert room.ticket(drawn.id).remark == "Dolmetscherin wird gebraucht · Rollstuhl"
    undone = room.run(services.undo_step, counter_id=room.one)
    assert undone == room.ticket(drawn.id)
    assert undone.remark == "Dolmetscherin wird gebraucht"
    call = room.call(room.one)
    room.wait(minutes=2 * 24 * 60)
    room.run(forget_remarks, office_id=room.office_id)
    assert room.ticket(call.id).remark is None
    assert rows(room, "SELECT count(*) FROM last_step") == [(0,)]


def test_join_keeps_the_rank_of_a_ticket_drawn_before(room: Room) -> None:
    issued = room.draw()
    drawn = room.ticket(issued.id)
    reference = room.book(room.clock.now() + timedelta(minutes=45))
    room.wait(minutes=40)
    join(room, issued.id, room.appointment_id(reference))
    assert room.ticket(issued.id).rank == drawn.rank


def test_join_refuses_what_does_not_belong_together(room: Room) -> None:
    tomorrow = room.book(room.clock.now() + timedelta(days=1))
    here, other = (room.book(room.clock.now() + timedelta(hours=n)) for n in (1, 2))
    issued = room.draw()
    with refused("other_day", 409):
        join(room, issued.id, room.appointment_id(tomorrow))
    with refused("unknown_appointment", 404):
        join(room, issued.id, 999)
    room.check_in(here)
    with refused("already_checked_in", 409) as refusal:
        join(room, issued.id, room.appointment_id(here))
    assert refusal.value.details == {"number": "T001"}
    join(room, issued.id, room.appointment_id(other))
    with refused("wrong_state", 409):
        join(room, issued.id, room.appointment_id(other))


def test_restore_place_gives_the_rank_of_the_appointment_back(room: Room) -> None:
    start = room.clock.now()
    reference = room.book(start)
    on_time = room.book(start)
    first = room.check_in(on_time)
    room.wait(minutes=20)
    late = room.check_in(reference)
    said = {"counter_id": room.one, "ticket_id": late.id}
    assert room.ticket(late.id).rank == room.clock.now()
    room.run(services.set_priority, **said, priority=True)
    room.run(services.restore_place, **said)
    assert room.ticket(late.id).rank == start - timedelta(minutes=60)
    room.run(services.set_priority, **said, priority=False)
    restored = room.ticket(late.id)
    assert (restored.rank, restored.priority) == (start - timedelta(minutes=30), False)
    assert isinstance(room.events()[-1], TicketRanked)
    for ticket_id in (late.id, first.id, room.draw().id):
        with refused("not_late", 409):
            room.run(services.restore_place, counter_id=room.one, ticket_id=ticket_id)


@pytest.mark.parametrize("undo", [True, False], ids=["undone", "said again"])
def test_priority_on_and_off_is_the_rank_there_was(room: Room, undo: bool) -> None:
    issued = room.draw()
    said = {"counter_id": room.one, "ticket_id": issued.id}
    drawn = room.ticket(issued.id)
    room.run(services.set_priority, **said, priority=True)
    assert room.ticket(issued.id).rank == drawn.rank - timedelta(minutes=30)
    before = len(room.events())
    room.run(services.set_priority, **said, priority=True)
    assert len(room.events()) == before
    if undo:
        room.run(services.undo_step, counter_id=room.one)
    else:
        room.run(services.set_priority, **said, priority=False)
    after = room.ticket(issued.id)
    assert (after.rank, after.priority) == (drawn.rank, False)


def test_urgent_stays_urgent_with_the_place_of_an_appointment(room: Room) -> None:
    """Joined to one, or checked in once more: the place is its own, and earlier for urgency."""
    start, own = room.clock.now(), room.clock.now() - timedelta(minutes=30)
    walk_in, arrived = room.draw(), room.check_in(room.book(start))
    for ticket_id in (walk_in.id, arrived.id):
        said = {"counter_id": room.one, "ticket_id": ticket_id}
        room.run(services.set_priority, **said, priority=True)
        if ticket_id == walk_in.id:
            join(room, ticket_id, room.appointment_id(room.book(start)))
        else:
            room.run(services.leave, token=arrived.token)
            room.run(
                services.check_in,
                area_id=room.house.area_id,
                appointment_id=room.ticket(ticket_id).appointment_id,
            )
        assert room.ticket(ticket_id).rank == own - timedelta(minutes=30)
        room.run(services.set_priority, **said, priority=False)
        assert room.ticket(ticket_id).rank == own


def test_note_is_guarded_by_the_one_it_replaces(room: Room) -> None:
    issued = room.draw()
    said = {"ticket_id": issued.id}
    room.run(services.set_note, counter_id=room.one, **said, text="Formular B fehlt", was=None)
    with refused("note_changed", 409) as refusal:
        room.run(services.set_note, counter_id=room.two, **said, text="Anrufen", was=None)
    assert refusal.value.details == {"note": "Formular B fehlt"}
    noted = room.run(
        services.set_note, counter_id=room.two, **said, text=None, was="Formular B fehlt"
    )
    assert noted == room.ticket(issued.id)
    events = [event for event in room.events() if isinstance(event, TicketNoted)]
    assert [event.counter_id for event in events] == [room.one, room.two]


def test_note_leaves_the_last_step_to_be_undone(room: Room) -> None:
    issued = room.draw()
    room.call(room.one)
    room.run(
        services.set_note, counter_id=room.one, ticket_id=issued.id, text="Rollstuhl", was=None
    )
    room.run(services.undo_step, counter_id=room.one)
    after = room.ticket(issued.id)
    assert (after.status, after.note) == ("waiting", "Rollstuhl")
