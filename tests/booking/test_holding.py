"""Between the held time and the visit, on pages: the mail's link, questions, codes, two tabs."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.booking.links import change_code
from aufruf.booking.spelling import TABLE, spell
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from tests.booking.browser import PAGE, SECRET_KEY, visiting
from tests.booking.desk import Desk, at
from tests.booking.strict import strict_house
from tests.booking.test_pages import text_of

NINE_THIRTY = "2026-11-26T09:30:00+01:00"
TEN = "2026-11-26T10:00:00+01:00"
FIND = "/termin/aendern"


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    runner = Runner(sqlite_database, clock, None, {})
    return Desk(sqlite_database, runner, strict_house(sqlite_database, clock))


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def hold(
    client: TestClient,
    start: str = NINE_THIRTY,
    office: str = "amtal-buergerbuero",
    service: str = "personalausweis:1",
) -> str:
    data = {"office": office, "service": service, "start": start}
    return client.post("/termin/amtal/halten", data=data).headers["location"]


def book(client: TestClient, start: str = NINE_THIRTY, **who: str) -> str:
    """The address of the appointment's page."""
    data = {"name": "Amira Kaya", "answer_0": "Ja", **who}
    answer = client.post(hold(client, start), data=data)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


def reference_in(path: str) -> str:
    return path.split("/")[2]


def ask(client: TestClient, email: str = "amria@beispiel.example") -> str:
    """An appointment at the registry office, which waits for the mail's link."""
    contact = hold(client, office="amtal-standesamt", service="eheschliessung:1")
    data = {"name": "Amira", "email": email}
    return client.post(contact, data=data).headers["location"]


def links_in(desk: Desk) -> list[str]:
    """The links of the confirmation mails, in order, without the host."""
    found = [re.search(r"(/termin/\S+/bestaetigen\?code=\w+)", text) for _, text, _ in desk.mails()]
    return [each[1] for each in found if each]


def test_link_of_the_mail_confirms_only_by_its_button(client: TestClient, desk: Desk) -> None:
    here = ask(client)
    assert "bis 10:30 Uhr" in text_of(client.get(here).text)
    (link,) = links_in(desk)
    for scan in (client.get, client.head):
        assert scan(link).status_code in {200, 405}
        assert desk.find(reference_in(here)).status == "awaiting_email"
    shown = client.get(link).text
    assert "Das geht bis 10:30 Uhr" in text_of(shown)
    code = link.partition("code=")[2]
    path = link.partition("?")[0]
    assert client.post(path, data={"code": "a" * 26}).status_code == 403
    for _ in range(2):
        assert client.post(path, data={"code": code}).headers["location"] == here
    assert desk.find(reference_in(here)).status == "confirmed"
    assert client.get(link).headers["location"] == here


def test_mistyped_address_is_corrected_and_only_the_newest_link_works(
    client: TestClient, desk: Desk
) -> None:
    here = ask(client)
    wrong = client.post(f"{here}/mail", data={"email": "amira(at)beispiel"})
    assert (wrong.status_code, "Bitte prüfen Sie die Adresse." in wrong.text) == (422, True)
    assert 'value="amira(at)beispiel"' in wrong.text
    sent = client.post(f"{here}/mail", data={"email": "amira@beispiel.example"}).headers["location"]
    words = text_of(client.get(sent).text)
    assert "Nur der Link in der neuen E-Mail gilt." in words
    assert "an amira@beispiel.example geschrieben" in words
    old, new = links_in(desk)
    path, code = new.split("?code=")
    assert client.post(path, data={"code": old.partition("code=")[2]}).status_code == 403
    assert client.post(path, data={"code": code}).status_code == 303
    assert desk.find(reference_in(here)).email_key == "amira@beispiel.example"


def test_confirmation_that_lapsed_says_so_and_frees_the_time(
    client: TestClient, desk: Desk, clock: FixedClock
) -> None:
    here = ask(client)
    (link,) = links_in(desk)
    clock.move(timedelta(hours=1))
    assert client.get(link).headers["location"] == here
    assert "Die Reservierung ist abgelaufen" in text_of(client.get(here).text)
    assert client.post(f"{here}/mail").status_code == 409
    assert reference_in(ask(client)) != reference_in(here)


def test_questions_of_the_office_are_asked_and_kept(client: TestClient, desk: Desk) -> None:
    contact = hold(client)
    asked = text_of(client.get(contact).text)
    assert "Kommen Sie mit einem Kind?" in asked
    assert "Brauchen Sie Hilfe beim Ausfüllen? (freiwillig)" in asked
    missing = client.post(contact, data={"name": "Amira", "answer_1": "Nein, danke"})
    assert missing.status_code == 422
    assert "Bitte beantworten Sie diese Frage." in missing.text
    assert "Nein, danke" in missing.text
    assert "Will you bring a child?" in client.get(f"{contact}?lang=en").text
    here = book(client, TEN, answer_1="Nein")
    assert desk.find(reference_in(here)).answers == ["Ja", "Nein"]
    client.post(f"{here}/absagen")
    assert desk.find(reference_in(here)).answers is None


