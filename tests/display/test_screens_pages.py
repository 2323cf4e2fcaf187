"""The office's list of screens over HTTP: who may do what, and what it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.signals import Word
from aufruf.office.devices.pairing import ShownCode, collect_session, show_code
from aufruf.office.directory import read_directory
from aufruf.office.files.loader import load_files
from aufruf.office.files.sources import SourceFile
from aufruf.office.infos import DeviceInfo
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.queue.watching.live import QueueLive
from aufruf.queue.watching.presence import Hello
from tests.display.house import build, shared_house
from tests.queue.room import Room, move_in
from tests.queue.web import application

LIST = "/office/amtal-buergerbuero/screens"
HALL = f"{LIST}/amtal-anzeige"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
AS_IT_IS = {
    "name": "Anzeige im Rathaus",
    "theme": "light",
    "layout": "waiting",
    "share": "1/1",
    "volume": "80",
    "voice": "auto",
    "shows": [
        *("office:amtal-buergerbuero", "office:amtal-standesamt"),
        *("counter:amtal-1", "counter:amtal-2", "counter:amtal-12"),
    ],
}

# Another town, which Lena does not administer.
NEIGHBOUR = SourceFile(
    "bergdorf.toml",
    """
[[areas]]
slug = "bergdorf-rathaus"
name = "Rathaus Bergdorf"
municipality = "bergdorf"
way = "Im Erdgeschoss"
way_en = "on the ground floor"

[[devices]]
slug = "bergdorf-anzeige"
kind = "display"
name = "Anzeige in Bergdorf"
area = "bergdorf-rathaus"

