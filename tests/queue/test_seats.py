"""Who sits where: one person at a counter, taken over, left, and what happens to its tickets."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office.changes import StaffSignedOut
from aufruf.office.staff.commands import set_roles
from aufruf.office.staff.sessions import STAFF_HOURS, end_session, open_session
from aufruf.queue import services
from aufruf.queue.counter.counters import CounterSet
from aufruf.queue.events import CounterChanged, TicketHandedOver, TicketPutBack
from aufruf.queue.seats import store as seats
from aufruf.queue.seats.leaving import KEPT, forget_sittings, leave_seats
from tests.queue.room import Room
from tests.queue.test_calling import refused, rows
from tests.queue.web import API, Caller, open_hall
from tests.races import Ran, drop_guard, race, winners

ONE = f"{API}/counters/amtal-1"


def staff(room: Room, login: str = "bernd") -> int:
    query = text("SELECT id FROM staff WHERE login = :login")
    return room.database.read_now(lambda conn: conn.execute(query, {"login": login}).scalar_one())


def sit(
    room: Room, login: str = "bernd", *, counter: int | None = None, **more: object
) -> CounterSet:
    return room.run(
        services.set_counter_state,
        counter_id=counter or room.one,
        state="open",
        staff_id=staff(room, login),
        **more,  # pyright: ignore[reportArgumentType]
    )


def test_second_person_finds_the_counter_taken(room: Room) -> None:
    seat = sit(room).seat
    since = room.clock.now()
    room.wait(minutes=3)
    with pytest.raises(DomainError) as taken:
        sit(room, "leitung")
    assert (taken.value.code, taken.value.status) == ("counter_taken", 409)
    assert str(taken.value.details["since"]).startswith(since.isoformat()[:16])
    with refused("counter_taken", 409):  # nor may she close it under his hands
        room.run(
            services.set_counter_state,
            counter_id=room.one,
            state="closed",
            staff_id=staff(room, "leitung"),
        )
    assert sit(room).seat == seat  # in a second window it is still his


def test_taking_over_keeps_the_ticket_in_service(room: Room) -> None:
    room.draw()
    first = sit(room).seat
    ticket = room.serve(room.one)
    taken = sit(room, "leitung", take_over=True)
    assert taken.seat not in {None, first}
    at_one = room.state().at_counter(room.one)
    assert at_one is not None
    assert (at_one.id, at_one.status) == (ticket.id, "serving")
    assert room.state().seats == {room.one: taken.seat}
    assert isinstance(room.events()[-1], CounterChanged)  # so that the other screen learns of it
    with refused("counter_taken", 409):
        sit(room)


def test_nobody_sits_through_the_night(room: Room) -> None:
    sit(room)
    room.wait(minutes=24 * 60)
    assert sit(room, "leitung").seat is not None


def test_who_sat_where_is_forgotten_after_thirty_days(room: Room) -> None:
    sit(room)
    room.run(services.set_counter_state, counter_id=room.one, state="closed")
    sit(room, "leitung")
    room.clock.move(KEPT - timedelta(seconds=1))
    assert room.runner.run_now((), forget_sittings) == 0
    room.clock.move(timedelta(seconds=1))
    assert room.runner.run_now((), forget_sittings) == 1
    assert rows(room, "SELECT staff_id FROM counter_sitting") == [(staff(room, "leitung"),)]


def test_services_stay_unless_said(room: Room) -> None:
    card, pickup = (room.house.office.offer(slug).id for slug in ("personalausweis", "abholung"))
    sit(room, offers=[card])
    paused = room.run(
        services.set_counter_state, counter_id=room.one, state="break", offers="as before"
    )
    assert paused.present.offers == {card}
    room.run(services.set_counter_state, counter_id=room.one, state="closed")
    assert sit(room, offers="as before").present.offers == {card}  # what Bernd took last
    room.run(services.set_counter_state, counter_id=room.one, state="closed")
    assert sit(room, "leitung", offers="as before").present.offers is None
    assert sit(room, "leitung", offers=[card, pickup]).present.offers == {card, pickup}
    usual = room.database.read_now(seats.find_usual, staff(room, "leitung"))
    assert usual == seats.Usual(room.one, frozenset({card, pickup}))


def keep_some(room: Room) -> tuple[int, int, int]:
    """At counter 1: somebody parked for it, somebody reserved for it, and somebody called."""
    for _ in range(3):
        room.draw()
    parked = room.serve(room.one)
    room.run(services.park, counter_id=room.one, ticket_id=parked.id, personal=True)
    kept = room.serve(room.two)
    room.run(services.transfer, counter_id=room.two, ticket_id=kept.id, to_counter_id=room.one)
    called = room.run(
        services.call_ticket, counter_id=room.one, ticket_id=room.state().waiting[-1].id
    ).ticket
    return parked.id, kept.id, called.id


def test_closing_hands_over_all_but_who_is_in_service(room: Room) -> None:
    sit(room)
    parked, kept, called = keep_some(room)
    ranks = [room.ticket(one).rank for one in (parked, kept, called)]
    closed = room.run(
        services.set_counter_state,
        counter_id=room.one,
        state="closed",
        offers="as before",
        staff_id=staff(room),
    )
    assert (closed.handed_over, closed.seat) == (3, None)
    assert [room.status(one) for one in (parked, kept, called)] == ["parked", "waiting", "waiting"]
    assert [room.ticket(one).rank for one in (parked, kept, called)] == ranks
    assert {room.ticket(one).reserved_counter_id for one in (parked, kept, called)} == {None}
    assert rows(room, "SELECT withdrawn FROM call ORDER BY id DESC LIMIT 1") == [(1,)]
    told = [one for one in room.events() if isinstance(one, TicketHandedOver | TicketPutBack)]
    assert {one.ticket_id for one in told} == {parked, kept, called}
    assert room.call(room.two).id == kept


def test_closing_leaves_who_is_in_service_to_a_colleague(room: Room) -> None:
    sit(room)
    room.draw()
    ticket = room.serve(room.one)
    room.run(services.set_counter_state, counter_id=room.one, state="closed", staff_id=staff(room))
    assert room.status(ticket.id) == "serving"
    sit(room, "leitung")
    assert room.finish(room.one, ticket.id).status == "finished"


def test_nobody_goes_back_to_the_queue_of_a_closed_counter(room: Room) -> None:
    """Brought back after a visit there, or called elsewhere meanwhile and put back."""
    drawn = [room.draw().id for _ in range(2)]
    for ticket_id in drawn:
        room.serve(room.two)
        room.run(
            services.transfer, counter_id=room.two, ticket_id=ticket_id, to_counter_id=room.one
        )
    first, second = drawn
    room.serve(room.one)
    room.finish(room.one, first)
    room.run(services.call_ticket, counter_id=room.two, ticket_id=second)
    room.run(services.put_back, counter_id=room.two, ticket_id=second)
    assert room.ticket(second).reserved_counter_id == room.one, "which is open"
    room.run(services.call_ticket, counter_id=room.two, ticket_id=second)
    room.run(services.set_counter_state, counter_id=room.one, state="closed", staff_id=staff(room))
    room.run(services.put_back, counter_id=room.two, ticket_id=second)
    room.run(services.return_ticket, counter_id=room.two, ticket_id=first)
    assert [room.serve(room.two).id, room.finish(room.two, first).id] == [first, first]
    assert room.call(room.two).id == second


def test_signing_out_leaves_every_counter_one_sat_at(room: Room) -> None:
    """And a session that ran out leaves nothing, whatever is still done with its secret."""
    runner = Runner(room.database, room.clock, None, {StaffSignedOut: leave_seats})

    def sign_in() -> str:
        opened = runner.run_now((), open_session, hours=STAFF_HOURS, staff_id=staff(room))
        return opened.secret

    room.wait(minutes=-STAFF_HOURS * 60)
    lost = sign_in()
    room.wait(minutes=STAFF_HOURS * 60)
    sit(room)
    sit(room, counter=room.two)
    keep_some(room)
    secret = sign_in()
    assert runner.run_now((), end_session, secret=lost) == 0
    assert len(room.state().seats) == 2
    assert runner.run_now((), end_session, secret=secret) == 3
    assert runner.run_now((), end_session, secret=secret) == 0
    assert room.state().seats == {}
    assert {one.state for one in room.state().counters.values()} == {"closed"}


async def test_only_who_sits_there_takes_steps_and_only_with_the_right_out_of_turn(
    room: Room, tmp_path: Path
) -> None:
    """Over the interface, as two people: Bernd may only call whoever is next."""
    run = room.runner.run_now
    run((), set_roles, login="bernd", offices=["amtal-buergerbuero"], may_call_any=False)
    first, second = room.draw(), room.draw()

    def secret(login: str) -> str:
        return run((), open_session, hours=STAFF_HOURS, staff_id=staff(room, login)).secret

    async with open_hall(room, tmp_path) as hall:
        bernd, lena = Caller(hall.client, secret("bernd")), Caller(hall.client, secret("leitung"))
        opened = (await bernd.post(f"{ONE}/session", {"state": "open"})).json()
        assert (await bernd.get(f"{ONE}/seat")).json()["mine"]
        assert (await lena.get(f"{ONE}/seat")).json() | {"since": ""} == {
            "seat": opened["seat"],
            "mine": False,
            "since": "",
        }
        for path in (f"tickets/{second.id}/call", f"tickets/{second.id}/discard"):
            assert (await bernd.post(f"{ONE}/{path}")).status_code == 403
        span = {"first": "A001", "last": "A002"}
        assert (await bernd.post(f"{ONE}/discards", span)).status_code == 403
        refusal = (await lena.post(f"{ONE}/next")).json()
        assert (refusal["code"], refusal["status"]) == ("counter_taken", 409)
        assert (await bernd.post(f"{ONE}/next")).json()["id"] == first.id
        taken = {"state": "open", "take_over": True}
        assert (await lena.post(f"{ONE}/session", taken)).json()["seat"] != opened["seat"]
        late = await bernd.post(f"{ONE}/tickets/{first.id}/start")
        assert late.json()["code"] == "counter_taken"
        assert (await lena.post(f"{ONE}/tickets/{first.id}/start")).status_code == 200
        left = (await lena.post(f"{ONE}/session", {"state": "closed"})).json()
        assert (left["seat"], left["handed_over"]) == (None, 0)
        assert (await lena.post(f"{API}/counters/amtal-2/tickets/{second.id}/call")).is_success


def race_to_sit(room: Room, *, locked: bool) -> list[Ran[int | None]]:
    people = [staff(room, "bernd"), staff(room, "leitung")]
    room.run(services.set_counter_state, counter_id=room.one, state="closed")

    def act(tx: Tx, nth: int) -> int | None:
        return services.set_counter_state(
            tx, counter_id=room.one, state="open", staff_id=people[nth]
        ).seat

    return race(
        room.database,
        room.clock,
        act,
        racers=2,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "INSERT INTO counter_sitting",
    )


def sitting(room: Room) -> int:
    ((count,),) = rows(room, "SELECT count(*) FROM counter_sitting WHERE until IS NULL")
    return int(str(count))


@pytest.mark.parametrize("locked", [True, False])
def test_two_who_open_the_same_counter_at_once_are_one(room: Room, locked: bool) -> None:
    ran = race_to_sit(room, locked=locked)
    assert winners(ran) == sitting(room) == 1
    assert {one.refused for one in ran} == {None, "counter_taken"}


def test_two_who_open_the_same_counter_both_sit_without_lock_and_constraint(room: Room) -> None:
    drop_guard(room.database, "uq_counter_sitting_present")
    drop_guard(room.database, "pk_counter_state")  # one row per counter: it would hold them too
    assert winners(race_to_sit(room, locked=False)) == sitting(room) == 2
