"""Many citizens at once over HTTP, as light as can be: plain keep-alive sockets, one thread.

A citizen is a generator that yields requests and is sent the answers; the client costs some ten
microseconds a request, so that it is the server that is measured.
"""

import json
import selectors
import socket
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Any, Self

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when the request was sent and answered (perf_counter)."""

    status: int
    body: bytes
    asked_at: float
    answered_at: float
    head: bytes = b""

    @property
    def seconds(self) -> float:
        return self.answered_at - self.asked_at

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The value of a header that is there."""
        line = next(
            line
            for line in self.head.decode("latin-1").split("\r\n")
            if line.lower().startswith(f"{name}:")
        )
        return line.partition(":")[2].strip()


Citizen = Generator[bytes, Answer, None]


def request(
    method: str, path: str, body: Mapping[str, object] | None = None, **headers: str
) -> bytes:
    """A request as bytes; `idempotency_key="x"` becomes the header Idempotency-Key."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(content)}", "", ""]
    return "\r\n".join(lines).encode() + content


def one(sent: bytes) -> Citizen:
    """Somebody with a single request."""
    yield sent


class Crowd:
    """So many connections to a server; each serves one citizen after the other."""

    def __init__(self, address: str, size: int) -> None:
        host, _, port = address.removeprefix("http://").rpartition(":")
        self._lines = [_Line(socket.create_connection((host, int(port)))) for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._lines:
            line.socket.close()

    def ask(self, sent: bytes) -> Answer:
        """A single request on the first connection."""
        (answer,) = self.serve([one(sent)])
        return answer

    def send(self, requests: Sequence[bytes]) -> Callable[[], list[Answer]]:
        """Send each on a connection of its own; what is returned waits for the answers."""
        lines = self._lines[: len(requests)]
        for line, sent in zip(lines, requests, strict=True):
            line.begin(iter([one(sent)]))
        return lambda: [line.wait() for line in lines]

    def serve(
        self, citizens: Iterable[Citizen], answers: list[Answer] | None = None
    ) -> list[Answer]:
        """Serve them all, as many at once as there are connections; answers as they came.

        They are added to `answers`, which holds what was answered even when the server dies:
        then ConnectionError is raised.
        """
        answers = [] if answers is None else answers
        coming = iter(citizens)
        with selectors.DefaultSelector() as selector:
            busy = 0
            for line in self._lines:
                if line.begin(coming):
                    selector.register(line.socket, selectors.EVENT_READ, line)
                    busy += 1
            while busy:
                busy -= _serve_ready(selector, coming, answers)
        return answers


def _serve_ready(
    selector: selectors.BaseSelector, coming: Iterator[Citizen], answers: list[Answer]
) -> int:
    """Read what has arrived and send what follows; returns how many lines have nobody left."""
    ready = selector.select(PATIENCE_SECONDS)
    if not ready:
        raise TimeoutError("the server does not answer")
    ended = 0
    for key, _ in ready:
        line: _Line = key.data
        answer = line.read()
        if answer is None:
            continue
        answers.append(answer)
        if not line.go_on(answer) and not line.begin(coming):
            selector.unregister(line.socket)
            ended += 1
    return ended


class _Line:
    """One connection and the citizen on it."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._citizen: Citizen | None = None
        self._received = b""
        self._asked_at = 0.0

    def begin(self, coming: Iterator[Citizen]) -> bool:
        """Take the next citizen who has something to ask; False when nobody is left."""
        for citizen in coming:
            first = next(citizen, None)
            if first is not None:
                self._citizen = citizen
                self._send(first)
                return True
        return False

    def go_on(self, answer: Answer) -> bool:
        """Let the citizen ask on; False when that was all."""
        assert self._citizen is not None
        try:
            self._send(self._citizen.send(answer))
        except StopIteration:
            return False
        return True

    def _send(self, sent: bytes) -> None:
        self._asked_at = perf_counter()
        self.socket.sendall(sent)

    def wait(self) -> Answer:
        """The answer, however long it takes."""
        while (answer := self.read()) is None:
            pass
        return answer

    def read(self) -> Answer | None:
        """The answer once it is whole."""
        arrived = self.socket.recv(65536)
        if not arrived:
            raise ConnectionError("the server closed the connection")
        self._received += arrived
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return None
        self._received = b""
        return Answer(int(head[9:12]), body, self._asked_at, perf_counter(), head)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
