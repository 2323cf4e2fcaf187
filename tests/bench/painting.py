"""From the click on a real counter page to the first painted frame on a real display page."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from time import sleep

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.asking import draws
from tests.bench.crowd import Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile, spread
from tests.bench.scale import Bench
from tests.bench.screens import calling
from tests.bench.servers import Server, house_of
from tests.bench.town import Desk, Town, build_town
from tests.browser import CHROMIUM, CHROMIUM_OPTIONS

GOAL_SECONDS = 0.050
# The moments of a call in order, each with what has been done since the one before.
MOMENTS = {
    "clicked": "",
    "asked": "the counter page, until it asks",
    "begun": "until the server begins the command",
    "told": "the command, its commit, and the event",
    "heard": "until the screen's page has the message",
    "drawn": "the screen's script",
    "framed": "until the browser begins a frame",
    "painted": "the frame: style, layout, paint",
}
# The page itself tells the server when a call is painted: that moment is noted, and those before.
# "begun" and "told" are the server's, whose clock is ahead.
NOTE_CALLS = """
window.painted = [];
const clock = () => performance.timeOrigin + performance.now();
const frame = window.requestAnimationFrame.bind(window);
let call = {};
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (!data.includes('"type":"call"')) return;
      const heard = clock();
      const { at, now } = JSON.parse(data);
      call = { begun: Date.parse(at), told: Date.parse(now), heard };
    });
  }
  send(text) {
    if (text.includes('"shown"')) window.painted.push({ ...call, painted: clock() });
    super.send(text);
  }
};
window.requestAnimationFrame = (draw) => {
  call.drawn = clock();
  return frame((at) => { call.framed = clock(); draw(at); });
};
"""
NOTE_CLICKS = """
const clock = () => performance.timeOrigin + performance.now();
const ask = window.fetch;
addEventListener("click", () => { window.clicked = clock(); }, true);
window.fetch = (...given) => { window.asked = clock(); return ask(...given); };
"""
# In ms: a look at each frame would be work that no screen has.
LOOK_EVERY = 100

Moments = Mapping[str, float]


def measure_painting(bench: Bench) -> Findings:
    """A counter page and a display page, each in a context of its own; first nothing is being
    announced, then seven calls wait for their turn.
    """
    found = Findings("From the click to the painted frame, in Chromium")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    paintings = bench.scale.paintings
    house = house_of(town, bench.folder / "ours")
    with house.serving() as server, sync_playwright() as playwright:
        with Crowd(server.address, 8) as crowd:
            crowd.serve(one(sent) for sent in draws(town, desk, 40))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        slug = desk.displays[0]
        display = _open(browser, server, f"/display/{slug}", town.tokens[slug], NOTE_CALLS)
        empty = _calls(browser, server, town, desk, display, paintings)
        with calling(server, town, desk.counters[1:]):
            _wait_for(display, paintings + len(desk.counters[1:]))
            full = _calls(browser, server, town, desk, display, paintings)
        browser.close()
    for what, calls in (("nothing is being announced", empty), ("seven calls wait", full)):
        found.count(f"calls painted, {what}", paintings, len(calls))
        found.rows += _rows(what, calls, house.ahead_seconds)
    found.notes.append(
        "Software rendering without a graphics card, at the size of a full-HD screen; the browser"
        " shares two cores with the server. It has no bare baseline: a frame alone takes 17 ms."
    )
    return found


def _rows(what: str, calls: Sequence[Moments], ahead_seconds: float) -> list[Row]:
    """How long it took, and the median of each part of it."""
    seconds = [(call["painted"] - call["clicked"]) / 1000 for call in calls]
    late = percentile(seconds, 95)
    rows = [
        Row(
            f"Click on next to painted frame, {what}",
            spread(seconds),
            goal=f"p95 under {ms(GOAL_SECONDS)}",
            reached=late < GOAL_SECONDS,
        )
    ]
    shifts = {"begun": ahead_seconds, "told": ahead_seconds}
    for before, after in pairwise(MOMENTS):
        parts = [
            (call[after] - call[before]) / 1000 - shifts.get(after, 0) + shifts.get(before, 0)
            for call in calls
        ]
        rows.append(Row(f"of that: {MOMENTS[after]}", spread(parts)))
    return rows


def _calls(
    browser: Browser, server: Server, town: Town, desk: Desk, display: Page, calls: int
) -> list[Moments]:
    """Each call is put back once it is painted: it leaves the announcements at once."""
    noted: list[Moments] = []
    counter = desk.counters[0]
    page = _open(browser, server, f"/counter/{counter}", town.counter_token(counter), NOTE_CLICKS)
    calls_next = page.locator("[data-main]:enabled", has_text="Nächste Person aufrufen")
    calls_next.wait_for()
    for _ in range(calls):
        sleep(0.5)
        before: int = display.evaluate("window.painted.length")
        calls_next.click()
        _wait_for(display, before + 1)
        pressed: Moments = page.evaluate("({ clicked: window.clicked, asked: window.asked })")
        noted.append({**pressed, **display.evaluate("window.painted.at(-1)")})
        page.locator("[data-main]:enabled", has_text="Person ist da").wait_for()
        page.keyboard.press("z")
        calls_next.wait_for()
    page.context.close()
    return noted


def _wait_for(display: Page, painted: int) -> None:
    """Until the screen has painted so many calls."""
    display.wait_for_function(
        "count => window.painted.length >= count", arg=painted, polling=LOOK_EVERY
    )


def _open(browser: Browser, server: Server, path: str, token: str, script: str) -> Page:
    """The page of a device in a browser of its own, which got the device's session before."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="de-DE")
    context.request.post(f"{server.address}/devices/session", data={"token": token})
    context.add_init_script(script)
    page = context.new_page()
    page.goto(f"{server.address}{path}")
    return page
