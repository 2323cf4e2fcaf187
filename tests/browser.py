"""A real server in a thread and a real Chromium, for tests of whole pages."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from aufruf.app.main import Guest, create_app
from aufruf.app.sockets import Sockets
from aufruf.core.clock import Clock, FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.factories import House, make_house

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    # A screen in the house's network: over plain http no secure context, unlike this machine.
    "--host-resolver-rules=MAP screens.test 127.0.0.1",
]
# The same engine without the windows around it, which cost more than most pages: see tools/setup.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
AXE = Axe()
# A machine that does much else at once is slow, not wrong.
expect.set_options(timeout=20_000)
# People look before they press: nothing can be pressed until a page and its scripts are there.
UNTIL_LOADED = """
const waiting = new CSSStyleSheet();
waiting.replaceSync("html { pointer-events: none !important; }");
document.adoptedStyleSheets = [waiting];
addEventListener("load", () => { document.adoptedStyleSheets = []; }, { once: true });
"""


@dataclass(frozen=True)
class LiveServer:
    """A server that runs; `runner` changes its database as the shell would."""

    url: str
    house: House
    runner: Runner


@contextmanager
def serve_app(
    settings: Settings, clock: Clock, port: int = 0, guest: Guest | None = None
) -> Iterator[str]:
    """The whole application in a thread of its own, on a free port; yields its address."""
    config = uvicorn.Config(
        create_app(settings, clock, guest),
        port=port,
        ws=Sockets,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="live server")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def live_server(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> Iterator[LiveServer]:
    """The small house, served at the fixed clock's time."""
    house = make_house(sqlite_database, clock)
    settings = Settings(
        database_url=sqlite_database.write_engine.url.render_as_string(hide_password=False),
        data_dir=tmp_path,
        strict_texts=True,
    )
    with serve_app(settings, clock) as url:
        yield LiveServer(url, house, Runner(sqlite_database, clock, None, {}))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a file: while it is there, no other event loop can run here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that knows nothing yet; what it complains about fails the test."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    context = chromium.new_context(viewport={"width": 1080, "height": 1920}, locale="de-DE")
    context.add_init_script(UNTIL_LOADED)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def violations_of(page: Page) -> list[str]:
    """What axe-core finds on the page, one line for each rule and place.

    Contrast, more than half of the work, is looked at in German: it is the same in all languages.
    Frames, where axe is not, are not waited for.
    """
    options: dict[str, object] = {"resultTypes": ["violations"], "iframes": False}
    if page.evaluate("document.documentElement.lang") != "de":
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
