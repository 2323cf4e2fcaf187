"""SQL that changes what a visit is for and its stretches of service; the ticket's row and its calls
are in `changes.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from ...core.driver import Raw
from ..state import Asked

_INSERT_SERVICE = Raw(
    'INSERT INTO ticket_service (ticket_id, offer_id, "count", rendered, position, step_id)'
    " VALUES (:ticket_id, :offer_id, :count, :rendered, :position, :step_id)"
)
_CHANGE_SERVICE = Raw(
    'UPDATE ticket_service SET "count" = :count, rendered = :rendered, position = :position,'
    " step_id = :step_id WHERE ticket_id = :ticket_id AND offer_id = :offer_id"
    " AND coalesce(step_id, 0) = :was_in"
)
_DROP_SERVICE = Raw(
    "DELETE FROM ticket_service WHERE ticket_id = :ticket_id AND offer_id = :offer_id"
    " AND coalesce(step_id, 0) = :was_in"
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
    known = {_key(one): (place, one) for place, one in enumerate(before)}
    there = {_key(one) for one in after}
    left = {key[0]: key for key in known if key not in there}
    for place, asked in enumerate(after):
        key = _key(asked)
        # Done in this stretch or to do again: the row it was, where that is not there any more.
        was = key if key in known else left.get(asked.offer_id)
        present = None if was is None else known.pop(was, None)
        if was is None or present is None:
            _INSERT_SERVICE.run(conn, _service(ticket_id, place, asked))
        elif present != (place, asked):
            _CHANGE_SERVICE.run(conn, _service(ticket_id, place, asked) | {"was_in": was[1]})
    for offer_id, step_id in known:
        values = {"ticket_id": ticket_id, "offer_id": offer_id, "was_in": step_id}
        _DROP_SERVICE.run(conn, values)


def _key(asked: Asked) -> tuple[int, int]:
    """What tells a row from the others of its ticket; 0 stands for still to do."""
    return (asked.offer_id, asked.step_id or 0)


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
