"""A week of calls in moments: what a screen holds afterwards is what it held after a day."""

import json
from contextlib import suppress
from datetime import timedelta

from playwright.sync_api import CDPSession, Page, expect
from starlette.websockets import WebSocket, WebSocketDisconnect

from aufruf.core.access import allow, socket
from aufruf.display.board import Board, BoardCall
from aufruf.display.messages import call_text, snapshot_text
from tests.conftest import START
from tests.display.wall import PATIENCE, Hang, Inside, run_until

OFFICE = "amtal-buergerbuero"
DAYS, CALLS = 7, 12
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
    expect(page.locator("html[data-live=on]")).to_be_attached(timeout=PATIENCE)
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
