"""Slides and urgent messages as a waiting room sees them: Chromium before a real server."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.display.slides import commands
from aufruf.display.slides.pictures import Picture, read_picture
from aufruf.display.slides.rules import Content
from aufruf.queue import services as queue
from tests.display.house import build
from tests.display.wall import Wall, stand_still
from tests.people import Screen, people_in
from tests.queue.room import move_in

DEVICE = 'slug = "amtal-anzeige"'
# The first office's hours, and the same with an afternoon of appointments.
USUAL = 'mode = "mixed"\nplaces = { public = 2, total = 3 }\npools = { gewerbe = 1 }\n'
WITH_TUESDAY = f"""{USUAL}
[[offices.opening]]
days = ["tue"]
from = "18:00"
to = "19:30"
mode = "appointment"
places = 1
"""
SCRIPT = "<img src=x onerror=alert(1)>"
LONG = (
    "Wegen einer Störung der Datenverarbeitungsanlage können wir heute keine Ausweise ausgeben.\n"
    "Bitte kommen Sie morgen ab 8 Uhr wieder, Ihre Wartenummer brauchen Sie dann nicht mehr.\n"
    "Wer heute verreist, meldet sich bitte sofort am Empfang: Wir stellen vorläufige Pässe aus."
)
# Whether all of a text is inside its panel.
FITS = """(name) => {
  const sheet = document.querySelector(name), box = sheet.parentElement.getBoundingClientRect();
  return sheet.scrollWidth <= sheet.parentElement.clientWidth + 2
    && [...sheet.children].map((one) => one.getBoundingClientRect()).every((one) =>
    one.top >= box.top - 2 && one.bottom <= box.bottom + 2
    && one.left >= box.left - 2 && one.right <= box.right + 2);
}"""
# Whether it shows a hyphen where a word is parted.
SOFT = "(name) => document.querySelector(name).textContent.includes('\u00ad')"
# Whether all times of opening hours end in one line, notes beside them or not.
ONE_COLUMN = """() => {
  const sheet = document.querySelector("[data-slides] .sheet-days");
  const ends = [...sheet.querySelectorAll("dd b")].map((one) => one.getBoundingClientRect().right);
  return Math.max(...ends) - Math.min(...ends) < 2 && sheet.querySelector("small") !== null;
}"""
# How large its letters are, in parts of the panel, whichever way it is narrow.
LETTERS = """(name) => {
  const sheet = document.querySelector(name);
  const { clientWidth, clientHeight } = sheet.parentElement;
  return parseFloat(getComputedStyle(sheet).fontSize) / Math.min(clientWidth, clientHeight * 1.5);
}"""


@pytest.fixture
def wall(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Wall]:
    build(sqlite_database)
    with people_in(chromium) as people:
        made = Wall(move_in(sqlite_database, clock), people, tmp_path)
        yield made
        made.stop()


def layout(wall: Wall, name: str) -> None:
    wall.alter(**{DEVICE: f'{DEVICE}\nscreen = {{ layout = "{name}" }}'})


def add(wall: Wall, content: Content, picture: Picture | None = None) -> int:
    room = wall.room
    return room.run(
        commands.add_slide, office_id=room.office_id, content=content, picture=picture
    ).id


def remove(wall: Wall, slide_id: int) -> None:
    wall.room.run(commands.remove_slide, office_id=wall.room.office_id, slide_id=slide_id)


def put_up(wall: Wall, text: str, text_en: str | None = None) -> None:
    room = wall.room
    room.run(
        commands.put_up_message, office_id=room.office_id, text=text, text_en=text_en, until=None
    )


def test_slides_follow_each_other_and_wait_for_a_call(wall: Wall) -> None:
    """Each for its time, none while a call is gold; a change is seen at once; nothing is loaded
    from anybody else."""
    layout(wall, "slides")
    picture = read_picture(_png(640, 200))
    first = add(wall, Content("text", SCRIPT, "Erste Seite", seconds=5))
    second = add(wall, Content("picture", "Ein Bild", picture=picture.digest, seconds=5), picture)
    add(wall, Content("opening", seconds=5))
    page = wall.people.open(1920, 1080)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    stand_still(page)
    page.goto(f"{wall.address}{wall.path}")
    screen = Screen(page)
    shown = page.locator("[data-slides] .stage").last
    expect(shown.locator(".sheet-title")).to_have_text(SCRIPT)
    page.clock.run_for(5000)
    expect(shown.locator("img")).to_have_js_property("naturalWidth", 640)
    expect(shown.locator("img")).to_have_attribute("alt", "Ein Bild")

    drawn = wall.room.draw()
    wall.room.call(wall.room.one)
    expect(screen.golden).to_be_visible()
    page.clock.run_for(6500)
    expect(screen.golden).to_be_visible()
    remove(wall, second)
    expect(page.locator("[data-slides] img")).to_be_visible()
    wall.room.run(queue.put_back, counter_id=wall.room.one, ticket_id=drawn.id)
    expect(screen.golden).to_have_count(0)
    page.clock.run_for(2000)
    expect(shown.locator(".sheet-days dt").first).to_have_text("Heute")

    page.clock.run_for(5000)
    expect(shown).to_contain_text("Erste Seite")
    remove(wall, first)
    expect(shown.locator(".sheet-coming")).to_be_visible()
    page.clock.run_for(60_000)
    expect(page.locator("[data-slides] .stage")).to_have_count(1)
    expect(shown.locator(".sheet-coming")).to_be_visible()
    assert asked == {urlsplit(wall.address).netloc}


def test_message_takes_every_layout_but_gives_way_to_a_call(wall: Wall) -> None:
    room, screen = wall.room, wall.screen()
    page, message = screen.page, screen.page.locator("[data-message]")
    drawn = room.draw()
    room.call(room.one)
    expect(screen.golden).to_be_visible()
    put_up(wall, SCRIPT)
    expect(message.locator(".message-text")).to_have_text(SCRIPT)
    expect(message).to_be_hidden()
    room.run(queue.start_service, counter_id=room.one, ticket_id=drawn.id)
    expect(message).to_be_visible(timeout=20_000)
    expect(screen.history).to_have_text(["A0011"])  # its number is not lost under the message
    room.run(commands.take_down_message, office_id=room.office_id)
    expect(message).to_be_hidden()
    put_up(wall, LONG, LONG)
    for name in ("calls", "waiting", "slides", "rooms"):
        layout(wall, name)
        page.reload()
        screen.until_live()
        for width, height in ((1920, 1080), (1080, 1920)):
            page.set_viewport_size({"width": width, "height": height})
            expect(message).to_be_visible()
            page.wait_for_function(FITS, arg=".message-sheet")
            assert page.evaluate(LETTERS, ".message-sheet") > 0.03, name
    put_up(wall, "Wxyz" * 75)
    expect(message).to_contain_text("WxyzWxyz")
    page.wait_for_function(FITS, arg=".message-sheet")


def test_message_ends_by_the_servers_clock(wall: Wall) -> None:
    """Though nobody takes it down, and the screen's own clock is years away."""
    page = wall.people.open(1920, 1080)
    stand_still(page)
    page.goto(f"{wall.address}{wall.path}")
    screen = Screen(page)
    room, message = wall.room, page.locator("[data-message]")
    until = room.clock.now() + timedelta(seconds=30)
    room.run(
        commands.put_up_message,
        office_id=room.office_id,
        text="Bis gleich",
        text_en="Soon",
        until=until,
    )
    expect(message.locator(".message-text")).to_have_text("Bis gleich")
    page.clock.run_for(20_000)
    expect(message).to_be_visible()
    page.clock.run_for(15_000)
    expect(message).to_be_hidden()
    expect(screen.offline).to_be_hidden()


