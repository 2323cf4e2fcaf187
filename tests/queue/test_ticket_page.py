"""The ticket on the phone in a real browser: called, later, asleep, without script, in every
language."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.locales import LANGUAGES
from aufruf.core.settings import Settings
from aufruf.queue import services
from tests.browser import serve_app
from tests.display.house import build
from tests.people import COUNT_TONES, TONES_OF_A_CHIME, people_in
from tests.queue.room import move_in
from tests.queue.test_counter_page import Desk

# Listens to what goes out to the loudspeaker, and says on the page that something was heard.
HEAR = """
const connect = AudioNode.prototype.connect;
const ears = new WeakMap();
function listen(context) {
  const ear = new AnalyserNode(context);
  const now = new Float32Array(ear.fftSize);
  ears.set(context, ear);
  setInterval(() => {
    ear.getFloatTimeDomainData(now);
    if (now.some((sample) => Math.abs(sample) > 0.01)) document.documentElement.dataset.heard = "";
  }, 20);
}
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) {
    if (!ears.has(to.context)) listen(to.context);
    connect.call(this, ears.get(to.context));
  }
  return connect.call(this, to, ...rest);
};
"""
SAID = "section:not([hidden]) [data-said-coming]"


@pytest.fixture
def desk(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Desk]:
    build(sqlite_database)
    room = move_in(sqlite_database, clock)
    settings = Settings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        data_dir=tmp_path,
        strict_texts=True,
    )
    with serve_app(settings, clock) as url, people_in(chromium) as people:
        yield Desk(room, people, url)


def open_ticket(desk: Desk, token: str) -> Page:
    """The holder's phone, live, its sound switched on."""
    page = desk.people.citizen()
    page.context.grant_permissions(["screen-wake-lock"])  # a browser with windows does so unasked
    listen_in(desk, page, token)
    return page


def listen_in(desk: Desk, page: Page, token: str) -> None:
    """One touch, and the chime is heard."""
    page.add_init_script(COUNT_TONES + HEAR)
    page.goto(f"{desk.url}/t/{token}")
    until_live(page)
    assert page.locator("html[data-heard]").count() == 0
    page.locator("[data-sound]").click()
    page.wait_for_selector("html[data-heard]")
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    rung(page, 1)


def until_live(page: Page) -> None:
    expect(page.locator("[data-live]")).to_have_text("Verbunden", timeout=20_000)


def rung(page: Page, times: int) -> None:
    """At least so often: it rings several times while nobody touches the phone."""
    chimes = "|".join(str(n * TONES_OF_A_CHIME) for n in range(times, times + 4))
    html = page.locator("html")
    expect(html).to_have_attribute("data-tones", re.compile(f"^({chimes})$"), timeout=20_000)


def called(page: Page) -> None:
    expect(page.locator("body")).to_have_class("is-called", timeout=20_000)


def step(page: Page, name: str) -> None:
    page.locator(f"[data-step={name}] button").click()


def test_who_is_called_asks_for_later_and_the_counter_sees_it(desk: Desk) -> None:
    first, _ = desk.room.draw(), desk.room.draw()
    bernd, phone = desk.clerk(), open_ticket(desk, first.token)
    row = bernd.page.locator("[data-rows] tr").first
    step(phone, "coming")
    expect(phone.locator(SAID)).to_be_visible()
    expect(row).to_contain_text("unterwegs", timeout=20_000)

    bernd.next("A 001")
    expect(bernd.page.locator("[data-facts]")).to_contain_text("Ist unterwegs, gemeldet um 09:30")
    called(phone)
    expect(phone.locator("[data-counter]")).to_have_text("1")
    expect(phone.locator("[data-called-at]")).to_have_text("Aufgerufen um 09:30 Uhr.")
    expect(phone).to_have_title("Sie sind dran: Platz 1")
    icon = phone.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile("ticket-called"))
    rung(phone, 2)

    step(phone, "later")
    expect(phone.locator("[data-later-until]")).to_have_text(
        "Wir rufen Sie nicht vor 09:40 Uhr auf."
    )
    expect(phone.locator("body")).not_to_have_class("is-called")
    expect(phone).to_have_title("Ihre Nummer: A 001")
    expect(phone.locator("[data-last-call]")).to_have_text("noch niemand")  # not oneself
    expect(icon).not_to_have_attribute("href", re.compile("ticket-called"))
    told = "A 001 braucht noch Zeit und kommt ab 09:40 Uhr. Der Aufruf ist zurückgenommen."
    expect(bernd.page.locator("[data-later-text]")).to_have_text(told, timeout=20_000)
    expect(row).to_contain_text("kommt ab 09:40 Uhr")
    # Called by its number all the same: only who has read that, and says so once more.
    bernd.page.keyboard.press("a")
    expect(bernd.page.locator("dialog[data-dialog=number]")).to_be_visible()
    bernd.page.keyboard.type("a 1")
    bernd.page.keyboard.press("Enter")
    asks = "A 001 soll erst ab 09:40 Uhr aufgerufen werden."
    expect(bernd.page.locator("dialog[open] [data-window-problem]")).to_contain_text(asks)
    bernd.page.keyboard.press("Escape")
    expect(bernd.page.locator("dialog[open]")).to_have_count(0)
    bernd.next("A 002")
    expect(bernd.page.locator("[data-later]")).to_be_hidden()


