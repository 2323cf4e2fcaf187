"""Nothing for axe-core to find on any page of the house; a page on no list fails the test."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from aufruf.app.demo.run import prepare
from aufruf.core.assets import ROOT
from aufruf.core.settings import Settings
from aufruf.queue import services as queue
from tests.app import test_accessibility_office as of_office
from tests.app.seen import SEEN, House, Visitor
from tests.browser import serve_app, violations_of
from tests.people import people_in

TIMES = "/termin/amtal/zeit?service=personalausweis:1"
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')


def test_every_page_of_the_house_is_on_the_list() -> None:
    extended: set[str] = set()
    pages: set[str] = set()
    for file in ROOT.glob("*/templates/*.html"):
        base = EXTENDS.search(file.read_text(encoding="utf-8"))
        if base:
            extended.add(base[1])
            pages.add(f"{file.parts[-3]}/{file.name}")
    assert pages - extended == set(SEEN)
    here = {*globals(), *vars(of_office)}
    tests = {name.removeprefix("test_axe_finds_nothing_on_") for name in here}
    assert set(SEEN.values()) <= tests


@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing_on_booking(house: House, language: str) -> None:
    house.room.wait(minutes=-20)  # so that the earliest time is still to come
    amira = house.visitor()
    page = amira.page
    amira.see(f"/termin?lang={language}", "/termin/amtal", TIMES)
    amira.go("/termin/amtal/zeit", 422)
    amira.check("no service chosen")
    here = f"{TIMES}&office=amtal-buergerbuero"
    amira.see("/termin/amtal/frueheste?service=personalausweis", f"{here}&view=month")
    amira.see(f"{here}&view=list", here)
    amira.press(".earliest button")
    amira.check("contact")
    page.evaluate("document.querySelector('[data-countdown]').closest('form').noValidate = true")
    page.click("form .is-main")
    expect(page.locator(".has-error")).to_be_visible()
    amira.check("contact with a mistake")
    page.fill("#name", "Amira")
    page.click("form .is-main")
    expect(page.locator(".done-mark")).to_be_visible()
    for spelled in page.locator(".spell summary").all():
        spelled.click()
    amira.check("done, spelled")
    here = page.url.removeprefix(house.url)
    amira.see("/termin/aendern")
    page.fill("#reference", "ABCD-2345")
    page.fill("#code", "ABCDEF")
    page.click("form .is-main")
    expect(page.locator(".notice")).to_be_visible()
    amira.check("wrong code")
    amira.see(f"{here}/verschieben", f"{here}/absagen")
    page.click("form .is-main, form .button")
    expect(page.locator(".done-mark.is-over")).to_be_visible()
    amira.check("cancelled")
    amira.go(f"{TIMES}&office=amtal-standesamt")
    page.click(".earliest button")
    page.fill("#name", "Amira")
    page.fill("#email", "amira@example.org")
    page.click("form .is-main")
    expect(page.locator(".done-mark")).to_be_visible()
    page.locator(".again summary").click()
    amira.check("awaiting the mail")
    amira.see(f"{page.url.removeprefix(house.url)}/bestaetigen?code=ABCD2345")


def test_axe_finds_nothing_on_choosing(house: House) -> None:
    """What a choice may lead to: a search, a link, online first, the way, two appointments."""
    amira = house.visitor()
    amira.see("/termin/amtal?suche=Perso&service=abholung", "/termin/amtal?suche=Raumschiff")
    amira.see("/termin?service=eheschliessung&office=amtal-standesamt", "/termin/alle")
    amira.see("/termin/alle?service=eheschliessung", "/termin/amtal/barrierefreiheit?lang=en")
    amira.see("/termin/amtal/zeit?service=gewerbeanmeldung&service=abholung&zuerst=online")
    amira.see("/termin/amtal/zeit?service=abholung", "/termin/amtal?office=amtal-standesamt")
    amira.go("/termin/amtal/zeit?service=abholung&service=eheschliessung", 409)
    amira.check("two appointments")
    amira.go("/termin/amtal")
    for slug in ("abholung", "eheschliessung"):
        amira.page.locator(f"#name-{slug} ~ span button:visible").click()
    expect(amira.page.locator("[data-apart]")).to_be_visible()
    amira.check("said at once that they do not go together")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_axe_finds_nothing_on_waiting(house: House, language: str) -> None:
    """The waiting list, with an appointment and without, and an offer in its states."""

    def book(visitor: Visitor, day: str) -> str:
        visitor.go(f"{TIMES}&office=amtal-buergerbuero&day={day}&lang={language}")
        visitor.page.locator(".time:visible").last.click()
        visitor.page.fill("#name", "Amira")
        visitor.page.fill("#email", "amira@example.org")
        visitor.page.click("form .is-main")
        expect(visitor.page.locator(".done-mark")).to_be_visible()
        return visitor.page.url.removeprefix(house.url)

    def newest_link(part: str) -> str:
        query = text("SELECT text FROM outbox_mail ORDER BY id")
        mails = house.room.database.read_now(lambda conn: list(conn.scalars(query)))
        return re.findall(rf"/termin/{part}/\S+", "".join(mails))[-1]

    amira, bernd = house.visitor(), house.visitor()
    freed, own = book(bernd, "2026-11-27"), book(amira, "2026-12-04")
    amira.check("done, with the way to the waiting list")
    amira.see(f"{own}/warteliste")
    for tick in amira.page.locator("[name=weekday]").all():
        tick.uncheck()
    amira.press(".waiting-form .is-main")
    amira.check("waiting with a mistake")
    amira.page.locator("[name=weekday]").nth(4).check()
    amira.press(".waiting-form .is-main")
    expect(amira.page.locator(".notice.is-success")).to_be_visible()
    amira.check("waiting")
    bernd.go(f"{freed}/absagen")
    bernd.page.click("form .is-danger")
    expect(bernd.page.locator(".done-mark.is-over")).to_be_visible()
    amira.see(newest_link("angebot"))
    amira.press("[action$=ablehnen] button:not([name])")
    amira.check("offer declined")
    new = "/termin/amtal/warteliste?service=personalausweis:1&office=amtal-buergerbuero"
    bernd.see(new)
    bernd.page.fill("#name", "Bernd")
    bernd.page.fill("#email", "bernd@example.org")
    bernd.page.click(".waiting-form .is-main")
    expect(bernd.page.locator(".waiting-form")).to_have_count(0)  # the proof may take a moment
    bernd.check("asked")
    bernd.see(newest_link("warteliste"))
    bernd.press("[action$='/ja'] button")
    bernd.check("entry")


def test_axe_finds_nothing_on_kiosk(house: House) -> None:
    kiosk = house.device("amtal-kiosk", 1080, 1920)
    here = "/kiosk/amtal-kiosk"
    kiosk.see(here, f"{here}?lang=en", f"{here}?lang=de", f"{here}/services", f"{here}/topics")
    kiosk.see(f"{here}/search", f"{here}/code", f"{here}/help", f"{here}/problem/unknown_code")
    kiosk.see(f"{here}/services/personalausweis", f"{here}/services/wasserzaehler")
    kiosk.see(f"{here}/problem/full_today")
    kiosk.see(f"{here}/request?service=abholung")
    kiosk.page.click(".kiosk-bottom .is-main")
    expect(kiosk.page.locator(".paper-number")).to_be_visible()
    kiosk.check("ticket")


def test_axe_finds_nothing_on_ticket(house: House) -> None:
    """The number on the phone, in each of its states."""
    room, phone = house.room, house.visitor()
    drawn, other = room.draw(), room.draw()

    def state(expected: str, ticket: queue.Issued = drawn) -> None:
        phone.go(f"/t/{ticket.token}")
        expect(phone.page.locator("body")).to_have_attribute("data-state", expected)
        phone.check(f"ticket {expected}")

    def step(command: Callable[..., object]) -> None:
        room.run(command, counter_id=room.one, ticket_id=drawn.id)

    state("waiting")
    phone.page.click("[data-step=later] button")
    expect(phone.page.locator("[data-said-later]")).to_be_visible()
    phone.page.click("[data-step=leave] summary")
    phone.check("ticket, later and leaving")
    step(queue.call_ticket)
    state("called")
    step(queue.start_service)
    state("serving")
    step(queue.park)
    state("parked")
    step(queue.call_ticket)
    step(queue.mark_no_show)
    state("no_show")
    step(queue.return_ticket)
    step(queue.call_ticket)
    step(queue.start_service)
    step(queue.finish)
    state("finished")
    room.run(queue.leave, token=other.token)
    state("cancelled", other)


def test_axe_finds_nothing_on_status(house: House) -> None:
    """How full it is: the page, the small one for frames, the list of a town."""
    house.room.draw()
    amira, here = house.visitor(), "/stand/amtal-buergerbuero"
    amira.see(here, f"{here}/klein", "/stand/amtal", f"{here}?lang=ar", f"{here}/klein?lang=ar")


def test_axe_finds_nothing_on_display(house: House) -> None:
    screen = house.device("amtal-anzeige", 1920, 1080)
    page = screen.page
    page.emulate_media(reduced_motion="reduce")
    screen.go("/display/amtal-anzeige")
    expect(page.locator("[data-clock]").last).to_have_text("09:30")
    screen.check("display calm")
    house.room.draw()
    house.room.call(house.room.one)
    expect(page.locator("[data-call].is-fresh")).to_be_visible()
    screen.check("display with a call")
    house.running.close()
    expect(page.locator("[data-offline]")).to_be_visible()
    screen.check("display offline")


def test_axe_finds_nothing_on_errors(house: House) -> None:
    lost = house.visitor()
    for path, status in (
        ("/gibt-es-nicht", 404),
        ("/termin/nirgends", 404),
        ("/t/unbekannt", 404),
        ("/display/amtal-anzeige", 401),
        ("/termin/amtal/zeit?service=gibt-es-nicht:1", 404),
    ):
        lost.go(path, status)
        lost.check(path)


def test_axe_finds_nothing_on_demo(chromium: Browser, tmp_path: Path) -> None:
    """What only the demonstration has: its start, and the mails that would have been sent."""
    settings = Settings(data_dir=tmp_path, demo=True, strict_texts=True)
    clock, guest = prepare(settings, fresh=True, live=False)
    with serve_app(settings, clock, guest=guest) as url, people_in(chromium) as people:
        page = people.open(1280, 900)

        def check(path: str) -> None:
            page.goto(f"{url}{path}")
            assert violations_of(page) == []

        check("/")
        check("/demo/mail")
        page.goto(f"{url}/termin/usingen/zeit?service=personalausweis:1")
        page.click(".earliest button")
        page.fill("#name", "Amira")
        page.fill("#email", "amira@example.org")
        page.click("form .is-main")
        expect(page.locator(".done-mark")).to_be_visible()
        check("/demo/mail")
        page.click(".mail-list a")
        expect(page.frame_locator(".mail-html").locator("h1")).to_be_visible()
        assert violations_of(page) == []
