"""What counters and phones are told, over real sockets of a real server."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.queue import services as queue
from aufruf.queue.watching import live
from aufruf.queue.watching.live import OfficeLive, live_of
from aufruf.queue.watching.phone_view import PhoneTold
from aufruf.queue.watching.picture import OfficePicture
from tests.databases import Engine
from tests.display.house import build
from tests.listening import Listener, Message, listening
from tests.queue.room import Room, move_in
from tests.queue.web import API, CARD, OFFICE, Hall, open_hall

ONE = f"{API}/counters/amtal-1"
TWO = f"{API}/counters/amtal-2"


@pytest.fixture
def room(engine: Engine, clock: FixedClock) -> Iterator[Room]:
    """The house whose two offices share a service, on both engines."""
    with closing(Database(engine.copy_of("shared_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
async def hall(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Hall]:
    # What is not told at once need not take its time here.
    monkeypatch.setattr(live, "UNWATCHED_REST_SECONDS", 0.05)
    monkeypatch.setattr(live, "PHONE_SECONDS", 0.05)
    async with open_hall(room, tmp_path) as opened:
        yield opened


async def draw(hall: Hall) -> Message:
    answer = await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    assert answer.status_code == 201
    found: Message = answer.json()
    return found


async def step(hall: Hall, ticket: Message, what: str, body: object = None) -> None:
    answer = await hall.one.post(f"{ONE}/tickets/{ticket['id']}/{what}", body)
    assert answer.status_code == 200, answer.text


def office_of(hall: Hall) -> OfficeLive:
    return live_of(hall.app.state.ground).office(hall.room.office_id)


async def told_of(listener: Listener, seq: int) -> Message:
    """The counter's view that contains this event."""
    return await listener.until(lambda view: view["seq"] >= seq)


async def test_every_counter_sees_each_change(hall: Hall) -> None:
    async with (
        listening(hall.place, "/ws/counters/amtal-1", hall.one.token) as one,
        listening(hall.place, "/ws/counters/amtal-2", hall.two.token) as two,
    ):
        ticket = await draw(hall)
        for counter in (one, two):
            await counter.until(
                lambda view: view["next"] and view["next"]["ticket"]["id"] == ticket["id"]
            )
        await hall.one.post(f"{ONE}/next")
        mine = await one.until(lambda view: view["current"] is not None)
        theirs = await two.until(lambda view: view["called"] != [])
    assert (mine["current"]["number"], mine["next"], mine["waiting"]) == ("A001", None, [])
    assert (theirs["current"], theirs["called"][0]["counter"]) == (None, "1")


async def test_live_view_is_what_the_interface_says(hall: Hall) -> None:
    """After a morning of everything: the socket and GET …/queue agree on each counter."""
    first, second, third = [await draw(hall) for _ in range(3)]
    await hall.one.post(f"{ONE}/next")
    await step(hall, first, "start")
    await step(hall, first, "park", {"reason": "Foto fehlt", "personal": True})
    await hall.one.post(f"{ONE}/next")
    await step(hall, second, "no-show")
    await hall.one.post(f"{ONE}/next")
    await step(hall, third, "start")
    await draw(hall)
    await hall.two.post(f"{TWO}/session", {"state": "break"})
    for caller, path in ((hall.one, "amtal-1"), (hall.two, "amtal-2")):
        asked = (await caller.get(f"{API}/counters/{path}/queue")).json()
        async with listening(hall.place, f"/ws/counters/{path}", caller.token) as counter:
            assert await told_of(counter, asked["seq"]) == asked


async def test_phone_opens_at_the_call_and_follows_the_visit(hall: Hall) -> None:
    ticket = await draw(hall)
    async with listening(hall.place, f"/ws/tickets/{ticket['token']}") as phone:
        first = await phone.until_type("ticket")
        assert (first["number"], first["status"], first["ahead"]) == ("A001", "waiting", 0)
        await hall.one.post(f"{ONE}/next")
        call = await phone.until_type("call")
        assert (call["ticket_id"], call["counter"]) == (ticket["id"], "1")
        await phone.until(lambda one: one.get("status") == "called" and one["arrow"] == "left")
        await step(hall, ticket, "start")
        await step(hall, ticket, "finish")
        await phone.until(lambda one: one.get("status") == "finished")


