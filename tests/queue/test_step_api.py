"""The counter's steps over JSON, through a real server, on both engines."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.queue.test_finishing import be_patient
from tests.queue.web import API, Hall, open_hall

pytestmark = pytest.mark.anyio
ONE = f"{API}/counters/amtal-1"


@pytest.fixture
async def hall(room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    async with open_hall(room, tmp_path) as opened:
        yield opened


async def press(hall: Hall, path: str, body: object = None, status: int = 200) -> Any:
    answer = await hall.one.post(f"{ONE}/{path}", body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_finish_and_next_survives_a_cut_line(hall: Hall) -> None:
    """The line breaks before the answer comes; the same press again gets it, and nothing twice."""
    first, second = hall.room.draw(), hall.room.draw()
    hall.room.serve(hall.room.one)
    path, body = f"{ONE}/tickets/{first.id}/finish", {"next": True, "residence": "amtal"}
    await send_and_hang_up(hall, path, body, key="press-1")
    answers = [await hall.one.post(path, body, key="press-1") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    said = answers[0].json()
    assert answers[1].json() == said
    assert (said["finished"]["state"], said["called"]["number"]) == ("finished", second.number)
    assert said["called"]["why"]["code"] == "only_one"
    kinds = [type(event).__name__ for event in hall.room.events()]
    assert (kinds.count("TicketFinished"), kinds.count("TicketCalled")) == (1, 2)
    answer = await hall.one.post(f"{ONE}/tickets/{second.id}/undo")
    assert answer.json()["state"] == "waiting"
    assert hall.room.status(first.id) == "serving"


async def send_and_hang_up(hall: Hall, path: str, body: object, *, key: str) -> None:
    """Send a request and close the line without waiting for the answer."""
    host, port = hall.place.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    content = json.dumps(body)
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {hall.place}",
        f"Idempotency-Key: {key}",
        *(f"{name}: {value}" for name, value in hall.one.headers.items()),
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    writer.write(("\r\n".join(head) + "\r\n\r\n" + content).encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_finish_and_next_with_nobody_waiting(hall: Hall) -> None:
    drawn = hall.room.draw()
    hall.room.serve(hall.room.one)
    said = await press(hall, f"tickets/{drawn.id}/finish", {"next": True, "services": []})
    assert said["called"] is None
    assert said["finished"]["services"] == [
        {"slug": "personalausweis", "count": 1, "rendered": 0, "done": True}
    ]


async def test_recall_and_no_show_say_how_long_to_wait(hall: Hall) -> None:
    be_patient(hall.room)
    drawn = hall.room.draw()
    called = await press(hall, "next", {"silent": True})
    assert rows(hall.room, "SELECT silent FROM call") == [(1,)]
    assert called["calls"] == 1
    refused = await press(hall, f"tickets/{drawn.id}/recall", {}, 409)
    assert (refused["code"], refused["wait_seconds"]) == ("call_too_soon", 60)
    refused = await press(hall, f"tickets/{drawn.id}/no-show", {}, 409)
    assert (refused["calls"], refused["needed"], refused["wait_seconds"]) == (1, 2, 60)


async def test_one_visit_with_everything(hall: Hall) -> None:
    """Drawn for the wrong thing, joined, urgent, noted, half done, parked, sent on."""
    room = hall.room
    reference = room.book(room.clock.now(), "abholung")
    drawn = room.draw("gewerbeanmeldung")
    mine = f"tickets/{drawn.id}"
    wanted = [{"slug": "personalausweis", "count": 2}]
    changed = await press(hall, f"{mine}/change", {"services": wanted, "persons": 2})
    assert (changed["persons"], changed["number"]) == (2, drawn.number)
    appointment = room.appointment_id(reference)
    joined = await press(hall, f"{mine}/join", {"appointment": appointment})
    assert [one["slug"] for one in joined["services"]] == ["personalausweis", "abholung"]
    urgent = await press(hall, f"{mine}/priority", {"priority": True})
    assert urgent["priority"]
    assert urgent["rank"] < joined["rank"]
    assert (await press(hall, f"{mine}/restore-place", {}, 409))["code"] == "not_late"
    assert (await press(hall, f"{mine}/note", {"text": "ruft an", "was": ""}))["note"] == "ruft an"
    clash = await press(hall, f"{mine}/note", {"text": "kommt", "was": None}, 409)
    assert (clash["code"], clash["note"]) == ("note_changed", "ruft an")
    await press(hall, f"{mine}/call", {"silent": True})
    await press(hall, f"{mine}/start")
    parked = await press(
        hall, f"{mine}/park", {"reason": "Foto", "personal": True, "done": [{"slug": "abholung"}]}
    )
    assert [one["done"] for one in parked["services"]] == [False, True]
    await press(hall, f"{mine}/resume")
    await press(hall, "next")
    await press(hall, f"{mine}/start")
    sent = await press(
        hall,
        f"{mine}/transfer",
        {"counter": "amtal-2", "after_minutes": 10, "done": [{"slug": "personalausweis"}]},
    )
    assert sent["state"] == "waiting"
    assert [(one["slug"], one["count"], one["done"]) for one in sent["services"]] == [
        ("personalausweis", 1, True),
        ("personalausweis", 1, False),
        ("abholung", 1, True),
    ]
    assert room.ticket(drawn.id).reserved_counter_id == room.two


async def test_discards_are_listed_and_undone(hall: Hall) -> None:
    drawn = [hall.room.draw() for _ in range(3)]
    thrown = await press(hall, "discards", {"first": "A001", "last": "A002"})
    assert thrown["numbers"] == ["A001", "A002"]
    left = await press(hall, f"tickets/{drawn[2].id}/discard")
    assert left["state"] == "cancelled"
    listed = (await hall.one.get(f"{ONE}/discards")).json()
    assert [one["numbers"] for one in listed] == [["A003"], ["A001", "A002"]]
    path = f"discards/{thrown['id']}/undo"
    assert (await press(hall, path))["numbers"] == ["A001", "A002"]
    assert (await press(hall, path, {}, 409))["code"] == "discard_over"
    assert (await press(hall, "discards/999/undo", {}, 404))["code"] == "unknown_discard"
    await press(hall, "discards", {"first": "A002", "last": "B003"}, 422)
    await press(hall, "discards", {"first": "A2", "last": "A3"}, 422)


async def test_step_nobody_knows(hall: Hall) -> None:
    await press(hall, f"tickets/{hall.room.draw().id}/juggle", {}, 404)
