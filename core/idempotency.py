"""The same request twice has one effect: the first answer is kept 24 hours and given again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, bindparam, delete
from sqlmodel import col

from .database import Database
from .driver import Raw, Value
from .errors import DomainError
from .models import IdempotencyRecord
from .tx import Tx

KEPT = timedelta(hours=24)
FAILURE = 400  # and above: not kept

# One statement: on PostgreSQL it waits for a racer with the same key, wherever that runs, and
# takes a key over whose time is up.
CLAIM = Raw(
    "INSERT INTO idempotency_key (caller, key, body_hash, status, body, at)"
    " VALUES (:caller, :key, :body_hash, 0, '', :at)"
    " ON CONFLICT (caller, key) DO UPDATE SET body_hash = excluded.body_hash, status = 0,"
    " body = '', at = excluded.at WHERE idempotency_key.at <= :expired RETURNING status"
)
FIND = Raw(
    "SELECT body_hash, status, body FROM idempotency_key"
    " WHERE caller = :caller AND key = :key AND at > :expired"
)
KEEP = Raw(
    "UPDATE idempotency_key SET status = :status, body = :body"
    " WHERE caller = :caller AND key = :key"
)
FORGET = Raw("DELETE FROM idempotency_key WHERE caller = :caller AND key = :key")
CLEAR = delete(IdempotencyRecord).where(col(IdempotencyRecord.at) <= bindparam("expired"))


@dataclass(frozen=True)
class Reply:
    """A status and a JSON text."""

    status: int
    body: str


@dataclass(frozen=True)
class OnceKey:
    """Who asks (at most 80 characters), their key (at most 120), and the hash of what they ask."""

    caller: str
    key: str
    body_hash: str


def once(tx: Tx, key: OnceKey | None, act: Callable[[], Reply]) -> Reply:
    """The kept reply to this key, or what `act` replies now, kept in the same transaction.

    Failures are not kept: what `act` raises undoes everything, and a reply of 400 or more is
    forgotten. Raises DomainError `key_reused` when the key came with another body.
    """
    if key is None:
        return act()
    same = {"caller": key.caller, "key": key.key}
    claim = {**same, "body_hash": key.body_hash, "at": tx.now, "expired": tx.now - KEPT}
    if CLAIM.run(tx.conn, claim) is None:
        kept = kept_reply(tx.conn, key, tx.now)
        assert kept is not None
        return kept
    reply = act()
    if reply.status >= FAILURE:
        FORGET.run(tx.conn, same)
    else:
        KEEP.run(tx.conn, {**same, "status": reply.status, "body": reply.body})
    return reply


def kept_reply(conn: Connection, key: OnceKey, now: datetime) -> Reply | None:
    """The reply that this key got, if any. Raises `key_reused` as `once` does."""
    return _read(key, FIND.run(conn, _asked(key, now)))


async def look_for_reply(database: Database, key: OnceKey, now: datetime) -> Reply | None:
    """The same, of what is committed; on SQLite a glance, because every booking asks."""
    if database.dialect == "sqlite":
        return _read(key, database.glance(*FIND.in_sqlite(_asked(key, now))))
    return await database.read(kept_reply, key, now)


def _asked(key: OnceKey, now: datetime) -> dict[str, Value]:
    return {"caller": key.caller, "key": key.key, "expired": now - KEPT}


def _read(key: OnceKey, row: tuple[object, ...] | None) -> Reply | None:
    if row is None:
        return None
    body_hash, status, body = cast("tuple[str, int, str]", row)
    if body_hash != key.body_hash:
        raise DomainError("key_reused", 422)
    return Reply(status, body)


def forget_old_replies(tx: Tx) -> int:
    """Delete replies older than 24 hours; returns how many."""
    return tx.conn.execute(CLEAR, {"expired": tx.now - KEPT}).rowcount
