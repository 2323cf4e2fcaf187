"""Fixtures for all parts: both engines, a fresh database per test, a clock that stands still."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from tests.browser import browser_page, chromium, live_server
from tests.databases import Engine, PostgresEngine, SqliteEngine, nothing_more

__all__ = ["browser_page", "chromium", "live_server"]

# A Wednesday in the middle of opening hours.
START = datetime(2026, 11, 25, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for the whole run, the same for all workers."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> SqliteEngine:
    return SqliteEngine(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(run_folder: Path) -> Iterator[PostgresEngine]:
    with closing(PostgresEngine(run_folder)) as server:
        yield server


@pytest.fixture
def postgres_engine(postgres_server: PostgresEngine) -> Iterator[PostgresEngine]:
    yield postgres_server
    postgres_server.drop_copies()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Where the test's databases come from; a test that uses it runs on both."""
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    found: Engine = request.getfixturevalue(name)
    return found


@pytest.fixture
def engine_url(engine: Engine) -> str:
    """URL of a fresh, migrated database, on both engines."""
    return engine.copy_of("migrated", nothing_more)


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    """A fresh, migrated database, on both engines."""
    with closing(Database(engine_url)) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_engine: SqliteEngine) -> Iterator[Database]:
    """A fresh, migrated database for tests that need no second engine."""
    with closing(Database(sqlite_engine.copy_of("migrated", nothing_more))) as opened:
        yield opened


@pytest.fixture
def postgres_database(postgres_engine: PostgresEngine) -> Iterator[Database]:
    """A fresh, migrated database for what only PostgreSQL does."""
    with closing(Database(postgres_engine.copy_of("migrated", nothing_more))) as opened:
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    """Stands at 2026-11-25 09:30 in Berlin, a Wednesday."""
    return FixedClock(START)


@pytest.fixture
def runner(database: Database, clock: FixedClock) -> Runner:
    """For `run_now`; a test that awaits `run` says `async with runner:` first."""
    return Runner(database, clock, None, {})
