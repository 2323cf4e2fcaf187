"""The pages of the waiting list without script, and what happens when something comes between."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from aufruf.booking.guard.proof import Challenge, solve
from aufruf.booking.links import holder_path
from aufruf.booking.lookup import Held
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.booking.browser import PAGE, SECRET_KEY, visiting
from tests.booking.desk import at
from tests.booking.test_pages import text_of
from tests.booking.test_proof import citizen
from tests.booking.waiting import FEW_TIMES, FRIDAY, MONDAY, WEDNESDAY, Line, line_of_few_times

NEW = "/termin/amtal/warteliste?service=eheschliessung&office=amtal-standesamt"
WINDOW = {
    "from_day": "2026-11-26",
    "to_day": "2026-11-27",
    "weekday": ["3", "4"],
    "part": "all",
    "notice": "180",
}


@pytest.fixture
def line(sqlite_database: Database, clock: FixedClock) -> Line:
    return line_of_few_times(sqlite_database, clock)


@pytest.fixture
def client(line: Line, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(line.desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def link_in(line: Line, part: str) -> str:
    """The path of the newest mail's link."""
    texts = "".join(text for _, text, _ in line.desk.mails())
    return urlsplit(re.findall(rf"https?://\S+/termin/{part}/\S+", texts)[-1]).path


def here_of(held: Held) -> str:
    return holder_path(SECRET_KEY, held.reference)


def _challenge(client: TestClient) -> dict[str, Any]:
    asked = client.get("/api/v1/challenge").json()
    return {name: value for name, value in asked.items() if name != "required"}


def say_cancel(client: TestClient, held: Held) -> None:
    """By its page, so that whoever waits is written to."""
    assert client.post(f"{here_of(held)}/absagen").status_code == 303


def test_waits_by_the_link_and_takes_the_offer_of_the_mail(client: TestClient, line: Line) -> None:
    freed, own = line.book(at("09:30"), "Bernd"), line.book(at("13:00", FRIDAY))
    here = here_of(own)
    assert "Früher kommen?" in client.get(here).text
    form = client.get(f"{here}/warteliste").text
    assert re.search(r'name="from_day" type="date" value="2026-11-26" min="2026-11-25"', form)
    assert 'name="to_day" type="date" value="2026-11-26"' in form
    assert "Schon jetzt frei: Mi., 25.11.2026, 14:00 Uhr" in text_of(form)
    assert client.post(f"{here}/warteliste", data=WINDOW).headers["location"].startswith(here)
    assert "Sie stehen auf der Warteliste" in client.get(f"{here}/warteliste").text
    assert "Sie stehen auf der Warteliste" in client.get(here).text
    say_cancel(client, freed)
    offer = link_in(line, "angebot")
    words = text_of(client.get(offer).text)
    for part in ("Do., 26. November", "09:30 Uhr", "Sie haben jetzt", "Fr., 27. November", "13:00"):
        assert part in words
    assert "bis Do., 26.11.2026, 09:00 Uhr" in words
    taken = client.post(f"{offer}/nehmen")
    assert "Ihr Termin ist verschoben" in client.get(taken.headers["location"]).text
    assert "20261126T093000" in client.get(f"{here}/kalender.ics").text
    again = client.post(f"{offer}/nehmen")
    assert again.headers["location"] == taken.headers["location"]
    assert client.post(f"{offer}/ablehnen").status_code == 303
    assert "Das haben Sie genommen" in client.get(offer).text
    assert line.desk.find(own.reference).start_at == at("09:30")


def test_declines_and_wants_no_more(client: TestClient, line: Line) -> None:
    freed, own = line.book(at("09:30"), "Bernd"), line.book(at("13:00", FRIDAY))
    client.post(f"{here_of(own)}/warteliste", data=WINDOW)
    say_cancel(client, freed)
    offer = link_in(line, "angebot")
    assert client.post(f"{offer}/ablehnen").headers["location"] == offer
    declined = text_of(client.get(offer).text)
    assert "Die Zeit geht an die nächste Person. Wird wieder etwas frei" in declined
    assert "Ihr Termin am Fr., 27.11.2026, 13:00 Uhr gilt weiter." in declined
    client.post(f"{offer}/ablehnen", data={"stop": "1"})
    assert "Sie bekommen keine Angebote mehr." in text_of(client.get(offer).text)
    assert client.post(f"{offer}/nehmen").headers["location"] == offer


def test_offer_that_ran_out_says_what_to_do(
    client: TestClient, line: Line, clock: FixedClock
) -> None:
    freed, own = line.book(at("13:00", FRIDAY), "Bernd"), line.book(at("10:00", MONDAY))
    client.post(f"{here_of(own)}/warteliste", data=WINDOW)
    say_cancel(client, freed)
    offer = link_in(line, "angebot")
    clock.move(timedelta(hours=24))
    words = text_of(client.get(offer).text)
    assert "Dieses Angebot ist abgelaufen" in words
    assert "Sie warten weiter" in words
    assert client.post(f"{offer}/nehmen").headers["location"] == offer
    assert line.desk.find(own.reference).start_at == at("10:00", MONDAY)


