"""Scheduled work of slides and messages; what is done is done in commands."""

from ...core.ground import Ground
from .commands import end_message
from .store import find_offices_with_old_message


async def end_messages(ground: Ground) -> None:
    """Take down messages whose time is over, so that logs and boards agree with the screens."""
    now = ground.clock.now()
    for office_id in await ground.database.read(find_offices_with_old_message, now):
        await ground.runner.run(office_id, end_message, office_id=office_id)
