"""A screen's socket on a real server: snapshot, then what is newer, and what the screen answers."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from aufruf.booking.services import Contact, Wanted, hold_slot
from aufruf.display import feeds
from aufruf.office.devices.commands import add_device, renew_device_token, revoke_device
from aufruf.office.files.loader import load_files
from aufruf.queue.watching import live
from tests.display.house import shared_house
from tests.listening import Listener, Message, listening, refused
from tests.queue.room import Room
from tests.queue.web import API, CARD, OFFICE, Hall, open_hall

PATH = "/ws/displays/amtal-rathaus-anzeige"
ONE = f"{API}/counters/amtal-1"
REGISTRY = f"{API}/offices/amtal-standesamt"


@dataclass(frozen=True)
class Wall:
    """The hall with a screen on its wall."""

    hall: Hall
    token: str

    @property
    def place(self) -> str:
        return self.hall.place


def hang_up(room: Room, name: str = "Anzeige") -> str:
    """The token of a new screen."""
    area = room.house.directory.area(room.house.area_id).slug
    return room.runner.run_now((), add_device, kind="display", area=area, name=name).token


@pytest.fixture
async def wall(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Wall]:
    # What is not told at once need not take its time here.
    monkeypatch.setattr(live, "UNWATCHED_REST_SECONDS", 0.05)
    monkeypatch.setattr(live, "PHONE_SECONDS", 0.05)
    monkeypatch.setattr(feeds, "ESTIMATE_SECONDS", 0.05)
    token = hang_up(room)
    async with open_hall(room, tmp_path) as hall:
        yield Wall(hall, token)


async def call(hall: Hall) -> Message:
    """Draw a number and call whoever is next at counter 1."""
    assert (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).status_code == 201
    answer = await hall.one.post(f"{ONE}/next")
    assert answer.status_code == 200
    found: Message = answer.json()
    return found


async def first_call_id(screen: Listener) -> int:
    """Of the first call it hears of: where the house has just changed too, a snapshot says both."""

    def calls(message: Message) -> list[Message]:
        if message["type"] == "call":
            return [message]
        calls: list[Message] = message.get("board", {}).get("calls", [])
        return calls

    call_id: int = calls(await screen.until(lambda one: bool(calls(one))))[0]["call_id"]
    return call_id


async def finish(hall: Hall, ticket_id: int) -> None:
    for step in ("start", "finish"):
        answer = await hall.one.post(f"{ONE}/tickets/{ticket_id}/{step}")
        assert answer.status_code == 200


def applied(messages: list[Message]) -> tuple[list[Message], Message]:
    """The calls and waiting counts a screen has after these messages, as its script has them."""
    calls: list[Message] = []
    waiting: Message = {}
    seq: dict[str, int] = {}
    for message in messages:
        match message["type"]:
            case "snapshot":
                seq = dict(message["seq"])
                calls, waiting = message["board"]["calls"], message["board"]["waiting"]
            case "board" | "call" if message["seq"] > seq[message["office"]]:
                seq[message["office"]] = message["seq"]
                if message["type"] == "board":
                    calls, waiting = message["board"]["calls"], message["board"]["waiting"]
                else:
                    own = {key: value for key, value in message.items() if key in calls_have}
                    others = [one for one in calls if one["ticket_id"] != own["ticket_id"]]
                    calls = sorted([own, *others], key=lambda one: -one["call_id"])
                    calls = [one for one in calls if one["call_id"] >= message["oldest"]]
                    waiting = message["waiting"]
            case _:
                pass
    return calls, waiting


calls_have = {
    "call_id", "recall_of", "ticket_id", "office", "number", "counter", "word", "word_en",
    "place", "arrow", "way", "way_en", "at", "state",
}  # fmt: skip


async def test_screen_that_followed_shows_what_a_new_one_gets(wall: Wall) -> None:
    hall = wall.hall
    await hall.twelve.post(f"{API}/counters/amtal-12/session", {"state": "open"})
    await call(hall)  # before the screen is there
    async with listening(wall.place, PATH, wall.token) as screen:
        first = await screen.until_type("snapshot")
        ticket_id = first["board"]["calls"][0]["ticket_id"]
        await hall.one.post(f"{ONE}/tickets/{ticket_id}/recall")
        await finish(hall, ticket_id)
        back = await call(hall)
        await hall.one.post(f"{ONE}/tickets/{back['id']}/put-back")
        sent = await call(hall)
        await hall.one.post(f"{ONE}/tickets/{sent['id']}/transfer", {"office": "amtal-standesamt"})
        await hall.kiosk.post(f"{REGISTRY}/tickets", CARD)
        last = (await hall.twelve.post(f"{API}/counters/amtal-12/next")).json()
        await screen.until(lambda one: one["type"] == "call" and one["ticket_id"] == last["id"])
        async with listening(wall.place, PATH, wall.token) as newcomer:
            fresh = await newcomer.until_type("snapshot")
    assert applied(screen.messages) == (fresh["board"]["calls"], fresh["board"]["waiting"])
    numbers = [one["seq"] for one in screen.messages if one.get("office") == hall_slug(hall)]
    assert numbers == sorted(set(numbers))


def hall_slug(hall: Hall) -> str:
    return hall.room.house.office.slug


async def test_call_says_all_a_screen_shows(wall: Wall) -> None:
    async with listening(wall.place, PATH, wall.token) as screen:
        await screen.until_type("snapshot")
        ticket = await call(wall.hall)
        shown = await screen.until_type("call")
        recalled = await wall.hall.one.post(f"{ONE}/tickets/{ticket['id']}/recall")
        assert recalled.status_code == 200
        again = await screen.until(lambda one: one.get("recall_of") is not None)
    keys = ("number", "counter", "word", "arrow", "state", "recall_of", "waiting")
    assert {key: shown[key] for key in keys} == {
        "number": "A001",
        "counter": "1",
        "word": "Platz",
        "arrow": "left",
        "state": "called",
        "recall_of": None,
        "waiting": {"amtal-buergerbuero": 0, "amtal-standesamt": 0},
    }
    assert again["call_id"] > shown["call_id"] == again["recall_of"]


async def test_withdrawn_call_leaves_the_board(wall: Wall) -> None:
    async with listening(wall.place, PATH, wall.token) as screen:
        ticket = await call(wall.hall)
        await wall.hall.one.post(f"{ONE}/tickets/{ticket['id']}/put-back")
        board = await screen.until(
            lambda one: (
                one["type"] == "board"
                and one["board"]["waiting"][hall_slug(wall.hall)] == 1
                and one["seq"] > 3
            )
        )
    assert board["board"]["calls"] == []


async def test_estimate_follows_the_clock_without_a_number(wall: Wall) -> None:
    async with listening(wall.place, PATH, wall.token) as screen:
        first = await screen.until(lambda one: "amtal-buergerbuero" in one.get("offices", {}))
        before = first["offices"]["amtal-buergerbuero"]
        assert (before["open"], before["waiting"], before["wait"]["low_minutes"]) == (True, 0, 0)
        for _ in range(4):
            await wall.hall.kiosk.post(f"{OFFICE}/tickets", CARD)
        told = await screen.until(
            lambda one: (
                one["type"] == "estimate"
                and one["offices"].get("amtal-buergerbuero", before)["waiting"] == 4
            )
        )
    assert set(told) == {"type", "offices", "now"}
    wait = told["offices"]["amtal-buergerbuero"]["wait"]
    assert wait["high_minutes"] > before["wait"]["high_minutes"]


async def test_acknowledgements_reach_the_counter(wall: Wall) -> None:
    counter_token = wall.hall.one.token
    async with (
        listening(wall.place, PATH, wall.token) as screen,
        listening(wall.place, "/ws/counters/amtal-1", counter_token) as counter,
    ):
        await screen.until_type("snapshot")  # told in it, a call would be no message of its own
        await call(wall.hall)
        shown = await screen.until_type("call")
        for kind in ("shown", "announced"):
            await screen.send(said(kind, shown["call_id"]))
        everywhere = {"expected": 1, "shown": 1, "announced": 1, "spoken": 1, "silent": 0}
        await counter.until(lambda one: one["seen"] == everywhere)


def said(kind: str, call_id: int, *, sound: bool = True) -> Message:
    spoken = sound and kind == "announced"
    return {"type": kind, "call_id": call_id, "sound": sound, "spoken": spoken}


async def test_only_a_screen_that_shows_a_call_is_believed(wall: Wall) -> None:
    """One for another counter says nothing of it; what was announced unseen does not count; one
    that is mute has only shown it."""
    room = wall.hall.room
    of_two = 'kind = "display"\nscreen = { counters = ["amtal-2"] }'
    room.runner.run_now((), load_files, [shared_house(**{'kind = "display"': of_two})])
    other = room.runner.run_now((), renew_device_token, slug="amtal-anzeige").token
    async with (
        listening(wall.place, PATH, wall.token) as screen,
        listening(wall.place, "/ws/displays/amtal-anzeige", other) as second,
        listening(wall.place, "/ws/counters/amtal-1", wall.hall.one.token) as counter,
    ):
        await call(wall.hall)
        call_id = await first_call_id(screen)
        for kind in ("shown", "announced"):
            await second.send(said(kind, call_id))
        await screen.send(said("announced", call_id, sound=False))
        nowhere = {"expected": 1, "shown": 0, "announced": 0, "spoken": 0, "silent": 0}
        await counter.until(lambda one: one["seen"] == nowhere)
        await screen.send(said("shown", call_id, sound=False))
        await counter.until(lambda one: one["seen"] == {**nowhere, "shown": 1, "silent": 1})


async def test_what_a_screen_says_wrongly_is_ignored(wall: Wall) -> None:
    async with listening(wall.place, PATH, wall.token) as screen:
        for text in ("", "{", "[]", '{"type": "shown"}', '{"type": "call", "number": "A001"}'):
            await screen.client.send(text)
        await screen.until_type("snapshot")
        await call(wall.hall)
        await screen.until_type("call")


async def test_screens_that_may_not_are_refused(wall: Wall) -> None:
    room = wall.hall.room
    other = hang_up(room, "Zweite Anzeige")
    assert await refused(wall.place, PATH) == 401
    assert await refused(wall.place, PATH, other) == 403
    assert await refused(wall.place, PATH, wall.hall.kiosk.token) == 403
    assert await refused(wall.place, "/ws/displays/keine", wall.token) == 404
    async with listening(wall.place, PATH, wall.token) as screen:
        await screen.until_type("snapshot")
    room.runner.run_now((), revoke_device, slug="amtal-rathaus-anzeige")
    room.wait(seconds=2)  # the gate believes for a second
    assert await refused(wall.place, PATH, wall.token) in {401, 403, 404}


async def test_change_of_the_house_reaches_a_connected_screen(wall: Wall) -> None:
    room = wall.hall.room
    async with listening(wall.place, PATH, wall.token) as screen:
        await screen.until_type("snapshot")  # told in it, a call would be no message of its own
        await call(wall.hall)
        await screen.until_type("call")
        moved = shared_house(**{'label = "1"': 'label = "7"'})
        room.runner.run_now((), load_files, [moved])
        fresh = await screen.until(
            lambda one: one["type"] == "snapshot" and one["board"]["calls"][:1] != []
        )
        assert fresh["board"]["calls"][0]["counter"] == "7"


async def test_screen_left_on_overnight_begins_a_new_day(wall: Wall) -> None:
    async with listening(wall.place, PATH, wall.token) as screen:
        await screen.until_type("snapshot")  # told in it, a call would be no message of its own
        await call(wall.hall)
        await screen.until_type("call")
        wall.hall.room.wait(minutes=24 * 60)
        morning = await screen.until_type("snapshot", after=1)
    assert morning["board"] == {
        "calls": [],
        "waiting": {"amtal-buergerbuero": 0, "amtal-standesamt": 0},
        "closed_early": [],
        "messages": {},
        "slides": {},
    }


SECRETS = ("Amira", "Karimi", "amira@example.org", "0151 555", "Rollstuhl", "rank", "reference")


async def test_nothing_about_a_person_reaches_screens_or_phones(wall: Wall) -> None:
    """An appointment with all one can say, the whole way; every byte that was sent is searched."""
    hall, room = wall.hall, wall.hall.room
    start = room.clock.now() + timedelta(minutes=30)
    held = room.run(
        hold_slot,
        office_id=room.office_id,
        start=start,
        services=(Wanted("personalausweis"),),
        language="de",
        contact=Contact("Amira Karimi", "amira@example.org", "0151 555", "im Rollstuhl"),
    )
    ticket = (await hall.kiosk.post(f"{OFFICE}/check-ins", {"code": held.reference})).json()
    async with (
        listening(wall.place, PATH, wall.token) as screen,
        listening(wall.place, f"/ws/tickets/{ticket['token']}") as phone,
    ):
        await hall.one.post(f"{ONE}/next")
        await hall.one.post(f"{ONE}/tickets/{ticket['id']}/recall")
        await finish(hall, ticket["id"])
        await hall.one.post(f"{ONE}/tickets/{ticket['id']}/return")
        await hall.one.post(f"{ONE}/next")
        await hall.one.post(f"{ONE}/tickets/{ticket['id']}/no-show")
        await phone.until(lambda one: one.get("status") == "no_show")
        for _ in range(2):  # as many as nobody has been told of: else there may be nothing to tell
            room.draw()
        await screen.until(lambda one: one["type"] == "estimate")
    said = said_by(screen, phone)
    assert ticket["number"] in said
    assert [secret for secret in (*SECRETS, held.reference) if secret in said] == []


def said_by(*listeners: Listener) -> str:
    """Every text, also as it reads without JSON's escapes."""
    texts = [text for listener in listeners for text in listener.texts]
    return "\n".join(
        [*texts, *(json.dumps(json.loads(text), ensure_ascii=False) for text in texts)]
    )
