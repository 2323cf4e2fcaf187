"""Who may stand before a kiosk: its own device; staff may look; nobody else."""

from starlette.testclient import TestClient

from aufruf.office.devices.commands import add_device
from tests.kiosk.lobby import KIOSK, Lobby


def test_browser_without_the_device_is_told_to_set_it_up(browser: TestClient) -> None:
    browser.cookies.clear()
    answer = browser.get(KIOSK)
    assert answer.status_code == 401
    assert "Dieses Gerät ist noch nicht eingerichtet" in answer.text
    assert "device-pairing.js" in answer.text
    assert browser.post(f"{KIOSK}/tickets").status_code == 401


def test_another_kiosk_may_not_act_here(browser: TestClient, lobby: Lobby) -> None:
    other = lobby.runner.run_now((), add_device, kind="kiosk", area="amtal-rathaus", name="Zwei")
    browser.cookies.clear()
    assert browser.post("/devices/session", json={"token": other.token}).is_success
    assert browser.get(other.path).status_code == 200
    assert browser.get(KIOSK).status_code == 401
    assert browser.post(f"{KIOSK}/tickets").status_code == 403
    assert lobby.numbers() == []


def test_display_is_no_kiosk(browser: TestClient, lobby: Lobby) -> None:
    browser.cookies.clear()
    token = lobby.token("amtal-anzeige")
    assert browser.post("/devices/session", json={"token": token}).is_success
    assert browser.get(KIOSK).status_code == 401
    assert browser.get("/kiosk/amtal-anzeige").status_code == 401


def test_number_of_another_day_is_not_shown(browser: TestClient, lobby: Lobby) -> None:
    answer = browser.get(f"{KIOSK}/tickets/{'a' * 26}", follow_redirects=False)
    assert answer.headers["location"] == f"{KIOSK}?lang=de"


def test_form_with_a_made_up_key_is_refused(browser: TestClient, lobby: Lobby) -> None:
    form = {"service": "personalausweis", "key": "short"}
    assert browser.post(f"{KIOSK}/tickets", data=form).status_code == 422
    assert lobby.numbers() == []
