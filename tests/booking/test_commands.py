"""Commands one after the other, on both engines: what is guaranteed, what is refused."""

from datetime import date, timedelta

import pytest

from aufruf.booking import services
from aufruf.booking.events import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentHeld,
    AppointmentMoved,
    HoldExpired,
    HoldExtended,
)
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from tests.booking.desk import AMIRA, Desk, at, refused
from tests.factories import House


def test_hold_takes_a_place_in_every_cell_for_a_while(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("09:30"))
    assert (held.status, held.end) == ("held", at("09:45"))
    assert held.held_until == clock.now() + timedelta(minutes=10)
    assert len(desk.places(held.reference)) == 3
    assert desk.numbers(held.reference) == {1}


def test_several_services_add_up_and_take_all_their_pools(desk: Desk) -> None:
    held = desk.hold(at("09:30"), Wanted("personalausweis", 2), Wanted("gewerbeanmeldung"))
    assert held.end == at("10:25")
    assert {pool for pool, _, _ in desk.places(held.reference)} == {
        pool.id for pool in desk.office.pools
    }


def test_contact_at_once_confirms_in_one_request(desk: Desk) -> None:
    held = desk.book(at("09:30"))
    assert (held.status, held.held_until) == ("confirmed", None)
    assert [type(event) for event in desk.events()][-1:] == [AppointmentConfirmed]


def test_contact_later_confirms_the_hold(desk: Desk) -> None:
    held = desk.hold(at("09:30"))
    done = desk.run(services.set_contact, held.reference, contact=AMIRA)
    assert done.status == "confirmed"
    assert desk.find(held.reference).name == "Amira Kaya"
    assert [type(event) for event in desk.events()][-2:] == [AppointmentHeld, AppointmentConfirmed]


def test_public_leaves_the_place_that_is_kept_for_staff(desk: Desk) -> None:
    first, second = desk.book(at("09:30")), desk.book(at("09:30"))
    assert (desk.numbers(first.reference), desk.numbers(second.reference)) == ({1}, {2})
    with refused("slot_taken", 409) as refusal:
        desk.book(at("09:30"))
    assert refusal.value.details == {
        "alternatives": [
            f"2026-11-26T{clock}:00+01:00"
            for clock in ("09:45", "10:00", "10:15", "10:30", "10:45")
        ]
    }
    assert desk.numbers(desk.book(at("09:30"), by_staff=True).reference) == {3}
    with refused("slot_taken", 409):
        desk.book(at("09:30"), by_staff=True)


def test_number_is_chosen_per_cell_so_that_what_fits_is_booked(desk: Desk) -> None:
    """Two lanes with a gap in each: a fixed lane would refuse what crosses both gaps."""
    desk.book(at("09:00"))
    desk.book(at("09:00"))
    desk.book(at("09:30"))
    across = desk.book(at("09:15"), Wanted("personalausweis", 4))
    assert across.status == "confirmed"


def test_hold_that_ran_out_gives_way_to_the_next(desk: Desk, clock: FixedClock) -> None:
    office = desk.house.registry
    early = desk.hold(at("09:30"), Wanted("eheschliessung"), office=office)
    with refused("slot_taken", 409):
        desk.hold(at("09:45"), Wanted("eheschliessung"), office=office)
    clock.move(timedelta(minutes=10))
    late = desk.hold(at("09:45"), Wanted("eheschliessung"), office=office)
    assert (desk.find(early.reference).status, late.status) == ("expired", "held")
    assert HoldExpired(appointment_id=1, start=at("09:30")) in desk.events(office)


def test_confirming_is_refused_from_the_very_end_of_the_hold(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("09:30"))
    clock.move(timedelta(minutes=10))
    with refused("hold_expired", 409):
        desk.run(services.set_contact, held.reference, contact=AMIRA)
    assert desk.find(held.reference).name is None


def test_confirming_works_a_second_before_the_end(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("09:30"))
    clock.move(timedelta(minutes=9, seconds=59))
    assert desk.run(services.set_contact, held.reference, contact=AMIRA).status == "confirmed"


def test_tidying_up_expires_and_forgets(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("09:30"))
    kept = desk.book(at("09:30"))
    clock.move(timedelta(minutes=11))
    assert desk.runner.run_now(desk.office.id, services.expire_holds, office_id=desk.office.id) == 1
    assert (desk.find(held.reference).status, desk.places(held.reference)) == ("expired", [])
    assert desk.find(kept.reference).status == "confirmed"


def test_hold_is_extended_ten_times_and_no_more(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("09:30"))
    for _ in range(10):
        clock.move(timedelta(minutes=9))
        held = desk.run(services.extend_hold, held.reference)
    assert held.held_until == clock.now() + timedelta(minutes=10)
    with refused("too_many", 422):
        desk.run(services.extend_hold, held.reference)
    assert isinstance(desk.events()[-1], HoldExtended)


def test_move_to_an_overlapping_time_works_with_a_single_place(desk: Desk) -> None:
    office = desk.house.registry
    held = desk.book(at("09:00"), Wanted("eheschliessung"), office=office)
    moved = desk.run(services.move_appointment, held.reference, start=at("09:15"))
    assert (moved.start, moved.end) == (at("09:15"), at("10:00"))
    assert len(desk.places(held.reference)) == 9
    again = desk.run(services.move_appointment, held.reference, start=at("09:00"))
    assert again.start == at("09:00")
    assert AppointmentMoved(
        appointment_id=1, previous_start=at("09:00"), start=at("09:15")
    ) in desk.events(office)


