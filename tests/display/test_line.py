"""A screen whose line, power or settings come and go: a real Chromium before a real server."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, WebSocketRoute, expect
from playwright.sync_api import Error as Gone
from starlette.websockets import WebSocket, WebSocketDisconnect

from aufruf.core.access import allow, socket
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.display.board import Board, BoardCall
from aufruf.display.messages import call_text, snapshot_text
from aufruf.office.devices import renew_device_token
from tests.conftest import START
from tests.display.house import build
from tests.display.wall import SCREEN, Inside, Wall
from tests.people import Screen, people_in
from tests.queue.room import move_in

OFFICE = "amtal-buergerbuero"
PATIENCE = 20_000  # ms; only ends a test that would hang
LIVE = "document.documentElement.dataset.live === 'on'"
KEPT = "html[data-keeps=true]"
UNTIL_FORGOTTEN = """async () => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (!await caches.has("aufruf-screen-page")) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""


Hang = Callable[[Inside], Wall]


@pytest.fixture
def hang(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Hang]:
    """Hangs up one screen in a house of its own."""
    build(sqlite_database)
    with ExitStack() as stack:
        people = stack.enter_context(people_in(chromium))
        room = move_in(sqlite_database, clock)

        def hang_up(inside: Inside) -> Wall:
            wall = Wall(room, people, tmp_path, inside)
            stack.callback(wall.stop)
            return wall

        yield hang_up
        for context in people.contexts:
            context.close()  # a server waits for whoever still follows it


@pytest.fixture
def wall(hang: Hang) -> Wall:
    return hang(Inside())


def until_kept(screen: Screen) -> None:
    """The service worker has the page and its files, the device has the last state."""
    expect(screen.page.locator(KEPT)).to_be_attached(timeout=PATIENCE)
    state = f"() => localStorage.getItem('aufruf.state.{SCREEN}')?.includes('call_id')"
    screen.page.wait_for_function(state, timeout=PATIENCE)


def test_start_without_a_line_shows_the_last_state(wall: Wall) -> None:
    """After a power cut too: since when, how people are called, no gold, no sound; then it catches
    up. A browser that begins where new screens do comes to its page.
    """
    room = wall.room
    room.draw()
    room.draw()
    room.call(room.one)
    screen = wall.screen()
    screen.switch_sound_on()
    until_kept(screen)
    wall.stop()
    expect(screen.offline).to_be_visible()

    for address in (f"{wall.address}/display/{SCREEN}", f"{wall.address}/display"):
        screen.page.close()
        screen.page = screen.page.context.new_page()
        screen.page.goto(address)
        cut = Screen(screen.page, is_live=False)
        expect(cut.offline).to_contain_text("Anzeige offline seit 09:30.", timeout=PATIENCE)
        expect(cut.offline).to_contain_text("persönlich")
        expect(cut.history).to_have_text(["A0011"])
        expect(cut.golden).to_have_count(0)
        expect(cut.page.locator("[data-range-box]")).to_be_hidden()
        expect(cut.page.locator("[data-clock]").first).to_have_text("")
    assert screen.page.url == f"{wall.address}/display/{SCREEN}"
    room.call(room.two)
    wall.start()
    cut.until_live()
    expect(cut.golden).to_be_visible(timeout=PATIENCE)
    cut.expect_call("A002", "2")


def test_revoked_screen_keeps_no_page(wall: Wall) -> None:
    screen = wall.screen()
    expect(screen.page.locator(KEPT)).to_be_attached(timeout=PATIENCE)
    wall.room.runner.run_now((), renew_device_token, slug=SCREEN)
    expect(screen.page.locator("[data-call]")).to_have_count(0, timeout=PATIENCE)
    assert screen.page.evaluate(UNTIL_FORGOTTEN)


def test_changed_settings_load_the_page_anew_once_it_is_idle(wall: Wall) -> None:
    page = wall.people.open(1920, 1080)
    page.clock.install()
    page.goto(f"{wall.address}{wall.path}")
    run_until(page, LIVE)
    screen, digest = Screen(page), page.get_attribute("body", "data-digest")
    page.evaluate("window.before = true")
    wall.room.draw()
    wall.room.call(wall.room.one)
    expect(screen.golden).to_be_visible()
    wall.alter(**{'name = "Anzeige im Rathaus"': 'name = "Anzeige am Eingang"'})
    page.clock.run_for(2000)
    assert page.evaluate("window.before")
    expect(screen.golden).to_be_visible()
    run_until(page, "window.before === undefined")
    run_until(page, LIVE)
    assert page.get_attribute("body", "data-digest") != digest
    screen.expect_call("A001", "1")
    expect(screen.golden).to_have_count(0)  # it has had its whole turn, and is not called again


def test_servers_of_two_versions_do_not_load_a_screen_again_and_again(wall: Wall) -> None:
    """Whatever digest a snapshot brings, the page comes once; by hand it comes each time.

    By hand a screen also shows its name.
    """
    page = wall.people.open(1920, 1080)
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            message = json.loads(text)
            if "screens" in message:
                message["screens"] = {SCREEN: "of-another-server"}
            socket.send(json.dumps(message))

        server.on_message(pass_on)

    page.route_web_socket("**/ws/displays/*", between)
    page.clock.install()
    page.goto(f"{wall.address}{wall.path}")
    reloads = "JSON.parse(sessionStorage.getItem('aufruf.loaded') ?? '{}').reason"
    run_until(page, f"{reloads} === 'of-another-server'")
    run_until(page, LIVE)
    first = len(loads)
    page.clock.run_for(60_000)
    assert len(loads) == first
    page.evaluate("window.before = true")
    wall.order("reload")
    run_until(page, "window.before === undefined")
    run_until(page, LIVE)
    wall.order("identify")
    sign = page.locator("[data-identify]")
    expect(sign).to_have_text("Anzeige im Rathaus", timeout=PATIENCE)
    page.clock.run_for(11_000)
    expect(sign).to_have_count(0)


