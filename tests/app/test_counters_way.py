"""Two clerks by keyboard alone, a line that is cut, and a day that ends early, in Chromium."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, Route, expect

from aufruf.core.formats import day_start, local_day
from aufruf.office.staff.commands import set_password
from aufruf.office.staff.passwords import hash_password
from aufruf.queue.events import ServiceStarted, TicketFinished
from tests.app.seen import PASSWORD, House
from tests.people import Clerk

KIOSK, CLOSE = "/kiosk/amtal-kiosk", "/office/amtal-buergerbuero/close"


def clerk_at(house: House, counter: str, login: str) -> Clerk:
    """Signed in there, by keyboard."""
    hashed = hash_password(PASSWORD)
    house.room.runner.run_now((), set_password, login=login, password_hash=hashed)
    return house.people.clerk(house.url, counter, login, PASSWORD)


def called(clerk: Clerk) -> Locator:
    """The list of those who are called or served, at all counters of the office."""
    clerk.page.keyboard.press("2")
    expect(clerk.page.locator("#tab-called")).to_have_attribute("aria-selected", "true")
    return clerk.page.locator("[data-rows] tr")


def times(house: House, kind: type[object]) -> int:
    return sum(isinstance(event, kind) for event in house.room.events())


def test_two_clerks_by_keyboard_and_a_line_that_is_cut(house: House) -> None:
    """Each sees whom the other calls; what is pressed while the line is away happens once."""
    room = house.room
    for _ in range(3):
        room.draw()
    one, two = clerk_at(house, "amtal-1", "bernd"), clerk_at(house, "amtal-2", "leitung")
    one.next("A 001")
    expect(called(two)).to_contain_text(["A 001"])
    two.next("A 002")
    expect(called(one)).to_contain_text(["A 002", "A 001"])

    one.page.context.set_offline(True)
    one.press("Space")  # the person is there, but nobody hears it
    problem = one.page.locator("[data-problem]")
    expect(problem).to_be_visible()
    expect(one.main).to_be_disabled()
    one.page.keyboard.press("Space")  # impatience
    two.press("Space")
    two.expects("Abschließen")
    assert times(house, ServiceStarted) == 1
    one.page.context.set_offline(False)
    one.expects("Abschließen")
    expect(problem).to_be_hidden()
    assert times(house, ServiceStarted) == 2

    sent: list[str] = []

    def swallow(route: Route) -> None:
        """The step arrives, its answer does not, and the line is away from then on."""
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
            one.page.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    one.page.route("**/finish", swallow)
    one.press("Space")
    expect(problem).to_be_visible()
    expect(called(two)).to_contain_text(["A 002"])
    one.page.context.set_offline(False)
    one.next("A 003")
    assert (times(house, TicketFinished), len(set(sent))) == (1, 1)
    now = {ticket.number: ticket.status for ticket in room.state().tickets}
    assert now == {"A001": "finished", "A002": "serving", "A003": "called"}
    expect(called(two)).to_contain_text(["A 003", "A 002"])


def test_office_closes_early_and_everybody_leaves_with_an_appointment(house: House) -> None:
    """Kiosk, screen and phone say so at once; tomorrow is a day like any other."""
    room, lena = house.room, house.clerk("leitung").page
    kiosk = house.device("amtal-kiosk", 1080, 1920).page
    screen = house.device("amtal-anzeige", 1920, 1080).page
    phone = house.visitor()
    first, _second = room.draw(), room.draw("abholung")
    kiosk.goto(f"{house.url}{KIOSK}")
    screen.goto(f"{house.url}/display/amtal-anzeige")
    phone.go(f"/t/{first.token}")
    expect(screen.locator("html")).to_have_attribute("data-live", "on")
    phone.page.wait_for_selector("[data-live]:not(.is-stale)")

    lena.goto(f"{house.url}{CLOSE}")
    lena.get_by_label(re.compile("Alle Büros")).check()
    lena.get_by_role("button", name="Jetzt schließen").click()
    expect(lena.locator(".closing-list > li")).to_have_count(2)
    way = kiosk.get_by_role("link", name="Ohne Termin")
    expect(way).to_contain_text("Wir schließen heute früher")
    expect(screen.locator("[data-calm-closed]")).to_be_visible()
    expect(phone.page.locator("[data-early]")).to_be_visible()

    give(lena, "A 001", "Amira Kaya")
    expect(phone.page.locator("h1:visible")).to_have_text("Sie haben einen neuen Termin.")
    give(lena, "L 001", "")
    expect(lena.locator(".closing-none")).to_have_text("Niemand wartet mehr.")
    given = [ticket.rebooked_id for ticket in room.state().tickets]
    assert len(set(given)) == 2
    assert None not in given

    tomorrow = day_start(local_day(room.clock.now()) + timedelta(days=1)) + timedelta(hours=9)
    room.clock.move(tomorrow - room.clock.now())
    assert room.draw().number == "A001"
    expect(way).not_to_contain_text("Wir schließen heute früher")
    screen.reload()
    expect(screen.locator("[data-waiting]").first).to_be_visible()
    expect(screen.locator("[data-calm-closed]")).to_be_hidden()


def give(lena: Page, number: str, name: str) -> None:
    """The next free time, on the spot."""
    row = lena.locator(".closing-list > li", has_text=number)
    row.get_by_role("textbox").fill(name)
    row.locator(".closing-give .is-main").click()
    expect(lena.locator(".notice.is-success")).to_contain_text(f"{number} hat jetzt den Termin")
