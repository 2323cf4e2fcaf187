"""Choosing in the four example towns: who is there for whom, what is said before, and which way."""

import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from aufruf.booking.choosing.residence import (
    ANYWHERE,
    able_offices,
    home_of,
    matters,
    open_offers,
    visits_of,
)
from aufruf.booking.rules import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.office.directory import Directory, read_directory
from aufruf.office.files.checks import ADDRESS_WORDS
from tests.booking.browser import PAGE, visiting
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.factories import load_example

REGISTRY = "neu-anspach-standesamt"
ADVICE = "/termin/schmitten/zeit?service=beratung-standesamt"
API = "/api/v1/municipalities"


def build(database: Database) -> None:
    load_example(database, FixedClock(START))


@pytest.fixture(scope="module")
def towns(sqlite_engine: SqliteEngine) -> Iterator[Database]:
    """One for all tests of this file: they choose, and the few times they take differ."""
    with closing(Database(sqlite_engine.copy_of("four_towns", build))) as database:
        yield database


@pytest.fixture(scope="module")
def directory(towns: Database) -> Directory:
    return towns.read_now(read_directory)


@pytest.fixture(scope="module")
def client(towns: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with visiting(towns, FixedClock(START), tmp_path_factory.mktemp("served")) as opened:
        opened.headers.update(PAGE)
        yield opened


def words(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def offices(directory: Directory, home: str, *services: str) -> list[str] | str:
    """Who does it for people from there; else why nobody does."""
    wanted = [Wanted(service) for service in services]
    try:
        able = able_offices(directory, home_of(directory, home), wanted)
    except DomainError as refusal:
        return refusal.code
    return [office.slug for office, _ in able]


@pytest.mark.parametrize(
    ("home", "services", "expected"),
    [
        ("schmitten", ["trauung"], [REGISTRY]),
        ("schmitten", ["eheurkunde"], [REGISTRY]),  # which does that for anyone
        ("schmitten", ["personalausweis"], ["schmitten-buergerbuero"]),
        ("usingen", ["hund-anmelden"], ["usingen-steueramt"]),
        ("glashuetten", ["hund-anmelden"], ["usingen-steueramt"]),
        ("schmitten", ["beglaubigung-kopie"], ["schmitten-buergerbuero"]),  # the own one first
        ("schmitten", ["bewohnerparkausweis"], "not_for_residents"),
        ("alle", ["personalausweis"], "not_for_residents"),
        ("alle", ["trauung"], "not_for_residents"),
        ("alle", ["eheurkunde"], [REGISTRY]),
        ("usingen", ["personalausweis", "trauung"], "not_together"),
        ("usingen", ["auslandsehe-nachbeurkunden"], "not_bookable"),  # staff only
        ("usingen", ["gibt-es-nicht"], "unknown_service"),
    ],
)
def test_home_decides_who_is_there(
    directory: Directory, home: str, services: list[str], expected: object
) -> None:
    assert offices(directory, home, *services) == expected


def test_who_lives_in_none_of_the_towns_sees_what_anyone_may_do(
    client: TestClient, directory: Directory
) -> None:
    opened = open_offers(directory, ANYWHERE)
    assert {"eheurkunde", "beglaubigung-kopie"} <= set(opened)
    assert all(not offer.residents for offers in opened.values() for offer in offers)
    listed, _, closed = words(client, "/termin/alle").partition("Nur für Einwohner anderer Orte")
    assert "Beglaubigung" in listed
    assert "Personalausweis beantragen" not in listed
    assert "Personalausweis beantragen" in closed
    assert "Ich wohne in keiner dieser Gemeinden" in words(client, "/termin")


def test_residence_is_asked_only_where_it_matters(client: TestClient, directory: Directory) -> None:
    assert matters(directory, [Wanted("personalausweis")])
    assert not matters(directory, [Wanted("eheurkunde")])
    asked = words(client, "/termin?service=personalausweis&office=usingen-buergerbuero")
    assert "Wo wohnen Sie? Für: Personalausweis beantragen" in asked
    assert "Hier nicht; zuständig: Bürgerbüro Schmitten" in asked
    passed = client.get("/termin?service=eheurkunde:2&office=" + REGISTRY)
    assert passed.status_code == 303
    assert passed.headers["location"] == f"/termin/alle?service=eheurkunde:2&office={REGISTRY}"
    assert "Wo wohnen Sie?" in words(client, "/termin?service=eheurkunde&wohnort=1")
    assert "Wo wohnen Sie?" in words(client, "/termin?service=gibt-es-nicht&office=auch-nicht")


def test_no_office_for_a_home_is_said_before_anything_is_chosen(client: TestClient) -> None:
    said = "Für Einwohner von Schmitten hier nicht; zuständig ist Gemeinde Schmitten im Taunus."
    assert said in words(client, "/termin/schmitten?suche=Anwohnerparken")
    assert "Bewohnerparkausweis erledigen wir für Sie hier nicht" in words(
        client, "/termin/schmitten?service=bewohnerparkausweis"
    )
    assert said in words(client, "/termin/schmitten/zeit?service=bewohnerparkausweis", 409)
    other = words(
        client, "/termin/schmitten/zeit?service=personalausweis&office=usingen-buergerbuero"
    )
    assert "Bürgerbüro Usingen erledigt das nicht für Ihren Wohnort. Zuständig ist:" in other
    assert "Bürgerbüro Schmitten" in other


def test_search_without_script_ranks_and_keeps_what_is_chosen(client: TestClient) -> None:
    html = client.get("/termin/usingen?suche=Reispass&service=hund-anmelden:2&service=").text
    names = re.findall(r'id="name-([\w-]+)"', html)
    assert names[:2] == ["hund-anmelden", "reisepass"]
    assert 'value="hund-anmelden:2" selected' in html
    assert "etwa 15 Minuten" in html  # 10 and, for the second dog, 5
    assert "Dazu finden wir nichts" in words(client, "/termin/usingen?suche=Raumschiff")


def test_often_needed_services_stand_first(client: TestClient) -> None:
    text = words(client, "/termin/usingen")
    assert text.index("Häufig gebraucht") < text.index("Personalausweis beantragen")
    assert text.count("Personalausweis beantragen 15 Minuten") == 1


def test_link_chooses_service_and_office(client: TestClient) -> None:
    html = client.get("/termin/usingen?service=reisepass:2&office=usingen-buergerbuero").text
    assert 'value="reisepass:2" selected' in html
    assert 'name="office" value="usingen-buergerbuero"' in html
    assert 'id="name-trauung"' not in html  # only what this office does
    assert "Unter 18 Jahren" in html  # the condition of a document


def test_online_service_comes_before_the_appointment(
    client: TestClient, directory: Directory
) -> None:
    path = "/termin/usingen/zeit?service=fuehrungszeugnis:1&service=personalausweis:1"
    html = client.get(f"{path}&zuerst=online&office=usingen-buergerbuero").text
    assert "Sie müssen nicht kommen" in html
    assert f'href="{directory.service("fuehrungszeugnis").online_url}"' in html
    (anyway,) = re.findall(r'href="([^"]+)">Trotzdem Termin buchen', html)
    assert "zuerst" not in anyway
    assert "Wann passt es Ihnen?" in words(client, unescape(anyway))
    (rest,) = re.findall(r'href="([^"]+)">Nur für die übrigen', html)
    assert "fuehrungszeugnis" not in rest
    assert 'name="zuerst" value="online"' in client.get("/termin/usingen").text


def test_what_does_not_go_together_is_split_into_appointments(
    client: TestClient, directory: Directory
) -> None:
    usingen = directory.municipality("usingen")
    wanted = [Wanted("personalausweis", 2), Wanted("trauung"), Wanted("reisepass")]
    assert visits_of(directory, usingen, wanted) == [[wanted[0], wanted[2]], [wanted[1]]]
    html = client.get(
        "/termin/usingen/zeit?service=personalausweis:2&service=trauung&service=reisepass"
    ).text
    said = unescape(html)
    assert "Termin 1: Personalausweis beantragen (2 Mal), Reisepass beantragen" in said
    assert "/termin/usingen/zeit?service=personalausweis:2&service=reisepass:1&dann=" in said
    assert "Termin 2: Trauung" in said


def test_first_of_two_appointments_leads_on_to_the_second(client: TestClient) -> None:
    apart = client.get("/termin/schmitten/zeit?service=personalausweis&service=beratung-standesamt")
    assert apart.status_code == 409
    ways = [
        unescape(way) for way in re.findall(r'href="(/termin/schmitten/zeit[^"]+)"', apart.text)
    ]
    assert ways[0].endswith("?service=personalausweis:1&dann=beratung-standesamt:1")
    contact = hold(client, ways[0])
    assert contact.endswith("?dann=beratung-standesamt:1")
    assert client.post(contact, data={"email": "x"}).status_code == 422
    shown = client.post(contact.replace("?", "/verlaengern?"), data={"name": "Amira"}).text
    assert f'action="{contact}"' in shown
    done = client.post(contact, data={"name": "Amira"}).headers["location"]
    said = "Für Beratung des Standesamts brauchen Sie noch einen eigenen Termin. Jetzt buchen"
    assert said in words(client, done)
    assert f'href="{ADVICE}:1"' in client.get(done).text
    assert "brauchen Sie noch" not in words(client, done.partition("?")[0])
    assert "brauchen Sie noch" not in words(client, done.partition("?")[0] + "?dann=gibt-es-nicht")
    assert client.get(f"{ways[0]}&dann={'x' * 99}").status_code == 422


def hold(client: TestClient, way: str) -> str:
    """Take the earliest time by this way; the address of the contact page."""
    times = client.get(way)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', times.text))
    start = re.search(r'name="start" value="([^"]+)"', times.text)
    assert start is not None
    return client.post("/termin/schmitten/halten", data=fields | {"start": start[1]}).headers[
        "location"
    ]


def test_way_is_chosen_and_kept_to_the_end(client: TestClient) -> None:
    html = client.get(ADVICE).text
    ways = [unescape(way) for way in re.findall(r'class="way has-sign" href="([^"]+)"', html)]
    assert [way.partition("channel=")[2] for way in ways] == ["on_site", "phone", "video"]
    known = {"name": "Amira Kaya", "email": "amira@beispiel.example"}
    contact = hold(client, ways[1])
    assert client.post(contact, data=known).status_code == 422  # whom are we to call?
    done = client.post(contact, data=known | {"phone": "06081 12345"}).headers["location"]
    assert "Wir rufen Sie zu dieser Zeit an: 06081 12345" in words(client, done)
    assert "So melden Sie sich an" not in words(client, done)
    done = client.post(hold(client, ways[2]), data=known).headers["location"]
    assert 'href="https://video.neu-anspach.example/standesamt"' in client.get(done).text
    done = client.post(hold(client, ways[0]), data=known).headers["location"]
    assert "So melden Sie sich an" in words(client, done)


def test_way_that_is_not_offered_is_refused(client: TestClient) -> None:
    wanted = {"start": "2026-12-04T09:00:00+01:00", "services": [{"slug": "trauung"}]}
    path = f"/api/v1/offices/{REGISTRY}/appointments"
    answer = client.post(path, json=wanted | {"channel": "video"})
    assert (answer.status_code, answer.json()["code"]) == (409, "channel_not_offered")
    assert answer.json()["channels"] == ["on_site"]
    assert "Wann passt es Ihnen?" in words(
        client, f"/termin/usingen/zeit?service=trauung&office={REGISTRY}&channel=video"
    )


def test_several_offices_lead_to_the_earliest_of_all_towns(client: TestClient) -> None:
    html = client.get("/termin/alle/zeit?service=beglaubigung-kopie:1").text
    assert html.count('class="way" href="/termin/alle/zeit?') == 4
    assert 'href="/termin/alle/frueheste?service=beglaubigung-kopie:1"' in html
    assert client.get("/termin/alle/frueheste?service=beglaubigung-kopie:1").status_code == 200
    held = client.post(
        "/termin/alle/halten",
        data={"office": "usingen-buergerbuero", "service": "personalausweis:1",
              "start": "2026-11-25T10:30:00+01:00"},
    )  # fmt: skip
    assert held.status_code == 409


def test_own_page_states_accessibility_where_the_town_has_none(
    client: TestClient, directory: Directory
) -> None:
    text = words(client, "/termin/glashuetten/barrierefreiheit")
    assert "WCAG 2.2" in text
    assert "barrierefrei@glashuetten.example" in text
    assert "Durchsetzungs- und Überwachungsstelle Barrierefreie Informationstechnik Hessen" in text
    for town in directory.municipalities.values():
        foot = client.get(f"/termin/{town.slug}").text.partition("<footer")[2]
        for url in (town.imprint_url, town.privacy_url, town.accessibility_url):
            assert f'href="{url}"' in foot
        assert f"mailto:{town.feedback_email}" in foot
        assert f'href="{town.imprint_url}"' in client.get("/termin").text


def test_interface_tells_documents_ways_and_words_and_searches(client: TestClient) -> None:
    found = client.get(f"{API}/schmitten/services?query=Videotermin").json()
    assert [service["slug"] for service in found] == ["beratung-standesamt"]
    assert found[0]["channels"] == ["on_site", "phone", "video"]
    assert found[0]["offices"] == [REGISTRY]
    assert found[0]["documents"][1] == {
        "text": "Urkunden aus dem Ausland mit Übersetzung",
        "condition": "Wenn jemand im Ausland geboren ist oder geheiratet hat",
    }
    card = client.get(f"{API}/usingen/services?query=Perso&lang=en").json()[0]
    assert (card["name"], card["often"]) == ("Apply for an identity card", True)
    assert {"Perso", "kimlik"} <= set(card["search_words"])
    every = {service["slug"]: service for service in client.get(f"{API}/usingen/services").json()}
    assert "auslandsehe-nachbeurkunden" not in every
    assert not every["dokument-abholen"]["bookable"] or every["dokument-abholen"]["minutes"] == 5
    assert client.get(f"{API}/alle/services").status_code == 200
    assert client.get(f"{API}/nirgends/services").json()["code"] == "unknown_municipality"


def test_no_municipality_can_be_called_like_a_word_of_an_address(client: TestClient) -> None:
    routes = cast("Starlette", client.app).routes
    paths = [route.path for route in routes if isinstance(route, Route)]
    below = [path.split("/")[2:] for path in paths if path.startswith("/termin/")]
    words_used = {word for path in below for word in path if re.fullmatch("[a-z-]+", word)}
    assert words_used | {ANYWHERE.slug} == ADDRESS_WORDS


def test_earliest_of_all_towns_asks_for_the_way_and_keeps_it(client: TestClient) -> None:
    path = "/termin/schmitten/frueheste?service=beratung-standesamt:1"
    html = client.get(f"{path}&dann=personalausweis:1").text
    ways = [unescape(way) for way in re.findall(r'class="way has-sign" href="([^"]+)"', html)]
    carried = f"{path}&dann=personalausweis:1&channel="
    assert ways == [carried + way for way in ("on_site", "phone", "video")]
    shown = client.get(ways[1]).text
    assert 'name="channel" value="phone"' in shown
    assert 'name="dann" value="personalausweis:1"' in shown
    assert f"channel=phone&amp;office={REGISTRY}" in shown
    contact = hold(client, ways[1])
    known = {"name": "Amira Kaya", "email": "amira@beispiel.example"}
    assert client.post(contact, data=known).status_code == 422  # whom are we to call?
    one_way = client.get("/termin/alle/frueheste?service=beglaubigung-kopie:1").text
    assert 'name="channel" value="on_site"' in one_way
