"""The booking pages in a frame of a town's homepage, of another site, without cookies."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from tests.booking.browser import visiting
from tests.browser import UNTIL_LOADED, serve_app
from tests.factories import make_house

NAMED = "https://www.amtal.example"


def name_homepage(database: Database, origin: str) -> None:
    """As the master data would; a loopback address is no https origin, so past the loader."""
    with database.write_engine.begin() as conn:
        statement = "UPDATE municipality SET embed_origins = :origins WHERE slug = 'amtal'"
        conn.execute(text(statement), {"origins": f'["{origin}"]'})


class Homepage(ThreadingHTTPServer):
    """A page of a site of its own that includes our script from `booking`."""

    booking = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShowHomepage)

    @property
    def origin(self) -> str:
        """Another site than 127.0.0.1, so that its frames get no cookies of ours."""
        return f"http://localhost:{self.server_address[1]}"


class ShowHomepage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Homepage)
        script = f"{self.server.booking}/static/booking/embed.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(
            "<!doctype html><html lang='en-GB'><link rel='icon' href='data:,'><title>Amtal</title>"
            f"<h1>Amtal</h1><script src='{script}' data-town='amtal'"
            " data-service='personalausweis:2' data-title='Book'></script>".encode()
        )

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@pytest.fixture
def homepage(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Homepage]:
    """The homepage of Amtal, which may frame the booking pages as `localhost`."""
    make_house(sqlite_database, clock)
    url = sqlite_database.write_engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=tmp_path, strict_texts=True)
    with Homepage() as server:
        name_homepage(sqlite_database, server.origin)
        thread = threading.Thread(target=server.serve_forever, name="homepage")
        thread.start()
        with serve_app(settings, clock) as server.booking:
            yield server
        server.shutdown()
        thread.join()


def test_booking_in_a_frame_of_the_homepage_keeps_language_and_height(
    homepage: Homepage, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 1000, "height": 700}, locale="de-DE")
    context.add_init_script(UNTIL_LOADED)
    page = context.new_page()
    page.goto(homepage.origin)
    frame = page.frame_locator("iframe[title=Book]")
    expect(frame.locator("h1")).to_have_text("What would you like to do?")
    expect(frame.locator(".is-chosen select")).to_have_value("personalausweis:2")
    height = frame.locator("body").evaluate("body => Math.ceil(body.offsetHeight)")
    expect(page.locator("iframe")).to_have_attribute("height", str(height))
    frame.locator("[type=search]").fill("marriage")
    expect(frame.locator("#name-eheschliessung")).to_be_visible()
    frame.locator(".page-foot button").press("Enter")  # the frame may still be growing
    expect(frame.locator("h1")).to_have_text("When does it suit you?")
    frame.locator(".earliest button").press("Enter")
    expect(frame.locator("h1")).to_have_text("Who is coming?")
    frame.locator("#name").fill("Amira Kaya")
    frame.locator("form .is-main").press("Enter")
    expect(frame.locator(".done-mark")).to_contain_text("booked")
    out = frame.locator(".site-foot a").first  # to the statement, which is one of these pages
    expect(out).to_have_attribute("href", re.compile("lang=en"))
    assert context.cookies() == []
    # The same page under a name that nobody gave to the town: its frame stays empty.
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(homepage.origin.replace("localhost", "127.0.0.1"))
    expect(page.locator("iframe")).to_be_attached()
    expect(page.frame_locator("iframe").locator("h1")).to_have_count(0)
    context.close()


def test_only_named_homepages_may_frame_only_booking(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    make_house(sqlite_database, clock)
    name_homepage(sqlite_database, NAMED)
    with visiting(sqlite_database, clock, tmp_path) as client:
        for path in ("/termin", "/termin/amtal", "/termin/bergdorf", "/termin/nirgends"):
            policy = client.get(path).headers["content-security-policy"]
            assert policy.endswith(f"frame-ancestors {NAMED}"), path
            assert "x-frame-options" not in client.get(path).headers
        for path in ("/login", "/t/unbekannt", "/terminal", "/api/v1/municipalities", "/healthz"):
            assert_never_framed(client, path)
        script = client.get("/static/booking/embed.js").headers
        assert script["cross-origin-resource-policy"] == "cross-origin"
        others = client.get("/static/booking/choose.js").headers
        assert others["cross-origin-resource-policy"] == "same-origin"


def test_nobody_may_frame_where_no_homepage_is_named(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    make_house(sqlite_database, clock)
    with visiting(sqlite_database, clock, tmp_path) as client:
        assert_never_framed(client, "/termin/amtal")
        assert "framed.js" not in client.get("/termin/amtal").text


def assert_never_framed(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'none'"), path
    assert headers["x-frame-options"] == "DENY"
