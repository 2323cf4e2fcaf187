"""The gate: finds out who sends a request and lets in who may. What they may: `permissions.py`.

Programs send `Authorization: Bearer` with a device's token or a session's secret, browsers send
cookies. A browser may hold several sessions; the first that may enter counts, staff before devices.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from ...core.access import HOLDER, PUBLIC, Access, Employee, Principal, Visitor, bearer_of
from ...core.clock import Clock
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.problems import wants_page
from ...core.secrets import token_hash
from ..directory import Directory, latest_directory
from . import access_store as store
from .permissions import may_enter, place_of, principal_from
from .sessions import secrets_in

LONGEST_TOKEN = 200
BELIEVED_SECONDS = 1.0
BELIEVED = timedelta(seconds=BELIEVED_SECONDS)
MOST_KNOWN = 10_000
_SCREENS = frozenset({"display", "kiosk"})
_PEOPLE = frozenset({"staff", "administrator"})


@dataclass(frozen=True, slots=True)
class _Known:
    """Who some secrets stand for, as the tables said at an instant of both clocks."""

    directory: Directory
    principals: tuple[Principal, ...]
    now: datetime
    instant: float


class OfficeGate:
    """Implements `core.access.Gate` with the sessions, devices and staff of the database.

    Who somebody is, is believed for one second: two look-ups would cost more than most commands.
    So what is revoked, locked or changed elsewhere counts after a second; signing out at once.
    Sockets that are open already ask again every few seconds (`core.access.socket`).
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._known: OrderedDict[tuple[str, ...], _Known] = OrderedDict()

    async def admit(self, connection: HTTPConnection, access: Access) -> Principal:
        """The caller, or DomainError `not_signed_in` (401), `not_allowed` (403), 404 of a place.

        The page of a screen or kiosk that its browser may not open is `screen_not_set_up` (401)
        whatever the reason: that page knows how to take a token from its address.
        """
        if access in (PUBLIC, HOLDER):
            return Visitor()
        known = await self._know(connection)
        if known is None:
            raise _refusal(connection, access, ())
        place = place_of(known.directory, access, connection.path_params)
        for principal in known.principals:
            if may_enter(known.directory, access, place, principal):
                return principal
        raise _refusal(connection, access, known.principals)

    def forget(self) -> None:
        """Believe nobody without looking: somebody signed out here."""
        self._known.clear()

    async def _know(self, connection: HTTPConnection) -> _Known | None:
        """Everybody the request's secrets stand for; None when that is nobody."""
        ground = ground_of(connection)
        bearer = bearer_of(connection)
        secrets = secrets_in(connection, ground.settings) if bearer is None else [bearer]
        hashes = [token_hash(secret) for secret in secrets if len(secret) <= LONGEST_TOKEN]
        if not hashes:
            return None
        key = ("cookies" if bearer is None else "bearer", *hashes)
        now, instant = self._clock.now(), self._monotonic()
        kept = self._known.get(key)
        if kept and instant - kept.instant < BELIEVED_SECONDS and now - kept.now < BELIEVED:
            return kept
        self._known.pop(key, None)
        directory = await latest_directory(ground)
        callers = await ground.database.read(_callers, hashes, now, by_bearer=bearer is not None)
        if not callers:
            return None
        principals = tuple(principal_from(directory, caller) for caller in callers)
        known = self._known[key] = _Known(directory, principals, now, instant)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known


def _callers(
    conn: Connection, hashes: Collection[str], now: datetime, *, by_bearer: bool
) -> list[store.KnownStaff | store.KnownDevice]:
    if by_bearer:
        for device in (store.device_of_token(conn, token) for token in hashes):
            if device is not None:
                return [device]
    callers = store.callers_of_sessions(conn, hashes, now)
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
