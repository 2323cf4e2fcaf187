"""SQL that tells who is asking: sessions, tokens of devices, roles. No decisions.

Secrets reach this file only as SHA-256 hashes. Adding and changing stands in `account_store.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlmodel import col

from ..models import Device, Session, Staff, StaffRole


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """Somebody signed in: the offices and the municipalities (to administer) of their roles.

    `calls_any` are those of these offices where they may call out of turn.
    """

    staff_id: int
    offices: frozenset[int]
    municipalities: frozenset[int]
    calls_any: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device that has not been revoked."""

    device_id: int
    slug: str
    kind: str
    area_id: int
    counter_id: int | None


_DEVICE = (
    col(Device.id),
    col(Device.slug),
    col(Device.kind),
    col(Device.area_id),
    col(Device.counter_id),
)
_DEVICE_BY_TOKEN = select(*_DEVICE).where(
    col(Device.token_hash) == bindparam("token_hash"), col(Device.revoked_at).is_(None)
)
_SESSIONS = (
    select(col(Session.staff_id), *_DEVICE)
    .outerjoin(Device, col(Device.id) == col(Session.device_id))
    .outerjoin(Staff, col(Staff.id) == col(Session.staff_id))
    .where(
        col(Session.token_hash).in_(bindparam("token_hashes", expanding=True)),
        col(Session.expires_at) > bindparam("now"),
        or_(col(Staff.active) == true(), col(Device.id).is_not(None)),
        col(Device.revoked_at).is_(None),
    )
    .order_by(col(Session.device_id), col(Session.created_at).desc())
)
_ROLES = select(
    col(StaffRole.office_id), col(StaffRole.municipality_id), col(StaffRole.may_call_any)
).where(col(StaffRole.staff_id) == bindparam("staff_id"))
_STAFF_OF_SESSION = select(col(Session.staff_id)).where(
    col(Session.token_hash) == bindparam("token_hash"),
    col(Session.expires_at) > bindparam("now"),
)


def device_of_token(conn: Connection, token_hash: str) -> KnownDevice | None:
    """The device whose own token this is, unless revoked."""
    row = conn.execute(_DEVICE_BY_TOKEN, {"token_hash": token_hash}).first()
    return None if row is None else KnownDevice(*row)


def device_of_slug(conn: Connection, slug: str) -> KnownDevice | None:
    """A device by its name in addresses, unless revoked."""
    statement = select(*_DEVICE).where(col(Device.slug) == slug, col(Device.revoked_at).is_(None))
    row = conn.execute(statement).first()
    return None if row is None else KnownDevice(*row)


def callers_of_sessions(
    conn: Connection, token_hashes: Collection[str], now: datetime
) -> list[KnownStaff | KnownDevice]:
    """Everybody these sessions stand for; without expired ones, inactive staff, revoked devices."""
    if not token_hashes:
        return []
    rows = conn.execute(_SESSIONS, {"token_hashes": list(token_hashes), "now": now}).all()
    return [_caller(conn, row) for row in rows]


def _caller(
    conn: Connection, row: Row[int | None, int | None, str, str, int, int | None]
) -> KnownStaff | KnownDevice:
    staff_id, device_id, slug, kind, area_id, counter_id = row
    if staff_id is not None:
        return staff_with_roles(conn, staff_id)
    assert device_id is not None, "a session is of staff or of a device"
    return KnownDevice(device_id, slug, kind, area_id, counter_id)


def staff_with_roles(conn: Connection, staff_id: int) -> KnownStaff:
    """Somebody with what their roles name."""
    roles = conn.execute(_ROLES, {"staff_id": staff_id}).all()
    return KnownStaff(
        staff_id,
        frozenset(office_id for office_id, _, _ in roles if office_id is not None),
        frozenset(town_id for _, town_id, _ in roles if town_id is not None),
        frozenset(office_id for office_id, _, any_ in roles if office_id is not None and any_),
    )


def staff_of_session(conn: Connection, token_hash: str, now: datetime) -> int | None:
    """Whose running session this is; None for a device's, an expired or an unknown one."""
    return conn.execute(_STAFF_OF_SESSION, {"token_hash": token_hash, "now": now}).scalar()


def add_session(
    conn: Connection,
    *,
    token_hash: str,
    staff_id: int | None,
    device_id: int | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A session of somebody or of a device."""
    conn.execute(
        insert(Session).values(
            token_hash=token_hash,
            staff_id=staff_id,
            device_id=device_id,
            created_at=now,
            expires_at=expires_at,
        )
    )


def extend_session(
    conn: Connection,
    token_hashes: Collection[str],
    device_id: int,
    *,
    now: datetime,
    expires_at: datetime,
) -> str | None:
    """The hash of a running session of this device among these, extended; None without one."""
    if not token_hashes:
        return None
    return conn.execute(
        update(Session)
        .where(
            col(Session.token_hash).in_(token_hashes),
            col(Session.device_id) == device_id,
            col(Session.expires_at) > now,
        )
        .values(expires_at=expires_at)
        .returning(col(Session.token_hash))
    ).scalar()


def delete_sessions(
    conn: Connection,
    *,
    token_hashes: Collection[str] = (),
    staff_id: int | None = None,
    device_id: int | None = None,
    expired_at: datetime | None = None,
) -> int:
    """Delete what matches any of the conditions; how many."""
    conditions: list[ColumnElement[bool]] = [false()]
    if token_hashes:
        conditions.append(col(Session.token_hash).in_(token_hashes))
    if staff_id is not None:
        conditions.append(col(Session.staff_id) == staff_id)
    if device_id is not None:
        conditions.append(col(Session.device_id) == device_id)
    if expired_at is not None:
        conditions.append(col(Session.expires_at) <= expired_at)
    return conn.execute(delete(Session).where(or_(*conditions))).rowcount
