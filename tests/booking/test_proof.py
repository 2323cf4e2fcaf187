"""Proof of work: what counts as one, that it counts once, and the ways without it."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from aufruf.app.main import create_app
from aufruf.booking import services
from aufruf.booking.guard.proof import (
    LEAST_WORK,
    Challenge,
    make_challenge,
    read_proof,
    solve,
    work_for,
)
from aufruf.booking.rules import Contact
from aufruf.booking.services import Trust
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.limits import buckets_of
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.booking.browser import PAGE, SECRET_KEY
from tests.booking.desk import Desk, at, refused
from tests.booking.test_pages import hold
from tests.conftest import START
from tests.factories import make_house

APPOINTMENTS = "/api/v1/offices/amtal-buergerbuero/appointments"
CITIZEN = "198.51.100.7"


def challenge(work: int = 500, purpose: str = "book") -> Challenge:
    return make_challenge(SECRET_KEY, purpose, START, work)


def changed(answer: str, **values: object) -> str:
    said = json.loads(base64.b64decode(answer)) | values
    return base64.b64encode(json.dumps(said).encode()).decode()


def test_answer_is_a_proof_for_two_hours() -> None:
    answer = solve(challenge())
    assert read_proof(SECRET_KEY, "book", answer, START) is not None
    late = START + timedelta(hours=1, minutes=59)
    assert read_proof(SECRET_KEY, "book", answer, late) is not None
    assert read_proof(SECRET_KEY, "book", answer, START + timedelta(hours=2)) is None


def test_answer_for_another_purpose_or_key_is_none() -> None:
    assert read_proof(SECRET_KEY, "book", solve(challenge(purpose="other")), START) is None
    assert read_proof("x" * 40, "book", solve(challenge()), START) is None


@pytest.mark.parametrize("answer", ["", "%%%", base64.b64encode(b"[]").decode()])
def test_text_that_is_no_answer_is_none(answer: str) -> None:
    assert read_proof(SECRET_KEY, "book", answer, START) is None


@pytest.mark.parametrize(
    "values",
    [
        {"number": 501},
        {"number": -1},
        {"salt": "x&"},
        {"salt": "ä&"},
        {"signature": "0" * 64},
        {"algorithm": "SHA-1"},
        {"more": 1},
    ],
)
def test_answer_that_was_tampered_with_is_none(values: dict[str, object]) -> None:
    assert read_proof(SECRET_KEY, "book", changed(solve(challenge()), **values), START) is None


def test_digits_cannot_wander_between_salt_and_number() -> None:
    """Else one answer would be good for ever: "expires=1" + "23" is "expires=12" + "3"."""
    asked = challenge(10)
    said = json.loads(base64.b64decode(solve(asked)))
    spliced = changed(solve(asked), salt=f"{said['salt']}{said['number']}", number=0)
    assert read_proof(SECRET_KEY, "book", spliced, START) is None


def test_work_rises_with_what_a_network_asks_for_and_stops_rising() -> None:
    asked = [work_for(n) for n in (0, 9, 10, 20, 60, 10_000)]
    assert asked == [LEAST_WORK * times for times in (1, 1, 2, 4, 64, 64)]


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    runner = Runner(sqlite_database, clock, None, {})
    return Desk(sqlite_database, runner, make_house(sqlite_database, clock))


def test_proof_counts_once_and_not_at_all_when_the_booking_fails(desk: Desk) -> None:
    proof = read_proof(SECRET_KEY, "book", solve(challenge()), START)
    trust = Trust(proof)
    with refused("slot_not_offered", 409):
        desk.hold(at("09:37"), contact=Contact("Amira"), trust=trust)
    desk.hold(at("09:30"), contact=Contact("Amira"), trust=trust)
    with refused("proof_used", 409):
        desk.hold(at("10:30"), contact=Contact("Amira"), trust=trust)


def test_used_proofs_are_forgotten_when_they_are_too_old(desk: Desk, clock: FixedClock) -> None:
    proof = read_proof(SECRET_KEY, "book", solve(challenge()), START)
    desk.hold(at("09:30"), contact=Contact("Amira"), trust=Trust(proof))
    assert desk.runner.run_now((), services.forget_proofs) == 0
    clock.move(timedelta(hours=2))
    assert desk.runner.run_now((), services.forget_proofs) == 1


@contextmanager
def citizen(
    desk: Desk, clock: FixedClock, folder: Path, host: str = CITIZEN, **more: Any
) -> Iterator[TestClient]:
    """A browser or program somewhere in the internet."""
    settings = Settings(
        database_url=desk.database.url.render_as_string(hide_password=False),
        data_dir=folder,
        secret_key=SECRET_KEY,  # pyright: ignore[reportArgumentType]
        strict_texts=True,
        **more,
    )
    app = create_app(settings, clock)
    with TestClient(
        app, "http://localhost:8000", follow_redirects=False, client=(host, 50_000)
    ) as opened:
        yield opened


def wish(clock: str, **more: Any) -> dict[str, Any]:
    start = f"2026-11-26T{clock}:00+01:00"
    services_ = [{"slug": "personalausweis"}]
    return {"start": start, "services": services_, "contact": {"name": "Amira"}, **more}


def test_program_gets_a_challenge_and_books_with_its_answer(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        asked = client.get("/api/v1/challenge").json()
        assert asked.pop("required")
        answer = solve(Challenge(**asked))
        first = client.post(APPOINTMENTS, json=wish("09:30", proof=answer))
        assert (first.status_code, first.json()["status"]) == (201, "confirmed")
        again = client.post(APPOINTMENTS, json=wish("10:30", proof=answer))
        assert (again.status_code, again.json()["code"]) == (409, "proof_used")
        wrong = client.post(APPOINTMENTS, json=wish("10:30", proof=changed(answer, number=1)))
        assert (wrong.status_code, wrong.json()["code"]) == (422, "proof_wrong")


def test_holder_moves_ten_times_at_once_and_is_told_when_again(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        held = client.post(APPOINTMENTS, json=wish("09:30")).json()
        secret = {"authorization": f"Bearer {held['secret']}"}
        here = f"/api/v1/appointments/{held['reference']}/start"
        for turn in range(10):
            start = f"2026-11-26T{'10:00' if turn % 2 == 0 else '09:30'}:00+01:00"
            assert client.put(here, json={"start": start}, headers=secret).status_code == 200
        last = client.put(here, json={"start": "2026-11-26T10:00:00+01:00"}, headers=secret)
        assert (last.status_code, last.json()["retry_after_seconds"] <= 600) == (429, True)
        link = f"/termin/{held['reference']}/{held['secret']}/verschieben"
        client.headers.update(PAGE)
        page = client.post(link, data={"start": "2026-11-26T10:00:00+01:00"})
        assert (page.status_code, 'name="start"' in page.text) == (429, True)


def test_refused_booking_uses_up_no_free_one(desk: Desk, clock: FixedClock, tmp_path: Path) -> None:
    with citizen(desk, clock, tmp_path) as client:
        for start in ("09:30", "09:37", "09:30", "09:37", "10:30"):
            answer = client.post(APPOINTMENTS, json=wish(start))
            assert answer.status_code == (409 if start == "09:37" else 201)


def test_program_without_proof_has_a_few_and_is_told_where_to_get_one(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        for start in ("09:00", "09:30", "10:00", "10:30"):
            assert client.post(APPOINTMENTS, json=wish(start)).status_code == 201
        last = client.post(APPOINTMENTS, json=wish("11:00"))
        assert (last.status_code, last.json()["code"]) == (403, "proof_required")
        assert "/api/v1/challenge" in last.json()["detail"]


@pytest.mark.parametrize(
    "more",
    [
        {"exempt_networks": "198.51.100.0/24"},
        {"proof_of_work": False},
        {"demo": True},
    ],
)
def test_nobody_proves_where_it_is_switched_off(
    desk: Desk, clock: FixedClock, tmp_path: Path, more: dict[str, Any]
) -> None:
    with citizen(desk, clock, tmp_path, **more) as client:
        assert client.get("/api/v1/challenge").json() == {
            "required": False,
            **dict.fromkeys(("algorithm", "challenge", "salt", "maxnumber", "signature")),
        }
        for start in ("09:00", "09:30", "10:00", "10:30", "11:00"):
            assert client.post(APPOINTMENTS, json=wish(start)).status_code == 201


def test_person_without_script_is_asked_for_the_mail_after_a_few(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        client.headers.update(PAGE)
        for start in ("09:00", "09:30", "10:00", "10:30"):
            contact = hold(client, f"2026-11-26T{start}:00+01:00")
            assert 'data-challenge="' in client.get(contact).text
            assert client.post(contact, data={"name": "Amira"}).status_code == 303
        contact = hold(client, "2026-11-26T11:00:00+01:00")
        asked = client.post(contact, data={"name": "Amira", "remark": "Rollstuhl"})
        assert asked.status_code == 422
        assert "Wir schicken Ihnen einen Link" in asked.text
        assert "Rollstuhl" in asked.text
        data = {"name": "Amira", "email": "amira@beispiel.example"}
        done = client.post(contact, data=data).headers["location"]
        assert desk.find(done.split("/")[2]).status == "awaiting_email"


def test_challenge_on_the_page_answers_for_the_booking(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        client.headers.update(PAGE)
        contact = hold(client)
        answer = solve(Challenge(**_on_the_page(client.get(contact).text)))
        done = client.post(contact, data={"name": "Amira", "proof": answer})
        assert desk.find(done.headers["location"].split("/")[2]).status == "confirmed"
        other = hold(client, "2026-11-26T11:00:00+01:00")
        again = client.post(other, data={"name": "Amira", "proof": answer})
        assert (again.status_code, "Bitte senden Sie noch einmal ab" in again.text) == (409, True)


def _on_the_page(html: str) -> dict[str, Any]:
    names = ("algorithm", "challenge", "salt", "maxnumber", "signature")
    found = {name: html.partition(f'data-{name}="')[2].partition('"')[0] for name in names}
    salt = found["salt"].replace("&amp;", "&")
    return {**found, "salt": salt, "maxnumber": int(found["maxnumber"])}


def spend_all(client: TestClient, purpose: str, size: int, seconds: float) -> None:
    """As if the network had just tried so often; the limits are those of `guard/traffic.py`."""
    ground = cast("Starlette", client.app).state.ground
    buckets = buckets_of(ground, purpose, size=size, seconds=seconds)
    for _ in range(size + 9):
        buckets.spend(CITIZEN)


def test_network_that_takes_too_many_times_is_led_back_to_them(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        client.headers.update(PAGE)
        spend_all(client, "hold", 40, 10.0)
        form = {"office": "amtal-buergerbuero", "service": "personalausweis:2"}
        form |= {"start": "2026-11-26T09:30:00+01:00"}
        said = client.post("/termin/amtal/halten", data=form)
        assert said.status_code == 429
        assert int(said.headers["retry-after"]) > 10
        assert re.search(r"In 2 Minuten|In \d\d Sekunden können Sie es noch einmal", said.text)
        assert "Ihre Auswahl bleibt erhalten" in said.text
        assert 'name="service" value="personalausweis:2"' in said.text
        assert 'name="start" value="2026-11-26T09:30:00+01:00"' in said.text


def test_network_that_says_who_comes_too_often_loses_nothing_typed(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    with citizen(desk, clock, tmp_path) as client:
        client.headers.update(PAGE)
        contact = hold(client)
        spend_all(client, "contact", 120, 2.0)
        typed = {"name": "Amira", "email": "keine Adresse", "remark": "Rollstuhl"}
        said = client.post(contact, data=typed)
        assert said.status_code == 429
        assert int(said.headers["retry-after"]) > 10
        assert re.search(r"In \d\d Sekunden können Sie es noch einmal versuchen", said.text)
        assert all(f'value="{text}"' in said.text for text in ("Amira", "keine Adresse"))
        assert "Rollstuhl</textarea>" in said.text
