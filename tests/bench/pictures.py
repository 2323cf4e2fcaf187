"""What one picture of an office costs, and how much its counters are told of it."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from aufruf.booking.services import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import local_day
from aufruf.core.runner import Runner
from aufruf.core.signals import Signals
from aufruf.core.texts import Texts
from aufruf.office.directory import OfficeInfo, read_directory
from aufruf.queue.services import issue_ticket
from aufruf.queue.store import load_office_state
from aufruf.queue.watching.counter_view import CounterTeller, OfficeTeller
from aufruf.queue.watching.day_reader import DayReader
from aufruf.queue.watching.picture import paint
from aufruf.queue.watching.screens import Screens
from aufruf.queue.watching.telling import CounterTold
from tests.bench.figure import Findings, Row, ms
from tests.bench.scale import Bench
from tests.bench.servers import house_of
from tests.bench.town import COUNTERS, SERVICES, START, build_town

PICTURES = 20
TELLING = "Written for the eight counter pages"


def measure_pictures(bench: Bench) -> Findings:
    """Processor time alone: a picture after each ticket drawn, all counter pages open."""
    waiting = bench.scale.waiting
    found = Findings(f"One picture of an office, {waiting} waiting")
    town = build_town(bench.folder / "town")
    file = house_of(town, bench.folder / "office").file
    office = _Office(file)
    with closing(office.database):
        for nth in range(waiting):
            office.draw(nth)
        whole = office.look()
        changes = [office.look(after=nth) for nth in range(PICTURES)]
    found.count("counters told of each picture", COUNTERS * PICTURES, sum(map(_told, changes)))
    each = list(zip(*(seconds for seconds, _ in changes), strict=True))
    sent = median(sum(map(len, texts)) for _, texts in changes)
    found.rows += [
        Row("Read from the tables", ms(median(each[0])), f"{ms(whole[0][0])} the first time"),
        Row("Everybody's wait reckoned", ms(median(each[1]))),
        Row(TELLING, ms(median(each[2])), f"{ms(whole[0][2])} the first time"),
        Row(
            "Sent to the eight counter pages",
            f"{sent / 1000:.0f} kB",
            f"{sum(map(len, whole[1])) / 1000:,.0f} kB the first time",
        ),
    ]
    found.notes.append(
        "Processor time of one thread. The first time everything is read, written and sent whole;"
        " after that what is as it was is kept, and what changed is written once for all counters."
    )
    return found


Look = tuple[tuple[float, float, float], Sequence[str]]


def _told(look: Look) -> int:
    return sum(text.startswith('{"type":"change"') for text in look[1])


class _Office:
    """The town's office in this process, with what keeps its picture."""

    def __init__(self, file: Path) -> None:
        self.database = Database(f"sqlite:///{file}")
        self.clock = FixedClock(START)
        self.runner = Runner(self.database, self.clock, None, {})
        self.directory = self.database.read_now(read_directory)
        self.office: OfficeInfo = next(iter(self.directory.offices.values()))
        self.read_day = DayReader()
        teller = OfficeTeller(Texts.load().in_language("de"), "de", "bench")
        screens = Screens(Signals(None), self.clock, lambda: None)
        self.desks = [CounterTeller(one.id, teller, screens) for one in self.office.counters]
        self.known: list[CounterTold] | None = None

    def draw(self, nth: int) -> None:
        self.clock.move(timedelta(seconds=5))
        self.runner.run_now(
            self.office.id,
            issue_ticket,
            office_id=self.office.id,
            services=[Wanted(tuple(SERVICES)[nth % len(SERVICES)])],
            language="de",
            by_staff=True,
        )

    def look(self, after: int | None = None) -> Look:
        """Seconds of reading, reckoning and telling, and the texts that are sent."""
        if after is not None:
            self.draw(after)
        now, began = self.clock.now(), process_time()
        state = self.database.read_now(
            load_office_state, self.office.id, local_day(now), now, self.read_day
        )
        read = process_time()
        picture = paint(self.directory, state, 0, now)
        painted = process_time()
        told = [desk.told(picture) for desk in self.desks]
        if self.known is None:
            texts = [one.whole() for one in told]
        else:
            pairs = zip(told, self.known, strict=True)
            texts = [one.since(before) or "" for one, before in pairs]
        self.known = told
        return (read - began, painted - read, process_time() - painted), texts