def run_until(page: Page, condition: str) -> None:
    """Let the page's time pass until this is so; it may load anew meanwhile."""
    for _ in range(600):
        with suppress(Gone):
            if page.evaluate(condition):
                return
            page.clock.run_for(500)
    raise AssertionError(condition)


DAYS, CALLS = 7, 20
TURN = 7000  # ms from one announcement to the next
COUNTED = ("Nodes", "JSEventListeners", "Documents", "AudioHandlers", "LayoutObjects")
AT_REST = 2  # nodes of sound: one gain and the way out; a chime that still rings has more
# Bytes of heap in six days. What is kept by number (calls announced, clips) fills up to 600,000 and
# stays so; a clip that is not let go is 40,000 and more, for each call.
MOST_GROWTH = 1_500_000


class Feed:
    """A feed with days of the test's own making, through a real socket; keeps what it is told."""

    def __init__(self) -> None:
        self.now = START
        self.sockets: list[WebSocket] = []
        self.heard: list[dict[str, object]] = []
        path, access = "/ws/displays/{d}", allow("display", device="d")
        self.inside = Inside([socket(path, self.follow, access=access)])

    async def follow(self, websocket: WebSocket) -> None:
        """Without the limits of the house: what a week says in moments would be a flood."""
        await websocket.accept()
        empty = Board(calls=(), waiting={OFFICE: frozenset()})
        await websocket.send_text(snapshot_text(empty, {OFFICE: 0}, {}, {}, self.now))
        self.sockets.append(websocket)
        with suppress(WebSocketDisconnect):
            while True:
                self.heard.append(json.loads(await websocket.receive_text()))
        self.sockets.remove(websocket)

    async def tell(self, text: str) -> None:
        for one in self.sockets:
            await one.send_text(text)

    def call(self, nth: int) -> None:
        """One call more, each with a number and a ticket of its own."""
        call = BoardCall(
            call_id=nth,
            recall_of=None,
            ticket_id=nth,
            office=OFFICE,
            number=f"A{nth:03d}",
            counter="1",
            place="amtal-1",
            word="Platz",
            word_en="counter",
            arrow="left",
            way=None,
            way_en=None,
            at=self.now,
            state="called",
        )
        board = Board(calls=(call,), waiting={OFFICE: frozenset(range(nth % 7))})
        text = call_text(board, nth, nth, self.now).replace(f'"oldest":{nth}', '"oldest":0')
        self.inside.wait_for(self.tell(text))


def test_week_of_calls_leaves_nothing_behind(hang: Hang) -> None:
    """Fast-forward, on a device whose clock is years off: nodes, listeners, sound, kept keys and
    heap are after a week as after a day.
    """
    feed = Feed()
    wall = hang(feed.inside)
    page = wall.people.open(1920, 1080)
    page.clock.install(time="2020-02-29T23:59:00")
    page.clock.pause_at("2020-02-29T23:59:30")  # from here it passes only when the test says so
    page.goto(f"{wall.address}{wall.path}")
    run_until(page, LIVE)
    expect(page.locator("[data-clock]").first).to_have_text("09:30")
    page.mouse.click(9, 9)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("HeapProfiler.enable")
    spend_day(feed, page, 0)
    first = left_behind(page, devtools)
    for day in range(1, DAYS):
        spend_day(feed, page, day)
    last = left_behind(page, devtools, first)
    assert last.pop("JSHeapUsedSize") - first.pop("JSHeapUsedSize") < MOST_GROWTH
    assert last == first
    said = [(one["type"], one["call_id"]) for one in feed.heard if "call_id" in one]
    every = {(kind, nth + 1) for kind in ("shown", "announced") for nth in range(DAYS * CALLS)}
    assert len(said) == len(every)
    assert set(said) == every


def spend_day(feed: Feed, page: Page, day: int) -> None:
    """A day of calls, four of them together each time, and its night, in which the line breaks."""
    for four in range(day * CALLS, (day + 1) * CALLS, 4):
        for nth in range(four, four + 4):
            feed.call(nth + 1)
        expect(page.locator("body")).to_contain_text(f"A{four + 4:03d}", timeout=PATIENCE)
        page.clock.run_for(4 * TURN + 2000)
        expect(page.locator("[data-number]")).to_have_text(f"A{four + 4:03d}")
    feed.now += timedelta(days=1)
    page.clock.fast_forward(24 * 60 * 60 * 1000)
    run_until(page, "!document.querySelector('[data-history-empty]').hidden")


def left_behind(
    page: Page, devtools: CDPSession, before: dict[str, float] | None = None
) -> dict[str, float]:
    """What the page holds now; sound that still fades is waited for."""
    held: dict[str, float] = {}
    for _ in range(500):
        devtools.send("HeapProfiler.collectGarbage")
        told = devtools.send("Performance.getMetrics")["metrics"]
        found = {one["name"]: one["value"] for one in told}
        held = {name: found[name] for name in (*COUNTED, "JSHeapUsedSize")}
        held["keys"] = page.evaluate("localStorage.length + sessionStorage.length")
        same = all(held[name] == (before or held)[name] for name in COUNTED)
        if same and held["AudioHandlers"] <= AT_REST:
            break
        page.clock.run_for(100)
    return held
