"""Structured logs on standard output, one JSON object a line, without personal data or secrets.

A request is logged by its route's pattern, never by its path; an exception by its type and the
places it passed, without its message (which may repeat input) unless the level is debug.
"""

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from secrets import token_hex

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from .problems import refuse

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)

logger = logging.getLogger("aufruf.requests")

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


def set_up(level: str) -> None:
    """Send every log through `Lines` to standard output. uvicorn's own words name paths: only its
    warnings come through."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Lines(messages=level == "debug"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "websockets", "apscheduler", "alembic"):
        chatty = logging.getLogger(name)
        chatty.handlers.clear()
        chatty.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True


class RequestLog:
    """Gives each request an id, logs it when it ends, and answers for whatever went wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        identity = token_hex(8)
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
