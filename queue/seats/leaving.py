"""What the queue does when somebody signs out: the reaction that `app/parts.py` registers."""

from ...core.tx import Tx
from ...office.changes import StaffSignedOut
from ..counters import leave_counters


def leave_seats(tx: Tx, change: StaffSignedOut) -> None:
    """Close the counters where they sat, and say how many numbers went to all."""
    change.handed_over = leave_counters(tx, staff_id=change.staff_id)
