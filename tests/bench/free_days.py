"""Ninety days of free days in one office with thousands of appointments.

Beside the plain way: read every place of those days, and look at each start whether it is free.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import islice
from statistics import median
from time import perf_counter
from typing import TypeVar

from sqlalchemy import Connection, text

from aufruf.booking.days import free_days
from aufruf.booking.rules import Contact, Request, Wanted, read_request
from aufruf.booking.services import hold_slot
from aufruf.booking.taken_days import TakenDays
from aufruf.core.batch import BatchWriter, Command
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import at_local, local_day
from aufruf.core.tx import Tx
from aufruf.office.directory import OfficeInfo, read_directory
from aufruf.office.rules import day_spans
from tests.bench.asking import book, starts
from tests.bench.crowd import Crowd, request
from tests.bench.figure import Findings, Row, ms, spread
from tests.bench.scale import Bench
from tests.bench.servers import House, house_of
from tests.bench.town import START, Town, build_town

T = TypeVar("T")

DAYS, PLACES, CELLS = 90, 9, 3
CELL = timedelta(minutes=5)
GOAL_SECONDS = 0.005
AT_ONCE = 64
AMIRA = Contact("Amira Kaya", "amira@beispiel.example")
_PLACES = text(
    "SELECT place.cell, place.number FROM place JOIN pool ON pool.id = place.pool_id"
    " WHERE pool.main AND place.office_id = :office_id AND place.cell >= :first"
)


def measure_free_days(bench: Bench) -> Findings:
    """In the handler's own call and through HTTP; just started, kept, and after each booking.

    A card takes a place in two pools, and the page of times shows its month.
    """
    number, questions = bench.scale.appointments, bench.scale.questions
    found = Findings(f"{DAYS} days of free days, one office, {number:,} appointments")
    town = build_town(bench.folder / "town", places=PLACES, pools=True)
    house = house_of(town, bench.folder / "ours")
    with closing(Database(f"sqlite:///{house.file}")) as database:
        office = database.read_now(read_directory).office(town.desks[0].slug)
        _fill(database, office, number)
        asked = read_request(office, (Wanted("ausweis"),))
        days = [local_day(START) + timedelta(days=ahead) for ahead in range(DAYS)]
        known = TakenDays()
        first, shown = _timed(lambda: _free(database, known, office, asked, days))
        kept = [
            _timed(lambda: _free(database, known, office, asked, days))[0] for _ in range(questions)
        ]
        plain, reference = _timed(lambda: database.read_now(_plain, office, days))
        found.count("free days as the plain way counts them", reference, shown)
    changed, whole, months = _through_http(house, town, number, questions)
    middle = median(kept)
    found.rows += [
        Row(
            "Free days, in the handler",
            spread(kept),
            f"{ms(plain)} plain",
            f"{middle / plain:.3f}",
            f"p50 under {ms(GOAL_SECONDS)}",
            middle < GOAL_SECONDS,
        ),
        Row("Free days, in the handler, first time", ms(first), f"{ms(plain)} plain"),
        Row("Free days through HTTP", spread(whole)),
        Row("Free days through HTTP, after a booking each", spread(changed)),
        Row("The page of times with its month, through HTTP", spread(months)),
    ]
    found.notes.append(
        "Each appointment takes a place in two pools."
        " What is kept between requests is compared with the office's event number in the same"
        " read: it is never older than the tables. After a booking only its day is read again."
    )
    return found


def _fill(database: Database, office: OfficeInfo, number: int) -> None:
    """Book by the same command as everybody, 64 in a commit."""
    writer = BatchWriter(database, FixedClock(START), {})
    coming = islice(starts(PLACES), number)
    while batch := [_booking(office, start) for start in islice(coming, AT_ONCE)]:
        done = writer.run((office.id,), batch)
        for outcome in done.outcomes:
            if outcome.error is not None:
                raise outcome.error


def _booking(office: OfficeInfo, start: datetime) -> Command:
    def act(tx: Tx) -> object:
        return hold_slot(
            tx,
            office_id=office.id,
            start=start,
            services=(Wanted("ausweis"),),
            language="de",
            contact=AMIRA,
        )

    return Command((office.id,), act)


def _free(
    database: Database, known: TakenDays, office: OfficeInfo, asked: Request, days: Sequence[date]
) -> list[tuple[date, int]]:
    return database.read_now(free_days, known, office, asked, days, START)


def _plain(conn: Connection, office: OfficeInfo, days: Sequence[date]) -> list[tuple[date, int]]:
    """Slow and obvious: all places, then every start of every day by itself."""
    parameters = {"office_id": office.id, "first": _cell(at_local(days[0], 0))}
    taken = Counter(row.cell for row in conn.execute(_PLACES, parameters))
    return [(day, sum(_is_free(start, taken) for start in _starts_on(office, day))) for day in days]


def _starts_on(office: OfficeInfo, day: date) -> Iterator[datetime]:
    """Every slot of the day's hours that has not begun and fits into them."""
    for span in day_spans(office, day):
        start = span.start
        while start + CELLS * CELL <= span.end:
            if start >= START:
                yield start
            start += timedelta(minutes=office.slot_minutes)


def _cell(at: datetime) -> int:
    return int(at.timestamp()) // 300


def _is_free(start: datetime, taken: Counter[int]) -> bool:
    return all(taken[_cell(start) + step] < PLACES for step in range(CELLS))


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = perf_counter()
    result = act()
    return perf_counter() - began, result


def _through_http(
    house: House, town: Town, number: int, questions: int
) -> tuple[list[float], list[float], list[float]]:
    """Answers right after a booking each, and without one; pages with a month."""
    (desk,) = town.desks
    last = local_day(START) + timedelta(days=DAYS - 1)
    query = f"service=ausweis&from={local_day(START)}&to={last}"
    ask = request("GET", f"/api/v1/offices/{desk.slug}/days?{query}")
    month = f"/termin/messstadt/zeit?service=ausweis&office={desk.slug}&view=month"
    page = request("GET", month)
    free = islice(starts(PLACES), number, None)
    with house.serving() as server, Crowd(server.address, 1) as crowd:
        crowd.ask(ask)
        changed: list[float] = []
        for start in islice(free, min(questions, 50)):
            crowd.ask(book(desk, start))
            changed.append(crowd.ask(ask).seconds)
        kept = [crowd.ask(ask).seconds for _ in range(questions)]
        return changed, kept, [crowd.ask(page).seconds for _ in range(questions)]
