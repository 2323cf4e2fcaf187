"""All SQL on the history of hours, and on what files last said of them. Decides nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, or_, select

from .. import models
from ..files.writing import table_of
from ..infos import OfficeInfo
from . import models as hours_models
from .said import Said
from .store import Whose, is_of

_CHANGE = table_of(hours_models.HoursChange)
_FILE = table_of(hours_models.FileHours)
_STAFF = table_of(models.Staff)


@dataclass(frozen=True, slots=True)
class Change:
    """A change as the history shows it, with the name of who made it, or the file it came from."""

    id: int
    whose: Whose
    at: datetime
    name: str | None
    source: str | None
    takes_back: int | None
    removed: tuple[Said, ...]
    added: tuple[Said, ...]


def add_change(
    conn: Connection,
    whose: Whose,
    at: datetime,
    *,
    removed: Iterable[Said],
    added: Iterable[Said],
    staff_id: int | None = None,
    source: str | None = None,
    takes_back: int | None = None,
) -> int:
    """Write into the history what was said before and is said now; returns the change's id."""
    row = asdict(whose) | {
        "at": at,
        "staff_id": staff_id,
        "source": source,
        "takes_back": takes_back,
        "removed": list(removed),
        "added": list(added),
    }
    return conn.execute(insert(_CHANGE).values(row).returning(_CHANGE.c.id)).scalar_one()


def newest_change(conn: Connection, office: OfficeInfo) -> int:
    """The number of the last change that concerns an office, its town's included; 0 before any."""
    query = select(func.max(_CHANGE.c.id)).where(_concerns(office))
    return conn.execute(query).scalar() or 0


def changes_of(
    conn: Connection, office: OfficeInfo, *, after: int = 0, before: int | None = None, most: int
) -> list[Change]:
    """What changed for an office, its town's closures included, newest first."""
    older = _CHANGE.c.id < before if before is not None else _CHANGE.c.id > 0
    query = (
        select(_CHANGE, _STAFF.c.name)
        .join(_STAFF, _STAFF.c.id == _CHANGE.c.staff_id, isouter=True)
        .where(_concerns(office), _CHANGE.c.id > after, older)
        .order_by(_CHANGE.c.id.desc())
        .limit(most)
    )
    return [_change(row) for row in conn.execute(query).mappings()]


def find_change(conn: Connection, office: OfficeInfo, change_id: int) -> Change | None:
    """One change that concerns this office."""
    found = changes_of(conn, office, after=change_id - 1, before=change_id + 1, most=1)
    return found[0] if found else None


def said_by_files(conn: Connection, whose: Whose) -> tuple[Said, ...] | None:
    """What files last said of these hours; None when no file ever did."""
    row = conn.execute(select(_FILE.c.said).where(is_of(_FILE, whose))).first()
    return None if row is None else tuple(cast("list[Said]", row[0]))


def write_said_by_files(conn: Connection, whose: Whose, said: Iterable[Said]) -> None:
    conn.execute(delete(_FILE).where(is_of(_FILE, whose)))
    conn.execute(insert(_FILE).values(asdict(whose) | {"said": list(said)}))


def _concerns(office: OfficeInfo) -> ColumnElement[bool]:
    town = _CHANGE.c.municipality_id == office.municipality.id
    return or_(_CHANGE.c.office_id == office.id, town)


def _change(row: RowMapping) -> Change:
    return Change(
        id=row["id"],
        whose=Whose(row["office_id"], row["municipality_id"]),
        at=row["at"],
        name=row["name"],
        source=row["source"],
        takes_back=row["takes_back"],
        removed=tuple(row["removed"]),
        added=tuple(row["added"]),
    )
