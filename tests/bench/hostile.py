"""Calls beside hostile clients: those who never read, those who flood, a thousand who come back at
once. They have a process of their own, so that only the server is in the way of the others.
"""

import signal
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.bench.asking import draws, press
from tests.bench.counters import put_back
from tests.bench.crowd import Answer, Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile, spread
from tests.bench.listeners import Audience, Listener
from tests.bench.scale import Bench
from tests.bench.screens import Calls, listen
from tests.bench.servers import Server, house_of
from tests.bench.town import Desk, Town, build_town

FRIENDS, NEVER_READ, FLOODERS = 20, 50, 5
# Nobody who waits in the room notices it.
IN_TIME_SECONDS = 0.5
FLOOD = (bytes((0x81, 0x81)) + bytes(4) + b"x") * 500
Door = tuple[str, str | None]
# Does its worst at the address and says so on the line once it is at it.
Company = Callable[[str, Sequence[Door], Connection], None]


def measure_hostile(bench: Bench) -> Findings:
    """The same calls on the same screens, alone and in bad company."""
    found = Findings("Calls beside hostile clients")
    scale = bench.scale
    town = build_town(bench.folder / "town", displays=scale.screens)
    (desk,) = town.desks
    doors: list[Door] = [(f"/ws/displays/{slug}", town.tokens[slug]) for slug in desk.displays]
    coming = (doors * scale.reconnects)[: scale.reconnects]
    companies: dict[str, tuple[Company, Sequence[Door]]] = {
        "alone": (stay_away, ()),
        f"beside {NEVER_READ} that never read": (never_read, (doors * NEVER_READ)[:NEVER_READ]),
        f"beside {FLOODERS} that flood again and again": (flood, doors[:FLOODERS]),
        f"while {scale.reconnects:,} come back at once": (come_back, coming),
    }
    with house_of(town, bench.folder / "ours").serving() as server:
        with Crowd(server.address, 8) as crowd:
            crowd.serve(one(sent) for sent in draws(town, desk, 20))
        for what, (company, theirs) in companies.items():
            with keeping(company, server.address, theirs):
                calls = _calls(server, town, desk, doors[:FRIENDS], scale.calls)
                memory = server.memory()
            expected = scale.calls * min(FRIENDS, len(doors))
            found.count(f"calls heard, {what}", expected, len(calls.arrivals))
            found.rows.append(_row(what, calls, memory))
    found.notes.append(
        f"{FRIENDS} screens that behave hear every call, in order. Who never reads is cut off after"
        " ten seconds, who floods at once; all of them come as screens of the same room."
    )
    return found


def _calls(server: Server, town: Town, desk: Desk, doors: Sequence[Door], calls: int) -> Calls:
    with Crowd(server.address, 1) as crowd, Audience(server.address, doors) as friends:
        friends.gather(b'"type":"snapshot"')

        def undo(called: list[Answer]) -> None:
            crowd.serve(put_back(town, called))
            friends.drain(0.03)

        return listen(friends, lambda: crowd.send([press(town, desk.counters[0])]), undo, calls)


def _row(what: str, calls: Calls, memory: int) -> Row:
    late = percentile(calls.arrivals, 95)
    return Row(
        f"Call on each of {FRIENDS} screens, {what}",
        f"{spread(calls.arrivals)}, the last {ms(max(calls.lasts))};"
        f" the server has {memory / 1e6:.0f} MB",
        goal=f"p95 under {ms(IN_TIME_SECONDS)}",
        reached=late < IN_TIME_SECONDS,
    )


@contextmanager
def keeping(company: Company, address: str, doors: Sequence[Door]) -> Generator[None]:
    """The company is at its worst while this lasts."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=company, args=(address, doors, theirs))
    child.start()
    assert ours.recv() == "here"
    try:
        yield
    finally:
        child.kill()
        child.join()


def stay_away(_address: str, _doors: Sequence[Door], line: Connection) -> None:
    line.send("here")


def never_read(address: str, doors: Sequence[Door], line: Connection) -> None:
    """Shake hands, then leave the window shut."""
    clients = [Listener(address, *door) for door in doors]
    for client in clients:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        client.shake_hands()
    line.send("here")
    signal.pause()


def flood(address: str, doors: Sequence[Door], line: Connection) -> None:
    """Send without end and read nothing; who is sent away comes again at once."""
    line.send("here")
    while True:
        for door in doors:
            with suppress(ConnectionError), closing(Listener(address, *door)) as client:
                client.shake_hands()
                client.socket.sendall(FLOOD)


def come_back(address: str, doors: Sequence[Door], line: Connection) -> None:
    """All at once, again and again; each wants its snapshot."""
    line.send("here")
    while True:
        with suppress(ConnectionError), Audience(address, doors) as audience:
            audience.gather(b'"type":"snapshot"')
