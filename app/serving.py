"""Runs the application: our own listening socket, uvicorn without access log, a graceful end."""

import asyncio
import gc
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from ..core.settings import Settings, is_loopback
from .sockets import Sockets

# A peer that acknowledges nothing for this long is gone. uvicorn's ping alone does not get rid of
# a client with a closed window, for it waits to flush (measured: with this the client was gone).
UNACKNOWLEDGED_MS = 10_000
BACKLOG = 2048
GRACE_SECONDS = 10


class UnsafeAddressError(RuntimeError):
    """Plain http would be open to the network, and nobody said that this is meant."""


def listen(settings: Settings) -> socket.socket:
    """A listening TCP socket; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def require_safe_address(settings: Settings) -> None:
    """Listening beyond this machine means plain http in the network: only when it is meant.

    A proxy that speaks https is at the base address then, or `allow_http` is set.
    """
    if not (settings.https or settings.allow_http or is_loopback(settings.host)):
        raise UnsafeAddressError(
            f"AUFRUF_HOST: {settings.host} is open to the network without encryption. Put a proxy"
            " with https in front and set AUFRUF_PUBLIC_URL, or set AUFRUF_ALLOW_HTTP=true."
        )


def serve(
    settings: Settings,
    make_app: Callable[[Settings], Starlette],
    announce: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is told the address once people can come.

    Raises what made starting fail, such as AlreadyServed.
    """
    require_safe_address(settings)
    listener = listen(settings)
    app = make_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        # Whoever else sends X-Forwarded-For cannot choose the address that limits count.
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        ws=Sockets,
        ws_per_message_deflate=False,
        ws_max_size=4096,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=16 * 1024,
        lifespan="on",
    )
    server = _Announcing(config, lambda: announce(address_of(listener)))
    try:
        with listener:
            server.run(sockets=[listener])
    except SystemExit:
        failure = getattr(app.state, "failure", None)
        if isinstance(failure, Exception):
            raise failure from None
        raise


def address_of(listener: socket.socket) -> str:
    """`http://127.0.0.1:8000`, as bound."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            # What is there by now stays: the collector need not look through it again and again,
            # a tenth of a second at a time in which nobody is answered (measured).
            gc.freeze()
            asyncio.get_running_loop().call_soon(self._ready)