def test_without_an_appointment_the_mail_makes_them_wait(client: TestClient, line: Line) -> None:
    assert "Es ist etwas frei" in client.get(NEW).text
    asked = {
        **WINDOW,
        "service": "eheschliessung",
        "office": "amtal-standesamt",
        "name": "Carla Conrad",
        "email": "carla@beispiel.example",
    }
    for _ in range(2):  # pressed twice
        done = client.post("/termin/amtal/warteliste", data=asked)
        assert "Nur noch ein Schritt" in client.get(done.headers["location"]).text
    assert len(line.desk.mails()) == 1
    entry = link_in(line, "warteliste")
    assert "Möchten Sie auf die Warteliste?" in client.get(entry).text
    assert line.desk.mails()[1:] == []
    client.post(f"{entry}/ja")
    assert "Sie stehen auf der Warteliste" in client.get(entry).text
    freed = line.book(at("09:30"), "Bernd")
    say_cancel(client, freed)
    assert "Gerade ist eine Zeit für Sie frei" in client.get(entry).text
    taken = client.post(f"{link_in(line, 'angebot')}/nehmen").headers["location"]
    assert "Ihr Termin ist gebucht" in client.get(taken).text
    assert "Sie haben ein Angebot genommen" in client.get(entry).text
    client.post(f"{entry}/aus")
    assert "Sie haben ein Angebot genommen" in client.get(entry).text


def test_stranger_without_proof_has_a_few_mails_sent_and_no_more(
    line: Line, clock: FixedClock, tmp_path: Path
) -> None:
    asked = {**WINDOW, "service": "eheschliessung", "office": "amtal-standesamt"}
    asked |= {"name": "Carla Conrad"}
    with citizen(line.desk, clock, tmp_path) as client:
        client.headers.update(PAGE)
        assert 'data-challenge="' in client.get(NEW).text

        def ask(email: str, **more: str) -> int:
            form = {**asked, "email": f"{email}@beispiel.example", **more}
            return client.post("/termin/amtal/warteliste", data=form).status_code

        assert ask("a", name="https://evil.example/") == 422
        assert [ask(each) for each in "abcde"] == [303, 303, 303, 303, 429]
        proof = solve(Challenge(**_challenge(client)))
        assert [ask("f", proof=proof), ask("f", proof=proof)] == [303, 303]
        assert ask("g", proof=proof) == 409
    assert len(line.desk.mails()) == 5


def test_full_calendar_leads_to_the_waiting_list(client: TestClient, line: Line) -> None:
    line.load(FEW_TIMES.replace('email = "standes', 'horizon_days = 3\nemail = "standes'))
    line.book(at("14:00", WEDNESDAY), "A")
    line.book(at("09:30"), "B")
    for hour in (13, 14, 15):
        line.book(at(f"{hour}:00", FRIDAY), "C")
    full = client.get("/termin/amtal/zeit?service=eheschliessung:1&office=amtal-standesamt").text
    link = re.search(r'href="(/termin/amtal/warteliste[^"]+)"', full)
    assert link is not None
    form = client.get(unescape(link[1]))
    assert "Zurzeit ist alles vergeben. Sobald eine passende Zeit" in text_of(form.text)
    assert 'name="to_day" type="date" value="2026-11-28"' in form.text


def test_mistakes_are_named_and_the_rest_kept(client: TestClient, line: Line) -> None:
    own = line.book(at("13:00", FRIDAY))
    here = f"{here_of(own)}/warteliste"
    late = client.post(here, data={**WINDOW, "from_day": "2026-12-01", "to_day": "2026-12-02"})
    assert (late.status_code, 'value="2026-12-01"' in late.text) == (422, True)
    assert "Tage zwischen heute und Ihrem Termin" in late.text
    none = client.post(here, data={**WINDOW, "weekday": [], "part": "morning"})
    assert (none.status_code, "mindestens einen Wochentag" in none.text) == (422, True)
    assert 'value="morning" checked' in none.text
    new = client.post(
        "/termin/amtal/warteliste",
        data={**WINDOW, "service": "eheschliessung", "office": "amtal-standesamt", "phone": "x"},
    )
    assert new.status_code == 422
    assert "Bitte geben Sie Ihren Namen an" in new.text
    assert client.post("/termin/amtal/warteliste", data={"office": "-"}).status_code == 422


def test_program_waits_and_stops_by_the_interface(client: TestClient, line: Line) -> None:
    own = line.book(at("13:00", FRIDAY))
    path = f"/api/v1/appointments/{own.reference}/waiting"
    headers = {"Authorization": f"Bearer {here_of(own).rpartition('/')[2]}"}
    window = {"from_day": "2026-11-25", "to_day": "2026-11-27", "from_minute": 480}
    answer = client.post(path, json=window, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (200, "waiting")
    assert answer.json()["weekdays"] == [0, 1, 2, 3, 4, 5, 6]
    wrong = client.post(path, json={**window, "to_day": "2026-11-01"}, headers=headers)
    assert wrong.json()["code"] == "invalid_window"
    backwards = {**window, "from_minute": 600, "to_minute": 600}
    assert client.post(path, json=backwards, headers=headers).json()["code"] == "invalid_window"
    for _ in range(2):
        assert client.delete(path, headers=headers).status_code == 204
    assert client.post(path, json=window).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/termin/angebot/ABCD2345/aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/termin/warteliste/ABCD2345/aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/termin/amtal/warteliste?service=eheschliessung&office=nirgends",
        "/termin/angebot/%F0%9F%99%82/%E2%80%AE",
    ],
)
def test_link_that_leads_nowhere_is_answered_clearly(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(f"{path.partition('?')[0]}/nehmen").status_code in {404, 405}
