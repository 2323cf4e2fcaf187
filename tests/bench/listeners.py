"""Many WebSocket clients that only listen, as light as can be: plain sockets, one thread."""

import os
import selectors
import socket
from base64 import b64encode
from collections.abc import Iterable, Mapping
from time import perf_counter
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 30.0
TEXT, CLOSE, PING = 1, 8, 9
_PONG, _MASKED = 0x8A, 0x80


class Listener:
    """One socket: the texts that have arrived since it was last asked, each with its time."""

    def __init__(self, address: str, path: str, token: str | None = None) -> None:
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def shake_hands(self) -> None:
        """Wait until the server has accepted."""
        self.socket.settimeout(PATIENCE_SECONDS)
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())

    def close(self) -> None:
        self.socket.close()

    def say(self, text: bytes) -> None:
        """Send a short text; the mask of zeros is as good as any here."""
        self.socket.sendall(bytes((0x80 | TEXT, _MASKED | len(text))) + bytes(4) + text)

    def read(self) -> list[bytes]:
        """The texts that have arrived; waits for the first bytes. Answers pings."""
        self._receive()
        return self.waiting()

    def waiting(self) -> list[bytes]:
        """The texts that are here already, such as one that came with the handshake."""
        texts: list[bytes] = []
        while (frame := self._next_frame()) is not None:
            kind, content = frame
            if kind == TEXT:
                texts.append(content)
            elif kind == PING:
                self.socket.sendall(bytes((_PONG, _MASKED | len(content))) + bytes(4) + content)
            elif kind == CLOSE:
                raise ConnectionError("the server closed the socket")
        return texts

    def _receive(self) -> None:
        arrived = self.socket.recv(65536)
        if not arrived:
            raise ConnectionError("the server closed the connection")
        self._received += arrived

    def _next_frame(self) -> tuple[int, bytes] | None:
        """Opcode and content; frames of a server are not masked (RFC 6455 section 5.2)."""
        got = self._received
        if len(got) < 2:
            return None
        length, begin = got[1], 2
        if length >= 126:
            begin = 4 if length == 126 else 10
            length = int.from_bytes(got[2:begin])
        if len(got) < begin + length:
            return None
        self._received = got[begin + length :]
        return got[0] & 0x0F, got[begin : begin + length]


class Audience:
    """Listeners that are read together."""

    def __init__(self, address: str, doors: Iterable[tuple[str, str | None]]) -> None:
        """`doors` are paths with the token to send there, if any."""
        self.listeners = [Listener(address, path, token) for path, token in doors]
        self._selector = selectors.DefaultSelector()
        for listener in self.listeners:
            listener.shake_hands()
            self._selector.register(listener.socket, selectors.EVENT_READ, listener)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._selector.close()
        for listener in self.listeners:
            listener.socket.close()

    def gather(self, sign: bytes, texts: int = 1) -> tuple[list[float], bytes]:
        """Read until each listener has had so many texts that contain the sign.

        Returns when each of these arrived (perf_counter), in order, and the last of them. Other
        texts are passed over; TimeoutError when somebody waits in vain.
        """
        missing: Mapping[Listener, list[int]] = {one: [texts] for one in self.listeners}
        arrived: list[float] = []
        last = b""
        wanted = texts * len(self.listeners)
        for listener in self.listeners:
            last = _note(listener.waiting(), sign, missing[listener], arrived) or last
        while len(arrived) < wanted:
            ready = self._selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"{len(arrived)} of {wanted} texts arrived")
            for key, _ in ready:
                listener: Listener = key.data
                last = _note(listener.read(), sign, missing[listener], arrived) or last
        return arrived, last

    def drain(self, seconds: float) -> None:
        """Read and forget what arrives in this time."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            for key, _ in self._selector.select(left):
                listener: Listener = key.data
                listener.read()


def _note(texts: list[bytes], sign: bytes, missing: list[int], arrived: list[float]) -> bytes:
    """Keep the time of each text with the sign that is still missing; returns the last of them."""
    last = b""
    for text in texts:
        if missing[0] and sign in text:
            missing[0] -= 1
            arrived.append(perf_counter())
            last = text
    return last
