"""The way of a booking in a real browser, on a phone and on a desk, in both languages."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LiveServer, violations_of

SIZES = {"phone": (390, 844), "desk": (1280, 800)}


def check(page: Page) -> None:
    """Nothing for axe to find, nothing wider than the screen."""
    assert violations_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Every page is seen by axe in both languages in tests/app/test_accessibility.py; here by hand.
@pytest.mark.parametrize(("size", "language"), [("phone", "de"), ("desk", "en")])
def test_booking_by_hand_is_accessible_on_every_page(
    browser_page: Page,
    live_server: LiveServer,
    size: str,
    language: str,
) -> None:
    page = browser_page
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/termin?lang={language}")
    check(page)
    page.click("a[href='/termin/amtal']")
    card = page.locator("[data-service]", has=page.locator("#name-personalausweis"))
    card.locator("button:visible").click()
    expect(page.locator("[data-total]")).to_contain_text("15")
    check(page)
    page.click(".page-foot button")
    expect(page.locator(".earliest")).to_be_visible()
    check(page)
    page.click(".earliest button")
    page.fill("#name", "Amira Kaya")
    check(page)
    page.click(".page-foot button")
    expect(page.locator(".done-date")).to_be_visible()
    page.locator(".checklist .tick").first.check()
    expect(page.locator("[data-ticked]")).to_contain_text("1")
    check(page)
    page.reload()
    expect(page.locator(".checklist .tick").first).to_be_checked()
    here = urlsplit(page.url).path
    for way in ("verschieben", "absagen"):
        page.goto(f"{live_server.url}{here}/{way}")
        check(page)


def test_search_leaves_only_what_fits(
    browser_page: Page,
    live_server: LiveServer,
) -> None:
    page = browser_page
    page.goto(f"{live_server.url}/termin/amtal")
    page.get_by_role("searchbox").fill("perso")
    expect(page.locator("[data-service]:visible")).to_have_count(1)
    page.get_by_role("searchbox").fill("raumschiff")
    expect(page.locator("[data-nothing]")).to_be_visible()
    page.get_by_role("searchbox").fill("")
    expect(page.locator("[data-service]:visible").nth(3)).to_be_visible()