[[devices]]
slug = "bergdorf-kiosk"
kind = "kiosk"
name = "Kiosk in Bergdorf"
area = "bergdorf-rathaus"
""",
)


@dataclass
class Desk:
    """Somebody signed in before the pages."""

    room: Room
    client: TestClient

    def sign_in(self, login: str) -> None:
        run = self.room.runner.run_now
        run((), set_password, login=login, password_hash=login)
        opened = run((), sign_in, login=login, proven=login)
        self.client.cookies.set("aufruf-staff", opened.secret)

    def see(self, path: str = LIST, status: int = 200) -> str:
        answer = self.client.get(path, headers=OURS)
        assert answer.status_code == status, path
        return answer.text

    def send(self, path: str, status: int = 303, /, **form: object) -> str:
        answer = self.client.post(path, data=form, headers=OURS)
        assert answer.status_code == status, answer.text
        return answer.headers.get("location", answer.text)

    def new_screen(self, kind: str = "display") -> ShownCode:
        return self.room.runner.run_now((), show_code, kind=kind)

    def device(self, slug: str = "amtal-anzeige") -> DeviceInfo:
        return self.room.database.read_now(read_directory).device(slug)


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Desk]:
    build(sqlite_database)
    room = move_in(sqlite_database, clock)
    app = application(sqlite_database, clock, tmp_path)
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as client:
        yield Desk(room, client)


def live(desk: Desk) -> QueueLive:
    assert isinstance(desk.client.app, Starlette)
    found = desk.client.app.state.ground.parts["queue"]
    assert isinstance(found, QueueLive)
    return found


def test_code_typed_once_makes_a_screen_of_the_room(desk: Desk) -> None:
    desk.sign_in("leitung")
    shown = desk.new_screen()
    assert "gehört zu einer Anzeige" in desk.see(f"{LIST}?code={shown.code.lower()}")
    unnamed = desk.send(LIST, 422, code=shown.code, layout="rooms")
    assert "Bitte geben Sie dem Gerät einen Namen" in unnamed
    assert f'value="{shown.code[:3]} {shown.code[3:]}"' in unnamed
    went = desk.send(LIST, code=shown.code, name="Anzeige Flur", layout="rooms")
    slug = "amtal-rathaus-anzeige-flur"
    assert went == f"{LIST}?done=paired&screen={slug}#{slug}"
    assert "Anzeige Flur ist verbunden" in desk.see(went)
    assert desk.device(slug).screen.layout == "rooms"
    again = desk.send(LIST, 404, code=shown.code, name="Noch eine")
    assert "Diesen Code zeigt kein Gerät" in again


def test_new_device_replaces_one_that_is_away(desk: Desk) -> None:
    desk.sign_in("leitung")
    assert "Ersatz für Anzeige im Rathaus" in desk.see()
    kiosk, shown = desk.new_screen("kiosk"), desk.new_screen()
    assert "anderen Gerät" in desk.send(LIST, 409, code=kiosk.code, device="amtal-anzeige")
    went = desk.send(LIST, code=shown.code, device="amtal-anzeige")
    assert went.startswith(f"{LIST}?done=replaced")
    assert "läuft gleich auf dem neuen Gerät weiter" in desk.see(went)


def test_screen_at_work_is_replaced_knowingly_alone(desk: Desk) -> None:
    desk.sign_in("leitung")
    shown = desk.new_screen()
    typed = {"code": shown.code, "device": "amtal-anzeige"}
    with live(desk).screens.connection("amtal-anzeige"):
        assert "Ersatz für Anzeige im Rathaus" not in desk.see()
        asked = desk.send(LIST, 409, **typed)
        for words in ("ist gerade verbunden", 'name="sure"', "Ersatz für Anzeige im Rathaus"):
            assert words in asked
        assert desk.send(LIST, **typed, sure="1").startswith(f"{LIST}?done=replaced")


def test_nobody_replaces_a_screen_of_another_town(desk: Desk) -> None:
    desk.room.runner.run_now((), load_files, [shared_house(), NEIGHBOUR])
    desk.sign_in("leitung")
    for kind, slug in (("display", "bergdorf-anzeige"), ("kiosk", "bergdorf-kiosk")):
        assert desk.device(slug).kind == kind
        refused = desk.send(LIST, 404, code=desk.new_screen(kind).code, device=slug, sure="1")
        assert "Dieses Gerät kennen wir nicht" in refused


def test_nobody_reaches_a_screen_of_another_town(desk: Desk) -> None:
    """Neither its settings nor its orders nor its end, by way of an office of one's own."""
    desk.room.runner.run_now((), load_files, [shared_house(), NEIGHBOUR])
    desk.sign_in("leitung")
    before, theirs = desk.device("bergdorf-anzeige"), f"{LIST}/bergdorf-anzeige"
    desk.see(theirs, 404)
    for path in (theirs, f"{theirs}/do", f"{theirs}/revoke"):
        desk.send(path, 404, **{**AS_IT_IS, "do": "reload", "sure": "1"})
    assert desk.device("bergdorf-anzeige") == before


def test_nobody_guesses_codes(desk: Desk) -> None:
    desk.sign_in("leitung")
    shown = desk.new_screen()
    for place in range(10):
        if place % 2:
            desk.send(LIST, 404, code="ABCDE2", name="Anzeige")
        else:
            desk.see(f"{LIST}?code=ABCDE2", 404)
    desk.send(LIST, 429, code=shown.code, name="Anzeige")
    desk.see(f"{LIST}?code={shown.code}", 429)
    desk.see()


def test_clerks_look_reload_and_identify_and_nothing_else(desk: Desk) -> None:
    heard: list[Word] = []
    live(desk).ground.signals.listen("screen.do", heard.append)
    desk.sign_in("bernd")
    assert "Anzeige im Rathaus" in desk.see()
    for forbidden in (LIST, HALL, f"{HALL}/revoke"):
        desk.send(forbidden, 403, code="ABCDE2", sure="1")
    desk.see(HALL, 403)
    assert "dort geschieht jetzt nichts" in desk.see(desk.send(f"{HALL}/do", do="reload"))
    with live(desk).screens.connection("amtal-anzeige"):
        assert "groß ihren Namen" in desk.see(desk.send(f"{HALL}/do", do="identify"))
        assert "lädt neu" in desk.see(desk.send(f"{HALL}/do", do="reload"))
    desk.send(f"{HALL}/do", 400, do="explode")
    desk.send(f"{LIST}/amtal-kiosk/do", 400, do="reload")
    desk.send(f"{LIST}/nowhere/do", 404, do="reload")
    assert heard == [
        {"screen": "amtal-anzeige", "do": do} for do in ("reload", "identify", "reload")
    ]


