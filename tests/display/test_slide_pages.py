"""The office's page of slides without script, and what a screen loads; pictures over HTTP."""

import re
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.ground import Ground
from aufruf.display.slides import commands, store
from aufruf.display.slides.pictures import FILE_LIMIT
from aufruf.display.slides.reading import PictureReader
from aufruf.display.slides.rules import MOST_SLIDES, Content
from aufruf.office.devices.commands import change_device, renew_device_token
from aufruf.office.devices.screen_settings import ScreenSettings
from tests.booking.browser import visiting
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.office import OFFICE, Reader
from tests.queue.room import Room, move_in

SLIDES = f"{OFFICE}/slides"
SCREEN = "/display/amtal-anzeige/slides"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def client(room: Room, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(room.database, clock, tmp_path) as opened:
        yield opened


@pytest.fixture
def bernd(room: Room, client: TestClient) -> Reader:
    return Reader(client, room, "bernd")


class Screen:
    """A screen of the room, by its token."""

    def __init__(self, room: Room, client: TestClient) -> None:
        self.client = client
        token = room.runner.run_now((), renew_device_token, slug="amtal-anzeige").token
        self.headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def ask(self, path: str = SCREEN, **headers: str) -> tuple[int, dict[str, str], bytes]:
        answer = self.client.get(path, headers={**self.headers, **headers})
        return answer.status_code, dict(answer.headers), answer.content

    def titles(self) -> list[str]:
        return [str(one["title"]) for one in self.slides()]

    def slides(self) -> list[dict[str, object]]:
        answer = self.client.get(SCREEN, headers=self.headers)
        assert answer.status_code == 200
        return answer.json()["slides"]


@pytest.fixture
def screen(room: Room, client: TestClient) -> Screen:
    return Screen(room, client)


def jpeg(width: int = 64, height: int = 36) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "JPEG")
    return out.getvalue()


def upload(reader: Reader, path: str, file: bytes | None, status: int, **fields: str) -> str:
    data = {"title": "Ein Bild", "seconds": "12", **fields}
    files = {"picture": ("Bild.jpg", file, "image/jpeg")} if file is not None else None
    answer = reader.client.post(path, data=data, files=files, headers=reader.headers)
    assert answer.status_code == status, answer.text
    reader.text = answer.text
    return answer.headers.get("location", "")


def test_text_goes_from_the_form_to_the_screen(bernd: Reader, screen: Screen) -> None:
    assert "Noch keine Seiten." in bernd.see(SLIDES)
    fields = {"title": "Passfotos", "body": "Nur digital.", "seconds": "20"}
    bernd.send(f"{SLIDES}/new/text", {**fields, "last_day": "2026-11-25"}, 303)
    said = screen.slides()
    assert [(one["title"], one["body"], one["seconds"]) for one in said] == [
        ("Passfotos", "Nur digital.", 20)
    ]
    bernd.see(SLIDES)
    assert "Text, 20 Sekunden. Bis Mi., 25.11.2026 Bereit" in bernd.words
    here = f"{SLIDES}/{said[0]['id']}"
    bernd.send(here, {**fields, "last_day": "2026-11-24"}, 303)
    assert screen.titles() == [], "its days are over"
    assert "Abgelaufen am Di., 24.11.2026" in bernd.see(SLIDES)


def test_page_says_which_screens_show_it_and_what_they_need(room: Room, bernd: Reader) -> None:
    none = "Eine Anzeige braucht dafür die Aufteilung „Aufrufe und Seiten“. Zu den Anzeigen"
    bernd.see(SLIDES)
    assert none in bernd.words
    assert f'href="{OFFICE}/screens"' in bernd.text
    bernd.send(f"{SLIDES}/new/text", {"title": "Eins", "seconds": "9"}, 303)
    bernd.see(f"{SLIDES}?saved=true")
    assert "Zurzeit zeigt es noch keine Anzeige." in bernd.words
    chosen = ScreenSettings(layout="slides")
    place = {"slug": "amtal-anzeige", "name": "Eingang", "theme": "light"}
    room.runner.run_now((), change_device, **place, screen=chosen)
    bernd.see(SLIDES)
    assert none in bernd.words, "nobody has set it up yet"
    room.runner.run_now((), renew_device_token, slug="amtal-anzeige")
    bernd.see(SLIDES)
    assert "Zu sehen auf: Eingang (nicht verbunden). Zu den Anzeigen" in bernd.words
    assert "Bereit" in bernd.words