def test_move_to_a_taken_time_changes_nothing(desk: Desk) -> None:
    office = desk.house.registry
    held = desk.book(at("09:00"), Wanted("eheschliessung"), office=office)
    desk.book(at("10:00"), Wanted("eheschliessung"), office=office)
    before = desk.places(held.reference)
    with refused("slot_taken", 409):
        desk.run(services.move_appointment, held.reference, start=at("09:30"))
    assert desk.places(held.reference) == before
    assert desk.find(held.reference).start_at == at("09:00")


def test_cancelled_appointment_frees_its_places_and_forgets_who(desk: Desk) -> None:
    held = desk.book(at("09:30"))
    desk.run(services.cancel_appointment, held.reference)
    gone = desk.find(held.reference)
    assert (gone.status, gone.name, gone.email, gone.sequence) == ("cancelled", None, None, 1)
    assert desk.places(held.reference) == []
    assert isinstance(desk.events()[-1], AppointmentCancelled)
    with refused("wrong_state", 409):
        desk.run(services.cancel_appointment, held.reference)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (at("09:15", date(2026, 11, 25)), "in_the_past"),
        (at("09:37"), "slot_not_offered"),
        (at("18:00"), "slot_not_offered"),
        (at("07:45"), "slot_not_offered"),
        (at("09:30", date(2026, 11, 28)), "closed_that_day"),
        (at("09:30", date(2026, 12, 25)), "closed_that_day"),
        (at("09:30", date(2027, 2, 24)), "too_far"),
        (at("09:30", date(2027, 2, 23)), None),
    ],
)
def test_start_that_is_not_to_be_had_is_refused_with_the_reason(
    desk: Desk, start: object, code: str | None
) -> None:
    if code is None:
        desk.book(start)  # type: ignore[arg-type]
        return
    with refused(code, 409):
        desk.book(start)  # type: ignore[arg-type]
    assert [event for event in desk.events() if isinstance(event, AppointmentHeld)] == []


@pytest.mark.parametrize(
    ("wanted", "code", "status"),
    [
        ((Wanted("gibt-es-nicht"),), "unknown_service", 404),
        ((Wanted("wasserzaehler"),), "not_bookable", 409),
        ((Wanted("personalausweis", 5),), "too_many", 422),
        ((Wanted("personalausweis", 2), Wanted("personalausweis", 3)), "too_many", 422),
        ((Wanted("personalausweis", 0),), "too_many", 422),
        (tuple(Wanted(f"s{number}") for number in range(9)), "too_many", 422),
    ],
)
def test_services_that_cannot_be_booked_are_refused(
    desk: Desk, wanted: tuple[Wanted, ...], code: str, status: int
) -> None:
    with refused(code, status):
        desk.book(at("09:30"), *wanted)


def test_end_of_a_visit_must_lie_within_the_hours(desk: Desk) -> None:
    desk.book(at("17:45"))
    with refused("slot_taken", 409):
        desk.book(at("17:45"), Wanted("personalausweis", 2))


def test_registry_is_not_for_everybody(desk: Desk, house: House) -> None:
    wanted = Wanted("eheschliessung")
    desk.book(at("09:00"), wanted, office=house.registry, resident_of=house.neighbour.id)
    assert desk.find(desk.book(at("10:00"), wanted, office=house.registry).reference)


def test_visit_follows_the_ticket_through_the_day(desk: Desk) -> None:
    held = desk.book(at("09:30"))
    code = f"{held.reference[:4].lower()} {held.reference[4:]}"
    found = desk.runner.run_now(desk.office.id, services.find_for_check_in, code=code)
    assert (found.start_at, found.offers, found.persons) == (
        at("09:30"),
        ((desk.office.offer("personalausweis").id, 1),),
        1,
    )
    desk.visit(services.mark_checked_in, held.reference, late=False)
    with refused("wrong_state", 409):
        desk.visit(services.mark_checked_in, held.reference, late=False)
    desk.visit(services.undo_check_in, held.reference)
    desk.visit(services.mark_checked_in, held.reference, late=True)
    desk.visit(services.mark_no_show, held.reference)
    desk.visit(services.mark_checked_in, held.reference, late=True)
    desk.visit(services.mark_attended, held.reference)
    desk.visit(services.restore_check_in, held.reference)
    desk.visit(services.mark_cancelled_at_office, held.reference)
    assert desk.find(held.reference).status == "cancelled"
    assert desk.places(held.reference) == []


def test_unknown_code_is_refused(desk: Desk) -> None:
    for code in ("ABCD2345", "nonsense", ""):
        with refused("unknown_code", 404):
            desk.runner.run_now(desk.office.id, services.find_for_check_in, code=code)


def test_who_never_came_is_missed_only_after_the_day(desk: Desk, clock: FixedClock) -> None:
    held = desk.book(at("09:30"))
    clock.move(at("23:59") - clock.now())
    assert desk.runner.run_now(desk.office.id, services.mark_missed, office_id=desk.office.id) == 0
    clock.move(timedelta(minutes=1))
    assert desk.runner.run_now(desk.office.id, services.mark_missed, office_id=desk.office.id) == 1
    assert desk.find(held.reference).status == "no_show"


def test_name_is_not_in_any_event(desk: Desk) -> None:
    held = desk.hold(at("09:30"))
    secretive = Contact("Amira Kaya", "amira@beispiel.example", "06081 12345", "Rollstuhl")
    desk.run(services.set_contact, held.reference, contact=secretive)
    desk.run(services.move_appointment, held.reference, start=at("10:00"))
    desk.run(services.cancel_appointment, held.reference)
    written = "".join(event.model_dump_json() for event in desk.events())
    for word in ("Amira", "beispiel", "06081", "Rollstuhl", held.reference):
        assert word not in written
