"""All SQL on how an office calls: its settings, their history, what files last said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from .. import models
from ..files.writing import table_of
from ..infos import OfficeInfo
from . import models as calling_models
from .said import OF_OFFICE, Calling, Value, may_call_any, per_day, serves

_CHANGE = table_of(calling_models.CallingChange)
_FILE = table_of(calling_models.FileCalling)
_OFFICE = table_of(models.Office)
_OFFER = table_of(models.Offer)
_LINK = table_of(models.CounterOffer)
_ROLE = table_of(models.StaffRole)
_STAFF = table_of(models.Staff)


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting before and after."""

    key: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class CallingChanged:
    """A change as the history shows it: when, from which file if not from the page, and what."""

    id: int
    at: datetime
    source: str | None
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who works in the office, and whether they may call a number out of turn."""

    id: int
    name: str
    may_call_any: bool


def clerks_of(conn: Connection, office_id: int) -> tuple[Clerk, ...]:
    """The clerks of an office by name; administrators of its town are not among them."""
    query = (
        select(_STAFF.c.id, _STAFF.c.name, _ROLE.c.may_call_any)
        .join_from(_ROLE, _STAFF, _STAFF.c.id == _ROLE.c.staff_id)
        .where(_ROLE.c.office_id == office_id, _STAFF.c.active)
        .order_by(_STAFF.c.name, _STAFF.c.id)
    )
    return tuple(Clerk(row.id, row.name, row.may_call_any) for row in conn.execute(query))


def newest_change(conn: Connection, office_id: int) -> int:
    """The number of the last change; 0 before any."""
    query = select(func.max(_CHANGE.c.id)).where(_CHANGE.c.office_id == office_id)
    return conn.execute(query).scalar() or 0


def changes_of(
    conn: Connection, office_id: int, *, after: int = 0, most: int = 100
) -> list[CallingChanged]:
    """What changed after a number, newest first."""
    query = (
        select(_CHANGE)
        .where(_CHANGE.c.office_id == office_id, _CHANGE.c.id > after)
        .order_by(_CHANGE.c.id.desc())
        .limit(most)
    )
    return [_change(row) for row in conn.execute(query).mappings()]


def add_change(
    conn: Connection,
    office_id: int,
    at: datetime,
    changed: Iterable[Changed],
    source: str | None = None,
) -> None:
    """Write into the history what was said before and is said now."""
    said = [[one.key, one.before, one.after] for one in changed]
    row = {"office_id": office_id, "at": at, "source": source, "changed": said}
    conn.execute(insert(_CHANGE).values(row))


def said_by_files(conn: Connection, office_id: int) -> dict[str, Value] | None:
    """What files last said of an office; None when none ever did."""
    found = conn.execute(select(_FILE.c.said).where(_FILE.c.office_id == office_id)).first()
    return None if found is None else cast("dict[str, Value]", found[0])


def write_said_by_files(conn: Connection, office_id: int, said: Calling) -> None:
    conn.execute(delete(_FILE).where(_FILE.c.office_id == office_id))
    conn.execute(insert(_FILE).values(office_id=office_id, said=dict(said)))


def forget_others(conn: Connection, offices: Collection[int]) -> None:
    """Delete the history of all other offices: no file names them."""
    for table in (_CHANGE, _FILE):
        conn.execute(delete(table).where(table.c.office_id.not_in(offices)))


def write_calling(conn: Connection, office: OfficeInfo, edit: Mapping[str, Value]) -> None:
    """Bring an office's rows to what the edit says of its keys."""
    columns = {name: edit[name] for name in OF_OFFICE if name in edit}
    if columns:
        conn.execute(update(_OFFICE).where(_OFFICE.c.id == office.id).values(columns))
    for offer in office.offers:
        key = per_day(offer.service.slug)
        if key in edit:
            mine = update(_OFFER).where(_OFFER.c.id == offer.id)
            conn.execute(mine.values(tickets_per_day=edit[key]))
    for counter in office.counters:
        for offer in office.offers:
            wanted = edit.get(serves(counter.slug, offer.service.slug))
            if wanted is not None:
                _write_link(conn, counter.id, offer.id, wanted=bool(wanted))


def write_rights(conn: Connection, office_id: int, edit: Mapping[str, Value]) -> None:
    """Who of the office's clerks may call a number out of turn."""
    for clerk in clerks_of(conn, office_id):
        wanted = edit.get(may_call_any(clerk.id))
        if wanted is not None:
            mine = (_ROLE.c.staff_id == clerk.id) & (_ROLE.c.office_id == office_id)
            conn.execute(update(_ROLE).where(mine).values(may_call_any=bool(wanted)))


def _write_link(conn: Connection, counter_id: int, offer_id: int, *, wanted: bool) -> None:
    mine = (_LINK.c.counter_id == counter_id) & (_LINK.c.offer_id == offer_id)
    conn.execute(delete(_LINK).where(mine))
    if wanted:
        conn.execute(insert(_LINK).values(counter_id=counter_id, offer_id=offer_id))


def _change(row: RowMapping) -> CallingChanged:
    changed = cast("list[tuple[str, Value, Value]]", row["changed"])
    return CallingChanged(
        row["id"], row["at"], row["source"], tuple(Changed(*each) for each in changed)
    )
