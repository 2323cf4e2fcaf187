"""Who wins when all press at once: on the store, past the runner, with the negative controls."""

from dataclasses import replace

from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.formats import local_day
from aufruf.core.secrets import new_token
from aufruf.core.tx import Tx
from aufruf.queue import changes, services
from aufruf.queue.state import Asked, TicketNow
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.races import Ran, drop_guard, race, winners

MANY = 64
UNIQUE_NUMBER = "uq_ticket_area_id_day_letter_serial"


def draw(tx: Tx, office_id: int) -> str:
    issued = services.issue_ticket(
        tx, office_id=office_id, services=[Wanted("personalausweis")], language="de"
    )
    return issued.number


def test_draws_at_once_are_different_and_consecutive(room: Room) -> None:
    ran = race(
        room.database,
        room.clock,
        lambda tx, _: draw(tx, room.office_id),
        racers=MANY,
        offices=[room.office_id],
        locked=True,
    )
    assert sorted(str(one.value) for one in ran) == [f"A{n:03d}" for n in range(1, MANY + 1)]


def insert_with_highest_number(tx: Tx, room: Room, nth: int) -> int:
    """A careless draw: look at the highest number, then write the one after it."""
    highest = tx.conn.execute(text("SELECT coalesce(max(serial), 0) FROM ticket")).scalar_one()
    drawn = TicketNow(
        id=0,
        office_id=room.office_id,
        area_id=room.house.area_id,
        day=local_day(tx.now),
        letter="A",
        serial=highest + 1,
        token=f"{nth:02d}{new_token()[:20]}",
        status="waiting",
        rank=tx.now,
        drawn_at=tx.now,
        language="de",
        services=(Asked(room.house.offer().id, 1),),
    )
    return changes.insert_ticket(tx.conn, drawn).id


def race_careless_draws(room: Room) -> list[Ran[int]]:
    return race(
        room.database,
        room.clock,
        lambda tx, nth: insert_with_highest_number(tx, room, nth),
        racers=16,
        offices=[room.office_id],
        meet_before="INSERT INTO ticket ",
    )


def test_careless_draws_are_held_by_the_constraint(room: Room) -> None:
    ran = race_careless_draws(room)
    assert all(one.met for one in ran)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "IntegrityError"}


def test_careless_draws_without_the_constraint_repeat_a_number(room: Room) -> None:
    drop_guard(room.database, UNIQUE_NUMBER)
    ran = race_careless_draws(room)
    assert winners(ran) == 16
    assert rows(room, "SELECT DISTINCT serial FROM ticket") == [(1,)]


def open_more_counters(room: Room, count: int) -> list[int]:
    """Eight counters that serve everything, six of them new."""
    query = text("SELECT max(id) FROM counter")
    with room.database.write_engine.begin() as conn:
        first = conn.execute(query).scalar_one() + 1
        for number in range(count):
            conn.execute(text(COPY_COUNTER), {"id": first + number, "label": f"9{number}"})
            conn.execute(text(COPY_OFFERS), {"id": first + number})
        conn.execute(text("UPDATE directory_version SET version = version + 1"))
    added = list(range(first, first + count))
    for counter_id in added:
        room.run(services.set_counter_state, counter_id=counter_id, state="open")
    return added


COPY_COUNTER = (
    "INSERT INTO counter (id, slug, office_id, label, arrow, accessible, position)"
    " SELECT :id, 'amtal-' || :label, office_id, :label, arrow, accessible, position"
    " FROM counter WHERE slug = 'amtal-1'"
)
COPY_OFFERS = (
    "INSERT INTO counter_offer (counter_id, offer_id)"
    " SELECT :id, offer_id FROM counter_offer"
    " JOIN counter ON counter.id = counter_id WHERE slug = 'amtal-1'"
)


def call_next(tx: Tx, counter_id: int) -> str | None:
    called = services.call_next(tx, counter_id=counter_id)
    return None if called is None else called.ticket.number


def test_next_at_eight_counters_calls_eight_citizens(room: Room) -> None:
    numbers = {room.draw().number for _ in range(8)}
    counters = open_more_counters(room, 8)
    ran = race(
        room.database,
        room.clock,
        lambda tx, nth: call_next(tx, counters[nth]),
        racers=8,
        offices=[room.office_id],
        locked=True,
    )
    assert {one.value for one in ran} == numbers


def claim(tx: Tx, counter_id: int, first: TicketNow, *, guarded: bool) -> bool:
    """All have seen the same ticket waiting; who may write that it is theirs?"""
    called = replace(first, status="called", counter_id=counter_id, calls=1)
    if guarded:
        return changes.change_ticket(tx.conn, first, called)
    unguarded = text("UPDATE ticket SET status = 'called', counter_id = :counter WHERE id = :id")
    tx.conn.execute(unguarded, {"counter": counter_id, "id": first.id})
    return True


