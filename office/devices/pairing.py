"""Commands that bring a new screen or kiosk to its office: it shows a code, somebody types it.

The browser that shows the code holds a secret; once the code is claimed it gets its session for it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...core.errors import DomainError, not_found
from ...core.secrets import new_token, token_hash
from ...core.tx import Tx
from ..directory import current_directory
from ..staff.access_store import device_of_slug
from . import pairing_store as store
from .commands import OpenedDevice, add_device, open_device_session, renew_device_token
from .screen_settings import ScreenSettings

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that is mistaken for something else when read from a wall: no 0, O, 1 and I."""

CODE_LENGTH = 6
CODE_LIVES = timedelta(minutes=15)
# A screen that lost its power while somebody typed its code still finds its way back.
CLAIM_LIVES = timedelta(hours=1)
# For a browser whose answer was lost on the way.
COLLECTED_LIVES = timedelta(minutes=2)
# Beyond these the oldest code makes room, so that nobody keeps new devices from theirs by asking
# for many: a network pushes out its own, and the largest gives way to all others.
MOST_OF_NETWORK = 60
MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What a new device shows. `secret` is its browser's alone, and only there when it is new."""

    code: str
    expires_at: datetime
    secret: str | None = None


def show_code(tx: Tx, *, kind: str, secret: str | None = None, network: str = "") -> ShownCode:
    """The code for a browser, for anybody: another one when that of its secret has run out.

    Of a secret that is not known, or whose code was claimed and never collected, it begins anew.
    `network` is where it asks from; devices that name none are counted together.
    """
    expires_at = tx.now + CODE_LIVES
    known = store.pairing_of_secret(tx.conn, token_hash(secret)) if secret else None
    if known is not None and known.kind == kind and known.device is None:
        if known.expires_at > tx.now:
            return ShownCode(known.code, known.expires_at)
        code = _free_code(tx)
        store.write_code(tx.conn, known.pairing_id, code, expires_at)
        return ShownCode(code, expires_at)
    store.delete_expired(tx.conn, tx.now)
    asks_from = token_hash(network)
    _make_room(tx, asks_from)
    code, fresh = _free_code(tx), new_token()
    store.add_pairing(
        tx.conn,
        kind=kind,
        code=code,
        secret_hash=token_hash(fresh),
        network=asks_from,
        now=tx.now,
        expires_at=expires_at,
    )
    return ShownCode(code, expires_at, fresh)


def claim_pairing(
    tx: Tx,
    *,
    code: str,
    area: str,
    name: str,
    theme: str = "light",
    screen: ScreenSettings | None = None,
) -> str:
    """Make the device that shows this code one of a waiting area; its slug.

    For administrators and the shell. A code is good for one device, whoever types it first. Raises
    unknown_pairing, not_found for the area, invalid_value.
    """
    found = _shown(tx, code)
    # Its token opens nothing yet: the browser gets its own when it collects.
    issued = add_device(
        tx, kind=found.kind, area=area, name=name, theme=theme, screen=screen or ScreenSettings()
    )
    _claim(tx, found, issued.slug)
    return issued.slug


def claim_for_device(tx: Tx, *, code: str, area: str, slug: str) -> None:
    """Let the browser that shows this code take the place of a device of a waiting area.

    For administrators of the area. It is set up as the device was; what showed that before ends
    once the new one has begun. Raises unknown_pairing, unknown_device, also for one of another
    area, wrong_kind (409).
    """
    found, device = _shown(tx, code), device_of_slug(tx.conn, slug)
    if device is None or device.area_id != current_directory(tx).area(area).id:
        raise not_found("unknown_device")
    if device.kind != found.kind:
        raise DomainError("wrong_kind", 409)
    _claim(tx, found, slug)


def collect_session(tx: Tx, *, secret: str, present: Collection[str] = ()) -> OpenedDevice:
    """Open the session of the device that a browser's code became, for whoever holds the secret.

    Asked twice, the first session ends: there is never more than one. Raises unknown_pairing when
    the code was not claimed, or the device has been revoked since.
    """
    found = store.pairing_of_secret(tx.conn, token_hash(secret))
    if found is None or found.device is None or found.expires_at <= tx.now:
        raise not_found("unknown_pairing")
    issued = renew_device_token(tx, slug=found.device)
    store.write_collected(
        tx.conn, found.pairing_id, min(found.expires_at, tx.now + COLLECTED_LIVES)
    )
    return open_device_session(tx, token=issued.token, present=present)


def plain_code(text: str) -> str:
    """A code as it is kept: "k4p 7xq" and "K4P-7XQ" are the same. Empty if it can be none."""
    code = "".join(text.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else ""


def code_in_groups(code: str) -> str:
    """As it is read aloud: "K4P 7XQ"."""
    return f"{code[:3]} {code[3:]}"


def _shown(tx: Tx, code: str) -> store.OpenPairing:
    found = store.pairing_of_code(tx.conn, plain_code(code), tx.now)
    if found is None:
        raise not_found("unknown_pairing")
    return found


def _claim(tx: Tx, found: store.OpenPairing, slug: str) -> None:
    if not store.write_claimed(tx.conn, found.pairing_id, slug, tx.now + CLAIM_LIVES):
        raise not_found("unknown_pairing")


def _make_room(tx: Tx, network: str) -> None:
    waiting = store.unclaimed_by_network(tx.conn)
    if waiting.get(network, 0) >= MOST_OF_NETWORK:
        store.delete_oldest_unclaimed(tx.conn, network)
    elif sum(waiting.values()) >= MOST_SHOWN:
        store.delete_oldest_unclaimed(tx.conn, max(waiting, key=lambda one: waiting[one]))


def _free_code(tx: Tx) -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        if not store.is_code_shown(tx.conn, code):
            return code
