"""Whatever those who wait, book, cancel, answer and let lapse do in whatever order: no place is
offered twice at a time, none is lost, capacity is kept, and nobody who fits is passed over.
"""

from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from aufruf.booking.lookup import Held
from aufruf.booking.rules import Contact
from aufruf.booking.taken_days import TakenDays
from aufruf.booking.waiting import commands as waiting
from aufruf.booking.waiting.line import days_to_offer
from aufruf.booking.waiting.rules import Window
from aufruf.booking.waiting.store import Entry, Offer
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.office.directory import read_directory
from tests.booking.desk import THURSDAY, Desk, at
from tests.booking.waiting import ANY_DAY, FRIDAY, MONDAY, POST, WEDNESDAY, Line, load_few_times
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.factories import House

# All times of a week.
SLOTS = (
    at("14:00", WEDNESDAY),
    at("09:30", THURSDAY),
    *(at(f"{hour}:00", FRIDAY) for hour in (13, 14, 15)),
    at("10:00", MONDAY),
)
WINDOWS = (
    ANY_DAY,
    Window(THURSDAY, FRIDAY),
    Window(WEDNESDAY, MONDAY, frozenset({0, 4}), from_minute=840, lead_minutes=180),
)

slots, which = st.integers(0, len(SLOTS) - 1), st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), slots),
        st.tuples(st.just("wait"), which, st.integers(0, len(WINDOWS) - 1)),
        st.tuples(st.just("ask"), which, st.integers(0, len(WINDOWS) - 1)),
        st.tuples(st.just("cancel"), which),
        st.tuples(st.just("move"), which, slots),
        st.tuples(st.just("take"), which),
        st.tuples(st.just("decline"), which),
        st.tuples(st.just("leave"), which),
        st.tuples(st.just("pass"), st.sampled_from([10, 45, 600])),
        st.tuples(st.just("tidy")),
    ),
    min_size=4,
    max_size=25,
)

_LIVING = text(
    "SELECT a.reference, count(*) FROM place p JOIN appointment a ON a.id = p.appointment_id"
    " WHERE p.until IS NULL OR p.until > :now GROUP BY 1"
).bindparams(bindparam("now", type_=UTCDateTime()))
_TOO_MANY = text("SELECT 1 FROM place GROUP BY pool_id, cell, size HAVING count(*) > size")
_OFFERED = text("SELECT entry_id, start_at FROM waiting_offer")


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=steps)
def test_no_sequence_offers_a_place_twice_or_loses_it(
    sqlite_engine: SqliteEngine, done: list[tuple[Any, ...]]
) -> None:
    clock = FixedClock(START)
    url = sqlite_engine.copy_of("few_times", lambda draft: load_few_times(draft, clock))
    with closing(Database(url)) as database:
        _Play(database, clock).play(done)


class _Play:
    def __init__(self, database: Database, clock: FixedClock) -> None:
        house = House(database.read_now(read_directory))
        self.database, self.clock = database, clock
        self.line = Line(Desk(database, Runner(database, clock, None, {}), house))
        self.booked: dict[str, Held] = {}
        self.entries: list[Entry] = []
        self.nth = 0

    def play(self, done: list[tuple[Any, ...]]) -> None:
        for name, *arguments in done:
            try:
                getattr(self, f"do_{name}")(*arguments)
            except DomainError as refusal:
                assert refusal.status in {409, 422}, refusal.code
            self.check()
        self.do_tidy()
        self.check()

    def do_book(self, slot: int) -> None:
        self.nth += 1
        held = self.line.book(SLOTS[slot], f"A{self.nth}")
        self.booked[held.reference] = held

    def do_wait(self, which: int, window: int) -> None:
        if held := self._one(list(self.booked.values()), which):
            self.entries.append(self.line.wait(held, WINDOWS[window]))

    def do_ask(self, which: int, window: int) -> None:
        contact = Contact(f"C{which}", f"c{which}@beispiel.example")
        self.entries.append(self.line.wait_without(contact, WINDOWS[window]))

    def do_cancel(self, which: int) -> None:
        if held := self._one(list(self.booked.values()), which):
            self.line.cancel(held)
            del self.booked[held.reference]

    def do_move(self, which: int, slot: int) -> None:
        if held := self._one(list(self.booked.values()), which):
            self.line.move(held, SLOTS[slot])

    def do_take(self, which: int) -> None:
        if offer := self._one(self.line.offers(), which):
            held = self.line.take(offer)
            assert held.start == offer.start_at
            self.booked[held.reference] = held

    def do_decline(self, which: int) -> None:
        if offer := self._one(self.line.offers(), which):
            self.line.decline(offer)

    def do_leave(self, which: int) -> None:
        if entry := self._one(self.entries, which):
            run = self.line.desk.runner.run_now
            run(entry.office_id, waiting.leave_waiting_list, entry_id=entry.id, post=POST)

    def do_pass(self, minutes: int) -> None:
        self.clock.move(timedelta(minutes=minutes))

    def do_tidy(self) -> None:
        """As the job does; then nothing is left that somebody who waits could have."""
        self.line.tidy(*self._to_offer())
        assert self._to_offer() == set()

    def check(self) -> None:
        alive = [offer for offer in self.line.offers() if offer.until > self.clock.now()]
        self._check_places(alive)
        for told_once in (
            [offer.start_at for offer in alive],  # each time has one place
            [offer.entry_id for offer in self.line.offers()],
            [(row[0], row[1]) for row in self._rows(_OFFERED)],
        ):
            assert max(Counter(told_once).values(), default=0) <= 1

    def _check_places(self, alive: list[Offer]) -> None:
        """The table holds exactly the cells of what is booked and of what is offered."""
        held = {self.line.hold(offer).reference for offer in alive}
        living = {row[0]: row[1] for row in self._rows(_LIVING, now=self.clock.now())}
        assert living == dict.fromkeys(held | set(self.booked), 9)
        assert self._rows(_TOO_MANY) == []

    def _to_offer(self) -> set[date]:
        office = self.line.registry
        return self.database.read_now(days_to_offer, TakenDays(), office, self.clock.now())

    def _rows(self, query: Any, **values: object) -> list[Any]:
        return list(self.database.read_now(lambda conn: conn.execute(query, values).all()))

    @staticmethod
    def _one(found: list[Any], which: int) -> Any:
        return found[which % len(found)] if found else None
