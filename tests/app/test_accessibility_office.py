"""Nothing for axe-core to find where an office says when it is open and how it calls."""

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
