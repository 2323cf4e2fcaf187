"""The frozen picture of the master data, and the way to the current one."""

from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.tx import Tx
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import Directory, current_directory, read_directory
from aufruf.office.files.sources import SourceFile
from aufruf.office.hours.special import open_specially
from aufruf.office.rules import can_serve, day_spans, goes_together
from tests.factories import AMTAL, House, load_texts, make_house
from tests.office.serving import application

SUNDAY = date(2026, 11, 29)


@pytest.fixture
def house(sqlite_database: Database, clock: FixedClock) -> House:
    return make_house(sqlite_database, clock)


def test_entries_are_found_by_slug_and_by_id(house: House) -> None:
    directory = house.directory
    assert directory.office(house.office.slug) is directory.office(house.office.id)
    assert directory.counter("amtal-1") is directory.counters[house.counter().id]
    assert directory.municipality("amtal") is house.town
    assert directory.display("amtal-anzeige").area_id == house.area_id
    assert house.office.offer("personalausweis") is directory.offer(house.offer().id)
    assert house.office.counter("amtal-2").label == "2"


@pytest.mark.parametrize(
    ("kind", "key", "code"),
    [
        ("municipality", "talheim", "unknown_municipality"),
        ("office", "rathaus", "unknown_office"),
        ("office", 99, "unknown_office"),
        ("service", "angeln", "unknown_service"),
        ("offers_of", "angeln", "unknown_service"),
        ("offer", 99, "unknown_service"),
        ("counter", "amtal-9", "unknown_counter"),
        ("display", "amtal-kiosk", "unknown_display"),
        ("display", "amtal-flur", "unknown_display"),
        ("area", "keller", "not_found"),
        ("device", "amtal-flur", "not_found"),
    ],
)
def test_what_is_not_there_is_refused_by_its_kind(
    house: House, kind: str, key: int | str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        getattr(house.directory, kind)(key)
    assert (refused.value.code, refused.value.status) == (code, 404)


def test_what_another_office_has_is_unknown_here(house: House) -> None:
    with pytest.raises(DomainError, match="unknown_service"):
        house.registry.offer("abholung")
    with pytest.raises(DomainError, match="unknown_counter"):
        house.registry.counter("amtal-1")


def test_further_persons_take_less(house: House) -> None:
    assert [house.offer().duration(count) for count in (1, 2, 4)] == [15, 25, 45]
    assert house.offer("abholung").duration(3) == 15


def test_offers_for_residents_begin_at_home(house: House) -> None:
    def names(town: str) -> list[str]:
        found = house.directory.offers_for(house.directory.municipality(town).id)
        return [offer.service.slug for offer in found]

    assert names("amtal")[0] == "personalausweis"
    assert names("bergdorf") == ["eheschliessung"]


def test_counters_serve_only_what_they_can_and_have_switched_on(house: House) -> None:
    identity, business = house.offer().id, house.offer("gewerbeanmeldung").id
    assert can_serve(house.counter("amtal-1"), [identity, business])
    assert not can_serve(house.counter("amtal-1"), [identity, business], {identity})
    assert not can_serve(house.counter("amtal-2"), [identity, business])
    assert goes_together(house.office, [identity, business])
    assert not goes_together(house.office, [identity, house.offer("eheschliessung").id])


def test_the_version_is_checked_once_per_transaction(database: Database, clock: FixedClock) -> None:
    make_house(database, clock)
    runner = Runner(database, clock, None, {})
    first = runner.run_now((), current_directory)
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    def twice(tx: Tx) -> Directory:
        current_directory(tx)
        return current_directory(tx)

    event.listen(database.write_engine, "before_cursor_execute", note)
    assert runner.run_now((), twice) is first
    assert len([text for text in statements if "directory_version" in text]) == 1
    assert not [text for text in statements if "FROM office" in text]


def test_change_in_the_midst_of_reading_is_not_missed(
    postgres_database: Database, clock: FixedClock
) -> None:
    """A writer reads in several statements; what is committed between them has a later version."""
    with closing(Database(postgres_database.url.render_as_string(hide_password=False))) as shell:
        make_house(shell, clock)
        changed = AMTAL.read_text(encoding="utf-8").replace("Bürgerbüro Amtal", "Bürgerservice")
        to_load = [SourceFile("amtal.toml", changed)]

        def change(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
            if to_load and "FROM closure" in statement:  # read after the offices
                load_texts(shell, clock, to_load.pop())

        event.listen(postgres_database.write_engine, "before_cursor_execute", change)
        runner = Runner(postgres_database, clock, None, {})
        runner.run_now((), current_directory)
        assert not to_load
        directory = runner.run_now((), current_directory)
        assert directory.office("amtal-buergerbuero").name == "Bürgerservice"


def test_special_hours_open_a_sunday_and_are_replaced_by_later_ones(
    database: Database, clock: FixedClock
) -> None:
    house = make_house(database, clock)
    told: list[int] = []
    runner = Runner(
        database,
        clock,
        None,
        {OpeningRulesChanged: lambda _tx, change: told.append(change.office_id)},
    )
    for until in (17, 18):
        runner.run_now(
            house.office.id,
            open_specially,
            office_id=house.office.id,
            day=SUNDAY,
            from_minute=8 * 60,
            to_minute=until * 60,
            places={house.office.main_pool.id: (2, 3)},
        )
    directory = database.read_now(read_directory)
    (span,) = day_spans(directory.office(house.office.id), SUNDAY)
    assert (span.end - span.start).total_seconds() == 10 * 3600
    assert (span.mode, span.lead_minutes) == ("mixed", 0)
    assert span.places == {house.office.main_pool.id: (2, 3)}
    assert (directory.version, told) == (3, [house.office.id] * 2)


def test_a_server_shows_what_the_shell_has_loaded(database: Database, clock: FixedClock) -> None:
    make_house(database, clock)
    text = AMTAL.read_text(encoding="utf-8").replace("Bürgerbüro Amtal", "Bürgerservice")
    app = application(database, clock, Settings())
    with TestClient(app, "http://localhost:8000") as client:
        assert client.get("/api/v1/offices/amtal-buergerbuero").json()["name"] == "Bürgerbüro Amtal"
        load_texts(database, clock, SourceFile("amtal.toml", text))
        assert client.get("/api/v1/offices/amtal-buergerbuero").json()["name"] == "Bürgerservice"
