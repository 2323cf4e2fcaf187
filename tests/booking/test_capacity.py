"""Pure arithmetic of places, compared with the slow and obvious way."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aufruf.booking.capacity import (
    DayPlan,
    Sizes,
    choose_number,
    free_places,
    free_times,
    overflowing,
    plan_day,
)
from aufruf.booking.cells import bits, cell_of, cell_start, cells_for, cells_of, run_starts
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.infos import OfficeInfo
from tests.booking.desk import at
from tests.factories import AMTAL, SourceFile, load_texts, make_house

numbers = st.sets(st.integers(1, 6), max_size=6)
sizes = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda s: Sizes(min(s), max(s)))


def test_cells_of_a_visit_round_up() -> None:
    start = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert [cells_for(minutes) for minutes in (1, 5, 6, 15, 16)] == [1, 1, 2, 3, 4]
    assert cell_start(cells_of(start, 15)[-1]) == start + timedelta(minutes=10)


@given(st.integers(0, 2**40), st.integers(1, 50))
def test_runs_are_those_found_by_looking(mask: int, length: int) -> None:
    ones = set(bits(mask))
    slow = {bit for bit in ones if all(bit + step in ones for step in range(length))}
    assert set(bits(run_starts(mask, length))) == slow


@given(sizes, numbers)
def test_public_takes_the_lowest_and_staff_the_highest(size: Sizes, taken: set[int]) -> None:
    left = max(0, size.total - len(taken))
    free = [number for number in range(1, size.total + 1) if number not in taken]
    public = [number for number in free if number <= size.public]
    assert choose_number(size, taken, public=True) == (public[0] if public and left else None)
    assert choose_number(size, taken, public=False) == (free[-1] if free and left else None)


@given(sizes, numbers)
def test_free_places_are_how_often_one_can_take(size: Sizes, taken: set[int]) -> None:
    for public in (True, False):
        filled, times = set(taken), 0
        while (number := choose_number(size, filled, public=public)) is not None:
            filled.add(number)
            times += 1
        assert free_places(size, taken, public=public) == times


def test_cut_leaves_nothing_free_but_never_less() -> None:
    assert free_places(Sizes(1, 1), {1, 2, 3}, public=True) == 0
    assert choose_number(Sizes(2, 2), {1, 3}, public=True) is None
    assert overflowing(Sizes(1, 2), [7, 3, 9]) == [9]


def _office(database: Database, clock: FixedClock, text: str | None = None) -> OfficeInfo:
    if text is None:
        return make_house(database, clock).office
    return load_texts(database, clock, SourceFile("amtal.toml", text)).office


def _plan(office: OfficeInfo, day: date) -> DayPlan:
    return plan_day(office, day)


def test_starts_follow_the_slot_and_end_with_the_hours(
    sqlite_database: Database, clock: FixedClock
) -> None:
    office = _office(sqlite_database, clock)
    plan = _plan(office, date(2026, 11, 26))
    main = office.main_pool.id
    times = free_times(plan, {}, [main], 30, clock.now(), public=True)
    assert times[0].start == at("08:00")
    assert times[1].start - times[0].start == timedelta(minutes=office.slot_minutes)
    assert times[-1].start == at("17:30")
    assert {time.free for time in times} == {2}


def test_taken_cells_are_left_out_and_the_pools_agree(
    sqlite_database: Database, clock: FixedClock
) -> None:
    office = _office(sqlite_database, clock)
    plan = _plan(office, date(2026, 11, 26))
    main, business = (pool.id for pool in sorted(office.pools, key=lambda pool: not pool.main))
    taken = {business: {cell: {1} for cell in cells_of(at("09:00"), 60)}}
    times = [
        time.start
        for time in free_times(plan, taken, [main, business], 30, clock.now(), public=True)
    ]
    assert [at(t) in times for t in ("08:30", "08:45", "09:00", "09:45", "10:00")] == [
        True,
        False,
        False,
        False,
        True,
    ]


NIGHT = AMTAL.read_text(encoding="utf-8").replace(
    """days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00\"""",
    """days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "00:00"
to = "06:00\"""",
    1,
)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 25), 7), (date(2027, 3, 28), 5), (date(2026, 10, 26), 6)],
    ids=["autumn", "spring", "any"],
)
def test_nights_of_the_clock_change_have_the_cells_they_really_have(
    sqlite_database: Database, clock: FixedClock, day: date, hours: int
) -> None:
    plan = _plan(_office(sqlite_database, clock, NIGHT), day)
    starts = [cell_start(plan.first + bit) for bit in bits(plan.starts)]
    assert plan.length == hours * 12
    assert len(starts) == len(set(starts)) == hours * 4
    assert {second - first for first, second in pairwise(starts)} == {timedelta(minutes=15)}
    assert cell_of(at("06:00", day)) == plan.first + plan.length