def race_for_one_ticket(room: Room, *, guarded: bool) -> list[bool | None]:
    first = room.ticket(room.draw().id)
    counters = open_more_counters(room, 8)
    ran = race(
        room.database,
        room.clock,
        lambda tx, nth: claim(tx, counters[nth], first, guarded=guarded),
        racers=8,
        offices=[room.office_id],
    )
    return [one.value for one in ran]


def test_one_ticket_is_claimed_once_without_the_lock(room: Room) -> None:
    assert sum(bool(won) for won in race_for_one_ticket(room, guarded=True)) == 1


def test_one_ticket_without_the_guard_is_claimed_by_all(room: Room) -> None:
    assert sum(bool(won) for won in race_for_one_ticket(room, guarded=False)) == 8


def call_at_one_counter(tx: Tx, room: Room, ticket_id: int) -> bool:
    called = services.call_ticket(tx, counter_id=room.one, ticket_id=ticket_id)
    return called.ticket.counter_id == room.one


def race_for_one_counter(room: Room, *, locked: bool) -> list[Ran[bool]]:
    tickets = [room.draw().id for _ in range(8)]
    return race(
        room.database,
        room.clock,
        lambda tx, nth: call_at_one_counter(tx, room, tickets[nth]),
        racers=8,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "UPDATE ticket SET",
    )


def busy(room: Room) -> int:
    (found,) = rows(room, "SELECT count(*) FROM ticket WHERE status = 'called'")
    return int(str(found[0]))


def test_one_counter_calls_one_citizen(room: Room) -> None:
    assert winners(race_for_one_counter(room, locked=True)) == busy(room) == 1


def test_one_counter_calls_one_citizen_without_the_lock(room: Room) -> None:
    ran = race_for_one_counter(room, locked=False)
    assert all(one.met for one in ran)
    assert winners(ran) == busy(room) == 1


def test_one_counter_without_lock_and_constraint_calls_many(room: Room) -> None:
    drop_guard(room.database, "uq_ticket_busy_counter")
    assert winners(race_for_one_counter(room, locked=False)) > 1
    assert busy(room) > 1


def test_finish_twice_at_once_finishes_once(room: Room) -> None:
    room.draw()
    ticket = room.serve(room.one)

    def act(tx: Tx, _nth: int) -> str:
        return services.finish(tx, counter_id=room.one, ticket_id=ticket.id).status

    ran = race(room.database, room.clock, act, racers=8, offices=[room.office_id], locked=True)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "wrong_state"}
    assert sum(type(event).__name__ == "TicketFinished" for event in room.events()) == 1


def test_undo_against_next_leaves_one_citizen_at_each_counter(room: Room) -> None:
    for _ in range(3):
        room.draw()
    room.call(room.one)

    def act(tx: Tx, nth: int) -> str | None:
        if nth % 2:
            return call_next(tx, room.two)
        return services.undo_step(tx, counter_id=room.one).number

    ran = race(room.database, room.clock, act, racers=2, offices=[room.office_id], locked=True)
    assert winners(ran) == 2
    assert room.state().at_counter(room.one) is None
    kinds = [type(event).__name__ for event in room.events()]
    # Undone first, the same ticket is called again; called first, it is the one after it.
    undone_first = kinds[-2:] == ["StepUndone", "TicketCalled"]
    assert undone_first or kinds[-2:] == ["TicketCalled", "StepUndone"]
    expected = "A001" if undone_first else "A002"
    at_two = room.state().at_counter(room.two)
    assert at_two is not None
    assert (at_two.number, ran[0].value, ran[1].value) == (expected, "A001", expected)
    assert [one.number for one in room.state().waiting] == sorted(
        {"A001", "A002", "A003"} - {expected}
    )


def test_transfer_against_next_keeps_one_ticket_whole(room: Room) -> None:
    room.draw()
    ticket = room.serve(room.one)

    def act(tx: Tx, nth: int) -> str | None:
        if nth % 2:
            return call_next(tx, room.two)
        services.transfer(tx, counter_id=room.one, ticket_id=ticket.id, to_counter_id=room.two)
        return None

    ran = race(room.database, room.clock, act, racers=2, offices=[room.office_id], locked=True)
    assert winners(ran) == 2
    kinds = [type(event).__name__ for event in room.events()]
    # Called first, counter 2 found nobody yet; sent on first, it got whom it was sent.
    sent_first = kinds[-1] == "TicketCalled"
    assert kinds.count("TicketTransferred") == 1
    assert ran[1].value == (ticket.number if sent_first else None)
    after = room.ticket(ticket.id)
    assert (after.status, after.counter_id, after.reserved_counter_id) == (
        ("called", room.two, room.two) if sent_first else ("waiting", None, room.two)
    )
    assert room.state().at_counter(room.one) is None
