"""Queries of tickets and the record of a ticket's row; those of counters are in `counter_store.py`.
Changes stand in `changes.py`.

The hot statements are built once; a statement built per call costs three times the CPU.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    select,
)
from sqlmodel import SQLModel

from ..core.driver import Raw
from ..core.formats import at_local
from . import models as _models  # noqa: F401  (the tables)
from .closing.store import closed_early_at
from .counter_store import AnyRow, load_counters
from .emergencies.store import load_standing
from .nearby import load_nearby, load_seats
from .state import Asked, Expected, OfficeState, TicketNow

AnySelect = Select[*tuple[Any, ...]]

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
_BEFORE_SERVICES = _FIELDS.index("services")
ROW_FIELDS = tuple(name for name in _FIELDS if name != "services")
_COLUMNS = [_t[name] for name in ROW_FIELDS]
_TICKET = select(*_COLUMNS)
_BY_ID = _TICKET.where(_t.id == bindparam("id"))
_BY_TOKEN = _TICKET.where(_t.token == bindparam("token"))
_BY_APPOINTMENT = _TICKET.where(_t.appointment_id == bindparam("appointment_id"))
_AT_COUNTER = _TICKET.where(
    _t.counter_id == bindparam("counter_id"), _t.status.in_(("called", "serving"))
)

_of_day = and_(_t.office_id == bindparam("office_id"), _t.day == bindparam("day"))
_here = and_(_of_day, _t.status.in_(("waiting", "called", "serving", "parked")))
_waiting = and_(_of_day, _t.status == "waiting")
_left_over = and_(
    _t.day < bindparam("before"), _t.status.in_(("waiting", "parked", "called", "serving"))
)
_unfinished = and_(_t.office_id == bindparam("office_id"), _left_over)
_service_order = (_s.ticket_id, _s.position)


def _services_where(condition: ColumnElement[bool]) -> AnySelect:
    columns = (_s.ticket_id, _s.offer_id, _s["count"], _s.rendered, _s.step_id)
    joined = select(*columns).join_from(ticket_service, ticket, _s.ticket_id == _t.id)
    return joined.where(condition).order_by(*_service_order)


_Pair = tuple[AnySelect, AnySelect]
_DAY: _Pair = (_TICKET.where(_of_day), _services_where(_of_day))
_HERE: _Pair = (_TICKET.where(_here), _services_where(_here))
_WAITING: _Pair = (_TICKET.where(_waiting), _services_where(_waiting))
_UNFINISHED: _Pair = (_TICKET.where(_unfinished).order_by(_t.id), _services_where(_unfinished))

_FIRST_WAITING = (
    _TICKET.where(_waiting).order_by(_t.rank, _t.letter, _t.serial).limit(bindparam("most"))
)
_SERVICES_OF = (
    select(_s.ticket_id, _s.offer_id, _s["count"], _s.rendered, _s.step_id)
    .where(_s.ticket_id.in_(bindparam("ids", expanding=True)))
    .order_by(*_service_order)
)
_SERVICES = (
    select(_s.offer_id, _s["count"], _s.rendered, _s.step_id)
    .where(_s.ticket_id == bindparam("id"))
    .order_by(_s.position)
)
_COUNT_BEFORE = Raw(
    "SELECT count(*) FROM ticket WHERE office_id = :office_id AND day = :day"
    " AND status = 'waiting' AND (rank < :rank OR rank = :rank"
    " AND (letter < :letter OR letter = :letter AND serial < :serial))"
)
_b = SQLModel.metadata.tables["appointment"].c
_OFFICES = select(_t.office_id, _b.office_id.label("of_appointment")).outerjoin_from(
    ticket, _b.id.table, _b.id == _t.appointment_id
)
_OFFICES_OF_TICKET = _OFFICES.where(_t.id == bindparam("id"))
_OFFICES_OF_TOKEN = _OFFICES.where(_t.token == bindparam("token"))
_OFFICES_UNFINISHED = _OFFICES.where(_left_over).distinct()
_OFFICES_OF_APPOINTMENT = select(_b.office_id, _t.office_id.label("of_ticket")).outerjoin_from(
    _b.id.table, ticket, _t.appointment_id == _b.id
)
_OFFICES_OF_REFERENCE = _OFFICES_OF_APPOINTMENT.where(_b.reference == bindparam("reference"))
_OFFICES_OF_APPOINTMENT_ID = _OFFICES_OF_APPOINTMENT.where(_b.id == bindparam("id"))
_LAST_CALL = (
    select(call.c.id, call.c.nth, call.c.counter_id, call.c.withdrawn, call.c.silent)
    .where(call.c.ticket_id == bindparam("id"))
    .order_by(call.c.nth.desc())
    .limit(1)
)

# A read of booking's tables: one statement for all, where booking's own queries go one by one.
_as = SQLModel.metadata.tables["appointment_service"].c
_EXPECTED = (
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


def load_office_state(conn: Connection, office_id: int, day: date, now: datetime) -> OfficeState:
    """One office on one local day, with all its tickets."""
    return OfficeState(
        office_id=office_id,
        day=day,
        now=now,
        tickets=_tickets(conn, _DAY, {"office_id": office_id, "day": day}),
        counters=load_counters(conn, office_id),
        expected=load_expected(conn, office_id, day),
        emergencies=load_standing(conn, office_id, now),
        closed_early_at=closed_early_at(conn, office_id, day),
        nearby=load_nearby(conn, office_id),
        seats=load_seats(conn, office_id),
    )


def load_here(conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
    """Tickets whose citizens are in the house: waiting, called, in service or parked."""
    return _tickets(conn, _HERE, {"office_id": office_id, "day": day})


def load_waiting(conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
    return _tickets(conn, _WAITING, {"office_id": office_id, "day": day})


def load_first_waiting(
    conn: Connection, office_id: int, day: date, most: int
) -> tuple[TicketNow, ...]:
    """The head of the line: those with the smallest (rank, number), at most so many."""
    parameters = {"office_id": office_id, "day": day, "most": most}
    rows = conn.execute(_FIRST_WAITING, parameters).all()
    services = conn.execute(_SERVICES_OF, {"ids": [row.id for row in rows]})
    asked = _by_ticket(services)
    return tuple(_ticket(row, asked.get(row.id, ())) for row in rows)


def load_unfinished(conn: Connection, office_id: int, before: date) -> tuple[TicketNow, ...]:
    """Tickets of earlier days that are still waiting, parked, called or in service."""
    return _tickets(conn, _UNFINISHED, {"office_id": office_id, "before": before})


def load_expected(conn: Connection, office_id: int, day: date) -> tuple[Expected, ...]:
    """Confirmed appointments of the day whose citizens have not checked in."""
    parameters = {"office_id": office_id, "first": at_local(day, 0), "end": at_local(day, 1440)}
    coming: dict[int, Expected] = {}
    for row in conn.execute(_EXPECTED, parameters):
        known = coming.get(row.id)
        asked = (*(known.services if known else ()), Asked(row.offer_id, row.asked))
        coming[row.id] = Expected(row.id, row.start_at, row.end_at, asked, row.channel)
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
    return _offices(conn, _OFFICES_OF_TICKET, {"id": ticket_id})


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


def _offices(
    conn: Connection, statement: AnySelect, parameters: Mapping[str, object]
) -> frozenset[int]:
    row = conn.execute(statement, parameters).first()
    return frozenset() if row is None else frozenset(office for office in row if office is not None)


def _tickets(
    conn: Connection, pair: _Pair, parameters: Mapping[str, object]
) -> tuple[TicketNow, ...]:
    tickets, services = pair
    asked = _by_ticket(conn.execute(services, parameters))
    rows = conn.execute(tickets, parameters)
    return tuple(_ticket(row, asked.get(row.id, ())) for row in rows)


def _by_ticket(services: Iterable[AnyRow]) -> dict[int, list[Asked]]:
    asked: dict[int, list[Asked]] = {}
    for ticket_id, *asked_for in services:
        asked.setdefault(ticket_id, []).append(Asked(*asked_for))
    return asked


def _one(
    conn: Connection, statement: AnySelect, parameters: Mapping[str, object]
) -> TicketNow | None:
    row = conn.execute(statement, parameters).first()
    if row is None:
        return None
    services = conn.execute(_SERVICES, {"id": row.id})
    return _ticket(row, [Asked(*service) for service in services])


def _ticket(row: AnyRow, services: Iterable[Asked]) -> TicketNow:
    # The columns are selected in the order of the record's fields, the services come in between.
    return _RECORD(*row[:_BEFORE_SERVICES], tuple(services), *row[_BEFORE_SERVICES:])
