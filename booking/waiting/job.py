"""The waiting list's scheduled work: what lapsed goes to the next, what opened newly is offered.

Looks with a read first, so that a quiet office costs no command; nothing depends on when it runs.
"""

from datetime import date, datetime

from sqlalchemy import Connection

from ...core.formats import local_day
from ...core.ground import Ground
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from ..mails.sending import post_of
from ..reading import taken_days
from ..taken_days import TakenDays
from . import store as waiting_store
from .commands import tidy_waiting_list
from .line import days_to_offer


async def serve_waiting_lists(ground: Ground) -> None:
    """In every office: end what is over, and offer what is free to whoever is next."""
    now = ground.clock.now()
    for office in (await latest_directory(ground)).offices.values():
        known = taken_days(ground)
        due, days = await ground.database.read(_look, known, office, now)
        if due or days:
            await ground.runner.run(
                office.id, tidy_waiting_list, office_id=office.id, days=days, post=post_of(ground)
            )


def _look(
    conn: Connection, known: TakenDays, office: OfficeInfo, now: datetime
) -> tuple[bool, set[date]]:
    """Whether something is over, and the days on which there is something to offer."""
    lapsed = any(offer.until <= now for offer in waiting_store.open_offers(conn, office.id))
    over = waiting_store.entries_over(conn, office.id, now, local_day(now))
    return lapsed or bool(over), days_to_offer(conn, known, office, now)
