"""Commands under an Idempotency-Key over HTTP: the first answer again, and to nobody else."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from aufruf.core.access import PUBLIC, route
from aufruf.core.api import answer, empty_reply, json_reply
from aufruf.core.assembly import assemble
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.ground import Ground
from aufruf.core.hub import Hub
from aufruf.core.idempotency import Reply
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.signals import Signals
from aufruf.core.templating import make_environment
from aufruf.core.texts import own_texts
from aufruf.core.tx import Tx
from aufruf.core.web import body_as
from tests.core.web_app import STAFF, Door, Wish

OFFICE = 1


def count_up(tx: Tx, *, name: str) -> int:
    """Write a row and say how many there are; refuses Emil after writing."""
    tx.conn.execute(
        text(
            "INSERT INTO job_run (job, due_at, ran_at)"
            " SELECT :name || count(*), :at, :at FROM job_run"
        ),
        {"name": name, "at": "2026-11-25 09:30:00+00:00"},
    )
    if name == "Emil":
        raise DomainError("slot_taken", 409)
    return tx.conn.execute(text("SELECT count(*) FROM job_run")).scalar_one()


def counted(count: int) -> Reply:
    return json_reply({"count": count}, 201) if count < 3 else empty_reply()


async def count(request: Request) -> Response:
    wish = await body_as(request, Wish)
    return await answer(request, OFFICE, count_up, counted, name=wish.name)


ROUTES = [
    route("/api/count", count, access=PUBLIC, methods=["POST"]),
    route("/api/staff/count", count, access=STAFF, methods=["POST"]),
]


@pytest.fixture
def client(database: Database, clock: FixedClock) -> Iterator[TestClient]:
    hub = Hub(database)
    runner = Runner(database, clock, hub, {})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        app.state.ground = Ground(
            settings=Settings(),
            clock=clock,
            database=database,
            runner=runner,
            hub=hub,
            signals=Signals(None),
            texts=own_texts(strict=True),
            templates=make_environment(),
            gate=Door(),
            secret_key="k" * 32,
        )
        async with runner:
            yield

    with TestClient(assemble(ROUTES, lifespan), "http://localhost:8000") as opened:
        yield opened


def post(
    client: TestClient,
    key: str = "",
    name: str = "Amira",
    path: str = "/api/count",
    token: str = "",
) -> tuple[int, object]:
    """Status, and the count or the error's code."""
    headers = {"idempotency-key": key} if key else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    got = client.post(path, json={"name": name}, headers=headers)
    content = got.json() if got.content else {}
    return got.status_code, content.get("count", content.get("code"))


def test_request_without_a_key_is_done_each_time(client: TestClient) -> None:
    assert [post(client) for _ in range(3)] == [(201, 1), (201, 2), (204, None)]


def test_repeat_gets_the_first_answer_whatever_it_was(client: TestClient) -> None:
    post(client)
    post(client)
    assert [post(client, "k") for _ in range(2)] == [(204, None)] * 2
    assert post(client, "l") == (204, None)


def test_repeat_with_another_body_is_refused(client: TestClient) -> None:
    assert post(client, "k") == (201, 1)
    assert post(client, "k", "Bernd") == (422, "key_reused")
    assert post(client) == (201, 2)


def test_failure_is_not_kept(client: TestClient) -> None:
    assert post(client, "k", "Emil") == (409, "slot_taken")
    assert post(client, "k", "Emil") == (409, "slot_taken")
    assert post(client, "k", "Amira") == (201, 1)


def test_key_of_one_caller_says_nothing_to_another(client: TestClient) -> None:
    assert post(client, "k", token="one") == (201, 1)
    assert post(client, "k", token="two") == (201, 2)
    assert post(client, "k", token="one") == (201, 1)
    assert post(client, "k", path="/api/staff/count", token="bernd") == (204, None)


@pytest.mark.parametrize("key", [b"x" * 121, b"with space", b"\xfcmlaut"])
def test_key_that_is_none_is_refused(client: TestClient, key: bytes) -> None:
    headers = {b"idempotency-key": key}
    got = client.post("/api/count", json={"name": "Amira"}, headers=headers)
    assert (got.status_code, got.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
