"""With appointment and without script: checking in, and every way it can go wrong."""

from datetime import timedelta

from starlette.testclient import TestClient

from aufruf.core.formats import at_local, local_day
from tests.kiosk.lobby import KIOSK, Lobby, check_in, hidden, links, said


def today_at(lobby: Lobby, hour: int, minute: int = 0):
    return at_local(local_day(lobby.clock.now()), hour * 60 + minute)


def test_reference_checks_in_however_it_is_typed(browser: TestClient, lobby: Lobby) -> None:
    reference = lobby.book(today_at(lobby, 10))
    words = check_in(browser, f" {reference[:4].lower()} - {reference[4:].lower()}")
    assert "Ihre Nummer für den Termin um 10:00 Uhr T 001" in words
    assert "Amira" not in words
    assert lobby.numbers() == ["T001"]


def test_keys_on_the_page_write_the_reference_without_script(
    browser: TestClient, lobby: Lobby
) -> None:
    page = browser.get(f"{KIOSK}/code?code=ABC&key=D").text
    assert hidden(page, f"{KIOSK}/code")["code"] == ["ABCD"]
    page = browser.get(f"{KIOSK}/code?code=ABCD&key=-").text
    assert hidden(page, f"{KIOSK}/code")["code"] == ["ABC"]


def test_qr_text_and_secret_link_check_in(browser: TestClient, lobby: Lobby) -> None:
    first, second = lobby.book(today_at(lobby, 10)), lobby.book(today_at(lobby, 11))
    assert "T 001" in check_in(browser, f"AUFRUF:{first}")
    link = f"https://termine.example/termin/{second}/abcdefghijklmnopqrstuvwxyz"
    assert "T 002" in check_in(browser, link)


def test_same_form_twice_gives_the_same_number(browser: TestClient, lobby: Lobby) -> None:
    form = hidden(browser.get(f"{KIOSK}/code").text, f"{KIOSK}/check-ins")
    form = {"code": lobby.book(today_at(lobby, 10)), "key": form["key"][-1]}
    ways = {
        browser.post(f"{KIOSK}/check-ins", data=form, follow_redirects=False).headers["location"]
        for _ in range(3)
    }
    assert len(ways) == 1
    assert lobby.numbers() == ["T001"]


def test_checking_in_again_shows_the_same_number(browser: TestClient, lobby: Lobby) -> None:
    reference = lobby.book(today_at(lobby, 10))
    check_in(browser, reference)
    lobby.clock.move(timedelta(minutes=12))
    words = check_in(browser, reference)
    assert "Sie sind schon angemeldet. Das ist Ihre Nummer. T 001" in words
    assert lobby.numbers() == ["T001"]


def test_late_arrival_is_told_what_its_number_counts(browser: TestClient, lobby: Lobby) -> None:
    reference = lobby.book(today_at(lobby, 10))
    lobby.at(10, 30)
    assert "Ihre Nummer zählt deshalb ab jetzt." in check_in(browser, reference)


def test_unknown_code_offers_to_type_again(browser: TestClient) -> None:
    assert check_in(browser, "ABCD-2345").startswith("Diese Nummer kennen wir nicht.")
    page = browser.get(f"{KIOSK}/problem/unknown_code").text
    assert said(page).endswith("Noch einmal eingeben")
    assert f"{KIOSK}/code" in links(page)


def test_nothing_typed_is_said(browser: TestClient) -> None:
    assert check_in(browser, "").startswith("Es fehlt noch die Nummer.")


def test_control_characters_are_an_unknown_code(browser: TestClient) -> None:
    assert check_in(browser, "\x1b\x07" * 200).startswith("Diese Nummer kennen wir nicht.")


def test_other_day_says_when_the_appointment_is(browser: TestClient, lobby: Lobby) -> None:
    reference = lobby.book(today_at(lobby, 10) + timedelta(days=1))
    words = check_in(browser, reference)
    assert words.startswith("Ihr Termin ist an einem anderen Tag.")
    assert "Do., 26.11.2026, 10:00 Uhr" in words


def test_too_late_is_said_when_no_more_numbers_are_given_out(
    browser: TestClient, lobby: Lobby
) -> None:
    reference = lobby.book(today_at(lobby, 10))
    lobby.at(17, 58)
    assert check_in(browser, reference).startswith("Heute ist es leider zu spät.")


def test_before_opening_says_from_when(browser: TestClient, lobby: Lobby) -> None:
    reference = lobby.book(today_at(lobby, 10))
    lobby.at(7)
    words = check_in(browser, reference)
    assert words.startswith("Wir haben gerade geschlossen.")
    assert "Heute ab 08:00 Uhr" in words


def test_cancelled_appointment_leads_to_a_number_without_one(
    browser: TestClient, lobby: Lobby
) -> None:
    reference = lobby.book(today_at(lobby, 10))
    lobby.cancel(reference)
    words = check_in(browser, reference)
    assert words.startswith("Dieser Termin wurde abgesagt.")
    assert words.endswith("Ohne Termin anmelden")


def test_appointment_of_the_other_office_in_the_house_checks_in_here(
    browser: TestClient, lobby: Lobby
) -> None:
    reference = lobby.book(today_at(lobby, 11), lobby.house.registry, "eheschliessung")
    assert "T 001" in check_in(browser, reference)
