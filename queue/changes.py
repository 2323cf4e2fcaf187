"""Statements that change the queue's tables. Queries stand in `store.py`, decisions in `rules.py`.

A ticket's row is changed only where it is still what was read: the version guards it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, null, or_, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from ..core.driver import Raw
from .counter_store import counter_state, last_step
from .state import Asked, CounterNow, TicketNow
from .store import call, ticket, ticket_service, ticket_step


# Both engines know this clause, and both answer nothing when the last number is used up.
_DRAW = Raw(
    "INSERT INTO last_number (area_id, day, letter, serial) VALUES (:area_id, :day, :letter, 1)"
    " ON CONFLICT (area_id, day, letter) DO UPDATE SET serial = last_number.serial + 1"
    " WHERE last_number.serial < :highest RETURNING serial"
)
_INSERT_TICKET = insert(ticket).returning(ticket.c.id)
_INSERT_SERVICE = Raw(
    'INSERT INTO ticket_service (ticket_id, offer_id, "count", rendered, position, step_id)'
    " VALUES (:ticket_id, :offer_id, :count, :rendered, :position, :step_id)"
)
_DELETE_SERVICES = delete(ticket_service).where(ticket_service.c.ticket_id == bindparam("of_id"))

_FORGET_REMARKS = (
    update(ticket)
    .where(
        ticket.c.office_id == bindparam("of_office"),
        ticket.c.drawn_at <= bindparam("before"),
        or_(
            ticket.c.remark.is_not(None),
            ticket.c.note.is_not(None),
            ticket.c.parked_reason.is_not(None),
        ),
    )
    .values(remark=None, note=None, parked_reason=None)
)

# What a step may change. One statement for all steps keeps it prebuilt: unchanged columns are
# written again with the value they had.
STEP_FIELDS = (
    "office_id",
    "status",
    "rank",
    "priority",
    "persons",
    "appointment_id",
    "appointment_start",
    "counter_id",
    "reserved_counter_id",
    "not_before",
    "delays",
    "parked_reason",
    "parked_by_counter_id",
    "called_at",
    "last_call_at",
    "started_at",
    "finished_at",
    "calls",
    "closed_by_system",
    "reminded_at",
    "residence_id",
    "discard_id",
    "rebooked_id",
)
_new_values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in STEP_FIELDS}
_CHANGE = (
    update(ticket)
    .where(
        ticket.c.id == bindparam("of_id"),
        ticket.c.version == bindparam("of_version"),
        ticket.c.status == bindparam("of_status"),
    )
    .values(version=ticket.c.version + 1, **_new_values)
)
_INSERT_CALL = insert(call).returning(call.c.id)
_WITHDRAW = (
    update(call)
    .where(call.c.ticket_id == bindparam("of_id"))
    .values(withdrawn=bindparam("is_withdrawn"))
)
_RESTORE_CALL = update(call).where(call.c.id == bindparam("of_id")).values(withdrawn=False)
_BEGIN_STEP = insert(ticket_step)
_open_step = (ticket_step.c.ticket_id == bindparam("of_id")) & ticket_step.c.ended_at.is_(None)
_END_STEP = (
    update(ticket_step)
    .where(_open_step)
    .values(ended_at=bindparam("at"), system_closed=bindparam("by_system"))
)
_DROP_STEP = delete(ticket_step).where(_open_step)
_REOPEN_STEP = text(
    "UPDATE ticket_step SET ended_at = NULL, system_closed = false WHERE id ="
    " (SELECT max(id) FROM ticket_step WHERE ticket_id = :of_id)"
)
_FORGET_STEP = delete(last_step).where(last_step.c.counter_id == bindparam("of_id"))
_REMEMBER_STEP = insert(last_step)
_DELETE_COUNTER = delete(counter_state).where(counter_state.c.counter_id == bindparam("of_id"))
_INSERT_COUNTER = insert(counter_state)


def draw_serial(conn: Connection, area_id: int, day: date, letter: str, highest: int) -> int | None:
    """The next serial of a letter, counted up in this transaction; None when all are used up."""
    values = {"area_id": area_id, "day": day, "letter": letter, "highest": highest}
    row = _DRAW.run(conn, values)
    return None if row is None else cast("int", row[0])


def insert_ticket(conn: Connection, values: Mapping[str, object], services: Sequence[Asked]) -> int:
    """Write the row and its services; what is not among the values keeps its default."""
    ticket_id = conn.execute(_INSERT_TICKET, dict(values)).scalar_one()
    insert_services(conn, ticket_id, services)
    return ticket_id


def insert_services(conn: Connection, ticket_id: int, services: Sequence[Asked]) -> None:
    for position, asked in enumerate(services):
        _INSERT_SERVICE.run(
            conn,
            {
                "ticket_id": ticket_id,
                "offer_id": asked.offer_id,
                "count": asked.count,
                "rendered": asked.rendered,
                "position": position,
                "step_id": asked.step_id,
            },
        )


def replace_services(conn: Connection, ticket_id: int, services: Sequence[Asked]) -> None:
    conn.execute(_DELETE_SERVICES, {"of_id": ticket_id})
    insert_services(conn, ticket_id, services)


def change_ticket(conn: Connection, before: TicketNow, after: TicketNow) -> bool:
    """Write a step in one statement. False when somebody else was faster, or when the counter has
    somebody already (its constraint): then nothing is changed."""
    values: dict[str, object] = {f"new_{name}": getattr(after, name) for name in STEP_FIELDS}
    guard = {"of_id": before.id, "of_version": before.version, "of_status": before.status}
    try:
        with conn.begin_nested():
            return conn.execute(_CHANGE, values | guard).rowcount == 1
    except IntegrityError:
        return False


def insert_call(
    conn: Connection, own: TicketNow, *, at: datetime, recall_of: int | None = None
) -> int:
    """Write the ticket's `calls`-th call; two of the same number cannot be written."""
    values = {
        "ticket_id": own.id,
        "counter_id": own.counter_id,
        "nth": own.calls,
        "at": at,
        "recall_of": recall_of,
        "withdrawn": False,
    }
    return conn.execute(_INSERT_CALL, values).scalar_one()


