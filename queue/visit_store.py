"""SQL that changes what a visit is for and its stretches of service; the ticket's row and its calls
are in `changes.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from ..core.driver import Raw
from .state import Asked

_INSERT_SERVICE = Raw(
    'INSERT INTO ticket_service (ticket_id, offer_id, "count", rendered, position, step_id)'
    " VALUES (:ticket_id, :offer_id, :count, :rendered, :position, :step_id)"
)
_CHANGE_SERVICE = Raw(
    'UPDATE ticket_service SET "count" = :count, rendered = :rendered, position = :position,'
    " step_id = :step_id WHERE ticket_id = :ticket_id AND offer_id = :offer_id"
)
_DROP_SERVICE = Raw(
    "DELETE FROM ticket_service WHERE ticket_id = :ticket_id AND offer_id = :offer_id"
)
_BEGIN = Raw(
    "INSERT INTO ticket_step (ticket_id, counter_id, started_at, system_closed)"
    " VALUES (:ticket_id, :counter_id, :at, false)"
)
_END = Raw(
    "UPDATE ticket_step SET ended_at = :at, system_closed = :unsure"
    " WHERE ticket_id = :ticket_id AND ended_at IS NULL RETURNING id"
)
_DROP = Raw("DELETE FROM ticket_step WHERE ticket_id = :ticket_id AND ended_at IS NULL")
_REOPEN = Raw(
    "UPDATE ticket_step SET ended_at = NULL, system_closed = false WHERE id ="
    " (SELECT max(id) FROM ticket_step WHERE ticket_id = :ticket_id)"
)


def insert_services(conn: Connection, ticket_id: int, services: Iterable[Asked]) -> None:
    for position, asked in enumerate(services):
        _INSERT_SERVICE.run(conn, _service(ticket_id, position, asked))


def change_services(
    conn: Connection, ticket_id: int, before: Sequence[Asked], after: Sequence[Asked]
) -> None:
    """Write what is different; in a usual visit that is one row."""
    known = {asked.offer_id: (place, asked) for place, asked in enumerate(before)}
    for place, asked in enumerate(after):
        present = known.pop(asked.offer_id, None)
        if present is None:
            _INSERT_SERVICE.run(conn, _service(ticket_id, place, asked))
        elif present != (place, asked):
            _CHANGE_SERVICE.run(conn, _service(ticket_id, place, asked))
    for offer_id in known:
        _DROP_SERVICE.run(conn, {"ticket_id": ticket_id, "offer_id": offer_id})


def _service(ticket_id: int, position: int, asked: Asked) -> dict[str, int | None]:
    return {
        "ticket_id": ticket_id,
        "offer_id": asked.offer_id,
        "count": asked.count,
        "rendered": asked.rendered,
        "position": position,
        "step_id": asked.step_id,
    }


def begin_stretch(conn: Connection, ticket_id: int, counter_id: int, at: datetime) -> None:
    """A stretch of service begins."""
    _BEGIN.run(conn, {"ticket_id": ticket_id, "counter_id": counter_id, "at": at})


def end_stretch(conn: Connection, ticket_id: int, at: datetime, *, unsure: bool = False) -> int:
    """The stretch that runs is over; `unsure` when its true end is not known. Returns its id."""
    row = _END.run(conn, {"ticket_id": ticket_id, "at": at, "unsure": unsure})
    assert row is not None
    return cast("int", row[0])


def drop_stretch(conn: Connection, ticket_id: int) -> None:
    """The stretch of service that runs never began."""
    _DROP.run(conn, {"ticket_id": ticket_id})


def reopen_stretch(conn: Connection, ticket_id: int) -> None:
    """The last stretch of service goes on."""
    _REOPEN.run(conn, {"ticket_id": ticket_id})
