"""From the press on "next" until the call is on every screen and on every phone.

The fan-out alone is compared with `websockets.broadcast`: both are given the same bytes for as many
sockets, and the time of a single socket (trigger, command, commit) is taken off both.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from tests.bench.asking import draws, press
from tests.bench.counters import put_back
from tests.bench.crowd import Answer, Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile, spread
from tests.bench.listeners import Audience
from tests.bench.scale import Bench, Scale
from tests.bench.servers import Server, house_of, serving_broadcast
from tests.bench.town import Desk, Town, build_town

Answers = Callable[[], list[Answer]]

CALL = b'"type":"call"'
SCREEN_GOAL, PHONE_GOAL, FAN_OUT_GOAL = 0.050, 0.150, 1.5


@dataclass(frozen=True)
class Calls:
    """Seconds from the press to each arrival and, per call, to the last one; one call's bytes."""

    arrivals: list[float]
    lasts: list[float]
    text: bytes


def measure_screens(bench: Bench) -> Findings:
    """Calls one by one and three at once, on screens; then calls on phones. Each also while seven
    calls before it have still to be announced.
    """
    found = Findings("From the press on next to the call")
    scale = bench.scale
    town = build_town(bench.folder / "town", displays=scale.screens)
    (desk,) = town.desks
    with house_of(town, bench.folder / "screens").serving() as server:
        with Crowd(server.address, 8) as crowd:
            crowd.serve(one(sent) for sent in draws(town, desk, 60))
        single = _on_screens(server, town, desk, desk.displays[:1], scale.calls)
        many = _on_screens(server, town, desk, desk.displays, scale.calls)
        three = _on_screens(server, town, desk, desk.displays, scale.calls // 3, at_once=3)
        with calling(server, town, desk.counters[1:]):
            queued = _on_screens(server, town, desk, desk.displays, scale.calls)
    for calls in (many, queued):
        found.count("calls on each screen", scale.calls * scale.screens, len(calls.arrivals))
    what = f"on each of {scale.screens} screens"
    bare = bare_broadcast(bench, many.text, scale.screens, scale.calls)
    found.rows += [
        _arrival_row(f"Call {what}", many, bare, SCREEN_GOAL),
        _arrival_row(f"Call {what}, seven before it unannounced", queued, None, SCREEN_GOAL),
        _arrival_row(f"Three calls at once, {what}", three, None, SCREEN_GOAL),
        _fan_out_row(f"Fan-out to {scale.screens} screens", single, many, bare),
        *_measure_phones(bench, found),
    ]
    found.notes.append(
        "All sockets are read by one thread of the bench, on the same two cores. Fan-out: the time"
        " to the last socket less the time to a single one; the bare one is websockets' own server"
        " on uvloop, told by one of its clients."
    )
    return found


@contextmanager
def calling(server: Server, town: Town, counters: Sequence[str]) -> Generator[None]:
    """These counters have each called somebody, whom nobody takes back meanwhile."""
    with Crowd(server.address, len(counters)) as crowd:
        called = crowd.serve(one(press(town, counter)) for counter in counters)
    yield
    with Crowd(server.address, len(counters)) as crowd:
        crowd.serve(put_back(town, called))


def _on_screens(
    server: Server, town: Town, desk: Desk, displays: Sequence[str], calls: int, at_once: int = 1
) -> Calls:
    doors = [(f"/ws/displays/{slug}", town.tokens[slug]) for slug in displays]
    counters = desk.counters[:at_once]
    with Crowd(server.address, at_once) as crowd, Audience(server.address, doors) as screens:
        screens.gather(b'"type":"snapshot"')

        def call() -> Answers:
            return crowd.send([press(town, counter) for counter in counters])

        def undo(called: list[Answer]) -> None:
            crowd.serve(put_back(town, called))
            screens.drain(0.03)

        return listen(screens, call, undo, calls, at_once)


def listen(
    audience: Audience,
    call: Callable[[], Answers],
    undo: Callable[[list[Answer]], None],
    calls: int,
    at_once: int = 1,
) -> Calls:
    """Press, listen, put back, so many times. Times count from the press of the first button.

    The sockets are read as soon as the button is pressed, as they are where nobody answers: what
    `call` gives back takes the answers afterwards.
    """
    arrivals: list[float] = []
    lasts: list[float] = []
    text = b""
    for _ in range(calls):
        began = perf_counter()
        answers = call()
        at, text = audience.gather(CALL, at_once)
        arrivals += [one_at - began for one_at in at]
        lasts.append(at[-1] - began)
        undo(answers())
    return Calls(arrivals, lasts, text)


@dataclass(frozen=True)
class Bare:
    """The bare broadcast: to a single socket and to all of them."""

    single: Calls
    many: Calls


def bare_broadcast(bench: Bench, text: bytes, sockets: int, calls: int) -> Bare:
    """The same bytes to the same number of clients, by `websockets` itself."""
    with serving_broadcast(bench.folder, text) as server:
        return Bare(_broadcast(server, 1, calls), _broadcast(server, sockets, calls))


def _broadcast(server: Server, sockets: int, calls: int) -> Calls:
    with Audience(server.address, [("/", None)] * sockets) as audience:

        def call() -> Answers:
            audience.listeners[0].say(b"now")
            return list

        return listen(audience, call, lambda _: audience.drain(0.01), calls)


def _measure_phones(bench: Bench, found: Findings) -> list[Row]:
    """Every phone belongs to a ticket of its own, all of them wait."""
    scale = bench.scale
    town = build_town(bench.folder / "phones-town")
    (desk,) = town.desks
    with house_of(town, bench.folder / "phones").serving() as server:
        with Crowd(server.address, 16) as crowd:
            drawn = crowd.serve(one(sent) for sent in draws(town, desk, scale.phones))
        doors = [(f"/ws/tickets/{answer.json()['token']}", None) for answer in drawn]
        single = _on_phones(server, town, desk, doors[:1], scale)
        many = _on_phones(server, town, desk, doors, scale)
        with calling(server, town, desk.counters[1:]):
            queued = _on_phones(server, town, desk, doors, scale)
    for calls in (many, queued):
        found.count("calls on each phone", scale.phone_calls * scale.phones, len(calls.arrivals))
    bare = bare_broadcast(bench, many.text, scale.phones, scale.phone_calls)
    return [
        _arrival_row(f"Call on each of {scale.phones} phones", many, bare, PHONE_GOAL),
        _arrival_row(
            f"Call on each of {scale.phones} phones, seven before it", queued, None, PHONE_GOAL
        ),
        _fan_out_row(f"Fan-out to {scale.phones} phones", single, many, bare),
    ]


def _on_phones(
    server: Server, town: Town, desk: Desk, doors: Sequence[tuple[str, str | None]], scale: Scale
) -> Calls:
    with Crowd(server.address, 1) as crowd, Audience(server.address, doors) as phones:
        phones.drain(scale.phone_seconds)

        def call() -> Answers:
            return crowd.send([press(town, desk.counters[0])])

        def undo(called: list[Answer]) -> None:
            crowd.serve(put_back(town, called))
            phones.drain(scale.phone_seconds)

        return listen(phones, call, undo, scale.phone_calls)


def _arrival_row(what: str, calls: Calls, bare: Bare | None, goal: float) -> Row:
    late = percentile(calls.arrivals, 95)
    return Row(
        what,
        f"{spread(calls.arrivals)}, the last {ms(median(calls.lasts))}",
        "" if bare is None else f"{spread(bare.many.arrivals)} bare broadcast",
        "" if bare is None else f"{late / percentile(bare.many.arrivals, 95):.1f}",
        f"p95 under {ms(goal)}",
        late < goal,
    )


def _fan_out_row(what: str, single: Calls, many: Calls, bare: Bare) -> Row:
    ours = median(many.lasts) - median(single.lasts)
    theirs = median(bare.many.lasts) - median(bare.single.lasts)
    ratio = ours / theirs
    return Row(
        f"{what}, less a single one",
        ms(ours),
        f"{ms(theirs)} bare broadcast",
        f"{ratio:.2f}",
        f"at most {FAN_OUT_GOAL}",
        ratio <= FAN_OUT_GOAL,
    )
