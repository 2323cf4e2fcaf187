"""Nothing for axe-core to find where an office says when it is open, how it calls, and that it
closes early.
"""

from datetime import timedelta

from playwright.sync_api import expect

from tests.app.seen import House
from tests.conftest import START


def test_axe_finds_nothing_on_hours(house: House) -> None:
    """The week with each form beside it, a change with whom it concerns, and the history."""
    house.room.book(START + timedelta(hours=8), "personalausweis")
    lena = house.clerk("leitung")
    page, hours = lena.page, "/office/amtal-buergerbuero/hours"
    lena.see(hours, f"{hours}?new=special", f"{hours}?new=usual", f"{hours}?new=start")
    lena.see(f"{hours}?week=2026-W52&new=closure", f"{hours}/history", f"{hours}?rule=1")
    for more in page.locator(".hours-more summary").all():
        more.click()
    page.get_by_label("Nur für diese").check()
    page.locator(".hours-services .choice", has_text="abholen").click()
    page.fill("#to", "17:00")
    expect(page.locator(".hours-affected")).to_be_visible()
    lena.check("changed hours")
    page.fill("#to", "7")
    expect(page.locator("[data-result] .notice.is-danger")).to_be_visible()
    lena.press("[data-result] [value=preview] >> nth=0")
    lena.check("hours with a mistake")
    house.clerk("bernd").see(hours)


def test_axe_finds_nothing_on_calling(house: House) -> None:
    """How an office calls, as it is set and as it is told; a number's life."""
    house.room.draw()
    drawn = house.room.serve(house.room.one)
    house.room.finish(house.room.one, drawn.id)
    here = "/office/amtal-buergerbuero"
    lena = house.clerk("leitung")
    page = lena.page
    lena.see(f"{here}/tickets", f"{here}/tickets/{drawn.id}", f"{here}/calling")
    page.select_option("#head_start_minutes", "1440")
    page.uncheck("[name=serves] >> nth=0")
    expect(page.locator("[data-result] [value=save]")).to_be_visible()
    lena.check("calling with what a change does")
    page.fill("#grace_minutes", "999")
    expect(page.locator("[data-result] .notice.is-danger")).to_be_visible()
    lena.press("[data-result] [value=preview]")
    lena.check("calling with a mistake")
    page.fill("#grace_minutes", "12")
    lena.press("[data-result] [value=save]")
    lena.see(f"{here}/calling/history")
    citizen = house.visitor()
    citizen.see("/aufruf/amtal-buergerbuero", "/aufruf/amtal-standesamt?lang=ar")
    assert citizen.page.evaluate("document.documentElement.scrollWidth") == 390


def test_axe_finds_nothing_on_closing(house: House) -> None:
    """An alarm: the kiosk locks, screen and phone say so at once, and all leave with a time."""
    room, close = house.room, "/office/amtal-buergerbuero/close"
    first, second, third = (room.draw() for _ in range(3))
    phone, screen = house.visitor(), house.device("amtal-anzeige", 1920, 1080)
    phone.go(f"/t/{first.token}")
    screen.go("/display/amtal-anzeige")
    expect(phone.page.locator("[data-early]")).to_be_hidden()
    bernd = house.clerk()
    bernd.see(close)
    bernd.page.click("[name=everywhere][value=true]")
    bernd.press(".closing-ask .is-main")
    bernd.check("closed early")
    expect(screen.page.locator("[data-calm-closed]")).to_be_visible()
    expect(phone.page.locator("[data-early]")).to_be_visible()
    screen.check("display of an office that closed early")
    phone.check("phone of an office that closed early")
    kiosk = house.device("amtal-kiosk", 1080, 1920)
    kiosk.see("/kiosk/amtal-kiosk")
    expect(kiosk.page.locator("body")).to_contain_text("Wir schließen heute früher")
    room.call(room.one)
    expect(screen.page.locator("[data-closed-all]")).to_be_visible()
    expect(screen.page.locator("[data-number]").first).to_have_text("A001")
    screen.page.reload()  # whatever a screen has missed, it catches up with
    expect(screen.page.locator("[data-closed-all], [data-calm-closed]").first).to_be_attached()
    # Two proposals are never the same place twice; one press books, the slip is one press further.
    mine = bernd.page.locator(f"form[action='{close}/{first.id}']")
    mine.locator("[name=name]").fill("Amira Kaya")
    moment = mine.locator(".is-main b").inner_text()
    with bernd.page.expect_navigation():
        mine.locator(".is-main").click()
    expect(bernd.page.locator(".notice.is-success")).to_contain_text("A 001")
    bernd.check("appointment given")
    expect(phone.page.locator("[data-when=rebooked] .facts")).to_be_visible(timeout=10_000)
    assert moment.split(", ")[-1] in phone.page.locator("[data-when=rebooked] .facts").inner_text()
    phone.check("phone with the new appointment")
    with phone.page.expect_navigation():
        phone.page.click("[data-when=rebooked] .button")
    expect(phone.page.locator("h1")).to_be_visible()
    bernd.press(f"form[action='{close}/{second.id}/without'] [value=declined]")
    bernd.see(f"{close}/{third.id}")
    bernd.press(".desk-next .is-main")
    expect(bernd.page.locator(".closing-none")).to_be_visible()
    bernd.press(f"form[action='{close}/{second.id}/back'] button")
    bernd.press(f"form[action='{close}/reopen'] [name=everywhere]")
    expect(screen.page.locator("[data-calm-open]")).to_be_attached()
    assert room.draw().number == "A004"
