"""How long one picture of a full office takes: reading it, replaying it, everybody's range."""

from collections.abc import Callable
from contextlib import closing
from time import perf_counter

from aufruf.booking.rules import Wanted
from aufruf.core.batch import BatchWriter, Command
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import local_day
from aufruf.core.tx import Tx
from aufruf.office.directory import OfficeInfo, read_directory
from aufruf.queue.forecasting.durations import minutes_of
from aufruf.queue.forecasting.forecast import arrivals_of, forecast, servers_of
from aufruf.queue.forecasting.replay import replay
from aufruf.queue.services import issue_ticket
from aufruf.queue.state import OfficeState
from aufruf.queue.store import load_office_state
from aufruf.queue.watching.picture import paint
from tests.bench.figure import Findings, Row, spread
from tests.bench.scale import Bench
from tests.bench.town import SERVICES, START, build_town

LOOKS = 50


def measure_forecast(bench: Bench) -> Findings:
    """Pure and in this process: no server, no socket."""
    waiting = bench.scale.waiting
    found = Findings(f"Forecast with {waiting} waiting")
    town = build_town(bench.folder / "town")
    with closing(Database(f"sqlite:///{town.file}")) as database:
        directory = database.read_now(read_directory)
        office = directory.office(town.desks[0].slug)
        _draw(database, office, waiting)

        def look() -> OfficeState:
            return database.read_now(load_office_state, office.id, local_day(START), START)

        state = look()
        servers, arrivals = servers_of(state, office, START), arrivals_of(state, office, START)
        outlooks = replay(servers, arrivals)
        ranges = forecast(state, office, START)
        found.count(
            "tickets with a range", waiting, sum(one is not None for one in ranges.values())
        )
        found.count("tickets replayed", waiting, len(outlooks))
        plain = spread(_times(lambda: _plain(state, office)))
        found.rows += [
            Row("The replay alone", spread(_times(lambda: replay(servers, arrivals))), plain),
            Row("Everybody's range", spread(_times(lambda: forecast(state, office, START))), plain),
            Row(
                "The whole picture",
                spread(_times(lambda: paint(directory, state, 0, START))),
                plain,
            ),
            Row("Reading the office", spread(_times(look))),
        ]
    found.notes.append(
        "The baseline is tickets ahead x mean / counters, which needs no replay. One picture serves"
        " all screens, phones and counters of an office."
    )
    return found


def _draw(database: Database, office: OfficeInfo, number: int) -> None:
    writer = BatchWriter(database, FixedClock(START), {})
    names = list(SERVICES)

    def command(service: str) -> Command:
        def act(tx: Tx) -> object:
            wanted = [Wanted(service)]
            return issue_ticket(tx, office_id=office.id, services=wanted, language="de")

        return Command((office.id,), act)

    writer.run((office.id,), [command(names[nth % len(names)]) for nth in range(number)])


def _plain(state: OfficeState, office: OfficeInfo) -> dict[int, float]:
    line = state.waiting
    mean = sum(minutes_of(office, ticket.services) for ticket in line) / len(line)
    return {ticket.id: ahead * mean / len(office.counters) for ahead, ticket in enumerate(line)}


def _times(act: Callable[[], object]) -> list[float]:
    times: list[float] = []
    for _ in range(LOOKS):
        began = perf_counter()
        act()
        times.append(perf_counter() - began)
    return times
