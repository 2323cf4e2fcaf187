"""Who goes through the house page by page, and which page templates there are to see."""

from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect

from aufruf.core.settings import Settings
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.staff.commands import set_password
from aufruf.office.staff.passwords import hash_password
from tests.browser import serve_app, violations_of
from tests.people import People
from tests.queue.room import Room

PASSWORD = "Wernborn an der Usa"

# Every page template of the house, and the test below that sees it.
SEEN = {
    "app/mail.html": "demo",
    "app/mails.html": "demo",
    "app/start.html": "demo",
    "booking/cancel.html": "booking",
    "booking/channels.html": "choosing",
    "booking/confirm.html": "booking",
    "booking/contact.html": "booking",
    "booking/day.html": "mails",
    "booking/desk.html": "desk",
    "booking/desk_found.html": "desk",
    "booking/desk_move.html": "desk",
    "booking/desk_one.html": "desk",
    "booking/done.html": "booking",
    "booking/earliest.html": "booking",
    "booking/find.html": "booking",
    "booking/hours.html": "hours",
    "booking/hours_history.html": "hours",
    "booking/letter.html": "desk",
    "booking/mail_text.html": "mails",
    "booking/mails.html": "mails",
    "booking/mass.html": "desk",
    "booking/mass_one.html": "desk",
    "booking/mine.html": "mails",
    "booking/offer.html": "waiting",
    "booking/offices.html": "booking",
    "booking/online.html": "choosing",
    "booking/outbox.html": "mails",
    "booking/services.html": "booking",
    "booking/slip.html": "desk",
    "booking/statement.html": "choosing",
    "booking/time.html": "booking",
    "booking/town.html": "booking",
    "booking/waiting.html": "waiting",
    "booking/waiting_entry.html": "waiting",
    "booking/waiting_new.html": "waiting",
    "core/error.html": "errors",
    "display/display.html": "display",
    "display/screens.html": "screens",
    "display/screens_settings.html": "screens",
    "display/slide.html": "slides",
    "display/slides.html": "slides",
    "kiosk/code.html": "kiosk",
    "kiosk/elsewhere.html": "kiosk",
    "kiosk/help.html": "kiosk",
    "kiosk/problem.html": "kiosk",
    "kiosk/request.html": "kiosk",
    "kiosk/search.html": "kiosk",
    "kiosk/services.html": "kiosk",
    "kiosk/start.html": "kiosk",
    "kiosk/ticket.html": "kiosk",
    "office/login.html": "counter",
    "office/pairing.html": "screens",
    "office/pairing_room.html": "screens",
    "queue/calling.html": "calling",
    "queue/calling_history.html": "calling",
    "queue/closing.html": "closing",
    "queue/closing_times.html": "closing",
    "queue/counter.html": "counter",
    "queue/counters.html": "counter",
    "queue/opening.html": "counter",
    "queue/explained.html": "calling",
    "queue/paper.html": "desk",
    "queue/reprint.html": "counter",
    "queue/ticket.html": "ticket",
    "queue/ticket_life.html": "calling",
    "queue/status.html": "status",
    "queue/status_small.html": "status",
    "queue/status_town.html": "status",
    "queue/tickets.html": "calling",
}


class House:
    """The small house, served, and somebody before it who goes from page to page."""

    def __init__(self, room: Room, people: People, folder: Path) -> None:
        self.room = room
        self.people = people
        self.running = ExitStack()
        settings = Settings(
            database_url=room.database.url.render_as_string(hide_password=False),
            data_dir=folder,
            strict_texts=True,
        )
        self.url = self.running.enter_context(serve_app(settings, room.clock))
        self.found: list[str] = []

    def visitor(self, width: int = 390, height: int = 844) -> "Visitor":
        return Visitor(self, self.people.open(width, height))

    def device(self, slug: str, width: int, height: int) -> "Visitor":
        """Before a device that has been set up."""
        token = self.room.runner.run_now((), renew_device_token, slug=slug).token
        visitor = self.visitor(width, height)
        answer = visitor.page.request.post(f"{self.url}/devices/session", data={"token": token})
        assert answer.ok
        return visitor

    def clerk(self, login: str = "bernd") -> "Visitor":
        """Signed in, at the choice of counters."""
        hashed = hash_password(PASSWORD)
        self.room.runner.run_now((), set_password, login=login, password_hash=hashed)
        visitor = self.visitor(1440, 900)
        visitor.go("/login")
        visitor.page.fill("#login", login)
        visitor.page.fill("#password", PASSWORD)
        visitor.page.click("form .is-main")
        expect(visitor.page).to_have_url(f"{self.url}/counters")
        return visitor


class Visitor:
    """A page, and what axe finds on it."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    def go(self, path: str, status: int = 200) -> None:
        answer = self.page.goto(f"{self.house.url}{path}")
        assert answer is not None
        assert answer.status == status, path

    def press(self, what: str) -> None:
        """Press what leads to a page, and wait until it is there."""
        with self.page.expect_navigation():
            self.page.click(what)

    def check(self, state: str) -> None:
        self.house.found += [f"{state}: {one}" for one in violations_of(self.page)]

    def see(self, *paths: str) -> None:
        for path in paths:
            self.go(path)
            self.check(path)
