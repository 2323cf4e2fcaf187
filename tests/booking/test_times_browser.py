"""The month of the page of times by keyboard, as a date grid, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LiveServer

MONTH = "/termin/amtal/zeit?service=personalausweis:1&office=amtal-buergerbuero&view=month"


@pytest.mark.parametrize(
    ("language", "back", "ahead"),
    [("de", "ArrowLeft", "ArrowRight"), ("ar", "ArrowRight", "ArrowLeft")],
)
def test_month_is_walked_through_with_the_keys_of_a_date_grid(
    browser_page: Page, live_server: LiveServer, language: str, back: str, ahead: str
) -> None:
    page = browser_page
    page.goto(f"{live_server.url}{MONTH}&day=2026-11-26&lang={language}")
    expect(page.get_by_role("grid").locator("a[tabindex='0']")).to_have_count(1)
    page.locator("#gewaehlt").focus()

    def press(key: str, day: str) -> None:
        page.keyboard.press(key)
        expect(page.locator(f"a[data-day='{day}']")).to_be_focused()

    press(ahead, "2026-11-27")
    press(ahead, "2026-11-30")  # the office is closed on weekends
    press("ArrowUp", "2026-11-30")  # that Monday is over
    press(back, "2026-11-27")
    press("Home", "2026-11-25")
    press("End", "2026-11-27")
    press("PageDown", "2026-12-01")
    press("ArrowDown", "2026-12-08")
    page.keyboard.press("Enter")
    expect(page.locator("#zeiten")).to_be_focused()
    expect(page.locator("a[data-day='2026-12-08']")).to_have_attribute("aria-current", "true")
    page.locator("#gewaehlt").focus()
    press("PageUp", "2026-11-25")
