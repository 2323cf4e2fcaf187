"""PostgreSQL goes away under a running server: reads are asked to come again, and it recovers."""

import psycopg
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from aufruf.core.access import allow, socket
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.databases import PostgresEngine
from tests.office.serving import application
from tests.office.test_access import greet
from tests.office.town import found_town

SOCKET = socket("/ws/staff", greet, access=allow("staff"))


def let_in(server: PostgresEngine, database: Database, *, open_again: bool) -> None:
    """Close the database to everybody and end who is in, or open it again."""
    name = str(database.url.database)
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {open_again}".encode())
        if not open_again:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )


def test_database_that_is_away_is_said_kindly_and_comes_back(
    postgres_server: PostgresEngine, postgres_database: Database, clock: FixedClock
) -> None:
    town = found_town(Runner(postgres_database, clock, None, {}))
    bernd = {"Authorization": f"Bearer {town.session('bernd')}"}
    app = application(postgres_database, clock, Settings(), [SOCKET])
    with TestClient(app, "http://localhost:8000", raise_server_exceptions=False) as client:
        let_in(postgres_server, postgres_database, open_again=False)
        for _ in range(3):
            document = client.get("/api/v1/municipalities")
            page = client.get("/counters", headers={**bernd, "Accept": "text/html"})
            assert (document.status_code, document.json()["code"]) == (503, "try_again")
            assert document.headers["retry-after"] == "1"
            assert page.status_code == 503
            assert "Das hat gerade nicht geklappt" in page.text
        with (
            pytest.raises(WebSocketDenialResponse) as refused,
            client.websocket_connect("/ws/staff", headers=bernd),
        ):
            pass
        assert refused.value.status_code == 503
        let_in(postgres_server, postgres_database, open_again=True)
        assert client.get("/counters", headers=bernd).status_code == 200
