"""A morning in Usingen: the four towns on a real server whose clock runs, and who works there."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from aufruf.app.demo.run import DemoClock
from aufruf.app.parts import REACTIONS
from aufruf.core.clock import FixedClock, SystemClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.tx import Tx
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.directory import OfficeInfo, read_directory
from aufruf.office.hours.special import open_specially
from aufruf.office.staff.commands import add_staff, set_password
from aufruf.office.staff.passwords import hash_password
from tests.browser import serve_app
from tests.conftest import START
from tests.databases import Engine
from tests.factories import load_example

OFFICE = "usingen-buergerbuero"
DISPLAY = "usingen-rathaus-anzeige"
KIOSK = "usingen-rathaus-kiosk"
LOGIN, PASSWORD = "bernd", "Wernborn an der Usa"


@dataclass(frozen=True)
class Usingen:
    """The server's address, what a shell would do beside it, and the devices' links."""

    url: str
    runner: Runner
    office: OfficeInfo
    display: str
    kiosk: str


def build(database: Database) -> None:
    """The citizen office is open all day on the Wednesday of the tests, and has a clerk."""
    clock = FixedClock(START)
    office = load_example(database, clock).directory.office(OFFICE)
    runner = Runner(database, clock, None, REACTIONS)
    runner.run_now(
        (),
        open_specially,
        office_id=office.id,
        day=START.date(),
        from_minute=8 * 60,
        to_minute=18 * 60,
        places={pool.id: (5, 5) for pool in office.pools},
    )
    runner.run_now((), _recall_at_once)
    runner.run_now((), add_staff, login=LOGIN, name="Bernd Becker", offices=[OFFICE])
    runner.run_now((), set_password, login=LOGIN, password_hash=hash_password(PASSWORD))


def _recall_at_once(tx: Tx) -> None:
    """The tests' clock runs like everybody's: nobody waits a minute for the second call."""
    tx.conn.execute(text("UPDATE office SET recall_seconds = 0"))


@contextmanager
def serving_usingen(engine: Engine, folder: Path) -> Iterator[Usingen]:
    """Serve a fresh copy, from Wednesday half past nine on."""
    url = engine.copy_of("usingen", build)
    clock = DemoClock(SystemClock(), START - datetime.now(UTC))
    settings = Settings(database_url=url, data_dir=folder, strict_texts=True)
    with closing(Database(url)) as database, serve_app(settings, clock) as address:
        runner = Runner(database, clock, None, REACTIONS)
        tokens = [
            runner.run_now((), renew_device_token, slug=slug).token for slug in (DISPLAY, KIOSK)
        ]
        yield Usingen(
            address,
            runner,
            database.read_now(read_directory).office(OFFICE),
            display=f"{address}/display/{DISPLAY}#{tokens[0]}",
            kiosk=f"{address}/kiosk/{KIOSK}#{tokens[1]}",
        )
