"""The gate: finds out who sends a request and lets in who may. What they may: `permissions.py`.

Programs send `Authorization: Bearer` with a device's token or a session's secret, browsers send
cookies. A browser may hold several sessions; the first that may enter counts, staff before devices.
"""

from collections.abc import Collection

from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from ..core.access import HOLDER, PUBLIC, Access, Employee, Principal, Visitor
from ..core.clock import Clock
from ..core.errors import DomainError
from ..core.ground import ground_of
from ..core.problems import wants_page
from ..core.secrets import token_hash
from . import access_store as store
from .directory import Directory, latest_directory
from .permissions import may_enter, place_of, principal_from
from .sessions import secrets_in

LONGEST_TOKEN = 200
_SCREENS = frozenset({"display", "kiosk"})
_PEOPLE = frozenset({"staff", "administrator"})


class OfficeGate:
    """Implements `core.access.Gate` with the sessions, devices and staff of the database."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def admit(self, connection: HTTPConnection, access: Access) -> Principal:
        """The caller, or DomainError `not_signed_in` (401), `not_allowed` (403), 404 of a place.

        The page of a screen or kiosk that its browser may not open is `screen_not_set_up` (401)
        whatever the reason: that page knows how to take a token from its address.
        """
        if access in (PUBLIC, HOLDER):
            return Visitor()
        directory = await latest_directory(ground_of(connection))
        principals = await self._principals(connection, directory)
        if principals:
            place = place_of(directory, access, connection.path_params)
            for principal in principals:
                if may_enter(directory, access, place, principal):
                    return principal
        raise _refusal(connection, access, principals)

    async def _principals(
        self, connection: HTTPConnection, directory: Directory
    ) -> list[Principal]:
        ground = ground_of(connection)
        bearer = bearer_of(connection)
        secrets = secrets_in(connection, ground.settings) if bearer is None else [bearer]
        hashes = [token_hash(secret) for secret in secrets if len(secret) <= LONGEST_TOKEN]
        if not hashes:
            return []
        callers = await ground.database.read(
            _callers, hashes, self._clock, by_bearer=bearer is not None
        )
        return [principal_from(directory, caller) for caller in callers]


def bearer_of(connection: HTTPConnection) -> str | None:
    """The token of the Authorization header; other schemes are the business of a proxy."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _callers(
    conn: Connection, hashes: Collection[str], clock: Clock, *, by_bearer: bool
) -> list[store.KnownStaff | store.KnownDevice]:
    if by_bearer:
        for device in (store.device_of_token(conn, token) for token in hashes):
            if device is not None:
                return [device]
    callers = store.callers_of_sessions(conn, hashes, clock.now())
    return sorted(callers, key=lambda caller: isinstance(caller, store.KnownDevice))


def _refusal(
    connection: HTTPConnection, access: Access, principals: Collection[Principal]
) -> DomainError:
    if access.device and access.who & _SCREENS and _opens_page(connection):
        return DomainError("screen_not_set_up", 401)
    if not principals:
        return DomainError("not_signed_in", 401)
    # A browser that is only a screen so far may still sign somebody in.
    signed_in = any(isinstance(principal, Employee) for principal in principals)
    if access.who & _PEOPLE and not signed_in and bearer_of(connection) is None:
        return DomainError("not_signed_in", 401)
    return DomainError("not_allowed", 403)


def _opens_page(connection: HTTPConnection) -> bool:
    scope = connection.scope
    return scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and wants_page(connection)
