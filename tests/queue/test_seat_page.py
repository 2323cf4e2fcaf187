"""Choosing a counter, taken over, asked after an outage, and calling for help, in Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.staff.commands import set_roles
from aufruf.queue import services
from tests.browser import serve_app
from tests.display.house import build
from tests.people import COUNT_TONES, Clerk, people_in
from tests.queue.room import Room, move_in
from tests.queue.test_counter_page import PASSWORD, Desk

SLEPT = """() => localStorage.setItem(
  "aufruf.counter.amtal-1.seen", JSON.stringify({ boot: "another", at: Date.now() }))"""


@pytest.fixture
def desk(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Desk]:
    build(sqlite_database)
    room: Room = move_in(sqlite_database, clock)
    url = sqlite_database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=tmp_path, strict_texts=True)
    with serve_app(settings, clock) as served, people_in(chromium) as people:
        yield Desk(room, people, served)


def test_one_calls_for_help_and_another_comes(desk: Desk) -> None:
    run, offices = desk.room.runner.run_now, ["amtal-buergerbuero"]
    run((), set_roles, login="bernd", offices=offices, may_call_any=False)
    one, two = desk.clerk("amtal-1"), desk.clerk("amtal-2", "leitung")
    steps = one.page.locator("[data-actions] [data-step]")
    assert [step.get_attribute("data-step") for step in steps.all()] == ["draw", "arrive", "break"]
    two.page.add_init_script(COUNT_TONES)
    two.page.reload()
    banner = two.page.locator("[data-emergency-banner]")
    sign = one.page.locator("[data-emergency-sign-text]")
    expect(two.label).not_to_have_text("")
    one.page.keyboard.press("F8")
    expect(one.page.locator("[data-emergency-sign]")).to_be_hidden()  # once is an accident
    one.page.keyboard.press("F8")
    expect(sign).to_have_text("Hilfe ist verständigt")
    expect(one.page.locator("[data-emergency-banner]")).to_be_hidden()
    expect(banner).to_contain_text("Notfall an Platz 1")
    expect(two.page).to_have_title(re.compile(r"^NOTFALL Platz 1 · Platz 2"))
    two.page.mouse.click(700, 700)  # until somebody presses something, a browser is mute
    expect(two.page.locator("html")).to_have_attribute("data-tones", re.compile(r"^([4-9]|\d\d)"))
    two.page.keyboard.press("n")  # over an open window too, and it can be answered there
    expect(two.page.locator("dialog[data-dialog=draw] [data-emergency-banner]")).to_be_visible()
    two.page.keyboard.press("F2")
    expect(sign).to_have_text("Platz 2 kommt")
    expect(banner).to_be_hidden()
    expect(two.page.locator("[data-emergency-answered]")).to_contain_text("Sie haben zugesagt.")
    expect(two.page).to_have_title(re.compile("^Platz 2"))
    one.page.locator("[data-emergency-withdraw]").click()
    expect(two.page.locator("[data-alarm]")).to_have_count(0)
    desk.room.run(services.raise_emergency, counter_id=desk.room.one, test=True)
    two.page.reload()  # a page that comes later sees what stands
    expect(banner).to_contain_text("Probealarm an Platz 1")


def test_counter_is_chosen_kept_and_taken_over(desk: Desk) -> None:
    bernd = desk.people.open(1280, 800, java_script_enabled=False)
    bernd.goto(f"{desk.url}/login")
    bernd.fill("#login", "bernd")
    bernd.fill("#password", PASSWORD)
    bernd.keyboard.press("Enter")
    bernd.click("a[href='/counters/amtal-1']")
    bernd.check("[value=only]")
    bernd.click(".button.is-main")
    expect(bernd.locator(".field-error")).to_be_visible()
    bernd.check("[value=personalausweis]")
    bernd.click(".button.is-main")
    bernd.goto(f"{desk.url}/counters")
    expect(bernd.locator(".seat-go")).to_contain_text("Weiter an Platz 1")
    bernd.click("text=Platz 1 schließen")
    expect(bernd.locator(".notice")).to_contain_text("Platz 1 ist geschlossen.")
    expect(bernd.locator(".seat-go")).to_contain_text("Wie zuletzt: Platz 1")
    expect(bernd.locator(".seat-go")).to_be_focused()
    bernd.keyboard.press("Enter")
    expect(bernd).to_have_url(f"{desk.url}/counter/amtal-1")
    assert desk.room.state().counter(desk.room.one).offers is not None
    desk.room.draw()
    first, lena = desk.clerk("amtal-1"), desk.clerk("amtal-1", "leitung")
    first.next("A 001")
    expect(lena.page.locator("[data-seat-lost]")).to_contain_text("arbeitet jemand anderes")
    lena.page.click("[data-seat-take]")
    expect(first.page.locator("[data-seat-lost]")).to_contain_text("wurde übernommen")
    first.page.keyboard.press("Space")
    expect(first.page.locator("main")).to_have_attribute("inert", "")
    ask_after_outage(lena)
    assert desk.room.state().finished[0].number == "A001"


def ask_after_outage(lena: Clerk) -> None:
    """The server she finds is another run than the one this counter was last seen with."""
    lena.expects("Person ist da")
    lena.page.evaluate(SLEPT)
    lena.page.reload()
    question = lena.page.locator("[data-asked]")
    expect(question).to_contain_text("Ist A 001 noch bei Ihnen?")
    question.locator("[data-asked-done]").click()
    expect(lena.page.locator("[data-done]")).to_have_text("A 001 abgeschlossen, Ende unbekannt")
    expect(question).to_be_hidden()
