"""Calls and their spacing, silent calls, and how a visit ends, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.errors import DomainError
from aufruf.core.formats import local_day
from aufruf.queue import services
from aufruf.queue.drawing.lock_store import count_walk_ins
from aufruf.queue.events import Rendered, TicketCalled, TicketFinished, TicketParked
from aufruf.queue.state import Asked
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows


def be_patient(room: Room) -> None:
    """Two calls a minute apart before nobody is there, as most offices want it."""
    with room.database.write_engine.begin() as conn:
        conn.execute(text("UPDATE office SET recall_limit = 2, recall_seconds = 60"))
        conn.execute(text("UPDATE directory_version SET version = version + 1"))


def too_soon(room: Room, command: Callable[..., object], ticket_id: int) -> dict[str, object]:
    """What the refusal says."""
    with refused("call_too_soon", 409) as refusal:
        room.run(command, counter_id=room.one, ticket_id=ticket_id)
    assert isinstance(refusal.value, DomainError)
    return refusal.value.details


def test_nobody_is_missing_before_called_twice_and_given_time(room: Room) -> None:
    be_patient(room)
    issued = room.draw()
    room.call(room.one)
    assert too_soon(room, services.recall, issued.id) == {"wait_seconds": 60}
    room.wait(seconds=59.5)
    assert too_soon(room, services.recall, issued.id) == {"wait_seconds": 1}
    assert too_soon(room, services.mark_no_show, issued.id) == {
        "calls": 1,
        "needed": 2,
        "wait_seconds": 1,
    }
    room.wait(seconds=0.5)
    assert too_soon(room, services.mark_no_show, issued.id)["wait_seconds"] == 0
    room.run(services.recall, counter_id=room.one, ticket_id=issued.id)
    assert too_soon(room, services.mark_no_show, issued.id) == {
        "calls": 2,
        "needed": 2,
        "wait_seconds": 60,
    }
    room.wait(seconds=60)
    room.run(services.mark_no_show, counter_id=room.one, ticket_id=issued.id)
    assert room.status(issued.id) == "no_show"


def test_calls_of_a_turn_begin_anew_when_somebody_waits_again(room: Room) -> None:
    issued = room.draw()
    first = room.call(room.one)
    room.wait(seconds=30)
    room.run(services.recall, counter_id=room.one, ticket_id=issued.id)
    again = room.ticket(issued.id)
    assert (again.calls, again.called_at, again.last_call_at) == (
        2,
        first.called_at,
        room.clock.now(),
    )
    room.run(services.put_back, counter_id=room.one, ticket_id=issued.id)
    put_back = room.ticket(issued.id)
    assert (put_back.calls, put_back.called_at, put_back.last_call_at) == (0, None, None)
    room.wait(seconds=5)
    assert room.call(room.one).calls == 1
    assert rows(room, "SELECT nth, withdrawn FROM call ORDER BY nth") == [(1, 1), (2, 1), (3, 0)]
    room.run(services.put_back, counter_id=room.one, ticket_id=issued.id)
    room.run(services.undo_step, counter_id=room.one)
    assert rows(room, "SELECT nth, withdrawn FROM call ORDER BY nth") == [(1, 1), (2, 1), (3, 0)]


def test_silent_call_and_its_recall_are_silent(room: Room) -> None:
    issued = room.draw()
    called = room.run(services.call_next, counter_id=room.one, silent=True)
    assert called is not None
    again = room.run(services.recall, counter_id=room.one, ticket_id=issued.id)
    calls = [event for event in room.events() if isinstance(event, TicketCalled)]
    assert [(one.call_id, one.recall_of, one.silent) for one in calls] == [
        (called.call_id, None, True),
        (again.call_id, called.call_id, True),
    ]
    assert rows(room, "SELECT silent FROM call") == [(1,), (1,)]


def test_call_of_who_is_not_in_the_house_is_silent(room: Room) -> None:
    room.run(
        services.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        channel="back_office",
        by_staff=True,
    )
    room.call(room.one)
    call = room.events()[-1]
    assert isinstance(call, TicketCalled)
    assert call.silent


def test_finish_keeps_residence_and_doubt(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    said: dict[str, Any] = {"counter_id": room.one, "ticket_id": issued.id}
    with refused("unknown_municipality", 404):
        room.run(services.finish, **said, residence="atlantis")
    done = room.run(services.finish, **said, residence="bergdorf", unsure=True)
    assert done.residence_id == room.house.directory.municipality("bergdorf").id
    assert rows(room, "SELECT system_closed FROM ticket_step") == [(1,)]
    assert room.events()[-1] == TicketFinished(
        ticket_id=issued.id,
        number="A001",
        counter_id=room.one,
        rendered=(Rendered(service="personalausweis", count=1),),
        residence="bergdorf",
        unsure=True,
    )


def test_finish_with_nothing_done(room: Room) -> None:
    """The papers were missing: the visit is over, nothing was rendered."""
    issued = room.draw()
    room.serve(room.one)
    room.run(services.finish, counter_id=room.one, ticket_id=issued.id, services=[])
    offer = room.house.offer("personalausweis").id
    assert room.ticket(issued.id).services == (Asked(offer, 1, 0, 1),)
    event = room.events()[-1]
    assert isinstance(event, TicketFinished)
    assert event.rendered == ()


def test_finish_and_call_next_is_one_step_to_undo(room: Room) -> None:
    first, second = room.draw(), room.draw()
    served = room.serve(room.one)
    done = room.run(services.finish_and_call_next, counter_id=room.one, ticket_id=first.id)
    assert (done.finished.status, done.called and done.called.ticket.id) == ("finished", second.id)
    room.run(services.undo_step, counter_id=room.one, ticket_id=first.id)
    assert (room.status(first.id), room.status(second.id)) == ("serving", "waiting")
    assert replace(room.ticket(first.id), version=served.version) == served
    assert rows(room, "SELECT ended_at IS NULL FROM ticket_step") == [(1,)]
    with refused("nothing_to_undo", 409):
        room.run(services.undo_step, counter_id=room.one)


def test_finish_and_call_next_with_nobody_waiting(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    done = room.run(services.finish_and_call_next, counter_id=room.one, ticket_id=issued.id)
    assert done.called is None
    room.run(services.undo_step, counter_id=room.one)
    assert room.status(issued.id) == "serving"


def test_finish_and_call_next_is_both_or_neither(room: Room) -> None:
    issued = room.draw()
    room.draw()
    room.serve(room.one)
    room.run(services.set_counter_state, counter_id=room.one, state="break")
    with refused("counter_closed", 409):
        room.run(services.finish_and_call_next, counter_id=room.one, ticket_id=issued.id)
    assert room.status(issued.id) == "serving"


def test_park_records_what_was_done_so_far(room: Room) -> None:
    issued = room.draw(Wanted("personalausweis", 3), Wanted("abholung"))
    room.serve(room.one)
    done = [Wanted("personalausweis", 2), Wanted("abholung")]
    said: dict[str, Any] = {"counter_id": room.one, "ticket_id": issued.id}
    room.run(services.park, **said, reason="Passfoto", done=done)
    card, pick_up = (room.house.offer(one).id for one in ("personalausweis", "abholung"))
    assert room.ticket(issued.id).services == (
        Asked(card, 2, 2, 1),
        Asked(card, 1),
        Asked(pick_up, 1, 1, 1),
    )
    event = room.events()[-1]
    assert isinstance(event, TicketParked)
    assert event.rendered == (
        Rendered(service="personalausweis", count=2),
        Rendered(service="abholung", count=1),
    )
    room.run(services.undo_step, counter_id=room.one)
    assert room.ticket(issued.id).services == (Asked(card, 3), Asked(pick_up, 1))
    room.run(services.park, **said, done=done)
    room.run(services.call_ticket, **said)
    room.run(services.start_service, **said)
    room.finish(room.one, issued.id)
    first, picked_up = Asked(card, 2, 2, 1), Asked(pick_up, 1, 1, 1)
    assert room.ticket(issued.id).services == (first, Asked(card, 1, 1, 2), picked_up)
    room.run(services.return_ticket, **said)
    assert room.ticket(issued.id).services == (first, Asked(card, 1), picked_up)


@pytest.mark.parametrize(
    ("begun", "done", "code"),
    [(False, "abholung", "wrong_state"), (True, "personalausweis", "invalid_value")],
    ids=["before the service began", "all of it"],
)
def test_park_refuses_what_cannot_have_been_done(
    room: Room, begun: bool, done: str, code: str
) -> None:
    issued = room.draw()
    room.call(room.one)
    said: dict[str, Any] = {"counter_id": room.one, "ticket_id": issued.id}
    if begun:
        room.run(services.start_service, **said)
    with refused(code, 422 if begun else 409):
        room.run(services.park, **said, done=[Wanted(done)])
    assert room.status(issued.id) == ("serving" if begun else "called")


def test_transfer_all_done_on_to_the_next_desk(shared_room: Room) -> None:
    """What was done is recorded here, something new is to do there, after the photo booth."""
    room = shared_room
    issued = room.draw("abholung")
    before = room.serve(room.one)
    sent = room.run(
        services.transfer,
        counter_id=room.one,
        ticket_id=issued.id,
        office_id=room.house.registry.id,
        after_minutes=5,
        done=[Wanted("abholung")],
        services=[Wanted("personalausweis")],
    )
    here = room.house.office.offer("abholung").id
    there = room.house.registry.offer("personalausweis").id
    assert sent.services == (Asked(here, 1, 1, 1), Asked(there, 1))
    assert (sent.number, sent.rank) == (before.number, before.rank)
    assert sent.not_before == room.clock.now() + timedelta(minutes=5)
    assert room.ticket(issued.id) == sent
    assert room.next(room.twelve) is None
    room.wait(minutes=5)
    assert room.call(room.twelve).id == issued.id
    room.run(services.start_service, counter_id=room.twelve, ticket_id=issued.id)
    room.finish(room.twelve, issued.id)
    assert room.ticket(issued.id).services == (Asked(here, 1, 1, 1), Asked(there, 1, 1, 2))


def test_each_stretch_keeps_what_was_done_in_it(room: Room) -> None:
    """Once more of the same is a new count beside it; bringing back opens the last stretch alone;
    undone there is one row again. And nobody counts twice as a walk-in."""
    card = room.house.offer().id
    drawn = room.draw(Wanted("personalausweis", 2)).id
    sent: dict[str, Any] = {"counter_id": room.one, "ticket_id": drawn, "to_counter_id": room.two}
    more = [Wanted("personalausweis", 3)]
    room.serve(room.one)
    room.run(services.transfer, **sent, done=[Wanted("personalausweis")])
    first = room.ticket(drawn).services[0].step_id
    assert room.ticket(drawn).services == (Asked(card, 1, 1, first), Asked(card, 1))
    room.run(services.undo_step, counter_id=room.one)
    assert room.ticket(drawn).services == (Asked(card, 2),)
    room.run(services.transfer, **sent, done=[Wanted("personalausweis", 2)], services=more)
    assert room.ticket(drawn).services == (Asked(card, 2, 2, first), Asked(card, 3))
    room.serve(room.two)
    room.finish(room.two, drawn)
    over = room.ticket(drawn).services
    assert over == (Asked(card, 2, 2, first), Asked(card, 3, 3, over[1].step_id))
    assert over[1].step_id not in {None, first}
    day = local_day(room.clock.now())
    assert room.database.read_now(count_walk_ins, room.office_id, day, card) == 1
    room.run(services.return_ticket, counter_id=room.two, ticket_id=drawn)
    assert room.ticket(drawn).services == (Asked(card, 2, 2, first), Asked(card, 3))
    room.call(room.two)
    room.run(services.mark_no_show, counter_id=room.two, ticket_id=drawn)
    room.run(services.return_ticket, counter_id=room.two, ticket_id=drawn)
    assert room.ticket(drawn).services == (Asked(card, 2, 2, first), Asked(card, 3))


def test_transfer_with_nothing_left_to_do(room: Room) -> None:
    issued = room.draw()
    room.serve(room.one)
    with refused("invalid_value", 422):
        room.run(
            services.transfer,
            counter_id=room.one,
            ticket_id=issued.id,
            to_counter_id=room.two,
            done=[Wanted("personalausweis")],
        )
