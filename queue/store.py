"""Queries of tickets and the record of a ticket's row; those of counters are in `counter_store.py`.
Changes stand in `changes.py`.

The hot statements are built once; a statement built per call costs three times the CPU.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, literal_column, select
from sqlmodel import SQLModel

from ..core.database import Database
from ..core.driver import Raw
from ..core.formats import at_local
from ..core.prepared import Prepared, Row, among
from . import models as _models  # noqa: F401  (the tables)
from .closing.store import closed_early_at
from .counter.counter_store import AnyRow, load_counters
from .emergencies.store import load_standing
from .learning.known import learned_of
from .rules import IN_THE_HOUSE
from .state import Asked, Channel, Expected, OfficeState, TicketNow
from .watching.nearby import load_nearby, load_seats

_Coming = tuple[int, datetime, datetime, Channel, int, int]

ticket: Table = SQLModel.metadata.tables["ticket"]
ticket_service: Table = SQLModel.metadata.tables["ticket_service"]
ticket_step: Table = SQLModel.metadata.tables["ticket_step"]
call: Table = SQLModel.metadata.tables["call"]
_t = ticket.c
_s = ticket_service.c

# Tokens come from addresses that anybody may type: PostgreSQL takes no NUL, even to compare.
_TOKEN = re.compile("[a-z2-7]{26}")

# Everything of the row; the services are read beside it.
_FIELDS = tuple(TicketNow.__dataclass_fields__)
_RECORD: Callable[..., TicketNow] = TicketNow
_ASKED: Callable[..., Asked] = Asked
_BEFORE_SERVICES = _FIELDS.index("services")
ROW_FIELDS = tuple(name for name in _FIELDS if name != "services")
_COLUMNS = [_t[name] for name in ROW_FIELDS]
_TICKET = select(*_COLUMNS)
_SERVICE = select(_s.ticket_id, _s.offer_id, _s["count"], _s.rendered, _s.step_id)
_BY_ID = Prepared(_TICKET.where(_t.id == bindparam("id")))
_BY_TOKEN = Prepared(_TICKET.where(_t.token == bindparam("token")))
_BY_APPOINTMENT = Prepared(_TICKET.where(_t.appointment_id == bindparam("appointment_id")))
_AT_COUNTER = Prepared(
    _TICKET.where(_t.counter_id == bindparam("counter_id"), among(_t.status, ("called", "serving")))
)
_SERVICES = Prepared(_SERVICE.where(_s.ticket_id == bindparam("id")).order_by(_s.position))

_of_day = and_(_t.office_id == bindparam("office_id"), _t.day == bindparam("day"))
_here = and_(_of_day, among(_t.status, IN_THE_HOUSE))
_waiting = and_(_of_day, _t.status == literal_column("'waiting'"))
_first = select(_t.id).where(_waiting).order_by(_t.rank, _t.letter, _t.serial)
_left_over = and_(_t.day < bindparam("before"), among(_t.status, IN_THE_HOUSE))
_unfinished = and_(_t.office_id == bindparam("office_id"), _left_over)


class Tickets:
    """The tickets that fulfil a condition, and their services: one statement for each."""

    def __init__(self, condition: ColumnElement[bool], *order: ColumnElement[Any]) -> None:
        services = _SERVICE.join_from(ticket_service, ticket, _s.ticket_id == _t.id)
        self.rows = Prepared(_TICKET.where(condition).order_by(*order))
        self.services = Prepared(services.where(condition).order_by(_s.ticket_id, _s.position))

    def load(self, conn: Connection, values: Mapping[str, object]) -> tuple[TicketNow, ...]:
        """All of them, read."""
        asked = by_ticket(self.services.all(conn, values))
        rows = self.rows.all(conn, values)
        return tuple(record_of(row, asked.get(row[0], ())) for row in rows)


DAY = Tickets(_of_day)
_HERE = Tickets(_here)
_WAITING = Tickets(_waiting)
_UNFINISHED = Tickets(_unfinished, _t.id)
_FIRST_WAITING = Tickets(_t.id.in_(_first.limit(bindparam("most"))), _t.rank, _t.letter, _t.serial)
_COUNT_BEFORE = Raw(
    "SELECT count(*) FROM ticket WHERE office_id = :office_id AND day = :day"
    " AND status = 'waiting' AND (rank < :rank OR rank = :rank"
    " AND (letter < :letter OR letter = :letter AND serial < :serial))"
)
_b = SQLModel.metadata.tables["appointment"].c
_OFFICES = select(_t.office_id, _b.office_id.label("of_appointment")).outerjoin_from(
    ticket, _b.id.table, _b.id == _t.appointment_id
)
_OFFICES_OF_TICKET = Raw(
    "SELECT ticket.office_id, appointment.office_id FROM ticket"
    " LEFT JOIN appointment ON appointment.id = ticket.appointment_id WHERE ticket.id = :id"
)
_OFFICES_OF_TOKEN = Prepared(_OFFICES.where(_t.token == bindparam("token")))
_OFFICES_UNFINISHED = _OFFICES.where(_left_over).distinct()
_OFFICES_OF_APPOINTMENT = select(_b.office_id, _t.office_id.label("of_ticket")).outerjoin_from(
    _b.id.table, ticket, _t.appointment_id == _b.id
)
_OFFICES_OF_REFERENCE = Prepared(
    _OFFICES_OF_APPOINTMENT.where(_b.reference == bindparam("reference"))
)
_OFFICES_OF_APPOINTMENT_ID = Prepared(_OFFICES_OF_APPOINTMENT.where(_b.id == bindparam("id")))
_LAST_CALL = (
    select(call.c.id, call.c.nth, call.c.counter_id, call.c.withdrawn, call.c.silent)
    .where(call.c.ticket_id == bindparam("id"))
    .order_by(call.c.nth.desc())
    .limit(1)
)

# A read of booking's tables: one statement for all, where booking's own queries go one by one.
_as = SQLModel.metadata.tables["appointment_service"].c
_EXPECTED = Prepared(
    select(_b.id, _b.start_at, _b.end_at, _b.channel, _as.offer_id, _as["count"].label("asked"))
    .join_from(_b.id.table, _as.id.table, _as.appointment_id == _b.id)
    .where(
        _b.office_id == bindparam("office_id"),
        _b.start_at >= bindparam("first"),
        _b.start_at < bindparam("end"),
        _b.status == "confirmed",
    )
    .order_by(_b.start_at, _b.id, _as.position)
)


def load_day(conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
    """All tickets of an office's day."""
    return DAY.load(conn, {"office_id": office_id, "day": day})


