"""The queue over HTTP: the day of a ticket, the refusals, and bad input that is never a 500."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from aufruf.booking.store import find_appointment
from aufruf.core.formats import iso_text
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.queue.web import API, CARD, OFFICE, Hall, open_hall

pytestmark = pytest.mark.anyio

ONE = f"{API}/counters/amtal-1"
TWO = f"{API}/counters/amtal-2"


@pytest.fixture
async def hall(room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    async with open_hall(room, tmp_path) as opened:
        yield opened


@pytest.fixture
async def shared_hall(shared_room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    async with open_hall(shared_room, tmp_path) as opened:
        yield opened


async def test_ticket_drawn_called_and_finished(hall: Hall) -> None:
    drawn = await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    assert drawn.status_code == 201
    ticket = drawn.json()
    assert ticket["number"] == "A001"
    assert ticket["ahead"] == 0
    assert ticket["wait"] == {"low_minutes": 0, "high_minutes": 5}
    assert ticket["url"] == f"http://localhost:8000/t/{ticket['token']}"

    called = await hall.one.post(f"{ONE}/next")
    assert called.status_code == 200
    assert called.json()["number"] == "A001"
    assert called.json()["why"] == {"code": "only_one", "values": {}, "later": None}
    held = (await hall.citizen.get(f"{API}/tickets/{ticket['token']}")).json()
    assert (held["state"], held["counter"], held["word"]) == ("called", "1", "Platz")

    steps = f"{ONE}/tickets/{ticket['id']}"
    for step, state in (("recall", "called"), ("start", "serving"), ("finish", "finished")):
        done = await hall.one.post(f"{steps}/{step}")
        assert (done.status_code, done.json()["state"]) == (200, state)


async def test_next_with_nobody_to_call_is_204(hall: Hall) -> None:
    answer = await hall.one.post(f"{ONE}/next")
    assert (answer.status_code, answer.content) == (204, b"")


async def test_next_while_busy_is_409(hall: Hall) -> None:
    for _ in range(2):
        await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    await hall.one.post(f"{ONE}/next")
    answer = await hall.one.post(f"{ONE}/next")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["number"]) == ("counter_busy", "A001")


async def test_next_repeated_with_its_key_is_the_same_call(hall: Hall) -> None:
    for _ in range(2):
        await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    first, again = [await hall.one.post(f"{ONE}/next", key="press-1") for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert rows(hall.room, "SELECT count(*) FROM call") == [(1,)]


async def test_draw_repeated_with_its_key_is_one_ticket(hall: Hall) -> None:
    first, again = [await hall.kiosk.post(f"{OFFICE}/tickets", CARD, key="tap-1") for _ in range(2)]
    assert first.json() == again.json()
    other = await hall.kiosk.post(
        f"{OFFICE}/tickets", {"services": [{"slug": "abholung"}]}, key="tap-1"
    )
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert rows(hall.room, "SELECT count(*) FROM ticket") == [(1,)]


async def test_check_in_at_the_kiosk(hall: Hall) -> None:
    reference = hall.room.book(hall.room.clock.now() + timedelta(minutes=30))
    answer = await hall.kiosk.post(f"{OFFICE}/check-ins", {"code": f"AUFRUF:{reference}"})
    assert (answer.status_code, answer.json()["number"]) == (201, "T001")
    again = await hall.kiosk.post(f"{OFFICE}/check-ins", {"code": reference})
    assert (again.status_code, again.json()["code"]) == (409, "already_checked_in")
    assert again.json()["number"] == "T001"


async def test_check_in_for_the_neighbour_in_the_same_waiting_area(hall: Hall) -> None:
    reference = hall.room.book(hall.room.clock.now() + timedelta(minutes=30))
    registry = f"{API}/offices/amtal-standesamt/check-ins"
    answer = await hall.kiosk.post(registry, {"code": reference})
    assert answer.status_code == 201


async def test_check_in_by_number_for_the_neighbour_in_the_same_waiting_area(hall: Hall) -> None:
    reference = hall.room.book(hall.room.clock.now() + timedelta(minutes=30))
    booked = hall.room.database.read_now(find_appointment, reference)
    assert booked is not None
    registry = f"{API}/offices/amtal-standesamt/check-ins"
    answer = await hall.twelve.post(registry, {"appointment": booked.id})
    assert (answer.status_code, answer.json()["number"]) == (201, "T001")
    unknown = await hall.twelve.post(registry, {"appointment": booked.id + 1})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_appointment")


async def test_check_in_at_the_kiosk_after_leaving_on_the_phone(hall: Hall) -> None:
    body = {"code": hall.room.book(hall.room.clock.now() + timedelta(minutes=30))}
    token = (await hall.kiosk.post(f"{OFFICE}/check-ins", body)).json()["token"]
    await hall.citizen.delete(f"{API}/tickets/{token}")
    again = await hall.kiosk.post(f"{OFFICE}/check-ins", body)
    assert (again.status_code, again.json()["number"]) == (201, "T001")
    assert (await hall.citizen.get(f"{API}/tickets/{token}")).json()["state"] == "waiting"


async def test_check_in_after_leaving_another_office(shared_hall: Hall) -> None:
    """The ticket was sent on, its appointment stayed: both offices are told."""
    hall = shared_hall
    body = {"code": hall.room.book(hall.room.clock.now() + timedelta(minutes=30))}
    ticket = (await hall.kiosk.post(f"{OFFICE}/check-ins", body)).json()
    await hall.one.post(f"{ONE}/next")
    steps = f"{ONE}/tickets/{ticket['id']}"
    sent = await hall.one.post(f"{steps}/transfer", {"office": "amtal-standesamt"})
    assert (sent.status_code, sent.json()["state"]) == (200, "waiting")
    assert (await hall.citizen.delete(f"{API}/tickets/{ticket['token']}")).status_code == 204
    again = await hall.kiosk.post(f"{OFFICE}/check-ins", body)
    assert (again.status_code, again.json()["number"]) == (201, "T001")
    called = await hall.twelve.post(f"{API}/counters/amtal-12/next")
    assert called.json()["number"] == "T001"


async def test_holder_delays_and_leaves(hall: Hall) -> None:
    token = (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).json()["token"]
    later = await hall.citizen.post(f"{API}/tickets/{token}/delay", {"minutes": 10})
    until = hall.room.clock.now() + timedelta(minutes=10)
    asked = {"state": "waiting", "not_before": iso_text(until), "delays_left": 1}
    assert later.json() == asked | {"on_the_way": False}
    coming = await hall.citizen.post(f"{API}/tickets/{token}/on-the-way")
    assert coming.json() == asked | {"on_the_way": True}
    held = (await hall.citizen.get(f"{API}/tickets/{token}")).json()
    assert (held["state"], held["ahead"], held["delays_left"]) == ("waiting", 0, 1)
    assert (await hall.citizen.delete(f"{API}/tickets/{token}")).status_code == 204
    assert (await hall.citizen.delete(f"{API}/tickets/{token}")).json()["code"] == "wrong_state"
    assert (await hall.citizen.post(f"{API}/tickets/{token}/stay")).json()["state"] == "waiting"


async def test_session_opens_pauses_and_closes(hall: Hall) -> None:
    back = iso_text(hall.room.clock.now() + timedelta(minutes=10))
    body = {"state": "break", "until": back}
    paused = (await hall.two.post(f"{TWO}/session", body)).json()
    assert (paused["counter"], paused["state"], paused["until"]) == ("amtal-2", "break", back)
    body = {"state": "open", "services": ["abholung"]}
    opened = (await hall.two.post(f"{TWO}/session", body)).json()
    assert (opened["state"], opened["services"]) == ("open", ["abholung"])


async def test_queue_holds_what_was_just_answered(hall: Hall) -> None:
    await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    queue = (await hall.one.get(f"{ONE}/queue")).json()
    assert [line["number"] for line in queue["waiting"]] == ["A001"]
    assert queue["next"]["ticket"]["number"] == "A001"


async def test_transfer_and_undo(hall: Hall) -> None:
    ticket = (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).json()
    await hall.one.post(f"{ONE}/next")
    steps = f"{ONE}/tickets/{ticket['id']}"
    moved = await hall.one.post(f"{steps}/transfer", {"counter": "amtal-2"})
    assert (moved.status_code, moved.json()["state"]) == (200, "waiting")
    undone = await hall.one.post(f"{steps}/undo")
    assert (undone.json()["state"], undone.json()["counter"]) == ("called", "amtal-1")
    parked = await hall.one.post(f"{steps}/park", {"reason": "Passfoto"})
    assert parked.json()["state"] == "parked"


@pytest.mark.parametrize("said", [{}, {"reason": ""}, {"reason": " "}, {"reason": None}])
async def test_park_without_a_reason(hall: Hall, said: dict[str, object]) -> None:
    ticket = (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).json()
    await hall.one.post(f"{ONE}/next")
    parked = await hall.one.post(f"{ONE}/tickets/{ticket['id']}/park", said)
    assert (parked.status_code, parked.json()["state"]) == (200, "parked")
    assert hall.room.ticket(ticket["id"]).parked_reason is None


async def test_status_is_for_everybody(hall: Hall) -> None:
    status = (await hall.citizen.get(f"{OFFICE}/status")).json()
    assert (status["open"], status["waiting"]) == (True, 0)
    assert status["wait"] == {"low_minutes": 0, "high_minutes": 5}
    assert status["earliest"] == iso_text(hall.room.clock.now())


async def test_kiosk_may_not_do_what_staff_may(hall: Hall) -> None:
    for more in ({"priority": True}, {"drawn_at": iso_text(hall.room.clock.now())}):
        answer = await hall.kiosk.post(f"{OFFICE}/tickets", CARD | more)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (await hall.kiosk.post(f"{ONE}/next")).status_code == 403
    assert (await hall.two.post(f"{ONE}/next")).status_code == 403
    assert (await hall.citizen.post(f"{OFFICE}/tickets", CARD)).status_code == 401


LONG = "x" * 10_000
BAD_TICKETS: list[object] = [
    None,
    [],
    "text",
    {"services": []},
    {"services": "personalausweis"},
    {"services": [{"slug": "personalausweis", "count": 0}]},
    {"services": [{"slug": "personalausweis", "count": 10**30}]},
    {"services": [{"slug": "personalausweis", "count": "2"}]},
    {"services": [{"slug": "personalausweis", "count": 2.5}]},
    {"services": [{"slug": "personalausweis", "count": 5}]},
    {"services": [{"slug": "personalausweis"}] * 9},
    {"services": [{"slug": "gibt-es-nicht"}]},
    {"services": [{"slug": LONG}]},
    {"services": [{"slug": "pass\0port"}]},
    {"services": [{"slug": "😀"}]},
    {"services": [{"slug": "\u202etropssap"}]},
    {"services": [{"slug": "wasserzaehler"}]},
    {**CARD, "persons": -1},
    {**CARD, "persons": 10**20},
    {**CARD, "language": "klingonisch"},
    {**CARD, "language": "fr"},
    {**CARD, "extra": 1},
    {**CARD, "drawn_at": "gestern"},
    {**CARD, "drawn_at": "0001-01-01T00:00:00Z"},
    {**CARD, "drawn_at": "9999-12-31T23:59:59Z"},
    {**CARD, "drawn_at": "2026-11-25T09:30:00"},
]


async def test_draw_with_bad_input_changes_nothing(hall: Hall) -> None:
    for body in BAD_TICKETS:
        answer = await hall.client.post(f"{OFFICE}/tickets", json=body, headers=hall.one.headers)
        assert is_refused(answer), body
    assert rows(hall.room, "SELECT count(*) FROM ticket") == [(0,)]


def is_refused(answer: httpx2.Response) -> bool:
    """With a status of the 400s and a code."""
    return 400 <= answer.status_code < 500 and bool(answer.json()["code"])


BAD_STEPS: list[tuple[str, object]] = [
    ("next", {"more": 1}),
    ("session", {}),
    ("session", {"state": "asleep"}),
    ("session", {"state": "open", "services": []}),
    ("session", {"state": "open", "services": ["gibt-es-nicht"]}),
    ("session", {"state": "open", "services": ["eheschliessung"]}),
    ("session", {"state": "break", "until": "2020-01-01T00:00:00Z"}),
    ("session", {"state": "open", "until": "2026-11-25T10:00:00Z"}),
    ("tickets/0/start", {}),
    ("tickets/999999999999999999999999/start", {}),
    ("tickets/2147483647/start", {}),
    ("tickets/-1/start", {}),
    ("tickets/eins/start", {}),
    ("tickets/%D9%A1/start", {}),
    ("tickets/1/fly", {}),
    ("tickets/1/park", {}),
    ("tickets/1/park", {"reason": "x" * 201}),
    ("tickets/1/park", {"reason": "a\0b"}),
    ("tickets/1/transfer", {}),
    ("tickets/1/transfer", {"office": "amtal-standesamt", "counter": "amtal-2"}),
    ("tickets/1/transfer", {"office": "gibt-es-nicht"}),
    ("tickets/1/transfer", {"counter": LONG}),
    ("tickets/1/finish", {"services": [{"slug": "personalausweis", "count": -1}]}),
    ("tickets/1/finish", {"services": []}),
    ("tickets/1/undo", {}),
]


async def test_step_with_bad_input_changes_nothing(hall: Hall) -> None:
    hall.room.draw()
    before = hall.room.events()
    for step, body in BAD_STEPS:
        assert is_refused(await hall.one.post(f"{ONE}/{step}", body)), (step, body)
    assert hall.room.events() == before


async def test_holder_with_a_wrong_token(hall: Hall) -> None:
    unknown, unreadable = (404, "unknown_ticket"), (400, "bad_request")
    tokens = dict.fromkeys(("a" * 26, "x", LONG[:2000], "%F0%9F%98%80", "%FF"), unknown)
    for token, expected in (tokens | {"%00": unreadable}).items():
        for answer in (
            await hall.citizen.get(f"{API}/tickets/{token}"),
            await hall.citizen.delete(f"{API}/tickets/{token}"),
            await hall.citizen.post(f"{API}/tickets/{token}/delay", {"minutes": 5}),
        ):
            assert (answer.status_code, answer.json()["code"]) == expected, token


async def test_check_in_with_bad_input(hall: Hall) -> None:
    unreadable: list[object] = ["", " ", "\0", LONG, "\u202eABCD", 7, None, ["A"]]
    unknown: list[object] = ["😀" * 8, "ABCD-EFGH", "https://elsewhere.example/"]
    for codes, expected in (
        (unreadable, (422, "invalid_value")),
        (unknown, (404, "unknown_code")),
    ):
        for code in codes:
            answer = await hall.kiosk.post(f"{OFFICE}/check-ins", {"code": code})
            assert (answer.status_code, answer.json()["code"]) == expected, code


async def test_body_that_is_not_json_or_too_large(hall: Hall) -> None:
    json = {"content-type": "application/json"}
    for content, headers, status in (
        (b"{", json, 400),
        (b"\xff\xfe", json, 400),
        (b"[" * 100_000, json, 413),
        (b"x" * 1_000_000, json, 413),
        (b"<a/>", {"content-type": "text/xml"}, 415),
    ):
        answer = await hall.client.post(
            f"{OFFICE}/tickets", content=content, headers=hall.kiosk.headers | headers
        )
        assert answer.status_code == status


async def test_waits_are_told_for_each_walk_in_service(hall: Hall) -> None:
    waits = (await hall.citizen.get(f"{OFFICE}/waits")).json()["services"]
    soon = {"low_minutes": 0, "high_minutes": 5}
    served = ("personalausweis", "abholung", "gewerbeanmeldung")
    assert waits == [{"slug": slug, "wait": soon} for slug in served]
