"""The languages of pages: honest about themselves, chosen by keyboard, right to left where due."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.booking.browser import PAGE, visiting
from tests.browser import LiveServer
from tests.factories import make_house

QUESTIONS = {
    "de": ("ltr", "Wo wohnen Sie?"),
    "de-simple": ("ltr", "Wo wohnen Sie?"),
    "en": ("ltr", "Where do you live?"),
    "uk": ("ltr", "Де Ви живете?"),
    "tr": ("ltr", "Nerede oturuyorsunuz?"),
    "ar": ("rtl", "أين تسكنون؟"),
}
TIMES = "/termin/amtal/zeit?service=personalausweis:2&office=amtal-buergerbuero"


@pytest.fixture
def client(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    make_house(sqlite_database, clock)
    with visiting(sqlite_database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def said_language(html: str) -> tuple[str, str]:
    found = re.search(r'<html lang="([^"]+)" dir="([^"]+)"', html)
    assert found
    return found[1], found[2]


def test_page_says_its_language_and_is_written_in_it(client: TestClient) -> None:
    for language, (direction, question) in QUESTIONS.items():
        answer = client.get("/termin", params={"lang": language})
        assert said_language(answer.text) == (language, direction)
        assert answer.headers["content-language"] == language
        assert f"{question}</h1>" in answer.text
        others = set(QUESTIONS) - {language}
        assert set(re.findall(r'hreflang="([^"]+)"', answer.text)) == others


@pytest.mark.parametrize(
    ("remembered", "spoken"), [("uk", "en"), ("ar", "en"), ("de-simple", "de"), ("xx", "de")]
)
def test_page_for_staff_is_answered_in_a_language_it_has(
    client: TestClient, remembered: str, spoken: str
) -> None:
    client.cookies.set("lang", remembered)
    answer = client.get("/login")
    assert said_language(answer.text) == (spoken, "ltr")
    assert set(re.findall(r'hreflang="([^"]+)"', answer.text)) == {"de", "en"} - {spoken}
    asked = client.get("/login?lang=ar")
    assert said_language(asked.text) == (spoken, "ltr")
    assert "set-cookie" not in asked.headers


def test_figures_and_dates_are_written_as_the_language_does(client: TestClient) -> None:
    said = {
        "de-simple": ["Heute, 09:30 Uhr", "Personalausweis beantragen: 2 Mal"],
        "uk": ["Сьогодні, 09:30", "Apply for an identity card (× 2)", "ср, 25.11.2026"],
        "tr": ["Bugün, 09:30", "25 Kas 2026 Çar"],
        "ar": ["اليوم، 09:30", "25 نوفمبر 2026"],
    }
    for language, words in said.items():
        page = client.get(f"{TIMES}&lang={language}").text
        assert [word for word in words if word not in re.sub("[\u2066-\u2069]", "", page)] == []
        assert re.findall("[\u0660-\u0669\u06f0-\u06f9]", page) == []


def test_arabic_is_mirrored_and_the_menu_goes_by_keyboard(
    browser_page: Page, live_server: LiveServer
) -> None:
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{TIMES}&lang=ar")
    heading, menu = page.locator("h1").bounding_box(), page.locator("summary").first.bounding_box()
    assert heading and menu
    assert menu["x"] < 100 < heading["x"] + heading["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Українська")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    expect(page.locator("h1")).to_have_text("Коли Вам зручно?")
    assert page.evaluate("document.fonts.check('600 20px \"Source Sans Pro\"', 'Є')")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize(("language", "status"), [("de-simple", 201), ("ar", 201), ("fr", 422)])
def test_programs_book_in_the_languages_there_are(
    client: TestClient, language: str, status: int
) -> None:
    booking = {
        "start": "2026-11-26T09:30:00+01:00",
        "services": [{"slug": "personalausweis"}],
        "language": language,
    }
    answer = client.post(
        "/api/v1/offices/amtal-buergerbuero/appointments",
        json=booking,
        headers={"accept": "application/json"},
    )
    assert answer.status_code == status
