"""A button pressed twice, in one tab or two: the second press sees what the first one did.

And a program's request sent twice.
"""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from aufruf.app.main import create_app
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.booking.browser import PAGE, settings_for
from tests.booking.desk import Desk, at
from tests.factories import House

# The registry office has one place.
MARRIAGE = {"office": "amtal-standesamt", "service": "eheschliessung:1"}
NINE_THIRTY = {"start": "2026-11-26T09:30:00+01:00"}
TIMES = "/termin/amtal/zeit?service=eheschliessung:1"
HOLD = "/termin/amtal/halten"
AMIRA = {"name": "Amira Kaya", "email": "amira@beispiel.example"}


# What a network has free without a proof (`guard/bots.py`).
FREE = 4


class Tab:
    """A browser's tab that can press a button twice at once."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self._app = create_app(settings_for(database, folder), clock)

    async def elsewhere(self, ask: Any) -> Any:
        """Ask as a program whose network has to prove itself."""
        transport = httpx2.ASGITransport(self._app, client=("198.51.100.7", 50_000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await ask(client)

    def run(self, story: Any) -> Any:
        return asyncio.run(self._run(story))

    async def _run(self, story: Any) -> Any:
        async with self._app.router.lifespan_context(self._app):
            transport = httpx2.ASGITransport(self._app)
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://localhost", headers=PAGE
            ) as client:
                return await story(client)


@pytest.fixture
def tab(database: Database, clock: FixedClock, house: House, tmp_path: Path) -> Tab:
    assert house.registry.slug == MARRIAGE["office"]
    return Tab(database, clock, tmp_path)


async def twice(press: Any) -> str:
    """Where both presses lead; they have to agree."""
    answers = await asyncio.gather(press(), press())
    assert [answer.status_code for answer in answers] == [303, 303]
    (there,) = {answer.headers["location"] for answer in answers}
    return there


async def key_on(client: httpx2.AsyncClient) -> dict[str, str]:
    found = re.search(r'name="key" value="([a-z2-7]+)"', (await client.get(TIMES)).text)
    assert found is not None
    return {"key": found[1]}


async def hold(client: httpx2.AsyncClient) -> str:
    answer = await client.post(HOLD, data={**MARRIAGE, **NINE_THIRTY})
    return answer.headers["location"]


def test_last_place_pressed_twice_leads_to_ones_own_hold(tab: Tab, desk: Desk) -> None:
    async def story(client: httpx2.AsyncClient) -> tuple[str, int]:
        form = {**MARRIAGE, **NINE_THIRTY, **await key_on(client)}
        there = await twice(lambda: client.post(HOLD, data=form))
        other = await client.post(HOLD, data={**form, **await key_on(client)})
        return there, other.status_code

    there, other = tab.run(story)
    assert desk.find(there.split("/")[3]).status == "held"
    assert other == 409


def test_another_time_on_the_same_page_is_another_hold(tab: Tab) -> None:
    async def story(client: httpx2.AsyncClient) -> list[str]:
        form = {**MARRIAGE, **await key_on(client)}
        starts = (NINE_THIRTY, {"start": "2026-11-26T11:00:00+01:00"})
        answers = [await client.post(HOLD, data={**form, **start}) for start in starts]
        return [answer.headers["location"] for answer in answers]

    first, second = tab.run(story)
    assert first != second


@pytest.mark.parametrize("minutes", [0, 30])
def test_time_given_up_is_held_anew_from_the_same_page(
    tab: Tab, desk: Desk, clock: FixedClock, minutes: int
) -> None:
    async def story(client: httpx2.AsyncClient) -> tuple[str, str]:
        form = {**MARRIAGE, **NINE_THIRTY, **await key_on(client)}
        first = (await client.post(HOLD, data=form)).headers["location"]
        if minutes:
            clock.move(timedelta(minutes=minutes))
        else:
            await client.post(f"{first.replace('/halten', '')}/absagen")
        return first, (await client.post(HOLD, data=form)).headers["location"]

    first, second = tab.run(story)
    assert first != second
    assert desk.find(second.split("/")[3]).status == "held"


def test_contact_sent_twice_at_once_shows_the_booking(tab: Tab, desk: Desk) -> None:
    async def story(client: httpx2.AsyncClient) -> str:
        contact = await hold(client)
        return await twice(lambda: client.post(contact, data=AMIRA))

    there = tab.run(story)
    assert desk.find(there.split("/")[2]).status == "confirmed"
    assert len(desk.mails()) == 1


def test_hold_that_ran_out_is_replaced_once(tab: Tab, desk: Desk, clock: FixedClock) -> None:
    async def story(client: httpx2.AsyncClient) -> str:
        contact = await hold(client)
        clock.move(timedelta(minutes=30))
        return await twice(lambda: client.post(contact, data=AMIRA))

    there = tab.run(story)
    booked = desk.find(there.split("/")[2])
    assert (booked.status, booked.start_at) == ("confirmed", at("09:30"))
    assert len(desk.mails()) == 1


def test_cancelled_twice_at_once_is_cancelled(tab: Tab, desk: Desk) -> None:
    async def story(client: httpx2.AsyncClient) -> str:
        here = (await client.post(await hold(client), data=AMIRA)).headers["location"]
        there = await twice(lambda: client.post(f"{here}/absagen"))
        assert "Dieser Termin ist abgesagt" in (await client.get(there)).text
        return there

    there = tab.run(story)
    assert desk.find(there.split("/")[2]).status == "cancelled"
    assert [method for _, _, method in desk.mails()] == ["REQUEST", "CANCEL"]


@pytest.mark.parametrize("contact_later", [False, True])
def test_program_asking_again_gets_the_first_answer_and_uses_up_nothing(
    tab: Tab, desk: Desk, contact_later: bool
) -> None:
    """With half of the free tries gone, twice at once and twice later cost one."""
    book = "/api/v1/offices/amtal-buergerbuero/appointments"

    def wish(nth: int) -> dict[str, Any]:
        start = f"2026-11-26T{9 + nth:02}:30:00+01:00"
        return {"start": start, "services": [{"slug": "personalausweis"}]}

    async def ask(client: httpx2.AsyncClient) -> tuple[list[Any], Any, Any]:
        async def say_who(nth: int, key: str) -> Any:
            body = {**wish(nth), "contact": AMIRA}
            if not contact_later:
                return await client.post(book, json=body, headers={"idempotency-key": key})
            return await client.put(
                paths[nth], json=AMIRA, headers={**secrets[nth], "idempotency-key": key}
            )

        held = [(await client.post(book, json=wish(nth))).json() for nth in range(FREE + 1)]
        paths = [f"/api/v1/appointments/{each['reference']}/contact" for each in held]
        secrets = [{"authorization": f"Bearer {each['secret']}"} for each in held]
        first = [await say_who(nth, f"key-{nth}") for nth in range(FREE - 1)]
        last = await asyncio.gather(*(say_who(FREE - 1, "last") for _ in range(4)))
        again = await say_who(0, "key-0")
        return [first[0], again], last, await say_who(FREE, "too-many")

    async def story(_: httpx2.AsyncClient) -> Any:
        return await tab.elsewhere(ask)

    (first, again), last, refused = tab.run(story)
    done = 200 if contact_later else 201
    assert (first.status_code, again.status_code, again.text) == (done, done, first.text)
    assert {(each.status_code, each.text) for each in last} == {(done, last[0].text)}
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert len(desk.mails()) == FREE
