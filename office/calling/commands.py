"""The command that changes how an office calls, and what it needs to know before."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Connection

from ...core.errors import DomainError, invalid
from ...core.tx import Tx
from ..directory import current_directory, mark_changed
from ..events import DirectoryChanged
from ..files.entries import CallingEntry
from ..files.writing import take_version, write_version
from ..infos import OfficeInfo
from . import store
from .said import OF_OFFICE, Calling, Value, differences, may_call_any, say_office
from .store import CallingChanged, Changed, Clerk

MOST_PER_DAY = 999


@dataclass(frozen=True, slots=True)
class CallingNow:
    """How an office calls now; `version` is the number of the last change."""

    version: int
    said: Calling
    clerks: tuple[Clerk, ...]


def read_calling(conn: Connection, office: OfficeInfo) -> CallingNow:
    """What holds, rights of clerks included."""
    clerks = store.clerks_of(conn, office.id)
    said = say_office(office)
    said |= {may_call_any(clerk.id): clerk.may_call_any for clerk in clerks}
    return CallingNow(store.newest_change(conn, office.id), said, clerks)


def said_before(now: CallingNow, later: list[CallingChanged]) -> dict[str, Value]:
    """What was said before these changes, which are given newest first."""
    said = dict(now.said)
    for change in later:
        for one in change.changed:
            if one.key in said:
                said[one.key] = one.before
    return said


def change_calling(tx: Tx, *, office_id: int, edit: Mapping[str, Value], version: int) -> bool:
    """Change how an office calls, for all counters, kiosks and phones at once; False for nothing.

    Ranks that tickets have already stay. For administrators. Raises unknown_office (404),
    calling_outdated (409) when somebody else changed it after `version`, invalid_value (422) for
    a value or key that cannot be.
    """
    take = take_version(tx.conn) + 1
    office = current_directory(tx).office(office_id)
    now = read_calling(tx.conn, office)
    if now.version != version:
        raise DomainError("calling_outdated", 409)
    _check(now, edit)
    changing = differences(now.said, edit)
    if not changing:
        return False
    mark_changed(tx)
    store.write_calling(tx.conn, office, changing)
    store.write_rights(tx.conn, office_id, changing)
    changed = [Changed(key, now.said[key], value) for key, value in sorted(changing.items())]
    store.add_change(tx.conn, office_id, tx.now, changed)
    write_version(tx.conn, take)
    mark_changed(tx)
    tx.emit(office_id, DirectoryChanged(version=take))
    return True


def _check(now: CallingNow, edit: Mapping[str, Value]) -> None:
    own = {key: value for key, value in edit.items() if key in OF_OFFICE}
    try:
        CallingEntry.model_validate(own)
    except ValidationError as wrong:
        raise invalid(str(wrong.errors()[0]["loc"][0]), "value") from None
    for key, value in edit.items():
        if key not in now.said:
            raise invalid(key, "unknown")
        if key in OF_OFFICE:
            continue
        if key.endswith(".tickets_per_day"):
            if value is not None and not (isinstance(value, int) and 0 <= value <= MOST_PER_DAY):
                raise invalid(key, "value")
        elif not isinstance(value, bool):
            raise invalid(key, "value")
