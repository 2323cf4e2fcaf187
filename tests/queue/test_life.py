"""One ticket's life from the event log, told in sentences without a name; every step is there."""

import re
from collections.abc import Callable
from datetime import timedelta
from inspect import isfunction, signature
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.formats import local_day
from aufruf.core.texts import Texts
from aufruf.queue import services
from aufruf.queue.closing import commands as closing
from aufruf.queue.events import TicketEvent
from aufruf.queue.life.sentences import Teller
from aufruf.queue.life.spans import spans_of, verdict
from aufruf.queue.life.store import Forecast, Happened, find_tickets, read_forecast, read_life
from aufruf.queue.reminding.commands import remind_counters
from aufruf.queue.state import EmergencyNow
from tests.booking.browser import visiting
from tests.conftest import START
from tests.queue.office import OFFICE, Reader
from tests.queue.room import Room

CARD = (Wanted("personalausweis"),)


def life_of(room: Room, ticket_id: int) -> list[Happened]:
    day = room.ticket(ticket_id).day
    offices = (room.office_id, room.house.registry.id)
    return room.database.read_now(read_life, ticket_id, day, offices)


def visit(room: Room) -> int:
    """Somebody who waits, lacks a photo, comes back, and is done; returns the ticket's id."""
    for _ in range(3):
        room.draw()
    issued = room.draw(Wanted("personalausweis", 2))
    one, ticket_id = room.one, issued.id
    room.wait(minutes=12)
    room.run(services.call_ticket, counter_id=one, ticket_id=ticket_id)
    room.wait(minutes=1)
    room.run(services.start_service, counter_id=one, ticket_id=ticket_id)
    room.wait(minutes=6)
    room.run(services.park, counter_id=one, ticket_id=ticket_id, reason="Foto fehlt")
    room.wait(minutes=20)
    room.run(services.resume, counter_id=room.two, ticket_id=ticket_id)
    room.run(services.call_ticket, counter_id=room.two, ticket_id=ticket_id)
    room.run(services.undo_step, counter_id=room.two, ticket_id=ticket_id)
    room.run(services.call_ticket, counter_id=room.two, ticket_id=ticket_id)
    room.run(services.start_service, counter_id=room.two, ticket_id=ticket_id)
    room.wait(minutes=4)
    room.finish(room.two, ticket_id)
    return ticket_id


def test_life_is_every_event_of_one_ticket_in_order(room: Room) -> None:
    ticket_id = visit(room)
    found = life_of(room, ticket_id)
    assert [one.type for one in found] == [
        "TicketIssued", "TicketCalled", "ServiceStarted", "TicketParked", "TicketResumed",
        "TicketCalled", "StepUndone", "TicketCalled", "ServiceStarted", "TicketFinished",
    ]  # fmt: skip
    assert {one.data["ticket_id"] for one in found} == {ticket_id}
    drawn = room.ticket(ticket_id).drawn_at
    spans = spans_of(drawn, found, room.clock.now())
    assert spans.minutes == {"waiting": 12, "called": 1, "serving": 10, "parked": 20}
    assert spans.called_after == pytest.approx(12)
    forecast = room.database.read_now(read_forecast, ticket_id)
    assert forecast is not None
    assert forecast.ahead == 3
    said = room.database.read_now(
        find_tickets, room.office_id, local_day(drawn), "A", room.ticket(ticket_id).serial, 9
    )
    assert [one.id for one in said] == [ticket_id]


def test_transferred_ticket_has_one_life_in_both_offices(shared_room: Room) -> None:
    room = shared_room
    issued = room.draw()
    room.serve(room.one)
    registry = room.house.registry.id
    room.run(services.transfer, counter_id=room.one, ticket_id=issued.id, office_id=registry)
    told = [one.type for one in life_of(room, issued.id)]
    assert told.count("TicketTransferred") == 1


@pytest.mark.parametrize(
    ("low", "high", "after", "said"),
    [(5, 15, 10.0, "within"), (5, 15, 3.0, "earlier"), (5, 15, 15.5, "later"),
     (90, None, 200.0, "within"), (5, 15, None, None)],
)  # fmt: skip
def test_forecast_is_compared_with_what_happened(
    low: int, high: int | None, after: float | None, said: str | None
) -> None:
    assert verdict(Forecast(low, high, 3, None), after) == said


