"""SQL of mass changes: what is planned, what became of it, who has to be called."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from .. import models as _models  # noqa: F401

_change: Table = SQLModel.metadata.tables["mass_change"]
_item: Table = SQLModel.metadata.tables["mass_change_item"]
_appointment: Table = SQLModel.metadata.tables["appointment"]
_staff: Table = SQLModel.metadata.tables["staff"]
_c, _i, _a = _change.c, _item.c, _appointment.c


@dataclass(frozen=True, slots=True)
class Change:
    """A mass change as it was ordered."""

    id: int
    office_id: int
    at: datetime
    finished_at: datetime | None
    kind: str
    from_at: datetime
    to_at: datetime
    reason: str
    reason_en: str | None
    internal: bool
    given_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """What is planned for one appointment, and what became of it."""

    appointment_id: int
    reference: str
    result: str
    why: str | None
    told_by: str | None
    previous_start: datetime
    start: datetime
    proposals: list[str]
    called_at: datetime | None
    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A mass change in a list: who ordered it, and how many of each result there are."""

    change: Change
    staff: str | None
    results: dict[str, int]
    to_call: int


_CHANGE = select(*(_c[name] for name in Change.__dataclass_fields__))
_ITEM = select(
    _i.appointment_id,
    _a.reference,
    _i.result,
    _i.why,
    _i.told_by,
    _i.previous_start,
    _a.start_at,
    _i.proposals,
    _i.called_at,
    _i.name,
    _i.phone,
).join_from(_item, _appointment, _a.id == _i.appointment_id)
_ITEMS = _ITEM.where(_i.mass_change_id == bindparam("id")).order_by(
    _i.previous_start, _i.appointment_id
)
_ONE_ITEM = _ITEM.where(
    _i.mass_change_id == bindparam("id"), _i.appointment_id == bindparam("appointment_id")
)
_PLANNED = select(_i.appointment_id).where(
    _i.appointment_id.in_(bindparam("ids", expanding=True)), _i.result == "planned"
)
_SETTLE = (
    update(_item)
    .where(
        _i.mass_change_id == bindparam("of_id"),
        _i.appointment_id == bindparam("of_appointment"),
        _i.result == "planned",
    )
    .values(
        result=bindparam("to_result"),
        why=bindparam("to_why"),
        told_by=bindparam("to_told_by"),
        name=bindparam("to_name"),
        phone=bindparam("to_phone"),
    )
)
_FINISH = (
    update(_change)
    .where(
        _c.id == bindparam("of_id"),
        _c.finished_at.is_(None),
        ~exists().where(_i.mass_change_id == _c.id, _i.result == "planned"),
    )
    .values(finished_at=bindparam("now"))
)
_GIVE_BACK = (
    update(_change)
    .where(_c.id == bindparam("of_id"), _c.finished_at.is_not(None), _c.given_back_at.is_(None))
    .values(given_back_at=bindparam("now"))
)
_CLEARED = select(_c.from_at, _c.to_at).where(
    _c.office_id == bindparam("office_id"),
    _c.to_at > bindparam("now"),
    or_(_c.finished_at.is_(None), _c.given_back_at.is_(None)),
)
_CALLED = (
    update(_item)
    .where(
        _i.mass_change_id == bindparam("of_id"),
        _i.appointment_id == bindparam("of_appointment"),
        _i.called_at.is_(None),
        _i.told_by == "call",
    )
    .values(called_at=bindparam("now"), name=null(), phone=null())
)
_FORGET = (
    update(_item)
    .where(
        _i.previous_start < bindparam("before"), or_(_i.name.is_not(None), _i.phone.is_not(None))
    )
    .values(name=null(), phone=null())
)
_OUTCOMES = (
    select(
        *(_c[name] for name in Change.__dataclass_fields__),
        _staff.c.name,
        _i.result,
        func.count(_i.appointment_id),
        func.count(_i.appointment_id).filter(
            and_(_i.told_by == "call", _i.called_at.is_(None), _i.name.is_not(None))
        ),
    )
    .join_from(_change, _item, _i.mass_change_id == _c.id)
    .join(_staff, _staff.c.id == _c.staff_id, isouter=True)
    .where(_c.id.in_(bindparam("ids", expanding=True)))
    .group_by(*(_c[name] for name in Change.__dataclass_fields__), _staff.c.name, _i.result)
    .order_by(_c.id.desc())
)
_NEWEST = (
    select(_c.id)
    .where(_c.office_id == bindparam("office_id"))
    .order_by(_c.id.desc())
    .limit(bindparam("most"))
)


