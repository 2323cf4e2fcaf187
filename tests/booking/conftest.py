"""Fixtures of this part: the small house and short words for what one does in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.app.parts import REACTIONS
from aufruf.booking.change import recount_days
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import read_directory
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from tests.booking.browser import PAGE, visiting
from tests.booking.desk import Desk
from tests.booking.mass import Ill
from tests.booking.waiting import Line, load_few_times
from tests.conftest import START
from tests.databases import Engine, SqliteEngine, nothing_more
from tests.factories import House, make_house

PROVEN = hash_password("Wernborn an der Usa")


@pytest.fixture
def house(database: Database, clock: FixedClock) -> House:
    return make_house(database, clock)


@pytest.fixture
def runner(database: Database, clock: FixedClock) -> Runner:
    return Runner(database, clock, None, {OpeningRulesChanged: recount_days})


@pytest.fixture
def desk(database: Database, runner: Runner, house: House) -> Desk:
    """The citizen office: 8:00-18:00, two of three places for the public, one for business."""
    return Desk(database, runner, house)


@pytest.fixture
def line(engine: Engine, clock: FixedClock) -> Iterator[Line]:
    """The waiting list of the registry office, which has a few times a week, each for one."""
    url = engine.copy_of("few_times", lambda draft: load_few_times(draft, clock))
    with closing(Database(url)) as few:
        runner = Runner(few, clock, None, {OpeningRulesChanged: recount_days})
        yield Line(Desk(few, runner, House(few.read_now(read_directory))))


@pytest.fixture(scope="session")
def one_house(sqlite_engine: SqliteEngine) -> House:
    """The small house for tests that only read it."""
    with closing(Database(sqlite_engine.copy_of("migrated", nothing_more))) as database:
        return make_house(database, FixedClock(START))


@pytest.fixture
def sick(sqlite_database: Database, clock: FixedClock) -> Ill:
    """An office that falls ill, on one engine, for pages."""
    runner = Runner(sqlite_database, clock, None, REACTIONS)
    return Ill(Desk(sqlite_database, runner, make_house(sqlite_database, clock)))


@pytest.fixture
def bernd(sick: Ill, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    """Who works there, before its pages."""
    run = sick.desk.runner.run_now
    run((), set_password, login="bernd", password_hash=PROVEN)
    session = run((), sign_in, login="bernd", proven=PROVEN)
    with visiting(sick.desk.database, clock, tmp_path) as opened:
        opened.headers.update({**PAGE, "authorization": f"Bearer {session.secret}"})
        yield opened