def sample(annotation: object) -> object:
    """Something that fits a field of an event, as it stands in the log."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    simple: dict[object, object] = {int: 1, bool: False, str: "A001"}
    if annotation in simple:
        return simple[annotation]
    return [] if get_origin(annotation) is tuple else "2026-11-25T09:30:00+01:00"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_event_of_a_ticket_has_a_sentence(room: Room, language: str) -> None:
    teller = Teller(Texts.load(strict=True).in_language(language), room.house.directory)
    unknown = teller.t("life.event.unknown", type="")[:12]
    for event in TicketEvent.__subclasses__():
        fields = event.model_fields.items()
        data = {name: sample(f.annotation) for name, f in fields if f.is_required()}
        event.model_validate_json(event.model_validate(data).model_dump_json())
        said = teller.tell(Happened(room.office_id, room.clock.now(), event.__name__, data))
        assert len(said) > 8, event
        assert not said.startswith(unknown), event
        assert "{" not in said


def test_events_of_other_versions_are_told_all_the_same(room: Room) -> None:
    teller = Teller(Texts.load(strict=True).in_language("de"), room.house.directory)

    def tell(kind: str, **data: object) -> str:
        return teller.tell(Happened(room.office_id, room.clock.now(), kind, data))

    assert tell("TicketTeleported", to="Mond").startswith("Ein Schritt, den diese Version")
    assert tell("TicketCalled", hologram=True) == "Aufgerufen: ein Platz."
    assert tell("ServiceStarted", counter_id=999_999) == "Bedienung begonnen: ein Platz."
    assert tell("TicketIssued") == "Nummer gezogen für: ."
    assert tell("StepUndone", undone="levitate") == "Ein Schritt rückgängig gemacht: ein Platz."


def test_pages_show_a_life_and_no_name(room: Room, clock: FixedClock, tmp_path: Path) -> None:
    remark = "Bitte sprechen Sie Herrn Yilmaz an"
    issued = room.draw()
    room.run(services.set_note, counter_id=room.one, ticket_id=issued.id, text=remark, was=None)
    code = room.book(clock.now() + timedelta(minutes=30))
    booked = room.check_in(code)
    ticket_id = visit(room)
    with visiting(room.database, clock, tmp_path) as client:
        lena = Reader(client, room, "leitung")
        lena.see(f"{OFFICE}/tickets/{ticket_id}")
        assert "Nummer A 005" in lena.words
        for said in (
            "09:30 Nummer gezogen für: Personalausweis beantragen. Zählt ab 09:30 Uhr.",
            "09:42 Außer der Reihe aufgerufen: Platz 1.",
            "09:49 Geparkt (Platz 1), alle Plätze können fortsetzen.",
            "10:09 Nicht mehr geparkt (Platz 2), wartet wieder.",
            "10:09 Aufruf rückgängig gemacht: Platz 2.",
            "10:13 Abgeschlossen: Platz 2. Erledigt: Personalausweis beantragen × 2.",
            "Gewartet 12 Minuten",
            "Bedient 10 Minuten",
            "Geparkt 20 Minuten",
        ):
            assert said in lena.words, said
        assert "Vorhergesagt" in lena.words
        pages = [lena.text]
        pages += [lena.see(f"{OFFICE}/tickets/{one}") for one in (issued.id, booked.id)]
        assert "Zum Termin um 10:00 Uhr angemeldet" in pages[-1]
        pages.append(lena.see(f"{OFFICE}/tickets?number=a%20005"))
        assert re.findall(r"/tickets/(\d+)", pages[-1]) == [str(ticket_id)]
        pages.append(lena.see(f"{OFFICE}/tickets"))
        assert len(re.findall(r"/tickets/\d+", pages[-1])) == 6
        for page in pages:
            for word in ("Amira", "amira@", "Bernd", "Becker", "Yilmaz", "Foto fehlt", code):
                assert word not in page, word
        assert "Keine Nummer gefunden." in lena.see(f"{OFFICE}/tickets?number=A999")
        assert "Keine Nummer gefunden." in lena.see(f"{OFFICE}/tickets?number=%25&day=1999-01-01")
        carla = Reader(client, room, "carla")
        carla.see(f"{OFFICE}/tickets", 403)
        carla.see(f"/office/amtal-standesamt/tickets/{ticket_id}", 404)
        lena.see(f"{OFFICE}/tickets/{10**30}", 404)
        clock.move(timedelta(days=31))
        again = Reader(client, room, "leitung")
        again.see(f"{OFFICE}/tickets/{ticket_id}", 404)


# Every command that changes something, each at a moment it fits; together they are one busy day.
class Busy:
    """The house on a day with everything in it; `seen` are the commands that left a trace."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.seen: set[str] = set()

    def log(self) -> dict[tuple[int, int], str]:
        query = text("SELECT office_id, seq, data FROM event_log")
        rows = self.room.database.read_now(lambda conn: conn.execute(query).all())
        return {(row.office_id, row.seq): row.data for row in rows}

    def do(self, command: Callable[..., object], **named: object) -> object:
        """Run it; the log must have grown, and a counter's command names the counter."""
        before = self.log()
        result = self.room.run(command, **named)
        new = [data for place, data in self.log().items() if place not in before]
        assert new, command.__name__
        if "counter_id" in signature(command).parameters:
            counter = f'"counter_id":{named["counter_id"]}'
            assert any(counter in data for data in new), command.__name__
        self.seen.add(command.__name__)
        return result

    def draw(self, *wanted: Wanted) -> services.Issued:
        issued = self.do(
            services.issue_ticket, office_id=self.room.office_id, services=wanted or CARD,
            language="de", by_staff=True,
        )  # fmt: skip
        assert isinstance(issued, services.Issued)
        return issued


