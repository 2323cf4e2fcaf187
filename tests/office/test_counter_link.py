"""The link of a counter in a real browser: it signs the browser in, and the token is gone."""

import re

from playwright.sync_api import Browser, Page, expect

from aufruf.office.devices.commands import IssuedToken, add_device, revoke_device
from tests.browser import LiveServer


def link_of(live_server: LiveServer) -> IssuedToken:
    area = live_server.house.office.area.slug
    return live_server.runner.run_now(
        (), add_device, kind="counter", area=area, name="Platz 1", counter="amtal-1"
    )


def test_link_of_a_counter_opens_it_and_leaves_no_token(
    live_server: LiveServer, browser_page: Page
) -> None:
    issued = link_of(live_server)
    browser_page.goto(live_server.url + issued.link)
    expect(browser_page).to_have_url(f"{live_server.url}/counter/amtal-1")
    expect(browser_page.locator("body[data-counter=amtal-1]")).to_be_visible()


def test_link_that_was_revoked_says_so_at_the_sign_in(
    live_server: LiveServer, chromium: Browser
) -> None:
    issued = link_of(live_server)
    live_server.runner.run_now((), revoke_device, slug=issued.slug)
    page = chromium.new_page(locale="de-DE")
    page.goto(live_server.url + issued.link)
    expect(page).to_have_url(re.compile(r"/login\?next=/counter/amtal-1$"))
    expect(page.get_by_text("gilt nicht mehr")).to_be_visible()
    page.close()
