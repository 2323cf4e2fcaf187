"""The kiosk as it is touched: a real Chromium, upright and lying, against a real server."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import at_local, local_day
from tests.browser import LiveServer, violations_of
from tests.kiosk.lobby import KIOSK, Lobby

SIZES = UPRIGHT, LYING = [(1080, 1920), (1920, 1080)]
# 20 mm on a 22-inch screen of full HD.
TARGET = 80

# Boxes whose content sticks out, but for lines of text that are taller than their line height.
STICKING_OUT = """() => [...document.querySelectorAll("body, main, main *")]
  .filter((e) => e.checkVisibility() && e.clientHeight > 0 && !e.closest("svg"))
  .filter((e) => !e.classList.contains("visually-hidden"))
  .filter((e) => e.scrollHeight > e.clientHeight + 1)
  .filter((e) => e.matches("body, main, .tile, .tiles, .asked, .asked > *, .choice, .paper"))
  .map((e) => `${e.className || e.tagName} ${e.scrollHeight - e.clientHeight}`)"""
OUTSIDE = """() => [...document.querySelectorAll("main *, footer *, nav *")]
  .filter((e) => e.checkVisibility() && !e.classList.contains("visually-hidden"))
  .filter((e) => { const b = e.getBoundingClientRect();
    return b.bottom > innerHeight + 1 || b.right > innerWidth + 1 || b.left < -1 || b.top < -1; })
  .map((e) => e.className || e.tagName)"""
SMALL = """(least) => [...document.querySelectorAll("a[href], button, input:not([type=hidden])")]
  .filter((e) => e.checkVisibility() && !e.classList.contains("visually-hidden"))
  .filter((e) => !e.closest("[hidden]"))
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, b]) => b.width < least - 0.5 || b.height < least - 0.5)
  .map(([text, b]) => `${text} ${b.width} x ${b.height}`)"""


@pytest.fixture
def hall(live_server: LiveServer, sqlite_database: Database, clock: FixedClock) -> Lobby:
    """The waiting area of the small house, served; counter 1 is open."""
    lobby = Lobby(live_server.house, sqlite_database, live_server.runner, clock)
    lobby.open()
    return lobby


@pytest.fixture
def kiosk(live_server: LiveServer, hall: Lobby, browser_page: Page) -> Page:
    """The kiosk, signed in, at its start."""
    set_up(browser_page, live_server.url, hall.token("amtal-kiosk"))
    return browser_page


def set_up(page: Page, url: str, token: str) -> None:
    answer = page.request.post(f"{url}/devices/session", data={"token": token})
    assert answer.ok
    page.goto(f"{url}{KIOSK}")
    expect(page.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()


def pass_time(page: Page, milliseconds: int) -> None:
    """Lets the page's clock run, once its scripts have started to look at it."""
    page.wait_for_load_state("load")
    page.clock.run_for(milliseconds)


def scan(page: Page, text: str) -> None:
    """Types as a scanner does, a key every 5 ms, however long each takes to get there."""
    browser, began = page.context.new_cdp_session(page), time.time()
    for nth, key in enumerate([*text, "Enter"]):
        pressed = {"type": "keyDown", "key": key, "timestamp": began + 0.005 * nth}
        typed = {"text": "\r", "windowsVirtualKeyCode": 13} if key == "Enter" else {"text": key}
        browser.send("Input.dispatchKeyEvent", pressed | typed)


def book(hall: Lobby, hour: int, days: int = 0) -> str:
    day = local_day(hall.clock.now()) + timedelta(days=days)
    return hall.book(at_local(day, hour * 60))