def test_form_keeps_what_was_typed_beside_what_is_wrong(bernd: Reader) -> None:
    wrong = {"title": "Passfotos", "seconds": "500", "last_day": "2026-02-30"}
    bernd.send(f"{SLIDES}/new/text", wrong, 422)
    assert 'value="Passfotos"' in bernd.text
    assert "Bitte 5 bis 120 Sekunden." in bernd.words
    assert "Dieses Datum gibt es nicht." in bernd.words
    bernd.see(f"{SLIDES}/new/video", 404)
    bernd.see(f"{SLIDES}/99", 404)
    bernd.see(f"{SLIDES}/99999999999999999999", 404)


def test_picture_is_loaded_once_and_kept_by_the_screen(bernd: Reader, screen: Screen) -> None:
    upload(bernd, f"{SLIDES}/new/picture", jpeg(), 303)
    (slide,) = screen.slides()
    picture = slide["picture"]
    assert isinstance(picture, dict)
    assert (picture["width"], picture["height"]) == (64, 36)
    status, headers, content = screen.ask(picture["src"])
    assert (status, headers["content-type"]) == (200, "image/jpeg")
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert Image.open(BytesIO(content)).size == (64, 36)
    small = re.search(rf"{SLIDES}/small/[0-9a-f]{{64}}", bernd.see(SLIDES))
    assert small
    assert bernd.client.get(small[0], headers=bernd.headers).status_code == 200
    # Changed without a new file it stays; with one it is another.
    here = f"{SLIDES}/{slide['id']}"
    upload(bernd, here, None, 303, title="Dasselbe")
    assert screen.slides()[0]["picture"] == picture
    upload(bernd, here, jpeg(36, 64), 303)
    assert screen.slides()[0]["picture"] != picture
    assert screen.ask(picture["src"])[0] == 404, "no slide shows it any more"


def test_picture_that_cannot_be_used_is_refused_kindly(bernd: Reader, screen: Screen) -> None:
    new = f"{SLIDES}/new/picture"
    upload(bernd, new, b"<svg onload=alert(1)>", 422)
    assert "Diese Datei lässt sich nicht lesen." in bernd.words
    assert 'value="Ein Bild"' in bernd.text
    upload(bernd, new, None, 422)
    assert "Bitte wählen Sie eine Bilddatei." in bernd.words
    upload(bernd, new, bytes(FILE_LIMIT + 100_000), 422)
    assert "größer als 8 MB" in bernd.words
    headers = {**bernd.headers, "content-type": "multipart/form-data; boundary=x"}
    assert bernd.client.post(new, content=b"no parts", headers=headers).status_code == 400
    assert screen.slides() == []


def test_picture_that_comes_while_others_are_read_is_put_off_kindly(bernd: Reader) -> None:
    ground = cast("Ground", cast("Starlette", bernd.client.app).state.ground)
    ground.parts["picture-reader"] = PictureReader(most=0)
    upload(bernd, f"{SLIDES}/new/picture", jpeg(), 429)
    assert "Bitte wählen Sie das Bild in einer Minute noch einmal." in bernd.words
    assert 'value="Ein Bild"' in bernd.text


def test_upload_that_never_ends_is_cut_off(bernd: Reader) -> None:
    """Without a length in its head, as somebody sends it who wants to fill the house."""
    sent = 0

    def forever() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="x"\r\n\r\n'
        while sent < 4 * FILE_LIMIT:
            sent += 1_000_000
            yield bytes(1_000_000)

    headers = {**bernd.headers, "content-type": "multipart/form-data; boundary=x"}
    new = f"{SLIDES}/new/picture"
    answer = bernd.client.post(new, content=forever(), headers=headers)
    assert answer.status_code == 422
    assert "größer als 8 MB" in answer.text