def test_settings_are_saved_once_seen_and_outlive_the_file(desk: Desk) -> None:
    desk.sign_in("leitung")
    page = desk.see(HALL)
    opened = page.partition('name="opened" value="')[2].partition('"')[0]
    changed = {**AS_IT_IS, "layout": "slides", "volume": "35", "opened": opened}
    looked = desk.send(HALL, 200, **changed, do="look")
    assert ("Noch nicht gespeichert" in looked, desk.device().screen.volume) == (True, 80)
    assert "Bitte eine ganze Zahl" in desk.send(HALL, 422, **{**changed, "volume": "x"}, do="save")
    before = changes(desk)
    assert "done=saved" in desk.send(HALL, **changed, do="save")
    assert changes(desk) == before + 2  # both offices of the room
    assert (desk.device().screen.layout, desk.device().screen.volume) == ("slides", 35)
    outdated = desk.send(HALL, 409, **{**changed, "name": "Anders"}, do="save")
    assert "Jemand anderes hat dieses Gerät" in outdated
    desk.room.runner.run_now((), load_files, [shared_house(**{'"Am Markt 1"': '"Am Markt 2"'})])
    assert desk.device().screen.volume == 35


def changes(desk: Desk) -> int:
    """How often an office was told that its master data changed."""
    query = text("SELECT count(*) FROM event_log WHERE type = 'DirectoryChanged'")
    return desk.room.database.read_now(lambda conn: conn.execute(query).scalar_one())


def test_removing_asks_by_a_second_press(desk: Desk) -> None:
    desk.sign_in("leitung")
    asked = desk.send(f"{HALL}/revoke", sure="0")
    assert "Ja, entfernen" in desk.see(asked)
    assert desk.device().name == "Anzeige im Rathaus"
    assert "ist entfernt" in desk.see(desk.send(f"{HALL}/revoke", sure="1"))
    desk.see(HALL, 404)


def test_list_says_what_each_screen_is_like(desk: Desk) -> None:
    """Away, there, silent and with quiet hours; of a screen in another house nothing."""
    desk.sign_in("leitung")
    assert "Noch nie verbunden" in desk.see()
    screens = live(desk).screens
    hello = Hello(
        version="old", width=1920, height=1080, sound=False, voice="made", keeps=True, late=0
    )
    shown = desk.new_screen()
    desk.send(LIST, code=shown.code, device="amtal-anzeige")
    desk.room.runner.run_now((), collect_session, secret=str(shown.secret))
    with screens.connection("amtal-anzeige"):
        screens.hello("amtal-anzeige", hello)
        said = desk.see()
        for words in (
            *("Verbunden seit 09:30 Uhr", "aus: Bitte den Bildschirm einmal antippen"),
            *("vom Server erzeugt", "1920 × 1080", "wird erneuert", "letzten Stand"),
        ):
            assert words in said
        assert "Ersatz für Anzeige im Rathaus" not in said
        opened = desk.see(HALL).partition('name="opened" value="')[2].partition('"')[0]
        quiet = {"quiet_from": "09:00", "quiet_to": "10:15", "opened": opened}
        desk.send(HALL, **AS_IT_IS, **quiet, do="save")
        assert "Ruhezeit bis 10:15 Uhr" in desk.see()
    assert "Nicht verbunden, zuletzt gesehen 09:30 Uhr" in desk.see()
