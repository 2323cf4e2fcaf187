"""From the click on a real counter page to the first painted frame on a real display page."""

import shutil
from time import sleep

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.asking import draws
from tests.bench.crowd import Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile, spread
from tests.bench.scale import Bench
from tests.bench.screens import calling
from tests.bench.servers import Server, house_of
from tests.bench.town import Desk, Town, build_town
from tests.browser import CHROMIUM_OPTIONS

GOAL_SECONDS = 0.050
# The page itself tells the server when a call is painted: that moment is noted, and the click's.
NOTE_PAINTED = """
window.painted = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) {
  if (String(text).includes('"shown"')) {
    window.painted.push(performance.timeOrigin + performance.now());
  }
  return send.call(this, text);
};
"""
NOTE_CLICKS = """
window.clicked = [];
addEventListener("click", () => {
  window.clicked.push(performance.timeOrigin + performance.now());
}, true);
"""


def measure_painting(bench: Bench) -> Findings:
    """A counter page and a display page, each in a context of its own; first nothing is being
    announced, then seven calls wait for their turn.
    """
    found = Findings("From the click to the painted frame, in Chromium")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    scale = bench.scale
    with (
        house_of(town, bench.folder / "ours").serving() as server,
        sync_playwright() as playwright,
    ):
        with Crowd(server.address, 8) as crowd:
            crowd.serve(one(sent) for sent in draws(town, desk, 40))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS
        )
        slug = desk.displays[0]
        display = _open(browser, server, f"/display/{slug}", town.tokens[slug], NOTE_PAINTED)
        empty = _calls(browser, server, town, desk, display, scale.paintings)
        with calling(server, town, desk.counters[1:]):
            display.wait_for_function("() => window.painted.length >= 7")
            full = _calls(browser, server, town, desk, display, scale.paintings)
        browser.close()
    for what, seconds in (("nothing is being announced", empty), ("seven calls wait", full)):
        found.count(f"calls painted, {what}", scale.paintings, len(seconds))
        late = percentile(seconds, 95)
        found.rows.append(
            Row(
                f"Click on next to painted frame, {what}",
                spread(seconds),
                goal=f"p95 under {ms(GOAL_SECONDS)}",
                reached=late < GOAL_SECONDS,
            )
        )
    found.notes.append(
        "Software rendering without a graphics card, at the size of a full-HD screen; the browser"
        " shares two cores with the server. It has no bare baseline: a frame alone takes 17 ms."
    )
    return found


def _calls(
    browser: Browser, server: Server, town: Town, desk: Desk, display: Page, calls: int
) -> list[float]:
    """Each call is put back once it is painted: it leaves the announcements at once."""
    seconds: list[float] = []
    counter = desk.counters[0]
    page = _open(browser, server, f"/counter/{counter}", town.counter_token(counter), NOTE_CLICKS)
    calls_next = page.locator("[data-main]:enabled", has_text="Nächste Person aufrufen")
    calls_next.wait_for()
    for _ in range(calls):
        sleep(0.5)
        before: int = display.evaluate("window.painted.length")
        calls_next.click()
        display.wait_for_function("count => window.painted.length > count", arg=before)
        painted: float = display.evaluate("window.painted.at(-1)")
        clicked: float = page.evaluate("window.clicked.at(-1)")
        seconds.append((painted - clicked) / 1000)
        page.locator("[data-main]:enabled", has_text="Person ist da").wait_for()
        page.keyboard.press("z")
        calls_next.wait_for()
    page.context.close()
    return seconds


def _open(browser: Browser, server: Server, path: str, token: str, script: str) -> Page:
    """The page of a device in a browser of its own, which got the device's session before."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="de-DE")
    context.request.post(f"{server.address}/devices/session", data={"token": token})
    context.add_init_script(script)
    page = context.new_page()
    page.goto(f"{server.address}{path}")
    return page
