"""The page of the status in a real browser: renews itself while it is looked at, and only then."""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, closing
from datetime import date
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.routing import BaseRoute

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import at_local, local_day
from aufruf.core.ground import Ground
from aufruf.core.settings import Settings
from aufruf.office.files.loader import load_files
from aufruf.office.files.sources import SourceFile
from aufruf.queue.status.kept import BELIEVED_SECONDS, STATUS, StatusTexts
from tests.browser import serve_app
from tests.databases import SqliteEngine
from tests.factories import AMTAL
from tests.people import People, people_in
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.test_locks import settle

HERE = "/stand/amtal-buergerbuero"
SOON_MS = 31_000
LATER_MS = 120_000


class Impatient:
    """A guest of the house for whom nothing that is told is ever fresh: no test waits for it."""

    routes: Sequence[BaseRoute] = ()

    async def start(self, ground: Ground, stack: AsyncExitStack) -> None:
        seconds = count(0.0, 2 * BELIEVED_SECONDS)
        status = ground.parts[STATUS] = StatusTexts(ground, lambda: next(seconds))
        stack.push_async_callback(status.stop)


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def url(room: Room, tmp_path: Path) -> Iterator[str]:
    address = room.database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=address, data_dir=tmp_path, strict_texts=True)
    with serve_app(settings, room.clock, guest=Impatient()) as served:
        yield served


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    with people_in(chromium) as opened:
        yield opened


def open_page(people: People, address: str, width: int = 390, height: int = 844) -> Page:
    """With a clock that goes only when the test says so."""
    page = people.open(width, height)
    page.clock.install()
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-renews", "")
    return page


def set_looked_at(page: Page, looked_at: str) -> None:
    """As if somebody went to another tab, or came back."""
    page.evaluate(
        """looked => {
          Object.defineProperty(document, "visibilityState", { value: looked, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        looked_at,
    )


def until_server_says(page: Page, address: str, *, waiting: int) -> None:
    """It hears of a number drawn elsewhere within moments."""
    until = monotonic() + 20
    while page.request.get(address).json()["waiting"] != waiting:
        assert monotonic() < until
        page.wait_for_timeout(50)


def test_page_renews_itself_while_somebody_looks(room: Room, url: str, people: People) -> None:
    page = open_page(people, f"{url}{HERE}")
    line, stale = page.locator("[data-part=line]"), page.locator("[data-stale]")
    expect(line).to_contain_text("niemand")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    set_looked_at(page, "hidden")
    room.draw()
    page.clock.run_for(LATER_MS)
    assert asked == []
    set_looked_at(page, "visible")  # away for longer than that: at once
    expect(page.locator("html")).to_have_attribute("data-renews", "1")
    until_server_says(page, f"{url}/api/v1/offices/amtal-buergerbuero/status", waiting=1)
    page.clock.run_for(SOON_MS)
    expect(line).to_contain_text("1 Person")
    page.context.set_offline(True)
    page.clock.run_for(SOON_MS)
    expect(stale).to_be_visible()
    expect(line).to_contain_text("1 Person")
    page.context.set_offline(False)
    expect(stale).to_be_hidden(timeout=20_000)


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_small_page_fits_its_frame_and_leads_out_of_it(
    room: Room, url: str, people: People, language: str
) -> None:
    for _ in range(3):
        room.draw()
    page = open_page(people, f"{url}{HERE}/klein?lang={language}", 300, 200)
    fits = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(fits) == [300, 200]
    for link in page.locator("a").all():
        expect(link).to_have_attribute("target", "_blank")
    with page.context.expect_page() as opened:
        page.locator("h1 a").click()
    expect(opened.value.locator("h1")).to_have_text("Bürgerbüro Amtal")
    expect(opened.value.locator("html")).to_have_attribute("lang", language)


def test_page_is_whole_without_script(room: Room, url: str, people: People) -> None:
    page = people.open(390, 844, java_script_enabled=False)
    page.goto(f"{url}{HERE}")
    expect(page.locator("[data-part=line]")).to_contain_text("niemand")
    room.draw()
    expect(page.get_by_role("link", name="Seite neu laden")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name="Seite neu laden").click()
    page.locator(".status-earliest .is-main").click()
    expect(page.locator("h1")).to_have_text("Wann passt es Ihnen?")


LONG = {
    "Bürgerbüro Amtal": "Gemeinsames Bürger- und Gewerbebüro für überörtliche Anträge Amtal-Nord",
    "Dokument abholen": "Fertige Ausweise, Pässe und Führungszeugnisse für Angehörige abholen",
}
# Width and height of all there is, and what is cut at its end.
MEASURES = """() => [
  document.documentElement.scrollWidth, document.documentElement.scrollHeight,
  [...document.querySelectorAll("main :is(a, p, .small-service)")]
    .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0)
    .map((one) => one.className || one.tagName),
]"""


def name_at_length(room: Room) -> None:
    text = AMTAL.read_text(encoding="utf-8")
    for short, long in LONG.items():
        assert f'"{short}"' in text
        text = text.replace(f'"{short}"', f'"{long}"')
    room.runner.run_now((), load_files, [SourceFile("amtal.toml", text)])


def fill(room: Room) -> None:
    """Half an hour before it closes so many wait that nobody else gets a number."""
    settle(room, cutoff_minutes=0)
    room.clock.at = at_local(local_day(room.clock.now()), 17 * 60 + 30)
    for _ in range(9):
        room.draw(by_staff=True)


def test_small_page_fits_a_low_frame_in_every_state_with_long_names(
    room: Room, url: str, people: People
) -> None:
    """Names alone are cut, at their end: nobody scrolls a small frame in a homepage."""
    name_at_length(room)
    page = people.open(300, 180)
    status = f"{url}/api/v1/offices/amtal-buergerbuero/status"
    room.draw()
    for state, waiting in (("open", 1), ("full", 10), ("closed", 10)):
        if state == "full":
            fill(room)
        elif state == "closed":
            room.clock.at = at_local(date(2026, 12, 25), 10 * 60)
        until_server_says(page, status, waiting=waiting)
        for language in ("de", "uk", "ar"):
            page.goto(f"{url}{HERE}/klein?lang={language}&asked={state}")
            for height in (180, 200, 240):
                page.set_viewport_size({"width": 300, "height": height})
                width, whole, cut = page.evaluate(MEASURES)
                assert (width, whole) == (300, height), (state, language)
                assert set(cut) <= {"A", "small-service"}, (state, language)
    expect(page.locator(".small-now")).to_contain_text("Christmas Day")
