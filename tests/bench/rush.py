"""Everybody wants the same at the same moment: the last place, the next ticket, a number.

Counts, not times: what goes wrong here makes the bench fail. On SQLite and on PostgreSQL.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from aufruf.core.database import Database
from tests.bench.asking import book, draws, press, starts
from tests.bench.counters import put_back
from tests.bench.crowd import Crowd, one
from tests.bench.figure import Findings, Row, spread
from tests.bench.scale import Bench
from tests.bench.servers import House, Server, house_of
from tests.bench.town import COUNTERS, Desk, Town, build_on, build_town
from tests.databases import PostgresEngine

MANY = 64


def measure_rush(bench: Bench) -> Findings:
    """Races through HTTP, each round with as many connections as there are racers."""
    found = Findings("Races through HTTP")
    scale = bench.scale
    town = build_town(bench.folder / "town", places=1)
    house = house_of(town, bench.folder / "sqlite")
    with house.serving() as server:
        _race(found, "SQLite", town, server, scale.rounds)
    _count_places(found, "SQLite", f"sqlite:///{house.file}", scale.rounds)
    with _postgres(bench.folder) as url:
        town = build_on(url)
        with House(bench.folder / "postgres", database_url=url).serving() as server:
            _race(found, "PostgreSQL", town, server, scale.postgres_rounds)
        _count_places(found, "PostgreSQL", url, scale.postgres_rounds)
    found.notes.append(
        "Each racer has a connection of its own; the losers are told 409 with other times. The"
        " PostgreSQL of this measure does not wait for its disk: here it is right or wrong."
    )
    return found


@contextmanager
def _postgres(folder: Path) -> Generator[str]:
    with closing(PostgresEngine(folder)) as engine:
        yield engine.empty()
        engine.drop_copies()


def _race(found: Findings, engine: str, town: Town, server: Server, rounds: int) -> None:
    (desk,) = town.desks
    with Crowd(server.address, MANY) as crowd:
        _last_place(found, engine, crowd, desk, rounds)
        _numbers(found, engine, crowd, town, desk, rounds)
    with Crowd(server.address, COUNTERS) as crowd:
        _next(found, engine, crowd, town, desk, rounds)


def _last_place(found: Findings, engine: str, crowd: Crowd, desk: Desk, rounds: int) -> None:
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    for start in islice(starts(), rounds):
        answers = crowd.serve(one(book(desk, start)) for _ in range(MANY))
        statuses = Counter(answer.status for answer in answers)
        outcomes["one" if statuses == {201: 1, 409: MANY - 1} else str(dict(statuses))] += 1
        seconds += [answer.seconds for answer in answers]
    what = f"{engine}: {MANY} citizens on the last place, {rounds} rounds"
    found.count(what, {"one": rounds}, dict(outcomes))
    found.rows.append(_row(what, "exactly one each time", outcomes == {"one": rounds}, seconds))


def _numbers(
    found: Findings, engine: str, crowd: Crowd, town: Town, desk: Desk, rounds: int
) -> None:
    """An office has 2,997 numbers a day, so there are fewer rounds of these."""
    rounds = min(rounds, 40)
    drawn: list[str] = []
    seconds: list[float] = []
    for _ in range(rounds):
        answers = crowd.serve(one(sent) for sent in draws(town, desk, MANY))
        drawn += [answer.json()["number"] for answer in answers]
        seconds += [answer.seconds for answer in answers]
    letters = Counter(number[0] for number in drawn)
    wanted = sorted(f"{letter}{n:03d}" for letter in letters for n in range(1, letters[letter] + 1))
    what = f"{engine}: {MANY} tickets drawn at once, {rounds} rounds"
    found.count(what, wanted, sorted(drawn))
    found.rows.append(_row(what, "none twice, none left out", wanted == sorted(drawn), seconds))


def _next(found: Findings, engine: str, crowd: Crowd, town: Town, desk: Desk, rounds: int) -> None:
    """All counters press next, then put their citizen back: again the same first eight."""
    outcomes: Counter[int] = Counter()
    seconds: list[float] = []
    for _ in range(rounds):
        called = crowd.serve(one(press(town, counter)) for counter in desk.counters)
        assert {answer.status for answer in called} == {200}, called
        outcomes[len({answer.json()["number"] for answer in called})] += 1
        seconds += [answer.seconds for answer in called]
        crowd.serve(put_back(town, called))
    what = f"{engine}: {COUNTERS} counters press next together, {rounds} rounds"
    found.count(what, {COUNTERS: rounds}, dict(outcomes))
    row = _row(what, "always eight different", outcomes == {COUNTERS: rounds}, seconds)
    found.rows.append(row)


def _row(what: str, promise: str, kept: bool, seconds: list[float]) -> Row:
    measured = f"{promise if kept else 'BROKEN'}; answer {spread(seconds)}"
    return Row(what, measured, goal=promise, reached=kept)


def _count_places(found: Findings, engine: str, url: str, rounds: int) -> None:
    """Afterwards the table itself: three cells of five minutes for each who won."""
    with closing(Database(url)) as database:
        taken = database.read_now(
            lambda conn: conn.execute(text("SELECT count(*) FROM place")).scalar_one()
        )
    found.count(f"{engine}: places taken in the table", 3 * rounds, taken)
