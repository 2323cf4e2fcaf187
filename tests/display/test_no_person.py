"""No personal data where everybody looks: people with all one can say of them go the whole way, and
every byte that screens, kiosks, the public pages and the phones of others get, and what a screen
keeps, is searched.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect
from sqlalchemy import text

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.display.slides import commands as slides
from aufruf.office.devices.commands import renew_device_token
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import close_early, rebook
from aufruf.queue.state import TicketNow
from tests.display.house import build
from tests.display.walk import quarter
from tests.display.wall import SCREEN, Wall
from tests.kiosk.lobby import KIOSK, hidden
from tests.people import Screen, people_in
from tests.queue.room import move_in
from tests.queue.test_locks import settle
from tests.queue.test_seats import sit

AMIRA = Contact(
    "Amira Karimi",
    "amira.karimi@beispiel.example",
    "06081 5550199",
    "Sie kommt im Rollstuhl",
    ("Aktenzeichen 77-4711",),
)
QUESTION = '[{"label": "Ihr Zeichen?", "label_en": null, "required": false}]'
NOTE, REASON, REMARK = "ist schwerhörig", "holt Bargeld", "wegen der Namensänderung"
MESSAGE = "Bitte wählen Sie."  # with an umlaut: found only where escapes are read
# Of the citizen, of what clerks wrote about them, and of the clerk.
SECRETS = (
    "Amira", "Karimi", "amira.karimi", "5550199", "Rollstuhl", "4711", "schwerh", "Bargeld",
    "Namens", "Bernd", "Becker",
)  # fmt: skip
KEPT = """async () => {
  const texts = [document.documentElement.outerHTML, JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }), document.cookie];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      texts.push(request.url, await (await cache.match(request)).text());
    }
  }
  return [texts.join("\\n"), (await caches.keys()).length, (await indexedDB.databases()).length];
}"""


@pytest.fixture
def wall(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Wall]:
    build(sqlite_database)
    with people_in(chromium) as people:
        made = Wall(move_in(sqlite_database, clock), people, tmp_path)
        yield made
        made.stop()


class Reader:
    """A browser without scripts; keeps every byte it is given."""

    def __init__(self, address: str) -> None:
        self.client = httpx2.Client(
            base_url=address, headers={"Origin": address}, follow_redirects=True, timeout=60
        )
        self.heard: list[str] = []

    def get(self, path: str) -> str:
        return self._keep(self.client.get(path))

    def post(self, path: str, form: dict[str, Any]) -> str:
        return self._keep(self.client.post(path, data=form))

    def _keep(self, answer: httpx2.Response) -> str:
        for one in (*answer.history, answer):
            self.heard += [str(one.headers), one.content.decode()]
        assert answer.status_code == 200, answer.text
        return answer.text


def listen(page: Page) -> list[str]:
    """What a page's sockets hear, also as it reads without JSON's escapes."""
    heard: list[str] = []

    def hear(frame: str | bytes) -> None:
        said = frame if isinstance(frame, str) else frame.decode()
        heard.extend((said, json.dumps(json.loads(said), ensure_ascii=False)))

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    page.on("websocket", follow)
    return heard


def test_nobody_is_named_where_everybody_looks(wall: Wall) -> None:
    room = wall.room
    settle(room, questions=QUESTION)
    sit(room)
    page = wall.people.open(1920, 1080)
    heard = listen(page)
    page.goto(f"{wall.address}{wall.path}")
    screen = Screen(page)
    reader = Reader(wall.address)
    other = room.draw()  # somebody else, on whose phone all of it passes as well
    phone = wall.people.open(390, 844)
    told = listen(phone)
    phone.goto(f"{wall.address}/t/{other.token}")
    with closing(reader.client):
        reader.post("/devices/session", {"token": kiosk_token(wall)})
        look_round(reader, other.token)
        first, second = arrive(wall, reader), arrive(wall, reader)
        go_the_whole_way(wall, screen, reader, first, second, other.token)
    expect(phone.locator("[data-early]")).to_be_visible()  # it has heard the last of it
    on_phone = phone.content()
    page.wait_for_function(f"async () => Boolean(await caches.match('/display/{SCREEN}'))")
    kept, caches, databases = page.evaluate(KEPT)
    assert (caches > 0, databases) == (True, 0)
    page.close()
    phone.close()
    everywhere = {
        "screen": "\n".join(heard),
        "kept": kept,
        "socket of another": "\n".join(told),
        "phone of another": on_phone,
        "pages": "\n".join(reader.heard),
        "events": events_of(wall),
    }
    signs = {"pages": first.number[1:]} | {
        place: other.number[1:] for place in everywhere if place.endswith("of another")
    }
    for place, said in everywhere.items():
        sign = signs.get(place, MESSAGE)
        assert sign in said, f"{place}: nothing was looked at"
        assert [secret for secret in SECRETS if secret.lower() in said.lower()] == [], place


def kiosk_token(wall: Wall) -> str:
    return wall.room.runner.run_now((), renew_device_token, slug="amtal-kiosk").token


def arrive(wall: Wall, reader: Reader) -> TicketNow:
    """An appointment with all one can say, checked in at the kiosk by its code."""
    room = wall.room
    held = room.run(
        booking.hold_slot,
        office_id=room.office_id,
        start=quarter(room.clock.now() + timedelta(minutes=30)),
        services=(Wanted("personalausweis"),),
        language="de",
        contact=AMIRA,
    )
    form = hidden(reader.get(f"{KIOSK}/code"), f"{KIOSK}/check-ins")
    reader.post(f"{KIOSK}/check-ins", {"code": held.reference, "key": form["key"][-1]})
    return max(room.state().waiting, key=lambda one: one.id)


def look_round(reader: Reader, other: str) -> None:
    """What anybody may load, the kiosk, and the ticket of somebody else."""
    office = "amtal-buergerbuero"
    status = ("/stand/amtal", f"/stand/{office}", f"/stand/{office}/klein")
    ticket = (f"/t/{other}", f"/t/{other}?lang=ar", f"/api/v1/tickets/{other}")
    answers = (f"/api/v1/offices/{office}{one}" for one in ("", "/status", "/waits"))
    for path in (KIOSK, f"/aufruf/{office}", *status, *ticket, *answers):
        reader.get(path)


def go_the_whole_way(
    wall: Wall,
    screen: Screen,
    reader: Reader,
    first: TicketNow,
    second: TicketNow,
    other: str,
) -> None:
    """Both are called, written about, parked, sent to the other office; one gets a new day."""
    room, registry = wall.room, wall.room.house.registry.id
    at: dict[str, Any] = {"counter_id": room.one, "ticket_id": first.id}
    room.run(queue.call_ticket, **at)
    screen.expect_call(first.number, "1")
    room.run(queue.recall, **at)
    room.run(queue.start_service, **at)
    room.run(queue.set_note, **at, text=f"Frau Karimi {NOTE}", was=None)
    room.run(queue.park, **at, reason=REASON)
    look_round(reader, other)
    room.run(queue.call_ticket, **at)
    room.run(queue.transfer, **at, office_id=registry)
    room.run(
        queue.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        channel="back_office",
        remark=f"{AMIRA.name}, {REMARK}",
        by_staff=True,
    )
    also: dict[str, Any] = {"counter_id": room.one, "ticket_id": second.id}
    room.run(queue.call_ticket, **also)
    room.run(queue.mark_no_show, **also)
    room.run(queue.return_ticket, **also)
    room.run(close_early, office_id=room.office_id)
    tomorrow = quarter(room.clock.now() + timedelta(days=1))
    room.run(rebook, ticket_id=second.id, start=tomorrow, name=AMIRA.name)
    message: dict[str, Any] = {"text": MESSAGE, "text_en": None, "until": None}
    room.run(slides.put_up_message, office_id=room.office_id, **message)
    expect(screen.page.locator("[data-message]")).to_contain_text(MESSAGE)
    look_round(reader, other)


def events_of(wall: Wall) -> str:
    """The log itself, which is kept for years."""
    rows = wall.room.database.read_now(
        lambda conn: conn.execute(text("SELECT data FROM event_log")).all()
    )
    return "\n".join(json.dumps(json.loads(row.data), ensure_ascii=False) for row in rows)
