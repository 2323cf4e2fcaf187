"""The counter in a real browser: two at once, by keyboard alone, and what is not meant for it."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.staff.commands import set_password
from aufruf.office.staff.passwords import hash_password
from aufruf.queue import services
from tests.browser import serve_app, violations_of
from tests.conftest import START
from tests.display.house import build
from tests.people import Clerk, People, people_in
from tests.queue.room import Room, move_in

PASSWORD = "Wernborn an der Usa"
FOCUSED = """() => {
  const e = document.activeElement;
  return e === document.body ? "" : e.dataset.step || e.dataset.id || e.id || e.innerText;
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


def said(page: Page, text: str) -> None:
    expect(page.locator("[data-done]")).to_have_text(text)


def window(page: Page, name: str, key: str) -> Locator:
    """Open one of the small windows by its key."""
    page.keyboard.press(key)
    found = page.locator(f"dialog[data-dialog={name}]")
    expect(found).to_be_visible()
    return found


def close_window(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_day_at_the_counter_by_keyboard_alone(desk: Desk) -> None:
    """From opening to closing: a whole visit with other services, a note, a transfer, and back."""
    desk.room.book(START + timedelta(minutes=30))
    desk.room.run(services.set_counter_state, counter_id=desk.room.one, state="closed")
    bernd = desk.clerk()
    bernd.open()
    draw_and_call(bernd)
    serve_with_more(bernd)
    passing = window(bernd.page, "transfer", "w")
    passing.locator("[name=to]").select_option("counter:amtal-2")
    bernd.page.keyboard.press("Enter")
    said(bernd.page, "A 001 weitergeleitet")
    carla = desk.clerk("amtal-2", "leitung")
    carla.next("A 001")
    expect(carla.page.locator("[data-facts]")).to_contain_text("Notiz: Foto fehlt noch")
    carla.start_and_finish()
    work_in_the_lists(bernd)
    window(bernd.page, "break", "b")
    bernd.page.keyboard.press("Enter")
    expect(bernd.page.locator("[data-nobody-text]")).to_contain_text("bis etwa 09:45 Uhr")
    bernd.press("c")
    bernd.expects("Platz öffnen")


def draw_and_call(bernd: Clerk) -> None:
    """A number is drawn and called; nobody comes, or so it seems; called again by its number."""
    page = bernd.page
    drawing = window(page, "draw", "n")
    page.keyboard.type("ausweis")
    expect(drawing.locator(".service-row:visible")).to_have_count(1)
    page.keyboard.press("Enter")  # the only one that is left
    said(page, "Neue Nummer: A 001")
    bernd.next("A 001")
    said(page, "A 001 aufgerufen")
    bernd.press("r")
    said(page, "A 001 erneut aufgerufen")
    bernd.press("x")
    said(page, "A 001 nicht erschienen")
    bernd.expect_nobody()
    page.keyboard.press("u")
    bernd.expects("Person ist da")
    bernd.press("z")
    said(page, "A 001 wartet wieder")
    bernd.expects("Nächste Person aufrufen")
    window(page, "number", "a")
    page.keyboard.type("a 1")
    page.keyboard.press("Enter")
    bernd.expects("Person ist da")


def serve_with_more(bernd: Clerk) -> None:
    """Something is done besides and a note is written; a reload loses neither."""
    page, rendered = bernd.page, bernd.page.locator("[data-rendered] li")
    bernd.press("Space")
    bernd.expects("Abschließen")
    adding = window(page, "add", "+")
    page.keyboard.type("abhol")
    expect(adding.locator(".service-row:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(rendered).to_have_count(2)
    page.keyboard.press("i")
    expect(page.locator("[data-note]")).to_be_focused()
    page.keyboard.type("Foto fehlt noch")
    expect(page.locator("[data-note-said]")).to_have_text("gespeichert")
    page.reload()
    expect(rendered).to_have_count(2)
    expect(page.locator("[data-note]")).to_have_value("Foto fehlt noch")
    bernd.expects("Abschließen")


def work_in_the_lists(bernd: Clerk) -> None:
    """Enter checks in an appointment; arrows and Enter bring somebody back who was finished."""
    page, first = bernd.page, bernd.page.locator("[data-rows] tr").first
    page.keyboard.press("6")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    said(page, "Angemeldet: T 001")
    page.keyboard.press("5")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[role=menu] button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    said(page, "A 001 wartet wieder")


def test_two_notes_at_once_lose_nothing_and_are_printed_nowhere(desk: Desk) -> None:
    """What one clerk writes meanwhile stands above; the number on paper once more has no note."""
    room, ticket = desk.room, desk.room.draw()
    room.serve(room.one)
    bernd = desk.clerk()
    page, note = bernd.page, bernd.page.locator("[data-note]")
    bernd.expects("Abschließen")
    page.keyboard.press("i")
    expect(note).to_be_focused()
    page.keyboard.type("Foto")
    room.run(services.set_note, counter_id=room.two, ticket_id=ticket.id, text="Leser", was=None)
    expect(note).to_have_value("Leser\nFoto")
    expect(page.locator("[data-note-said]")).to_have_text("gespeichert")
    assert room.ticket(ticket.id).note == "Leser\nFoto"
    path = f"{desk.url}/counter/amtal-1/tickets"
    page.goto(f"{path}/{ticket.id}/print")
    expect(page.locator(".reprint-number")).to_have_text("A001")
    expect(page.locator(".reprint svg.qr")).to_be_visible()
    expect(page.locator(".reprint")).not_to_contain_text("Foto")
    assert violations_of(page) == []
    refused = page.goto(f"{path}/999/print")
    assert refused is not None
    assert refused.status == 404


def test_tab_goes_through_the_counter_and_out_again(desk: Desk) -> None:
    """The rows are one stop; arrows go on from there."""
    drawn = [desk.room.draw() for _ in range(3)]
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
    rows = [str(one.id) for one in drawn]
    assert [one for one in order if one in rows] == rows[:1]
    assert order.index("break") < order.index("tab-waiting") < order.index(rows[0])
    page.keyboard.press("1")
    expect(page.locator("[data-rows] tr").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == rows[1]


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
    number = window(page, "number", "a")
    page.keyboard.type("n b w", delay=50)
    expect(number.locator("input")).to_have_value("n b w")
    close_window(page)
    for _ in range(8):
        page.keyboard.down("Space")
    page.keyboard.up("Space")
    bernd.expects("Person ist da")
    assert desk.room.state().called[0].number == "A001"
    assert len(desk.room.state().waiting) == 2


def test_keys_are_picked_and_switched_off(desk: Desk) -> None:
    """No key means two things; switched off, the space bar is left."""
    desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    bernd.expects("Nächste Person aufrufen")
    keys = window(page, "keys", "?")
    draw = keys.locator("[data-pick=draw]")
    draw.click()
    page.keyboard.press("p")
    expect(keys.locator("[data-window-problem]")).to_have_text("P ist schon „Parken“.")
    draw.click()
    page.keyboard.press("j")
    expect(draw).to_have_text("J")
    close_window(page)
    page.keyboard.press("n", delay=50)
    expect(page.locator("dialog[open]")).to_have_count(0)
    window(page, "draw", "j")
    close_window(page)
    box = window(page, "keys", "?").locator("[data-keys-on]")
    box.uncheck()
    close_window(page)
    page.keyboard.press("j", delay=50)
    bernd.next("A 001")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_picks_that_cannot_be_used_are_as_if_never_made(desk: Desk) -> None:
    """In English, whose bar and title begin with a capital."""
    desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    bernd.expects("Nächste Person aufrufen")
    for kept, draw, park in (
        ('{"picked": null}', "N", "P"),
        ('{"picked": {"draw": 7, "park": "nn", "note": " "}}', "N", "P"),
        ('{"picked": {"park": "n", "discard": "n"}}', "", "N"),  # one key, one step
    ):
        page.evaluate("kept => localStorage.setItem('aufruf.counter.keys', kept)", kept)
        page.goto(f"{desk.url}/counter/amtal-1?lang=en")
        bernd.expects("Call next person")
        keys = window(page, "keys", "?")
        expect(keys.locator("[data-pick=draw]")).to_have_text(draw)
        expect(keys.locator("[data-pick=park]")).to_have_text(park)
        expect(keys.locator("[data-pick=discard]")).to_have_text("D")
    expect(page.locator(".bar > b").first).to_have_text("Counter 1")
    expect(page).to_have_title(re.compile("^Counter 1"))


def test_nothing_moves_under_the_pointer(desk: Desk) -> None:
    """The large button has one box in every state; rows wait while somebody points at them."""
    desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    rows = page.locator("[data-rows] tr")
    boxes = [box_after(bernd, "Nächste Person aufrufen")]
    page.locator("[data-panel]").hover()
    other = desk.room.draw()
    expect(page.locator("[data-waiting]")).to_have_text("2")
    expect(rows).to_have_count(1)
    expect(page.locator("[data-below-text]")).to_have_text("1 weitere seit 09:30 Uhr")
    desk.room.run(services.leave, token=other.token)
    expect(page.locator("[data-below]")).to_be_hidden()
    bernd.press("Space")
    boxes.append(box_after(bernd, "Person ist da"))
    expect(rows).to_have_class("is-gone")  # called, but not pulled away
    page.mouse.move(5, 5)
    expect(rows).to_have_count(0)
    bernd.press("Space")
    boxes.append(box_after(bernd, "Abschließen"))
    bernd.press("Space")
    bernd.expect_nobody()
    boxes.append(bernd.main.bounding_box())
    assert boxes == [boxes[0]] * 4


def box_after(clerk: Clerk, label: str) -> object:
    clerk.expects(label)
    return clerk.main.bounding_box()


FOOT = """() => {
  const foot = document.querySelector("footer.keys");
  const sign = document.querySelector("[data-screens]");
  const parts = [...foot.children].filter((one) => one.offsetWidth);
  const apart = parts.every((one, at) => !at ||
    one.getBoundingClientRect().left >= parts[at - 1].getBoundingClientRect().right);
  const whole = sign.scrollWidth <= sign.clientWidth && sign.offsetWidth > 200;
  return [foot.scrollWidth <= innerWidth, apart, whole,
    Math.max(...parts.map((one) => one.offsetHeight)) < 44];
}"""


@pytest.mark.parametrize("names", [["Eingang", "Flur"], ["Wartebereich im Erdgeschoss, links"]])
def test_foot_holds_a_warning_beside_what_was_done(desk: Desk, names: list[str]) -> None:
    """Somebody is called, and that can be taken back; a name too long is cut, its state is not."""
    for _ in range(2):
        desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    page.set_viewport_size({"width": 1280, "height": 800})

    def warn(line: WebSocketRoute) -> None:
        def told(text: str | bytes) -> None:
            view = json.loads(text)
            line.send(json.dumps(view | {"screens": away} if "seq" in view else view))

        line.connect_to_server().on_message(told)

    away = [{"name": name, "state": "offline"} for name in names]
    page.route_web_socket(re.compile("/ws/"), warn)
    page.reload()
    bernd.next("A 001")
    expect(page.locator("[data-undo]")).to_be_visible()
    says = "2 Anzeigen gestört" if len(names) > 1 else f"{names[0]}: keine Verbindung"
    expect(page.locator("[data-screens]")).to_contain_text(says)
    assert page.evaluate(FOOT) == [True, True, True, True]


def test_a_step_the_line_swallowed_counts_once_and_a_lost_session_leads_to_the_sign_in(
    desk: Desk,
) -> None:
    """The answer is lost on its way back; the same press is sent again and means the same call."""
    for _ in range(2):
        desk.room.draw()
    bernd = desk.clerk()
    page = bernd.page
    sent: list[str] = []

    def swallow(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
            route.abort("connectionrefused")
        else:
            route.continue_()

    page.route("**/next", swallow)
    bernd.next("A 001")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert [ticket.number for ticket in desk.room.state().called] == ["A001"]
    expect(page.locator("[data-problem]")).to_be_hidden()
    page.context.clear_cookies()  # the session ends
    page.reload()
    expect(page).to_have_url(f"{desk.url}/login?next=/counter/amtal-1")
