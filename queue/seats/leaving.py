"""What the queue does when somebody signs out, and when it no longer matters who sat where."""

from datetime import timedelta

from ...core.tx import Tx
from ...office.changes import StaffSignedOut
from ..counter.counters import leave_counters
from . import store

# Who sat at a counter is kept apart from the events, and no longer than this.
KEPT = timedelta(days=30)


def leave_seats(tx: Tx, change: StaffSignedOut) -> None:
    """Close the counters where they sat, and say how many numbers went to all.

    The reaction that `app/parts.py` registers.
    """
    change.handed_over = leave_counters(tx, staff_id=change.staff_id)


def forget_sittings(tx: Tx) -> int:
    """Delete who sat where 30 days after they left; returns how often. Run by the job."""
    return store.delete_sittings(tx.conn, tx.now - KEPT)
