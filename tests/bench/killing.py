"""The server is killed in the middle of its work, again and again: what was acknowledged stays.

A screen comes back by itself, as its page does: it tries until the server is there again.
"""

from collections.abc import Generator
from contextlib import closing, suppress
from itertools import chain, count, islice
from random import uniform
from statistics import median
from time import monotonic, sleep

from sqlalchemy import text

from aufruf.core.database import Database
from tests.bench.asking import book, draw, starts
from tests.bench.crowd import Answer, Citizen, Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile
from tests.bench.listeners import Audience
from tests.bench.scale import Bench
from tests.bench.servers import House, Server, house_of
from tests.bench.town import SERVICES, Desk, Town, build_town

GOAL_SECONDS = 2.0
PATIENCE_SECONDS, KNOCK_SECONDS = 30.0, 0.05
AT_ONCE = 16
# After how many people the power goes, and up to how much later, so that no two rounds end at the
# same point of a commit.
PEOPLE = (100, 40, 150, 70, 250)
LATER_SECONDS = 0.02


def measure_kills(bench: Bench) -> Findings:
    """Draws and bookings by 16 at once; then the tables are compared with what was answered."""
    rounds = bench.scale.kills
    found = Findings(f"kill -9 under load, {rounds} rounds")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    house = house_of(town, bench.folder / "ours")
    coming = _people(town, desk)
    answers: list[Answer] = []
    starting: list[float] = []
    screens: list[float] = []
    for nth in range(rounds):
        with house.serving() as server:
            _work(server, coming, PEOPLE[nth % len(PEOPLE)], answers)
        seconds, seen = _come_back(house, town, desk)
        starting.append(seconds)
        screens.append(seen)
    _compare(found, house, answers)
    late = percentile(screens, 95)
    found.rows += [
        Row(
            f"Acknowledged tickets and bookings still there, {len(answers):,} answers",
            "all" if not found.wrong else "LOST",
            goal="all",
            reached=not found.wrong,
        ),
        Row(
            "Screen right again after the restart",
            f"p50 {ms(median(screens))}, p95 {ms(late)}",
            f"{ms(median(starting))} until the server listens",
            goal=f"under {GOAL_SECONDS:g} s",
            reached=late < GOAL_SECONDS,
        ),
    ]
    found.notes.append(
        "Each round kills the process while 16 connections draw and book, and starts it again on"
        " the same folder. The screen knocks every 50 ms; it is right when its snapshot is there."
    )
    return found


def _people(town: Town, desk: Desk) -> Generator[Citizen]:
    """Draws and bookings in turn, for as long as somebody asks."""
    names = list(SERVICES)
    free = starts(places=10)
    for nth in count():
        yield one(draw(town, desk, names[nth % len(names)]))
        yield one(book(desk, next(free)))


def _work(server: Server, coming: Generator[Citizen], people: int, answers: list[Answer]) -> None:
    """Serve people until the server is gone; what it had answered is in `answers`."""

    def end() -> Citizen:
        sleep(uniform(0, LATER_SECONDS))
        server.kill()
        yield from next(coming)

    with Crowd(server.address, AT_ONCE) as crowd, suppress(ConnectionError):
        crowd.serve(chain(islice(coming, people), [end()], coming), answers)


def _come_back(house: House, town: Town, desk: Desk) -> tuple[float, float]:
    """Seconds from the restart until the server listens, and until a screen has its snapshot."""
    began = monotonic()
    with house.serving() as server:
        until = monotonic() + PATIENCE_SECONDS
        door = (f"/ws/displays/{desk.displays[0]}", town.tokens[desk.displays[0]])
        while True:
            try:
                with Audience(server.address, [door]) as screen:
                    screen.gather(b'"type":"snapshot"')
                    return server.start_seconds, monotonic() - began
            except ConnectionError:
                if monotonic() > until:
                    raise
                sleep(KNOCK_SECONDS)


def _compare(found: Findings, house: House, answers: list[Answer]) -> None:
    """Every answer 201 has its row, and the database is whole."""
    made = [answer.json() for answer in answers if answer.status == 201]
    numbers = {one_["number"] for one_ in made if "number" in one_}
    references = {one_["reference"] for one_ in made if "reference" in one_}
    found.count("somebody was answered", True, bool(answers))
    found.count("answers that promise something", len(answers), len(made))
    found.count("no number given out twice", len(made), len(numbers) + len(references))
    with closing(Database(f"sqlite:///{house.file}")) as database:
        kept = database.read_now(
            lambda conn: {
                f"{letter}{serial:03d}"
                for letter, serial in conn.execute(text("SELECT letter, serial FROM ticket"))
            }
        )
        booked = database.read_now(
            lambda conn: set(conn.scalars(text("SELECT reference FROM appointment")))
        )
        whole = database.read_now(lambda conn: conn.scalar(text("PRAGMA integrity_check")))
    found.count("tickets lost", set[str](), numbers - kept)
    found.count("bookings lost", set[str](), references - booked)
    found.count("the database", "ok", whole)
