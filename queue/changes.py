"""Statements that change tickets, calls and counters. Services and stretches are in
`visit_store.py`, queries in `store.py`, decisions in `rules.py`.

A ticket's row is changed only where it is still what was read: the version guards it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, bindparam, delete, insert, null, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..core.driver import Raw, savepoint
from ..core.prepared import Prepared
from .counter.counter_store import counter_state, last_step
from .counter.visit_store import insert_services
from .rules import AT_A_COUNTER
from .state import CounterNow, TicketNow
from .store import ROW_FIELDS, ticket

# Both engines know this clause, and both answer nothing when the last number is used up.
_DRAW = Raw(
    "INSERT INTO last_number (area_id, day, letter, serial) VALUES (:area_id, :day, :letter, 1)"
    " ON CONFLICT (area_id, day, letter) DO UPDATE SET serial = last_number.serial + 1"
    " WHERE last_number.serial < :highest RETURNING serial"
)
_NEW_FIELDS = tuple(name for name in ROW_FIELDS if name != "id")
_INSERT_TICKET = Prepared(insert(ticket).returning(ticket.c.id), _NEW_FIELDS)
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
# What a counter did last is undone within seconds; later it only repeats what was said.
_FORGET_STEPS = delete(last_step).where(
    last_step.c.at <= bindparam("before"),
    last_step.c.ticket_id.in_(
        select(ticket.c.id).where(ticket.c.office_id == bindparam("of_office"))
    ),
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
    "on_the_way_at",
    "left_at",
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
_CHANGE = Prepared(
    update(ticket)
    .where(
        ticket.c.id == bindparam("of_id"),
        ticket.c.version == bindparam("of_version"),
        ticket.c.status == bindparam("of_status"),
    )
    .values(version=ticket.c.version + 1, **_new_values)
)
# The number is counted in the statement: two counters cannot call a ticket for the nth time.
_INSERT_CALL = Raw(
    "INSERT INTO call (ticket_id, counter_id, nth, at, recall_of, withdrawn, silent) VALUES"
    " (:ticket_id, :counter_id,"
    " (SELECT coalesce(max(nth), 0) + 1 FROM call WHERE ticket_id = :ticket_id),"
    " :at, :recall_of, false, :silent) RETURNING id"
)
_WITHDRAW = Raw("UPDATE call SET withdrawn = true WHERE ticket_id = :ticket_id AND NOT withdrawn")
_RESTORE = Raw(
    "UPDATE call SET withdrawn = false WHERE ticket_id = :ticket_id AND at >= :called_at"
)
_FORGET_STEP = delete(last_step).where(last_step.c.counter_id == bindparam("of_id"))
_REMEMBER_STEP = Raw(
    'INSERT INTO last_step (counter_id, ticket_id, command, at, version, "before") VALUES'
    " (:counter_id, :ticket_id, :command, :at, :version, :before)"
    " ON CONFLICT (counter_id) DO UPDATE SET ticket_id = excluded.ticket_id,"
    " command = excluded.command, at = excluded.at, version = excluded.version,"
    ' "before" = excluded."before"'
)
_SET_REMARK = Raw("UPDATE ticket SET remark = :remark WHERE id = :ticket_id")
# Guarded by the text it replaces, not by the version: a note changes nothing else.
_SET_NOTE = Raw(
    "UPDATE ticket SET note = :text WHERE id = :ticket_id AND coalesce(note, '') = :was"
    " RETURNING id"
)
_DELETE_COUNTER = delete(counter_state).where(counter_state.c.counter_id == bindparam("of_id"))
_INSERT_COUNTER = insert(counter_state)


def draw_serial(conn: Connection, area_id: int, day: date, letter: str, highest: int) -> int | None:
    """The next serial of a letter, counted up in this transaction; None when all are used up."""
    values = {"area_id": area_id, "day": day, "letter": letter, "highest": highest}
    row = _DRAW.run(conn, values)
    return None if row is None else cast("int", row[0])


def insert_ticket(conn: Connection, new: TicketNow) -> TicketNow:
    """Write the row and its services; returns the ticket with its id."""
    row = _INSERT_TICKET.first(conn, {name: getattr(new, name) for name in _NEW_FIELDS})
    assert row is not None
    written = replace(new, id=cast("int", row[0]))
    insert_services(conn, written.id, new.services)
    return written


def change_ticket(conn: Connection, before: TicketNow, after: TicketNow) -> bool:
    """Write a step in one statement. False when somebody else was faster, or when the counter has
    somebody already (its constraint): then nothing is changed."""
    values: dict[str, object] = {f"new_{name}": getattr(after, name) for name in STEP_FIELDS}
    values |= {"of_id": before.id, "of_version": before.version, "of_status": before.status}
    if not _may_collide(before, after):
        return _CHANGE.change(conn, values) == 1
    try:
        with savepoint(conn):
            return _CHANGE.change(conn, values) == 1
    except IntegrityError:
        return False


def _may_collide(before: TicketNow, after: TicketNow) -> bool:
    """Whether a constraint may refuse it: a counter that is taken, an appointment that is."""
    stays = before.status in AT_A_COUNTER and before.counter_id == after.counter_id
    comes = after.status in AT_A_COUNTER and not stays
    return comes or after.appointment_id != before.appointment_id


def insert_call(
    conn: Connection,
    called: TicketNow,
    *,
    at: datetime,
    recall_of: int | None = None,
    silent: bool = False,
) -> int:
    """Write the ticket's next call; two of the same number cannot be written."""
    values = {"ticket_id": called.id, "counter_id": called.counter_id, "at": at}
    row = _INSERT_CALL.run(conn, values | {"recall_of": recall_of, "silent": silent})
    assert row is not None
    return cast("int", row[0])


def withdraw_calls(conn: Connection, ticket_id: int) -> None:
    _WITHDRAW.run(conn, {"ticket_id": ticket_id})


def restore_calls(conn: Connection, ticket_id: int, called_at: datetime) -> None:
    """The calls of a turn stand again, from its first one on."""
    _RESTORE.run(conn, {"ticket_id": ticket_id, "called_at": called_at})


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
    values = {
        "counter_id": counter_id,
        "ticket_id": after.id,
        "command": command,
        "at": at,
        "version": after.version,
        "before": json.dumps(before),
    }
    _REMEMBER_STEP.run(conn, values)


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


def set_remark(conn: Connection, ticket_id: int, remark: str | None) -> None:
    """What the citizen said when booking, taken over with the appointment."""
    _SET_REMARK.run(conn, {"ticket_id": ticket_id, "remark": remark})


def set_note(conn: Connection, ticket_id: int, *, text: str | None, was: str | None) -> bool:
    """Write a note for colleagues. False when it is not (any more) what somebody saw."""
    values = {"ticket_id": ticket_id, "text": text, "was": was or ""}
    return _SET_NOTE.run(conn, values) is not None


def forget_remarks(conn: Connection, office_id: int, before: datetime) -> int:
    """Delete what was said and noted with tickets drawn until then; returns how many."""
    values = {"of_office": office_id, "before": before}
    conn.execute(_FORGET_STEPS, values)
    return conn.execute(_FORGET_REMARKS, values).rowcount
