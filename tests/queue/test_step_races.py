"""Two steps want the same ticket at the same moment: one of them counts, the other is refused.

Each pair races as the runner lets it, then without the lock, where only the version in the
statement that writes a ticket decides; and, as the negative control, with that guard taken out.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, text, update

from aufruf.core.driver import Raw
from aufruf.core.prepared import Prepared
from aufruf.core.tx import Tx
from aufruf.queue import changes, services
from aufruf.queue.counter import visit_store
from aufruf.queue.store import find_by_appointment, ticket
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.races import Ran, drop_guard, race, winners

Act = Callable[[Tx], object]
Pair = Callable[[Room], tuple[Act, Act]]


def next_at_two(room: Room) -> Act:
    def act(tx: Tx) -> bool:
        return services.call_next(tx, counter_id=room.two) is not None

    return act


def step(command: Callable[..., object], counter_id: int, ticket_id: int, **said: object) -> Act:
    def act(tx: Tx) -> bool:
        command(tx, counter_id=counter_id, ticket_id=ticket_id, **said)
        return True

    return act


def finish_twice(room: Room) -> tuple[Act, Act]:
    room.draw()
    served = room.serve(room.one)
    both = step(services.finish, room.one, served.id)
    return both, both


def transfer_against_finish(room: Room) -> tuple[Act, Act]:
    room.draw()
    served = room.serve(room.one)
    sent = step(services.transfer, room.one, served.id, to_counter_id=room.two)
    return sent, step(services.finish, room.one, served.id)


def transfer_against_finish_and_next(room: Room) -> tuple[Act, Act]:
    """Two windows of one counter: the person is sent on, and finished before the next is called."""
    room.draw()
    served = room.serve(room.one)
    room.draw()
    sent = step(services.transfer, room.one, served.id, to_counter_id=room.two)
    return sent, step(services.finish_and_call_next, room.one, served.id)


def undone_transfer_against_next(room: Room) -> tuple[Act, Act]:
    """The person was sent on by mistake; counter 2 presses next just then."""
    room.draw()
    served = room.serve(room.one)
    room.run(services.transfer, counter_id=room.one, ticket_id=served.id, to_counter_id=room.two)
    return step(services.undo_step, room.one, served.id), next_at_two(room)


def undo_against_the_next_step(room: Room) -> tuple[Act, Act]:
    room.draw()
    called = room.call(room.one)
    started = step(services.start_service, room.one, called.id)
    return step(services.undo_step, room.one, called.id), started


def discard_against_next(room: Room) -> tuple[Act, Act]:
    drawn = room.draw()
    number = int(drawn.number[1:])

    def discard(tx: Tx) -> bool:
        services.discard_range(tx, counter_id=room.one, letter="A", first=number, last=number)
        return True

    return discard, next_at_two(room)


def cancel_against_next(room: Room) -> tuple[Act, Act]:
    """The holder gives the number back on the phone."""
    drawn = room.draw()

    def leave(tx: Tx) -> bool:
        return services.leave(tx, token=drawn.token).status == "cancelled"

    return leave, next_at_two(room)


def ask_for_later(drawn: services.Issued) -> Act:
    """The holder presses "10 minutes later" on the phone."""

    def later(tx: Tx) -> bool:
        return services.delay(tx, token=drawn.token, minutes=10).status == "waiting"

    return later


def later_against_start(room: Room) -> tuple[Act, Act]:
    """The person called asks for later while the clerk says that somebody has come."""
    drawn = room.draw()
    called = room.call(room.one)
    return ask_for_later(drawn), step(services.start_service, room.one, called.id)


def later_against_next(room: Room) -> tuple[Act, Act]:
    return ask_for_later(room.draw()), next_at_two(room)


PAIRS: Mapping[str, Pair] = {
    "finish twice": finish_twice,
    "transfer and finish": transfer_against_finish,
    "transfer and finish with next": transfer_against_finish_and_next,
    "undo of a transfer and next": undone_transfer_against_next,
    "undo and start": undo_against_the_next_step,
    "discard and next": discard_against_next,
    "cancel and next": cancel_against_next,
    "later and start": later_against_start,
    "later and next": later_against_next,
}


def run(room: Room, pair: str, *, locked: bool) -> list[Ran[object]]:
    acts = PAIRS[pair](room)
    return race(
        room.database,
        room.clock,
        lambda tx, nth: acts[nth](tx),
        racers=2,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "UPDATE ticket SET",
    )


def got_it(ran: list[Ran[object]]) -> int:
    """Next that finds nobody is not refused, and has nobody."""
    return sum(bool(one.value) for one in ran)


# In turn, a start may be undone and somebody called may be gone: then both count, rightly.
IN_TURN = {"undo and start", "discard and next", "cancel and next", "later and next"}


@pytest.mark.parametrize("pair", sorted(PAIRS.keys() - IN_TURN))
def test_two_steps_one_counts(room: Room, pair: str) -> None:
    assert got_it(run(room, pair, locked=True)) == 1


@pytest.mark.parametrize("pair", ["discard and next", "cancel and next"])
def test_who_is_gone_leaves_no_counter_busy(room: Room, pair: str) -> None:
    """Called first, the number goes away all the same: the counter is free again."""
    ran = run(room, pair, locked=True)
    assert ran[0].value
    assert room.state().at_counter(room.two) is None
    assert [one.status for one in room.state().tickets] == ["cancelled"]


def test_later_is_later_whether_called_just_then_or_not(room: Room) -> None:
    """Called first, the call is withdrawn: the counter is free, nobody is called too soon."""
    ran = run(room, "later and next", locked=True)
    assert ran[0].value
    assert room.state().at_counter(room.two) is None
    (ticket,) = room.state().waiting
    assert (ticket.delays, ticket.not_before) == (1, room.clock.now() + timedelta(minutes=10))
    assert rows(room, "SELECT count(*) FROM call WHERE NOT withdrawn") == [(0,)]
    assert room.next(room.two) is None


@pytest.mark.parametrize("pair", PAIRS)
def test_two_steps_one_counts_without_the_lock(room: Room, pair: str) -> None:
    ran = run(room, pair, locked=False)
    assert all(one.met for one in ran)
    assert got_it(ran) == 1


END_ANY = (
    "UPDATE ticket_step SET ended_at = :at, system_closed = :unsure"
    " WHERE ticket_id = :ticket_id RETURNING id"
)


@pytest.mark.parametrize("pair", PAIRS)
def test_two_steps_without_lock_and_guard_both_count(
    room: Room, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {name: bindparam(f"new_{name}") for name in changes.STEP_FIELDS}
    unguarded = update(ticket).where(ticket.c.id == bindparam("of_id"))
    careless = Prepared(unguarded.values(version=ticket.c.version + 1, **values))
    monkeypatch.setattr(changes, "_CHANGE", careless)
    monkeypatch.setattr(visit_store, "_END", Raw(END_ANY))  # no open stretch would refuse it too
    assert got_it(run(room, pair, locked=False)) == 2


def join_and_check_in(room: Room) -> tuple[int, int]:
    """A ticket drawn by somebody with an appointment, who is also about to be checked in."""
    return room.draw().id, room.appointment_id(room.book(room.clock.now()))


def test_join_against_check_in_is_one_arrival(room: Room) -> None:
    ticket_id, appointment_id = join_and_check_in(room)

    def act(tx: Tx, nth: int) -> int:
        if nth:
            return services.check_in(
                tx, area_id=room.house.area_id, appointment_id=appointment_id
            ).id
        return services.join_appointment(
            tx, counter_id=room.one, ticket_id=ticket_id, appointment_id=appointment_id
        ).id

    ran = race(room.database, room.clock, act, racers=2, offices=[room.office_id], locked=True)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "already_checked_in"}
    (whose,) = (one.value for one in ran if one.value is not None)
    known = room.database.read_now(find_by_appointment, appointment_id)
    assert known is not None
    assert known.id == whose


JOIN = text("UPDATE ticket SET appointment_id = :appointment WHERE id = :ticket")
TAKEN = text("SELECT count(*) FROM ticket WHERE appointment_id = :appointment")


def race_careless_joins(room: Room) -> list[Ran[object]]:
    """Look whether the appointment has a ticket, then give it one: two numbers for one person."""
    first, appointment_id = join_and_check_in(room)
    numbers = (first, room.draw().id)

    def act(tx: Tx, nth: int) -> bool:
        taken = tx.conn.execute(TAKEN, {"appointment": appointment_id}).scalar_one()
        if not taken:
            tx.conn.execute(JOIN, {"appointment": appointment_id, "ticket": numbers[nth]})
        return not taken

    return race(
        room.database,
        room.clock,
        act,
        racers=2,
        offices=[room.office_id],
        meet_before="UPDATE ticket SET",
    )


def test_careless_joins_are_held_by_the_constraint(room: Room) -> None:
    ran = race_careless_joins(room)
    assert all(one.met for one in ran)
    assert (winners(ran), {one.refused for one in ran}) == (1, {None, "IntegrityError"})


def test_careless_joins_without_the_constraint_give_two_numbers(room: Room) -> None:
    drop_guard(room.database, "uq_ticket_appointment_id")
    assert winners(race_careless_joins(room)) == 2
