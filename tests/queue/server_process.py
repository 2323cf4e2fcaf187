"""A second server on the same database: `python -m tests.queue.server_process URL FOLDER`.

Prints the address it listens on, and ends when its input does.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx2

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.conftest import START
from tests.queue.web import application, connect
from tests.serving import serving

START_SECONDS = 60.0


async def serve(url: str, folder: Path) -> None:
    with closing(Database(url)) as database:
        async with serving(application(database, FixedClock(START), folder)) as place:
            print(place, flush=True)
            await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def another_server(url: str, folder: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of a server in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.queue.server_process", url, str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        place = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        async with connect(place.decode().strip()) as client:
            yield client
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
