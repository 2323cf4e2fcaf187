"""SQL on proofs of work that have been used."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete
from sqlmodel import col

from ...core.driver import Raw
from ..models import SpentProof

_SPEND = Raw(
    "INSERT INTO spent_proof (digest, until) VALUES (:digest, :until)"
    " ON CONFLICT (digest) DO NOTHING RETURNING digest"
)
_FORGET = delete(SpentProof).where(col(SpentProof.until) <= bindparam("now"))


def spend(conn: Connection, digest: str, until: datetime) -> bool:
    """True for whoever uses it first, in whatever process."""
    return _SPEND.run(conn, {"digest": digest, "until": until}) is not None


def forget_old(conn: Connection, now: datetime) -> int:
    """Delete what would be too old anyway; returns how many."""
    return conn.execute(_FORGET, {"now": now}).rowcount
