"""The call screen as it is seen and heard: a real Chromium before a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.devices.commands import renew_device_token
from aufruf.queue import services as queue
from tests.display.house import build
from tests.display.wall import Wall
from tests.people import COUNT_TONES, Screen, people_in
from tests.queue.room import move_in

FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"]) {
  const get = () => { throw new DOMException("", "SecurityError"); };
  Object.defineProperty(globalThis, name, { get });
}
"""


@pytest.fixture
def wall(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Wall]:
    build(sqlite_database)
    with people_in(chromium) as people:
        made = Wall(move_in(sqlite_database, clock), people, tmp_path)
        yield made
        made.stop()


def test_screen_cut_off_catches_up(wall: Wall) -> None:
    """It says since when it is alone, keeps what it showed, and announces what it missed, once."""
    room = wall.room
    first, second, third = (room.draw() for _ in range(3))
    room.call(room.one)
    screen = wall.screen()
    promise = screen.page.locator("[data-promise]").first
    expect(promise).to_have_text("")  # as long as nothing can be heard
    screen.switch_sound_on()
    expect(promise).to_have_text("Wir sagen sie auch an.")
    screen.expect_call("A001", "1")  # called before its first start: shown, not announced
    expect(screen.golden).to_have_count(0)
    screen.expect_rung(0)

    wall.stop()
    expect(screen.offline).to_contain_text("Stand von 09:30 Uhr, keine Verbindung.")
    screen.expect_call("A001", "1")
    room.run(queue.start_service, counter_id=room.one, ticket_id=first.id)
    room.finish(room.one, first.id)
    room.call(room.one)
    room.call(room.two)
    room.run(queue.put_back, counter_id=room.one, ticket_id=second.id)

    wall.start()
    screen.until_live()
    expect(screen.golden).to_be_visible()
    screen.expect_call("A003", "2")
    screen.expect_rung(1)
    expect(screen.history).to_have_text(["A0011"])

    screen.page.reload()
    screen.until_live()
    screen.switch_sound_on()
    room.draw()
    # It has heard of everything.
    expect(screen.page.locator("[data-count]").first).to_have_text("2")
    screen.expect_call("A003", "2")
    expect(screen.golden).to_have_count(0)
    screen.expect_rung(0)
    assert room.status(third.id) == "called"


def test_withdrawn_call_leaves_the_screen(wall: Wall) -> None:
    """As it does where the browser lets nothing be stored."""
    room, page = wall.room, wall.people.open(1920, 1080)
    page.add_init_script(FORBIDDEN)
    page.goto(f"{wall.address}{wall.path}")
    screen = Screen(page)
    drawn = room.draw()
    room.call(room.one)
    expect(screen.golden).to_be_visible()
    room.run(queue.put_back, counter_id=room.one, ticket_id=drawn.id)
    expect(screen.calm).to_be_visible()
    expect(screen.golden).to_have_count(0)
    expect(screen.history).to_have_count(0)


def test_second_call_stands_beside_the_first_until_its_turn(wall: Wall) -> None:
    """It was not called before; and a second window of the screen shows the same and is silent."""
    room, screen = wall.room, wall.screen()
    screen.switch_sound_on()
    second = screen.page.context.new_page()
    second.add_init_script(COUNT_TONES)
    second.goto(f"{wall.address}/display/amtal-anzeige")
    other = Screen(second)
    other.switch_sound_on()
    room.draw()
    room.draw()
    room.call(room.one)
    expect(screen.golden).to_be_visible()
    room.call(room.two)
    expect(screen.history).to_have_text(["A0022"])
    expect(screen.page.locator("[data-history-head]")).to_have_text("Aufgerufen")
    screen.expect_call("A001", "1")
    screen.expect_rung(1)
    expect(other.golden).to_be_visible()
    other.expect_rung(0)


def test_screen_put_out_of_use_says_so(wall: Wall) -> None:
    """Its socket is refused like any: the page comes again and tells what to do."""
    screen = wall.screen()
    wall.stop()
    expect(screen.offline).to_be_visible()
    wall.room.runner.run_now((), renew_device_token, slug="amtal-anzeige")
    wall.start()
    expect(screen.page.locator("[data-call]")).to_have_count(0)
    expect(screen.page.get_by_role("heading", level=1)).to_be_visible()
