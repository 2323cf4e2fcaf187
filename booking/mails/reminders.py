"""Reminders: who is due for one, and the command that writes them. A scan, no timers.

The outbox knows what was sent: a reminder's purpose is unique for the time an appointment has, so
that a restart, a second process or a repeated scan never reminds twice, and a moved one is reminded
again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ...core.ground import Ground
from ...core.tx import Tx
from ...office.directory import current_directory, latest_directory
from .. import store
from .post import Post, post_of
from .reminder_store import near_appointments
from .sending import Reminder, send_reminder


@dataclass(frozen=True, slots=True)
class Due:
    """From `before` the start until `until` before it; any later a reminder helps nobody."""

    kind: Reminder
    before: timedelta
    until: timedelta


REMINDERS = (
    Due("two_days", timedelta(hours=48), timedelta(hours=24)),
    Due("three_hours", timedelta(hours=3), timedelta(minutes=30)),
)
TOGETHER = 200


def due_reminders(conn: Connection, office_id: int, now: datetime) -> list[tuple[int, Reminder]]:
    """(appointment, kind). Whoever learned of their time after the reminder's time gets none."""
    return [
        (near.id, due.kind)
        for due in REMINDERS
        for near in near_appointments(
            conn, office_id, f"reminder_{due.kind}", now + due.until, now + due.before
        )
        if near.told_at < near.start_at - due.before
    ]


def offices_due(conn: Connection, offices: Iterable[int], now: datetime) -> list[int]:
    """Those that have somebody to remind."""
    return [office_id for office_id in offices if due_reminders(conn, office_id, now)]


def send_reminders(tx: Tx, *, office_id: int, post: Post) -> int:
    """Write what is due in an office, 200 at a time; returns how many. Run by the job."""
    office = current_directory(tx).office(office_id)
    due = due_reminders(tx.conn, office_id, tx.now)[:TOGETHER]
    for appointment_id, kind in due:
        booked = store.get_appointment(tx.conn, appointment_id)
        if booked is not None:
            send_reminder(tx, post, office, booked, kind)
    return len(due)


async def remind(ground: Ground) -> None:
    """The job. It looks first, so that it writes nothing while nobody is due."""
    offices, now = (await latest_directory(ground)).offices, ground.clock.now()
    for office_id in await ground.database.read(offices_due, offices, now):
        await ground.runner.run(
            office_id, send_reminders, office_id=office_id, post=post_of(ground)
        )
