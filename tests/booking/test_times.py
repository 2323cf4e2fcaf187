"""The page of times in its views without script, the earliest of all towns, why days are grey."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.booking.capacity import free_times, plan_day
from aufruf.booking.rules import Wanted, read_request
from aufruf.booking.times.reasons import next_release, reason_of
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from aufruf.office.infos import ClosureInfo, OfficeInfo, RuleInfo
from tests.booking.browser import PAGE, visiting
from tests.booking.desk import THURSDAY, Desk, at
from tests.factories import AMTAL, SourceFile, load_texts
from tests.slow_hours import counter_for, offer_with, office_with

# Bergdorf does cards for anyone too, on Thursdays alone; a closed day, and a note in Amtal.
BERGDORF = """
[[areas]]
slug = "bergdorf-rathaus"
name = "Rathaus Bergdorf"
municipality = "bergdorf"
way = "Wartebereich oben"

[[offices]]
slug = "bergdorf-buergerbuero"
name = "Bürgerbüro Bergdorf"
municipality = "bergdorf"
area = "bergdorf-rathaus"
street = "Bergweg 2"
postcode = "61998"
town = "Bergdorf"
email = "buergerbuero@bergdorf.example"
lead_minutes = 0
residents = []
offers = [{ service = "personalausweis", letter = "B", minutes = 15 }]

[[offices.opening]]
days = ["thu"]
from = "08:00"
to = "12:00"
mode = "appointment"
horizon_days = 9
places = 1