def test_who_leaves_may_think_again(desk: Desk) -> None:
    drawn = desk.room.draw()
    phone = open_ticket(desk, drawn.token)
    phone.locator("[data-step=leave] summary").click()
    step(phone, "leave")
    expect(phone.locator("body")).to_have_attribute("data-state", "cancelled")
    step(phone, "stay")
    expect(phone.locator("body")).to_have_attribute("data-state", "waiting")
    assert desk.room.status(drawn.id) == "waiting"
    expect(phone.locator("[data-awake]")).to_be_visible()  # and the screen stays on again


def test_phone_that_slept_through_the_call_rings_when_it_wakes_and_only_once(desk: Desk) -> None:
    """While it slept its line died, which still looks open: nothing comes through it any more."""
    phone, lines, dead = desk.people.citizen(), list[WebSocketRoute](), set[WebSocketRoute]()

    def connect(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()
        server.on_message(lambda text: None if line in dead else line.send(text))

    phone.route_web_socket(re.compile("/ws/tickets/"), connect)
    listen_in(desk, phone, desk.room.draw().token)
    dead.update(lines)
    desk.room.call(desk.room.one)
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    called(phone)
    rung(phone, 2)
    phone.locator("[data-number]").click()  # touched: it is quiet
    tones = phone.locator("html").get_attribute("data-tones") or ""
    phone.context.set_offline(True)
    expect(phone.locator("[data-live]")).to_have_text("Stand 09:30")
    expect(phone.locator("[data-offline]")).to_be_visible()
    expect(phone.locator("[data-range]")).to_have_text("Zeit zurzeit unbekannt")
    expect(phone.locator("[data-sound-hint]")).to_have_text(
        "Ohne Verbindung kommt der Aufruf hier nicht an."
    )
    phone.context.set_offline(False)
    until_live(phone)
    called(phone)
    expect(phone.locator("[data-offline]")).to_be_hidden()
    expect(phone.locator("html")).to_have_attribute("data-tones", tones)


def test_why_there_are_more_is_said_when_the_position_grows(desk: Desk) -> None:
    room = desk.room
    reference = room.book(room.clock.now())
    drawn = room.draw()
    phone = open_ticket(desk, drawn.token)
    expect(phone.locator("[data-ahead]")).to_have_text("Niemand ist vor Ihnen.")
    expect(phone.locator("[data-grew]")).to_be_hidden()
    room.check_in(reference)
    expect(phone.locator("[data-ahead]")).to_have_text("Noch 1 Person vor Ihnen", timeout=20_000)
    expect(phone.locator("[data-grew]")).to_be_visible()
    expect(phone.locator("[data-why] a")).to_have_attribute("href", "/aufruf/amtal-buergerbuero")


def test_page_without_script_takes_every_step(desk: Desk) -> None:
    drawn = desk.room.draw()
    page = desk.people.open(360, 640, java_script_enabled=False)
    page.goto(f"{desk.url}/t/{drawn.token}?lang=en")
    expect(page.locator("[data-live]")).to_have_text("As of 09:30")
    expect(page.locator("[data-sound]")).to_be_hidden()
    step(page, "coming")
    expect(page.locator(SAID)).to_contain_text("Thank you")
    step(page, "later")
    expect(page.locator("[data-later-until]")).to_have_text("We will not call you before 09:40.")
    page.locator("[data-step=leave] summary").click()
    step(page, "leave")
    step(page, "stay")
    expect(page.locator("[data-when=waiting] h1")).to_have_text("Your number")
    assert desk.room.status(drawn.id) == "waiting"


@pytest.mark.parametrize("size", [(360, 640), (390, 844)])
def test_nothing_leaves_a_narrow_page_in_any_language(desk: Desk, size: tuple[int, int]) -> None:
    """While waiting with everything said, and called to a place with a long name."""
    room, page = desk.room, desk.people.open(*size)
    drawn = room.draw()
    room.run(services.delay, token=drawn.token, minutes=10)
    room.run(services.say_on_the_way, token=drawn.token)
    for state in ("waiting", "called"):
        for language in LANGUAGES:
            page.goto(f"{desk.url}/t/{drawn.token}?lang={language}")
            expect(page.locator("body")).to_have_attribute("data-state", state)
            assert page.evaluate("document.documentElement.scrollWidth") == size[0], language
        if state == "waiting":
            room.run(services.call_ticket, counter_id=room.one, ticket_id=drawn.id)
