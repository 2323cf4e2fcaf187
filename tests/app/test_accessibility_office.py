"""Nothing for axe-core to find where staff work: at a counter and at the desk, and where an office
says when it is open, how it calls, what its mails say, and that it closes early.
"""

from datetime import timedelta

from playwright.sync_api import expect

from aufruf.core.outbox import Mail, send_mail
from aufruf.office.staff.commands import set_password, set_roles, sign_in
from aufruf.queue import services as queue
from aufruf.queue.counter.counters import State
from tests.app.seen import House, Visitor
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


def test_axe_finds_nothing_on_slides(house: House) -> None:
    """A slide of each kind with what it will look like, a message, and a screen that shows both."""
    slides = "/office/amtal-buergerbuero/slides"
    screen = house.device("amtal-anzeige", 1920, 1080)
    screen.go("/display/amtal-anzeige")
    bernd = house.clerk()
    page, stage = bernd.page, bernd.page.locator(".slide-preview .sheet")
    bernd.see(f"{slides}/new/opening")
    bernd.press(".slide-form .is-main")
    bernd.go(f"{slides}/new/text")
    page.fill("#title", "Passfotos nur noch digital")
    page.fill("#body", "Am Gerät im Foyer.")
    expect(stage).to_have_text("Passfotos nur noch digitalAm Gerät im Foyer.")
    page.fill("#seconds", "999")
    bernd.press(".slide-form .is-main")
    bernd.check("slide with a mistake")
    page.fill("#seconds", "9")
    bernd.press(".slide-form .is-main")
    bernd.go(f"{slides}/new/picture")
    picture = {"name": "Fest.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.set_input_files("#picture", picture)  # pyright: ignore[reportArgumentType]
    expect(stage.locator("canvas")).to_be_visible()
    page.fill("#title", "Plakat des Sommerfests")
    bernd.press(".slide-form .is-main")
    expect(page.locator(".sheet img")).to_be_visible()
    bernd.press(".slides-list li >> nth=0 >> [action$=remove] button")
    page.click(".slides-removed summary")
    page.fill("#text", "Der Aufzug ist außer Betrieb.\nBitte nehmen Sie die Treppe.")
    page.fill("#text_en", "The lift is out of order.")
    bernd.check("slides with one that was removed")
    bernd.press("[action$=message] .is-main")
    expect(screen.page.locator(".message-english")).to_be_visible()
    bernd.check("slides with a message")
    screen.check("display with a message")


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


def test_axe_finds_nothing_on_counter(house: House) -> None:
    """Signing in, choosing a counter, and the counter in each state with each of its windows."""
    room, stranger = house.room, house.visitor(1440, 900)
    stranger.see("/login", "/login?lang=en")
    stranger.page.fill("#login", "bernd")
    stranger.page.fill("#password", "wrong")
    stranger.press("form .is-main")
    stranger.check("login refused")
    bernd = house.clerk()
    page, main = bernd.page, bernd.page.locator("[data-main-text]")
    bernd.check("counters")
    bernd.see("/counters/amtal-2")
    bernd.go("/counter/amtal-1")
    expect(main).to_have_text("Nächste Person aufrufen")
    bernd.check("counter with nobody")

    windows = {"draw": "n", "number": "a", "arrive": "t", "keys": "?", "discard": "d", "break": "b"}
    _check_windows(bernd, windows)
    drawn = room.draw()
    room.draw()
    expect(page.locator("[data-rows] tr")).to_have_count(2)
    page.click("[data-rows] tr >> nth=1")
    expect(page.locator("[role=menu]")).to_be_visible()
    bernd.check("counter with a queue and the menu of a row")
    page.keyboard.press("Escape")
    _check_windows(bernd, {"search": "/"})
    room.call(room.one)
    expect(main).to_have_text("Person ist da")
    bernd.check("counter calling")
    room.run(queue.start_service, counter_id=room.one, ticket_id=drawn.id)
    expect(main).to_have_text("Abschließen")
    bernd.check("counter serving")
    _check_windows(bernd, {"add": "+", "change": "g", "park": "p", "transfer": "w"})
    room.finish(room.one, drawn.id)
    states: tuple[tuple[State, str], ...] = (("break", "Pause beenden"), ("closed", "Platz öffnen"))
    for state, label in states:
        room.run(queue.set_counter_state, counter_id=room.one, state=state)
        expect(main).to_have_text(label)
        bernd.check(f"counter {state}")
    page.keyboard.press("5")
    expect(page.locator("#tab-finished")).to_have_attribute("aria-selected", "true")
    bernd.check("counter's list of the finished")
    bernd.see(f"/counter/amtal-1/tickets/{drawn.id}/print")
    bernd.go("/counter/amtal-1")
    house.running.close()
    expect(page.locator("[data-offline]")).to_be_visible()
    bernd.check("counter offline")


def test_axe_finds_nothing_on_mails(house: House) -> None:
    """An office's texts with a preview that follows the writing, its outbox and its day."""
    amira = house.visitor()
    amira.see("/termin/meine")
    amira.page.fill("#email", "amira@example.org")
    amira.page.click("form .is-main")
    expect(amira.page.locator(".notice")).to_be_visible()
    amira.check("mail on its way")
    lena = house.clerk("leitung")
    page, mails = lena.page, "/office/amtal-buergerbuero/mails"
    house.room.book(START + timedelta(hours=1), "personalausweis")
    mail = Mail("a", "a@example.org", "b@example.org", "c", "d", office_id=house.room.office_id)
    house.room.run(send_mail, mail)
    lena.see(mails, f"{mails}/outbox", "/office/amtal-buergerbuero/day", f"{mails}/moved/ar")
    page.click("summary")
    lena.check("placeholders")
    page.fill("#text", "Guten Morgen!\n\n{moment}")
    preview = page.frame_locator("[name=preview]").frame_locator("iframe")
    expect(preview.locator("p", has_text="Guten Morgen!")).to_be_visible()
    page.fill("#text", "Guten Morgen {nmae}")
    page.click("[value=keep]")
    expect(page.locator("#text-error")).to_contain_text("{nmae}")
    lena.check("own words with a mistake")
    lena.go(mails)
    page.click("[value=renew]")
    expect(page.locator(".mail-address")).to_be_visible()
    lena.check("new address of the calendar")


def test_axe_finds_nothing_on_desk(house: House) -> None:
    """A call from the first key to the printed letter, and a day that has to be cancelled."""
    bernd = house.clerk()
    page, desk = bernd.page, "/office/amtal-buergerbuero/appointments"
    bernd.see(desk, f"{desk}/find", "/office/amtal-buergerbuero/paper")
    bernd.go(desk)
    page.keyboard.type("a")
    expect(page.locator(".picker [role=option]").first).to_be_visible()
    bernd.check("desk with the list of services")
    bernd.see(f"{desk}?service=personalausweis:1")
    page.click("#next")
    expect(page.locator(".notice.is-danger")).to_be_visible()
    bernd.check("desk without a name")
    page.fill("#name", "Amira Kaya")
    page.locator(".desk-time").last.click()
    expect(page.locator(".one-code")).to_be_visible()
    for more in page.locator(".one-more summary").all():
        more.click()
    bernd.check("booked at the desk")
    here = page.url.removeprefix(house.url).partition("?")[0]
    bernd.see(f"{here}/move", f"{here}/slip", f"{here}/letter", f"{desk}/find")
    page.fill("[data-find]", "nobody")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-empty")).to_be_visible()
    bernd.check("nobody found")
    change = "/office/amtal-buergerbuero/change"
    bernd.see(change, f"{change}?when=range", f"{change}?when=rest&kind=cancel")
    page.fill("#reason", "eine Erkrankung")
    page.click(".mass-shown .is-main")
    expect(page.locator(".mass-calls")).to_be_visible()
    bernd.check("calls")
    bernd.see(change)


def _check_windows(clerk: Visitor, windows: dict[str, str]) -> None:
    """Open each window of the counter by its key, with all that is folded away in it."""
    page = clerk.page
    for name, key in windows.items():
        page.keyboard.press(key)
        shown = page.locator(f"dialog[data-dialog={name}]")
        expect(shown).to_be_visible()
        for more in shown.locator("summary").all():
            more.click()
        clerk.check(f"counter with the window {name}")
        page.keyboard.press("Escape")
        expect(shown).to_be_hidden()


def test_axe_finds_nothing_on_screens(house: House) -> None:
    """A new screen from its code to its list, to other settings, and out of use again."""
    screens, slug = "/office/amtal-buergerbuero/screens", "amtal-rathaus-anzeige-flur"
    wall = house.visitor(1920, 1080)
    wall.see("/display")
    code = wall.page.locator("[data-pairing]").get_attribute("data-shows")
    lena = house.clerk("leitung")
    page = lena.page
    lena.go(f"/devices/pair?code={code}")
    expect(page.locator("#code")).to_have_value(f"{code[:3]} {code[3:]}" if code else "")
    page.locator("#name").fill("Anzeige Flur")
    page.locator("[name=layout][value=calls]").check(force=True)
    lena.press("#pair .is-main")
    expect(wall.page).to_have_url(f"{house.url}/display/{slug}", timeout=20_000)
    wall.page.wait_for_selector("html[data-live=on]")
    expect(page.locator(f"[data-live={slug}]")).to_contain_text("1920 × 1080", timeout=20_000)
    lena.check("list with a screen that is there")
    lena.press(f"#{slug} a[href$=flur]:last-of-type")
    page.fill("#metres", "30")
    page.fill("#inches", "43")
    expect(page.locator(".screens-allowed .is-warning").first).to_be_visible()
    lena.check("settings of a screen that is too small")
    lena.go(screens)
    lena.press(f"#{slug} [action$=revoke] button")
    lena.check("removing a screen")
    lena.press("[name=sure]")
    expect(page.locator(f"#{slug}")).to_have_count(0)
    wall.page.wait_for_selector("[data-pair]", timeout=20_000)
    wall.press("[data-pair]")
    expect(wall.page.locator("[data-code]")).to_be_visible()
    run = house.room.runner.run_now  # of a town without a waiting room
    run((), set_roles, login="bernd", offices=(), municipalities=("bergdorf",))
    run((), set_password, login="bernd", password_hash="bernd")
    secret = run((), sign_in, login="bernd", proven="bernd").secret
    wall.page.context.add_cookies([{"name": "aufruf-staff", "value": secret, "url": house.url}])
    wall.see("/devices/pair")
