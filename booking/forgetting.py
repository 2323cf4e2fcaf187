"""How long who came is known: two days after the visit, and what makes it so.

What was cancelled or never confirmed is forgotten at once, by those commands.
"""

from datetime import timedelta

from ..core.tx import Tx
from . import store

KEPT = timedelta(days=2)
TOGETHER = 1_000


def forget_visits(tx: Tx, *, office_id: int) -> int:
    """Delete names, addresses, numbers, remarks and answers of visits over for two days.

    Run by the job, 1,000 of an office at a time; returns how many. Repeated it changes nothing.
    """
    return store.forget_contacts(tx.conn, office_id, tx.now - KEPT, TOGETHER)