def at_the_counter(busy: Busy) -> None:
    """Every step of a ticket from its call to its end."""
    do, one, two = busy.do, busy.room.one, busy.room.two
    first, second = busy.draw(), busy.draw()
    at = {"counter_id": one, "ticket_id": first.id}
    do(services.call_next, counter_id=one)
    do(services.recall, **at)
    do(services.put_back, **at)
    do(services.call_ticket, **at)
    do(services.undo_step, **at)
    do(services.call_ticket, **at)
    do(services.start_service, **at)
    do(services.change_services, **at, services=[Wanted("abholung")])
    do(services.park, **at)
    do(services.resume, **at)
    do(services.set_note, **at, text="Rückfrage", was=None)
    do(services.set_priority, **at, priority=True)
    do(services.call_ticket, **at)
    do(services.transfer, **at, to_counter_id=two)
    do(services.hand_over, counter_id=two)
    do(services.call_ticket, **at)
    do(services.mark_no_show, **at)
    do(services.return_ticket, **at)
    do(services.call_next, counter_id=one)
    busy.room.run(services.start_service, **at)
    do(services.finish_and_call_next, **at)
    called = {"counter_id": one, "ticket_id": second.id}
    busy.room.run(services.start_service, **called)
    busy.room.wait(minutes=50)
    do(remind_counters, office_id=busy.room.office_id)
    do(services.finish, **called)


def pranks_and_leaving(busy: Busy) -> None:
    """Numbers nobody is behind, and a holder who asks for later and then goes."""
    do, one = busy.do, busy.room.one
    do(services.discard, counter_id=one, ticket_id=busy.draw().id)
    prank = busy.draw()
    letter, serial = prank.number[0], int(prank.number[1:])
    thrown = do(services.discard_range, counter_id=one, letter=letter, first=serial, last=serial)
    assert isinstance(thrown, services.Discard)
    do(services.undo_discard, counter_id=one, discard_id=thrown.id)
    do(services.delay, token=prank.token, minutes=10)
    do(services.say_on_the_way, token=prank.token)
    do(services.leave, token=prank.token)
    do(services.stay, token=prank.token)
    do(services.leave, token=prank.token)


def appointments(busy: Busy) -> None:
    """On time, joined to a number, and too late."""
    do, room = busy.do, busy.room
    start, area = START.replace(hour=11, minute=15), room.house.area_id
    do(services.check_in, code=room.book(start), area_id=area, by_staff=True)
    query = text("SELECT id FROM appointment WHERE reference = :code")
    code = {"code": room.book(start)}
    found = room.database.read_now(lambda conn: conn.execute(query, code).scalar_one())
    drawn = busy.draw().id
    do(services.join_appointment, counter_id=room.one, ticket_id=drawn, appointment_id=found)
    start += timedelta(minutes=15)
    missed = room.book(start)
    room.clock.move(start + timedelta(minutes=30) - room.clock.now())
    late = do(services.check_in, code=missed, area_id=area, by_staff=True)
    assert isinstance(late, services.Issued)
    do(services.restore_place, counter_id=room.one, ticket_id=late.id)


def help_and_the_end_of_the_day(busy: Busy) -> None:
    do, room = busy.do, busy.room
    day, two = room.office_id, room.two
    emergency = do(services.raise_emergency, counter_id=room.one)
    assert isinstance(emergency, EmergencyNow)
    do(services.acknowledge_emergency, emergency_id=emergency.id, counter_id=two)
    do(services.end_emergency, emergency_id=emergency.id, office_id=day)
    do(services.set_counter_state, counter_id=two, state="break")
    query = text("SELECT id FROM staff WHERE login = 'bernd'")
    bernd = room.database.read_now(lambda conn: conn.execute(query).scalar_one())
    do(services.set_counter_state, counter_id=two, state="open", staff_id=bernd, take_over=True)
    do(services.leave_counters, staff_id=bernd)
    do(closing.close_early, office_id=day)
    do(closing.reopen, office_id=day)
    room.clock.move(timedelta(days=1))
    do(services.close_day, office_id=day)


def test_every_command_leaves_a_trace_with_its_counter(room: Room) -> None:
    busy = Busy(room)
    at_the_counter(busy)
    pranks_and_leaving(busy)
    appointments(busy)
    help_and_the_end_of_the_day(busy)
    commands = {name for name in services.__all__ if isfunction(getattr(services, name))}
    assert busy.seen >= commands
