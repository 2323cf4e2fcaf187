"""Scheduled work of the queue; what is done is done in commands."""

from ..core.formats import local_day
from ..core.ground import Ground
from ..office.directory import latest_directory
from .day import close_day
from .reminding.commands import remind_counters
from .reminding.rules import CALLED, SERVING
from .reminding.store import find_offices_to_ask
from .store import find_unfinished_offices


async def close_days(ground: Ground) -> None:
    """End earlier days in every office; runs as often as one likes."""
    today = local_day(ground.clock.now())
    concerned = await ground.database.read(find_unfinished_offices, today)
    for office_id in (await latest_directory(ground)).offices:
        offices = concerned.get(office_id, frozenset({office_id}))
        await ground.runner.run(offices, close_day, office_id=office_id)


async def ask_counters(ground: Ground) -> None:
    """Ask counters about calls nobody came to and visits that last."""
    now = ground.clock.now()
    for office_id in await ground.database.read(find_offices_to_ask, now - CALLED, now - SERVING):
        await ground.runner.run(office_id, remind_counters, office_id=office_id)
