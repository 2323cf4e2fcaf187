"""The desk in a real browser: a call by keyboard alone, and a day that has to be cancelled."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from aufruf.booking import services
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.office.staff.commands import set_password
from aufruf.office.staff.passwords import hash_password
from tests.booking.desk import at
from tests.browser import serve_app
from tests.factories import House, make_house
from tests.mail_server import Letterbox, letterbox
from tests.people import People, people_in

PASSWORD = "Wernborn an der Usa"
PROVEN = hash_password(PASSWORD)
DESK = "/office/amtal-buergerbuero/appointments"
CHANGE = "/office/amtal-buergerbuero/change"
PICKER = "**/service-picker.js*"


@dataclass(frozen=True)
class Office:
    """The small house, served, with a mail server behind it."""

    url: str
    house: House
    runner: Runner
    post: Letterbox
    people: People

    def clerk(self, path: str, *, script: bool = True) -> Page:
        """Bernd, signed in, before this page at his desk."""
        page = self.people.open(1280, 800, java_script_enabled=script)
        page.goto(f"{self.url}/login?next={path}")
        page.fill("#login", "bernd")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.url}{path}")
        return page

    def book(self, clock: str, contact: Contact) -> None:
        self.runner.run_now(
            self.house.office.id,
            services.hold_slot,
            office_id=self.house.office.id,
            start=at(clock),
            services=(Wanted("personalausweis"),),
            language="de",
            contact=contact,
            by_staff=True,
        )


@pytest.fixture
def office(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Office]:
    house = make_house(sqlite_database, clock)
    runner = Runner(sqlite_database, clock, None, {})
    runner.run_now((), set_password, login="bernd", password_hash=PROVEN)
    with ExitStack() as stack:
        post = stack.enter_context(letterbox())
        settings = Settings(
            database_url=sqlite_database.url.render_as_string(hide_password=False),
            data_dir=tmp_path,
            strict_texts=True,
            smtp_url=post.url,  # pyright: ignore[reportArgumentType]
        )
        url = stack.enter_context(serve_app(settings, clock))
        people = stack.enter_context(people_in(chromium))
        yield Office(url, house, runner, post, people)


class Hands:
    """Somebody who never touches the mouse; counts the keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1


def test_call_is_booked_by_keyboard_in_a_dozen_keys(office: Office) -> None:
    page = office.clerk(DESK)
    hands = Hands(page)
    expect(page.locator("#service1-typed")).to_be_focused()
    hands.type("perso")
    hands.press("Tab", "Tab")
    hands.type("Kaya")
    expect(page.locator("#next")).to_contain_text("Mi., 25.11.2026, 09:30 Uhr buchen")
    # Everything is on one screen, down to the last time of the day.
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    hands.press("Enter")
    expect(page.locator(".one-time")).to_have_text("09:30 Uhr")
    expect(page.locator(".one-code")).to_have_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$"))
    expect(page.get_by_role("link", name="Zettel")).to_be_visible()
    assert hands.keys == len("perso") + len("Kaya") + 3


def before_the_picker(office: Office) -> tuple[Page, Callable[[], None]]:
    """The desk as somebody quick meets it, its picker still on the way; and what lets it come."""
    page = office.clerk(f"{DESK}/find")
    held: list[Route] = []

    def hold_back(route: Route) -> None:
        held.append(route)

    def let_come() -> None:
        while not held:
            page.wait_for_timeout(20)  # it has been asked for: its turn to be held comes
        held.pop().continue_()

    page.route(PICKER, hold_back)
    with page.expect_request(PICKER):
        page.goto(f"{office.url}{DESK}", wait_until="commit")
    return page, let_come


def test_typing_goes_on_when_the_script_comes_late(office: Office) -> None:
    page, let_script_come = before_the_picker(office)
    expect(page.locator("#service1")).to_be_focused()
    page.keyboard.type("p")
    let_script_come()
    expect(page.locator("#service1-typed")).to_be_focused()
    page.keyboard.type("erso")
    page.keyboard.press("Tab")
    expect(page.locator("#service1-typed")).to_have_value("Personalausweis beantragen")
    expect(page.locator("#next")).to_contain_text("09:30 Uhr buchen")


def test_script_that_comes_late_takes_the_focus_from_nobody(office: Office) -> None:
    page, let_script_come = before_the_picker(office)
    page.locator("#name").focus()
    page.keyboard.type("Ka")
    let_script_come()
    expect(page.locator("#service1-typed")).to_be_visible()
    page.keyboard.type("ya")
    expect(page.locator("#name")).to_have_value("Kaya")


def test_call_is_booked_by_keyboard_without_script(office: Office) -> None:
    page = office.clerk(DESK, script=False)
    hands = Hands(page)
    expect(page.locator("#service1")).to_be_focused()
    hands.type("pers")
    hands.press("Tab", "Tab")
    hands.type("Kaya")
    hands.press("Enter")
    expect(page.locator("#next")).to_be_focused()
    hands.press("Enter")
    expect(page.locator(".one-time")).to_have_text("09:30 Uhr")
    assert hands.keys == len("pers") + len("Kaya") + 4


def test_times_follow_what_is_chosen_and_keep_what_is_typed(office: Office) -> None:
    page = office.clerk(DESK)
    page.get_by_label("Name", exact=True).fill("Kaya")
    service = page.locator("input[role=combobox]").first
    service.fill("gewerbe")
    service.press("Enter")
    expect(page.locator("[data-more]")).to_contain_text("30 Minuten")
    page.get_by_role("button", name=re.compile("^Do., 26.11.2026, ")).click()
    expect(page.locator(".desk-day")).to_have_text("Donnerstag, 26. November 2026")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kaya")
    page.get_by_role("button", name="Do., 26.11.2026, 14:00 Uhr").click()
    expect(page.locator(".one-time")).to_have_text("14:00 Uhr")


def test_day_is_cancelled_with_mails_and_calls(office: Office) -> None:
    office.book("09:30", Contact("Amira Kaya", "amira@beispiel.example"))
    office.book("10:00", Contact("Jürgen Müller", None, "06081 1024-0"))
    page = office.clerk(CHANGE)
    page.get_by_label("Ein ganzer Tag").check()
    page.locator("#day").fill("2026-11-26")
    page.get_by_label("Absagen und freie Zeiten").check()
    page.get_by_role("button", name="Betroffene Termine zeigen").click()
    expect(page.locator(".mass-list tbody tr")).to_have_count(2)
    page.locator("#reason").fill("eine Erkrankung in unserem Büro")
    page.get_by_role("button", name="Jetzt absagen").click()
    expect(page.locator(".mass-sums")).to_have_text(
        re.compile(r"2\s*abgesagt\s*1\s*noch anzurufen")
    )
    calls = page.locator(".mass-calls tbody tr")
    expect(calls).to_have_count(1)
    expect(calls).to_contain_text("06081 1024-0")
    calls.get_by_role("button", name="Erreicht").click()
    expect(page.locator(".mass-reached")).to_be_visible()
    expect(calls).not_to_contain_text("06081")

    mail = office.post.wait_for("amira@beispiel.example", "eine Erkrankung in unserem Büro")
    assert office.post.mails == [mail]
    plain = mail.get_body(("plain",))
    assert plain is not None
    words = plain.get_content()
    (calendar,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == "CANCEL"
    link = urlsplit(re.findall(r"http\S+/zeit\?\S+", words)[0])
    amira = office.people.citizen()
    amira.goto(f"{office.url}{link.path}?{link.query}")
    expect(amira.get_by_role("heading", level=1)).to_be_visible()
    expect(amira.locator("body")).to_contain_text("27. Nov")
