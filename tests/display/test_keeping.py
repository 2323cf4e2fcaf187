"""What a screen keeps, over HTTP: every file there is, under one version, and the worker."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.display.keeping import page_file
from tests.display.house import build
from tests.queue.web import application


@pytest.fixture
def client(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    build(sqlite_database)
    with TestClient(application(sqlite_database, clock, tmp_path), "http://localhost") as opened:
        yield opened


def test_worker_keeps_files_that_never_change(client: TestClient) -> None:
    worker = client.get("/display/service-worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/display"
    assert worker.headers["Cache-Control"] == "no-cache"
    keep = json.loads(worker.text.partition("\n")[0].removeprefix("self.KEEP = ").rstrip(";"))
    assert page_file("display/display.js") in keep["files"]
    assert page_file("core/live.js") in keep["files"]
    for address in keep["files"]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address


def test_another_version_gets_the_file_as_it_is_but_keeps_it_not(client: TestClient) -> None:
    here = client.get(page_file("display/board.js"))
    other = client.get("/display/files/0123456789ab/display/board.js")
    assert other.text == here.text
    assert other.headers["Cache-Control"] == "no-cache"


def test_nothing_else_is_given_out(client: TestClient) -> None:
    for path in ("office/login.js", "display/nothing.js", "display/..", "display/..%2fapi.py"):
        assert client.get(f"/display/files/0123456789ab/{path}").status_code == 404, path
