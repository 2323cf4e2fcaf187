"""Without appointment and without script: choose, see what to bring, draw."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from aufruf.queue.closing.commands import close_early
from tests.kiosk.lobby import KIOSK, Lobby, check_in, hidden, links, said


def test_start_greets_by_the_clock_and_says_how_many_wait(
    browser: TestClient, lobby: Lobby
) -> None:
    words = said(browser.get(KIOSK).text)
    assert words.startswith("Guten Morgen. Haben Sie einen Termin?")
    assert "Zurzeit wartet niemand" in words
    draw(browser, "service=personalausweis")
    assert wait_for(browser, "1 Person wartet")
    lobby.at(13)
    assert said(browser.get(KIOSK).text).startswith("Guten Tag.")


def test_start_speaks_the_language_that_was_chosen(browser: TestClient) -> None:
    english = browser.get(f"{KIOSK}?lang=en").text
    assert said(english).startswith("Good morning. Do you have an appointment?")
    assert "What is it about?" in browser.get(f"{KIOSK}/services").text
    restart = next(href for href in links(english) if href.endswith("lang=de"))
    assert "Guten Morgen." in browser.get(restart).text


def test_person_draws_a_number_by_links_and_forms(browser: TestClient, lobby: Lobby) -> None:
    lobby.open()
    services = browser.get(f"{KIOSK}/services").text
    (request,) = [href for href in links(services) if "service=personalausweis" in href]
    page = browser.get(request).text
    assert "Alter Ausweis oder Reisepass" in page
    assert "46,00 €" in page
    ticket = post_draw(browser, page)
    assert "Ihre Nummer für Personalausweis beantragen A 001" in ticket
    assert "Wartebereich im Erdgeschoss" in ticket
    assert "Niemand" in ticket
    assert lobby.numbers() == ["A001"]


def test_two_services_and_three_persons_make_one_ticket(browser: TestClient, lobby: Lobby) -> None:
    page = browser.get(f"{KIOSK}/request?service=personalausweis").text
    (more,) = [href for href in links(page) if "/request?" in href and "%3A2" in href]
    page = browser.get(more).text
    (add,) = [href for href in links(page) if "/services?" in href]
    further = browser.get(add).text
    assert "Was kommt dazu?" in further
    assert "Personalausweis beantragen" not in said(further)
    assert "Eheschließung" not in said(further)
    (both,) = [href for href in links(further) if href.endswith("service=abholung")]
    ticket = post_draw(browser, browser.get(both).text)
    assert "Personalausweis beantragen, Dokument abholen" in ticket
    assert lobby.numbers() == ["A001"]


def test_nobody_serving_is_said_before_drawing(browser: TestClient, lobby: Lobby) -> None:
    page = browser.get(f"{KIOSK}/request?service=personalausweis").text
    assert "Dafür ist gerade kein Platz besetzt." in page
    lobby.open()
    assert wait_for(browser, "Sie kommen gleich dran.", "/request?service=personalausweis")


def test_online_service_shows_its_address_and_draws_nothing(
    browser: TestClient, lobby: Lobby
) -> None:
    answer = browser.get(f"{KIOSK}/request?service=wasserzaehler")
    assert answer.url.path == f"{KIOSK}/services/wasserzaehler"
    assert "www.amtal.example/wasser" in answer.text
    assert 'class="qr"' in answer.text
    form = {"service": "wasserzaehler", "key": "a" * 26}
    browser.post(f"{KIOSK}/tickets", data=form)
    assert lobby.numbers() == []


def test_search_finds_by_keyword_in_any_language_and_letter_by_letter(browser: TestClient) -> None:
    assert "Personalausweis beantragen" in said(browser.get(f"{KIOSK}/search?q=perso").text)
    assert "Personalausweis beantragen" in said(browser.get(f"{KIOSK}/search?q=identity").text)
    assert "Eheschließung" in said(browser.get(f"{KIOSK}/search?q=eh&key=e").text)
    assert "haben wir nichts gefunden" in said(browser.get(f"{KIOSK}/search?q=xyz").text)


def test_thirty_two_repeats_of_one_form_give_one_ticket(browser: TestClient, lobby: Lobby) -> None:
    page = browser.get(f"{KIOSK}/request?service=personalausweis").text
    form = hidden(page, f"{KIOSK}/tickets")

    def tap(_n: int) -> str:
        answer = browser.post(f"{KIOSK}/tickets", data=form, follow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["location"]

    with ThreadPoolExecutor(32) as hands:
        ways = set(hands.map(tap, range(32)))
    assert len(ways) == 1
    assert lobby.numbers() == ["A001"]


def test_two_forms_give_two_tickets(browser: TestClient, lobby: Lobby) -> None:
    draw(browser, "service=personalausweis")
    draw(browser, "service=personalausweis")
    assert lobby.numbers() == ["A001", "A002"]


def test_cut_off_is_said_with_when_again_and_appointments_still_go(
    browser: TestClient, lobby: Lobby
) -> None:
    lobby.at(17, 55)
    words = said(browser.get(KIOSK).text)
    assert "Für heute gibt es keine neuen Nummern mehr" in words
    assert "Wieder morgen ab 08:00 Uhr" in words
    assert "Ja, mit Termin" in words
    assert f"{KIOSK}/services" not in links(browser.get(KIOSK).text)
    answer = browser.get(f"{KIOSK}/request?service=personalausweis")
    assert "Dafür gibt es gerade keine Nummern." in answer.text


def test_form_sent_after_the_cut_off_is_refused_kindly(browser: TestClient, lobby: Lobby) -> None:
    page = browser.get(f"{KIOSK}/request?service=personalausweis").text
    lobby.at(17, 55)
    assert "Für heute gibt es keine Nummern mehr." in post_draw(browser, page)
    assert lobby.numbers() == []


def test_closed_house_says_when_again(browser: TestClient, lobby: Lobby) -> None:
    lobby.at(19)
    words = said(browser.get(KIOSK).text)
    assert words.startswith("Wir haben geschlossen. Wieder morgen ab 08:00 Uhr.")
    lobby.clock.move(timedelta(days=2))
    assert "Wieder am Montag, 30. November 2026 ab 08:00 Uhr" in said(browser.get(KIOSK).text)


def test_lower_controls_stay_on_all_steps_and_end_with_the_visit(browser: TestClient) -> None:
    page = browser.get(f"{KIOSK}?lower=1").text
    assert 'class="kiosk is-lowered"' in page
    services = f"{KIOSK}/services?lower=1"
    assert services in links(page)
    page = browser.get(services).text
    assert f"{KIOSK}/request?service=personalausweis&lower=1" in links(page)
    ticket = browser.post(
        f"{KIOSK}/tickets?lower=1",
        data=hidden(
            browser.get(f"{KIOSK}/request?service=abholung&lower=1").text, f"{KIOSK}/tickets"
        ),
    )
    assert "is-lowered" in ticket.text
    assert f"{KIOSK}?lang=de" in links(ticket.text)


@pytest.mark.parametrize(
    "query",
    [
        "service=nothing",
        "service=personalausweis:99",
        "service=personalausweis&service=eheschliessung",
        "service=personalausweis&service=personalausweis",
        "service=%01",
        "",
    ],
)
def test_made_up_choice_begins_again(browser: TestClient, query: str) -> None:
    answer = browser.get(f"{KIOSK}/request?{query}")
    assert answer.status_code == 200
    assert answer.url.path == f"{KIOSK}/services"


def test_address_with_nul_is_refused(browser: TestClient) -> None:
    answer = browser.get(f"{KIOSK}/request?service=%00")
    assert answer.status_code == 400


def test_locked_kiosk_says_why_and_offers_the_next_appointment(
    browser: TestClient, lobby: Lobby
) -> None:
    form = browser.get(f"{KIOSK}/request?service=personalausweis").text
    lobby.limit(office=0, registry=0)
    start = said(browser.get(KIOSK).text)
    assert "Für heute sind alle Nummern vergeben Wieder morgen ab 08:00 Uhr" in start
    assert "Nächsten freien Termin ansehen" in start
    assert "Ja, mit Termin" in start
    alone = said(browser.get(f"{KIOSK}/problem/tickets_used_up").text)
    for words in (alone, post_draw(browser, form)):
        assert words.startswith("Für heute sind alle Nummern vergeben.")
        assert "Nächster freier Termin Mi., 25.11.2026, 09:30 Uhr" in words
        assert "localhost:8000/termin/amtal" in words
    assert check_in(browser, lobby.book(lobby.clock.now())).startswith("Ihre Nummer")
    assert lobby.numbers() == ["T001"]


def test_early_closing_locks_the_kiosk_and_offers_another_day(
    browser: TestClient, lobby: Lobby
) -> None:
    lobby.runner.run_now(lobby.house.office.id, close_early, office_id=lobby.house.office.id)
    lobby.runner.run_now(lobby.house.registry.id, close_early, office_id=lobby.house.registry.id)
    assert wait_for(browser, "Wir schließen heute früher")
    page = browser.get(f"{KIOSK}/services/personalausweis?lang=en").text
    assert "We are closing early today." in said(page)
    assert "Next free appointment Thu, 26 Nov 2026, 08:00" in said(page)


def draw(browser: TestClient, query: str) -> str:
    return post_draw(browser, browser.get(f"{KIOSK}/request?{query}").text)


def post_draw(browser: TestClient, page: str) -> str:
    """The words of the page that comes after the one large button."""
    action = f"{KIOSK}/tickets"
    return said(browser.post(action, data=hidden(page, action)).text)


def wait_for(browser: TestClient, words: str, step: str = "") -> bool:
    """The picture in memory follows the log a moment later; at most as many looks as this."""
    return any(words in said(browser.get(f"{KIOSK}{step}").text) for _ in range(200))
