"""SQL of the desk: the appointments of a stretch of time, and who is behind those to come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, select
from sqlmodel import SQLModel

from .. import models as _models  # noqa: F401

# What a clerk sees: a hold belongs to nobody yet, and what ran out never was.
SHOWN_STATES = ("awaiting_email", "confirmed", "checked_in", "attended", "no_show", "cancelled")

_appointment: Table = SQLModel.metadata.tables["appointment"]
_service: Table = SQLModel.metadata.tables["appointment_service"]
_a = _appointment.c


@dataclass(frozen=True, slots=True)
class Listed:
    """An appointment as lists show it."""

    id: int
    reference: str
    status: str
    start_at: datetime
    end_at: datetime
    channel: str
    language: str
    name: str | None
    email: str | None
    phone: str | None


_LISTED = select(*(_a[name] for name in Listed.__dataclass_fields__))
_BETWEEN = (
    _LISTED.where(
        _a.office_id == bindparam("office_id"),
        _a.start_at >= bindparam("since"),
        _a.start_at < bindparam("until"),
        _a.status.in_(bindparam("states", expanding=True)),
    )
    .order_by(_a.start_at, _a.id)
    .limit(bindparam("most"))
)
_THESE = _LISTED.where(_a.id.in_(bindparam("ids", expanding=True))).order_by(_a.start_at, _a.id)
_PEOPLE = (
    select(_a.id, _a.name, _a.phone)
    .where(
        _a.office_id == bindparam("office_id"),
        _a.start_at >= bindparam("since"),
        _a.name.is_not(None),
        _a.status != "held",
    )
    .order_by(_a.start_at, _a.id)
)
_SERVICES = (
    select(_service.c.appointment_id, _service.c.offer_id, _service.c["count"])
    .where(_service.c.appointment_id.in_(bindparam("ids", expanding=True)))
    .order_by(_service.c.appointment_id, _service.c.position)
)

Items = dict[int, list[tuple[int, int]]]
"""Appointment -> (offer, count) in the order they were asked for."""


def appointments_between(
    conn: Connection,
    office_id: int,
    since: datetime,
    until: datetime,
    states: Collection[str],
    most: int,
) -> list[Listed]:
    """Those that begin in this time and are in one of these states, at most so many."""
    params = {
        "office_id": office_id,
        "since": since,
        "until": until,
        "states": list(states),
        "most": most,
    }
    return [Listed(*row) for row in conn.execute(_BETWEEN, params)]


def these_appointments(conn: Connection, ids: Collection[int]) -> list[Listed]:
    return [Listed(*row) for row in conn.execute(_THESE, {"ids": list(ids)})]


def coming_people(
    conn: Connection, office_id: int, since: datetime
) -> Iterable[tuple[int, str, str | None]]:
    """(appointment, name, phone) of everybody who comes to an office from an instant on."""
    rows = conn.execute(_PEOPLE, {"office_id": office_id, "since": since})
    return ((row[0], row[1], row[2]) for row in rows)


def services_of_these(conn: Connection, ids: Collection[int]) -> Items:
    found: Items = {each: [] for each in ids}
    for appointment, offer, count in conn.execute(_SERVICES, {"ids": list(ids)}):
        found[appointment].append((offer, count))
    return found
