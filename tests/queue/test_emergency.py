"""Calls for help: who hears of them, who may raise and answer them, and who must never know."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from aufruf.office.devices.commands import renew_device_token
from aufruf.queue import services
from aufruf.queue.emergencies import store
from aufruf.queue.events import EmergencyAcknowledged, EmergencyEnded, EmergencyRaised
from aufruf.queue.state import EmergencyNow
from tests.listening import listening
from tests.queue.room import Room
from tests.queue.test_calling import refused, rows
from tests.queue.web import API, CARD, OFFICE, Hall, open_hall

EMERGENCY = f"{OFFICE}/emergency"
REGISTRY = f"{API}/offices/amtal-standesamt/emergency"


def raised(room: Room, counter_id: int | None = None, *, test: bool = False) -> EmergencyNow:
    return room.run(services.raise_emergency, counter_id=counter_id or room.one, test=test)


def standing(room: Room) -> tuple[EmergencyNow, ...]:
    return room.state().emergencies


def told_everywhere(room: Room) -> list[tuple[int, str]]:
    told = "SELECT office_id, type FROM event_log WHERE type LIKE 'Emergency%'"
    found = rows(room, f"{told} ORDER BY office_id, seq")
    return [(int(str(office)), str(kind)) for office, kind in found]


def test_emergency_is_heard_in_every_office_of_the_area(shared_room: Room) -> None:
    room = shared_room
    first = raised(room)
    assert raised(room) == first  # pressed again, it is the same one
    twelve = raised(room, room.twelve)
    assert [one.id for one in standing(room)] == [first.id, twelve.id]
    known = room.run(services.acknowledge_emergency, emergency_id=first.id, counter_id=room.twelve)
    assert known.acknowledged_by == room.twelve
    again = room.run(services.acknowledge_emergency, emergency_id=first.id, counter_id=room.two)
    assert again.acknowledged_by == room.twelve  # who said so first is named
    for _ in range(2):
        room.run(services.end_emergency, emergency_id=first.id, office_id=room.office_id)
    assert [one.id for one in standing(room)] == [twelve.id]
    kinds = [EmergencyRaised, EmergencyRaised, EmergencyAcknowledged, EmergencyEnded]
    expected = [kind.__name__ for kind in kinds]
    offices = sorted({room.office_id, room.house.registry.id})
    assert told_everywhere(room) == [(office, kind) for office in offices for kind in expected]


def test_real_call_is_raised_beside_a_test_alarm(room: Room) -> None:
    probe = raised(room, test=True)
    real = raised(room)
    assert (probe.test, real.test) == (True, False)
    assert raised(room, test=True) == probe
    room.run(services.end_emergency, emergency_id=probe.id, office_id=room.office_id)
    assert raised(room, test=True) == real  # and a test never takes its place


def test_emergency_of_one_self_over_or_elsewhere_cannot_be_answered(room: Room) -> None:
    one = raised(room)
    with refused("own_emergency", 409):
        room.run(services.acknowledge_emergency, emergency_id=one.id, counter_id=room.one)
    with refused("unknown_emergency", 404):
        room.run(services.acknowledge_emergency, emergency_id=one.id + 1, counter_id=room.two)
    room.run(services.end_emergency, emergency_id=one.id, office_id=room.office_id)
    with refused("emergency_over", 409):
        room.run(services.acknowledge_emergency, emergency_id=one.id, counter_id=room.two)


def test_emergency_stands_however_often_the_server_starts_but_not_for_days(room: Room) -> None:
    raised(room, test=True)
    real = raised(room, room.two)
    room.clock.move(store.TEST_STANDS)
    assert [one.id for one in standing(room)] == [real.id]
    room.clock.move(store.STANDS - store.TEST_STANDS - timedelta(seconds=1))
    assert [one.id for one in standing(room)] == [real.id]
    room.clock.move(timedelta(seconds=1))
    assert standing(room) == ()


def test_emergency_works_at_a_counter_that_is_closed_or_pauses(room: Room) -> None:
    room.run(services.set_counter_state, counter_id=room.one, state="closed")
    room.run(services.set_counter_state, counter_id=room.two, state="break")
    assert raised(room).id != raised(room, room.two).id


@pytest.fixture
async def hall(shared_room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    async with open_hall(shared_room, tmp_path) as opened:
        yield opened


async def test_emergency_over_the_interface(hall: Hall) -> None:
    body = {"counter": "amtal-1"}
    first = await hall.one.post(EMERGENCY, body, key="pressed")
    assert (first.status_code, set(first.json())) == (201, {"id", "test", "acknowledged_by"})
    assert (await hall.one.post(EMERGENCY, body, key="pressed")).json() == first.json()
    number = first.json()["id"]
    view = (await hall.two.get(f"{API}/counters/amtal-2/queue")).json()
    assert [(one["id"], one["mine"]) for one in view["emergencies"]] == [(number, False)]
    # Another office of the waiting area answers.
    answered = await hall.twelve.post(f"{REGISTRY}/{number}/ack", {"counter": "amtal-12"})
    assert answered.json()["acknowledged_by"] == "12"
    ended = await hall.one.post(f"{EMERGENCY}/{number}/end")
    assert ended.status_code == 200
    view = (await hall.two.get(f"{API}/counters/amtal-2/queue")).json()
    assert view["emergencies"] == []


async def test_emergency_of_others_is_refused(hall: Hall) -> None:
    mine = {"counter": "amtal-1"}
    assert (await hall.two.post(EMERGENCY, mine)).status_code == 403
    assert (await hall.kiosk.post(EMERGENCY, mine)).status_code == 403
    assert (await hall.citizen.post(EMERGENCY, mine)).status_code == 401
    assert (await hall.one.post(EMERGENCY, {"counter": "amtal-12"})).status_code == 404
    assert (await hall.one.post(f"{EMERGENCY}/x/end")).json()["code"] == "unknown_emergency"
    codes = [(await hall.one.post(EMERGENCY, mine)).status_code for _ in range(11)]
    assert codes == [201] * 10 + [429]


async def test_screens_phones_and_kiosks_never_learn_of_an_emergency(hall: Hall) -> None:
    """Every byte their sockets carry, from before the call to after its end; a counter hears."""
    drawn = (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).json()
    run = hall.room.runner.run_now
    slugs = ("amtal-anzeige", "amtal-kiosk")
    on_wall, at_door = (run((), renew_device_token, slug=slug).token for slug in slugs)
    async with (
        listening(hall.place, "/ws/displays/amtal-anzeige", on_wall) as display,
        listening(hall.place, f"/ws/tickets/{drawn['token']}") as phone,
        listening(hall.place, "/ws/kiosks/amtal-kiosk", at_door) as kiosk,
        listening(hall.place, "/ws/counters/amtal-2", hall.two.token) as two,
    ):
        number = (await hall.one.post(EMERGENCY, {"counter": "amtal-1"})).json()["id"]
        await two.until(lambda view: [one["id"] for one in view["emergencies"]] == [number])
        await hall.two.post(f"{EMERGENCY}/{number}/ack", {"counter": "amtal-2"})
        await hall.one.post(f"{EMERGENCY}/{number}/end")
        await hall.one.post(f"{API}/counters/amtal-1/next")  # what they are told comes after it
        await display.until_type("call")
        await phone.until_type("call")
        await kiosk.until(lambda _any: True)
        heard = "".join([*display.texts, *phone.texts, *kiosk.texts]).lower()
    assert "a001" in heard
    assert not [word for word in ("emergenc", "notfall", "acknowledged") if word in heard]
