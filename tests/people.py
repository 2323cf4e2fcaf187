"""People before their pages, for tests of whole pages in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.browser import UNTIL_LOADED

# What is part of a test and not a page's mistake: refusals, a device's first page among them; a
# screen that may not sound before somebody touches it; a server or a line that is away; our own
# script that waits for the page, in a frame that runs none; plain http in the house's network.
EXPECTED = (
    "the server responded with a status of 4",
    "HTTP Authentication failed",
    "AudioContext was not allowed",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_INTERNET_DISCONNECTED",
    "frame is sandboxed",
    "Cross-Origin-Opener-Policy header has been ignored",
)
# A browser lets nothing sound before somebody touched the page. For Chromium a test that looks into
# it touches it; here only a finger, the mouse or a key does.
UNTOUCHED = """
let touched = false;
for (const kind of ["pointerdown", "keydown"])
  addEventListener(kind, (event) => { touched ||= event.isTrusted; }, true);
globalThis.AudioContext = class extends AudioContext {
  constructor(...options) {
    super(...options);
    if (!touched) super.suspend();
  }
  resume() {
    return touched ? super.resume() : new Promise(() => {});
  }
};
"""
# Counts every tone a page starts, where a test can wait for it.
COUNT_TONES = """
let tones = 0;
globalThis.OscillatorNode = class extends OscillatorNode {
  start(...at) {
    tones += 1;
    document.documentElement.dataset.tones = String(tones);
    super.start(...at);
  }
};
"""
TONES_OF_A_CHIME = 2


class People:
    """Opens pages, each in a browser of its own; what a page complains about is kept."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, width: int, height: int, **options: object) -> Page:
        """A page of somebody who was never here."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="de-DE",
            **options,  # pyright: ignore[reportArgumentType]
        )
        if options.get("java_script_enabled", True):
            context.add_init_script(UNTIL_LOADED + UNTOUCHED)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def citizen(self) -> Page:
        return self.open(390, 844)

    def kiosk(self, link: str) -> Page:
        page = self.open(1080, 1920)
        page.goto(link)
        page.wait_for_selector("[data-step=start]")
        return page

    def screen(self, link: str, width: int = 1920, height: int = 1080) -> "Screen":
        page = self.open(width, height)
        page.add_init_script(COUNT_TONES)
        page.goto(link)
        return Screen(page)

    def clerk(self, url: str, counter: str, login: str, password: str) -> "Clerk":
        """Signs in and opens the counter's page, by keyboard alone."""
        page = self.open(1440, 900)
        page.goto(f"{url}/login?next=/counter/{counter}")
        expect(page.locator("#login")).to_be_focused()
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        return Clerk(page)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            one in message.text for one in EXPECTED
        ):
            self.complaints.append(message.text)


class Screen:
    """A call screen on the wall."""

    def __init__(self, page: Page, *, is_live: bool = True) -> None:
        self.page = page
        self.number = page.locator("[data-number]")
        self.place = page.locator("[data-place]")
        self.calm = page.locator("[data-calm]")
        self.history = page.locator(".history-row")
        self.offline = page.locator("[data-offline]")
        self.golden = page.locator("[data-call].is-fresh")
        if is_live:
            self.until_live()

    def until_live(self) -> None:
        self.page.wait_for_selector("html[data-live=on]")
        expect(self.offline).to_be_hidden()

    def switch_sound_on(self) -> None:
        self.page.mouse.click(9, 9)
        expect(self.page.locator("[data-sound]")).to_be_hidden()

    def expect_call(self, number: str, place: str) -> None:
        expect(self.number).to_have_text(number)
        expect(self.place).to_have_text(place)

    def expect_rung(self, times: int) -> None:
        """The chime has been rung so often since the page was loaded; waits for it."""
        tones = str(times * TONES_OF_A_CHIME) if times else None
        page = expect(self.page.locator("html"))
        if tones:
            page.to_have_attribute("data-tones", tones, timeout=20_000)
        else:
            page.not_to_have_attribute("data-tones", re.compile(""))


class Clerk:
    """Somebody at a counter, who never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator("[data-main]")
        self.label = page.locator("[data-main-text]")
        self.number = page.locator("[data-number]")
        expect(self.label).not_to_have_text("")  # its first view has come

    def expects(self, label: str) -> Locator:
        """The large button says this, and can be pressed again."""
        expect(self.label).to_have_text(label)
        expect(self.main).to_be_enabled()
        return self.main

    def press(self, key: str) -> None:
        """A key, once the large button has come to rest."""
        expect(self.main).to_be_enabled()
        self.page.keyboard.press(key)

    def open(self) -> None:
        self.expects("Platz öffnen")
        self.press("Space")
        expect(self.label).to_have_text("Nächste Person aufrufen")

    def next(self, number: str) -> None:
        """Call whoever is next, who has this number."""
        self.expects("Nächste Person aufrufen")
        expect(self.number).to_have_text(number)
        self.press("Space")
        self.expects("Person ist da")

    def start_and_finish(self) -> None:
        self.expects("Person ist da")
        self.press("Space")
        self.expects("Abschließen")
        self.press("Space")
        expect(self.label).to_have_text("Nächste Person aufrufen")

    def expect_nobody(self) -> None:
        """Nobody waits for this counter, and the large button says so by resting."""
        expect(self.page.locator("[data-nobody-head]")).to_contain_text("wartet niemand")
        expect(self.main).to_be_disabled()


@contextmanager
def people_in(browser: Browser) -> Iterator[People]:
    """They come and go; nobody's page may have complained."""
    people = People(browser)
    try:
        yield people
    finally:
        for context in people.contexts:
            context.close()
    assert not people.complaints, people.complaints
