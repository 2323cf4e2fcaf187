"""A process of its own that rings: `python -m tests.core.second_process URL COUNT [server]`.

With `server` it is a second server, else a command of the shell. Says "ready", waits for a line,
rings, and on "server" prints the numbers it sees until its input ends.
"""

import asyncio
import sys
from contextlib import closing

from aufruf.core.clock import SystemClock
from aufruf.core.database import Database
from aufruf.core.hub import Hub
from aufruf.core.runner import Runner
from tests.core.events import ring


def from_shell(database: Database, count: int) -> None:
    runner = Runner(database, SystemClock(), None, {})
    print("ready", flush=True)
    sys.stdin.readline()
    for nth in range(count):
        runner.run_now(1, ring, nth=nth)


async def as_server(database: Database, count: int) -> None:
    hub = Hub(database)
    async with Runner(database, SystemClock(), hub, {}) as runner, hub.subscribe() as events:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*(runner.run(1, ring, nth=nth) for nth in range(count)))
        seen: list[int] = []
        while len(seen) < 2 * count:
            seen += [logged.seq for logged in await anext(events)]
        print(*seen, flush=True)


if __name__ == "__main__":
    with closing(Database(sys.argv[1])) as opened:
        if sys.argv[3:] == ["server"]:
            asyncio.run(as_server(opened, int(sys.argv[2])))
        else:
            from_shell(opened, int(sys.argv[2]))
