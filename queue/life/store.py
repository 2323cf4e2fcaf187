"""All SQL on one ticket's life: tickets of a day, a ticket's events, what was forecast for it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Table, func, select
from sqlmodel import SQLModel

from ...core.formats import day_start
from ..store import ticket, ticket_service

_log: Table = SQLModel.metadata.tables["event_log"]
_forecast: Table = SQLModel.metadata.tables["forecast_given"]
_e, _t, _s = _log.c, ticket.c, ticket_service.c

# Commands of one office commit in order, their clocks may differ by a little.
_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket as the list shows it: without a name, a remark or a note."""

    id: int
    number: str
    status: str
    drawn_at: datetime
    appointment_start: datetime | None
    offers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as it stands in the log; `data` may be of an older or newer version."""

    office_id: int
    at: datetime
    type: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was said when the ticket was issued, and after how many minutes it was called."""

    low_minutes: int
    high_minutes: int | None
    ahead: int
    called_after: float | None


def find_tickets(
    conn: Connection, office_id: int, day: date, letter: str | None, serial: int | None, most: int
) -> list[Found]:
    """Tickets of an office and day by letter and serial, where asked; in the order drawn."""
    query = (
        select(_t.id, _t.letter, _t.serial, _t.status, _t.drawn_at, _t.appointment_start)
        .where(_t.office_id == office_id, _t.day == day)
        .order_by(_t.drawn_at, _t.id)
        .limit(most)
    )
    if letter is not None:
        query = query.where(_t.letter == letter)
    if serial is not None:
        query = query.where(_t.serial == serial)
    rows = conn.execute(query).all()
    offers = _offers_of(conn, (row.id for row in rows))
    return [
        Found(
            row.id,
            f"{row.letter}{row.serial:03d}",
            row.status,
            row.drawn_at,
            row.appointment_start,
            tuple(offers.get(row.id, ())),
        )
        for row in rows
    ]


def read_life(
    conn: Connection, ticket_id: int, day: date, offices: Iterable[int]
) -> list[Happened]:
    """Every event of a ticket in the logs of these offices, in order; each once.

    Who sends somebody to another office tells both.
    """
    found: dict[tuple[datetime, str, str], Happened] = {}
    for office_id in offices:
        since = _first_seq(conn, office_id, day_start(day) - _MARGIN)
        query = (
            select(_e.at, _e.type, _e.data)
            .where(_e.office_id == office_id, _e.seq >= since)
            # Every event of a ticket begins with it.
            .where(_e.data.like(f'{{"ticket_id":{ticket_id},%'))
            .order_by(_e.seq)
        )
        for at, kind, text in conn.execute(query):
            data = cast("dict[str, object]", json.loads(text))
            found.setdefault((at, kind, text), Happened(office_id, at, kind, data))
    return sorted(found.values(), key=lambda one: one.at)


def read_forecast(conn: Connection, ticket_id: int) -> Forecast | None:
    names = ("low_minutes", "high_minutes", "ahead", "called_after")
    query = select(*(_forecast.c[name] for name in names))
    row = conn.execute(query.where(_forecast.c.ticket_id == ticket_id)).first()
    return None if row is None else Forecast(*row)


def _offers_of(conn: Connection, tickets: Iterable[int]) -> dict[int, list[int]]:
    query = select(_s.ticket_id, _s.offer_id).where(_s.ticket_id.in_(list(tickets)))
    found: dict[int, dict[int, None]] = {}
    for ticket_id, offer_id in conn.execute(query.order_by(_s.ticket_id, _s.position)):
        found.setdefault(ticket_id, {})[offer_id] = None
    return {ticket_id: list(offers) for ticket_id, offers in found.items()}


def _first_seq(conn: Connection, office_id: int, moment: datetime) -> int:
    """The first event of an office at or after a moment, by halving: the log of years is long,
    and its key is the number alone."""
    mine = select(func.min(_e.seq), func.max(_e.seq)).where(_e.office_id == office_id)
    low, high = conn.execute(mine).one()
    low, high = low or 0, (high or 0) + 1
    while low < high:
        middle = (low + high) // 2
        query = select(_e.seq, _e.at).where(_e.office_id == office_id, _e.seq >= middle)
        row = conn.execute(query.order_by(_e.seq).limit(1)).first()
        if row is None or row.at >= moment:
            high = middle
        else:
            low = row.seq + 1
    return low