def test_person_taps_through_to_a_number(kiosk: Page, hall: Lobby) -> None:
    kiosk.get_by_role("link", name="Nein, ohne Termin").click()
    kiosk.get_by_role("link", name="Personalausweis beantragen").click()
    expect(kiosk.get_by_text("Alter Ausweis oder Reisepass")).to_be_visible()
    kiosk.get_by_role("link", name="Personalausweis beantragen: mehr").click()
    kiosk.get_by_role("button", name="Nummer ziehen").dblclick()
    expect(kiosk.get_by_role("heading", name="Ihre Nummer: A 001")).to_be_attached()
    expect(kiosk.locator(".paper-number")).to_have_text("A001")
    kiosk.reload()
    expect(kiosk.locator(".paper-number")).to_have_text("A001")
    kiosk.get_by_role("link", name="Fertig").click()
    expect(kiosk.get_by_text("1 Person wartet")).to_be_visible()
    assert hall.numbers() == ["A001"]


def test_reference_is_typed_on_the_screen(kiosk: Page, hall: Lobby) -> None:
    reference = book(hall, 10)
    kiosk.get_by_role("link", name="Ja, mit Termin").click()
    for letter in reference:
        kiosk.get_by_role("button", name=letter, exact=True).click()
    expect(kiosk.get_by_label("Terminnummer")).to_have_value(f"{reference[:4]}-{reference[4:]}")
    kiosk.get_by_role("button", name="Anmelden").click()
    expect(kiosk.locator(".paper-number")).to_have_text("T001")


def test_reference_is_typed_on_a_keyboard(kiosk: Page, hall: Lobby) -> None:
    reference = book(hall, 10)
    kiosk.get_by_role("link", name="Ja, mit Termin").click()
    kiosk.get_by_role("button", name="Löschen").click()
    kiosk.keyboard.type(reference.lower(), delay=80)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(".paper-number")).to_have_text("T001")


@pytest.mark.parametrize("step", ["", "/services", "/code", "/search", "/help"])
def test_scanner_is_understood_on_every_page(
    kiosk: Page, live_server: LiveServer, hall: Lobby, step: str
) -> None:
    reference = book(hall, 10)
    kiosk.goto(f"{live_server.url}{KIOSK}{step}")
    expect(kiosk.locator("[data-scanned]")).to_be_attached()
    scan(kiosk, f"{live_server.url}/termin/{reference}/abcdefghijklmnopqrstuvwxyz")
    expect(kiosk.locator(".paper-number")).to_have_text("T001")