[[offices.counters]]
slug = "bergdorf-1"
label = "1"
"""
TEXT = AMTAL.read_text(encoding="utf-8").replace(
    "[[offices.counters]]",
    '[[offices.closures]]\nfirst_day = 2026-12-03\nlast_day = 2026-12-03\nreason = "Ausflug"\n\n'
    "[[offices.counters]]",
    1,
)
CARD = "service=personalausweis:1"
TIME = f"/termin/amtal/zeit?{CARD}&office=amtal-buergerbuero"
DAY_LINK = re.compile(r'<a class="month-day[^>]*data-day="([\d-]+)"><.*?visually-hidden">([^<]+)<')


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    runner = Runner(sqlite_database, clock, None, {})
    source = SourceFile("amtal.toml", TEXT + BERGDORF)
    return Desk(sqlite_database, runner, load_texts(sqlite_database, clock, source))


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def starts_in(html: str) -> list[str]:
    return re.findall(r'class="time" name="start" value="([^"]+)"', html)


def test_month_list_and_days_show_the_times_of_the_interface(
    client: TestClient, desk: Desk
) -> None:
    for clock_time in ("09:30", "09:30", "09:45", "09:45"):
        desk.book(at(clock_time))
    query = f"/api/v1/offices/amtal-buergerbuero/days?{CARD}&from=2026-11-01&to=2026-11-30"
    free = {each["date"]: each["free"] for each in client.get(query).json()["days"]}
    assert (free["2026-11-24"], free["2026-11-26"], free["2026-11-28"]) == (0, 38, 0)
    month = client.get(f"{TIME}&view=month&day=2026-11-26").text
    labels = {day: unescape(label) for day, label in DAY_LINK.findall(month)}
    assert labels["2026-11-26"] == "Donnerstag, 26. November, 38 freie Zeiten"
    counts = {day: int(re.findall(r"(\d+) freie", label)[0]) for day, label in labels.items()}
    assert counts == {day: count for day, count in free.items() if count}
    times = client.get(f"/api/v1/offices/amtal-buergerbuero/times?{CARD}&date=2026-11-26").json()
    expected = [time["start"] for time in times["times"]]
    assert starts_in(month) == expected
    listed = client.get(f"{TIME}&view=list&day=2026-11-26").text
    assert [start for start in starts_in(listed) if start[:10] == "2026-11-26"] == expected
    assert "38 freie Zeiten, ab 08:00 Uhr" in text_of(listed)
    days = client.get(f"{TIME}&day=2026-11-26").text
    assert "Donnerstag, 26. November, 38 freie Zeiten" in days
    assert {start for start in starts_in(days) if start[:10] == "2026-11-26"} == {*expected}


def test_month_turns_and_keeps_closed_days_with_their_reason(client: TestClient) -> None:
    november = client.get(f"{TIME}&view=month").text
    (later,) = re.findall(r'data-later href="([^"]+)"', november)
    assert "data-earlier" not in november
    december = client.get(unescape(later).partition("#")[0]).text
    assert "Dezember 2026" in december
    labels = {day: unescape(label) for day, label in DAY_LINK.findall(december)}
    assert labels["2026-12-03"] == "Donnerstag, 3. Dezember, Geschlossen: Ausflug"
    assert labels["2026-12-25"].startswith("Freitag, 25. Dezember, Geschlossen: ")
    assert "2026-12-05" not in labels


def test_view_is_remembered_wherever_the_way_leads(client: TestClient, desk: Desk) -> None:
    shown = unescape(client.get(f"{TIME}&view=list&day=2026-11-27").text)
    assert 'halten?view=list"' in shown
    ways = [way for way in re.findall(r'href="([^"]+)"', shown) if "day=" in way]
    assert ways
    assert all("view=" in way for way in ways)
    desk.book(at("09:30"))
    desk.book(at("09:30"))
    form = {
        "office": "amtal-buergerbuero",
        "service": "personalausweis:1",
        "start": str(at("09:30")),
    }
    refused = client.post("/termin/amtal/halten?view=month", data=form)
    assert (refused.status_code, "data-month" in refused.text) == (409, True)
    assert client.get(f"{TIME}&view=nonsense").status_code == 200


def test_earliest_of_all_towns_comes_in_order_and_is_booked_at_once(
    client: TestClient, desk: Desk
) -> None:
    found = client.get(f"/api/v1/municipalities/amtal/earliest?{CARD}").json()
    assert [(each["office"], each["municipality"], each["start"][:16]) for each in found] == [
        ("amtal-buergerbuero", "amtal", "2026-11-25T09:30"),
        ("bergdorf-buergerbuero", "bergdorf", "2026-11-26T08:00"),
    ]
    assert [start[11:16] for start in found[1]["then"]] == ["08:15", "08:30", "08:45"]
    assert f"/termin/amtal/frueheste?{CARD}" in client.get(TIME).text
    shown = client.get(f"/termin/amtal/frueheste?{CARD}").text
    words = text_of(shown)
    assert words.index("Heute, 09:30 Uhr") < words.index("Morgen, 08:00 Uhr")
    assert "Bürgerbüro Bergdorf, Bergweg 2, Bergdorf" in words
    form = {"office": "bergdorf-buergerbuero", "service": "personalausweis:1",
            "start": found[1]["start"]}  # fmt: skip
    held = client.post("/termin/amtal/halten", data=form)
    assert held.headers["location"].startswith("/termin/halten/")
    again = client.get(f"/termin/amtal/frueheste?{CARD}").text
    assert "Morgen, 08:15 Uhr" in text_of(again)


def test_earliest_of_all_towns_leaves_out_what_only_residents_may(client: TestClient) -> None:
    shown = client.get("/termin/bergdorf/frueheste?service=eheschliessung:1")
    assert (shown.status_code, "Standesamt Amtal" in shown.text) == (200, True)
    path = "/api/v1/municipalities/bergdorf/earliest?service=gewerbeanmeldung"
    assert [each["office"] for each in client.get(path).json()] == ["amtal-buergerbuero"]


@pytest.mark.parametrize(("days", "status"), [(366, 200), (367, 422)])
def test_days_are_asked_for_a_year_at_most(client: TestClient, days: int, status: int) -> None:
    last = date(2026, 11, 25) + timedelta(days=days - 1)
    path = f"/api/v1/offices/amtal-buergerbuero/days?{CARD}&from=2026-11-25&to={last}"
    answer = client.get(path)
    assert answer.status_code == status
    assert len(answer.json().get("days", [])) == (days if status == 200 else 0)


OFFERS = [offer_with(1, 15, 5, [1]), offer_with(2, 90, 0, [1, 2])]
HOURS = RuleInfo(
    1, frozenset({3}), 480, 540, None, None, "appointment", False, 120, {1: (2, 2), 2: (0, 1)},
    horizon_days=7, release_hours=24, held_back={1: 1},
)  # fmt: skip
WALK_IN = replace(HOURS, mode="walk_in", weekdays=frozenset({4}), places={}, held_back={})
FRIDAY = THURSDAY + timedelta(days=1)


def small_office(*closures: ClosureInfo) -> OfficeInfo:
    return office_with([HOURS, WALK_IN], closures, OFFERS, [counter_for(OFFERS)])


@pytest.mark.parametrize(
    ("number", "day", "now", "kind", "words"),
    [
        (1, FRIDAY, at("08:00"), "walk_in", "Ohne Termin offen, 08:00 bis 09:00 Uhr"),
        (1, THURSDAY, at("07:30"), "over", "Dafür ist es an diesem Tag zu spät"),
        (1, THURSDAY, at("08:00", date(2026, 11, 24)), "later", "Weitere Termine ab Morgen, 08:00"),
        (1, THURSDAY, at("07:59", date(2026, 11, 19)), "later", "Weitere Termine ab Heute, 08:00"),
        (1, THURSDAY, at("08:01", date(2026, 11, 25)), "full", "Alles vergeben"),
        (2, THURSDAY, at("08:01", date(2026, 11, 25)), "not_online", "An diesem Tag nicht online"),
        (1, date(2026, 12, 1), at("08:00"), "no_hours", "Keine Sprechzeit"),
        (1, date(2026, 12, 3), at("08:00"), "closed", "Geschlossen: Ausflug"),
        (1, date(2026, 12, 25), at("08:00"), "closed", "Geschlossen: "),
    ],
)
def test_grey_day_has_the_reason_that_holds(
    number: int, day: date, now: datetime, kind: str, words: str
) -> None:
    away = date(2026, 12, 3)
    office = small_office(ClosureInfo(away, away, "Ausflug", None))
    asked = read_request(office, [Wanted(f"anliegen-{number}")])
    found = reason_of(Texts.load(strict=True).in_language("de"), office, asked, day, now)
    assert found.kind == kind
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at("12:00"), at("08:00", date(2026, 12, 2))),  # what is held back for the 3rd
        (at("07:00"), at("08:00")),  # the 3rd itself, at the rule's start and not at midnight
    ],
)
def test_next_release_is_when_new_times_are_there(now: datetime, then: datetime) -> None:
    office = small_office()
    asked = read_request(office, [Wanted("anliegen-1")])
    assert next_release(office, asked, now) == then
    days = [THURSDAY + timedelta(days=number) for number in range(15)]

    def places(moment: datetime) -> int:
        return sum(
            time.free
            for day in days
            for time in free_times(
                plan_day(office, day), {}, asked.pools, asked.minutes, moment, public=True,
                offers=asked.offers,
            )
        )  # fmt: skip

    assert places(now) == places(then - timedelta(seconds=1)) < places(then)


def test_full_office_says_when_new_times_come(client: TestClient, desk: Desk) -> None:
    office = desk.house.directory.office("bergdorf-buergerbuero")
    query = f"/api/v1/offices/{office.slug}"
    days = client.get(f"{query}/days?{CARD}&from=2026-11-25&to=2027-03-01").json()["days"]
    for day in (date.fromisoformat(each["date"]) for each in days if each["free"]):
        for minute in range(480, 720, 15):
            start = at(f"{minute // 60:02}:{minute % 60:02}", day)
            desk.book(start, Wanted("personalausweis"), office=office)
    shown = text_of(client.get(f"/termin/amtal/zeit?{CARD}&office={office.slug}").text)
    assert "ist bis" in shown
    assert re.search(r"Neue Termine geben wir frei: \w+\.?, .*?08:00 Uhr\.", shown)
