"""Work that goes on beside the requests for as long as the server runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0


def keep_running(work: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[None]:
    """Start work that begins anew when it breaks, until its task is cancelled.

    A database that is away for a minute must not silence the screens for the rest of the day.
    """
    return asyncio.create_task(_again_and_again(work, name), name=name)


async def _again_and_again(work: Callable[[], Awaitable[None]], name: str) -> None:
    while True:
        try:
            await work()
            return
        except Exception:
            log.exception("%s broke off and begins anew", name)
        await asyncio.sleep(AGAIN_SECONDS)
