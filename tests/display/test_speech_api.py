"""What a screen asks of the voice: who speaks, the words of a call, the call as a sound file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.app.main import create_app
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.display.speech import speech
from aufruf.display.speech.sounds import read_wav
from aufruf.office.devices.commands import add_device
from aufruf.office.files.loader import load_files
from tests.databases import SqliteEngine
from tests.display.hearing import tone
from tests.display.house import build, shared_house
from tests.queue.room import Room, move_in

SPEECH = "/display/amtal-rathaus-anzeige/speech"
CALL = f"{SPEECH}/de/amtal-buergerbuero/A001/amtal-1"


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("shared_house", build))) as database:
        room = move_in(database, clock)
        for counter in (room.one, room.two):
            room.draw()
            room.call(counter)
        yield room


@contextmanager
def serve_screen(room: Room, folder: Path) -> Iterator[TestClient]:
    """A screen of the room, and its server."""
    area = room.house.directory.area(room.house.area_id).slug
    new = room.runner.run_now((), add_device, kind="display", area=area, name="Anzeige")
    settings = Settings(
        database_url=room.database.url.render_as_string(hide_password=False),
        data_dir=folder,
        strict_texts=True,
    )
    headers = {"authorization": f"Bearer {new.token}"}
    with TestClient(create_app(settings, room.clock), headers=headers) as opened:
        yield opened


@pytest.fixture
def screen(room: Room, tmp_path: Path) -> Iterator[TestClient]:
    with serve_screen(room, tmp_path) as opened:
        yield opened


def test_screen_gets_words_and_a_clip_that_is_made_once(screen: TestClient, tmp_path: Path) -> None:
    said = screen.get(f"{CALL}.txt")
    assert said.text == "Nummer A, null, null, eins, bitte Platz eins"
    first, second = screen.get(f"{CALL}.wav"), screen.get(f"{CALL}.wav")
    assert first.headers["content-type"] == "audio/wav"
    assert first.headers["cache-control"] == "private, max-age=604800"
    assert read_wav(first.content).seconds > 3
    assert first.content == second.content
    (kept,) = (tmp_path / "speech").iterdir()
    assert kept.read_bytes() == first.content


def test_nothing_is_said_but_what_was_called_here(screen: TestClient, tmp_path: Path) -> None:
    calls = (
        "de/amtal-buergerbuero/A003/amtal-1",  # nobody called it
        "de/amtal-buergerbuero/A001/amtal-2",  # it was called to the other counter
        "de/amtal-standesamt/A001/amtal-1",
        "de/nowhere/A001/amtal-1",
        "en/amtal-buergerbuero/A001/amtal-1",  # the office calls in German alone
        "fr/amtal-buergerbuero/A001/amtal-1",
    )
    asked = [f"{SPEECH}/{call}.{kind}" for call in calls for kind in ("wav", "txt")]
    assert {screen.get(path).status_code for path in asked} == {404}
    assert not (tmp_path / "speech").exists()


def test_no_more_is_made_at_once_than_a_room_needs(
    screen: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen that is put off asks again when the call has its turn."""
    monkeypatch.setattr(speech, "_MOST_MAKING", 0)
    refused = screen.get(f"{CALL}.wav", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (503, "try_again")
    monkeypatch.undo()
    assert screen.get(f"{CALL}.wav").status_code == 200


def test_screen_learns_who_speaks_which_language(
    room: Room, screen: TestClient, tmp_path: Path
) -> None:
    """German always, and the second languages of the offices; a recording changes the version."""
    before = screen.get(SPEECH).json()
    assert {name: one["voice"] for name, one in before.items()} == {"de": "made"}
    office = 'email = "buergerbuero@'
    source = shared_house(**{office: f'announce_language = "uk"\n{office}'})
    room.runner.run_now((), load_files, [source])
    (tmp_path / "voice" / "de").mkdir(parents=True)
    (tmp_path / "voice" / "de" / "number.wav").write_bytes(tone(500))
    after = screen.get(SPEECH).json()
    assert {name: one["voice"] for name, one in after.items()} == {"de": "made", "uk": "made"}
    assert after["de"]["version"] != before["de"]["version"]


def test_where_nobody_speaks_the_screen_is_told(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with serve_screen(room, tmp_path) as screen:
        assert screen.get(SPEECH).json()["de"]["voice"] == "none"
        refused = screen.get(f"{CALL}.wav", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_voice")
