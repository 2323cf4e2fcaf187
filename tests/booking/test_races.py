"""64 citizens want the last place: through the runner, past it on real connections, over HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from aufruf.app.main import create_app
from aufruf.booking import services, store
from aufruf.booking.capacity import plans
from aufruf.booking.cells import cells_of
from aufruf.booking.places import choose_places, slots_of, take_places
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.booking.browser import settings_for
from tests.booking.desk import THURSDAY, Desk, at
from tests.factories import House
from tests.races import Ran, drop_guard, race, winners

RACERS = 64
MARRIAGE = Wanted("eheschliessung")


def last_place(house: House) -> Any:
    """The registry office's only place at 9:30, for the nth citizen."""

    def take(tx: Tx, nth: int) -> str:
        return services.hold_slot(
            tx,
            office_id=house.registry.id,
            start=at("09:30"),
            services=(MARRIAGE,),
            language="de",
            contact=Contact(f"Amira {nth}"),
        ).reference

    return take


def _taken(database: Database) -> tuple[int, int]:
    """(appointments that hold places, most places taken in one cell of a pool)."""
    query = text(
        "SELECT count(DISTINCT appointment_id), max(taken) FROM (SELECT appointment_id,"
        " count(*) OVER (PARTITION BY pool_id, cell) AS taken FROM place) AS cells"
    )
    row = database.read_now(lambda conn: conn.execute(query).one())
    return row[0], row[1]


def _check_one(ran: list[Ran[str]], database: Database) -> None:
    assert winners(ran) == 1
    assert {one.refused for one in ran} - {None} == {"slot_taken"}
    assert _taken(database) == (1, 1)


def test_last_place_goes_to_one_on_separate_connections(
    database: Database, clock: FixedClock, house: House
) -> None:
    offices = [house.registry.id]
    ran = race(database, clock, last_place(house), racers=RACERS, offices=offices, locked=True)
    _check_one(ran, database)


def test_last_place_is_safe_without_the_lock(
    database: Database, clock: FixedClock, house: House
) -> None:
    """The database's own promise: everybody has looked, nobody has written, one gets it."""
    ran = race(
        database,
        clock,
        PlaceTaker(house),
        racers=RACERS,
        meet_before="INSERT INTO place",
    )
    assert all(one.met for one in ran)
    assert winners(ran) == 1
    assert _taken(database) == (1, 1)


def test_last_place_needs_the_constraint(
    database: Database, clock: FixedClock, house: House
) -> None:
    """The negative control: without the primary key the same race must overbook."""
    drop_guard(database, "pk_place")
    ran = race(
        database,
        clock,
        PlaceTaker(house),
        racers=RACERS,
        meet_before="INSERT INTO place",
    )
    assert all(one.met for one in ran)
    assert winners(ran) > 1
    assert _taken(database)[1] > 1


class PlaceTaker:
    """The check and the write of a hold alone, without the events that would queue the racers."""

    def __init__(self, house: House) -> None:
        self._office = house.registry

    def __call__(self, tx: Tx, nth: int) -> int:
        plan = plans.plan(self._office, THURSDAY)
        wanted = slots_of([self._office.main_pool.id], cells_of(at("09:30"), 45))
        chosen = choose_places(tx, self._office, plan, wanted, public=True)
        assert chosen is not None
        draft = store.Booked(
            id=0,
            office_id=self._office.id,
            reference=f"R{nth:07d}",
            status="confirmed",
            start_at=at("09:30"),
            end_at=at("10:15"),
            held_until=None,
            language="de",
            created_at=tx.now,
            source="online",
            resident_of=None,
        )
        mine = store.insert_appointment(tx.conn, draft)
        if not take_places(
            tx, self._office, plan, chosen, appointment_id=mine, until=None, public=True
        ):
            raise DomainError("slot_taken", 409)
        return mine


async def _through_runner(runner: Runner, house: House) -> list[str | None]:
    async with runner:
        tries = [runner.run(house.registry.id, last_place(house), nth) for nth in range(RACERS)]
        done = await asyncio.gather(*tries, return_exceptions=True)
    return [each.code if isinstance(each, DomainError) else None for each in done]


def test_last_place_goes_to_one_through_the_runner(
    database: Database, runner: Runner, house: House
) -> None:
    codes = asyncio.run(_through_runner(runner, house))
    assert codes.count(None) == 1
    assert set(codes) == {None, "slot_taken"}
    assert _taken(database) == (1, 1)


def test_last_place_goes_to_one_over_http(
    database: Database, clock: FixedClock, house: House, tmp_path: Path
) -> None:
    answers = asyncio.run(_over_http(database, clock, tmp_path))
    assert sorted(answers) == [201] + [409] * (RACERS - 1)
    assert _taken(database) == (1, 1)


async def _over_http(database: Database, clock: FixedClock, folder: Path) -> list[int]:
    app = create_app(settings_for(database, folder), clock)
    body = {
        "start": "2026-11-26T09:30:00+01:00",
        "services": [{"slug": MARRIAGE.slug}],
        "contact": {"name": "Amira"},
    }
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            path = "/api/v1/offices/amtal-standesamt/appointments"
            tries = [client.post(path, json=body) for _ in range(RACERS)]
            return [answer.status_code for answer in await asyncio.gather(*tries)]


@pytest.mark.parametrize("ahead", [15, -15])
def test_overlapping_moves_at_one_place_never_lose_it(desk: Desk, ahead: int) -> None:
    """Two neighbours each move into the other's time: neither may end up with half a visit."""
    office = desk.house.registry
    first = desk.book(at("09:00"), MARRIAGE, office=office)
    second = desk.book(at("10:00"), MARRIAGE, office=office)
    start = at("09:15") if ahead > 0 else at("08:45")
    desk.run(services.move_appointment, first.reference, start=start)
    assert len(desk.places(first.reference)) == len(desk.places(second.reference)) == 9
    assert _taken(desk.database) == (2, 1)
