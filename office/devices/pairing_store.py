"""SQL of the codes that new screens and kiosks show. No decisions.

The secret of the browser that shows a code reaches this file only as a SHA-256 hash.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlmodel import col

from ..models import Device, Pairing


@dataclass(frozen=True, slots=True)
class OpenPairing:
    """A new device that shows a code; `device` is the slug of what it became, if it did."""

    pairing_id: int
    kind: str
    code: str
    expires_at: datetime
    device: str | None


_PAIRING = (
    select(
        col(Pairing.id),
        col(Pairing.kind),
        col(Pairing.code),
        col(Pairing.expires_at),
        col(Device.slug),
    )
    .outerjoin(Device, col(Device.id) == col(Pairing.device_id))
    .where(col(Device.revoked_at).is_(None))
)


def pairing_of_secret(conn: Connection, secret_hash: str) -> OpenPairing | None:
    """What a browser with this secret shows, also after its time; not once it was revoked."""
    row = conn.execute(_PAIRING.where(col(Pairing.secret_hash) == secret_hash)).first()
    return None if row is None else _pairing(*row)


def pairing_of_code(conn: Connection, code: str, now: datetime) -> OpenPairing | None:
    """The device that shows this code now and that nobody has claimed yet."""
    row = conn.execute(
        _PAIRING.where(
            col(Pairing.code) == code,
            col(Pairing.device_id).is_(None),
            col(Pairing.expires_at) > now,
        )
    ).first()
    return None if row is None else _pairing(*row)


def _pairing(
    pairing_id: int | None,
    kind: str,
    code: str,
    expires_at: datetime,
    device: str | None,
) -> OpenPairing:
    assert pairing_id is not None
    return OpenPairing(pairing_id, kind, code, expires_at, device)


def unclaimed_by_network(conn: Connection) -> dict[str, int]:
    """How many devices of each network show a code that nobody has claimed."""
    rows = conn.execute(
        select(col(Pairing.network), func.count())
        .where(col(Pairing.device_id).is_(None))
        .group_by(col(Pairing.network))
    )
    return dict(rows.all())


def delete_oldest_unclaimed(conn: Connection, network: str) -> None:
    """Forget the code of a network that has been shown for longest, unless it was claimed."""
    oldest = (
        select(col(Pairing.id))
        .where(col(Pairing.network) == network, col(Pairing.device_id).is_(None))
        .order_by(col(Pairing.expires_at), col(Pairing.id))
        .limit(1)
    )
    conn.execute(delete(Pairing).where(col(Pairing.id).in_(oldest)))


def is_code_shown(conn: Connection, code: str) -> bool:
    """Whether a device shows this code, or showed it last."""
    return (
        conn.execute(select(col(Pairing.id)).where(col(Pairing.code) == code)).first() is not None
    )


def add_pairing(
    conn: Connection,
    *,
    kind: str,
    code: str,
    secret_hash: str,
    network: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A device that begins to show a code."""
    values = {"kind": kind, "code": code, "secret_hash": secret_hash, "network": network}
    conn.execute(insert(Pairing).values(created_at=now, expires_at=expires_at, **values))


def write_code(conn: Connection, pairing_id: int, code: str, expires_at: datetime) -> None:
    """Another code for the same browser."""
    conn.execute(
        update(Pairing)
        .where(col(Pairing.id) == pairing_id)
        .values(code=code, expires_at=expires_at)
    )


def write_claimed(conn: Connection, pairing_id: int, device: str, expires_at: datetime) -> bool:
    """Which device (slug) it became; False when somebody else was faster."""
    device_id = select(col(Device.id)).where(col(Device.slug) == device).scalar_subquery()
    claimed = conn.execute(
        update(Pairing)
        .where(col(Pairing.id) == pairing_id, col(Pairing.device_id).is_(None))
        .values(device_id=device_id, expires_at=expires_at)
    )
    return claimed.rowcount == 1


def write_collected(conn: Connection, pairing_id: int, expires_at: datetime) -> None:
    """The browser has its session; until then it may ask once more, if the answer got lost."""
    conn.execute(update(Pairing).where(col(Pairing.id) == pairing_id).values(expires_at=expires_at))


def delete_expired(conn: Connection, now: datetime) -> None:
    """Forget codes that have run out."""
    conn.execute(delete(Pairing).where(col(Pairing.expires_at) <= now))


def delete_of_device(conn: Connection, device_id: int) -> None:
    """Forget how a device was paired: it is put out of use."""
    conn.execute(delete(Pairing).where(col(Pairing.device_id) == device_id))
