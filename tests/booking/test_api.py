"""The JSON interface end to end, on both engines: the way of a booking, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vobject
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from tests.booking.browser import visiting
from tests.booking.desk import Desk

AMIRA = {"name": "Amira Kaya", "email": "amira@beispiel.example"}
NINE_THIRTY = "2026-11-26T09:30:00+01:00"
OFFICE = "/api/v1/offices/amtal-buergerbuero"


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(desk.database, clock, tmp_path) as opened:
        yield opened


def wish(**more: Any) -> dict[str, Any]:
    return {"start": NINE_THIRTY, "services": [{"slug": "personalausweis", "count": 1}], **more}


def book(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post(f"{OFFICE}/appointments", json=wish(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def holder(made: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {made['secret']}"}


def test_appointment_goes_all_the_way(client: TestClient, desk: Desk) -> None:
    made = book(client)
    path = f"/api/v1/appointments/{made['reference']}"
    assert made["status"] == "held"
    assert made["start"] == NINE_THIRTY
    assert made["end"] == "2026-11-26T09:45:00+01:00"
    assert made["held_until"] == "2026-11-25T09:40:00+01:00"
    assert client.post(f"{path}/extend", headers=holder(made)).status_code == 200
    answer = client.put(f"{path}/contact", json=AMIRA, headers=holder(made))
    assert answer.json() == {"status": "confirmed", "held_until": None}
    later = {"start": "2026-11-26T10:00:00+01:00"}
    moved = client.put(f"{path}/start", json=later, headers=holder(made))
    assert (moved.status_code, moved.json()["start"]) == (200, later["start"])
    assert client.get(path, headers=holder(made)).json() == {
        "reference": made["reference"],
        "status": "confirmed",
        "office": "amtal-buergerbuero",
        "start": "2026-11-26T10:00:00+01:00",
        "end": "2026-11-26T10:15:00+01:00",
        "held_until": None,
        "services": [{"slug": "personalausweis", "count": 1}],
    }
    file = client.get(f"{path}/calendar.ics", headers=holder(made))
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert vobject.readOne(file.text).vevent.sequence.value == "1"
    gone = client.delete(path, headers=holder(made))
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path, headers=holder(made)).json()["status"] == "cancelled"
    assert [method for _, _, method in desk.mails()] == ["REQUEST", "REQUEST", "CANCEL"]


def test_repeat_with_the_same_key_gets_the_first_answer(client: TestClient, desk: Desk) -> None:
    key = {"idempotency-key": "3f0c1f5e-6b2e-4d7a-9a51-2f0f7a6b9c10"}
    first = client.post(f"{OFFICE}/appointments", json=wish(contact=AMIRA), headers=key)
    again = client.post(f"{OFFICE}/appointments", json=wish(contact=AMIRA), headers=key)
    assert (first.status_code, again.text) == (201, first.text)
    other = client.post(f"{OFFICE}/appointments", json=wish(), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert len(desk.mails()) == 1


def test_taken_time_is_refused_with_alternatives(client: TestClient) -> None:
    book(client)
    book(client)
    answer = client.post(f"{OFFICE}/appointments", json=wish())
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["alternatives"][0] == "2026-11-26T09:45:00+01:00"
    assert len(answer.json()["alternatives"]) == 5


def test_days_and_times_count_what_is_free_and_follow_every_change(client: TestClient) -> None:
    def days() -> dict[str, int]:
        found = client.get(
            f"{OFFICE}/days?service=personalausweis&from=2026-11-25&to=2026-11-29"
        ).json()
        return {day["date"]: day["free"] for day in found["days"]}

    def free(clock: str) -> int | None:
        found = client.get(f"{OFFICE}/times?service=personalausweis&date=2026-11-26").json()
        starts = {time["start"][11:16]: time["free"] for time in found["times"]}
        return starts.get(clock)

    assert days() == {
        "2026-11-25": 34,
        "2026-11-26": 40,
        "2026-11-27": 40,
        "2026-11-28": 0,
        "2026-11-29": 0,
    }
    assert free("09:30") == 2
    first = book(client)
    assert (free("09:30"), days()["2026-11-26"]) == (1, 40)
    book(client)
    assert (free("09:30"), days()["2026-11-26"]) == (None, 39)
    client.delete(f"/api/v1/appointments/{first['reference']}", headers=holder(first))
    assert (free("09:30"), days()["2026-11-26"]) == (1, 40)


def test_hold_that_ran_out_is_free_again_without_any_timer(
    client: TestClient, clock: FixedClock
) -> None:
    book(client)
    book(client)
    path = f"{OFFICE}/times?service=personalausweis&date=2026-11-26"
    assert NINE_THIRTY not in [time["start"] for time in client.get(path).json()["times"]]
    clock.at = clock.at.replace(minute=40)
    assert NINE_THIRTY in [time["start"] for time in client.get(path).json()["times"]]


def test_earliest_names_each_office_that_does_it(client: TestClient) -> None:
    answer = client.get("/api/v1/municipalities/bergdorf/earliest?service=eheschliessung")
    assert answer.json() == [
        {
            "office": "amtal-standesamt",
            "name": "Standesamt Amtal",
            "municipality": "amtal",
            "start": "2026-11-25T09:30:00+01:00",
            "then": [f"2026-11-25T{time}:00+01:00" for time in ("09:45", "10:00", "10:15")],
        }
    ]


def test_wrong_secret_is_as_unknown_as_a_wrong_reference(client: TestClient) -> None:
    made = book(client)
    path = f"/api/v1/appointments/{made['reference']}"
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic x"}):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_appointment")
    for reference in ("ABCD2345", "x", "%01", "A" * 300):
        answer = client.delete(f"/api/v1/appointments/{reference}", headers=holder(made))
        assert answer.status_code == 404


def test_openapi_describes_every_booking_route(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {
        "/api/v1/offices/{o}/days",
        "/api/v1/offices/{o}/times",
        "/api/v1/offices/{o}/appointments",
        "/api/v1/municipalities/{m}/earliest",
        "/api/v1/appointments/{reference}",
        "/api/v1/appointments/{reference}/contact",
        "/api/v1/appointments/{reference}/confirm",
        "/api/v1/appointments/{reference}/extend",
        "/api/v1/appointments/{reference}/start",
        "/api/v1/appointments/{reference}/calendar.ics",
    } <= set(paths)


LONG = "x" * 10_000
BAD_BODIES: list[tuple[Any, int, str]] = [
    (None, 422, "invalid_value"),
    ([], 422, "invalid_value"),
    ("text", 422, "invalid_value"),
    ({}, 422, "invalid_value"),
    (wish(start="morgen"), 422, "invalid_value"),
    (wish(start="2026-11-26T09:30:00"), 422, "invalid_value"),
    (wish(start=1764146400), 422, "invalid_value"),
    (wish(start="9999-12-31T23:59:59-12:00"), 422, "invalid_value"),
    (wish(start="0001-01-01T00:00:00+12:00"), 422, "invalid_value"),
    (wish(start="2025-11-26T09:30:00+01:00"), 409, "in_the_past"),
    (wish(start="2026-11-28T09:30:00+01:00"), 409, "closed_that_day"),
    (wish(start="2026-11-26T09:31:00+01:00"), 409, "slot_not_offered"),
    (wish(start="2026-11-26T09:30:00.5+01:00"), 409, "slot_not_offered"),
    (wish(services=[]), 422, "invalid_value"),
    (wish(services=[{"slug": "personalausweis", "count": "1"}]), 422, "invalid_value"),
    (wish(services=[{"slug": "personalausweis", "count": 0}]), 422, "invalid_value"),
    (wish(services=[{"slug": "personalausweis", "count": 10**30}]), 422, "invalid_value"),
    (wish(services=[{"slug": "personalausweis", "count": True}]), 422, "invalid_value"),
    (wish(services=[{"slug": "../etc"}]), 422, "invalid_value"),
    (wish(services=[{"slug": "unbekannt"}]), 404, "unknown_service"),
    (wish(services=[{"slug": "personalausweis"}] * 9), 422, "invalid_value"),
    (wish(language="xx"), 422, "invalid_value"),
    (wish(language=LONG), 422, "invalid_value"),
    (wish(unknown=1), 422, "invalid_value"),
    (wish(contact={}), 422, "invalid_value"),
    (wish(contact={"name": LONG}), 422, "invalid_value"),
    (wish(contact={"name": " "}), 422, "invalid_value"),
    (wish(contact={"name": "A\0B"}), 422, "invalid_value"),
    (wish(contact={"name": "\ufb2c" * 200}), 422, "invalid_value"),
    (wish(contact={"name": "Bomb https://evil.example/"}), 422, "invalid_value"),
    (wish(contact={"name": "A\u202eB"}), 422, "invalid_value"),
    (wish(contact={"name": "Amira", "email": "nobody"}), 422, "invalid_value"),
    (wish(contact={"name": "Amira", "email": "a@b.de\nBcc: c@d.de"}), 422, "invalid_value"),
    (wish(contact={"name": "Amira", "phone": "call me"}), 422, "invalid_value"),
    (wish(contact={"name": "Amira", "remark": LONG}), 422, "invalid_value"),
    (wish(resident_of="nirgends"), 404, "unknown_municipality"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
def test_bad_booking_is_refused_clearly_and_changes_nothing(
    client: TestClient, desk: Desk, body: Any, status: int, code: str
) -> None:
    before = desk.events()
    answer = client.post(
        f"{OFFICE}/appointments",
        content=json.dumps(body),
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert desk.events() == before


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", {"content-type": "application/json"}, 400, "bad_json"),
        (b"\xff\xfe", {"content-type": "application/json"}, 400, "bad_json"),
        (b"[" * 30_000, {"content-type": "application/json"}, 400, "bad_json"),
        (b"{}", {"content-type": "text/xml"}, 415, "wrong_media_type"),
        (b"x" * 70_000, {"content-type": "application/json"}, 413, "too_large"),
    ],
)
def test_body_that_is_no_document_is_refused(
    client: TestClient, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(f"{OFFICE}/appointments", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("name", ["Zoë 🙂 Łukasz", "عامر", "שלום", "<b>Fett</b>", "O'Brien; --"])
def test_any_name_in_any_script_is_kept_as_it_is(client: TestClient, desk: Desk, name: str) -> None:
    made = book(client, contact={"name": name})
    assert desk.find(made["reference"]).name == name


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("service=", 422),
        ("service=unbekannt", 404),
        ("service=personalausweis:0", 422),
        ("service=personalausweis:99999999999999999999", 422),
        ("service=personalausweis:²", 422),
        ("service=personalausweis&from=gestern", 422),
        ("service=personalausweis&from=2026-11-25&to=2026-11-24", 422),
        ("service=personalausweis&from=2026-11-25&to=2027-11-26", 422),
        ("service=personalausweis&from=9999-12-31", 422),
        ("service=personalausweis&other=1", 422),
        ("service=%00", 400),
        ("&".join(["service=personalausweis"] * 9), 422),
        ("service=personalausweis&from=2024-01-01&to=2024-01-02", 200),
    ],
)
def test_bad_question_about_days_is_refused(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"{OFFICE}/days?{query}").status_code == status


def test_unknown_places_are_not_found(client: TestClient) -> None:
    for path, code in (
        ("/api/v1/offices/nirgends/days?service=personalausweis", "unknown_office"),
        ("/api/v1/offices/%F0%9F%99%82/times?service=x&date=2026-11-26", "unknown_office"),
        ("/api/v1/municipalities/nirgends/earliest?service=x", "unknown_municipality"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