def test_limit_is_said_with_what_to_do_and_nothing_typed_is_lost(client: TestClient) -> None:
    for start in (NINE_THIRTY, TEN):
        book(client, start, email="amira@beispiel.example")
    contact = hold(client, "2026-11-26T11:00:00+01:00")
    data = {"name": "Amira", "answer_0": "Zwillinge", "email": "amira@beispiel.example"}
    answer = client.post(contact, data=data)
    words = text_of(answer.text)
    assert answer.status_code == 409
    assert "hier schon 2 Termine gebucht. Sagen Sie einen ab" in words
    assert "06081 1024-0" in words
    assert "Zwillinge" in words
    assert client.post(contact, data={**data, "email": "x@beispiel.example"}).status_code == 303


def test_reference_is_spelled_and_its_code_opens_the_appointment(
    client: TestClient, desk: Desk
) -> None:
    here = book(client)
    reference = reference_in(here)
    code = change_code(SECRET_KEY, reference)
    shown = client.get(here).text
    words = text_of(shown)
    assert code in words
    assert "Vor Ort genügen Ihr Name und die Terminnummer." in words
    for _, word in spell(Texts.load().in_language("de"), reference + code):
        assert word in words
    typed = {"reference": f"{reference[:4].lower()}-{reference[4:]}", "code": f" {code.lower()}"}
    assert client.post(FIND, data=typed).headers["location"] == here
    assert client.get(FIND).status_code == 200


def test_table_has_every_letter_once() -> None:
    assert "".join(TABLE) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert TABLE["Y"] == "Ypsilon"
    german = Texts.load().in_language("de")
    assert spell(german, "K7") == [("K", "Köln"), ("7", "sieben")]


def test_wrong_code_and_unknown_reference_are_answered_alike_and_not_for_ever(
    client: TestClient,
) -> None:
    reference = reference_in(book(client))
    pairs = [(reference, "ABCDEF"), ("ABCD2345", change_code(SECRET_KEY, "ABCD2345"))]
    pairs.append(("ä", "x"))
    answers = [client.post(FIND, data={"reference": one, "code": code}) for one, code in pairs]
    assert [answer.status_code for answer in answers] == [404] * 3
    bare = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(bare) == 1
    for _ in range(9):
        client.post(FIND, data={"reference": reference, "code": "ABCDEF"})
    right = {"reference": reference, "code": change_code(SECRET_KEY, reference)}
    late = client.post(FIND, data=right)
    assert (late.status_code, int(late.headers["retry-after"]) > 60) == (429, True)
    assert f'value="{reference}"' in late.text


def test_second_press_and_second_tab_are_answered_kindly(client: TestClient, desk: Desk) -> None:
    here = book(client, email="amira@beispiel.example")
    pressed = [client.post(f"{here}/verschieben", data={"start": TEN}) for _ in range(2)]
    first, second = (text_of(client.get(answer.headers["location"]).text) for answer in pressed)
    assert "Ihr Termin ist verschoben" in first
    assert "Ihr Termin ist schon auf diese Zeit verschoben" in second
    assert len(desk.mails()) == 2
    stale = client.post(f"{here}/absagen", data={"start": NINE_THIRTY})
    assert stale.status_code == 409
    assert "schon verschoben auf Do., 26.11.2026, 10:00 Uhr" in text_of(stale.text)
    assert desk.find(reference_in(here)).status == "confirmed"
    for _ in range(2):
        assert client.post(f"{here}/absagen", data={"start": TEN}).headers["location"] == here
    moved = client.post(f"{here}/verschieben", data={"start": NINE_THIRTY})
    assert moved.headers["location"] == here
    assert "Dieser Termin ist abgesagt" in text_of(client.get(here).text)
    assert desk.places(reference_in(here)) == []


def test_name_is_not_asked_again_once_it_is_booked(client: TestClient, desk: Desk) -> None:
    contact = hold(client)
    here = client.post(contact, data={"name": "Amira", "answer_0": "Ja"}).headers["location"]
    assert client.get(contact).headers["location"] == here
    again = client.post(contact, data={"name": "Carla", "answer_0": "Ja"})
    assert again.headers["location"] == here
    assert desk.find(reference_in(here)).name == "Amira"
    assert desk.find(reference_in(here)).start_at == at("09:30")
