"""From a booking to the screen, in a real browser on both engines; nothing is stubbed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.usingen import LOGIN, PASSWORD, Usingen, serving_usingen
from tests.databases import Engine
from tests.people import People, people_in


@pytest.fixture
def usingen(engine: Engine, tmp_path: Path) -> Iterator[Usingen]:
    with serving_usingen(engine, tmp_path) as served:
        yield served


@pytest.fixture
def people(chromium: Browser) -> Iterator[People]:
    with people_in(chromium) as coming:
        yield coming


def book(page: Page, usingen: Usingen) -> str:
    """Amira books two services at once, at the earliest time; returns her reference."""
    page.goto(f"{usingen.url}/termin/usingen")
    page.get_by_role("button", name="Personalausweis beantragen").first.click()
    page.get_by_role("button", name="Reisepass beantragen").first.click()
    page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Diesen Termin nehmen").click()
    page.get_by_label("Name").fill("Amira Karimi")
    page.get_by_role("button", name="buchen").click()
    expect(page.locator(".done-time")).to_have_text("09:45 Uhr")
    asked = page.locator(".done-place")
    expect(asked).to_contain_text("Personalausweis beantragen, Reisepass beantragen")
    return page.locator(".reference").first.inner_text()


def draw(kiosk: Page) -> str:
    """A walk-in's number for the first service that is offered."""
    kiosk.get_by_role("link", name="Ohne Termin").click()
    kiosk.locator(".tile").first.click()
    kiosk.get_by_role("button", name="Nummer ziehen").click()
    return taken(kiosk)


def check_in(kiosk: Page, reference: str) -> str:
    """The number for an appointment, its reference typed on the screen."""
    kiosk.get_by_role("link", name="Mit Termin").click()
    for letter in reference.replace("-", ""):
        kiosk.locator(".keypad").get_by_role("button", name=letter, exact=True).click()
    kiosk.locator("[form=code-form]").click()
    return taken(kiosk)


def taken(kiosk: Page) -> str:
    number = kiosk.locator(".paper-number")
    expect(number).to_be_visible()
    return "".join((number.text_content() or "").split())


def test_whole_way_from_a_booking_to_the_screen(usingen: Usingen, people: People) -> None:
    amira = people.citizen()
    reference = book(amira, usingen)

    kiosk = people.kiosk(usingen.kiosk)
    assert draw(kiosk) == "A001"
    kiosk.locator("[data-done]").click()
    assert check_in(kiosk, reference) == "T001"
    phone = people.citizen()
    phone.goto(f"{usingen.url}/t/{kiosk.url.rpartition('/')[2].partition('?')[0]}")
    expect(phone.locator("section:not([hidden]) .ticket-number")).to_have_text("T001")
    phone.wait_for_selector("[data-live]:not(.is-stale)")

    screen = people.screen(usingen.display)
    screen.switch_sound_on()
    expect(screen.calm).to_be_visible()
    bernd = people.clerk(usingen.url, "usingen-1", LOGIN, PASSWORD)
    bernd.open()

    bernd.next("T 001")  # the appointment first, though the walk-in drew earlier
    screen.expect_call("T001", "1")
    expect(screen.golden).to_be_visible()
    screen.expect_rung(1)
    expect(phone.locator("body.is-called [data-counter]")).to_have_text("1")
    bernd.start_and_finish()
    expect(phone.locator("section:not([hidden]) h1")).to_have_text("Ihr Besuch ist abgeschlossen.")

    bernd.next("A 001")
    screen.expect_call("A001", "1")
    expect(screen.history).to_have_text(["T0011"])
    screen.expect_rung(2)
    bernd.press("r")
    screen.expect_rung(3)
    bernd.start_and_finish()
    expect(screen.calm).to_be_visible()
    expect(screen.history).to_have_text(["A0011", "T0011"])
    amira.reload()
    expect(amira.locator(".done-mark")).to_be_visible()
