"""Scheduled work of the queue; what is done is done in commands."""

from ..core.formats import local_day
from ..core.ground import Ground
from ..office.directory import latest_directory
from .day import close_day
from .store import find_unfinished_offices


async def close_days(ground: Ground) -> None:
    """End earlier days in every office; runs as often as one likes."""
    today = local_day(ground.clock.now())
    concerned = await ground.database.read(find_unfinished_offices, today)
    for office_id in (await latest_directory(ground)).offices:
        offices = concerned.get(office_id, frozenset({office_id}))
        await ground.runner.run(offices, close_day, office_id=office_id)