def withdraw_calls(conn: Connection, ticket_id: int) -> None:
    conn.execute(_WITHDRAW, {"of_id": ticket_id, "is_withdrawn": True})


def restore_call(conn: Connection, call_id: int) -> None:
    conn.execute(_RESTORE_CALL, {"of_id": call_id})


def begin_step(conn: Connection, ticket_id: int, counter_id: int, at: datetime) -> None:
    """A stretch of service begins."""
    values = {"ticket_id": ticket_id, "counter_id": counter_id, "started_at": at}
    conn.execute(_BEGIN_STEP, values | {"ended_at": None, "system_closed": False})


def end_step(conn: Connection, ticket_id: int, at: datetime, *, by_system: bool = False) -> None:
    conn.execute(_END_STEP, {"of_id": ticket_id, "at": at, "by_system": by_system})


def drop_step(conn: Connection, ticket_id: int) -> None:
    """The stretch of service that runs never began."""
    conn.execute(_DROP_STEP, {"of_id": ticket_id})


def reopen_step(conn: Connection, ticket_id: int) -> None:
    """The last stretch of service goes on."""
    conn.execute(_REOPEN_STEP, {"of_id": ticket_id})


def remember_step(
    conn: Connection,
    counter_id: int,
    *,
    command: str,
    at: datetime,
    after: TicketNow,
    before: Mapping[str, object],
) -> None:
    """Keep the counter's last step, in place of the one before."""
    forget_step(conn, counter_id)
    values = {
        "counter_id": counter_id,
        "ticket_id": after.id,
        "command": command,
        "at": at,
        "version": after.version,
        "before": dict(before),
    }
    conn.execute(_REMEMBER_STEP, values)


def forget_step(conn: Connection, counter_id: int) -> None:
    conn.execute(_FORGET_STEP, {"of_id": counter_id})


def save_counter(conn: Connection, present: CounterNow) -> None:
    conn.execute(_DELETE_COUNTER, {"of_id": present.counter_id})
    values = {
        "counter_id": present.counter_id,
        "state": present.state,
        "since": present.since,
        "until": present.until,
        "offers": null() if present.offers is None else sorted(present.offers),
    }
    conn.execute(_INSERT_COUNTER, values)


def forget_remarks(conn: Connection, office_id: int, before: datetime) -> int:
    """Delete what was said and noted with tickets drawn until then; returns how many."""
    return conn.execute(_FORGET_REMARKS, {"of_office": office_id, "before": before}).rowcount
