"""Whatever citizens and staff do in whatever order: capacity is kept and no place is lost.

Each step is compared with a slow reference that knows only intervals and counts.
"""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from aufruf.booking import services
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.formats import at_local
from aufruf.core.runner import Runner
from aufruf.office.directory import read_directory
from aufruf.office.infos import OfficeInfo
from tests.databases import SqliteEngine
from tests.factories import AMTAL, House, SourceFile, load_texts

DAYS = {
    "any": date(2026, 11, 26),
    "autumn": date(2026, 10, 25),
    "spring": date(2027, 3, 28),
}
# Two public places, three in all, between 1:00 and 5:00, so that the change of clocks lies within.
SMALL = AMTAL.read_text(encoding="utf-8").replace(
    """days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00\"""",
    """days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "01:00"
to = "05:00\"""",
    1,
)
WISHES = (
    ((Wanted("abholung"),), 5, False),
    ((Wanted("personalausweis"),), 15, False),
    ((Wanted("personalausweis", 3),), 35, False),
    ((Wanted("gewerbeanmeldung"),), 30, True),
)
PUBLIC, TOTAL, BUSINESS = 2, 3, 1

steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("hold"), st.integers(0, 21), st.integers(0, 3), st.booleans(), st.booleans()
        ),
        st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 21)),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("confirm"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 10])),
        st.tuples(st.just("tidy")),
    ),
    max_size=25,
)


@dataclass
class Visit:
    """An appointment as the reference knows it."""

    reference: str
    start: datetime
    minutes: int
    business: bool
    public: bool
    until: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.start <= moment < self.start + timedelta(minutes=self.minutes)


@dataclass
class Reference:
    """The slow way: look at every five minutes of every visit."""

    opens: datetime
    closes: datetime
    visits: list[Visit] = field(default_factory=list[Visit])

    def forget(self, now: datetime) -> None:
        self.visits = [v for v in self.visits if v.until is None or v.until > now]

    def fits(self, wish: Visit, *, besides: Visit | None = None) -> bool:
        """Whether there is surely room: in all for staff, and for the public whoever has what."""
        moment = wish.start
        while moment < wish.start + timedelta(minutes=wish.minutes):
            there = [v for v in self.visits if v is not besides and v.covers(moment)]
            business = sum(v.business for v in there)
            # Staff may have taken public places: only the total is certain from outside.
            if len(there) >= TOTAL or (wish.business and business >= BUSINESS):
                return False
            moment += timedelta(minutes=5)
        return wish.start >= self.opens and moment <= self.closes

    def fits_public(self, wish: Visit, *, besides: Visit | None = None) -> bool:
        """As `fits`, while no staff booking is about: then the public has its places for sure."""
        moment = wish.start
        while moment < wish.start + timedelta(minutes=wish.minutes):
            there = [v for v in self.visits if v is not besides and v.covers(moment)]
            if len(there) >= PUBLIC:
                return False
            moment += timedelta(minutes=5)
        return self.fits(wish, besides=besides)


_LIVING = text(
    "SELECT a.reference, count(*) FROM place p JOIN appointment a ON a.id = p.appointment_id"
    " WHERE p.until IS NULL OR p.until > :now GROUP BY 1"
).bindparams(bindparam("now", type_=UTCDateTime()))
_TOO_MANY = text("SELECT 1 FROM place GROUP BY pool_id, cell, size HAVING count(*) > size")


@pytest.mark.parametrize("name", list(DAYS))
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=steps)
def test_no_sequence_exceeds_capacity_or_loses_a_place(
    sqlite_engine: SqliteEngine, name: str, done: list[tuple[Any, ...]]
) -> None:
    clock = FixedClock(at_local(DAYS[name] - timedelta(days=1), 12 * 60))
    url = sqlite_engine.copy_of(f"small_{name}", lambda db: _load(db, clock))
    with closing(Database(url)) as database:
        _Play(database, clock, DAYS[name]).play(done)


