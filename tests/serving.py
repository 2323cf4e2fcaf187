"""A real server for tests, in the test's own event loop, as the house serves."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from aufruf.app.sockets import Sockets


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncGenerator[str]:
    """Serves on a free port of this machine; yields `127.0.0.1:port`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            ws=Sockets,
            ws_per_message_deflate=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        # uvicorn asks for signals of the main thread; here the test ends it.
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                assert not task.done()
                await asyncio.sleep(0.01)
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
