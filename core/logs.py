"""Structured logs on standard output, one JSON object a line, without personal data or secrets.

A request is logged by its route's pattern, never by its path; an exception by its type and the
places it passed, without its message (which may repeat input) unless the level is debug.
"""

import asyncio
import json
import logging
import sys
import time
import traceback
from contextlib import nullcontext
from contextvars import ContextVar
from random import getrandbits
from typing import TextIO

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from .problems import refuse

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)

logger = logging.getLogger("aufruf.requests")

TOGETHER_SECONDS = 0.1
GONE = 499  # as proxies note it: the client left before it had its answer


class Lines(logging.Formatter):
    """Log records as JSON lines; what a caller gives as `extra={"data": {...}}` is added."""

    def __init__(self, *, messages: bool) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        moment = time.gmtime(record.created)
        line: dict[str, object] = {
            "at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if identity := REQUEST_ID.get():
            line["request"] = identity
        line.update(getattr(record, "data", {}))
        if record.exc_info and (error := record.exc_info[1]):
            line["error"] = self._describe(error)
        return json.dumps(line, ensure_ascii=False, default=str)

    def _describe(self, error: BaseException) -> dict[str, object]:
        frames = traceback.extract_tb(error.__traceback__)
        where = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames
        ]
        described: dict[str, object] = {"type": type(error).__qualname__, "where": where[-12:]}
        if self._messages:
            described["message"] = str(error)
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None:
            described["cause"] = type(cause).__qualname__
        return described


class Together(logging.StreamHandler[TextIO]):
    """Writes what is merely told a few times a second, everything else at once.

    Each write lets other threads go first; behind a busy writer that cost a tenth of a request.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._waiting: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Called under the handler's lock."""
        self._waiting.append(self.format(record))
        loop = None if record.levelno > logging.INFO else _running_loop()
        if loop is None:
            self.flush()
        elif len(self._waiting) == 1:
            loop.call_later(TOGETHER_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what waits; also called at the end of the process."""
        with self.lock or nullcontext():
            lines, self._waiting = self._waiting, []
            if lines:
                self.stream.write("\n".join(lines) + "\n")
            super().flush()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def set_up(level: str) -> None:
    """Send every log through `Lines` to standard output. uvicorn's own words name paths: only its
    warnings come through."""
    handler = Together(sys.stdout)
    handler.setFormatter(Lines(messages=level == "debug"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "websockets", "apscheduler", "alembic"):
        chatty = logging.getLogger(name)
        chatty.handlers.clear()
        chatty.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True


def write_what_waits() -> None:
    """Before the process ends: no line is left behind."""
    for handler in logging.getLogger().handlers:
        handler.flush()


class RequestLog:
    """Gives each request an id, logs it when it ends, and answers for whatever went wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        identity = f"{getrandbits(64):016x}"  # no secret; a true one costs a system call
        REQUEST_ID.set(identity)
        started = time.perf_counter()
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", identity.encode()),
                ]
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except (ClientDisconnect, WebSocketDisconnect):
            status = status or GONE
        except Exception as error:
            logger.exception("failed", extra={"data": _facts(scope, 500, started)})
            if status == 0:
                await refuse(error, scope, receive, watched)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011})
            else:
                raise
        logger.info("request", extra={"data": _facts(scope, status, started)})


def _facts(scope: Scope, status: int, started: float) -> dict[str, object]:
    return {
        "request": REQUEST_ID.get(),
        "method": scope.get("method", "WS"),
        "route": scope.get("pattern", "-"),
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
