"""Appointments by phone and video, and where nobody checks in: tickets by themselves; their
citizens' pages, and how the counter reaches them.
"""

from datetime import timedelta

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.booking.store import find_appointment
from aufruf.core.tx import Tx
from aufruf.office.infos import Channel
from aufruf.queue import services
from aufruf.queue.events import TicketIssued
from aufruf.queue.remote.admitting import admit_due
from aufruf.queue.remote.store import find_offices_due
from aufruf.queue.state import TicketNow
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.queue.test_locks import settle
from tests.races import race, winners

ROOM = "https://video.amtal.example/raum"


def equip(room: Room) -> None:
    """Everything can be done by phone and video as well."""
    settle(
        room,
        offer_channels='["on_site", "phone", "video"]',
        offer_video_url=ROOM,
    )


def book(room: Room, channel: Channel, *, minutes: float = 30) -> str:
    """Amira books for so many minutes from now; the reference."""
    held = room.run(
        booking.hold_slot,
        office_id=room.office_id,
        start=room.clock.now() + timedelta(minutes=minutes),
        services=(Wanted("personalausweis"),),
        language="en",
        channel=channel,
        contact=Contact("Amira Kaya", "amira@beispiel.example", "06081 1024", "Bitte klingeln"),
    )
    return held.reference


def admit(room: Room) -> int:
    return room.run(admit_due, office_id=room.office_id)


def the_ticket(room: Room) -> TicketNow:
    (ticket,) = room.state().tickets
    return ticket


def test_phone_appointment_waits_from_its_start_on_and_once(room: Room) -> None:
    equip(room)
    reference = book(room, "phone")
    start = room.clock.now() + timedelta(minutes=30)
    room.wait(minutes=29, seconds=59)
    assert admit(room) == 0
    room.wait(seconds=1)
    assert [admit(room), admit(room)] == [1, 0]
    ticket = the_ticket(room)
    assert (ticket.number, ticket.channel, ticket.language) == ("T001", "phone", "en")
    assert (ticket.rank, ticket.drawn_at) == (start - timedelta(minutes=30), start)
    assert ticket.remark == "Bitte klingeln"
    assert room.appointment(reference) == "checked_in"
    (issued,) = (event for event in room.events() if isinstance(event, TicketIssued))
    assert (issued.channel, issued.appointment_start) == ("phone", start)


def test_late_clerk_finds_who_waits_with_the_rank_of_the_start(room: Room) -> None:
    equip(room)
    book(room, "video", minutes=30)
    room.wait(minutes=35)
    walk_in = room.draw()
    room.wait(minutes=90)
    assert admit(room) == 1
    assert room.call(room.one).channel == "video"
    assert room.call(room.two).id == walk_in.id


def test_appointment_on_site_waits_for_its_citizen_unless_nobody_checks_in(room: Room) -> None:
    equip(room)
    book(room, "on_site")
    room.wait(minutes=31)
    assert admit(room) == 0
    settle(room, calls_absent=True)
    assert admit(room) == 1
    assert the_ticket(room).channel == "on_site"


def test_cancelled_and_missed_days_are_not_admitted(room: Room) -> None:
    equip(room)
    gone = book(room, "phone")
    room.run(booking.cancel_appointment, reference=gone)
    book(room, "phone", minutes=60)
    room.wait(minutes=24 * 60)
    assert admit(room) == 0


def test_admitting_in_several_processes_makes_one_ticket(room: Room) -> None:
    equip(room)
    book(room, "phone")
    room.wait(minutes=30)

    def act(tx: Tx, _nth: int) -> int:
        return admit_due(tx, office_id=room.office_id)

    ran = race(room.database, room.clock, act, racers=8, offices=[room.office_id], locked=True)
    assert sorted(one.value or 0 for one in ran) == [0] * 7 + [1]


def test_admitting_past_the_lock_is_held_by_the_status(room: Room) -> None:
    equip(room)
    book(room, "phone")
    room.wait(minutes=30)
    ran = race(
        room.database,
        room.clock,
        lambda tx, _: admit_due(tx, office_id=room.office_id),
        racers=8,
        offices=[room.office_id],
        meet_before="UPDATE appointment SET status",
    )
    assert winners(ran) == 1
    assert all(one.met for one in ran)
    assert rows(room, "SELECT count(*) FROM ticket") == [(1,)]


def test_clerk_may_begin_a_phone_appointment_early(room: Room) -> None:
    equip(room)
    booked = room.database.read_now(find_appointment, book(room, "phone"))
    assert booked is not None
    area = room.house.area_id
    room.run(services.check_in, appointment_id=booked.id, area_id=area, by_staff=True)
    assert the_ticket(room).channel == "phone"
    room.wait(minutes=31)
    assert admit(room) == 0


def test_job_passes_over_an_office_whose_appointments_have_tickets(room: Room) -> None:
    """Nobody runs a command every few seconds for an appointment whose check-in was undone."""
    equip(room)
    appointment = room.appointment_id(book(room, "phone"))
    room.wait(minutes=30)
    offices, now = [room.office_id], room.clock.now()
    assert room.database.read_now(find_offices_due, offices, [], now) == offices
    admit(room)
    room.run(booking.undo_check_in, appointment_id=appointment)
    assert room.database.read_now(find_offices_due, offices, [], now) == []
    assert admit(room) == 0


def test_who_comes_to_the_house_all_the_same_is_there(room: Room) -> None:
    equip(room)
    room.check_in(book(room, "phone"))
    assert the_ticket(room).channel == "on_site"


def test_back_office_request_is_called_like_any_other(room: Room) -> None:
    first = room.draw()
    issued = room.run(
        services.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("abholung")],
        language="de",
        channel="back_office",
        remark="Antrag per Post",
        by_staff=True,
    )
    assert issued.number == "L001"
    assert room.call(room.one).id == first.id
    called = room.call(room.two)
    assert (called.channel, called.remark) == ("back_office", "Antrag per Post")
