"""Scheduled work of the ground."""

import logging
from typing import TYPE_CHECKING

from .delivery import deliver_due, forget_old_mails
from .idempotency import forget_old_replies
from .scheduler import Job

if TYPE_CHECKING:
    from .ground import Ground

log = logging.getLogger(__name__)


async def forget_replies(ground: "Ground") -> None:
    """Replies to keyed requests are kept for 24 hours."""
    count = await ground.runner.run((), forget_old_replies)
    log.info("forgot %d old replies", count)


async def forget_mails(ground: "Ground") -> None:
    """Mails are kept for two weeks after they were sent or given up."""
    count = await ground.runner.run((), forget_old_mails)
    log.info("forgot %d old mails", count)


jobs = (
    Job("deliver mails", 5, deliver_due),
    Job("forget replies", 3600, forget_replies),
    Job("forget mails", 3600, forget_mails),
)