def find_by_key(conn: Connection, key: str) -> int | None:
    return conn.execute(select(_c.id).where(_c.key == key)).scalar()


def get_change(conn: Connection, change_id: int) -> Change | None:
    row = conn.execute(_CHANGE.where(_c.id == change_id)).first()
    return None if row is None else Change(*row)


def unfinished_changes(conn: Connection) -> list[Change]:
    return [Change(*row) for row in conn.execute(_CHANGE.where(_c.finished_at.is_(None)))]


def insert_change(conn: Connection, **values: object) -> int:
    return conn.execute(insert(_change).values(**values).returning(_c.id)).scalar_one()


def insert_items(conn: Connection, rows: Iterable[dict[str, object]]) -> None:
    conn.execute(insert(_item), list(rows))


def items_of_change(conn: Connection, change_id: int) -> list[Item]:
    return [Item(*row) for row in conn.execute(_ITEMS, {"id": change_id})]


def get_item(conn: Connection, change_id: int, appointment_id: int) -> Item | None:
    params = {"id": change_id, "appointment_id": appointment_id}
    row = conn.execute(_ONE_ITEM, params).first()
    return None if row is None else Item(*row)


def planned_elsewhere(conn: Connection, ids: Collection[int]) -> set[int]:
    """Which of these appointments a mass change still has before it."""
    return set(conn.scalars(_PLANNED, {"ids": list(ids)}))


def settle(
    conn: Connection,
    change_id: int,
    appointment_id: int,
    result: str,
    *,
    why: str | None = None,
    told_by: str | None = None,
    name: str | None = None,
    phone: str | None = None,
) -> bool:
    """Write what became of a planned item; False when that is known already."""
    params = {
        "of_id": change_id,
        "of_appointment": appointment_id,
        "to_result": result,
        "to_why": why,
        "to_told_by": told_by,
        "to_name": name,
        "to_phone": phone,
    }
    return conn.execute(_SETTLE, params).rowcount == 1


def finish(conn: Connection, change_id: int, now: datetime) -> bool:
    """Close a change of which nothing is planned any more; False when something is, or it was."""
    return conn.execute(_FINISH, {"of_id": change_id, "now": now}).rowcount == 1


def give_back(conn: Connection, change_id: int, now: datetime) -> bool:
    """Let the waiting list have the time of a finished change; False when it has it already."""
    return conn.execute(_GIVE_BACK, {"of_id": change_id, "now": now}).rowcount == 1


def cleared_periods(
    conn: Connection, office_id: int, now: datetime
) -> list[tuple[datetime, datetime]]:
    """From and until when an office has sent people away, and invites nobody for now."""
    return [
        (since, until)
        for since, until in conn.execute(_CLEARED, {"office_id": office_id, "now": now})
    ]


def tick_called(conn: Connection, change_id: int, appointment_id: int, now: datetime) -> bool:
    params = {"of_id": change_id, "of_appointment": appointment_id, "now": now}
    return conn.execute(_CALLED, params).rowcount == 1


def forget_people(conn: Connection, before: datetime) -> int:
    """Delete names and numbers of those whose appointment was before an instant."""
    return conn.execute(_FORGET, {"before": before}).rowcount


def newest_outcomes(conn: Connection, office_id: int, most: int) -> list[Outcome]:
    """The last mass changes of an office, the newest first."""
    ids = list(conn.scalars(_NEWEST, {"office_id": office_id, "most": most}))
    return _outcomes(conn, ids)


def outcome_of(conn: Connection, change_id: int) -> Outcome | None:
    return next(iter(_outcomes(conn, [change_id])), None)


def _outcomes(conn: Connection, ids: Collection[int]) -> list[Outcome]:
    width = len(Change.__dataclass_fields__)
    found: dict[int, Outcome] = {}
    calls: dict[int, int] = {}
    for row in conn.execute(_OUTCOMES, {"ids": list(ids)}):
        change = Change(*row[:width])
        staff, result, count, to_call = row[width:]
        outcome = found.setdefault(change.id, Outcome(change, staff, {}, 0))
        outcome.results[result] = count
        calls[change.id] = calls.get(change.id, 0) + to_call
    return [
        Outcome(each.change, each.staff, each.results, calls[each.change.id])
        for each in found.values()
    ]