def test_texts_are_texts_whatever_is_typed(bernd: Reader, screen: Screen) -> None:
    bernd.send(f"{SLIDES}/new/text", {"title": SCRIPT, "body": SCRIPT, "seconds": "9"}, 303)
    bernd.send(f"{SLIDES}/message", {"text": SCRIPT}, 303)
    pages = [bernd.see(SLIDES) and bernd.text]
    bernd.send(f"{SLIDES}/{screen.slides()[0]['id']}/remove", {}, 303)
    pages.append(bernd.see(SLIDES) and bernd.text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "alert(1)" in page


def test_order_switch_and_removal_by_buttons(bernd: Reader, screen: Screen) -> None:
    for title in ("Eins", "Zwei", "Drei"):
        bernd.send(f"{SLIDES}/new/text", {"title": title, "seconds": "9"}, 303)
    one, two, three = (str(slide["id"]) for slide in screen.slides())
    bernd.send(f"{SLIDES}/{three}/order", {"before": two, "way": "up"}, 303)
    bernd.send(f"{SLIDES}/{one}/order", {"way": "down"}, 303)
    assert screen.titles() == ["Drei", "Zwei", "Eins"]
    bernd.send(f"{SLIDES}/{two}/switch", {"active": "false"}, 303)
    assert screen.titles() == ["Drei", "Eins"]
    bernd.send(f"{SLIDES}/{one}/remove", {}, 303)
    assert screen.titles() == ["Drei"]
    bernd.see(f"{SLIDES}?removed={one}")
    assert "Die Seite „Eins“ ist entfernt. Rückgängig" in bernd.words
    bernd.send(f"{SLIDES}/{one}/back", {}, 303)
    assert screen.titles() == ["Drei", "Eins"]
    assert "Ausgeschaltet" in bernd.see(SLIDES)


def test_more_than_the_most_is_said_kindly(room: Room, bernd: Reader) -> None:
    office = room.office_id
    first = room.run(commands.add_slide, office_id=office, content=Content("text", "Alt"))
    room.run(commands.remove_slide, office_id=office, slide_id=first.id)
    for _ in range(MOST_SLIDES):
        room.run(commands.add_slide, office_id=office, content=Content("opening"))
    bernd.send(f"{SLIDES}/new/text", {"title": "Noch eine", "seconds": "9"}, 409)
    assert "Es sind schon 40 Seiten" in bernd.words
    assert 'value="Noch eine"' in bernd.text
    bernd.send(f"{SLIDES}/{first.id}/back", {}, 409)
    assert "Es sind schon 40 Seiten" in bernd.words
    assert len(room.database.read_now(store.load_slides, office)) == MOST_SLIDES


def test_screen_that_asks_again_hears_that_nothing_changed(room: Room, screen: Screen) -> None:
    office = room.office_id
    room.run(commands.add_slide, office_id=office, content=Content("opening"))
    status, headers, _ = screen.ask()
    tag = {"if-none-match": headers["etag"]}
    assert (status, screen.ask(**tag)[0]) == (200, 304)
    (slide,) = screen.slides()
    assert slide["title"] == "Öff\u00adnungs\u00adzei\u00adten"
    days = slide["days"]
    assert isinstance(days, list)
    assert (days[0]["day"], days[0]["hours"][0]["hours"]) == ("Heute", "08:00–18:00")
    room.wait(minutes=24 * 60)
    assert screen.ask(**tag)[0] == 200, "tomorrow says other days"


def test_message_is_put_up_and_taken_down_by_a_clerk(room: Room, bernd: Reader) -> None:
    bernd.send(f"{SLIDES}/message", {"text": "a\nb\nc\nd", "until": "08:00"}, 422)
    assert "Höchstens drei Zeilen." in bernd.words
    assert "Diese Uhrzeit ist schon vorbei." in bernd.words
    bernd.send(f"{SLIDES}/message", {"text": "Der Aufzug steht.", "until": "11:00"}, 303)
    bernd.see(SLIDES)
    assert "Diese Meldung steht auf den Anzeigen Der Aufzug steht." in bernd.words
    assert "Seit 09:30 Uhr, bis 11:00 Uhr" in bernd.words
    room.wait(minutes=91)
    assert "Diese Meldung steht" not in bernd.see(SLIDES), "before the job has come by"
    bernd.send(f"{SLIDES}/message", {"text": "Noch eine"}, 303)
    bernd.send(f"{SLIDES}/message/down", {}, 303)
    assert room.database.read_now(store.find_message, room.office_id) is None
