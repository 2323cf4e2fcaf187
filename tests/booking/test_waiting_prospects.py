"""Windows of the waiting list in which no appointment lies are refused, and not preset."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.booking.rules import read_request
from aufruf.booking.waiting.prospects import Prospects
from aufruf.booking.waiting.rules import Window
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.office.directory import current_directory
from tests.booking.browser import PAGE, visiting
from tests.booking.desk import THURSDAY, at
from tests.booking.test_pages import text_of
from tests.booking.test_waiting_pages import WINDOW, here_of
from tests.booking.waiting import (
    FEW_TIMES,
    FRIDAY,
    MARRIAGE,
    MONDAY,
    WEDNESDAY,
    Line,
    line_of_few_times,
)
from tests.conftest import START

TUESDAY = date(2026, 12, 1)
WAITING = "/termin/amtal/warteliste"


@pytest.fixture
def line(sqlite_database: Database, clock: FixedClock) -> Line:
    return line_of_few_times(sqlite_database, clock)


@pytest.fixture
def client(line: Line, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(line.desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def prospects(line: Line, **more: datetime) -> Prospects:
    """By the hours of now."""
    office = line.desk.runner.run_now((), lambda tx: current_directory(tx).office(line.registry.id))
    return Prospects(office, read_request(office, MARRIAGE), START, **more)


@pytest.mark.parametrize(
    "window",
    [
        Window(TUESDAY, TUESDAY),
        Window(FRIDAY, FRIDAY, to_minute=720),
        Window(WEDNESDAY, MONDAY, frozenset({1, 5, 6})),
        Window(WEDNESDAY, WEDNESDAY, lead_minutes=1440),
    ],
)
def test_window_without_appointments_is_refused_with_the_weekdays(
    line: Line, window: Window
) -> None:
    with pytest.raises(DomainError) as refusal:
        line.ask(window=window)
    assert refusal.value.details == {"weekdays": [0, 2, 3, 4]}


def test_full_day_may_be_waited_for(line: Line) -> None:
    line.book(at("14:00", WEDNESDAY))
    line.ask(window=Window(WEDNESDAY, WEDNESDAY))
    # Earlier than one's own is what counts for who has an appointment.
    own = line.book(at("13:00", FRIDAY), "Bernd")
    with pytest.raises(DomainError) as refusal:
        line.wait(own, Window(FRIDAY, FRIDAY))
    assert refusal.value.details == {"weekdays": [2, 3]}
    line.wait(line.book(at("14:00", FRIDAY), "Dora"), Window(FRIDAY, FRIDAY))


def test_walk_in_days_give_no_hope(line: Line) -> None:
    line.load(
        FEW_TIMES.replace(
            'from = "09:30"\nto = "10:15"\nmode = "appointment"\nplaces = 1',
            'from = "09:30"\nto = "10:15"\nmode = "walk_in"',
        )
    )
    with pytest.raises(DomainError) as refusal:
        line.ask(window=Window(THURSDAY, THURSDAY))
    assert refusal.value.details == {"weekdays": [0, 2, 4]}


def test_usual_window_holds_an_appointment(line: Line) -> None:
    usual = prospects(line).usual_window()
    assert (usual.first_day, usual.weekdays) == (THURSDAY, frozenset({0, 2, 3, 4}))
    # Between now and Thursday 9:30 lies nothing but today.
    today = prospects(line, present=at("09:30")).usual_window()
    assert (today.first_day, today.last_day) == (WEDNESDAY, WEDNESDAY)
    assert today.weekdays == {2}
    # From Friday 13:00 on nothing comes until Monday 10:00 but Friday itself.
    same = prospects(line, present=at("15:00", FRIDAY)).usual_window()
    assert (same.first_day, same.last_day, same.weekdays) == (THURSDAY, THURSDAY, {2, 3, 4})


def test_page_presets_and_names_the_weekdays(client: TestClient, line: Line) -> None:
    own = f"{here_of(line.book(at('10:00', MONDAY)))}/warteliste"
    form = client.get(own).text
    assert re.findall(r'name="weekday" value="(\d)" checked', form) == ["2", "3", "4"]
    wrong = client.post(own, data={**WINDOW, "weekday": ["1"]})
    assert wrong.status_code == 422
    assert "an diesen Wochentagen: Mittwoch, Donnerstag, Freitag." in text_of(wrong.text)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("service=eheschliessung", f"{WAITING}?service=eheschliessung:1&office=amtal-standesamt"),
        ("service=unbekannt", "/termin/amtal/zeit?service=unbekannt:1"),
        ("office=amtal-standesamt", "/termin/amtal"),
    ],
)
def test_address_that_says_too_little_leads_on(
    client: TestClient, asked: str, leads_to: str
) -> None:
    answer = client.get(f"{WAITING}?{asked}")
    assert answer.status_code == 303
    assert answer.headers["location"].removesuffix("&channel=on_site") == leads_to
    assert client.get(answer.headers["location"]).status_code in {200, 404}