async def test_phones_hear_calls_at_once_and_positions_seldom(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PHONE_SECONDS", 2.0)
    tickets = [await draw(hall) for _ in range(4)]
    async with listening(hall.place, f"/ws/tickets/{tickets[3]['token']}") as phone:
        await phone.until_type("ticket")
        # From its next word on the office has none to spare for positions.
        monkeypatch.setattr(live, "PHONE_SECONDS", 3600)
        await draw(hall)
        await phone.until(lambda one: one.get("waiting") == 5)
        spoken = len(phone.messages)
        for ticket in tickets[:2]:
            await hall.one.post(f"{ONE}/next")
            await step(hall, ticket, "start")
            await step(hall, ticket, "finish")
        await phone.until(lambda one: one["type"] == "call" and one["number"] == "A002")
    assert [one["type"] for one in phone.messages[spoken:]] == ["call", "call"]


async def test_phone_hears_nothing_that_is_not_new(hall: Hall) -> None:
    ticket = await draw(hall)
    async with listening(hall.place, f"/ws/tickets/{ticket['token']}") as phone:
        await phone.until(lambda one: one["wait"] is not None)
        office, told = office_of(hall), len(phone.messages)
        audience = office.phones[str(ticket["id"])]
        await office.refresh()
        audience.tell(await office.current())
        await hall.one.post(f"{ONE}/next")
        await phone.until_type("call")
    assert phone.messages[told]["type"] == "call"


async def test_transferred_ticket_is_followed_to_its_new_office(hall: Hall) -> None:
    ticket = await draw(hall)
    path = f"/ws/tickets/{ticket['token']}"
    async with listening(hall.place, path) as phone:
        await hall.one.post(f"{ONE}/next")
        await step(hall, ticket, "transfer", {"office": "amtal-standesamt"})
        assert await phone.until_closed() == 1012  # comes back by itself
    async with listening(hall.place, path) as phone:
        await phone.until(lambda one: one.get("status") == "waiting")
        await hall.twelve.post(f"{API}/counters/amtal-12/session", {"state": "open"})
        await hall.twelve.post(f"{API}/counters/amtal-12/next")
        call = await phone.until_type("call")
        assert (call["word"], call["counter"]) == ("Zimmer", "12")


async def test_ticket_of_yesterday_is_over(hall: Hall) -> None:
    ticket = await draw(hall)
    hall.room.wait(minutes=24 * 60)
    await office_of(hall).refresh()
    async with listening(hall.place, f"/ws/tickets/{ticket['token']}") as phone:
        first = await phone.until_type("ticket")
    assert (first["status"], first["wait"]) == ("expired", None)


async def test_who_leaves_leaves_nothing_behind(hall: Hall) -> None:
    ticket, office = await draw(hall), office_of(hall)
    path, counter_path = f"/ws/tickets/{ticket['token']}", "/ws/counters/amtal-1"
    async with (
        listening(hall.place, path) as first,
        listening(hall.place, counter_path, hall.one.token) as counter,
    ):
        await first.until_type("ticket")
        await counter.until_type("queue")
        async with listening(hall.place, path) as second:
            await second.until_type("ticket")
            assert office.phones[str(ticket["id"])].members == 2
        assert office.is_watched(hall.room.one)
    # A command of their own office tells that the server has noticed.
    async with listening(hall.place, counter_path, hall.one.token) as counter:
        await draw(hall)
        await counter.until(lambda view: len(view["waiting"]) == 2)
        assert dict(office.phones) == {}
    assert list(office.counters) in ([], [f"{hall.room.one}/de"])


def nothing(_picture: OfficePicture) -> PhoneTold:
    return PhoneTold("")


async def test_newcomer_on_the_way_in_is_not_forgotten(hall: Hall) -> None:
    """Somebody leaves while the next one's socket is not accepted yet: the audience stays."""
    office = office_of(hall)
    picture = await office.current()
    with office.phones.join("1", nothing, picture) as audience:
        with office.phones.join("1", nothing, picture) as other:
            assert other is audience
        assert office.phones == {"1": audience}
    assert office.phones == {}


async def test_phone_that_heard_of_a_call_late_is_told_how_it_stands(hall: Hall) -> None:
    """Who comes between a call and its end has the newest view already; the call follows it."""
    room = hall.room
    drawn = room.draw()
    async with listening(hall.place, f"/ws/tickets/{drawn.token}") as phone:
        await phone.until_type("ticket")
        room.call(room.one)
        room.run(queue.mark_no_show, counter_id=room.one, ticket_id=drawn.id)
        await phone.until_type("call")
        called = next(n for n, one in enumerate(phone.messages) if one["type"] == "call")
        await phone.until(lambda one: one.get("status") == "no_show", after=called)
