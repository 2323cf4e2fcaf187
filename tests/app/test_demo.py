"""The demo: whenever it is started every office is open, and its tokens open what they name."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx2
import pytest
from starlette.testclient import TestClient

from aufruf.app.demo.data import NotADemoError, OldDataError
from aufruf.app.demo.pages import demo_of
from aufruf.app.demo.play import Clerk, Play
from aufruf.app.demo.run import CLOCK_FILE, prepare, read_clock
from aufruf.app.demo.seed import ACCESS_FILE, DemoAccess
from aufruf.app.main import create_app
from aufruf.app.migrate import migrate
from aufruf.booking.rules import Wanted
from aufruf.core.clock import Clock, FixedClock
from aufruf.core.database import Database
from aufruf.core.filelock import AlreadyServedError, alone
from aufruf.core.settings import Settings
from aufruf.office.directory import latest_directory, read_directory
from aufruf.queue import services, store
from aufruf.queue.watching.counter_view import CounterTeller
from aufruf.queue.watching.live import live_of
from tests.databases import Engine, SqliteEngine, nothing_more
from tests.factories import make_house

BERLIN = ZoneInfo("Europe/Berlin")


def demo_settings(folder: Path, url: str) -> Settings:
    return Settings(
        demo=True,
        data_dir=folder,
        database_url=url,
        public_url="http://localhost:8123",
        strict_texts=True,
    )


@contextmanager
def demo(settings: Settings) -> Iterator[tuple[TestClient, Clock, DemoAccess]]:
    """The demo as `make demo LIVE=0` serves it."""
    clock, guest = prepare(settings, fresh=False, live=False)
    with TestClient(create_app(settings, clock, guest), base_url=settings.public_url) as client:
        yield client, clock, guest.access


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def draw(client: TestClient, access: DemoAccess, office: str, service: str) -> httpx2.Response:
    return client.post(
        f"/api/v1/offices/{office}/tickets",
        json={"services": [{"slug": service}]},
        headers=bearer(access["offices"][office]["kiosk_token"]),
    )


@pytest.mark.parametrize(
    "real",
    [
        "2026-11-23T03:00",  # Monday
        "2026-11-24T12:00",
        "2026-11-25T19:00",
        "2026-11-26T08:00",
        "2026-11-27T22:00",  # Friday
        "2026-11-28T10:00",
        "2026-11-29T23:50",  # Sunday night
        "2026-12-25T11:00",  # holiday
        "2026-12-30T11:00",  # Schmitten is closed between the years
    ],
)
def test_demo_is_open_whenever_it_is_started(
    sqlite_engine: SqliteEngine, tmp_path: Path, real: str
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    standing = FixedClock(datetime.fromisoformat(real).replace(tzinfo=BERLIN).astimezone(UTC))
    clock, guest = prepare(settings, fresh=False, live=False, real=standing)
    with TestClient(create_app(settings, clock, guest)) as client:
        for slug, office in guest.access["offices"].items():
            shown = client.get(f"/api/v1/offices/{slug}").json()
            assert shown["open"] is True, slug
            walk_in = [one["slug"] for one in shown["services"] if one["walk_in"]]
            drawn = draw(client, guest.access, slug, walk_in[0]) if walk_in else None
            assert drawn is None or drawn.status_code == 201, drawn.text
            counter = office["counters"][0]
            called = client.post(
                f"/api/v1/counters/{counter['id']}/next", json={}, headers=bearer(counter["token"])
            )
            assert called.status_code in {200, 204}, called.text


def test_demo_serves_the_whole_way_with_its_tokens(engine: Engine, tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, engine.copy_of("migrated", nothing_more))
    with demo(settings) as (client, _, access):
        assert json.loads((tmp_path / ACCESS_FILE).read_text()) == access
        assert (tmp_path / ACCESS_FILE).stat().st_mode & 0o077 == 0
        assert access["base_url"] == settings.public_url
        office = access["offices"]["usingen-buergerbuero"]
        number = draw(client, access, "usingen-buergerbuero", "personalausweis").json()["number"]
        counter = office["counters"][0]
        called = client.post(
            f"/api/v1/counters/{counter['id']}/next", json={}, headers=bearer(counter["token"])
        )
        assert called.json()["number"] == number
        display = office["display"]
        screen = client.get(f"/display/{display['id']}", headers=bearer(display["token"]))
        assert screen.status_code == 200
        assert f'data-display="{display["id"]}"' in screen.text


def test_demo_shows_the_mails_that_would_have_been_sent(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    with demo(settings) as (client, _, _access):
        times = client.get(
            "/api/v1/offices/usingen-buergerbuero/days", params={"service": "personalausweis"}
        ).json()
        day = next(one["date"] for one in times["days"] if one["free"])
        start = client.get(
            "/api/v1/offices/usingen-buergerbuero/times",
            params={"service": "personalausweis", "date": day},
        ).json()["times"][-1]["start"]
        booked = client.post(
            "/api/v1/offices/usingen-buergerbuero/appointments",
            json={
                "start": start,
                "services": [{"slug": "personalausweis", "count": 1}],
                "language": "de",
                "contact": {"name": "Amira Muster", "email": "amira@example.org"},
            },
        )
        assert booked.status_code == 201, booked.text
        assert "amira@example.org" in client.get("/demo/mail").text
        mail = client.get("/demo/mail/1").text
        assert booked.json()["reference"] in mail.replace("-", "") or "/termin/" in mail
        assert "BEGIN:VCALENDAR" in client.get("/demo/mail/1/kalender.ics").text
        assert client.get("/demo/mail/99").status_code == 404


def test_demo_start_page_links_every_screen_and_says_that_it_is_a_demo(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    with demo(settings) as (client, _, access):
        start = client.get("/").text
        for office in access["offices"].values():
            assert f"/kiosk/{office['kiosk']['id']}#{office['kiosk']['token']}" in start
            assert f"/display/{office['display']['id']}#{office['display']['token']}" in start
            assert all(f"/counter/{one['id']}" in start for one in office["counters"])
        for screen in access["screens"]:
            assert f"/display/{screen['id']}#{screen['token']}" in start
        for place in (
            "usingen",
            "glashuetten",
            "usingen-buergerbuero",
            "usingen-buergerbuero/klein",
        ):
            assert f'href="/stand/{place}"' in start
        client.post("/login", data=dict(access["staff"]))
        for path in re.findall(
            r'href="(/(?:termin|stand|aufruf|login[?]next=/office|login[?]next=/counters)[^"]*)',
            start,
        ):
            assert client.get(unquote(unescape(path))).status_code == 200, path
        counters = client.get("/counters", headers={"Accept": "text/html"}).text
        assert 'href="/office/usingen-steueramt/mails"' in counters
        daily = "appointments day change tickets close paper counters"
        set_up = "hours calling screens slides mails history outbox"
        for last in (*daily.split(), *set_up.split()):
            assert f'/{last}">' in start, last
        for page in ("/", "/termin", "/termin/usingen", "/login", "/demo/mail"):
            assert 'class="demo"' in client.get(page).text, page


def test_demo_hangs_up_slides_and_a_screen_by_room_once(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    with demo(settings) as (client, _, access):
        slides, rooms = access["screens"]
        for screen, layout in ((slides, "slides"), (rooms, "rooms")):
            shown = client.get(f"/display/{screen['id']}", headers=bearer(screen["token"]))
            assert f"tv-{layout}" in shown.text
        path, headers = f"/display/{slides['id']}/slides", bearer(slides["token"])
        found = client.get(path, headers=headers).json()["slides"]
        assert [one["kind"] for one in found] == ["text", "picture", "opening"]
        assert found[1]["title"]
        picture = client.get(found[1]["picture"]["src"], headers=headers)
        assert picture.headers["content-type"] == "image/jpeg"
        client.post("/login", data=dict(access["staff"]))
        gone = client.post(
            f"/office/usingen-buergerbuero/slides/{found[0]['id']}/remove",
            headers={"origin": settings.public_url},
        )
        assert gone.status_code == 200, gone.text
        kept = client.get(path, headers=headers).json()["slides"]
        assert [one["kind"] for one in kept] == ["picture", "opening"]
    with demo(settings) as (client, _, again):
        assert again["screens"] == access["screens"]
        assert client.get(path, headers=headers).json()["slides"] == kept


def test_demo_keeps_tokens_and_time_over_a_restart(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    with demo(settings) as (client, _, first):
        draw(client, first, "usingen-buergerbuero", "personalausweis")
    shown = read_clock(tmp_path)
    assert shown is not None
    with demo(settings) as (client, clock, second):
        assert second == first
        assert clock.now() >= shown
        again = draw(client, second, "usingen-buergerbuero", "personalausweis")
        assert again.json()["number"] == "A002"


def test_demo_goes_on_after_devices_were_paired_and_taken_away(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    list_of = "/office/usingen-buergerbuero/screens"
    with demo(settings) as (client, _, first):
        code = re.search(r'data-shows="(\w{6})"', client.get("/display").text)
        assert code is not None
        ours = {"origin": settings.public_url}
        client.post("/login", data=dict(first["staff"]), headers=ours)
        typed = {"code": code[1], "name": "Anzeige Flur"}
        assert client.post(list_of, data=typed, headers=ours).status_code == 200
        own = client.get("/display").url.path
        kiosk = first["offices"]["usingen-buergerbuero"]["kiosk"]["id"]
        code = re.search(r'data-shows="(\w{6})"', client.get("/kiosk").text)
        assert code is not None
        client.post(list_of, data={"code": code[1], "device": kiosk}, headers=ours)
        assert client.get("/kiosk").url.path == f"/kiosk/{kiosk}"
        assert f"/kiosk/{kiosk}" not in client.get("/").text  # its token opens nothing any more
        client.post(f"{list_of}/{kiosk}/revoke", data={"sure": "1"}, headers=ours)
        assert client.get("/").status_code == 200
        session = {one.name: str(one.value) for one in client.cookies.jar if "device" in one.name}
    with demo(settings) as (client, _, second):
        client.cookies.update(session)
        shown = client.get(own, follow_redirects=False)
        assert (own.endswith("anzeige-flur"), shown.status_code) == (True, 200)
        start = client.get("/")
        assert (start.status_code, kiosk in start.text) == (200, False)
        assert second["screens"] == first["screens"]


def test_demo_fresh_forgets_the_earlier_one(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, "")
    _, first = prepare(settings, fresh=True, live=False)
    (tmp_path / "kept.txt").write_text("not ours")
    _, second = prepare(settings, fresh=True, live=False)
    assert first.access["staff"] != second.access["staff"]
    assert (tmp_path / "kept.txt").exists()
    assert (tmp_path / CLOCK_FILE).exists()


@pytest.mark.anyio
async def test_demo_day_is_played_by_simulated_people(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    clock, guest = prepare(settings, fresh=False, live=False)
    app = create_app(settings, clock, guest)
    async with app.router.lifespan_context(app):
        ground = app.state.ground
        play = Play(ground, pace=0.002)
        await play.start()
        directory = await latest_directory(ground)
        office = live_of(ground).office(directory.office("usingen-buergerbuero").id)
        async with asyncio.timeout(60):
            while True:
                state = (await office.current()).state
                booked = [ticket for ticket in state.finished if ticket.appointment_id]
                if len(state.finished) > 8 and (booked or state.expected):
                    break
                await asyncio.sleep(0.05)
        await play.stop()
        assert not play.is_running
        assert not demo_of(ground).play.is_running
        numbers = [ticket.number for ticket in state.tickets]
        assert len(numbers) == len(set(numbers))


@pytest.mark.anyio
async def test_demo_clerk_leaves_the_visit_to_who_opened_the_counter(
    sqlite_engine: SqliteEngine, tmp_path: Path
) -> None:
    settings = demo_settings(tmp_path, sqlite_engine.copy_of("migrated", nothing_more))
    clock, guest = prepare(settings, fresh=False, live=False)
    app = create_app(settings, clock, guest)
    async with app.router.lifespan_context(app):
        ground = app.state.ground
        play = Play(ground, pace=0.0)
        office = (await latest_directory(ground)).office("usingen-buergerbuero")
        clerk = Clerk(play, office.counters[0])
        await ground.runner.run(
            office.id,
            services.issue_ticket,
            office_id=office.id,
            services=(Wanted("personalausweis"),),
            language="de",
        )
        ticket = await clerk.call()
        assert ticket is not None
        live = live_of(ground).office(office.id)
        picture = await live.current()
        teller = CounterTeller(clerk.counter.id, live.teller("de"), live_of(ground).screens)
        with live.counters.join(f"{clerk.counter.id}/de", teller.told, picture):
            await clerk.work(office)
            await clerk.step(office, services.start_service, ticket.id)
            found = await ground.database.read(store.find_ticket, ticket.id)
            assert found is not None
            assert found.status == "called"
        await clerk.step(office, services.start_service, ticket.id)
        await clerk.work(office)
        found = await ground.database.read(store.find_ticket, ticket.id)
        assert found is not None
        assert found.status == "finished"


def test_demo_leaves_alone_what_is_served(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, "")
    prepare(settings, fresh=True, live=False)
    before = (tmp_path / ACCESS_FILE).read_text()
    with alone(tmp_path / "aufruf.db"), pytest.raises(AlreadyServedError):
        prepare(settings, fresh=True, live=False)
    assert (tmp_path / "aufruf.db").exists()
    assert (tmp_path / ACCESS_FILE).read_text() == before


@pytest.mark.parametrize("fresh", [False, True])
def test_demo_refuses_a_database_with_real_data(tmp_path: Path, *, fresh: bool) -> None:
    settings = demo_settings(tmp_path, "")
    with closing(Database(settings.database)) as database:
        migrate(database)
        make_house(database, FixedClock(datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN)))
        with pytest.raises(NotADemoError):
            prepare(settings, fresh=fresh, live=False)
        assert len(database.read_now(read_directory).offices) == 2
    assert not (tmp_path / ACCESS_FILE).exists()


def test_demo_says_how_to_begin_anew_on_data_of_an_older_version(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, "")
    prepare(settings, fresh=True, live=False)
    with closing(sqlite3.connect(tmp_path / "aufruf.db")) as old:
        old.execute("ALTER TABLE counter DROP COLUMN way_en")
        old.commit()
    with pytest.raises(OldDataError, match=r"older version.*make demo FRESH=1"):
        prepare(settings, fresh=False, live=False)


def test_demo_does_not_empty_a_database_elsewhere(engine: Engine, tmp_path: Path) -> None:
    settings = demo_settings(tmp_path, engine.copy_of("migrated", nothing_more))
    with pytest.raises(NotADemoError, match="AUFRUF_DATABASE_URL"):
        prepare(settings, fresh=True, live=False)
