"""A screen whose line, power or settings come and go: a real Chromium before a real server."""

import json
from contextlib import ExitStack
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import WebSocketRoute, expect

from aufruf.display.slides import commands
from aufruf.display.slides.pictures import read_picture
from aufruf.display.slides.rules import Content
from aufruf.office.devices.commands import renew_device_token
from aufruf.queue.watching import presence
from aufruf.queue.watching.live import live_of
from aufruf.queue.watching.presence import Hello
from tests.display.wall import PATIENCE, SCREEN, Hang, Inside, Loads, Wall, stand_still
from tests.people import COUNT_TONES, Screen
from tests.queue.web import add_counter

HELLO = Hello(
    version="0123456789ab",
    width=1920,
    height=1080,
    sound=False,
    voice="made",
    keeps=True,
    late=0,
)
DEVICE = f'slug = "{SCREEN}"'
TOWN = 'crest = "usingen"'
COLOURS = f'{TOWN}\ncolour_call = "#a6d96a"'
# By the worker and not by luck: the browser's own cache may hold the sheet as well.
COLOURS_ARE_KEPT = """async () => Boolean(
  await caches.match(document.querySelector('link[href^="/static/towns/"]').href))"""
KEPT = "html[data-keeps=true]"
FULL = """
for (const key of ["aufruf.announced.amtal-anzeige", "aufruf.state.amtal-anzeige"]) {
  localStorage.setItem(key, key.includes("state") ? "{" : '{"a": 1}');
}
sessionStorage.setItem("aufruf.loaded", "[");
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
REASON = "JSON.parse(sessionStorage.getItem('aufruf.loaded')).reason"
# In ms: longer than a page stays whatever comes; with the server's next word to come still shorter
# than the silence after which a line counts as dead, for an order only reaches who is there.
SOON_AGAIN = 25_000
UNTIL_PICTURE_IS_KEPT = """async () => {
  for (let tries = 0; tries < 400; tries += 1) {
    const cache = await caches.open("aufruf-screen-slides");
    if ((await cache.keys()).length === 2) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
UNTIL_FORGOTTEN = """async () => {
  for (let tries = 0; tries < 400; tries += 1) {
    const kept = (await caches.keys()).filter((name) => !name.startsWith("aufruf-files-"));
    if (kept.length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""


@pytest.fixture
def wall(hang: Hang) -> Wall:
    return hang(Inside())


def until_kept(screen: Screen) -> None:
    """The service worker has the page and its files, the device has the last state."""
    expect(screen.page.locator(KEPT)).to_be_attached(timeout=PATIENCE)
    state = f"() => localStorage.getItem('aufruf.state.{SCREEN}')?.includes('call_id')"
    screen.page.wait_for_function(state, timeout=PATIENCE)


def test_start_without_a_line_shows_the_last_state(wall: Wall) -> None:
    """After a power cut too: since when, how people are called, no gold, no sound; then it catches
    up. A browser that begins where new screens do comes to its page. The town's colours and crest
    are there each time.
    """
    wall.alter(**{TOWN: COLOURS})
    room = wall.room
    room.draw()
    room.draw()
    room.call(room.one)
    screen = wall.screen()
    screen.switch_sound_on()
    until_kept(screen)
    assert screen.page.evaluate(COLOURS_ARE_KEPT)
    wall.stop()
    expect(screen.offline).to_be_visible()

    for address in (f"{wall.address}/display/{SCREEN}", f"{wall.address}/display"):
        screen.page.close()
        screen.page = screen.page.context.new_page()
        screen.page.goto(address)
        cut = Screen(screen.page, is_live=False)
        expect(cut.offline).to_contain_text(
            "Stand von 09:30 Uhr, keine Verbindung.", timeout=PATIENCE
        )
        expect(cut.offline).to_contain_text("persönlich")
        cut.expect_call("A001", "1")
        expect(cut.golden).to_have_count(0)
        expect(cut.page.locator("[data-range-box]")).to_be_hidden()
        expect(cut.page.locator("[data-clock]").first).to_have_text("")
        expect(cut.page.locator("html")).to_have_css("--call", "#a6d96a")
        expect(cut.page.locator(".town .crest path").first).to_be_visible()
    assert screen.page.url == f"{wall.address}/display/{SCREEN}"
    room.call(room.two)
    wall.start()
    cut.until_live()
    expect(cut.golden).to_be_visible(timeout=PATIENCE)
    cut.expect_call("A002", "2")


def test_plain_http_in_the_house_does_all_but_outlast_a_restart(wall: Wall) -> None:
    """No secure context, so no service worker, no store for clips and no wake lock.

    Nor does it need what it keeps: here that is full, and of what was in it nothing can be read.
    """
    room, page = wall.room, wall.people.open(1920, 1080)
    page.add_init_script(COUNT_TONES + FULL)
    with page.expect_websocket(timeout=PATIENCE) as line:
        page.goto(f"{wall.address.replace('127.0.0.1', 'screens.test')}{wall.path}")
    screen = Screen(page)
    assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    with line.value.expect_event("framesent", is_heard_but_forgets, timeout=PATIENCE):
        screen.switch_sound_on()
    room.draw()
    room.draw()
    room.call(room.one)
    screen.expect_call("A001", "1")
    screen.expect_rung(1)
    wall.stop()
    expect(screen.offline).to_contain_text("Stand von 09:30 Uhr, keine Verbindung.")
    room.call(room.two)
    wall.start()
    screen.until_live()
    expect(screen.golden).to_be_visible(timeout=PATIENCE)
    screen.expect_call("A002", "2")
    screen.expect_rung(2)


def is_heard_but_forgets(frame: str) -> bool:
    said = json.loads(frame)
    return said["type"] == "hello" and said["sound"] and not said["keeps"]


def test_slides_and_their_pictures_are_there_without_a_line(wall: Wall) -> None:
    wall.alter(**{DEVICE: f'{DEVICE}\nscreen = {{ layout = "slides" }}'})
    file = BytesIO()
    Image.new("RGB", (640, 200), "green").save(file, "PNG")
    picture = read_picture(file.getvalue())
    room, content = wall.room, Content("picture", "Ein Bild", picture=picture.digest)
    room.run(commands.add_slide, office_id=room.office_id, content=content, picture=picture)
    screen = wall.screen()
    shown = screen.page.locator("[data-slides] img")
    expect(shown).to_have_js_property("naturalWidth", 640, timeout=PATIENCE)
    assert screen.page.evaluate(UNTIL_PICTURE_IS_KEPT)
    wall.stop()
    expect(screen.offline).to_be_visible(timeout=PATIENCE)
    screen.page.reload()
    expect(screen.offline).to_be_visible(timeout=PATIENCE)
    expect(shown).to_have_js_property("naturalWidth", 640, timeout=PATIENCE)


def test_revoked_screen_keeps_no_page(wall: Wall) -> None:
    screen = wall.screen()
    expect(screen.page.locator(KEPT)).to_be_attached(timeout=PATIENCE)
    wall.room.runner.run_now((), renew_device_token, slug=SCREEN)
    expect(screen.page.locator("[data-call]")).to_have_count(0, timeout=PATIENCE)
    assert screen.page.evaluate(UNTIL_FORGOTTEN)
    expect(screen.page.locator("[data-pair]")).to_be_visible()
    assert screen.page.evaluate("[...Object.keys(localStorage)]") == []


def test_changed_settings_load_the_page_anew_once_it_is_idle(wall: Wall) -> None:
    page = wall.people.open(1920, 1080)
    stand_still(page)
    page.goto(f"{wall.address}{wall.path}")
    screen, digest = Screen(page), page.get_attribute("body", "data-digest")
    expect(page.locator("[data-clock]").first).to_have_text("09:30", timeout=PATIENCE)
    loads = Loads(page)
    wall.room.draw()
    wall.room.call(wall.room.one)
    expect(screen.golden).to_be_visible()
    wall.alter(**{'name = "Anzeige im Rathaus"': 'name = "Anzeige am Eingang"'})
    page.clock.run_for(2000)
    assert loads.count == 0
    expect(screen.golden).to_be_visible()
    page.clock.run_for(4000)
    with loads.once_more():
        page.clock.resume()
    screen.until_live()
    assert page.get_attribute("body", "data-digest") != digest
    screen.expect_call("A001", "1")
    expect(screen.golden).to_have_count(0)  # it has had its whole turn, and is not called again


def test_servers_of_two_versions_do_not_load_a_screen_again_and_again(wall: Wall) -> None:
    """Whatever digest a snapshot brings, the page comes once; by hand it comes each time.

    By hand a screen also shows its name.
    """
    page = wall.people.open(1920, 1080)
    loads = Loads(page)

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            message = json.loads(text)
            if "screens" in message:
                message["screens"] = {SCREEN: "of-another-server"}
            socket.send(json.dumps(message))

        server.on_message(pass_on)

    page.route_web_socket("**/ws/displays/*", between)
    page.clock.install()
    with loads.once_more(after=2):  # the page of a device nobody knows, and that of the screen
        page.goto(f"{wall.address}{wall.path}", wait_until="commit")
    told = page.locator("[data-clock]").first
    expect(told).to_have_text("09:30", timeout=PATIENCE)
    assert page.evaluate(REASON) == "of-another-server"
    page.clock.run_for(SOON_AGAIN)
    assert loads.count == 3
    with loads.once_more():
        wall.order("reload")
    expect(told).to_have_text("09:30", timeout=PATIENCE)
    wall.order("identify")
    sign = page.locator("[data-identify]")
    expect(sign).to_have_text("Anzeige im Rathaus", timeout=PATIENCE)
    page.clock.run_for(11_000)
    expect(sign).to_have_count(0)


def test_counter_reads_which_screen_is_away_or_silent(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen nobody has switched on, then one without sound, then all is well; and that a call
    was shown alone.
    """
    monkeypatch.setattr(presence, "REPEAT_SECONDS", 0.1)
    wall.stop()
    room, token = wall.room, add_counter(wall.room, "amtal-1")
    wall.start()
    counter = wall.people.open(1440, 900)
    counter.goto(f"{wall.address}/counter/amtal-1#{token}")
    said = counter.locator("[data-screens]")
    expect(counter.locator("[data-main-text]")).not_to_have_text("")
    expect(said).to_be_hidden()
    room.wait(seconds=30)
    expect(said).to_have_text("Anzeige im Rathaus: keine Verbindung", timeout=PATIENCE)
    line = ExitStack()
    wall.inside.do(lambda g: line.enter_context(live_of(g).screens.connection(SCREEN)))
    expect(said).to_be_hidden(timeout=PATIENCE)
    wall.inside.do(lambda g: live_of(g).screens.hello(SCREEN, HELLO))
    room.wait(seconds=30)
    expect(said).to_have_text("Anzeige im Rathaus: kein Ton", timeout=PATIENCE)
    heard = HELLO.model_copy(update={"sound": True})
    wall.inside.do(lambda g: live_of(g).screens.hello(SCREEN, heard))
    expect(said).to_be_hidden(timeout=PATIENCE)
    room.draw()
    room.call(room.one)
    why = counter.locator("[data-why-head]")
    expect(why).to_have_text("Auf 0 von 1 Anzeigen gezeigt", timeout=PATIENCE)
    wall.inside.do(lambda g: live_of(g).screens.acknowledge(1, SCREEN, "shown", sound=False))
    expect(why).to_have_text("Auf 1 von 1 Anzeigen gezeigt", timeout=PATIENCE)
    expect(counter.locator("[data-why-text]")).to_have_text("Nur gezeigt, ohne Ton.")
    wall.inside.do(lambda _: line.close())
