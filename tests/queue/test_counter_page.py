"""The counter in a real browser: two at once, by keyboard alone, and what is not meant for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.passwords import hash_password
from aufruf.office.staff import set_password
from tests.browser import serve_app
from tests.display.house import build
from tests.people import Clerk, People, people_in
from tests.queue.room import Room, move_in

PASSWORD = "Wernborn an der Usa"
FOCUSED = """() => {
  const e = document.activeElement;
  return e === document.body ? "" : e.dataset.step || e.dataset.rowStep || e.id || e.innerText;
}"""

# A scanner types faster than the test's own keyboard does on a busy machine.
SCAN = """(keys) => keys.forEach((key) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


class Desk:
    """The served room; clerks sign in at its counters."""

    def __init__(self, room: Room, people: People, url: str) -> None:
        self.room = room
        self.people = people
        self.url = url
        hashed = hash_password(PASSWORD)
        for login in ("bernd", "leitung"):
            room.runner.run_now((), set_password, login=login, password_hash=hashed)

    def clerk(self, counter: str = "amtal-1", login: str = "bernd") -> Clerk:
        return self.people.clerk(self.url, counter, login, PASSWORD)


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


def test_two_counters_call_two_people(desk: Desk) -> None:
    desk.room.draw()
    desk.room.draw()
    one, two = desk.clerk("amtal-1"), desk.clerk("amtal-2", "leitung")
    one.next("A 001")
    two.next("A 002")
    expect(one.number).to_have_text("A 001")
    expect(two.number).to_have_text("A 002")
    one.page.keyboard.press("2")  # the list of those called
    expect(one.page.locator("[data-rows] tr")).to_have_count(2)


def test_counter_is_worked_by_keyboard_alone(desk: Desk) -> None:
    """A whole visit without the mouse: draw, call, recall, not there, back, undo."""
    bernd = desk.clerk()
    page = bernd.page
    page.keyboard.press("n")
    window = page.locator("dialog[data-dialog=draw]")
    expect(window).to_be_visible()
    page.keyboard.type("ausweis")
    expect(window.locator(".service-row:visible")).to_have_count(1)
    page.keyboard.press("Enter")  # the only one that is left
    expect(page.locator("[data-done]")).to_have_text("Neue Nummer: A 001")
    bernd.next("A 001")
    expect(page.locator("[data-done]")).to_have_text("A 001 aufgerufen")
    bernd.press("r")
    expect(page.locator("[data-done]")).to_have_text("A 001 erneut aufgerufen")
    bernd.press("x")
    expect(page.locator("[data-done]")).to_have_text("A 001 nicht erschienen")
    bernd.expect_nobody()
    page.keyboard.press("u")
    bernd.expects("Person ist da")
    bernd.press("z")
    expect(page.locator("[data-done]")).to_have_text("A 001 wartet wieder")
    page.keyboard.press("a")
    expect(page.locator("dialog[data-dialog=number]")).to_be_visible()
    page.keyboard.type("a 001")
    page.keyboard.press("Enter")
    bernd.expects("Person ist da")
    bernd.start_and_finish()
    bernd.expect_nobody()
    page.keyboard.press("?")
    expect(page.locator("dialog[data-dialog=keys]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_tab_goes_through_the_counter_and_out_again(desk: Desk) -> None:
    for _ in range(3):
        desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    bernd.expects("Nächste Person aufrufen")
    expect(page.locator("[data-rows] tr")).to_have_count(3)
    page.evaluate("document.activeElement.blur()")
    order: list[str] = []
    while not order or order[-1]:
        page.keyboard.press("Tab")
        order.append(page.evaluate(FOCUSED))
        assert len(order) < 40, "a trap"
    steps = ["number", "draw", "arrive", "break"]
    assert [one for one in order if one in steps] == steps
    assert order.count("call") == 3
    assert order.index("break") < order.index("tab-waiting") < order.index("call")


def test_what_is_not_meant_for_the_counter_does_nothing(desk: Desk) -> None:
    """A held key calls once; a scanner, a shortcut and typing in a field call nobody."""
    for _ in range(3):
        desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    bernd.expects("Nächste Person aufrufen")
    page.evaluate(SCAN, [*"AUFRUF:NBXW 2345 ", "Enter"])
    page.keyboard.press("Control+a", delay=50)
    expect(page.locator("dialog[open]")).to_have_count(0)
    bernd.expects("Nächste Person aufrufen")
    page.keyboard.press("a")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.type("n b w", delay=50)
    expect(page.locator("dialog[data-dialog=number] input")).to_have_value("n b w")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    for _ in range(8):
        page.keyboard.down("Space")
    page.keyboard.up("Space")
    bernd.expects("Person ist da")
    assert desk.room.state().called[0].number == "A001"
    assert len(desk.room.state().waiting) == 2


def test_keys_switched_off_leave_the_space_bar(desk: Desk) -> None:
    desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    bernd.expects("Nächste Person aufrufen")
    page.keyboard.press("?")
    box = page.locator("[data-keys-on]")
    expect(box).to_be_checked()  # so the window is there
    box.uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("n", delay=50)
    bernd.next("A 001")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_large_button_stays_where_it_is(desk: Desk) -> None:
    """The same box in every state, so that a hand that knows the way never presses another."""
    desk.room.draw()
    bernd = desk.clerk()
    boxes = [box_after(bernd, "Nächste Person aufrufen")]
    bernd.press("Space")
    boxes.append(box_after(bernd, "Person ist da"))
    bernd.press("Space")
    boxes.append(box_after(bernd, "Abschließen"))
    bernd.press("Space")
    bernd.expect_nobody()
    boxes.append(bernd.main.bounding_box())
    assert boxes == [boxes[0]] * 4


def box_after(clerk: Clerk, label: str) -> object:
    clerk.expects(label)
    return clerk.main.bounding_box()


def test_rows_wait_while_the_pointer_is_over_them(desk: Desk) -> None:
    desk.room.draw()
    bernd = desk.clerk()
    rows = bernd.page.locator("[data-rows] tr")
    expect(rows).to_have_count(1)
    bernd.page.locator("[data-panel]").hover()
    desk.room.draw()
    expect(bernd.page.locator("[data-waiting]")).to_have_text("2")
    expect(rows).to_have_count(1)
    bernd.page.mouse.move(5, 5)
    expect(rows).to_have_count(2)


def test_clerk_whose_session_ended_is_led_to_the_sign_in(desk: Desk) -> None:
    bernd = desk.clerk()
    page: Page = bernd.page
    page.context.clear_cookies()
    page.reload()
    expect(page).to_have_url(f"{desk.url}/login?next=/counter/amtal-1")
