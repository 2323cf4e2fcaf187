"""The same request twice has one effect: the first answer is kept 24 hours and given again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from .errors import DomainError
from .models import IdempotencyRecord
from .tx import Tx

KEPT = timedelta(hours=24)
FAILURE = 400  # and above: not kept

# One statement: on PostgreSQL it waits for a racer with the same key, wherever that runs, and
# takes a key over whose time is up.
CLAIM = text(
    "INSERT INTO idempotency_key (caller, key, body_hash, status, body, at)"
    " VALUES (:caller, :key, :body_hash, 0, '', :at)"
    " ON CONFLICT (caller, key) DO UPDATE SET body_hash = excluded.body_hash, status = 0,"
    " body = '', at = excluded.at WHERE idempotency_key.at <= :expired RETURNING status"
).bindparams(bindparam("at", type_=UTCDateTime()), bindparam("expired", type_=UTCDateTime()))

_SAME = (
    col(IdempotencyRecord.caller) == bindparam("of_caller"),
    col(IdempotencyRecord.key) == bindparam("of_key"),
)
FIND = select(
    col(IdempotencyRecord.body_hash), col(IdempotencyRecord.status), col(IdempotencyRecord.body)
).where(*_SAME)
KEEP = update(IdempotencyRecord).where(*_SAME)
FORGET = delete(IdempotencyRecord).where(*_SAME)
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
    same = {"of_caller": key.caller, "of_key": key.key}
    claim = {
        "caller": key.caller,
        "key": key.key,
        "body_hash": key.body_hash,
        "at": tx.now,
        "expired": tx.now - KEPT,
    }
    if tx.conn.execute(CLAIM, claim).first() is None:
        return _kept(tx, key, same)
    reply = act()
    if reply.status >= FAILURE:
        tx.conn.execute(FORGET, same)
    else:
        tx.conn.execute(KEEP, {**same, "status": reply.status, "body": reply.body})
    return reply


def _kept(tx: Tx, key: OnceKey, same: dict[str, str]) -> Reply:
    row = tx.conn.execute(FIND, same).one()
    if row.body_hash != key.body_hash:
        raise DomainError("key_reused", 422)
    return Reply(row.status, row.body)


def forget_old_replies(tx: Tx) -> int:
    """Delete replies older than 24 hours; returns how many."""
    return tx.conn.execute(CLEAR, {"expired": tx.now - KEPT}).rowcount