def test_slides_of_any_length_are_seen_whole(wall: Wall) -> None:
    wall.alter(**{DEVICE: f'{DEVICE}\nscreen = {{ layout = "slides" }}', USUAL: WITH_TUESDAY})
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    slides = (
        (Content("text", f"{word} {word}"[:120], f"{word} Äöü. " * 8, seconds=120), word, 0.02),
        (Content("text", "Kurz", "Ein Satz.", seconds=120), "Ein Satz.", 0.08),
        (Content("opening", seconds=120), "Donnerstag", 0.03),
    )
    ids = [add(wall, content) for content, _, _ in slides]
    page = wall.screen(1280, 720).page
    for slide_id, (_, words, least) in zip(ids, slides, strict=True):
        expect(page.locator("[data-slides] .stage").last).to_contain_text(words)
        expect(page.locator("[data-slides] .stage")).to_have_count(1)
        for width, height in ((1280, 720), (1080, 1920)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(FITS, arg="[data-slides] .sheet")
            assert words != word or page.evaluate(SOFT, "[data-slides] .sheet")
            assert page.evaluate(LETTERS, "[data-slides] .sheet") > least
            assert words != "Donnerstag" or page.evaluate(ONE_COLUMN)
        remove(wall, slide_id)
    expect(page.locator("[data-slides]")).to_be_hidden()
    expect(page.locator(".slides-none")).to_be_visible()


def _png(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "PNG")
    return out.getvalue()
