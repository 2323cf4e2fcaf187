"""SQL that adds and changes staff, roles and devices. No decisions.

What tells who is asking, and the sessions, stand in `access_store.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from ..models import Counter, Device, Staff, StaffRole


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know of somebody."""

    staff_id: int
    name: str
    password_hash: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device as the shell lists it."""

    slug: str
    kind: str
    name: str
    counter: str | None
    has_token: bool
    revoked_at: datetime | None


def account_of(conn: Connection, login: str) -> Account | None:
    """The account of a login name; names are kept and compared in lower case."""
    row = conn.execute(
        select(col(Staff.id), col(Staff.name), col(Staff.password_hash), col(Staff.active)).where(
            col(Staff.login) == login
        )
    ).first()
    if row is None:
        return None
    staff_id, name, password_hash, active = row
    assert staff_id is not None
    return Account(staff_id, name, password_hash, active)


def name_of_staff(conn: Connection, staff_id: int) -> str:
    """The name somebody is greeted with."""
    return conn.execute(select(col(Staff.name)).where(col(Staff.id) == staff_id)).scalar_one()


def add_account(conn: Connection, login: str, name: str) -> int:
    """A new row without password and roles; IntegrityError when the login is taken."""
    statement = insert(Staff).values(login=login, name=name, active=True).returning(col(Staff.id))
    staff_id = conn.execute(statement).scalar_one()
    assert staff_id is not None
    return staff_id


def add_roles(
    conn: Connection,
    staff_id: int,
    offices: Collection[int],
    municipalities: Collection[int],
    *,
    may_call_any: bool,
) -> None:
    """Roles somebody does not have yet, and whether they may call out of turn in all of them."""
    places = [
        *((office_id, None) for office_id in offices),
        *((None, municipality_id) for municipality_id in municipalities),
    ]
    rows = [
        {
            "staff_id": staff_id,
            "office_id": office_id,
            "municipality_id": municipality_id,
            "may_call_any": may_call_any,
        }
        for office_id, municipality_id in places
    ]
    if rows:
        conn.execute(insert(StaffRole), rows)


def delete_roles(conn: Connection, staff_id: int) -> None:
    """All roles of somebody."""
    conn.execute(delete(StaffRole).where(col(StaffRole.staff_id) == staff_id))


def write_password(conn: Connection, staff_id: int, password_hash: str) -> None:
    """The hash that counts from now on."""
    conn.execute(update(Staff).where(col(Staff.id) == staff_id).values(password_hash=password_hash))


def write_active(conn: Connection, staff_id: int, *, active: bool) -> None:
    """Whether somebody may sign in."""
    conn.execute(update(Staff).where(col(Staff.id) == staff_id).values(active=active))


def device_slugs(conn: Connection, beginning: str) -> set[str]:
    """Slugs in use that begin so, of revoked devices too."""
    statement = select(col(Device.slug)).where(col(Device.slug).startswith(beginning))
    return set(conn.execute(statement).scalars())


def add_device_row(conn: Connection, **values: object) -> int:
    """A new device; the values are columns of the table."""
    device_id = conn.execute(insert(Device).values(**values).returning(col(Device.id))).scalar_one()
    assert device_id is not None
    return device_id


def write_device(conn: Connection, device_id: int, values: Mapping[str, object]) -> None:
    """Other columns of a device."""
    conn.execute(update(Device).where(col(Device.id) == device_id).values(values))


def write_device_token(conn: Connection, device_id: int, token_hash: str) -> None:
    """A new token; the one before opens nothing any more."""
    conn.execute(update(Device).where(col(Device.id) == device_id).values(token_hash=token_hash))


def write_revoked(conn: Connection, device_id: int, now: datetime) -> None:
    """The device is out of use; its token is forgotten."""
    conn.execute(
        update(Device).where(col(Device.id) == device_id).values(revoked_at=now, token_hash=None)
    )


def listed_devices(conn: Connection) -> list[ListedDevice]:
    """All devices by slug, revoked ones too."""
    rows = conn.execute(
        select(
            col(Device.slug),
            col(Device.kind),
            col(Device.name),
            col(Counter.slug),
            col(Device.token_hash).is_not(None),
            col(Device.revoked_at),
        )
        .outerjoin(Counter, col(Counter.id) == col(Device.counter_id))
        .order_by(col(Device.slug))
    )
    return [ListedDevice(*row) for row in rows]
