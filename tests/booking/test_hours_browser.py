"""The page of an office's hours in a real browser, with script and without, desk and phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aufruf.booking.change import recount_days
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.staff.commands import set_password
from aufruf.office.staff.passwords import hash_password
from tests.booking.desk import Desk, at
from tests.browser import serve_app
from tests.factories import make_house
from tests.people import people_in

PASSWORD = "Wernborn an der Usa"
HOURS = "/office/amtal-buergerbuero/hours"


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    house = make_house(sqlite_database, clock)
    runner = Runner(sqlite_database, clock, None, {OpeningRulesChanged: recount_days})
    runner.run_now((), set_password, login="leitung", password_hash=hash_password(PASSWORD))
    return Desk(sqlite_database, runner, house)


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login?next={HOURS}")
    page.fill("#login", "leitung")
    page.fill("#password", PASSWORD)
    page.click("form .is-main")
    page.goto(f"{url}{HOURS}?week=2026-W48")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_hours_are_changed_with_a_script_and_without(
    desk: Desk, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> None:
    late = desk.book(at("17:30"))
    settings = Settings(
        database_url=desk.database.url.render_as_string(hide_password=False),
        data_dir=tmp_path,
        strict_texts=True,
    )
    with serve_app(settings, clock) as url, people_in(chromium) as people:
        lena = people.open(1280, 800)
        sign_in(lena, url)
        thursday = lena.locator(".week-day").nth(3)
        # The picture is true: ten hours are ten times as high as one.
        hour = float(lena.evaluate(
            "getComputedStyle(document.querySelector('.week')).getPropertyValue('--step')"
        ).removesuffix("px")) * 4  # fmt: skip
        box = thursday.locator(".open").bounding_box()
        assert box is not None
        assert box["height"] == pytest.approx(10 * hour, abs=1)
        thursday.locator(".open a").click()
        lena.fill("#to", "17:00")
        lena.keyboard.press("Tab")
        expect(lena.locator("[data-result] table")).to_contain_text("Amira Kaya")
        expect(thursday.locator(".is-gone")).to_contain_text("17:00–18:00")
        lena.fill("#to", "7:00")
        expect(lena.locator("[data-result]").first).to_contain_text("Ende muss nach dem Anfang")
        expect(lena.locator("[value=save]")).to_have_count(0)
        lena.fill("#to", "17:00")
        lena.locator("[data-result] [value=save]").click()
        expect(lena.locator(".notice.is-success")).to_be_visible()
        expect(lena.locator(".notice.is-warning")).to_contain_text("Ein gebuchter Termin")
        assert fits(lena)
        assert desk.find(late.reference).status == "confirmed"

        phone = people.open(390, 844, java_script_enabled=False)
        sign_in(phone, url)
        assert fits(phone)
        phone.click("text=Übliche Schließtage")
        phone.get_by_text("Heiligabend").click()
        assert fits(phone)
        phone.click("[value=preview]")
        expect(phone.locator("[data-result]")).to_contain_text("an jedem dieser Tage")
        assert fits(phone)
        phone.click("[value=save]")
        expect(phone.locator(".notice.is-success")).to_be_visible()
        phone.click("text=Verlauf der Änderungen >> nth=0")
        expect(phone.locator(".hours-history > li").first).to_contain_text("Heiligabend")
        assert fits(phone)
