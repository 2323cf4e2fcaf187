"""Fair order as properties: against any line and any free times, nobody who fits is passed over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.booking.waiting.rules import (
    LEAST_LEAD,
    LEAST_NOTICE,
    Window,
    Wish,
    choose_start,
    hand_out,
    in_fair_order,
    offer_until,
    usual_window,
)
from aufruf.core.formats import at_local, local_day

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
TODAY = date(2026, 11, 25)

# Across the weekend, quarter of an hour by quarter of an hour, from a little before now.
starts = st.integers(-4, 4 * 24 * 6).map(lambda n: NOW + timedelta(minutes=15 * n))
days = st.integers(-1, 6).map(lambda n: TODAY + timedelta(days=n))
windows = st.builds(
    Window,
    days,
    days,
    st.frozensets(st.integers(0, 6)),
    st.sampled_from([0, 480, 720]),
    st.sampled_from([600, 720, 1440]),
    st.sampled_from([0, 60, 180, 1440]),
)
wishes = st.builds(
    Wish,
    st.just(0),
    st.integers(-3, 0).map(lambda n: NOW + timedelta(hours=n)),
    windows,
    st.none() | starts,
    st.frozensets(starts, max_size=3),
    st.booleans(),
)
lines = st.lists(wishes, max_size=6).map(
    lambda found: [replace(wish, entry_id=nth) for nth, wish in enumerate(found)]
)
# How many places each start has.
free_places = st.dictionaries(starts, st.integers(1, 2), max_size=6)


def fits(wish: Wish, start: datetime) -> bool:
    """The slow way: each condition by itself, on the wall clock."""
    day = local_day(start)
    midnight = at_local(day, 0)
    minutes = (start - midnight).total_seconds() / 60
    window = wish.window
    return (
        not wish.is_asked
        and start not in wish.offered
        and not (wish.present is not None and wish.present <= start)
        and day in [window.first_day + timedelta(days=n) for n in range(8)]
        and day <= window.last_day
        and day.isoweekday() - 1 in window.weekdays
        and window.from_minute <= minutes
        and minutes < window.to_minute
        and start >= NOW + timedelta(minutes=window.lead_minutes)
        and start >= NOW + timedelta(minutes=60)
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(line=lines, free=free_places)
def test_nobody_who_fits_is_passed_over(line: list[Wish], free: dict[datetime, int]) -> None:
    left = dict(free)
    offered: dict[int, datetime] = {}

    def free_for(_wish: Wish) -> list[datetime]:
        return [start for start, places in left.items() if places]

    for wish, start in hand_out(line, free_for, NOW):
        assert wish.entry_id not in offered, "two open offers at once"
        assert fits(wish, start)
        assert left[start] > 0, "one place offered twice"
        offered[wish.entry_id] = start
        left[start] -= 1
    ahead: dict[datetime, int] = dict.fromkeys(free, 0)
    for wish in in_fair_order(line):
        mine = offered.get(wish.entry_id)
        wanted = [start for start in sorted(free) if fits(wish, start)]
        for start in wanted:
            if mine is not None and start >= mine:
                break
            # What suited, and is earlier than what they got, went to those who waited longer.
            assert ahead[start] == free[start]
        if mine is not None:
            ahead[mine] += 1


@given(line=lines)
def test_who_waited_longest_comes_first_and_the_earlier_entry_breaks_a_tie(
    line: list[Wish],
) -> None:
    ordered = in_fair_order(reversed(line))
    for before, after in pairwise(ordered):
        assert (before.since, before.entry_id) < (after.since, after.entry_id)


@given(wish=wishes, free=st.lists(starts, max_size=6))
def test_the_earliest_that_suits_is_chosen(wish: Wish, free: list[datetime]) -> None:
    suits = [start for start in free if fits(wish, start)]
    assert choose_start(wish, free, NOW) == (min(suits) if suits else None)


@given(start=starts.filter(lambda start: start - NOW >= LEAST_LEAD))
def test_offer_leaves_half_an_hour_at_least_and_a_day_at_most(start: datetime) -> None:
    until = offer_until(start, NOW)
    assert NOW + timedelta(minutes=30) <= until <= start - LEAST_NOTICE
    if local_day(start) == TODAY:
        assert until == NOW + timedelta(minutes=30)
    else:
        assert until == min(NOW + timedelta(hours=24), start - timedelta(minutes=30))


def test_usual_window_is_from_tomorrow_to_the_day_before() -> None:
    present = datetime(2026, 12, 4, 10, tzinfo=UTC)
    last = date(2027, 2, 23)
    assert usual_window(present, NOW, last) == (date(2026, 11, 26), date(2026, 12, 3))
    assert usual_window(None, NOW, last) == (date(2026, 11, 26), last)
    soon = datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert usual_window(soon, NOW, last) == (TODAY, TODAY)
