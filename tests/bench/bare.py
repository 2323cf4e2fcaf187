"""The bare baselines, served by the house's own `serve`: `python -m tests.bench.bare DESCRIPTOR`.

POST /nothing answers, POST /row commits one row first (durable as ours, commits shared as ours,
plain sqlite3), /socket accepts and waits.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from aufruf.app.serving import serve
from aufruf.core.settings import Settings

MOST_TOGETHER = 64


class Rows:
    """One writer: whatever waits when it is free shares the next commit."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE drawn (id INTEGER PRIMARY KEY, body BLOB)")
        self._waiting: list[tuple[bytes, asyncio.Future[int]]] = []
        self._due = asyncio.Event()

    async def write(self, body: bytes) -> int:
        """The row's id, once it is on the disk."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, future))
        self._due.set()
        return await future

    async def work(self) -> None:
        while True:
            await self._due.wait()
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            if not self._waiting:
                self._due.clear()
            ids = await asyncio.to_thread(self._commit, [body for body, _ in batch])
            for (_, future), row_id in zip(batch, ids, strict=True):
                future.set_result(row_id)

    def _commit(self, bodies: list[bytes]) -> list[int]:
        self._connection.execute("BEGIN IMMEDIATE")
        ids = [
            self._connection.execute("INSERT INTO drawn (body) VALUES (?)", (body,)).lastrowid or 0
            for body in bodies
        ]
        self._connection.execute("COMMIT")
        return ids

    def close(self) -> None:
        self._connection.close()


async def answer_nothing(request: Request) -> JSONResponse:
    await request.body()
    return JSONResponse({"id": 0}, 201)


async def write_row(request: Request) -> JSONResponse:
    rows: Rows = request.app.state.rows
    return JSONResponse({"id": await rows.write(await request.body())}, 201)


async def hold_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    async for _ in websocket.iter_text():
        pass


@asynccontextmanager
async def open_rows(app: Starlette) -> AsyncGenerator[None]:
    with closing(Rows(Settings().data_dir / "rows.db")) as rows:
        app.state.rows = rows
        working = asyncio.create_task(rows.work())
        yield
        working.cancel()


def make_app(_settings: Settings) -> Starlette:
    return Starlette(
        routes=[
            Route("/nothing", answer_nothing, methods=["POST"]),
            Route("/row", write_row, methods=["POST"]),
            WebSocketRoute("/socket", hold_socket),
        ],
        lifespan=open_rows,
    )


if __name__ == "__main__":
    serve(
        Settings(),
        make_app,
        lambda address: print(address, file=os.fdopen(int(sys.argv[1]), "w"), flush=True),
    )
