"""Drawing tickets and checking in, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.booking import services as booking
from aufruf.booking.forgetting import forget_visits
from aufruf.booking.services import Contact, Wanted
from aufruf.core.formats import at_local, local_day
from aufruf.core.tx import Tx
from aufruf.queue import services
from aufruf.queue.day import forget_remarks
from aufruf.queue.events import TicketIssued, TicketReturned
from aufruf.queue.state import Asked
from tests.booking.desk import refused
from tests.booking.strict import strict_house
from tests.queue.room import Room


def test_issue_ticket_numbers_follow_each_other_per_letter(room: Room) -> None:
    numbers = [room.draw(one).number for one in ("personalausweis", "abholung", "personalausweis")]
    assert numbers == ["A001", "L001", "A002"]


def test_issue_ticket_says_what_the_citizen_needs(room: Room) -> None:
    first, second = room.draw(), room.draw()
    assert (first.ahead, second.ahead) == (0, 1)
    assert first.wait is not None
    assert first.wait.is_next
    assert len({first.token, second.token}) == 2
    assert len(first.token) == 26


def test_issue_ticket_for_several_services_is_one_visit(room: Room) -> None:
    issued = room.draw(Wanted("abholung", 2), Wanted("personalausweis"))
    ticket = room.ticket(issued.id)
    offers = [room.house.offer("abholung").id, room.house.offer("personalausweis").id]
    assert ticket.number == "L001"
    assert ticket.services == (Asked(offers[0], 2), Asked(offers[1], 1))
    assert ticket.rank == ticket.drawn_at == room.clock.now()


def test_issue_ticket_emits_what_happened(room: Room) -> None:
    issued = room.draw()
    event = room.events()[-1]
    assert event == TicketIssued(
        ticket_id=issued.id,
        number="A001",
        services=("personalausweis",),
        persons=1,
        rank=room.clock.now(),
    )


def test_issue_ticket_that_fails_leaves_no_hole(room: Room) -> None:
    room.draw()
    with refused("too_many", 422):
        room.draw(Wanted("personalausweis", 5))
    with refused("unknown_service", 404):
        room.draw("personalausweis", "angelschein")
    assert room.draw().number == "A002"


def test_issue_ticket_starts_anew_each_day(room: Room) -> None:
    room.draw()
    room.wait(minutes=24 * 60)
    assert room.draw().number == "A001"


def test_issue_ticket_after_the_last_number(room: Room) -> None:
    room.draw()
    room.run(_use_up)
    assert room.draw().number == "A999"
    with refused("numbers_used_up", 409):
        room.draw()
    assert room.draw("abholung").number == "L001"


def _use_up(tx: Tx) -> None:
    tx.conn.execute(text("UPDATE last_number SET serial = 998"))


@pytest.mark.parametrize(
    ("wall", "code"),
    [("07:59", "office_closed"), ("17:45", "past_cutoff"), ("18:00", "office_closed")],
)
def test_issue_ticket_outside_hours(room: Room, wall: str, code: str) -> None:
    hours, minutes = wall.split(":")
    room.clock.at = at_local(local_day(room.clock.now()), int(hours) * 60 + int(minutes))
    with refused(code, 409):
        room.draw()
    assert room.draw(by_staff=True).number == "A001"


def test_issue_ticket_for_what_is_only_online(room: Room) -> None:
    with refused("not_walk_in", 409):
        room.draw("wasserzaehler")


def test_issue_ticket_step_free_only_counts_accessible_counters(room: Room) -> None:
    with refused("cannot_serve", 409):
        room.run(
            services.issue_ticket,
            office_id=room.house.registry.id,
            services=[Wanted("eheschliessung")],
            language="de",
            step_free=True,
        )


def test_issue_ticket_from_paper_keeps_its_time(room: Room) -> None:
    later = room.draw()
    issued = room.run(
        services.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        drawn_at=room.clock.now() - timedelta(minutes=20),
        by_staff=True,
    )
    assert room.call(room.one).id == issued.id
    assert room.call(room.two).id == later.id


def test_issue_ticket_from_paper_is_for_staff_and_today(room: Room) -> None:
    for ago, by_staff in ((5, False), (-5, True), (24 * 60, True)):
        with refused("invalid_value", 422):
            room.run(
                services.issue_ticket,
                office_id=room.office_id,
                services=[Wanted("personalausweis")],
                language="de",
                drawn_at=room.clock.now() - timedelta(minutes=ago),
                by_staff=by_staff,
            )


def test_issue_ticket_with_many_ahead_is_told_so(room: Room) -> None:
    issued = [room.draw() for _ in range(64)]
    assert [one.ahead for one in issued] == list(range(64))
    waits = [one.wait for one in issued]
    assert waits[26] is not None
    assert (waits[26].low_minutes, waits[26].high_minutes) == (90, None)
    assert waits[63] == waits[26]


def test_issue_ticket_without_an_open_counter_has_no_forecast(room: Room) -> None:
    for counter_id in (room.one, room.two):
        room.run(services.set_counter_state, counter_id=counter_id, state="closed")
    assert room.draw().wait is None


def test_check_in_on_time_counts_half_an_hour_before_its_start(room: Room) -> None:
    start = room.clock.now() + timedelta(minutes=60)
    issued = room.check_in(room.book(start))
    ticket = room.ticket(issued.id)
    assert (issued.number, issued.late) == ("T001", False)
    assert ticket.rank == start - timedelta(minutes=30)
    assert ticket.appointment_start == start


def test_check_in_marks_the_appointment(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=60))
    room.check_in(f"{reference[:4].lower()}-{reference[4:]}")
    assert room.appointment(reference) == "checked_in"


def test_check_in_takes_remark_and_answers_to_the_counter(room: Room) -> None:
    database, clock = room.database, room.clock
    strict_house(database, clock)
    held = room.run(
        booking.hold_slot,
        office_id=room.office_id,
        start=clock.now() + timedelta(minutes=30),
        services=[Wanted("personalausweis")],
        language="de",
        contact=Contact("Amira", remark="Rollstuhl", answers=("Ja, eines", "")),
    )
    ticket = room.ticket(room.check_in(held.reference).id)
    assert ticket.remark == "Rollstuhl · Kommen Sie mit einem Kind? Ja, eines"


def test_who_came_is_forgotten_two_days_after_the_visit(room: Room) -> None:
    contact = Contact("Amira", "amira@beispiel.example", "06081 12345", "Rollstuhl", ("Ja",))
    held = room.run(
        booking.hold_slot,
        office_id=room.office_id,
        start=room.clock.now() + timedelta(minutes=30),
        services=[Wanted("personalausweis")],
        language="de",
        contact=contact,
    )
    room.check_in(held.reference)

    def forget() -> tuple[int, int]:
        office = {"office_id": room.office_id}
        return room.run(forget_visits, **office), room.run(forget_remarks, **office)

    room.wait(minutes=2 * 24 * 60)
    assert forget() == (0, 1)  # it ends later than it began
    room.wait(minutes=60)
    assert forget() == (1, 0)
    assert forget() == (0, 0)
    query = text(
        "SELECT name, email, phone, appointment.remark, ticket.remark, email_key, phone_key,"
        " mail_code_hash FROM appointment JOIN ticket ON ticket.appointment_id = appointment.id"
        " WHERE answers IS NULL"
    )
    rows = room.database.read_now(lambda conn: conn.execute(query).all())
    assert [set(row) for row in rows] == [{None}]


def test_check_in_late_counts_from_now_and_says_so(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    room.wait(minutes=41)
    issued = room.check_in(reference)
    assert issued.late
    assert room.ticket(issued.id).rank == room.clock.now()


def test_check_in_twice_names_the_number(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    room.check_in(reference)
    with refused("already_checked_in", 409) as refusal:
        room.check_in(reference)
    assert refusal.value.details == {"number": "T001"}


def test_check_in_on_another_day(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(days=1))
    with refused("other_day", 409):
        room.check_in(reference)


def test_check_in_in_another_waiting_area(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    with refused("wrong_place", 409) as refusal:
        room.run(services.check_in, code=reference, area_id=room.house.area_id + 1)
    assert refusal.value.details == {"office": "Bürgerbüro Amtal", "street": "Am Markt 1"}


@pytest.mark.parametrize("code", ["", "XXXX-XXXX", "https://elsewhere.example/", "A" * 500])
def test_check_in_with_an_unknown_code(room: Room, code: str) -> None:
    with refused("unknown_code", 404):
        room.check_in(code)


def test_check_in_too_late_and_a_clerk_may(room: Room) -> None:
    day = local_day(room.clock.now())
    reference = room.book(at_local(day, 17 * 60))
    room.clock.at = at_local(day, 17 * 60 + 45)
    with refused("too_late", 409):
        room.check_in(reference)
    assert room.check_in(reference, by_staff=True).late


def test_check_in_before_opening(room: Room) -> None:
    day = local_day(room.clock.now()) + timedelta(days=1)
    reference = room.book(at_local(day, 9 * 60))
    room.clock.at = at_local(day, 7 * 60 + 59)
    with refused("office_closed", 409):
        room.check_in(reference)
    room.wait(minutes=1)
    assert not room.check_in(reference).late


def test_check_in_after_leaving_waits_again_with_the_same_number(room: Room) -> None:
    start = room.clock.now() + timedelta(minutes=60)
    reference = room.book(start)
    issued = room.check_in(reference)
    room.run(services.leave, token=issued.token)
    assert (room.status(issued.id), room.appointment(reference)) == ("cancelled", "cancelled")
    again = room.check_in(reference)
    ticket = room.ticket(issued.id)
    assert (again.id, again.number, again.token) == (issued.id, "T001", issued.token)
    assert (ticket.status, ticket.rank) == ("waiting", start - timedelta(minutes=30))
    assert ticket.finished_at is None
    assert room.appointment(reference) == "checked_in"
    assert room.events()[-1] == TicketReturned(ticket_id=issued.id, number="T001")
    assert room.call(room.one).id == issued.id


def test_check_in_late_after_leaving_counts_from_now(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    issued = room.check_in(reference)
    room.run(services.delay, token=issued.token, minutes=60)
    room.run(services.leave, token=issued.token)
    room.wait(minutes=41)
    assert room.check_in(reference).late
    ticket = room.ticket(issued.id)
    assert (ticket.rank, ticket.not_before) == (room.clock.now(), None)


def test_check_in_again_after_leaving_twice(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    issued = room.check_in(reference)
    for _ in range(2):
        room.run(services.leave, token=issued.token)
        assert room.check_in(reference).number == "T001"
    assert room.ticket(issued.id).status == "waiting"


def test_check_in_after_leaving_is_over_with_the_day(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    room.run(services.leave, token=room.check_in(reference).token)
    room.wait(minutes=24 * 60)
    with refused("other_day", 409):
        room.check_in(reference)


def test_check_in_of_an_appointment_cancelled_before_the_visit(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    room.run(booking.cancel_appointment, reference=reference)
    with refused("unknown_code", 404):
        room.check_in(reference)


def test_check_in_after_being_missed_waits_again_with_the_same_number(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    issued = room.check_in(reference)
    room.call(room.one)
    room.run(services.mark_no_show, counter_id=room.one, ticket_id=issued.id)
    assert room.appointment(reference) == "no_show"
    again = room.check_in(reference)
    assert (again.id, again.number) == (issued.id, "T001")
    assert room.appointment(reference) == "checked_in"
    assert TicketReturned(ticket_id=issued.id, number="T001") in room.events()