def load_office_state(
    conn: Connection,
    office_id: int,
    day: date,
    now: datetime,
    tickets: Callable[[Connection, int, date], tuple[TicketNow, ...]] = load_day,
) -> OfficeState:
    """One office on one local day, with all its tickets; who reads it often brings a reader."""
    return OfficeState(
        office_id=office_id,
        day=day,
        now=now,
        tickets=tickets(conn, office_id, day),
        counters=load_counters(conn, office_id),
        expected=load_expected(conn, office_id, day),
        emergencies=load_standing(conn, office_id, now),
        closed_early_at=closed_early_at(conn, office_id, day),
        learned=learned_of(conn, office_id, now),
        nearby=load_nearby(conn, office_id),
        seats=load_seats(conn, office_id),
    )


def load_here(conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
    """Tickets whose citizens are in the house: waiting, called, in service or parked."""
    return _HERE.load(conn, {"office_id": office_id, "day": day})


def load_waiting(conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
    return _WAITING.load(conn, {"office_id": office_id, "day": day})


def load_first_waiting(
    conn: Connection, office_id: int, day: date, most: int
) -> tuple[TicketNow, ...]:
    """The head of the line: those with the smallest (rank, number), at most so many."""
    return _FIRST_WAITING.load(conn, {"office_id": office_id, "day": day, "most": most})


def load_unfinished(conn: Connection, office_id: int, before: date) -> tuple[TicketNow, ...]:
    """Tickets of earlier days that are still waiting, parked, called or in service."""
    return _UNFINISHED.load(conn, {"office_id": office_id, "before": before})


def load_expected(conn: Connection, office_id: int, day: date) -> tuple[Expected, ...]:
    """Confirmed appointments of the day whose citizens have not checked in."""
    parameters = {"office_id": office_id, "first": at_local(day, 0), "end": at_local(day, 1440)}
    coming: dict[int, Expected] = {}
    for row in cast("list[_Coming]", _EXPECTED.all(conn, parameters)):
        appointment_id, start, end, channel, offer_id, count = row
        known = coming.get(appointment_id)
        asked = (*(known.services if known else ()), Asked(offer_id, count))
        coming[appointment_id] = Expected(appointment_id, start, end, asked, channel)
    return tuple(coming.values())


def find_ticket(conn: Connection, ticket_id: int) -> TicketNow | None:
    return _one(conn, _BY_ID, {"id": ticket_id})


def find_by_token(conn: Connection, token: str) -> TicketNow | None:
    if not _TOKEN.fullmatch(token):
        return None
    return _one(conn, _BY_TOKEN, {"token": token})


def find_by_appointment(conn: Connection, appointment_id: int) -> TicketNow | None:
    return _one(conn, _BY_APPOINTMENT, {"appointment_id": appointment_id})


def find_at_counter(conn: Connection, counter_id: int) -> TicketNow | None:
    """Who is called to the counter or served there."""
    return _one(conn, _AT_COUNTER, {"counter_id": counter_id})


def find_offices_of_ticket(conn: Connection, ticket_id: int) -> frozenset[int]:
    """The offices a step of the ticket concerns: its own, and its appointment's when it was
    transferred. Empty when there is no such ticket."""
    return _offices_in(_OFFICES_OF_TICKET.run(conn, {"id": ticket_id}))


async def look_for_offices_of_ticket(database: Database, ticket_id: int) -> frozenset[int]:
    """The same, of what is committed; on SQLite a glance, because every step of a counter asks."""
    if database.dialect == "sqlite":
        return _offices_in(database.glance(*_OFFICES_OF_TICKET.in_sqlite({"id": ticket_id})))
    return await database.read(find_offices_of_ticket, ticket_id)


def find_offices_of_token(conn: Connection, token: str) -> frozenset[int]:
    """The same for the holder's ticket."""
    if not _TOKEN.fullmatch(token):
        return frozenset()
    return _offices(conn, _OFFICES_OF_TOKEN, {"token": token})


def find_offices_of_reference(conn: Connection, reference: str) -> frozenset[int]:
    """The offices a check-in concerns: the appointment's, and its ticket's if there is one."""
    return _offices(conn, _OFFICES_OF_REFERENCE, {"reference": reference})


def find_offices_of_appointment(conn: Connection, appointment_id: int) -> frozenset[int]:
    """The same by the appointment's number."""
    return _offices(conn, _OFFICES_OF_APPOINTMENT_ID, {"id": appointment_id})


def find_unfinished_offices(conn: Connection, before: date) -> dict[int, frozenset[int]]:
    """For each office with tickets left over from earlier days: the offices they concern."""
    groups: dict[int, frozenset[int]] = {}
    for office_id, of_appointment in conn.execute(_OFFICES_UNFINISHED, {"before": before}):
        concerned = {office_id, of_appointment or office_id}
        groups[office_id] = groups.get(office_id, frozenset()) | concerned
    return groups


def count_waiting_before(conn: Connection, own: TicketNow) -> int:
    """Tickets of the office that wait with a smaller (rank, number), whatever they are for."""
    names = ("office_id", "day", "rank", "letter", "serial")
    row = _COUNT_BEFORE.run(conn, {name: getattr(own, name) for name in names})
    return cast("int", row[0]) if row else 0


def find_last_call(conn: Connection, ticket_id: int) -> AnyRow | None:
    """id, nth, counter_id, withdrawn, silent."""
    return conn.execute(_LAST_CALL, {"id": ticket_id}).first()


def _offices(conn: Connection, statement: Prepared, values: Mapping[str, object]) -> frozenset[int]:
    return _offices_in(statement.first(conn, values))


def _offices_in(row: Row | None) -> frozenset[int]:
    found = cast("tuple[int | None, ...]", row or ())
    return frozenset(office for office in found if office is not None)


def by_ticket(services: Iterable[Row]) -> dict[object, list[Row]]:
    """Rows of services, ticket first, by their tickets."""
    asked: dict[object, list[Row]] = {}
    for row in services:
        asked.setdefault(row[0], []).append(row)
    return asked


def record_of(row: Row, services: Iterable[Row]) -> TicketNow:
    """The record of a ticket's row and those of its services."""
    # The columns are selected in the order of the record's fields, the services come in between.
    asked = tuple(_ASKED(*columns) for _, *columns in services)
    return _RECORD(*row[:_BEFORE_SERVICES], asked, *row[_BEFORE_SERVICES:])


def _one(conn: Connection, statement: Prepared, values: Mapping[str, object]) -> TicketNow | None:
    row = statement.first(conn, values)
    return None if row is None else record_of(row, _SERVICES.all(conn, {"id": row[0]}))
