"""What was learned, kept in memory: it changes once a night, and every draw and picture wants it.

A command pays statements for it once in ten minutes: then an office's record is read again, or
when this process has learned. Another process that learned is believed ten minutes later.
"""

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from . import store
from .learned import Learned

KEPT = timedelta(minutes=10)

_Kept = dict[int, tuple[datetime, Learned]]
_known: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def learned_of(conn: Connection, office_id: int, now: datetime) -> Learned:
    """What an office has learned; at most ten minutes old."""
    kept = _known.setdefault(conn.engine, {})
    read = kept.get(office_id)
    if read is not None and timedelta() <= now - read[0] < KEPT:
        return read[1]
    learned = store.load_learned(conn, office_id)
    kept[office_id] = (now, learned)
    return learned


def forget_learned() -> None:
    """Something was learned and committed: whoever asks next reads it."""
    for kept in list(_known.values()):
        kept.clear()
