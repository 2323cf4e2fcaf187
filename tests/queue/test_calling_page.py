"""The page on which an office sets how it calls: what a change does, saving, two at once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.directory import read_directory
from aufruf.office.infos import OfficeInfo
from tests.booking.browser import visiting
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.office import OFFICE, Reader
from tests.queue.room import Room, move_in

CALLING = f"{OFFICE}/calling"


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def client(room: Room, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(room.database, clock, tmp_path) as opened:
        yield opened


@pytest.fixture
def lena(client: TestClient, room: Room) -> Reader:
    """She administers the town."""
    return Reader(client, room, "leitung")


def office_of(room: Room) -> OfficeInfo:
    return room.database.read_now(read_directory).office(room.office_id)


def looked_at(reader: Reader, **changes: object) -> dict[str, object]:
    """Change the form that is open and look; what its button would then save."""
    fields = {**reader.form(), **changes, "do": "preview"}
    reader.send(CALLING, fields)
    assert 'name="do" value="save"' in reader.text
    return {**reader.form(), "do": "save"}


def test_change_is_told_before_it_is_saved_and_holds_at_once(lena: Reader, room: Room) -> None:
    drawn = room.draw()
    room.book(room.clock.now() + timedelta(hours=2))
    lena.see(CALLING)
    save = looked_at(lena, head_start_minutes="45", grace_minutes="15", cutoff_minutes="60",
                     tickets_per_day="1", recall_limit="2", recall_seconds="45",
                     calls_absent="1")  # fmt: skip
    for said in (
        "Ein Termin um 10:00 Uhr zählt wie eine Nummer von 09:15 Uhr.",
        "Bisher zählt ein Termin um 10:00 Uhr wie eine Nummer von 09:30 Uhr.",
        "Wer um 09:40 Uhr eine Nummer zieht, dem gehen von später Gekommenen nur Termine bis 10:25",
        "sich bis 10:15 Uhr anmeldet, behält seinen Platz. Bisher bis 10:10 Uhr.",
        "Heute gibt es Nummern bis 17:00 Uhr, bisher bis 17:45 Uhr.",
        "Heute sind schon 1 Nummern gezogen. Mit höchstens 1 gibt es heute keine mehr.",
        "Frühestens 90 Sekunden nach dem ersten Aufruf gilt jemand als nicht da",
        "Unter 60 Sekunden schafft es nicht jeder bis zum Platz.",
        "1 Termin von heute wird ab seinem Beginn aufgerufen, auch ohne Anmeldung.",
        "1 Nummer wartet jetzt. Sie behält ihren Platz in der Reihe.",
    ):
        assert said in lena.words, said
    assert office_of(room).head_start_minutes == 30
    rank = room.ticket(drawn.id).rank
    lena.send(CALLING, save, 303)
    office = office_of(room)
    assert (office.head_start_minutes, office.tickets_per_day, office.calls_absent) == (45, 1, True)
    assert room.ticket(drawn.id).rank == rank
    code = room.book(room.clock.now() + timedelta(hours=1))
    checked_in = room.check_in(code)
    assert room.ticket(checked_in.id).rank == room.clock.now() + timedelta(minutes=15)


def test_services_nobody_does_any_more_are_warned_about(lena: Reader, room: Room) -> None:
    drawn = room.draw("gewerbeanmeldung")
    business = office_of(room).offer("gewerbeanmeldung").id
    lena.see(CALLING)
    ticks = [one for one in lena.form()["serves"] if one != f"{room.one}:{business}"]
    save = looked_at(lena, serves=ticks)
    assert drawn.number == "F001"
    assert "F 001 wartet auf etwas, das dann kein Platz mehr macht." in lena.words
    assert "Kein Platz macht dann: Gewerbe anmelden." in lena.words
    assert "Platz 1 macht nicht mehr: Gewerbe anmelden." in lena.words
    lena.send(CALLING, save, 303)
    assert room.next(room.one) is None
    assert "Das macht kein Platz." in lena.see(CALLING)


def test_clerk_loses_the_right_to_call_out_of_turn(lena: Reader, room: Room) -> None:
    lena.see(CALLING)
    bernd, *others = lena.form()["may"]
    save = looked_at(lena, may=others)
    assert "Bernd Becker darf nicht mehr außer der Reihe aufrufen." in lena.words
    lena.send(CALLING, save, 303)
    lena.see(CALLING)
    assert bernd not in lena.form()["may"]


def test_second_administrator_sees_what_changed_and_loses_nothing(
    lena: Reader, client: TestClient, room: Room
) -> None:
    lena.see(CALLING)
    other = Reader(client, room, "leitung")
    other.see(CALLING)
    other.send(CALLING, looked_at(other, grace_minutes="20"), 303)
    opened = lena.form()
    saving = {**opened, "cutoff_minutes": "30", "seen": "1", "do": "save"}
    lena.send(CALLING, saving, 409)
    assert "Inzwischen wurde das hier geändert" in lena.words
    assert "Kulanz für Verspätete, in Minuten: 10 Minuten, jetzt 20 Minuten" in lena.words
    assert (office_of(room).grace_minutes, office_of(room).cutoff_minutes) == (20, 15)
    lena.send(CALLING, {**lena.form(), "do": "save"}, 303)
    assert (office_of(room).grace_minutes, office_of(room).cutoff_minutes) == (20, 30)
    lena.see(f"{CALLING}/history")
    assert "Letzte Nummer vor Schließung, in Minuten: 15 Minuten, jetzt 30 Minuten" in lena.words
    steps = lena.text.partition('<ol class="hours-history">')[2]
    assert "Lena" not in steps


def test_mistake_is_named_and_nothing_is_saved(lena: Reader, room: Room) -> None:
    before = office_of(room)
    for field, value in (
        ("head_start_minutes", "31"),
        ("grace_minutes", ""),
        ("recall_limit", "0"),
        ("cutoff_minutes", "x"),
    ):
        lena.see(CALLING)
        lena.send(CALLING, {**lena.form(), field: value, "seen": "1", "do": "save"}, 422)
        assert 'role="alert"' in lena.text
    assert office_of(room) == before


def test_clerks_do_not_set_how_the_office_calls(client: TestClient, room: Room) -> None:
    bernd = Reader(client, room, "bernd")
    bernd.see(CALLING, 403)
    bernd.send(CALLING, {"do": "save"}, 403)
    assert "/calling" not in bernd.see(f"{OFFICE}/tickets")


def test_voice_of_calls_is_chosen_with_how_long_it_takes(lena: Reader, room: Room) -> None:
    lena.see(CALLING)
    save = looked_at(lena, announce_times="2", announce_language="tr")
    assert (
        "Jeder Aufruf wird 2-mal angesagt, auf Deutsch und auf Türkisch. Das dauert etwa"
        " 19 Sekunden." in lena.words
    )
    assert "Das ist lang:" in lena.words
    lena.send(CALLING, save, 303)
    office = office_of(room)
    assert (office.announce_times, office.announce_language) == (2, "tr")
    lena.see(CALLING)
    lena.send(CALLING, looked_at(lena, announce_times="1", announce_language=""), 303)
    office = office_of(room)
    assert (office.announce_times, office.announce_language) == (1, None)
    lena.see(f"{CALLING}/history")
    assert "Zweite Sprache der Ansage: Türkisch, jetzt Nur Deutsch" in lena.words
    assert "Jeden Aufruf ansagen: 2-mal, jetzt einmal" in lena.words
    lena.see(CALLING)
    lena.send(CALLING, {**lena.form(), "announce_language": "fr", "do": "preview"}, 422)
    assert "Bitte wählen Sie einen der Werte." in lena.words