def test_scanned_code_of_another_day_has_its_page(kiosk: Page, hall: Lobby) -> None:
    scan(kiosk, f"AUFRUF:{book(hall, 10, days=1)}")
    expect(kiosk.get_by_role("heading", name="an einem anderen Tag")).to_be_visible()
    kiosk.get_by_role("link", name="Zum Anfang").click()
    expect(kiosk.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()


def test_search_finds_while_one_types(kiosk: Page, live_server: LiveServer) -> None:
    kiosk.goto(f"{live_server.url}{KIOSK}/search")
    for letter in "PERSO":
        kiosk.get_by_role("button", name=letter, exact=True).click()
    kiosk.get_by_role("link", name="Personalausweis beantragen").click()
    expect(kiosk.get_by_role("button", name="Nummer ziehen")).to_be_visible()


def test_number_closes_by_itself_but_not_before_it_is_read(
    kiosk: Page, live_server: LiveServer
) -> None:
    kiosk.clock.install()
    kiosk.goto(f"{live_server.url}{KIOSK}/request?service=abholung")
    kiosk.get_by_role("button", name="Nummer ziehen").click()
    expect(kiosk.get_by_text("Schließt sich in 30 Sekunden von selbst")).to_be_visible()
    pass_time(kiosk, 20_000)
    expect(kiosk.locator(".paper-number")).to_be_visible()
    kiosk.mouse.click(540, 300)
    expect(kiosk.get_by_text("Schließt sich in 30 Sekunden von selbst")).to_be_visible()
    pass_time(kiosk, 30_000)
    expect(kiosk.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()


def test_who_needs_more_time_is_asked_and_gets_it(kiosk: Page, live_server: LiveServer) -> None:
    kiosk.clock.install()
    kiosk.goto(f"{live_server.url}{KIOSK}/services?lang=en")
    expect(kiosk.get_by_role("heading", name="What is it about?")).to_be_visible()
    pass_time(kiosk, 45_000)
    expect(kiosk.get_by_text(re.compile(r"We start again in 1\d seconds\."))).to_be_visible()
    assert violations_of(kiosk) == []
    kiosk.get_by_role("button", name="I need more time").click()
    expect(kiosk.get_by_role("dialog")).to_be_hidden()
    pass_time(kiosk, 30_000)  # real seconds pass as well
    expect(kiosk.get_by_role("dialog")).to_be_hidden()
    pass_time(kiosk, 30_000)
    expect(kiosk.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()


def test_start_goes_back_to_german_when_nobody_is_there(kiosk: Page, hall: Lobby) -> None:
    kiosk.clock.install()
    kiosk.get_by_role("link", name="English").click()
    expect(kiosk.get_by_text("Nobody is waiting at the moment")).to_be_visible()
    pass_time(kiosk, 30_000)
    # Something is heard from the server meanwhile, or the page would take the line for dead.
    hall.draw("personalausweis")
    expect(kiosk.get_by_text("1 person waiting")).to_be_visible()
    pass_time(kiosk, 30_000)
    expect(kiosk.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()


def test_waiting_people_appear_on_the_start_by_themselves(kiosk: Page, hall: Lobby) -> None:
    expect(kiosk.get_by_text("Zurzeit wartet niemand")).to_be_visible()
    hall.draw("personalausweis")
    expect(kiosk.get_by_text("1 Person wartet")).to_be_visible()


# In both languages and both ways round it has to fit; axe need not see each of the four.
@pytest.mark.parametrize(
    ("language", "size", "axe"),
    [
        ("de", UPRIGHT, True),
        ("en", LYING, True),
        ("de", LYING, False),
        ("en", UPRIGHT, False),
    ],
)
def test_every_page_fits_its_screen_and_is_accessible(
    kiosk: Page,
    live_server: LiveServer,
    hall: Lobby,
    language: str,
    size: tuple[int, int],
    *,
    axe: bool,
) -> None:
    kiosk.set_viewport_size({"width": size[0], "height": size[1]})
    hall.draw("personalausweis")
    number = f"/tickets/{hall.draw('gewerbeanmeldung')}"
    pages = [
        f"?lang={language}",
        "/services",
        "/services/wasserzaehler",
        "/search?q=an",
        "/topics",
        "/request?service=personalausweis:2&service=abholung&service=gewerbeanmeldung",
        "/request?service=eheschliessung",
        "/code?code=ABCD",
        "/problem/other_day?start=2026-11-26T10:00:00%2B01:00",
        "/problem/wrong_place?office=amtal-standesamt",
        "/help",
        number,
        "?lower=1",
        "/services?lower=1",
        "/request?lower=1&service=personalausweis&service=abholung",
        "/code?lower=1",
        f"{number}?lower=1",
    ]
    addresses = {page: f"{live_server.url}{KIOSK}{page}" for page in pages}
    found = {page: look_at(kiosk, address, axe=axe) for page, address in addresses.items()}
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_closed_house_fits_its_screen(kiosk: Page, live_server: LiveServer, hall: Lobby) -> None:
    hall.at(19)
    # The page closes by itself; going there before it has would cut off its own reload.
    expect(kiosk.get_by_role("heading", name="Wir haben geschlossen.")).to_be_visible()
    for size in SIZES:
        kiosk.set_viewport_size({"width": size[0], "height": size[1]})
        assert look_at(kiosk, f"{live_server.url}{KIOSK}") == []


def look_at(page: Page, address: str, *, axe: bool = True) -> list[str]:
    """Everything wrong with a page: too small, outside, sticking out, or found by axe."""
    page.goto(address)
    return [
        *page.evaluate(SMALL, TARGET),
        *page.evaluate(OUTSIDE),
        *page.evaluate(STICKING_OUT),
        *(violations_of(page) if axe else ()),
    ]
