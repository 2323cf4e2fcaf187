"""The call screen as it is seen and heard: a real Chromium before a real server."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.devices import renew_device_token
from aufruf.office.loader import load_files
from aufruf.queue import services as queue
from tests.browser import serve_app
from tests.display.house import build, shared_house
from tests.people import People, Screen, people_in
from tests.queue.room import Room, move_in


class Wall:
    """The room with its screen, and a server that can be stopped and started again."""

    def __init__(self, room: Room, people: People, folder: Path) -> None:
        self.room = room
        self.people = people
        url = room.database.url.render_as_string(hide_password=False)
        self.settings = Settings(database_url=url, data_dir=folder, strict_texts=True)
        self.running = ExitStack()
        self.address = ""
        token = room.runner.run_now((), renew_device_token, slug="amtal-anzeige").token
        self.path = f"/display/amtal-anzeige#{token}"
        self.start()

    def start(self) -> None:
        port = int(self.address.rpartition(":")[2] or 0)
        self.address = self.running.enter_context(serve_app(self.settings, self.room.clock, port))

    def stop(self) -> None:
        self.running.close()

    def screen(self, width: int = 1920, height: int = 1080) -> Screen:
        return self.people.screen(f"{self.address}{self.path}", width, height)

    def alter(self, **changes: str) -> None:
        """Load the house with other texts."""
        self.room.runner.run_now((), load_files, [shared_house(**changes)])


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
    screen.switch_sound_on()
    screen.expect_call("A001", "1")  # called before its first start: shown, not announced
    expect(screen.golden).to_have_count(0)
    screen.expect_rung(0)

    wall.stop()
    expect(screen.offline).to_contain_text("Anzeige offline seit 09:30.")
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
    expect(screen.page.locator("[data-count]").first).to_have_text("2")  # it has heard of everything
    screen.expect_call("A003", "2")
    expect(screen.golden).to_have_count(0)
    screen.expect_rung(0)
    assert room.status(third.id) == "called"


def test_withdrawn_call_leaves_the_screen(wall: Wall) -> None:
    room, screen = wall.room, wall.screen()
    drawn = room.draw()
    room.call(room.one)
    expect(screen.golden).to_be_visible()
    room.run(queue.put_back, counter_id=room.one, ticket_id=drawn.id)
    expect(screen.calm).to_be_visible()
    expect(screen.golden).to_have_count(0)
    expect(screen.history).to_have_count(0)


def test_second_call_stands_beside_the_first_until_its_turn(wall: Wall) -> None:
    room, screen = wall.room, wall.screen()
    room.draw()
    room.draw()
    room.call(room.one)
    expect(screen.golden).to_be_visible()
    room.call(room.two)
    expect(screen.history).to_have_text(["A0022"])
    screen.expect_call("A001", "1")


def test_screen_put_out_of_use_says_so(wall: Wall) -> None:
    """Its socket is refused like any: the page comes again and tells what to do."""
    screen = wall.screen()
    wall.stop()
    expect(screen.offline).to_be_visible()
    wall.room.runner.run_now((), renew_device_token, slug="amtal-anzeige")
    wall.start()
    expect(screen.page.locator("[data-call]")).to_have_count(0)
    expect(screen.page.get_by_role("heading", level=1)).to_be_visible()


# Of the em, measured in the font: how high capitals are.
CAPITALS = 0.66
LEAST_CAPITALS = 255 / 1080
PLACES = {
    "figure": {},
    "room": {'label = "1"': 'label = "102"', 'arrow = "left"': 'arrow = "up"'},
    "name": {'label = "1"': 'label = "Trauzimmer"'},
}
WORDS = {
    "lead_minutes = 0\nresidents = []": 'counter_word = "Zimmer"\nlead_minutes = 0\nresidents = []'
}

CUT_OFF = """() => [...document.querySelectorAll("main *, aside *")]
  .filter((e) => e.checkVisibility() && !e.closest("svg, .visually-hidden"))
  .filter((e) => {
    const own = e.getBoundingClientRect(), half = e.closest("main, aside").getBoundingClientRect();
    const beside = own.right > half.right + 1 || own.left < half.left - 1;
    return own.width && (beside || own.bottom > innerHeight + 1 || own.top < -1);
  })
  .map((e) => `${e.className || e.tagName} ${e.textContent.trim()}`)"""
CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.fillStyle = "#fff"; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (color) => rgb(color).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    if (e.matches(".call.is-fresh")) return getComputedStyle(e, "::before").backgroundColor;
    const own = getComputedStyle(e).backgroundColor;
    return own === "rgba(0, 0, 0, 0)" && e.parentElement ? ground(e.parentElement) : own;
  };
  return [...document.querySelectorAll("main *, aside *")]
    .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden"))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
      return [e.textContent.trim(), (a + 0.05) / (b + 0.05)];
    });
}"""


def call_some(room: Room) -> None:
    """Four in the history and one called at counter 1."""
    for _ in range(5):
        room.draw()
    for _ in range(4):
        served = room.serve(room.one)
        room.finish(room.one, served.id)
    room.call(room.one)


def capitals(page: Page) -> float:
    """Height of the called number's capitals, as a part of a full HD screen's height."""
    size: float = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('[data-number]')).fontSize)"
    )
    return size * CAPITALS


@pytest.mark.parametrize("place", PLACES)
def test_call_is_read_from_ten_metres(wall: Wall, place: str) -> None:
    """At full HD, 4K and upright: large enough, nothing cut off, in contrast, gold or not."""
    wall.alter(**(PLACES[place] | (WORDS if place == "room" else {})))
    room, screen = wall.room, wall.screen()
    page = screen.page
    call_some(room)
    expect(screen.golden).to_be_visible()
    expect(screen.history).to_have_count(4)
    page.emulate_media(reduced_motion="reduce")
    for width, height in ((1920, 1080), (3840, 2160), (1280, 720), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        assert capitals(page) >= LEAST_CAPITALS * min(width, height)
        assert page.evaluate(CUT_OFF) == []
        weak = [(text, ratio) for text, ratio in page.evaluate(CONTRASTS) if ratio < 7]
        assert weak == []
    wall.stop()
    expect(screen.offline).to_be_visible()
    for width, height in ((1920, 1080), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CUT_OFF) == []
        weak = [(text, ratio) for text, ratio in page.evaluate(CONTRASTS) if ratio < 7]
        assert weak == []
