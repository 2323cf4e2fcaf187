"""Booking, moving and cancelling as a citizen does, in Chromium, with and without script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from aufruf.booking.store import Booked, find_appointment
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from tests.booking.strict import strict_house
from tests.browser import serve_app
from tests.people import People, people_in

PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Town:
    """The small house, served with everything an office may ask for."""

    url: str
    database: Database

    def find(self, page: Page) -> Booked:
        """The appointment whose page this is."""
        reference = urlsplit(page.url).path.split("/")[2]
        found = self.database.read_now(find_appointment, reference)
        assert found is not None
        return found

    def proofs(self) -> int:
        query = text("SELECT count(*) FROM spent_proof")
        return self.database.read_now(lambda conn: conn.execute(query).scalar_one())


@pytest.fixture
def town(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Town]:
    strict_house(sqlite_database, clock)
    clock.move(timedelta(minutes=-20))  # or the earliest time would be now
    settings = Settings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        data_dir=tmp_path,
        strict_texts=True,
    )
    with serve_app(settings, clock) as url:
        yield Town(url, sqlite_database)


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    with people_in(chromium) as coming:
        yield coming


def choose_time(page: Page, town: Town, language: str = "de", *, script: bool = True) -> None:
    """From the first page to the question who comes."""
    page.goto(f"{town.url}/termin?lang={language}")
    page.click("a.way[href*='amtal']")
    card = page.locator("[data-service]", has=page.locator("#name-personalausweis"))
    if script:
        card.locator("button:visible").click()
    else:
        card.locator("select").select_option("personalausweis:1")
    page.click(".page-foot button")
    page.locator(".earliest button").click()
    expect(page.locator("#name")).to_be_visible()


def say_who(page: Page, name: str = "Amira Kaya") -> None:
    page.fill("#name", name)
    page.fill("#email", "amira@beispiel.example")
    page.fill("#answer_0", "Ja, zwei")
    page.locator("#email").press("Enter")
    expect(page.locator(".done-date")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_appointment_is_booked_moved_and_cancelled(
    town: Town, people: People, *, script: bool
) -> None:
    page = people.open(390, 844, java_script_enabled=script)
    choose_time(page, town, script=script)
    page.fill("#name", "Amira Kaya")
    page.get_by_role("button", name="Mehr Zeit").click()
    expect(page.locator("#name")).to_have_value("Amira Kaya")
    say_who(page)
    booked = town.find(page)
    assert (booked.status, booked.name, booked.answers) == ("confirmed", "Amira Kaya", ["Ja, zwei"])
    assert town.proofs() == (1 if script else 0)

    page.get_by_role("link", name="Termin verschieben").click()
    page.locator(".time:visible").last.click()
    expect(page.locator(".done-mark")).to_have_text("Ihr Termin ist verschoben")
    moved = town.find(page)
    assert (moved.sequence, moved.start_at > booked.start_at) == (1, True)

    page.locator(".spell summary").click()
    reference, code = page.locator(".reference").all_inner_texts()
    expect(page.locator(".spelled").first.locator("li")).to_have_count(8)
    page.goto(f"{town.url}/termin/aendern")
    page.get_by_label("Terminnummer").fill(reference)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Termin öffnen").click()
    page.get_by_role("link", name="Termin absagen").click()
    page.get_by_role("button", name="Ja, Termin absagen").click()
    expect(page.locator(".done-mark")).to_have_text("Dieser Termin ist abgesagt")
    assert town.find(page).name is None


def test_booking_in_arabic_runs_from_right_to_left(town: Town, people: People) -> None:
    page = people.citizen()
    choose_time(page, town, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    say_who(page, "أميرة كايا")
    booked = town.find(page)
    assert (booked.status, booked.language, booked.name) == ("confirmed", "ar", "أميرة كايا")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert re.search("[\u0600-\u06ff]", page.locator(".done-mark").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hold_is_loud_only_at_its_end_and_loses_nothing(town: Town, people: People) -> None:
    page = people.citizen()
    page.clock.install()
    choose_time(page, town)
    page.fill("#name", "Amira Kaya")
    held, said = page.locator(".held"), page.locator("[data-countdown-said]")
    page.wait_for_load_state("load")  # the countdown counts from when its script has run
    page.clock.fast_forward("07:00")
    expect(held).not_to_have_class(re.compile("is-short"))
    expect(said).to_be_empty()
    page.clock.fast_forward("01:01")
    expect(held).to_have_class(re.compile("is-short"))
    expect(held).to_contain_text("1:5")
    expect(said).to_contain_text("noch zwei Minuten")
    page.clock.fast_forward("01:30")
    expect(said).to_contain_text("halbe Minute")
    page.clock.fast_forward("00:31")
    expect(held).to_contain_text("Sie können trotzdem absenden")
    expect(page.locator("#name")).to_have_value("Amira Kaya")
    say_who(page)
    assert town.find(page).status == "confirmed"


def test_limit_is_said_where_one_can_act(town: Town, people: People) -> None:
    page = people.citizen()
    for _ in range(2):
        choose_time(page, town)
        say_who(page)
    choose_time(page, town)
    page.fill("#name", "Amira Kaya")
    page.fill("#email", "Amira+drei@beispiel.example")
    page.fill("#answer_0", "Nein")
    page.click(".page-foot button")
    notice = page.locator("form .notice")
    expect(notice).to_contain_text("Sagen Sie einen ab")
    expect(notice).to_contain_text("06081 1024-0")
    expect(page.locator("#answer_0")).to_have_value("Nein")
