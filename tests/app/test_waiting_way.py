"""Amira waits for something earlier, Bernd cancels, and she takes his time: two browsers, and a
real mail server between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.booking.desk import Desk, at
from tests.booking.waiting import WEDNESDAY, Line, load_few_times
from tests.browser import serve_app
from tests.mail_server import Letterbox, letterbox
from tests.people import People, people_in

TIMES = "/termin/amtal/zeit?service=eheschliessung:1&office=amtal-standesamt"
UID = re.compile(r"UID:(\S+)")


@dataclass(frozen=True)
class Town:
    """The small house with a few times a week, served, and the mails it sends."""

    url: str
    line: Line
    mails: Letterbox

    def book(self, page: Page, name: str) -> str:
        """The earliest time, by the pages; the address of the appointment."""
        page.goto(f"{self.url}{TIMES}")
        page.locator(".earliest button").click()
        page.fill("#name", name)
        page.fill("#email", f"{name.lower()}@beispiel.example")
        page.click(".page-foot button")
        expect(page.locator(".done-mark")).to_have_text("Ihr Termin ist gebucht")
        return page.url


@pytest.fixture
def town(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Town]:
    house = load_few_times(sqlite_database, clock)
    line = Line(Desk(sqlite_database, Runner(sqlite_database, clock, None, {}), house))
    line.book(at("14:00", WEDNESDAY), "Carla")
    with letterbox() as mails:
        settings = Settings(
            database_url=sqlite_database.url.render_as_string(hide_password=False),
            data_dir=tmp_path,
            smtp_url=mails.url,  # pyright: ignore[reportArgumentType]
            strict_texts=True,
        )
        with serve_app(settings, clock) as url:
            yield Town(url, line, mails)


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    with people_in(chromium) as coming:
        yield coming


def link_in(mail: EmailMessage, part: str) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https?://\S+/termin/{part}/\S+", body.get_content())
    assert found is not None
    return urlsplit(found[0]).path


def calendar_in(mail: EmailMessage) -> str:
    body = mail.get_body(("calendar",))
    parts = [body] if body else [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    return str(parts[0].get_content())


@pytest.mark.parametrize("script", [True, False])
def test_freed_time_is_offered_by_mail_and_taken(
    town: Town, people: People, *, script: bool
) -> None:
    bernd = people.open(1280, 800, java_script_enabled=script)
    amira = people.open(390, 844, java_script_enabled=script)
    town.book(bernd, "Bernd")
    here = town.book(amira, "Amira")

    amira.get_by_role("link", name="Sagen Sie Bescheid").click()
    expect(amira.get_by_label("Vom")).to_have_value("2026-11-26")
    amira.get_by_role("button", name="Sagen Sie mir Bescheid").click()
    expect(amira.locator("h1")).to_have_text("Sie stehen auf der Warteliste")

    bernd.get_by_role("link", name="Termin absagen").click()
    bernd.get_by_role("button", name="Ja, Termin absagen").click()
    expect(bernd.locator(".done-mark")).to_have_text("Dieser Termin ist abgesagt")

    offer = link_in(town.mails.wait_for("amira@", "/termin/angebot/"), "angebot")
    amira.goto(f"{town.url}{offer}")
    expect(amira.locator(".offer-time").first).to_contain_text("Do., 26. November")
    expect(amira.locator(".offer-time.is-present")).to_contain_text("Fr., 27. November")
    bernd.goto(f"{town.url}{TIMES}")  # nobody else sees it
    expect(bernd.locator(".earliest")).not_to_contain_text("26.11.")
    amira.get_by_role("button", name="Nehmen").click()
    expect(amira.locator(".done-mark")).to_have_text("Ihr Termin ist verschoben")
    expect(amira.locator(".done-time")).to_have_text("09:30 Uhr")

    booked = next(mail for mail in town.mails.mails if "amira@" in mail["To"])
    moved = calendar_in(town.mails.wait_for("amira@", "09:30"))
    file = amira.request.get(f"{here}/kalender.ics").text()
    for calendar in (moved, file):
        assert "T093000" in calendar
        assert "SEQUENCE:1" in calendar
        assert UID.findall(calendar) == UID.findall(calendar_in(booked))
    amira.goto(f"{town.url}{offer}")
    expect(amira.locator("h1")).to_have_text("Das haben Sie genommen")
    bernd.goto(f"{town.url}{TIMES}")  # what Amira had is free for all
    expect(bernd.locator(".earliest")).to_contain_text("Fr., 27.11.2026")
