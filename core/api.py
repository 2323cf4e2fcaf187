"""Answers of the interface: a command under the request's Idempotency-Key, and its JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from .access import Employee, Screen, bearer_of, principal_of
from .errors import invalid
from .ground import Ground, ground_of
from .idempotency import OnceKey, Reply, look_for_reply, once
from .secrets import token_hash
from .tx import Tx
from .web import body_of

P = ParamSpec("P")
R = TypeVar("R")

_ANYTHING: TypeAdapter[object] = TypeAdapter(object)
_KEY = re.compile(r"[\x21-\x7e]{1,120}")


def json_reply(
    content: BaseModel | Mapping[str, object] | list[object], status: int = 200
) -> Reply:
    """A reply with this content as JSON; times should be aware, `formats.iso_text` writes them."""
    if isinstance(content, BaseModel):
        return Reply(status, content.model_dump_json())
    return Reply(status, _ANYTHING.dump_json(content).decode())


def empty_reply() -> Reply:
    """204: done, and there is nothing to say."""
    return Reply(204, "")


def json_response(
    content: BaseModel | Mapping[str, object] | list[object], status: int = 200
) -> Response:
    """An answer that no command made."""
    return respond(json_reply(content, status))


def respond(reply: Reply) -> Response:
    """A reply as it goes over the wire."""
    if reply.status == 204:
        return Response(status_code=204)
    return Response(reply.body, reply.status, media_type="application/json")


async def answer(
    request: Request,
    offices: int | Collection[int],
    command: Callable[Concatenate[Tx, P], R],
    reply: Callable[[R], Reply],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """Run a command and answer with what `reply` makes of its result.

    With an Idempotency-Key the first answer is kept in the command's transaction, and a repeat of
    the same request gets it again without running anything. `reply` runs inside the transaction
    and must not read the database. Raises what the command raises, and 422 `key_reused`.
    """
    key = await _once_key(request)

    def keyed(tx: Tx) -> Reply:
        return once(tx, key, lambda: reply(command(tx, *args, **kwargs)))

    return respond(await ground_of(request).runner.run(offices, keyed))


async def first_answer(
    request: Request, handle: Callable[[Request], Awaitable[Response]]
) -> Response:
    """What `handle` answers, or to a repeat what it answered before, without asking it again.

    For handlers that count tries before they run their command: a repeat uses up none, also when
    it comes while the first request is still under way in this process. Raises what `handle`
    raises, and 422 `key_reused`.
    """
    key = await _once_key(request)
    if key is None:
        return await handle(request)
    ground = ground_of(request)
    async with _under_way(ground, key):
        kept = await look_for_reply(ground.database, key, ground.clock.now())
        return await handle(request) if kept is None else respond(kept)


def _under_way(ground: Ground, key: OnceKey) -> asyncio.Lock:
    """One lock for all requests with this key, forgotten with the last of them."""
    name = "requests under way"
    locks = cast(
        "WeakValueDictionary[OnceKey, asyncio.Lock]",
        ground.parts.setdefault(name, WeakValueDictionary[OnceKey, asyncio.Lock]()),
    )
    return locks.setdefault(key, asyncio.Lock())


async def _once_key(request: Request) -> OnceKey | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise invalid("Idempotency-Key", "key")
    asked = f"{request.method} {request.scope['path']}\n".encode() + await body_of(request)
    return OnceKey(caller_of(request), key, sha256(asked).hexdigest())


def caller_of(request: Request) -> str:
    """Whose idempotency keys these are: the device, the employee, the secret's holder, or anybody.

    Visitors share one space of keys: theirs have to be unguessable, such as a random UUID.
    """
    principal = principal_of(request)
    if isinstance(principal, Screen):
        return f"device:{principal.device_id}"
    if isinstance(principal, Employee):
        return f"staff:{principal.staff_id}"
    secret = bearer_of(request)
    return f"holder:{token_hash(secret)}" if secret else "visitor"
