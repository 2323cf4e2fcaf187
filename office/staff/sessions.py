"""Sessions of browsers: opening and ending them, and the cookies that carry their secrets.

A browser may hold several at once, one of staff and one per device: the cookie's name says whose.
The database knows only hashes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from ...core.secrets import new_token, token_hash
from ...core.settings import Settings
from ...core.tx import Tx
from ..changes import StaffSignedOut
from . import access_store as store

STAFF_HOURS = 12
# Browsers forget a cookie after 400 days at the latest (RFC 6265bis 5.5); a device that is started
# with its link now and then is extended each time.
DEVICE_HOURS = 400 * 24

# More cookies of ours than a browser sensibly holds are not looked at.
MOST_COOKIES = 20


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened; the secret goes into the cookie and is not kept anywhere."""

    secret: str
    expires_at: datetime
    hours: int


def open_session(
    tx: Tx, *, hours: int, staff_id: int | None = None, device_id: int | None = None
) -> OpenedSession:
    """Open a session of somebody or of a device, and tidy away what has run out."""
    store.delete_sessions(tx.conn, expired_at=tx.now)
    secret = new_token()
    expires_at = tx.now + timedelta(hours=hours)
    store.add_session(
        tx.conn,
        token_hash=token_hash(secret),
        staff_id=staff_id,
        device_id=device_id,
        now=tx.now,
        expires_at=expires_at,
    )
    return OpenedSession(secret, expires_at, hours)


def extend_session(tx: Tx, secrets: Collection[str], device_id: int) -> OpenedSession | None:
    """Let the running session of a device last its full time again, if one of these is its."""
    by_hash = {token_hash(secret): secret for secret in secrets}
    expires_at = tx.now + timedelta(hours=DEVICE_HOURS)
    extended = store.extend_session(tx.conn, by_hash, device_id, now=tx.now, expires_at=expires_at)
    return OpenedSession(by_hash[extended], expires_at, DEVICE_HOURS) if extended else None


def end_session(tx: Tx, *, secret: str) -> int:
    """Sign out: the secret opens nothing from now on, wherever it was copied to. Never fails.

    The counters where this person sits are left; returns how many numbers they hand over. Only
    signing out does so: a session that runs out or is ended by others leaves everything as it is.
    """
    hashed = token_hash(secret)
    staff_id = store.staff_of_session(tx.conn, hashed, tx.now)
    store.delete_sessions(tx.conn, token_hashes=[hashed])
    if staff_id is None:
        return 0
    change = StaffSignedOut(staff_id)
    tx.react(change)
    return change.handed_over


def staff_cookie() -> str:
    """Name of the cookie of a signed-in person, without its prefix."""
    return "aufruf-staff"


def device_cookie(slug: str) -> str:
    """Name of the cookie of a device, without its prefix."""
    return f"aufruf-device-{slug}"


def is_secure(settings: Settings, connection: HTTPConnection) -> bool:
    """Whether cookies of this connection are for https alone.

    Always when the base address is https, but for plain http inside the house where the
    installation allows that by name.
    """
    plain = connection.url.scheme in {"http", "ws"}
    return settings.https and not (settings.allow_http and plain)


def _prefix(settings: Settings, connection: HTTPConnection) -> str:
    return "__Host-" if is_secure(settings, connection) else ""


def secret_in(connection: HTTPConnection, settings: Settings, cookie: str) -> str | None:
    """The secret a browser sends in the cookie of that name."""
    return connection.cookies.get(_prefix(settings, connection) + cookie)


def secrets_in(connection: HTTPConnection, settings: Settings) -> list[str]:
    """All session secrets a browser sends."""
    beginning = f"{_prefix(settings, connection)}aufruf-"
    ours = [value for name, value in connection.cookies.items() if name.startswith(beginning)]
    return ours[:MOST_COOKIES]


def set_cookie(
    response: Response,
    connection: HTTPConnection,
    settings: Settings,
    cookie: str,
    opened: OpenedSession,
) -> None:
    """Give the browser its secret: out of reach for scripts and for other sites."""
    response.set_cookie(
        _prefix(settings, connection) + cookie,
        opened.secret,
        max_age=opened.hours * 3600,
        path="/",
        secure=is_secure(settings, connection),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(
    response: Response, connection: HTTPConnection, settings: Settings, cookie: str
) -> None:
    """Make the browser forget the secret."""
    response.delete_cookie(
        _prefix(settings, connection) + cookie,
        path="/",
        secure=is_secure(settings, connection),
        httponly=True,
        samesite="lax",
    )
