"""The bare fan-out: `websockets.broadcast` of given bytes to all who are connected.

`python -m tests.bench.bare_broadcast DESCRIPTOR` sends to everybody what anybody says, as soon as
it arrives; the text to send is read from the standard input.
"""

import asyncio
import os
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(descriptor: int, text: str) -> None:
    connected: set[ServerConnection] = set()

    async def follow(connection: ServerConnection) -> None:
        connected.add(connection)
        try:
            async for _ in connection:
                broadcast(connected, text)
        finally:
            connected.discard(connection)

    async with serve(follow, "127.0.0.1", 0, compression=None, backlog=2048) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}", file=os.fdopen(descriptor, "w"), flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.stdin.read()))