def _load(database: Database, clock: FixedClock) -> House:
    return load_texts(database, clock, SourceFile("amtal.toml", SMALL))


class _Play:
    def __init__(self, database: Database, clock: FixedClock, day: date) -> None:
        self.database, self.clock = database, clock
        self.runner = Runner(database, clock, None, {})
        self.office: OfficeInfo = database.read_now(read_directory).office("amtal-buergerbuero")
        self.known = Reference(at_local(day, 60), at_local(day, 300))

    def play(self, done: list[tuple[Any, ...]]) -> None:
        for name, *arguments in done:
            self.known.forget(self.clock.now())
            getattr(self, f"do_{name}")(*arguments)
            self.known.forget(self.clock.now())
            self.check()

    def do_hold(self, slot: int, wish: int, by_staff: bool, with_contact: bool) -> None:
        wanted, minutes, business = WISHES[wish]
        visit = Visit("", self._start(slot), minutes, business, not by_staff, None)
        try:
            held = self.runner.run_now(
                self.office.id,
                services.hold_slot,
                office_id=self.office.id,
                start=visit.start,
                services=wanted,
                language="de",
                by_staff=by_staff,
                contact=Contact("Amira") if with_contact else None,
            )
        except DomainError as refusal:
            assert refusal.code in {"slot_taken", "slot_not_offered"}
            assert not self._must_fit(visit)
            return
        assert self.known.fits(visit)
        visit.reference, visit.until = held.reference, held.held_until
        self.known.visits.append(visit)

    def do_move(self, which: int, slot: int) -> None:
        visit = self._visit(which)
        if visit is None:
            return
        goal = Visit("", self._start(slot), visit.minutes, visit.business, True, None)
        try:
            self._run(services.move_appointment, visit, start=goal.start)
        except DomainError as refusal:
            assert refusal.code in {"slot_taken", "slot_not_offered"}
            if goal.start != visit.start:
                assert not self._must_fit(goal, besides=visit)
            return
        assert goal.start == visit.start or self.known.fits(goal, besides=visit)
        visit.start = goal.start

    def do_cancel(self, which: int) -> None:
        visit = self._visit(which)
        if visit is not None:
            self._run(services.cancel_appointment, visit)
            self.known.visits.remove(visit)

    def do_confirm(self, which: int) -> None:
        visit = self._visit(which)
        if visit is not None and visit.until is not None:
            self._run(services.set_contact, visit, contact=Contact("Amira"))
            visit.until = None

    def do_wait(self, minutes: int) -> None:
        self.clock.move(timedelta(minutes=minutes))

    def do_tidy(self) -> None:
        self.runner.run_now(self.office.id, services.expire_holds, office_id=self.office.id)

    def check(self) -> None:
        """The table holds exactly the cells of the visits that live, within the sizes."""
        rows = self.database.read_now(
            lambda conn: conn.execute(_LIVING, {"now": self.clock.now()}).all()
        )
        assert {row[0]: row[1] for row in rows} == {
            v.reference: -(-v.minutes // 5) * (2 if v.business else 1) for v in self.known.visits
        }
        assert self.database.read_now(lambda conn: conn.execute(_TOO_MANY).all()) == []

    def _must_fit(self, visit: Visit, *, besides: Visit | None = None) -> bool:
        if not visit.public:
            return self.known.fits(visit, besides=besides)
        others = [v for v in self.known.visits if v is not besides]
        if all(v.public for v in others):
            return self.known.fits_public(visit, besides=besides)
        return False

    def _start(self, slot: int) -> datetime:
        return self.known.opens + timedelta(minutes=15 * slot)

    def _visit(self, which: int) -> Visit | None:
        visits = self.known.visits
        return visits[which % len(visits)] if visits else None

    def _run(self, command: Any, visit: Visit, **more: Any) -> None:
        self.runner.run_now(self.office.id, command, reference=visit.reference, **more)
